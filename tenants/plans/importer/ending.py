"""The foot of a plan: recipients (Nơi nhận) on the left, title and name of the signer on the right, in any order "
"a copy leaves them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .lines import Line, flat, is_finished, is_upper, squeeze
from .model import Signer

_RECIPIENTS = re.compile(r"^[*\s_-]*noi nhan\s*(?:[:.]|$)\s*[.:]?")
_ANNEX = re.compile(
    r"^(?:phu luc|bieu mau|mau so|bieu so)(?:\s+(?:so\s*)?(?:[ivx]{1,5}|\d{1,2}))?(?:\s*[.:–-].*|\s*\(.*)?$"
)
_TITLE = re.compile(
    r"^(?:(?:duyet|phe duyet|xac nhan) (?:cua )?)?"
    r"(?:(?:kt|tm|tl|tuq|q|t/m|k/t|t/l|thua lenh|thay mat|quyen)\s*[./]?\s*)?(?:hieu truong|pho hieu truong|"
    r"p\s*\.?\s*hieu truong|hieu pho|chu tich|"
    r"pho chu tich|truong phong|pho truong phong|pho phong|giam doc|pho giam doc|bi thu|pho bi thu|chanh van phong|"
    r"pho chanh van phong|truong ban|"
    r"pho truong ban|to truong|bo truong|thu truong|nguoi lap(?: ke hoach)?|truong nhom|tong giam doc|chu nhiem|"
    r"pho chu nhiem|phu trach truong|"
    r"vien truong|cum truong|truong cum|truong khoa)(?:\s.{0,60})?$"
)
_AUTHORITY = re.compile(
    r"^(?:kt|tm|tl|tuq|q)\s*[.:/]\s*\S.{0,80}$|"
    r"^(?:(?:kt|tm|tl|tuq|t/m|k/t|t/l)\s*[.:]?\s+|thua lenh |thay mat |thua uy quyen )"
    r"(?:uy ban|ubnd|hoi dong|ban|chi bo|chi uy|dang|hieu truong|chu tich|truong|giam doc|doan|cong doan|bi thu|"
    r"tap the)"
    r".{0,80}$"
)
_WRITER = re.compile(r"^(?:nguoi (?:lap|viet|soan)|thu ky|can bo)\b")
_SIGNED = re.compile(r"^[\[(]?\s*(?:da ky|chu ky|ky ten|ky,? ghi ro|ky va|ky dien tu|ky so|da duyet)\b.*$|^\(.*\)$")
_LAST_RECIPIENT = re.compile(r"^luu\b")
_BULLET = re.compile(r"^[-–—+*•·●]\s*")
_GLUED = re.compile(r"(?<=[.;)])\s*(?=[A-ZĐÀ-Ỹ]{1,4}\.|[A-ZĐÀ-Ỹ]{2})")
_NEXT_IN_LINE = re.compile(r"\s*;\s*[-–+]?\s*|\s+[-–]\s+(?=[A-ZĐ])")
_ACADEMIC = re.compile(r"^(?:(?:PGS|GS|TS|ThS|Ths|THS|NGƯT|NGND|BS|KS|CN|Thạc sĩ|Tiến sĩ|Đ/c)\s*[.,]?\s*)+")
_SURNAMES = frozenset(
    [
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "huynh",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
        "ly",
        "dinh",
        "trinh",
        "doan",
        "mai",
        "to",
        "lam",
        "luong",
        "truong",
        "ha",
        "cao",
        "trieu",
        "tang",
        "luu",
        "dao",
        "quach",
        "thai",
        "ta",
        "chu",
        "vuong",
        "kieu",
        "phung",
        "dam",
        "mac",
        "la",
        "lo",
        "quang",
        "luc",
        "nong",
        "hua",
        "tong",
        "giang",
        "thach",
        "danh",
        "son",
        "kim",
        "y",
        "h",
        "a",
        "ka",
        "ro",
        "sung",
        "vang",
        "giap",
        "lai",
        "khuat",
        "nghiem",
        "van",
        "ong",
        "ton",
        "au",
        "bach",
        "bo",
        "cam",
        "che",
        "cu",
        "diep",
        "du",
        "ha",
        "khong",
        "kha",
        "khuc",
        "lang",
        "lu",
        "ma",
        "ninh",
        "phi",
        "sam",
        "tieu",
        "ung",
        "viem",
        "xa",
        "than",
        "hau",
        "nhan",
        "ban",
        "lenh",
        "hang",
        "thao",
        "vi",
        "hà",
    ]
)
_MAX_SIGNATURE_LINES = 40
_MAX_TITLE_LENGTH = 90
_LONGEST_FOOT_LINE = 220
_CLOSING_MARK = re.compile(r"\.\s*/\s*\.?\s*$")


@dataclass(slots=True)
class Ending:
    """The foot: ``start`` is the index of its first line; ``annex`` the lines of what follows it."""

    start: int
    recipients: list[str] = field(default_factory=list)
    signer: Signer = field(default_factory=Signer)
    stamp: str | None = None
    annex: list[Line] = field(default_factory=list)
    right: str = ""


def read_ending(lines: list[Line]) -> Ending:
    """Find and read the foot among the lines that follow the title."""
    recipients_at = _find_recipients(lines)
    start = _find_start(lines, recipients_at)
    if start is None:
        return Ending(len(lines))
    ending = Ending(start)
    foot = lines[start:]
    for index, line in enumerate(foot):
        if index and (_ANNEX.match(flat(line.text[:200])) or line.row or len(line.text) > _LONGEST_FOOT_LINE):
            foot, ending.annex = foot[:index], foot[index:]
            break
    left, right = _sides(foot)
    ending.recipients = _recipients(left)
    ending.signer, ending.stamp = _signer(right)
    ending.right = "\n".join(right)
    return ending


def is_signer_title(text: str) -> bool:
    """Whether a line is a signer's title or authority ("KT. HIỆU TRƯỞNG", "PHÓ CHỦ TỊCH")."""
    plain = flat(text)
    if len(text) > _MAX_TITLE_LENGTH or text.rstrip().endswith((":", ";", ",")):
        return False
    return bool(_AUTHORITY.match(plain) or _TITLE.match(plain))


