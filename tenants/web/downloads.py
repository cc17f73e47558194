"""Files to be kept by the reader, under names that may carry Vietnamese letters."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from flask import Response


def attachment(data: bytes, content_type: str, name: str) -> Response:
    """Return ``data`` as a file to be saved as ``name``.

    Headers carry no letters beyond Latin-1, so the name goes out twice: without diacritics, and in full as RFC 6266
    (section 4.3) asks for.
    """
    name = "".join(char if char.isprintable() else " " for char in name)
    response = Response(data, mimetype=content_type)
    plain = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    whole = {} if plain == name else {"filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", filename=plain, **whole)
    return response
