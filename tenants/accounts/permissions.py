"""The one permission table: which role may do what in its own unit.

Nothing else in the program decides on roles. An action is asked for by name; a role that is not listed may not.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

ROLES = {
    "head": _l("Lãnh đạo cơ quan quản lý"),
    "officer": _l("Chuyên viên"),
    "principal": _l("Hiệu trưởng"),
    "vice_principal": _l("Phó hiệu trưởng"),
    "vetter": _l("Người thẩm định"),
    "web_person": _l("Phụ trách trang thông tin điện tử"),
    "author": _l("Người viết bài"),
    "spokesperson": _l("Người phát ngôn"),
    "viewer": _l("Người xem"),
}
"""Role identifiers with their labels. "head" leads a department or an office, "principal" leads a school."""

OFFICE_ROLES = ("head", "officer", "vetter", "web_person", "author", "spokesperson", "viewer")
SCHOOL_ROLES = ("principal", "vice_principal", "vetter", "web_person", "author", "spokesperson", "viewer")

_EVERYBODY = frozenset(ROLES)
_LEADERS = frozenset({"head", "principal"})
_DEPUTIES = _LEADERS | {"vice_principal"}
_PLANNERS = _DEPUTIES | {"officer"}
_WRITERS = _PLANNERS | {"author", "vetter", "web_person", "spokesperson"}
_WEB = _DEPUTIES | {"web_person"}

PERMISSIONS: dict[str, frozenset[str]] = {
    "unit.view": _EVERYBODY,
    "plan.view": _EVERYBODY,
    "plan.edit": _PLANNERS,
    "plan.issue": _LEADERS | {"officer"},
    "plan.check": _DEPUTIES,
    "plan.approve": _LEADERS,
    "plan.revoke": _LEADERS,
    "article.view": _EVERYBODY,
    "article.write": _WRITERS,
    "article.vet": _DEPUTIES | {"vetter"},
    "article.approve": _DEPUTIES,
    "publish.manage": _WEB,
    "channel.manage": _WEB,
    "audience.manage": _WEB | {"spokesperson"},
    "people.manage": _LEADERS,
    "settings.manage": _LEADERS,
    "audit.view": _DEPUTIES | {"officer"},
    "oversight.view": frozenset({"head", "officer"}),
    "oversight.issue": frozenset({"head", "officer"}),
    "oversight.units": frozenset({"head", "officer"}),
    "oversight.channels": frozenset({"head", "officer"}),
}


def allowed(roles: Iterable[str], action: str) -> bool:
    """Return whether any of these roles may do ``action``.

    Raises:
        KeyError: there is no such action: a defect, so that a misspelt name never opens a door.
    """
    return not PERMISSIONS[action].isdisjoint(roles)
