"""The OpenAPI document: valid, complete, public."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tenants.accounts.permissions import PERMISSIONS
from tenants.web.guard import PUBLIC, SIGNED_IN

METHODS = {"get", "post", "put", "delete"}
TYPES = {"string", "integer", "number", "boolean", "array", "object", "null"}


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    response = app.test_client().get("/api/v1/openapi.json")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    found: dict[str, Any] = json.loads(response.data)
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, about in item.items():
            if method != "parameters":
                yield path, method, about


def walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def test_it_lists_every_route_of_the_api_with_every_method(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint != "api-docs.openapi_json"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, method, _about in operations(document)} == routes
    assert len(routes) > 90


def test_it_is_an_openapi_3_1_document(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] and document["info"]["version"] and document["info"]["description"]
    assert document["components"]["securitySchemes"]["person"] == {"type": "http", "scheme": "bearer"}
    assert document["security"] == [{"person": []}]
    assert set(document) <= {"openapi", "info", "paths", "components", "tags", "security"}


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = {part["$ref"] for part in walk(document) if isinstance(part.get("$ref"), str)}
    assert references
    for reference in references:
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert isinstance(found, dict)


def test_every_operation_is_told_in_words(document: dict[str, Any]) -> None:
    names = [about["operationId"] for _path, _method, about in operations(document)]
    assert len(names) == len(set(names))
    for path, method, about in operations(document):
        where = f"{method} {path}"
        assert method in METHODS, where
        assert about["summary"].endswith("."), where
        assert "default" in about["responses"], where
        successes = [status for status in about["responses"] if status.startswith("2")]
        assert len(successes) == 1, where
        for status, response in about["responses"].items():
            assert "$ref" in response or response["description"], f"{where} {status}"
        parameters = [*document["paths"][path].get("parameters", []), *about.get("parameters", [])]
        named = {one["name"] for one in parameters if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), where
        assert all(one["required"] for one in parameters if one["in"] == "path"), where
        assert all(one.get("description") for one in parameters if one["in"] == "query"), where
        assert method != "get" or "requestBody" not in about, where


def test_every_operation_names_the_action_it_asks_for(app: Flask, document: dict[str, Any]) -> None:
    for path, method, about in operations(document):
        blueprint, _dot, view = about["operationId"].partition(".")
        guard = app.view_functions[f"{blueprint}.{view}"].guard  # type: ignore[attr-defined]
        if guard == SIGNED_IN:
            assert "x-action" not in about
        else:
            assert guard != PUBLIC
            assert about["x-action"] == guard and guard in PERMISSIONS, f"{method} {path}"


def test_every_field_is_described(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema["type"] == "object", name
        for field, about in schema["properties"].items():
            inner = about.get("allOf", [about])[0]
            where = f"{name}.{field}: {about}"
            assert "description" in about or name == "PaginationMetadata", where
            kinds = inner.get("type", "object")
            assert set([kinds] if isinstance(kinds, str) else kinds) <= TYPES, where
            if "default" in about and "enum" in about:
                assert about["default"] in about["enum"], where


def test_a_client_that_has_it_already_is_told_so(app: Flask) -> None:
    client = app.test_client()
    tag = client.get("/api/v1/openapi.json").headers["ETag"]
    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_credentials_of_outlets_are_in_no_answer(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert not {"secrets", "secrets_box", "password_hash"} & {
        field for schema in schemas.values() for field in schema["properties"]
    }
