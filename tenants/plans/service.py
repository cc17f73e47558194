"""Everything a unit does to its plans, under one name. Services load, decide and write; edges commit."""

from tenants.plans.service_drafts import create_plan, header_of, remove_citation, save_citation, save_header
from tenants.plans.service_issue import (
    begin_amendment,
    citation_values,
    draft_docx,
    fields_of,
    frame_of,
    issue,
    receive,
    tidy,
)
from tenants.plans.service_layer import adapt, combine, mark_studied, omit, reset, restore
from tenants.plans.service_nodes import STYLES, add_node, edit_node, move_node, remove_node, set_numbering
from tenants.plans.service_sources import (
    correct_header,
    correct_node,
    create_from_source,
    discard_source,
    drop_node,
    node_at,
    read_source,
    upload,
)
from tenants.plans.values import CitationValues, DocumentFields, HeaderValues, NodeValues

__all__ = [
    "STYLES",
    "CitationValues",
    "DocumentFields",
    "HeaderValues",
    "NodeValues",
    "adapt",
    "add_node",
    "begin_amendment",
    "citation_values",
    "combine",
    "correct_header",
    "correct_node",
    "create_from_source",
    "create_plan",
    "discard_source",
    "draft_docx",
    "drop_node",
    "edit_node",
    "fields_of",
    "frame_of",
    "header_of",
    "issue",
    "mark_studied",
    "move_node",
    "node_at",
    "omit",
    "read_source",
    "receive",
    "remove_citation",
    "remove_node",
    "reset",
    "restore",
    "save_citation",
    "save_header",
    "set_numbering",
    "tidy",
    "upload",
]
