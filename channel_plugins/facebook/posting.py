"""Publishing on a Page and everything about one post afterwards.

Pictures go up first, unpublished: an orphan harms nobody and Facebook forgets it. The one call that creates the post is
`/feed`, and it is the last. It has no key against repeats, so an attempt whose answer was lost is looked up by the
article's address among the newest posts of our own app.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from channel_plugins.errors import ChannelError, GiveUp, NextStep, TryAgain, Unsure
from channel_plugins.reach import Host
from channel_plugins.types import Account, LookUp, Payload, Receipt, Sent

from .errors import Denied, Duplicate, Gone
from .graph import Found, Graph, moment, next_page, rows
from .message import same_text

log = logging.getLogger(__name__)

#: The host's clock and Facebook's may differ; a post may carry a time this much before the attempt.
SKEW = timedelta(seconds=60)
#: How far back the same text is searched when Facebook says that it is there already.
_DUPLICATES_SINCE = timedelta(days=30)
_MOST_PAGES = 10
_SOON = timedelta(seconds=15)
_FIELDS = "id,message,created_time,permalink_url,application"


def publish(
    graph: Graph, payload: Payload, account: Account, host: Host, elapsed: Callable[[], float] = time.monotonic
) -> Receipt:
    """Upload the pictures, then make the one call that creates the post.

    `elapsed` are seconds that only grow: when the uploads took longer than allowed, the post is not made, because a
    look-up may by then have said that it is not there.
    """
    data = payload.data
    _same_page(data, account, "bài chưa được đăng")
    started = elapsed()
    try:
        photos = [
            _upload(graph, data["page"], item, n, account, host) for n, item in enumerate(data["photos"], start=1)
        ]
        if photos and elapsed() - started > _upload_time(graph, data):
            raise TryAgain(
                "Tải ảnh lên Facebook quá lâu nên bài chưa được đăng. Bài vẫn được giữ, hệ thống sẽ tự gửi lại.",
                detail="the uploads took too long",
            )
        form = {"message": data["message"], "published": "true", "fields": "id,permalink_url,created_time"}
        if photos:
            form["attached_media"] = json.dumps([{"media_fbid": photo} for photo in photos])
        elif data["link"]:
            form["link"] = data["link"]
        created = graph.post(f"{data['page']}/feed", account, form, repeatable=False)
    except Duplicate as refusal:
        return _standing_already(graph, data, account, refusal)
    if not isinstance(created.data.get("id"), str):
        raise Unsure(detail="the answer to the creating call names no post")
    return _receipt(graph, created.data, data, created)


def look_up(graph: Graph, account: Account, sent: Sent) -> LookUp:
    """Say whether the post is on the Page.

    Without a receipt the newest posts of the Page are searched. That a post is missing counts only when the attempt is
    old enough: the uploads are over, the call has run out of time, and the delay with which Facebook shows new
    posts has passed. A search before that cannot say, so the host asks again later; two searches at two moments
    are thereby made without anything being remembered between them.

    With a receipt the post is read back by its id. A new one may not be readable at once. After that, one that cannot
    be read, or that only administrators see, is not there for its readers; the host never posts such a one again.
    """
    if sent.payload.data["page"] != account.settings["page_id"]:
        return LookUp.cannot_tell(
            "Kênh nay đã nối sang một Trang khác nên hệ thống không xem được bài. Thầy cô mở Trang cũ xem bài đã có "
            "chưa."
        )
    if sent.receipt is not None:
        return _read_back(graph, account, sent, sent.receipt)
    data = sent.payload.data
    matches, whole = _search(graph, data, account, sent.started_at - SKEW)
    if matches:
        return _found(graph, matches, data)
    if not whole:
        return LookUp.cannot_tell("Trang có quá nhiều bài mới để tra. Thầy cô mở Trang xem bài đã có chưa.")
    certain_from = sent.started_at + timedelta(seconds=_upload_time(graph, data) + graph.options["settle_seconds"])
    if graph.now() < certain_from:
        raise TryAgain(after=max(certain_from - graph.now(), timedelta(seconds=1)), detail="not seen yet")
    return LookUp.not_there()


def edit(graph: Graph, receipt: Receipt, payload: Payload, account: Account) -> Receipt:
    """Replace the words of a post. Its pictures cannot be exchanged through the API."""
    data = payload.data
    _same_page(data, account, "bài trên Trang chưa được sửa")
    before = receipt.detail.get("photos")
    if before is not None and list(before) != _refs(data):
        raise GiveUp(
            "Facebook chỉ cho sửa lời, không cho thay ảnh của bài đã đăng, nên bài trên Trang vẫn như cũ. Thầy cô "
            "gỡ bài rồi "
            "đăng bản mới, hoặc sửa ảnh trực tiếp trên Trang.",
            next_step=NextStep.LOOK_AT_OUTLET,
        )
    try:
        done = graph.post(receipt.remote_id, account, {"message": data["message"]}, repeatable=True)
    except Denied as refusal:
        raise _foreign(graph, receipt, account) or refusal from None
    detail = {**receipt.detail, "photos": _refs(data)}
    return Receipt(receipt.remote_id, receipt.url, receipt.published_at, detail, rest=_rest(graph, done))


def retract(graph: Graph, receipt: Receipt, account: Account) -> None:
    """Delete a post; one that is gone counts as done."""
    try:
        graph.delete(receipt.remote_id, account)
    except Gone:
        return
    except Denied as refusal:
        raise _foreign(graph, receipt, account) or refusal from None


def _upload(graph: Graph, page: str, item: Mapping[str, Any], number: int, account: Account, host: Host) -> str:
    try:
        picture = host.read(item["ref"])
    except KeyError:
        raise GiveUp(
            f"Ảnh {number} của bài không còn trong kho nên bài chưa được đăng. Bài vẫn được giữ; thầy cô thêm lại "
            f"ảnh rồi "
            "trình duyệt lại."
        ) from None
    name = f"anh-{number}.{'png' if item['type'] == 'image/png' else 'jpg'}"
    form = {"published": "false", **({"alt_text_custom": item["alt"]} if item["alt"] else {})}
    stored = graph.post(
        f"{page}/photos", account, form, repeatable=True, files={"source": (name, picture, item["type"])}
    )
    photo = stored.data.get("id")
    if not isinstance(photo, str):
        raise TryAgain(detail="the answer to an upload names no photo")
    return photo


def _search(
    graph: Graph, data: Mapping[str, Any], account: Account, since: datetime
) -> tuple[list[Mapping[str, Any]], bool]:
    """Return our posts since a moment that are this one, oldest first, and whether every page was read."""
    matches: list[Mapping[str, Any]] = []
    asked = {"fields": _FIELDS, "since": int(since.timestamp()), "limit": 100}
    whole = False
    for found in graph.pages(f"{data['page']}/published_posts", account, asked, most=_MOST_PAGES):
        matches += [item for item in rows(found) if "id" in item and _is_ours(graph, item) and _matches(item, data)]
        whole = not next_page(found)
    exact = [item for item in matches if same_text(str(item.get("message", "")), data["message"])]
    return sorted(exact or matches, key=lambda item: (str(item.get("created_time", "")), str(item["id"]))), whole


def _is_ours(graph: Graph, item: Mapping[str, Any]) -> bool:
    """Return whether our app made the post. Facebook does not always say; then the text decides: the article standing
    there twice would be worse than taking a copy made by hand for ours.
    """
    application = item.get("application")
    made_by = str(application.get("id", "")) if isinstance(application, dict) else ""
    return not made_by or not graph.app_id or made_by == graph.app_id


def _matches(item: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    text = str(item.get("message", ""))
    return same_text(text, data["message"]) or bool(data["marker"] and data["marker"] in text.split())


def _found(graph: Graph, matches: list[Mapping[str, Any]], data: Mapping[str, Any]) -> LookUp:
    first = matches[0]
    twins = [_address(graph, item) for item in matches[1:]]
    if twins:
        log.error("more than one post for one delivery on page %s: %s", data["page"], ", ".join(twins))
    text = str(first.get("message", ""))
    receipt = _receipt(graph, first, data, None, twins)
    return LookUp.found(receipt, text, altered=not same_text(text, data["message"]))


def _read_back(graph: Graph, account: Account, sent: Sent, receipt: Receipt) -> LookUp:
    data = sent.payload.data
    try:
        found = graph.get(receipt.remote_id, account, {"fields": f"{_FIELDS},is_published"})
    except Gone:
        made = receipt.published_at or sent.started_at
        if graph.now() < made + timedelta(seconds=graph.options["settle_seconds"]):
            raise TryAgain(after=_SOON, detail="the new post cannot be read yet") from None
        return LookUp.not_there()
    if found.data.get("is_published") is False:
        return LookUp.not_there()
    text = str(found.data.get("message", ""))
    twins = [str(address) for address in receipt.detail.get("twins", ())]
    again = _receipt(graph, {"id": receipt.remote_id, **found.data}, data, found, twins)
    return LookUp.found(again, text, altered=not same_text(text, data["message"]))


def _standing_already(graph: Graph, data: Mapping[str, Any], account: Account, refusal: Duplicate) -> Receipt:
    """Find the post Facebook says is there: an earlier attempt whose answer was lost did land.

    The text holds the article's address, so the same text by our app is this article.
    """
    try:
        matches, _whole = _search(graph, data, account, graph.now() - _DUPLICATES_SINCE)
    except ChannelError as error:
        raise Unsure(detail=f"{refusal.detail}; looking for it failed: {error.detail}") from None
    exact = [item for item in matches if same_text(str(item.get("message", "")), data["message"])]
    if not exact:
        raise refusal
    return _receipt(graph, exact[-1], data, None)


def _foreign(graph: Graph, receipt: Receipt, account: Account) -> GiveUp | None:
    """Return the refusal for a post that another app made, which no right of ours can change; None when it is ours."""
    try:
        found = graph.get(receipt.remote_id, account, {"fields": "id,application"})
    except ChannelError:
        return None
    if _is_ours(graph, found.data):
        return None
    return GiveUp(
        "Facebook chỉ cho ứng dụng đã tạo bài sửa hoặc gỡ bài đó. Bài trên Trang vẫn như cũ; thầy cô mở Trang sửa "
        "hoặc gỡ "
        "trực tiếp rồi ghi nhận kết quả.",
        next_step=NextStep.LOOK_AT_OUTLET,
    )


def _receipt(
    graph: Graph,
    item: Mapping[str, Any],
    data: Mapping[str, Any],
    answer: Found | None,
    twins: list[str] | None = None,
) -> Receipt:
    remote_id, url = str(item["id"]), _address(graph, item)
    detail: dict[str, Any] = {"photos": _refs(data)}
    if twins:
        detail["twins"] = twins
    rest = _rest(graph, answer) if answer else None
    return Receipt(remote_id, url, moment(item.get("created_time")) or graph.now(), detail, rest=rest)


def _address(graph: Graph, item: Mapping[str, Any]) -> str:
    url = item.get("permalink_url")
    return url if isinstance(url, str) and graph.is_permalink(url) else f"https://www.facebook.com/{item['id']}"


def _rest(graph: Graph, answer: Found) -> timedelta | None:
    return answer.usage.rest(graph.options["usage_stop"])


def _refs(data: Mapping[str, Any]) -> list[str]:
    return [item["ref"] for item in data["photos"]]


def _upload_time(graph: Graph, data: Mapping[str, Any]) -> float:
    return float(len(data["photos"]) * graph.options["upload_seconds"])


def _same_page(data: Mapping[str, Any], account: Account, kept: str) -> None:
    if data["page"] != account.settings["page_id"]:
        raise GiveUp(
            f"Bài được lập cho một Trang khác với Trang đang kết nối nên {kept}. Nội dung vẫn được giữ; thầy cô "
            f"kiểm tra "
            "kênh rồi đăng lại từ trang của bài.",
            detail=f"payload for page {data['page']}, account has {account.settings['page_id']}",
            next_step=NextStep.OPEN_SETTINGS,
        )
