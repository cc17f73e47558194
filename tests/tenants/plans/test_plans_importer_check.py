"""The score of a plan that was read against what was expected."""

from __future__ import annotations

from typing import Any

from tenants.plans.importer import read_plan_text
from tenants.plans.importer.check import FieldScore, compare

TEXT = (
    "Số: 4/KH-MN\nKẾ HOẠCH\nTruyền thông\n\nCăn cứ Kế hoạch số 1/KH-UBND của UBND xã;\n"
    "I. NỘI DUNG\n1. Một.\n2. Hai.\n3. Ba.\nNơi nhận:\n- Lưu: VT."
)


def scores(read: dict[str, Any], expected: dict[str, Any]) -> dict[str, FieldScore]:
    return {score.field: score for score in compare(read, expected)}


def test_a_plan_equals_itself_in_every_field() -> None:
    read = read_plan_text(TEXT).as_dict()
    result = scores(read, read)
    assert {score.share for score in result.values()} == {1.0}
    assert {
        "number",
        "issuer_parent",
        "citations",
        "citations.subject",
        "nodes",
        "nodes.kind",
        "nodes.parent",
        "signer.name",
    } <= set(result)


def test_one_missing_node_costs_one_and_not_all_that_follow() -> None:
    read, expected = read_plan_text(TEXT).as_dict(), read_plan_text(TEXT).as_dict()
    del read["nodes"][0]["children"][0]
    result = scores(read, expected)
    assert (result["nodes"].right, result["nodes"].total) == (3, 4)
    assert result["nodes.label"].share == 1.0
    assert result["nodes"].differences == ["- Một."]


def test_wrong_values_are_shown_side_by_side() -> None:
    read, expected = read_plan_text(TEXT).as_dict(), read_plan_text(TEXT).as_dict()
    read["number"] = "5"
    read["nodes"][0]["children"][1]["kind"] = "task"
    read["nodes"][0]["children"][2]["owners"] = ["BGH"]
    read["citations"][0]["issuer"] = None
    result = scores(read, expected)
    assert result["number"].differences == ["4 <> 5"]
    assert (result["nodes.kind"].right, result["nodes.kind"].total) == (3, 4)
    assert result["nodes.owners"].differences == ["“Ba.”: (trống) <> BGH"]
    assert result["citations.issuer"].share == 0.0 and result["citations"].share == 1.0


def test_only_what_the_expectation_holds_is_scored() -> None:
    read = read_plan_text(TEXT).as_dict()
    expected = {"title": "Truyền  thông", "recipients": ["Lưu: VT", "Các lớp"], "signer": {"name": None}}
    result = scores(read, expected)
    assert list(result) == ["title", "recipients", "signer.name"]
    assert result["title"].share == 1.0
    assert (result["recipients"].right, result["recipients"].total) == (1, 2)
