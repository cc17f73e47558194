"""The units below an office: the list with their people, adding one, and what the predecessors of one did."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _

from district.oversight import directory, pages, units
from district.web import presenting
from district.web.forms import UnitForm
from district.web.oversight import blueprint as overview
from tenants.db import db, transaction
from tenants.errors import Refused
from tenants.units.models import Unit
from tenants.web import history
from tenants.web.guard import acting_user, requires

blueprint = Blueprint("district_units", __name__, url_prefix="/o/<unit_slug>/units", template_folder="templates")

ROWS_PER_PAGE = 25


@blueprint.get("")
@requires("oversight.units")
def index() -> Any:
    """List the units below, by level, with their leaders and how many people they have."""
    units_below = directory.read(g.unit.id)
    choice = presenting.choice_from(request.args)
    rows = choice.of(units_below, units_below.entries)
    page = pages.cut(rows, request.args.get("page", 1, type=int), ROWS_PER_PAGE)
    return render_template(
        "oversight/units.html",
        directory=units_below,
        choice=choice,
        page=page,
        staff=units.staff([entry.id for entry in page.items]),
        chosen=presenting.chosen(),
        **presenting.labels(),
    )


def _form() -> UnitForm:
    form = UnitForm()
    form.type_code.choices = [(kind.code, kind.label) for kind in units.types_below(g.unit.type.tier)]
    superiors = directory.read(g.unit.id).superiors
    form.superior_id.choices = [(g.unit.id, g.unit.name), *((entry.id, entry.name) for entry in superiors)]
    return form


@blueprint.get("/new")
@requires("oversight.units")
def new() -> Any:
    """Ask for a new unit and its leader."""
    return render_template("oversight/new_unit.html", form=_form(), added=None)


@blueprint.post("/new")
@requires("oversight.units")
def add() -> Any:
    """Add a unit; the one-time password of its leader is shown this once."""
    form = _form()
    if not form.validate_on_submit():
        return render_template("oversight/new_unit.html", form=form, added=None), 422
    try:
        with transaction():
            added = units.add_unit(form.values(), acting_user().id)
            shown = {
                "unit": added.unit.name,
                "id": added.unit.id,
                "leader": added.leader.name,
                "sign_in_name": added.leader.sign_in_name,
                "password": added.password,
            }
    except Refused as refusal:
        field = {"slug-taken": form.slug, "name-taken": form.leader_sign_in_name}.get(refusal.code, form.type_code)
        field.errors = [refusal.sentence]
        return render_template("oversight/new_unit.html", form=form, added=None), 422
    return render_template("oversight/new_unit.html", form=form, added=shown, done=_("Đã thêm đơn vị"))


@overview.get("/schools/<int:unit_id>/before/<int:predecessor_id>")
@requires("oversight.view")
def show_predecessor(unit_id: int, predecessor_id: int) -> Any:
    """Show what a unit did whose work a unit below carries on: plans, articles, totals, under its own name."""
    entry = directory.read(g.unit.id).get(unit_id)
    trail = [
        {"label": _("Tổng quan các trường"), "url": url_for("oversight.dashboard")},
        {"label": entry.short_name, "url": url_for("oversight.show_school", unit_id=unit_id)},
    ]

    def address(page: int) -> str:
        return url_for("oversight.show_predecessor", unit_id=unit_id, predecessor_id=predecessor_id, page=page)

    return history.record_page(db.session.get_one(Unit, unit_id), predecessor_id, trail, address)
