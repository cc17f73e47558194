"""Who does an item: names in a bracket at its end, after "Phân công:", or in a heading of the implementation "
"section (X14)."""

from __future__ import annotations

import re

from .headings import heading_part, is_short_heading
from .lines import squeeze

_VERBS = (
    r"(?:cùng )?(?:phối hợp )?(?:tổ chức )?(?:thực hiện|chịu trách nhiệm(?: chính| thực hiện)?|làm đầu mối|"
    r"(?<!tổng )(?<!cán bộ )(?<!giáo viên )(?<!nhân viên )phụ trách(?: chính)?|chủ trì|"
    r"đảm nhiệm|đảm nhận|triển khai(?: thực hiện)?|theo dõi|phối hợp)"
)
_ENDS_IN_VERB = re.compile(
    rf"\s*\b(?:cùng|sẽ|là|trực tiếp)?\s*{_VERBS}(?:\s*(?:chính|nội dung này|mục này))?\s*[.;,]?$"
)
_STARTS_WITH_GIVING = re.compile(
    r"^(?:giao(?: cho| nhiệm vụ cho)?|phân công(?: cho)?|do|đầu mối|chủ trì|phụ trách|thực hiện|người thực hiện|"
    r"bộ phận thực hiện|đơn vị (?:thực hiện|chủ trì)|trách nhiệm)\s*:?\s+"
)
_NAMED = re.compile(
    r"(?:^|[.;]\s+)(?:phân công(?: thực hiện)?|người (?:thực hiện|phụ trách)|(?:đơn vị|bộ phận|cá nhân) (?:chủ trì|"
    r"thực hiện|phụ trách|phối hợp)|chủ trì|phối hợp(?: thực hiện)?|phụ trách|đầu mối)\s*:\s*"
)
_ROLE = re.compile(r"^(?:chủ trì|phối hợp|đầu mối|phụ trách|thực hiện)\s*:\s*")
_GIVEN = re.compile(r"^(?:giao(?: cho| nhiệm vụ cho)?|phân công(?: cho)?|đề nghị|yêu cầu)\s+")
_DUTY = re.compile(
    r"\s+(?:chủ trì|phối hợp|thực hiện|tham mưu|chịu trách nhiệm|theo dõi|hướng dẫn|xây dựng|(?<!các )tổ chức|làm|"
    r"đôn đốc|"
    r"(?<!vụ )tổng hợp|(?<!cán bộ )(?<!giáo viên )(?<!nhân viên )(?<!tổng )(?<!đồng chí )(?<!đ/c )phụ trách|đăng|"
    r"(?<!cán bộ )(?<!ban )quản lý|căn cứ|"
    r"triển khai|chỉ đạo|tăng cường|thường xuyên|cung cấp|rà soát|báo cáo|nghiêm túc|có trách nhiệm|quan tâm|"
    r"tích cực)\b"
)
_PAUSE = re.compile(r"[;:.]")
_HEADING_LEAD = re.compile(
    r"^(?:(?:đối với|về phía|trách nhiệm (?:của|đối với)|nhiệm vụ (?:của|đối với)|giao(?: cho)?|đề nghị|yêu cầu|"
    r"phân công)\s+)+"
)
_BODY = re.compile(
    r"^(?:bgh|ban|hiệu trưởng|phó hiệu trưởng|hiệu phó|ht|pht|tổ|toàn thể|tập thể|khối|công đoàn|bch|đoàn|chi đoàn|"
    r"đội|liên đội|"
    r"tổng phụ trách|tpt|gv\w*|giáo viên|nv\w*|nhân viên|bộ phận|phụ trách|cán bộ|cb\w*|cnv|kế toán|thư viện|"
    r"thủ quỹ|y tế|"
    r"văn thư|bảo vệ|văn phòng|phòng|sở|bộ|ubnd|[ủu][ỷy] ban|các|nhà trường|trường|cơ sở|đơn vị|trung tâm|"
    r"chuyên viên|lãnh đạo|hội|chi hội|chi bộ|chi ủy|chi uỷ|cấp ủy|bí thư|đoàn viên|đảng viên|"
    r"đảng|mặt trận|mttq|ubmttq\w*|đài|trạm|công an|thủ trưởng|lớp|phụ huynh|cha mẹ|cmhs|học sinh|hs|người phát ngôn|"
    r"người đứng đầu|thành viên|"
    r"quản trị|cụm|liên đoàn|đồng chí|đ/c|cá nhân|tất cả|mọi|pgd\w*|sgd\w*|hội đồng|công chức|viên chức|nhà giáo|"
    r"đoàn thể|tiểu ban|thường trực|(?:ông|bà|thầy|cô) (?!bà|con|mẹ|cha|cụ))"
    r"(?:(?<= )|(?!\w))"
)
# "ban hành", "tổ chức", "đội ngũ" begin like bodies and are none.
_NOT_BODY = re.compile(
    r"^(?:phòng, |(?:ban hành|tổ chức (?!đoàn|công|chính)|đội ngũ|các (?:nội dung|hoạt động|giải pháp|nhiệm vụ|"
    r"hình thức|bước|"
    r"kênh|vấn đề|chỉ tiêu|tin|bài|chủ đề|"
    r"thời điểm|mốc|sự kiện|văn bản|điều kiện|chế độ|biện pháp)|phòng (?:chống|ngừa|tránh)|trường hợp|"
    r"cơ sở (?:vật chất|"
    r"dữ liệu|pháp lý)|"
    r"hội (?:nghị|thi|thảo)|mọi (?:hoạt động|thông tin)|lớp tập|học sinh giỏi|văn phòng phẩm|bộ tài liệu|"
    r"công an toàn)\b)"
)
_NOT_OWNERS = re.compile(r"^(?:đang|sẽ|đã|chưa|tiếp tục|để|cần|nếu|theo|có|không|được|như|xem)\b")
_MAX_OWNER_WORDS = 16
_MAX_HEADING_WORDS = 14
_MAX_SUBJECT_WORDS = 10
# "Các" and "mọi" begin a subject only before a word for people; alone they count things as well.
_VAGUE = re.compile(
    r"^(?:các|mọi|tất cả)\s+(?!các |trường|đơn vị|cơ sở|tổ|bộ phận|phòng|đoàn thể|lớp|thầy|giáo viên|ban|cán bộ)"
)
_MAX_BRACKET = 400

