"""Articles over the API: nobody's text is lost, pictures, reviews, previews, lists."""

from __future__ import annotations

import article_builders as articles
import pytest
from api_client import ApiClient, at_unit
from article_builders import EVERYTHING, Team
from flask import Flask
from queries import count_queries

TEXT = {"title": "Góc sách lớp 4A", "summary": "Một góc nhỏ.", "body_html": "<p>Góc sách.</p>"}


@pytest.fixture
def team(app: Flask) -> Team:
    return articles.make_team(app)


@pytest.fixture
def author(app: Flask, team: Team) -> ApiClient:
    return at_unit(app, team.author, team.unit)


@pytest.fixture
def colleague(app: Flask, team: Team) -> ApiClient:
    return at_unit(app, team.colleague, team.unit)


def test_two_people_save_and_both_texts_are_kept(author: ApiClient, colleague: ApiClient) -> None:
    article = author.ok("POST", "/articles", TEXT)
    path = f"/articles/{article['id']}"
    read = {"head_revision_id": article["head_revision_id"], "saves": article["saves"]}
    author.ok("PUT", path, {**TEXT, **read, "title": "Bản của Mây"})
    late = colleague.put(path, {**TEXT, **read, "title": "Bản của Suối"})
    assert (late.status, late.code) == (409, "text-kept-aside")
    kept = colleague.ok("GET", late.json["data"]["url"])
    assert (kept["title"], kept["kind"]) == ("Bản của Suối", "conflict")
    now = author.ok("GET", path)
    assert (now["title"], now["conflict_ids"]) == ("Bản của Mây", [kept["id"]])
    assert [one["id"] for one in colleague.ok("GET", "/waiting")["conflicts"]] == [article["id"]]
    chosen = colleague.ok("POST", f"{path}/revisions/{kept['id']}/restore")
    assert (chosen["title"], chosen["conflict_ids"]) == ("Bản của Suối", [])
    titles = [text["title"] for text in author.ok("GET", f"{path}/revisions")["items"]]
    assert titles == ["Bản của Suối", "Bản của Suối", "Bản của Mây"]


def test_staying_with_the_present_text(author: ApiClient, colleague: ApiClient) -> None:
    article = author.ok("POST", "/articles", TEXT)
    path = f"/articles/{article['id']}"
    read = {"head_revision_id": article["head_revision_id"], "saves": article["saves"]}
    author.ok("PUT", path, {**TEXT, **read, "title": "Bản của Mây"})
    late = colleague.put(path, {**TEXT, **read, "title": "Bản của Suối"}).json["data"]["revision_id"]
    after = author.ok("POST", f"{path}/revisions/{late}/keep-current")
    assert (after["title"], after["conflict_ids"]) == ("Bản của Mây", [])


def test_a_repeated_request_of_one_session_is_no_second_person(author: ApiClient) -> None:
    article = author.ok("POST", "/articles", TEXT)
    read = {"head_revision_id": article["head_revision_id"], "saves": article["saves"], "page": "phien-1"}
    for title in ("Lần một", "Lần hai"):
        saved = author.ok("PUT", f"/articles/{article['id']}", {**TEXT, **read, "title": title})
    assert (saved["title"], saved["conflict_ids"]) == ("Lần hai", [])


def test_what_cannot_be_kept_is_said(author: ApiClient) -> None:
    article = author.ok("POST", "/articles", TEXT)
    read = {"head_revision_id": article["head_revision_id"], "saves": article["saves"]}
    body = '<p onclick="x()">Ảnh</p><img src="/media/truong-khac/1/full"><script>alert(1)</script>'
    saved = author.ok("PUT", f"/articles/{article['id']}", {**TEXT, **read, "body_html": body, "node_id": "khong-co"})
    assert saved["head"]["body_html"] == "<p>Ảnh</p>"
    assert len(saved["warnings"]) == 2


def test_an_unfinished_article_is_told_what_it_lacks(author: ApiClient) -> None:
    article = author.ok("POST", "/articles", {"title": "Chưa xong"})
    answer = author.post(f"/articles/{article['id']}/submit", {"head_revision_id": article["head_revision_id"]})
    assert (answer.status, answer.code) == (422, "not-ready")
    assert [problem["code"] for problem in answer.json["data"]["problems"]] == ["no-summary", "no-body"]


def test_review_with_a_return_and_a_reopening(app: Flask, team: Team, author: ApiClient) -> None:
    ref = articles.submitted(app, team)
    path, exactly = f"/articles/{ref.id}", {"revision_id": ref.revision_id, "content_hash": ref.content_hash}
    vetter, principal = at_unit(app, team.vetter, team.unit), at_unit(app, team.principal, team.unit)
    wrong_hash = vetter.post(f"{path}/vet", {**exactly, "content_hash": "0" * 64, "checklist": EVERYTHING})
    assert wrong_hash.code == "text-changed"
    assert vetter.post(f"{path}/return", {**exactly, "step": "approve", "remark": "Sửa"}).status == 403
    sent_back = vetter.ok("POST", f"{path}/return", {**exactly, "step": "vet", "remark": "Thêm số liệu."})
    assert (sent_back["state"], sent_back["pending_step"]) == ("returned", None)
    assert [one["id"] for one in author.ok("GET", "/waiting")["returned"]] == [ref.id]
    author.ok("POST", f"{path}/submit", {"head_revision_id": ref.revision_id, "saves": ref.saves})
    vetter.ok("POST", f"{path}/vet", {**exactly, "checklist": EVERYTHING})
    approved = principal.ok("POST", f"{path}/approve", exactly)
    assert (approved["state"], approved["approved_revision_id"]) == ("approved", ref.revision_id)
    reviews = principal.ok("GET", f"{path}/reviews")["items"]
    assert [(one["step"], one["decision"], one["by_name"]) for one in reviews] == [
        ("approve", "passed", team.principal.name),
        ("vet", "passed", team.vetter.name),
        ("vet", "returned", team.vetter.name),
    ]
    late = author.put(path, {**TEXT, "head_revision_id": ref.revision_id, "saves": ref.saves})
    assert late.status == 409
    reopened = author.ok("POST", f"{path}/reopen")
    assert (reopened["state"], reopened["approved_revision_id"]) == ("draft", None)


