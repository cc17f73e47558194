"""Radio bulletins: put together, handed over, and what people say about the broadcast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from channel_plugins import Payload
from channel_plugins.radio import bulletin as radio
from channel_plugins.radio.script import clock as duration
from channel_plugins.radio.script import range_words
from tenants import clock, files
from tenants.bulletins import handing, queries, service, states
from tenants.bulletins.models import Bulletin
from tenants.db import db, transaction
from tenants.errors import NotFound, Refused
from tenants.publishing import links, outlets
from tenants.publishing.confirming import Speaker
from tenants.web.addresses import wholes
from tenants.web.guard import acting_user, requires
from tenants.web.publishing import presenting, waiting
from tenants.web.publishing.confirming import statement
from tenants.web.publishing.deliveries import download

blueprint = Blueprint("bulletins", __name__, url_prefix="/u/<unit_slug>/bulletins")

USUAL_HOUR = 17


@blueprint.get("/")
@requires("publish.manage")
def index() -> Any:
    """Show the unit's bulletins and the beginning of a new one."""
    return _index()


def _index(typed: Mapping[str, str] | None = None) -> Any:
    page = queries.page(request.args.get("page", 1, type=int))
    usual = clock.local(clock.now(), g.unit.timezone) + dt.timedelta(days=1)
    return render_template(
        "bulletins/index.html",
        page=page,
        sizes=queries.sizes([bulletin.id for bulletin in page.items]),
        accounts=queries.radio_accounts(),
        typed=typed or {},
        usual=presenting.local_input(usual.replace(hour=USUAL_HOUR, minute=0)),
        labels=states.LABELS,
        late={bulletin.id for bulletin in page.items if handing.overdue(bulletin, clock.now())},
    )


@blueprint.post("/")
@requires("publish.manage")
def create() -> Any:
    """Begin a bulletin."""
    try:
        at = _moment()
        with transaction():
            account_id = request.form.get("account", 0, type=int)
            bulletin_id = service.create(account_id, request.form.get("title", ""), at, acting_user().id).id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _index(request.form), 422
    return _to(bulletin_id)


@blueprint.get("/<int:bulletin_id>")
@requires("publish.manage")
def show(bulletin_id: int) -> Any:
    """Show a bulletin: to be worked on while it is a draft, else as it was handed over."""
    return _page(bulletin_id)


def _page(bulletin_id: int, typed: Mapping[str, str] | None = None) -> Any:
    bulletin = queries.get_bulletin(bulletin_id)
    if bulletin.state == states.DRAFT:
        return _draft_page(bulletin, typed)
    account = outlets.get_account(bulletin.account_id)
    return render_template(
        "bulletins/handed.html",
        bulletin=bulletin,
        account=account,
        entries=queries.entries(bulletin_id),
        waiting=_waiting(bulletin, str(account.settings.get("station") or account.label)),
        labels=states.LABELS,
        preview=outlets.channel_named(queries.RADIO).preview(Payload(queries.RADIO, bulletin.payload or {})),
        duration=range_words(float((bulletin.payload or {}).get("seconds", 0))),
        reopenable=bulletin.state in states.REOPENABLE,
        typed=typed or {},
    )


def _draft_page(bulletin: Bulletin, typed: Mapping[str, str] | None) -> Any:
    draft = queries.draft(bulletin)
    query = request.args.get("q", "").strip()
    lengths = radio.item_seconds(draft.value, draft.outlet)
    return render_template(
        "bulletins/draft.html",
        bulletin=bulletin,
        draft=draft,
        rows=[(entry, duration(seconds)) for entry, seconds in zip(draft.entries, lengths, strict=True)],
        offered=queries.offered(bulletin.id, query),
        query=query,
        at=presenting.local_input(bulletin.broadcast_at),
        total=range_words(draft.script.seconds),
        most=draft.most_seconds // 60,
        too_long=any(problem.code == "radio.too_long" for problem in draft.problems),
        moved=request.args.get("moved", 0, type=int),
        way=request.args.get("way", ""),
        speeds=(radio.SLOWEST, radio.FASTEST),
        most_cue=radio.MOST_CUE_SECONDS,
        typed=typed or {},
    )


