"""Plans that come as files: kept as they came, read by the worker, corrected by a person, made into a draft.

``PlanSource.read`` holds what was read: the keys of the importer's ``ReadPlan.as_dict()``, and on each node
``lines``, the first and last line (from 1) it came from in ``source_text``. A node is named by its path: "1.0.2" is
the third item under the first item of the second section.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tenants import audit, clock, files, scope
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.plans.importer import Citation, ReadPlan, UnreadablePlan, read_plan
from tenants.plans.importer import Node as ReadNode
from tenants.plans.importer.foreign import OwnPlaces, warnings_of_place
from tenants.plans.importer.parent import suggest_parent
from tenants.plans.models import Plan, PlanSource, PlanVersion
from tenants.plans.printing import names
from tenants.plans.quotas import suggest
from tenants.plans.service_drafts import GAP, add_citation, draft_node, found, present_unit
from tenants.plans.values import (
    KINDS,
    CitationValues,
    HeaderValues,
    paragraph,
    refuse_stale,
    tidy_notation,
    tidy_number,
    title_lines,
    token,
    words,
)
from tenants.text import fold, nfc
from tenants.units import queries as units

MOST_BYTES = 20 * 1024 * 1024
PASTED = "van-ban-dan.txt"
"""The name under which pasted text is kept."""


def upload(data: bytes, filename: str, actor_id: int | None) -> PlanSource:
    """Keep a plan file and queue its reading. What kind of file it is, the reader tells by its bytes.

    Raises:
        Refused: ``empty`` or ``too-large``: nothing is kept.
    """
    if not data.strip():
        raise Refused("empty", _("Tệp hoặc ô văn bản chưa có nội dung. Hãy chọn lại tệp, hoặc dán toàn văn kế hoạch."))
    if len(data) > MOST_BYTES:
        raise Refused("too-large", _("Tệp lớn hơn 20 MB nên chưa được lưu. Hãy bỏ bớt hình ảnh rồi tải lên lại."))
    name = nfc(filename).replace("\\", "/").rpartition("/")[2].strip()[:200] or PASTED
    source = PlanSource(
        filename=name,
        sha256=files.store().put(data),
        size=len(data),
        state="waiting",
        uploaded_by=actor_id,
        uploaded_at=clock.now(),
    )
    db.session.add(source)
    db.session.flush()
    queue.enqueue("plans.import", source.unit_id, dedup=f"plans.import:{source.id}", source_id=source.id)
    audit.record("plan.import", "plan_source", source.id, actor_id, filename=name, sha256=source.sha256)
    return source


def waiting_file(source_id: int) -> tuple[bytes, str] | None:
    """Return the bytes and the name of a kept file that is still to be read; None when it has been.

    Raises:
        NotFound: the unit has no such source.
    """
    source = scope.get_own(PlanSource, source_id)
    return (files.store().get(source.sha256), source.filename) if source.state == "waiting" else None


def keep_reading(source_id: int, outcome: ReadPlan | UnreadablePlan) -> PlanSource:
    """Keep what a file says, or the sentence that says why it cannot be read; the file stays. Safe to repeat.

    Raises:
        NotFound: the unit has no such source.
    """
    source = scope.get_own(PlanSource, source_id)
    if source.state != "waiting":
        return source
    if isinstance(outcome, UnreadablePlan):
        source.state, source.sentence = "refused", outcome.sentence
        audit.record("plan.unreadable", "plan_source", source.id, None, code=outcome.code)
        return source
    outcome.warnings = [*warnings_of_place(outcome, own_places()), *outcome.warnings]
    source.read, source.source_text, source.state = as_read(outcome), outcome.source_text, "read"
    audit.record("plan.read", "plan_source", source.id, None, nodes=len(list(outcome.walk())))
    return source


def read_source(source_id: int) -> PlanSource:
    """Read a kept file in one step, for callers that hold no lock meanwhile. Safe to repeat.

    Raises:
        NotFound: the unit has no such source.
    """
    waiting = waiting_file(source_id)
    if waiting is None:
        return scope.get_own(PlanSource, source_id)
    return keep_reading(source_id, reading_of(*waiting))


def reading_of(data: bytes, filename: str) -> ReadPlan | UnreadablePlan:
    """Return what a file says, or why it cannot be read. May take minutes: hold no transaction."""
    try:
        return read_plan(data, filename)
    except UnreadablePlan as refusal:
        return refusal


def own_places() -> OwnPlaces:
    """Return where the present unit is and what stands above it, to tell what was left in from other places."""
    unit = present_unit()
    above, waiting = [unit], [unit.id]
    while waiting:
        for superior, _kind in units.superiors(waiting.pop()):
            if superior not in above:
                above.append(superior)
                waiting.append(superior.id)
    places = tuple(dict.fromkeys(one.place for one in above if one.place))
    return OwnPlaces(places, tuple(one.name for one in above), unit.is_school)


def as_read(plan: ReadPlan) -> dict[str, Any]:
    """Return what was read as JSON-able values, with the lines of each node."""
    return {**plan.as_dict(), "nodes": [_read_node(node) for node in plan.nodes]}


def _read_node(node: ReadNode) -> dict[str, Any]:
    return {
        **node.as_dict(),
        "lines": list(node.lines),
        "children": [_read_node(child) for child in node.children],
    }


def node_at(read: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the node with this path.

    Raises:
        NotFound: there is none.
    """
    siblings, place = _place(read, path)
    return siblings[place]


