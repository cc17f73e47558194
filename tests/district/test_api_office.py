"""What an office does over its units, over the API."""

from __future__ import annotations

from dataclasses import dataclass

import plan_builders as plans
import pytest
from api_client import ApiClient, at_office, at_unit
from builders import UnitRef, make_office, make_person, make_school, make_unit, run_jobs
from flask import Flask
from plan_builders import PlanRef
from queries import count_queries

from tenants.plans.values import NodeValues

DOCUMENT = {
    "number": "12", "notation": "KH-UBND", "document_date": "2026-09-05", "place": "Hoa Sim", "signer_name": "Lò Thử",
}  # fmt: skip


@dataclass(frozen=True)
class Office:
    unit: UnitRef
    primary: UnitRef
    preschool: UnitRef
    officer: ApiClient
    plan: PlanRef

    @property
    def path(self) -> str:
        return f"/plans/{self.plan.id}"


@pytest.fixture
def office(app: Flask) -> Office:
    unit = make_office(app, "Ủy ban nhân dân xã Hoa Sim")
    primary = make_school(app, unit, "primary", "Trường Tiểu học Hoa Sim")
    preschool = make_school(app, unit, "preschool", "Trường Mầm non Hoa Sim")
    officer = at_office(app, make_person(app, unit, "officer"), unit)
    return Office(
        unit, primary, preschool, officer, plans.make_plan(app, unit, {"read": NodeValues(title="Văn hóa đọc")})
    )


def test_a_plan_is_issued_to_some_and_sent_to_more(app: Flask, office: Office) -> None:
    targets = office.officer.ok("GET", f"{office.path}/targets")
    assert {one["id"] for one in targets["offered"]} == {office.primary.id, office.preschool.id}
    by_level = {group["level"]: group["unit_ids"] for group in targets["groups"] if group["level"]}
    assert by_level == {"preschool": [office.preschool.id], "primary": [office.primary.id]}
    refused = office.officer.post(f"{office.path}/issue", {**DOCUMENT, "unit_ids": []})
    assert refused.code == "no-target"
    refused = office.officer.post(f"{office.path}/dispatches", {"unit_ids": [office.primary.id]})
    assert refused.code == "not-issued"
    issued = office.officer.ok("POST", f"{office.path}/issue", {**DOCUMENT, "unit_ids": [office.primary.id]})
    assert (issued["version"], issued["total"], issued["waiting"]) == (1, 1, 1)
    more = office.officer.ok(
        "POST", f"{office.path}/dispatches", {"unit_ids": [office.primary.id, office.preschool.id]}
    )
    assert more["total"] == 2
    run_jobs(app)
    progress = office.officer.ok("GET", f"{office.path}/dispatches/1")
    assert (progress["received"], progress["settled"], progress["failures"]) == (2, True, [])
    assert all(one["sent_at"] for one in office.officer.ok("GET", f"{office.path}/targets")["offered"])
    assert office.officer.ok("POST", f"{office.path}/dispatches/1/retry")["received"] == 2


def test_a_unit_of_another_office_is_no_target(app: Flask, office: Office) -> None:
    foreign = make_school(app, make_office(app))
    answer = office.officer.post(f"{office.path}/issue", {**DOCUMENT, "unit_ids": [office.primary.id, foreign.id]})
    assert answer.status == 404
    assert office.officer.ok("GET", "/plans")["items"] == []


def test_the_board_of_a_plan(app: Flask, office: Office) -> None:
    both = [office.primary.id, office.preschool.id]
    office.officer.ok("POST", f"{office.path}/issue", {**DOCUMENT, "unit_ids": both})
    run_jobs(app)
    principal = at_unit(app, make_person(app, office.primary, "principal"), office.primary)
    (own,) = principal.ok("GET", "/plans?kind=received")["items"]
    principal.ok("POST", f"/plans/{own['id']}/studied")
    (plan,) = office.officer.ok("GET", "/plans")["items"]
    assert (plan["document"]["number"], plan["counts"]["opened"], plan["counts"]["received"]) == ("12", 1, 1)
    board = office.officer.ok("GET", f"{office.path}/adoptions")
    assert [(one["name"], one["stage"]) for one in board["items"]] == [
        ("Trường Mầm non Hoa Sim", "received"),
        ("Trường Tiểu học Hoa Sim", "opened"),
    ]
    opened = office.officer.get(f"{office.path}/adoptions", stage="opened").json
    assert [one["unit_id"] for one in opened["items"]] == [office.primary.id]
    named = office.officer.get(f"{office.path}/adoptions", q="mam non").json
    assert [one["unit_id"] for one in named["items"]] == [office.preschool.id]
    assert office.officer.get("/plans/999999/adoptions").status == 404


