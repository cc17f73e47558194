"""The JSON API of a unit, and the OpenAPI document of the whole API."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, request
from flask_smorest import Api

from tenants.api import parts
from tenants.api.blueprint import ApiBlueprint
from tenants.api.schemas.common import ErrorSchema
from tenants.web.guard import public

ABOUT = """Loa Trường: communication plans, articles and publishing of schools and their offices.

Send the key of a person as `Authorization: Bearer loa_...` (made on the page of one's own account). What the person may
do is decided by their roles in the unit named in the address; `x-action` names the action each operation asks for.

Days are ISO calendar days, moments ISO with an offset. Every refusal is `{code, message, data}`: 401 without a valid
key, 403 when no role allows the action, 404 for what is not in this unit, 409 when somebody else saved meanwhile, 422
when a rule says no or a body cannot be read. A refusal changes nothing, unless its message says otherwise.
"""


class DocumentedApi(Api):  # type: ignore[misc]
    """The registry of the API's blueprints; errors are left to the application's own handlers."""

    ERROR_SCHEMA = ErrorSchema

    def _register_error_handlers(self) -> None:
        # flask-smorest's handler would answer in another shape, also for pages, and drops the Allow header.
        return

    @public
    def _openapi_json(self) -> Any:
        """Return the OpenAPI document."""
        response = Response(json.dumps(self.document(), ensure_ascii=False), mimetype="application/json")
        response.add_etag()
        response.headers["Cache-Control"] = "no-cache"
        return response.make_conditional(request)

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document as plain values."""
        found: dict[str, Any] = self.spec.to_dict()
        return found


def init_app(app: Flask) -> None:
    """Register the routes of a unit and the OpenAPI document; higher packages add theirs with ``register``."""
    app.config.setdefault("OPENAPI_URL_PREFIX", "/api/v1")
    api = DocumentedApi(
        app,
        spec_kwargs={
            "title": "Loa Trường",
            "version": "1",
            "openapi_version": "3.1.0",
            "info": {"description": ABOUT},
            "components": {"securitySchemes": {"person": {"type": "http", "scheme": "bearer"}}},
            "security": [{"person": []}],
        },
    )
    app.extensions["loa.api"] = api
    for blueprint in parts.BLUEPRINTS:
        register(app, blueprint)


def register(app: Flask, blueprint: ApiBlueprint) -> None:
    """Add a part of the API to the application and to the OpenAPI document."""
    app.extensions["loa.api"].register_blueprint(blueprint)
