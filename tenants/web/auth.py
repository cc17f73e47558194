"""Signing in and out, choosing a language, one's own account."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from tenants.accounts import queries, service
from tenants.accounts.demo import PASSWORD, demo_accounts
from tenants.db import READ_ONLY, transaction
from tenants.errors import NotFound, Refused
from tenants.web.forms.accounts import PasswordForm, SignInForm, TokenForm
from tenants.web.guard import acting_user, public, signed_in
from tenants.web.setup import LANGUAGES

blueprint = Blueprint("auth", __name__)


def local_address(address: str | None) -> str | None:
    """Return ``address`` when it is a path on this server, else None: a link must not send people elsewhere."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


@blueprint.route("/", methods=["GET"])
@public
def start() -> Any:
    """Send people to their unit, others to the sign-in page."""
    if not current_user.is_authenticated:
        return redirect(url_for("auth.sign_in"))
    found = queries.units_of(current_user.id)
    if len(found) == 1:
        return redirect(url_for("home.show", unit_slug=found[0][0].slug))
    return redirect(url_for("auth.units"))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Ask for name and password."""
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        try:
            with transaction():
                name, password = form.sign_in_name.data or "", form.password.data or ""
                user = service.sign_in(name, password, request.remote_addr or "")
        except Refused as refusal:
            flash(refusal.sentence, "error")
            status = 429
        else:
            if user is not None:
                language = session.get("language")
                session.clear()
                if language:
                    session["language"] = language
                login_user(user, remember=form.remember.data)
                return redirect(local_address(request.args.get("next")) or url_for("auth.start"), 303)
            flash(_("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra rồi nhập lại."), "error")
            status = 401
    elif form.is_submitted():
        status = 422
    accounts = demo_accounts() if current_app.config["LOA_DEMO"] else []
    return render_template("auth/sign_in.html", form=form, accounts=accounts, demo_password=PASSWORD), status


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Any:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(url_for("auth.sign_in"), 303)


@blueprint.post("/language")
@public
def set_language() -> Any:
    """Change the language of the interface, for this session and for the person's account."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            with transaction():
                current_user.language = chosen
    referrer = urlsplit(request.referrer or "")
    back = referrer.path + (f"?{referrer.query}" if referrer.query else "")
    return redirect(local_address(back) or url_for("auth.start"), 303)


@blueprint.get("/units")
@signed_in
def units() -> Any:
    """List the units the person belongs to."""
    return render_template("auth/units.html", units=queries.units_of(acting_user().id))


@blueprint.get("/profile")
@signed_in
def profile() -> Any:
    """Show one's own account: units and roles, password, API keys."""
    return _profile(PasswordForm(), TokenForm())


def _profile(password_form: PasswordForm, token_form: TokenForm, secret: str | None = None, status: int = 200) -> Any:
    user = acting_user()
    page = render_template(
        "auth/profile.html",
        units=queries.units_of(user.id),
        tokens=queries.tokens_of(user.id),
        password_form=password_form,
        token_form=token_form,
        secret=secret,
    )
    return page, status


@blueprint.post("/profile/password")
@signed_in
def change_password() -> Any:
    """Change one's own password; other sessions end."""
    form = PasswordForm()
    user = acting_user()
    if not form.validate_on_submit():
        return _profile(form, TokenForm(formdata=None), status=422)
    if not service.check_password(user, form.old_password.data or ""):
        form.old_password.errors = [_("Mật khẩu hiện tại chưa đúng. Mật khẩu cũ vẫn được giữ.")]
        return _profile(form, TokenForm(formdata=None), status=422)
    with transaction():
        service.set_password(user, form.new_password.data or "")
    login_user(user)
    flash(_("Đã đổi mật khẩu. Các máy khác đã được đăng xuất."), "success")
    return redirect(url_for("auth.profile"), 303)


@blueprint.post("/profile/tokens")
@signed_in
def create_token() -> Any:
    """Make an API key; its text is shown this once."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _profile(PasswordForm(formdata=None), form, status=422)
    with transaction():
        _token, secret = service.create_token(acting_user(), form.label.data or "")
    READ_ONLY.set(True)
    return _profile(PasswordForm(formdata=None), TokenForm(formdata=None), secret=secret)


@blueprint.post("/profile/tokens/<int:token_id>/revoke")
@signed_in
def revoke_token(token_id: int) -> Any:
    """Make an API key useless at once."""
    with transaction():
        if not service.revoke_token(acting_user(), token_id):
            raise NotFound(token_id)
    flash(_("Đã thu hồi khóa."), "success")
    return redirect(url_for("auth.profile"), 303)
