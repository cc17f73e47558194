"""Document numbers, symbols and dates as Vietnamese administrative texts print them (NĐ 30/2020/NĐ-CP, Điều 15 "
"and Phụ lục III)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_LETTERS = r"A-ZĐÀ-Ỹa-zđà-ỹ"
# Each part of a symbol starts with a capital; the parts are joined by "-" or "/", with stray spaces around them.
SYMBOL = rf"[A-ZĐ][{_LETTERS}\d&.]{{0,24}}(?:\s{{0,3}}[-–/]\s{{0,3}}[A-ZĐ][{_LETTERS}\d&.]{{0,24}}){{0,4}}"
NUMBER = r"\d{1,5}[A-Za-z]?(?:\s{0,3}[-–/]\s{0,3}(?:19|20)\d{2}(?!\d))?"
DOCUMENT_NUMBER = re.compile(rf"(?<![\w/.,-])({NUMBER})\s{{0,3}}[-–/]\s{{0,3}}({SYMBOL})(?!\w)")
DATE = re.compile(
    r"(?:ngày\s{0,3})?(?<!\d)(\d{1,2})\s{0,3}(?:[/.-]|tháng)\s{0,3}(\d{1,2})\s{0,3}(?:[/.-]|"
    r",?\s?năm)\s{0,3}(\d{4})(?!\d)",
    re.IGNORECASE,
)

# Slips of typing met in real plans; the right side is what was meant.
_SLIPS = (
    (re.compile(r"D{2,}ĐT"), "DĐT"),
    (re.compile(r"Đ{2,}"), "Đ"),
    (re.compile(r"&{2,}"), "&"),
    (re.compile(r"/{2,}"), "/"),
    (re.compile(r"-{2,}"), "-"),
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A document's number and symbol. ``slip`` is the printed form when it had to be put right, else ``None``."""

    number: str | None
    symbol: str | None
    slip: str | None = None


def normal_number(number: str | None, symbol: str | None) -> DocumentNumber:
    """Put number and symbol into their normal form.

    Spaces around "/" and "-" go, an en dash becomes a hyphen, and a year is joined by a slash ("11-2020" becomes
    "11/2020"). Only a change that a reader would call a correction is reported as a slip.
    """
    plain_number = re.sub(r"\s+", "", number or "").replace("–", "-")
    plain_symbol = re.sub(r"\s+", "", symbol or "").replace("–", "-").rstrip(".&")
    right_number = plain_number.replace("-", "/")
    right_symbol = plain_symbol
    for pattern, meant in _SLIPS:
        right_symbol = pattern.sub(meant, right_symbol)
    slipped = (right_number, right_symbol) != (plain_number, plain_symbol)
    printed = "/".join(part for part in (plain_number, plain_symbol) if part)
    return DocumentNumber(right_number or None, right_symbol or None, printed if slipped else None)


def make_date(day: str, month: str, year: str) -> date | None:
    """The date, or ``None`` when the calendar has no such day."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


TYPES: dict[str, str] = {
    "KH": "Kế hoạch",
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "QC": "Quy chế",
    "QyĐ": "Quy định",
    "TC": "Thông cáo",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "CTr": "Chương trình",
    "CTR": "Chương trình",
    "PA": "Phương án",
    "ĐA": "Đề án",
    "DA": "Dự án",
    "BC": "Báo cáo",
    "BB": "Biên bản",
    "TTr": "Tờ trình",
    "TTR": "Tờ trình",
    "CĐ": "Công điện",
    "TT": "Thông tư",
    "NĐ": "Nghị định",
    "TTLT": "Thông tư liên tịch",
    "KL": "Kết luận",
    "VBHN": "Văn bản hợp nhất",
    "CV": "Công văn",
}


def type_of_symbol(symbol: str) -> str:
    """The type a symbol names; a symbol without a type abbreviation is that of an official letter (công văn)."""
    first = re.split(r"[-/]", symbol, maxsplit=1)[0]
    if re.match(r"^QH\d", first):
        return "Luật"
    return TYPES.get(first, "Công văn")
