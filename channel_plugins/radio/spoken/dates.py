"""Dates, school years and clock times as they are spoken.

Days 1 to 10 take "mùng" and month 4 is "tư". A pair like 3/4 is a date unless the words around it say that it is a
share ("3/4 học sinh") or an address ("số 3/4 đường ...").
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .numbers import SCORE_BEFORE, ordinal, words
from .options import SpeechOptions

_DASH = r"\s*[-–—]\s*"
_NOT_AFTER = r"(?<![\w/.,:])(?<!\d-)"
_NOT_BEFORE = r"(?![\w/]|[.,:]\d|-\d)"

_DAY_BEFORE = re.compile(r"(?:ngày|mùng|mồng)\s*$", re.I)
_FIRST_TEN_BEFORE = re.compile(r"(?:mùng|mồng)\s*$", re.I)
_MONTH_BEFORE = re.compile(r"tháng\s*$", re.I)
_YEAR_BEFORE = re.compile(r"(?:năm|niên khóa|niên khoá|các năm)\s*$", re.I)
_SCHOOL_YEAR_BEFORE = re.compile(r"(?:năm học|niên khóa|niên khoá|NH)\s*:?\s*$", re.I)
_PERIOD_BEFORE = re.compile(r"(?:giai đoạn|nhiệm kỳ|nhiệm kì|từ|từ năm|các năm|thời kỳ|khóa|khoá)\s*$", re.I)
_ADDRESS_BEFORE = re.compile(
    r"(?:(?<!\w)(?:số|số nhà|ngõ|hẻm|ngách|kiệt|lô|căn|phòng|tỷ số|tỉ số|tỷ lệ|tỉ lệ|lớp|tổ|điều|khoản|vòng|trận|"
    r"quyết định|thông tư|nghị định|kế hoạch|công văn|chỉ thị|nghị quyết|luật|đạt|được|có|còn))\s*$",
    re.I,
)
_DATE_BEFORE = re.compile(
    r"(?:ngày|mùng|mồng|sáng|trưa|chiều|tối|đêm|hôm|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|dịp|lễ|từ|đến|"
    r"trước|sau|kỷ niệm|kỉ niệm|chào mừng|mừng|quốc khánh|hạn)\s*,?\s*\(?$",
    re.I,
)
_FEAST_BEFORE = re.compile(r"(?:ngày|dịp|lễ|chào mừng|kỷ niệm|kỉ niệm|quốc khánh|mừng)\s*$", re.I)
_SHARE_AFTER = re.compile(
    r"\s*(?:tổng số|số|học sinh|giáo viên|cán bộ|nhân viên|trẻ|cháu|em|lớp|trường|người|phiếu|hộ|xã|phường|đơn vị|"
    r"đại biểu|thành viên|điểm|tiết|buổi|môn|tiêu chí|chỉ tiêu|phụ huynh|chi đội|đội|nhóm|thời gian|diện tích|"
    r"quãng|chặng|dân số|giải|câu|bài|tổ|khối|gia đình|đồng chí|đảng viên|đoàn viên|sản phẩm|tác phẩm|thôn|ấp|"
    r"ngày|tháng|thời lượng|HS|GV|CB|PH|CMHS)(?!\w)"
)
_COUNT_AFTER = re.compile(r"\s*(?:buổi|lần|bữa|tiết|giờ|ca|lượt|chuyến|nắng|công|đêm)(?!\w)", re.I)
# Days everybody writes without "ngày", whatever follows them.
_KNOWN_DAYS = frozenset({(1, 1), (1, 5), (1, 6), (2, 9), (5, 6), (5, 9), (9, 11), (10, 10), (1, 10), (1, 12)})


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 60) : match.start()]


def _after(match: re.Match[str]) -> str:
    return match.string[match.end() : match.end() + 40]


def _is_day(day: int, month: int) -> bool:
    return 1 <= day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31) and 1 <= month <= 12


def month_words(month: int) -> str:
    """Return "một" ... "tư" ... "mười hai"."""
    return "tư" if month == 4 else words(month)


def _day_words(day: int, before: str) -> str:
    plain = words(day)
    return plain if day > 10 or _FIRST_TEN_BEFORE.search(before) else f"mùng {plain}"


def date_words(day: int, month: int, year: int | None = None, options: SpeechOptions | None = None) -> str:
    """Return "ngày mùng năm tháng chín năm hai nghìn không trăm hai mươi sáu"."""
    tail = f" năm {words(year, options or SpeechOptions())}" if year else ""
    return f"ngày {_day_words(day, '')} tháng {month_words(month)}{tail}"


def _spoken_date(before: str, day: int, month: int, year: int | None, options: SpeechOptions) -> str:
    head = "" if _DAY_BEFORE.search(before) else "ngày "
    tail = f" năm {words(year, options)}" if year else ""
    return f"{head}{_day_words(day, before)} tháng {month_words(month)}{tail}"


def _full_year(written: str) -> int:
    return int(written) if len(written) == 4 else 2000 + int(written)


def _full_dates(text: str, options: SpeechOptions) -> str:
    def replace(match: re.Match[str]) -> str:
        day, month = int(match["day"]), int(match["month"])
        if not _is_day(day, month):
            return match[0]
        return _spoken_date(_before(match), day, month, _full_year(match["year"]), options)

    slashes = rf"{_NOT_AFTER}(?P<day>\d{{1,2}})\s?/\s?(?P<month>\d{{1,2}})\s?/\s?(?P<year>\d{{4}}|\d{{2}}){_NOT_BEFORE}"
    others = (
        rf"{_NOT_AFTER}(?P<day>\d{{1,2}})(?P<sep>[-.])(?P<month>\d{{1,2}})(?P=sep)(?P<year>[12]\d{{3}}){_NOT_BEFORE}"
    )
    return re.sub(others, replace, re.sub(slashes, replace, text))


def _date_ranges(text: str, options: SpeechOptions) -> str:
    def of_days(match: re.Match[str]) -> str:
        first, last, month = int(match[1]), int(match[2]), int(match[3])
        year = int(match[4]) if match[4] else None
        before = _before(match)
        if not (_is_day(first, month) and _is_day(last, month) and first < last):
            return match[0]
        head = "" if _DAY_BEFORE.search(before) else "ngày "
        return f"{head}{_day_words(first, before)} đến {_spoken_date('', last, month, year, options)}"

    part = r"\d{1,2}/\d{1,2}(?:/\d{4})?"
    text = re.sub(rf"(?<![\d/])({part}){_DASH}({part})(?![\d/])", r"\1 đến \2", text)
    return re.sub(rf"{_NOT_AFTER}(\d{{1,2}}){_DASH}(\d{{1,2}})/(\d{{1,2}})(?:/(\d{{4}}))?{_NOT_BEFORE}", of_days, text)


def _written_dates(text: str) -> str:
    def day_and_month(match: re.Match[str]) -> str:
        day, month = int(match["day"]), int(match["month"])
        if not _is_day(day, month):
            return match[0]
        first_ten = "" if match["lead"].lower() in ("mùng", "mồng") else "mùng " if day <= 10 else ""
        return f"{match['lead']} {first_ten}{words(day)} tháng {month_words(month)}"

    def day_alone(match: re.Match[str]) -> str:
        day = int(match[2])
        if not 1 <= day <= 31 or _COUNT_AFTER.match(_after(match)):
            return match[0]
        first_ten = "mùng " if day <= 10 and match[1].lower() == "ngày" else ""
        return f"{match[1]} {first_ten}{words(day)}"

    text = re.sub(
        r"(?i)(?<!\w)(?P<lead>ngày|mùng|mồng)\s+(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})(?![\w/]|[.,]\d)",
        day_and_month,
        text,
    )
    text = re.sub(
        rf"(?i)(?<!\w)(ngày)\s+(\d{{1,2}}){_DASH}(\d{{1,2}})(?=\s+tháng)",
        lambda m: f"{m[1]} {_day_words(int(m[2]), '')} đến ngày {_day_words(int(m[3]), '')}",
        text,
    )
    return re.sub(r"(?i)(?<!\w)(ngày|mùng|mồng)\s+(\d{1,2})(?![\w/%]|[.,]\d|\s*[-–]\s*\d)", day_alone, text)


def _months(text: str, options: SpeechOptions) -> str:
    def with_year(match: re.Match[str]) -> str:
        month = int(match[1])
        if not 1 <= month <= 12 or _ADDRESS_BEFORE.search(_before(match)):
            return match[0]
        head = "" if _MONTH_BEFORE.search(_before(match)) else "tháng "
        return f"{head}{month_words(month)} năm {words(int(match[2]), options)}"

    def pair(match: re.Match[str]) -> str:
        first, last = int(match[2]), int(match[3])
        if not (1 <= first <= 12 and 1 <= last <= 12):
            return match[0]
        year = f" năm {words(int(match[4]), options)}" if match[4] else ""
        return f"{match[1]} {month_words(first)} đến tháng {month_words(last)}{year}"

    def alone(match: re.Match[str]) -> str:
        month = int(match[2])
        return f"{match[1]} {month_words(month)}" if 1 <= month <= 12 else match[0]

    text = re.sub(rf"(?i)(?<!\w)(tháng)\s+(\d{{1,2}}){_DASH}(\d{{1,2}})(?:/([12]\d{{3}}))?(?![\w/]|[.,]\d)", pair, text)
    text = re.sub(rf"{_NOT_AFTER}(\d{{1,2}})\s?/\s?([12]\d{{3}}){_NOT_BEFORE}", with_year, text)
    return re.sub(r"(?i)(?<!\w)(tháng)\s+(\d{1,2})(?![\w/%]|[.,]\d)", alone, text)


def _short_dates(text: str, options: SpeechOptions) -> str:
    def replace(match: re.Match[str]) -> str:
        day, month, before = int(match["day"]), int(match["month"]), _before(match)
        named = bool(_DATE_BEFORE.search(before))
        all_hours = (day, month) == (24, 7) and not named
        if not _is_day(day, month) or all_hours or (not named and _ADDRESS_BEFORE.search(before)):
            return match[0]
        share = day <= month and _SHARE_AFTER.match(_after(match)) and not match["day"].startswith("0")
        if share and not named and (day, month) not in _KNOWN_DAYS:
            return match[0]
        return _spoken_date(before, day, month, None, options)

    def hyphen(match: re.Match[str]) -> str:
        day, month, before = int(match["day"]), int(match["month"]), _before(match)
        falling = day > month and not SCORE_BEFORE.search(before) and not _ADDRESS_BEFORE.search(before)
        if not _is_day(day, month) or not (falling or _FEAST_BEFORE.search(before)):
            return match[0]
        return _spoken_date(before, day, month, None, options)

    text = re.sub(rf"{_NOT_AFTER}(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}}){_NOT_BEFORE}", replace, text)
    with_hyphen = rf"{_NOT_AFTER}(?P<day>\d{{1,2}})-(?P<month>\d{{1,2}})(?![\w/%-]|[.,]\d|\s+tháng)"
    return re.sub(with_hyphen, hyphen, text)


def _years(text: str, options: SpeechOptions) -> str:
    def replace(match: re.Match[str]) -> str:
        first, last, before = int(match[1]), int(match[2]), _before(match)
        spoken = f"{words(first, options)}, {words(last, options)}"
        if last == first + 1 and _SCHOOL_YEAR_BEFORE.search(before):
            return spoken
        if last == first + 1 and not _PERIOD_BEFORE.search(before) and not _YEAR_BEFORE.search(before):
            return f"năm học {spoken}"
        return f"{words(first, options)} đến {words(last, options)}"

    return re.sub(rf"(?<![\w/.,])([12]\d{{3}}){_DASH}([12]\d{{3}})(?![\w/]|[.,]\d)", replace, text)


def _lists(text: str, _: SpeechOptions) -> str:
    """Give a list without blanks its blanks ("lớp 6,7,8"), and a quarter or semester its year."""
    nouns = (
        r"lớp|khối|tổ|tiết|tuần|câu|bài|phường|quận|ngày|tháng|thứ|mùng|chi đội|đội|nhóm|phòng|ca|mục|điều|khoản|trang|"
        r"ấp|thôn|khu phố|điểm trường"
    )
    text = re.sub(r"(?<!\w)Q([1-4])\s?/\s?(?=[12]\d{3})", r"quý \1/", text)
    text = re.sub(r"(?<![\d.,])\d{1,2}(?:,\d{1,2}){2,}(?![\d,]|\.\d)", lambda m: m[0].replace(",", ", "), text)
    text = re.sub(rf"(?i)(?<!\w)((?:{nouns})\s+\d{{1,2}}),(?=\d{{1,2}}(?![\d,%]))", r"\1, ", text)
    return re.sub(
        r"(?i)(?<!\w)((?:quý|học kỳ|học kì|kỳ|tuần)\s+(?:\d{1,2}|[IVX]+))\s?/\s?([12]\d{3})(?![\w/])",
        r"\1 năm \2",
        text,
    )


def _ordinals(text: str, options: SpeechOptions) -> str:
    def days(match: re.Match[str]) -> str:
        return re.sub(r"\d", lambda m: "tư" if m[0] == "4" else words(int(m[0])), match[0])

    text = re.sub(r"(?<!\w)[Tt]hứ\s+[2-7](?:\s*(?:,|và|-|đến)\s*[2-7](?![\w/.]))+", days, text)
    return re.sub(
        r"(?<!\w)([Tt])hứ\s+(\d{1,3})(?![\w/%]|[.,]\d)",
        lambda m: f"{m[1]}{ordinal(int(m[2]), options)[1:]}",
        text,
    )


def _clock(hour: str, minute: str | None) -> str | None:
    if int(hour) > 24 or (minute and int(minute) > 59):
        return None
    tail = f" {words(int(minute))} phút" if minute and int(minute) else ""
    return f"{words(int(hour))} giờ{tail}"


def times(text: str, options: SpeechOptions) -> str:  # noqa: ARG001 - one shape for every pass
    """Return `text` with clock times in words: 7h30, 07:30, 7 giờ 30, 7h30-9h, 15'."""

    def range_of_hours(match: re.Match[str]) -> str:
        first, last = _clock(match[1], None), _clock(match[2], match[3])
        return f"{first} đến {last}" if first and last else match[0]

    def single(match: re.Match[str]) -> str:
        return _clock(match[1], match[2]) or match[0]

    hour = r"(?:h|g(?=\d)|giờ)"
    point = rf"\d{{1,2}}\s?{hour}(?:\s?\d{{2}}(?!\d))?(?:\s?(?:phút|p|'|’|′))?"
    text = re.sub(rf"(?<![\w/.,])({point}){_DASH}({point})", r"\1 đến \2", text)
    text = re.sub(rf"(?<![\w:])(\d{{1,2}}:[0-5]\d){_DASH}(\d{{1,2}}:[0-5]\d)(?![\d:])", r"\1 đến \2", text)
    text = re.sub(rf"(?<![\w/.,])(\d{{1,2}}){_DASH}(\d{{1,2}})\s?(?:h|giờ)\s?(\d{{2}})?(?!\w)", range_of_hours, text)
    text = re.sub(
        rf"(?<![\w/.,])(\d{{1,2}})\s?{hour}(?:\s?(\d{{2}})(?![\d/]|[.,]\d))?(?:\s?(?:phút|p|'|’|′)(?!\w))?(?!\w)",
        single,
        text,
    )
    text = re.sub(r"(?<![\w:/.,])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])(?:\s?(?:h|giờ)(?!\w))?", single, text)
    return re.sub(r"(?<![\w/.,])(\d{1,3})\s?['’′](?![\w'])", lambda m: f"{words(int(m[1]))} phút", text)


def dates(text: str, options: SpeechOptions) -> str:
    """Return `text` with dates, months, school years, periods and ordinals in words."""
    steps: tuple[Callable[[str, SpeechOptions], str], ...] = (
        _lists,
        _date_ranges,
        _full_dates,
        lambda part, _: _written_dates(part),
        _months,
        _short_dates,
        _years,
        _ordinals,
    )
    for step in steps:
        text = step(text, options)
    return text
