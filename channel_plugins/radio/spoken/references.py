"""What points outside the text: addresses, document symbols, telephone numbers, and what stands in brackets."""

from __future__ import annotations

import re
from collections.abc import Callable

from .abbreviations import PLAIN
from .ambiguous import resolve
from .numbers import read, spell, spell_groups, words
from .options import SpeechOptions

SITE = "trang thông tin điện tử của nhà trường"

_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”]+"
    r"|(?<![\w@.])(?:[a-zA-Z0-9-]+\.)+(?:edu|gov|com|net|org|vn|info|io|me|ly)(?:\.vn)?(?:/[^\s<>\"“”]*)?(?![\w@])"
)
_EMAIL = re.compile(
    r"(?:(?:(?<!\w)(?:qua|tại|theo)\s+)?(?:địa chỉ\s+)?(?:e-?mail|thư điện tử|hộp thư(?: điện tử)?)\s*:?\s*)?"
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.I,
)
_SITE_NAMED = re.compile(
    r"(?:website|trang web|trang mạng|trang tin|trang thông tin|trang thông tin điện tử|cổng thông tin(?: điện tử)?|"
    r"fanpage|facebook|zalo|youtube|link|đường dẫn|đường link|địa chỉ)(?: [^\s.,;:!?]+){0,6}\s*[:(-]?\s*$",
    re.I,
)

#: The kinds of document, and how their abbreviation in a symbol is read.
KINDS: dict[str, str] = {
    "KH": "kế hoạch",
    "QĐ": "quyết định",
    "CV": "công văn",
    "CT": "chỉ thị",
    "NQ": "nghị quyết",
    "TT": "thông tư",
    "TTLT": "thông tư liên tịch",
    "NĐ": "nghị định",
    "HD": "hướng dẫn",
    "BC": "báo cáo",
    "TB": "thông báo",
    "TTr": "tờ trình",
    "CĐ": "công điện",
    "KL": "kết luận",
    "QC": "quy chế",
    "PA": "phương án",
    "GM": "giấy mời",
    "BB": "biên bản",
    "CTr": "chương trình",
    "ĐA": "đề án",
}
_KIND_WORDS = (
    r"kế hoạch|quyết định|công văn|chỉ thị|nghị quyết|thông tư liên tịch|thông tư|nghị định|hướng dẫn|báo cáo|"
    r"thông báo|tờ trình|công điện|kết luận|quy chế|phương án|giấy mời|biên bản|chương trình|đề án|luật|bộ luật|"
    r"văn bản|pháp lệnh|văn bản hợp nhất"
)
_KIND_BEFORE = re.compile(rf"(?<!\w)(?:{_KIND_WORDS}|{'|'.join(KINDS)})\s*$", re.I)
_NUMBER_BEFORE = re.compile(r"(?<!\w)số\s*:?\s*$", re.I)
_ISSUERS = {
    "CP": "Chính phủ",
    "TTg": "Thủ tướng Chính phủ",
    "BGDĐT": "Bộ Giáo dục và Đào tạo",
    "TW": "Trung ương",
}
_SEGMENT = r"[A-ZĐƯ][A-ZĐƯa-z]*\d{0,3}"
_SYMBOL = re.compile(
    r"(?<![\w/.,])(?P<number>\d{1,5})[a-z]?"
    r"(?:\s?[/-]\s?(?P<year>[12]\d{3}))?"
    rf"(?P<sep>\s?[/-]\s?)(?P<symbol>{_SEGMENT}(?:\s?[-/.&]\s?(?:{_SEGMENT}|[A-ZĐƯ]))*)(?![\w/])"
)
_NUMBER_YEAR = re.compile(r"(?<![\w/.,])(?P<number>\d{1,5})/(?P<year>[12]\d{3})(?![\w/]|[.,]\d)")
_PHONE = re.compile(
    r"(?<![\w./-])(?P<number>(?:\(?\+84\)?|\(?0\d{1,4}\)?)(?:[ .-]?\d{1,4}){2,4}|1[89]00(?:[ .-]?\d{2,4}){1,2})"
    r"(?![\w/]|[.,-]\d)"
)
_SHORT_LINE = re.compile(
    r"(?P<head>(?<!\w)(?:tổng đài|đường dây nóng|hotline|điện thoại|gọi|gọi số|số máy|số điện thoại)"
    r"(?: \w+){0,4}?\s*:?\s*)"
    r"(?P<number>1\d{2})(?![\w.,/]\d|\w|/)",
    re.I,
)


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 80) : match.start()]


