"""Pages of an office over its units: their blueprints, and their lines in the rail."""

from __future__ import annotations

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from district.web import channels, freezes, issuing, offers, orders, oversight, units
from tenants.web import navigation
from tenants.web.guard import may
from tenants.web.navigation import Entry

BLUEPRINTS = tuple(module.blueprint for module in (oversight, channels, issuing, orders, freezes, offers, units))

UNDER_OVERVIEW = ("oversight.dashboard", "oversight.board", "oversight.show_school")


def init_app(app: Flask) -> None:
    """Register the pages and their lines in the rail."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    navigation.add_entries(entries)


def entries() -> list[Entry]:
    """Return the rail's lines for somebody who looks over units; nothing in a school."""
    if g.unit.is_school or not may("oversight.view"):
        return []
    here = request.endpoint or ""
    overview = here in UNDER_OVERVIEW or here.startswith("issuing.")
    lines = [
        Entry(_("Tổng quan các trường"), url_for("oversight.dashboard"), "chart", overview),
        navigation.entry(_("Tin bài các trường"), "oversight.articles", "article"),
        navigation.entry(_("Chỉ tiêu"), "oversight.quota_board", "target"),
    ]
    lines.append(navigation.entry(_("Sức khỏe các kênh"), "channels.health", "broadcast"))
    lines.append(navigation.entry(_("Bài đề nghị"), "office_offers.index", "inbox"))
    if may("oversight.issue"):
        lines.append(navigation.entry(_("Lệnh gỡ, đính chính"), "office_orders.index", "flag", orders.running()))
    if may("oversight.units"):
        lines.append(navigation.entry(_("Các đơn vị"), "district_units.index", "school"))
    return lines
