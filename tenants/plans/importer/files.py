"""What kind of file was uploaded, told by its bytes and never by its name; and the text of a text file."""

from __future__ import annotations

from .model import UnreadablePlan

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 2_000_000
MAX_LINES = 50_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The stream in which Word keeps a .docx under a password.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KEPT = "Chưa có dự thảo nào được tạo; tệp của thầy/cô vẫn nguyên vẹn."
# Letters that TCVN3 and VNI fonts put in place of Vietnamese ones and that Vietnamese in Unicode never has.
_ALIEN = frozenset("¸¹µ¶·®¨©ª«¬¦¡§¢£¤¥ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþÿ¾»¼½÷×­¿º¯°±²³´")
_ALIEN_LETTERS = frozenset("ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþÿ")
_OWN = frozenset("ăđơưĂĐƠƯ")
_MOJIBAKE = ("áº", "á»", "Ä‘", "Æ°", "Æ¡")
_ALIEN_SHARE = 0.03
_OWN_SHARE = 0.02
_FEW = 5


def sniff(data: bytes) -> str:
    """Tell ``"zip"``, ``"doc"``, ``"pdf"`` and ``"text"`` apart.

    Raises:
        UnreadablePlan: The file is empty, too large, or of a kind that is not read (``empty``, ``too-large``,
            ``locked-file``, ``rtf-format``).
    """
    if not data.strip():
        raise UnreadablePlan("empty", f"Tệp không có nội dung. {_KEPT} Đề nghị chọn lại đúng tệp kế hoạch.")
    if len(data) > MAX_FILE_BYTES:
        raise UnreadablePlan(
            "too-large", f"Tệp lớn hơn 20 MB nên không đọc. {_KEPT} Đề nghị bỏ bớt hình ảnh rồi tải lên lại."
        )
    if data.startswith(_OLE[:4]):
        if _ENCRYPTED in data:
            raise UnreadablePlan(
                "locked-file",
                f"Tệp có đặt mật khẩu nên không đọc được. {_KEPT} Đề nghị bỏ mật khẩu, lưu lại rồi tải lên lại.",
            )
        return "doc"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.lstrip()[:5] == b"{\\rtf":
        raise UnreadablePlan(
            "rtf-format",
            f"Đây là tệp RTF nên không đọc được. {_KEPT} Đề nghị mở bằng Word, lưu thành dạng .docx rồi tải lên lại.",
        )
    return "zip" if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")) else "text"


def decode(data: bytes) -> str:
    """The text of a text file: UTF-8, or UTF-16 when it says so by its byte order mark.

    Raises:
        UnreadablePlan: ``not-text`` when it is neither.
    """
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise UnreadablePlan(
            "not-text",
            f"Không đọc được chữ trong tệp này (không phải Word .docx, cũng không phải văn bản Unicode UTF-8). {_KEPT} "
            "Đề nghị mở tệp, lưu lại dạng .docx hoặc văn bản mã UTF-8 rồi tải lên lại.",
        )
    return text


def check_text(text: str) -> set[str]:
    """Refuse text no reader could use; returns codes of damage that is small enough to go on.

    Raises:
        UnreadablePlan: ``empty``, ``too-long``, or ``legacy-font`` (text typed in a TCVN3 or VNI font, or decoded
        wrongly before).
    """
    if not text.strip():
        raise UnreadablePlan(
            "empty", f"Văn bản không có chữ nào. {_KEPT} Đề nghị chọn lại đúng tệp hoặc dán lại nội dung."
        )
    if len(text) > MAX_CHARACTERS:
        raise UnreadablePlan(
            "too-long", f"Văn bản dài quá 2 triệu ký tự nên không đọc. {_KEPT} Đề nghị chỉ tải lên bản kế hoạch."
        )
    sample = text[:200_000]
    letters = sum(char.isalpha() for char in sample) or 1
    alien = sum(char in _ALIEN for char in sample)
    own = sum(char in _OWN or "\u1ea0" <= char <= "\u1ef9" for char in sample)
    broken = sum(sample.count(pair) for pair in _MOJIBAKE)
    if (alien >= _ALIEN_SHARE * letters and own < _OWN_SHARE * letters) or broken > _ALIEN_SHARE * letters:
        raise UnreadablePlan(
            "legacy-font",
            f"Văn bản gõ bằng phông chữ cũ (TCVN3 hoặc VNI) hoặc bị lỗi mã nên chữ hiện sai. {_KEPT} "
            "Đề nghị chuyển sang phông Unicode (Times New Roman; dùng UniKey, mục Chuyển mã) rồi tải lên lại.",
        )
    suspect = sum(char in _ALIEN_LETTERS for char in sample)
    return {"letters-suspect"} if suspect >= _FEW else set()


def check_lines(count: int) -> None:
    """Refuse a text of more lines than any plan has.

    Raises:
        UnreadablePlan: ``too-long``.
    """
    if count > MAX_LINES:
        raise UnreadablePlan(
            "too-long", f"Văn bản có hơn 50 nghìn dòng nên không đọc. {_KEPT} Đề nghị chỉ tải lên bản kế hoạch."
        )
