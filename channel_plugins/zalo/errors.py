"""What each error number of Zalo means for a school, as data.

Classes and numbers follow the majority reading of the OA error tables; wrong tables are in circulation. Numbers of the
phone-template host are left out: this channel does not call it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from channel_plugins.errors import ChannelError, GiveUp, NeedsPerson, NextStep, TryAgain, Unsure

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PROCESSING = -214
TOKEN_USED = -14020
NOT_AUTHORISED_OR_QUOTA = -223
AT_NIGHT = -234
ATTACHMENT_EXPIRED = -100
_QUOTA_WORDS = ("quota", "limit", "hạn mức", "số lượng")
_KEPT = "Bài vẫn được giữ"


@dataclass(frozen=True)
class Rule:
    """One row of the table. `after` is minutes, for `again` only; `pause` holds back the whole account."""

    kind: Literal["again", "renew", "give_up", "person", "unsure"]
    sentence: str = ""
    step: NextStep | None = None
    after: float | None = None
    pause: bool = False


_ADMIN = NextStep.LOOK_AT_OUTLET
_SUPPORT = NextStep.CALL_SUPPORT
_QUOTA = Rule(
    "again",
    f"OA đã dùng hết hạn mức của gói Zalo trong kỳ này nên bài chưa được đăng. {_KEPT} và hệ thống sẽ tự thử lại; thầy "
    "cô có thể mua thêm hạn mức ở trang quản lý OA.",
    _ADMIN,
    after=720,
    pause=True,
)
_OUR_APP = Rule(
    "person",
    "Zalo không nhận ứng dụng của hệ thống (chưa kích hoạt, chưa đăng ký hoặc đã bị tắt) nên chưa gửi được gì. "
    f"{_KEPT}; thầy cô báo bộ phận hỗ trợ.",
    _SUPPORT,
)
_OA_GONE = Rule(
    "person",
    f"OA của trường đã bị khóa hoặc không còn trên Zalo nên bài chưa được đăng. {_KEPT}; thầy cô mở trang quản lý OA "
    "xem thông báo của Zalo.",
    _ADMIN,
)
_CONTENT = Rule(
    "give_up",
    f"Zalo từ chối một mục của bài (chữ, ảnh bìa hoặc đường dẫn chưa đúng) nên bài chưa được đăng. {_KEPT}; thầy cô "
    "xem lại ảnh bìa, tiêu đề, tóm tắt rồi trình duyệt lại.",
)
_RECEIVER = Rule(
    "give_up",
    "Zalo không cho gửi tin tới người nhận này nên tin chưa được gửi. Bài trên OA vẫn giữ nguyên; thầy cô chưa phải "
    "làm gì thêm.",
    _ADMIN,
)
_GROUP = Rule(
    "person",
    "Nhóm Zalo của OA đang tắt hoặc OA không ở trong nhóm nên tin chưa được gửi. Thầy cô mở trang quản lý OA xem lại "
    "nhóm.",
    _ADMIN,
)
_MONEY = Rule(
    "person",
    f"Tài khoản thanh toán Zalo (ZCA) của trường chưa có hoặc đã hết tiền nên chưa gửi được. {_KEPT}; thầy cô nạp tiền "
    "ở trang quản lý OA rồi bấm Gửi lại.",
    _ADMIN,
)
_TOKEN = Rule("renew", f"Quyền truy cập OA đã hết hạn. {_KEPT}; hệ thống tự gia hạn rồi gửi tiếp.")
_CODE_BUG = Rule(
    "give_up",
    f"Zalo đã ngừng cách gọi mà hệ thống dùng nên bài chưa được đăng. {_KEPT}; thầy cô báo bộ phận hỗ trợ.",
    _SUPPORT,
)
_CONSENT = Rule(
    "person",
    "OA chưa cho phép hệ thống đăng bài, hoặc quyền đã bị thu hồi. "
    f"{_KEPT}; quản trị viên OA mở Cài đặt kênh, bấm Kết nối lại và chọn đủ quyền quản lý bài viết.",
    NextStep.RECONNECT,
)

RULES: dict[int, Rule] = {
    -32: Rule(
        "again",
        f"Zalo đang giới hạn số lần gọi trong một phút. {_KEPT} và hệ thống tự gửi lại; thầy cô chưa phải làm gì.",
        after=1,
        pause=True,
    ),
    ATTACHMENT_EXPIRED: Rule("again", after=1),
    -124: _TOKEN,
    -200: Rule("unsure"),
    -201: _CONTENT,
    -202: _CONTENT,
    -204: _OA_GONE,
    -205: _OA_GONE,
    -207: _CODE_BUG,
    -208: _RECEIVER,
    -209: _OUR_APP,
    -210: Rule(
        "give_up",
        f"Một mục của bài dài hoặc lớn quá mức Zalo nhận nên bài chưa được đăng. {_KEPT}; thầy cô rút ngắn tiêu đề, "
        "tóm tắt hoặc nội dung rồi trình duyệt lại.",
    ),
    -211: _QUOTA,
    -212: _OUR_APP,
    -213: _RECEIVER,
    PROCESSING: Rule(
        "again",
        "Zalo đang xử lý bài này nên chưa nhận thao tác mới. Nội dung vẫn được giữ và hệ thống tự thử lại sau ít giây.",
        after=0.25,
    ),
    -215: _OUR_APP,
    -216: _TOKEN,
    -217: _RECEIVER,
    -218: Rule(
        "give_up",
        "Người nhận đã hết hạn mức nhận tin hôm nay nên tin chưa được gửi. Bài trên OA vẫn giữ nguyên; thầy cô thử lại "
        "vào ngày mai.",
        NextStep.WAIT,
    ),
    -219: _OUR_APP,
    -220: _TOKEN,
    -221: Rule(
        "person",
        f"OA của trường chưa được Zalo xác thực nên chưa được đăng bài qua hệ thống. {_KEPT}; thầy cô xác thực OA ở "
        "trang quản lý OA rồi bấm Kết nối lại.",
        _ADMIN,
    ),
    NOT_AUTHORISED_OR_QUOTA: _CONSENT,
    -224: Rule(
        "person",
        f"Gói Zalo OA của trường không gồm việc đăng bài qua hệ thống. {_KEPT}; thầy cô nâng gói ở trang quản lý OA "
        "rồi bấm Gửi lại, hoặc tắt kênh này.",
        _ADMIN,
    ),
    -227: _RECEIVER,
    -230: _RECEIVER,
    -232: _RECEIVER,
    -233: _CODE_BUG,
    AT_NIGHT: Rule(
        "again",
        "Zalo không cho gửi tin từ 22 giờ đến 6 giờ nên tin chưa được gửi. Bài trên OA vẫn giữ nguyên; thầy cô gửi lại "
        "sau 6 giờ sáng.",
        pause=False,
    ),
    -235: _CODE_BUG,
    -237: _GROUP,
    -238: _GROUP,
    -240: _CODE_BUG,
    -241: _GROUP,
    -242: Rule(
        "person",
        f"Zalo không nhận chữ ký của ứng dụng (appsecret_proof) nên chưa gửi được gì. {_KEPT}; thầy cô báo bộ phận hỗ "
        "trợ.",
        _SUPPORT,
    ),
    -244: _RECEIVER,
    -248: Rule(
        "give_up",
        f"Zalo cho rằng bài vi phạm quy định nội dung nên không đăng. {_KEPT}; thầy cô xem lại lời văn, hình ảnh, sửa "
        "rồi trình duyệt lại.",
    ),
    -249: _CODE_BUG,
    -320: _MONEY,
    -321: _MONEY,
    -403: _GROUP,
    112: _OUR_APP,
    -14002: _OUR_APP,
    -14003: Rule(
        "person",
        "Địa chỉ quay về của hệ thống chưa được khai báo ở ứng dụng Zalo nên chưa kết nối được. Chưa có gì thay đổi; "
        "thầy cô báo bộ phận hỗ trợ.",
        _SUPPORT,
    ),
    TOKEN_USED: Rule(
        "person",
        f"Quyền đăng bài lên OA đã hết hạn và Zalo không cho gia hạn nữa. {_KEPT}; quản trị viên OA mở Cài đặt kênh, "
        "bấm Kết nối lại và đồng ý một lần nữa.",
        NextStep.RECONNECT,
    ),
}
"""Error number -> what to do. A number that is not here is `Unsure` on a call that creates, else `TryAgain`."""


def until_morning(now: datetime, hour: int = 6) -> timedelta:
    """Return how long it is to five past `hour` in Viet Nam, plus up to five minutes so that not all come at once."""
    local = now.astimezone(ZONE)
    morning = local.replace(hour=hour, minute=5, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return morning - local + timedelta(seconds=secrets.randbelow(300))


def rule_for(code: int, message: str = "") -> Rule | None:
    """Return the row for an error number; -223 means two things and its message tells which."""
    if code == NOT_AUTHORISED_OR_QUOTA and any(word in message.lower() for word in _QUOTA_WORDS):
        return _QUOTA
    return RULES.get(code)


def refusal(code: int, message: str, *, repeatable: bool, now: datetime, detail: str = "") -> ChannelError:
    """Return the error that an answer of Zalo stands for.

    Args:
        code: `error` of the answer, not 0.
        message: its message, without credentials.
        repeatable: whether the call may be made again without harm.
        now: when the answer came, for the night rule.
    """
    detail = detail or f"error {code}: {message}"
    rule = rule_for(code, message) or Rule("unsure")
    if rule.kind == "give_up":
        return GiveUp(rule.sentence, detail=detail, next_step=rule.step)
    if rule.kind == "person":
        return NeedsPerson(rule.sentence, detail=detail, next_step=rule.step)
    if rule.kind == "unsure" and not repeatable:
        return Unsure(detail=detail)
    after = None if rule.after is None else timedelta(minutes=rule.after)
    if code == AT_NIGHT:
        after = until_morning(now)
    return TryAgain(
        rule.sentence,
        after=after,
        pause_account=rule.pause,
        renew=rule.kind == "renew",
        detail=detail,
        next_step=rule.step,
    )


class NoApplication(NeedsPerson):
    """The installation has no Zalo application yet."""

    default_sentence = (
        "Hệ thống chưa được khai báo ứng dụng Zalo nên chưa kết nối được OA. Chưa có gì thay đổi; thầy cô báo bộ phận "
        "hỗ trợ điền mã và khóa của ứng dụng."
    )
    default_step = NextStep.CALL_SUPPORT


class NotPublicYet(TryAgain):
    """A picture has no public address, so Zalo could not fetch it."""

    default_sentence = (
        "Zalo chỉ lấy được ảnh từ một địa chỉ công khai, mà bài này chưa có trên trang của trường. Bài vẫn được giữ; "
        "thầy cô đăng bài lên trang của trường trước, hệ thống sẽ tự gửi lại lên Zalo."
    )


class CoverRefused(GiveUp):
    """The address of the cover gives no picture that Zalo takes."""

    default_sentence = (
        "Ảnh bìa không mở được từ bên ngoài, không phải JPG hoặc PNG, hoặc nặng quá 1 MB, nên bài chưa được gửi lên "
        "Zalo. Bài vẫn được giữ; thầy cô thay ảnh bìa rồi trình duyệt lại."
    )


class NotThere(GiveUp):
    """The article is no longer on the OA."""

    default_sentence = (
        "Bài này không còn trên OA nên không sửa được nữa. Bản sửa vẫn được giữ; thầy cô đăng thành bài mới nếu cần."
    )
    default_step = NextStep.LOOK_AT_OUTLET
