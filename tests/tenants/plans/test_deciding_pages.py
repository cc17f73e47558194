"""Deciding about an amendment when several people are at it: nothing typed is lost, nothing unseen is decided."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

import pytest
from builders import PersonRef, UnitRef, in_unit, make_office, make_person, make_school
from flask import Flask
from plan_builders import PlanRef, document, make_plan, receive, tree_of
from queries import count_queries
from webclient import PageClient

from tenants import settings
from tenants.plans import queries, service, takeover
from tenants.plans.values import NodeValues

ClientFor = Callable[..., PageClient]

OLD, NEW, NEWER = "Rà soát mỗi tháng.", "Rà soát mỗi tháng, báo về xã.", "Rà soát mỗi tuần, báo về xã."
MINE, TYPED = "Rà soát cùng cha mẹ mỗi tháng.", "Rà soát cùng cha mẹ, báo về xã. (gõ mười phút)"
NODES = {
    "safety": NodeValues(title="An toàn", body=OLD),
    "food": NodeValues(title="Bán trú", body="Công khai thực đơn."),
    "quota": NodeValues(title="Gương tốt", kind="quota", quota={"count": 2, "period": "month"}),
}


@dataclass
class Scene:
    """An office's plan and what a school has made of it."""

    app: Flask
    master: PlanRef
    school: UnitRef
    plan: PlanRef

    def at(self, rest: str = "") -> str:
        return f"/u/{self.school.slug}/plans/{self.plan.id}{rest}"

    @property
    def home(self) -> str:
        return f"/u/{self.school.slug}/"

    def adapt(self, name: str, **values: object) -> None:
        with in_unit(self.app, self.school):
            service.adapt(self.plan.id, self.plan.nodes[name], values, None)

    def amend(self, kind: str = "content", **bodies: str | None) -> None:
        """Let the office issue its next version, with other bodies or (None) without the nodes; the school gets it."""
        with in_unit(self.app, self.master.unit):
            service.begin_amendment(self.master.id, None)
            for name, body in bodies.items():
                if body is None:
                    service.remove_node(self.master.id, self.master.nodes[name], None)
                else:
                    values = NodeValues(title=NODES[name].title, body=body)
                    service.edit_node(self.master.id, self.master.nodes[name], values, None)
            version = service.issue(self.master.id, document(change_class=kind), None).version
        with in_unit(self.app, self.school):
            service.receive(self.master.unit.id, self.master.id, version)

    def decisions(self, kind: str = "text") -> list[int]:
        with in_unit(self.app, self.school):
            return [row.id for row in takeover.decisions(self.plan.id) if row.kind == kind]

    def body(self, name: str) -> str:
        return next(one.node.body for one in tree_of(self.app, self.plan) if one.node_id == self.plan.nodes[name])


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app, make_office(app, "UBND xã Cửa Rừng"), None)


def make_scene(app: Flask, office: UnitRef, school: UnitRef | None) -> Scene:
    master = make_plan(app, office, NODES, f"Truyền thông của {office.name}")
    with in_unit(app, office):
        service.issue(master.id, document(), None)
    pupil = school or make_school(app, office, name="Trường Tiểu học Cửa Rừng")
    return Scene(app, master, pupil, receive(app, pupil, master))


@pytest.fixture
def person(app: Flask, scene: Scene) -> PersonRef:
    return make_person(app, scene.school, "principal", name="Lò Thị Rừng")


@pytest.fixture
def principal(client_for: ClientFor, person: PersonRef) -> PageClient:
    return client_for(person)


@pytest.fixture
def deputy(app: Flask, client_for: ClientFor, scene: Scene) -> PageClient:
    return client_for(make_person(app, scene.school, "vice_principal", name="Quàng Văn Suối"))


