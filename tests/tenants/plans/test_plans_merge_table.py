"""The table of the merge, row by row, as values: B the superior's text before, U its text now, L the unit's own."""

from __future__ import annotations

from typing import Any

import pytest

from tenants.plans.comparing import compare
from tenants.plans.layer import compose
from tenants.plans.merge import ABSENT, FieldOutcome, Merge, decided, merge_field, merge_layer
from tenants.plans.nodes import Layer, Node, Omission, Override

QUOTA = {"count": 2, "period": "month", "genre": None, "subject": None}


def quota(count: int, **bounds: int) -> dict[str, Any]:
    return {**QUOTA, "count": count, **bounds}


@pytest.mark.parametrize("policy", ["default", "free", "locked"])
@pytest.mark.parametrize(
    ("upstream", "kind"), [("Cũ", "nothing"), ("Mới", "take")], ids=["superior unchanged", "superior changed"]
)
def test_without_own_words_the_superiors_text_holds(policy: str, upstream: str, kind: str) -> None:
    assert merge_field("body", policy, "Cũ", upstream) == FieldOutcome(kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("policy", ["default", "free"])
@pytest.mark.parametrize(
    ("base", "upstream", "local", "outcome"),
    [
        ("Cũ", "Cũ", "Riêng", FieldOutcome("keep", "Riêng")),
        ("Cũ", "Mới", "Mới", FieldOutcome("same")),
        ("Cũ", "Mới", "Riêng", FieldOutcome("decide", "Riêng")),
        ("Cũ", "Cũ", "Cũ", FieldOutcome("same")),
    ],
    ids=["unchanged: keep", "same thought", "both changed: decide", "own equals both"],
)
def test_own_words_where_the_unit_may_adapt(
    policy: str, base: str, upstream: str, local: str, outcome: FieldOutcome
) -> None:
    assert merge_field("body", policy, base, upstream, local) == outcome


@pytest.mark.parametrize(
    ("upstream", "local", "kind"),
    [("Mới", "Riêng", "locked"), ("Cũ", "Riêng", "locked"), ("Mới", "Mới", "same")],
    ids=["changed", "only locked", "same thought"],
)
def test_a_lock_wins_over_own_words(upstream: str, local: str, kind: str) -> None:
    assert merge_field("body", "locked", "Cũ", upstream, local) == FieldOutcome(kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "upstream", "local", "outcome"),
    [
        (quota(2), quota(2), quota(3), FieldOutcome("keep", quota(3))),
        (quota(2), quota(4), quota(3), FieldOutcome("decide", quota(3))),
        (quota(2), quota(4, floor=4), quota(3), FieldOutcome("bounds")),
        (quota(2), quota(5, floor=4), quota(3), FieldOutcome("bounds", quota(4, floor=4))),
        (quota(2), quota(2, ceiling=2), quota(3), FieldOutcome("bounds")),
        (quota(2), quota(1, ceiling=2), quota(3), FieldOutcome("bounds", quota(2, ceiling=2))),
        (quota(2), quota(2, floor=1), quota(3), FieldOutcome("keep", quota(3, floor=1))),
        (quota(2), quota(5, floor=1), quota(3), FieldOutcome("decide", quota(3))),
        (quota(2), None, quota(3), FieldOutcome("decide", quota(3))),
        (quota(2), quota(2), None, FieldOutcome("keep", None)),
        (quota(2), quota(4), None, FieldOutcome("decide", None)),
    ],
    ids=[
        "unchanged", "both changed", "floor is the superior's count", "floor between", "ceiling is the count",
        "ceiling between", "a bound that does not touch it", "changed within bounds", "target dropped above",
        "own: no target", "own: no target, changed above",
    ],
)  # fmt: skip
def test_counts_stay_within_floor_and_ceiling(
    base: dict[str, Any] | None, upstream: dict[str, Any] | None, local: dict[str, Any] | None, outcome: FieldOutcome
) -> None:
    assert merge_field("quota", "default", base, upstream, local) == outcome


@pytest.mark.parametrize("name", ["position", "mandatory", "policies"])
def test_order_and_stricter_rules_raise_no_question(name: str) -> None:
    assert merge_field(name, "default", 1, 2, 3) == FieldOutcome("keep", 3)


