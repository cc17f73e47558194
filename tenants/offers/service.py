"""Offering articles to a superior's portal, in the unit that offers them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

from flask_babel import gettext as _
from sqlalchemy import select

from tenants import audit, clock
from tenants.content import queries as content
from tenants.content import revisions
from tenants.content.models import Article, ArticleRevision
from tenants.content.queries import ShownPicture
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.notices import service as notices
from tenants.notices.service import News
from tenants.offers import states
from tenants.offers.models import Offer
from tenants.publishing import environment, holds
from tenants.publishing import states as deliveries
from tenants.publishing.models import Delivery
from tenants.scope import UnitClosure, current
from tenants.text import nfc
from tenants.units import queries as units
from tenants.units.models import Unit

PUSH_UP = "push_up"
ROLE_MODEL = "role_model"


def superiors(genre: str = "") -> Sequence[Unit]:
    """Return whom the present unit may offer an article to: the one its route names, then the nearest first.

    Args:
        genre: of the article: an exemplary case has a route of its own.
    """
    unit_id = current().unit_id
    routed = units.route(unit_id, ROLE_MODEL if genre == "role_model" else PUSH_UP) or units.route(unit_id, PUSH_UP)
    heights = select(UnitClosure.ancestor_id, UnitClosure.depth).where(
        UnitClosure.descendant_id == unit_id, UnitClosure.valid_to.is_(None)
    )
    height: dict[int, int] = {row[0]: row[1] for row in db.session.execute(heights)}
    known = [unit for unit in units.by_ids(current().superiors).values() if unit.active]

    def order(unit: Unit) -> tuple[bool, int, str]:
        return (routed is None or unit.id != routed.id, height.get(unit.id, len(height)), unit.name)

    return sorted(known, key=order)


def offer(article_id: int, target_unit_id: int, note: str, *, consent: bool, actor_id: int) -> Offer:
    """Offer the approved text of an article, with its pictures, to a superior's portal.

    Args:
        note: words for the superior.
        consent: the person says that those in the pictures agree to their being shown there too (Luật 91/2025, Art.
            24; needed when there are pictures).

    Raises:
        NotFound: no such article here, or the unit is no superior.
        Refused: "not-approved", "no-consent", "offered-already", "under-order", "frozen".
    """
    article = revisions.locked_article(article_id)
    if target_unit_id not in current().superiors:
        raise NotFound(f"superior {target_unit_id}")
    revision = content.approved_revision(article)
    if revision is None:
        raise Refused(
            "not-approved",
            _(
                "Bài chưa được phê duyệt nên chưa đề nghị được. Hãy trình duyệt bài trước; nội dung vẫn "
                "được giữ nguyên."
            ),
        )
    holds.refuse(revision)
    pictures = content.media_of(revision.id)
    if pictures and not consent:
        raise Refused(
            "no-consent",
            _("Bài có ảnh: hãy xác nhận người trong ảnh đồng ý cho đăng ở cổng cấp trên. Lời nhắn đã nhập vẫn còn."),
        )
    _refuse_twice(article, target_unit_id)
    made = _frozen(article, revision, pictures, note)
    made.target_unit_id, made.offered_by = target_unit_id, actor_id
    db.session.add(made)
    db.session.flush()
    audit.record("offer.make", "offer", made.id, actor_id, article=article.id, target=target_unit_id)
    notices.tell_unit(
        target_unit_id,
        News(
            key=notice_key(made.unit_id, made.id),
            action="oversight.view",
            severity="info",
            text=_(
                "%(unit)s đề nghị đăng bài «%(title)s» lên cổng của đơn vị.",
                unit=environment.own_unit().name,
                title=made.title,
            ),
            endpoint="office_offers.show",
            link_label=_("Xem đề nghị"),
            args={"unit_id": made.unit_id, "offer_id": made.id},
        ),
    )
    return made


def _frozen(article: Article, revision: ArticleRevision, pictures: Sequence[ShownPicture], note: str) -> Offer:
    """Return an offer that holds the text and the pictures as they are now."""
    return Offer(
        article_id=article.id,
        revision_id=revision.id,
        title=revision.title,
        summary=revision.summary,
        body_html=revision.body_html,
        genre=revision.genre,
        node_id=revision.node_id,
        role_model_name=revision.role_model_name or "",
        role_model_deed=revision.role_model_deed or "",
        pictures=[asdict(picture) for picture in pictures],
        article_url=address_on_site(article.unit_id, article.id),
        note=nfc(note).strip(),
        offered_at=clock.now(),
    )


def notice_key(unit_id: int, offer_id: int) -> str:
    """Return the key under which a superior is told of an offer."""
    return f"offer:{unit_id}:{offer_id}"


def _refuse_twice(article: Article, target_unit_id: int) -> None:
    same = select(Offer.id).where(
        Offer.unit_id == article.unit_id,
        Offer.article_id == article.id,
        Offer.target_unit_id == target_unit_id,
        Offer.state.in_(states.RUNNING),
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Refused("offered-already", _("Bài này đã được đề nghị với đơn vị đó rồi. Chưa có gì thay đổi."))


def address_on_site(unit_id: int, article_id: int) -> str:
    """Return where an article stands on its unit's own public site; "" while it does not."""
    rows = select(Delivery.url).where(
        Delivery.unit_id == unit_id,
        Delivery.article_id == article_id,
        Delivery.channel.in_(environment.hosted_channels()),
        Delivery.state == deliveries.PUBLISHED,
    )
    return db.session.scalars(rows.order_by(Delivery.id.desc()).limit(1)).first() or ""


def withdraw(offer_id: int, actor_id: int) -> Offer:
    """Take back an offer that the superior has not decided about; from then on the superior cannot see it.

    Raises:
        NotFound: no such offer here.
        Refused: "answered-already".
    """
    found = _locked(offer_id)
    if found.state != states.OFFERED:
        raise Refused("answered-already", _("Cấp trên đã trả lời đề nghị này nên không rút được nữa."))
    found.state = states.WITHDRAWN
    audit.record("offer.withdraw", "offer", found.id, actor_id)
    notices.resolve_in_unit(found.target_unit_id, notice_key(found.unit_id, found.id))
    return found


def hear_answer(offer_id: int, decision: str, answer: str, by_id: int, at: str) -> None:
    """Take the superior's decision in, in the scope of the unit that offered. Hearing it twice changes nothing.

    A decision that crossed with taking the offer back counts: the superior had begun with it.
    """
    found = _locked(offer_id)
    if found.state not in (states.OFFERED, states.WITHDRAWN):
        return
    found.state, found.answer = decision, answer
    found.answered_by, found.answered_at = by_id, dt.datetime.fromisoformat(at)
    audit.record("offer.answered", "offer", found.id, None, decision=decision)


def hear_published(offer_id: int, url: str, at: str | None) -> None:
    """Take in where the superior published the article; "" when it is no longer there."""
    found = _locked(offer_id)
    state = states.PUBLISHED if url else states.ACCEPTED
    if found.published_url == url and found.state == state:
        return
    found.state, found.published_url = state, url
    found.published_at = dt.datetime.fromisoformat(at) if at else None
    audit.record("offer.credited", "offer", found.id, None, url=url)


def _locked(offer_id: int) -> Offer:
    found = db.session.get(Offer, (current().unit_id, offer_id), with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"offer {offer_id}")
    return found
