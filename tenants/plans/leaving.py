"""What happens to the plans of a unit that leaves a superior: nothing it has in force or in hand loses a word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select

from tenants import audit, scope
from tenants.db import db
from tenants.plans import keeping
from tenants.plans.loading import Key, load_issued
from tenants.plans.models import Adoption, PlanVersion


def keep_inherited(gone: Collection[int]) -> int:
    """Keep the text of every version that the present unit built on and that belongs to one of the superiors ``gone``.

    To be called while they may still be read; called again it adds only what is new.

    Returns:
        How many versions were kept now.
    """
    unit_id = scope.current().unit_id
    wanted: set[Key] = set()
    for bases in db.session.scalars(select(PlanVersion.bases).where(PlanVersion.unit_id == unit_id)):
        wanted |= {Key(*entry) for entry in bases}
    rows = select(Adoption.base_unit_id, Adoption.base_plan_id, Adoption.base_version)
    wanted |= {Key(*row) for row in db.session.execute(rows.where(Adoption.unit_id == unit_id))}
    wanted = {key for key in wanted if key.unit_id in gone} - keeping.own_keys()
    found = {key: issued for key, issued in load_issued(wanted).items() if issued.complete}
    for key, issued in sorted(found.items()):
        document = issued.document
        nodes = [item.node for item in issued.items if item.is_present]
        keeping.keep(key, document.unit_name, document.subject, document.levels, document.chain, nodes)
    db.session.flush()
    return len(found)


def leave(gone: Collection[int], on: dt.date, successor: str) -> int:
    """Close the adoptions of plans of superiors that left: no more versions come, all text stays as it is.

    Args:
        gone: ids of the superiors.
        on: the first day without them.
        successor: the superior from now on; "" for nobody.

    Returns:
        How many versions of their plans the unit had built on.
    """
    closed = keeping.end(gone, on, successor)
    if closed:
        audit.record("plan.left", "unit", scope.current().unit_id, None, on=on.isoformat(), successor=successor)
    return closed
