"""Shapes of plans: headers, nodes, what a unit changes on what it inherits, issued documents."""

from __future__ import annotations

from typing import Any

from tenants.api.schemas import fields as f
from tenants.api.schemas.common import PageQuery
from tenants.plans.nodes import FIELDS, GOVERNING, POLICIES
from tenants.plans.service import STYLES
from tenants.plans.service_nodes import DIRECTIONS
from tenants.plans.values import GENRES, KINDS, PERIOD_KINDS, QUOTA_PERIODS
from tenants.units.models import EDUCATION_LEVELS

SEEN = "Fingerprint of what was read; sent back, a save over somebody else's is refused with 409."
LISTS = ("received", "drafts", "issued")
STAGES = ("received", "opened", "localized", "issued")
CHANGE_CLASSES = ("wording", "content", "urgent")
FOLLOW_UPS = ("adjust", "supplement", "replace", "correct")


def _levels(description: str = "Education levels it is for; empty for all.", **options: Any) -> Any:
    return f.choices(EDUCATION_LEVELS, description, **options)


class PlanQuery(PageQuery):
    """Which list of plans."""

    kind = f.string(
        "received: inherited and not issued yet; drafts: own and not issued yet; issued.", choices=LISTS, required=True
    )


class NewPlanSchema(f.ApiSchema):
    """What a new plan begins with."""

    subject = f.string("One-line subject (trích yếu).", required=True)
    period_kind = f.string("What the period is.", choices=PERIOD_KINDS, load_default="school_year")
    starts_on = f.day("First day.", allow_none=True, load_default=None)
    ends_on = f.day("Last day.", allow_none=True, load_default=None)
    levels = _levels("Education levels; left out, those of the unit.", load_default=None)


class HeaderSchema(f.ApiSchema):
    """The lines around a plan's text. Saved whole: what is left out becomes empty."""

    subject = f.string("One-line subject (trích yếu).", required=True)
    period_kind = f.string("What the period is.", choices=PERIOD_KINDS, load_default="school_year")
    starts_on = f.day("First day.", allow_none=True, load_default=None)
    ends_on = f.day("Last day.", allow_none=True, load_default=None)
    levels = _levels(load_default=())
    number = f.string(
        "Number of the document to come, from the register of outgoing documents.", longest=20, load_default=""
    )
    notation = f.string("Notation of the document to come, e.g. KH-THMT.", longest=60, load_default="")
    place = f.string("Place of issue.", longest=120, load_default="")
    document_date = f.day("Day of issue.", allow_none=True, load_default=None)
    signer_title = f.string("The line above the signature.", longest=200, load_default="")
    signer_name = f.string("Who signs.", longest=120, load_default="")
    introduction = f.many(
        f.string("A paragraph.", longest=f.TEXT), "Paragraphs before the first section.", load_default=()
    )
    recipients = f.words('The lines of "Nơi nhận".', load_default=())
    seen = f.string(SEEN, load_default=None, allow_none=True)


class CitationSchema(f.ApiSchema):
    """A basis (căn cứ) a plan cites."""

    id = f.ident("Id of the basis.", dump_only=True)
    doc_type = f.string("Type of the document, e.g. Kế hoạch.", load_default="")
    number = f.string("Its number.", longest=60, allow_none=True, load_default=None)
    notation = f.string("Its notation.", longest=120, allow_none=True, load_default=None)
    issued_on = f.day("Its date.", allow_none=True, load_default=None)
    issuer = f.string("Who issued it.", allow_none=True, load_default=None)
    subject = f.string("Its subject.", longest=f.TEXT, allow_none=True, load_default=None)


class IssuedCitationSchema(f.ApiSchema):
    """A basis as it stands in an issued document."""

    doc_type = f.string("Type of the document.")
    number = f.string("Its number.", allow_none=True)
    notation = f.string("Its notation.", allow_none=True)
    issued_on = f.string("Its date in ISO form.", allow_none=True)
    issuer = f.string("Who issued it.", allow_none=True)
    subject = f.string("Its subject.", allow_none=True)


