"""Pictures of an article: Zalo fetches them itself, so each needs an address that anybody can open."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from channel_plugins.errors import GiveUp, NeedsPerson, TryAgain
from channel_plugins.http import Http
from channel_plugins.reach import Host
from channel_plugins.types import Account

from . import articles
from .errors import CoverRefused, NotPublicYet

_HEAD_UNKNOWN = (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED)
_LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


def addresses(data: Mapping[str, Any], host: Host) -> dict[str, str]:
    """Return the public address of each picture of a payload.

    Raises: NotPublicYet when one has none; CoverRefused when there is no cover at all.
    """
    found: dict[str, str] = {}
    for ref in articles.picture_refs(data):
        url = host.public_url(ref)
        if url is None:
            raise NotPublicYet(detail=f"picture {ref} has no public address")
        found[ref] = url
    if not articles.cover_url(data, found):
        raise CoverRefused(detail="the payload has no cover")
    return found


def try_cover(http: Http, url: str, account: Account) -> None:
    """Prove that the address of a cover gives a picture Zalo takes, as far as its headers tell.

    Raises: CoverRefused for what will not change by itself; TryAgain.
    """
    try:
        answer = http.request("HEAD", url, account, repeatable=True, hosts=[urlsplit(url).hostname or ""])
    except (NeedsPerson, GiveUp) as error:
        raise CoverRefused(detail=error.detail) from None
    status = answer.status
    if status in _HEAD_UNKNOWN:
        return
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LATER:
        raise TryAgain(
            "Trang của trường tạm thời không trả ảnh bìa nên bài chưa được gửi lên Zalo. Bài vẫn được giữ và hệ thống "
            "tự gửi lại.",
            detail=f"cover: status {status}",
        )
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    size = answer.headers.get("content-length", "")
    if not answer.ok or (kind and kind not in articles.TYPES) or (size.isdigit() and int(size) > articles.MOST_BYTES):
        raise CoverRefused(detail=f"cover: status {status}, type {kind}, {size} bytes")
