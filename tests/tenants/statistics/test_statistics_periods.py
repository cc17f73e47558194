"""The periods into which a quota's window is cut."""

from __future__ import annotations

import datetime as dt

import pytest

from tenants.statistics import periods
from tenants.statistics.periods import Period


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_months_are_whole_so_that_all_schools_stand_in_the_same_columns() -> None:
    found = periods.split("month", day("2026-11-15"), day("2027-02-03"))

    assert [(p.start, p.end) for p in found] == [
        (day("2026-11-01"), day("2026-11-30")),
        (day("2026-12-01"), day("2026-12-31")),
        (day("2027-01-01"), day("2027-01-31")),
        (day("2027-02-01"), day("2027-02-28")),
    ]


def test_a_school_year_has_two_semesters() -> None:
    found = periods.split("semester", day("2026-09-01"), day("2027-05-31"))

    assert found == [
        Period(day("2026-09-01"), day("2027-01-15")),
        Period(day("2027-01-16"), day("2027-05-31")),
    ]


def test_a_calendar_year_touches_three_semesters() -> None:
    found = periods.split("semester", day("2026-01-01"), day("2026-12-31"))

    assert [p.start for p in found] == [day("2026-01-01"), day("2026-01-16"), day("2026-08-01")]
    assert found[-1].end == day("2026-12-31")


def test_quarters_are_those_of_the_calendar_cut_to_the_window() -> None:
    found = periods.split("quarter", day("2026-11-15"), day("2027-05-31"))

    assert [(p.start, p.end) for p in found] == [
        (day("2026-11-15"), day("2026-12-31")),
        (day("2027-01-01"), day("2027-03-31")),
        (day("2027-04-01"), day("2027-05-31")),
    ]


def test_a_plan_of_several_years_has_a_year_from_its_own_first_day() -> None:
    found = periods.split("year", day("2024-02-29"), day("2026-06-30"))

    assert found == [
        Period(day("2024-02-29"), day("2025-02-28")),
        Period(day("2025-03-01"), day("2026-02-28")),
        Period(day("2026-03-01"), day("2026-06-30")),
    ]


@pytest.mark.parametrize(
    ("today", "start"), [("2026-07-31", "2025-09-01"), ("2026-08-01", "2026-09-01"), ("2027-01-02", "2026-09-01")]
)
def test_a_school_year_begins_to_count_in_august(today: str, start: str) -> None:
    assert periods.school_year(day(today)).start == day(start)


def test_an_unknown_kind_of_period_is_a_defect() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        periods.split("fortnight", day("2026-09-01"), day("2026-09-30"))
