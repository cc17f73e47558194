"""The score of a plan that was read against what was expected."""

from __future__ import annotations

from typing import Any

from tenants.plans.importer import read_plan_text
from tenants.plans.importer.accuracy import as_compared
from tenants.plans.importer.check import FieldScore, compare, unknown_keys

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


def test_an_expected_text_may_leave_words_out_but_not_its_ends() -> None:
    def right(expected: str) -> bool:
        return scores({"title": "Truyền thông về giáo dục mầm non"}, {"title": expected})["title"].share == 1.0

    assert right("Truyền thông […] mầm non") and right("[…]giáo dục[…]") and right("Truyền […] về […] mầm non")
    assert not right("Truyền thông […] tiểu học")
    assert not right("thông […] mầm non")
    assert not right("Truyền […] giáo dục […] về […] mầm non")
    assert not right("Truyền thông về giáo dục […] giáo dục mầm non")


def test_items_with_words_left_out_are_found_among_like_ones() -> None:
    read = read_plan_text(TEXT).as_dict()
    items = [{"text": "[…].", "label": "1"}, {"text": "[…]a."}]
    result = scores(read, {"nodes": [{"text": "NỘI DUNG", "children": items}]})
    assert (result["nodes"].right, result["nodes"].differences) == (3, ["+ Hai."])
    assert (result["nodes.label"].right, result["nodes.parent"].right) == (1, 3)


def test_the_parent_plan_and_the_places_of_warnings_are_compared_too() -> None:
    read = as_compared(read_plan_text(TEXT))
    places = [{"code": "issuer-not-in-head", "at": "Căn cứ"}, {"code": "missing-date", "at": None}]
    result = scores(read, {"parent_plan": "1/KH-UBND", "warnings": places})
    assert result["parent_plan"].share == 1.0
    assert result["warnings.at"].total == 1 and result["warnings.at"].right == 1
    assert "- issuer-not-in-head" in result["warnings"].differences


def test_what_would_never_be_compared_is_named() -> None:
    expected = {
        "titel": "Truyền thông",
        "recipients": "Lưu: VT",
        "nodes": [{"text": "I", "children": [{"text": "Một", "owner": "BGH"}]}],
        "citations": ["105/KH-PGDĐT"],
        "signer": {"naem": "An"},
    }
    assert unknown_keys(expected) == ["citations.105/KH-PGDĐT", "nodes.owner", "recipients", "signer.naem", "titel"]
    assert unknown_keys([]) == ["{}"]
