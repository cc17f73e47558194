"""What the answer of a receiver means. Anything but 2xx says that it did not take the message."""

from __future__ import annotations

from datetime import timedelta

from channel_plugins.errors import GiveUp, NeedsPerson, NextStep, TryAgain
from channel_plugins.http import Answer, retry_after

SUSPENDED = (
    "Hệ thống nhận bài báo rằng nó không nhận nữa (410), nên kênh được tạm dừng. Bài vẫn được giữ; thầy cô hỏi người "
    "quản trị hệ thống đó rồi sửa địa chỉ ở Cài đặt kênh."
)
REFUSED = (
    "Hệ thống nhận bài không chấp nhận chữ ký. Bài vẫn được giữ; thầy cô kiểm tra khóa ký ở hai bên có giống nhau "
    "không, rồi lưu lại Cài đặt kênh."
)
NOT_THERE = (
    "Địa chỉ nhận bài không còn đúng. Bài vẫn được giữ; thầy cô sửa Địa chỉ nhận ở Cài đặt kênh rồi bấm Gửi lại."
)  # fmt: skip
NOT_TAKEN = (
    "Hệ thống nhận bài từ chối nội dung bài này. Bài vẫn được giữ; thầy cô hỏi người quản trị hệ thống đó vì sao."
)  # fmt: skip
FAILING = (
    "Hệ thống nhận bài đang gặp lỗi hoặc trả lời quá chậm. Bài vẫn được giữ, hệ thống sẽ tự gửi lại; thầy cô chưa phải "
    "làm gì."
)

#: How long every delivery of the account waits when the receiver fails: one call finds out whether it is back.
REST = timedelta(seconds=60)


def demand_taken(answer: Answer) -> None:
    """Return when the receiver took the message.

    Raises: NeedsPerson, GiveUp, TryAgain.
    """
    if answer.ok:
        return
    status, detail = answer.status, f"status {answer.status}: {answer.excerpt()}"
    if status == 410:
        raise NeedsPerson(SUSPENDED, detail=detail, next_step=NextStep.OPEN_SETTINGS)
    if status in (401, 403, 407):
        raise NeedsPerson(REFUSED, detail=detail, next_step=NextStep.OPEN_SETTINGS)
    if status in (404, 405, 421) or 300 <= status < 400:
        raise NeedsPerson(NOT_THERE, detail=detail, next_step=NextStep.OPEN_SETTINGS)
    if status in (408, 425, 429) or status >= 500:
        raise TryAgain(FAILING, after=max(retry_after(answer.headers) or REST, REST), pause_account=True, detail=detail)
    raise GiveUp(NOT_TAKEN, detail=detail, next_step=NextStep.LOOK_AT_OUTLET)