# "và" inside one name must not split it.
_KEPT_TOGETHER = re.compile(
    r"(giáo dục|đào tạo|văn hóa|văn hoá|khoa học|thông tin|tiểu học|mầm non|mẫu giáo|trung học cơ sở|thcs|th|nội vụ|"
    r"gd|tuyên giáo|"
    r"lao động|thể thao|phát thanh|kinh tế|tài chính|tin học|thiết bị)(\s+và\s+)"
    r"(?=đào tạo|xã hội|công nghệ|truyền thông|thể thao|du lịch|trung học|thcs|thpt|đt|dân vận|thương binh|"
    r"truyền hình|hạ tầng|kế hoạch|"
    r"ngoại ngữ|thư viện|trung học phổ thông|tiểu học)",
    re.IGNORECASE,
)
# "các trường mầm non, tiểu học và trung học cơ sở" are one body's kinds of schools; "các xã, phường" likewise.
_LEVEL = (
    r"(?:mầm non|mẫu giáo|tiểu học|trung học cơ sở|trung học phổ thông|thcs|thpt|mn|th|"
    r"xã|phường|thị trấn|đặc khu|huyện|thị xã)"
)
_LEVELS_LISTED = re.compile(rf"(?<=\w)(,\s+|\s+và\s+)(?={_LEVEL}(?!\w))", re.IGNORECASE)
_AFTER_LEVEL = re.compile(rf"(?<!\w){_LEVEL}$", re.IGNORECASE)
_COMMA = "\ue000"
_JOINER = "\ue001"
_SPLIT = re.compile(r"\s*[,;+]\s*|\s+(?:và|cùng với|cùng|phối hợp với|phối hợp|&)\s+", re.IGNORECASE)


def bracket_owners(text: str) -> list[str]:
    """The bodies in the bracket that ends *text*, when the bracket says they do the work; otherwise nothing."""
    inside = _last_bracket(text)
    if inside is None:
        return []
    given = _STARTS_WITH_GIVING.match(_low(inside))
    if given:
        inside = inside[given.end() :]
    plain = _low(inside)
    verb = _ENDS_IN_VERB.search(plain)
    if (not given and not verb) or _NOT_OWNERS.match(plain):
        return []
    return split_owners(inside[: verb.start()] if verb else inside)