@blueprint.post("/<int:bulletin_id>")
@requires("publish.manage")
def save(bulletin_id: int) -> Any:
    """Keep what was typed and do what the pressed button says, in one step, so that no button loses any words."""
    act, _sep, item = request.form.get("do", "save").partition(":")
    item_id = next(iter(wholes([item])), 0)
    try:
        with transaction():
            _save(bulletin_id)
            _act(act, bulletin_id, item_id)
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.sentence, "error")
        return _page(bulletin_id, request.form), 422
    if act in ("earlier", "later"):
        return redirect(
            url_for("bulletins.show", bulletin_id=bulletin_id, moved=item_id, way=act, _anchor=f"item-{item_id}"), 303
        )
    said = {
        "save": _("Đã lưu bản tin."),
        "add": _("Đã thêm bài vào bản tin."),
        "hand-over": _("Đã bàn giao. Hãy gửi đường dẫn xác nhận cho người phụ trách đài."),
    }.get(act)
    if said:
        flash(said, "success")
    return _to(bulletin_id)


def _save(bulletin_id: int) -> None:
    form = request.form
    marks = wholes(name.removeprefix("cue-") for name in form if name.startswith("cue-"))
    cues = {mark: form.get(f"cue-{mark}", -1, type=int) for mark in marks}
    service.save(
        bulletin_id,
        title=form.get("title", ""),
        broadcast_at=_moment(),
        greeting=form.get("greeting", ""),
        closing=form.get("closing", ""),
        speed=form.get("speed", -1, type=int),
        cues=cues,
        actor_id=acting_user().id,
    )


def _act(act: str, bulletin_id: int, item_id: int) -> None:
    actor_id = acting_user().id
    if act == "add":
        service.add(bulletin_id, wholes(request.form.getlist("article")), actor_id)
    elif act in ("earlier", "later"):
        service.move(item_id, earlier=act == "earlier", actor_id=actor_id)
    elif act == "remove":
        service.remove(item_id, actor_id)
    elif act == "renew":
        service.take_newest(item_id, actor_id)
    elif act == "hand-over":
        handing.hand_over(bulletin_id, actor_id)


@blueprint.get("/<int:bulletin_id>/script")
@requires("publish.manage")
def script(bulletin_id: int) -> Any:
    """Show the script as it would be handed over now, or as it was."""
    bulletin = queries.get_bulletin(bulletin_id)
    payload, problems = _payload(bulletin)
    return render_template(
        "bulletins/script.html",
        bulletin=bulletin,
        preview=outlets.channel_named(queries.RADIO).preview(payload),
        problems=problems,
        names=[artefact.filename for artefact in outlets.channel_named(queries.RADIO).files(payload)],
    )


@blueprint.get("/<int:bulletin_id>/files/<filename>")
@requires("publish.manage")
def file(bulletin_id: int, filename: str) -> Response:
    """Hand out a file: as it was handed over, else as it would be now.

    Raises:
        NotFound: there is no such file.
    """
    bulletin = queries.get_bulletin(bulletin_id)
    for kept in bulletin.artefacts if bulletin.state != states.DRAFT else []:
        if kept["filename"] == filename:
            return download(files.store().get(kept["sha256"]), kept["content_type"], filename)
    if bulletin.state == states.DRAFT:
        payload, _problems = _payload(bulletin)
        for artefact in outlets.channel_named(queries.RADIO).files(payload):
            if artefact.filename == filename:
                return download(artefact.data, artefact.content_type, filename)
    raise NotFound(filename)


@blueprint.post("/<int:bulletin_id>/confirm")
@requires("publish.manage")
def confirm(bulletin_id: int) -> Any:
    """Note that the bulletin was broadcast."""
    try:
        said = statement()
    except Refused as refusal:
        return _refused(bulletin_id, refusal)
    return _change(
        bulletin_id,
        lambda: handing.confirm(bulletin_id, said, Speaker(acting_user().id)),
        _("Đã ghi nhận. Các bài trong bản tin được tính là đã phát từ giờ bạn vừa chọn."),
    )


