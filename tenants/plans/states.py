"""The life of a plan. Pure.

Drafts are edited; an issued plan is a legal document that nobody edits (NĐ 30/2020/NĐ-CP, Điều 18): later changes
are drafted as the next version ("amending") and issued under a number of their own.
"""

from __future__ import annotations

from tenants.errors import Refused

DRAFT, AMENDING, ISSUED, REVOKED = "draft", "amending", "issued", "revoked"

EDITABLE = frozenset({DRAFT, AMENDING})

_STEPS = {
    (DRAFT, "issue"): ISSUED,
    (AMENDING, "issue"): ISSUED,
    (ISSUED, "amend"): AMENDING,
    (AMENDING, "discard"): ISSUED,
    (ISSUED, "revoke"): REVOKED,
    (AMENDING, "revoke"): REVOKED,
}


def step(state: str, event: str) -> str:
    """Return the state after ``event`` ("issue", "amend", "discard", "revoke").

    Raises:
        Refused: ``plan-state``.
    """
    try:
        return _STEPS[state, event]
    except KeyError:
        if state == REVOKED:
            sentence = "Kế hoạch này đã được thu hồi nên không thay đổi được nữa. Văn bản và lịch sử được giữ nguyên."
        elif event == "issue":
            sentence = "Kế hoạch này đã ban hành rồi. Văn bản đã ban hành được giữ nguyên."
        elif event == "revoke":
            sentence = "Chỉ thu hồi được kế hoạch đã ban hành. Dự thảo được giữ nguyên."
        elif event == "discard":
            sentence = "Kế hoạch không có bản điều chỉnh đang soạn nên không có dự thảo nào để bỏ. Chưa có gì thay đổi."
        else:
            sentence = "Chỉ kế hoạch đã ban hành mới soạn bản điều chỉnh. Chưa có gì thay đổi."
        raise Refused("plan-state", sentence, {"state": state}) from None


def refuse_unless_editable(state: str) -> None:
    """Let only drafts be changed.

    Raises:
        Refused: ``plan-issued``.
    """
    if state == REVOKED:
        step(state, "amend")
    if state not in EDITABLE:
        raise Refused(
            "plan-issued",
            "Kế hoạch đã ban hành nên không sửa trực tiếp được. Văn bản được giữ nguyên; nội dung thay đổi cần một "
            "văn bản điều chỉnh, bổ sung có số và ngày riêng.",
            {"state": state},
        )
