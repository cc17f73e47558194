"""Writing in the browser: what was typed is kept, whatever happens."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from article_builders import (
    FULL,
    Team,
    add_pictures,
    approved,
    article_ref,
    described,
    draft,
    give_topic,
    jpeg,
    make_team,
    submitted,
)
from builders import in_unit
from flask import Flask
from queries import count_queries

from tenants.approval import service as approval
from tenants.content import queries, revisions, service

JSON = {"Accept": "application/json"}


def address(team: Team, path: str = "") -> str:
    return f"/u/{team.unit.slug}/articles{path}"


def fields(page: Any) -> dict[str, str]:
    """Return the hidden fields and the text areas of the writing page."""
    html = page.get_data(as_text=True)
    hidden = re.findall(r'<input[^>]*name="(head_revision_id|saves|page)"[^>]*value="([^"]*)"', html)
    assert len(hidden) == 3, "the writing page lost what protects from overwriting"
    return dict(hidden)


def typed(page: Any, **changes: str) -> dict[str, str]:
    form = fields(page) | {
        "title": FULL.title,
        "summary": FULL.summary,
        "body_html": FULL.body_html,
        "genre": "news",
        "node": "",
    }
    return form | changes


def text_now(app: Flask, team: Team, article_id: int) -> Any:
    with in_unit(app, team.unit):
        return revisions.text_of(queries.head_revision(queries.get_article(article_id)))


def test_beginning_an_article_leads_to_the_writing_page(app, client_for):
    team = make_team(app)
    node_id = give_topic(app, team.unit)
    client = client_for(team.author)
    assert "Văn hóa đọc" in client.get(address(team, "/new")).get_data(as_text=True)
    answer = client.post(address(team, "/new"), data={"title": "Tin mới", "genre": "feature", "node": node_id})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert 'value="Tin mới"' in page.get_data(as_text=True)
    assert re.search(rf'<option selected value="{node_id}">', page.get_data(as_text=True))


def test_a_second_press_on_the_button_leads_to_the_draft_of_the_first(app, client_for):
    team = make_team(app)
    client = client_for(team.author)
    sent = {"title": "Tin mới", "genre": "news", "node": ""}
    places = [client.post(address(team, "/new"), data=sent).headers["Location"] for _press in range(2)]
    assert places[0] == places[1]


def test_a_link_from_the_plan_chooses_its_node(app, client_for):
    team = make_team(app)
    node_id = give_topic(app, team.unit)
    page = client_for(team.author).get(address(team, f"/new?node={node_id}&genre=role_model"))
    html = page.get_data(as_text=True)
    assert f'<option selected value="{node_id}">' in html
    assert '<option selected value="role_model">' in html


def test_beginning_without_a_title_keeps_the_other_choices(app, client_for):
    team = make_team(app)
    answer = client_for(team.author).post(address(team, "/new"), data={"title": "", "genre": "notice", "node": ""})
    assert answer.status_code == 422
    assert "Hãy nhập tiêu đề" in answer.get_data(as_text=True)
    assert '<option selected value="notice">' in answer.get_data(as_text=True)


def test_autosave_answers_with_the_time_and_what_the_next_save_names(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    client = client_for(team.author)
    form = typed(client.get(address(team, f"/{ref.id}/edit")), title="Tự lưu")
    answer = client.post(address(team, f"/{ref.id}/autosave"), data=form, headers=JSON)
    assert answer.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d", answer.json["saved_at"])
    assert answer.json["fields"] == {"head_revision_id": str(ref.revision_id), "saves": str(ref.saves + 1)}
    assert text_now(app, team, ref.id).title == "Tự lưu"


def test_autosave_says_when_somebody_else_saved_and_where_both_texts_stand(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    mine, other = client_for(team.author), client_for(team.colleague)
    my_page, other_page = (client.get(address(team, f"/{ref.id}/edit")) for client in (mine, other))
    other.post(address(team, f"/{ref.id}/autosave"), data=typed(other_page, title="Của Suối"), headers=JSON)
    late = mine.post(address(team, f"/{ref.id}/autosave"), data=typed(my_page, title="Của Mây"), headers=JSON)
    assert late.status_code == 409
    assert "Hà Văn Suối" in late.json["message"]
    both = mine.get(late.json["url"]).get_data(as_text=True)
    assert "Của Suối" in both
    assert "Của Mây" in both


def test_the_kept_text_can_be_used_with_one_press(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    mine, other = client_for(team.author), client_for(team.colleague)
    my_page, other_page = (client.get(address(team, f"/{ref.id}/edit")) for client in (mine, other))
    other.post(address(team, f"/{ref.id}/edit"), data=typed(other_page, title="Của Suối"))
    answer = mine.post(address(team, f"/{ref.id}/edit"), data=typed(my_page, title="Của Mây"))
    both = mine.get(answer.headers["Location"]).get_data(as_text=True)
    [restore] = re.findall(r'action="([^"]*/restore)"', both)
    assert mine.post(restore).status_code == 303
    assert text_now(app, team, ref.id).title == "Của Mây"
    with in_unit(app, team.unit):
        assert "Của Suối" in [text.title for text in queries.revisions_of(ref.id)]


def test_the_present_text_can_be_kept_with_one_press(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    mine, other = client_for(team.author), client_for(team.colleague)
    my_page, other_page = (client.get(address(team, f"/{ref.id}/edit")) for client in (mine, other))
    other.post(address(team, f"/{ref.id}/edit"), data=typed(other_page, title="Của Suối"))
    answer = mine.post(address(team, f"/{ref.id}/edit"), data=typed(my_page, title="Của Mây"))
    both = mine.get(answer.headers["Location"]).get_data(as_text=True)
    [keep] = re.findall(r'action="([^"]*/keep)"', both)
    assert mine.post(keep).status_code == 303
    assert text_now(app, team, ref.id).title == "Của Suối"
    assert "Xem hai bản" not in mine.get(address(team, f"/{ref.id}")).get_data(as_text=True)


def test_a_session_that_ended_while_writing_is_told_to_the_script_and_gives_the_text_back_to_the_person(
    app, client_for
):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    form = typed(client_for(team.author).get(address(team, f"/{ref.id}/edit")), title="Viết dở")
    nobody = client_for()
    quiet = nobody.post(address(team, f"/{ref.id}/autosave"), data=form, headers=JSON)
    assert quiet.status_code == 401
    assert quiet.json["code"] == "session-expired"
    loud = nobody.post(address(team, f"/{ref.id}/edit"), data=form)
    assert loud.status_code == 401
    assert "Viết dở" in loud.get_data(as_text=True)


def test_handing_in_an_incomplete_article_saves_it_and_names_each_problem(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    client = client_for(team.author)
    form = typed(client.get(address(team, f"/{ref.id}/edit")), title="Thiếu tóm tắt", summary="")
    answer = client.post(address(team, f"/{ref.id}/edit"), data=form | {"then": "submit"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Bài chưa có tóm tắt" in html
    assert 'value="Thiếu tóm tắt"' in html
    assert text_now(app, team, ref.id).title == "Thiếu tóm tắt"
    again = form | fields(answer) | {"summary": "Đã có tóm tắt", "then": "submit"}
    assert client.post(address(team, f"/{ref.id}/edit"), data=again).status_code == 303
    assert article_ref(app, team.unit, ref.id).state == "submitted"


def test_what_cannot_be_saved_comes_back_as_it_was_typed(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    client = client_for(team.author)
    form = typed(client.get(address(team, f"/{ref.id}/edit")), title="Giữ lại tôi", genre="tho")
    answer = client.post(address(team, f"/{ref.id}/edit"), data=form)
    assert answer.status_code == 422
    assert 'value="Giữ lại tôi"' in answer.get_data(as_text=True)
    assert "data-unsaved" in answer.get_data(as_text=True)


def test_a_long_article_with_many_tables_is_saved(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    client = client_for(team.author)
    body = "<p>" + "Chữ dài. " * 70_000 + "</p>"
    form = typed(client.get(address(team, f"/{ref.id}/edit")), body_html=body)
    assert client.post(address(team, f"/{ref.id}/autosave"), data=form, headers=JSON).status_code == 200
    assert len(text_now(app, team, ref.id).body_html) > 600_000


def test_an_article_in_review_is_taken_back_before_it_is_edited(app, client_for):
    team = make_team(app)
    ref = submitted(app, team)
    client = client_for(team.author)
    assert client.get(address(team, f"/{ref.id}/edit")).status_code == 302
    page = client.get(address(team, f"/{ref.id}")).get_data(as_text=True)
    [reopen] = re.findall(r'action="([^"]*/reopen)"', page)
    assert client.post(reopen).status_code == 303
    assert client.get(address(team, f"/{ref.id}/edit")).status_code == 200


def test_a_page_left_open_cannot_undo_an_approval(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    client = client_for(team.author)
    page = client.get(address(team, f"/{ref.id}/edit"))
    with in_unit(app, team.unit):
        service.submit(ref.id, head_revision_id=ref.revision_id, actor_id=team.author.id)
    late = client.post(address(team, f"/{ref.id}/autosave"), data=typed(page, title="Sửa muộn"), headers=JSON)
    assert late.status_code == 409
    assert article_ref(app, team.unit, ref.id).state == "submitted"
    assert "Sửa muộn" in client.get(late.json["url"]).get_data(as_text=True)


def test_pictures_go_with_the_form_where_there_is_no_script(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    client = client_for(team.author)
    form: dict[str, Any] = typed(client.get(address(team, f"/{ref.id}/edit")), title="Kèm ảnh")
    form["photos"] = [(io.BytesIO(jpeg()), "anh.jpg"), (io.BytesIO(b"khong phai anh"), "la-gi.jpg")]
    answer = client.post(address(team, f"/{ref.id}/edit"), data=form, follow_redirects=True)
    html = answer.get_data(as_text=True)
    assert "la-gi.jpg" in html
    assert html.count("data-media-src") == 1
    assert 'value="Kèm ảnh"' in html


def test_the_script_gets_the_card_of_each_picture(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    client = client_for(team.author)
    page = client.get(address(team, f"/{ref.id}/edit"))
    [url] = re.findall(r'data-upload="([^"]*)"', page.get_data(as_text=True))
    url = url.replace("&amp;", "&")
    answer = client.post(url, data={"photos": (io.BytesIO(jpeg()), "anh.jpg")}, headers=JSON)
    assert answer.status_code == 201
    [media_id] = re.findall(r'data-media="(\d+)"', answer.get_data(as_text=True))
    form = typed(page, **{f"alt-{media_id}": "Góc đọc sách", f"caption-{media_id}": "Lớp 4A"})
    saved = client.post(address(team, f"/{ref.id}/autosave"), data=form, headers=JSON)
    assert saved.status_code == 200, "an upload was taken for a second writer"
    assert [p.alt for p in text_now(app, team, ref.id).pictures] == ["Góc đọc sách"]
    bad = client.post(url, data={"photos": (io.BytesIO(b"%PDF-1.4"), "van-ban.pdf")}, headers=JSON)
    assert bad.status_code == 422
    assert "van-ban.pdf" in bad.json["message"]


def test_moving_and_removing_a_picture_saves_the_text_too(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    one, two = add_pictures(app, team.unit, team.author, ref, jpeg(), jpeg(colour="red"))
    client = client_for(team.author)
    form = typed(client.get(address(team, f"/{ref.id}/edit")), title="Chưa bấm lưu")
    form |= {f"alt-{one}": "Ảnh một", f"alt-{two}": "Ảnh hai", "then": f"earlier:{two}"}
    client.post(address(team, f"/{ref.id}/edit"), data=form)
    text = text_now(app, team, ref.id)
    assert text.title == "Chưa bấm lưu"
    assert [p.alt for p in text.pictures] == ["Ảnh hai", "Ảnh một"]
    page = client.get(address(team, f"/{ref.id}/edit"))
    client.post(address(team, f"/{ref.id}/edit"), data=typed(page) | {"then": f"remove:{two}"})
    assert [p.media_id for p in text_now(app, team, ref.id).pictures] == [one]


def test_the_remark_of_a_returned_article_stands_above_the_text(app, client_for):
    team = make_team(app)
    ref = submitted(app, team)
    with in_unit(app, team.unit):
        approval.return_(
            ref.id, ref.revision_id, content_hash=ref.content_hash, step="vet", remark="Ghi rõ nguồn",
            actor_id=team.vetter.id,
        )  # fmt: skip
    page = client_for(team.author).get(address(team, f"/{ref.id}/edit"))
    assert "Quàng Thị Nương trả lại bài" in page.get_data(as_text=True)
    assert "Ghi rõ nguồn" in page.get_data(as_text=True)


def test_a_draft_can_be_thrown_away_by_its_author_only(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    assert "/discard" not in client_for(team.colleague).get(address(team, f"/{ref.id}")).get_data(as_text=True)
    client = client_for(team.author)
    assert "/discard" in client.get(address(team, f"/{ref.id}")).get_data(as_text=True)
    assert client.post(address(team, f"/{ref.id}/discard")).status_code == 303
    assert client.get(address(team, f"/{ref.id}")).status_code == 404


def test_an_earlier_text_is_shown_beside_the_newest_with_what_changed(app, client_for):
    team = make_team(app)
    ref = approved(app, team)
    with in_unit(app, team.unit):
        service.save(
            ref.id, replace(FULL, title="Ngày hội đọc sách lần hai"), head_revision_id=ref.revision_id,
            saves=ref.saves, actor_id=team.author.id, reopen=True,
        )  # fmt: skip
    page = client_for(team.author).get(address(team, f"/{ref.id}/revisions/{ref.revision_id}"))
    html = page.get_data(as_text=True)
    assert "<ins>" in html
    assert "lần hai" in html
    assert "/restore" in html


@pytest.mark.parametrize("path", ["/{}", "/{}/edit", "/{}/preview"])
def test_another_school_s_article_does_not_exist(app, client_for, path):
    team, other = make_team(app), make_team(app)
    ref = draft(app, team.unit, team.author)
    assert client_for(other.principal).get(address(other, path.format(ref.id))).status_code == 404
    assert client_for(other.principal).get(address(team, path.format(ref.id))).status_code == 404


def test_a_viewer_reads_but_does_not_write(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    client = client_for(team.viewer)
    page = client.get(address(team, f"/{ref.id}"))
    assert page.status_code == 200
    assert "/edit" not in page.get_data(as_text=True)
    assert client.get(address(team, f"/{ref.id}/edit")).status_code == 403
    assert client.post(address(team, "/new"), data={"title": "Không được"}).status_code == 403


def test_the_list_finds_without_diacritics_and_costs_the_same_for_one_and_three(app, client_for):
    team = make_team(app)
    client = client_for(team.author)
    costs = []
    for number in range(3):
        draft(app, team.unit, team.author, title=f"Đại hội số {number}")
        with count_queries() as sent:
            page = client.get(address(team, "/?q=dai+hoi"))
        costs.append(len(sent))
        assert f"Đại hội số {number}" in page.get_data(as_text=True)
    assert costs[0] == costs[2]
    empty = client.get(address(team, "/?q=khong+co+gi+ca"))
    assert "Không có bài nào khớp" in empty.get_data(as_text=True)


def test_an_article_s_page_costs_the_same_whatever_its_history(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    client = client_for(team.author)
    costs = []
    for number in range(3):
        now = article_ref(app, team.unit, ref.id)
        with in_unit(app, team.unit):
            saved = service.save(
                ref.id, replace(FULL, title=f"Lần {number}"), head_revision_id=now.revision_id, saves=now.saves,
                actor_id=team.author.id,
            )  # fmt: skip
            service.submit(ref.id, head_revision_id=saved.head_revision_id, actor_id=team.author.id)
            service.reopen(ref.id, actor_id=team.author.id)
        with count_queries() as sent:
            client.get(address(team, f"/{ref.id}"))
        costs.append(len(sent))
    assert costs[0] == costs[2]


def test_pictures_stay_described_when_the_form_comes_back(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    [media_id] = add_pictures(app, team.unit, team.author, ref, jpeg())
    client = client_for(team.author)
    form = typed(client.get(address(team, f"/{ref.id}/edit")), genre="tho")
    form[f"alt-{media_id}"] = described(media_id)[0].alt
    answer = client.post(address(team, f"/{ref.id}/edit"), data=form)
    assert described(media_id)[0].alt in answer.get_data(as_text=True)