@blueprint.post("/<int:bulletin_id>/deny")
@requires("publish.manage")
def deny(bulletin_id: int) -> Any:
    """Note that the bulletin was not broadcast."""
    user = acting_user()
    return _change(
        bulletin_id,
        lambda: handing.deny(bulletin_id, request.form.get("reason", ""), user.name, Speaker(user.id)),
        _("Đã ghi nhận là không phát được."),
    )


@blueprint.post("/<int:bulletin_id>/withdraw")
@requires("publish.manage")
def withdraw(bulletin_id: int) -> Any:
    """Take the bulletin back before it is broadcast."""
    return _change(
        bulletin_id,
        lambda: handing.withdraw(bulletin_id, request.form.get("reason", ""), acting_user().id),
        _("Đã rút lại. Ai mở đường dẫn xác nhận sẽ thấy thông báo này; hãy báo thêm cho người đang giữ tệp."),
    )


@blueprint.post("/<int:bulletin_id>/reopen")
@requires("publish.manage")
def reopen(bulletin_id: int) -> Any:
    """Work on the bulletin again."""
    return _change(
        bulletin_id,
        lambda: handing.reopen(bulletin_id, acting_user().id),
        _("Đã mở lại bản tin để sửa và bàn giao lại."),
    )


@blueprint.post("/<int:bulletin_id>/link")
@requires("publish.manage")
def link(bulletin_id: int) -> Any:
    """Open a new confirm link, or close the one there is."""
    closing = request.form.get("closed") == "yes"
    act = handing.close_link if closing else handing.renew_link
    said = _("Đã đóng đường dẫn xác nhận.") if closing else _("Đã tạo đường dẫn mới; đường dẫn cũ không còn dùng được.")
    return _change(bulletin_id, lambda: act(bulletin_id, acting_user().id), said)


@blueprint.post("/<int:bulletin_id>/discard")
@requires("publish.manage")
def discard(bulletin_id: int) -> Any:
    """Delete a draft."""
    with transaction():
        service.discard(bulletin_id, acting_user().id)
    flash(_("Đã xóa bản tin nháp. Các bài vẫn còn nguyên."), "success")
    return redirect(url_for("bulletins.index"), 303)


def _payload(bulletin: Bulletin) -> tuple[Payload, tuple[Any, ...]]:
    if bulletin.state != states.DRAFT:
        return Payload(queries.RADIO, bulletin.payload or {}), ()
    draft = queries.draft(bulletin)
    return Payload(queries.RADIO, radio.bulletin_data(draft.value, draft.script, draft.outlet)), draft.problems


def _waiting(bulletin: Bulletin, station: str) -> waiting.Waiting:
    """Return how the bulletin stands, in the shape of a delivery that waits for people's word."""
    open_ = bulletin.state == states.HANDED_OVER
    address = links.address(links.BULLETIN, bulletin) if open_ else ""
    proof = bulletin.proof or {}
    told_at = dt.datetime.fromisoformat(proof["at"]) if proof.get("at") else None
    moment = clock.local(told_at or min(bulletin.broadcast_at, clock.now()), g.unit.timezone)
    return waiting.Waiting(
        spoken=True,
        open=open_,
        late=handing.overdue(bulletin, clock.now()),
        may_correct=handing.may_correct(bulletin),
        place=str(proof.get("place") or station),
        link=address,
        message=waiting.message(bulletin.title, address, bulletin.link_until),
        until=bulletin.link_until,
        on=moment.strftime("%Y-%m-%d"),
        time=moment.strftime("%H:%M"),
        proof=proof,
        told_at=told_at,
        told_by=waiting.told_by(proof),
    )


def _change(bulletin_id: int, act: Callable[[], object], said: str) -> Any:
    try:
        with transaction():
            act()
    except Refused as refusal:
        db.session.rollback()
        return _refused(bulletin_id, refusal)
    flash(said, "success")
    return _to(bulletin_id)


def _refused(bulletin_id: int, refusal: Refused) -> Any:
    flash(refusal.sentence, "error")
    return _page(bulletin_id, request.form), 422


def _to(bulletin_id: int) -> Any:
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id), 303)


def _moment() -> dt.datetime:
    moment = presenting.from_local_input(request.form.get("at", ""))
    if moment is None:
        raise Refused("bad-moment", _("Hãy chọn ngày và giờ phát. Những gì đã nhập vẫn còn ở đây."))
    return moment
