"""Shapes of what an office does over its units: issuing, adoption, numbers, units."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from marshmallow import validate

from district.oversight.adoption import STAGES
from tenants.api.schemas import fields as f
from tenants.api.schemas.common import PageQuery, page_of
from tenants.api.schemas.plans import DocumentSchema, PlanVersionSchema
from tenants.api.schemas.statistics import (
    SLOT_STATES,
    ChannelCountSchema,
    EvidenceSchema,
    GenreCountSchema,
    MonthSchema,
    SlotSchema,
    SpanQuery,
)
from tenants.content.article_text import GENRES
from tenants.units.models import EDUCATION_LEVELS

MOST_UNITS = 5000
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*\Z"


class ChoiceQuery(PageQuery):
    """Which units below the office."""

    level = f.string("Only of this education level.", choices=EDUCATION_LEVELS, load_default="")
    under = f.number("Only below this cluster or office.", strict=False, least=0, load_default=0)
    q = f.string("Part of the name; case and diacritics do not count.", longest=80, load_default="")


class UnitQuery(ChoiceQuery):
    """Which units, and whether schools alone."""

    schools = f.flag_in_query("Leave out clusters and offices.", load_default=False)


class OfficeUnitSchema(f.ApiSchema):
    """A unit below the office."""

    id = f.ident("Id of the unit.")
    slug = f.string("Its address.")
    name = f.string("Its name.")
    short_name = f.string("Its short name.")
    kind_label = f.string("What kind of unit it is, in Vietnamese.")
    tier = f.string("office, cluster or school.")
    levels = f.choices(EDUCATION_LEVELS, "Education levels.")
    superior_id = f.ident("The nearest unit above it.")


class StaffedUnitSchema(OfficeUnitSchema):
    """A unit below the office with its people."""

    leaders = f.words("Names of its leaders.")
    people = f.number("How many people there are.")


class UnitTypeSchema(f.ApiSchema):
    """A kind of unit the office may add."""

    code = f.string("Its code.")
    label = f.string("What it is called, in Vietnamese.")
    tier = f.string("office, cluster or school.")
    levels = f.words("Education levels it has.")


class UnitTypeListSchema(f.ApiSchema):
    """The kinds of unit the office may add."""

    items = f.several(UnitTypeSchema, "Schools first.")


class NewUnitSchema(f.ApiSchema):
    """A new unit with its first leader."""

    type_code = f.string("Code of its kind.", longest=64, required=True)
    name = f.string("Its name.", shortest=1, longest=200, required=True)
    short_name = f.string("Its short name.", longest=60, load_default="")
    slug = f.string(
        "Its address; left out, made from the name.",
        longest=60,
        load_default="",
        check=validate.Regexp(
            rf"({SLUG})|\Z", error=_l("Địa chỉ chỉ gồm chữ thường không dấu, chữ số và gạch nối, ví dụ mn-hoa-sim.")
        ),
    )
    symbol = f.string("Its abbreviation in document numbers.", longest=30, load_default="")
    place = f.string("Place of issue on its documents.", longest=120, load_default="")
    superior_id = f.ident("The office itself, or a cluster or office below it.", required=True)
    leader_name = f.string("Name of its first leader.", shortest=1, longest=120, required=True)
    leader_sign_in_name = f.string("Their sign-in name.", shortest=3, longest=120, required=True)


class AddedUnitSchema(f.ApiSchema):
    """A unit that was just added."""

    unit = f.one(OfficeUnitSchema, "The unit.")
    leader_id = f.ident("Its first leader.")
    password = f.string("One-time password of a new account, shown this once; null for an old one.", allow_none=True)


class TargetSchema(f.ApiSchema):
    """A unit a plan may be sent to."""

    id = f.ident("Id of the unit.")
    name = f.string("Its name.")
    kind_label = f.string("What kind of unit it is, in Vietnamese.")
    levels = f.words("Education levels.")
    sent_at = f.moment("When the version in force was sent to it; null while it was not.", allow_none=True)


class GroupSchema(f.ApiSchema):
    """Units that can be chosen together."""

    key = f.string('Names the group: "level:primary", "under:12".')
    level = f.string('The education level; "" for a group by superior.')
    superior = f.string('The cluster or office; "" for a group by level.')
    unit_ids = f.many(f.ident("A unit."), "Its units that do not have the version in force.", most=MOST_UNITS)


class TargetsSchema(f.ApiSchema):
    """Whom a plan can be sent to."""

    offered = f.several(TargetSchema, "Units it concerns.", most=MOST_UNITS)
    not_concerned = f.several(TargetSchema, "Units of other education levels.", most=MOST_UNITS)
    groups = f.several(GroupSchema, "Groups of the offered ones.")


class IssueSchema(DocumentSchema):
    """What turns a draft into a document, and to whom it is sent."""

    unit_ids = f.many(f.ident("A unit."), "Whom it is sent to.", most=MOST_UNITS, required=True)


class DispatchSchema(f.ApiSchema):
    """To whom the version in force is sent too."""

    unit_ids = f.many(f.ident("A unit."), "Those that have it already are left alone.", most=MOST_UNITS, required=True)


class FailureSchema(f.ApiSchema):
    """A unit that could not receive a plan."""

    unit_id = f.ident("The unit.")
    name = f.string("Its name.")
    sentence = f.string("Why, in Vietnamese.")
    final = f.flag("False while the worker will try again by itself.")


class ProgressSchema(f.ApiSchema):
    """How far the sending of a version has come."""

    plan_id = f.ident("The plan.")
    version = f.number("The version.")
    total = f.number("Units it was sent to.")
    received = f.number("Units that have it.")
    waiting = f.number("Units that neither have it nor failed for good.")
    settled = f.flag("Whether nobody is waiting any more.")
    failures = f.several(FailureSchema, "Where it failed.", most=MOST_UNITS)


class OfficePlanSchema(f.ApiSchema):
    """An issued plan of the office, with how far the units are."""

    document = f.one(PlanVersionSchema, "The version in force.")
    counts = f.table("How many units stand at each stage, and how many are silent.", values=f.number("How many."))
    reached = f.table("How many units have come to each stage or beyond.", values=f.number("How many."))


class OfficePlanListSchema(f.ApiSchema):
    """The issued plans of the office."""

    items = f.several(OfficePlanSchema, "Newest document first.")


class BoardQuery(ChoiceQuery):
    """Which units of the adoption board."""

    stage = f.string("Only at this stage.", choices=(*STAGES, "silent"), load_default="")


class StepSchema(f.ApiSchema):
    """One unit on its way with one plan."""

    unit_id = f.ident("The unit.")
    name = f.string("Its name.")
    stage = f.string("How far it is.", choices=STAGES)
    sent_at = f.moment("When the plan was sent.")
    received_at = f.moment("When it came in.", allow_none=True)
    opened_at = f.moment("When it was studied.", allow_none=True)
    localized_at = f.moment("When the first change was made.", allow_none=True)
    issued_at = f.moment("When the unit issued its own plan.", allow_none=True)
    version = f.number("The version it builds on.", allow_none=True)
    adapted = f.number("Nodes adapted.")
    added = f.number("Nodes added.")
    omitted = f.number("Nodes left out.")
    silent_days = f.number("For how many days nothing has been heard.")
    silent = f.flag("Whether that is long.")


class ActivityQuery(SpanQuery):
    """What is counted."""

    plan_id = f.number("Only what serves this plan of the office; left out, everything.", strict=False, load_default=0)
    channel = f.string("Only on this channel.", longest=64, load_default="")
    genre = f.string("Only of this genre.", choices=GENRES, load_default="")
    level = f.string("Only units of this education level.", choices=EDUCATION_LEVELS, load_default="")
    under = f.number("Only units below this cluster or office.", strict=False, least=0, load_default=0)
    q = f.string("Only units with this in their name.", longest=80, load_default="")


class NodeLineSchema(f.ApiSchema):
    """A node of the plan with the articles that serve it."""

    node_id = f.string("The node.")
    label = f.string("Its printed number.")
    title = f.string("Its words.")
    depth = f.number("0 for a section.")
    articles = f.number("Articles that serve it.")
    with_children = f.number("The same with the nodes under it.")


class UnitCountSchema(f.ApiSchema):
    """Articles of a unit."""

    unit_id = f.ident("The unit.")
    name = f.string("Its name.")
    articles = f.number("How many.")


class ActivitySchema(f.ApiSchema):
    """What the units published."""

    first = f.day("First day of the first month.")
    last = f.day("First day of the last month.")
    plan_id = f.ident("The plan whose nodes are counted.", allow_none=True)
    total = f.number("How many articles.")
    outside = f.number("Articles that serve no plan.")
    elsewhere = f.number("Articles that serve nodes of other plans, the units' own ones among them.")
    months = f.several(MonthSchema, "Every month, in order.", most=MOST_UNITS)
    channels = f.several(ChannelCountSchema, "By channel; here an article counts once in each.")
    genres = f.several(GenreCountSchema, "By genre.")
    nodes = f.several(NodeLineSchema, "By node of the plan, in reading order.")
    units = f.several(UnitCountSchema, "By unit, the most active first; schools without any too.", most=MOST_UNITS)


class QuotaChoiceSchema(f.ApiSchema):
    """A quota that units below have."""

    node_id = f.string("The node of the quota.")
    title = f.string("What it asks for.")
    first = f.day("First day of its first period.")
    last = f.day("First day of its last period.")


class QuotaListSchema(f.ApiSchema):
    """The quotas that run in units below."""

    items = f.several(QuotaChoiceSchema, "The most widely used first.")


class ColumnSchema(f.ApiSchema):
    """One period of the board."""

    start = f.day("First day.")
    end = f.day("Last day.")
    counts = f.table("How many units are filled, due or missed.", values=f.number("How many."))


class CellSchema(f.ApiSchema):
    """One period of one unit."""

    period_start = f.day("First day of the period.")
    state = f.string("Where it stands.", choices=SLOT_STATES)
    needed = f.number("How many articles it asks for.")
    filled = f.number("How many there are.")
    evidence = f.several(EvidenceSchema, "The articles that fill it.")


class RowSchema(f.ApiSchema):
    """A unit on the board."""

    unit_id = f.ident("The unit.")
    name = f.string("Its name.")
    cells = f.several(CellSchema, "Its periods, in order.")


class QuotaBoardSchema(f.ApiSchema):
    """A quota as a board of schools and periods."""

    quota = f.one(QuotaChoiceSchema, "The quota.")
    columns = f.several(ColumnSchema, "Its periods, in order.")
    rows = f.one(page_of(RowSchema), "One page of the schools.")


class PublishedOutletSchema(f.ApiSchema):
    """Where an article stands."""

    channel = f.string("The channel.")
    url = f.string("The address.", allow_none=True)


class PublishedArticleSchema(f.ApiSchema):
    """An article the public can see."""

    article_id = f.ident("The article.")
    title = f.string("Title.")
    genre = f.string("Genre.", choices=GENRES)
    at = f.moment("When it first appeared.")
    outlets = f.several(PublishedOutletSchema, "Where it stands.")


class OfficeUnitReportSchema(f.ApiSchema):
    """One unit as its office sees it: what is issued, what is public, totals."""

    unit = f.one(OfficeUnitSchema, "The unit.")
    plans = f.several(PlanVersionSchema, "Its issued plans.")
    slots = f.several(SlotSchema, "Its quota slots.", most=MOST_UNITS)
    articles = f.one(page_of(PublishedArticleSchema), "One page of what it published, newest first.")
