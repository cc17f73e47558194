"""Starting the demonstration: keys, database, data, web and worker as children of one process."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import click
import requests

from channel_plugins.simulators import Started
from district import migrate
from district.config import Config
from district.demo import seed, services
from tenants.accounts.demo import ACCOUNTS, PASSWORD

START_SECONDS = 60
"""How long the web server may take to answer for the first time."""


def environment(folder: Path, port: int) -> dict[str, str]:
    """Return the configuration of the demonstration in ``folder``; its keys are made once and kept there."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = folder / "keys"
    if not keys.exists():
        box = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        keys.touch(mode=0o600)
        keys.write_text(f"{secrets.token_urlsafe(48)}\n{box}\n", "utf-8")
    secret_key, box = keys.read_text("utf-8").split()
    files = folder / "files"
    files.mkdir(exist_ok=True)
    return {
        "LOA_DATABASE_URL": f"sqlite:///{folder / 'loa.db'}",
        "LOA_SECRET_KEY": secret_key,
        "LOA_SECRETS_KEYS": box,
        "LOA_DATA_DIR": str(files),
        "LOA_BASE_URL": f"http://localhost:{port}",
        "LOA_BIND": f"127.0.0.1:{port}",
        "LOA_DEMO": "1",
        "LOA_LOG_LEVEL": "WARNING",
    }


def run(folder: Path, port: int, reset: bool) -> None:
    """Prepare the demonstration and keep it running until it is interrupted.

    Args:
        folder: where its database and files lie.
        port: where the web server listens, on this machine only.
        reset: begin afresh; everything in ``folder`` is deleted.
    """
    if reset and folder.exists():
        shutil.rmtree(folder)
    env = environment(folder.resolve(), port)
    with services.running(folder, port, click.echo) as started:
        env.update(services.environment(started, port))
        prepare(env, started)
        os.environ.update(env)
        _serve(port, started)


def _serve(port: int, started: Mapping[str, Started]) -> None:
    """Run the web server and the worker until one of them ends or somebody interrupts."""
    children = [
        subprocess.Popen([sys.executable, "-m", "district.cli", command], env=os.environ.copy())
        for command in ("serve", "worker")
    ]

    def stop(*_args: object) -> None:
        for child in children:
            child.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        _wait_until_ready(port, children)
        _announce(port, started)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
    finally:
        stop()
        for child in children:
            child.wait(timeout=30)


def prepare(env: Mapping[str, str], started: Mapping[str, Started] | None = None) -> None:
    """Migrate the database and load the data when it is empty.

    Args:
        started: the simulators that run; the showcase school is connected to them.
    """
    config = Config.from_env(env)
    if migrate.pending(config.migration_url):
        click.echo("Đang chuẩn bị cơ sở dữ liệu…")
        migrate.upgrade(config.migration_url)
    seed.load_if_empty(config, click.echo, started or {})


def _wait_until_ready(port: int, children: list[subprocess.Popen[bytes]]) -> None:
    for _n in range(START_SECONDS * 4):
        if any(child.poll() is not None for child in children):
            raise click.ClickException(
                f"Không khởi động được. Có thể cổng {port} đang được dùng: hãy chọn cổng khác, "
                "ví dụ make demo PORT=8080."
            )
        try:
            if requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1).ok:
                return
        except requests.RequestException:
            time.sleep(0.25)
    raise click.ClickException("Máy chủ chưa trả lời sau một phút. Hãy xem thông báo phía trên rồi chạy lại.")


def _announce(port: int, started: Mapping[str, Started]) -> None:
    click.echo(f"\nLoa Trường đang chạy tại http://localhost:{port}  (Ctrl+C để dừng)\n")
    click.echo(f"Tài khoản dùng thử, mật khẩu chung: {PASSWORD}\n")
    for account in ACCOUNTS:
        click.echo(f"  {account.sign_in_name:<16} {account.role:<26} {account.unit}")
    click.echo(f"\nTrang công khai của một trường: http://localhost:{port}/s/th-may-trang/\n")
    if started:
        click.echo("Mạng xã hội, hộp thư và trang web giả để thử các kênh:\n")
    for name, one in started.items():
        click.echo(f"  {name:<12} {one.address}/")
