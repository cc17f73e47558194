"""Asking an outlet whether it may be posted to, and telling the person who waits."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from tenants.publishing import outlets, verifying
from tenants.web.guard import acting_user, requires
from tenants.web.publishing.blueprint import blueprint


@blueprint.post("/outlets/<int:account_id>/check")
@requires("channel.manage")
def check_outlet(account_id: int) -> Any:
    """Ask the outlet now whether it may be posted to."""
    check_and_tell(account_id)
    return redirect(url_for("publishing.account", account_id=account_id), 303)


def check_and_tell(account_id: int, *, connected: bool = False) -> None:
    """Ask the outlet and put its answer on the next page.

    Args:
        connected: it was connected just now.
    """
    finding = verifying.verify_now(account_id, actor_id=acting_user().id)
    label = outlets.get_account(account_id).label
    if finding.usable:
        flash(
            _("Đã kết nối «%(name)s», có quyền đăng.", name=label)
            if connected
            else _("Kênh «%(name)s» hoạt động: có quyền đăng.", name=label),
            "success",
        )
    elif connected:
        flash(_("Đã lưu kết nối «%(name)s», nhưng chưa đăng được: %(why)s", name=label, why=finding.sentence), "error")
    else:
        flash(finding.sentence, "error")