def _place(read: Mapping[str, Any], path: str) -> tuple[list[dict[str, Any]], int]:
    steps = path.split(".")
    siblings: list[dict[str, Any]] = read["nodes"]
    for depth, text in enumerate(steps):
        if not text.isdecimal() or int(text) >= len(siblings):
            raise NotFound(f"read node {path}")
        if depth == len(steps) - 1:
            return siblings, int(text)
        siblings = siblings[int(text)]["children"]
    raise NotFound(f"read node {path}")


def _open_source(source_id: int) -> tuple[PlanSource, dict[str, Any]]:
    source = db.session.get(PlanSource, (scope.current().unit_id, source_id), with_for_update=True)
    if source is None:
        raise NotFound(f"PlanSource {source_id}")
    if source.state != "read" or source.read is None:
        raise Refused("source-state", _("Tệp này chưa đọc xong hoặc đã tạo thành dự thảo. Chưa có gì thay đổi."))
    return source, copy.deepcopy(source.read)


HEADER_KEYS = ("title", "number", "symbol", "date", "place", "introduction")


def correct_header(
    source_id: int, values: Mapping[str, str], recipients: Iterable[str], signer: tuple[str, str], actor_id: int | None
) -> PlanSource:
    """Correct what was read of the header; ``values`` by the keys ``HEADER_KEYS``, the date in ISO form or "".

    Raises:
        NotFound: the unit has no such source.
        Refused: it has become a draft already, or the date is none.
    """
    source, read = _open_source(source_id)
    for name in HEADER_KEYS:
        read[name] = paragraph(values.get(name, "")) or None
    if read["date"] is not None:
        try:
            dt.date.fromisoformat(read["date"])
        except ValueError:
            raise Refused("date", _("Ngày của văn bản chưa đúng. Hãy nhập ngày, tháng, năm rồi lưu lại.")) from None
    read["recipients"] = list(words(recipients))
    read["signer"] = {"title": signer[0].strip() or None, "name": signer[1].strip() or None}
    source.read = read
    audit.record("plan.reading-corrected", "plan_source", source.id, actor_id, part="header")
    return source


def correct_node(
    source_id: int,
    path: str,
    *,
    text: str,
    kind: str,
    owners: Iterable[str],
    actor_id: int | None,
    seen: str | None = None,
) -> PlanSource:
    """Correct one node of what was read.

    Args:
        seen: ``token`` of the node when the form was opened; None skips the comparison.

    Raises:
        NotFound: there is no such source or node.
        Refused: empty text or an unknown kind.
        Conflict: somebody corrected it meanwhile.
    """
    source, read = _open_source(source_id)
    node = node_at(read, path)
    refuse_stale(seen, token(node))
    tidied = paragraph(text)
    if not tidied:
        raise Refused("no-text", _("Mục cần có nội dung. Nếu không cần mục này, hãy bấm Bỏ mục."))
    if kind not in KINDS:
        raise Refused("node-kind", _("Loại mục chưa đúng. Hãy chọn lại trong danh sách."))
    node.update(text=tidied, kind=kind, owners=list(words(owners)))
    source.read = read
    audit.record("plan.reading-corrected", "plan_source", source.id, actor_id, part=path)
    return source


def drop_node(source_id: int, path: str, actor_id: int | None) -> PlanSource:
    """Leave one node of what was read out; what stands under it moves up to its place. The file keeps the words.

    Raises:
        NotFound: there is no such source or node.
    """
    source, read = _open_source(source_id)
    siblings, place = _place(read, path)
    dropped = siblings[place]
    siblings[place : place + 1] = dropped["children"]
    source.read = read
    audit.record("plan.reading-corrected", "plan_source", source.id, actor_id, part=path, dropped=dropped["text"])
    return source


