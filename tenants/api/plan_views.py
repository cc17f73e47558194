"""Plans as the API shows them: from the values of the queries to plain ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from tenants.plans import queries, service
from tenants.plans.layer import EffectiveNode
from tenants.plans.loading import Base
from tenants.plans.models import PlanSource
from tenants.plans.queries import EffectivePlan, IssuedPlan, PlanLine
from tenants.plans.tree import TreeNode
from tenants.plans.values import NodeValues, token


def plan_view(found: EffectivePlan) -> dict[str, Any]:
    """Return a plan in hand with its text."""
    plan, header = found.plan, service.header_of(found.plan)
    return {
        "id": plan.id,
        "state": plan.state,
        "current_version": plan.current_version,
        "source_id": plan.source_id,
        "created_at": plan.created_at,
        "updated_at": plan.updated_at,
        "header": {**asdict(header), "seen": token(header)},
        "citations": found.citations,
        "bases": [_base_view(base) for base in found.bases],
        "nodes": [node_view(node, found.origins) for node in found.tree],
    }


def _base_view(base: Base) -> dict[str, Any]:
    adoption = base.adoption
    counted = ("received_at", "opened_at", "localized_at", "issued_at", "adapted", "added", "omitted")
    return {
        "unit_id": base.key.unit_id,
        "unit_name": base.unit_name,
        "plan_id": base.key.plan_id,
        "version": base.key.version,
        "offered_version": adoption.offered_version,
        "subject": base.subject,
        "stage": queries.adoption_state(adoption),
        **{name: getattr(adoption, name) for name in counted},
    }


def node_view(place: TreeNode, origins: Mapping[int, str]) -> dict[str, Any]:
    """Return a node with all that stands under it.

    Args:
        origins: unit id -> name.
    """
    item = place.item
    values = NodeValues.of(item.node)
    return {
        **asdict(values),
        "node_id": place.node_id,
        "label": place.label,
        "depth": place.depth,
        "state": item.state,
        "origin_unit_id": item.origin_unit_id,
        "origin": origins.get(item.origin_unit_id, ""),
        "adapted": sorted(item.adapted),
        "changes": _changes(item),
        "omission_reason": item.omission.reason if item.omission is not None else None,
        "seen": token(values),
        "children": [node_view(child, origins) for child in place.children],
    }


def _changes(item: EffectiveNode) -> list[dict[str, Any]]:
    return [asdict(change) for name, change in sorted(item.overrides.items()) if name in item.adapted]


def issued_view(found: IssuedPlan) -> dict[str, Any]:
    """Return an issued document with its text."""
    return {
        "document": found.document,
        "complete": found.complete,
        "nodes": [node_view(node, found.origins) for node in found.tree],
    }


def line_views(lines: Iterable[PlanLine]) -> list[dict[str, Any]]:
    """Return plans as a list shows them."""
    names = (
        "id", "subject", "state", "current_version", "number", "notation", "document_date", "starts_on", "ends_on",
        "updated_at",
    )  # fmt: skip
    return [
        {
            **{name: getattr(line.plan, name) for name in names},
            "base_unit_name": line.base_unit_name,
            "stage": queries.adoption_state(line.adoption) if line.adoption is not None else None,
        }
        for line in lines
    ]


def source_view(source: PlanSource, with_reading: bool = False) -> dict[str, Any]:
    """Return an uploaded file, with what was read in it where that is asked for."""
    names = ("id", "filename", "sha256", "size", "state", "sentence", "plan_id", "uploaded_by", "uploaded_at")
    read = source.read if with_reading else None
    return {
        **{name: getattr(source, name) for name in names},
        "reading": None if read is None else {**read, "nodes": _read_nodes(read["nodes"], "")},
    }


def _read_nodes(nodes: Iterable[Mapping[str, Any]], above: str) -> list[dict[str, Any]]:
    found = []
    for place, node in enumerate(nodes):
        path = f"{above}{place}"
        found.append({**node, "path": path, "seen": token(node), "children": _read_nodes(node["children"], f"{path}.")})
    return found
