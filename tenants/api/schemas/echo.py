"""Shapes of what comes back from outlets."""

from __future__ import annotations

from tenants.api.schemas import fields as f
from tenants.api.schemas.common import PageQuery
from tenants.publishing import follow_up
from tenants.statistics import reach


class FindingSchema(f.ApiSchema):
    """What an outlet said when it was asked whether it may be posted to."""

    usable = f.flag("Whether it may; null when that could not be found out now.", allow_none=True)
    sentence = f.string("What it said and what to do, in Vietnamese.")


class OutletNumberSchema(f.ApiSchema):
    """A number an outlet shows for an item: the total so far."""

    metric = f.string("What is counted.", choices=reach.LABELS)
    value = f.number("How many.")
    taken_at = f.moment("When it was read.")


class OutletNumberListSchema(f.ApiSchema):
    """The newest numbers of an item."""

    items = f.several(OutletNumberSchema, "One for each metric the outlet shows.")


class RemoteCommentSchema(f.ApiSchema):
    """What somebody wrote below an item."""

    id = f.ident("Id of the comment.")
    delivery_id = f.ident("The item.")
    author = f.string("Who, as the outlet names them.")
    text = f.string("What they wrote.")
    at = f.moment("When.")
    url = f.string("Its address.", allow_none=True)
    vanished_at = f.moment("When it was first missed on the outlet.", allow_none=True)


class RemoteCommentListSchema(f.ApiSchema):
    """Comments below an item."""

    items = f.several(RemoteCommentSchema, "Newest first.")


class CommentQuery(PageQuery):
    """Which comments."""

    account_id = f.number("Only of this outlet.", strict=False, least=1, load_default=None)


class ReachSchema(f.ApiSchema):
    """How far the items first published in a month reached so far on one channel."""

    month = f.day("First day of the month.")
    channel = f.string("The channel.")
    metric = f.string("What is counted.", choices=reach.LABELS)
    total = f.number("How many, over all items.")


class ReachListSchema(f.ApiSchema):
    """Totals of a unit."""

    items = f.several(ReachSchema, "By month, channel and metric.")


class FollowUpSchema(f.ApiSchema):
    """The further step of an item, such as sending it to every follower."""

    label = f.string("What it is called, in Vietnamese; empty when the channel has none.")
    possible = f.flag("Whether it may be asked for now.")
    offer = f.string("What it would use up, in Vietnamese, as the outlet said just now; empty when it was not asked.")
    state = f.string("How it stands; null when nobody asked for it.", choices=follow_up.LABELS, allow_none=True)
    sentence = f.string("What happened and what to do, in Vietnamese.", allow_none=True)


class AgreeSchema(f.ApiSchema):
    """A person's agreement to the further step."""

    agreed = f.flag("True: the offer was read and the step is wanted.", required=True)
    offered = f.string("The offer that was read; it is kept.", longest=2000, load_default="")


class SettleFollowUpSchema(f.ApiSchema):
    """What a person saw on the outlet."""

    done = f.flag("Whether the step was taken.", required=True)