SECTION = Node("s", title="Phần", position=1)


def node(ident: str, body: str = "Cũ", **fields: Any) -> Node:
    return Node(ident, **{"parent": "s", "position": 1, "title": ident, "body": body, **fields})


def own(ident: str, value: Any = "Riêng", base: Any = "Cũ", name: str = "body") -> Override:
    return Override(ident, name, value, base, 1, "vì sao")


def layer_of(*overrides: Override, omitted: tuple[str, ...] = (), nodes: tuple[Node, ...] = ()) -> Layer:
    fields: dict[str, dict[str, Override]] = {}
    for one in overrides:
        fields.setdefault(one.node_id, {})[one.field] = one
    return Layer(nodes, fields, {ident: Omission(ident, 1, "không hợp") for ident in omitted})


def merged(
    old: list[Node], new: list[Node], layer: Layer, successors: dict[str, tuple[str, ...]] | None = None
) -> Merge:
    before = compose([[SECTION, *old]], layer)
    return merge_layer(before, [SECTION, *new], layer, successors or {}, lambda _ident: 2)


def kinds(merge: Merge) -> dict[tuple[str, str], str]:
    return {(one.node_id, one.field): one.kind for one in merge.outcomes}


def test_keeping_moves_the_base_forward_and_a_question_does_not() -> None:
    layer = layer_of(own("a"), own("b"))
    merge = merged([node("a"), node("b")], [node("a", title="khác"), node("b", "Mới")], layer)
    kept, asked = merge.layer.overrides["a"]["body"], merge.layer.overrides["b"]["body"]
    assert (kept.value, kept.base_version) == ("Riêng", 2)
    assert (asked.value, asked.base_value, asked.base_version) == ("Riêng", "Cũ", 1)


def test_a_question_clears_when_the_superior_goes_back() -> None:
    first = merged([node("a")], [node("a", "Mới")], layer_of(own("a")))
    assert kinds(first) == {("a", "body"): "decide"}
    second = merged([node("a", "Mới")], [node("a", "Cũ")], first.layer)
    assert kinds(second) == {("a", "body"): "keep"} and second.counts.decisions == 0


def test_a_withdrawn_node_without_own_words_goes_quietly() -> None:
    merge = merged([node("a")], [], layer_of())
    assert not merge.outcomes and merge.counts.auto == 1


def test_own_words_on_a_withdrawn_node_go_to_the_shelf() -> None:
    merge = merged([node("a", title="Mục cũ")], [], layer_of(own("a")))
    (shelved,) = merge.outcomes
    assert shelved.kind == "orphan" and shelved.local["own"] == {"body": "Riêng"}
    assert shelved.local["node"]["title"] == "Mục cũ" and shelved.local["node"]["body"] == "Riêng"
    assert not merge.layer.overrides and merge.counts.orphaned == 1


def test_own_nodes_below_a_withdrawn_node_put_it_on_the_shelf_and_stay() -> None:
    merge = merged([node("a")], [], layer_of(nodes=(Node("mine", parent="a", title="Của trường"),)))
    assert merge.outcomes[0].local["children"] == ["mine"]
    assert [one.title for one in merge.layer.own] == ["Của trường"]


def test_a_split_takes_own_words_to_the_first_part() -> None:
    merge = merged([node("a")], [node("y", position=2), node("x", position=1)], layer_of(own("a")), {"a": ("y", "x")})
    assert set(merge.layer.overrides) == {"x"} and merge.moved == {("a", "body"): "x"}


def test_own_words_follow_over_versions_that_were_skipped() -> None:
    layer = layer_of(own("a"), omitted=("b",), nodes=(Node("mine", parent="a", title="Của trường"),))
    successors = {"a": ("x",), "x": ("y", "z"), "b": ("c",), "c": ("d",)}
    after = [node("y", position=2), node("z", position=1), node("d", position=3)]
    merge = merged([node("a"), node("b")], after, layer, successors)
    assert set(merge.layer.overrides) == {"z"} and set(merge.layer.omissions) == {"d"}
    assert merge.layer.own[0].parent == "z" and merge.counts.orphaned == 0


