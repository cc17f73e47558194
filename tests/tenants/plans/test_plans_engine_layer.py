"""The composition of plans as values: what a school reads, and what the superior's locks hold."""

from __future__ import annotations

import pytest

from tenants.errors import Refused
from tenants.plans.layer import (
    Row,
    compose,
    for_levels,
    layer_rows,
    refuse_locked,
    refuse_out_of_bounds,
    rows_to_write,
    tally,
)
from tenants.plans.nodes import BASE_STRIDE, Layer, Node, Omission, Override, field_value, with_value
from tenants.plans.tree import assemble, letter, present, roman, walk

OFFICE, SCHOOL = 1, 2


def node(ident: str, parent: str = "", position: int = 0, **fields: object) -> Node:
    fields.setdefault("title", f"Mục {ident}")
    fields.setdefault("origin_unit_id", OFFICE)
    return Node(ident, parent, position, **fields)  # type: ignore[arg-type]


def override(ident: str, field: str, value: object, base: object = None) -> dict[str, dict[str, Override]]:
    return {ident: {field: Override(ident, field, value, base, 1)}}


def printed(bases: list[list[Node]], layer: Layer) -> list[str]:
    return [f"{n.label} {n.node.text}".strip() for n in walk(present(assemble(compose(bases, layer))))]


PLAN = [
    node("s1", position=1, label="I"),
    node("a", "s1", 1, label="1"),
    node("b", "s1", 2, label="2"),
    node("s2", position=2, label="II"),
]


def test_a_plan_without_a_layer_is_read_as_the_superior_wrote_it() -> None:
    items = compose([PLAN], Layer())
    assert {item.state for item in items} == {"inherited"}
    assert printed([PLAN], Layer()) == ["I Mục s1", "1 Mục a", "2 Mục b", "II Mục s2"]


def test_an_override_changes_one_field_and_keeps_the_superiors_text_beside_it() -> None:
    layer = Layer(overrides=override("a", "title", "Lời của trường"))
    item = next(item for item in compose([PLAN], layer) if item.node.node_id == "a")
    assert (item.state, item.node.title, item.adapted) == ("adapted", "Lời của trường", {"title"})
    assert item.base is not None and item.base.title == "Mục a"


def test_own_nodes_stand_where_the_school_put_them_and_are_numbered_along() -> None:
    own = node("own", "s1", 1, label="1", title="Mục riêng", origin_unit_id=SCHOOL)
    moved = Layer(own=(own,), overrides=override("a", "position", 5))
    assert printed([PLAN], moved) == ["I Mục s1", "1 Mục riêng", "2 Mục b", "3 Mục a", "II Mục s2"]
    states = {item.node.node_id: item.state for item in compose([PLAN], moved)}
    assert states["a"] == "inherited", "moving a node is no change of its text"


def test_an_omission_takes_what_stands_below_and_numbers_close_up() -> None:
    plan = [*PLAN, node("a1", "a", 1, label="a")]
    layer = Layer(omissions={"a": Omission("a", 1, "Không có học sinh bán trú")})
    items = {item.node.node_id: item for item in compose([plan], layer)}
    assert (items["a"].state, items["a1"].state) == ("omitted", "omitted")
    assert items["a"].omission is not None and items["a1"].omission is None
    assert printed([plan], layer) == ["I Mục s1", "1 Mục b", "II Mục s2"]


def test_a_mandatory_node_stays_whatever_the_layer_says() -> None:
    plan = [node("m", mandatory=True)]
    assert compose([plan], Layer(omissions={"m": Omission("m", 1, "x")}))[0].state == "inherited"


def test_a_lock_set_later_wins_over_the_schools_text() -> None:
    plan = [node("a", policies={"title": "locked"})]
    item = compose([plan], Layer(overrides=override("a", "title", "Lời của trường")))[0]
    assert (item.node.title, item.state) == ("Mục a", "inherited")
    assert item.overrides["title"].value == "Lời của trường", "the school's words are still in its layer"


def test_locked_is_refused_in_a_sentence_and_the_rest_is_not() -> None:
    locked = node("a", policies={"title": "locked", "body": "free"})
    refuse_locked(locked, "body")
    refuse_locked(locked, "owners")
    with pytest.raises(Refused) as refusal:
        refuse_locked(locked, "title")
    assert refusal.value.code == "field-locked"
    assert "khóa tiêu đề" in refusal.value.sentence and "Mục a" in refusal.value.sentence


QUOTA = {"count": 2, "period": "month", "genre": "feature", "subject": "role_model", "floor": 1, "ceiling": 4}


