"""Pages of an office over its units: their blueprints, and their lines in the rail."""

from __future__ import annotations

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from district.issuing import asked
from district.web import adoption_board, amending, changes, channels, freezes, issuing, offers, orders, units
from tenants.web import navigation
from tenants.web.guard import may
from tenants.web.navigation import Entry

PAGES = (adoption_board, channels, issuing, amending, orders, freezes, offers, units, changes)
BLUEPRINTS = (*(module.blueprint for module in PAGES), amending.questions)

UNDER_OVERVIEW = ("oversight.dashboard", "oversight.board", "oversight.show_school", "oversight.side_by_side",
                  "oversight.show_predecessor")  # fmt: skip


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
    overview = here in UNDER_OVERVIEW or here.startswith(("issuing.", "amending."))
    lines = [
        Entry(_("Tổng quan các trường"), url_for("oversight.dashboard"), "chart", overview),
        navigation.entry(_("Tin bài các trường"), "oversight.articles", "article"),
        navigation.entry(_("Chỉ tiêu"), "oversight.quota_board", "target"),
    ]
    lines.append(navigation.entry(_("Sức khỏe các kênh"), "channels.health", "broadcast"))
    lines.append(navigation.entry(_("Bài đề nghị"), "office_offers.index", "inbox"))
    if may("oversight.issue"):
        lines.append(navigation.entry(_("Câu hỏi về kế hoạch"), "plan_questions.index", "question", asked.waiting()))
        lines.append(navigation.entry(_("Lệnh gỡ, đính chính"), "office_orders.index", "flag", orders.running()))
    if may("oversight.units"):
        lines.append(navigation.entry(_("Các đơn vị"), "district_units.index", "school"))
    return lines
