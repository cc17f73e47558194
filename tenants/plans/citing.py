"""The basis (căn cứ) under which a plan names the superior's plan it is built on: always the document in force.

A plan that is issued anew or replaced is cited by its new number from then on (NĐ 30/2020/NĐ-CP, Phụ lục I: type,
number and symbol, date, issuer, subject); one that is adjusted keeps its own. What a unit cites besides is left alone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Update, select, tuple_, update

from tenants.db import db
from tenants.plans.models import Adoption, Plan, PlanCitation, PlanVersion
from tenants.plans.service_documents import WHOLE


def cite_newest(plan: Plan, adoption: Adoption) -> None:
    """Let a plan cite the superior's document that is in force at the version it is built on. Two statements."""
    changed = _renewed(adoption.base_unit_id, adoption.base_plan_id, adoption.base_version)
    if changed is not None:
        db.session.execute(changed.where(PlanCitation.unit_id == plan.unit_id, PlanCitation.plan_id == plan.id))


def cite_newest_in_units(plan_ids: Collection[int], document: PlanVersion) -> None:
    """Do the same for the plans of many units, in the scope of a batch. Two statements."""
    changed = _renewed(document.unit_id, document.plan_id, document.version)
    if changed is not None:
        renewed = changed.where(PlanCitation.plan_id.in_(plan_ids))
        db.session.execute(renewed.execution_options(synchronize_session=False))


def _renewed(unit_id: int, plan_id: int, version: int) -> Update | None:
    rows = db.session.scalars(
        select(PlanVersion)
        .where(PlanVersion.unit_id == unit_id, PlanVersion.plan_id == plan_id, PlanVersion.follow_up.in_(WHOLE))
        .order_by(PlanVersion.version)
    ).all()
    newest = next((row for row in reversed(rows) if row.version <= version), None)
    others = [(row.number, row.notation) for row in rows if row is not newest]
    if newest is None or not others:
        return None
    values: dict[str, Any] = {
        "number": newest.number,
        "notation": newest.notation,
        "issued_on": newest.document_date,
        "issuer": newest.unit_name,
        "subject": newest.subject,
    }
    cited = tuple_(PlanCitation.number, PlanCitation.notation).in_(others)
    return update(PlanCitation).where(cited).values(**values)
