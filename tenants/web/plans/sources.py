"""From a file to a draft: upload, watch it being read, review what was read, make the draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import files, scope
from tenants.db import transaction
from tenants.errors import Conflict, NotFound, Refused
from tenants.jobs import queue
from tenants.plans import service
from tenants.plans.importer.doc import converter
from tenants.plans.importer.settled import open_warnings
from tenants.plans.models import PlanSource
from tenants.plans.values import token
from tenants.web.downloads import attachment
from tenants.web.forms.plans import ReadingForm, ReadNodeForm, UploadForm, as_lines, from_lines
from tenants.web.guard import acting_user, requires
from tenants.web.plans.blueprint import blueprint

LONGEST_SHOWN = 60_000
"""How much of the source text stands beside the tree, in characters; the file itself is always there in full."""


@dataclass(frozen=True)
class ReadRow:
    """A node of what was read, where it stands. ``lines`` are its first and last line in the source."""

    path: str
    depth: int
    label: str
    kind: str
    text: str
    owners: list[str]
    lines: tuple[int, int]


@blueprint.get("/import")
@requires("plan.edit")
def upload() -> Any:
    """Ask for a file or a pasted text."""
    return _upload_page(UploadForm(formdata=None))


def _upload_page(form: UploadForm) -> str:
    return render_template("plans/upload.html", form=form, reads_doc=converter() is not None)


@blueprint.post("/import")
@requires("plan.edit")
def keep() -> Any:
    """Keep the file and let the worker read it."""
    form = UploadForm()
    file = form.file.data
    data, name = (file.read(), file.filename or "") if file else (b"", "")
    if not data:
        data, name = (form.pasted.data or "").encode(), _("Văn bản dán") + ".txt"
    try:
        with transaction():
            source_id = service.upload(data, name, acting_user().id).id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _upload_page(form), 422
    return redirect(url_for("plans.source", source_id=source_id), 303)


@blueprint.get("/sources/<int:source_id>")
@requires("plan.edit")
def source(source_id: int) -> Any:
    """Show how far the reading is, why a file cannot be read, or what was read."""
    found = scope.get_own(PlanSource, source_id)
    if found.state == "used" and found.plan_id is not None:
        return redirect(url_for("plans.show", plan_id=found.plan_id))
    if found.state == "read" and found.read is not None:
        return _review(found)
    stalled = found.state == "waiting" and not queue.worker_alive()
    return render_template("plans/source.html", source=found, stalled=stalled)


@blueprint.get("/sources/<int:source_id>/progress")
@requires("plan.edit")
def progress(source_id: int) -> Any:
    """Answer the waiting page's question; sends it to the review once the file is read."""
    found = scope.get_own(PlanSource, source_id)
    if found.state == "waiting":
        stalled = not queue.worker_alive()
        return render_template("plans/_waiting.html", source=found, stalled=stalled)
    response = Response("")
    response.headers["HX-Redirect"] = url_for("plans.source", source_id=source_id)
    return response


def _review(found: PlanSource, form: ReadingForm | None = None, status: int = 200) -> Any:
    read = found.read or {}
    rows = list(_rows(read.get("nodes", []), "", 0))
    text = found.source_text or ""
    return (
        render_template(
            "plans/review.html",
            source=found,
            read=read,
            warnings=open_warnings(read),
            form=form or ReadingForm(formdata=None, data=_reading_data(read)),
            rows=rows,
            text_lines=text[:LONGEST_SHOWN].split("\n"),
            cut=len(text) > LONGEST_SHOWN,
            parent=service.suggested_parent(read),
        ),
        status,
    )


def _rows(nodes: list[dict[str, Any]], above: str, depth: int) -> Iterator[ReadRow]:
    for place, node in enumerate(nodes):
        path = f"{above}.{place}" if above else str(place)
        first, last = node.get("lines") or (0, 0)
        yield ReadRow(path, depth, node["label"], node["kind"], node["text"], node["owners"], (first, last))
        yield from _rows(node["children"], path, depth + 1)


def _reading_data(read: Mapping[str, Any]) -> dict[str, Any]:
    signer = read.get("signer") or {}
    return {
        **{name: read.get(name) or "" for name in ("title", "number", "symbol", "place", "introduction")},
        "date": dt.date.fromisoformat(read["date"]) if read.get("date") else None,
        "recipients": as_lines(read.get("recipients") or ()),
        "signer_title": signer.get("title") or "",
        "signer_name": signer.get("name") or "",
    }


