"""Pages of amendments: the office writes the next version, the school sees what changed and decides."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from builders import UnitRef, in_unit, make_office, make_person, make_school
from flask import Flask
from plan_builders import PlanRef, document, make_plan, receive, tree_of
from queries import count_queries
from webclient import PageClient

from tenants import settings
from tenants.plans import queries, service, takeover
from tenants.plans.takeover_models import PlanTakeover
from tenants.plans.values import NodeValues

ClientFor = Callable[..., PageClient]

OLD = "Rà soát an toàn mỗi tháng. Báo cáo cuối kỳ."
MINE = "Rà soát an toàn mỗi tuần tại trường. Báo cáo cuối kỳ."
NEW = "Rà soát an toàn mỗi tháng. Báo cáo cuối kỳ gửi về xã."
NODES = {
    "safety": NodeValues(title="An toàn trường học", body=OLD, owners=("Ban giám hiệu",)),
    "quota": NodeValues(title="Gương người tốt", kind="quota", quota={"count": 2, "period": "month"}),
    "food": NodeValues(title="Bán trú", body="Công khai thực đơn."),
    "reading": NodeValues(title="Đọc sách", body="Mỗi lớp một góc sách."),
}


@pytest.fixture
def master(app: Flask) -> PlanRef:
    plan = make_plan(app, make_office(app, "UBND xã Đồi Sim"), NODES)
    with in_unit(app, plan.unit):
        service.issue(plan.id, document(), None)
    return plan


@pytest.fixture
def school(app: Flask, master: PlanRef) -> UnitRef:
    return make_school(app, master.unit, name="Trường Tiểu học Đồi Sim")


@pytest.fixture
def plan(app: Flask, school: UnitRef, master: PlanRef) -> PlanRef:
    return receive(app, school, master)


@pytest.fixture
def principal(app: Flask, client_for: ClientFor, school: UnitRef) -> PageClient:
    return client_for(make_person(app, school, "principal", name="Lê Thị Sim"))


@pytest.fixture
def officer(app: Flask, client_for: ClientFor, master: PlanRef) -> PageClient:
    return client_for(make_person(app, master.unit, "officer"))


def at(plan: PlanRef, rest: str = "") -> str:
    return f"/u/{plan.unit.slug}/plans/{plan.id}{rest}"


def adapt(app: Flask, plan: PlanRef, name: str, **values: object) -> None:
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes[name], values, None)


def amend(app: Flask, master: PlanRef, note: str = "", kind: str = "content", **nodes: NodeValues | None) -> int:
    """Issue the next version of the office's plan: nodes with new values, or None for withdrawn."""
    with in_unit(app, master.unit):
        service.begin_amendment(master.id, None)
        for name, values in nodes.items():
            if values is None:
                service.remove_node(master.id, master.nodes[name], None)
            else:
                service.edit_node(master.id, master.nodes[name], values, None)
        return service.issue(master.id, document(note=note, change_class=kind), None).version


def decision_ids(app: Flask, plan: PlanRef) -> list[int]:
    with in_unit(app, plan.unit):
        return [row.id for row in takeover.decisions(plan.id)]


def text_of(app: Flask, plan: PlanRef, name: str) -> str:
    return next(node.node.body for node in tree_of(app, plan) if node.node_id == plan.nodes[name])