def looks_like_name(text: str) -> bool:
    """Whether *text* is a person's name: two to six words, each with a capital first letter (or all capitals)."""
    bare = _ACADEMIC.sub("", text.strip()).strip(" .")
    words = bare.split()
    if not 2 <= len(words) <= 6 or any(not word.replace("'", "").replace("-", "").isalpha() for word in words):
        return False
    if is_upper(bare) and len(bare) > 3:
        return flat(words[0]) in _SURNAMES and not is_signer_title(bare)
    return all(
        (word[0].isupper() and not word[1:].isupper()) or len(word) == 1 for word in words
    ) and not is_signer_title(bare)


def starts_with_surname(name: str) -> bool:
    """Whether the first word of *name* is a family name in use."""
    return flat(name.split()[0]) in _SURNAMES if name.split() else False


def _find_recipients(lines: list[Line]) -> int | None:
    for index, line in enumerate(lines):
        if not line.row and any(_RECIPIENTS.match(flat(part[:60])) for part in line.columns()[:3]):
            return index
    return None


def _find_start(lines: list[Line], recipients_at: int | None) -> int | None:
    """The first line of the foot: the recipients, or a signature standing before them, or a signature alone."""
    end = recipients_at if recipients_at is not None else len(lines)
    begin = max(0, end - (8 if recipients_at is not None else _MAX_SIGNATURE_LINES))
    for index in range(begin, end):
        line = lines[index]
        closed = index > 0 and bool(_CLOSING_MARK.search(lines[index - 1].text[-12:]))
        for part in line.columns():
            if is_signer_title(part) and (is_upper(part) or closed) and not _is_body(line, index, lines):
                return index
    return recipients_at


def _is_body(line: Line, index: int, lines: list[Line]) -> bool:
    """A title in capitals may still be a heading: then text follows that no signature has."""
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    return line.row or len(following) > 120


