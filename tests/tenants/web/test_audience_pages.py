"""Pages about the people who get letters: the unit's own, and those anybody may open."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from audience_builders import PostOffice, add_people, make_post_office, people, provider_running, token_of
from builders import make_school, run_jobs
from flask import Flask
from publishing_builders import approved, make_desk, plan
from queries import count_queries
from webclient import PageClient

ClientFor = Callable[..., PageClient]


@pytest.fixture
def office(app: Flask) -> Iterator[PostOffice]:
    """A school with an e-mail outlet and a provider that runs."""
    with provider_running(app) as (simulator, places):
        yield make_post_office(app, simulator, places)


def workspace(office: PostOffice, rest: str = "") -> str:
    return f"/u/{office.unit.slug}/audience/{rest}"


def site(office: PostOffice, rest: str = "") -> str:
    return f"/s/{office.unit.slug}/nhan-tin/{rest}"


def test_list_shows_people_with_their_consent_in_constant_queries(
    app: Flask, client_for: ClientFor, office: PostOffice
) -> None:
    client = client_for(office.desk.team.web)
    add_people(app, office.desk, "an@example.com")
    client.get(workspace(office))
    with count_queries() as one:
        page = client.get(workspace(office)).get_data(as_text=True)
    assert "an@example.com" in page and "Phiếu đăng ký" in page
    add_people(app, office.desk, "binh@example.com", "chi@example.com")
    with count_queries() as three:
        page = client.get(workspace(office)).get_data(as_text=True)
    assert "chi@example.com" in page and len(three) == len(one)
    found = client.get(workspace(office, "?q=binh")).get_data(as_text=True)
    assert "binh@example.com" in found and "an@example.com" not in found
    assert "Chưa có cơ quan báo chí nào" in client.get(workspace(office, "?kind=press")).get_data(as_text=True)
    assert client.get(workspace(office, "?kind=khong-co")).status_code == 404


def test_adding_stopping_and_erasing_somebody(app: Flask, client_for: ClientFor, office: PostOffice) -> None:
    client = client_for(office.desk.team.web)
    typed = {"address": "an@example.com", "name": "Nguyễn An", "source": "Phiếu đăng ký", "on": "2026-09-05"}
    assert client.get(workspace(office, "new")).status_code == 200
    assert client.post(workspace(office, "?kind=newsletter"), data=typed).status_code == 303
    assert people(app, office.unit) == {"an@example.com": "active"}
    again = client.post(workspace(office), data=typed)
    assert again.status_code == 422 and "đã có trong danh sách" in again.get_data(as_text=True)
    assert "Nguyễn An" in again.get_data(as_text=True)
    assert client.post(workspace(office), data={**typed, "source": ""}).status_code == 422
    ident = client.get(workspace(office)).get_data(as_text=True).partition("/stop")[0].rpartition("/")[2]
    client.post(workspace(office, f"{ident}/stop"), data={"kind": "newsletter"})
    assert people(app, office.unit) == {"an@example.com": "stopped"}
    client.post(workspace(office, f"{ident}/erase"), data={"kind": "newsletter"})
    assert people(app, office.unit) == {"": "erased"}


def test_import_shows_each_line_before_anything_is_kept(app: Flask, client_for: ClientFor, office: PostOffice) -> None:
    client = client_for(office.desk.team.web)
    add_people(app, office.desk, "cu@example.com")
    listed = "an@example.com;Nguyễn <b>An</b>\ncu@example.com\nhỏng\n"
    typed = {"source": "Phiếu đăng ký", "on": "2026-09-05", "agreed": "y"}
    preview = client.post(workspace(office, "import"), data={**typed, "text": listed})
    shown = preview.get_data(as_text=True)
    assert preview.status_code == 200 and "Sẽ thêm 1 trong 3 dòng" in shown
    assert "Không có địa chỉ đúng" in shown and "Đã có" in shown and "<b>An" not in shown
    assert set(people(app, office.unit)) == {"cu@example.com"}
    saved = client.post(workspace(office, "import"), data={**typed, "text": listed, "step": "save"})
    assert saved.status_code == 303
    assert people(app, office.unit) == {"cu@example.com": "active", "an@example.com": "active"}
    refused = client.post(workspace(office, "import"), data={"text": listed, "source": "x", "on": "2026-09-05"})
    assert refused.status_code == 422 and "im lặng không phải là đồng ý" in refused.get_data(as_text=True)


def test_import_takes_files_and_refuses_others_in_words(app: Flask, client_for: ClientFor, office: PostOffice) -> None:
    client = client_for(office.desk.team.web)
    typed = {"source": "Phiếu đăng ký", "on": "2026-09-05", "agreed": "y"}
    for raw in ("\ufeffEmail,Họ tên\nan@example.com,Ân\n".encode(), "an@example.com\tÂn\n".encode("utf-16")):
        data = {**typed, "file": (io.BytesIO(raw), "danh-sach.csv")}
        page = client.post(workspace(office, "import"), data=data, content_type="multipart/form-data")
        assert "Sẽ thêm 1 trong 1 dòng" in page.get_data(as_text=True)
    data = {**typed, "file": (io.BytesIO(b"PK\x03\x04\xff\xfe\xfa"), "danh-sach.xlsx")}
    page = client.post(workspace(office, "import"), data=data, content_type="multipart/form-data")
    assert page.status_code == 422 and "CSV UTF-8" in page.get_data(as_text=True)


def test_the_public_form_asks_by_letter_and_tells_nothing(
    app: Flask, client_for: ClientFor, office: PostOffice
) -> None:
    client = client_for()
    assert "Nhận tin qua thư" in client.get(f"/s/{office.unit.slug}/").get_data(as_text=True)
    form = client.get(site(office))
    assert form.headers["Cache-Control"] == "private, no-store"
    add_people(app, office.desk, "cu@example.com")
    answers = set()
    for address in ("moi@example.com", "cu@example.com"):
        sent = client.post(site(office), data={"address": address, "agreed": "yes"}, follow_redirects=True)
        answers.add((sent.status_code, sent.get_data(as_text=True)))
    assert len(answers) == 1 and "Hãy mở hộp thư" in answers.pop()[1]
    run_jobs(app)
    assert office.letters() == ["moi@example.com"]
    silent = client.post(site(office), data={"address": "ba@example.com"})
    assert silent.status_code == 422 and "ba@example.com" in silent.get_data(as_text=True)
    wrong = client.post(site(office), data={"address": "không phải", "agreed": "yes"})
    assert wrong.status_code == 422 and "chưa đúng" in wrong.get_data(as_text=True)


def test_opening_a_link_changes_nothing_and_pressing_does(
    app: Flask, client_for: ClientFor, office: PostOffice
) -> None:
    client = client_for()
    client.post(site(office), data={"address": "an@example.com", "agreed": "yes"})
    token = token_of(app, office.unit, "an@example.com")
    assert "Đồng ý nhận tin" in client.get(site(office, f"xac-nhan/{token}")).get_data(as_text=True)
    assert people(app, office.unit) == {"an@example.com": "pending"}
    assert "Cảm ơn" in client.post(site(office, f"xac-nhan/{token}")).get_data(as_text=True)
    assert people(app, office.unit) == {"an@example.com": "active"}
    assert "Thôi nhận thư" in client.get(site(office, f"thoi/{token}")).get_data(as_text=True)
    assert people(app, office.unit) == {"an@example.com": "active"}
    assert "Đã thôi nhận" in client.post(site(office, f"thoi/{token}")).get_data(as_text=True)
    assert people(app, office.unit) == {"an@example.com": "stopped"}
    assert client.post(site(office, f"xac-nhan/{token}")).status_code == 422


def test_a_mail_program_ends_it_with_one_click(app: Flask, client_for: ClientFor, office: PostOffice) -> None:
    """RFC 8058: a POST with this one field, no cookie, no form token."""
    add_people(app, office.desk, "an@example.com")
    token = token_of(app, office.unit, "an@example.com")
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client_for().post(site(office, f"thoi/{token}"), data={"List-Unsubscribe": "One-Click"}, token=False)
    assert answer.status_code == 200
    assert people(app, office.unit) == {"an@example.com": "stopped"}


def test_tokens_of_another_school_open_nothing(app: Flask, client_for: ClientFor, office: PostOffice) -> None:
    add_people(app, office.desk, "an@example.com")
    token, other = token_of(app, office.unit, "an@example.com"), make_school(app, None)
    client = client_for()
    for method in ("GET", "POST"):
        for page in ("thoi", "xac-nhan"):
            assert client.open(f"/s/{other.slug}/nhan-tin/{page}/{token}", method=method).status_code == 404
            assert client.open(site(office, f"{page}/khong-co"), method=method).status_code == 404
    assert people(app, office.unit) == {"an@example.com": "active"}


def test_without_an_outlet_nobody_is_invited(app: Flask, client_for: ClientFor) -> None:
    unit = make_desk(app).unit
    client = client_for()
    assert "Nhận tin qua thư" not in client.get(f"/s/{unit.slug}/").get_data(as_text=True)
    assert client.get(f"/s/{unit.slug}/nhan-tin/").status_code == 404
    assert client.post(f"/s/{unit.slug}/nhan-tin/", data={"address": "an@example.com"}).status_code == 404


def test_letters_of_a_mailing_say_what_became_of_each(app: Flask, client_for: ClientFor, office: PostOffice) -> None:
    add_people(app, office.desk, "an@example.com", "tu-choi@example.com")
    ident = plan(app, office.desk, approved(app, office.desk), "email")
    client = client_for(office.desk.team.web)
    assert "chưa bắt đầu" in client.get(workspace(office, f"letters/{ident}")).get_data(as_text=True)
    run_jobs(app)
    page = client.get(workspace(office, f"letters/{ident}")).get_data(as_text=True)
    assert "an@example.com" in page and "Địa chỉ không còn" in page and "no such user" in page
    troubled = client.get(workspace(office, f"letters/{ident}?only=troubled")).get_data(as_text=True)
    assert "tu-choi@example.com" in troubled and ">an@example.com" not in troubled
    assert client.get(workspace(office, "letters/999999")).status_code == 404


def test_the_panel_says_how_many_letters_and_chooses_none_beforehand(
    app: Flask, client_for: ClientFor, office: PostOffice
) -> None:
    add_people(app, office.desk, "an@example.com", "binh@example.com")
    article = approved(app, office.desk)
    client = client_for(office.desk.team.web)
    page = client.get(f"/u/{office.unit.slug}/publishing/articles/{article.id}").get_data(as_text=True)
    assert "Sẽ gửi thư tới 2 người" in page
    assert f'value="{office.account_id}">' in page
    assert f'value="{office.desk.accounts["website"]}" checked>' in page


def test_the_delivery_leads_to_its_letters(app: Flask, client_for: ClientFor, office: PostOffice) -> None:
    add_people(app, office.desk, "an@example.com")
    ident = plan(app, office.desk, approved(app, office.desk), "email")
    run_jobs(app)
    client = client_for(office.desk.team.web)
    page = client.get(f"/u/{office.unit.slug}/publishing/deliveries/{ident}").get_data(as_text=True)
    assert workspace(office, f"letters/{ident}") in page
