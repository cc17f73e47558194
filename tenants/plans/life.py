"""What a draft has to pass before it is issued (NĐ 30/2020/NĐ-CP, Điều 10-13), as the unit has set it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import func, select

from tenants import settings
from tenants.db import db
from tenants.errors import Refused
from tenants.plans.life_models import PlanCheck, PlanDiscard
from tenants.plans.models import Plan
from tenants.plans.printing import Frame, content_hash, to_document
from tenants.plans.tree import TreeNode
from tenants.plans.values import DocumentFields

COMMENTS, CONTENT, FORMAT, APPROVAL = "comments", "content", "format", "approval"
STEPS = (COMMENTS, CONTENT, FORMAT, APPROVAL)
"""In their order; góp ý is offered always and required never."""

CHECKED = (CONTENT, FORMAT, APPROVAL)


@dataclass(frozen=True)
class StepState:
    """How far one step is.

    Args:
        state: "open", "returned", "passed", or "stale": passed, but the text has changed since.
        last: the last look; None when nobody has looked.
    """

    step: str
    state: str
    last: PlanCheck | None

    @property
    def holds(self) -> bool:
        """Whether issuing need not wait for it: a check stays good, an approval only for the very text."""
        return self.state == "passed" or (self.state == "stale" and self.step != APPROVAL)


def steps_in_use() -> tuple[str, ...]:
    """Return the steps the present unit has set for itself; none by default, and never those of a superior."""
    chosen = settings.own("plans.life") or ()
    return tuple(step for step in CHECKED if step in chosen)


def text_hash(frame: Frame, fields: DocumentFields, tree: Sequence[TreeNode]) -> str:
    """Return the hash of what is approved: every word and field but number, symbol and date, given after signing."""
    unnumbered = replace(fields, number="", notation="", document_date=None)
    return content_hash(to_document(frame, unnumbered, tree), tree)


def checks(plan: Plan) -> list[PlanCheck]:
    """Return every look at the present draft of a plan, the last first; those at a draft given up do not count."""
    rows = select(PlanCheck).where(PlanCheck.plan_id == plan.id, PlanCheck.version == plan.current_version + 1)
    since = given_up_last(plan)
    if since is not None:
        rows = rows.where(PlanCheck.at > since)
    return list(db.session.scalars(rows.order_by(PlanCheck.id.desc())))


def given_up_last(plan: Plan) -> dt.datetime | None:
    """Return when the last draft of the version being drafted was given up; None when none was."""
    found: dt.datetime | None = db.session.scalar(
        select(func.max(PlanDiscard.at)).where(
            PlanDiscard.plan_id == plan.id, PlanDiscard.version == plan.current_version + 1
        )
    )
    return found


def states(found: Sequence[PlanCheck], steps: Sequence[str], present_hash: str) -> list[StepState]:
    """Return how far each step is. Pure.

    Args:
        found: the looks at this version, the last first.
    """
    out = []
    for step in steps:
        last = next((row for row in found if row.step == step), None)
        state = "open"
        if last is not None:
            state = "returned" if not last.passed else "passed" if last.content_sha256 == present_hash else "stale"
        out.append(StepState(step, state, last))
    return out


def refuse_unchecked(plan: Plan, present_hash: str) -> None:
    """Let a draft be issued only when it has passed the steps of its unit.

    Raises:
        Refused: ``unchecked``; its data names the steps.
    """
    steps = steps_in_use()
    if not steps:
        return
    missing = [one.step for one in states(checks(plan), steps, present_hash) if not one.holds]
    if not missing:
        return
    words = {
        CONTENT: _("kiểm tra nội dung"),
        FORMAT: _("kiểm tra thể thức"),
        APPROVAL: _("duyệt bản thảo (người ký duyệt đúng văn bản này)"),
    }
    raise Refused(
        "unchecked",
        _(
            "Chưa ban hành được, còn thiếu: %(steps)s. Dự thảo và những gì đã nhập được giữ nguyên.",
            steps=", ".join(words[step] for step in missing),
        ),
        {"steps": missing},
    )
