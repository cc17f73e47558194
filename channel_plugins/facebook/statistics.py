"""Numbers and comments of posts. Whatever one right or one metric refuses is left out; the rest is still read."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from channel_plugins.errors import NeedsPerson, TryAgain
from channel_plugins.reach import Comment
from channel_plugins.types import Account, Metric, Reading, Receipt

from .errors import BadMetric, Denied, Gone, TokenDead
from .graph import Graph, moment, rows

log = logging.getLogger(__name__)

_COUNTS: Mapping[str, Metric] = {
    "shares": Metric.SHARES,
    "comments.limit(0).summary(true)": Metric.COMMENTS,
    "reactions.limit(0).summary(true)": Metric.REACTIONS,
}
_MOST_COMMENT_PAGES = 5
_NAMELESS = "Người dùng Facebook"


def metric_names(written: str) -> dict[str, Metric]:
    """Return Facebook's metric names by ours, from the option `name=ours,name=ours`; unknown ones are left out."""
    known = {metric.value: metric for metric in Metric}
    pairs = (item.split("=", 1) for item in written.split(",") if "=" in item)
    return {name.strip(): known[ours.strip()] for name, ours in pairs if ours.strip() in known}


def collect(graph: Graph, receipts: Mapping[str, Receipt], account: Account) -> list[Reading]:
    """Return the totals Facebook shows now.

    When a limit is reached half-way, what was read so far is returned, so that a Page with a small budget is read a
    part at a time and not never.
    """
    readings: list[Reading] = []
    names = metric_names(graph.options["metrics"])
    for key, receipt in receipts.items():
        taken_at = graph.now()
        try:
            found = dict(_counts(graph, receipt.remote_id, account))
            found.update(_insights(graph, receipt.remote_id, account, names))
        except Gone:
            continue
        except TryAgain:
            if readings:
                return readings
            raise
        readings += [Reading(key, metric, value, taken_at) for metric, value in found.items()]
    return readings


def comments(graph: Graph, receipts: Mapping[str, Receipt], account: Account) -> list[Comment]:
    """Return the comments below these posts, answers to comments included.

    Of a long list the newest are read. It needs a right of its own (`pages_read_user_content`); without it nothing is
    returned as if there were none, because comments that were read before would then count as deleted.
    """
    found: list[Comment] = []
    for key, receipt in receipts.items():
        try:
            found += _comments_of(graph, key, receipt.remote_id, account)
        except Gone:
            continue
        except Denied as refusal:
            raise NeedsPerson(
                "Facebook chưa cho ứng dụng đọc bình luận; việc đăng bài vẫn chạy và bình luận đã đọc vẫn được giữ. "
                "Thầy cô bấm Kết nối lại và giữ nguyên mọi quyền, hoặc báo người quản trị hệ thống.",
                detail=refusal.detail,
            ) from None
    return found


def _counts(graph: Graph, post: str, account: Account) -> Iterator[tuple[Metric, int]]:
    try:
        data = graph.get(post, account, {"fields": ",".join(["id", *_COUNTS])}).data
    except Denied:
        data = _one_by_one(graph, post, account)
    for field, metric in _COUNTS.items():
        value = _total(field, data)
        if value is not None:
            yield metric, value


def _one_by_one(graph: Graph, post: str, account: Account) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for field in _COUNTS:
        try:
            data.update({field.split(".")[0]: None, **graph.get(post, account, {"fields": field}).data})
        except Denied:
            continue
    return data


def _total(field: str, data: Mapping[str, Any]) -> int | None:
    """Return one count; `shares` is absent when there is none, the others when they were refused."""
    name = field.split(".")[0]
    value = data.get(name)
    if name == "shares":
        if not isinstance(value, dict):
            return 0 if "id" in data or name in data else None
        return _number(value.get("count"))
    summary = value.get("summary") if isinstance(value, dict) else None
    return _number(summary.get("total_count")) if isinstance(summary, dict) else None


def _insights(graph: Graph, post: str, account: Account, names: dict[str, Metric]) -> dict[Metric, int]:
    """Return the live metrics of a post; those that turn out to be dead are taken out of `names`."""
    if not names:
        return {}
    try:
        return _asked(graph, post, account, names)
    except BadMetric:
        found: dict[Metric, int] = {}
        for name in tuple(names):
            try:
                found.update(_asked(graph, post, account, {name: names[name]}))
            except BadMetric as refusal:
                log.warning("Facebook no longer knows the metric %s: %s", name, refusal.detail)
                del names[name]
        return found
    except TokenDead:
        raise
    except NeedsPerson as refusal:
        log.warning("insights cannot be read: %s", refusal.detail)
        return {}


def _asked(graph: Graph, post: str, account: Account, names: Mapping[str, Metric]) -> dict[Metric, int]:
    answer = graph.get(f"{post}/insights", account, {"metric": ",".join(names), "period": "lifetime"})
    found = {}
    for row in rows(answer):
        values = row.get("values")
        value = (
            values[-1].get("value") if isinstance(values, list) and values and isinstance(values[-1], dict) else None
        )
        number = _number(value)
        if row.get("name") in names and number is not None:
            found[names[str(row["name"])]] = number
    return found


def _comments_of(graph: Graph, key: str, post: str, account: Account) -> Iterator[Comment]:
    asked = {
        "fields": "id,message,created_time,from,parent{id},permalink_url",
        "filter": "stream",
        "order": "reverse_chronological",
        "limit": 100,
    }
    for page in graph.pages(f"{post}/comments", account, asked, most=_MOST_COMMENT_PAGES):
        for row in rows(page):
            made = moment(row.get("created_time"))
            if made is None or "id" not in row:
                continue
            author, parent, url = row.get("from"), row.get("parent"), row.get("permalink_url")
            yield Comment(
                remote_id=str(row["id"]),
                delivery_key=key,
                author=str(author.get("name") or _NAMELESS) if isinstance(author, dict) else _NAMELESS,
                text=str(row.get("message", "")),
                at=made,
                url=url if isinstance(url, str) and url.startswith("https://") else None,
                parent_id=str(parent["id"]) if isinstance(parent, dict) and "id" in parent else None,
            )


def _number(value: Any) -> int | None:
    """Return a count; a metric broken down by kind is the sum of its parts."""
    if isinstance(value, dict):
        return sum(part for part in value.values() if isinstance(part, int))
    return max(value, 0) if isinstance(value, int) else None
