"""Issued plans as public pages: metadata, file and text.

NĐ 42/2022/NĐ-CP asks for documents with issuer, number, date, subject, a file to take and a way to search.
"""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template

from tenants import files
from tenants.errors import NotFound
from tenants.plans import queries
from tenants.plans.models import PlanVersion
from tenants.text import slugify
from tenants.units import queries as units
from tenants.web.guard import public
from tenants.web.site.blueprint import blueprint

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/ke-hoach/")
@public
def plans() -> Any:
    """List the plans that were issued, newest first."""
    return render_template("site/plans.html", plans=queries.public_plans())


@blueprint.get("/ke-hoach/<int:plan_id>")
@public
def plan(plan_id: int) -> Any:
    """Show an issued plan with its metadata, its file and its text."""
    issued = queries.issued_plan(g.site.id, plan_id)
    above = units.by_ids({unit_id for unit_id, _plan, _version in issued.document.chain if unit_id != g.site.id})
    return render_template(
        "site/plan.html",
        plan=issued.document,
        tree=issued.tree,
        bases=[above[unit_id].name for unit_id, _plan, _version in issued.document.chain if unit_id in above],
        versions=queries.versions(plan_id),
        has_file=_has_file(issued.document),
    )


@blueprint.get("/ke-hoach/<int:plan_id>/tep")
@public
def plan_file(plan_id: int) -> Response:
    """Hand out the frozen file of an issued plan.

    Raises:
        NotFound: no such issued plan, or it was revoked.
    """
    document = queries.issued_plan(g.site.id, plan_id).document
    if document.revoked_at is not None:
        raise NotFound(f"plan {plan_id}")
    response = Response(files.store().get(document.file_sha256), content_type=DOCX)
    name = slugify(f"ke hoach {document.number} {document.notation}")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(document.file_sha256)
    return response


def _has_file(document: PlanVersion) -> bool:
    try:
        files.store().path(document.file_sha256)
    except NotFound:
        return False
    return True
