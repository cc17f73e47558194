"""Telling the people of a unit something once, and taking it back when it is over. Never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tenants import audit, clock
from tenants.accounts.permissions import allowed
from tenants.db import db
from tenants.errors import NotFound
from tenants.jobs import queue
from tenants.notices.models import Notice
from tenants.scope import get_own

SEVERITIES = ("bad", "warn", "info")
"""Worst first."""


@dataclass(frozen=True)
class News:
    """What is told.

    Args:
        key: names what it is about; telling the same again while it is open changes nothing but the words.
        action: only people whose roles allow it are told (see ``accounts.permissions``).
        severity: one of ``SEVERITIES``.
        text: what happened and what to do, in Vietnamese.
        endpoint: the page on which one can act, with its arguments ``args`` (the unit's address apart).
        link_label: what stands on the button that leads there.
    """

    key: str
    action: str
    severity: str
    text: str
    endpoint: str
    link_label: str
    args: Mapping[str, Any] = field(default_factory=dict)

    def as_args(self) -> dict[str, Any]:
        """Return it as arguments of a job."""
        return {**asdict(self), "args": dict(self.args)}


def tell(news: News) -> bool:
    """Tell the present unit something.

    Returns:
        False when it had been told and was still open.
    """
    present = _locked(news.key)
    if present is None:
        try:
            with db.session.begin_nested():
                db.session.add(_notice(news))
        except IntegrityError:
            return False
        return True
    fresh = present.resolved_at is not None
    if fresh:
        present.since, present.resolved_at = clock.now(), None
    present.text, present.severity = news.text, news.severity
    present.endpoint, present.args, present.link_label = news.endpoint, dict(news.args), news.link_label
    db.session.flush()
    return fresh


def resolve(key: str) -> bool:
    """Note that what was told is over; return whether anything was open."""
    present = _locked(key)
    if present is None or present.resolved_at is not None:
        return False
    present.resolved_at = clock.now()
    db.session.flush()
    return True


def set_aside(notice_id: int, roles: Iterable[str], *, actor_id: int) -> Notice:
    """Let a person close a notice that was meant for them. It opens again when it is told again.

    Raises:
        NotFound: no such notice in this unit for somebody with these roles.
    """
    notice = get_own(Notice, notice_id)
    if not allowed(roles, notice.action):
        raise NotFound(f"notice {notice_id}")
    if notice.resolved_at is None:
        notice.resolved_at = clock.now()
        audit.record("notice.aside", "notice", notice.id, actor_id, key=notice.key)
    return notice


def tell_unit(unit_id: int, news: News) -> None:
    """Queue telling another unit, in its own scope."""
    queue.enqueue("notices.tell", unit_id, at=clock.now().isoformat(), **news.as_args())


def resolve_in_unit(unit_id: int, key: str) -> None:
    """Queue taking back what another unit was told."""
    queue.enqueue("notices.resolve", unit_id, at=clock.now().isoformat(), key=key)


def is_older(key: str, at: dt.datetime) -> bool:
    """Return whether something newer than ``at`` is known about ``key``: jobs may overtake each other."""
    present = _locked(key)
    if present is None:
        return False
    newest = present.since if present.resolved_at is None else max(present.since, present.resolved_at)
    return newest > at


def _locked(key: str) -> Notice | None:
    return db.session.scalar(
        select(Notice).where(Notice.key == key).with_for_update().execution_options(populate_existing=True)
    )


def _notice(news: News) -> Notice:
    return Notice(
        key=news.key,
        action=news.action,
        severity=news.severity,
        text=news.text,
        endpoint=news.endpoint,
        args=dict(news.args),
        link_label=news.link_label,
        since=clock.now(),
    )
