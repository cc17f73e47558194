"""What is remembered of an article on its way: the job's token, then its id, then that it is shown.

The stages: `created` (a job makes a hidden article), `hidden` (it exists), `showing` (a job shows it), `shown`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from channel_plugins.types import Payload, Receipt

CREATED, HIDDEN, SHOWING, SHOWN = "created", "hidden", "showing", "shown"


def _known(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data.get(name, "") for name in ("title", "author", "link")}


def accepted(token: str, payload: Payload, urls: Mapping[str, str], rest: timedelta | None = None) -> Receipt:
    """Return the receipt of a creation that Zalo has taken: no id yet, only the token of the job.

    The addresses of the pictures go along, so that the article is later shown with the very words it was made with.
    """
    name = hashlib.sha256(token.encode()).hexdigest()[:20]
    detail = {**_known(payload.data), "stage": CREATED, "job": token, "urls": dict(urls)}
    return Receipt(f"job-{name}", detail=detail, settled=False, rest=rest)


def on_the_way(
    article_id: str, stage: str, data: Mapping[str, Any], token: str = "", urls: Mapping[str, str] | None = None
) -> Receipt:
    """Return the receipt of an article that exists but does not stand there yet as it should."""
    detail = {**_known(data), "stage": stage, "id": article_id, "job": token, "urls": dict(urls or {})}
    return Receipt(article_id, detail=detail, settled=False)


def shown(article_id: str, data: Mapping[str, Any], url: str | None, at: datetime | None) -> Receipt:
    """Return the receipt of an article that followers can read."""
    return Receipt(article_id, url, at, {**_known(data), "stage": SHOWN, "id": article_id})


def article_id(receipt: Receipt) -> str:
    """Return the id of the article, "" while only its job is known."""
    stage = receipt.detail.get("stage", SHOWN)
    return "" if stage == CREATED else str(receipt.detail.get("id") or receipt.remote_id)


def urls(receipt: Receipt | None) -> dict[str, str]:
    """Return the addresses of the pictures that were sent, {} when they are not known."""
    known = receipt.detail.get("urls") if receipt else None
    return {str(ref): str(url) for ref, url in known.items()} if isinstance(known, Mapping) else {}