def seen_in(html: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', html)
    assert found is not None
    return found[1]


# The start page.


def test_the_start_page_leads_to_the_question_and_forgets_it_when_it_is_settled(
    app: Flask, client_for: ClientFor, scene: Scene, principal: PageClient
) -> None:
    scene.adapt("safety", body=MINE)
    scene.adapt("food", body="Thực đơn ở cổng.")
    scene.amend(safety=NEW, food=None)
    (question,), (orphan,) = scene.decisions(), scene.decisions("orphan")
    page = principal.get(scene.home).text
    assert "1 chỗ hai bên cùng sửa" in page and "1 mục bị rút" in page
    assert f'href="{scene.at(f"/decisions/{question}")}"' in page
    assert "cần đơn vị quyết định" not in page, "the same thing twice"
    told = principal.get(f"{scene.home}notices/").text
    assert "Xử lý ngay" in told and f'href="{scene.at("/decisions")}"' in told
    teacher = client_for(make_person(app, scene.school, "author"))
    assert "hai bên cùng sửa" not in teacher.get(scene.home).text
    principal.post(scene.at(f"/decisions/{question}"), data={"choice": "keep"})
    assert f'href="{scene.at(f"/decisions/{orphan}")}"' in principal.get(scene.home).text
    principal.post(scene.at(f"/decisions/{orphan}/retire"))
    page = principal.get(scene.home).text
    assert "mục bị rút" not in page and "Cấp trên điều chỉnh kế hoạch" not in page
    told = principal.get(f"{scene.home}notices/").text
    assert "cần đơn vị quyết định" in told and "Xử lý ngay" not in told, "it is over"


def test_a_version_that_waits_is_the_leaders_business_and_an_urgent_one_is_to_be_confirmed(
    scene: Scene, principal: PageClient, deputy: PageClient
) -> None:
    with in_unit(scene.app, scene.school):
        settings.put("plans.takeover", "confirm")
    scene.adapt("food", body="Thực đơn ở cổng.")
    scene.amend("urgent", safety=NEW)
    assert "Có bản mới chờ cập nhật" in principal.get(scene.home).text
    assert "Có bản mới chờ cập nhật" not in deputy.get(scene.home).text
    with in_unit(scene.app, scene.school):
        adoption = queries.adoptions_of(scene.plan.id)[0].id
    principal.post(scene.at(f"/changes/{adoption}/take-over"), data={"version": "2"})
    assert "Khẩn, cần xác nhận đã đọc" in deputy.get(scene.home).text
    confirm = re.search(r'action="([^"]+/acknowledge)"', principal.get(scene.at("/changes")).text)
    assert confirm is not None
    principal.post(confirm[1])
    assert "Khẩn" not in deputy.get(scene.home).text
    assert "Gấp" not in principal.get(f"{scene.home}notices/").text


def test_a_question_to_the_superior_waits_elsewhere_until_it_is_answered(scene: Scene, principal: PageClient) -> None:
    scene.adapt("safety", body=MINE)
    scene.amend(safety=NEW)
    (question,) = scene.decisions()
    principal.post(scene.at(f"/decisions/{question}"), data={"choice": "ask", "question": "Báo cho ai?"})
    assert "Cấp trên điều chỉnh kế hoạch" not in principal.get(scene.home).text
    with in_unit(scene.app, scene.school):
        node_id = scene.plan.nodes["safety"]
        takeover.answer(scene.master.unit.id, scene.master.id, node_id, "body", "Cho công chức văn hóa.")
    page = principal.get(scene.home).text
    assert "Cấp trên đã trả lời" in page and f'href="{scene.at(f"/decisions/{question}")}"' in page
    told = principal.get(f"{scene.home}notices/").text
    assert f'href="{scene.at(f"/decisions/{question}")}"' in told
    assert "Cho công chức văn hóa." in principal.get(scene.at(f"/decisions/{question}")).text
    principal.post(scene.at(f"/decisions/{question}"), data={"choice": "take"})
    assert "Xem câu trả lời" not in principal.get(f"{scene.home}notices/").text


def test_the_start_page_asks_the_database_the_same_for_one_and_three_amended_plans(
    app: Flask, scene: Scene, principal: PageClient
) -> None:
    def counted() -> int:
        with count_queries() as sent:
            assert "hai bên cùng sửa" in principal.get(scene.home).text
        return len(sent)

    scene.adapt("safety", body=MINE)
    scene.amend(safety=NEW)
    counted()
    one = counted()
    for _n in range(2):
        further = make_scene(app, scene.master.unit, scene.school)
        further.adapt("safety", body=MINE)
        further.amend("urgent", safety=NEW)
    assert principal.get(scene.home).text.count("1 chỗ hai bên cùng sửa") == 3
    assert counted() == one


# Others are at it too.


@pytest.fixture
def question(scene: Scene) -> int:
    scene.adapt("safety", body=MINE)
    scene.amend(safety=NEW)
    return scene.decisions()[0]


def test_what_was_typed_is_still_there_when_a_colleague_decided_meanwhile(
    scene: Scene, principal: PageClient, deputy: PageClient, question: int
) -> None:
    address = scene.at(f"/decisions/{question}")
    seen = seen_in(principal.get(address).text)
    deputy.post(address, data={"choice": "take", "seen": seen})
    answer = principal.post(address, data={"choice": "combine", "value": TYPED, "seen": seen})
    assert answer.status_code == 422
    assert "đã được xử lý" in answer.text and TYPED in answer.text and "chưa được lưu" in answer.text
    assert "Hoàn tác quyết định này" in answer.text
    asked = principal.post(address, data={"choice": "ask", "question": "Câu hỏi dài của tôi?"})
    assert asked.status_code == 422 and "Câu hỏi dài của tôi?" in asked.text
    assert scene.body("safety") == NEW


def test_what_was_typed_is_still_in_the_form_when_the_office_amended_again(
    scene: Scene, principal: PageClient, question: int
) -> None:
    address = scene.at(f"/decisions/{question}")
    seen = seen_in(principal.get(address).text)
    scene.amend(safety=NEWER)
    for choice in ("keep", "take", "combine"):
        answer = principal.post(address, data={"choice": choice, "value": TYPED, "seen": seen})
        assert answer.status_code == 409 and "cấp trên có bản mới hơn" in answer.text
        assert "bản 3 của cấp trên" in answer.text
    assert f">{TYPED}</textarea>" in answer.text
    assert scene.body("safety") == MINE
    again = {"choice": "combine", "value": TYPED, "seen": seen_in(answer.text)}
    assert principal.post(address, data=again).status_code == 303
    assert scene.body("safety") == TYPED
    settled = principal.get(address).text
    assert "Bản kết hợp đã dùng" in settled and TYPED in settled


def test_what_was_typed_is_still_there_when_the_office_withdrew_the_item(
    scene: Scene, principal: PageClient, question: int
) -> None:
    address = scene.at(f"/decisions/{question}")
    seen = seen_in(principal.get(address).text)
    scene.amend(safety=None)
    answer = principal.post(address, data={"choice": "combine", "value": TYPED, "seen": seen})
    assert answer.status_code == 422 and TYPED in answer.text
    (orphan,) = scene.decisions("orphan")
    assert MINE in principal.get(scene.at(f"/decisions/{orphan}")).text


def test_a_session_that_ended_while_typing_costs_nothing(
    scene: Scene, person: PersonRef, principal: PageClient, question: int
) -> None:
    address = scene.at(f"/decisions/{question}")
    data = {"choice": "combine", "value": TYPED, "seen": seen_in(principal.get(address).text)}
    with principal.session_transaction() as kept:
        kept.clear()
    ended = principal.post(address, data=data)
    assert ended.status_code == 401 and "vẫn còn nguyên" in ended.text
    form = ended.text[ended.text.index('id="kept"') :]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    fields = {name: unescape(value) for name, value in found if name != "csrf_token"}
    assert fields == data
    principal.sign_in_as(person)
    assert principal.post(address, data=fields).status_code == 303
    assert scene.body("safety") == TYPED


def test_an_old_form_token_keeps_the_words_too(scene: Scene, principal: PageClient, question: int) -> None:
    address = scene.at(f"/decisions/{question}")
    answer = principal.post(address, data={"choice": "combine", "value": TYPED}, token=False)
    assert answer.status_code == 400 and TYPED in answer.text
    assert scene.body("safety") == MINE


def test_many_at_once_leave_alone_what_changed_or_was_settled_meanwhile(
    scene: Scene, principal: PageClient, deputy: PageClient
) -> None:
    scene.adapt("safety", body=MINE, title="An toàn ở Cửa Rừng")
    scene.adapt("food", body="Thực đơn ở cổng.")
    scene.amend(safety=NEW, food="Công khai thực đơn tuần.")
    with in_unit(scene.app, scene.master.unit):
        assert service.begin_amendment(scene.master.id, None)
        values = NodeValues(title="An toàn trường học", body=NEW)
        service.edit_node(scene.master.id, scene.master.nodes["safety"], values, None)
        service.issue(scene.master.id, document(), None)
    with in_unit(scene.app, scene.school):
        service.receive(scene.master.unit.id, scene.master.id, 3)
    page = principal.get(scene.at("/decisions")).text
    shown = dict(re.findall(r'name="(seen-\d+)" value="([^"]+)"', page))
    ids = scene.decisions()
    assert len(ids) == 3 and len(shown) == 3 and "Chọn tất cả 3 dòng" in page
    by_field = {}
    with in_unit(scene.app, scene.school):
        for row in takeover.decisions(scene.plan.id):
            by_field[row.node_id, row.field] = row.id
    settled = by_field[scene.plan.nodes["safety"], "title"]
    deputy.post(scene.at(f"/decisions/{settled}"), data={"choice": "keep"})
    scene.amend(food="Công khai thực đơn và nơi bán.")
    answer = principal.post(
        scene.at("/decisions"), data={"choice": "take", "decision": ids, **shown}, follow_redirects=True
    ).text
    assert "Đã xử lý 1 nội dung" in answer
    assert "1 nội dung vừa thay đổi" in answer and "1 nội dung đã được xử lý trước đó" in answer
    assert scene.body("safety") == NEW and scene.body("food") == "Thực đơn ở cổng."


def test_a_version_nobody_has_seen_is_not_taken_over(scene: Scene, principal: PageClient) -> None:
    with in_unit(scene.app, scene.school):
        settings.put("plans.takeover", "confirm")
    scene.adapt("food", body="Thực đơn ở cổng.")
    scene.amend(safety=NEW)
    form = re.search(
        r'action="([^"]+/take-over)".*?name="version" value="(\d+)"', principal.get(scene.at("/changes")).text
    )
    assert form is not None and form[2] == "2"
    scene.amend(safety=NEWER)
    answer = principal.post(form[1], data={"version": form[2]}, follow_redirects=True).text
    assert "vừa ban hành bản 3 trong lúc bạn đang xem" in answer and scene.body("safety") == OLD
    principal.post(form[1], data={"version": "3"})
    assert scene.body("safety") == NEWER


def test_a_withdrawn_item_finds_its_old_place_and_a_place_that_is_gone_is_said(
    scene: Scene, principal: PageClient
) -> None:
    scene.adapt("food", body="Thực đơn ở cổng.")
    scene.amend(food=None)
    (orphan,) = scene.decisions("orphan")
    page = principal.get(scene.at(f"/decisions/{orphan}")).text
    assert f'<option value="{scene.plan.nodes["II"]}" selected>' in page
    convert = scene.at(f"/decisions/{orphan}/convert")
    gone = principal.post(convert, data={"parent": "khong-con"}, follow_redirects=True)
    assert gone.status_code == 200 and "hãy chọn chỗ khác" in gone.text
    assert scene.decisions("orphan") == [orphan]


def test_a_number_outside_the_bounds_shows_what_is_in_force_and_what_was(scene: Scene, principal: PageClient) -> None:
    scene.adapt("quota", quota={"count": 1, "period": "month", "genre": None, "subject": None})
    with in_unit(scene.app, scene.master.unit):
        service.begin_amendment(scene.master.id, None)
        quota = {"count": 4, "period": "month", "floor": 3}
        values = NodeValues(title="Gương tốt", kind="quota", quota=quota)
        service.edit_node(scene.master.id, scene.master.nodes["quota"], values, None)
        service.issue(scene.master.id, document(), None)
    with in_unit(scene.app, scene.school):
        service.receive(scene.master.unit.id, scene.master.id, 2)
    (notice,) = scene.decisions("bounds")
    page = principal.get(scene.at(f"/decisions/{notice}")).text
    assert "3 / tháng" in page and "1 / tháng" in page and "Cấp trên đặt: 4 / tháng" in page
    assert "Chờ xác nhận" in page
