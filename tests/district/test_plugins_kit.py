"""What somebody gets who writes a channel: a project that works as written, a report, services to try it with."""

from __future__ import annotations

import html as html_text
import importlib
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import article_builders as articles
import pytest
from click.testing import CliRunner
from conftest import make_config
from flask import Flask
from webclient import PageClient

from channel_plugins import build_manager, simulators
from channel_plugins.conformance import ChannelConformance
from channel_plugins.remote_conformance import RemoteChannelConformance
from district import cli
from district.config import Config
from district.plugins_kit import project, words

ROOT = Path(__file__).resolve().parents[2]
STARTED = "from district.plugins_kit.commands import simulate; simulate()"


@dataclass(frozen=True)
class Stranger:
    """Somebody with a generated project that pip installed into a folder of theirs."""

    project: Path
    site: Path

    def check(self) -> subprocess.CompletedProcess[str]:
        """Run `loa plugins check telegram`, without loading the commands beside it."""
        return self.run("-c", "from district.plugins_kit.commands import plugins; plugins()", "check", "telegram")

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run Python with the installed project beside ours."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LOA_")}
        paths = os.pathsep.join([str(self.site), str(ROOT)])
        return subprocess.run(
            [sys.executable, *command],
            cwd=cwd or self.project.parent,
            env={**kept, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """Write the project of a channel called telegram and install it with pip."""
    home = tmp_path_factory.mktemp("stranger")
    made = CliRunner().invoke(cli.main, ["plugins", "new", "telegram", "--into", str(home), "--label", "Nhóm Telegram"])
    assert made.exit_code == 0, made.output
    found = Stranger(home / "loa-telegram", home / "site")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--no-compile", "--disable-pip-version-check", "-q"]
    installed = found.run("-m", "pip", "install", *options, "--target", str(found.site), str(found.project))
    assert installed.returncode == 0, installed.stderr
    return found


def test_the_generated_project_is_listed_with_where_it_came_from(stranger: Stranger) -> None:
    listed = stranger.run("-m", "district.cli", "plugins", "list")
    assert listed.returncode == 0, listed.stderr
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in listed.stdout.splitlines()}
    assert rows["telegram"] == ["Nhóm Telegram", "từ gói loa-telegram 0.1.0"]
    assert rows["radio"][1] == "có sẵn trong Loa Trường"


def test_the_generated_project_passes_the_whole_contract_as_written(stranger: Stranger) -> None:
    checked = stranger.check()
    assert checked.returncode == 0, checked.stdout + checked.stderr
    total = sum(name.startswith("test_") for name in dir(RemoteChannelConformance))
    last = checked.stdout.strip().splitlines()[-1]
    assert last == f"ĐẠT: kênh «telegram» giữ đúng hợp đồng kênh, {total}/{total} mục."
    assert "✗" not in checked.stdout and checked.stderr == ""


def test_the_tests_of_the_generated_project_pass(stranger: Stranger) -> None:
    tested = stranger.run("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=stranger.project)
    assert tested.returncode == 0, tested.stdout
    assert " passed" in tested.stdout and "failed" not in tested.stdout


def test_a_channel_that_was_broken_is_reported_and_not_certified(stranger: Stranger, tmp_path: Path) -> None:
    broken = Stranger(stranger.project, tmp_path / "site")
    subprocess.run(["cp", "-r", str(stranger.site), str(broken.site)], check=True)
    module = broken.site / "loa_telegram" / "channel.py"
    code = module.read_text("utf-8")
    module.write_text(code.replace("repeatable=False", "repeatable=True"), "utf-8")
    checked = broken.check()
    assert checked.returncode == 1
    assert "  ✗ Mất câu trả lời khi đăng: báo chưa rõ" in checked.stdout
    assert checked.stdout.strip().splitlines()[-1].startswith("CHƯA ĐẠT: ")
    module.write_text("raise RuntimeError('hỏng rồi')\n", "utf-8")
    checked = broken.check()
    assert checked.returncode == 2
    assert "loa-telegram:telegram\tKHÔNG NẠP ĐƯỢC: RuntimeError: hỏng rồi" in checked.stderr


@pytest.fixture
def with_telegram(app: Flask, stranger: Stranger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application as it starts where the project is installed."""
    monkeypatch.syspath_prepend(str(stranger.site))
    importlib.invalidate_caches()
    before = app.extensions["loa.channels"]
    app.extensions["loa.channels"] = build_manager()
    try:
        yield app
    finally:
        app.extensions["loa.channels"] = before
        for name in [name for name in sys.modules if name.startswith("loa_telegram")]:
            del sys.modules[name]


def test_the_generated_channel_can_be_set_up_in_the_interface(
    with_telegram: Flask, client_for: Callable[..., PageClient]
) -> None:
    team = articles.make_team(with_telegram)
    client = client_for(team.web)
    base = f"/u/{team.unit.slug}/publishing/outlets"
    shown = html_text.unescape(client.get(base, follow_redirects=True).get_data(as_text=True))
    assert "Nhóm Telegram" in shown
    form = client.get(f"{base}/new/telegram", follow_redirects=True)
    assert form.status_code == 200
    words_of_form = html_text.unescape(form.get_data(as_text=True))
    assert "Tên nhóm" in words_of_form and "Mã truy cập" in words_of_form


def test_the_list_says_which_channels_are_off_and_a_wrong_option_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(make_config(f"sqlite:///{tmp_path}/x.db", tmp_path), channels=("radio",))
    monkeypatch.setattr(Config, "from_env", classmethod(lambda _cls, _env=None: config))
    listed = CliRunner().invoke(cli.main, ["plugins", "list"])
    off = {line.split("\t")[0] for line in listed.output.splitlines() if "TẮT" in line}
    assert listed.exit_code == 0 and "website" in off and "radio" not in off
    config = replace(config, channel_options={"radio": {"khong_co_muc_nay": "1"}})
    refused = CliRunner().invoke(cli.main, ["plugins", "list"])
    assert refused.exit_code == 1 and "khong_co_muc_nay" in refused.output and "Traceback" not in refused.output


@pytest.mark.parametrize(
    ("name", "label", "reason"),
    [
        ("Tele Gram", "", "không dùng được"),
        ("9gag", "", "không dùng được"),
        ("../ra_ngoai", "", "không dùng được"),
        ("radio", "", "Đã có kênh"),
        ("viber", 'Vi"ber', "nháy kép"),
    ],
)
def test_a_name_that_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, label: str, reason: str
) -> None:
    answer = CliRunner().invoke(cli.main, ["plugins", "new", name, "--into", str(tmp_path), "--label", label])
    assert answer.exit_code == 1 and reason in answer.output
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "loa-viber").mkdir()
    (tmp_path / "loa-viber" / "cua-toi.txt").write_text("giữ nguyên", "utf-8")
    with pytest.raises(project.BadProject, match="không trống"):
        project.write("viber", tmp_path)
    assert [path.name for path in (tmp_path / "loa-viber").iterdir()] == ["cua-toi.txt"]


def test_a_name_of_several_words_is_legal_everywhere(tmp_path: Path) -> None:
    made = project.write("bang_tin", tmp_path, "Bảng tin điện tử")
    assert made.folder.name == "loa-bang-tin"
    text = "\n".join((made.folder / file).read_text("utf-8") for file in made.files)
    assert "class BangTinChannel" in text and 'bang_tin = "loa_bang_tin"' in text and "Bảng tin điện tử" in text
    assert "kenhmau" not in text.lower() and "Kênh mẫu" not in text
    for file in made.files:
        if file.suffix == ".py":
            compile((made.folder / file).read_text("utf-8"), str(file), "exec")


def test_the_guide_names_commands_and_files_that_exist(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "write-a-channel.md").read_text("utf-8")
    named = [line.split() for line in guide.splitlines() if line.startswith("    loa ")]
    assert [words[1:3] for words in named] == [["plugins", "new"], ["plugins", "list"], ["plugins", "check"]]
    for _loa, *arguments in named:
        shown = CliRunner().invoke(cli.main, [*arguments[:2], "--help"])
        assert shown.exit_code == 0
        options = [word for word in arguments if word.startswith("--")]
        assert all(option in shown.output for option in options)
    assert all(f"`{name}`" in guide or f"simulate {name}" in guide for name in simulators.KNOWN)
    assert len(project.write("viber", tmp_path).files) == 8 and "project of eight files" in guide


def test_a_channel_nobody_has_is_answered_with_those_that_exist() -> None:
    answer = CliRunner().invoke(cli.main, ["plugins", "check", "khong_co"])
    assert answer.exit_code == 2
    assert "radio" in answer.output and "Traceback" not in answer.output


def test_a_channel_of_ours_is_checked_too() -> None:
    answer = CliRunner().invoke(cli.main, ["plugins", "check", "website"])
    assert answer.exit_code == 0, answer.output
    total = sum(name.startswith("test_") for name in dir(ChannelConformance))
    assert answer.output.strip().splitlines()[-1].startswith(f"ĐẠT: kênh «website» giữ đúng hợp đồng kênh, {total}/")


def test_every_check_has_words_in_the_report() -> None:
    checks = {name for name in dir(RemoteChannelConformance) if name.startswith("test_")}
    assert checks == set(words.CHECKS)


@pytest.mark.parametrize("name", sorted(simulators.KNOWN))
def test_every_simulator_starts_and_says_what_to_set(name: str) -> None:
    with simulators.start(name) as started:
        host = started.address.removeprefix("http://")
        assert started.settings[0].startswith(f"LOA_SIMULATOR_HOSTS={host}")
        assert all("{" not in line for line in started.settings)
        with urllib.request.urlopen(f"{started.address}/_sim/state") as answer:
            assert isinstance(json.load(answer), dict)
        with urllib.request.urlopen(f"{started.address}/") as answer:
            assert answer.status == 200 and "html" in answer.headers["Content-Type"]


def test_a_simulator_is_started_and_stopped_by_hand() -> None:
    running = subprocess.Popen(
        [sys.executable, "-u", "-c", STARTED, "webhook", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    try:
        first = running.stdout.readline()
        assert first.startswith("Máy chủ giả «webhook» đang chạy ở http://127.0.0.1:")
        while "Ctrl-C" not in running.stdout.readline():
            pass
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=20)
        assert "Đã dừng." in rest and running.returncode == 0
    finally:
        running.kill()
        running.wait()


def test_a_port_that_is_taken_is_named() -> None:
    with simulators.start("webhook") as started:
        port = started.address.rpartition(":")[2]
        answer = CliRunner().invoke(cli.main, ["simulate", "webhook", "--port", port])
    assert answer.exit_code == 1 and port in answer.output and "Traceback" not in answer.output
