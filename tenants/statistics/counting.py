"""What was published, counted: deliveries in, items out. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tenants import clock

ANY_CHANNEL = ""
"""The channel of a fact that counts articles over all channels, each once."""

OUTSIDE_PLAN = ""
"""The node of an article that serves no node of a plan."""

FactKey = tuple[str, str, str]
"""Channel, node, genre."""


@dataclass(frozen=True)
class Posted:
    """A delivery that reached the public at some time.

    Args:
        live: it was seen where it should stand; False before that, when it has vanished, and once it was retracted.
        replaces_id: the delivery whose remote item it corrected.
    """

    delivery_id: int
    article_id: int
    channel: str
    live: bool
    published_at: dt.datetime
    replaces_id: int | None
    node_id: str | None
    genre: str
    role_model: bool
    title: str
    url: str | None


@dataclass(frozen=True)
class Item:
    """An article on one channel, or on any, as the public sees it now.

    Args:
        day: the unit's day on which it first appeared; a correction does not move it.
    """

    article_id: int
    channel: str
    day: dt.date
    node_id: str
    genre: str
    role_model: bool
    title: str
    url: str | None
    delivery_id: int

    @property
    def month(self) -> dt.date:
        return self.day.replace(day=1)


def items_by_channel(posted: Iterable[Posted], timezone: str) -> list[Item]:
    """Return one item for each article on each channel where it can be read now.

    Args:
        posted: all deliveries of the articles, corrected and retracted ones included.
        timezone: the unit's; it decides the day.

    The newest text gives title, node and genre; the first appearance gives the day. A text that was replaced by
    another is not live, whatever its own state says.
    """
    rows = {row.delivery_id: row for row in posted}
    replaced = {row.replaces_id for row in rows.values()}
    found: dict[tuple[int, str], tuple[dt.datetime, Posted]] = {}
    for row in rows.values():
        if not row.live or row.delivery_id in replaced:
            continue
        first = _first_shown(row, rows)
        key = (row.article_id, row.channel)
        if key in found:
            known_first, newest = found[key]
            first = min(first, known_first)
            row = max(row, newest, key=lambda one: (one.published_at, one.delivery_id))
        found[key] = (first, row)
    return [_item(row, row.channel, first, timezone) for first, row in found.values()]


def _first_shown(row: Posted, rows: Mapping[int, Posted]) -> dt.datetime:
    seen = {row.delivery_id}
    while row.replaces_id is not None and row.replaces_id in rows and row.replaces_id not in seen:
        row = rows[row.replaces_id]
        seen.add(row.delivery_id)
    return row.published_at


def _item(row: Posted, channel: str, first: dt.datetime, timezone: str) -> Item:
    return Item(
        article_id=row.article_id,
        channel=channel,
        day=clock.local(first, timezone).date(),
        node_id=row.node_id or OUTSIDE_PLAN,
        genre=row.genre,
        role_model=row.role_model,
        title=row.title,
        url=row.url,
        delivery_id=row.delivery_id,
    )


def articles(items: Iterable[Item]) -> list[Item]:
    """Return each article once, on the day it first appeared anywhere, earliest first.

    The website's item stands for the article where there is one: its address is the one a reader can open.
    """
    found: dict[int, Item] = {}
    days: dict[int, dt.date] = {}
    for item in items:
        known = found.get(item.article_id)
        days[item.article_id] = min(item.day, days.get(item.article_id, item.day))
        if known is None or _rank(item) < _rank(known):
            found[item.article_id] = item
    once = [_over_channels(item, days[item.article_id]) for item in found.values()]
    return sorted(once, key=lambda item: (item.day, item.delivery_id))


def _rank(item: Item) -> tuple[bool, bool, int]:
    return (item.channel != "website", item.url is None, item.delivery_id)


def _over_channels(item: Item, day: dt.date) -> Item:
    return Item(
        item.article_id, ANY_CHANNEL, day, item.node_id, item.genre, item.role_model, item.title, item.url,
        item.delivery_id,
    )  # fmt: skip


def month_facts(items: Iterable[Item], begin: dt.date, after: dt.date | None = None) -> dict[FactKey, int]:
    """Return how many articles first appeared in a month, or in a stretch of it, by channel, node and genre.

    Under ``ANY_CHANNEL`` stands the number of articles over all channels: the sums by channel count an article once
    per channel.

    Args:
        begin: the first day of the month, or of the stretch.
        after: the first day that does not belong to it any more; None for the end of the month.
    """
    shown = list(items)
    end = after or (begin + dt.timedelta(days=32)).replace(day=1)
    counted = Counter(
        (item.channel, item.node_id, item.genre) for item in (*shown, *articles(shown)) if begin <= item.day < end
    )
    return dict(counted)
