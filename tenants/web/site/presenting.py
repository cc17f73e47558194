"""What the public site shows, as plain values.

An article is shown from its frozen payload: exactly what was approved to go out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from tenants import clock
from tenants.audience.states import NEWSLETTER
from tenants.content.article_text import GENRES
from tenants.publishing import environment, mailing, render
from tenants.publishing.models import Delivery
from tenants.text import excerpt, highlight
from tenants.units import lineage
from tenants.units import queries as units
from tenants.units.models import ADMINISTRATIVE


@dataclass(frozen=True)
class Picture:
    """A picture of an article; sizes in pixels."""

    src: str
    thumb: str
    width: int
    height: int
    alt: str
    caption: str


@dataclass(frozen=True)
class Card:
    """An article in a list."""

    title: str
    url: str
    summary: str
    genre_label: str
    published_at: dt.datetime
    photo: str = ""
    photo_alt: str = ""


@dataclass(frozen=True)
class Hit:
    """A result of a search: pieces of text, each with whether it is a word that was looked for."""

    url: str
    title: Sequence[tuple[str, bool]]
    passage: Sequence[tuple[str, bool]]
    genre_label: str
    published_at: dt.datetime


@dataclass(frozen=True)
class Page:
    """An article in full. ``lead`` and ``gallery`` are the pictures that do not stand in the text."""

    title: str
    summary: str
    description: str
    body_html: str
    byline: str
    unit_name: str
    language: str
    genre: str
    genre_label: str
    url: str
    published_at: dt.datetime
    changed_at: dt.datetime | None
    lead: Picture | None
    gallery: tuple[Picture, ...]


def address(delivery: Delivery) -> str:
    """Return where an article stands, as a path on this host."""
    return url_for("site.article", article_id=delivery.article_id, words=words_of(delivery))


def words_of(delivery: Delivery) -> str:
    """Return the words in an article's address; they stay as they were when it was first published."""
    return words_in(delivery.url or "", delivery.article_id)


def words_in(url: str, article_id: int) -> str:
    """Return the words behind an article's number in its stored address."""
    return url.rpartition(f"/{article_id}-")[2] or "bai"


def pictures(data: Mapping[str, Any]) -> list[Picture]:
    """Return the pictures of a payload."""
    base = f"/media/{g.site.slug}"
    return [
        Picture(
            src=f"{base}/{item['ref']}/full",
            thumb=f"{base}/{item['ref']}/thumb",
            width=int(item["width"]),
            height=int(item["height"]),
            alt=str(item["alt"]),
            caption=str(item.get("caption", "")),
        )
        for item in data.get("media", ())
    ]


def card(delivery: Delivery) -> Card:
    """Return an article as it stands in lists."""
    data = delivery.payload
    shown = pictures(data)
    return Card(
        title=str(data.get("title", delivery.title)),
        url=address(delivery),
        summary=str(data.get("description", "")),
        genre_label=genre_label(delivery.genre),
        published_at=_moment(delivery),
        photo=shown[0].thumb if shown else "",
        photo_alt=shown[0].alt if shown else "",
    )


def cards(deliveries: Iterable[Delivery]) -> list[Card]:
    """Return articles as they stand in lists."""
    return [card(delivery) for delivery in deliveries]


def page(delivery: Delivery) -> Page:
    """Return an article in full."""
    data = delivery.payload
    body = str(data.get("body_html", ""))
    beside = [picture for picture in pictures(data) if picture.src not in body]
    changed = delivery.updated_at if delivery.replaces_id is not None else None
    return Page(
        title=str(data.get("title", delivery.title)),
        summary=str(data.get("summary", "")),
        description=str(data.get("description", "")),
        body_html=body,
        byline=str(data.get("byline", "")),
        unit_name=str(data.get("unit_name", g.site.name)),
        language=str(data.get("language", "vi")),
        genre=delivery.genre,
        genre_label=genre_label(delivery.genre),
        url=absolute(address(delivery)),
        published_at=_moment(delivery),
        changed_at=changed,
        lead=beside[0] if beside else None,
        gallery=tuple(beside[1:]),
    )