@pytest.mark.parametrize(("count", "code"), [(0, "below-floor"), (5, "above-ceiling")])
def test_a_count_outside_floor_and_ceiling_is_refused(count: int, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        refuse_out_of_bounds(node("q", quota=QUOTA), {**QUOTA, "count": count})
    assert refusal.value.code == code


def test_with_a_floor_the_period_cannot_be_stretched_instead() -> None:
    with pytest.raises(Refused) as refusal:
        refuse_out_of_bounds(node("q", quota=QUOTA), {**QUOTA, "period": "year"})
    assert refusal.value.code == "quota-shape"


def test_a_floor_raised_later_lifts_the_schools_count() -> None:
    plan = [node("q", quota={**QUOTA, "count": 3, "floor": 3})]
    item = compose([plan], Layer(overrides=override("q", "quota", {**QUOTA, "count": 1})))[0]
    assert item.node.quota is not None and item.node.quota["count"] == 3


def test_a_unit_between_tightens_rules_and_never_loosens_them() -> None:
    given = node("a", policies={"title": "locked", "body": "free"}, mandatory=True)
    own = with_value(given, "policies", {"title": "free", "body": "locked", "owners": "locked"})
    assert own.policies == {"title": "locked", "body": "locked", "owners": "locked"}
    assert with_value(given, "mandatory", False).mandatory is True


def test_levels_keep_the_parents_of_what_is_kept_and_children_follow_their_parent() -> None:
    plan = [
        node("all"),
        node("upper", levels=("upper_secondary",)),
        node("upper-child", "upper"),
        node("mixed", levels=("upper_secondary",)),
        node("mixed-child", "mixed", levels=("preschool",)),
    ]
    kept = [n.node_id for n in for_levels(plan, ["preschool"])]
    assert kept == ["all", "mixed", "mixed-child"]
    assert len(for_levels(plan, [])) == len(plan)


def test_two_superiors_stand_one_behind_the_other_and_are_told_apart() -> None:
    other = [node("x", position=1, label="I", origin_unit_id=9), node("x1", "x", 1, label="1", origin_unit_id=9)]
    items = compose([PLAN, other], Layer())
    assert {item.node.node_id: item.base_index for item in items} == {"s1": 0, "a": 0, "b": 0, "s2": 0, "x": 1, "x1": 1}
    assert next(item for item in items if item.node.node_id == "x").origin_unit_id == 9
    assert next(item.node.position for item in items if item.node.node_id == "x") == BASE_STRIDE + 1
    assert printed([PLAN, other], Layer())[-2:] == ["III Mục x", "1 Mục x1"]


def test_a_node_that_comes_over_two_superiors_appears_once() -> None:
    items = compose([PLAN, [node("a", title="Bản khác của mục a")]], Layer())
    assert [item.node.title for item in items if item.node.node_id == "a"] == ["Mục a"]


def test_an_own_node_under_a_withdrawn_parent_is_shown_not_lost() -> None:
    own = node("own", "gone", title="Mục riêng", origin_unit_id=SCHOOL)
    items = compose([PLAN], Layer(own=(own,)))
    assert [item.node.text for item in items if item.orphan] == ["Mục riêng"]
    assert "Mục riêng" in printed([PLAN], Layer(own=(own,)))[-1]


def test_issuing_writes_only_what_differs_and_reading_it_back_gives_the_same() -> None:
    own = node("own", "s1", 3, title="Mục riêng", origin_unit_id=SCHOOL)
    layer = Layer(
        own=(own,), overrides=override("b", "body", "Lời thêm"), omissions={"s2": Omission("s2", 1, "Không áp dụng")}
    )
    composed = compose([PLAN], layer)
    rows = rows_to_write(composed)
    assert {row.node.node_id: row.omitted for row in rows} == {"own": False, "b": False, "s2": True}
    again = layer_rows([PLAN], rows)
    assert {i.node.node_id: (i.state, i.node) for i in again if i.is_present} == {
        i.node.node_id: (i.state, i.node) for i in composed if i.is_present
    }


def test_rows_of_a_plan_without_a_base_are_its_nodes() -> None:
    items = layer_rows([], [Row(n) for n in PLAN])
    assert [item.state for item in items] == ["own"] * 4


def test_the_tally_counts_for_the_superior_it_concerns() -> None:
    other = [node("x", origin_unit_id=9)]
    layer = Layer(
        own=(node("o1", "s1"), node("o2", "x"), node("o3", "o2")),
        overrides={**override("a", "title", "khác"), **override("b", "position", 9)},
        omissions={"s2": Omission("s2", 1, "x")},
    )
    first, second = tally(compose([PLAN, other], layer), 2)
    assert (first.adapted, first.added, first.omitted) == (1, 1, 1)
    assert (second.adapted, second.added, second.omitted) == (0, 2, 0)


@pytest.mark.parametrize("field", ["title", "owners", "levels", "quota", "due", "policies"])
def test_a_field_goes_into_its_stored_form_and_back(field: str) -> None:
    import datetime as dt

    full = node(
        "a", owners=("Tổ 1",), levels=("primary",), quota={"count": 1, "period": "month"}, due_from=dt.date(2026, 9, 1)
    )
    assert field_value(with_value(node("a"), field, field_value(full, field)), field) == field_value(full, field)


def test_numbers_are_those_of_the_decree() -> None:
    assert [roman(n) for n in (1, 4, 9, 14, 40)] == ["I", "IV", "IX", "XIV", "XL"]
    assert "".join(letter(n) for n in range(1, 13)) == "abcdđeghiklm"
    assert letter(24) == "aa"


def test_each_style_is_counted_by_itself_and_dotted_numbers_follow_their_parent() -> None:
    plan = [
        node("s", position=1, label="I"),
        node("p", "s", 1, label="2"),
        node("p1", "p", 1, label="2.4"),
        node("p2", "p", 2, label="2.9"),
        node("d", "p", 3, label="-"),
        node("text", "s", 2, label=""),
        node("q", "s", 3, label="5"),
    ]
    labels = [n.label for n in walk(assemble(compose([plan], Layer())))]
    assert labels == ["I", "1", "1.1", "1.2", "-", "", "2"]
