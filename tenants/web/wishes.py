"""Wished times: what the author fills in, what reviewers read, and the list of times that were missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tenants import clock
from tenants.content import wishes
from tenants.content.models import Article, PublishingWish
from tenants.content.wishes import Wish
from tenants.db import transaction
from tenants.errors import Refused
from tenants.publishing import environment, wishing
from tenants.publishing import queries as outlets
from tenants.publishing.models import ChannelAccount
from tenants.web.addresses import wholes
from tenants.web.guard import acting_user, may, requires

blueprint = Blueprint("wishes", __name__, url_prefix="/u/<unit_slug>/wishes")

NONE, APPROVED, AT = "none", "approved", "at"


@dataclass(frozen=True)
class Shown:
    """A wish as the writing page shows it.

    Args:
        when: one of ``NONE``, ``APPROVED``, ``AT``.
        at: the value of the date-and-time box.
        chosen: ids of the outlets that are ticked.
    """

    when: str
    at: str
    chosen: tuple[int, ...]
    accounts: tuple[ChannelAccount, ...]
    earliest: str


def for_form(article_id: int, typed: MultiDict[str, str] | None = None) -> Shown:
    """Return what stands in the form: what was typed when it comes back, else what is kept."""
    accounts = tuple(outlets.enabled_accounts())
    earliest = _input(clock.now())
    if typed and "wish" in typed:
        chosen = tuple(wholes(typed.getlist("wish_account")))
        return Shown(typed.get("wish", NONE), typed.get("wish_at", ""), chosen, accounts, earliest)
    kept = wishes.of_article(article_id)
    if kept is None or kept.state not in (wishes.OPEN, *wishes.MISSED):
        own_site = tuple(account.id for account in accounts if account.channel in environment.hosted_channels())
        return Shown(NONE, "", own_site, accounts, earliest)
    at = "" if kept.wish_at is None else _input(kept.wish_at)
    return Shown(APPROVED if kept.wish_at is None else AT, at, tuple(kept.account_ids), accounts, earliest)


def _input(moment: dt.datetime) -> str:
    return clock.local(moment, g.unit.timezone).strftime("%Y-%m-%dT%H:%M")


def keep_typed(article_id: int, form: MultiDict[str, str]) -> None:
    """Keep the wish that a form carries; a form without one leaves the kept one alone.

    Raises:
        Refused: "wish-no-time": a time was to be wished and none was typed.
    """
    when = form.get("wish")
    if when not in (NONE, APPROVED, AT):
        return
    wish = None
    if when != NONE:
        own = {account.id for account in outlets.accounts()}
        chosen = wholes(form.getlist("wish_account"))
        wish = Wish(_moment(when, form), tuple(sorted(own.intersection(chosen))))
    wishes.put(article_id, wish, acting_user().id)


def _moment(when: str, form: Mapping[str, str]) -> dt.datetime | None:
    if when != AT:
        return None
    try:
        naive = dt.datetime.fromisoformat(form.get("wish_at", ""))
    except ValueError:
        naive = None
    if naive is None or naive.tzinfo is not None:
        raise Refused("wish-no-time", _("Hãy chọn ngày và giờ đăng đề nghị. Nội dung bài đã được lưu."))
    return clock.from_local(naive, g.unit.timezone)


def line(article_id: int) -> dict[str, Any] | None:
    """Return an article's wish as pages show it; None when there is nothing to say."""
    found = wishes.of_article(article_id)
    if found is None or found.state not in (wishes.OPEN, *wishes.MISSED):
        return None
    return {"wish": found, "outlets": _names(found)}


def _names(wish: PublishingWish) -> str:
    labels = {account.id: account.label for account in outlets.accounts()}
    return ", ".join(labels[ident] for ident in wish.account_ids if ident in labels)


def missed() -> list[tuple[PublishingWish, Article]]:
    """Return what missed its time: everything for whoever publishes, else the person's own articles."""
    if may("publish.manage"):
        return list(wishes.missed())
    return list(wishes.missed(acting_user().id)) if may("article.write") else []


@blueprint.get("/")
@requires("article.view")
def index() -> Any:
    """List articles whose wished time passed before their approval, or that an outlet refused."""
    found = missed()
    labels = {account.id: account.label for account in outlets.accounts()}
    return render_template(
        "wishes/index.html",
        missed=found,
        outlets={
            wish.id: ", ".join(labels[ident] for ident in wish.account_ids if ident in labels)
            for wish, _article in found
        },
        earliest=_input(clock.now()),
    )


@blueprint.post("/<int:article_id>")
@requires("publish.manage")
def renew(article_id: int) -> Any:
    """Choose a new time, now, or let it be."""
    choice = request.form.get("choice", "")
    with transaction():
        if choice == "drop":
            wishes.put(article_id, None, acting_user().id)
        else:
            at = _moment(AT, request.form) if choice == AT else None
            wishing.renew(article_id, at, acting_user().id)
    sentence = {
        "drop": _("Đã bỏ đề nghị giờ đăng. Bài vẫn được giữ nguyên."),
        AT: _("Đã chọn giờ đăng mới."),
    }.get(choice, _("Bài được đăng ngay, hoặc ngay khi được duyệt."))
    flash(sentence, "success")
    return redirect(url_for("wishes.index"), 303)
