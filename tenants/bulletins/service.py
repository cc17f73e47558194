"""Putting a bulletin together: only approved texts, each exactly the one that was approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select

from channel_plugins.radio import bulletin as radio
from tenants import audit, clock
from tenants.bulletins import queries, states
from tenants.bulletins.models import Bulletin, BulletinItem
from tenants.content import queries as content
from tenants.content import states as article_states
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.publishing import environment, outlets, posts
from tenants.scope import current, get_own
from tenants.text import nfc

MOST_ITEMS = 20
LONGEST_TITLE = 200
LONGEST_WORDS = 1000
FURTHEST = dt.timedelta(days=366)


def create(account_id: int, title: str, broadcast_at: dt.datetime, actor_id: int) -> Bulletin:
    """Begin a bulletin with the usual greeting, closing and speed of its outlet.

    Args:
        title: "" takes one with the date.
        broadcast_at: when it shall be broadcast, aware.

    Raises:
        NotFound: no such outlet.
        Refused: "not-radio"; "too-far".
    """
    account = outlets.get_account(account_id)
    if account.channel != queries.RADIO:
        raise Refused("not-radio", _("Bản tin phát thanh cần một kênh phát thanh. Hãy chọn kênh khác."))
    value = posts.account_value(account, outlets.channel_named(account.channel))
    unit = environment.own_unit()
    at = clock.local(_moment(broadcast_at), unit.timezone)
    bulletin = Bulletin(
        account_id=account_id,
        title=_words(title, LONGEST_TITLE) or _("Bản tin ngày %(day)s", day=f"{at:%d/%m/%Y}"),
        broadcast_at=broadcast_at,
        greeting=radio.default_greeting(unit.name, at, value),
        closing=radio.default_closing(unit.name, value),
        speed=int(value.settings.get("speed", 180)),
        artefacts=[],
        created_by=actor_id,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    db.session.add(bulletin)
    db.session.flush()
    audit.record("bulletin.write", "bulletin", bulletin.id, actor_id, created=bulletin.title)
    return bulletin


def save(
    bulletin_id: int,
    *,
    title: str,
    broadcast_at: dt.datetime,
    greeting: str,
    closing: str,
    speed: int,
    cues: dict[int, int],
    actor_id: int,
) -> Bulletin:
    """Change the words, the time, the speed and the music of a bulletin.

    An untouched default greeting follows a new time of broadcast.

    Args:
        cues: item id -> seconds of music after it.

    Raises:
        NotFound: no such bulletin.
        Refused: "not-draft", "no-title", "no-words", "bad-speed", "bad-cue", "too-far".
    """
    bulletin = _draft(bulletin_id)
    title, greeting, closing = _words(title, LONGEST_TITLE), _lines(greeting), _lines(closing)
    if not title:
        raise Refused("no-title", _("Hãy đặt tên cho bản tin. Những gì đã nhập vẫn còn ở đây."))
    if not greeting or not closing:
        raise Refused("no-words", _("Bản tin cần lời chào đầu và lời kết. Những gì đã nhập vẫn còn ở đây."))
    if not radio.SLOWEST <= speed <= radio.FASTEST:
        raise Refused(
            "bad-speed",
            _("Tốc độ đọc từ %(least)s đến %(most)s tiếng/phút.", least=radio.SLOWEST, most=radio.FASTEST),
        )
    if any(not 0 <= seconds <= radio.MOST_CUE_SECONDS for seconds in cues.values()):
        raise Refused("bad-cue", _("Nhạc cắt từ 0 đến %(most)s giây; 0 là không có.", most=radio.MOST_CUE_SECONDS))
    broadcast_at = _moment(broadcast_at)
    if greeting == _greeting(bulletin, bulletin.broadcast_at):
        greeting = _greeting(bulletin, broadcast_at)
    bulletin.title, bulletin.greeting, bulletin.closing = title, greeting, closing
    bulletin.broadcast_at, bulletin.speed = broadcast_at, speed
    for item in _items(bulletin_id):
        item.cue_seconds = cues.get(item.id, item.cue_seconds)
    _changed(bulletin, actor_id, saved=True)
    return bulletin


def add(bulletin_id: int, article_ids: Sequence[int], actor_id: int) -> Bulletin:
    """Put approved articles at the end of a bulletin, in the given order; those inside already stay where they are.

    Raises:
        NotFound: no such bulletin or article.
        Refused: "not-draft"; "nothing-chosen"; "not-approved"; "too-many".
    """
    bulletin = _draft(bulletin_id)
    inside = {item.article_id for item in _items(bulletin_id)}
    wanted = [ident for ident in dict.fromkeys(article_ids) if ident not in inside]
    if not wanted:
        raise Refused("nothing-chosen", _("Hãy chọn ít nhất một bài để thêm vào bản tin."))
    if len(inside) + len(wanted) > MOST_ITEMS:
        raise Refused("too-many", _("Một bản tin có tối đa %(n)s bài. Chưa có bài nào được thêm.", n=MOST_ITEMS))
    last = db.session.scalar(select(func.max(BulletinItem.position)).where(BulletinItem.bulletin_id == bulletin_id))
    for place, article_id in enumerate(wanted, start=(last or 0) + 1):
        db.session.add(
            BulletinItem(
                bulletin_id=bulletin_id,
                position=place,
                article_id=article_id,
                revision_id=_approved(article_id),
                cue_seconds=radio.CUE_SECONDS,
            )
        )
    _changed(bulletin, actor_id, added=wanted)
    return bulletin


def take_newest(item_id: int, actor_id: int) -> Bulletin:
    """Take the text of an item that is approved now instead of the one that was chosen.

    Raises:
        NotFound: no such item.
        Refused: "not-draft"; "not-approved".
    """
    item = get_own(BulletinItem, item_id)
    bulletin = _draft(item.bulletin_id)
    item.revision_id = _approved(item.article_id)
    _changed(bulletin, actor_id, renewed=item.article_id)
    return bulletin


def remove(item_id: int, actor_id: int) -> Bulletin:
    """Take an item out of its bulletin.

    Raises:
        NotFound: no such item.
        Refused: "not-draft".
    """
    item = get_own(BulletinItem, item_id)
    bulletin = _draft(item.bulletin_id)
    db.session.delete(item)
    _changed(bulletin, actor_id, removed=item.article_id)
    return bulletin


def move(item_id: int, *, earlier: bool, actor_id: int) -> Bulletin:
    """Let an item change places with the one before or after it; at the end nothing happens.

    Raises:
        NotFound: no such item.
        Refused: "not-draft".
    """
    item = get_own(BulletinItem, item_id)
    bulletin = _draft(item.bulletin_id)
    order = _items(bulletin.id)
    here = order.index(item)
    there = here - 1 if earlier else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
        for place, each in enumerate(order, start=1):
            each.position = place
        _changed(bulletin, actor_id, moved=item.article_id)
    return bulletin


def discard(bulletin_id: int, actor_id: int) -> None:
    """Delete a bulletin that was never handed over.

    Raises:
        NotFound: no such bulletin.
        Refused: "not-draft"; "kept": it was handed over once and stays on record.
    """
    bulletin = _draft(bulletin_id)
    if bulletin.handed_at is not None:
        raise Refused("kept", _("Bản tin đã từng được bàn giao nên được giữ lại làm hồ sơ."))
    for item in _items(bulletin_id):
        db.session.delete(item)
    db.session.flush()
    db.session.delete(bulletin)
    audit.record("bulletin.write", "bulletin", bulletin_id, actor_id, discarded=bulletin.title)


def locked(bulletin_id: int) -> Bulletin:
    """Return a bulletin, held until the transaction ends. Everybody takes the bulletin first, then the articles in the
    order of their ids, each with its delivery.

    Raises:
        NotFound: there is none in this unit.
    """
    found = db.session.get(Bulletin, (current().unit_id, bulletin_id), with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"bulletin {bulletin_id}")
    return found


def _draft(bulletin_id: int) -> Bulletin:
    bulletin = locked(bulletin_id)
    if bulletin.state != states.DRAFT:
        raise Refused(
            "not-draft",
            _("Bản tin đã được bàn giao nên không sửa được nữa. Muốn sửa, hãy rút lại bản tin trước."),
        )
    return bulletin


def _items(bulletin_id: int) -> list[BulletinItem]:
    rows = select(BulletinItem).where(BulletinItem.bulletin_id == bulletin_id)
    return list(db.session.scalars(rows.order_by(BulletinItem.position, BulletinItem.id)))


def _approved(article_id: int) -> int:
    article = content.get_article(article_id)
    if article.approved_revision_id is None or article.state not in article_states.DELIVERABLE:
        raise Refused(
            "not-approved",
            _("Bài «%(title)s» không còn bản được duyệt nên chưa đưa vào bản tin được.", title=article.title),
        )
    return article.approved_revision_id


def _greeting(bulletin: Bulletin, at: dt.datetime) -> str:
    account = outlets.get_account(bulletin.account_id)
    value = posts.account_value(account, outlets.channel_named(account.channel))
    unit = environment.own_unit()
    return radio.default_greeting(unit.name, clock.local(at, unit.timezone), value)


def _moment(at: dt.datetime) -> dt.datetime:
    if abs(at - clock.now()) > FURTHEST:
        raise Refused("too-far", _("Ngày phát quá xa. Hãy chọn trong vòng một năm."))
    return at


def _words(text: str, most: int) -> str:
    return " ".join(nfc(text).split())[:most]


def _lines(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in nfc(text).splitlines() if line.strip())[:LONGEST_WORDS]


def _changed(bulletin: Bulletin, actor_id: int, **facts: object) -> None:
    bulletin.updated_at = clock.now()
    db.session.flush()
    audit.record("bulletin.write", "bulletin", bulletin.id, actor_id, **facts)
