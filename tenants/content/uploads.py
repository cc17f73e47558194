"""What an uploaded file really is, and the sentence for a file that cannot be taken.

The type is read from the content; the name and the type a browser claims count for nothing. Sentences are plain
Vietnamese: what happened, what was kept, what to do next.
"""

import io
import re
import unicodedata
import zipfile

from tenants.errors import Refused
from tenants.text import format_number, nfc

JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
GIF = "image/gif"
HEIC = "image/heic"
AVIF = "image/avif"
SVG = "image/svg+xml"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCM = "application/vnd.ms-word.document.macroEnabled.12"
DOC = "application/msword"
OLE = "application/x-ole-storage"
ENCRYPTED_OFFICE = "application/x-ole-encrypted"
RTF = "application/rtf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ZIP = "application/zip"
BROKEN_ZIP = "application/x-broken-zip"
HTML = "text/html"
TEXT = "text/plain"

PHOTO_TYPES = frozenset({JPEG, PNG, WEBP, GIF})

_HEAD_BYTES = 4096
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

_FORBIDDEN_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_WINDOWS_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)

_KEPT = "Nội dung đang soạn và các tệp đã tải lên trước đó vẫn được giữ nguyên."
_SENTENCES = {
    "upload-empty": (
        "%(file)s không có dữ liệu nên chưa được nhận. %(kept)s Vui lòng kiểm tra lại tệp trên máy rồi tải lên lần nữa."
    ),
    "upload-too-big": (
        "%(file)s nặng %(size)s MB, vượt mức %(limit)s MB nên chưa được nhận. %(kept)s Vui lòng giảm dung "
        "lượng (với ảnh: chọn cỡ nhỏ hơn; với tài liệu: nén ảnh trong tài liệu) rồi tải lại."
    ),
    "upload-heic": (
        "%(file)s là ảnh HEIC của điện thoại, nhiều trình duyệt chưa mở được nên chưa được nhận. %(kept)s "
        "Vui lòng lưu ảnh dưới dạng JPG rồi tải lại; với iPhone, vào Cài đặt > Camera > Định dạng và chọn "
        "“Tương thích nhất”."
    ),
    "upload-svg": (
        "%(file)s là ảnh SVG, có thể chứa mã chạy được nên không được nhận. %(kept)s Vui lòng xuất ảnh "
        "sang PNG hoặc JPG rồi tải lại."
    ),
    "upload-html": (
        "%(file)s thực chất là một trang web (HTML) nên không được nhận. %(kept)s Vui lòng mở tệp, lưu "
        "lại thành ảnh hoặc tài liệu Word (.docx), PDF rồi tải lên."
    ),
    "upload-zip": ("%(file)s là tệp nén (.zip) nên không được nhận. %(kept)s Vui lòng giải nén rồi tải lên từng tệp."),
    "upload-broken-image": (
        "%(file)s bị hỏng hoặc tải lên chưa trọn vẹn nên không mở được. %(kept)s Vui lòng mở thử ảnh trên "
        "máy; nếu xem được, hãy lưu lại dạng JPG rồi tải lên lần nữa."
    ),
    "upload-too-many-pixels": (
        "%(file)s có kích thước quá lớn (trên %(limit)s triệu điểm ảnh) nên chưa được nhận. %(kept)s Vui "
        "lòng thu nhỏ ảnh, cạnh dài khoảng 2.000 đến 4.000 điểm ảnh là đủ nét, rồi tải lại."
    ),
    "upload-not-image": (
        "%(file)s không phải là ảnh JPG, PNG, WebP hoặc GIF nên chưa được nhận. %(kept)s Vui lòng chọn "
        "tệp ảnh khác hoặc lưu ảnh dạng JPG rồi tải lại."
    ),
}
_PHOTO_CODES = {HEIC: "upload-heic", SVG: "upload-svg", HTML: "upload-html", ZIP: "upload-zip"}


class UploadRefused(Refused):
    """A file cannot be taken; nothing of it was stored.

    Args:
        code: a stable identifier such as "upload-heic".
        sentence: for the person who sent the file, in Vietnamese.
    """


