"""What a superior does with the articles it is offered: take one as a draft of its own, or return it with a reason."""

from __future__ import annotations

from html import escape
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tenants import audit, clock
from tenants.content import service as writing
from tenants.content.article_text import ArticleText, Picture
from tenants.content.models import Article, Media
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.files import store as file_store
from tenants.jobs import queue
from tenants.notices import service as notices
from tenants.offers import service, states
from tenants.offers.models import Offer, OfferAnswer
from tenants.plans import queries as plans
from tenants.publishing import environment, outcome
from tenants.publishing import states as deliveries
from tenants.publishing.models import Delivery
from tenants.scope import current
from tenants.text import nfc
from tenants.units import queries as units
from tenants.units.models import Unit

ANSWER = "offers.answer"
PUBLISHED = "offers.published"
FOLLOW = "offers.follow"


def offered(unit_id: int, offer_id: int) -> Offer:
    """Return an offer that a unit below made to the present unit, in its oversight scope.

    Raises:
        NotFound: there is none, it was taken back, or it was made to somebody else.
    """
    rows = select(Offer).where(
        Offer.unit_id == unit_id, Offer.id == offer_id, Offer.target_unit_id == current().unit_id
    )
    found = db.session.scalar(rows)
    if found is None:
        raise NotFound(f"offer {offer_id}")
    return found


def accept(unit_id: int, offer_id: int, note: str, actor_id: int) -> Article:
    """Make a draft of the present unit from an offer: text, pictures and credit. It goes through the unit's own
    approval, and may be edited first.

    Args:
        note: words for those who offered it; may be empty.

    Raises:
        NotFound: see ``offered``.
        Refused: "answered-already".
    """
    offer = offered(unit_id, offer_id)
    source = units.by_ids([unit_id])[unit_id]
    answer = _answer(offer, states.ACCEPTED, note, actor_id)
    new_ids = {picture["media_id"]: _own_picture(picture, unit_id, actor_id) for picture in offer.pictures}
    topics = {topic.node_id for topic in plans.topics_in_force()}
    text = ArticleText(
        title=offer.title,
        summary=offer.summary,
        body_html=_with_own_pictures(offer.body_html, source, new_ids) + credit(offer, source),
        genre=offer.genre,
        node_id=offer.node_id if offer.node_id in topics else None,
        role_model_name=offer.role_model_name,
        role_model_deed=offer.role_model_deed,
        pictures=tuple(
            Picture(new_ids[picture["media_id"]], picture["alt"], picture["caption"]) for picture in offer.pictures
        ),
    )
    article = writing.create(text, actor_id=actor_id)
    answer.article_id = article.id
    outcome.watch(article.id, FOLLOW)
    _tell(offer, answer)
    return article


def return_(unit_id: int, offer_id: int, reason: str, actor_id: int) -> OfferAnswer:
    """Return an offer with a reason.

    Raises:
        NotFound: see ``offered``.
        Refused: "no-reason", "answered-already".
    """
    if not reason.strip():
        raise Refused("no-reason", _("Hãy ghi lý do trả lại để đơn vị biết. Chưa có gì thay đổi."))
    offer = offered(unit_id, offer_id)
    answer = _answer(offer, states.RETURNED, reason, actor_id)
    _tell(offer, answer)
    return answer


def follow(article_id: int) -> None:
    """Tell those who offered an article where it stands on the present unit's site now, or that it is gone."""
    answer = db.session.scalar(select(OfferAnswer).where(OfferAnswer.article_id == article_id).with_for_update())
    if answer is None:
        return
    rows = select(Delivery).where(
        Delivery.article_id == article_id,
        Delivery.channel.in_(environment.hosted_channels()),
        Delivery.state == deliveries.PUBLISHED,
    )
    standing = db.session.scalars(rows.order_by(Delivery.id.desc()).limit(1)).first()
    url = "" if standing is None else standing.url or ""
    if url == answer.published_url:
        return
    answer.published_url = url
    answer.published_at = None if standing is None else standing.published_at
    at = answer.published_at.isoformat() if answer.published_at else None
    queue.enqueue(PUBLISHED, answer.offer_unit_id, offer_id=answer.offer_id, url=url, at=at)
    audit.record("offer.credited", "offer_answer", answer.id, None, url=url)


def credit(offer: Offer, source: Unit) -> str:
    """Return the paragraph that names the unit the text comes from, with the way to its own article."""
    url = service.address_on_site(offer.unit_id, offer.article_id) or offer.article_url
    name = escape(source.name)
    named = f'<a href="{escape(url, quote=True)}">{name}</a>' if url else name
    return f"<p><em>Theo {named}</em></p>"


def _answer(offer: Offer, decision: str, note: str, actor_id: int) -> OfferAnswer:
    answer = OfferAnswer(
        offer_unit_id=offer.unit_id,
        offer_id=offer.id,
        decision=decision,
        title=offer.title,
        note=nfc(note).strip(),
        by_id=actor_id,
        at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(answer)
    except IntegrityError:
        raise Refused(
            "answered-already",
            _("Đề nghị này đã được trả lời trước đó. Hãy tải lại trang để xem; chưa có gì thay đổi."),
        ) from None
    audit.record("offer.answer", "offer_answer", answer.id, actor_id, decision=decision, unit=offer.unit_id)
    return answer


def _tell(offer: Offer, answer: OfferAnswer) -> None:
    db.session.flush()
    notices.resolve(service.notice_key(offer.unit_id, offer.id))
    queue.enqueue(
        ANSWER,
        offer.unit_id,
        offer_id=offer.id,
        decision=answer.decision,
        answer=answer.note,
        by_id=answer.by_id,
        at=answer.at.isoformat(),
    )


def _own_picture(picture: dict[str, Any], from_unit_id: int, actor_id: int) -> int:
    """Let the present unit have a picture of the unit that offered it, as a row of its own; return its id."""
    known = db.session.scalars(select(Media).where(Media.sha256 == picture["sha256"])).first()
    if known is not None:
        return known.id
    for name in ("sha256", "thumb_sha256"):
        file_store().adopt(picture[name], from_unit_id)
    media = Media(
        uploaded_by=actor_id,
        uploaded_at=clock.now(),
        **{
            name: picture[name]
            for name in ("filename", "content_type", "sha256", "thumb_sha256", "width", "height", "size")
        },
    )
    db.session.add(media)
    db.session.flush()
    return media.id


def _with_own_pictures(body_html: str, source: Unit, new_ids: dict[int, int]) -> str:
    own = environment.own_unit().slug
    for old, new in new_ids.items():
        body_html = body_html.replace(f"/media/{source.slug}/{old}/", f"/media/{own}/{new}/")
    return body_html
