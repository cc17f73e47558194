"""Oneself over the API."""

from __future__ import annotations

from typing import Any

from tenants.accounts import queries
from tenants.accounts.permissions import PERMISSIONS, allowed
from tenants.api.blueprint import ApiBlueprint
from tenants.api.schemas import account as shapes
from tenants.web.guard import acting_user, signed_in

blueprint = ApiBlueprint("api-account", "/api/v1", "Who one is.")


@blueprint.get("/me")
@signed_in
@blueprint.response(200, shapes.MeSchema)
def show_me() -> Any:
    """Show whose key this is, their units, roles there, and what those roles may do."""
    user = acting_user()
    units = [
        {
            **{name: getattr(unit, name) for name in ("id", "slug", "name", "short_name", "kind_label", "levels")},
            "tier": unit.type.tier,
            "timezone": unit.timezone,
            "roles": sorted(roles),
            "actions": [
                action
                for action in PERMISSIONS
                if allowed(roles, action) and not (action.startswith("oversight.") and unit.is_school)
            ],
        }
        for unit, roles in queries.units_of(user.id)
    ]
    names = ("id", "sign_in_name", "name", "email", "language")
    return {**{name: getattr(user, name) for name in names}, "units": units}