def seen_in(html: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', html)
    assert found is not None
    return found[1]


def safety(body: str = NEW) -> NodeValues:
    return NodeValues(title="An toàn trường học", body=body, owners=("Ban giám hiệu",))


# The office writes the next version.


def test_the_office_opens_an_amendment_and_what_is_in_force_stays(officer: PageClient, master: PlanRef) -> None:
    page = officer.get(at(master)).get_data(as_text=True)
    assert "Soạn bản điều chỉnh" in page
    answer = officer.post(at(master, "/amend"), follow_redirects=True).get_data(as_text=True)
    assert "Bản 1 vẫn có hiệu lực" in answer and "Chưa có thay đổi nào" in answer


def test_each_kind_of_change_is_listed_and_can_be_taken_back(app: Flask, officer: PageClient, master: PlanRef) -> None:
    before = [(node.node_id, node.node.body) for node in tree_of(app, master)]
    officer.post(at(master, "/amend"))
    with in_unit(app, master.unit):
        service.edit_node(master.id, master.nodes["safety"], safety(), None)
        service.remove_node(master.id, master.nodes["food"], None)
        service.move_node(master.id, master.nodes["reading"], "up", None)
        added = service.add_node(master.id, master.nodes["II"], NodeValues(title="Mục mới"), None).node_id
    page = officer.get(at(master, "/amendment")).get_data(as_text=True)
    assert "<ins>" in page and "gửi về xã" in page
    assert all(word in page for word in ("Thêm mới", "Sửa nội dung", "Rút", "Đổi vị trí"))
    tree = officer.get(at(master, "/edit")).get_data(as_text=True)
    assert "Sẽ rút ở bản tới" in tree and "Sửa nội dung" in tree
    for node_id in (master.nodes["safety"], master.nodes["food"], master.nodes["reading"], added):
        answer = officer.post(at(master, f"/nodes/{node_id}/undo-change"), follow_redirects=True)
        assert "Đã hoàn tác thay đổi" in answer.get_data(as_text=True)
    assert "Chưa có thay đổi nào" in officer.get(at(master, "/amendment")).get_data(as_text=True)
    assert [(node.node_id, node.node.body) for node in tree_of(app, master)] == before


def test_splitting_and_merging_through_the_pages(app: Flask, officer: PageClient, master: PlanRef) -> None:
    before = [(node.node_id, node.node.title) for node in tree_of(app, master)]
    officer.post(at(master, "/amend"))
    split = at(master, f"/nodes/{master.nodes['safety']}/split")
    assert OLD in officer.get(split).get_data(as_text=True)
    short = officer.post(split, data={"title": ["Chỉ một"], "body": [""]})
    assert short.status_code == 422 and "Chỉ một" in short.get_data(as_text=True)
    officer.post(split, data={"title": ["Phòng cháy", "Đuối nước"], "body": ["a", "b"]})
    titles = [node.node.title for node in tree_of(app, master)]
    assert "Phòng cháy" in titles and "Đuối nước" in titles and "An toàn trường học" not in titles
    both = [master.nodes["food"], master.nodes["reading"]]
    assert "Hãy chọn ít nhất hai mục" in officer.get(at(master, "/merge"), query_string={"node": both[0]}).text
    page = officer.get(at(master, "/merge"), query_string={"node": both}).get_data(as_text=True)
    assert "Mỗi lớp một góc sách." in page
    officer.post(at(master, "/merge"), data={"node": both, "title": "Bán trú và đọc sách", "body": "Cả hai"})
    titles = [node.node.title for node in tree_of(app, master)]
    assert "Bán trú và đọc sách" in titles and "Bán trú" not in titles
    assert "Thay cho:" in officer.get(at(master, "/amendment")).get_data(as_text=True)
    known = {node_id for node_id, _title in before}
    for node_id in [node.node_id for node in tree_of(app, master) if node.node_id not in known]:
        officer.post(at(master, f"/nodes/{node_id}/undo-change"))
    assert [(node.node_id, node.node.title) for node in tree_of(app, master)] == before, "what was replaced came back"


# The school sees what changed.


def test_the_school_reads_what_changed_with_the_notes_of_skipped_versions(
    app: Flask, principal: PageClient, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "safety", body=MINE)
    with in_unit(app, plan.unit):
        settings.put("plans.takeover", "confirm")
    amend(app, master, "Sửa vì công văn mới.", reading=NodeValues(title="Đọc sách", body="Mỗi lớp hai góc sách."))
    receive(app, plan.unit, master, 2)
    amend(app, master, "Bổ sung nơi nhận báo cáo.", safety=safety())
    receive(app, plan.unit, master, 3)
    assert "Cấp trên vừa điều chỉnh kế hoạch" in principal.get(at(plan)).get_data(as_text=True)
    page = principal.get(at(plan, "/changes")).get_data(as_text=True)
    assert "Sửa vì công văn mới." in page and "Bổ sung nơi nhận báo cáo." in page
    assert "<ins>hai</ins>" in page and "<del>một</del>" in page
    assert text_of(app, plan, "reading") == "Mỗi lớp một góc sách."
    with in_unit(app, plan.unit):
        adoption = queries.adoptions_of(plan.id)[0].id
    answer = principal.post(at(plan, f"/changes/{adoption}/take-over"), follow_redirects=True)
    assert "Còn 1 nội dung chờ" in answer.get_data(as_text=True)
    assert text_of(app, plan, "reading") == "Mỗi lớp hai góc sách."
    assert text_of(app, plan, "safety") == MINE


def take(app: Flask, master: PlanRef, plan: PlanRef, **nodes: NodeValues | None) -> None:
    version = amend(app, master, **nodes)
    with in_unit(app, plan.unit):
        service.receive(master.unit.id, master.id, version)
        takeover.take_over(master.unit.id, master.id)


@pytest.fixture
def question(app: Flask, master: PlanRef, plan: PlanRef) -> int:
    adapt(app, plan, "safety", body=MINE)
    take(app, master, plan, safety=safety())
    return decision_ids(app, plan)[0]


def test_three_texts_and_a_suggestion(principal: PageClient, plan: PlanRef, question: int) -> None:
    page = principal.get(at(plan, f"/decisions/{question}")).get_data(as_text=True)
    assert all(title in page for title in ("Bản cũ của cấp trên", "Bản mới của cấp trên", "Bản của đơn vị"))
    assert "Rà soát an toàn mỗi tuần tại trường. Báo cáo cuối kỳ gửi về xã." in page
    assert "trong lúc chờ" in page


@pytest.mark.parametrize(
    ("choice", "text"),
    [("keep", MINE), ("take", NEW), ("combine", "Rà soát mỗi tuần. Gửi về xã.")],
)
def test_each_button_does_what_it_says_and_can_be_undone(
    app: Flask, principal: PageClient, plan: PlanRef, question: int, choice: str, text: str
) -> None:
    address = at(plan, f"/decisions/{question}")
    page = principal.get(address).get_data(as_text=True)
    assert text_of(app, plan, "safety") == MINE
    data = {"choice": choice, "seen": seen_in(page), "value": "Rà soát mỗi tuần. Gửi về xã."}
    assert principal.post(address, data=data).status_code == 303
    assert text_of(app, plan, "safety") == text
    settled = principal.get(at(plan, "/decisions?kind=settled")).get_data(as_text=True)
    undo = re.search(r'action="([^"]+/undo)"', settled)
    assert undo is not None
    principal.post(undo[1])
    assert text_of(app, plan, "safety") == MINE
    assert question in decision_ids(app, plan)


def test_asking_keeps_the_question_open_and_an_empty_one_is_refused(
    app: Flask, principal: PageClient, plan: PlanRef, question: int
) -> None:
    address = at(plan, f"/decisions/{question}")
    empty = principal.post(address, data={"choice": "ask", "question": " "})
    assert empty.status_code == 422 and "Hãy viết điều cần hỏi" in empty.get_data(as_text=True)
    principal.post(address, data={"choice": "ask", "question": "Báo cáo gửi phòng nào?"})
    assert decision_ids(app, plan) == [question]
    assert "Báo cáo gửi phòng nào?" in principal.get(address).get_data(as_text=True)
    assert text_of(app, plan, "safety") == MINE


def test_what_changed_meanwhile_is_not_decided_over_and_the_typed_text_comes_back(
    app: Flask, principal: PageClient, plan: PlanRef, question: int
) -> None:
    address = at(plan, f"/decisions/{question}")
    seen = seen_in(principal.get(address).get_data(as_text=True))
    adapt(app, plan, "safety", body="Lời mới của đồng nghiệp.")
    ids = decision_ids(app, plan)
    assert ids == [question]
    answer = principal.post(address, data={"choice": "combine", "value": "Lời tôi vừa gõ", "seen": seen})
    assert answer.status_code == 409
    assert "Lời tôi vừa gõ" in answer.get_data(as_text=True)
    assert text_of(app, plan, "safety") == "Lời mới của đồng nghiệp."


def test_numbers_lists_and_days_have_fields_of_their_own(
    app: Flask, principal: PageClient, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "quota", quota={"count": 5, "period": "month", "genre": None, "subject": None})
    adapt(app, plan, "safety", owners=["Ban giám hiệu", "Tổ văn phòng"])
    quota = {"count": 3, "period": "month", "floor": 1, "ceiling": 9}
    changed = NodeValues(title="An toàn trường học", body=OLD, owners=("Ban giám hiệu", "Công an xã"))
    take(app, master, plan, quota=NodeValues(title="Gương người tốt", kind="quota", quota=quota), safety=changed)
    pages = {one: principal.get(at(plan, f"/decisions/{one}")).text for one in decision_ids(app, plan)}
    number = next(one for one, page in pages.items() if 'type="number"' in page)
    listed = next(one for one in pages if one != number)
    assert 'min="1"' in pages[number] and 'max="9"' in pages[number]
    assert "Ban giám hiệu\nCông an xã\nTổ văn phòng" in pages[listed]
    assert principal.post(at(plan, f"/decisions/{number}"), data={"choice": "combine", "value": "x"}).status_code == 422
    principal.post(at(plan, f"/decisions/{number}"), data={"choice": "combine", "value": "4"})
    principal.post(at(plan, f"/decisions/{listed}"), data={"choice": "combine", "value": "Công an xã\nTổ văn phòng"})
    nodes = {node.node_id: node.node for node in tree_of(app, plan)}
    assert nodes[plan.nodes["quota"]].quota["count"] == 4  # type: ignore[index]
    assert nodes[plan.nodes["safety"]].owners == ("Công an xã", "Tổ văn phòng")


def test_many_at_once_and_none_ticked(app: Flask, principal: PageClient, master: PlanRef, plan: PlanRef) -> None:
    adapt(app, plan, "safety", body=MINE)
    adapt(app, plan, "food", body="Thực đơn dán ở cổng.")
    take(app, master, plan, safety=safety(), food=NodeValues(title="Bán trú", body="Công khai thực đơn tuần."))
    ids = decision_ids(app, plan)
    address = at(plan, "/decisions")
    assert "đánh dấu ít nhất một dòng" in principal.post(address, data={"choice": "take"}, follow_redirects=True).text
    answer = principal.post(address, data={"choice": "take", "decision": ids}, follow_redirects=True)
    assert "Đã xử lý 2 nội dung" in answer.text
    assert text_of(app, plan, "food") == "Công khai thực đơn tuần."
    archive = principal.get(at(plan, "/archive")).get_data(as_text=True)
    assert "Thực đơn dán ở cổng." in archive and MINE in archive


def test_the_shelf_keeps_the_words_of_a_withdrawn_node(
    app: Flask, principal: PageClient, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "food", body="Thực đơn dán ở cổng.")
    take(app, master, plan, food=None)
    (orphan,) = decision_ids(app, plan)
    page = principal.get(at(plan, f"/decisions/{orphan}")).get_data(as_text=True)
    assert "Thực đơn dán ở cổng." in page and "Chuyển thành mục riêng" in page
    parent = plan.nodes["II"]
    principal.post(at(plan, f"/decisions/{orphan}/convert"), data={"parent": parent})
    own = [node.node for node in tree_of(app, plan) if node.node.body == "Thực đơn dán ở cổng."]
    assert [node.parent for node in own] == [parent]


def test_a_withdrawn_node_can_be_put_away_and_stays_readable(
    app: Flask, principal: PageClient, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "food", body="Thực đơn dán ở cổng.")
    take(app, master, plan, food=None)
    (orphan,) = decision_ids(app, plan)
    principal.post(at(plan, f"/decisions/{orphan}/retire"))
    assert decision_ids(app, plan) == []
    assert "Thực đơn dán ở cổng." in principal.get(at(plan, "/archive")).get_data(as_text=True)


def test_notices_of_locks_and_returned_nodes_are_confirmed(
    app: Flask, principal: PageClient, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "safety", body=MINE)
    with in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes["reading"], "Trường chưa có thư viện.", None)
    locked = NodeValues(title="An toàn trường học", body=NEW, policies={"body": "locked"})
    back = NodeValues(title="Đọc sách", body="Mỗi lớp một góc sách.", mandatory=True)
    take(app, master, plan, safety=locked, reading=back)
    ids = decision_ids(app, plan)
    pages = [principal.get(at(plan, f"/decisions/{one}")).get_data(as_text=True) for one in ids]
    assert any("Cấp trên đã khóa phần này" in page and MINE in page for page in pages)
    assert any("nay là bắt buộc" in page and "Trường chưa có thư viện." in page for page in pages)
    principal.post(at(plan, f"/decisions/{ids[0]}/acknowledge"))
    principal.post(at(plan, "/decisions"), data={"choice": "acknowledge", "decision": ids[1:], "kind": "notices"})
    assert decision_ids(app, plan) == []


