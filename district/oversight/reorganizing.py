"""Units that are renamed, moved, merged, split or closed on a day: deciding it, and writing it into the tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from district.oversight import change_news
from district.oversight.changes import Successor, Wish, batch
from district.oversight.units import RANK
from tenants import audit, clock, scope
from tenants.accounts.models import Membership
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.text import nfc, slugify
from tenants.units import queries as tree
from tenants.units import service as units
from tenants.units import states
from tenants.units.models import ADMINISTRATIVE, RELATION_KINDS, Unit, UnitChange, UnitType

ENDING = ("merge", "split", "close")
LEAST_REASON = 10
"""Characters of the reason that stands in the log for good."""


def check(wish: Wish) -> tuple[list[Unit], Unit | None]:
    """Return the units a wish is about, and the superior that would get them (moves only).

    Raises:
        NotFound: a unit does not stand below the present office, or the target does not exist.
        Refused: the wish does not hold together; the sentence says what to mend.
    """
    if wish.kind not in states.KINDS:
        raise NotFound(wish.kind)
    chosen = _own(wish.unit_ids)
    if not chosen or (len(chosen) > 1 and wish.kind in ("rename", "split", "close")):
        raise Refused("which-units", _("Hãy chọn đúng một đơn vị. Chưa có gì thay đổi."))
    if wish.on < clock.today():
        raise Refused("past-day", _("Ngày có hiệu lực phải từ hôm nay trở đi. Chưa có gì thay đổi."))
    _refuse_second(chosen)
    target = _target(wish, chosen) if wish.kind == "move" else None
    if wish.kind == "rename" and not wish.name.strip():
        raise Refused("no-name", _("Hãy nhập tên mới. Chưa có gì thay đổi."))
    if wish.kind == "merge":
        _check_merge(wish, chosen)
    if wish.kind == "split" and len(wish.successors) < 2:
        raise Refused("too-few-parts", _("Tách đơn vị cần tên của ít nhất hai đơn vị mới, mỗi dòng một tên."))
    _check_addresses(wish)
    _check_types(wish, chosen)
    return chosen, target


def _own(unit_ids: Collection[int]) -> list[Unit]:
    rows = select(Unit).where(
        Unit.id.in_(set(unit_ids)), Unit.active.is_(True), Unit.id.in_(scope.below(scope.current().unit_id))
    )
    found = list(db.session.scalars(rows.order_by(Unit.name)).unique())
    if len(found) != len(set(unit_ids)):
        raise NotFound("unit")
    return found


def _refuse_second(chosen: Sequence[Unit]) -> None:
    """One change at a time: what was decided for a unit is carried out before the next is decided."""
    wanted = {unit.id for unit in chosen}
    for change in db.session.scalars(select(UnitChange).where(UnitChange.state.in_(states.OPEN))):
        taken = wanted & {*change.unit_ids, change.details.get("successor_id", 0)}
        if taken:
            name = next(unit.name for unit in chosen if unit.id in taken)
            raise Refused(
                "change-open",
                _(
                    "«%(name)s» đang có thay đổi khác chờ thực hiện từ %(day)s. Hãy đợi xong rồi lập thay đổi mới.",
                    name=name,
                    day=change.on.strftime("%d/%m/%Y"),
                ),
            )


def _target(wish: Wish, chosen: Sequence[Unit]) -> Unit:
    wanted = Unit.id == wish.target_id if wish.target_id else Unit.slug == wish.target_slug.strip()
    target = db.session.scalar(select(Unit).where(wanted, Unit.active.is_(True)))
    if target is None or (wish.target_id and not _oversees(target.id)):
        raise Refused(
            "no-target",
            _("Không tìm thấy đơn vị tiếp nhận. Hãy chọn trong danh sách hoặc nhập đúng địa chỉ của đơn vị."),
        )
    if wish.relation not in RELATION_KINDS:
        raise NotFound(wish.relation)
    for unit in chosen:
        if RANK[target.type.tier] >= RANK[unit.type.tier]:
            raise Refused(
                "wrong-tier", _("«%(unit)s» không thể trực thuộc «%(name)s».", unit=unit.name, name=target.name)
            )
        units.refuse_circle(unit, target, wish.on)
        if (target.id, wish.relation) in {(above.id, kind) for above, kind in tree.superiors(unit.id, wish.on)}:
            raise Refused("same-place", _("«%(unit)s» đã trực thuộc «%(name)s».", unit=unit.name, name=target.name))
    return target


def _oversees(unit_id: int) -> bool:
    office_id = scope.current().unit_id
    return unit_id == office_id or office_id in tree.superior_ids(unit_id)


def _check_merge(wish: Wish, chosen: Sequence[Unit]) -> None:
    tiers = {unit.type.tier for unit in chosen}
    if wish.successor_id:
        successor = _own([wish.successor_id])[0]
        _refuse_second([successor])
        tiers.add(successor.type.tier)
    elif len(wish.successors) != 1:
        raise Refused("no-successor", _("Hãy chọn đơn vị tiếp tục hoạt động hoặc nhập tên đơn vị mới."))
    if len(set(wish.unit_ids)) + bool(wish.successor_id) < 2:
        raise Refused("too-few-units", _("Sáp nhập cần ít nhất hai đơn vị."))
    if wish.successor_id in wish.unit_ids:
        raise Refused("own-successor", _("Đơn vị tiếp tục hoạt động không thể đồng thời là đơn vị kết thúc."))
    if len(tiers) > 1:
        raise Refused("mixed-tiers", _("Chỉ sáp nhập được các đơn vị cùng cấp với nhau."))


def _check_addresses(wish: Wish) -> None:
    slugs = [successor.slug for successor in wish.successors]
    known = db.session.scalars(select(Unit.slug).where(Unit.slug.in_(slugs))).all()
    twice = next((slug for slug in slugs if slug in known or slugs.count(slug) > 1), None)
    if twice is not None:
        raise Refused(
            "slug-taken", _("Địa chỉ «%(slug)s» đã có đơn vị dùng. Hãy chọn tên hoặc địa chỉ khác.", slug=twice)
        )


def _check_types(wish: Wish, chosen: Sequence[Unit]) -> None:
    named = {successor.type_code for successor in wish.successors} - {""}
    if not named:
        return
    tiers = set(db.session.scalars(select(UnitType.tier).where(UnitType.code.in_(named))))
    known = db.session.scalar(select(func.count()).select_from(UnitType).where(UnitType.code.in_(named)))
    if known != len(named) or tiers != {chosen[0].type.tier}:
        raise Refused(
            "wrong-type",
            _("Loại của đơn vị mới phải cùng cấp với đơn vị thay đổi. Hãy chọn loại khác."),
        )


def new_successor(name: str, slug: str = "", type_code: str = "") -> Successor:
    """Return a unit that is to be founded, with its address made from the name where none was typed."""
    tidy = " ".join(nfc(name).split())
    return Successor(tidy, slug.strip() or slugify(tidy, max_length=60), type_code)


def affected_by(wish: Wish, chosen: Sequence[Unit]) -> list[int]:
    """Return the units whose plans, people or totals a change touches: those that change and all below them."""
    found = {unit.id for unit in chosen}
    if wish.kind == "move":
        for unit in chosen:
            found |= set(db.session.scalars(scope.below(unit.id)))
    return sorted(found)


def decide(wish: Wish, reason: str, actor_id: int) -> UnitChange:
    """Decide a change. The worker prepares it and writes it into the tree; a foreign superior is asked first.

    Raises:
        NotFound, Refused: see ``check``; ``no-reason`` when the reason is missing or too short.
    """
    units.hold_tree()
    chosen, target = check(wish)
    why = " ".join(nfc(reason).split())
    if len(why) < LEAST_REASON:
        raise Refused(
            "no-reason",
            _("Hãy ghi lý do hoặc văn bản quyết định, ít nhất %(n)s ký tự. Chưa có gì thay đổi.", n=LEAST_REASON),
        )
    foreign = target is not None and not _oversees(target.id)
    change = UnitChange(
        office_id=scope.current().unit_id,
        receiver_id=target.id if target is not None and foreign else None,
        kind=wish.kind,
        on=wish.on,
        unit_ids=[unit.id for unit in chosen],
        affected=affected_by(wish, chosen),
        details=_details(wish, target, chosen),
        state=states.ASKED if foreign else states.PREPARING,
        reason=why,
        by_id=actor_id,
        at=clock.now(),
    )
    db.session.add(change)
    db.session.flush()
    left_behind(change)
    audit.record(
        "units.decide", "unit_change", change.id, actor_id, kind=change.kind, on=change.on.isoformat(), reason=why
    )
    if change.receiver_id is not None:
        change_news.ask(change)
    else:
        prepare(change)
    return change


def _details(wish: Wish, target: Unit | None, chosen: Sequence[Unit]) -> dict[str, Any]:
    return {
        "names": [unit.name for unit in chosen],
        "name": " ".join(nfc(wish.name).split()),
        "short_name": " ".join(nfc(wish.short_name).split()),
        "target_id": target.id if target is not None else 0,
        "relation": wish.relation,
        "successor_id": wish.successor_id,
        "successors": [[one.name, one.slug, one.type_code] for one in wish.successors],
        "people": [list(person) for person in wish.people],
    }


def answer(change_id: int, agreed: bool, words: str, actor_id: int) -> UnitChange:
    """Say as the receiving superior whether the units are welcome.

    Raises:
        NotFound: nothing was asked of the present office under this number.
        Refused: it was answered or taken back; or the day has passed (``past-day``).
    """
    change = db.session.get(UnitChange, change_id, with_for_update=True)
    if change is None or change.receiver_id != scope.current().unit_id:
        raise NotFound(f"change {change_id}")
    after = states.step(change.state, "agree" if agreed else "decline")
    if agreed and change.on < clock.today():
        raise Refused("past-day", _("Ngày có hiệu lực đã qua. Hãy từ chối và đề nghị nơi gửi lập lại với ngày mới."))
    change.state, change.answered_by, change.answered_at = after, actor_id, clock.now()
    change.answer = " ".join(nfc(words).split())
    audit.record("units.answer", "unit_change", change.id, actor_id, agreed=agreed)
    change_news.answered(change)
    if agreed:
        prepare(change)
    return change


def prepare(change: UnitChange) -> None:
    """Queue keeping what the units inherited, and writing the tree after that."""
    gone = left_behind(change)
    for unit_id in change.affected:
        if gone[unit_id]:
            queue.enqueue("units.keep", unit_id, batch=batch(change.id), gone=sorted(gone[unit_id]))
    queue.enqueue("units.write", change.office_id, dedup=f"units.write:{change.id}", change_id=change.id)


def left_behind(change: UnitChange) -> dict[int, frozenset[int]]:
    """Return which superiors each affected unit loses, by writing the tree and taking it back.

    Raises:
        Refused: the tree cannot be like that.
    """
    before = {unit_id: tree.superior_ids(unit_id, change.on) for unit_id in change.affected}
    trial = db.session.begin_nested()
    try:
        write_tree(change)
        after = {unit_id: tree.superior_ids(unit_id, change.on) for unit_id in change.affected}
    finally:
        trial.rollback()
    return {unit_id: before[unit_id] - after[unit_id] for unit_id in change.affected}


def write_tree(change: UnitChange) -> None:
    """Write the dated names, relations, successions and roles of a change, and the closure."""
    found = tree.by_ids([*change.unit_ids, change.details["target_id"], change.details["successor_id"]])
    chosen = [found[unit_id] for unit_id in change.unit_ids]
    if change.kind == "rename":
        units.name_from(chosen[0], change.details["name"], change.on)
    elif change.kind == "move":
        target = found[change.details["target_id"]]
        for unit in chosen:
            units.place_under(unit, target, change.details["relation"], change.on, rebuild=False)
            if change.details["relation"] == ADMINISTRATIVE:
                units.set_route(unit, "plan", target, change.on)
    else:
        successors = _successors(change, chosen, found)
        for unit in chosen:
            units.take_out(unit, change.on, rebuild=False)
            for successor in successors:
                units.succeed(unit, successor, change.on, change.kind)
        _move_people(change, successors)
    db.session.flush()
    if change.kind != "rename":
        units.rebuild_closure()


def _successors(change: UnitChange, chosen: Sequence[Unit], found: dict[int, Unit]) -> list[Unit]:
    if change.details["successor_id"]:
        return [found[change.details["successor_id"]]]
    pattern, made = chosen[0], []
    above = tree.superiors(pattern.id, change.on)
    everything = list(dict.fromkeys(level for unit in chosen for level in unit.levels))
    for name, slug, *kind in change.details["successors"]:
        type_code = kind[0] if kind and kind[0] else pattern.type_code
        levels = everything if type_code == pattern.type_code else None
        unit = units.found_unit(
            slug=slug, type_code=type_code, name=name, place=pattern.place, levels=levels, on=change.on
        )
        for superior, kind in above:
            units.place_under(unit, superior, kind, change.on, rebuild=False)
            if kind == ADMINISTRATIVE:
                units.set_route(unit, "plan", superior, change.on)
        made.append(unit)
    return made


def _move_people(change: UnitChange, successors: Sequence[Unit]) -> None:
    """Give the people who were ticked their roles in the successor; accounts and other roles stay as they are."""
    for unit_id, user_id, place in change.details["people"]:
        if unit_id not in change.unit_ids or not 0 <= place < len(successors):
            continue
        held = _memberships(unit_id, user_id, change.on)
        known = {row.role for row in _memberships(successors[place].id, user_id, change.on)}
        for row in held:
            row.valid_to = max(change.on, row.valid_from)
            if row.role not in known:
                db.session.add(
                    Membership(user_id=user_id, unit_id=successors[place].id, role=row.role, valid_from=change.on)
                )


def _memberships(unit_id: int, user_id: int, on: dt.date) -> Iterable[Membership]:
    rows = select(Membership).where(
        Membership.unit_id == unit_id,
        Membership.user_id == user_id,
        or_(Membership.valid_to.is_(None), Membership.valid_to > on),
    )
    return db.session.scalars(rows).all()


def take_effect(change: UnitChange) -> None:
    """Begin on the day: today's names and open units follow, and the worker settles each unit."""
    change.state = states.step(change.state, "begin")
    found = tree.by_ids(change.unit_ids)
    for unit in found.values():
        if change.kind == "rename":
            unit.name = change.details["name"]
            unit.short_name = change.details["short_name"] or unit.name
        elif change.kind in ENDING:
            unit.active = False
    for unit_id in change.affected:
        queue.enqueue("units.settle", unit_id, batch=batch(change.id), change_id=change.id)
    queue.enqueue("units.finish", change.office_id, dedup=f"units.finish:{change.id}", change_id=change.id)
