"""Shapes of amendments in a unit: what a superior offers, what was taken over, decisions."""

from __future__ import annotations

from marshmallow import fields

from tenants.api.schemas import fields as f
from tenants.api.schemas.plans import CHANGE_CLASSES, SEEN
from tenants.plans.takeover_values import CHOICES

STATES = ("waiting", "needs_decision", "taken", "failed", "passed")


class PlanFieldChangeSchema(f.ApiSchema):
    """One field of a node in two versions."""

    field = f.string("The field.")
    policy = f.string("Its policy in the newer version.")
    before = f.anything("The former value, in stored form.", allow_none=True)
    after = f.anything("The newer value, in stored form.", allow_none=True)


class PlanNodeChangeSchema(f.ApiSchema):
    """What happened to one node."""

    node_id = f.string("The node.")
    kind = f.string("added, changed, moved or withdrawn.")
    title = f.string("The node in words.", longest=f.TEXT)
    path = f.string("Titles above it.", longest=f.TEXT)
    changed = f.several(PlanFieldChangeSchema, "The fields that differ.", attribute="fields")
    hidden = f.flag("The unit leaves the node out.")


class PlanVersionNoteSchema(f.ApiSchema):
    """A version on the way, with what the superior says of it."""

    version = f.number("The version.")
    change_class = f.string("What kind of change it is.", choices=CHANGE_CLASSES)
    note = f.string("The superior's note.", longest=f.TEXT)
    number = f.string("Number of its document.")
    notation = f.string("Notation of its document.")
    document_date = f.day("Day of its document.")
    acknowledge_by = f.moment("When it must be confirmed as read.", allow_none=True)


class PlanCountsSchema(f.ApiSchema):
    """What a take-over does."""

    auto = f.number("Taken without anybody's decision.")
    decisions = f.number("Questions.")
    locked_replaced = f.number("Own values a lock or bound puts aside.")
    orphaned = f.number("Own texts whose node was withdrawn.")
    hidden = f.number("Changes in nodes left out.")


class PlanOfferSchema(f.ApiSchema):
    """A superior's plan whose newer version was not taken over."""

    adoption_id = f.ident("Names the offer.")
    base_unit_id = f.ident("The superior.")
    base_plan_id = f.ident("Its plan.")
    base_unit_name = f.string("The superior's name.")
    base_version = f.number("The version the unit follows.")
    offered_version = f.number("The version offered.")
    versions = f.several(PlanVersionNoteSchema, "Versions between, oldest first.")
    changes = f.several(PlanNodeChangeSchema, "What differs for this unit.")
    forecast = f.one(PlanCountsSchema, "What taking it over now would do.")
    state = f.string("waiting or failed.", choices=STATES)
    error = f.string("Why it failed.", allow_none=True, longest=f.TEXT)
    undone = f.many(f.number("One."), "Earlier versions the unit took back; what comes again of them is asked about.")


class PlanTakeOverSchema(f.ApiSchema):
    """Which version is taken over."""

    version = f.number(
        "The `offered_version` that was read; left out, whichever is the newest now.",
        least=1,
        allow_none=True,
        load_default=None,
    )


class PlanOfferListSchema(f.ApiSchema):
    """Offers of superiors."""

    items = f.several(PlanOfferSchema, "One for each superior's plan.")


class PlanTakeoverSchema(PlanCountsSchema):
    """What became of one version."""

    id = f.ident("Names the row.")
    base_unit_id = f.ident("The superior.")
    base_plan_id = f.ident("Its plan.")
    version = f.number("The version.")
    state = f.string("What became of it.", choices=STATES)
    unanswered = f.number("Questions still open.")
    error = f.string("Why it failed.", allow_none=True, longest=f.TEXT)
    taken_at = f.moment("When it was taken over.", allow_none=True)
    acknowledged_at = f.moment("When it was confirmed as read.", allow_none=True)


class PlanTakeoverListSchema(f.ApiSchema):
    """Versions offered to a plan, newest first."""

    items = f.several(PlanTakeoverSchema, "One for each version.")


class PlanDecisionSchema(f.ApiSchema):
    """Something a take-over leaves to a person."""

    id = f.ident("Names the decision.")
    version = f.number("The superior's version that raised it.")
    kind = f.string("text, locked, bounds, mandatory, left-out or orphan.")
    node_id = f.string("The node.")
    field = f.string("The field; empty for a whole node.")
    title = f.string("The node in words.", longest=f.TEXT)
    base_value = f.anything("The superior's old value.", allow_none=True)
    upstream_value = f.anything("The superior's new value.", allow_none=True)
    local_value = f.anything("The unit's value.", allow_none=True)
    state = f.string("open, asked, kept, taken, combined, cleared, acknowledged, converted, retired or undone.")
    question = f.string("What the superior was asked.", longest=f.TEXT)
    answer = f.string("What it answered.", longest=f.TEXT)
    change_set_id = f.ident("The step to undo once it was decided.", allow_none=True)


class PlanDecisionListSchema(f.ApiSchema):
    """Decisions of a plan that nobody has taken yet, oldest first."""

    items = f.several(PlanDecisionSchema, "Decisions.")


class PlanDecisionViewSchema(PlanDecisionSchema):
    """A decision with a suggested combination."""

    proposal = f.anything("The suggestion in stored form; null for kinds other than text.", allow_none=True)
    reason = f.string("Why the unit has words of its own; empty once it is settled.", longest=f.TEXT)
    seen = f.string(SEEN)


class PlanChoiceSchema(f.ApiSchema):
    """How a question is settled."""

    choice = f.string("keep, take, combine (with value) or ask (with question).", choices=CHOICES, required=True)
    value = fields.Raw(
        load_default=None, allow_none=True, metadata={"description": "For combine: the text in stored form."}
    )
    question = f.string("For ask.", longest=2000, load_default="")
    seen = f.string(SEEN, load_default=None, allow_none=True)


class PlanConvertSchema(f.ApiSchema):
    """Where a withdrawn node is to stand as an own one."""

    parent = f.string("The node above; empty for a section.", load_default="")