def _after(match: re.Match[str]) -> str:
    return match.string[match.end() : match.end() + 90]


def addresses(text: str, notes: list[str]) -> str:
    """Return `text` without e-mail and web addresses, hashtags and mentions; a place name takes their place."""

    def mail(match: re.Match[str]) -> str:
        notes.append(f"Đã thay địa chỉ thư {match[0].split()[-1]} bằng lời.")
        return "qua thư điện tử của nhà trường" if re.match(r"\s*qua", match[0], re.I) else "thư điện tử của nhà trường"

    def site(match: re.Match[str]) -> str:
        ending = re.search(r"[.,;:!?)\]]*$", match[0])
        tail = ending[0] if ending else ""
        notes.append(f"Đã bỏ địa chỉ mạng {match[0].removesuffix(tail)}; loa không đọc được địa chỉ.")
        return tail if _SITE_NAMED.search(_before(match)) else f"{SITE}{tail}"

    text = _URL.sub(site, _EMAIL.sub(mail, text))
    text = re.sub(r"(?<!\w)#[^\W\d_][\w-]*", " ", text)
    text = re.sub(r"(?<!\w)@[\w.]+", " ", text)
    return re.sub(r"[:(]\s*(?=[).;]|$)", "", text) if notes else text


def _issuer(symbol: str, after: str) -> str:
    if symbol.startswith("TTLT") or re.match(r"[^.;]*?(?<!\w)của(?!\w)", after):
        return ""
    parliament = re.search(r"(?<![A-ZĐ])QH(\d{1,2})", symbol)
    if parliament:
        return f" của Quốc hội khóa {words(int(parliament[1]))}"
    last = re.split(r"[-/]", symbol)[-1].strip()
    return f" của {_ISSUERS[last]}" if last in _ISSUERS else ""


def document_symbols(text: str, options: SpeechOptions) -> str:
    """Return `text` with "129/KH-MNXV" as "số một trăm hai mươi chín": the number, the year, never the letters.

    A body of the state is named after it when the sentence does not name one itself.
    """

    def symbol(match: re.Match[str]) -> str:
        parts = [part.strip() for part in re.split(r"[-/.&]", match["symbol"])]
        before, kind = _before(match), KINDS.get(parts[0])
        numbered, typed = bool(_NUMBER_BEFORE.search(before)), bool(_KIND_BEFORE.search(before))
        if not (kind or numbered or typed or (len(parts) > 1 and match["year"])):
            return match[0]
        if len(parts) == 1 and not (numbered or typed) and len(parts[0]) < 2:
            return match[0]
        head = "" if numbered else "số " if typed else f"{kind or 'văn bản'} số "
        year = f" năm {words(int(match['year']), options)}" if match["year"] else ""
        return f"{head}{words(int(match['number']), options)}{year}{_issuer(match['symbol'], _after(match))}"

    def with_year(match: re.Match[str]) -> str:
        before = _before(match)
        typed = _KIND_BEFORE.search(_NUMBER_BEFORE.sub("", before))
        if not typed:
            return match[0]
        head = "" if _NUMBER_BEFORE.search(before) else "số "
        return f"{head}{words(int(match['number']), options)} năm {words(int(match['year']), options)}"

    text = _NUMBER_YEAR.sub(with_year, _SYMBOL.sub(symbol, text))
    kinds = "|".join(KINDS)
    return re.sub(rf"(?<!\w)({kinds})(?=\s+số\s)", lambda m: KINDS[m[1]], text)


def phones(text: str, options: SpeechOptions) -> str:  # noqa: ARG001 - one shape for every pass
    """Return `text` with telephone numbers digit by digit, a comma between groups."""

    def number(match: re.Match[str]) -> str:
        written = match["number"]
        count = len(re.sub(r"\D", "", written))
        # eight digits after a zero are a date like 05.09.2026
        if not (8 if written.startswith("1") else 9) <= count <= 12:
            return match[0]
        plus = "cộng " if "+" in written else ""
        return plus + spell_groups(written, (4, 3, 3) if count >= 10 else (4, 4))

    text = _PHONE.sub(number, text)
    return _SHORT_LINE.sub(lambda m: f"{m['head']}{spell(m['number'])}", text)


