"""Reviewing in the browser: the text that was read is the text that is approved."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from article_builders import (
    EVERYTHING,
    FULL,
    Team,
    approved,
    article_ref,
    draft,
    make_team,
    submit,
    submitted,
    vetted,
)
from builders import in_unit

from tenants import settings
from tenants.approval import queries as approvals
from tenants.content import service


def address(team: Team, path: str) -> str:
    return f"/u/{team.unit.slug}/articles/{path}"


def read(page: Any) -> dict[str, str]:
    html = page.get_data(as_text=True)
    return dict(re.findall(r'name="(revision_id|content_hash|step)" value="([^"]*)"', html))


def test_vetting_then_approving_by_their_pages(app, client_for):
    team = make_team(app)
    ref = submitted(app, team)
    vetter, principal = client_for(team.vetter), client_for(team.principal)
    form = read(vetter.get(address(team, f"{ref.id}/review"))) | {"checklist": EVERYTHING, "remark": "Tốt"}
    answer = vetter.post(address(team, f"{ref.id}/review/vet"), data=form, follow_redirects=True)
    assert "Chờ phê duyệt" in answer.get_data(as_text=True)
    page = principal.get(address(team, f"{ref.id}/review"))
    assert "Quàng Thị Nương đã thẩm định" in page.get_data(as_text=True)
    assert principal.post(address(team, f"{ref.id}/review/approve"), data=read(page)).status_code == 303
    assert article_ref(app, team.unit, ref.id).state == "approved"


def test_after_a_decision_the_next_article_that_waits_is_one_tap_away(app, client_for):
    team = make_team(app)
    first, second = submitted(app, team), submitted(app, team, replace(FULL, title="Bài còn lại"))
    client = client_for(team.vetter)
    for ref, left in ((first, True), (second, False)):
        form = read(client.get(address(team, f"{ref.id}/review"))) | {"checklist": EVERYTHING}
        answer = client.post(address(team, f"{ref.id}/review/vet"), data=form, follow_redirects=True)
        html = answer.get_data(as_text=True)
        assert ("Còn 1 bài chờ bạn" in html) == left
        assert (f'<a href="{address(team, f"{second.id}/review")}">Bài còn lại</a>' in html) == left


def test_an_open_checklist_comes_back_with_what_was_ticked_and_written(app, client_for):
    team = make_team(app)
    ref = submitted(app, team)
    client = client_for(team.vetter)
    form = read(client.get(address(team, f"{ref.id}/review"))) | {"checklist": ["facts"], "remark": "Sắp xong"}
    answer = client.post(address(team, f"{ref.id}/review/vet"), data=form)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(r'value="facts" checked', html)
    assert "Sắp xong" in html
    assert "chưa xác nhận" in html


def test_returning_needs_a_remark_and_then_goes_back_to_the_author(app, client_for):
    team = make_team(app)
    ref = submitted(app, team)
    client = client_for(team.vetter)
    form = read(client.get(address(team, f"{ref.id}/review")))
    refused = client.post(address(team, f"{ref.id}/review/return"), data=form)
    assert refused.status_code == 422
    assert re.search(r'<textarea[^>]*name="remark"[^>]*aria-invalid="true" data-focus>', refused.get_data(as_text=True))
    answer = client.post(address(team, f"{ref.id}/review/return"), data=form | {"remark": "Thiếu nguồn"})
    assert answer.status_code == 303
    assert article_ref(app, team.unit, ref.id).state == "returned"


def test_a_vetter_does_not_approve_or_return_what_waits_for_the_principal(app, client_for):
    team = make_team(app)
    ref = vetted(app, team)
    client = client_for(team.vetter)
    page = client.get(address(team, f"{ref.id}/review"))
    assert "không có quyền phê duyệt" in page.get_data(as_text=True)
    form = {"revision_id": ref.revision_id, "content_hash": ref.content_hash, "remark": "x"}
    assert client.post(address(team, f"{ref.id}/review/approve"), data=form).status_code == 403
    answer = client.post(address(team, f"{ref.id}/review/return"), data=form | {"step": "approve"})
    assert answer.status_code == 403
    assert article_ref(app, team.unit, ref.id).state == "vetted"


def test_a_text_that_changed_while_it_was_read_is_shown_anew(app, client_for):
    team = make_team(app)
    ref = submitted(app, team)
    client = client_for(team.vetter)
    form = read(client.get(address(team, f"{ref.id}/review"))) | {"checklist": EVERYTHING}
    with in_unit(app, team.unit):
        saved = service.save(
            ref.id, replace(FULL, title="Bản mới hơn"), head_revision_id=ref.revision_id, saves=ref.saves,
            actor_id=team.author.id, reopen=True,
        )  # fmt: skip
        service.submit(ref.id, head_revision_id=saved.head_revision_id, actor_id=team.author.id)
    answer = client.post(address(team, f"{ref.id}/review/vet"), data=form)
    assert answer.status_code == 422
    assert "đã được sửa sau khi bạn mở trang" in answer.get_data(as_text=True)
    assert "Bản mới hơn" in answer.get_data(as_text=True)
    assert article_ref(app, team.unit, ref.id).state == "submitted"


def test_what_changed_since_the_last_review_is_marked(app, client_for):
    team = make_team(app)
    ref = approved(app, team)
    with in_unit(app, team.unit):
        saved = service.save(
            ref.id, replace(FULL, title=FULL.title + " lần thứ hai"), head_revision_id=ref.revision_id,
            saves=ref.saves, actor_id=team.author.id, reopen=True,
        )  # fmt: skip
        service.submit(ref.id, head_revision_id=saved.head_revision_id, actor_id=team.author.id)
    html = client_for(team.vetter).get(address(team, f"{ref.id}/review")).get_data(as_text=True)
    assert "<ins> lần thứ hai</ins>" in html
    assert "Cầm Văn Sơn" in html


def test_whoever_wrote_the_text_reads_that_another_must_review_it(app, client_for):
    team = make_team(app)
    ref = submit(app, team.unit, team.principal, draft(app, team.unit, team.principal))
    html = client_for(team.principal).get(address(team, f"{ref.id}/review")).get_data(as_text=True)
    assert "cần người khác làm" in html
    assert "content_hash" not in html


def test_a_one_step_school_speaks_of_approval_only(app, client_for):
    team = make_team(app)
    with in_unit(app, team.unit):
        settings.put("approval.steps", 1)
    ref = submitted(app, team)
    client = client_for(team.principal)
    page = client.get(address(team, f"{ref.id}/review"))
    assert "Chờ phê duyệt" in page.get_data(as_text=True)
    assert "Thẩm định" not in page.get_data(as_text=True)
    form = read(page) | {"checklist": EVERYTHING}
    assert client.post(address(team, f"{ref.id}/review/approve"), data=form).status_code == 303
    with in_unit(app, team.unit):
        [review] = approvals.reviews_of(ref.id)
        assert review.checklist["facts"] is True


def test_an_approved_article_leads_on_to_publishing_for_those_who_publish(app, client_for):
    team = make_team(app)
    ref = approved(app, team)
    link = f"/u/{team.unit.slug}/publishing/articles/{ref.id}"
    assert link in client_for(team.web).get(address(team, str(ref.id))).get_data(as_text=True)
    assert link not in client_for(team.author).get(address(team, str(ref.id))).get_data(as_text=True)


def test_nothing_to_review_leads_to_the_article(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    answer = client_for(team.vetter).get(address(team, f"{ref.id}/review"))
    assert answer.headers["Location"].endswith(f"/articles/{ref.id}")
