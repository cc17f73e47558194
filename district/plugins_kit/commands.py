"""The command line for people who write channels: `loa plugins ...` and `loa simulate`."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import click
from marshmallow import ValidationError

from channel_plugins import ChannelManager, PluginError, build_manager
from channel_plugins.simulators import KNOWN, start
from district.config import BadConfiguration, Config
from district.plugins_kit import checking, project


def _configured() -> Config | None:
    """Return the configuration; None where there is none yet, as on the machine of somebody who writes a channel."""
    try:
        return Config.from_env()
    except BadConfiguration:
        return None


def _all() -> ChannelManager:
    """Return every channel that is installed, whatever this installation offers of them."""
    config = _configured()
    try:
        return build_manager(options=config.channel_options if config else None)
    except PluginError as error:
        raise click.ClickException(f"Không nạp được các kênh: {error}") from error
    except ValidationError as error:
        raise click.ClickException(f"Tùy chọn của một kênh (LOA_CHANNEL_...) chưa đúng: {error.messages}") from error


@click.group()
def plugins() -> None:
    """Các kênh: đang có, kiểm tra, viết mới."""


@plugins.command("list")
def plugins_list() -> None:
    """In ra các kênh đã nạp và từ đâu đến, rồi các kênh không nạp được kèm lý do."""
    manager, config = _all(), _configured()
    offered = config.channels if config else None
    for channel in manager.all():
        name = channel.info.name
        off = "" if offered is None or name in offered else "\tTẮT ở bản cài này (LOA_CHANNELS)"
        click.echo(f"{name}\t{channel.info.label}\t{checking.source_of(manager, name)}{off}")
    for broken in manager.broken:
        click.echo(f"{broken.name}\tKHÔNG NẠP ĐƯỢC: {broken.reason}", err=True)


@plugins.command("new")
@click.argument("name")
@click.option("--into", default=".", type=click.Path(file_okay=False, path_type=Path), help="thư mục chứa dự án mới")
@click.option("--label", default="", help="tên gọi của kênh trong giao diện")
def plugins_new(name: str, into: Path, label: str) -> None:
    """Viết dự án của một kênh mới tên NAME, chạy được ngay, ra ngoài cây mã nguồn."""
    taken = frozenset(channel.info.name for channel in _all().all())
    try:
        made = project.write(name, into, label, taken)
    except project.BadProject as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"Đã viết dự án vào {made.folder}:")
    for file in made.files:
        click.echo(f"  {file}")
    click.echo(f"\nLàm tiếp, trong môi trường ảo của Loa Trường:\n  pip install -e {made.folder}")
    click.echo(f"  loa plugins check {name}\nRồi sửa theo README.md của dự án; hướng dẫn: docs/write-a-channel.md.")


@plugins.command("check")
@click.argument("name")
def plugins_check(name: str) -> None:
    """Chạy bộ kiểm tra hợp đồng trên kênh NAME đã cài. Mã thoát: 0 đạt, 1 chưa đạt, 2 không có kênh này."""
    # Faults are thrown at the channel on purpose; what it writes to the log about them would hide the report.
    logging.getLogger("channel_plugins").addHandler(logging.NullHandler())
    manager = _all()
    for broken in manager.broken:
        click.echo(f"{broken.name}\tKHÔNG NẠP ĐƯỢC: {broken.reason}", err=True)
    if name not in manager:
        known = ", ".join(channel.info.name for channel in manager.all())
        click.echo(f"Không có kênh «{name}». Các kênh đang có: {known}.", err=True)
        raise click.exceptions.Exit(2)
    report = checking.check(manager, name)
    click.echo("\n".join(report.lines()))
    raise click.exceptions.Exit(0 if report.passed else 1)


@click.command("simulate")
@click.argument("name", type=click.Choice(sorted(KNOWN)))
@click.option("--port", type=click.IntRange(0, 65535), help="cổng trên máy này; 0 là cổng trống bất kỳ")
def simulate(name: str, port: int | None) -> None:
    """Chạy máy chủ giả của một dịch vụ để thử kênh mà không cần tài khoản. Ctrl-C để dừng."""
    try:
        with start(name, KNOWN[name].port if port is None else port) as started:
            click.echo(f"Máy chủ giả «{name}» đang chạy ở {started.address}. Đặt như sau rồi chạy Loa Trường:")
            for line in started.settings:
                click.echo(f"  {line}")
            click.echo(f"Mở {started.address}/ để xem như người đọc. Bấm Ctrl-C để dừng.")
            threading.Event().wait()
    except OSError as error:
        raise click.ClickException(f"Không mở được cổng {port or KNOWN[name].port}: {error.strerror}.") from error
    except KeyboardInterrupt:
        click.echo("Đã dừng.")