def test_an_urgent_amendment_is_confirmed(app: Flask, principal: PageClient, master: PlanRef, plan: PlanRef) -> None:
    version = amend(app, master, kind="urgent", safety=safety())
    receive(app, plan.unit, master, version)
    with in_unit(app, plan.unit):
        takeover.take_over(master.unit.id, master.id)
    page = principal.get(at(plan, "/changes")).get_data(as_text=True)
    confirm = re.search(r'action="([^"]+/acknowledge)"', page)
    assert confirm is not None
    assert "Đã báo cấp trên" in principal.post(confirm[1], follow_redirects=True).get_data(as_text=True)
    with in_unit(app, plan.unit) as session:
        assert session.query(PlanTakeover).one().acknowledged_at is not None


def test_an_own_node_is_joined_with_the_superiors(
    app: Flask, principal: PageClient, master: PlanRef, plan: PlanRef
) -> None:
    with in_unit(app, plan.unit):
        own = service.add_node(plan.id, plan.nodes["II"], NodeValues(title="Đọc sách", body="Góc sách ở sân."), None)
        own_id = own.node_id
    assert "Trùng với mục của cấp trên?" in principal.get(at(plan, f"/nodes/{own_id}")).get_data(as_text=True)
    principal.post(at(plan, f"/nodes/{own_id}/link"), data={"inherited": plan.nodes["reading"]})
    assert text_of(app, plan, "reading") == "Góc sách ở sân."
    assert own_id not in {node.node_id for node in tree_of(app, plan)}


