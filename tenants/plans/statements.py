"""The statements that read plans, built once: a plan is read on many pages, and building costs more than asking.

Columns are selected rather than objects. Where several issued plans are wanted, each is named by itself, so that
both databases find it by its index; beyond ``MOST_NAMED`` they are compared as rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Executable, Select, and_, bindparam, or_, select, tuple_

from tenants.plans.models import Adoption, DraftNode, NodeOmission, NodeOverride, Plan, PlanNode, PlanVersion

MOST_NAMED = 32
MANY = MOST_NAMED + 1

NODE_FIELDS = (
    "node_id", "parent_node_id", "position", "label", "kind", "title", "body", "owners", "audience", "levels",
    "channels", "due_from", "due_to", "quota", "policies", "mandatory",
)  # fmt: skip

LINK = (
    PlanVersion.unit_id, PlanVersion.plan_id, PlanVersion.version, PlanVersion.levels, PlanVersion.bases,
    PlanVersion.chain, PlanVersion.unit_name, PlanVersion.subject,
)  # fmt: skip
ISSUED_NODE = (
    PlanNode.unit_id, PlanNode.plan_id, PlanNode.from_version, PlanNode.to_version, PlanNode.omitted,
    *(getattr(PlanNode, name) for name in NODE_FIELDS), PlanNode.origin_unit_id,
)  # fmt: skip
OWN_NODE = (DraftNode.plan_id, *(getattr(DraftNode, name) for name in NODE_FIELDS))
OVERRIDE = (
    NodeOverride.plan_id, NodeOverride.node_id, NodeOverride.field, NodeOverride.value, NodeOverride.base_value,
    NodeOverride.base_version, NodeOverride.reason, NodeOverride.by_id, NodeOverride.at,
)  # fmt: skip
OMISSION = (
    NodeOmission.plan_id, NodeOmission.node_id, NodeOmission.base_version, NodeOmission.reason, NodeOmission.by_id,
    NodeOmission.at,
)  # fmt: skip

_PLANS: BindParameter[Any] = bindparam("plans", expanding=True)

PLANS_WITH_BASES = (
    select(Plan, Adoption, *LINK)
    .outerjoin(Adoption, and_(Adoption.unit_id == Plan.unit_id, Adoption.plan_id == Plan.id))
    .outerjoin(
        PlanVersion,
        and_(
            PlanVersion.unit_id == Adoption.base_unit_id,
            PlanVersion.plan_id == Adoption.base_plan_id,
            PlanVersion.version == Adoption.base_version,
        ),
    )
    .where(Plan.id.in_(_PLANS))
    .order_by(Adoption.id)
)
"""Each plan once for each superior's plan it builds on; the columns ``LINK`` are empty when that one may not be
read.
"""

OWN_NODES = select(*OWN_NODE).where(DraftNode.plan_id.in_(_PLANS))
OVERRIDES = select(*OVERRIDE).where(NodeOverride.plan_id.in_(_PLANS))
OMISSIONS = select(*OMISSION).where(NodeOmission.plan_id.in_(_PLANS))


class Key(NamedTuple):
    """An issued plan."""

    unit_id: int
    plan_id: int
    version: int


def naming(keys: Iterable[Key]) -> tuple[int, dict[str, Any]]:
    """Return which of the statements below is meant for so many keys, and its parameters."""
    ordered = sorted(keys)
    if len(ordered) > MOST_NAMED:
        return MANY, {"keys": ordered, "pairs": sorted({key[:2] for key in ordered})}
    parameters: dict[str, Any] = {}
    for place, key in enumerate(ordered):
        parameters |= {f"unit{place}": key.unit_id, f"plan{place}": key.plan_id, f"version{place}": key.version}
    return len(ordered), parameters


@lru_cache(maxsize=MANY)
def documents(count: int) -> Select[PlanVersion]:
    """Return the statement for ``count`` issued plans as objects."""
    return select(PlanVersion).where(_named_version(count))


@lru_cache(maxsize=MANY)
def links(count: int) -> Executable:
    """Return the statement for what ``count`` issued plans build on (the columns ``LINK``)."""
    return select(*LINK).where(_named_version(count))


@lru_cache(maxsize=MANY)
def issued_nodes(count: int) -> Executable:
    """Return the statement for the nodes of ``count`` issued plans (the columns ``ISSUED_NODE``).

    Compared as rows, nodes of other versions come along: the reader looks at ``from_version`` and ``to_version``.
    """
    if count == MANY:
        pairs: BindParameter[Any] = bindparam("pairs", expanding=True)
        return select(*ISSUED_NODE).where(tuple_(PlanNode.unit_id, PlanNode.plan_id).in_(pairs))
    named = (
        and_(
            PlanNode.unit_id == bindparam(f"unit{place}"),
            PlanNode.plan_id == bindparam(f"plan{place}"),
            PlanNode.from_version <= bindparam(f"version{place}"),
            or_(PlanNode.to_version.is_(None), PlanNode.to_version > bindparam(f"version{place}")),
        )
        for place in range(count)
    )
    return select(*ISSUED_NODE).where(or_(*named))


def _named_version(count: int) -> ColumnElement[bool]:
    if count == MANY:
        keys: BindParameter[Any] = bindparam("keys", expanding=True)
        return tuple_(PlanVersion.unit_id, PlanVersion.plan_id, PlanVersion.version).in_(keys)
    return or_(
        *(
            and_(
                PlanVersion.unit_id == bindparam(f"unit{place}"),
                PlanVersion.plan_id == bindparam(f"plan{place}"),
                PlanVersion.version == bindparam(f"version{place}"),
            )
            for place in range(count)
        )
    )
