"""What anybody reads without an account: home, article, plan and its file, feeds, search."""

from __future__ import annotations

from xml.etree import ElementTree

from flows import world
from flows.steps_articles import ALT, MENDED, SUMMARY, TITLE
from flows.steps_school import OWN_NODE, OWN_WORDS
from flows.visitor import Visitor
from flows.world import World
from playwright.sync_api import expect


def read_home_and_article(reader: Visitor, place: World) -> None:
    reader.open(f"/s/{place.primary.slug}/")
    reader.sees(place.primary.name, TITLE, SUMMARY)
    reader.follow(TITLE)
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    reader.sees(MENDED, "Gương người tốt, việc tốt")
    photo = reader.page.get_by_role("img", name=ALT)
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.complete && image.naturalWidth") == 1200


def read_the_plan_and_take_its_file(reader: Visitor) -> None:
    reader.follow("Kế hoạch")
    reader.follow(world.SUBJECT)
    reader.sees("05/KH-THĐĐ", "Cầm Thị Thảo", OWN_WORDS, OWN_NODE, world.LOCKED)
    reader.sees_not(world.OPTIONAL, world.FOR_PRESCHOOL)
    name, data = reader.takes("Tải văn bản (.docx)")
    assert name.endswith(".docx")
    assert data.startswith(b"PK")


def follow_the_feeds(reader: Visitor, place: World) -> None:
    """The addresses in the feed and in the map of the site lead to pages that open."""
    feed = reader.page.request.get(f"{reader.address}/s/{place.primary.slug}/rss.xml")
    item = ElementTree.fromstring(feed.text()).find("channel/item")
    assert item is not None
    assert item.findtext("title") == TITLE
    reader.page.goto(item.findtext("link") or "")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    site = reader.page.request.get(f"{reader.address}/s/{place.primary.slug}/sitemap.xml")
    places = [found.text or "" for found in ElementTree.fromstring(site.text()).iter() if found.tag.endswith("loc")]
    assert len(places) == 5
    assert all(reader.page.request.get(address).ok for address in places)


def find_the_article_without_diacritics(reader: Visitor, place: World) -> None:
    reader.open(f"/s/{place.primary.slug}/")
    reader.page.get_by_role("searchbox").fill("co giao do dau")
    reader.press("Tìm kiếm")
    reader.sees("Tìm thấy 1 kết quả")
    expect(reader.page.locator("mark").filter(has_text="đỡ")).to_be_visible()
    reader.follow(TITLE)
    reader.sees(MENDED)