# Who may, and what it costs.


def test_teachers_read_and_do_not_decide(
    app: Flask, client_for: ClientFor, school: UnitRef, plan: PlanRef, question: int
) -> None:
    teacher = client_for(make_person(app, school, "author"))
    page = teacher.get(at(plan, f"/decisions/{question}"))
    assert page.status_code == 200 and 'name="choice"' not in page.get_data(as_text=True)
    for rest, data in ((f"/decisions/{question}", {"choice": "take"}), ("/decisions", {"choice": "take"})):
        assert teacher.post(at(plan, rest), data=data).status_code == 403
    assert text_of(app, plan, "safety") == MINE


def test_without_a_form_token_nothing_is_decided(
    app: Flask, principal: PageClient, plan: PlanRef, question: int
) -> None:
    principal.post(at(plan, f"/decisions/{question}"), data={"choice": "take"}, token=False)
    assert text_of(app, plan, "safety") == MINE


def test_foreign_and_unknown_ids_are_not_found(
    app: Flask, client_for: ClientFor, master: PlanRef, plan: PlanRef, question: int
) -> None:
    sibling = make_school(app, master.unit, name="Trường Tiểu học Suối Sim")
    theirs = receive(app, sibling, master)
    stranger = client_for(make_person(app, sibling, "principal"))
    assert stranger.get(at(theirs, f"/decisions/{question}")).status_code == 404
    assert stranger.post(at(theirs, f"/decisions/{question}"), data={"choice": "take"}).status_code == 404
    assert stranger.post(at(theirs, "/decisions"), data={"choice": "take", "decision": question}).status_code == 404
    for rest in ("/steps/1/undo", "/changes/1/acknowledge", f"/decisions/{question}/retire"):
        assert stranger.post(at(theirs, rest)).status_code == 404
    assert stranger.post(at(theirs, "/decisions/999999"), data={"choice": "take"}).status_code == 404
    assert text_of(app, plan, "safety") == MINE


def test_the_pages_ask_the_database_the_same_for_one_and_three_questions(
    app: Flask, principal: PageClient, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "safety", body=MINE)
    take(app, master, plan, safety=safety())

    def counted() -> list[int]:
        (first, *_rest) = decision_ids(app, plan)
        numbers = []
        for rest in ("", "/changes", "/decisions", f"/decisions/{first}", "/archive", "/decisions?kind=settled"):
            with count_queries() as sent:
                assert principal.get(at(plan, rest)).status_code == 200
            numbers.append(len(sent))
        return numbers

    counted()
    one = counted()
    adapt(app, plan, "food", body="Thực đơn dán ở cổng.")
    adapt(app, plan, "reading", body="Góc sách ở sân.")
    take(
        app, master, plan, food=NodeValues(title="Bán trú", body="Công khai."),
        reading=NodeValues(title="Đọc sách", body="Hai góc sách."),
    )  # fmt: skip
    assert len(decision_ids(app, plan)) == 3
    assert counted() == one