def test_an_officer_who_is_no_member_of_the_office_issues_nothing(app: Flask, office: Office) -> None:
    viewer = at_office(app, make_person(app, office.unit, "viewer"), office.unit)
    assert viewer.post(f"{office.path}/issue", {**DOCUMENT, "unit_ids": [office.primary.id]}).status == 403
    assert viewer.get("/units").status == 403


def test_units_are_listed_with_their_leaders(app: Flask, office: Office) -> None:
    leader = make_person(app, office.primary, "principal", name="Cầm Thị Ban")
    page = office.officer.ok("GET", "/units")
    assert [one["name"] for one in page["items"]] == ["Trường Mầm non Hoa Sim", "Trường Tiểu học Hoa Sim"]
    only = office.officer.get("/units", level="primary").json["items"]
    assert [(one["id"], one["leaders"], one["people"]) for one in only] == [(office.primary.id, [leader.name], 1)]
    assert office.officer.get("/units", under=str(office.primary.id)).json["items"] == []
    with count_queries() as few:
        office.officer.ok("GET", "/units")
    make_school(app, office.unit)
    with count_queries() as more:
        office.officer.ok("GET", "/units")
    assert len(few) == len(more)


def test_a_unit_is_added_with_its_leader(app: Flask, office: Office) -> None:
    types = {one["code"] for one in office.officer.ok("GET", "/unit-types")["items"]}
    assert "primary" in types and "department" not in types
    new = {
        "type_code": "primary",
        "name": "Trường Tiểu học Mây Trắng",
        "superior_id": office.unit.id,
        "leader_name": "Lường Thị Thêm",
        "leader_sign_in_name": "luong.them",
    }
    assert office.officer.post("/units", {**new, "slug": "Địa chỉ"}).json["data"]["fields"].keys() == {"slug"}
    added = office.officer.ok("POST", "/units", new)
    assert (added["unit"]["slug"], added["unit"]["superior_id"]) == ("truong-tieu-hoc-may-trang", office.unit.id)
    assert added["password"]
    assert office.officer.post("/units", new).code == "slug-taken"
    assert office.officer.post("/units", {**new, "type_code": "khong-co", "slug": "moi"}).code == "wrong-tier"
    department = make_unit(app, "department")
    assert office.officer.post("/units", {**new, "slug": "moi", "superior_id": department.id}).status == 404


def test_one_unit_shows_what_is_issued_and_public_and_no_more(app: Flask, office: Office) -> None:
    own = plans.make_plan(app, office.primary)
    shown = office.officer.ok("GET", f"/units/{office.primary.id}")
    assert (shown["unit"]["name"], shown["plans"], shown["articles"]["items"]) == ("Trường Tiểu học Hoa Sim", [], [])
    plans.issue(app, own)
    (plan,) = office.officer.ok("GET", f"/units/{office.primary.id}")["plans"]
    assert plan["plan_id"] == own.id
    assert office.officer.get(f"/units/{make_school(app, make_office(app)).id}").status == 404


def test_numbers_of_an_office_where_nothing_happened(office: Office) -> None:
    activity = office.officer.ok("GET", "/activity")
    assert (activity["total"], activity["plan_id"]) == (0, None)
    assert [(one["name"], one["articles"]) for one in activity["units"]] == [
        ("Trường Mầm non Hoa Sim", 0),
        ("Trường Tiểu học Hoa Sim", 0),
    ]
    assert office.officer.ok("GET", "/quotas")["items"] == []
    assert office.officer.get("/activity", plan_id="999999").status == 404
