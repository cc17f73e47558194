"""Cancelling a change of units before it takes effect: the tree goes on as if it had never been decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from district.oversight import change_news
from district.oversight.changes import get
from district.oversight.reorganizing import ENDING, LEAST_REASON
from tenants import audit, clock, scope
from tenants.accounts.models import Membership
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.text import format_date, nfc
from tenants.units import planned, states, undoing
from tenants.units import queries as tree
from tenants.units import service as units
from tenants.units.models import ADMINISTRATIVE, UnitChange


@dataclass(frozen=True)
class Outlook:
    """What cancelling a change does.

    Args:
        what: the change in words.
        told: the names of the units that are told.
        founded: the names of the units that will not come to be.
        people: how many people keep the roles they would have left.
    """

    what: str
    told: tuple[str, ...]
    founded: tuple[str, ...]
    people: int


def refusal(change: UnitChange) -> str:
    """Return why a change can no longer be cancelled, with what to do instead; "" where it can be."""
    if change.state == states.CANCELLED:
        return str(_("Thay đổi này đã được hủy trước đó. Không có gì thay đổi thêm."))
    if change.state in (states.RUNNING, states.DONE) or (change.state == states.PLANNED and change.on <= clock.today()):
        return str(
            _(
                "Thay đổi đã có hiệu lực từ ngày %(day)s nên không hủy được nữa. Nếu cần đổi lại, hãy lập một thay đổi "
                "mới; lịch sử được giữ nguyên.",
                day=format_date(change.on),
            )
        )
    if change.state not in states.OPEN:
        return str(_("Thay đổi này đã kết thúc mà không được thực hiện nên không cần hủy."))
    return ""


def may_cancel(change: UnitChange) -> bool:
    """Return whether the present office may still cancel a change: one of its own that has not taken effect."""
    return change.office_id == scope.current().unit_id and not refusal(change)


def outlook(change_id: int) -> Outlook:
    """Return what cancelling a change would do.

    Raises:
        NotFound: the present office decided no such change.
        Refused: see ``cancel``.
    """
    change = _own(get(change_id))
    _refuse_late(change)
    told = change_news.told(change)
    known = tree.by_ids(told)
    return Outlook(
        what=planned.in_words(change, planned.names_of([change])),
        told=tuple(known[unit_id].name for unit_id in told if unit_id in known),
        founded=tuple(name for name, *_rest in change.details["successors"]),
        people=len({(unit_id, user_id) for unit_id, user_id, _place in change.details["people"]}),
    )


def cancel(change_id: int, reason: str, actor_id: int) -> UnitChange:
    """Cancel a change that has not taken effect; everybody who knew of it is told.

    The row of the change is held, so that of two officers, or of an officer and the worker that carries it out, one
    wins and the other finds it done.

    Args:
        reason: stands in the log and in the notices; "" will do while a superior elsewhere has not answered.

    Raises:
        NotFound: the present office decided no such change.
        Refused: "cancelled-already", "already-effective", "change-state", "no-reason"; "change-needed": another change
            builds on this one. Nothing was changed.
    """
    change = _own(db.session.get(UnitChange, change_id, with_for_update=True))
    _refuse_late(change)
    why = " ".join(nfc(reason).split())
    if len(why) < LEAST_REASON and (why or change.state != states.ASKED):
        raise Refused(
            "no-reason",
            _("Hãy ghi lý do hủy, ít nhất %(n)s ký tự. Thay đổi vẫn giữ nguyên, chưa có gì bị hủy.", n=LEAST_REASON),
        )
    told, before = change_news.told(change), change.state
    if before == states.PLANNED:
        _undo(change)
    change.state = states.step(before, "cancel")
    change.details = {
        **change.details,
        "cancelled": {"reason": why, "by_id": actor_id, "at": clock.now().isoformat()},
    }
    audit.record("units.cancel", "unit_change", change.id, actor_id, kind=change.kind, was=before, reason=why)
    change_news.cancelled(change, told, why)
    return change


def _own(change: UnitChange | None) -> UnitChange:
    if change is None or change.office_id != scope.current().unit_id:
        raise NotFound("change")
    return change


def _refuse_late(change: UnitChange) -> None:
    sentence = refusal(change)
    if sentence:
        late = {states.CANCELLED: "cancelled-already", states.DECLINED: "change-state", states.FAILED: "change-state"}
        raise Refused(late.get(change.state, "already-effective"), sentence, {"state": change.state})


def _undo(change: UnitChange) -> None:
    """Take the dated names, relations, routes, successions and roles of a change out of the tree again."""
    units.hold_tree()
    staying: list[int] = []
    founded = _founded(change)
    for unit_id in change.unit_ids:
        if change.kind == "rename":
            undoing.take_back_name(unit_id, change.on)
        elif change.kind == "move":
            staying += undoing.take_back_superior(unit_id, change.details["relation"], change.on)
            if change.details["relation"] == ADMINISTRATIVE:
                undoing.take_back_route(unit_id, "plan", change.on)
        else:
            staying += undoing.take_back_end(unit_id, change.on)
    _refuse_needed(change, staying, founded)
    _people_stay(change, [change.details["successor_id"], *founded])
    undoing.never_founded(founded)
    if change.kind != "rename":
        units.rebuild_closure()


def _founded(change: UnitChange) -> list[int]:
    if not change.details["successors"]:
        return []
    return undoing.founded_for(change.unit_ids, change.on, change.kind)


def _refuse_needed(change: UnitChange, staying: Collection[int], founded: Collection[int]) -> None:
    """Refuse where another decided change ends a unit under which one would stay, or speaks of one to be founded."""
    open_ones = select(UnitChange).where(UnitChange.state.in_(states.OPEN), UnitChange.id != change.id)
    for other in db.session.scalars(open_ones.order_by(UnitChange.id)):
        spoken_of = {*other.unit_ids, other.details["successor_id"], other.details["target_id"]}
        ends = set(other.unit_ids) if other.kind in ENDING else set()
        if ends.intersection(staying) or spoken_of.intersection(founded):
            raise Refused(
                "change-needed",
                _(
                    "Một thay đổi khác dựa vào thay đổi này: %(what)s. Hãy hủy thay đổi đó trước; chưa có gì bị hủy.",
                    what=planned.in_words(other, planned.names_of([other])),
                ),
                {"change_id": other.id},
            )


def _people_stay(change: UnitChange, heirs: Collection[int]) -> None:
    """Let everybody who was to move along keep their roles; one taken from them meanwhile stays taken."""
    for unit_id, user_id, _place in change.details["people"]:
        theirs = select(Membership).where(Membership.user_id == user_id)
        for row in db.session.scalars(theirs.where(Membership.unit_id == unit_id, Membership.valid_to == change.on)):
            row.valid_to = None
        planned = theirs.where(Membership.unit_id.in_(heirs), Membership.valid_from == change.on)
        for row in db.session.scalars(planned).all():
            db.session.delete(row)
    db.session.flush()
