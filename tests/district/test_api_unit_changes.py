"""Changes of the tree over the API: what they touch, deciding, following, a superior elsewhere that is asked."""

from __future__ import annotations

import datetime as dt

from api_client import at_office
from builders import make_office, make_person, make_school, make_unit, run_jobs
from flask import Flask
from queries import count_queries

from tenants import clock

REASON = "Quyết định số 15/QĐ-UBND của xã Hoa Sim"


def test_two_schools_are_merged_into_a_new_one(app: Flask) -> None:
    office = make_office(app, "Xã Hoa Sim")
    primary = make_school(app, office, "primary", "Trường Tiểu học Hoa Sim")
    lower = make_school(app, office, "lower_secondary", "Trường Trung học cơ sở Hoa Sim")
    principal = make_person(app, primary, "principal", name="Lò Thị Thử")
    officer = at_office(app, make_person(app, office, "officer"), office)
    name = "Trường Tiểu học và Trung học cơ sở Hoa Sim"
    wish = {
        "kind": "merge", "unit_ids": [primary.id, lower.id], "on": clock.today().isoformat(),
        "successors": [{"name": name, "type_code": "primary_lower_secondary"}],
        "people": [{"unit_id": primary.id, "user_id": principal.id}],
    }  # fmt: skip
    seen = officer.ok("POST", "/unit-changes/preview", wish)
    assert [one["name"] for one in seen["people"]] == ["Lò Thị Thử"]
    assert officer.get("/unit-changes").json == {"items": []}, "looking decides nothing"
    assert officer.post("/unit-changes", {**wish, "reason": "vì"}).code == "no-reason"

    decided = officer.ok("POST", "/unit-changes", {**wish, "reason": REASON})
    assert decided["state"] == "preparing"
    assert officer.post("/unit-changes", {**wish, "reason": REASON}).code == "change-open"
    run_jobs(app)
    done = officer.ok("GET", f"/unit-changes/{decided['id']}")
    assert (done["state"], done["waiting"], done["problem"]) == ("done", 0, "")
    (unit,) = officer.ok("GET", "/units")["items"]
    assert (unit["name"], unit["levels"], unit["leaders"]) == (name, ["primary", "lower_secondary"], ["Lò Thị Thử"])
    line = officer.ok("GET", f"/units/{unit['id']}/lineage")
    assert {one["name"] for one in line["predecessors"]} == {primary.name, lower.name}
    assert officer.get(f"/units/{primary.id}/lineage").status == 404


def test_a_superior_elsewhere_answers_and_a_planned_change_is_only_listed(app: Flask) -> None:
    department = make_unit(app, "department", "Sở Thử Nghiệm")
    office, other = make_office(app, "Xã Đồi Sim", department), make_office(app, "Xã Ngoài")
    first, second = make_school(app, office), make_school(app, office)
    sender = at_office(app, make_person(app, office, "officer"), office)
    receiver = at_office(app, make_person(app, other, "officer"), other)
    move = {"kind": "move", "on": (clock.today() + dt.timedelta(days=9)).isoformat(), "target_slug": other.slug}
    asked = sender.ok("POST", "/unit-changes", {**move, "unit_ids": [first.id], "reason": REASON})
    taken_back = sender.ok("POST", "/unit-changes", {**move, "unit_ids": [second.id], "reason": REASON})
    assert asked["state"] == "asked"
    assert sender.post(f"/unit-changes/{asked['id']}/reply", {"agreed": True}).status == 404
    assert sender.ok("POST", f"/unit-changes/{taken_back['id']}/cancel")["state"] == "cancelled"
    agreed = receiver.ok("POST", f"/unit-changes/{asked['id']}/reply", {"agreed": True, "words": "Đồng ý"})
    assert agreed["state"] == "preparing"
    run_jobs(app)
    listed = {one["id"]: one["state"] for one in receiver.ok("GET", "/unit-changes")["items"]}
    assert listed == {asked["id"]: "planned", taken_back["id"]: "cancelled"}
    viewer = at_office(app, make_person(app, office, "viewer"), office)
    assert viewer.get("/unit-changes").status == 403


def test_the_list_asks_the_same_for_one_change_and_three(app: Flask) -> None:
    office = make_office(app)
    officer = at_office(app, make_person(app, office, "officer"), office)

    def counted() -> int:
        school = make_school(app, office)
        wish = {"kind": "rename", "unit_ids": [school.id], "on": clock.today().isoformat(), "name": "Tên mới"}
        officer.ok("POST", "/unit-changes", {**wish, "reason": REASON})
        with count_queries() as sent:
            officer.ok("GET", "/unit-changes")
        return len(sent)

    assert len({counted() for _n in range(3)}) == 1


def test_a_change_is_cancelled_before_its_day_with_a_reason(app: Flask) -> None:
    office = make_office(app)
    school = make_school(app, office)
    officer = at_office(app, make_person(app, office, "officer"), office)
    someday = (clock.today() + dt.timedelta(days=9)).isoformat()
    wish = {"kind": "rename", "unit_ids": [school.id], "on": someday, "name": "Tên mới", "reason": REASON}
    decided = officer.ok("POST", "/unit-changes", wish)
    assert (decided["may_cancel"], decided["cancelled_at"]) == (True, None)
    run_jobs(app)
    address = f"/unit-changes/{decided['id']}/cancel"
    assert officer.post(address).code == "no-reason"
    done = officer.ok("POST", address, {"reason": "Hội đồng nhân dân chưa thông qua"})
    assert (done["state"], done["may_cancel"]) == ("cancelled", False)
    assert done["cancel_reason"] == "Hội đồng nhân dân chưa thông qua"
    assert done["cancelled_at"] and done["cancelled_by"] and "cancelled" not in done["details"]
    assert officer.post(address, {"reason": "Hội đồng nhân dân chưa thông qua"}).code == "cancelled-already"
    today = officer.ok("POST", "/unit-changes", {**wish, "on": clock.today().isoformat()})
    run_jobs(app)
    late = officer.post(f"/unit-changes/{today['id']}/cancel", {"reason": "Hội đồng nhân dân chưa thông qua"})
    assert (late.status, late.code) == (422, "already-effective")
