"""Numbers of documents: unique with their symbol per issuer and calendar year (NĐ 30/2020/NĐ-CP, Điều 15), whatever
the kind of document.
"""

from __future__ import annotations

import re

from flask_babel import gettext as _
from sqlalchemy import select

from tenants import scope, settings
from tenants.db import db
from tenants.errors import Refused
from tenants.plans.life_models import PlanRevocation
from tenants.plans.models import PlanVersion
from tenants.plans.values import DocumentFields
from tenants.units.models import Unit

_DIGITS = re.compile(r"\d+")


def refuse_taken(fields: DocumentFields) -> None:
    """Refuse a number and symbol that a document of the present unit already has this year.

    Raises:
        Refused: ``number-taken``.
    """
    day = fields.document_date
    if day is None:
        return
    _one_at_a_time()
    subject = _holder(day.year, fields.number, fields.notation)
    if subject is not None:
        raise Refused(
            "number-taken",
            _(
                "Số %(number)s/%(notation)s năm %(year)s đã dùng cho «%(subject)s». "
                "Dự thảo được giữ nguyên; hãy lấy số khác trong sổ văn bản đi.",
                number=fields.number,
                notation=fields.notation,
                year=day.year,
                subject=subject,
            ),
        )


def _one_at_a_time() -> None:
    """Let two documents of a unit be numbered one after the other: no constraint spans the tables they stand in."""
    row = select(Unit.id).where(Unit.id == scope.current().unit_id)
    db.session.execute(row.with_for_update(key_share=True))


def _holder(year: int, number: str, notation: str) -> str | None:
    """Return what the document with this number is about; None when the number is free."""
    mine = scope.current().unit_id
    for cls, subject in ((PlanVersion, PlanVersion.subject), (PlanRevocation, PlanRevocation.reason)):
        found: str | None = db.session.scalar(
            select(subject).where(cls.unit_id == mine, cls.year == year, cls.number == number, cls.notation == notation)
        )
        if found is not None:
            return found
    return None


def next_number(year: int) -> str:
    """Return the next free number of the year among all documents of the present unit; "" unless it counts itself.

    One row of numbers for all symbols: no symbol can then meet a number twice.
    """
    if not settings.own("plans.counter"):
        return ""
    mine = scope.current().unit_id
    taken = [0]
    for cls in (PlanVersion, PlanRevocation):
        rows = db.session.scalars(select(cls.number).where(cls.unit_id == mine, cls.year == year))
        taken += [int(found.group()) for number in rows if (found := _DIGITS.match(number))]
    return f"{max(taken) + 1:02d}"
