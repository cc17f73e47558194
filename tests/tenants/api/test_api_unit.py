"""Oneself, the people, the log and the numbers of a unit over the API."""

from __future__ import annotations

import article_builders as articles
import district_builders as rows
import pytest
from api_client import ApiClient, at_unit
from article_builders import Team
from builders import grant, in_unit, make_office
from flask import Flask

from tenants import clock
from tenants.statistics import service as statistics


@pytest.fixture
def team(app: Flask) -> Team:
    return articles.make_team(app)


@pytest.fixture
def principal(app: Flask, team: Team) -> ApiClient:
    return at_unit(app, team.principal, team.unit)


def test_who_one_is_and_what_one_may_do_where(app: Flask, team: Team) -> None:
    office = make_office(app)
    grant(app, team.author, office, "officer")
    me = at_unit(app, team.author, team.unit).ok("GET", "/api/v1/me")
    units = {unit["slug"]: unit for unit in me["units"]}
    assert (me["id"], set(units)) == (team.author.id, {team.unit.slug, office.slug})
    assert units[team.unit.slug]["roles"] == ["author"]
    assert "article.write" in units[team.unit.slug]["actions"]
    assert not any(action.startswith("oversight.") for action in units[team.unit.slug]["actions"])
    assert "oversight.issue" in units[office.slug]["actions"]


def test_people_are_added_listed_and_leave(team: Team, principal: ApiClient) -> None:
    new = {"sign_in_name": "Co.Mai", "name": "Lường Thị Mai", "roles": ["author", "vetter"]}
    added = principal.ok("POST", "/people", new)
    assert added["password"] and added["person"]["sign_in_name"] == "co.mai"
    again = principal.ok("POST", "/people", {**new, "roles": ["viewer"]})
    assert (again["password"], again["person"]["roles"]) == (None, ["author", "vetter", "viewer"])
    user_id = added["person"]["id"]
    left = principal.ok("DELETE", f"/people/{user_id}/roles/vetter")
    assert next(one for one in left["items"] if one["id"] == user_id)["roles"] == ["author", "viewer"]
    assert principal.delete(f"/people/{user_id}/roles/vetter").status == 404
    renewed = principal.ok("POST", f"/people/{user_id}/password")
    assert renewed["sign_in_name"] == "co.mai" and renewed["password"] != added["password"]


def test_a_school_cannot_give_the_roles_of_an_office(principal: ApiClient) -> None:
    new = {"sign_in_name": "co.mai", "name": "Lường Thị Mai"}
    for given in (["officer"], ["viewer", "head"], []):
        assert principal.post("/people", {**new, "roles": given}).code == "wrong-role"


def test_the_last_leader_stays(team: Team, principal: ApiClient) -> None:
    assert principal.delete(f"/people/{team.principal.id}/roles/principal").code == "last-leader"


def test_only_leaders_manage_people_and_read_the_log(app: Flask, team: Team) -> None:
    author = at_unit(app, team.author, team.unit)
    assert [author.get(path).status for path in ("/people", "/audit")] == [403, 403]


def test_the_log_names_who_did_what(app: Flask, team: Team, principal: ApiClient) -> None:
    at_unit(app, team.author, team.unit).ok("POST", "/articles", {"title": "Góc sách"})
    page = principal.ok("GET", "/audit")
    assert page["total"] == 1
    (entry,) = page["items"]
    assert (entry["action"], entry["label"], entry["actor_name"]) == ("article.create", "Tạo tin bài", team.author.name)
    assert entry["data"] == {"title": "Góc sách"}


def test_the_unit_s_numbers_and_its_quotas(app: Flask, team: Team, principal: ApiClient) -> None:
    with clock.frozen(rows.moment("2026-11-20")):
        room = rows.make_newsroom(app, team.unit, "website", "radio")
        first = rows.publish_rows(app, room, "2026-10-05", genre="role_model", node_id="nut-1")
        rows.publish_rows(app, room, "2026-10-05", channel="radio", also=first)
        rows.publish_rows(app, room, "2026-11-06")
        plan = rows.adopt_rows(app, team.unit, rows.issue_rows(app, make_office(app)))
        rows.slot_rows(app, team.unit, plan, "nut-1", "2026-10-01", "filled")
        for month in ("2026-10-01", "2026-11-01"):
            with in_unit(app, team.unit):
                statistics.rebuild_month(rows.moment(month).date())
        found = principal.ok("GET", "/statistics")
        assert (found["first"], found["last"], found["total"]) == ("2026-09-01", "2026-11-01", 2)
        assert found["months"] == [{"month": "2026-10-01", "articles": 1}, {"month": "2026-11-01", "articles": 1}]
        assert found["channels"] == [{"channel": "radio", "articles": 1}, {"channel": "website", "articles": 2}]
        assert found["nodes"] == [{"node_id": "", "articles": 1}, {"node_id": "nut-1", "articles": 1}]
        assert principal.get("/statistics", first="2026-11-15", last="2026-11-15").json["total"] == 1
        (slot,) = principal.ok("GET", "/quota-slots")["items"]
        assert (slot["period_start"], slot["state"], slot["filled"]) == ("2026-10-01", "filled", 1)
