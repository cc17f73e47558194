"""Amounts as they are spoken: percent, money, measures, ranges, shares, classes, Roman ordinals, bare numbers."""

from __future__ import annotations

import re

from .numbers import SCORE_BEFORE, ordinal, read, roman, spell, words
from .options import SpeechOptions

_DASH = r"\s*[-–—]\s*"
NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?(?!\d)|\d+(?:[.,]\d+)*"
_START = r"(?<![\w.,/])"

#: Measures after a number. A thousand is said as the station says it.
UNITS = {
    "%": "phần trăm",
    "‰": "phần nghìn",
    "km/h": "ki lô mét trên giờ",
    "km/giờ": "ki lô mét trên giờ",
    "m/s": "mét trên giây",
    "km²": "ki lô mét vuông",
    "km2": "ki lô mét vuông",
    "m²": "mét vuông",
    "m2": "mét vuông",
    "m³": "mét khối",
    "m3": "mét khối",
    "cm²": "xen ti mét vuông",
    "cm2": "xen ti mét vuông",
    "cm³": "xen ti mét khối",
    "km": "ki lô mét",
    "hm": "héc tô mét",
    "dm": "đề xi mét",
    "cm": "xen ti mét",
    "mm": "mi li mét",
    "m": "mét",
    "ha": "héc ta",
    "kg": "ki lô gam",
    "Kg": "ki lô gam",
    "KG": "ki lô gam",
    "mg": "mi li gam",
    "g": "gam",
    "ml": "mi li lít",
    "l": "lít",
    "kWh": "ki lô oát giờ",
    "KWh": "ki lô oát giờ",
    "kW": "ki lô oát",
    "KB": "ki lô bai",
    "MB": "mê ga bai",
    "GB": "gi ga bai",
    "°C": "độ C",
    "ºC": "độ C",
    "oC": "độ C",
    "°": "độ",
    "VNĐ": "đồng",
    "VND": "đồng",
    "vnđ": "đồng",
    "vnd": "đồng",
    "₫": "đồng",
    "đ": "đồng",
    "USD": "đô la Mỹ",
    "$": "đô la",
    "€": "ơ rô",
    "tr": "triệu",
    "Tr": "triệu",
    "h": "giờ",
    "s": "giây",
}
_THOUSAND_MARKS = ("k", "K")
_DECIMAL_AFTER = r"(?=\s?(?:%|điểm|phần trăm|triệu|tỷ|tỉ|tấn|mét|ki lô|lần|giờ|độ))"
_ORDINAL_NOUN = (
    r"học kỳ|học kì|kỳ|kì|quý|phần|mục|chương|khối|cấp|hạng|thế kỷ|thế kỉ|đợt|vòng|giải|bảng|tập|khóa|khoá|khu|vùng|"
    r"tuyến|loại|phụ lục|nhóm|tiểu mục|bậc|đội|tổ|lần|điều|học phần|mức|đại chiến|HK"
)
_WHOLE_AFTER = re.compile(r"\s*(?:số|tổng số|diện tích|thời gian|dân số|quãng|chặng|ngày)(?!\w)")
_ROUND_BEFORE = re.compile(r"(?:vòng|trận)\s*$", re.I)
_ADDRESS_BEFORE = re.compile(r"(?:số|số nhà|ngõ|hẻm|tổ|điểm)\s*$", re.I)
_SAME_NOUN = re.compile(
    rf"((?<!\w)(?P<noun>thứ|tháng|lớp|tuần|khối|bài|tiết|trang|tổ) \w+){_DASH}((?P=noun) \w+|chủ nhật)", re.I
)
_PART_BEFORE = re.compile(
    r"(?:mục|điều|khoản|phần|bài|phiên bản|chương|tiêu chí|tiêu chuẩn|hình|bảng|câu|phụ lục)\s*$", re.I
)


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 60) : match.start()]


def _amount(written: str, options: SpeechOptions) -> str:
    if re.fullmatch(r"\d+\.\d{1,2}|\d+\.\d{4,}|0\.\d+", written):
        written = written.replace(".", ",")
    return read(written, options)


def _plain(written: str, before: str, options: SpeechOptions) -> str:
    """A number with one dot is a decimal of a hurried writer, unless it is a version (4.0) or a numbered part."""
    decimal = re.fullmatch(r"0\.\d+|\d+\.(?!0$)\d{1,2}", written) and not _PART_BEFORE.search(before)
    return read(written.replace(".", ",") if decimal else written, options)


