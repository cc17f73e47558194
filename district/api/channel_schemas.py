"""Shapes of the API about the outlets of the units below an office."""

from __future__ import annotations

from district.oversight.channels import TROUBLE
from tenants.api.schemas import fields as f
from tenants.api.schemas.common import PageQuery
from tenants.publishing.health import LABELS


class OutletQuery(PageQuery):
    """Which outlets."""

    state = f.string("Only in this state; trouble: all that need people.", choices=(*LABELS, TROUBLE), load_default="")
    channel = f.string("Only of this channel.", load_default="")
    school = f.number("Only of this unit; 0 for all.", load_default=0)
    q = f.string("A part of the unit's name, without diacritics.", load_default="")


class OutletConditionSchema(f.ApiSchema):
    """How an outlet of a unit is."""

    unit_id = f.ident("The unit.")
    unit_name = f.string("Its name.")
    account_id = f.ident("The outlet, in its unit.")
    channel = f.string("Its channel.")
    label = f.string("What the unit calls it.")
    state = f.string("How it is.", choices=LABELS)
    sentence = f.string("What is wrong and what to do, in Vietnamese.", allow_none=True)
    since = f.moment("Since when it is so.")
    verified_at = f.moment("When it last proved that it takes our posts.", allow_none=True)
    last_published_at = f.moment("When something was last published there.", allow_none=True)
    waiting = f.number("Articles that wait.")
    troubled = f.number("Articles that need somebody.")


class WorkersSchema(f.ApiSchema):
    """Whether anything is being sent."""

    alive = f.flag("Whether a worker lives.")
    seen_at = f.moment("The last sign of life of any worker.", allow_none=True)


class ChannelDecisionSchema(f.ApiSchema):
    """A channel with what the office decided about it for the units below."""

    channel = f.string("Its name.")
    label = f.string("What it is called.")
    allowed = f.flag("Whether this office lets the units below use it.")
    forbidden_from_above = f.flag("Whether a superior of this office does not allow it.")
    reason = f.string("Why it is not allowed.", allow_none=True)
    set_at = f.moment("When that was decided.", allow_none=True)
    outlets = f.number("How many outlets of it there are below the office.")


class ChannelRuleListSchema(f.ApiSchema):
    """The channels of the installation."""

    items = f.several(ChannelDecisionSchema, "In the order of the installation.")


class DecideSchema(f.ApiSchema):
    """What the office decides about one channel."""

    channel = f.string("Its name.", required=True)
    allowed = f.flag("Whether the units below may use it.", required=True)
    reason = f.string("Why not.", load_default="")
