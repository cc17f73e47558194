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

    text = f.text("The whole text.", longest=LONGEST_PASTED, required=True)


class PersonReadSchema(f.ApiSchema):
    """Who signed."""

    title = f.text("The line above the signature.", longest=200, allow_none=True, load_default=None)
    name = f.text("The name.", longest=120, allow_none=True, load_default=None)


class ReadNodeSchema(f.ApiSchema):
    """A node as it was read."""

    path = f.text("Names the node in this reading: 1.0.2 is the third under the first under the second.")
    label = f.text("The printed number.")
    kind = f.text("What it seems to be.", choices=KINDS)
    text = f.text("Its words; the first line becomes the title.")
    owners = f.words("Who does it.")
    lines = f.many(f.number("A line."), "First and last line of the text it came from, from 1.")
    seen = f.text(SEEN)
    children = f.several(lambda: ReadNodeSchema(), "What stands under it.")


class ReadCitationSchema(f.ApiSchema):
    """A document the plan names."""

    type = f.text("Type of the document.")
    number = f.text("Number.", allow_none=True)
    symbol = f.text("Symbol.", allow_none=True)
    date = f.text("Date in ISO form.", allow_none=True)
    issuer = f.text("Who issued it.", allow_none=True)
    subject = f.text("Subject.", allow_none=True)


class WarningSchema(f.ApiSchema):
    """One thing a person should look at."""

    code = f.text("Stable identifier.")
    text = f.text("What to look at, in Vietnamese.")


class ReadingSchema(f.ApiSchema):
    """What was read in a file."""

    number = f.text("Number of the document.", allow_none=True)
    symbol = f.text("Symbol.", allow_none=True)
    date = f.text("Date in ISO form.", allow_none=True)
    place = f.text("Place of issue.", allow_none=True)
    issuer = f.text("Who issued it.", allow_none=True)
    issuer_parent = f.text("The body printed above.", allow_none=True)
    title = f.text("Subject.", allow_none=True)
    introduction = f.text("What stands before the first section.", allow_none=True)
    citations = f.several(ReadCitationSchema, "Documents it names.")
    nodes = f.several(ReadNodeSchema, "Its nodes.")
    recipients = f.words('The lines of "Nơi nhận".')
    signer = f.one(PersonReadSchema, "Who signed.")
    warnings = f.several(WarningSchema, "What a person should look at.")


class PlanSourceSchema(f.ApiSchema):
    """An uploaded plan file."""

    id = f.ident("Id of the source.")
    filename = f.text("Name of the file.")
    sha256 = f.text("Its hash.")
    size = f.number("Its size in bytes.")
    state = f.text("waiting (the worker will read it), read, refused or used (a plan was made of it).")
    sentence = f.text("Why it was refused, in Vietnamese.", allow_none=True)
    plan_id = f.ident("The plan made of it.", allow_none=True)
    uploaded_by = f.ident("Who.", allow_none=True)
    uploaded_at = f.moment("When.")
    reading = f.one(ReadingSchema, "What was read; null until then, and in lists.", allow_none=True)


class PlanSourceListSchema(f.ApiSchema):
    """Files that have become no plan yet."""

    items = f.several(PlanSourceSchema, "Newest first.")


class CorrectHeaderSchema(f.ApiSchema):
    """The header as it should have been read: whole, what is left out becomes empty."""

    title = f.text("Subject.", allow_none=True, load_default=None)
    number = f.text("Number.", longest=20, allow_none=True, load_default=None)
    symbol = f.text("Symbol.", longest=60, allow_none=True, load_default=None)
    date = f.day("Date.", allow_none=True, load_default=None)
    place = f.text("Place of issue.", longest=120, allow_none=True, load_default=None)
    introduction = f.text("What stands before the first section.", longest=f.TEXT, allow_none=True, load_default=None)
    recipients = f.words('The lines of "Nơi nhận".', load_default=())
    signer = f.one(PersonReadSchema, "Who signed.", load_default=dict)


class CorrectNodeSchema(f.ApiSchema):
    """A node as it should have been read."""

    text = f.text("Its words; the first line becomes the title.", longest=f.TEXT, required=True)
    kind = f.text("What it is.", choices=KINDS, required=True)
    owners = f.words("Who does it.", load_default=())
    seen = f.text(SEEN, load_default=None, allow_none=True)
