"""What an amendment means for articles: what rests on locked text goes out only after somebody looked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import article_builders as articles
import publishing_builders as rooms
import pytest
from builders import in_unit, make_office, make_token, run_jobs
from flask import Flask
from plan_builders import PlanRef, document, issue, make_plan, receive
from publishing_builders import BOARD, Board, Desk
from sqlalchemy import select
from webclient import PageClient

from district.issuing import amending
from district.issuing.service import issue_to
from tenants import clock
from tenants.content.models import Article, ArticleRevision
from tenants.notices.models import Notice
from tenants.plans import service, takeover
from tenants.plans.values import NodeValues

MORNING = dt.datetime(2026, 11, 20, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
NODES = {
    "locked": NodeValues(title="Đọc sách", body="Đọc.", policies={"body": "locked"}),
    "open": NodeValues(title="An toàn", body="Lời cũ."),
    "gone": NodeValues(title="Bán trú", body="Bữa ăn.", policies={"body": "locked"}),
}


@pytest.fixture
def board(app: Flask) -> Iterator[Board]:
    with rooms.board_installed(app) as board:
        yield board


@pytest.fixture
def master(app: Flask) -> PlanRef:
    return make_plan(app, make_office(app, "UBND xã Hoa Sim"), NODES)


@pytest.fixture
def desk(app: Flask, board: Board, master: PlanRef) -> Desk:
    """A school that issued its plan on the office's."""
    with clock.frozen(MORNING):
        desk = rooms.make_desk(app, office=master.unit)
        with in_unit(app, master.unit):
            issue_to(master.id, [desk.unit.id], document(), None)
        run_jobs(app)
        issue(app, receive(app, desk.unit, master))
        return desk


def amend(app: Flask, master: PlanRef, kind: str = "content", **nodes: NodeValues | None) -> None:
    """Issue the next version to the school, which takes it over."""
    with in_unit(app, master.unit):
        service.begin_amendment(master.id, None)
        for name, values in nodes.items():
            if values is None:
                service.remove_node(master.id, master.nodes[name], None)
            else:
                service.edit_node(master.id, master.nodes[name], values, None)
        amending.issue_amendment(master.id, document(change_class=kind), None)
    run_jobs(app)


def locked(name: str, body: str) -> NodeValues:
    return NodeValues(title=NODES[name].title, body=body, policies={"body": "locked"})


def test_what_was_scheduled_does_not_go_out_until_it_is_approved_again(
    app: Flask, desk: Desk, board: Board, master: PlanRef
) -> None:
    with clock.frozen(MORNING):
        article = rooms.approved(app, desk, node_id=master.nodes["locked"], title="Ngày hội đọc sách của trường")
        waiting = rooms.plan(app, desk, article, BOARD, MORNING + 2 * HOUR)
        other = rooms.approved(app, desk, node_id=master.nodes["open"], title="Đi bộ tới trường an toàn")
        rooms.plan(app, desk, other, BOARD, MORNING + 2 * HOUR)
        amend(app, master, locked=locked("locked", "Đọc to."), open=NodeValues(title="An toàn", body="Lời mới."))
    with clock.frozen(MORNING + 3 * HOUR):
        run_jobs(app)
        assert board.titles == ["Đi bộ tới trường an toàn"]
        assert rooms.see(app, desk, waiting).state == "cancelled"
        assert "rút phê duyệt" in rooms.see(app, desk, waiting).sentence
        again = articles.submit(app, desk.unit, desk.team.author, articles.article_ref(app, desk.unit, article.id))
        again = articles.vet(app, desk.unit, desk.team.vetter, again)
        articles.approve(app, desk.unit, desk.team.principal, again)
        rooms.plan(app, desk, again, BOARD)
        run_jobs(app)
        assert len(board.titles) == 2


@pytest.mark.database("sqlite")
def test_what_is_published_on_one_channel_waits_for_a_person_on_the_others(
    app: Flask, desk: Desk, board: Board, master: PlanRef
) -> None:
    with clock.frozen(MORNING):
        article = rooms.approved(app, desk, node_id=master.nodes["locked"])
        rooms.plan(app, desk, article, "website")
        run_jobs(app)
        waiting = rooms.plan(app, desk, article, BOARD, MORNING + 2 * HOUR)
        amend(app, master, locked=locked("locked", "Đọc to."))
    with clock.frozen(MORNING + 3 * HOUR):
        run_jobs(app)
        assert board.titles == []
        seen = rooms.see(app, desk, waiting)
        assert seen.state == "needs_person" and "UBND xã Hoa Sim đã thay đổi nội dung bắt buộc" in seen.sentence
        assert articles.article_ref(app, desk.unit, article.id).state == "published"
        rooms.plan(app, desk, article, BOARD)
        run_jobs(app)
        assert len(board.titles) == 1


