"""A PDF written by hand, character by character, with a text layer: for tests of what reads it."""

from __future__ import annotations

Text = tuple[float, float, str]
"""Left edge and baseline in points from the lower left corner, and the words."""

_SIZE = 12
_WIDTH = 500


def make_pdf(pages: list[list[Text]]) -> bytes:
    """Return an A4 PDF in one font in which every character is half as wide as it is high."""
    letters = sorted({char for page in pages for _x, _y, text in page for char in text})
    codes = {char: code for code, char in enumerate(letters, start=1)}
    first_page = 6
    kids = " ".join(f"{first_page + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Times /Encoding /Identity-H "
        b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        (
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Times /DW {_WIDTH} "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            "/FontDescriptor << /Type /FontDescriptor /FontName /Times /Flags 4 /FontBBox [0 -200 1000 800] "
            "/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>"
        ).encode(),
        _stream(_unicode_map(codes)),
    ]
    for at, page in enumerate(pages):
        objects.append(
            (
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
                f"/Resources << /Font << /F 3 0 R >> >> /Contents {first_page + 2 * at + 1} 0 R >>"
            ).encode()
        )
        objects.append(_stream("\n".join(_shown(text, codes) for text in page)))
    return _file(objects)


def _shown(text: Text, codes: dict[str, int]) -> str:
    x, y, words = text
    glyphs = "".join(f"{codes[char]:04x}" for char in words)
    return f"BT /F {_SIZE} Tf {x} {y} Td <{glyphs}> Tj ET"


def _unicode_map(codes: dict[str, int]) -> str:
    pairs = [f"<{code:04x}> <{char.encode('utf-16-be').hex()}>" for char, code in codes.items()]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    mapped = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{mapped}\nendcmap end end"
    )


def _stream(text: str) -> bytes:
    data = text.encode()
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def _file(objects: list[bytes]) -> bytes:
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer
