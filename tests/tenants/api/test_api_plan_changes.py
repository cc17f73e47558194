"""Amendments over the API: an offer is read, taken over, decided; locks hold; other units' ids are not found."""

from __future__ import annotations

from typing import Any

import plan_builders as plans
import pytest
from api_client import ApiClient, at_unit
from builders import UnitRef, in_unit, make_office, make_person, make_school
from flask import Flask
from plan_builders import PlanRef, document

from tenants import settings
from tenants.plans import service, takeover
from tenants.plans.values import NodeValues

OLD, NEW, MINE = "Rà soát mỗi tháng.", "Rà soát mỗi tháng và báo cáo.", "Rà soát mỗi tuần."
QUOTA = {"count": 2, "period": "month", "floor": 1, "ceiling": 4}


@pytest.fixture
def base(app: Flask) -> PlanRef:
    nodes = {"safety": NodeValues(title="An toàn", body=OLD), "model": NodeValues(title="Gương", quota=QUOTA)}
    plan = plans.make_plan(app, make_office(app), nodes)
    plans.issue(app, plan)
    return plan


@pytest.fixture
def school(app: Flask, base: PlanRef) -> UnitRef:
    return make_school(app, base.unit)


@pytest.fixture
def plan(app: Flask, school: UnitRef, base: PlanRef) -> PlanRef:
    plan = plans.receive(app, school, base)
    with in_unit(app, school):
        settings.put("plans.takeover", "confirm")
        service.adapt(plan.id, plan.nodes["safety"], {"body": MINE}, None)
        quota = {**QUOTA, "count": 3, "genre": None, "subject": None}
        service.adapt(plan.id, plan.nodes["model"], {"quota": quota}, None)
    return plan


@pytest.fixture
def principal(app: Flask, school: UnitRef) -> ApiClient:
    return at_unit(app, make_person(app, school, "principal"), school)


@pytest.fixture
def decisions(app: Flask, base: PlanRef, plan: PlanRef, principal: ApiClient) -> list[dict[str, Any]]:
    with in_unit(app, base.unit):
        service.begin_amendment(base.id, None)
        service.edit_node(base.id, base.nodes["safety"], NodeValues(title="An toàn", body=NEW), None)
        quota = {"count": 1, "period": "month", "floor": 1, "ceiling": 4}
        service.edit_node(base.id, base.nodes["model"], NodeValues(title="Gương", quota=quota), None)
        service.issue(base.id, document(note="Thêm báo cáo."), None)
    plans.receive(app, plan.unit, base, 2)
    (offer,) = principal.ok("GET", f"/plans/{plan.id}/offers")["items"]
    assert (offer["base_version"], offer["offered_version"]) == (1, 2)
    assert offer["versions"][0]["note"] == "Thêm báo cáo." and offer["forecast"]["decisions"] == 2
    taken = principal.ok("POST", f"/plans/{plan.id}/offers/{offer['adoption_id']}/take-over")
    assert (taken["state"], taken["unanswered"]) == ("needs_decision", 2)
    found: list[dict[str, Any]] = principal.ok("GET", f"/plans/{plan.id}/decisions")["items"]
    return found


def test_a_question_is_read_settled_and_taken_back(
    plan: PlanRef, principal: ApiClient, decisions: list[dict[str, Any]]
) -> None:
    one = next(row for row in decisions if row["field"] == "body")
    path = f"/plans/{plan.id}/decisions/{one['id']}"
    view = principal.ok("GET", path)
    assert (view["base_value"], view["upstream_value"], view["local_value"]) == (OLD, NEW, MINE)
    done = principal.ok("POST", path, {"choice": "take", "seen": view["seen"]})
    assert done["state"] == "taken"
    left = principal.ok("POST", f"/plans/{plan.id}/steps/{done['change_set_id']}/undo")["items"]
    assert {row["id"] for row in left} == {row["id"] for row in decisions}


