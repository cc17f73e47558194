"""The signature of a call, as the open convention at standardwebhooks.com has it: ready-made libraries verify it.

What is signed is `<id>.<timestamp>.<raw body>` with HMAC-SHA256; the header carries `v1,<base64>`, once for each secret
that is valid while a secret is being changed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"


def key_bytes(secret: str) -> bytes:
    """Return the bytes of a secret: what stands behind `whsec_` in base64, else the letters themselves."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of one message under one secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key_bytes(secret), signed, hashlib.sha256).digest()).decode()


def headers(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers that prove a message; an empty secret signs nothing."""
    signatures = [signature(secret, message_id, timestamp, body) for secret in dict.fromkeys(secrets) if secret]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
