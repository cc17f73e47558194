"""Writing articles: nothing typed is ever lost, and nothing half-done is handed in."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from article_builders import (
    FULL,
    Team,
    add_pictures,
    approve,
    approved,
    article_ref,
    described,
    draft,
    give_topic,
    make_team,
    submit,
    submitted,
    vet,
)
from builders import UnitRef, in_unit
from flask import Flask
from sqlalchemy import select

from tenants import audit
from tenants.content import article_text, queries, revisions, service
from tenants.content.article_text import ArticleText, Picture
from tenants.content.models import Article
from tenants.content.service import Saved
from tenants.errors import NotFound, Refused


def save(app: Flask, team: Team, ref: Any, text: ArticleText, person: Any = None, **options: Any) -> Saved:
    options.setdefault("head_revision_id", ref.revision_id)
    options.setdefault("saves", ref.saves)
    with in_unit(app, team.unit):
        return service.save(ref.id, text, actor_id=(person or team.author).id, **options)


def text_now(app: Flask, unit: UnitRef, article_id: int) -> ArticleText:
    with in_unit(app, unit):
        return revisions.text_of(queries.head_revision(queries.get_article(article_id)))


def texts(app: Flask, unit: UnitRef, article_id: int) -> list[tuple[str, str]]:
    with in_unit(app, unit):
        return [(revision.kind, revision.title) for revision in queries.revisions_of(article_id)]


def actions(app: Flask, unit: UnitRef) -> list[str]:
    with in_unit(app, unit) as session:
        rows = select(audit.AuditEntry.action).order_by(audit.AuditEntry.id)
        return list(session.scalars(rows))


def test_a_new_article_is_a_draft_of_its_author(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    assert ref.state == "draft"
    assert text_now(app, team.unit, ref.id) == FULL


def test_a_form_sent_twice_at_once_begins_one_article(app):
    team = make_team(app)

    def begin(_time: int) -> int:
        with in_unit(app, team.unit):
            return service.begin(ArticleText(title="Tin mới"), actor_id=team.author.id).id

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(begin, range(2), timeout=30)
    assert first == second
    assert actions(app, team.unit) == ["article.create"]


def test_a_form_begins_another_article_when_it_says_something_else_or_the_first_was_written_in(app):
    team = make_team(app)
    begun = []
    for text, person in (
        (ArticleText(title="Tin mới"), team.author),
        (ArticleText(title="Tin khác"), team.author),
        (ArticleText(title="Tin mới"), team.colleague),
    ):
        with in_unit(app, team.unit):
            begun.append(service.begin(text, actor_id=person.id).id)
    with in_unit(app, team.unit):
        head = queries.head_revision(queries.get_article(begun[0]))
        written = ArticleText(title="Tin mới", body_html="<p>Đang viết.</p>")
        service.save(begun[0], written, head_revision_id=head.id, saves=head.saves, actor_id=team.author.id)
    with in_unit(app, team.unit):
        begun.append(service.begin(ArticleText(title="Tin mới"), actor_id=team.author.id).id)
    assert len(set(begun)) == 4


def test_saving_again_overwrites_the_working_text_without_a_trail_of_copies(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    first = save(app, team, ref, replace(FULL, title="Lần một"), explicit=False)
    second = save(
        app, team, ref, replace(FULL, title="Lần hai"), explicit=False, saves=first.saves,
        head_revision_id=first.head_revision_id,
    )  # fmt: skip
    assert second.conflict_id is None
    assert texts(app, team.unit, ref.id) == [("text", "Lần hai")]
    assert actions(app, team.unit) == ["article.create"]


def test_saving_the_same_text_changes_nothing(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    assert save(app, team, ref, FULL).saves == ref.saves


def test_the_second_of_two_writers_is_told_and_both_texts_are_kept(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    save(app, team, ref, replace(FULL, title="Bản của cô Mây"), team.author)
    late = save(app, team, ref, replace(FULL, title="Bản của thầy Suối"), team.colleague)
    assert late.conflict_id is not None
    assert "Lò Thị Mây" in late.sentence
    assert texts(app, team.unit, ref.id) == [("conflict", "Bản của thầy Suối"), ("text", "Bản của cô Mây")]
    assert text_now(app, team.unit, ref.id).title == "Bản của cô Mây"
    assert late.refusal("/so-sanh").data["url"] == "/so-sanh"


def test_a_repeated_request_of_one_page_is_no_second_writer(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    save(app, team, ref, replace(FULL, title="Câu trả lời bị mất"), page="trang-1")
    again = save(app, team, ref, replace(FULL, title="Gửi lại, dài hơn"), page="trang-1")
    assert again.conflict_id is None
    assert text_now(app, team.unit, ref.id).title == "Gửi lại, dài hơn"


def test_two_open_pages_of_one_person_do_not_overwrite_each_other(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    save(app, team, ref, replace(FULL, title="Thẻ một"), page="trang-1")
    late = save(app, team, ref, replace(FULL, title="Thẻ hai"), page="trang-2")
    assert late.conflict_id is not None
    assert {title for _kind, title in texts(app, team.unit, ref.id)} == {"Thẻ một", "Thẻ hai"}


def test_autosaves_of_a_late_page_go_on_in_one_kept_text(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    save(app, team, ref, replace(FULL, title="Bản chính"), team.author, page="trang-1")
    for title in ("Bản muộn, một câu", "Bản muộn, hai câu"):
        save(app, team, ref, replace(FULL, title=title), team.colleague, page="trang-2")
    assert texts(app, team.unit, ref.id) == [("conflict", "Bản muộn, hai câu"), ("text", "Bản chính")]


def test_two_saves_at_the_same_moment_lose_neither_text(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    first_saved, second_saved = threading.Event(), threading.Event()

    def first() -> Saved:
        with in_unit(app, team.unit):
            saved = service.save(
                ref.id, replace(FULL, title="Bản A"), head_revision_id=ref.revision_id, saves=ref.saves,
                actor_id=team.author.id,
            )  # fmt: skip
            first_saved.set()
            # The second must come while this one is not committed; it cannot finish before that.
            assert not second_saved.wait(0.5)
            return saved

    def second() -> Saved:
        assert first_saved.wait(10)
        saved = save(app, team, ref, replace(FULL, title="Bản B"), team.colleague)
        second_saved.set()
        return saved

    with ThreadPoolExecutor(2) as pool:
        results = [writer.result(30) for writer in (pool.submit(first), pool.submit(second))]
    assert [result.conflict_id is None for result in results] == [True, False]
    assert texts(app, team.unit, ref.id) == [("conflict", "Bản B"), ("text", "Bản A")]


def test_taking_the_kept_text_over_keeps_the_replaced_one_in_the_history(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    save(app, team, ref, replace(FULL, title="Bản chính"))
    late = save(app, team, ref, replace(FULL, title="Bản muộn"), team.colleague)
    with in_unit(app, team.unit):
        service.take_over(ref.id, late.conflict_id, actor_id=team.colleague.id)
    assert text_now(app, team.unit, ref.id).title == "Bản muộn"
    assert ("text", "Bản chính") in texts(app, team.unit, ref.id)
    with in_unit(app, team.unit):
        assert queries.open_conflicts(ref.id) == []


def test_taking_another_text_over_ends_an_approval(app):
    team = make_team(app)
    ref = approved(app, team)
    late = save(app, team, ref, replace(FULL, title="Viết muộn"))
    with in_unit(app, team.unit):
        service.take_over(ref.id, late.conflict_id, actor_id=team.author.id)
    assert article_ref(app, team.unit, ref.id).state == "draft"
    with in_unit(app, team.unit):
        assert queries.approved_revision(queries.get_article(ref.id)) is None


def test_keeping_the_present_text_closes_the_question_and_loses_nothing(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    save(app, team, ref, replace(FULL, title="Bản chính"))
    late = save(app, team, ref, replace(FULL, title="Bản muộn"), team.colleague)
    with in_unit(app, team.unit):
        service.keep_current(ref.id, late.conflict_id, actor_id=team.author.id)
        assert queries.open_conflicts(ref.id) == []
    assert text_now(app, team.unit, ref.id).title == "Bản chính"
    assert ("settled", "Bản muộn") in texts(app, team.unit, ref.id)


def test_pasted_scripts_and_foreign_pictures_do_not_get_in(app):
    team = make_team(app)
    body = (
        '<p onclick="x()">Xin chào</p><script>alert(1)</script><img src="https://example.com/a.png">'
        '<img src="/media/truong-khac/1/full">'
    )
    ref = draft(app, team.unit, team.author, body_html=body)
    assert text_now(app, team.unit, ref.id).body_html == "<p>Xin chào</p>"
    other = draft(app, team.unit, team.author, body_html="<p>Chữ<script>alert(1)</script></p>")
    assert text_now(app, team.unit, other.id).body_html == "<p>Chữ</p>"


def test_text_is_stored_composed_and_without_control_characters(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author, title="Tru\u031bo\u031b\u0300ng\x00 ta\n  vui", summary="Một\x07 câu")
    text = text_now(app, team.unit, ref.id)
    assert (text.title, text.summary) == ("Trường ta vui", "Một câu")


def test_an_unknown_genre_is_refused(app):
    team = make_team(app)
    with pytest.raises(Refused, match="unknown-genre"):
        draft(app, team.unit, team.author, genre="tho")


def test_a_plan_node_is_kept_with_the_version_it_was_chosen_from(app):
    team = make_team(app)
    node_id = give_topic(app, team.unit)
    ref = draft(app, team.unit, team.author, node_id=node_id)
    with in_unit(app, team.unit):
        head = queries.head_revision(queries.get_article(ref.id))
        assert (head.node_id, head.plan_version) == (node_id, 1)
        assert head.plan_id is not None


def test_a_node_that_is_no_longer_there_is_dropped_with_a_sentence_but_the_text_is_saved(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    saved = save(app, team, ref, replace(FULL, title="Tiêu đề mới", node_id="khong-co"))
    assert "Mục kế hoạch" in saved.warnings[0]
    text = text_now(app, team.unit, ref.id)
    assert (text.title, text.node_id) == ("Tiêu đề mới", None)


def test_handing_in_freezes_the_text(app):
    team = make_team(app)
    ref = submitted(app, team)
    assert ref.state == "submitted"
    with in_unit(app, team.unit):
        assert queries.head_revision(queries.get_article(ref.id)).frozen_at is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "no-title"),
        ({"title": "a" * 201}, "long-title"),
        ({"summary": " "}, "no-summary"),
        ({"body_html": "<p> </p>"}, "no-body"),
        ({"genre": "role_model"}, "no-role-model"),
    ],
)
def test_what_is_incomplete_stays_a_draft_with_a_sentence(app, changes, code):
    team = make_team(app)
    ref = draft(app, team.unit, team.author, **changes)
    with pytest.raises(Refused, match="not-ready") as refusal:
        submit(app, team.unit, team.author, ref)
    assert [problem["code"] for problem in refusal.value.data["problems"]] == [code]
    assert article_ref(app, team.unit, ref.id).state == "draft"


def test_a_picture_needs_words_for_those_who_cannot_see_it(app, picture):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    [media_id] = add_pictures(app, team.unit, team.author, ref, picture)
    ref = article_ref(app, team.unit, ref.id)
    with pytest.raises(Refused, match="not-ready") as refusal:
        submit(app, team.unit, team.author, ref)
    assert "Ảnh số 1 chưa có mô tả" in refusal.value.sentence
    save(app, team, ref, replace(FULL, pictures=described(media_id)))
    assert submit(app, team.unit, team.author, article_ref(app, team.unit, ref.id)).state == "submitted"


def test_an_article_serves_a_plan_node_or_says_why_not(app):
    team = make_team(app)
    node_id = give_topic(app, team.unit)
    ref = draft(app, team.unit, team.author)
    with pytest.raises(Refused, match="Chưa chọn mục kế hoạch"):
        submit(app, team.unit, team.author, ref)
    save(app, team, ref, replace(FULL, off_plan_reason=""))
    with pytest.raises(Refused, match="cần ghi lý do"):
        submit(app, team.unit, team.author, article_ref(app, team.unit, ref.id))
    ref = article_ref(app, team.unit, ref.id)
    save(app, team, ref, replace(FULL, off_plan_reason="Tin đột xuất về mưa lũ"))
    assert submit(app, team.unit, team.author, article_ref(app, team.unit, ref.id)).state == "submitted"
    other = draft(app, team.unit, team.author, node_id=node_id)
    assert submit(app, team.unit, team.author, other).state == "submitted"


def test_handing_in_a_text_that_somebody_changed_meanwhile_is_refused(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    save(app, team, ref, replace(FULL, title="Đã sửa"), team.colleague)
    with in_unit(app, team.unit), pytest.raises(Refused, match="text-changed"):
        service.submit(ref.id, head_revision_id=ref.revision_id, saves=ref.saves, actor_id=team.author.id)


def test_a_forgotten_open_page_does_not_undo_an_approval(app):
    team = make_team(app)
    ref = approved(app, team)
    late = save(app, team, ref, replace(FULL, title="Gõ nhầm một chữ"), explicit=False)
    assert late.conflict_id is not None
    assert article_ref(app, team.unit, ref.id).state == "approved"


def test_editing_an_approved_text_on_purpose_takes_its_approval_away(app):
    team = make_team(app)
    ref = approved(app, team)
    save(app, team, ref, replace(FULL, title="Sửa sau khi duyệt"), reopen=True)
    after = article_ref(app, team.unit, ref.id)
    assert after.state == "draft"
    assert after.revision_id != ref.revision_id
    with in_unit(app, team.unit):
        article = queries.get_article(ref.id)
        assert queries.approved_revision(article) is None
        assert revisions.of_article(article, ref.revision_id).title == FULL.title


def test_reopening_takes_the_approval_away_before_a_word_is_changed(app):
    team = make_team(app)
    ref = approved(app, team)
    with in_unit(app, team.unit):
        service.reopen(ref.id, actor_id=team.author.id)
    assert article_ref(app, team.unit, ref.id).state == "draft"
    with in_unit(app, team.unit):
        assert queries.approved_revision(queries.get_article(ref.id)) is None


def test_a_reopened_text_goes_through_both_reviews_again(app):
    team = make_team(app)
    ref = approved(app, team)
    save(app, team, ref, replace(FULL, title="Sửa sau khi duyệt"), reopen=True)
    ref = submit(app, team.unit, team.author, article_ref(app, team.unit, ref.id))
    assert ref.state == "submitted"
    ref = approve(app, team.unit, team.principal, vet(app, team.unit, team.vetter, ref))
    with in_unit(app, team.unit):
        revision = queries.approved_revision(queries.get_article(ref.id))
        assert revision is not None
        assert revision.title == "Sửa sau khi duyệt"


def test_a_draft_can_be_thrown_away_and_its_text_stays_in_the_log(app, picture):
    team = make_team(app)
    ref = draft(app, team.unit, team.author, title="Bản nháp bỏ đi")
    add_pictures(app, team.unit, team.author, ref, picture)
    with in_unit(app, team.unit):
        service.discard(ref.id, actor_id=team.author.id)
    with in_unit(app, team.unit) as session:
        assert session.scalars(select(Article)).all() == []
        entry = session.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.id.desc())).first()
        assert (entry.action, entry.data["title"]) == ("article.delete", "Bản nháp bỏ đi")
        assert entry.data["body_html"] == FULL.body_html


def test_what_was_once_handed_in_is_never_thrown_away(app):
    team = make_team(app)
    ref = submitted(app, team)
    with in_unit(app, team.unit):
        service.reopen(ref.id, actor_id=team.author.id)
    with in_unit(app, team.unit), pytest.raises(Refused, match="handed-in-once"):
        service.discard(ref.id, actor_id=team.author.id)


def test_nobody_throws_away_a_colleague_s_draft(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    with in_unit(app, team.unit), pytest.raises(Refused, match="not-author"):
        service.discard(ref.id, actor_id=team.colleague.id)


def test_another_unit_cannot_touch_an_article(app):
    team, other = make_team(app), make_team(app)
    ref = draft(app, team.unit, team.author)
    with in_unit(app, other.unit), pytest.raises(NotFound):
        service.save(ref.id, FULL, head_revision_id=ref.revision_id, saves=ref.saves, actor_id=other.author.id)
    with in_unit(app, other.unit), pytest.raises(NotFound):
        service.submit(ref.id, head_revision_id=ref.revision_id, actor_id=other.author.id)


def test_a_picture_of_another_article_pasted_into_the_body_is_listed_and_described(app, picture):
    team = make_team(app)
    first = draft(app, team.unit, team.author)
    [media_id] = add_pictures(app, team.unit, team.author, first, picture)
    url = article_text.picture_url(team.unit.slug, media_id)
    ref = draft(app, team.unit, team.author, body_html=f'<p>Xem ảnh</p><img src="{url}">')
    assert text_now(app, team.unit, ref.id).pictures == (Picture(media_id),)
    text = text_now(app, team.unit, ref.id)
    save(app, team, ref, replace(text, pictures=(Picture(media_id, "Sân trường", ""),)))
    assert 'alt="Sân trường"' in text_now(app, team.unit, ref.id).body_html