def test_nobody_approves_their_own(app: Flask, team: Team) -> None:
    principal = at_unit(app, team.principal, team.unit)
    ref = articles.submit(app, team.unit, team.principal, articles.draft(app, team.unit, team.principal))
    exactly = {"revision_id": ref.revision_id, "content_hash": ref.content_hash, "checklist": EVERYTHING}
    assert principal.post(f"/articles/{ref.id}/vet", exactly).code == "own-article"


def test_pictures_are_added_described_moved_and_taken_out(author: ApiClient) -> None:
    article = author.ok("POST", "/articles", TEXT)
    path = f"/articles/{article['id']}"
    files = [
        ("a.jpg", articles.jpeg(colour="#111111")),
        ("b.jpg", articles.jpeg(colour="#222222")),
        ("c.jpg", b"khong"),
    ]
    sent = author.send(f"{path}/media", "photos", *files)
    assert (sent.status, [one["filename"] for one in sent.json["refused"]]) == (200, ["c.jpg"])
    first, second = sent.json["added"]
    moved = author.ok("POST", f"{path}/media/{second}/move", {"earlier": True})
    assert [one["media_id"] for one in moved["head"]["pictures"]] == [second, first]
    read = {"head_revision_id": moved["head_revision_id"], "saves": moved["saves"]}
    named = [{"media_id": first, "alt": "Giá sách"}]
    saved = author.ok("PUT", path, {**TEXT, **read, "pictures": named})
    shown = [(one["media_id"], one["alt"]) for one in saved["head"]["pictures"]]
    assert shown == [(first, "Giá sách"), (second, "")]
    author.ok("DELETE", f"{path}/media/{second}")
    assert [one["media_id"] for one in author.ok("GET", f"{path}/media")["items"]] == [first]
    for size in ("full", "thumb"):
        assert author.get(f"/media/{first}", size=size).data.startswith(b"\xff\xd8")


def test_an_upload_of_nothing_but_bad_files_changes_nothing(author: ApiClient) -> None:
    article = author.ok("POST", "/articles", TEXT)
    sent = author.send(f"/articles/{article['id']}/media", "photos", ("a.jpg", b"khong phai anh"))
    assert (sent.json["added"], len(sent.json["refused"])) == ([], 1)
    assert sent.json["article"]["saves"] == article["saves"]
    assert author.call("POST", f"/articles/{article['id']}/media", data={}).code == "bad-input"


def test_a_draft_is_thrown_away_by_its_author_alone(author: ApiClient, colleague: ApiClient) -> None:
    article = author.ok("POST", "/articles", TEXT)
    path = f"/articles/{article['id']}"
    assert colleague.delete(path).code == "not-author"
    gone = author.delete(path)
    assert (gone.status, gone.data) == (204, b"")
    assert author.get(path).status == 404


def test_the_list_is_filtered_and_searched_without_diacritics(author: ApiClient, colleague: ApiClient) -> None:
    author.ok("POST", "/articles", {**TEXT, "title": "Đường đến trường", "genre": "feature"})
    colleague.ok("POST", "/articles", {**TEXT, "title": "Tết trồng cây"})

    def titles(**query: str) -> list[str]:
        return [one["title"] for one in author.get("/articles", **query).json["items"]]

    assert titles() == ["Tết trồng cây", "Đường đến trường"]
    assert titles(mine="true") == titles(genre="feature") == titles(q="duong den") == ["Đường đến trường"]
    assert titles(state="approved") == []
    assert author.get("/articles", state="khong-co").code == "bad-input"


def test_the_list_comes_in_pages(author: ApiClient) -> None:
    for number in range(21):
        author.ok("POST", "/articles", {"title": f"Tin {number}"})
    first, second = (author.get("/articles", page=str(page)).json for page in (1, 2))
    assert (len(first["items"]), first["pages"], first["total"]) == (20, 2, 21)
    assert [one["title"] for one in second["items"]] == ["Tin 0"]
    assert author.get("/articles", page="3").json["items"] == []


def test_the_list_asks_the_database_equally_often_for_one_and_for_three(author: ApiClient) -> None:
    counts = []
    for _round in range(3):
        author.ok("POST", "/articles", TEXT)
        with count_queries() as sent:
            author.ok("GET", "/articles")
        counts.append(len(sent))
    assert counts[0] == counts[2]
