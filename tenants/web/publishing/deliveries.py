"""One delivery: how it stands, every call that was made, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import files
from tenants.accounts import queries as people
from tenants.bulletins import queries as bulletins
from tenants.db import transaction
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.publishing import outlets, queries, service, settling, states
from tenants.web.guard import acting_user, requires
from tenants.web.publishing import presenting, story, waiting
from tenants.web.publishing.blueprint import blueprint


@blueprint.get("/deliveries/<int:delivery_id>")
@requires("publish.manage")
def delivery(delivery_id: int) -> Any:
    """Show a delivery."""
    return _page(delivery_id)


def _page(delivery_id: int, typed: Mapping[str, str] | None = None) -> Any:
    found = queries.get_delivery(delivery_id)
    channel = presenting.channel_of(found.channel)
    attempts = queries.attempts(delivery_id)
    names = people.names([found.asked_by, *(attempt.by_id for attempt in attempts)])
    may_retract = found.state == states.PUBLISHED and channel is not None and channel.limits.can_retract
    return render_template(
        "publishing/delivery.html",
        delivery=found,
        account=outlets.get_account(found.account_id),
        channel=channel,
        attempts=presenting.timeline(attempts, names),
        asked_by=names.get(found.asked_by, "") if found.asked_by is not None else "",
        next_step=presenting.next_step(found),
        replaced=queries.get_delivery(found.replaces_id) if found.replaces_id is not None else None,
        may_cancel=found.state == states.SCHEDULED,
        may_retry=service.may_retry(found),
        doubtful=found.state == states.UNCONFIRMED,
        may_retract=may_retract,
        may_note_retraction=(found.state == states.PUBLISHED and not may_retract)
        or (found.state == states.NEEDS_PERSON and found.wanted == states.RETRACT),
        bulletin=bulletins.of_delivery(delivery_id),
        waiting=waiting.shown(found, channel),
        story=story.of(found, channel),
        typed=typed or {},
        worker_stopped=found.next_at is not None and not queue.worker_alive(),
    )


@blueprint.get("/deliveries/<int:delivery_id>/files/<filename>")
@requires("publish.manage")
def delivery_file(delivery_id: int, filename: str) -> Response:
    """Hand out a file of what was published, exactly as it was published."""
    found = queries.get_delivery(delivery_id)
    for artefact in found.artefacts:
        if artefact["filename"] == filename:
            return download(files.store().get(artefact["sha256"]), artefact["content_type"], filename)
    raise NotFound(filename)


def download(data: bytes, content_type: str, filename: str) -> Response:
    """Return bytes as a file to keep; ``filename`` is ASCII by the contract of channels."""
    safe = "".join(char for char in filename if char.isascii() and (char.isalnum() or char in "._-")) or "tep"
    response = Response(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    return response


@blueprint.post("/deliveries/<int:delivery_id>/cancel")
@requires("publish.manage")
def cancel(delivery_id: int) -> Any:
    """Take back a delivery that has not begun."""
    with transaction():
        service.cancel(delivery_id, acting_user().id)
    flash(_("Đã hủy. Chưa có gì được gửi lên kênh."), "success")
    return _back(delivery_id)


@blueprint.post("/deliveries/<int:delivery_id>/retry")
@requires("publish.manage")
def retry(delivery_id: int) -> Any:
    """Try again what failed or waited for a person."""
    with transaction():
        service.retry(delivery_id, acting_user().id)
    flash(_("Đã giao lại cho máy phát hành."), "success")
    return _back(delivery_id)


@blueprint.post("/deliveries/<int:delivery_id>/retract")
@requires("publish.manage")
def retract(delivery_id: int) -> Any:
    """Take a published item down, or note that somebody did it by hand."""
    reason = request.form.get("reason", "")
    try:
        with transaction():
            if request.form.get("by_hand") == "yes":
                settling.settle_retracted(delivery_id, reason, acting_user().id)
            else:
                service.retract(delivery_id, reason, acting_user().id)
    except Refused as refusal:
        return refused(delivery_id, refusal)
    flash(_("Đã ghi nhận việc gỡ bài."), "success")
    return _back(delivery_id)


@blueprint.post("/deliveries/<int:delivery_id>/settle")
@requires("publish.manage")
def settle(delivery_id: int) -> Any:
    """Take a person's word for how a doubtful delivery ended."""
    try:
        with transaction():
            if request.form.get("result") == "published":
                settling.settle_published(delivery_id, request.form.get("url", "").strip(), acting_user().id)
            elif request.form.get("result") == "seen":
                settling.settle_seen(delivery_id, request.form.get("url", "").strip(), acting_user().id)
            else:
                settling.settle_absent(delivery_id, acting_user().id)
    except Refused as refusal:
        return refused(delivery_id, refusal)
    flash(_("Đã ghi nhận kết quả."), "success")
    return _back(delivery_id)


def refused(delivery_id: int, refusal: Refused) -> Any:
    """Show the delivery again with what was typed, and why it was not taken."""
    flash(refusal.sentence, "error")
    return _page(delivery_id, request.form), 422


def _back(delivery_id: int) -> Any:
    return redirect(url_for("publishing.delivery", delivery_id=delivery_id), 303)
