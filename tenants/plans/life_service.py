"""Checks, approval and withdrawal of a unit's plans. Services decide and write; edges commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select, tuple_, update

from tenants import audit, clock, files, scope, settings
from tenants.accounts import queries as accounts
from tenants.accounts.permissions import allowed
from tenants.db import db
from tenants.errors import Forbidden, NotFound, Refused
from tenants.notices import service as notices
from tenants.plans import life, numbers
from tenants.plans.format_check import Finding, findings
from tenants.plans.life_models import PlanCheck, PlanRevocation
from tenants.plans.models import Adoption, Plan, PlanVersion
from tenants.plans.printing import Frame
from tenants.plans.service_documents import revocation_docx
from tenants.plans.service_drafts import load, open_draft, saved
from tenants.plans.service_issue import fields_of, frame_of, tidy
from tenants.plans.states import step
from tenants.plans.tree import TreeNode, present
from tenants.plans.values import DocumentFields, missing_for_issue
from tenants.units.models import Unit


@dataclass(frozen=True)
class DraftText:
    """A draft as it is checked: what stands around it, its fields, its tree, and the hash of all of it."""

    frame: Frame
    fields: DocumentFields
    tree: tuple[TreeNode, ...]

    @property
    def sha256(self) -> str:
        return life.text_hash(self.frame, self.fields, self.tree)

    @property
    def findings(self) -> list[Finding]:
        """What the form lacks."""
        return findings(self.frame, self.fields, self.tree)


def draft_text(plan: Plan) -> DraftText:
    """Return the draft of a plan as it is checked."""
    return DraftText(frame_of(plan), tidy(fields_of(plan)), present(load(plan).tree))


def may_check_format(user_id: int) -> bool:
    """Return whether this person checks the form: the assigned one, or anybody when nobody is assigned."""
    assigned = settings.own("plans.format_checker")
    return assigned is None or int(assigned) == user_id


def look(plan_id: int, step_name: str, *, passed: bool, seen_sha256: str, note: str, actor_id: int) -> PlanCheck:
    """Write down one look at a draft: a check of content or form, or the signer's approval of this very text.

    Args:
        seen_sha256: the hash of the text the person had before them.
        note: what is to be changed; required with a return.

    Raises:
        NotFound: no such plan, or no such step in this unit.
        Forbidden: the form is somebody else's to check.
        Refused: ``plan-issued``; ``text-changed``: somebody saved meanwhile; ``no-reason``; ``form``: a serious point
            of form is open; ``earlier-step``: an earlier step is open.
    """
    if step_name not in life.steps_in_use():
        raise NotFound(f"step {step_name}")
    if step_name == life.FORMAT and not may_check_format(actor_id):
        raise Forbidden("plan.check")
    plan = open_draft(plan_id)
    text, words = draft_text(plan), " ".join(note.split())
    if text.sha256 != seen_sha256:
        raise Refused(
            "text-changed",
            _("Dự thảo vừa được sửa nên chưa ghi nhận. Ý kiến đã nhập được giữ; hãy xem lại bản mới rồi bấm lại."),
        )
    if not passed and not words:
        raise Refused("no-reason", _("Hãy ghi rõ cần sửa gì rồi trả lại. Chưa có gì thay đổi."))
    found = text.findings if step_name == life.FORMAT else []
    if passed:
        _refuse_too_early(plan, step_name, text)
    row = PlanCheck(
        plan_id=plan.id, version=plan.current_version + 1, step=step_name, passed=passed,
        content_sha256=text.sha256, findings=[asdict(one) for one in found], note=words, by_id=actor_id,
        at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    audit.record(f"plan.{step_name}-check", "plan", plan.id, actor_id, passed=passed, note=words, sha256=text.sha256)
    db.session.flush()
    _tell(plan, passed, words, text.sha256)
    return row


def _refuse_too_early(plan: Plan, step_name: str, text: DraftText) -> None:
    serious = [one.sentence for one in text.findings if one.serious]
    if step_name in (life.FORMAT, life.APPROVAL) and serious:
        raise Refused(
            "form",
            _("Thể thức còn thiếu: %(points)s Hãy bổ sung ở «Phần đầu và căn cứ» rồi làm lại bước này.",
              points=" ".join(serious)),
        )  # fmt: skip
    if step_name != life.APPROVAL:
        return
    before = [one for one in life.steps_in_use() if one != life.APPROVAL]
    if any(not one.holds for one in life.states(life.checks(plan), before, text.sha256)):
        raise Refused(
            "earlier-step",
            _("Bước kiểm tra phía trước chưa xong nên chưa duyệt được. Dự thảo được giữ nguyên."),
        )


_NEXT_ACTION = {life.CONTENT: "plan.check", life.FORMAT: "plan.edit", life.APPROVAL: "plan.approve"}


def _tell(plan: Plan, passed: bool, note: str, sha256: str) -> None:
    """Tell whoever comes next; a returned draft goes back to those who write."""
    key = f"plan.life:{plan.id}"
    if not passed:
        text = _("Dự thảo «%(subject)s» bị trả lại: %(note)s", subject=plan.subject, note=note)
        action, severity, label = "plan.edit", "warn", _("Xem và sửa")
    else:
        open_ = [one.step for one in life.states(life.checks(plan), life.steps_in_use(), sha256) if not one.holds]
        severity, label = "info", _("Xem dự thảo")
        if open_:
            text = _("Dự thảo «%(subject)s» chờ bước tiếp theo trước khi ban hành.", subject=plan.subject)
            action = _NEXT_ACTION[open_[0]]
        else:
            text = _("Dự thảo «%(subject)s» đã đủ các bước, có thể cấp số và ban hành.", subject=plan.subject)
            action = "plan.issue"
    notices.tell(notices.News(key, action, severity, text, "plans.life", label, {"plan_id": plan.id}))


def put_settings(steps: Sequence[str], format_checker: int | None, counter: bool, actor_id: int) -> None:
    """Set which checks a draft of the present unit passes before issue, who checks the form, and the own counter.

    Raises:
        Refused: ``checker``: the person does not work on plans here.
    """
    if format_checker is not None and format_checker not in dict(possible_checkers()):
        raise Refused("checker", _("Người kiểm tra thể thức phải là người của đơn vị. Hãy chọn lại trong danh sách."))
    settings.put("plans.life", [one for one in life.CHECKED if one in steps], actor_id)
    settings.put("plans.format_checker", format_checker, actor_id)
    settings.put("plans.counter", counter, actor_id)


def possible_checkers() -> list[tuple[int, str]]:
    """Return the people of the present unit who may be given the check of the form, with their names."""
    people = accounts.people_of(scope.current().unit_id)
    found = [(person.user.id, person.user.name) for person in people if allowed(person.roles, "plan.edit")]
    return sorted(found, key=lambda pair: pair[1])


def revoke(plan_id: int, document: DocumentFields, actor_id: int) -> PlanRevocation:
    """Withdraw an issued plan by a notice with a number of its own. Nobody changes the plan after that.

    What units below built on it stays theirs; telling them is the business of who sent it.

    Raises:
        NotFound: no such plan here.
        Refused: ``plan-state``: it is not issued; ``no-reason``; ``incomplete``; ``number-taken``.
    """
    plan = db.session.get(Plan, (scope.current().unit_id, plan_id), with_for_update=True)
    if plan is None:
        raise NotFound(f"plan {plan_id}")
    state = step(plan.state, "revoke")
    fields = replace(tidy(document), follow_up="revoke")
    missing = missing_for_issue(fields, has_nodes=True)
    if missing:
        raise Refused(
            "incomplete",
            _("Chưa thu hồi được: %(missing)s Kế hoạch vẫn có hiệu lực.", missing=" ".join(missing.values())),
            {"missing": missing},
        )
    if not fields.reason:
        raise Refused("no-reason", _("Hãy ghi lý do thu hồi. Kế hoạch vẫn có hiệu lực."))
    numbers.refuse_taken(fields)
    day = fields.document_date
    if day is None:
        raise ValueError("a document needs its date")
    row = PlanRevocation(
        plan_id=plan.id, version=plan.current_version, number=fields.number, notation=fields.notation,
        place=fields.place, document_date=day, year=day.year, signer_title=fields.signer_title,
        signer_name=fields.signer_name, reason=fields.reason,
        file_sha256=files.store().put(revocation_docx(plan.id, fields)), by_id=actor_id, at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.execute(
        update(PlanVersion)
        .where(PlanVersion.unit_id == plan.unit_id, PlanVersion.plan_id == plan.id, PlanVersion.revoked_at.is_(None))
        .values(revoked_at=row.at)
    )
    plan.state = state
    saved(plan)
    audit.record(
        "plan.revoke", "plan", plan.id, actor_id, number=row.number, notation=row.notation, reason=row.reason,
        file_sha256=row.file_sha256,
    )  # fmt: skip
    db.session.flush()
    return row


def announce_revocation(row: PlanRevocation) -> None:
    """Let those who sent the plan to units below queue telling them; to be called in the transaction of ``revoke``."""
    for follow in current_app.extensions.get("loa.plan_revoked", []):
        follow(row)


def revocations_of(adoptions: Sequence[Adoption]) -> list[tuple[str, PlanRevocation]]:
    """Return the notices that withdrew superiors' plans a plan builds on, with the name of each superior. One query."""
    keys = [(row.base_unit_id, row.base_plan_id) for row in adoptions]
    if not keys:
        return []
    named = tuple_(PlanRevocation.unit_id, PlanRevocation.plan_id)
    rows = (
        select(PlanRevocation, Unit.name)
        .join(Unit, Unit.id == PlanRevocation.unit_id)
        .where(named.in_(keys))
        .order_by(PlanRevocation.at)
    )
    return [(name, row) for row, name in db.session.execute(rows)]


def revocation_of(unit_id: int, plan_id: int) -> PlanRevocation | None:
    """Return the notice that withdrew an issued plan within reach; None while it is in force."""
    return db.session.scalar(
        select(PlanRevocation).where(PlanRevocation.unit_id == unit_id, PlanRevocation.plan_id == plan_id)
    )