def _initials(phrase: list[str]) -> str:
    return "".join(word[0].upper() for word in phrase)


def _named_by(token: str, text_before: str) -> str | None:
    """Return the words right before a bracket whose initials are `token`: the writer has defined it there."""
    found = re.findall(r"[^\W\d_]+", text_before[-160:])
    letters = re.sub(r"[^A-ZĐƯ]", "", token.upper())
    for size in range(len(letters), min(len(found), len(letters) + 4) + 1):
        phrase = found[-size:]
        if _initials(phrase) == letters or _initials([w for w in phrase if w.lower() not in ("và", "của")]) == letters:
            return re.sub(
                r"\s+", " ", text_before[text_before.rindex(phrase[0]) :] if size == 1 else _tail(text_before, size)
            )
    return None


def _tail(text: str, count: int) -> str:
    starts = [match.start() for match in re.finditer(r"[^\W\d_]+", text)]
    return re.sub(r"[^\w\s,]", " ", text[starts[-count] :]).strip()


def definitions(text: str, learned: dict[str, str]) -> str:
    """Return `text` without brackets that only define an abbreviation; what they define goes into `learned`.

    Both orders count: "câu lạc bộ Sách (CLBS)" and "CLBS (câu lạc bộ Sách)".
    """
    short = r"[A-ZĐƯ][A-ZĐƯa-z]*(?:[&-][A-ZĐƯ]+)*[A-ZĐƯ]"

    def after_words(match: re.Match[str]) -> str:
        name = match["name"]
        phrase = _named_by(name, match.string[max(0, match.start() - 160) : match.start()])
        if phrase:
            learned.setdefault(name, phrase)
            return ""
        before = match.string[max(0, match.start() - 80) : match.start()].rstrip().lower()
        reading = resolve(name, "", "") or PLAIN.get(re.sub(r"\W", "", name))
        return "" if reading and before.endswith(reading.lower()) else match[0]

    def before_words(match: re.Match[str]) -> str:
        phrase = match["phrase"].strip()
        if _initials(re.findall(r"[^\W\d_]+", phrase)) != re.sub(r"\W", "", match["name"]).upper():
            return match[0]
        learned.setdefault(match["name"], phrase)
        return phrase

    lead = r"(?:(?:sau đây )?(?:gọi tắt là|viết tắt là|viết tắt|gọi tắt)\s*:?\s*)?"
    text = re.sub(rf"\s*[(\[]\s*{lead}[\"“]?(?P<name>{short})[\"”]?\s*[)\]]", after_words, text)
    return re.sub(rf"(?<![\w&])(?P<name>{short})\s*\((?P<phrase>[^()]{{4,120}})\)", before_words, text)


def brackets(text: str) -> str:
    """Return `text` with what stands in brackets as a clause between commas; empty brackets go."""

    def clause(match: re.Match[str]) -> str:
        inside = match[1].strip(" .,;:–-")
        if not re.search(r"\w", inside) or re.fullmatch(r"\d{1,2}[a-z]?", inside):
            return " "
        return f", {inside}, "

    for _ in range(4):
        changed = re.sub(r"[(\[{]([^()\[\]{}]*)[)\]}]", clause, text)
        if changed == text:
            break
        text = changed
    return re.sub(r"[()\[\]{}]", ", ", text)


Pass = Callable[[str, SpeechOptions], str]


def learned_readings(text: str, learned: dict[str, str]) -> str:
    """Return `text` with every abbreviation the text itself has defined read in full."""
    for name in sorted(learned, key=len, reverse=True):
        text = re.sub(rf"(?<![\w&]){re.escape(name)}(?![\w&])", lambda match: learned[match[0]], text)
    return text


def codes(text: str, options: SpeechOptions) -> str:
    """Return `text` with long numbers in one piece (codes of eight digits and more) digit by digit."""
    return re.sub(
        r"(?<![\w.,/])\d{8,}(?![\w/]|[.,]\d)",
        lambda m: spell_groups(m[0], (3, 3, 3)) if len(m[0]) > 9 or m[0][0] == "0" else read(m[0], options),
        text,
    )
