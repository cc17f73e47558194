"""Reviews: two pairs of eyes on exactly one text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from article_builders import (
    EVERYTHING,
    FULL,
    Team,
    approve,
    approved,
    article_ref,
    draft,
    make_team,
    submit,
    submitted,
    vet,
    vetted,
)
from builders import grant, in_unit, make_person
from flask import Flask
from queries import count_queries
from sqlalchemy import select

from tenants import settings
from tenants.approval import queries as approvals
from tenants.approval import service as approval
from tenants.audit import AuditEntry
from tenants.content import queries, service
from tenants.content.models import RevisionMedia
from tenants.errors import NotFound, Refused


def one_step(app: Flask, team: Team) -> None:
    with in_unit(app, team.unit):
        settings.put("approval.steps", 1)


def send_back(app, team, person, ref, step="vet", remark="Ghi rõ nguồn số liệu"):
    with in_unit(app, team.unit):
        approval.return_(
            ref.id, ref.revision_id, content_hash=ref.content_hash, step=step, remark=remark, actor_id=person.id
        )
    return article_ref(app, team.unit, ref.id)


def test_vetting_then_approval_pins_exactly_one_text(app):
    team = make_team(app)
    ref = vetted(app, team)
    assert ref.state == "vetted"
    ref = approve(app, team.unit, team.principal, ref)
    assert ref.state == "approved"
    with in_unit(app, team.unit):
        revision = queries.approved_revision(queries.get_article(ref.id))
        assert (revision.id, revision.content_hash) == (ref.revision_id, ref.content_hash)
        assert revision.approved_at is not None


def test_reviews_record_who_read_what_and_what_was_checked(app):
    team = make_team(app)
    ref = approved(app, team)
    with in_unit(app, team.unit) as session:
        approval_, vetting = approvals.reviews_of(ref.id)
        assert (vetting.step, vetting.by_id, vetting.content_hash) == ("vet", team.vetter.id, ref.content_hash)
        assert vetting.checklist == dict.fromkeys(EVERYTHING, True)
        assert (approval_.step, approval_.by_id) == ("approve", team.principal.id)
        logged = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert logged == ["article.create", "article.submit", "article.vet", "article.approve"]


def test_the_author_reviews_nothing_of_their_own(app):
    team = make_team(app)
    grant(app, team.author, team.unit, "principal")
    ref = submitted(app, team)
    with pytest.raises(Refused, match="own-article"):
        vet(app, team.unit, team.author, ref)
    ref = vet(app, team.unit, team.vetter, ref)
    with pytest.raises(Refused, match="own-article"):
        approve(app, team.unit, team.author, ref)
    assert article_ref(app, team.unit, ref.id).state == "vetted"


def test_whoever_wrote_in_the_text_does_not_review_it_even_if_another_saved_last(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    for person, title in ((team.principal, "Hiệu trưởng sửa"), (team.author, "Tác giả sửa dấu phẩy")):
        now = article_ref(app, team.unit, ref.id)
        with in_unit(app, team.unit):
            service.save(
                ref.id, replace(FULL, title=title), head_revision_id=now.revision_id, saves=now.saves,
                actor_id=person.id,
            )  # fmt: skip
    ref = submit(app, team.unit, team.author, article_ref(app, team.unit, ref.id))
    ref = vet(app, team.unit, team.vetter, ref)
    with pytest.raises(Refused, match="own-article"):
        approve(app, team.unit, team.principal, ref)
    assert approve(app, team.unit, team.vice, ref).state == "approved"


def test_whoever_approved_an_earlier_text_may_approve_the_next_one(app):
    team = make_team(app)
    ref = approved(app, team)
    with in_unit(app, team.unit):
        service.save(
            ref.id, replace(FULL, title="Sửa thêm"), head_revision_id=ref.revision_id, saves=ref.saves,
            actor_id=team.colleague.id, reopen=True,
        )  # fmt: skip
    ref = submit(app, team.unit, team.author, article_ref(app, team.unit, ref.id))
    with pytest.raises(Refused, match="own-article"):
        vet(app, team.unit, team.colleague, ref)
    assert approve(app, team.unit, team.principal, vet(app, team.unit, team.vetter, ref)).state == "approved"


def save_as(app, team, person, ref, title):
    """Save over the newest text on purpose, whatever state it is in."""
    now = article_ref(app, team.unit, ref.id)
    with in_unit(app, team.unit):
        service.save(
            ref.id, replace(FULL, title=title), head_revision_id=now.revision_id, saves=now.saves,
            actor_id=person.id, reopen=True,
        )  # fmt: skip
    return article_ref(app, team.unit, ref.id)


def test_words_written_before_a_return_still_count_as_one_s_own(app):
    team = make_team(app)
    ref = save_as(app, team, team.principal, draft(app, team.unit, team.author), "Hiệu trưởng viết thêm")
    ref = send_back(app, team, team.vetter, submit(app, team.unit, team.author, ref))
    ref = submit(app, team.unit, team.author, save_as(app, team, team.author, ref, "Tác giả sửa theo ý kiến"))
    with in_unit(app, team.unit):
        assert approvals.waiting({"principal"}, team.principal.id).to_vet == ()
        assert len(approvals.waiting({"vice_principal"}, team.vice.id).to_vet) == 1
    with pytest.raises(Refused, match="own-article"):
        approve(app, team.unit, team.principal, vet(app, team.unit, team.vetter, ref))


def test_words_that_another_has_approved_are_nobody_s_own_any_more(app):
    team = make_team(app)
    ref = save_as(app, team, team.principal, draft(app, team.unit, team.author), "Hiệu trưởng viết thêm")
    ref = vet(app, team.unit, team.vetter, submit(app, team.unit, team.author, ref))
    ref = save_as(app, team, team.author, approve(app, team.unit, team.vice, ref), "Tác giả sửa sau khi duyệt")
    ref = vet(app, team.unit, team.vetter, submit(app, team.unit, team.author, ref))
    assert approve(app, team.unit, team.principal, ref).state == "approved"


def test_in_two_steps_the_vetter_does_not_also_approve(app):
    team = make_team(app)
    ref = vet(app, team.unit, team.principal, submitted(app, team))
    with pytest.raises(Refused, match="same-person"):
        approve(app, team.unit, team.principal, ref)
    assert approve(app, team.unit, team.vice, ref).state == "approved"


def test_in_one_step_the_principal_approves_what_was_handed_in(app):
    team = make_team(app)
    one_step(app, team)
    ref = submitted(app, team)
    with pytest.raises(Refused, match="một bước"):
        vet(app, team.unit, team.vetter, ref)
    assert approve(app, team.unit, team.principal, ref).state == "approved"


def test_where_nobody_vets_the_approver_confirms_the_checklist(app):
    team = make_team(app)
    one_step(app, team)
    ref = submitted(app, team)
    with in_unit(app, team.unit), pytest.raises(Refused, match="checklist-open"):
        approval.approve(ref.id, ref.revision_id, content_hash=ref.content_hash, actor_id=team.principal.id)


def test_an_open_point_of_the_checklist_stops_vetting_and_is_named(app):
    team = make_team(app)
    ref = submitted(app, team)
    ticked = [key for key in EVERYTHING if key != "sources"]
    with in_unit(app, team.unit), pytest.raises(Refused, match="nguồn") as refusal:
        approval.vet(ref.id, ref.revision_id, content_hash=ref.content_hash, checklist=ticked, actor_id=team.vetter.id)
    assert refusal.value.data == {"missing": ["sources"]}
    assert article_ref(app, team.unit, ref.id).state == "submitted"


def test_a_returned_article_goes_back_with_its_remark(app):
    team = make_team(app)
    ref = send_back(app, team, team.vetter, submitted(app, team))
    assert ref.state == "returned"
    with in_unit(app, team.unit):
        [review] = approvals.reviews_of(ref.id)
        assert (review.decision, review.remark) == ("returned", "Ghi rõ nguồn số liệu")


def test_returning_without_saying_why_is_refused(app):
    team = make_team(app)
    ref = submitted(app, team)
    with pytest.raises(Refused, match="no-remark"):
        send_back(app, team, team.vetter, ref, remark="  ")


def test_the_approver_can_return_what_was_vetted(app):
    team = make_team(app)
    assert send_back(app, team, team.principal, vetted(app, team), step="approve").state == "returned"


def test_a_vetter_cannot_return_what_waits_for_approval(app):
    team = make_team(app)
    with pytest.raises(Refused, match="wrong-state"):
        send_back(app, team, team.vetter, vetted(app, team), step="vet")


def test_a_text_that_changed_after_it_was_read_is_not_reviewed(app):
    team = make_team(app)
    read = submitted(app, team)
    with in_unit(app, team.unit):
        service.save(
            read.id, replace(FULL, title="Đổi sau khi trình"), head_revision_id=read.revision_id,
            saves=read.saves, actor_id=team.author.id, reopen=True,
        )  # fmt: skip
    submit(app, team.unit, team.author, article_ref(app, team.unit, read.id))
    with pytest.raises(Refused, match="text-changed"):
        vet(app, team.unit, team.vetter, read)


def test_a_text_changed_behind_the_program_s_back_is_not_approved(app):
    team = make_team(app)
    ref = vetted(app, team)
    with in_unit(app, team.unit):
        queries.head_revision(queries.get_article(ref.id)).body_html = "<p>Chữ khác</p>"
    with pytest.raises(Refused, match="text-changed"):
        approve(app, team.unit, team.principal, ref)


def test_a_caption_changed_behind_the_program_s_back_is_not_approved(app, described_article):
    team, ref = described_article
    with in_unit(app, team.unit) as session:
        session.scalars(select(RevisionMedia)).one().caption = "Chú thích khác"
    with pytest.raises(Refused, match="text-changed"):
        vet(app, team.unit, team.vetter, ref)


def test_nobody_reviews_for_another_unit(app):
    team, other = make_team(app), make_team(app)
    ref = submitted(app, team)
    with pytest.raises(NotFound):
        vet(app, other.unit, other.vetter, ref)


def test_what_waits_is_shown_to_those_who_can_act(app):
    team = make_team(app)
    both = make_person(app, team.unit, "vice_principal", name="Phó Hiệu Trưởng Hai")
    to_vet = submitted(app, team, title="Chờ thẩm định")
    to_approve = vetted(app, team, title="Chờ phê duyệt")
    back = send_back(app, team, team.vetter, submitted(app, team, title="Bị trả lại"))
    draft(app, team.unit, team.author, title="Đang viết")
    with in_unit(app, team.unit):
        author = approvals.waiting({"author"}, team.author.id)
        vetter = approvals.waiting({"vetter"}, team.vetter.id)
        principal = approvals.waiting({"principal"}, team.principal.id)
        deputy = approvals.waiting({"vice_principal"}, both.id)
        viewer = approvals.waiting({"viewer"}, team.viewer.id)
    assert [a.id for a in author.returned] == [back.id]
    assert [a.title for a in author.drafts] == ["Đang viết"]
    assert (author.to_vet, author.to_approve) == ((), ())
    assert [a.id for a in vetter.to_vet] == [to_vet.id]
    assert vetter.to_approve == ()
    assert [a.id for a in principal.to_approve] == [to_approve.id]
    assert [a.id for a in deputy.to_vet] == [to_vet.id]
    assert viewer.urgent == 0
    assert author.urgent == 1


def test_a_review_that_would_be_refused_is_not_offered(app):
    team = make_team(app)
    ref = vet(app, team.unit, team.principal, submitted(app, team))
    own = submit(app, team.unit, team.principal, draft(app, team.unit, team.principal))
    with in_unit(app, team.unit):
        principal = approvals.waiting({"principal"}, team.principal.id)
        vice = approvals.waiting({"vice_principal"}, team.vice.id)
    assert (principal.to_vet, principal.to_approve) == ((), ())
    assert [a.id for a in vice.to_approve] == [ref.id]
    assert [a.id for a in vice.to_vet] == [own.id]


def test_a_text_kept_aside_waits_for_its_writer(app):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    for person, title in ((team.author, "Bản một"), (team.colleague, "Bản hai")):
        with in_unit(app, team.unit):
            service.save(
                ref.id, replace(FULL, title=title), head_revision_id=ref.revision_id, saves=ref.saves,
                actor_id=person.id,
            )  # fmt: skip
    with in_unit(app, team.unit):
        waiting = approvals.waiting({"author"}, team.colleague.id)
    assert [a.id for a in waiting.conflicts] == [ref.id]
    assert waiting.urgent == 1


@pytest.mark.usually("sqlite")
def test_what_waits_costs_the_same_number_of_queries_for_one_and_for_three(app):
    team = make_team(app)
    costs = []
    for _ in range(3):
        submitted(app, team)
        vetted(app, team)
        with in_unit(app, team.unit), count_queries() as sent:
            approvals.waiting({"principal", "author"}, team.principal.id)
        costs.append(len(sent))
    assert costs[0] == costs[2] <= 4


def test_the_history_tells_what_happened_newest_first(app):
    team = make_team(app)
    ref = send_back(app, team, team.vetter, submitted(app, team))
    with in_unit(app, team.unit):
        entries = approvals.history(ref.id)
        assert [entry.action for entry in entries] == ["article.return", "article.submit", "article.create"]
        assert entries[0].data["remark"] == "Ghi rõ nguồn số liệu"
