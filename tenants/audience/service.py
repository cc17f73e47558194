"""Coming into the list and out of it. Services: they load, decide, write the audit entry and never commit."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from tenants import audit, clock
from tenants.accounts import throttling
from tenants.audience import importing, ledger, queries, states
from tenants.audience.importing import Line
from tenants.audience.models import MailingEntry, Subscriber
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.scope import current, get_own
from tenants.text import fold, nfc

UNCONFIRMED_KEPT = dt.timedelta(days=7)
"""How long the address of somebody who never confirmed is kept."""
ASK_AGAIN = dt.timedelta(minutes=10)
MOST_ASKED = 5
MOST_FROM_ONE_PLACE = 10
MOST_FOR_ONE_UNIT = 300
"""Wishes from the public form in one window of ``throttling``."""

KNOWN = "known"
ENDED = "ended"


@dataclass(frozen=True)
class Consent:
    """How and when people agreed; the person who adds them answers for it.

    Args:
        source: "Phiếu đăng ký đầu năm học", in words.
        on: the day.
    """

    source: str
    on: dt.date


@dataclass(frozen=True)
class Judged:
    """A line of an imported list and what becomes of it: new, bad, repeated, known (gets letters already) or ended
    (stopped by their own will: nobody else may bring them back)."""

    line: Line
    verdict: str


def add(kind: str, address: str, name: str, organisation: str, consent: Consent, actor_id: int) -> Subscriber:
    """Put one person on the list, who agreed as ``consent`` says.

    Raises:
        Refused: no address, no consent, on the list already, or they stopped it themselves.
    """
    _check(kind, consent)
    clean = states.clean_address(address)
    if clean is None:
        raise Refused("bad-address", _("Địa chỉ thư chưa đúng. Ví dụ: an@example.com. Chưa có gì được lưu."))
    known = _find(kind, clean)
    if known is not None and known.state == states.ACTIVE:
        raise Refused("known", _("Địa chỉ này đã có trong danh sách."))
    if known is not None and known.state == states.STOPPED:
        raise Refused(
            "ended",
            _("Người này đã thôi nhận tin. Chỉ chính người đó đăng ký lại được, bằng mẫu trên trang công khai."),
        )
    subscriber = _welcome(known, kind, clean, name, organisation, consent, actor_id)
    db.session.flush()
    audit.record("audience.add", "subscriber", subscriber.id, actor_id, kind=kind)
    return subscriber


def judge(kind: str, text: str) -> list[Judged]:
    """Return what an import would do, line by line; one query whatever the number of lines.

    Raises:
        Refused: too many lines, or none.
    """
    try:
        lines = importing.read(text)
    except importing.TooLong:
        raise Refused(
            "too-long",
            _("Danh sách dài quá %(most)s dòng. Hãy chia nhỏ rồi nhập từng phần.", most=importing.MOST_LINES),
        ) from None
    if not lines:
        raise Refused("empty", _("Danh sách chưa có dòng nào. Hãy dán hoặc chọn tệp có địa chỉ thư."))
    keys = [states.address_key(line.address) for line in lines if line.verdict == importing.NEW]
    present = {found.address_key: found.state for found in _by_keys(kind, keys)}
    return [Judged(line, _verdict(line, present.get(states.address_key(line.address)))) for line in lines]


def import_list(kind: str, text: str, consent: Consent, actor_id: int) -> list[Judged]:
    """Put everybody on the list whom ``judge`` calls new, and return its report.

    Raises:
        Refused: see ``judge`` and ``add``.
    """
    _check(kind, consent)
    report = judge(kind, text)
    wanted = [judged.line for judged in report if judged.verdict == importing.NEW]
    known = {found.address_key: found for found in _by_keys(kind, [states.address_key(w.address) for w in wanted])}
    for line in wanted:
        before = known.get(states.address_key(line.address))
        _welcome(before, kind, line.address, line.name, line.organisation, consent, actor_id)
    db.session.flush()
    audit.record("audience.import", "subscriber", kind, actor_id, count=len(wanted))
    return report


def subscribe(address: str, name: str, place: str) -> None:
    """Take a wish from the public form: the address is asked, by letter, whether its owner agrees.

    What this does cannot be told from outside, so that nobody learns who is on the list.

    Args:
        place: where the request came from, for counting.

    Raises:
        Refused: no address, or too many wishes from one place.
    """
    clean = states.clean_address(address)
    if clean is None:
        raise Refused("bad-address", _("Địa chỉ thư chưa đúng. Ví dụ: an@example.com. Chưa có gì được lưu."))
    throttling.count(f"subscribe:{place}", MOST_FROM_ONE_PLACE)
    throttling.count(f"subscribe-unit:{current().unit_id}", MOST_FOR_ONE_UNIT)
    now = clock.now()
    person = _find(states.NEWSLETTER, clean)
    if person is not None and person.state == states.ACTIVE:
        return
    if person is None:
        person = Subscriber(kind=states.NEWSLETTER, created_at=now, token=_token())
        db.session.add(person)
        _name(person, clean, name, "")
    recent = person.asked_at is not None and now - person.asked_at < ASK_AGAIN
    if person.state == states.PENDING and (recent or person.asked >= MOST_ASKED):
        return
    person.state, person.asked_at, person.asked = states.PENDING, now, (person.asked or 0) + 1
    db.session.flush()
    queue.enqueue(
        "audience.confirm", current().unit_id, dedup=f"confirm:{current().unit_id}:{person.id}", subscriber_id=person.id
    )
    audit.record("audience.ask", "subscriber", person.id, None)


def confirm(token: str) -> Subscriber:
    """Let the owner of an address agree. Repeating changes nothing.

    Raises:
        NotFound: no such token here. Refused: they stopped meanwhile.
    """
    person = queries.by_token(token)
    if person.state == states.PENDING:
        person.state, person.consent_at, person.ended_at, person.sentence = states.ACTIVE, clock.now(), None, None
        person.consent_source = _("Tự đăng ký trên trang công khai và xác nhận qua thư")
        audit.record("audience.confirm", "subscriber", person.id, None)
    elif person.state != states.ACTIVE:
        raise Refused("ended", _("Liên kết này đã dùng xong. Muốn nhận tin lại, hãy đăng ký lần nữa trên trang này."))
    return person


def stop(token: str) -> Subscriber:
    """Let the owner of an address end it, at once and without a question. Repeating changes nothing.

    Raises:
        NotFound: no such token here.
    """
    person = queries.by_token(token)
    if person.state in (states.ACTIVE, states.PENDING, states.BOUNCED):
        _end(person, states.STOPPED, _("Người nhận tự thôi nhận"))
        audit.record("audience.stop", "subscriber", person.id, None)
    return person


def stop_by_hand(subscriber_id: int, actor_id: int) -> None:
    """Stop sending to somebody who asked the unit for it.

    Raises:
        NotFound: nobody with this id here.
    """
    person = get_own(Subscriber, subscriber_id)
    if person.state != states.ERASED:
        _end(person, states.STOPPED, _("Đơn vị dừng theo yêu cầu của người nhận"))
        audit.record("audience.stop", "subscriber", person.id, actor_id)


def erase(subscriber_id: int, actor_id: int) -> None:
    """Delete everything that is known of a person; only the counts of past mailings remain.

    Raises:
        NotFound: nobody with this id here.
    """
    person = get_own(Subscriber, subscriber_id)
    _forget(person)
    audit.record("audience.erase", "subscriber", person.id, actor_id)


def forget_unconfirmed() -> int:
    """Let go of those who never confirmed; return how many. Somebody who got letters before is stopped again."""
    rows = select(Subscriber).where(
        Subscriber.state == states.PENDING, Subscriber.asked_at < clock.now() - UNCONFIRMED_KEPT
    )
    people = db.session.scalars(rows.limit(500)).all()
    for person in people:
        if person.consent_at is not None:
            _end(person, states.STOPPED, _("Không xác nhận đăng ký lại"))
        else:
            db.session.execute(
                delete(Subscriber).where(Subscriber.id == person.id).execution_options(synchronize_session=False)
            )
    return len(people)


def _check(kind: str, consent: Consent) -> None:
    if kind not in states.KINDS:
        raise NotFound(kind)
    if not consent.source.strip():
        raise Refused(
            "no-consent",
            _("Hãy ghi người nhận đã đồng ý bằng cách nào, ví dụ: phiếu đăng ký đầu năm học. Chưa có gì được lưu."),
        )
    if consent.on > clock.today():
        raise Refused("no-consent", _("Ngày đồng ý không thể ở sau hôm nay. Chưa có gì được lưu."))


def _find(kind: str, address: str) -> Subscriber | None:
    return db.session.scalar(
        select(Subscriber).where(Subscriber.kind == kind, Subscriber.address_key == states.address_key(address))
    )


def _by_keys(kind: str, keys: Iterable[str]) -> list[Subscriber]:
    return list(db.session.scalars(select(Subscriber).where(Subscriber.kind == kind, Subscriber.address_key.in_(keys))))


def _verdict(line: Line, present: str | None) -> str:
    if line.verdict != importing.NEW:
        return line.verdict
    return {states.ACTIVE: KNOWN, states.STOPPED: ENDED}.get(present or "", importing.NEW)


def _welcome(
    known: Subscriber | None, kind: str, address: str, name: str, organisation: str, consent: Consent, actor_id: int
) -> Subscriber:
    person = known or Subscriber(kind=kind, created_at=clock.now(), token=_token())
    if known is None:
        db.session.add(person)
    _name(person, address, name or (person.name or ""), organisation or (person.organisation or ""))
    person.state, person.ended_at, person.sentence, person.added_by = states.ACTIVE, None, None, actor_id
    person.consent_source = nfc(consent.source).strip()[:500]
    person.consent_at = clock.from_local(dt.datetime.combine(consent.on, dt.time(12)))
    return person


def _name(person: Subscriber, address: str, name: str, organisation: str) -> None:
    person.address, person.address_key = address, states.address_key(address)
    person.name, person.organisation = (" ".join(nfc(text).split())[:200] for text in (name, organisation))
    person.searched = fold(f"{address} {person.name} {person.organisation}")


def _end(person: Subscriber, state: str, sentence: str) -> None:
    if person.state == states.ACTIVE:
        ledger.stopped(person.id)
    person.state, person.ended_at, person.sentence = state, clock.now(), sentence


def _forget(person: Subscriber) -> None:
    person.address = person.address_key = person.token = person.sentence = None
    person.name = person.organisation = person.searched = person.consent_source = ""
    person.state, person.ended_at = states.ERASED, clock.now()
    db.session.execute(
        update(MailingEntry)
        .where(MailingEntry.subscriber_id == person.id)
        .values(sentence=None)
        .execution_options(synchronize_session=False)
    )


def _token() -> str:
    return secrets.token_urlsafe(24)
