"""What publishing needs of the running application: the channels, the box of secrets, the addresses."""

from __future__ import annotations

from flask import current_app

from channel_plugins import ChannelManager
from tenants.db import db
from tenants.errors import NotFound
from tenants.scope import current
from tenants.secrets import SecretBox
from tenants.units.models import Unit


def manager() -> ChannelManager:
    """Return the channels of this installation."""
    found: ChannelManager = current_app.extensions["loa.channels"]
    return found


def secret_box() -> SecretBox:
    """Return what encrypts the credentials of outlets."""
    found: SecretBox = current_app.extensions["loa.secrets"]
    return found


def base_url() -> str:
    """Return the address at which people reach the service, without a trailing slash."""
    return str(current_app.config["LOA_BASE_URL"]).rstrip("/")


def hosted_channels() -> tuple[str, ...]:
    """Return the names of the channels whose outlet is our own public site."""
    return tuple(channel.info.name for channel in manager().all() if channel.info.outlet == "hosted")


def own_unit() -> Unit:
    """Return the unit of the present scope.

    Raises:
        NotFound: it is gone.
    """
    info = db.session.info
    # The session itself holds its rows weakly; this one is asked for all the time.
    unit: Unit | None = info.get("own_unit") or db.session.get(Unit, current().unit_id)
    if unit is None:
        raise NotFound("unit")
    info["own_unit"] = unit
    return unit
