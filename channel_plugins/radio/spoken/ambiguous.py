"""Abbreviations with several readings: the words around them decide, and where no rule fits the writer is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .abbreviations import PLAIN


@dataclass(frozen=True)
class Rule:
    """One reading of an ambiguous abbreviation, when the words before or after it fit (regular expressions)."""

    reading: str
    before: str = ""
    after: str = ""


_DOCUMENT = r"\s*(?:số|\d)"

AMBIGUOUS: dict[str, tuple[Rule, ...]] = {
    "TH": (
        Rule(
            "tiểu học", before=r"(?:trường|cấp|bậc|giáo dục|khối|học sinh|HS|GV|giáo viên|MN|MG|mầm non)(?:,| và| &)?"
        ),
        Rule("tiểu học", after=r"\s*(?:,|và|&|-)\s*(?:THCS|THPT|trung học)"),
        Rule("tin học", before=r"môn"),
        Rule("thực hiện", before=r"(?:kết quả|tổ chức|tiến độ|triển khai|tình hình|đã|đang|sẽ)"),
    ),
    "KH": (
        Rule("khoa học", before=r"(?:nghiên cứu|nhà|hội đồng)"),
        Rule("khoa học", after=r"\s*(?:kỹ thuật|công nghệ|tự nhiên|xã hội)"),
        Rule("kế hoạch", after=r"\s*(?:số|\d|năm|tháng|tuần|của|truyền thông|tuyên truyền|này|giáo dục|dạy|chủ nhiệm)"),
        Rule(
            "kế hoạch",
            before=r"(?:theo|xây dựng|triển khai|thực hiện|ban hành|bản|lập|duyệt|hoàn thành|các|một|căn cứ|đúng)",
        ),
    ),
    "TT": (
        Rule("thông tư", after=_DOCUMENT),
        Rule("thông tư", before=r"(?:theo|căn cứ|nghị định,)"),
        Rule(
            "trung tâm",
            after=r"\s*(?:[Yy] tế|GDTX|GDNN|[Vv]ăn hóa|[Hh]ọc tập|HTCĐ|[Nn]goại ngữ|[Tt]in học|[Cc]hính trị)",
        ),
        Rule("truyền thông", before=r"(?:công tác|hoạt động|kế hoạch|tổ|nội dung|bài|kênh|chiến dịch|nhóm|cán bộ)"),
        Rule("truyền thông", after=r"\s*(?:về|giáo dục|nhà trường|trên)"),
        Rule("thị trấn", before=r"(?:UBND|xã,|phường,|Ủy ban nhân dân)"),
    ),
    "CM": (
        Rule(
            "chuyên môn", before=r"(?:tổ|tổ trưởng|tổ phó|sinh hoạt|họp|nhóm|hoạt động|công tác|bồi dưỡng|bộ phận|phó)"
        ),
        Rule("cách mạng", before=r"(?:lịch sử|truyền thống|phong trào|chiến khu|cuộc)"),
        Rule("cách mạng", after=r"\s*(?:tháng|Tháng)"),
    ),
    "CĐ": (
        Rule("công điện", after=_DOCUMENT),
        Rule("cao đẳng", before=r"(?:trường|hệ|trình độ|học|ĐH|ĐH,|đại học|đại học,|bằng)(?: và)?"),
        Rule("cao đẳng", after=r"\s*(?:nghề|sư phạm|,? ĐH|,? đại học)"),
        Rule(
            "Công đoàn",
            before=r"(?:BCH|[Bb]an [Cc]hấp hành|[Cc]hủ tịch|tổ|đoàn viên|hoạt động|tổ chức|đại hội|phong trào|quỹ|các)",
        ),
        Rule("Công đoàn", after=r"\s*(?:trường|ngành|cơ sở|bộ phận|nhà trường|và|phối hợp|viên|Trường|,)"),
    ),
    "NH": (
        Rule("năm học", after=r"\s*:?\s*(?:\d{4}|hai nghìn|hai ngàn|mới|này)"),
        Rule("năm học", before=r"(?:đầu|cuối|trong|tổng kết|khai giảng|kết thúc)"),
        Rule("ngân hàng", after=r"\s*(?:Chính sách|chính sách|Nông nghiệp|nông nghiệp|đề|câu hỏi)"),
    ),
    "HK": (
        Rule("học kỳ", after=r"\s*(?:\d|I|một|hai)"),
        Rule("học kỳ", before=r"(?:cuối|đầu|giữa|sơ kết|kiểm tra|thi|hết|trong)"),
        Rule("hạnh kiểm", before=r"(?:xếp loại|loại|đánh giá|về)"),
    ),
    "TU": (),
    "CT": (
        Rule("chương trình", after=r"\s*(?:GDPT|GDMN|giáo dục|môn|học|lớp|dạy|sách|phổ thông|mới|hành động)"),
        Rule("chủ tịch", before=r"(?:Phó|phó|đồng chí)"),
        Rule("chủ tịch", after=r"\s*(?:UBND|HĐND|MTTQ|UBMTTQ|Hội|hội|nước)"),
        Rule("chỉ thị", after=r"\s*(?:số|\d|của)"),
        Rule("chỉ thị", before=r"(?:theo|thực hiện|ban hành|căn cứ|nghị quyết,|các)"),
    ),
    "TB": (
        Rule("trung bình", after=r"\s*:?\s*\d{1,2},\d"),
        Rule("trung bình", before=r"(?:điểm|trên|dưới|loại|mức|số)"),
        Rule("thông báo", after=r"\s*(?:số|\d|của|về|kết luận)"),
        Rule("thông báo", before=r"(?:theo|ra|gửi|ban hành|các)"),
        Rule("thiết bị", before=r"(?:trang|thư viện,|phòng)"),
    ),
    "CN": (
        Rule("chủ nhật", before=r"(?:T7|T bảy|thứ (?:7|bảy|Bảy)|sáng|chiều|tối)(?:,| và|;)?"),
        Rule("chủ nhiệm", before=r"(?:GV|giáo viên|công tác)"),
        Rule("công nghệ", before=r"(?:KH và|khoa học và|môn)"),
    ),
    "ĐT": (
        Rule("đào tạo", before=r"(?:trình độ|chuẩn|cơ sở|giáo dục và|GD và)"),
        Rule("điện thoại", after=r"\s*:?\s*(?:\d|không)"),
        Rule("đội tuyển", after=r"\s*(?:HSG|học sinh giỏi|bóng)"),
    ),
    "HĐ": (
        Rule("hoạt động", after=r"\s*(?:trải nghiệm|giáo dục|ngoại khóa|ngoài giờ|dạy|học|của|chung|tập thể)"),
        Rule("hội đồng", after=r"\s*(?:thi|trường|sư phạm|khoa học|coi|chấm|thi đua|đội)"),
        Rule("hợp đồng", before=r"(?:ký|kí|giáo viên|lao động)"),
    ),
    "KT": (
        Rule("kiểm tra", after=r"\s*(?:giữa|cuối|định kỳ|đánh giá|học kỳ|nội bộ)"),
        Rule("kinh tế", before=r"(?:phát triển|tình hình)"),
    ),
}

MEANINGS: dict[str, str] = {
    token: ", ".join(dict.fromkeys(rule.reading for rule in rules)) for token, rules in AMBIGUOUS.items()
} | {"TU": "Tỉnh ủy, Thành ủy"}


def resolve(token: str, before: str, after: str) -> str | None:
    """Return the reading of `token` between these words, None when the table does not know or cannot decide."""
    if token in PLAIN:
        return PLAIN[token]
    for rule in AMBIGUOUS.get(token, ()):
        fits_before = not rule.before or re.search(rf"(?<!\w){rule.before}\s*$", before, re.I)
        fits_after = not rule.after or re.match(rf"{rule.after}", after)
        if fits_before and fits_after:
            return rule.reading
    return None


def known(token: str) -> bool:
    """Return whether the table has `token` at all, decided or not."""
    return token in PLAIN or token in AMBIGUOUS