class QuotaSchema(f.ApiSchema):
    """A numeric target (chỉ tiêu)."""

    count = f.number("How many articles a period.", least=1, most=999, required=True)
    period = f.string("The period.", choices=QUOTA_PERIODS, required=True)
    genre = f.string("Only articles of this genre count.", choices=GENRES, allow_none=True, load_default=None)
    subject = f.string("role_model: only exemplary cases count.", longest=60, allow_none=True, load_default=None)
    floor = f.number("Units below may not go lower.", least=1, most=999, allow_none=True)
    ceiling = f.number("Units below may not go higher.", least=1, most=999, allow_none=True)


class NodeFieldsSchema(f.ApiSchema):
    """The fields of a node."""

    kind = f.string("What the node is.", choices=KINDS, load_default="topic")
    title = f.string("Title.", longest=f.TEXT, load_default="")
    body = f.string("Text below the title.", longest=f.TEXT, load_default="")
    owners = f.words("Who does it.", load_default=())
    audience = f.words("Whom it addresses.", load_default=())
    levels = _levels(load_default=())
    channels = f.words("Channels it names.", load_default=())
    due_from = f.day("First day of the due window.", allow_none=True, load_default=None)
    due_to = f.day("Last day of the due window.", allow_none=True, load_default=None)
    quota = f.one(QuotaSchema, "A numeric target.", allow_none=True, load_default=None)
    policies = f.table(
        "What units below may do with a field: locked, default (may be adapted) or free; unnamed means default.",
        keys=FIELDS,
        values=f.string("The policy.", choices=POLICIES),
        load_default=dict,
    )
    mandatory = f.flag("Units below may not leave it out.", load_default=False)


class OwnNodeSchema(NodeFieldsSchema):
    """A unit's own node as saved: whole, what is left out becomes empty."""

    seen = f.string(SEEN, load_default=None, allow_none=True)


class NewNodeSchema(NodeFieldsSchema):
    """A new node with its place."""

    parent = f.string('The node it stands under; "" for a section.', longest=64, load_default="")
    after = f.string(
        "The sibling it follows; left out, it stands at the end.", longest=64, allow_none=True, load_default=None
    )


class MoveSchema(f.ApiSchema):
    """One step among the nodes."""

    direction = f.string("Where to.", choices=DIRECTIONS, required=True)


class NumberingSchema(f.ApiSchema):
    """How the own nodes below one node are numbered."""

    parent = f.string('The node above; "" for the sections.', longest=64, load_default="")
    style = f.string("The style.", choices=tuple(STYLES), required=True)


class DueSchema(f.ApiSchema):
    """A due window."""

    first = f.day("First day.", data_key="from", allow_none=True, load_default=None)
    last = f.day("Last day.", data_key="to", allow_none=True, load_default=None)


class AdaptationSchema(f.ApiSchema):
    """Fields of an inherited node in the unit's own words; fields left out stay as they are."""

    title = f.string("Title.", longest=f.TEXT)
    body = f.string("Text below the title.", longest=f.TEXT)
    owners = f.words("Who does it.")
    audience = f.words("Whom it addresses.")
    levels = _levels()
    channels = f.words("Channels it names.")
    due = f.one(DueSchema, "The due window, whole.")
    quota = f.one(QuotaSchema, "A numeric target.", allow_none=True)
    policies = f.table(
        "Stricter policies for units below.", keys=FIELDS, values=f.string("The policy.", choices=POLICIES)
    )
    mandatory = f.flag("Units below may not leave it out.")
    reason = f.string("Why, for the superior.", longest=f.TEXT, load_default="")
    seen = f.string(SEEN, load_default=None, allow_none=True)


class ResetQuery(f.ApiSchema):
    """Which field goes back to the superior's text."""

    field = f.string("The field; left out, the whole node.", choices=(*FIELDS, *GOVERNING), load_default=None)


class OmissionSchema(f.ApiSchema):
    """Leaving an optional inherited node out."""

    reason = f.string("Why; the superior reads it.", longest=f.TEXT, required=True)


class CombineSchema(f.ApiSchema):
    """Building on a second superior's plan too."""

    other_plan_id = f.ident("The plan just received that joins this one.", required=True)


class ChangeSchema(f.ApiSchema):
    """One field of an inherited node in the unit's own words."""

    field = f.string("Which field.")
    value = f.anything("The unit's own.")
    base_value = f.anything("The superior's, as it was read.")
    base_version = f.number("The superior's version it was read in.")
    reason = f.string("Why.")
    by_id = f.ident("Who.", allow_none=True)
    at = f.moment("When.")


class PlanNodeSchema(NodeFieldsSchema):
    """A node where it stands in a plan, with how it came about."""

    node_id = f.string("Given once, kept through every inheritance.")
    label = f.string("The printed number.")
    depth = f.number("0 for a section.")
    state = f.string("inherited, adapted, own or omitted (also what stands under an omitted node).")
    origin_unit_id = f.ident("The unit that gave the node its id.")
    origin = f.string("Its name.")
    adapted = f.words("Fields in the unit's own words.")
    changes = f.several(ChangeSchema, "Those fields with what they replaced.")
    omission_reason = f.string("Why it is left out; null when it is not, or only its parent is.", allow_none=True)
    seen = f.string(SEEN)
    children = f.several(lambda: PlanNodeSchema(), "What stands under it, in reading order.")


class BaseSchema(f.ApiSchema):
    """A superior's plan under a unit's own."""

    unit_id = f.ident("The superior.")
    unit_name = f.string("Its name when it issued.")
    plan_id = f.ident("Its plan.")
    version = f.number("The version the unit builds on.")
    offered_version = f.number("The newest version that came in.")
    subject = f.string("Its subject.")
    stage = f.string("How far the unit has come.", choices=STAGES)
    received_at = f.moment("When it came in.")
    opened_at = f.moment("When it was studied.", allow_none=True)
    localized_at = f.moment("When the first change was made.", allow_none=True)
    issued_at = f.moment("When the unit first issued its own.", allow_none=True)
    adapted = f.number("Nodes adapted.")
    added = f.number("Nodes added.")
    omitted = f.number("Nodes left out.")


class PlanLineSchema(f.ApiSchema):
    """A plan in a list."""

    id = f.ident("Id of the plan.")
    subject = f.string("One-line subject.")
    state = f.string("draft, amending, issued or revoked.")
    current_version = f.number("0 until the first issue.")
    number = f.string("Number of the document.", allow_none=True)
    notation = f.string("Notation.")
    document_date = f.day("Day of issue.", allow_none=True)
    starts_on = f.day("First day.", allow_none=True)
    ends_on = f.day("Last day.", allow_none=True)
    updated_at = f.moment("Last save.")
    base_unit_name = f.string('The superior whose plan is under it; "" for an independent plan.')
    stage = f.string("How far the unit has come with it; null for an independent plan.", allow_none=True)


class PlanSchema(f.ApiSchema):
    """A plan in hand: what its unit reads now, inherited and own."""

    id = f.ident("Id of the plan.")
    state = f.string("draft, amending, issued or revoked.")
    current_version = f.number("0 until the first issue.")
    source_id = f.ident("The file it was imported from.", allow_none=True)
    created_at = f.moment("When it was founded.")
    updated_at = f.moment("Last save.")
    header = f.one(HeaderSchema, "The lines around the text.")
    citations = f.several(CitationSchema, "The bases it cites.")
    bases = f.several(BaseSchema, "The superiors' plans under it.")
    nodes = f.several(PlanNodeSchema, "The sections, in reading order, omitted nodes included.")


