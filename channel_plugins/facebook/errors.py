"""What Facebook's error codes mean for a school, as one table.

Sources: the Graph API's error reference for codes 1-613 and the subcodes of 190; rate-limit reference for
80000-80014; open publishers' tables for the seven-digit subcodes. A subcode is looked at first, then the code,
then what the message says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from channel_plugins.errors import ChannelError, GiveUp, NeedsPerson, NextStep, TryAgain, Unsure
from channel_plugins.http import Answer, raise_for_status
from channel_plugins.text import redact

from .usage import DEFAULT_REST, read_usage


class Duplicate(GiveUp):
    """Facebook says that the same text or the same pictures are on the Page already."""


class Gone(GiveUp):
    """The object does not exist, or this token cannot see it."""


class BadMetric(GiveUp):
    """A metric name that Facebook no longer knows: it fails the whole call."""


class Denied(NeedsPerson):
    """The right for this one action is missing."""


class TokenDead(NeedsPerson):
    """The credential is no longer valid."""


class Throttled(TryAgain):
    """Too many calls: the whole account must rest."""


class Outage(TryAgain):
    """Facebook failed in itself. On a creating call this proves nothing, so it becomes `Unsure` there."""


@dataclass(frozen=True)
class Rule:
    """What one code means: the kind of error, what the school reads, where it can act, how long to wait."""

    kind: type[ChannelError]
    sentence: str
    step: NextStep | None = None
    after: timedelta | None = None


_KEPT = "Bài vẫn được giữ"
_RECONNECT = f"{_KEPT}; thầy cô mở Cài đặt kênh và bấm Kết nối lại."


def _dead(why: str) -> Rule:
    return Rule(TokenDead, f"{why} nên Facebook không nhận bài. {_RECONNECT}", NextStep.RECONNECT)


def _edit(sentence: str) -> Rule:
    return Rule(GiveUp, sentence, NextStep.EDIT_ARTICLE)


_REST = Rule(
    Throttled,
    f"Trang đã dùng hết số lần gọi mà Facebook cho phép trong lúc này. {_KEPT}, hệ thống sẽ tự gửi lại khi được phép; "
    "thầy cô chưa phải làm gì.",
    NextStep.WAIT,
    DEFAULT_REST,
)
_DOWN = Rule(
    Outage,
    f"Facebook đang trục trặc. {_KEPT}, hệ thống sẽ tự thử lại; thầy cô chưa phải làm gì.",
    NextStep.WAIT,
)
_NO_RIGHT = Rule(
    Denied,
    "Ứng dụng không còn quyền làm việc này trên Trang Facebook. Bài vẫn được giữ; thầy cô bấm Kết nối lại, tích đúng "
    "Trang và giữ nguyên mọi quyền được hỏi.",
    NextStep.RECONNECT,
)
_SAME = Rule(
    Duplicate,
    "Facebook báo nội dung hoặc ảnh này vừa được đăng rồi, nhưng hệ thống chưa tìm thấy bài ấy trên Trang. Bài vẫn "
    "được "
    "giữ; thầy cô mở Trang xem, nếu chưa có bài thì sửa đôi chữ rồi trình duyệt lại.",
    NextStep.LOOK_AT_OUTLET,
)
_SPAM = Rule(
    Throttled,
    f"Facebook tạm chặn Trang vì đăng quá dày. {_KEPT}, hệ thống sẽ tự gửi lại sau vài giờ; thầy cô tạm chưa đăng tay "
    "thêm bài nào.",
    NextStep.WAIT,
)

BY_SUBCODE: Mapping[int, Rule] = {
    458: _dead("Ứng dụng đã bị gỡ khỏi tài khoản Facebook của người kết nối"),
    459: Rule(
        TokenDead,
        f"Facebook yêu cầu người đã kết nối xác minh tài khoản. {_KEPT}; người đó đăng nhập facebook.com và làm theo "
        "hướng dẫn, rồi thầy cô bấm Kết nối lại.",
        NextStep.RECONNECT,
    ),
    460: _dead("Người đã kết nối vừa đổi mật khẩu Facebook"),
    463: _dead("Kết nối với Facebook đã hết hạn"),
    464: _dead("Tài khoản Facebook của người kết nối chưa được xác nhận"),
    467: _dead("Kết nối với Facebook không còn hiệu lực"),
    490: _dead("Kết nối với Facebook đã hết hạn"),
    492: Rule(
        TokenDead,
        f"Người đã kết nối không còn vai trò trên Trang. {_KEPT}; nhờ một người đang quản trị Trang mở Cài đặt kênh và "
        "bấm Kết nối lại.",
        NextStep.RECONNECT,
    ),
    1390008: _SPAM,
    1404082: _SAME,
    1366051: _SAME,
    4854002: Rule(
        NeedsPerson,
        f"Facebook yêu cầu người quản trị Trang xác minh danh tính. {_KEPT}; người đó mở ứng dụng Facebook trên điện "
        "thoại làm theo hướng dẫn, rồi thầy cô bấm Gửi lại.",
        NextStep.LOOK_AT_OUTLET,
    ),
    1404078: _dead("Facebook yêu cầu xác thực lại quyền đăng bài của Trang"),
    1404006: Rule(
        NeedsPerson,
        f"Facebook yêu cầu kiểm tra bảo mật. {_KEPT}; người quản trị Trang đăng nhập facebook.com làm theo hướng dẫn.",
        NextStep.LOOK_AT_OUTLET,
    ),
    1404112: Rule(
        NeedsPerson,
        f"Facebook đang hạn chế tài khoản của Trang trong vài ngày. {_KEPT}; thầy cô mở Trang xem thông báo của "
        f"Facebook.",
        NextStep.LOOK_AT_OUTLET,
    ),
    1404102: _edit(
        "Facebook cho rằng bài trái Tiêu chuẩn cộng đồng nên không nhận. Bài vẫn được giữ; thầy cô sửa lời hoặc ảnh "
        "rồi "
        "trình duyệt lại."
    ),
    1346003: _edit(
        "Facebook cho rằng bài có nội dung không phù hợp nên không nhận. Bài vẫn được giữ; thầy cô sửa rồi trình "
        "duyệt lại."
    ),
    1366046: _edit(
        "Facebook không nhận một ảnh vì nặng quá 4 MB hoặc không phải JPEG, PNG. Bài vẫn được giữ; thầy cô giảm cỡ "
        "ảnh, "
        "tải lại rồi trình duyệt lại."
    ),
    2069019: _edit(
        "Facebook không đọc được một ảnh của bài. Bài vẫn được giữ; thầy cô tải lại ảnh rồi trình duyệt lại."
    ),
    1349125: _edit("Facebook không nhận định dạng của bài. Bài vẫn được giữ; thầy cô sửa bài rồi trình duyệt lại."),
    1609008: _edit(
        "Facebook không cho liên kết tới chính Facebook. Bài vẫn được giữ; thầy cô bỏ liên kết ấy khỏi bài."
    ),
    2061006: _edit(
        "Facebook không nhận một liên kết trong bài. Bài vẫn được giữ; thầy cô sửa liên kết rồi trình duyệt lại."
    ),
    1609010: _DOWN,
    1363047: _DOWN,
}

BY_CODE: Mapping[int, Rule] = {
    1: _DOWN,
    2: _DOWN,
    3: Rule(
        NeedsPerson,
        f"Ứng dụng của hệ thống chưa được Facebook cho phép đăng bài. {_KEPT}; thầy cô báo người quản trị hệ thống.",
        NextStep.CALL_SUPPORT,
    ),
    4: _REST,
    10: _NO_RIGHT,
    17: _REST,
    32: _REST,
    100: _edit(
        "Facebook không nhận một mục trong bài. Bài vẫn được giữ; thầy cô xem lại lời, liên kết và ảnh của bài."
    ),
    102: _dead("Kết nối với Facebook không còn hiệu lực"),
    190: _dead("Kết nối với Facebook không còn hiệu lực"),
    341: _REST,
    368: Rule(
        NeedsPerson,
        f"Facebook đang tạm chặn Trang vì chính sách. {_KEPT}; thầy cô mở Trang xem thông báo của Facebook và xử lý.",
        NextStep.LOOK_AT_OUTLET,
    ),
    506: _SAME,
    613: _REST,
    1609005: Rule(
        GiveUp,
        "Facebook không đọc được trang của liên kết kèm bài. Bài vẫn được giữ; thầy cô kiểm tra trang của trường có mở "
        "được từ bên ngoài không, hoặc chọn «Chỉ ghi địa chỉ trong lời đăng» ở Cài đặt kênh.",
        NextStep.OPEN_SETTINGS,
    ),
}

_BY_MESSAGE: tuple[tuple[str, Rule], ...] = (
    ("valid insights metric", Rule(BadMetric, "Facebook không còn số liệu này.", NextStep.WAIT)),
    (
        "appsecret_proof",
        Rule(
            NeedsPerson,
            f"Khóa ứng dụng trong cấu hình hệ thống không khớp với Facebook. {_KEPT}; thầy cô báo người quản trị hệ "
            f"thống.",
            NextStep.CALL_SUPPORT,
        ),
    ),
    (
        "parameter too long",
        _edit("Bài dài quá mức Facebook nhận. Bài vẫn được giữ; thầy cô rút gọn rồi trình duyệt lại."),
    ),
    # Seen for a few minutes, then it heals by itself; the host's number of tries bounds the waiting.
    ("api access blocked", Rule(Outage, _DOWN.sentence, NextStep.WAIT, timedelta(minutes=10))),
)
_GONE = Rule(
    Gone,
    "Bài không còn trên Trang Facebook, hoặc Trang đang kết nối không phải Trang đã đăng. Bản trong hệ thống vẫn được "
    "giữ; thầy cô mở Trang để xem.",
    NextStep.LOOK_AT_OUTLET,
)


@dataclass(frozen=True)
class Trouble:
    """The error envelope of an answer."""

    code: int
    subcode: int
    message: str
    transient: bool
    trace: str


def read_trouble(answer: Answer) -> Trouble | None:
    """Return the error an answer carries, whatever its status; None when it carries none."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return None
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict) or not isinstance(error.get("code"), int):
        return None
    return Trouble(
        error["code"],
        _whole(error.get("error_subcode")),
        str(error.get("message", "")),
        error.get("is_transient") is True,
        str(error.get("fbtrace_id", "")),
    )