def test_a_version_taken_back_is_named_in_the_next_offer_and_asked_about(
    app: Flask, base: PlanRef, plan: PlanRef, principal: ApiClient
) -> None:
    def amend(**values: Any) -> dict[str, Any]:
        with in_unit(app, base.unit):
            service.begin_amendment(base.id, None)
            model = NodeValues(**{"title": "Gương", "quota": QUOTA, **values})
            service.edit_node(base.id, base.nodes["model"], model, None)
            version = service.issue(base.id, document(), None).version
        plans.receive(app, plan.unit, base, version)
        (offer,) = principal.ok("GET", f"/plans/{plan.id}/offers")["items"]
        principal.ok("POST", f"/plans/{plan.id}/offers/{offer['adoption_id']}/take-over")
        return offer  # type: ignore[no-any-return]

    assert amend(body="Mỗi tháng một gương.")["undone"] == []
    with in_unit(app, plan.unit):
        step = takeover.steps(plan.id)[0].id
    principal.ok("POST", f"/plans/{plan.id}/steps/{step}/undo")
    offer = amend(body="Mỗi tháng hai gương.")
    assert (offer["undone"], offer["forecast"]["decisions"]) == ([2], 1)
    (row,) = principal.ok("GET", f"/plans/{plan.id}/decisions")["items"]
    assert (row["base_value"], row["local_value"]) == ("", "")
    assert "hoàn tác bản 2" in principal.ok("GET", f"/plans/{plan.id}/decisions/{row['id']}")["reason"]


def test_a_version_that_was_not_read_is_not_taken_over(
    app: Flask, base: PlanRef, plan: PlanRef, principal: ApiClient
) -> None:
    def amend(title: str) -> int:
        with in_unit(app, base.unit):
            service.begin_amendment(base.id, None)
            service.edit_node(base.id, base.nodes["safety"], NodeValues(title=title, body=OLD), None)
            version = service.issue(base.id, document(), None).version
        plans.receive(app, plan.unit, base, version)
        return version

    read = amend("An toàn trong trường")
    (offer,) = principal.ok("GET", f"/plans/{plan.id}/offers")["items"]
    address = f"/plans/{plan.id}/offers/{offer['adoption_id']}/take-over"
    newest = amend("An toàn trong và ngoài trường")
    refused = principal.call("POST", address, {"version": read})
    assert (refused.status, refused.code) == (409, "newer-version")
    assert refused.json["data"] == {"version": newest, "base_version": 1}
    assert principal.ok("GET", f"/plans/{plan.id}/takeovers")["items"][0]["state"] == "waiting"
    assert principal.call("POST", address, {"version": newest + 1}).status == 404
    taken = principal.ok("POST", address, {"version": newest})
    assert (taken["version"], taken["state"]) == (newest, "taken")
    assert principal.ok("POST", address, {"version": newest})["id"] == taken["id"], "asked twice, done once"
    amend("An toàn trường học")
    assert principal.ok("POST", address)["version"] == newest + 1, "without a version: the newest"


def test_bounds_hold_over_the_api_and_a_stale_reading_is_refused(
    plan: PlanRef, principal: ApiClient, decisions: list[dict[str, Any]]
) -> None:
    quota = next(row for row in decisions if row["field"] == "quota")
    path = f"/plans/{plan.id}/decisions/{quota['id']}"
    answer = principal.call("POST", path, {"choice": "combine", "value": {**QUOTA, "count": 9}})
    assert answer.status == 422
    assert principal.call("POST", path, {"choice": "keep", "seen": "anders"}).status == 409
    assert principal.call("POST", path, {"choice": "ask"}).code == "no-question"
    assert principal.ok("POST", path, {"choice": "ask", "question": "Vì sao?"})["state"] == "asked"


def test_another_school_does_not_find_it(
    app: Flask, base: PlanRef, plan: PlanRef, decisions: list[dict[str, Any]]
) -> None:
    other = make_school(app, base.unit)
    theirs = plans.receive(app, other, base)
    client = at_unit(app, make_person(app, other, "principal"), other)
    ident = decisions[0]["id"]
    for path in (f"/plans/{plan.id}/decisions", f"/plans/{theirs.id}/decisions/{ident}"):
        assert client.call("GET", path).status == 404
    assert client.call("POST", f"/plans/{theirs.id}/decisions/{ident}", {"choice": "take"}).status == 404
