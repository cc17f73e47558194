"""Secrets at rest: encrypted so that a dump cannot be read and a value cannot be moved to another row."""

import base64
import hashlib
import os
from collections.abc import Iterable, Sequence
from urllib.parse import quote, quote_plus

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tenants.errors import LoaError

_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = "s1"
# Shorter "secrets" are words of ordinary text; blotting them out would make a message unreadable.
_SHORTEST_REDACTED = 4
_BLOT = "***"


class InvalidSecret(LoaError):
    """The stored value cannot be read: damaged, of a key that is gone, or moved here from another row.

    The message never holds any part of the value.
    """


def place(table: str, unit_id: object, row_id: object) -> str:
    """Return the name of the place a secret belongs to, ``table|unit|id``.

    The place is bound into the encryption: a value copied to another row, unit or table does not open there.
    Raises ValueError when a part is empty or holds "|", because two places could then have one name.
    """
    parts = [table, str(unit_id), str(row_id)]
    if any(not part or "|" in part for part in parts) or unit_id is None or row_id is None:
        raise ValueError("a place needs a table, a unit and a row")
    return "|".join(parts)


class SecretBox:
    """Encrypts with the first of *keys* and opens with any of them (AES-256-GCM).

    To rotate: put a new key in front, re-encrypt with :meth:`rotate`, then take the old key away.

    Args:
        keys: 32 bytes each, newest first.

    Raises:
        ValueError: no key, or a key of another length. The message names the position, never the key.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("SecretBox needs at least one key")
        for position, key in enumerate(keys, start=1):
            if len(key) != _KEY_BYTES:
                raise ValueError(f"key {position} of SecretBox must have {_KEY_BYTES} bytes, not {len(key)}")
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._current = _key_id(keys[0])

    def __repr__(self) -> str:
        return f"SecretBox({len(self._ciphers)} keys)"

    def encrypt(self, secret: str, at: str) -> str:
        """Return *secret* encrypted for the place *at* (see :func:`place`), as ASCII text for a column.

        The same secret gives another text each time.
        """
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, secret.encode(), at.encode())
        return f"{_FORMAT}.{self._current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, stored: str, at: str) -> str:
        """Return the secret that :meth:`encrypt` stored for the place *at*; raise InvalidSecret otherwise."""
        kind, _, rest = stored.partition(".")
        key_id, _, body = rest.partition(".")
        cipher = self._ciphers.get(key_id)
        if kind != _FORMAT or cipher is None:
            raise InvalidSecret("the secret was stored with a key that is not configured any more")
        try:
            sealed = base64.b64decode(body.encode(), altchars=b"-_", validate=True)
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], at.encode()).decode()
        except (InvalidTag, ValueError):
            # From None: the chain would carry the stored text into logs.
            raise InvalidSecret("the stored secret is damaged or belongs to another place") from None

    def needs_rotation(self, stored: str) -> bool:
        """Return whether *stored* was encrypted with another key than the first."""
        return not stored.startswith(f"{_FORMAT}.{self._current}.")

    def rotate(self, stored: str, at: str) -> str:
        """Return *stored* encrypted with the first key, or as it is. Raises InvalidSecret."""
        return self.encrypt(self.decrypt(stored, at), at) if self.needs_rotation(stored) else stored


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"loa key id" + key).hexdigest()[:8]


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return *text* with every one of *secrets* blotted out, also where it stands URL- or base64-encoded.

    Secrets under 4 characters are left: they are words of ordinary text.
    """
    forms: set[str] = set()
    for secret in secrets:
        if len(secret) >= _SHORTEST_REDACTED:
            encoded = base64.b64encode(secret.encode()).decode()
            forms |= {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), encoded}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, _BLOT)
    return text
