"""Who gets the unit's letters: list, add, import, stop, erase; and the letters of one mailing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import clock
from tenants.audience import importing, queries, service, states
from tenants.audience.service import Consent, Judged
from tenants.db import transaction
from tenants.errors import NotFound, Refused
from tenants.publishing import mailing
from tenants.publishing import queries as deliveries
from tenants.web.forms.audience import ImportForm, SubscriberForm
from tenants.web.guard import acting_user, requires

blueprint = Blueprint("audience", __name__, url_prefix="/u/<unit_slug>/audience")

LARGEST_FILE = 400_000
"""Bytes of an imported list."""


@blueprint.get("/")
@requires("audience.manage")
def index() -> Any:
    """List the people of one kind, by state and search."""
    kind, state = _kind(request.args.get("kind")), request.args.get("state", "")
    search = request.args.get("q", "")[:100]
    state = state if state in states.LABELS else ""
    numbers = queries.counts()
    return render_template(
        "audience/index.html",
        kind=kind,
        state=state,
        search=search,
        page=queries.listed(kind, state, search, request.args.get("page", 1, type=int)),
        tabs=[
            {
                "label": label,
                "url": url_for("audience.index", kind=code),
                "active": code == kind,
                "count": numbers.get((code, states.ACTIVE), 0),
            }
            for code, label in states.KINDS.items()
        ],
        numbers={code: numbers.get((kind, code), 0) for code in states.LABELS},
        labels=states.LABELS,
        outlet=mailing.outlet(kind),
    )


@blueprint.get("/new")
@requires("audience.manage")
def new() -> Any:
    """Show the form for one person."""
    return _add_page(SubscriberForm(formdata=None, on=clock.today(g.unit.timezone)))


@blueprint.post("/")
@requires("audience.manage")
def add() -> Any:
    """Put one person on the list."""
    kind, form = _kind(request.args.get("kind")), SubscriberForm()
    if not form.validate_on_submit():
        return _add_page(form), 422
    try:
        with transaction():
            service.add(
                kind,
                form.address.data or "",
                form.name.data or "",
                form.organisation.data or "",
                _consent(form),
                acting_user().id,
            )
    except Refused as refusal:
        form.address.errors = [refusal.sentence]
        return _add_page(form), 422
    flash(_("Đã thêm người nhận."), "success")
    return redirect(url_for("audience.index", kind=kind), 303)


@blueprint.get("/import")
@requires("audience.manage")
def import_form() -> Any:
    """Show the form for a list."""
    return _import_page(ImportForm(formdata=None, on=clock.today(g.unit.timezone)))


@blueprint.post("/import")
@requires("audience.manage")
def import_list() -> Any:
    """Show what an import would do; the second time, do it."""
    kind, form = _kind(request.args.get("kind")), ImportForm()
    if not form.validate_on_submit():
        return _import_page(form), 422
    try:
        form.text.data = _listed(form)
        if request.form.get("step") != "save":
            return _import_page(form, service.judge(kind, form.text.data))
        with transaction():
            report = service.import_list(kind, form.text.data, _consent(form), acting_user().id)
    except Refused as refusal:
        form.text.errors = [refusal.sentence]
        return _import_page(form), 422
    added = sum(judged.verdict == importing.NEW for judged in report)
    flash(_("Đã thêm %(n)s người nhận; %(rest)s dòng không thêm.", n=added, rest=len(report) - added), "success")
    return redirect(url_for("audience.index", kind=kind), 303)


@blueprint.post("/<int:subscriber_id>/stop")
@requires("audience.manage")
def stop(subscriber_id: int) -> Any:
    """Stop sending to a person who asked for it."""
    with transaction():
        service.stop_by_hand(subscriber_id, acting_user().id)
    flash(_("Đã dừng. Người này không nhận thêm thư nào."), "success")
    return _back()


@blueprint.post("/<int:subscriber_id>/erase")
@requires("audience.manage")
def erase(subscriber_id: int) -> Any:
    """Delete a person's data."""
    with transaction():
        service.erase(subscriber_id, acting_user().id)
    flash(_("Đã xóa dữ liệu của người này. Số liệu chung của các lần gửi vẫn được giữ."), "success")
    return _back()


@blueprint.get("/letters/<int:delivery_id>")
@requires("audience.manage")
def letters(delivery_id: int) -> Any:
    """Show what became of each letter of a mailing."""
    delivery = deliveries.get_delivery(delivery_id)
    troubled = request.args.get("only") == "troubled"
    page = queries.letters(delivery_id, request.args.get("page", 1, type=int), troubled=troubled)
    return render_template(
        "audience/letters.html",
        delivery=delivery,
        tally=queries.tally(delivery_id),
        page=page,
        people=queries.people_of(page.items),
        shown_state=queries.shown_state,
        troubled=troubled,
        labels=states.ENTRY_LABELS,
    )


def _kind(typed: str | None) -> str:
    kind = typed or states.NEWSLETTER
    if kind not in states.KINDS:
        raise NotFound(kind)
    return kind


def _consent(form: SubscriberForm | ImportForm) -> Consent:
    return Consent(str(form.source.data or ""), form.on.data or clock.today(g.unit.timezone))


def _back() -> Any:
    return redirect(url_for("audience.index", kind=_kind(request.form.get("kind"))), 303)


def _add_page(form: SubscriberForm) -> Any:
    kind = _kind(request.args.get("kind"))
    return render_template("audience/new.html", form=form, kind=kind, kind_label=states.KINDS[kind])


def _import_page(form: ImportForm, report: list[Judged] | None = None) -> Any:
    kind = _kind(request.args.get("kind"))
    return render_template(
        "audience/import.html",
        form=form,
        kind=kind,
        kind_label=states.KINDS[kind],
        report=report,
        added=sum(judged.verdict == importing.NEW for judged in report or ()),
    )


def _listed(form: ImportForm) -> str:
    """Return the list as text, from the file if there is one.

    Raises:
        Refused: the file is too large or no text.
    """
    if not form.file.data:
        return str(form.text.data or "")
    raw = form.file.data.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise Refused("too-large", _("Tệp quá lớn. Hãy chia nhỏ danh sách rồi nhập từng phần."))
    for encoding in ("utf-8-sig", "utf-16") if raw[:2] not in (b"\xff\xfe", b"\xfe\xff") else ("utf-16",):
        try:
            return str(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Refused("not-text", _("Không đọc được tệp. Hãy lưu bảng tính thành tệp CSV UTF-8, hoặc dán danh sách vào ô."))