def named_owners(text: str) -> list[str]:
    """The bodies after "Phân công:", "Người thực hiện:", "Chủ trì: ...; phối hợp: ..."."""
    plain = _low(text[:2000])
    found: list[str] = []
    for match in _NAMED.finditer(plain):
        end = re.compile(r"[.;]|$").search(plain, match.end())
        stop = end.start() if end else len(plain)
        if stop - match.end() <= _MAX_BRACKET:
            found += [owner for owner in split_owners(text[match.end() : stop]) if owner not in found]
    return found


def heading_owners(text: str) -> list[str]:
    """The bodies a heading of the implementation section names ("4. Đoàn thanh niên, Tổng phụ trách:")."""
    head = text[:300]
    given = _GIVEN.match(_low(head))
    if given:
        rest = head[given.end() :]
        stops = [match for pattern in (_DUTY, _PAUSE) if (match := pattern.search(_low(rest)))]
        first = min(stops, key=lambda match: match.start(), default=None)
        # "Giao tổ văn phòng; ..." gives nobody a task yet: what the body is to do must follow its name.
        if first is not None:
            return _if_bodies(rest[: first.start()]) if first[0] not in {";", "."} else []
    if not (is_short_heading(text) or ":" in head):
        return []
    before, colon, _ = head.partition(":")
    named = colon and len(before.split()) <= _MAX_HEADING_WORDS and not _DUTY.search(_low(before))
    part = before if named else heading_part(text).rstrip(":")
    if not part or len(part.split()) > _MAX_HEADING_WORDS:
        return []
    lead = _HEADING_LEAD.match(_low(part))
    return _if_bodies(part[lead.end() :] if lead else part)


def sentence_owners(text: str) -> list[str]:
    """The bodies a numbered task begins with ("1. Ban giám hiệu chỉ đạo, theo dõi ...")."""
    head = text[:200]
    duty = _DUTY.search(_low(head))
    if duty is None or _PAUSE.search(head, 0, duty.start()) or len(head[: duty.start()].split()) > _MAX_SUBJECT_WORDS:
        return []
    return [] if _VAGUE.match(_low(head)) else _if_bodies(head[: duty.start()])


def _low(text: str) -> str:
    """Small letters at the same positions. The accents stay: "giao" and "giáo viên", "đăng" and "đảng" differ by "
    "them alone."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text


def _if_bodies(text: str) -> list[str]:
    plain = _low(text.strip())
    if not _BODY.match(plain) or _NOT_BODY.match(plain):
        return []
    return split_owners(text)


def split_owners(text: str) -> list[str]:
    """Split a list of bodies at commas, semicolons and "và", keeping names such as "Giáo dục và Đào tạo" whole."""
    kept = _LEVELS_LISTED.sub(_keep_levels, squeeze(text))
    kept = _KEPT_TOGETHER.sub(lambda match: match[1] + match[2].replace(" ", _JOINER), kept)
    parts = [_bare_owner(part.replace(_JOINER, " ").replace(_COMMA, ",")) for part in _SPLIT.split(kept)]
    owners: list[str] = []
    for part in parts:
        if owners and part[:1].isdigit():
            # "Tổ 1, 2, 3" lists numbers, not bodies.
            owners[-1] = f"{owners[-1]}, {part}"
        elif part and len(part.split()) <= _MAX_OWNER_WORDS:
            owners.append(part)
    return owners


def _bare_owner(text: str) -> str:
    """One body without the role before it ("phối hợp: ...") and the verb after it."""
    part = squeeze(text)
    if role := _ROLE.match(_low(part)):
        part = part[role.end() :]
    verb = _ENDS_IN_VERB.search(_low(part))
    return (part[: verb.start()] if verb and verb.start() else part).strip(" .:-–")


def _keep_levels(match: re.Match[str]) -> str:
    """The separator between two school levels, made one that does not split."""
    if not _AFTER_LEVEL.search(match.string[max(0, match.start() - 24) : match.start()]):
        return match[0]
    return match[0].replace(" ", _JOINER).replace(",", _COMMA)


def _last_bracket(text: str) -> str | None:
    """What stands in the bracket at the end of *text* (a final stop may follow it)."""
    end = len(text.rstrip(" .;,:/"))
    if end == 0 or text[end - 1] != ")":
        return None
    depth = 0
    for position in range(end - 1, max(-1, end - _MAX_BRACKET), -1):
        if text[position] == ")":
            depth += 1
        elif text[position] == "(":
            depth -= 1
            if depth == 0:
                return text[position + 1 : end - 1].strip()
    return None
