"""Shapes of outlets and deliveries."""

from __future__ import annotations

from tenants.api.schemas import fields as f
from tenants.api.schemas.articles import ProblemSchema
from tenants.api.schemas.common import PageQuery
from tenants.content.article_text import GENRES
from tenants.publishing import states
from tenants.publishing.outlets import LONGEST_LABEL

WANTED = (states.PUBLISH, states.EDIT, states.RETRACT)


class SettingSchema(f.ApiSchema):
    """One setting of a channel."""

    name = f.string("Its name in `settings`.")
    label = f.string("What it is called, in Vietnamese.")
    help = f.string("What it does, in Vietnamese.")
    example = f.string("An example.")
    required = f.flag("Whether it must be given.")
    secret = f.flag("Whether it is a credential: kept encrypted and never shown again.")
    default = f.anything("What it is when it is left out.")
    values = f.words("The values there are; empty for free text.")


class ChannelSchema(f.ApiSchema):
    """A kind of outlet."""

    name = f.string("Its name.")
    label = f.string("What it is called, in Vietnamese.")
    description = f.string("What it is, in Vietnamese.")
    outlet = f.string("hosted (the unit's public site), remote, file or assisted.")
    settings = f.several(SettingSchema, "What an outlet of it needs.")


class ChannelListSchema(f.ApiSchema):
    """The channels of this installation."""

    items = f.several(ChannelSchema, "In their order.")


class ChannelAccountSchema(f.ApiSchema):
    """An outlet of the unit. Credentials are never shown."""

    id = f.ident("Id of the outlet.")
    channel = f.string("Its channel.")
    label = f.string("What the unit calls it.")
    settings = f.anything("Its settings, without credentials.")
    enabled = f.flag("Whether anything is sent to it.")
    paused_reason = f.string("Why a person must act first, in Vietnamese.", allow_none=True)
    paused_until = f.moment("Until when it asked for patience.", allow_none=True)
    account_ref = f.string("What it is called at its service.", allow_none=True)
    verified_at = f.moment("When it last proved that it takes our posts.", allow_none=True)
    checked_at = f.moment("When it was last asked.", allow_none=True)
    created_at = f.moment("When it was set up.")


class ChannelAccountListSchema(f.ApiSchema):
    """The unit's outlets."""

    items = f.several(ChannelAccountSchema, "In the order in which they were set up.")


class AccountSettingsSchema(f.ApiSchema):
    """What an outlet is called and how it is set up, whole. An empty credential leaves the stored one as it is."""

    label = f.string("What the unit calls it; empty takes the channel's label.", longest=LONGEST_LABEL, load_default="")
    settings = f.table("By the names of the channel's settings.", values=f.setting_value(), load_default=dict)


class NewAccountSchema(AccountSettingsSchema):
    """A new outlet."""

    channel = f.string("Its channel.", longest=64, required=True)


class EnabledSchema(f.ApiSchema):
    """Whether anything is sent to an outlet."""

    enabled = f.flag("True switches it on.", required=True)


class ProblemListSchema(f.ApiSchema):
    """What hinders an article on an outlet."""

    items = f.several(ProblemSchema, "Errors stop the delivery, warnings do not.")


class PublishSchema(f.ApiSchema):
    """Where and when an approved article goes out."""

    account_id = f.ident("The outlet.", required=True)
    at = f.moment("When; left out or null, now.", allow_none=True, load_default=None)
    despite_quiet = f.flag("Send it in quiet hours too; else it waits for their end.", load_default=False)


class DeliveryQuery(PageQuery):
    """Which deliveries."""

    state = f.string("Only in this state.", choices=states.LABELS, load_default=None)
    account_id = f.number("Only of this outlet.", strict=False, least=1, load_default=None)


class ArtefactSchema(f.ApiSchema):
    """A file people can take."""

    filename = f.string("Its name.")
    content_type = f.string("Its type.")
    sha256 = f.string("Its hash.")
    size = f.number("In bytes.")


class DeliverySchema(f.ApiSchema):
    """One text of an article on one outlet."""

    id = f.ident("Id of the delivery.")
    article_id = f.ident("The article.")
    revision_id = f.ident("The text.")
    account_id = f.ident("The outlet.")
    channel = f.string("Its channel.")
    state = f.string("Where it stands.", choices=states.LABELS)
    wanted = f.string("What the outlet shall do.", choices=WANTED)
    title = f.string("Title of the text.")
    genre = f.string("Genre.", choices=GENRES)
    node_id = f.string("The plan node it serves.", allow_none=True)
    scheduled_at = f.moment("When it goes out.")
    next_at = f.moment("When the program acts again; null when it is done or waits for a person.", allow_none=True)
    published_at = f.moment("When it came to stand there.", allow_none=True)
    updated_at = f.moment("When this text did.", allow_none=True)
    seen_at = f.moment("When it was seen there; it counts from then on.", allow_none=True)
    seen_by = f.string("How: read_back, person or answer (the outlet said so).", allow_none=True)
    altered = f.flag("Whether what stands there differs from what was approved.")
    vanished_at = f.moment("When it was looked for and not found.", allow_none=True)
    url = f.string("Its address.", allow_none=True)
    sentence = f.string("What happened and what to do, in Vietnamese.", allow_none=True)
    retract_reason = f.string("Why it was taken down.", allow_none=True)
    artefacts = f.several(ArtefactSchema, "Files of it.")
    asked_by = f.ident("Who asked for it.", allow_none=True)
    asked_at = f.moment("When.")


class DeliveryListSchema(f.ApiSchema):
    """The deliveries of an article."""

    items = f.several(DeliverySchema, "Newest first.")


class AttemptSchema(f.ApiSchema):
    """One call of the channel."""

    number = f.number("From 1.")
    call = f.string("What was called.")
    state = f.string("How it ended.", choices=states.ATTEMPT_LABELS)
    started_at = f.moment("When it began.")
    ended_at = f.moment("When it ended.", allow_none=True)
    sentence = f.string("For the reader, in Vietnamese.", allow_none=True)


class FullDeliverySchema(DeliverySchema):
    """A delivery with every call made for it."""

    attempts = f.several(AttemptSchema, "Newest first.")


class ReasonSchema(f.ApiSchema):
    """Why something is taken down."""

    reason = f.string("The reason; it is kept.", longest=f.TEXT, required=True)


class SettleSchema(f.ApiSchema):
    """What a person saw on an outlet that the program could not ask."""

    outcome = f.string(
        "published: it stands there; absent: it does not, and is sent again; retracted: it was taken down by hand.",
        choices=("published", "absent", "retracted"),
        required=True,
    )
    url = f.string("Its address, when it stands there.", longest=2000, load_default="")
    reason = f.string("Why it was taken down.", longest=f.TEXT, load_default="")
