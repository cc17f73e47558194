"""Bodies made from the OpenAPI document, each with one part spoilt: refused or done, never a broken server."""

from __future__ import annotations

import copy
from typing import Any

from api_world import ApiWorld, Operation, bodies, make_world, operations
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ODD = [
    None, True, 0, -1, 2**31, 2**63, 1e308, "", " ", "\0", "\ud800", "x" * 3000, "0001-01-01", "9999-12-31",
    "2026-02-30", "<script>alert(1)</script>", "../../etc", [], {}, [None], [[]], [{}], {"": ""},
    {"from": "2026-13-01"}, {"count": -1, "period": "month"}, {"title": "ngoai-danh-sach"},
]  # fmt: skip
NESTED = st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3))
JUNK = st.one_of(st.sampled_from(ODD), st.text(max_size=40), st.integers(-(2**70), 2**70), NESTED)


def spots(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every part of a body."""
    found = [above] if above else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        found += spots(part, (*above, key))
    return found


def spoil(body: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """Return the body with one part replaced."""
    spoilt = copy.deepcopy(body)
    place = spoilt
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = junk
    return spoilt


def fields_of(app: Flask, operation: Operation) -> list[str]:
    """Return every field the document offers for the body of an operation."""
    document = app.extensions["loa.api"].document()
    about = document["paths"][operation.path][operation.method.lower()]
    name = about["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return list(document["components"]["schemas"][name]["properties"])


def send(world: ApiWorld, operation: Operation, body: Any) -> None:
    at_the_office = not operation.path.startswith("/api/v1/units/")
    client = world.officer if at_the_office else world.principal
    slug = world.office.slug if at_the_office else world.team.unit.slug
    ids = world.office_ids if at_the_office else world.unit_ids
    if operation.id in ("api-plan-nodes.adapt_node", "api-plan-nodes.omit_node"):
        ids = {**ids, "node_id": world.node_ids["inherited"]}
    answer = client.call(operation.method, operation.address(slug, ids), body)
    assert answer.status in (200, 201, 202, 403, 404, 409, 422), f"{operation.id} {body}: {answer.status}"


def test_no_spoilt_body_breaks_the_server(app: Flask) -> None:
    world = make_world(app)
    valid = bodies(world)
    targets = []
    for operation in operations(app):
        if operation.takes_json:
            body = valid[operation.id]
            new = [(field,) for field in fields_of(app, operation) if field not in body]
            targets += [(operation, path) for path in [*spots(body), *new]]

    @settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(targets), JUNK)
    def attack(target: tuple[Operation, tuple[Any, ...]], junk: Any) -> None:
        operation, path = target
        send(world, operation, spoil(valid[operation.id], path, junk))

    attack()
    assert world.principal.get("/articles").status == 200


def test_no_query_breaks_the_server(app: Flask) -> None:
    world = make_world(app)
    document = app.extensions["loa.api"].document()
    values = ["", "-1", "9" * 30, "0001-01-01", "9999-12-31", "\0", "true", "x" * 300]
    for operation in operations(app):
        about = document["paths"][operation.path][operation.method.lower()]
        at_the_office = not operation.path.startswith("/api/v1/units/")
        client = world.officer if at_the_office else world.principal
        slug = world.office.slug if at_the_office else world.team.unit.slug
        address = operation.address(slug, world.office_ids if at_the_office else world.unit_ids)
        for parameter in about.get("parameters", []):
            if parameter["in"] != "query" or operation.method != "GET":
                continue
            for value in values:
                answer = client.get(address, **{parameter["name"]: value})
                assert answer.status in (200, 404, 422), f"{address} {parameter['name']}={value!r}: {answer.status}"
