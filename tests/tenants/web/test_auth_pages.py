"""Signing in and out, one's own account, the people of a unit."""

from __future__ import annotations

import re
from collections.abc import Callable

from builders import PASSWORD, grant, make_office, make_person, make_school
from flask import Flask
from webclient import PageClient

ClientFor = Callable[..., PageClient]


def test_a_member_signs_in_and_lands_in_their_unit(app: Flask, client_for: ClientFor) -> None:
    school = make_school(app, make_office(app))
    person = make_person(app, school, "author")
    client = client_for()
    assert client.get(f"/u/{school.slug}/").location == f"/sign-in?next=/u/{school.slug}/"
    answer = client.post(
        f"/sign-in?next=/u/{school.slug}/articles/",
        data={"sign_in_name": person.sign_in_name, "password": PASSWORD},
    )
    assert (answer.status_code, answer.location) == (303, f"/u/{school.slug}/articles/")
    assert client.get("/").location == f"/u/{school.slug}/"
    assert client.post("/sign-out").status_code == 303
    assert client.get(f"/u/{school.slug}/").status_code == 302


def test_a_wrong_password_says_so_and_keeps_the_name(app: Flask, client_for: ClientFor) -> None:
    person = make_person(app, None)
    answer = client_for().post("/sign-in", data={"sign_in_name": person.sign_in_name, "password": "sai"})
    assert answer.status_code == 401
    assert "chưa đúng" in answer.text
    assert f'value="{person.sign_in_name}"' in answer.text


def test_a_link_cannot_send_people_to_another_server(app: Flask, client_for: ClientFor) -> None:
    person = make_person(app, None)
    for away in ("https://xau.example/", "//xau.example/", "/\\xau.example"):
        answer = client_for().post(
            "/sign-in", query_string={"next": away}, data={"sign_in_name": person.sign_in_name, "password": PASSWORD}
        )
        assert answer.location == "/"


def test_a_form_without_token_is_refused_and_the_text_is_given_back(app: Flask, client_for: ClientFor) -> None:
    school = make_school(app, make_office(app))
    client = client_for(make_person(app, school, "principal"))
    answer = client.post(
        f"/u/{school.slug}/people/", data={"name": "Một cái tên dài đã gõ", "password": "bi-mat"}, token=False
    )
    assert answer.status_code == 400
    assert "Một cái tên dài đã gõ" in answer.text
    assert "bi-mat" not in answer.text


def test_text_sent_after_the_session_ended_is_given_back(app: Flask, client_for: ClientFor) -> None:
    school = make_school(app, make_office(app))
    answer = client_for().post(f"/u/{school.slug}/people/", data={"name": "Đoạn chữ vừa viết xong"})
    assert answer.status_code == 401
    assert "Đoạn chữ vừa viết xong" in answer.text


def test_the_language_is_chosen_and_kept(app: Flask, client_for: ClientFor) -> None:
    client = client_for()
    client.post("/language", data={"language": "en"})
    assert '<html lang="en"' in client.get("/sign-in").text
    client.post("/language", data={"language": "vi"})
    assert '<html lang="vi"' in client.get("/sign-in").text


def test_someone_of_several_units_chooses(app: Flask, client_for: ClientFor) -> None:
    office = make_office(app)
    first, second = make_school(app, office, name="Trường Một"), make_school(app, office, name="Trường Hai")
    person = make_person(app, first, "author")
    grant(app, person, second, "vetter")
    client = client_for(person)
    assert client.get("/").location == "/units"
    page = client.get("/units").text
    assert "Trường Một" in page and "Trường Hai" in page and "Người thẩm định" in page


def test_a_new_person_gets_a_password_that_works_once_shown(app: Flask, client_for: ClientFor) -> None:
    school = make_school(app, make_office(app))
    client = client_for(make_person(app, school, "principal"))
    answer = client.post(
        f"/u/{school.slug}/people/",
        data={"name": "Nguyễn Thị Mới", "sign_in_name": "nguoi.moi", "roles": ["author", "web_person"]},
    )
    password = re.search(r"\b[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}\b", answer.text)
    assert answer.status_code == 200 and password is not None
    signed_in = client_for().post("/sign-in", data={"sign_in_name": "nguoi.moi", "password": password.group()})
    assert signed_in.status_code == 303
    assert password.group() not in client.get(f"/u/{school.slug}/people/").text


def test_changing_the_password_asks_for_the_old_one(app: Flask, client_for: ClientFor) -> None:
    person = make_person(app, None)
    client = client_for(person)
    new = "mot-cau-rat-dai"
    wrong = client.post("/profile/password", data={"old_password": "sai", "new_password": new, "again": new})
    assert wrong.status_code == 422
    assert (
        client.post("/profile/password", data={"old_password": PASSWORD, "new_password": new, "again": new}).status_code
        == 303
    )
    assert client.get("/profile").status_code == 200
    assert client_for().post("/sign-in", data={"sign_in_name": person.sign_in_name, "password": new}).status_code == 303


def test_an_api_key_is_shown_once(app: Flask, client_for: ClientFor) -> None:
    client = client_for(make_person(app, None))
    shown = client.post("/profile/tokens", data={"label": "sổ tay"}).text
    secret = re.search(r"loa_[\w-]{40,}", shown)
    assert secret is not None
    later = client.get("/profile").text
    assert "sổ tay" in later and secret.group() not in later


def test_headers_protect_every_page(client_for: ClientFor) -> None:
    headers = client_for().get("/sign-in").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in policy
