"""Reading what the people of a unit should know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, case, func, select

from tenants.accounts.permissions import PERMISSIONS, allowed
from tenants.db import db
from tenants.notices.models import Notice
from tenants.notices.service import SEVERITIES

MOST_SHOWN = 8
PER_PAGE = 20


def open_for(roles: Iterable[str], most: int = MOST_SHOWN, without: Iterable[str] = ()) -> Sequence[Notice]:
    """Return what is open for people with these roles, worst and newest first. One query.

    Args:
        without: how the keys begin of notices that are shown elsewhere.
    """
    rank = case({name: place for place, name in enumerate(SEVERITIES)}, value=Notice.severity, else_=len(SEVERITIES))
    rows = _for(roles).where(Notice.resolved_at.is_(None), *(~Notice.key.startswith(one) for one in without))
    rows = rows.order_by(rank, Notice.since.desc(), Notice.id.desc())
    return db.session.scalars(rows.limit(most)).all()


def count_open(roles: Iterable[str]) -> int:
    """Return how much is open for people with these roles. One query."""
    rows = _for(roles).where(Notice.resolved_at.is_(None)).subquery()
    return int(db.session.scalar(select(func.count()).select_from(rows)) or 0)


def page(roles: Iterable[str], number: int) -> Pagination:
    """Return one page of what these people were told, open first, then the newest."""
    rows = _for(roles).order_by(Notice.resolved_at.is_not(None), Notice.since.desc(), Notice.id.desc())
    return db.paginate(rows, page=number, per_page=PER_PAGE, error_out=False)


def _for(roles: Iterable[str]) -> Select[Notice]:
    held = list(roles)
    return select(Notice).where(Notice.action.in_([action for action in PERMISSIONS if allowed(held, action)]))
