"""Receipts of outlets as they are stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from channel_plugins import Receipt
from channel_plugins.values import thaw


def receipt_of(stored: dict[str, Any] | None) -> Receipt | None:
    """Return a receipt as ``receipt_json`` stored it; None for none."""
    if stored is None:
        return None
    moment = stored["published_at"]
    return Receipt(
        remote_id=stored["remote_id"],
        url=stored["url"],
        published_at=dt.datetime.fromisoformat(moment) if moment else None,
        detail=stored["detail"],
        settled=stored["settled"],
    )


def receipt_json(receipt: Receipt) -> dict[str, object]:
    """Return a receipt as it is stored."""
    moment = receipt.published_at
    return {
        "remote_id": receipt.remote_id,
        "url": receipt.url,
        "published_at": moment.isoformat() if moment else None,
        "detail": thaw(receipt.detail),
        "settled": receipt.settled,
    }
