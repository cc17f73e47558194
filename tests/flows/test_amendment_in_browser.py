"""An office amends its plan twice; three schools, each with words of their own, follow in three ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flows import steps_amending as step
from flows.visitor import PHONE, Visitor


@pytest.mark.database("postgresql")
def test_two_amendments_and_three_schools(app: Flask, visit: Callable[..., Visitor]) -> None:
    valley = step.issue_the_first_version(app)
    step.localize_differently(app, valley)

    officer = visit(valley.officer)
    step.open_an_amendment(officer, valley)
    step.reword(officer, valley, "safety", step.SAFETY_2)
    step.reword(officer, valley, "reading", step.READING_2)
    step.see_the_effects_and_issue(officer, valley, "41", "Thêm nơi nhận báo cáo.", ("1 đơn vị đã viết lại",))

    step.open_an_amendment(officer, valley)
    step.reword(officer, valley, "safety", step.SAFETY_3)
    step.withdraw(officer, valley, "food")
    step.see_the_effects_and_issue(
        officer, valley, "42", "Bữa ăn có kế hoạch riêng.", ("1 đơn vị có lời riêng ở mục bị rút",)
    )

    first = visit(valley.principals[0])
    step.take_the_third_version_directly(first, valley, 0, "Thêm nơi nhận báo cáo.", "Bữa ăn có kế hoạch riêng.")
    step.read_the_new_text(first, valley, 0, step.SAFETY_3, step.READING_2, "Văn hóa đọc ở Đầu Suối")

    second = visit(valley.principals[1], PHONE)
    step.take_the_third_version_directly(second, valley, 1, "Thêm nơi nhận báo cáo.")
    step.combine_in_the_merge_screen(second, valley, 1)
    step.undo_and_combine_again(second, valley, 1)

    third = visit(valley.principals[2])
    step.keep_the_orphan_as_an_own_node(third, valley, 2)

    step.see_who_has_decided(officer, valley)
