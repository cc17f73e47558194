"""Every refusal is {code, message, data}, whoever says it: the door, the address, the body, a rule, the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from api_client import ApiClient, at_unit
from api_world import QUERIES, bodies, make_world, operations
from article_builders import Team, make_team
from builders import make_token
from flask import Flask

HUGE = 2**63


@dataclass(frozen=True)
class School:
    """A school with its people; ``principal`` is a client that may do everything there."""

    team: Team
    principal: ApiClient


@pytest.fixture
def school(app: Flask) -> School:
    team = make_team(app)
    return School(team, at_unit(app, team.principal, team.unit))


def test_without_a_key_nothing_opens(app: Flask, school: School) -> None:
    for headers in ({}, {"Authorization": "Bearer loa_khong-co"}, {"Authorization": "Basic bG9hOmxvYQ=="}):
        answer = ApiClient(app, headers).get("/api/v1/me")
        assert (answer.status, answer.code) == (401, "unauthorized")
        assert answer.response.headers["WWW-Authenticate"] == "Bearer"


def test_a_browser_session_is_no_key(app: Flask, school: School) -> None:
    """Else any page on the net could make a signed-in browser call the API, which takes no form token."""
    client = app.test_client()
    client.sign_in_as(school.team.principal)
    assert client.post(f"/api/v1/units/{school.team.unit.slug}/plans", json={"subject": "x"}).status_code == 401


def test_a_key_needs_no_form_token(school: School) -> None:
    assert school.principal.post("/plans", {"subject": "Kế hoạch thử"}).status == 201


def test_a_revoked_key_is_useless(app: Flask, school: School) -> None:
    client = app.test_client()
    client.sign_in_as(school.team.viewer)
    headers = make_token(app, school.team.viewer)
    page = client.get("/profile").get_data(as_text=True)
    token_id = page.split("/profile/tokens/")[1].split("/")[0]
    assert ApiClient(app, headers).get("/api/v1/me").status == 200
    client.post(f"/profile/tokens/{token_id}/revoke")
    assert ApiClient(app, headers).get("/api/v1/me").status == 401


def test_a_role_that_may_not_is_told_so(app: Flask, school: School) -> None:
    viewer = at_unit(app, school.team.viewer, school.team.unit)
    answer = viewer.post("/articles", {"title": "Tin"})
    assert (answer.status, answer.code) == (403, "http-403")


def test_an_unknown_address_and_method(school: School) -> None:
    assert school.principal.get("/khong-co").code == "http-404"
    answer = school.principal.call("PATCH", "/articles")
    assert (answer.status, answer.code) == (405, "http-405")
    assert {"GET", "POST"} <= set(answer.response.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    "path", ["/articles/{huge}", "/plans/1/nodes/%00", "/plan-sources/1/nodes/%00", "/articles/-1"]
)
def test_addresses_the_database_cannot_hold_are_no_addresses(school: School, path: str) -> None:
    for method in ("GET", "DELETE"):
        assert school.principal.call(method, path.format(huge=HUGE)).status in (404, 405)


def test_a_unit_with_a_broken_name_is_not_there(school: School) -> None:
    assert school.principal.get("/api/v1/units/%00/articles").status == 404


def test_a_body_that_is_no_json(school: School) -> None:
    bad = [b"{", b"\xff\xfe", b'{"subject": NaN}', b"[" * 100_000, b'{"subject": ' + b"9" * 6000 + b"}"]
    for data in bad:
        answer = school.principal.call("POST", "/plans", data=data, content_type="application/json")
        assert (answer.status, answer.code) == (400, "bad-json"), data[:20]
    answer = school.principal.call(
        "POST", "/plans", data=b"subject=x", content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status, answer.code) == (415, "not-json")


def test_a_wrong_body_names_the_fields_in_vietnamese(school: School) -> None:
    sent = {"starts_on": "hôm qua", "levels": ["đại học"], "subjekt": "x"}
    answer = school.principal.post("/plans", sent)
    assert (answer.status, answer.code) == (422, "bad-input")
    fields = answer.json["data"]["fields"]
    assert fields["subject"] == ["Thiếu trường này."]
    assert fields["subjekt"] == ["Không có trường này."]
    assert fields["starts_on"] == ["Cần một ngày, ví dụ 2026-11-20."]
    assert fields["levels"]["0"] == ["Cần một trong: preschool, primary, lower_secondary, upper_secondary."]


def test_a_wrong_query_names_its_fields_too(school: School) -> None:
    assert school.principal.get("/plans").json["data"]["fields"] == {"kind": ["Thiếu trường này."]}
    for page in ("0", "-1", "hai", "9" * 30, ""):
        answer = school.principal.get("/articles", page=page)
        assert (answer.status, list(answer.json["data"]["fields"])) == (422, ["page"]), page


@pytest.mark.parametrize("words", ["a\0b", "\ud800", "a\x01b"])
def test_signs_that_no_document_can_hold(school: School, words: str) -> None:
    answer = school.principal.post("/plans", {"subject": words})
    assert (answer.status, list(answer.json["data"]["fields"])) == (422, ["subject"])


def test_numbers_are_numbers(school: School) -> None:
    path = "/articles/1/deliveries"
    for value in (True, "1", 1.5, 0, -1, HUGE, None, []):
        answer = school.principal.post(path, {"account_id": value})
        assert (answer.status, list(answer.json["data"]["fields"])) == (422, ["account_id"]), value


def test_a_moment_needs_its_time_zone(school: School) -> None:
    path = "/articles/1/deliveries"
    sent = {"account_id": 1, "at": "2027-01-05T08:00:00"}
    answer = school.principal.post(path, sent)
    assert answer.json["data"]["fields"] == {"at": ["Cần thời điểm kèm múi giờ, ví dụ 2026-11-20T08:00:00+07:00."]}


def test_answers_are_never_stored_by_a_browser(school: School) -> None:
    assert school.principal.get("/articles").response.headers["Cache-Control"] == "no-store"


WHOLE_BODIES: list[Any] = [[], "chữ", 1, True, [{}], {"khong_co": 1}, {"": None}, {"a": {"b": [[[]]]}}]


def test_bodies_of_another_shape_never_break_anything(app: Flask) -> None:
    world = make_world(app)
    for operation in operations(app):
        if not operation.takes_json:
            continue
        at_the_office = not operation.path.startswith("/api/v1/units/")
        client = world.officer if at_the_office else world.principal
        slug = world.office.slug if at_the_office else world.team.unit.slug
        address = operation.address(slug, world.office_ids if at_the_office else world.unit_ids)
        for body in WHOLE_BODIES:
            answer = client.call(operation.method, address, body, query_string=QUERIES.get(operation.id, {}))
            assert (answer.status, answer.code) == (422, "bad-input"), f"{operation.id} {body}: {answer.json}"


def test_each_required_field_is_asked_for(app: Flask) -> None:
    world = make_world(app)
    document = app.extensions["loa.api"].document()
    valid = bodies(world)
    for operation in operations(app):
        if not operation.takes_json:
            continue
        about = document["paths"][operation.path][operation.method.lower()]
        name = about["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        at_the_office = not operation.path.startswith("/api/v1/units/")
        client = world.officer if at_the_office else world.principal
        slug = world.office.slug if at_the_office else world.team.unit.slug
        address = operation.address(slug, world.office_ids if at_the_office else world.unit_ids)
        for field in document["components"]["schemas"][name].get("required", []):
            body = {key: value for key, value in valid[operation.id].items() if key != field}
            answer = client.call(operation.method, address, body)
            assert answer.json["data"]["fields"] == {field: ["Thiếu trường này."]}, f"{operation.id} {field}"