def roman_ordinals(text: str, options: SpeechOptions) -> str:
    """Return `text` with Roman numerals from I to XXXIX in words where they stand for an order.

    One letter alone (I, V, X) is read as a number only after a noun that is counted, at the beginning of a
    heading, or in a row with others.
    """

    def plain(match: re.Match[str]) -> str:
        value = roman(match["roman"])
        return match[0] if value is None else f"{match['head'] or ''}{words(value, options)}"

    def nth(match: re.Match[str]) -> str:
        value = roman(match[2])
        return match[0] if value is None else f"{match[1]}{ordinal(value, options)[1:]}"

    end = r"(?![\w'’])"
    text = re.sub(rf"(?<!\w)([Tt])hứ\s+([IVX]+){end}", nth, text)
    nouns = rf"(?P<head>(?<!\w)(?i:{_ORDINAL_NOUN})\s+)"
    text = re.sub(rf"{nouns}(?P<roman>[IVX]+){end}", plain, text)
    text = re.sub(r"^(?P<head>\s*)(?P<roman>[IVX]+)(?=\s*[.):/-]\s*\D)", plain, text)
    row = r"(?=\s*(?:,|và|-|–|đến)\s*[IVX]{2,}(?!\w))"
    text = re.sub(rf"(?P<head>(?<!\w))(?P<roman>[IVX]){row}", plain, text)
    dashed = rf"(?<=[^\W\d_])\s*[-–]\s*(?=[IVX]+{end})"
    text = re.sub(rf"((?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)){dashed}", r"\1 đến ", text)
    return re.sub(rf"(?P<head>(?<![\w.&/'’]))(?P<roman>[IVX]{{2,}}){end}(?![&/]\w)", plain, text)


def numbered_classes(text: str, options: SpeechOptions) -> str:
    """Return `text` with classes written as two numbers ("lớp 4/1, 4/2") in words; to be done before dates."""

    def name(match: re.Match[str]) -> str:
        # "mười ba" would be class 13
        joint = " trên " if match[1] == "10" else " "
        return f"{words(int(match[1]), options)}{joint}{words(int(match[2]), options)}"

    one = r"\d{1,2}/\d{1,2}(?![\w/])"
    row = rf"(?i)(?<!\w)lớp\s+(?:\d{{1,2}}[a-zđ]\d{{0,2}}\s*(?:,|và)\s*)*{one}(?:\s*(?:,|và|-|–|đến)\s*{one})*"
    return re.sub(row, lambda m: re.sub(r"(\d{1,2})/(\d{1,2})", name, m[0]), text)


def classes(text: str, options: SpeechOptions) -> str:
    """Return `text` with class names and letter-number names in words: 12A1, 5B, lớp 4/1, A4, 3D, H5N1."""

    def name(match: re.Match[str]) -> str:
        return " ".join(
            read(part, options) if part[0].isdigit() else part for part in re.findall(r"\d+|[^\W\d_]", match[0])
        )

    class_name = r"\d{1,2}[A-ZĐ]{1,2}\d{0,2}"
    text = re.sub(rf"(?<!\w)({class_name}){_DASH}({class_name})(?!\w)", r"\1 đến \2", text)
    text = re.sub(
        r"(?i)((?<!\w)(?:lớp|khối)\s+)(\d{1,2}[a-zđ]\d{0,2})(?!\w)", lambda m: m[1] + _class(m[2], options), text
    )
    text = re.sub(r"(?<![\w.,/])\d{1,2}(?!K(?!\w))[A-ZĐ]\d{0,2}(?!\w)", name, text)
    return re.sub(r"(?<![\w/&-])(?:[A-ZĐ]\d{1,3}){1,3}(?![\w/&]|[.,]\d)", name, text)


def _class(written: str, options: SpeechOptions) -> str:
    parts = re.findall(r"\d+|[^\W\d_]", written)
    return " ".join(read(part, options) if part.isdigit() else part.upper() for part in parts)


def _slashes(text: str, options: SpeechOptions) -> str:
    def share(match: re.Match[str]) -> str:
        first, second = match[1], match[2]
        small = len(first) <= 2 and len(second) <= 2 and 0 < int(first) < int(second) <= 10
        parted = (len(second) == 1 and int(second) <= 4) or _WHOLE_AFTER.match(
            match.string[match.end() : match.end() + 20]
        )
        if small and (parted or _ROUND_BEFORE.search(_before(match))) and not _ADDRESS_BEFORE.search(_before(match)):
            below = "tư" if int(second) == 4 else words(int(second), options)
            return f"{words(int(first), options)} phần {below}"
        return f"{read(first, options)} trên {read(second, options)}"

    text = re.sub(rf"{_START}(\d+(?:\.\d{{3}})*)\s?/\s?(\d+(?:\.\d{{3}})*)(?![\w/]|[.,]\d)", share, text)
    per = rf"({_START}(?:{NUMBER})%?\s?(?:[^\W\d_²³]+[23²³]?\s?){{0,3}}?)\s?/\s?(?=\w)"
    text = re.sub(per, r"\1 trên ", text)
    return re.sub(r"( trên (?:[^\W\d_]+\s?){1,3}?)\s?/\s?(?=[^\W\d_])", r"\1 trên ", text)


