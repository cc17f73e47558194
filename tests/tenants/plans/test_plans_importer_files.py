"""What is refused, and with which sentence; sizes and shapes that must not hang the reader."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib

import pytest

from tenants.plans.importer import UnreadablePlan, read_plan, read_plan_text
from tenants.plans.importer.files import MAX_FILE_BYTES

TEXT = "KẾ HOẠCH\nTruyền thông\n\nI. NỘI DUNG\n1. Đăng tin.\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# The seconds of computing one text may take; it takes less than two, and a quadratic reader many minutes.
PATIENCE = 20


def archive(**members: str | bytes) -> bytes:
    """A zip; the member ``document`` becomes word/document.xml."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr({"document": "word/document.xml"}.get(name, name), content)
    return buffer.getvalue()


def document(body: str, prologue: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<w:document {W}><w:body>{body}</w:body></w:document>'


def refusal(data: bytes, filename: str = "ke-hoach.docx") -> UnreadablePlan:
    with pytest.raises(UnreadablePlan) as caught:
        read_plan(data, filename)
    return caught.value


def lying_zip() -> bytes:
    """A zip whose directory says 100 bytes where 150 MB come out."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(150)) + packer.flush()
    name = b"word/document.xml"
    sizes = struct.pack("<LLL", 0, len(packed), 100)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", len(name), 0) + name
    central = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
    central += struct.pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    return local + packed + central + end


BOMB = archive(document=document("<w:p/>" * 20), **{"word/media/a.bin": b"\0" * 40_000_000})
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("empty", b""),
        ("empty", b" \n\t "),
        ("empty", "\ufeff\u00a0\n\u200b".encode()),
        ("empty", b"<p>&nbsp;</p>\n---\n"),
        ("locked-file", OLE + "EncryptedPackage".encode("utf-16-le")),
        ("pdf-broken", b"%PDF-1.7\n%\xe2\xe3"),
        ("rtf-format", rb"{\rtf1\ansi K\u7870? HO\u7840?CH}"),
        ("not-text", TEXT.encode("utf-16-le")),
        ("not-text", TEXT.encode("cp1258", "replace").replace(b"?", b"\x81")),
        ("not-text", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("too-large", b"a" * (MAX_FILE_BYTES + 1)),
        ("too-long", b"a\n" * 60_000),
        ("too-long", b"a " * 1_100_000),
        ("broken-file", b"PK\x03\x04" + b"\x00" * 50),
        ("broken-file", archive(document=document("<w:p>"))),
        ("broken-file", archive(document=document("<w:p/>"))[:-30]),
        ("not-word", archive(**{"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"})),
        ("not-word", archive(**{"xl/workbook.xml": "<a/>"})),
        ("not-word", b"PK\x05\x06" + b"\x00" * 18),
        ("zip-bomb", BOMB),
        ("zip-bomb", archive(**{f"word/{number}.xml": "a" for number in range(2_100)}, document=document(""))),
        ("unsafe-xml", archive(document=document("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", LAUGHS + "]>"))),
        (
            "unsafe-xml",
            archive(document=document("<w:p/>", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')),
        ),
        ("unsafe-xml", archive(document=document("<w:p/>", "<!DOCTYPE x>").encode("utf-16"))),
        (
            "unsafe-xml",
            archive(document=document("<w:p/>", "<!DOCTYPE x>").replace("UTF-8", "UTF-32").encode("utf-32-be")),
        ),
        ("empty", archive(document=document("<w:p/>"))),
        ("legacy-font", "KÕ ho¹ch truyÒn th«ng vÒ gi¸o dôc mÇm non n¨m häc 2008-2009 cña nhµ tr\u00adêng".encode()),
        ("legacy-font", "KEÁ HOAÏCH TRUYEÀN THOÂNG VEÀ GIAÙO DUÏC CUÛA TRÖÔØNG TIEÅU HOÏC NAÊM HOÏC".encode()),
        ("legacy-font", TEXT.encode().decode("latin-1").encode()),
    ],
)
@pytest.mark.parametrize("filename", ["ke-hoach.docx", "ke-hoach.txt"])
def test_what_cannot_be_read_is_refused_whatever_its_name(code: str, data: bytes, filename: str) -> None:
    error = refusal(data, filename)
    assert error.code == code
    assert error.sentence.startswith(f"“{filename}”: ") and error.sentence.endswith(".")
    assert "Chưa có dự thảo nào được tạo" in error.sentence and "Đề nghị" in error.sentence


def test_a_zip_that_lies_about_its_sizes_is_stopped_while_unpacking() -> None:
    data = lying_zip()
    assert len(data) < 1_000_000
    assert refusal(data).code in {"zip-bomb", "broken-file"}


def test_a_locked_zip_is_refused() -> None:
    data = bytearray(archive(document=document("<w:p/>")))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(data)).code == "locked-file"


def test_xml_nested_without_end_is_refused() -> None:
    deep = "<w:sdt><w:sdtContent>" * 5_000 + "</w:sdtContent></w:sdt>" * 5_000
    assert refusal(archive(document=document(deep))).code == "broken-file"


def test_a_pasted_text_is_refused_without_a_file_name() -> None:
    with pytest.raises(UnreadablePlan) as caught:
        read_plan_text("  \n ")
    assert caught.value.code == "empty" and "“" not in caught.value.sentence


@pytest.mark.parametrize(
    "data",
    [TEXT.encode(), b"\xef\xbb\xbf" + TEXT.encode(), TEXT.encode("utf-16"), b"\xfe\xff" + TEXT.encode("utf-16-be")],
)
def test_text_in_every_accepted_encoding(data: bytes) -> None:
    plan = read_plan(data, "ke-hoach.doc")
    assert (plan.title, plan.nodes[0].children[0].text) == ("Truyền thông", "Đăng tin.")


@pytest.mark.parametrize(
    "text",
    [
        "a " * 125_000,
        "I" * 250_000,
        "(" * 250_000,
        "*a" * 125_000,
        "<p " * 82_000,
        "Kế hoạch số 1/KH-AB của Sở, " * 8_000,
        "Luật abc " * 27_000,
        ", Trường A" * 25_000,
        "số 1/A-" + "A-" * 122_000,
        "KẾ HOẠCH\n" + "\n" * 50_000 + "I. NỘI DUNG\n1. Một.",
        "Nơi nhận:\n" + "HIỆU TRƯỞNG\n" * 10_000,
        "- a:\n+ b:\n" * 5_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_a_text_made_to_hang_the_reader_does_not(text: str) -> None:
    begun = time.process_time()
    plan = read_plan_text("KẾ HOẠCH\nTruyền thông\nI. NỘI DUNG\n" + text)
    assert time.process_time() - begun < PATIENCE
    assert plan.title is not None
