"""Shapes of plan files that were uploaded, and of what was read in them."""

from __future__ import annotations

from tenants.api.schemas import fields as f
from tenants.api.schemas.plans import SEEN
from tenants.plans.values import KINDS

LONGEST_PASTED = 2_000_000


class PlanFileSchema(f.ApiSchema):
    """A plan file."""

    file = f.upload("A .docx or .txt file of at most 20 MB.", required=True)


class PastedPlanSchema(f.ApiSchema):
    """The text of a plan."""

    text = f.string("The whole text.", longest=LONGEST_PASTED, required=True)


class PersonReadSchema(f.ApiSchema):
    """Who signed."""

    title = f.string("The line above the signature.", longest=200, allow_none=True, load_default=None)
    name = f.string("The name.", longest=120, allow_none=True, load_default=None)


class ReadNodeSchema(f.ApiSchema):
    """A node as it was read."""

    path = f.string("Names the node in this reading: 1.0.2 is the third under the first under the second.")
    label = f.string("The printed number.")
    kind = f.string("What it seems to be.", choices=KINDS)
    text = f.string("Its words; the first line becomes the title.")
    owners = f.words("Who does it.")
    lines = f.many(f.number("A line."), "First and last line of the text it came from, from 1.")
    seen = f.string(SEEN)
    children = f.several(lambda: ReadNodeSchema(), "What stands under it.")


class ReadCitationSchema(f.ApiSchema):
    """A document the plan names."""

    type = f.string("Type of the document.")
    number = f.string("Number.", allow_none=True)
    symbol = f.string("Symbol.", allow_none=True)
    date = f.string("Date in ISO form.", allow_none=True)
    issuer = f.string("Who issued it.", allow_none=True)
    subject = f.string("Subject.", allow_none=True)


class WarningSchema(f.ApiSchema):
    """One thing a person should look at."""

    code = f.string("Stable identifier.")
    text = f.string("What to look at, in Vietnamese.")
    line = f.number("Where it stands in the source text, from 1; null for the whole.", allow_none=True)


class ReadingSchema(f.ApiSchema):
    """What was read in a file."""

    number = f.string("Number of the document.", allow_none=True)
    symbol = f.string("Symbol.", allow_none=True)
    date = f.string("Date in ISO form.", allow_none=True)
    place = f.string("Place of issue.", allow_none=True)
    issuer = f.string("Who issued it.", allow_none=True)
    issuer_parent = f.string("The body printed above.", allow_none=True)
    title = f.string("Subject.", allow_none=True)
    introduction = f.string("What stands before the first section.", allow_none=True)
    citations = f.several(ReadCitationSchema, "Documents it names.")
    nodes = f.several(ReadNodeSchema, "Its nodes.")
    recipients = f.words('The lines of "Nơi nhận".')
    signer = f.one(PersonReadSchema, "Who signed.")
    warnings = f.several(WarningSchema, "What a person should look at.")


class PlanSourceSchema(f.ApiSchema):
    """An uploaded plan file."""

    id = f.ident("Id of the source.")
    filename = f.string("Name of the file.")
    sha256 = f.string("Its hash.")
    size = f.number("Its size in bytes.")
    state = f.string("waiting (the worker will read it), read, refused or used (a plan was made of it).")
    sentence = f.string("Why it was refused, in Vietnamese.", allow_none=True)
    plan_id = f.ident("The plan made of it.", allow_none=True)
    uploaded_by = f.ident("Who.", allow_none=True)
    uploaded_at = f.moment("When.")
    reading = f.one(ReadingSchema, "What was read; null until then, and in lists.", allow_none=True)


class PlanSourceListSchema(f.ApiSchema):
    """Files that have become no plan yet."""

    items = f.several(PlanSourceSchema, "Newest first.")


class CorrectHeaderSchema(f.ApiSchema):
    """The header as it should have been read: whole, what is left out becomes empty."""

    title = f.string("Subject.", allow_none=True, load_default=None)
    number = f.string("Number.", longest=20, allow_none=True, load_default=None)
    symbol = f.string("Symbol.", longest=60, allow_none=True, load_default=None)
    date = f.day("Date.", allow_none=True, load_default=None)
    place = f.string("Place of issue.", longest=120, allow_none=True, load_default=None)
    introduction = f.string("What stands before the first section.", longest=f.TEXT, allow_none=True, load_default=None)
    recipients = f.words('The lines of "Nơi nhận".', load_default=())
    signer = f.one(PersonReadSchema, "Who signed.", load_default=dict)


class CorrectNodeSchema(f.ApiSchema):
    """A node as it should have been read."""

    text = f.string("Its words; the first line becomes the title.", longest=f.TEXT, required=True)
    kind = f.string("What it is.", choices=KINDS, required=True)
    owners = f.words("Who does it.", load_default=())
    seen = f.string(SEEN, load_default=None, allow_none=True)
