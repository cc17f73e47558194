"""What an answer of WordPress, or of whatever stands in front of it, means.

Decided by `code` and status, never by `message`, which is in the language of the site.
"""

from __future__ import annotations

import json
from typing import Any

from channel_plugins.errors import ChannelError, GiveUp, NeedsPerson, NextStep, TryAgain, Unsure
from channel_plugins.http import Answer, raise_for_status, retry_after
from channel_plugins.text import nfc

#: Places at which JSON may begin behind a PHP warning; more are not tried.
_MOST_STARTS = 40

SIGN_IN = (
    "Trang WordPress không nhận mật khẩu ứng dụng. Bài vẫn được giữ; thầy cô tạo mật khẩu ứng dụng mới trong WordPress "
    "(Thành viên → Hồ sơ) rồi bấm Kết nối lại."
)
NOT_SIGNED_IN = (
    "Trang WordPress trả lời như với khách chưa đăng nhập. Bài vẫn được giữ; thầy cô kiểm tra tên đăng nhập, mật khẩu "
    "ứng dụng, và nhờ nơi đặt trang cho phép gửi tiêu đề Authorization rồi bấm Kết nối lại."
)
SWITCHED_OFF = (
    "Trang WordPress đang tắt mật khẩu ứng dụng. Bài vẫn được giữ; thầy cô nhờ người quản trị trang bật lại rồi bấm "
    "Kết nối lại."
)
NO_RIGHT = (
    "Người dùng WordPress này chưa đủ quyền cho việc vừa làm. Bài vẫn được giữ; thầy cô nhờ người quản trị trang cho "
    "vai trò Biên tập viên (Editor) rồi bấm Kết nối lại."
)
WRONG_PLACE = (
    "Ở địa chỉ này không có WordPress hoặc phần REST API đang bị tắt. Bài vẫn được giữ; thầy cô sửa Địa chỉ trang và "
    "Kiểu địa chỉ ở Cài đặt kênh."
)
MOVED = (
    "Trang WordPress chuyển hướng sang địa chỉ khác nên hệ thống không gửi mật khẩu đi. Bài vẫn được giữ; thầy cô điền "
    "đúng địa chỉ mới của trang ở Cài đặt kênh."
)
FIREWALL = (
    "Tường lửa của nơi đặt trang WordPress chặn hệ thống. Bài vẫn được giữ; thầy cô nhờ nơi đặt trang cho phép REST "
    "API (wp-json) rồi bấm Gửi lại."
)
TOO_BIG = (
    "Trang WordPress không nhận ảnh này vì quá nặng hoặc hết chỗ chứa. Bài chưa được đăng và vẫn được giữ; thầy cô "
    "giảm cỡ ảnh hoặc nhờ nơi đặt trang nâng mức rồi gửi lại."
)
BAD_PICTURE = (
    "Trang WordPress không nhận loại ảnh này. Bài chưa được đăng và vẫn được giữ; thầy cô lưu ảnh thành JPEG hoặc PNG "
    "rồi tải lại."
)
GONE = (
    "Bài này không còn trên trang WordPress nên không thay được. Bản mới vẫn được giữ; thầy cô đăng bản mới từ trang "
    "của bài."
)
BUSY = (
    "Trang WordPress đang bận và xin chờ. Bài vẫn được giữ, hệ thống sẽ tự gửi lại; thầy cô chưa phải làm gì."
)  # fmt: skip