def test_two_wordings_that_meet_in_one_node_one_moves_and_one_is_shelved() -> None:
    merge = merged(
        [node("a"), node("b", position=2)], [node("x")], layer_of(own("a", "Một"), own("b", "Hai")),
        {"a": ("x",), "b": ("x",)},
    )  # fmt: skip
    assert merge.layer.overrides["x"]["body"].value == "Một"
    assert [one.local["own"] for one in merge.outcomes if one.kind == "orphan"] == [{"body": "Hai"}]


def test_own_nodes_follow_to_the_successor() -> None:
    layer = layer_of(nodes=(Node("mine", parent="a", title="Của trường"),))
    merge = merged([node("a")], [node("x")], layer, {"a": ("x",)})
    assert merge.layer.own[0].parent == "x" and merge.counts.orphaned == 0


def test_a_node_left_out_stays_out_and_counts_as_one_line() -> None:
    merge = merged([node("a")], [node("a", "Mới")], layer_of(own("a"), omitted=("a",)))
    assert merge.layer.omissions and merge.counts.hidden == 1 and merge.counts.decisions == 0
    assert merge.layer.overrides["a"]["body"].base_value == "Cũ"


@pytest.mark.parametrize("deep", [False, True], ids=["itself", "one below it"])
def test_a_node_left_out_returns_with_a_notice_when_it_becomes_mandatory(deep: bool) -> None:
    old = [node("a"), node("c", parent="a")]
    new = [node("a", mandatory=not deep), node("c", parent="a", mandatory=deep)]
    merge = merged(old, new, layer_of(omitted=("a",)))
    assert not merge.layer.omissions and kinds(merge) == {("a", ""): "mandatory"}


def test_what_replaces_only_left_out_nodes_stays_left_out() -> None:
    merge = merged([node("a")], [node("x")], layer_of(omitted=("a",)), {"a": ("x",)})
    assert set(merge.layer.omissions) == {"x"}
    shown = merged([node("a"), node("b")], [node("x")], layer_of(omitted=("a",)), {"a": ("x",), "b": ("x",)})
    assert not shown.layer.omissions and kinds(shown) == {("a", ""): "omission-gone"}


def test_nothing_is_matched_by_title() -> None:
    merge = merged([node("a", title="An toàn")], [node("x", title="An toàn")], layer_of(own("a")))
    assert not merge.layer.overrides and merge.counts.orphaned == 1


def test_reordering_alone_raises_nothing() -> None:
    merge = merged([node("a"), node("b", position=2)], [node("a", position=9), node("b", position=2)],
                   layer_of(own("a"), own("b")))  # fmt: skip
    assert set(kinds(merge).values()) == {"keep"} and merge.counts.auto == 0


@pytest.mark.parametrize(
    ("choice", "value", "left"),
    [("keep", ABSENT, "Riêng"), ("take", ABSENT, None), ("combine", "Cả hai", "Cả hai"), ("combine", "Mới", None)],
)
def test_a_decision_moves_the_base_so_that_it_is_not_asked_again(choice: str, value: Any, left: str | None) -> None:
    layer = decided(layer_of(own("a")), node("a", "Mới"), "body", choice, 2, value)
    if left is None:
        assert not layer.overrides
    else:
        assert (layer.overrides["a"]["body"].value, layer.overrides["a"]["body"].base_value) == (left, "Mới")
    assert merged([node("a", "Mới")], [node("a", "Mới")], layer).counts.decisions == 0


def test_changes_between_versions_in_reading_order_with_what_replaces_what() -> None:
    old = [SECTION, node("a", position=1), node("b", position=2), node("c", position=3), node("d", position=4)]
    new = [SECTION, node("b", position=1), node("x", position=2), node("d", "Mới", position=4)]
    found = compare(old, new, {"a": ("x",), "c": ("x",)}, hidden=["d"])
    assert [(one.kind, one.node_id) for one in found] == [
        ("moved", "b"), ("added", "x"), ("changed", "d"), ("withdrawn", "a"), ("withdrawn", "c"),
    ]  # fmt: skip
    assert [ident for ident, _text in found[1].replaces] == ["a", "c"] and found[2].hidden
    assert found[2].fields[0].before == "Cũ" and found[2].path == "Phần" and found[3].successors == (("x", "x"),)