def refusal(code: str, filename: str | None = None, **values: str) -> UploadRefused:
    """Return the refusal *code* with its sentence; *filename* None says "the file" without a name."""
    file = f"Tệp “{safe_filename(filename)}”" if filename else "Tệp này"
    return UploadRefused(code, _SENTENCES[code] % {"file": file, "kept": _KEPT, **values})


def sniff(data: bytes) -> str | None:
    """Return the content type of *data* by its content, None when it is nothing known.

    Recognised: the photo and document types this module names, and those that are recognised only to give a
    helpful sentence (HEIC, AVIF, SVG, HTML, old and encrypted Office files, RTF, other archives).
    """
    return _sniff_image(data) or _sniff_document(data) or _sniff_text(data)


def _sniff_image(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp":
        if data[8:12] in (b"avif", b"avis"):
            return AVIF
        if data[8:12] in _HEIC_BRANDS:
            return HEIC
    return None


def _sniff_document(data: bytes) -> str | None:
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return _sniff_zip(data)
    if data.startswith(_OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return ENCRYPTED_OFFICE
        return DOC if "WordDocument".encode("utf-16-le") in data else OLE
    if data.startswith(b"{\\rtf"):
        return RTF
    return None


def _sniff_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return BROKEN_ZIP
    if "[Content_Types].xml" not in names:
        return ZIP
    if "word/document.xml" in names:
        return DOCM if "word/vbaProject.bin" in names else DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    return PPTX if "ppt/presentation.xml" in names else ZIP


def _sniff_text(data: bytes) -> str | None:
    try:
        text = data.decode("utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Old encodings: still to be recognised as markup, but never as text that could be read right.
        text = ""
    head = (text or data[:_HEAD_BYTES].decode("latin-1"))[:_HEAD_BYTES].lstrip().lower()
    if "<svg" in head and head.startswith(("<svg", "<?xml", "<!--", "<!doctype svg")):
        return SVG
    if head.startswith(("<!doctype html", "<html", "<head", "<body", "<script", "<meta")) or "<html" in head:
        return HTML
    if text and not any(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f" for char in text):
        return TEXT
    return None


def check_image(data: bytes, *, max_bytes: int, filename: str | None = None) -> str:
    """Return the content type of a photo that may be processed; raise UploadRefused otherwise.

    Args:
        data: the whole file.
        max_bytes: the largest size taken, in bytes.
        filename: the name the sender gave, for the sentence only.
    """
    if not data:
        raise refusal("upload-empty", filename)
    if len(data) > max_bytes:
        size, limit = (format_number(count / 1024**2, 1) for count in (len(data), max_bytes))
        raise refusal("upload-too-big", filename, size=size, limit=limit.removesuffix(",0"))
    content_type = sniff(data)
    if content_type is None or content_type not in PHOTO_TYPES:
        raise refusal(_PHOTO_CODES.get(content_type or "", "upload-not-image"), filename)
    return content_type


def safe_filename(name: str, max_length: int = 120) -> str:
    """Return *name* fit to be shown, offered for download and stored: NFC, no path, no control characters.

    Vietnamese letters and spaces stay. A name that is too long loses letters before its extension. What is
    forbidden in file names on Windows becomes "-". An empty name becomes "tep".
    """
    base = re.split(r"[/\\]", nfc(name))[-1]
    # "Cf" holds the marks that turn the direction of text, with which "exe" can be shown as "jpg".
    base = "".join(char for char in base if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn"))
    base = " ".join(_FORBIDDEN_IN_NAMES.sub("-", base).split()).strip(". ")
    if _WINDOWS_DEVICES.match(base):
        base = f"_{base}"
    stem, dot, extension = base.rpartition(".")
    if dot and len(extension) <= 10 and len(base) > max_length:
        base = stem[: max_length - len(extension) - 1].rstrip(". ") + dot + extension
    return base[:max_length].rstrip(". ") or "tep"