@blueprint.post("/sources/<int:source_id>/header")
@requires("plan.edit")
def correct_header(source_id: int) -> Any:
    """Correct the header of what was read; with ``create``, go on and make the draft."""
    form = ReadingForm()
    found = scope.get_own(PlanSource, source_id)
    if not form.validate_on_submit():
        return _review(found, form, 422)
    values = {name: form[name].data or "" for name in ("title", "number", "symbol", "place", "introduction")}
    values["date"] = form.date.data.isoformat() if form.date.data else ""
    signer = (form.signer_title.data or "", form.signer_name.data or "")
    plan_id = None
    try:
        with transaction():
            actor_id = acting_user().id
            service.correct_header(source_id, values, from_lines(form.recipients.data), signer, actor_id)
            if "create" in request.form:
                plan_id = service.create_from_source(source_id, actor_id).id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return redirect(url_for("plans.source", source_id=source_id), 303)
    if plan_id is not None:
        flash(_("Đã tạo dự thảo từ tệp. Văn bản gốc được giữ bên cạnh để đối chiếu."), "success")
        return redirect(url_for("plans.edit", plan_id=plan_id), 303)
    flash(_("Đã lưu phần đầu văn bản."), "success")
    return redirect(url_for("plans.source", source_id=source_id), 303)


def _read_node(source_id: int, path: str) -> tuple[PlanSource, dict[str, Any]]:
    found = scope.get_own(PlanSource, source_id)
    if found.state != "read" or found.read is None:
        raise NotFound(f"read node {path}")
    return found, service.node_at(found.read, path)


@blueprint.get("/sources/<int:source_id>/nodes/<path>")
@requires("plan.edit")
def read_node(source_id: int, path: str) -> Any:
    """Show one node of what was read with the lines it came from."""
    found, node = _read_node(source_id, path)
    form = ReadNodeForm(
        formdata=None,
        data={"text": node["text"], "kind": node["kind"], "owners": as_lines(node["owners"]), "seen": token(node)},
    )
    return _read_node_page(found, path, node, form)


def _read_node_page(found: PlanSource, path: str, node: Mapping[str, Any], form: ReadNodeForm) -> str:
    first, last = node.get("lines") or (0, 0)
    lines = (found.source_text or "").split("\n")
    around = range(max(1, first - 3), min(len(lines), last + 3) + 1) if first else range(0)
    excerpt = [(number, lines[number - 1], first <= number <= last) for number in around]
    return render_template("plans/read_node.html", source=found, path=path, node=node, form=form, excerpt=excerpt)


@blueprint.post("/sources/<int:source_id>/nodes/<path>")
@requires("plan.edit")
def correct_node(source_id: int, path: str) -> Any:
    """Correct one node of what was read."""
    form = ReadNodeForm()
    found, node = _read_node(source_id, path)
    try:
        with transaction():
            service.correct_node(
                source_id,
                path,
                text=form.text.data or "",
                kind=form.kind.data,
                owners=from_lines(form.owners.data),
                actor_id=acting_user().id,
                seen=form.seen.data or None,
            )
    except Refused as refusal:
        flash(refusal.sentence, "error")
        found, node = _read_node(source_id, path)
        form.seen.data = token(node)
        return _read_node_page(found, path, node, form), 409 if isinstance(refusal, Conflict) else 422
    flash(_("Đã sửa mục."), "success")
    return redirect(url_for("plans.source", source_id=source_id, _anchor=f"read-{path}"), 303)


@blueprint.post("/sources/<int:source_id>/nodes/<path>/drop")
@requires("plan.edit")
def drop_node(source_id: int, path: str) -> Any:
    """Leave one node of what was read out."""
    with transaction():
        service.drop_node(source_id, path, acting_user().id)
    flash(_("Đã bỏ mục khỏi kết quả đọc. Tệp gốc vẫn giữ nguyên."), "success")
    return redirect(url_for("plans.source", source_id=source_id), 303)


@blueprint.post("/sources/<int:source_id>/discard")
@requires("plan.edit")
def discard(source_id: int) -> Any:
    """Take a file that became no draft off the list."""
    with transaction():
        service.discard_source(source_id, acting_user().id)
    flash(_("Đã bỏ tệp khỏi danh sách."), "success")
    return redirect(url_for("plans.index", kind="drafts"), 303)


@blueprint.get("/sources/<int:source_id>/file")
@requires("plan.edit")
def source_file(source_id: int) -> Any:
    """Hand the file back as it came."""
    found = scope.get_own(PlanSource, source_id)
    return attachment(files.store().get(found.sha256), "application/octet-stream", found.filename)


@blueprint.get("/sources/<int:source_id>/text")
@requires("plan.edit")
def source_text(source_id: int) -> Any:
    """Show the text the draft was read from, line by line."""
    found = scope.get_own(PlanSource, source_id)
    if found.source_text is None:
        raise NotFound(f"text of source {source_id}")
    return render_template(
        "plans/source_text.html", source=found, text_lines=found.source_text[:LONGEST_SHOWN].split("\n")
    )
