"""Publishing over the API: outlets, deliveries, and the files they leave."""

from __future__ import annotations

from typing import Any

from flask import g, send_file

from channel_plugins import Channel
from channel_plugins.settings import form_fields
from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.schemas import publishing as shapes
from tenants.api.schemas.common import as_page, page_of
from tenants.content import queries as content
from tenants.errors import NotFound
from tenants.files import store
from tenants.publishing import outlets, posts, queries, service, settling
from tenants.publishing.models import ChannelAccount
from tenants.web.guard import requires

blueprint = ApiBlueprint("api-publishing", UNIT_PREFIX, "Publishing: outlets, deliveries, files.")

Values = dict[str, Any]
ACCOUNT = "/accounts/<int:account_id>"
ARTICLE = "/articles/<int:article_id>"
DELIVERY = "/deliveries/<int:delivery_id>"


@blueprint.get("/channels")
@requires("channel.manage")
@blueprint.response(200, shapes.ChannelListSchema)
def list_channels() -> Any:
    """List the channels of this installation with the settings their outlets need."""
    return {"items": [_channel_view(channel) for channel in outlets.offered()]}


def _channel_view(channel: Channel) -> Values:
    info = channel.info
    settings = [
        {**vars(field), "values": [value for value, _label in field.choices]}
        for field in form_fields(channel.SettingsSchema)
    ]
    return {
        "name": info.name,
        "label": info.label,
        "description": info.description,
        "outlet": info.outlet,
        "settings": settings,
    }


@blueprint.get("/accounts")
@requires("publish.manage")
@blueprint.response(200, shapes.ChannelAccountListSchema)
def list_accounts() -> Any:
    """List the unit's outlets."""
    return {"items": queries.accounts()}


@blueprint.post("/accounts")
@requires("channel.manage")
@blueprint.arguments(shapes.NewAccountSchema)
@blueprint.response(201, shapes.ChannelAccountSchema)
def create_account(values: Values) -> Any:
    """Set up an outlet."""
    with changing() as actor_id:
        account = outlets.create_account(values["channel"], values["label"], values["settings"], actor_id=actor_id)
        account_id = account.id
    return _account(account_id)


def _account(account_id: int) -> ChannelAccount:
    return outlets.get_account(account_id)


@blueprint.put(ACCOUNT)
@requires("channel.manage")
@blueprint.arguments(shapes.AccountSettingsSchema)
@blueprint.response(200, shapes.ChannelAccountSchema)
def save_account(values: Values, account_id: int) -> Any:
    """Change an outlet; this lifts its pause."""
    with changing() as actor_id:
        outlets.edit_account(account_id, values["label"], values["settings"], actor_id=actor_id)
    return _account(account_id)


@blueprint.put(f"{ACCOUNT}/enabled")
@requires("channel.manage")
@blueprint.arguments(shapes.EnabledSchema)
@blueprint.response(200, shapes.ChannelAccountSchema)
def enable_account(values: Values, account_id: int) -> Any:
    """Switch an outlet on or off."""
    with changing() as actor_id:
        outlets.set_enabled(account_id, values["enabled"], actor_id=actor_id)
    return _account(account_id)


@blueprint.get(f"{ARTICLE}/check/<int:account_id>")
@requires("article.view")
@blueprint.response(200, shapes.ProblemListSchema)
def check_article(article_id: int, account_id: int) -> Any:
    """Say what hinders an article on an outlet."""
    return {"items": posts.check_article(article_id, account_id)}


@blueprint.post(f"{ARTICLE}/deliveries")
@requires("publish.manage")
@blueprint.arguments(shapes.PublishSchema)
@blueprint.response(201, shapes.FullDeliverySchema)
def publish_article(values: Values, article_id: int) -> Any:
    """Publish the approved text on an outlet, now or at a time. Asking again gives the same delivery."""
    with changing() as actor_id:
        delivery_id = service.plan_delivery(
            article_id, values["account_id"], values["at"], actor_id, despite_quiet=values["despite_quiet"]
        ).id
    return _show(delivery_id)


@blueprint.get(f"{ARTICLE}/deliveries")
@requires("publish.manage")
@blueprint.response(200, shapes.DeliveryListSchema)
def list_article_deliveries(article_id: int) -> Any:
    """List the deliveries of an article."""
    content.get_article(article_id)
    return {"items": queries.of_article(article_id)}


@blueprint.get("/deliveries")
@requires("publish.manage")
@blueprint.arguments(shapes.DeliveryQuery, location="query")
@blueprint.response(200, page_of(shapes.DeliverySchema))
def list_deliveries(query: Values) -> Any:
    """List the unit's deliveries, the latest first."""
    chosen = [query["state"]] if query["state"] else []
    return as_page(queries.delivery_page(page=query["page"], states_=chosen, account_id=query["account_id"]))


@blueprint.get(DELIVERY)
@requires("publish.manage")
@blueprint.response(200, shapes.FullDeliverySchema)
def show_delivery(delivery_id: int) -> Any:
    """Show a delivery with every call made for it."""
    return _show(delivery_id)


def _show(delivery_id: int) -> Values:
    delivery = queries.get_delivery(delivery_id)
    names = shapes.DeliverySchema().fields
    return {**{name: getattr(delivery, name) for name in names}, "attempts": queries.attempts(delivery_id)}


@blueprint.post(f"{DELIVERY}/cancel")
@requires("publish.manage")
@blueprint.response(200, shapes.FullDeliverySchema)
def cancel_delivery(delivery_id: int) -> Any:
    """Take back a delivery that has not begun."""
    with changing() as actor_id:
        service.cancel(delivery_id, actor_id)
    return _show(delivery_id)


@blueprint.post(f"{DELIVERY}/retry")
@requires("publish.manage")
@blueprint.response(200, shapes.FullDeliverySchema)
def retry_delivery(delivery_id: int) -> Any:
    """Try once more what failed or waited for a person."""
    with changing() as actor_id:
        service.retry(delivery_id, actor_id)
    return _show(delivery_id)


@blueprint.post(f"{DELIVERY}/retract")
@requires("publish.manage")
@blueprint.arguments(shapes.ReasonSchema)
@blueprint.response(200, shapes.FullDeliverySchema)
def retract_delivery(values: Values, delivery_id: int) -> Any:
    """Take a published item down."""
    with changing() as actor_id:
        service.retract(delivery_id, values["reason"], actor_id)
    return _show(delivery_id)


@blueprint.post(f"{DELIVERY}/settle")
@requires("publish.manage")
@blueprint.arguments(shapes.SettleSchema)
@blueprint.response(200, shapes.FullDeliverySchema)
def settle_delivery(values: Values, delivery_id: int) -> Any:
    """Say how a doubtful delivery ended."""
    with changing() as actor_id:
        if values["outcome"] == "published":
            settling.settle_published(delivery_id, values["url"], actor_id)
        elif values["outcome"] == "absent":
            settling.settle_absent(delivery_id, actor_id)
        else:
            settling.settle_retracted(delivery_id, values["reason"], actor_id)
    return _show(delivery_id)


@blueprint.get(f"{DELIVERY}/artefacts/<filename>")
@requires("publish.manage")
@blueprint.file_response("application/octet-stream", "The file.")
def download_artefact(delivery_id: int, filename: str) -> Any:
    """Download a file of a delivery, such as a radio script."""
    for artefact in queries.get_delivery(delivery_id).artefacts:
        if artefact["filename"] == filename:
            path = store().path(artefact["sha256"], g.unit.id)
            return send_file(path, artefact["content_type"], True, filename, etag=artefact["sha256"])
    raise NotFound(f"artefact {filename}")
