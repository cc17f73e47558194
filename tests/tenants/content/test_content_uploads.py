"""What an uploaded file is, and what people are told when it cannot be taken."""

import io
import unicodedata
import zipfile

import pytest
from docx import Document
from PIL import Image

from tenants.content.uploads import (
    DOCX,
    GIF,
    HEIC,
    JPEG,
    PDF,
    PNG,
    WEBP,
    XLSX,
    UploadRefused,
    check_image,
    safe_filename,
    sniff,
)

MEGABYTE = 1024 * 1024


def picture(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(stream, kind)
    return stream.getvalue()


def word_file() -> bytes:
    stream = io.BytesIO()
    document = Document()
    document.add_paragraph("Kế hoạch")
    document.save(stream)
    return stream.getvalue()


def archive(*names: str, content: bytes = b"x") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in names:
            target.writestr(name, content)
    return stream.getvalue()


HEIC_FILE = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(600)
LOCKED_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
SVG_FILE = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MACRO_WORD = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (picture("JPEG"), JPEG),
        (picture("PNG"), PNG),
        (picture("WEBP"), WEBP),
        (picture("GIF"), GIF),
        (HEIC_FILE, HEIC),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00", "image/avif"),
        (b"%PDF-1.7\n%\xe2\xe3", PDF),
        (b"junk before\n%PDF-1.4", PDF),
        (word_file(), DOCX),
        (MACRO_WORD, "application/vnd.ms-word.document.macroEnabled.12"),
        (archive("xl/workbook.xml", "[Content_Types].xml"), XLSX),
        (archive("anh.jpg"), "application/zip"),
        (word_file()[:200], "application/x-broken-zip"),
        (OLD_WORD, "application/msword"),
        (LOCKED_WORD, "application/x-ole-encrypted"),
        (OLD_WORD[:300], "application/x-ole-storage"),
        (b"{\\rtf1 abc}", "application/rtf"),
        (SVG_FILE, "image/svg+xml"),
        (b"\xef\xbb\xbf<svg onload=alert(1)>", "image/svg+xml"),
        (b"<!DOCTYPE html><p>x", "text/html"),
        (b"  <ScRiPt>alert(1)</script>", "text/html"),
        ("\ufeff<html>".encode("utf-16-le"), "text/html"),
        ("KẾ HOẠCH\nTruyền thông".encode(), "text/plain"),
        (b"\x00\x01\x02", None),
        (b"", None),
    ],
)
def test_files_are_known_by_their_content(data: bytes, expected: str | None) -> None:
    assert sniff(data) == expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_photos_are_taken(kind: str) -> None:
    assert check_image(picture(kind), max_bytes=MEGABYTE) == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("data", "code", "advice"),
    [
        (b"", "upload-empty", "kiểm tra lại tệp"),
        (HEIC_FILE, "upload-heic", "JPG"),
        (SVG_FILE, "upload-svg", "PNG hoặc JPG"),
        (b"<html></html>", "upload-html", "lưu lại"),
        (archive("a.jpg"), "upload-zip", "giải nén"),
        (b"%PDF-1.7", "upload-not-image", "JPG"),
        (OLD_WORD, "upload-not-image", "JPG"),
        (bytes(50), "upload-not-image", "JPG"),
    ],
)
def test_what_is_no_photo_is_refused_with_advice(data: bytes, code: str, advice: str) -> None:
    with pytest.raises(UploadRefused) as caught:
        check_image(data, max_bytes=MEGABYTE, filename="Ảnh lễ hội.jpg")
    assert caught.value.code == code
    assert "Ảnh lễ hội.jpg" in caught.value.sentence
    assert "giữ nguyên" in caught.value.sentence
    assert advice in caught.value.sentence


def test_a_file_over_the_limit_is_told_its_size_and_the_limit() -> None:
    with pytest.raises(UploadRefused, match="nặng 3,5 MB, vượt mức 2 MB") as caught:
        check_image(picture("PNG") + bytes(7 * MEGABYTE // 2), max_bytes=2 * MEGABYTE)
    assert caught.value.code == "upload-too-big"


def test_a_file_at_the_limit_is_taken() -> None:
    data = picture("PNG")
    assert check_image(data, max_bytes=len(data)) == PNG


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Kế hoạch năm học.docx", "Kế hoạch năm học.docx"),
        (unicodedata.normalize("NFD", "Ảnh.jpg"), "Ảnh.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\cô Lan\\ảnh.png", "ảnh.png"),
        ("a\x00b\r\nc.jpg", "a-b--c.jpg"),
        ('bài "mới"?.pdf', "bài -mới--.pdf"),
        ("anh\u202egpj.exe", "anhgpj.exe"),
        ("...", "tep"),
        ("", "tep"),
        ("dir/", "tep"),
        (".htaccess", "htaccess"),
        ("CON.txt", "_CON.txt"),
        ("  a   b .jpg ", "a b .jpg"),
    ],
)
def test_names_are_made_safe_and_keep_vietnamese(sent: str, kept: str) -> None:
    assert safe_filename(sent) == kept


def test_long_names_keep_their_extension() -> None:
    name = safe_filename("ễ" * 300 + ".docx")
    assert len(name) == 120
    assert name.endswith("ễ.docx")
    assert len(safe_filename("a" * 300)) == 120