class AddedNodeSchema(f.ApiSchema):
    """A node that was just added, with the plan it stands in."""

    node_id = f.string("Its id.")
    plan = f.one(PlanSchema, "The plan now.")


class DocumentSchema(f.ApiSchema):
    """What turns a draft into a document; what is left out is taken from the plan's header."""

    number = f.string("From the register of outgoing documents.", longest=20)
    notation = f.string("Type and issuer, e.g. KH-THMT.", longest=60)
    document_date = f.day("Day of issue.")
    signer_title = f.string("The line above the signature.", longest=200)
    signer_name = f.string("Who signs.", longest=120)
    place = f.string("Place of issue.", longest=120)
    note = f.string("What units below should know about this version.", longest=2000)
    change_class = f.string(
        "What kind of change it is; required for every version but the first.", choices=CHANGE_CLASSES
    )
    follow_up = f.string(
        "The document that carries it, required for every version but the first: điều chỉnh, bổ sung, thay thế (the "
        "whole plan anew) or đính chính (a công văn, whose notation names no type).",
        choices=FOLLOW_UPS,
    )
    reason = f.string("Why, in a clause, for the words of that document.", longest=300)


class DiscardQuery(f.ApiSchema):
    """Giving a draft up."""

    reason = f.string("Why.", longest=500, load_default="")


class PlanVersionSchema(f.ApiSchema):
    """An issued document."""

    unit_id = f.ident("Who issued it.")
    plan_id = f.ident("The plan.")
    version = f.number("From 1.")
    subject = f.string("One-line subject.")
    period_kind = f.string("What the period is.")
    starts_on = f.day("First day.", allow_none=True)
    ends_on = f.day("Last day.", allow_none=True)
    levels = f.words("Education levels; empty for all.")
    number = f.string("Number.")
    notation = f.string("Notation.")
    place = f.string("Place of issue.")
    document_date = f.day("Day of issue.")
    signer_title = f.string("The line above the signature.")
    signer_name = f.string("Who signed.")
    unit_name = f.string("The issuer's name then.")
    managing_unit_name = f.string("The body printed above it.", allow_none=True)
    introduction = f.words("Paragraphs before the first section.")
    citations = f.several(IssuedCitationSchema, "The bases it cites.")
    recipients = f.words('The lines of "Nơi nhận".')
    change_class = f.string("For an amendment: what kind of change it is.")
    follow_up = f.string('For an amendment: the document that carries it; "" for the whole plan.')
    reason = f.string("For an amendment: why.")
    note = f.string("What units below should know about this version.")
    file_sha256 = f.string("Hash of the frozen .docx.")
    content_sha256 = f.string("Hash of the text.")
    issued_at = f.moment("When.")
    revoked_at = f.moment("When it was withdrawn.", allow_none=True)


class PlanVersionListSchema(f.ApiSchema):
    """The issued documents of a plan."""

    items = f.several(PlanVersionSchema, "Newest first.")


class IssuedPlanSchema(f.ApiSchema):
    """An issued document with its text."""

    document = f.one(PlanVersionSchema, "The document.")
    complete = f.flag(
        "False when a superior's plan it builds on may no longer be read from here; its nodes are missing."
    )
    nodes = f.several(PlanNodeSchema, "The sections in force, in reading order.")


class IssuedQuery(f.ApiSchema):
    """Which version."""

    version = f.number("The version; left out, the newest.", strict=False, least=1, load_default=None)


class TopicSchema(f.ApiSchema):
    """A node an article may serve."""

    node_id = f.string("The node.")
    label = f.string("Its printed number.")
    title = f.string("Its words.")
    path = f.string("The titles above it.")
    plan_id = f.ident("The plan.")
    plan_version = f.number("0 for a plan that is not issued.")
    plan_subject = f.string("The plan's subject.")


class TopicListSchema(f.ApiSchema):
    """What articles of the unit may serve."""

    items = f.several(TopicSchema, "In reading order.")
