"""Shapes of what a unit holds back or takes back: freezes, offers to a superior, bulletins, issued plans."""

from __future__ import annotations

from tenants.api.schemas import fields as f
from tenants.bulletins import states as bulletins
from tenants.offers import states as offers

FREEZE_EXAMPLE = {"node_id": None, "reason": "Chờ xác minh sự việc ở cổng trường."}
REVOCATION_EXAMPLE = {
    "number": "45",
    "notation": "TB-THMT",
    "document_date": "2026-12-15",
    "place": "Hoa Sim",
    "signer_title": "HIỆU TRƯỞNG",
    "signer_name": "Lò Thị Thử",
    "reason": "Kế hoạch của xã đã bị thu hồi.",
}


class FreezeSchema(f.ApiSchema):
    """A stop of what is scheduled, on a topic or altogether."""

    id = f.ident("Id of the freeze.")
    unit_id = f.ident("Whose it is; one of a superior counts here too.")
    node_id = f.string("The topic; null for everything.", allow_none=True)
    title = f.string("The topic in words; empty for everything.", longest=f.TEXT)
    reason = f.string("Why.", longest=f.TEXT)
    by_id = f.ident("Who stopped it.", allow_none=True)
    at = f.moment("When.")
    lifted_by = f.ident("Who let it go on.", allow_none=True)
    lifted_at = f.moment("When it was let go on; null while it runs.", allow_none=True)


class FreezeListSchema(f.ApiSchema):
    """Freezes: those that run, then the ten of this unit that ended last."""

    items = f.several(FreezeSchema, "The freezes.")


class NewFreezeSchema(f.ApiSchema):
    """What is to be stopped."""

    node_id = f.string("A topic in force here; null or left out: everything.", allow_none=True, load_default=None)
    reason = f.string("Why; those who look after the outlets read it.", shortest=1, longest=500, required=True)


class PortalOfferSchema(f.ApiSchema):
    """An article offered to a superior's portal."""

    id = f.ident("Id of the offer.")
    article_id = f.ident("The article.")
    revision_id = f.ident("The text that was offered.")
    target_unit_id = f.ident("The superior.")
    state = f.string("How it stands.", choices=offers.LABELS)
    title = f.string("Title of the text.", longest=f.TEXT)
    note = f.string("Words for the superior.", longest=f.TEXT)
    offered_at = f.moment("When.")
    answer = f.string("The superior's reason or note.", longest=f.TEXT)
    answered_at = f.moment("When it was answered.", allow_none=True)
    published_url = f.string("Where the superior published it; empty while it has not.", longest=f.TEXT)
    published_at = f.moment("When.", allow_none=True)


class BulletinSchema(f.ApiSchema):
    """A radio bulletin of several items."""

    id = f.ident("Id of the bulletin.")
    account_id = f.ident("The radio outlet.")
    title = f.string("Its name.")
    broadcast_at = f.moment("When the station shall broadcast it.")
    state = f.string("How it stands.", choices=bulletins.LABELS)
    handed_at = f.moment("When it was handed over.", allow_none=True)
    due_at = f.moment("By when an answer is expected.", allow_none=True)
    sentence = f.string("What happened and what to do, in Vietnamese.", allow_none=True, longest=f.TEXT)


class BulletinReasonSchema(f.ApiSchema):
    """Why a bulletin is taken back."""

    reason = f.string("Whoever opens the confirm link reads it.", shortest=1, longest=500, required=True)


class RevocationSchema(f.ApiSchema):
    """The notice (thông báo) that withdraws an issued plan: a document with a number of its own."""

    number = f.string("From the register of outgoing documents.", shortest=1, longest=20, required=True)
    notation = f.string("Type and issuer, e.g. TB-THMT.", shortest=1, longest=60, required=True)
    document_date = f.day("Day of the notice.", required=True)
    place = f.string("Place of issue.", shortest=1, longest=120, required=True)
    signer_title = f.string("The line above the signature.", shortest=1, longest=200, required=True)
    signer_name = f.string("Who signs.", shortest=1, longest=120, required=True)
    reason = f.string("Why; printed in the notice and shown to the public.", shortest=1, longest=500, required=True)


class RevokedPlanSchema(RevocationSchema):
    """A plan that was withdrawn, with the notice."""

    plan_id = f.ident("The plan.")
    version = f.number("Its version then.")
    file_sha256 = f.string("Hash of the notice as a .docx.")
    at = f.moment("When.")