def _sides(foot: list[Line]) -> tuple[list[str], list[str]]:
    """Tell the left column (recipients) from the right one (signature)."""
    left: list[str] = []
    right: list[str] = []
    open_list, listed = False, False
    head = _head_column(foot)
    for line in foot:
        for position, part in _parts(line, head):
            plain = flat(part)
            recipients = _RECIPIENTS.match(plain)
            if recipients:
                open_list, listed = True, False
                rest = part[recipients.end() :].strip()
                if rest:
                    left.append(rest)
            elif position > 0 or is_signer_title(part) or _SIGNED.match(plain):
                right.append(part)
                open_list = open_list and position > 0
            elif (
                _BULLET.match(part)
                or (left and open_list and not _closes(left[-1], part))
                or (open_list and not listed and not left)
            ):
                left.append(part)
                listed, open_list = True, True
            elif _LAST_RECIPIENT.match(plain):
                left.append(part)
            else:
                right.append(part)
    return left, right


def _head_column(foot: list[Line]) -> int:
    """Of two signatures side by side, the column of the head's: the right one, unless there signs who wrote it."""
    for line in foot:
        titles = line.columns()
        if len(titles) > 1 and all(map(is_signer_title, titles)):
            return max((at for at, title in enumerate(titles) if not _WRITER.match(flat(title))), default=-1)
    return -1


def _parts(line: Line, head: int) -> list[tuple[int, str]]:
    """The columns with their positions; of two signatures side by side only the one in column *head* stays."""
    parts = list(enumerate(piece for part in line.columns() for piece in _unglued(part)))
    for belongs in (is_signer_title, looks_like_name):
        if len(parts) > 1 and all(belongs(part) for _, part in parts):
            return [parts[head if head < len(parts) else -1]]
    return parts


def _unglued(part: str) -> list[str]:
    """Two when a copy ran the signer's title into the last recipient ("- Lưu: VT.HIỆU TRƯỞNG")."""
    if _LAST_RECIPIENT.match(flat(_BULLET.sub("", part))):
        for match in _GLUED.finditer(part):
            title = part[match.end() :]
            if is_upper(title) and is_signer_title(title):
                return [part[: match.start()], title]
    return [part]


def _closes(last: str, part: str) -> bool:
    """Whether *part* can no longer be a recipient after the line *last*."""
    if looks_like_name(part) or (is_upper(part) and len(part) > 3):
        return True
    return bool(_LAST_RECIPIENT.match(flat(_BULLET.sub("", last)))) and is_finished(last)


def _recipients(left: list[str]) -> list[str]:
    found: list[str] = []
    for text in left:
        starts_new = (
            bool(_BULLET.match(text)) or not found or is_finished(found[-1]) or bool(_LAST_RECIPIENT.match(flat(text)))
        )
        bare = _BULLET.sub("", text).strip()
        if not starts_new:
            found[-1] = f"{found[-1]} {bare}"
            continue
        pieces = [piece for piece in _NEXT_IN_LINE.split(bare) if piece.strip()] if ";" in bare[:-1] else [bare]
        found += [f"{piece};" for piece in pieces[:-1]] + pieces[-1:]
    cleaned = [squeeze(text).rstrip(" ;.,/:") for text in found]
    return [text for text in cleaned if text]


def _signer(right: list[str]) -> tuple[Signer, str | None]:
    """Title, name, and the organisation's stamp text printed between them (if any)."""
    titles: list[str] = []
    names: list[str] = []
    stamp: list[str] = []
    titled = any(is_signer_title(part) for part in right)
    for part in right[:_MAX_SIGNATURE_LINES]:
        signed, bracket, after = part.partition(")")
        if is_signer_title(part) and not names:
            titles.append(part)
        elif titled and not titles:
            continue
        elif looks_like_name(part):
            names.append(part)
        elif bracket and _SIGNED.match(flat(f"{signed})")) and looks_like_name(after):
            names.append(after.strip())
        elif titles and is_upper(part) and not names and not _SIGNED.match(flat(part)):
            stamp.append(part)
    name = names[0] if names else None
    if stamp and name is None and looks_like_name(stamp[-1]):
        name = stamp.pop()
    return Signer(" ".join(titles) or None, name), " ".join(stamp) or None
