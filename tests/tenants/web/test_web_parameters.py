"""What people, crawlers and attackers put into queries and forms in place of numbers and words."""

from collections.abc import Callable

import pytest
from builders import make_office, make_person, make_school
from flask import Flask
from webclient import PageClient
from werkzeug.datastructures import MultiDict

from tenants.web.addresses import LARGEST_TYPED, Parameters, whole, wholes

ClientFor = Callable[..., PageClient]
HUGE = "9" * 20


def test_a_whole_number_is_read_as_it_was_typed() -> None:
    assert [whole(text) for text in ("0", "12", "-3", str(LARGEST_TYPED))] == [0, 12, -3, LARGEST_TYPED]


@pytest.mark.parametrize("text", ["", "²", "٣", HUGE, str(LARGEST_TYPED + 1), "1" * 5000, "1.5", "x"])
def test_what_no_table_counts_is_no_number(text: str) -> None:
    with pytest.raises(ValueError):
        whole(text)
    assert wholes(["7", text]) == [7]
    assert Parameters([("page", text)]).get("page", 1, type=int) == 1


def test_no_nul_reaches_a_text() -> None:
    sent = Parameters([("name", "Mây\0 Trắng"), ("n", "1")])
    assert sent.to_dict() == {"name": "Mây Trắng", "n": "1"}
    assert MultiDict(sent)["name"] == "Mây Trắng"


def test_a_page_beyond_all_numbers_is_answered(app: Flask, client_for: ClientFor) -> None:
    school = make_school(app, make_office(app))
    client = client_for(make_person(app, school, "principal", "web_person"))
    for page in ("articles/", "notices/", "publishing/", "orders/", "bulletins/", "audit/", "plans"):
        assert client.get(f"/u/{school.slug}/{page}?page={HUGE}&account={HUGE}").status_code in (200, 404), page
    assert client_for().get(f"/s/{school.slug}/tin-bai/?page={HUGE}").status_code == 200


def test_odd_digits_in_a_form_change_nothing(app: Flask, client_for: ClientFor) -> None:
    school = make_school(app, make_office(app))
    client = client_for(make_person(app, school, "principal", "web_person"))
    begun = client.post(f"/u/{school.slug}/articles/new", data={"title": "Ngày hội đọc sách", "genre": "news"})
    address = begun.location
    odd = {"title": "Ngày hội đọc sách", "alt-²": "x", "head_revision_id": "²", "saves": HUGE, "then": "remove:²"}
    assert client.post(address, data=odd).status_code in (303, 409, 422)
    assert client.post(address.replace("/edit", "/submit"), data=odd).status_code == 303
