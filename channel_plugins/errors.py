"""The four ways in which a channel may fail, and nothing else.

A channel method raises one of these four kinds. The host decides what happens next from the kind alone, so
that no delivery is ever repeated by accident and none fails in silence:

- `TryAgain`: nothing was published, it may work later; the host repeats after `after`, with back-off.
- `GiveUp`: nothing was published, repeating cannot help; the host ends the delivery as failed.
- `NeedsPerson`: nothing was published, somebody must act first; the host pauses and tells school and office.
- `Unsure`: the outlet may have published; the host looks it up and never repeats on its own.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import Enum

HIDDEN = "•••"

_CREDENTIAL_WORDS = (
    r"access_token|refresh_token|id_token|token|client_secret|app_secret|secret_key|secret|password|passwd|"
    r"appsecret_proof|api_key|apikey|signature|code_verifier|authorization|mat_khau"
)
_CREDENTIAL_PAIR = re.compile(rf"(?i)\b([a-z_]*(?:{_CREDENTIAL_WORDS}))(\"?'?\s*[=:]\s*\"?'?)(?!\s)[^\s\"'&,;}}]+")
_CREDENTIAL_HEADER = re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9+/=._~-]{6,}")
_COOKIE = re.compile(r"(?i)\b((?:set-)?cookie\s*:\s*)[^\r\n]+")
_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]+:[^/\s@]+(?=@)")


class NextStep(Enum):
    """Where the host should send the reader of an error; the host turns it into a link."""

    WAIT = "wait"
    EDIT_ARTICLE = "edit_article"
    OPEN_SETTINGS = "open_settings"
    RECONNECT = "reconnect"
    LOOK_AT_OUTLET = "look_at_outlet"
    CALL_SUPPORT = "call_support"


def hide_credentials(text: str) -> str:
    """Return `text` with every `name=value` that looks like a credential hidden, whatever its value is."""
    text = _COOKIE.sub(rf"\1{HIDDEN}", _IN_ADDRESS.sub(HIDDEN, text))
    return _CREDENTIAL_PAIR.sub(rf"\1\2{HIDDEN}", _CREDENTIAL_HEADER.sub(rf"\1 {HIDDEN}", text))


class ChannelError(Exception):
    """Base of the four kinds; never raised itself.

    Args:
        for_school: one or two Vietnamese sentences: what happened, what was kept, what to do next.
        detail: technical text for the log and the support page; credentials in it are hidden.
        next_step: the place where the reader can act.
    """

    kind = "error"
    default_sentence = "Kênh gặp lỗi. Bài viết vẫn được giữ nguyên."
    default_step = NextStep.CALL_SUPPORT

    def __init__(self, for_school: str = "", *, detail: str = "", next_step: NextStep | None = None) -> None:
        self.for_school = for_school or self.default_sentence
        self.detail = hide_credentials(detail)
        self.next_step = next_step or self.default_step
        super().__init__(self.for_school)

    def __str__(self) -> str:
        return f"{self.for_school} [{self.detail}]" if self.detail else self.for_school


LONGEST_WAIT = timedelta(days=7)
"""No service's word keeps an item waiting longer; then it is asked again."""


class TryAgain(ChannelError):
    """Nothing was published and the same call may work later.

    Args:
        after: how long to wait at least, up to `LONGEST_WAIT`; None leaves it to the host's back-off.
        pause_account: True when every delivery of this account must wait (a rate limit), not only this one.
        renew: True when the credentials have run out: the host calls `Channel.renew` before the next call.
    """

    kind = "try_again"
    default_sentence = (
        "Kênh đang tạm thời không nhận bài. Bài vẫn được giữ, hệ thống sẽ tự gửi lại; thầy cô chưa phải làm gì."
    )
    default_step = NextStep.WAIT

    def __init__(
        self,
        for_school: str = "",
        *,
        after: timedelta | None = None,
        pause_account: bool = False,
        renew: bool = False,
        detail: str = "",
        next_step: NextStep | None = None,
    ) -> None:
        super().__init__(for_school, detail=detail, next_step=next_step)
        self.after = None if after is None else min(after, LONGEST_WAIT)
        self.pause_account = pause_account
        self.renew = renew


class GiveUp(ChannelError):
    """Nothing was published and the same call will never work."""

    kind = "give_up"
    default_sentence = (
        "Kênh từ chối bài này nên bài chưa được đăng. Bài vẫn được giữ; thầy cô sửa bài theo yêu cầu của "
        "kênh rồi trình duyệt lại."
    )
    default_step = NextStep.EDIT_ARTICLE


class NeedsPerson(ChannelError):
    """Nothing was published and it stays so until a person has acted (connect again, grant a right, pay)."""

    kind = "needs_person"
    default_sentence = (
        "Kênh cần được kết nối lại trước khi đăng tiếp. Bài vẫn được giữ; thầy cô mở phần Cài đặt kênh "
        "và bấm Kết nối lại."
    )
    default_step = NextStep.RECONNECT


class Unsure(ChannelError):
    """The call was sent and its answer was lost: it may have been published.

    The host looks it up; if it stays open a person decides. It is never repeated blindly.
    """

    kind = "unsure"
    default_sentence = (
        "Chưa rõ bài đã lên kênh hay chưa vì mất câu trả lời của kênh. Hệ thống sẽ tự kiểm tra và không "
        "đăng lại khi chưa chắc chắn; thầy cô có thể mở kênh để xem."
    )
    default_step = NextStep.LOOK_AT_OUTLET
