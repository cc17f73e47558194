"""The further step of a published item: the offer, the confirmation, and a person's word when nobody knows."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants.db import transaction
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.publishing import follow_up, outlets, queries
from tenants.web.guard import acting_user, requires
from tenants.web.publishing.blueprint import blueprint

FOLLOW_UP = "/deliveries/<int:delivery_id>/follow-up"


@blueprint.get(FOLLOW_UP)
@requires("publish.manage")
def show_follow_up(delivery_id: int) -> Any:
    """Show what the step would do and use up, asked of the outlet just now."""
    return _page(delivery_id)


@blueprint.post(FOLLOW_UP)
@requires("publish.manage")
def confirm_follow_up(delivery_id: int) -> Any:
    """Ask for the step, once."""
    try:
        with transaction():
            follow_up.ask(
                delivery_id,
                request.form.get("agreed") == "yes",
                request.form.get("offered", ""),
                actor_id=acting_user().id,
            )
    except Refused as refusal:
        flash(refusal.sentence, "error")
        if refusal.code == "not-agreed":
            return _page(delivery_id), 422
        return redirect(url_for("publishing.delivery", delivery_id=delivery_id), 303)
    flash(_("Đã giao cho máy phát hành gửi một lần. Kết quả hiện ở trang này."), "success")
    return redirect(url_for("publishing.delivery", delivery_id=delivery_id), 303)


@blueprint.post(f"{FOLLOW_UP}/settle")
@requires("publish.manage")
def settle_follow_up(delivery_id: int) -> Any:
    """Take a person's word for whether the step was taken."""
    with transaction():
        follow_up.settle(delivery_id, request.form.get("result") == "done", actor_id=acting_user().id)
    flash(_("Đã ghi nhận kết quả."), "success")
    return redirect(url_for("publishing.delivery", delivery_id=delivery_id), 303)


def _page(delivery_id: int) -> Any:
    delivery = queries.get_delivery(delivery_id)
    further = follow_up.follow_up_of(delivery.channel)
    if further is None:
        raise NotFound(f"follow-up of {delivery_id}")
    step = follow_up.step_of(delivery_id)
    if step is not None and step.state != follow_up.FAILED:
        return redirect(url_for("publishing.delivery", delivery_id=delivery_id), 303)
    offer = follow_up.offer(delivery_id)
    delivery = queries.get_delivery(delivery_id)
    return render_template(
        "publishing/follow_up.html",
        delivery=delivery,
        account=outlets.get_account(delivery.account_id),
        further=further,
        offer=offer,
        step=follow_up.step_of(delivery_id),
        worker_stopped=not queue.worker_alive(),
    )
