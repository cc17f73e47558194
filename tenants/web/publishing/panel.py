"""The list of what was and will be sent, and the panel on which an approved article is sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import clock
from tenants.content import queries as content
from tenants.content import states as article_states
from tenants.db import transaction
from tenants.errors import Refused
from tenants.jobs import queue
from tenants.publishing import desk, environment, holds, mailing, posts, queries, quiet, render, service
from tenants.web.addresses import wholes
from tenants.web.guard import acting_user, requires
from tenants.web.publishing import presenting
from tenants.web.publishing.blueprint import blueprint
from tenants.web.setup import zone_name


@blueprint.get("/")
@requires("publish.manage")
def index() -> Any:
    """Show approved articles that wait, and the deliveries by group."""
    group = request.args.get("group", "")
    group = group if group in presenting.GROUPS else ""
    account_id = request.args.get("account", type=int)
    page = queries.delivery_page(
        page=request.args.get("page", 1, type=int),
        states_=presenting.GROUP_STATES[group],
        account_id=account_id,
        late=group == "troubled",
    )
    counts = queries.counts_by_state()
    accounts = queries.accounts()
    return render_template(
        "publishing/index.html",
        ready=desk.waiting_to_publish(),
        page=page,
        group=group,
        account_id=account_id,
        accounts=accounts,
        labels={account.id: account.label for account in accounts},
        tabs=[
            {
                "label": str(label),
                "url": url_for("publishing.index", group=key or None, account=account_id),
                "active": key == group,
                "count": presenting.count_of(key, counts) if key else None,
            }
            for key, label in presenting.GROUPS.items()
        ],
        worker_stopped=not queue.worker_alive(),
        site_url=render.site_address(environment.base_url(), g.unit),
    )


@blueprint.get("/articles/<int:article_id>")
@requires("publish.manage")
def publish(article_id: int) -> Any:
    """Show where an article may go, with what each outlet says about it before anything is sent."""
    return _panel(article_id, chosen=None, when="now", at="")


@blueprint.post("/articles/<int:article_id>")
@requires("publish.manage")
def send(article_id: int) -> Any:
    """Send an article to the chosen outlets, now or at a time: to all of them or, when one refuses, to none."""
    chosen = wholes(request.form.getlist("account"))
    when, at = request.form.get("when", "now"), request.form.get("at", "")
    despite_quiet = request.form.get("despite_quiet") == "yes"
    try:
        moment = _moment(when, at)
        if not chosen:
            raise Refused("no-outlet", _("Hãy chọn ít nhất một kênh để đăng."))
        with transaction():
            for account_id in chosen:
                service.plan_delivery(article_id, account_id, moment, acting_user().id, despite_quiet=despite_quiet)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _panel(article_id, chosen, when, at), 422
    if moment is None:
        flash(_("Đã giao bài cho máy phát hành. Bài lên kênh trong giây lát."), "success")
    else:
        local = clock.local(moment, g.unit.timezone).strftime("%H:%M %d/%m/%Y")
        flash(_("Đã hẹn đăng lúc %(when)s (%(zone)s).", when=local, zone=zone_name()), "success")
    return redirect(url_for("publishing.publish", article_id=article_id), 303)


def _moment(when: str, at: str) -> dt.datetime | None:
    if when != "later":
        return None
    moment = presenting.from_local_input(at)
    if moment is None:
        raise Refused("no-time", _("Hãy chọn ngày và giờ đăng, hoặc chọn đăng ngay."))
    return moment


def _panel(article_id: int, chosen: list[int] | None, when: str, at: str) -> Any:
    article = content.get_article(article_id)
    approved = content.approved_revision(article)
    deliverable = approved is not None and article.state in article_states.DELIVERABLE
    revision = approved or content.head_revision(article)
    found = posts.prospects(article, revision)
    if chosen is None:
        # Letters cannot be called back, so an outlet that sends them is never chosen beforehand.
        chosen = [
            p.account.id for p in found if p.may_send and p.present is None and not mailing.has_audience(p.account)
        ]
    hours = quiet.in_force()
    soon = clock.now() + dt.timedelta(hours=1)
    return render_template(
        "publishing/publish.html",
        article=article,
        revision=revision,
        deliverable=deliverable,
        held=holds.sentence_for(revision),
        prospects=found,
        chosen=chosen,
        when=when,
        at=at or presenting.local_input(soon.replace(minute=0)),
        earliest=presenting.local_input(clock.now()),
        problem_link=presenting.problem_link,
        history=queries.of_article(article_id),
        reach=mailing.reach_of([prospect.account for prospect in found]),
        labels={prospect.account.id: prospect.account.label for prospect in found},
        quiet_hours=hours,
        quiet_until=hours.end_after(clock.now(), g.unit.timezone) if hours is not None else None,
        any_sendable=deliverable and any(prospect.may_send for prospect in found),
        worker_stopped=not queue.worker_alive(),
    )
