"""The left rail: where one can go in a unit, and the other units one belongs to.

``district`` adds its own entries through ``add_entries``, since a lower package never names a higher one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import gettext as _

from tenants import clock, scope
from tenants.accounts import queries as accounts
from tenants.notices import queries as notices
from tenants.orders import queries as orders
from tenants.units import lineage
from tenants.web.guard import may


@dataclass(frozen=True)
class Entry:
    """One line of the rail. ``count`` is what waits there for the present person; 0 shows nothing."""

    label: str
    url: str
    icon: str
    active: bool = False
    count: int = 0


@dataclass(frozen=True)
class UnitLink:
    """Another unit of the present person."""

    name: str
    url: str
    kind_label: str


def add_entries(make: Callable[[], list[Entry]]) -> None:
    """Let a higher package put its lines at the head of the rail, after the start page."""
    current_app.extensions.setdefault("loa.navigation", []).append(make)


def entry(label: str, endpoint: str, icon: str, count: int = 0, also: tuple[str, ...] = ()) -> Entry:
    """Return a line whose page and those below it count as active.

    Args:
        also: further pages, with those below them, that are reached through this line.
    """
    url = url_for(endpoint)
    here = request.path == url or any(
        place != "home.show" and request.path.startswith(url_for(place).rstrip("/") + "/")
        for place in (endpoint, *also)
    )
    return Entry(label, url, icon, here, count)


def entries() -> list[Entry]:
    """Return the lines for the present unit and person."""
    lines = [
        entry(_("Việc của tôi"), "home.show", "home"),
        entry(_("Thông báo"), "notices.index", "bell", notices.count_open(g.roles)),
    ]
    for make in current_app.extensions.get("loa.navigation", []):
        lines += make()
    lines.append(entry(_("Kế hoạch"), "plans.index", "plan"))
    if lineage.has_predecessors(g.unit.id, clock.today()):
        lines.append(entry(_("Đơn vị tiền thân"), "history.index", "history"))
    lines.append(entry(_("Tin bài"), "articles.index", "article", also=("wishes.index",)))
    if may("publish.manage"):
        below = ("bulletins.index", "freezes.index")
        lines.append(entry(_("Đăng và kênh"), "publishing.index", "broadcast", also=below))
        if scope.current().superiors:
            lines.append(entry(_("Đề nghị cấp trên"), "offers.index", "send"))
        waiting = orders.count_waiting()
        if waiting or g.unit.is_school or scope.current().superiors:
            lines.append(entry(_("Lệnh phải làm"), "orders.index", "flag", waiting))
    if may("audience.manage"):
        lines.append(entry(_("Người nhận tin"), "audience.index", "mail"))
    if may("people.manage"):
        lines.append(entry(_("Người dùng"), "people.index", "people"))
    if may("audit.view"):
        lines.append(entry(_("Nhật ký"), "audit.index", "history"))
    return lines


def units_of(user_id: int) -> list[UnitLink]:
    """Return the units of a person, once per request."""
    if "units_of_user" not in g:
        g.units_of_user = [
            UnitLink(unit.name, url_for("home.show", unit_slug=unit.slug), unit.kind_label)
            for unit, _roles in accounts.units_of(user_id)
        ]
    return g.units_of_user  # type: ignore[no-any-return]
