"""An office amends its plan twice; three schools, each with words of their own, follow in three ways and issue."""

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
    step.see_the_effects_and_issue(
        officer, valley, "41", "Kế hoạch điều chỉnh", "Thêm nơi nhận báo cáo.", ("1 đơn vị đã viết lại",)
    )

    step.open_an_amendment(officer, valley)
    step.reword(officer, valley, "safety", step.SAFETY_3)
    step.withdraw(officer, valley, "food")
    step.see_the_effects_and_issue(
        officer,
        valley,
        "42",
        "Kế hoạch thay thế, in lại toàn bộ",
        "Bữa ăn có kế hoạch riêng.",
        ("1 đơn vị có lời riêng ở mục bị rút",),
    )

    waiting = ("Đang ở bản 1/3", "Đang cụ thể hóa")
    step.see_the_board(officer, valley, waiting, waiting, ("Bản 3", "1 chờ quyết định"))

    first = visit(valley.principals[0])
    step.take_the_third_version_directly(first, valley, 0, "Thêm nơi nhận báo cáo.", "Bữa ăn có kế hoạch riêng.")
    step.read_the_new_text(first, valley, 0, step.SAFETY_3, step.READING_2, step.OWN_READING)
    step.issue_the_schools_plan(first, valley, 0, step.SAFETY_3, step.READING_2, step.OWN_READING)

    second = visit(valley.principals[1], PHONE)
    step.take_the_third_version_directly(second, valley, 1, "Thêm nơi nhận báo cáo.")
    step.combine_in_the_merge_screen(second, valley, 1)
    step.undo_and_combine_again(second, valley, 1)
    step.issue_the_schools_plan(second, valley, 1, step.COMBINED, step.READING_2)

    third = visit(valley.principals[2])
    step.keep_the_orphan_as_an_own_node(third, valley, 2)
    step.issue_the_schools_plan(third, valley, 2, step.SAFETY_3, step.OWN_FOOD)

    step.see_who_has_decided(officer, valley)
    done = ("Đã ban hành", "Bản 3")
    step.see_the_board(officer, valley, (*done, "điều chỉnh 1"), (*done, "điều chỉnh 1"), (*done, "thêm 1"))
    step.take_the_offices_documents(officer, valley)
