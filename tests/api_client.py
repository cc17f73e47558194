"""A client of the JSON API: acts as one person by their key, and looks at every refusal it gets."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

from builders import PersonRef, UnitRef, make_token
from flask import Flask
from werkzeug.test import TestResponse

REFUSAL = {"code": str, "message": str, "data": dict}


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the body as JSON (None when it is no JSON) and as bytes."""

    status: int
    json: Any
    data: bytes
    response: TestResponse

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(self.json["code"])


class ApiClient:
    """Calls the API as one person.

    Args:
        base: put before every address that does not begin with "/api".
    """

    def __init__(self, app: Flask, headers: dict[str, str], base: str = "") -> None:
        self._client = app.test_client()
        self._headers = headers
        self._base = base

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """Call one operation; ``body`` is sent as JSON."""
        if body is not None:
            options["json"] = body
        address = path if path.startswith("/api") else self._base + path
        headers = {**self._headers, **options.pop("headers", {})}
        response = self._client.open(address, method=method, headers=headers, token=False, **options)
        data = response.get_data()
        response.close()
        found = json.loads(data) if response.is_json and data else None
        answer = Answer(response.status_code, found, data, response)
        if answer.status >= 400:
            check_refusal(answer, f"{method} {address}")
        return answer

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, query_string=query)

    def post(self, path: str, body: Any = None) -> Answer:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any = None) -> Answer:
        return self.call("PUT", path, body)

    def delete(self, path: str, **query: Any) -> Answer:
        return self.call("DELETE", path, query_string=query)

    def send(self, path: str, field: str, *files: tuple[str, bytes]) -> Answer:
        """Upload files in a multipart body."""
        sent = [(io.BytesIO(data), name) for name, data in files]
        return self.call("POST", path, data={field: sent}, content_type="multipart/form-data")

    def ok(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Call one operation that must succeed; return its JSON."""
        answer = self.call(method, path, body, **options)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.json}"
        return answer.json


def check_refusal(answer: Answer, where: str) -> None:
    """Assert the shape of a refusal: a stable code, a Vietnamese sentence, further facts."""
    assert isinstance(answer.json, dict), f"{where}: {answer.status} {answer.data[:200]!r}"
    assert set(answer.json) == set(REFUSAL), f"{where}: {answer.json}"
    for name, kind in REFUSAL.items():
        assert isinstance(answer.json[name], kind), f"{where}: {name} is {answer.json[name]!r}"
    assert answer.json["code"] and answer.json["message"].endswith((".", "!")), f"{where}: {answer.json}"


def at_unit(app: Flask, person: PersonRef, unit: UnitRef) -> ApiClient:
    """Return a client of a person in a unit's workspace."""
    return ApiClient(app, make_token(app, person), f"/api/v1/units/{unit.slug}")


def at_office(app: Flask, person: PersonRef, unit: UnitRef) -> ApiClient:
    """Return a client of an officer over the units of an office."""
    return ApiClient(app, make_token(app, person), f"/api/v1/offices/{unit.slug}")