_SENTENCES: dict[str, tuple[type[ChannelError], str, NextStep]] = {
    "rest_not_logged_in": (NeedsPerson, NOT_SIGNED_IN, NextStep.RECONNECT),
    "invalid_username": (NeedsPerson, SIGN_IN, NextStep.RECONNECT),
    "incorrect_password": (NeedsPerson, SIGN_IN, NextStep.RECONNECT),
    "invalid_application_password": (NeedsPerson, SIGN_IN, NextStep.RECONNECT),
    "application_passwords_disabled": (NeedsPerson, SWITCHED_OFF, NextStep.CALL_SUPPORT),
    "application_passwords_disabled_for_user": (NeedsPerson, SWITCHED_OFF, NextStep.CALL_SUPPORT),
    "rest_no_route": (NeedsPerson, WRONG_PLACE, NextStep.OPEN_SETTINGS),
    "rest_post_invalid_id": (GiveUp, GONE, NextStep.LOOK_AT_OUTLET),
    "rest_upload_file_too_big": (GiveUp, TOO_BIG, NextStep.EDIT_ARTICLE),
    "rest_upload_limited_space": (GiveUp, TOO_BIG, NextStep.EDIT_ARTICLE),
    "rest_upload_user_quota_exceeded": (GiveUp, TOO_BIG, NextStep.EDIT_ARTICLE),
    "rest_upload_no_data": (GiveUp, TOO_BIG, NextStep.EDIT_ARTICLE),
    "rest_upload_image_type_not_supported": (GiveUp, BAD_PICTURE, NextStep.EDIT_ARTICLE),
}

_RIGHTS = ("rest_forbidden", "rest_cannot_", "rest_user_cannot_")

#: Steps that follow the writing of the row: after these refusals the post may stand there already.
AFTER_WRITING = frozenset({"rest_term_invalid", "rest_invalid_featured_media", "db_insert_error", "db_update_error"})


def read(answer: Answer) -> Any:
    """Return the JSON of an answer, also behind PHP warnings, with text in NFC; None when there is none."""
    text = answer.text
    starts = [place for place, letter in enumerate(text) if letter in "{["][:_MOST_STARTS]
    for start in starts:
        try:
            return nfc(json.loads(text[start:]))
        except ValueError:
            continue
    return None


def code_of(answer: Answer) -> str:
    """Return the error code of WordPress in an answer, "" when it carries none."""
    found = read(answer)
    code = found.get("code", "") if isinstance(found, dict) else ""
    return code if isinstance(code, str) else ""


def is_page(answer: Answer) -> bool:
    """Return whether an error answer is a page of something in front of WordPress rather than its own."""
    return not code_of(answer) and "<" in answer.text[:2_000]


def demand(answer: Answer) -> Any:
    """Return the JSON of a successful answer; for every other answer raise the kind it means.

    Raises: the four kinds.
    """
    if answer.ok:
        found = read(answer)
        if found is None:
            raise (TryAgain if answer.repeatable else Unsure)(detail=f"status {answer.status}, no JSON")
        return found
    code, detail = code_of(answer), f"status {answer.status}: {answer.excerpt()}"
    if code in _SENTENCES:
        kind, sentence, step = _SENTENCES[code]
        raise kind(sentence, detail=detail, next_step=step)
    if code in AFTER_WRITING and not answer.repeatable:
        raise Unsure(detail=detail)
    if answer.status == 401:
        raise NeedsPerson(SIGN_IN, detail=detail)
    if code.startswith(_RIGHTS) or (answer.status == 403 and code):
        raise NeedsPerson(NO_RIGHT, detail=detail)
    return _without_code(answer, detail)


def _without_code(answer: Answer, detail: str) -> Any:
    if answer.status == 429:
        raise TryAgain(BUSY, after=retry_after(answer.headers), pause_account=True, detail=detail)
    if answer.status == 503 and answer.repeatable:
        raise TryAgain(BUSY, after=retry_after(answer.headers), detail=detail)
    if answer.status in (403, 406) and is_page(answer):
        raise NeedsPerson(FIREWALL, detail=detail, next_step=NextStep.CALL_SUPPORT)
    if answer.status in (404, 405) and is_page(answer):
        raise NeedsPerson(WRONG_PLACE, detail=detail, next_step=NextStep.OPEN_SETTINGS)
    if 300 <= answer.status < 400:
        raise NeedsPerson(MOVED, detail=detail, next_step=NextStep.OPEN_SETTINGS)
    if answer.status == 413:
        raise GiveUp(TOO_BIG, detail=detail)
    raise_for_status(answer)
    raise AssertionError("raise_for_status returned for an answer that is no success")
