"""The benchmarks measure what they say: checked on a few schools, so that a row is never of work that was not done."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask

from district import cli
from district.bench import amendments, effective_plan, run
from tenants.jobs.worker import Worker


@pytest.mark.database("sqlite")
def test_an_amendment_is_measured_until_every_school_has_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effective_plan, "LOCALIZED", 1)
    office = amendments.Office(app, 3)
    assert office.by_hand() > 0
    first, second = office.amend(), office.amend()
    assert all(0 < request < whole for request, whole in (first, second))
    assert office.asked() == 0
    office.amend(amendments.MET)
    assert office.asked() == 1
    assert office.board() < 20
    monkeypatch.setattr(amendments, "work_off", lambda app: Worker(app).run_once())
    with pytest.raises(RuntimeError, match="0 of 3 schools"):
        office.amend()


def test_every_part_is_named_and_can_be_measured_by_itself() -> None:
    shown = CliRunner().invoke(cli.main, ["bench", "--help"]).output
    assert list(run.PARTS) == ["page", "plan", "amendments", "deliveries"]
    assert "|".join(run.PARTS) in shown
    assert CliRunner().invoke(cli.main, ["bench", "--only", "khác"]).exit_code == 2
