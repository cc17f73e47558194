"""What people of the unit say about a broadcast or a posting, on the delivery's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage, MultiDict

from tenants import files, settings
from tenants.content import media
from tenants.content.uploads import sniff
from tenants.db import db, transaction
from tenants.errors import NotFound, Refused
from tenants.publishing import confirming, queries
from tenants.publishing.confirming import Speaker, Statement
from tenants.web.guard import acting_user, requires
from tenants.web.publishing import deliveries, presenting
from tenants.web.publishing.blueprint import blueprint


def times(form: MultiDict[str, str]) -> int:
    """Return how often it was broadcast: once where nobody asked, 0 for what is no number."""
    return form.get("times", 0, type=int) if "times" in form else 1


def statement() -> Statement:
    """Return what was filled in.

    Raises:
        Refused: no moment, or a photograph that cannot be taken.
    """
    form = request.form
    moment = presenting.from_local_input(f"{form.get('on', '')}T{form.get('time', '')}")
    if moment is None:
        raise Refused("bad-moment", _("Hãy chọn ngày và giờ đã phát hoặc đã đăng. Chưa có gì thay đổi."))
    return Statement(
        at=moment,
        who=acting_user().name,
        place=form.get("place", ""),
        times=times(form),
        url=form.get("url", "").strip(),
        photo=_stored_photo(request.files.get("photo")),
        note=form.get("note", ""),
    )


@blueprint.post("/deliveries/<int:delivery_id>/confirm")
@requires("publish.manage")
def confirm(delivery_id: int) -> Any:
    """Note that it was broadcast or posted."""
    user_id = acting_user().id
    try:
        # A photograph is made smaller before anything is locked.
        said = statement()
    except Refused as refusal:
        return deliveries.refused(delivery_id, refusal)
    return _change(
        delivery_id,
        lambda: confirming.confirm(delivery_id, said, Speaker(user_id)),
        _("Đã ghi nhận. Bài được tính là đã đăng từ giờ bạn vừa chọn."),
    )


@blueprint.post("/deliveries/<int:delivery_id>/deny")
@requires("publish.manage")
def deny(delivery_id: int) -> Any:
    """Note that it was not broadcast or posted."""
    user = acting_user()
    return _change(
        delivery_id,
        lambda: confirming.deny(delivery_id, request.form.get("reason", ""), user.name, Speaker(user.id)),
        _("Đã ghi nhận là không phát hoặc không đăng được."),
    )


@blueprint.post("/deliveries/<int:delivery_id>/withdraw")
@requires("publish.manage")
def withdraw(delivery_id: int) -> Any:
    """Take back what was handed over."""
    return _change(
        delivery_id,
        lambda: confirming.withdraw(delivery_id, request.form.get("reason", ""), acting_user().id),
        _("Đã rút lại. Ai mở đường dẫn xác nhận sẽ thấy thông báo này; hãy báo thêm cho người đang giữ tệp."),
    )


@blueprint.post("/deliveries/<int:delivery_id>/link")
@requires("publish.manage")
def link(delivery_id: int) -> Any:
    """Open a new link, or close the one there is."""
    closing = request.form.get("closed") == "yes"
    act = confirming.close_link if closing else confirming.renew_link
    said = _("Đã đóng đường dẫn xác nhận.") if closing else _("Đã tạo đường dẫn mới; đường dẫn cũ không còn dùng được.")
    return _change(delivery_id, lambda: act(delivery_id, acting_user().id), said)


@blueprint.get("/deliveries/<int:delivery_id>/photo")
@requires("publish.manage")
def photo(delivery_id: int) -> Response:
    """Show the photograph that proves it.

    Raises:
        NotFound: there is none.
    """
    found = queries.get_delivery(delivery_id)
    sha256 = str((found.proof or {}).get("photo") or "")
    if not sha256:
        raise NotFound("photo")
    data = files.store().get(sha256)
    return Response(data, content_type=sniff(data) or "application/octet-stream")


def _change(delivery_id: int, act: Callable[[], object], said: str) -> Any:
    try:
        with transaction():
            act()
    except Refused as refusal:
        db.session.rollback()
        return deliveries.refused(delivery_id, refusal)
    flash(said, "success")
    return redirect(url_for("publishing.delivery", delivery_id=delivery_id), 303)


def _stored_photo(sent: FileStorage | None) -> str:
    if sent is None or not sent.filename:
        return ""
    ready, refused = media.make_ready([(sent.filename, sent.read())], int(settings.get("media.max_side")))
    if refused:
        raise Refused(refused[0].code, refused[0].sentence)
    return files.store().put(ready[0].image.full)
