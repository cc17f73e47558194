"""Issued plans as public pages: metadata, file and text.

NĐ 42/2022/NĐ-CP asks for documents with issuer, number, date, subject, a file to take and a way to search.
"""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template
from flask_babel import lazy_gettext as _l

from tenants import files
from tenants.errors import NotFound
from tenants.plans import queries, service
from tenants.plans.life_service import revocation_of
from tenants.text import slugify
from tenants.units import queries as units
from tenants.web.guard import public
from tenants.web.site.blueprint import blueprint

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

CHANGES = {
    "adjust": _l("Kế hoạch điều chỉnh"),
    "supplement": _l("Kế hoạch bổ sung"),
    "replace": _l("Kế hoạch thay thế"),
    "correct": _l("Công văn đính chính"),
}
"""What a version is called by the document it was issued as."""


@blueprint.get("/ke-hoach/")
@public
def plans() -> Any:
    """List the plans that were issued, newest first."""
    return render_template("site/plans.html", plans=queries.public_plans(), kinds=CHANGES)


@blueprint.get("/ke-hoach/<int:plan_id>")
@public
def plan(plan_id: int) -> Any:
    """Show the statement of an issued plan: its metadata, text and file as they stand, and its history."""
    return _statement(plan_id, None)


@blueprint.get("/ke-hoach/<int:plan_id>/ban/<int:version>")
@public
def plan_version(plan_id: int, version: int) -> Any:
    """Show a plan as one of its versions says it."""
    return _statement(plan_id, version)


def _statement(plan_id: int, version: int | None) -> str:
    issued = queries.issued_plan(g.site.id, plan_id, version)
    above = units.by_ids({unit_id for unit_id, _plan, _version in issued.document.chain if unit_id != g.site.id})
    versions = queries.versions(plan_id)
    return render_template(
        "site/plan.html",
        plan=issued.document,
        whole=service.last_whole(issued.document),
        newest=versions[0],
        tree=issued.tree,
        bases=[above[unit_id].name for unit_id, _plan, _version in issued.document.chain if unit_id in above],
        versions=versions,
        kinds=CHANGES,
        files={row.version for row in versions if _has_file(row.file_sha256)},
        revocation=revocation_of(g.site.id, plan_id) if issued.document.revoked_at is not None else None,
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
    return _file(document.file_sha256, f"ke hoach {document.number} {document.notation}")


@blueprint.get("/ke-hoach/<int:plan_id>/ban/<int:version>/tep")
@public
def version_file(plan_id: int, version: int) -> Response:
    """Hand out the frozen file of one version; of a revoked plan too, since it is shown as history."""
    document = queries.issued_plan(g.site.id, plan_id, version).document
    return _file(document.file_sha256, f"ke hoach {document.number} {document.notation}")


@blueprint.get("/ke-hoach/<int:plan_id>/thu-hoi/tep")
@public
def revocation_file(plan_id: int) -> Response:
    """Hand out the notice that withdrew a plan.

    Raises:
        NotFound: it is in force.
    """
    row = revocation_of(g.site.id, plan_id)
    if row is None:
        raise NotFound(f"revocation of plan {plan_id}")
    return _file(row.file_sha256, f"thong bao {row.number} {row.notation}")


def _file(sha256: str, name: str) -> Response:
    response = Response(files.store().get(sha256), content_type=DOCX)
    response.headers["Content-Disposition"] = f'attachment; filename="{slugify(name)}.docx"'
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(sha256)
    return response


def _has_file(sha256: str) -> bool:
    try:
        files.store().path(sha256)
    except NotFound:
        return False
    return True
