"""Which body speaks in a plan when the head is lost, and whether the plan always spells it the same way."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from .lines import flat, squeeze

_ACTS = r"(?:xây dựng|ban hành|triển khai|tổ chức|lập|đề ra|thông báo|tiếp tục|đưa ra|cụ thể hóa|hướng dẫn)"
_KINDS = (
    r"(?:[Tt]rường|TRƯỜNG|Phòng|PHÒNG|Sở|SỞ|Ủy ban nhân dân|Uỷ ban nhân dân|ỦY BAN NHÂN DÂN|UBND|Trung tâm|Đảng ủy|"
    r"Đảng uỷ|Chi bộ|Công đoàn|Đoàn trường|"
    r"Đoàn Thanh niên|Liên đội|Cụm|Bộ Giáo dục|Ban Chỉ đạo|Ban Giám hiệu|Liên đoàn Lao động|Nhóm trẻ|Cơ sở)"
)
_SPEAKS = re.compile(
    rf"(?:^|[,;.:]\s*|(?<=hành)\s|(?<=đơn vị)\s|(?<=nhà trường)\s)(?:(?:nay|hiện|nên|do đó|"
    rf"các)\s*,?\s*)?(?P<body>{_KINDS}\s[^,;.:()]{{1,110}}?)(?:\s+năm học [\d –-]{{4,12}})?"
    rf"(?:\s*\([^()]{{1,60}}\))?\s*,?\s+(?:nay\s+|sẽ\s+|đã\s+)?{_ACTS}(?!\w)",
    re.MULTILINE,
)
_CLOSES = re.compile(
    r"của\s+(?P<body>(?:[Tt]rường|Phòng|Sở|UBND|Ủy ban|Uỷ ban)\s[^,;.:()]{2,90}?)(?=\s*(?:[,;.:(]|$|về\s|\d))"
)
_GENERIC = re.compile(
    r"^(?:nha truong|truong hoc|truong|phong|so|cac .*|toan truong|truong minh|"
    r"truong (?:hoc|ta|da|se|can|phai|trong)\b.*)$"
)
_LONG_FORMS = (
    (r"mn", "mam non"),
    (r"mg", "mau giao"),
    (r"thcs", "trung hoc co so"),
    (r"thpt", "trung hoc pho thong"),
    (r"th", "tieu hoc"),
    (r"ubnd", "uy ban nhan dan"),
    (r"gd ?(?:&|va)? ?dt", "giao duc va dao tao"),
    (r"pgd(?: ?& ?)?dt", "phong giao duc va dao tao"),
    (r"ptdtbt", "pho thong dan toc ban tru"),
    (r"ptdtnt", "pho thong dan toc noi tru"),
    (r"vh ?- ?xh", "van hoa xa hoi"),
)
_TYPE_PART = re.compile(
    r"^(?:truong|phong|so|uy ban nhan dan|trung tam)(?: (?:mam non|mau giao|tieu hoc|trung hoc co so|"
    r"trung hoc pho thong|va|pho thong|dan toc|ban tru|"
    r"noi tru|giao duc|dao tao|nhan dan|xa|phuong|huyen|tinh|thi tran|van hoa|xa hoi))*\s*"
)


def speaker(introduction: str) -> str | None:
    """The body that says in the introduction that it draws up the plan; the last one named, since cited bodies "
    "come before."""
    found = None
    for match in _SPEAKS.finditer(introduction):
        body = squeeze(match["body"])
        if not _GENERIC.match(flat(body)):
            found = body
    return found


def closing_body(closing: str) -> str | None:
    """The body whose plan the closing sentence says this is."""
    for match in _CLOSES.finditer(closing):
        body = squeeze(match["body"])
        if not _GENERIC.match(flat(body)) and any(word[:1].isupper() for word in body.split()[1:]):
            return body
    return None


def same_body(one: str, other: str) -> bool:
    """Whether two spellings mean one body: abbreviations opened, case and tone marks' places ignored, one may say "
    "more."""
    left, right = _long(one), _long(other)
    if left == right:
        return True
    shorter, longer = sorted((left, right), key=len)
    if not _TYPE_PART.sub("", shorter):
        return shorter.split()[0] == longer.split()[0]
    return longer.startswith(shorter) or set(shorter.split()) <= set(longer.split())


def similar_bodies(one: str, other: str) -> bool:
    """Whether two names that differ are still close enough to be one name spelt two ways."""
    return SequenceMatcher(None, _accented(one), _accented(other)).ratio() >= 0.8


def same_spelling(one: str, other: str) -> bool:
    """Whether the names agree with their accents too ("Lắk" and "Lắc" do not, nor "Hoa" and "Hòa")."""
    left, right = set(_accented(one).split()), set(_accented(other).split())
    return left <= right or right <= left


def _long(name: str) -> str:
    return _open(flat(name))


def _accented(name: str) -> str:
    text = (
        squeeze(re.sub(r"[^\w&]+", " ", name.casefold()))
        .replace("uỷ", "ủy")
        .replace("hoà", "hòa")
        .replace("thuỷ", "thủy")
    )
    for short, long in (
        ("mn", "mầm non"),
        ("mg", "mẫu giáo"),
        ("thcs", "trung học cơ sở"),
        ("thpt", "trung học phổ thông"),
        ("th", "tiểu học"),
    ):
        text = re.sub(rf"(?<!\w){short}(?!\w)", long, text)
    return text


def _open(plain: str) -> str:
    text = squeeze(re.sub(r"[^\w&]+", " ", plain))
    for short, long in _LONG_FORMS:
        text = re.sub(rf"(?<!\w){short}(?!\w)", long, text)
    return text
