"""Rows held until the transaction ends, so that people and workers change them one after the other."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from tenants.db import ScopedSession, db
from tenants.errors import NotFound
from tenants.scope import Scoped, current

T = TypeVar("T", bound=Scoped)

_HELD = "held_rows"


def own(cls: type[T], ident: int) -> T:
    """Return the row of ``cls`` with this id in the present unit, as the database has it, held until the transaction
    ends.

    Asked for again in the same transaction it costs nothing: nobody else can have changed it.

    Raises:
        NotFound: there is none here, whether or not another unit has it.
    """
    key = (current().unit_id, ident)
    held = db.session.info.setdefault(_HELD, {})
    found = held.get((cls, *key))
    if found is None:
        found = db.session.get(cls, key, with_for_update=True, populate_existing=True)
        if found is None:
            raise NotFound(f"{cls.__name__} {ident}")
        held[(cls, *key)] = found
    return cast(T, found)


@event.listens_for(ScopedSession, "after_transaction_end", propagate=True)
def _let_go(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_HELD, None)


@event.listens_for(ScopedSession, "after_soft_rollback", propagate=True)
def _forget(session: Session, _rolled_back: Any) -> None:
    # Going back to a savepoint lets go of what was locked after it.
    session.info.pop(_HELD, None)
