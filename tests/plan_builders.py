"""Builders of plans: each opens its own context, commits, and returns ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from builders import UnitRef, in_unit
from flask import Flask

from tenants.plans import queries, service
from tenants.plans.tree import TreeNode, walk
from tenants.plans.values import DocumentFields, NodeValues

_number = count(1)
STARTS, ENDS = dt.date(2026, 8, 1), dt.date(2027, 7, 31)


@dataclass(frozen=True)
class PlanRef:
    """A plan in a test: ``nodes`` are node ids by the names the test gave them."""

    id: int
    unit: UnitRef
    nodes: dict[str, str]


def document(number: str | None = None, **changes: Any) -> DocumentFields:
    """Return complete fields of a document; each call has a number of its own."""
    fields: dict[str, Any] = {
        "number": str(next(_number)) if number is None else number,
        "notation": "KH-THU",
        "document_date": dt.date(2026, 9, 10),
        "signer_title": "THỦ TRƯỞNG",
        "signer_name": "Nguyễn Văn Thử",
        "place": "Hoa Sim",
        **changes,
    }
    return DocumentFields(**fields)


def make_plan(
    app: Flask, unit: UnitRef, nodes: Mapping[str, NodeValues] | None = None, subject: str = "Truyền thông năm học thử"
) -> PlanRef:
    """Found a plan with a section and, below it, the given nodes in order, by name."""
    named: dict[str, str] = {}
    with in_unit(app, unit):
        plan = service.create_plan(subject=subject, actor_id=None, starts_on=STARTS, ends_on=ENDS)
        top = [node for node in queries.working_plan(plan.id).tree if node.node.kind == "section"]
        named["I"], named["II"], named["III"] = (node.node_id for node in top)
        for name, values in (nodes or {}).items():
            named[name] = service.add_node(plan.id, named["II"], values, None).node_id
        return PlanRef(plan.id, unit, named)


def issue(app: Flask, plan: PlanRef, **changes: Any) -> int:
    """Issue a plan; return the version."""
    with in_unit(app, plan.unit):
        return service.issue(plan.id, document(**changes), None).version


def receive(app: Flask, unit: UnitRef, base: PlanRef, version: int = 1) -> PlanRef:
    """Let a unit receive an issued plan; the names of its nodes stay the same."""
    with in_unit(app, unit):
        adoption = service.receive(base.unit.id, base.id, version)
        return PlanRef(adoption.plan_id, unit, base.nodes)


def tree_of(app: Flask, plan: PlanRef) -> list[TreeNode]:
    """Return every node of the plan in hand, in reading order."""
    with in_unit(app, plan.unit):
        return list(walk(queries.working_plan(plan.id).tree))


def lines_of(app: Flask, plan: PlanRef) -> list[str]:
    """Return what the plan would say if it were issued now: "label text" line by line."""
    with in_unit(app, plan.unit):
        return [f"{node.label} {node.node.text}".strip() for node in walk(queries.working_plan(plan.id).present)]