def create_from_source(source_id: int, actor_id: int | None) -> Plan:
    """Make the draft from what was read and corrected. The source stays beside it.

    Raises:
        NotFound: the unit has no such source.
        Refused: it is not read, or has become a draft already.
    """
    source, read = _open_source(source_id)
    unit = present_unit()
    introduction = tuple((read.get("introduction") or "").split("\n"))
    header = HeaderValues(
        subject=read.get("title") or source.filename.rpartition(".")[0] or source.filename,
        levels=tuple(unit.levels),
        number=read.get("number") or "",
        notation=read.get("symbol") or "",
        place=read.get("place") or "",
        document_date=dt.date.fromisoformat(read["date"]) if read.get("date") else None,
        signer_title=title_lines((read.get("signer") or {}).get("title") or ""),
        signer_name=(read.get("signer") or {}).get("name") or "",
        introduction=introduction,
        recipients=tuple(read.get("recipients") or ()),
    )
    plan = found(header, actor_id, source.id)
    above = _superiors_plans()
    for place, citation in enumerate(_bases(read, introduction), start=1):
        row = add_citation(plan, citation, place)
        linked = _same_document(citation, above)
        if linked is not None:
            row.linked_unit_id, row.linked_plan_id = linked.unit_id, linked.plan_id
    _add_nodes(plan, "", read["nodes"])
    source.state, source.plan_id = "used", plan.id
    db.session.flush()
    audit.record("plan.create", "plan", plan.id, actor_id, subject=plan.subject, source=source.id)
    return plan


def _bases(read: Mapping[str, Any], introduction: Iterable[str]) -> list[CitationValues]:
    """Return the documents the introduction names; what only the body mentions stays in the body."""
    said = " ".join(introduction)
    return [
        _citation(citation)
        for citation in read["citations"]
        if names(said, citation["number"], citation["symbol"], citation["subject"])
    ]


def _citation(citation: Mapping[str, Any]) -> CitationValues:
    return CitationValues(
        citation["type"] or "",
        citation["number"],
        citation["symbol"],
        dt.date.fromisoformat(citation["date"]) if citation["date"] else None,
        citation["issuer"],
        citation["subject"],
    )


@dataclass(frozen=True)
class ParentSuggestion:
    """Which of the cited documents is most likely the superior's plan: its place in the list, and that plan's newest
    document where it lies in this system.
    """

    place: int
    linked: PlanVersion | None


def suggested_parent(read: Mapping[str, Any]) -> ParentSuggestion | None:
    """Return which of the citations of a plan that was read is its parent plan; None when none is a plan."""
    cited = [_citation(citation) for citation in read.get("citations") or []]
    unit = present_unit()
    symbols = {superior.symbol for superior, _kind in units.superiors(unit.id)}
    place = suggest_parent(
        [Citation(one.doc_type, one.number, one.notation, one.issued_on, one.issuer, one.subject) for one in cited],
        symbols,
    )
    return None if place is None else ParentSuggestion(place, _same_document(cited[place], _superiors_plans()))


def _superiors_plans() -> Sequence[PlanVersion]:
    """Every document issued by a direct superior that this unit may read."""
    above = [superior.id for superior, _kind in units.superiors(scope.current().unit_id)]
    if not above:
        return []
    return db.session.scalars(
        select(PlanVersion).where(PlanVersion.unit_id.in_(above)).order_by(PlanVersion.id.desc())
    ).all()


def _same_document(citation: CitationValues, issued: Iterable[PlanVersion]) -> PlanVersion | None:
    """The issued document with the number, notation and year of a citation."""
    if not citation.number or not citation.notation:
        return None
    wanted = (tidy_number(citation.number), fold(tidy_notation(citation.notation)))
    return next(
        (
            row
            for row in issued
            if (row.number, fold(row.notation)) == wanted
            and (citation.issued_on is None or citation.issued_on.year == row.year)
        ),
        None,
    )


def _add_nodes(plan: Plan, parent: str, nodes: Iterable[Mapping[str, Any]]) -> None:
    for place, node in enumerate(nodes, start=1):
        title, _sep, body = node["text"].partition("\n")
        row = draft_node(
            plan, parent, place * GAP, node["label"],
            kind=node["kind"], title=title, body=body, owners=list(node["owners"]), source_lines=[node["lines"]],
            quota=suggest(node["text"]) if node["kind"] == "quota" else None,
        )  # fmt: skip
        _add_nodes(plan, row.node_id, node["children"])


def discard_source(source_id: int, actor_id: int | None) -> None:
    """Take a source that became no draft off the list; the file itself stays in the unit's store.

    Raises:
        NotFound: the unit has no such source.
        Refused: a plan was made from it.
    """
    source = scope.get_own(PlanSource, source_id)
    used = db.session.scalar(select(Plan.id).where(Plan.source_id == source.id))
    if used is not None:
        raise Refused("source-used", _("Tệp này là văn bản gốc của một kế hoạch nên được giữ lại."))
    audit.record(
        "plan.source-discarded", "plan_source", source.id, actor_id, filename=source.filename, sha256=source.sha256
    )
    db.session.delete(source)