def hit(delivery: Delivery, searched: str, query: str) -> Hit:
    """Return a result with the words that were looked for marked."""
    title, _newline, rest = searched.partition("\n")
    return Hit(
        url=address(delivery),
        title=highlight(title, query),
        passage=highlight(excerpt(rest, query, 220), query),
        genre_label=genre_label(delivery.genre),
        published_at=_moment(delivery),
    )


def linked_data(shown: Page) -> dict[str, Any]:
    """Return what search engines read of an article (schema.org)."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": shown.title,
        "description": shown.description,
        "inLanguage": shown.language,
        "url": shown.url,
        "datePublished": shown.published_at.isoformat(),
        "dateModified": (shown.changed_at or shown.published_at).isoformat(),
        "publisher": {"@type": "EducationalOrganization" if g.site.is_school else "Organization", "name": g.site.name},
    }
    if shown.byline and shown.byline != shown.unit_name:
        data["author"] = {"@type": "Person", "name": shown.byline}
    images = [absolute(picture.src) for picture in (shown.lead, *shown.gallery) if picture is not None]
    if images:
        data["image"] = images
    return data


def genre_label(genre: str) -> str:
    """Return how a genre is called; "" for one nobody knows."""
    return str(GENRES.get(genre, ""))


def site_url() -> str:
    """Return the address of the site, without a trailing slash."""
    return render.site_address(environment.base_url(), g.site)


def absolute(path: str) -> str:
    """Return a path of this host as a whole address."""
    return environment.base_url() + path


def month_span(month: str) -> tuple[dt.datetime, dt.datetime] | None:
    """Return the first moment of a month ("2026-11") and of the next on the unit's clocks; None when it is no
    month."""
    try:
        first = dt.datetime.strptime(month, "%Y-%m")  # noqa: DTZ007 - the zone is the unit's, added below
    except ValueError:
        return None
    after = (first + dt.timedelta(days=32)).replace(day=1)
    return clock.from_local(first, g.site.timezone), clock.from_local(after, g.site.timezone)


def months(moments: Iterable[dt.datetime]) -> list[tuple[str, str]]:
    """Return the months in which something was published, newest first, as (value, label)."""
    found = dict.fromkeys(clock.local(moment, g.site.timezone).strftime("%Y-%m") for moment in moments)
    return [(month, _("Tháng %(month)s", month=f"{month[5:]}/{month[:4]}")) for month in found]


def frame() -> dict[str, Any]:
    """Return what the frame of every page needs: links, the name of the superior, the feed."""
    links = [
        ("site.home", _("Trang chủ"), "home"),
        ("site.articles", _("Tin bài"), "article"),
        ("site.plans", _("Kế hoạch"), "plan"),
        ("site.search", _("Tìm kiếm"), "search"),
    ]
    if mailing.outlet(NEWSLETTER) is not None:
        links.append(("site.subscribe_form", _("Nhận tin qua thư"), "mail"))
    here = request.endpoint or ""
    groups = {"site.article": "site.articles", "site.plan": "site.plans"}
    above = [unit.name for unit, kind in units.superiors(g.site.id) if kind == ADMINISTRATIVE]
    return {
        "site_home": url_for("site.home"),
        "site_links": [
            {"label": label, "url": url_for(endpoint), "icon": icon, "active": groups.get(here, here) == endpoint}
            for endpoint, label, icon in links
        ],
        "site_parent_name": above[0] if above else "",
        "feed_url": url_for("site.rss"),
        "site_ended": not g.site.active,
        "site_successors": _successors(),
    }


def _successors() -> list[tuple[str, str]]:
    """Return name and address of the units that carry on, for the site of one that ended."""
    if g.site.active:
        return []
    return [(step.unit.name, url_for("site.home", site_slug=step.unit.slug)) for step in lineage.successors(g.site.id)]


def _moment(delivery: Delivery) -> dt.datetime:
    return delivery.published_at or delivery.scheduled_at
