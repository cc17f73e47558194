"""Shapes of amending: effects and results."""

from __future__ import annotations

from tenants.api.schemas import fields as f
from tenants.api.schemas.common import PageQuery
from tenants.api.schemas.plan_changes import STATES, PlanNodeChangeSchema, PlanTakeoverSchema
from tenants.api.schemas.plans import CHANGE_CLASSES, FOLLOW_UPS, DocumentSchema


class PlanNodeEffectsSchema(f.ApiSchema):
    """What the change of one node meets."""

    change = f.one(PlanNodeChangeSchema, "The change.")
    adapted = f.number("Units that reworded a changed field and will be asked.")
    replaced = f.number("Units whose own words a lock will put aside.")
    hidden = f.number("Units that leave the node out.")
    orphaned = f.number("Units with own words on a withdrawn node.")
    articles = f.number("Approved articles that serve the node.")


class PlanEffectsSchema(f.ApiSchema):
    """What an amendment meets in all."""

    nodes = f.several(PlanNodeEffectsSchema, "Each change.")
    units = f.number("Units that build on the plan.")
    by_themselves = f.number("Units that take everything over without a question.")
    adapted = f.number("Units, each counted once.")
    replaced = f.number("Units, each counted once.")
    hidden = f.number("Units, each counted once.")
    orphaned = f.number("Units, each counted once.")
    articles = f.number("Approved articles that serve a changed node.")


class AmendmentSchema(DocumentSchema):
    """What turns the draft of an amendment into a document."""

    change_class = f.string("What kind of change it is.", choices=CHANGE_CLASSES, required=True)
    follow_up = f.string(
        "The document that carries it: điều chỉnh, bổ sung, thay thế (the whole plan anew) or đính chính.",
        choices=FOLLOW_UPS,
        required=True,
    )
    acknowledge_by = f.moment("When units must have confirmed an urgent one.", allow_none=True)


class ResultsQuery(PageQuery):
    """Which units."""

    state = f.string("Only units in this state.", choices=STATES, load_default="")


class PlanResultSchema(f.ApiSchema):
    """What became of a version in one unit."""

    unit_id = f.ident("The unit.")
    unit_name = f.string("Its name.")
    takeover = f.one(PlanTakeoverSchema, "Null while the unit has not come to it.", allow_none=True)


class PlanResultsSchema(f.ApiSchema):
    """What became of a version."""

    version = f.number("The version.")
    handing_out = f.flag("Units are still being handed their job; the total grows meanwhile.")
    total = f.number("Units it was sent to.")
    states = f.table("How many units by state.")
    acknowledged = f.number("Units that confirmed having read it.")
    pages = f.number("How many pages there are.")
    items = f.several(PlanResultSchema, "One page of units, by name.")
