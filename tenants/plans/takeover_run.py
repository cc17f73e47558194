"""Taking over a version of a superior's plan, in the scope of the receiving unit. One transaction does all of it, so a
crash leaves either nothing or the whole; done again, it does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from sqlalchemy import select, update

from tenants import audit, clock, scope, settings
from tenants.db import db
from tenants.errors import Conflict, NotFound, Refused
from tenants.jobs import queue
from tenants.notices import service as notices
from tenants.plans import takeover_news
from tenants.plans.comparing import fields_between
from tenants.plans.held import TakenBack, merge_held
from tenants.plans.layer import merge_bases
from tenants.plans.loading import Base, Key, Working, inherited_at, load_one, successors_in
from tenants.plans.merge import Merge
from tenants.plans.models import Adoption, Plan, PlanVersion
from tenants.plans.nodes import Node
from tenants.plans.service_drafts import saved
from tenants.plans.service_layer import note_local_change
from tenants.plans.takeover_models import PlanChangeSet, PlanTakeover
from tenants.plans.takeover_settle import carry_questions, keep_aside
from tenants.plans.takeover_steps import lock_plan, step, write_layer
from tenants.plans.takeover_values import AUTOMATIC

PLAN_CHANGED = "content.plan_changed"
"""Kind of the job that looks after the articles a change concerns: {"plan_id", "version", "changed": {node: [fields],
...}, "unit_name", "at"}. It runs in the unit's own scope.
"""


@dataclass(frozen=True)
class Meeting:
    """A layer and the version it is to be carried over to, before anything is written.

    Args:
        working: the plan as it reads now.
        base: the superior's plan under it that moves on.
        nodes: what the unit will inherit.
        merge: what becomes of its layer.
        successors: withdrawn node -> nodes that replace it.
    """

    working: Working
    base: Base
    document: PlanVersion
    nodes: tuple[Node, ...]
    merge: Merge
    successors: Mapping[str, Sequence[str]]


def meet(adoption: Adoption, version: int) -> Meeting:
    """Compare a plan in hand with a version of one of its superiors' plans. Writes nothing.

    Raises:
        NotFound: there is no such issued plan above this unit.
        Refused: ``base-unreadable``: one of the superiors' plans may not be read for now.
    """
    working = load_one(adoption.plan_id)
    document = issued_document(adoption.base_unit_id, adoption.base_plan_id, version)
    key = Key(adoption.base_unit_id, adoption.base_plan_id, version)
    fresh = inherited_at(key, working.plan.levels)
    total = db.session.scalars(
        select(Adoption.id).where(Adoption.unit_id == adoption.unit_id, Adoption.plan_id == adoption.plan_id)
    ).all()
    if fresh is None or len(total) != len(working.bases):
        raise Refused(
            "base-unreadable",
            _("Không đọc được kế hoạch của cấp trên nên chưa cập nhật. Kế hoạch của đơn vị được giữ nguyên."),
        )
    changed = [base.key[:2] == key[:2] for base in working.bases]
    versions = [version if new else base.key.version for base, new in zip(working.bases, changed, strict=True)]
    merged = merge_bases([fresh if new else base.nodes for base, new in zip(working.bases, changed, strict=True)])
    read_in = {node.node_id: versions[index] for node, index in merged}
    nodes = tuple(node for node, _index in merged)
    successors = successors_in(document.chain)
    back = _taken_back(adoption, version, working.plan.levels)
    merge = merge_held(working.items, nodes, working.layer, successors, lambda ident: read_in[ident], back)
    return Meeting(working, working.bases[changed.index(True)], document, nodes, merge, successors)


def undone_versions(adoption: Adoption, until: int) -> list[PlanChangeSet]:
    """Return the steps that were taken back between the version a unit is at and ``until``, oldest first."""
    rows = select(PlanChangeSet).where(
        PlanChangeSet.plan_id == adoption.plan_id,
        PlanChangeSet.kind == "takeover",
        PlanChangeSet.undone_at.is_not(None),
        PlanChangeSet.version > adoption.base_version,
        PlanChangeSet.version < until,
    )
    steps = db.session.scalars(rows.order_by(PlanChangeSet.id))
    return [step for step in steps if str(adoption.id) in step.before.get("bases", {})]


def _taken_back(adoption: Adoption, version: int, levels: Sequence[str]) -> list[TakenBack]:
    """Return what the unit took back on the way to a version. That version itself is none: who takes it over again
    wants it.
    """
    found = []
    for undone in undone_versions(adoption, version):
        key = Key(adoption.base_unit_id, adoption.base_plan_id, undone.version)
        since = inherited_at(key._replace(version=undone.before["bases"][str(adoption.id)]), levels)
        then = inherited_at(key, levels)
        if since is not None and then is not None:
            reason = _("Đơn vị đã hoàn tác bản %(number)s của cấp trên.", number=undone.version)
            found.append(
                TakenBack(since, then, adoption.base_version, reason, undone.undone_by, undone.undone_at)
            )  # fmt: skip
    return found


def issued_document(unit_id: int, plan_id: int, version: int) -> PlanVersion:
    """Return a document of a unit above.

    Raises:
        NotFound: there is no such issued plan above this unit.
    """
    document = db.session.scalar(
        select(PlanVersion).where(
            PlanVersion.unit_id == unit_id, PlanVersion.plan_id == plan_id, PlanVersion.version == version
        )
    )
    if document is None or unit_id == scope.current().unit_id:
        raise NotFound(f"issued plan {(unit_id, plan_id, version)}")
    return document


def refuse_revoked(document: PlanVersion) -> None:
    """Let nobody build on a plan its issuer has withdrawn; what was taken over before stays.

    Raises:
        Refused: ``base-revoked``.
    """
    if document.revoked_at is not None:
        raise Refused(
            "base-revoked",
            _(
                "%(name)s đã thu hồi kế hoạch «%(subject)s» nên không tiếp nhận được nữa. Nội dung đơn vị đang có "
                "được giữ nguyên; hãy chờ kế hoạch thay thế của cấp trên.",
                name=document.unit_name,
                subject=document.subject,
            ),
        )


def adoption_of(base_unit_id: int, base_plan_id: int) -> Adoption | None:
    """Return the present unit's adoption of a superior's plan."""
    return db.session.scalar(
        select(Adoption).where(
            Adoption.unit_id == scope.current().unit_id,
            Adoption.base_unit_id == base_unit_id,
            Adoption.base_plan_id == base_plan_id,
        )
    )


def offer(adoption: Adoption, version: int) -> PlanTakeover:
    """Note that a version is there, and take it over at once where the unit lets that happen.

    It happens at once when the setting ``plans.takeover`` says so, when nobody has worked on the plan yet, or when
    everything since was a correction of wording and nothing of the unit's own stands against it. May be called again
    and again; a version that waits goes on waiting.
    """
    plan = lock_plan(adoption.plan_id)
    db.session.refresh(adoption)
    known = find_row(adoption, version)
    row = known if known is not None else _new_row(adoption, version)
    adoption.offered_version = max(adoption.offered_version, version)
    if version <= adoption.base_version:
        if row.state in ("waiting", "failed"):
            row.state, row.error = "passed", None
        return row
    if known is not None and known.state != "failed":
        return row
    meeting = meet(adoption, version)
    refuse_revoked(meeting.document)
    if settings.get("plans.takeover") == AUTOMATIC or _needs_nobody(plan, adoption, meeting):
        _write(plan, adoption, row, meeting, None)
    else:
        row.state, row.error = "waiting", None
        notices.tell(takeover_news.offered(plan.id, meeting.document))
        audit.record("plan.offered", "plan", plan.id, None, version=version)
    return row


def _needs_nobody(plan: Plan, adoption: Adoption, meeting: Meeting) -> bool:
    if plan.current_version == 0 and meeting.working.layer.is_empty:
        return True
    counts = meeting.merge.counts
    classes = db.session.scalars(
        select(PlanVersion.change_class).where(
            PlanVersion.unit_id == adoption.base_unit_id,
            PlanVersion.plan_id == adoption.base_plan_id,
            PlanVersion.version > adoption.base_version,
            PlanVersion.version <= meeting.document.version,
        )
    )
    asks = counts.decisions or counts.locked_replaced or counts.orphaned
    return not asks and all(one == "wording" for one in classes)


def note_failure(base_unit_id: int, base_plan_id: int, version: int, sentence: str) -> None:
    """Write that a version could not be taken over; the unit's plan is as it was. Nothing for a unit that never
    received the plan.
    """
    adoption = adoption_of(base_unit_id, base_plan_id)
    if adoption is None or version <= adoption.base_version:
        return
    row = takeover_row(adoption, version)
    row.state, row.error = "failed", sentence


def take_over(
    base_unit_id: int, base_plan_id: int, version: int | None = None, actor_id: int | None = None
) -> PlanTakeover:
    """Carry the unit's plan over to a later version of a superior's.

    Untouched fields follow the superior; own values stay in force, and where both changed a question is raised.
    What is issued is never changed: the unit issues its own amendment. Taken over again, nothing happens.

    Args:
        version: None means the newest offered.
        actor_id: who confirmed; None for the worker.

    Raises:
        NotFound: the unit has not received this plan, or there is no such version.
        Refused: ``base-unreadable`` or ``base-revoked``.
    """
    adoption = adoption_of(base_unit_id, base_plan_id)
    if adoption is None:
        raise NotFound(f"adoption of plan {base_plan_id}")
    plan = lock_plan(adoption.plan_id)
    db.session.refresh(adoption)
    wanted = adoption.offered_version if version is None else version
    row = takeover_row(adoption, wanted)
    if wanted <= adoption.base_version:
        if row.state in ("waiting", "failed"):
            row.state, row.error = "passed", None
        return row
    meeting = meet(adoption, wanted)
    refuse_revoked(meeting.document)
    _write(plan, adoption, row, meeting, actor_id)
    return row


def take_over_seen(adoption: Adoption, seen: int, actor_id: int) -> PlanTakeover:
    """Take over the version that somebody has read about, and no other.

    Args:
        adoption: of the present unit.
        seen: the version they were shown.

    Raises:
        NotFound: no such version was offered.
        Conflict: ``newer-version``: another was offered meanwhile, ``data["version"]``; nothing was changed.
        Refused: see ``take_over``.
    """
    lock_plan(adoption.plan_id)
    db.session.refresh(adoption)
    if seen > adoption.offered_version:
        raise NotFound(f"version {seen}")
    if seen < adoption.offered_version:
        raise Conflict(
            "newer-version",
            _(
                "Cấp trên vừa ban hành bản %(number)s trong lúc bạn đang xem. Kế hoạch của đơn vị chưa thay đổi; hãy "
                "xem những thay đổi mới rồi bấm cập nhật.",
                number=adoption.offered_version,
            ),
            {"version": adoption.offered_version, "base_version": adoption.base_version},
        )
    return take_over(adoption.base_unit_id, adoption.base_plan_id, seen, actor_id)


def find_row(adoption: Adoption, version: int) -> PlanTakeover | None:
    """Return the result row of a version."""
    return db.session.scalar(
        select(PlanTakeover).where(
            PlanTakeover.unit_id == adoption.unit_id,
            PlanTakeover.base_unit_id == adoption.base_unit_id,
            PlanTakeover.base_plan_id == adoption.base_plan_id,
            PlanTakeover.version == version,
        )
    )


def takeover_row(adoption: Adoption, version: int) -> PlanTakeover:
    """Return the result row of a version, made on first sight."""
    row = find_row(adoption, version)
    return row if row is not None else _new_row(adoption, version)


def _new_row(adoption: Adoption, version: int) -> PlanTakeover:
    row = PlanTakeover(
        plan_id=adoption.plan_id,
        base_unit_id=adoption.base_unit_id,
        base_plan_id=adoption.base_plan_id,
        version=version,
        state="waiting",
        offered_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _write(plan: Plan, adoption: Adoption, row: PlanTakeover, meeting: Meeting, actor_id: int | None) -> None:
    version, merge, working = row.version, meeting.merge, meeting.working
    since = adoption.base_version
    counts = merge.counts
    row.auto, row.decisions, row.hidden = counts.auto, counts.decisions, counts.hidden
    row.locked_replaced, row.orphaned = counts.locked_replaced, counts.orphaned
    row.state, row.error, row.taken_at = "taken", None, clock.now()
    _pass_earlier(row)
    with step(plan, "takeover", version, actor_id) as change:
        write_layer(plan, working.layer, merge.layer)
        adoption.base_version = version
        adoption.offered_version = max(adoption.offered_version, version)
        carry_questions(plan, merge)
        for outcome in merge.outcomes:
            keep_aside(plan, outcome, version, working, actor_id, meeting.base)
        saved(plan)
        note_local_change(plan, by_person=False)
    audit.record(
        "plan.takeover", "plan", plan.id, actor_id, base=[row.base_unit_id, row.base_plan_id], since=since,
        version=version, change_set=change.id, **asdict(counts),
    )  # fmt: skip
    _tell(plan, row, meeting)


def _pass_earlier(row: PlanTakeover) -> None:
    db.session.flush()
    db.session.execute(
        update(PlanTakeover)
        .where(
            PlanTakeover.unit_id == row.unit_id,
            PlanTakeover.base_unit_id == row.base_unit_id,
            PlanTakeover.base_plan_id == row.base_plan_id,
            PlanTakeover.version < row.version,
            PlanTakeover.state != "passed",
        )
        .values(state="passed", unanswered=0)
    )


def _tell(plan: Plan, row: PlanTakeover, meeting: Meeting) -> None:
    """Tell the unit's people, and let the articles that rely on locked text be looked after."""
    document = meeting.document
    notices.resolve(takeover_news.offer_key(plan.id, document))
    if row.unanswered or takeover_news.is_urgent(document):
        notices.tell(takeover_news.taken(plan.id, document, row.unanswered))
    else:
        notices.resolve(takeover_news.taken_key(plan.id, document))
    inherited = [item.base for item in meeting.working.items if item.base is not None]
    changed = with_displaced(locked_changes(inherited, meeting.nodes), meeting.merge)
    if changed and document.change_class != "wording":
        queue.enqueue(
            PLAN_CHANGED, plan.unit_id, plan_id=plan.id, version=row.version, changed=changed,
            unit_name=document.unit_name, at=clock.now().isoformat(),
        )  # fmt: skip


def locked_changes(before: Sequence[Node], after: Sequence[Node]) -> dict[str, list[str]]:
    """Return the locked fields whose text changed, by node; a withdrawn node counts with the fields it had locked.

    Args:
        before, after: what the unit inherited, and what it inherits now.
    """
    now = {node.node_id: node for node in after}
    found: dict[str, list[str]] = {}
    for old in before:
        new = now.get(old.node_id)
        if new is None:
            names = [name for name, policy in old.policies.items() if policy == "locked"]
        else:
            names = [change.field for change in fields_between(old, new) if change.policy == "locked"]
        if names:
            found[old.node_id] = sorted(names)
    return found


def with_displaced(changed: dict[str, list[str]], merge: Merge) -> dict[str, list[str]]:
    """Return the locked changes with the fields in which a lock put the unit's own words aside."""
    found = {ident: set(names) for ident, names in changed.items()}
    for outcome in merge.outcomes:
        if outcome.kind == "locked":
            found.setdefault(outcome.node_id, set()).add(outcome.field)
    return {ident: sorted(names) for ident, names in found.items()}
