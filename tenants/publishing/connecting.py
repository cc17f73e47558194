"""Connecting an outlet step by step, as its channel asks: fill in, go to the service and come back, choose, done.

``advance`` is the one that calls the channel; like ``deliver`` it opens its own transactions and holds none meanwhile.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select, update

from channel_plugins import Account, Channel, ChannelError, ConnectStep, Secrets
from channel_plugins.settings import secret_names
from tenants import audit, clock
from tenants import secrets as places
from tenants.db import db, transaction
from tenants.errors import NotFound, Refused
from tenants.publishing import address_book, calling, environment, outlets, render
from tenants.publishing.contact_models import PendingConnection
from tenants.publishing.models import ChannelAccount
from tenants.scope import current, get_own
from tenants.secrets import InvalidSecret

FORM, REDIRECT, CHOOSE, FAILED = "form", "redirect", "choose", "failed"
LIFETIME = dt.timedelta(minutes=30)
SECONDS = 30.0
"""How long one step of a channel may take while the person waits."""

STATE = "state"


@dataclass(frozen=True)
class WayBack:
    """What the address of the way back says, once its signature was checked."""

    unit_id: int
    pending_id: int
    nonce: str


@dataclass(frozen=True)
class Contents:
    """What the encrypted box of a connection holds.

    Args:
        keep: the channel's own, handed back at the next step.
        url: of the service to go to.
        state: what the channel itself had put as ``state`` into that address, given back to it afterwards.
        choices: what may be chosen.
    """

    keep: Mapping[str, str]
    url: str = ""
    state: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Progress:
    """Where a connection stands after a step. ``account_id`` is set once it is connected, ``failed`` when the step did
    not work.
    """

    pending_id: int
    step: str
    sentence: str = ""
    account_id: int | None = None
    failed: bool = False


def is_stepwise(channel: Channel) -> bool:
    """Return whether the channel is connected in steps; the others have only their settings form."""
    return type(channel).connect is not Channel.connect


def callback_url(channel_name: str) -> str:
    """Return the one address of this installation to which the service sends the browser back."""
    return f"{environment.base_url()}/connect/{channel_name}/return"


def begin(channel_name: str, account_id: int | None, *, actor_id: int) -> PendingConnection:
    """Begin connecting a new outlet, or an outlet of this unit anew.

    Raises:
        NotFound: no such channel or outlet.
    """
    outlets.channel_in_use(channel_name)
    if account_id is not None and outlets.get_account(account_id).channel != channel_name:
        raise NotFound(f"account {account_id}")
    now = clock.now()
    db.session.execute(
        delete(PendingConnection)
        .where(PendingConnection.expires_at < now - LIFETIME)
        .execution_options(synchronize_session=False)
    )
    pending = PendingConnection(
        user_id=actor_id,
        channel=channel_name,
        account_id=account_id,
        step=FAILED,
        nonce=secrets.token_urlsafe(18),
        created_at=now,
        expires_at=now + LIFETIME,
    )
    db.session.add(pending)
    db.session.flush()
    return pending


def mine(pending_id: int, channel_name: str, actor_id: int) -> PendingConnection:
    """Return a connection this person began in this unit.

    Raises:
        NotFound: there is none in this unit.
        Refused: "foreign-connection": somebody else began it; "expired".
    """
    found = get_own(PendingConnection, pending_id)
    if found.channel != channel_name:
        raise NotFound(f"connection {pending_id}")
    if found.user_id != actor_id:
        raise Refused(
            "foreign-connection",
            _(
                "Lần kết nối này do người khác bắt đầu nên bạn không tiếp tục được. Chưa có gì thay đổi; hãy tự bắt "
                "đầu kết nối từ trang Kênh của đơn vị."
            ),
        )
    if found.expires_at <= clock.now():
        raise Refused(
            "expired",
            _(
                "Lần kết nối này đã quá %(n)s phút nên không còn hiệu lực. Kênh cũ (nếu có) vẫn nguyên; hãy bắt đầu "
                "kết nối lại.",
                n=int(LIFETIME.total_seconds() // 60),
            ),
        )
    return found


def return_token(pending: PendingConnection) -> str:
    """Return what is put into the address of the way back."""
    return _signer().dumps([pending.unit_id, pending.id, pending.nonce])


def read_token(token: str) -> WayBack:
    """Return what a way back says.

    Raises:
        Refused: "forged-return": it is not ours.
    """
    try:
        unit_id, pending_id, nonce = _signer().loads(token)
        return WayBack(int(unit_id), int(pending_id), str(nonce))
    except (BadSignature, ValueError, TypeError):
        raise Refused(
            "forged-return",
            _(
                "Địa chỉ quay về không phải do hệ thống tạo ra, hoặc đã bị cắt mất một phần. Chưa có gì thay đổi; hãy "
                "bắt đầu kết nối lại từ trang Kênh của đơn vị."
            ),
        ) from None


def use_way_back(pending: PendingConnection, token: str) -> None:
    """Take the way back of a connection, once.

    Raises:
        Refused: "forged-return": it belongs to another connection; "used-return": it was taken before.
    """
    way = read_token(token)
    if (way.unit_id, way.pending_id) != (pending.unit_id, pending.id):
        raise Refused("forged-return", _("Địa chỉ quay về thuộc một lần kết nối khác. Chưa có gì thay đổi."))
    taken = db.session.execute(
        update(PendingConnection)
        .where(
            PendingConnection.id == pending.id,
            PendingConnection.nonce == way.nonce,
            PendingConnection.step == REDIRECT,
        )
        .values(nonce=None)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(
            "used-return",
            _(
                "Địa chỉ quay về này đã được dùng rồi. Nếu kênh chưa hiện ở trang Kênh của đơn vị, hãy bắt đầu kết nối "
                "lại."
            ),
        )
    db.session.refresh(pending)


def contents(pending: PendingConnection) -> Contents:
    """Return what the box of a connection holds; nothing when it cannot be opened any more."""
    if pending.box is None:
        return Contents({})
    try:
        held = json.loads(environment.secret_box().decrypt(pending.box, _place(pending)))
    except InvalidSecret:
        return Contents({})
    return Contents(held["keep"], held["url"], held["state"], tuple((v, label) for v, label in held["choices"]))


def advance(pending_id: int, answers: Mapping[str, str], *, actor_id: int) -> Progress:
    """Take the next step of a connection. Opens its own transactions and holds none while the channel is called.

    Args:
        answers: what was filled in, chosen, or in the query of the way back; nothing at the very beginning.

    Raises:
        NotFound: no such connection in this unit.
    """
    with transaction():
        pending = get_own(PendingConnection, pending_id)
        channel = outlets.channel_in_use(pending.channel)
        held = contents(pending)
        kept = Secrets(held.keep)
        given = _completed(pending, channel, dict(answers), held)
        back = callback_url(pending.channel)
    answer = calling.within(SECONDS, lambda: channel.connect(given, kept, back))
    try:
        with transaction():
            return _record(get_own(PendingConnection, pending_id), channel, answer, actor_id)
    except Refused as refusal:
        with transaction():
            return _failed(get_own(PendingConnection, pending_id), refusal.sentence)


def give_up(pending: PendingConnection) -> None:
    """Forget a connection the person does not want to go on with."""
    db.session.delete(pending)


def address_to_visit(pending: PendingConnection) -> str:
    """Return the address of the service to which the person goes, with our way back in it; "" when there is none."""
    url = contents(pending).url
    if not url:
        return ""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != STATE]
    return urlunsplit(parts._replace(query=urlencode([*query, (STATE, return_token(pending))])))


def _completed(pending: PendingConnection, channel: Channel, answers: dict[str, str], held: Contents) -> dict[str, str]:
    """Return the answers as the channel expects them: its own ``state``, and stored credentials for empty boxes."""
    if pending.step == REDIRECT:
        answers.pop(STATE, None)
        return {**answers, STATE: held.state} if held.state else answers
    if pending.step == FORM and pending.account_id is not None:
        account = outlets.get_account(pending.account_id)
        old = render.open_secrets(account, environment.secret_box())
        answers.update({n: old[n] for n in secret_names(channel.SettingsSchema) if n in old and not answers.get(n)})
    return answers


def _record(pending: PendingConnection, channel: Channel, answer: object, actor_id: int) -> Progress:
    if isinstance(answer, ConnectStep) and answer.kind == "done":
        return _connected(pending, channel, answer, actor_id)
    if not isinstance(answer, ConnectStep) or (answer.kind == REDIRECT and not _is_web(answer.url)):
        return _failed(pending, answer.for_school if isinstance(answer, ChannelError) else _no_answer())
    pending.step, pending.sentence = answer.kind, answer.sentence or None
    if answer.kind == REDIRECT and pending.nonce is None:
        pending.nonce = secrets.token_urlsafe(18)
    held = {
        "keep": dict(answer.keep),
        "url": answer.url,
        "state": dict(parse_qsl(urlsplit(answer.url).query)).get(STATE, ""),
        "choices": [[choice.value, choice.label] for choice in answer.choices],
    }
    pending.box = environment.secret_box().encrypt(json.dumps(held, ensure_ascii=False), _place(pending))
    return Progress(pending.id, pending.step, answer.sentence)


def _connected(pending: PendingConnection, channel: Channel, done: ConnectStep, actor_id: int) -> Progress:
    own = _subject(pending, channel, done)
    raw: dict[str, Any] = {**done.settings, **done.secrets}
    if own is None:
        account = outlets.create_account(pending.channel, _named(channel, done.label), raw, actor_id=actor_id)
    else:
        account = outlets.edit_account(own.id, own.label, {**own.settings, **raw}, actor_id=actor_id)
    audit.record("channel.manage", "channel_account", account.id, actor_id, connected=pending.channel)
    ident = account.id
    db.session.delete(pending)
    db.session.flush()
    return Progress(pending.id, "done", done.sentence, ident)


def _named(channel: Channel, label: str) -> str:
    """Return a name that tells a school's page on one network from its page on another: both bear the school's name."""
    return f"{channel.info.label}: {label}" if label and channel.info.label not in label else label


def _subject(pending: PendingConnection, channel: Channel, done: ConnectStep) -> ChannelAccount | None:
    """Return the outlet that is connected anew; None for a new one.

    A page that is an outlet of this unit already is connected anew in its place, so that it does not stand there twice.
    """
    unit = environment.own_unit()
    value = Account(
        id="0",
        channel=pending.channel,
        settings=done.settings,
        secrets=done.secrets,
        unit_name=unit.name,
        timezone=unit.timezone,
        site_url=render.site_address(environment.base_url(), unit),
    )
    ref = address_book.ref_of(channel, value)
    if pending.account_id is not None:
        account = outlets.get_account(pending.account_id)
        if account.account_ref and ref and account.account_ref != ref:
            raise Refused(
                "other-outlet",
                _(
                    "Nơi vừa chọn khác với nơi kênh «%(name)s» đang đăng, nên chưa có gì thay đổi. Hãy chọn đúng nơi "
                    "cũ, hoặc thêm một kênh mới cho nơi này.",
                    name=account.label,
                ),
            )
        return account
    if not ref:
        return None
    return db.session.scalars(
        select(ChannelAccount)
        .where(ChannelAccount.channel == pending.channel, ChannelAccount.account_ref == ref)
        .order_by(ChannelAccount.id)
    ).first()


def _failed(pending: PendingConnection, sentence: str) -> Progress:
    """Note why a step did not work. What was asked can be answered again, a way back is used up."""
    if pending.step not in (FORM, CHOOSE):
        pending.step, pending.nonce, pending.sentence = FAILED, None, sentence
    return Progress(pending.id, pending.step, sentence, failed=True)


def _no_answer() -> str:
    return str(
        _(
            "Kênh không trả lời hoặc trả lời không đúng khi kết nối. Chưa có gì thay đổi; hãy thử lại sau ít phút, nếu "
            "vẫn vậy thì báo bộ phận hỗ trợ."
        )
    )


def _is_web(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("https", "http") and bool(parts.netloc)


def _place(pending: PendingConnection) -> str:
    return places.place("pending_connection", current().unit_id, pending.id)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="loa.connect")