def rule_for(trouble: Trouble) -> Rule | None:
    """Return what the table says about an error; None when it does not know it."""
    if trouble.subcode in BY_SUBCODE:
        return BY_SUBCODE[trouble.subcode]
    if trouble.code == 100 and trouble.subcode == 33:
        return _GONE
    if trouble.code == 100 or 200 <= trouble.code <= 299:
        for words, rule in _BY_MESSAGE:
            if words in trouble.message.lower():
                return rule
    if 200 <= trouble.code <= 299:
        return _NO_RIGHT
    if 80000 <= trouble.code <= 80014:
        return _REST
    return BY_CODE.get(trouble.code)


def check(answer: Answer, *, spam_pause: timedelta = timedelta(hours=6)) -> Answer:
    """Return an answer that is no error; else raise the kind it means.

    Args:
        answer: its `repeatable` says whether the call created nothing.
        spam_pause: the pause after Facebook's brake on posting too often.

    On a creating call every 5xx, the codes 1 and 2, and anything Facebook calls transient become `Unsure`: posts were
    seen standing after exactly those answers. A limit that was reached and a refusal as a duplicate prove that this
    call made nothing.
    """
    trouble = read_trouble(answer)
    if not answer.repeatable and answer.status >= 500:
        raise Unsure(detail=_detail(answer, trouble))
    if trouble is None:
        if answer.status in (404, 410) and answer.repeatable:
            raise Gone(_GONE.sentence, detail=_detail(answer, None), next_step=_GONE.step)
        return raise_for_status(answer)
    rule = rule_for(trouble)
    throttled = rule is not None and issubclass(rule.kind, Throttled)
    doubtful = trouble.transient or (rule is not None and issubclass(rule.kind, Outage))
    detail = _detail(answer, trouble)
    settled = rule is not None and issubclass(rule.kind, Throttled | Duplicate)
    if not answer.repeatable and doubtful and not settled:
        raise Unsure(detail=detail)
    if rule is None:
        raise (Outage if trouble.transient else GiveUp)(detail=detail)
    if issubclass(rule.kind, TryAgain):
        after = spam_pause if rule is _SPAM else rule.after
        after = (read_usage(answer.headers).regain or after) if throttled else after
        raise rule.kind(rule.sentence, after=after, pause_account=throttled, detail=detail, next_step=rule.step)
    raise rule.kind(rule.sentence, detail=detail, next_step=rule.step)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _detail(answer: Answer, trouble: Trouble | None) -> str:
    if trouble is None:
        return f"status {answer.status}: {answer.excerpt()}"
    said = redact(trouble.message, answer.hidden)[:500]
    return f"status {answer.status} code {trouble.code}/{trouble.subcode} fbtrace {trouble.trace}: {said}"
