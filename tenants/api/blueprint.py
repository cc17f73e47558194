"""The blueprint every part of the API is made of: bodies are read, answers written, and both documented."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

from flask import Request, Response, jsonify
from flask_babel import gettext as _
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from webargs import core
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from tenants.api.schemas.fields import plain_messages
from tenants.db import READ_ONLY, transaction
from tenants.errors import Refused
from tenants.web.guard import PUBLIC, SIGNED_IN, acting_user
from tenants.web.setup import csrf

UNIT_PREFIX = "/api/v1/units/<unit_slug>"

View = TypeVar("View", bound=Callable[..., Any])


class BadInput(Refused):
    """A body or a query that cannot be read. ``data["fields"]``: field -> sentences."""

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(
            "bad-input",
            _("Dữ liệu gửi lên chưa đúng; xem từng trường trong data.fields. Chưa có gì thay đổi."),
            {"fields": fields},
        )


class ApiParser(FlaskParser):
    """Reads bodies and queries; what cannot be read is refused like everything else."""

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json_request(req):
            if req.content_length:
                sentence = _("Nội dung gửi lên phải là JSON (Content-Type: application/json). Chưa có gì thay đổi.")
                raise UnsupportedMediaType(response=_answer(415, "not-json", sentence))
            return core.missing
        try:
            return json.loads(req.get_data(cache=True), parse_constant=_no_number)
        except (ValueError, RecursionError):
            sentence = _("Nội dung gửi lên không đọc được như JSON. Chưa có gì thay đổi.")
            raise BadRequest(response=_answer(400, "bad-json", sentence)) from None

    def handle_error(self, error: ValidationError, *_args: Any, **_options: Any) -> NoReturn:
        found = plain_messages(error.messages)
        location = next(iter(found.values())) if isinstance(found, dict) and found else {}
        raise BadInput(location if isinstance(location, dict) else {"_schema": location})


def _no_number(name: str) -> NoReturn:
    # Python reads NaN and Infinity, which are no JSON and which no database column takes.
    raise ValueError(name)


def _answer(status: int, code: str, sentence: str) -> Response:
    response = jsonify(code=code, message=sentence, data={})
    response.status_code = status
    return response


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """A part of the API.

    Args:
        name: begins with "api".
        prefix: where its addresses begin.
        description: what the part is for, in one sentence, for the OpenAPI document.
    """

    ARGUMENTS_PARSER = ApiParser()

    def __init__(self, name: str, prefix: str, description: str) -> None:
        super().__init__(name, "tenants.api", url_prefix=prefix, description=description)
        self.after_request(_never_stored)
        csrf.exempt(self)

    def arguments(
        self,
        schema: type[Schema],
        *,
        location: str = "json",
        required: bool = True,
        example: dict[str, Any] | None = None,
    ) -> Callable[[View], View]:
        """Give the view, as its first argument, what ``schema`` loads from the body ("json", "files") or "query".

        Args:
            required: False where the body may be left out; the defaults of the schema then count.
            example: a body as one would send it, for the OpenAPI document.
        """
        decorator: Callable[[View], View] = super().arguments(
            schema, location=location, required=required, example=example
        )
        return decorator

    def response(
        self, status: int, schema: type[Schema] | None = None, *, description: str = ""
    ) -> Callable[[View], View]:
        """Answer with what ``schema`` dumps; without one, with nothing."""
        decorator: Callable[[View], View] = super().response(status, schema, description=description or None)
        return decorator

    def file_response(self, content_type: str, description: str) -> Callable[[View], View]:
        """Document that the view answers with a file."""
        schema = {"type": "string", "format": "binary"}
        decorator: Callable[[View], View] = super().response(
            200, schema, content_type=content_type, description=description
        )
        return decorator

    def get(self, rule: str) -> Callable[[View], View]:
        """Register a view that reads."""
        return self._add("GET", rule)

    def post(self, rule: str) -> Callable[[View], View]:
        """Register a view that adds something or takes a step."""
        return self._add("POST", rule)

    def put(self, rule: str) -> Callable[[View], View]:
        """Register a view that saves something whole."""
        return self._add("PUT", rule)

    def delete(self, rule: str) -> Callable[[View], View]:
        """Register a view that takes something away."""
        return self._add("DELETE", rule)

    def _add(self, method: str, rule: str) -> Callable[[View], View]:
        def register(view: View) -> View:
            self.add_url_rule(rule, view_func=self._documented(view), methods=[method])
            return view

        return register

    def _documented(self, view: View) -> View:
        guard = getattr(view, "guard", None)
        about: dict[str, Any] = {
            "operationId": f"{self.name}.{view.__name__}",
            "responses": {"default": "DEFAULT_ERROR"},
        }
        if guard == PUBLIC:
            about["security"] = []
        elif guard not in (None, SIGNED_IN):
            about["x-action"] = guard
        view._apidoc = {**getattr(view, "_apidoc", {}), "manual_doc": about}  # type: ignore[attr-defined]
        return view


def _never_stored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@contextmanager
def changing() -> Iterator[int]:
    """Run one change in one transaction; yields the id of the person who acts.

    What the answer reads afterwards is read without a write lock.
    """
    with transaction():
        yield acting_user().id
    READ_ONLY.set(True)
