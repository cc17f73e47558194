"""Holding back and taking back over the API: freezes, offers to a superior, bulletins, issued plans."""

from __future__ import annotations

from typing import Any

from flask import g

from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.schemas import taking_back as shapes
from tenants.api.schemas.common import PageQuery, as_page, page_of
from tenants.bulletins import handing
from tenants.bulletins import queries as bulletins
from tenants.offers import queries as offers
from tenants.offers import service as offering
from tenants.plans import life_service
from tenants.plans.values import DocumentFields
from tenants.publishing import holds
from tenants.publishing.models import PublishingHold
from tenants.scope import get_own
from tenants.web.guard import requires

blueprint = ApiBlueprint(
    "api-taking-back", UNIT_PREFIX, "Holding back what is scheduled; taking back offers, bulletins and issued plans."
)

Values = dict[str, Any]
OFFER = "/portal-offers/<int:offer_id>"


@blueprint.get("/freezes")
@requires("publish.manage")
@blueprint.response(200, shapes.FreezeListSchema)
def list_freezes() -> Any:
    """List what is stopped here, by this unit or a superior, and what was let go on last."""
    return {"items": [*holds.freezes(), *holds.freezes(own=True, lifted=True, most=10)]}


@blueprint.post("/freezes")
@requires("publish.manage")
@blueprint.arguments(shapes.NewFreezeSchema, example=shapes.FREEZE_EXAMPLE)
@blueprint.response(201, shapes.FreezeSchema)
def freeze(values: Values) -> Any:
    """Stop everything scheduled on a topic, or everything; what is stopped already keeps its freeze, which the refusal
    ("frozen-already") names.
    """
    with changing() as actor_id:
        hold_id = holds.freeze(values["node_id"], values["reason"], actor_id).id
    return get_own(PublishingHold, hold_id)


@blueprint.post("/freezes/<int:hold_id>/lift")
@requires("publish.manage")
@blueprint.response(200, shapes.FreezeSchema)
def lift_freeze(hold_id: int) -> Any:
    """Let go on what this unit stopped; what has missed its time waits for a person."""
    with changing() as actor_id:
        holds.lift(hold_id, actor_id)
    return get_own(PublishingHold, hold_id)


@blueprint.get("/portal-offers")
@requires("article.view")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(shapes.PortalOfferSchema))
def list_portal_offers(query: Values) -> Any:
    """List what the unit offered to superiors' portals, the newest first."""
    return as_page(offers.own_page(query["page"]))


@blueprint.get(OFFER)
@requires("article.view")
@blueprint.response(200, shapes.PortalOfferSchema)
def show_portal_offer(offer_id: int) -> Any:
    """Show an offer and what the superior answered."""
    return offers.get_own_offer(offer_id)


@blueprint.post(f"{OFFER}/withdraw")
@requires("publish.manage")
@blueprint.response(200, shapes.PortalOfferSchema)
def withdraw_portal_offer(offer_id: int) -> Any:
    """Take an offer back that nobody has decided about."""
    with changing() as actor_id:
        offering.withdraw(offer_id, actor_id)
    return offers.get_own_offer(offer_id)


@blueprint.get("/bulletins")
@requires("publish.manage")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(shapes.BulletinSchema))
def list_bulletins(query: Values) -> Any:
    """List the unit's radio bulletins, the latest broadcast first."""
    return as_page(bulletins.page(query["page"]))


@blueprint.post("/bulletins/<int:bulletin_id>/withdraw")
@requires("publish.manage")
@blueprint.arguments(shapes.BulletinReasonSchema, example={"reason": "Lịch họp phụ huynh đã đổi."})
@blueprint.response(200, shapes.BulletinSchema)
def withdraw_bulletin(values: Values, bulletin_id: int) -> Any:
    """Take a bulletin back before it is broadcast, with every article in it."""
    with changing() as actor_id:
        handing.withdraw(bulletin_id, values["reason"], actor_id)
    return bulletins.get_bulletin(bulletin_id)


@blueprint.post("/plans/<int:plan_id>/revoke")
@requires("plan.revoke")
@blueprint.arguments(shapes.RevocationSchema, example=shapes.REVOCATION_EXAMPLE)
@blueprint.response(200, shapes.RevokedPlanSchema)
def revoke_plan(values: Values, plan_id: int) -> Any:
    """Withdraw an issued plan by a notice of its own; the units that were sent it are told, and keep theirs."""
    with changing() as actor_id:
        life_service.announce_revocation(life_service.revoke(plan_id, DocumentFields(**values), actor_id))
    return life_service.revocation_of(g.unit.id, plan_id)
