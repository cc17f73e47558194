"""The command-line program, as a person calls it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from builders import make_office
from click.testing import CliRunner
from conftest import Database, make_config
from flask import Flask

from district import cli
from district.config import Config
from tenants.accounts import queries, service
from tenants.units import queries as units

PLAN = Path(__file__).resolve().parents[2] / "examples/plans/ke-hoach-mam-non-hoa-nang.txt"
KEYS = [
    "number", "symbol", "date", "place", "issuer", "issuer_parent", "title", "citations", "nodes", "recipients",
    "signer", "warnings",
]  # fmt: skip


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A shell without any configuration."""
    for name in ("LOA_DATABASE_URL", "LOA_SECRET_KEY", "LOA_SECRETS_KEYS", "LOA_DATA_DIR", "LOA_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return CliRunner()


@pytest.fixture
def shell(app: Flask, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A shell whose commands work on the test's application."""
    config = make_config(database.url, tmp_path)
    monkeypatch.setattr(Config, "from_env", classmethod(lambda _cls, _env=None: config))
    monkeypatch.setattr(cli.application, "create_app", lambda: app)
    return CliRunner()


def test_a_plan_is_read_without_any_configuration(unconfigured: CliRunner) -> None:
    answer = unconfigured.invoke(cli.main, ["plan", "read", str(PLAN)])
    assert answer.exit_code == 0, answer.output
    read = json.loads(answer.output)
    assert [key for key in KEYS if key not in read] == []
    assert [node["label"] for node in read["nodes"]][:3] == ["I", "II", "III"]


def test_a_file_that_is_no_plan_gets_a_sentence(unconfigured: CliRunner, tmp_path: Path) -> None:
    renamed = tmp_path / "ke-hoach.docx"
    renamed.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    answer = unconfigured.invoke(cli.main, ["plan", "read", str(renamed)])
    assert answer.exit_code == 1
    assert ".docx" in answer.output and "Traceback" not in answer.output


def test_without_configuration_the_server_says_what_is_missing(unconfigured: CliRunner) -> None:
    answer = unconfigured.invoke(cli.main, ["serve"])
    assert answer.exit_code == 1
    assert "LOA_DATABASE_URL" in answer.output and "LOA_SECRET_KEY" in answer.output


def test_printed_keys_are_good_keys(unconfigured: CliRunner) -> None:
    lines = dict(line.split("=", 1) for line in unconfigured.invoke(cli.main, ["keys"]).output.split())
    env = {
        **lines,
        "LOA_DATABASE_URL": "sqlite:////x/loa.db",
        "LOA_DATA_DIR": "/x",
        "LOA_BASE_URL": "http://localhost",
    }
    assert Config.from_env(env).secrets_keys


def test_units_and_people_are_made_from_the_shell(app: Flask, shell: CliRunner) -> None:
    office = make_office(app)
    made = shell.invoke(
        cli.main,
        ["unit", "create", "th-vi-du", "--type", "primary", "--name", "Trường Tiểu học Ví Dụ", "--under", office.slug],
    )
    assert made.exit_code == 0, made.output
    person = ["user", "create", "vidu", "--name", "Lê Ví Dụ", "--unit", "th-vi-du", "--role", "principal"]
    assert shell.invoke(cli.main, [*person, "--password", "mot-mat-khau-dai"]).exit_code == 0
    with app.app_context():
        school = units.by_slug("th-vi-du")
        user = queries.by_sign_in_name("vidu")
        assert queries.roles_in(user.id, school.id) == {"principal"}
        assert units.superior_ids(school.id) == {office.id}
        assert service.check_password(user, "mot-mat-khau-dai")


def test_a_wrong_unit_is_named(shell: CliRunner) -> None:
    answer = shell.invoke(
        cli.main,
        ["user", "create", "vidu", "--name", "A", "--unit", "khong-co", "--role", "viewer", "--password", "x" * 12],
    )
    assert answer.exit_code == 1
    assert "khong-co" in answer.output


def test_channels_are_listed(shell: CliRunner) -> None:
    answer = shell.invoke(cli.main, ["plugins", "list"])
    assert answer.exit_code == 0
    assert {"website", "radio"} <= {line.split("\t")[0] for line in answer.output.splitlines()}


def test_the_importer_is_judged_on_any_folder(unconfigured: CliRunner, tmp_path: Path) -> None:
    shutil.copy(PLAN, tmp_path / "a.txt")
    expected = json.loads(PLAN.with_suffix(".expected.json").read_text("utf-8"))
    (tmp_path / "a.expected.json").write_text(json.dumps({**expected, "number": "9999"}), "utf-8")
    answer = unconfigured.invoke(cli.main, ["plan", "check-import", str(tmp_path), "--differences"])
    assert answer.exit_code == 0, answer.output
    assert "  number                      0/1\n      9999 <> " in answer.output
    assert "  title                       1/1" in answer.output

    shutil.copy(PLAN, tmp_path / "b.txt")
    answer = unconfigured.invoke(cli.main, ["plan", "check-import", str(tmp_path)])
    assert answer.exit_code == 1
    assert "b.txt: KHÔNG CHẤM ĐƯỢC, chưa có tệp kết quả mong đợi b.expected.json" in answer.output

    (tmp_path / "expected").mkdir()
    (tmp_path / "a.expected.json").rename(tmp_path / "expected" / "a.expected.json")
    (tmp_path / "expected" / "b.expected.json").write_text(json.dumps({"titel": "x"}), "utf-8")
    answer = unconfigured.invoke(
        cli.main, ["plan", "check-import", str(tmp_path), "--expectations", str(tmp_path / "expected")]
    )
    assert answer.exit_code == 1
    assert "  number                      0/1" in answer.output
    assert "b.txt: KHÔNG CHẤM ĐƯỢC, tệp kết quả mong đợi có mục không hiểu được: titel" in answer.output
