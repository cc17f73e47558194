"""Telling many units the like at once, by the rules of ``service``; a constant number of statements unless the page a
notice leads to changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, insert, or_, select, tuple_, update

from tenants import clock
from tenants.db import db
from tenants.notices.models import Notice
from tenants.notices.service import News


def resolve_in_units(keys: Mapping[int, Collection[str]]) -> None:
    """Note in each unit that what it was told under these keys is over."""
    rows = select(Notice.id, Notice.unit_id, Notice.key).where(
        Notice.unit_id.in_(keys), Notice.resolved_at.is_(None), or_(*map(Notice.key.startswith, _kinds(keys)))
    )
    over = [ident for ident, unit_id, key in db.session.execute(rows.with_for_update()) if key in keys[unit_id]]
    if over:
        _update(over, resolved_at=clock.now())


def _kinds(keys: Mapping[int, Collection[str]]) -> set[str]:
    return {key.partition(":")[0] + ":" for some in keys.values() for key in some}


def tell_in_units(news: Mapping[int, News]) -> None:
    """Tell each unit its news; what is open already gets the new words."""
    if not news:
        return
    named = tuple_(Notice.unit_id, Notice.key)
    known = {
        row.unit_id: row
        for row in db.session.execute(
            select(Notice.id, Notice.unit_id, Notice.args, Notice.resolved_at)
            .where(Notice.unit_id.in_(news), named.in_([(unit_id, one.key) for unit_id, one in news.items()]))
            .with_for_update()
        )
    }
    _tell_again([(known[unit_id], one) for unit_id, one in news.items() if unit_id in known])
    now = clock.now()
    fresh = [
        {
            "unit_id": unit_id, "key": one.key, "action": one.action, "severity": one.severity, "text": one.text,
            "endpoint": one.endpoint, "args": dict(one.args), "link_label": one.link_label, "since": now,
        }
        for unit_id, one in news.items()
        if unit_id not in known
    ]  # fmt: skip
    if fresh:
        db.session.execute(insert(Notice), fresh)


def _tell_again(known: Iterable[tuple[Row[Any], News]]) -> None:
    alike: dict[tuple[Any, ...], list[int]] = {}
    for row, one in known:
        told = (one.text, one.severity, one.endpoint, one.link_label, row.resolved_at is not None)
        alike.setdefault(told, []).append(row.id)
        if row.args != dict(one.args):
            _update([row.id], args=dict(one.args))
    for (text, severity, endpoint, link_label, was_over), idents in alike.items():
        begun: dict[str, Any] = {"since": clock.now(), "resolved_at": None} if was_over else {}
        _update(idents, text=text, severity=severity, endpoint=endpoint, link_label=link_label, **begun)


def _update(idents: Collection[int], **values: Any) -> None:
    changed = update(Notice).where(Notice.id.in_(idents)).values(**values)
    db.session.execute(changed.execution_options(synchronize_session=False))
