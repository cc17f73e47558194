"""What counts as a published article, and on which day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tenants.statistics import counting
from tenants.statistics.counting import ANY_CHANNEL, Posted

ZONE = "Asia/Ho_Chi_Minh"


def posted(delivery_id: int, at: str, **known: Any) -> Posted:
    facts: dict[str, Any] = {
        "article_id": 1, "channel": "website", "live": True, "replaces_id": None, "node_id": "n1", "genre": "news",
        "role_model": False, "title": f"Bài {delivery_id}", "url": f"https://truong.example/{delivery_id}",
    }  # fmt: skip
    return Posted(delivery_id=delivery_id, published_at=dt.datetime.fromisoformat(at), **(facts | known))


def test_an_article_counts_in_the_month_of_the_units_own_day() -> None:
    items = counting.items_by_channel([posted(1, "2026-10-31T17:30:00+00:00")], ZONE)

    assert counting.month_facts(items, dt.date(2026, 11, 1)) == {("website", "n1", "news"): 1, ("", "n1", "news"): 1}
    assert counting.month_facts(items, dt.date(2026, 10, 1)) == {}


def test_a_correction_keeps_the_first_day_and_shows_the_new_title() -> None:
    items = counting.items_by_channel(
        [posted(1, "2026-09-03T01:00:00+00:00"), posted(2, "2026-10-05T01:00:00+00:00", replaces_id=1, node_id="n2")],
        ZONE,
    )

    assert [(item.day, item.title, item.node_id) for item in items] == [(dt.date(2026, 9, 3), "Bài 2", "n2")]


def test_a_corrected_article_that_was_taken_down_is_gone_with_its_earlier_text() -> None:
    items = counting.items_by_channel(
        [
            posted(1, "2026-09-03T01:00:00+00:00"),
            posted(2, "2026-09-05T01:00:00+00:00", replaces_id=1, live=False),
        ],
        ZONE,
    )

    assert items == []


def test_two_pages_of_one_channel_count_an_article_once() -> None:
    items = counting.items_by_channel(
        [
            posted(1, "2026-09-05T01:00:00+00:00", channel="facebook"),
            posted(2, "2026-09-03T01:00:00+00:00", channel="facebook"),
        ],
        ZONE,
    )

    assert [(item.channel, item.day) for item in items] == [("facebook", dt.date(2026, 9, 3))]


def test_over_all_channels_an_article_counts_once_on_its_first_day_with_the_websites_address() -> None:
    items = counting.items_by_channel(
        [
            posted(1, "2026-09-30T01:00:00+00:00", channel="radio", url=None),
            posted(2, "2026-10-01T01:00:00+00:00", channel="website"),
        ],
        ZONE,
    )

    [article] = counting.articles(items)
    assert (article.day, article.url) == (dt.date(2026, 9, 30), "https://truong.example/2")
    assert counting.month_facts(items, dt.date(2026, 9, 1)) == {
        ("radio", "n1", "news"): 1,
        (ANY_CHANNEL, "n1", "news"): 1,
    }
    assert counting.month_facts(items, dt.date(2026, 10, 1)) == {("website", "n1", "news"): 1}


def test_an_article_outside_the_plan_is_counted_too() -> None:
    items = counting.items_by_channel([posted(1, "2026-09-03T01:00:00+00:00", node_id=None)], ZONE)

    assert counting.month_facts(items, dt.date(2026, 9, 1))[("website", "", "news")] == 1
