"""The life of a delivery as a pure machine: what is called next, and what an answer means. No database, no clock.

scheduled -> sending -> published -> (replaced | retracted), with handed_over before published where only people can
say whether it was (a broadcast, a notice board: ``ChannelInfo.confirmed_by``), with unconfirmed, failed and
needs_person where it stops, and cancelled before it began. Exactly one call may not be repeated: ``publish`` on an
outlet that does not promise that repeating is safe. Before it is called a second time a look-up must have said that the
item is certainly not there (the program's design, "at most once").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from channel_plugins import ChannelError, GiveUp, LookUp, NeedsPerson, NextStep, Receipt, TryAgain

SCHEDULED = "scheduled"
SENDING = "sending"
HANDED_OVER = "handed_over"
PUBLISHED = "published"
UNCONFIRMED = "unconfirmed"
FAILED = "failed"
NEEDS_PERSON = "needs_person"
RETRACTED = "retracted"
REPLACED = "replaced"
CANCELLED = "cancelled"

LABELS = {
    SCHEDULED: _l("Đã hẹn giờ"),
    SENDING: _l("Đang gửi"),
    HANDED_OVER: _l("Chờ xác nhận"),
    PUBLISHED: _l("Đã đăng"),
    UNCONFIRMED: _l("Chưa xác nhận"),
    NEEDS_PERSON: _l("Cần người xử lý"),
    FAILED: _l("Không đăng được"),
    RETRACTED: _l("Đã gỡ"),
    REPLACED: _l("Đã có bản mới"),
    CANCELLED: _l("Đã hủy"),
}
"""States in the order in which users meet them, with their labels."""

OPEN = frozenset({SCHEDULED, SENDING, UNCONFIRMED})
"""States in which the program still acts by itself, as long as ``next_at`` is set."""

STANDING = frozenset({HANDED_OVER, PUBLISHED})
"""States in which the outlet, or the people behind it, have the item."""

TROUBLED = frozenset({UNCONFIRMED, FAILED, NEEDS_PERSON})
"""States that somebody should look at."""

_RENEWABLE = frozenset({FAILED, NEEDS_PERSON, CANCELLED})

PUBLISH = "publish"
EDIT = "edit"
RETRACT = "retract"
LOOK_UP = "look_up"
CONFIRM = "confirm"
"""Not a call: a person said how it ended. It stands among the attempts, so that one list tells the whole story."""

CALL_LABELS = {
    PUBLISH: _l("Gửi bài lên kênh"),
    EDIT: _l("Thay bản đã đăng bằng bản mới"),
    RETRACT: _l("Gỡ bài khỏi kênh"),
    LOOK_UP: _l("Kiểm tra bài đã có trên kênh chưa"),
    CONFIRM: _l("Xác nhận của người phụ trách"),
}

RUNNING = "sending"
"""State of an attempt whose call is under way; when its worker has died this is all that is known of it."""
DONE = "done"
ACCEPTED = "accepted"
NOT_THERE = "not_there"
CANNOT_TELL = "cannot_tell"
LOST = "lost"
NOT_DONE = "not_done"
WITHDRAWN = "withdrawn"
TRY_AGAIN = TryAgain.kind
GIVE_UP = GiveUp.kind
NEEDS = NeedsPerson.kind
UNSURE = "unsure"

CERTAINLY_NOT_SENT = frozenset({TRY_AGAIN, GIVE_UP, NEEDS})
"""States of an attempt to publish after which it is certain that the outlet took nothing."""

ATTEMPT_LABELS = {
    RUNNING: _l("Đang gọi"),
    DONE: _l("Xong"),
    ACCEPTED: _l("Kênh đã nhận, đang xử lý"),
    NOT_THERE: _l("Chưa có trên kênh"),
    CANNOT_TELL: _l("Không tra được"),
    LOST: _l("Máy phát hành dừng giữa chừng"),
    NOT_DONE: _l("Không phát hoặc không đăng được"),
    WITHDRAWN: _l("Đã rút lại"),
    TRY_AGAIN: _l("Tạm chưa được, sẽ thử lại"),
    GIVE_UP: _l("Kênh từ chối"),
    NEEDS: _l("Cần người xử lý"),
    UNSURE: _l("Chưa rõ kết quả"),
}

MAX_TRIES = 8
MAX_CHECKS = 6

_FIRST_PAUSE = dt.timedelta(seconds=30)
_LONGEST_PAUSE = dt.timedelta(hours=1)
_CHECK_PAUSES = tuple(dt.timedelta(seconds=n) for n in (15, 60, 300, 900, 1800, 3600))
_SETTLING_PAUSES = tuple(dt.timedelta(seconds=n) for n in (5, 10, 20, 60, 300, 900))


@dataclass(frozen=True)
class LastAttempt:
    """The newest attempt of a delivery."""

    call: str
    state: str


@dataclass(frozen=True)
class Verdict:
    """What an answer of a channel means for the delivery.

    Args:
        attempt: state of the attempt.
        state: state of the delivery.
        pause: how long until the program acts again; None when it is done or waits for a person.
        sentence: for the reader; "" when all is well.
        next_step: where the reader can act, a ``NextStep`` value; "" for nowhere.
        receipt: what the outlet gave.
        forget_receipt: the outlet dropped what it had accepted.
        detail: technical text without credentials.
    """

    attempt: str
    state: str
    pause: dt.timedelta | None = None
    sentence: str = ""
    next_step: str = ""
    receipt: Receipt | None = None
    forget_receipt: bool = False
    detail: str = ""


def label(state: str) -> str:
    """Return how a state of a delivery is called."""
    return str(LABELS[state])


def renewable(state: str, wanted: str) -> bool:
    """Return whether it is certain that the text is not on the outlet, so that the same delivery may be asked for
    again."""
    return state in _RENEWABLE and wanted != RETRACT


def accepted(receipt: Mapping[str, Any] | None) -> bool:
    """Return whether a stored receipt says that the outlet has taken the item but not finished with it."""
    return receipt is not None and not receipt["settled"]


def next_call(wanted: str, last: LastAttempt | None, accepted: bool, repeat_is_safe: bool) -> str:
    """Return which call of the channel comes next.

    Args:
        wanted: what the delivery wants of the outlet: publish, edit or retract.
        last: the newest attempt; one still ``RUNNING`` belongs to a worker that died.
        accepted: the outlet has taken the item but not finished with it.
        repeat_is_safe: publishing twice with one key makes one post by construction.
    """
    if wanted != PUBLISH:
        return wanted
    if accepted:
        return LOOK_UP
    if last is None or last.call not in (PUBLISH, LOOK_UP):
        return PUBLISH
    if last.call == LOOK_UP:
        return PUBLISH if last.state == NOT_THERE else LOOK_UP
    certainly_not_there = last.state in CERTAINLY_NOT_SENT
    return PUBLISH if certainly_not_there or repeat_is_safe else LOOK_UP


def judge(
    call: str,
    answer: Receipt | LookUp | ChannelError | Exception | None,
    tries: int,
    checks: int,
    luck: float = 0.0,
) -> Verdict:
    """Return what the answer of a call means.

    Args:
        call: publish, edit, retract or look_up.
        answer: what the channel returned or raised; None from a retraction that was done.
        tries: how often the wanted call was made, this time included.
        checks: how often the outlet was looked at since, this time included where this was a look-up.
        luck: a random number from 0 up to 1 that lengthens pauses a little, so that those who wait for the same
            service do not come back together.
    """
    if call == LOOK_UP:
        return _judge_look_up(answer, tries, checks)
    if call == RETRACT and not isinstance(answer, Exception):
        return Verdict(DONE, RETRACTED)
    if isinstance(answer, Receipt):
        return _standing(answer, 0)
    if isinstance(answer, TryAgain):
        return _later(call, answer, tries, luck)
    if isinstance(answer, GiveUp):
        return Verdict(
            GIVE_UP,
            NEEDS_PERSON if call == RETRACT else FAILED,
            sentence=answer.for_school,
            next_step=answer.next_step.value,
            detail=answer.detail,
        )
    if isinstance(answer, NeedsPerson):
        return Verdict(
            NEEDS,
            NEEDS_PERSON,
            sentence=answer.for_school,
            next_step=answer.next_step.value,
            detail=answer.detail,
        )
    if call in (EDIT, RETRACT):
        # Repeating these changes nothing, so not knowing is no harm.
        return _later(call, TryAgain(detail=_detail(answer)), tries, luck)
    return Verdict(
        UNSURE,
        UNCONFIRMED,
        _CHECK_PAUSES[0],
        answer.for_school if isinstance(answer, ChannelError) else _unsure(),
        NextStep.LOOK_AT_OUTLET.value,
        detail=_detail(answer),
    )


def after_restart() -> str:
    """Return the sentence shown while an interrupted call is looked into."""
    return str(
        _(
            "Máy phát hành dừng giữa lúc gửi bài. Hệ thống đang kiểm tra bài đã lên kênh chưa và không gửi lại "
            "khi chưa chắc chắn."
        )
    )


def _unsure() -> str:
    return str(
        _(
            "Chưa rõ bài đã lên kênh hay chưa vì mất câu trả lời của kênh. Hệ thống sẽ tự kiểm tra và không đăng "
            "lại khi chưa chắc chắn; bạn có thể mở kênh để xem."
        )
    )


def _standing(receipt: Receipt, checks: int) -> Verdict:
    if receipt.settled:
        return Verdict(DONE, PUBLISHED, receipt=receipt)
    if checks >= len(_SETTLING_PAUSES):
        sentence = _(
            "Kênh đã nhận bài nhưng quá lâu chưa báo đã đăng. Hãy mở kênh xem bài đã có chưa, rồi ghi nhận ở trang này."
        )
        return Verdict(
            ACCEPTED, UNCONFIRMED, sentence=sentence, next_step=NextStep.LOOK_AT_OUTLET.value, receipt=receipt
        )
    sentence = _("Kênh đã nhận bài và đang xử lý. Bạn chưa phải làm gì.")
    return Verdict(ACCEPTED, SENDING, _SETTLING_PAUSES[checks], sentence, NextStep.WAIT.value, receipt=receipt)


def _later(call: str, error: TryAgain, tries: int, luck: float) -> Verdict:
    if tries >= MAX_TRIES:
        sentence = {
            PUBLISH: _(
                "Đã thử gửi %(n)s lần mà kênh chưa nhận, nên hệ thống dừng lại. Bài vẫn được giữ; hãy xem kênh có "
                "hoạt động không rồi bấm Gửi lại.",
                n=tries,
            ),
            EDIT: _(
                "Đã thử %(n)s lần mà chưa thay được bản trên kênh; bản cũ vẫn đang hiện. Hãy xem kênh có hoạt động "
                "không rồi bấm Gửi lại.",
                n=tries,
            ),
            RETRACT: _(
                "Đã thử gỡ %(n)s lần mà chưa được; bài có thể vẫn còn trên kênh. Hãy mở kênh gỡ bằng tay rồi ghi nhận "
                "ở trang này.",
                n=tries,
            ),
        }[call]
        state = NEEDS_PERSON if call == RETRACT else FAILED
        return Verdict(
            TRY_AGAIN, state, sentence=sentence, next_step=NextStep.LOOK_AT_OUTLET.value, detail=error.detail
        )
    pause = _pause(error, tries, luck)
    return Verdict(
        TRY_AGAIN,
        SENDING if call == RETRACT else SCHEDULED,
        pause,
        error.for_school,
        error.next_step.value,
        detail=error.detail,
    )


def _pause(error: TryAgain, tries: int, luck: float) -> dt.timedelta:
    asked = (error.after or dt.timedelta(0)) * (1 + 0.1 * luck)
    if error.renew and tries == 1:
        # New credentials are fetched before the next call, so there is nothing else to wait for.
        return asked
    usual: dt.timedelta = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (tries - 1))
    return max(asked, usual * (1 + 0.25 * luck))


def _judge_look_up(answer: object, tries: int, checks: int) -> Verdict:
    if isinstance(answer, LookUp) and answer.state == "found" and answer.receipt is not None:
        return _standing(answer.receipt, checks)
    if isinstance(answer, LookUp) and answer.state == "not_there":
        if tries >= MAX_TRIES:
            sentence = _("Đã gửi %(n)s lần mà bài vẫn chưa có trên kênh, nên hệ thống dừng lại.", n=tries)
            return Verdict(NOT_THERE, FAILED, sentence=sentence, forget_receipt=True)
        return Verdict(NOT_THERE, SCHEDULED, dt.timedelta(0), forget_receipt=True)
    if isinstance(answer, NeedsPerson):
        return Verdict(
            NEEDS,
            UNCONFIRMED,
            sentence=answer.for_school,
            next_step=answer.next_step.value,
            detail=answer.detail,
        )
    told = isinstance(answer, LookUp)
    if told or checks >= MAX_CHECKS:
        reason = answer.reason if isinstance(answer, LookUp) else ""
        sentence = reason or _(
            "Hệ thống không tra được bài đã có trên kênh hay chưa. Hãy mở kênh xem, rồi ghi nhận kết quả ở trang này."
        )
        return Verdict(
            CANNOT_TELL,
            UNCONFIRMED,
            sentence=sentence,
            next_step=NextStep.LOOK_AT_OUTLET.value,
            detail="" if told else _detail(answer),
        )
    after = answer.after if isinstance(answer, TryAgain) and answer.after else dt.timedelta(0)
    pause = max(after, _CHECK_PAUSES[min(checks, len(_CHECK_PAUSES) - 1)])
    return Verdict(TRY_AGAIN, UNCONFIRMED, pause, _unsure(), NextStep.LOOK_AT_OUTLET.value, detail=_detail(answer))


def _detail(answer: object) -> str:
    if isinstance(answer, ChannelError):
        return answer.detail
    return f"{type(answer).__name__}: {answer}" if isinstance(answer, BaseException) else ""