@pytest.mark.database("sqlite")
def test_own_words_that_a_new_lock_replaces_and_a_withdrawn_locked_node_suspend_too(
    app: Flask, desk: Desk, board: Board, master: PlanRef
) -> None:
    with in_unit(app, desk.unit):
        plan = PlanRef(service.receive(master.unit.id, master.id, 1).plan_id, desk.unit, master.nodes)
        service.begin_amendment(plan.id, None)
        service.adapt(plan.id, plan.nodes["open"], {"body": "Lời của trường."}, None)
    rested = {name: rooms.approved(app, desk, node_id=master.nodes[name]) for name in NODES}
    amend(app, master, open=locked("open", "Lời cũ."), gone=None)
    with in_unit(app, desk.unit) as session:
        states = {row.id: (row.state, row.suspended_reason) for row in session.scalars(select(Article))}
        assert states[rested["open"].id][0] == states[rested["gone"].id][0] == "returned"
        assert "bản điều chỉnh 2" in (states[rested["open"].id][1] or "")
        assert states[rested["locked"].id] == ("approved", None)
        told = session.scalars(select(Notice.text).where(Notice.key.like("article.suspended:%"))).all()
        assert len(told) == 2


@pytest.mark.database("sqlite")
def test_an_article_keeps_the_version_and_node_it_was_made_from(
    app: Flask, desk: Desk, board: Board, master: PlanRef
) -> None:
    article = rooms.approved(app, desk, node_id=master.nodes["gone"])
    with in_unit(app, desk.unit):
        own = service.receive(master.unit.id, master.id, 1).plan_id
    amend(app, master, gone=None, open=NodeValues(title="An toàn", body="Lời mới."))
    with in_unit(app, desk.unit):
        service.begin_amendment(own, None)
        service.issue(own, document(), None)
        assert takeover.taken(own)[0].version == 2
    later = rooms.approved(app, desk, node_id=master.nodes["open"])
    with in_unit(app, desk.unit) as session:
        rows = {row.article_id: row for row in session.scalars(select(ArticleRevision))}
        first, second = rows[article.id], rows[later.id]
        assert (first.node_id, first.plan_id, first.plan_version) == (master.nodes["gone"], own, 1)
        assert (second.node_id, second.plan_id, second.plan_version) == (master.nodes["open"], own, 2)
    again = rooms.approve_again(app, desk, article, title="Bữa ăn học đường, viết lại")
    with in_unit(app, desk.unit) as session:
        rewritten = session.get(ArticleRevision, (desk.unit.id, again.revision_id))
        assert (rewritten.node_id, rewritten.plan_id, rewritten.plan_version) == (master.nodes["gone"], own, 1)


@pytest.mark.database("sqlite")
def test_a_correction_of_wording_suspends_nothing_where_own_words_meet_it(
    app: Flask, desk: Desk, board: Board, master: PlanRef
) -> None:
    with in_unit(app, desk.unit):
        own = service.receive(master.unit.id, master.id, 1).plan_id
        service.begin_amendment(own, None)
        service.adapt(own, master.nodes["open"], {"body": "Lời của trường."}, None)
    article = rooms.approved(app, desk, node_id=master.nodes["locked"])
    changed = {"locked": locked("locked", "Đọc!"), "open": NodeValues(title="An toàn", body="Lời cũ!")}
    amend(app, master, kind="wording", **changed)
    with in_unit(app, desk.unit):
        assert takeover.taken(own)[0].decisions == 1
    assert articles.article_ref(app, desk.unit, article.id).state == "approved"


@pytest.mark.database("sqlite")
def test_the_reason_is_read_on_the_articles_page_and_over_the_api(
    app: Flask, desk: Desk, board: Board, master: PlanRef, client_for: Callable[..., PageClient]
) -> None:
    article = rooms.approved(app, desk, node_id=master.nodes["locked"])
    amend(app, master, locked=locked("locked", "Đọc to."))
    author = client_for(desk.team.author)
    for rest in ("", "/edit"):
        page = author.get(f"/u/{desk.unit.slug}/articles/{article.id}{rest}").get_data(as_text=True)
        assert "Việc phê duyệt đang tạm dừng" in page
        assert "UBND xã Hoa Sim đã thay đổi nội dung bắt buộc của kế hoạch" in page
    assert "đã thay đổi nội dung bắt buộc" in client_for(desk.team.principal).get(f"/u/{desk.unit.slug}/").text
    answer = author.get(
        f"/api/v1/units/{desk.unit.slug}/articles/{article.id}", headers=make_token(app, desk.team.author)
    ).get_json()
    assert (answer["state"], answer["approved_revision_id"]) == ("returned", None)
    assert "bản điều chỉnh 2" in answer["suspended_reason"]
    articles.submit(app, desk.unit, desk.team.author, articles.article_ref(app, desk.unit, article.id))
    page = author.get(f"/u/{desk.unit.slug}/articles/{article.id}").get_data(as_text=True)
    assert "Việc phê duyệt đang tạm dừng" not in page