def _money(text: str, options: SpeechOptions) -> str:
    def mixed_million(match: re.Match[str]) -> str:
        rest = int(match[2]) * 10 ** (3 - len(match[2]))
        return f"{words(int(match[1]), options)} triệu {words(rest, options)} {options.thousand}"

    def metres(match: re.Match[str]) -> str:
        rest = spell(match[2]) if match[2].startswith("0") else words(int(match[2]), options)
        return f"{words(int(match[1]), options)} mét {rest}"

    text = re.sub(rf"{_START}\$\s?({NUMBER})(?!\w)", r"\1$", text)
    text = re.sub(rf"{_START}(\d{{1,4}})\s?tr(\d{{1,3}})(?:đ|đồng)?(?!\w)", mixed_million, text)
    return re.sub(rf"{_START}([12])m(\d{{2}})(?!\w)", metres, text)


def measures(text: str, options: SpeechOptions) -> str:
    """Return `text` with numbers that carry a unit, and ranges of numbers, in words."""
    thousand = dict.fromkeys(_THOUSAND_MARKS, options.thousand)
    table = {**UNITS, "‰": f"phần {options.thousand}", **thousand}
    names = "|".join(re.escape(name) for name in sorted(table, key=len, reverse=True))

    def with_unit(match: re.Match[str]) -> str:
        first, last, unit, more = match["first"], match["last"], match["unit"], match["more"]
        spoken = _amount(first, options)
        if unit == "đ" and re.fullmatch(r"(?:\d|10)[.,]\d{1,2}", first):
            # nobody pays fractions of a đồng: these are marks
            return f"{spoken} điểm"
        if last:
            spoken += f" đến {_amount(last, options)}"
        if re.search(r"(?<![\w\s])-$|(?:^|\s)[-−]$", _before(match)) and "°" in unit:
            spoken = f"âm {spoken}"
        return f"{spoken} {table[unit]}" + (f" {table[more]}" if more else "")

    def span(match: re.Match[str]) -> str:
        first, last = _amount(match[1], options), _amount(match[2], options)
        return f"{first} {last}" if SCORE_BEFORE.search(_before(match)) else f"{first} đến {last}"

    text = re.sub(r"(?<![\w.,])([1-9]\d{0,2}(?: \d{3}){2,})(?![\w])", lambda m: m[1].replace(" ", "."), text)
    text = _SAME_NOUN.sub(r"\1 đến \3", text)
    text = _money(text, options)
    text = re.sub(r"(km|m)/(h|giờ|s)(?!\w)", lambda m: f"{m[1]}⁄{m[2]}", text)
    text = _slashes(text, options).replace("⁄", "/")
    same = rf"(?P<same>\s?(?:{names}))?"
    text = re.sub(
        rf"(?<![\w.,/])(?P<first>{NUMBER})(?:{same}{_DASH}(?P<last>{NUMBER}))?\s?(?P<unit>{names})"
        rf"(?P<more>đ|VNĐ|₫)?(?![\w²³])",
        with_unit,
        text,
    )
    text = re.sub(rf"{_START}(\d+)\.(\d{{1,2}}){_DECIMAL_AFTER}", r"\1,\2", text)
    chain = rf"{_START}\d+(?:-\d+){{2,}}(?!\w)"
    text = re.sub(chain, lambda m: ", ".join(read(part, options) for part in m[0].split("-")), text)
    text = re.sub(rf"{_START}(\d{{1,3}})([a-zđ])(?!\w)", lambda m: f"{read(m[1], options)} {m[2]}", text)
    return re.sub(rf"{_START}({NUMBER}){_DASH}({NUMBER})(?![\w%])", span, text)


def signs(text: str, options: SpeechOptions) -> str:  # noqa: ARG001 - one shape for every pass
    """Return `text` with arithmetic signs around numbers in words."""
    text = re.sub(r"(?<=\d)\s*[x×*]\s*(?=\d)", " nhân ", text)
    text = re.sub(r"(?<!\w)x(?=\d)", "nhân ", text)
    text = re.sub(r"(?<=\d)\s*\+\s*(?=\d)", " cộng ", text)
    text = re.sub(
        r"(?<=\d)\s*:\s*(?=\d)",
        lambda m: " " if SCORE_BEFORE.search(_before(m).rstrip("0123456789")) else " trên ",
        text,
    )
    text = re.sub(r"\s*(?:≥|>=)\s*(?=\d)", " ít nhất ", text)
    text = re.sub(r"\s*(?:≤|<=)\s*(?=\d)", " nhiều nhất ", text)
    text = re.sub(r"\s*>\s*(?=\d)", " hơn ", text)
    text = re.sub(r"\s*<\s*(?=\d)", " dưới ", text)
    text = re.sub(r"[~≈]\s*(?=\d)", "khoảng ", text)
    text = re.sub(r"±\s*(?=\d)", "cộng trừ ", text)
    return re.sub(r"\s*=\s*", " bằng ", text)


def bare_numbers(text: str, options: SpeechOptions) -> str:
    """Return `text` with every digit that is still there in words."""
    text = re.sub(rf"(?<![\d.,])(?:{NUMBER})", lambda m: f" {_plain(m[0], _before(m), options)} ", text)
    return re.sub(r"\d+", lambda m: f" {spell(m[0])} ", text)
