"""Shapes of changes of the tree of units."""

from __future__ import annotations

from tenants.accounts.permissions import ROLES
from tenants.api.schemas import fields as f
from tenants.units.models import RELATION_KINDS
from tenants.units.states import KINDS, STATES

MOST_UNITS = 200
MOST_PARTS = 20
MOST_PEOPLE = 2000


class FoundedUnitSchema(f.ApiSchema):
    """A unit that a merger or a split founds."""

    name = f.string("Its name.", shortest=1, longest=200, required=True)
    slug = f.string("Its address; left out, made from the name.", longest=60, load_default="")
    type_code = f.string("Code of its kind; left out, that of the unit that ends.", longest=64, load_default="")


class FollowerSchema(f.ApiSchema):
    """Somebody who keeps their roles in a unit that carries on."""

    unit_id = f.ident("The unit that ends.", required=True)
    user_id = f.ident("The person.", required=True)
    successor = f.number("Place of the unit among the successors, from 0.", least=0, most=MOST_PARTS, load_default=0)


class UnitWishSchema(f.ApiSchema):
    """A change of the tree as an officer wants it."""

    kind = f.string("What happens.", choices=KINDS, required=True)
    unit_ids = f.many(
        f.ident("A unit."), "The units that change; in a merger those that end.", most=MOST_UNITS, required=True
    )
    on = f.day("The first day on which it holds.", required=True)
    name = f.string("The new name (rename).", longest=200, load_default="")
    short_name = f.string("The new short name (rename).", longest=60, load_default="")
    target_id = f.number("The new superior, one overseen (move); 0 for another.", least=0, load_default=0)
    target_slug = f.string("Address of any other superior, who is asked first (move).", longest=60, load_default="")
    relation = f.string("Which superior (move).", choices=RELATION_KINDS, load_default=RELATION_KINDS[0])
    successor_id = f.number("An existing unit that carries on (merge); 0 when one is founded.", least=0, load_default=0)
    successors = f.several(
        FoundedUnitSchema, "Units to found: one (merge) or several (split).", most=MOST_PARTS, load_default=list
    )
    people = f.several(FollowerSchema, "Everybody who moves along.", most=MOST_PEOPLE, load_default=list)


class UnitDecisionSchema(UnitWishSchema):
    """A wish that is decided."""

    reason = f.string("Reason or document; it stands in the log.", shortest=1, longest=1000, required=True)


class MemberSchema(f.ApiSchema):
    """Somebody of a unit that changes."""

    unit_id = f.ident("The unit.")
    user_id = f.ident("The person.")
    name = f.string("Their name.")
    roles = f.choices(sorted(ROLES), "Their roles there.")


class TouchedOutletSchema(f.ApiSchema):
    """An outlet of a unit that changes."""

    unit_id = f.ident("The unit.")
    label = f.string("What it is called.")
    waiting = f.number("Items that wait to be sent on it.")


class UnitPreviewSchema(f.ApiSchema):
    """What a change touches; nothing is written."""

    affected = f.number("Units whose people, plans or totals it touches, those below included.")
    people = f.several(MemberSchema, "Everybody with a role.")
    plans = f.number("Plans in force.")
    articles = f.number("Published articles.")
    outlets = f.several(TouchedOutletSchema, "Outlets; they do not move along.")
    waiting = f.number("Items that wait to be sent.")
    orders = f.number("Orders that are not carried out.")
    questions = f.number("Changes of superiors on which a unit has not decided.")


class UnitChangeSchema(f.ApiSchema):
    """A change that was decided, and how far the worker is."""

    id = f.ident("Its id.")
    office_id = f.ident("The office that decided it.")
    receiver_id = f.ident("The superior that is asked; null where nobody is.", allow_none=True)
    kind = f.string("What happens.", choices=KINDS)
    on = f.day("The first day on which it holds.")
    unit_ids = f.many(f.ident("A unit."), "The units that change.")
    names = f.words("Their names when it was decided.")
    details = f.anything("What was asked for.")
    state = f.string("How far it is.", choices=STATES)
    reason = f.string("Why.")
    answer = f.string("What the superior asked said.")
    problem = f.string("Why it could not be carried out.")
    done_at = f.moment("When it was done.", allow_none=True)
    may_cancel = f.flag("Whether the office may still cancel it.")
    cancel_reason = f.string("Why it was cancelled.")
    cancelled_by = f.ident("Who cancelled it; null where nobody did.", allow_none=True)
    cancelled_at = f.moment("When it was cancelled.", allow_none=True)
    total = f.number("Units to be worked through.")
    waiting = f.number("Jobs that are left.")


class UnitChangeListSchema(f.ApiSchema):
    """Changes, the newest first."""

    items = f.several(UnitChangeSchema, "The changes.")


class ReplySchema(f.ApiSchema):
    """Whether the units are welcome."""

    agreed = f.flag("True to take them.", required=True)
    words = f.string("A word to the office that asks.", longest=500, load_default="")


class CancelSchema(f.ApiSchema):
    """Why a change is cancelled."""

    reason = f.string(
        "Stands in the log and in the notices; may be left out while a superior elsewhere has not answered.",
        longest=1000,
        load_default="",
    )


class NameOnSchema(f.ApiSchema):
    """A name a unit bore."""

    name = f.string("The name.")
    valid_from = f.day("Its first day.")
    valid_to = f.day("The first day without it; null while it holds.", allow_none=True)


class LineSchema(f.ApiSchema):
    """A unit whose work another carries on."""

    unit_id = f.ident("The other unit.")
    slug = f.string("Its address.")
    name = f.string("Its name.")
    on = f.day("From which day.")
    kind = f.string("How it came about.", choices=("merge", "split"))


class LineageSchema(f.ApiSchema):
    """Where a unit comes from, and what it was called when."""

    names = f.several(NameOnSchema, "Its names, the oldest first.")
    predecessors = f.several(LineSchema, "Units whose work it carries on, the latest first.")
