"""Who works in the unit, and with which roles."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import text
from tenants.accounts import queries, service
from tenants.accounts.permissions import OFFICE_ROLES, ROLES, SCHOOL_ROLES
from tenants.db import transaction
from tenants.errors import Refused
from tenants.web.forms.accounts import PersonForm
from tenants.web.forms.choices import options
from tenants.web.guard import acting_user, requires

blueprint = Blueprint("people", __name__, url_prefix="/u/<unit_slug>/people")


def _form() -> PersonForm:
    form = PersonForm()
    roles = SCHOOL_ROLES if g.unit.is_school else OFFICE_ROLES
    form.roles.choices = options((role, ROLES[role]) for role in roles)
    return form


def _page(form: PersonForm, created: tuple[str, str] | None = None, status: int = 200) -> Any:
    people = sorted(queries.people_of(g.unit.id), key=lambda person: text.name_sort_key(person.user.name))
    return render_template("people/index.html", people=people, form=form, created=created), status


@blueprint.get("/")
@requires("people.manage")
def index() -> Any:
    """List the people by given name, with their roles."""
    return _page(_form())


@blueprint.post("/")
@requires("people.manage")
def add() -> Any:
    """Bring a person in; a new account's one-time password is shown this once."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        with transaction():
            user, password = service.add_person(
                sign_in_name=form.sign_in_name.data or "",
                name=form.name.data or "",
                email=form.email.data or "",
                roles=form.roles.data or [],
                actor_id=acting_user().id,
            )
            created = (user.sign_in_name, password) if password else None
            name = user.name
    except Refused as refusal:
        form.sign_in_name.errors = [refusal.sentence]
        return _page(form, status=422)
    if created is None:
        flash(_("Đã giao vai trò cho %(name)s.", name=name), "success")
        return redirect(url_for("people.index"), 303)
    request_form = PersonForm(formdata=None)
    request_form.roles.choices = form.roles.choices
    return _page(request_form, created)


@blueprint.post("/<int:user_id>/revoke")
@requires("people.manage")
def revoke(user_id: int) -> Any:
    """Take a role away, from today on."""
    with transaction():
        service.revoke(user_id, request.form.get("role", ""), acting_user())
    flash(_("Đã bỏ vai trò. Những gì người này đã viết và ký vẫn được giữ."), "success")
    return redirect(url_for("people.index"), 303)


@blueprint.post("/<int:user_id>/password")
@requires("people.manage")
def reset_password(user_id: int) -> Any:
    """Give a person of this unit a new one-time password, shown this once."""
    with transaction():
        user, password = service.reset_password(user_id, acting_user())
        created = (user.sign_in_name, password)
    return _page(_form(), created)
