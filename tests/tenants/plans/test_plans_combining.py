"""Suggestions of how two changes of one text go together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.plans.combining import combine_list, combine_prose, propose, sentences


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Một câu. Hai câu! Ba?", ["Một câu. ", "Hai câu! ", "Ba?"]),
        ("Mời ThS. Lan và TP. Hoa Sim dự. Xong.", ["Mời ThS. Lan và TP. Hoa Sim dự. ", "Xong."]),
        ("1. Mở đầu\n2. Kết", ["1. Mở đầu\n", "2. Kết"]),
        ("Chi 1.500.000 đồng. Đủ.", ["Chi 1.500.000 đồng. ", "Đủ."]),
        ("Gồm báo, đài, v.v. và loa. Hết", ["Gồm báo, đài, v.v. và loa. ", "Hết"]),
        ("Nói: “Đi thôi.” Rồi đi.", ["Nói: “Đi thôi.” ", "Rồi đi."]),
        ("", []),
    ],
)
def test_vietnamese_sentences(text: str, pieces: list[str]) -> None:
    assert sentences(text) == pieces


@given(st.text(alphabet="ab ĐÂ.!\n", max_size=60))
def test_pieces_joined_give_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


def test_changes_in_different_sentences_go_together() -> None:
    found = combine_prose("Một. Hai. Ba.", "Một. Hai. Ba của trường.", "Một mới. Hai. Ba.")
    assert (found.value, found.conflicts) == ("Một mới. Hai. Ba của trường.", 0)
    assert [part.kind for part in found.parts] == ["upstream", "same", "local"]


def test_the_same_sentence_rewritten_by_both_is_marked_and_both_wordings_stay() -> None:
    found = combine_prose("Một. Hai. Ba.", "Một. Hai ta. Ba.", "Một. Hai họ. Ba.")
    assert found.conflicts == 1
    (conflict,) = [part for part in found.parts if part.kind == "conflict"]
    assert (conflict.text.strip(), conflict.other.strip()) == ("Hai ta.", "Hai họ.")
    assert "Hai ta." in found.value and "Hai họ." in found.value


def test_a_sentence_one_side_took_out_is_out_and_one_it_added_is_in() -> None:
    assert combine_prose("Một. Hai. Ba.", "Một. Ba.", "Một. Hai. Ba. Bốn.").value == "Một. Ba. Bốn."


SENTENCES = st.lists(st.sampled_from(["Ông.", "Bà.", "Cô.", "Chú.", "Bác.", "Dì."]), max_size=5, unique=True)


@given(SENTENCES, SENTENCES, SENTENCES)
def test_no_sentence_the_unit_wrote_is_missing_from_the_suggestion(
    base: list[str], local: list[str], upstream: list[str]
) -> None:
    found = combine_prose(" ".join(base), " ".join(local), " ".join(upstream))
    for sentence in (*local, *upstream):
        if sentence not in base:
            assert sentence in found.value
    if local == base:
        assert found.value == " ".join(upstream) and not found.conflicts
    if upstream == base:
        assert found.value == " ".join(local) and not found.conflicts


def test_lists_go_together_element_by_element() -> None:
    assert combine_list(["loa", "báo"], ["báo", "Zalo"], ["loa", "báo", "đài"]) == ["báo", "đài", "Zalo"]
    assert propose("channels", ["loa"], ["loa", "Zalo"], []).value == ["Zalo"]


def test_windows_and_counts_go_together_by_their_parts() -> None:
    base, mine = {"from": "2026-09-01", "to": None}, {"from": "2026-09-03", "to": None}
    assert propose("due", base, mine, {"from": "2026-09-01", "to": "2026-10-01"}).value == {
        "from": "2026-09-03", "to": "2026-10-01",
    }  # fmt: skip
    plain = {"count": 2, "period": "month", "genre": None, "subject": None}
    found = propose("quota", plain, {**plain, "count": 3}, {**plain, "count": 6, "floor": 5})
    assert found.value is not None and found.value["count"] == 5 and found.conflicts == 1
