"""What machines read: RSS, the map of the site, and the word to crawlers."""

from __future__ import annotations

import re
from email.utils import format_datetime
from xml.etree import ElementTree

from flask import Response, g, url_for
from flask_babel import gettext as _

from tenants.plans import queries as plans
from tenants.publishing import queries
from tenants.web.guard import public
from tenants.web.site import presenting
from tenants.web.site.blueprint import blueprint

IN_FEED = 30
IN_MAP = 5000

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters XML 1.0 does not know (section 2.2); pasted text holds them now and then."""

ElementTree.register_namespace("atom", ATOM)


@blueprint.get("/rss.xml")
@public
def rss() -> Response:
    """Send the newest articles as RSS 2.0. An item's guid is its number here, never its address."""
    root = ElementTree.Element("rss", {"version": "2.0"})
    channel = ElementTree.SubElement(root, "channel")
    _add(channel, "title", g.site.name)
    _add(channel, "link", presenting.absolute(url_for("site.home")))
    _add(channel, "description", _("Tin bài của %(name)s", name=g.site.name))
    _add(channel, "language", "vi")
    ElementTree.SubElement(
        channel,
        f"{{{ATOM}}}link",
        {"href": presenting.absolute(url_for("site.rss")), "rel": "self", "type": "application/rss+xml"},
    )
    changed = queries.last_change()
    if changed is not None:
        _add(channel, "lastBuildDate", format_datetime(changed))
    for delivery in queries.newest_published(IN_FEED):
        card = presenting.card(delivery)
        item = ElementTree.SubElement(channel, "item")
        _add(item, "title", card.title)
        _add(item, "link", presenting.absolute(card.url))
        _add(item, "guid", f"{g.site.slug}-{delivery.article_id}").set("isPermaLink", "false")
        _add(item, "pubDate", format_datetime(card.published_at))
        _add(item, "description", card.summary)
        if card.genre_label:
            _add(item, "category", card.genre_label)
    return _xml(root, "application/rss+xml")


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """Send the addresses of everything public."""
    root = ElementTree.Element("urlset", {"xmlns": SITEMAP})
    for endpoint in ("site.home", "site.articles", "site.plans"):
        _place(root, url_for(endpoint))
    for plan in plans.public_plans():
        _place(root, url_for("site.plan", plan_id=plan.plan_id), plan.issued_at.date().isoformat())
    for article_id, url, changed in queries.addresses_on_site(IN_MAP):
        words = presenting.words_in(url, article_id)
        _place(root, url_for("site.article", article_id=article_id, words=words), changed.date().isoformat())
    return _xml(root, "application/xml")


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Tell crawlers that all is open, where the map is, and that results of searches are no pages of their own."""
    lines = [
        "User-agent: *",
        f"Disallow: {url_for('site.search')}",
        f"Sitemap: {presenting.absolute(url_for('site.sitemap'))}",
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _add(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = _NOT_XML.sub("", text)
    return element


def _place(root: ElementTree.Element, path: str, changed: str = "") -> None:
    place = ElementTree.SubElement(root, "url")
    _add(place, "loc", presenting.absolute(path))
    if changed:
        _add(place, "lastmod", changed)


def _xml(root: ElementTree.Element, kind: str) -> Response:
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type=f"{kind}; charset=utf-8")
