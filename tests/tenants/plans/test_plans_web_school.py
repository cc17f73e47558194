"""Pages of plans as a school uses them: study, localize, compare, issue. What is locked is held whoever asks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from builders import UnitRef, in_unit, make_office, make_person, make_school
from docx import Document
from flask import Flask
from plan_builders import PlanRef, issue, make_plan, receive
from webclient import PageClient

from tenants.plans import queries, service
from tenants.plans.models import Adoption
from tenants.plans.values import HeaderValues, NodeValues

ClientFor = Callable[..., PageClient]

QUOTA = {"count": 1, "period": "month", "genre": "role_model", "subject": "role_model", "floor": 1, "ceiling": 4}
NODES = {
    "safety": NodeValues(
        title="An toàn trường học",
        body="Lời của cấp trên",
        policies={"title": "locked", "body": "free"},
        mandatory=True,
    ),
    "quota": NodeValues(title="Gương người tốt", kind="quota", quota=QUOTA),
    "optional": NodeValues(title="Bán trú", owners=("Tổ nuôi dưỡng",)),
}


@pytest.fixture
def master(app: Flask) -> PlanRef:
    plan = make_plan(app, make_office(app, "UBND xã Hoa Sim"), NODES)
    issue(app, plan, number="12", notation="KH-UBND")
    return plan


@pytest.fixture
def school(app: Flask, master: PlanRef) -> UnitRef:
    return make_school(app, master.unit, name="Trường Tiểu học Hoa Sim")


@pytest.fixture
def plan(app: Flask, school: UnitRef, master: PlanRef) -> PlanRef:
    return receive(app, school, master)


@pytest.fixture
def client(app: Flask, client_for: ClientFor, school: UnitRef) -> PageClient:
    return client_for(make_person(app, school, "principal", name="Lê Thị Hoa"))


def at(plan: PlanRef, rest: str = "") -> str:
    return f"/u/{plan.unit.slug}/plans/{plan.id}{rest}"


def node(plan: PlanRef, name: str, rest: str = "") -> str:
    return at(plan, f"/nodes/{plan.nodes[name]}{rest}")


def page(client: PageClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.get_data(as_text=True)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    assert found, name
    return found[1]


def effective(app: Flask, plan: PlanRef, name: str) -> queries.TreeNode:
    with in_unit(app, plan.unit):
        return queries.working_plan(plan.id).node(plan.nodes[name])


def mark(app: Flask, plan: PlanRef) -> Adoption:
    with in_unit(app, plan.unit) as session:
        row = session.query(Adoption).filter_by(plan_id=plan.id).one()
        session.expunge(row)
        return row  # type: ignore[no-any-return]


def test_a_received_plan_says_what_to_do_next(client: PageClient, plan: PlanRef) -> None:
    listed = page(client, f"/u/{plan.unit.slug}/plans")
    assert "Theo kế hoạch của UBND xã Hoa Sim" in listed and "Đọc kế hoạch của cấp trên" in listed
    assert "Việc tiếp theo" in page(client, at(plan))


def test_studying_is_a_button_and_opening_the_page_is_not(app: Flask, client: PageClient, plan: PlanRef) -> None:
    base = at(plan, f"/base/{mark(app, plan).id}")
    html = page(client, base)
    assert "Lời của cấp trên" in html and "12/KH-UBND" in html and "khóa: tiêu đề" in html
    assert mark(app, plan).opened_at is None
    assert client.post(at(plan, "/studied")).status_code == 303
    assert mark(app, plan).opened_at is not None
    file = client.get(f"{base}/file")
    assert any("An toàn" in p.text for p in Document(io.BytesIO(file.data)).paragraphs)


def test_the_inherited_text_stands_beside_the_own_and_the_lock_is_shown(client: PageClient, plan: PlanRef) -> None:
    html = page(client, node(plan, "safety"))
    assert 'name="title"' not in html and "policy locked" in html
    assert "Lời của cấp trên</p>" in html and "Lời của cấp trên</textarea>" in html
    assert "bắt buộc nên không bỏ được" in html and 'name="reason" rows="2"' not in html


def test_adapting_through_the_page(app: Flask, client: PageClient, plan: PlanRef) -> None:
    html = page(client, node(plan, "safety"))
    form = {"shown": ["body", "owners"], "body": "Lời của trường", "owners": "", "reason": "Gần quốc lộ"}
    form["seen"] = hidden(html, "seen")  # type: ignore[assignment]
    assert client.post(node(plan, "safety", "/adapt"), data=form).status_code == 303
    found = effective(app, plan, "safety")
    assert (found.item.state, found.node.body, found.item.adapted) == ("adapted", "Lời của trường", {"body"})
    html = page(client, node(plan, "safety"))
    assert "<del>cấp trên</del>" in html and "<ins>trường</ins>" in html
    tree = page(client, at(plan, "/edit"))
    assert "Đã cụ thể hóa" in tree and "tree-item changed" in tree


def test_a_forged_form_cannot_open_a_lock(app: Flask, client: PageClient, plan: PlanRef) -> None:
    response = client.post(node(plan, "safety", "/adapt"), data={"title": "Tên khác", "shown": ["title"]})
    html = response.get_data(as_text=True)
    assert response.status_code == 422 and "Cấp trên đã khóa tiêu đề" in html
    assert effective(app, plan, "safety").node.title == "An toàn trường học"


@pytest.mark.parametrize(("address", "form"), [("", {"title": "Của tôi"}), ("/remove", {})])
def test_an_inherited_node_is_no_own_node(
    app: Flask, client: PageClient, plan: PlanRef, address: str, form: dict[str, str]
) -> None:
    form = {**form, "kind": "topic"} if form else form
    response = client.post(node(plan, "safety", address), data=form)
    assert response.status_code in (404, 422)
    assert effective(app, plan, "safety").node.title == "An toàn trường học"


def test_a_school_sends_no_rules(app: Flask, client: PageClient, plan: PlanRef) -> None:
    client.post(
        node(plan, "optional", "/adapt"),
        data={"shown": ["body"], "body": "x", "policy_body": "locked", "mandatory": "y"},
    )
    found = effective(app, plan, "optional")
    assert found.node.policies == {} and found.node.mandatory is False


def test_a_count_out_of_bounds_is_refused_with_what_was_typed(app: Flask, client: PageClient, plan: PlanRef) -> None:
    assert "Không thấp hơn 1." in page(client, node(plan, "quota"))
    response = client.post(node(plan, "quota", "/adapt"), data={"shown": ["quota"], "quota_count": "9"})
    html = response.get_data(as_text=True)
    assert response.status_code == 422 and "không được cao hơn 4" in html and 'value="9"' in html
    assert client.post(node(plan, "quota", "/adapt"), data={"shown": ["quota"], "quota_count": "2"}).status_code == 303
    quota = effective(app, plan, "quota").node.quota
    assert quota is not None and (quota["count"], quota["genre"]) == (2, "role_model")


def test_two_people_adapting_one_node_both_keep_their_words(
    app: Flask, client_for: ClientFor, client: PageClient, plan: PlanRef
) -> None:
    other = client_for(make_person(app, plan.unit, "vice_principal"))
    seen = hidden(page(client, node(plan, "safety")), "seen")
    form = {"shown": ["body"], "seen": seen}
    assert client.post(node(plan, "safety", "/adapt"), data={**form, "body": "Lời thứ nhất"}).status_code == 303
    response = other.post(node(plan, "safety", "/adapt"), data={**form, "body": "Lời thứ hai"})
    html = response.get_data(as_text=True)
    assert response.status_code == 409 and "Lời thứ nhất" in html and "Lời thứ hai</textarea>" in html
    form = {"shown": ["body"], "seen": hidden(html, "seen"), "body": "Lời thứ hai"}
    assert other.post(node(plan, "safety", "/adapt"), data=form).status_code == 303, "saving again means it"


def test_leaving_out_needs_a_reason_and_can_be_undone(app: Flask, client: PageClient, plan: PlanRef) -> None:
    refused = client.post(node(plan, "optional", "/omit"), data={"reason": " "}, follow_redirects=True)
    assert "Hãy ghi lý do" in refused.get_data(as_text=True)
    client.post(node(plan, "optional", "/omit"), data={"reason": "Không có bán trú"})
    tree = page(client, at(plan, "/edit"))
    assert "tree-item omitted" in tree and "Lý do: Không có bán trú" in tree
    assert "Bán trú" not in page(client, at(plan))
    assert "Khôi phục mục" in page(client, node(plan, "optional"))
    client.post(node(plan, "optional", "/restore"))
    assert "Bán trú" in page(client, at(plan))


def test_a_mandatory_node_is_not_left_out(app: Flask, client: PageClient, plan: PlanRef) -> None:
    refused = client.post(node(plan, "safety", "/omit"), data={"reason": "Không muốn"}, follow_redirects=True)
    assert "là bắt buộc nên không bỏ được" in refused.get_data(as_text=True)
    assert effective(app, plan, "safety").item.is_present


def test_taking_the_superiors_words_back(app: Flask, client: PageClient, plan: PlanRef) -> None:
    client.post(node(plan, "optional", "/adapt"), data={"shown": ["body", "owners"], "body": "Riêng", "owners": "Tổ 9"})
    client.post(node(plan, "optional", "/reset"), data={"field": "owners"})
    assert effective(app, plan, "optional").item.adapted == {"body"}
    client.post(node(plan, "optional", "/reset"))
    assert effective(app, plan, "optional").item.state == "inherited"


def test_compare_shows_the_whole_difference_word_by_word(app: Flask, client: PageClient, plan: PlanRef) -> None:
    assert "Chưa khác gì cấp trên" in page(client, at(plan, "/compare"))
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["safety"], {"body": "Lời của trường"}, None, reason="Gần quốc lộ")
        service.omit(plan.id, plan.nodes["optional"], "Không có bán trú", None)
        service.add_node(plan.id, plan.nodes["quota"], NodeValues(title="Mục riêng của trường"), None)
    html = page(client, at(plan, "/compare"))
    assert "<del>cấp trên</del> <ins>trường</ins>" in html and "Gần quốc lộ" in html
    assert "<del>Bán trú</del>" in html and "<ins>Mục riêng của trường</ins>" in html
    assert "Gương người tốt" in html, "what stands above a change is shown with it"
    assert "Yêu cầu" not in html and "Yêu cầu" in page(client, at(plan, "/compare?all=1"))


def test_the_school_issues_and_its_superior_can_see_it(app: Flask, client: PageClient, plan: PlanRef) -> None:
    client.post(node(plan, "optional", "/adapt"), data={"shown": ["body"], "body": "Riêng"})
    form = {"number": "5", "notation": "KH-THHS", "document_date": "2026-09-20", "place": "Hoa Sim"}
    form |= {"signer_title": "HIỆU TRƯỞNG", "signer_name": "Lê Thị Hoa"}
    assert "Lê Thị Hoa" in page(client, at(plan, "/issue"))
    assert client.post(at(plan, "/issue"), data=form).status_code == 303
    html = page(client, at(plan))
    assert "05/KH-THHS" in html and "Căn cứ Kế hoạch số 12/KH-UBND" in html
    assert "Trên đây là Kế hoạch truyền thông của Trường Tiểu học Hoa Sim" in html
    row = mark(app, plan)
    assert row.issued_version == 1 and row.adapted == 1
    assert "Đã ban hành" in page(client, f"/u/{plan.unit.slug}/plans")


def test_a_schools_second_version_says_what_kind_of_document_it_is(
    app: Flask, client: PageClient, plan: PlanRef
) -> None:
    with in_unit(app, plan.unit):
        service.save_header(plan.id, HeaderValues(subject="Truyền thông", recipients=("Phụ huynh", "Lưu: VT")), None)
    issue(app, plan, number="5", notation="KH-THHS")
    client.post(at(plan, "/amend"))
    client.post(node(plan, "optional", "/adapt"), data={"shown": ["body"], "body": "Lời của bản hai"})
    form = {"number": "6", "notation": "KH-THHS", "document_date": "2026-11-20", "place": "Hoa Sim"}
    form |= {"signer_title": "HIỆU TRƯỞNG", "signer_name": "Lê Thị Hoa"}
    asked = page(client, at(plan, "/issue"))
    assert "Kế hoạch bổ sung" in asked and "Sửa lỗi chính tả" in asked and "ghi ký hiệu THHS" in asked
    assert client.post(at(plan, "/issue"), data=form | {"change_class": "x", "follow_up": "x"}).status_code == 422
    letter = form | {"change_class": "wording", "follow_up": "correct", "reason": "do in nhầm"}
    refused = client.post(at(plan, "/issue"), data=letter)
    assert refused.status_code == 422 and "hãy ghi THHS" in refused.text
    assert client.post(at(plan, "/issue"), data=letter | {"notation": "THHS"}).status_code == 303
    with in_unit(app, plan.unit):
        row = queries.versions(plan.id)[0]
        assert (row.change_class, row.follow_up, row.reason) == ("wording", "correct", "do in nhầm")
    assert "Công văn đính chính" in page(client, at(plan))
    assert "V/v đính chính Kế hoạch số 05/KH-THHS" in page(client, at(plan, "/versions/2/print"))
    client.post(at(plan, "/amend"))
    assert 'value="KH-THHS"' in page(client, at(plan, "/issue"))


def test_an_item_of_the_issued_plan_leads_to_writing_about_it(
    app: Flask, client_for: ClientFor, school: UnitRef, plan: PlanRef
) -> None:
    issue(app, plan, number="5", notation="KH-THHS")
    writing = f'href="/u/{school.slug}/articles/new?node={plan.nodes["quota"]}"'
    author = client_for(make_person(app, school, "author", name="Vàng Thị Sim"))
    assert writing in page(author, at(plan))
    assert writing not in page(client_for(make_person(app, school, "viewer", name="Lò Văn Mận")), at(plan))


def test_a_draft_is_given_up_after_saying_what_is_kept(app: Flask, client: PageClient, plan: PlanRef) -> None:
    issue(app, plan, number="5", notation="KH-THHS")
    client.post(at(plan, "/amend"))
    client.post(node(plan, "optional", "/adapt"), data={"shown": ["body"], "body": "Lời nháp"})
    assert at(plan, "/amendment/discard") in page(client, at(plan, "/amendment"))
    asked = page(client, at(plan, "/amendment/discard"))
    assert "1 thay đổi chưa ban hành" in asked and "Được giữ" in asked
    assert client.post(at(plan, "/amendment/discard"), data={"reason": "Chưa cần"}).status_code == 303
    html = page(client, at(plan))
    assert "Dự thảo đã bỏ" in html and "Chưa cần" in html and "05/KH-THHS" in html
    [address] = re.findall(rf'"({at(plan)}/discarded/\d+/file)"', html)
    assert client.get(address).data.startswith(b"PK")
    assert client.get(at(plan, "/discarded/999/file")).status_code == 404
    assert "Lời nháp" in page(client, at(plan, "/archive"))
    assert client.get(at(plan, "/amendment/discard")).status_code == 302


def test_a_second_superiors_plan_is_offered_to_be_joined(app: Flask, client: PageClient, plan: PlanRef) -> None:
    other = make_plan(app, plan_unit := make_office(app), {"x": NodeValues(title="Của cấp khác")})
    issue(app, other)
    with app.app_context():
        from tenants.db import db, transaction
        from tenants.units import service as units
        from tenants.units.models import PROFESSIONAL, Unit

        with transaction():
            units.place_under(db.session.get(Unit, plan.unit.id), db.session.get(Unit, plan_unit.id), PROFESSIONAL)
    second = receive(app, plan.unit, other)
    assert "Gộp vào kế hoạch này" in page(client, at(plan))
    assert client.post(at(plan, "/combine"), data={"other": str(second.id)}).status_code == 303
    html = page(client, at(plan))
    assert "Của cấp khác" in html and "An toàn trường học" in html and plan_unit.name in html


def test_a_sibling_school_finds_nothing_here(app: Flask, client_for: ClientFor, master: PlanRef, plan: PlanRef) -> None:
    sibling = make_school(app, master.unit)
    stranger = client_for(make_person(app, sibling, "principal"))
    assert stranger.get(at(plan)).status_code == 404
    foreign = PlanRef(plan.id, sibling, plan.nodes)
    for rest in ("", "/edit", "/compare", "/issue", "/header", f"/base/{mark(app, plan).id}", "/versions/1"):
        assert stranger.get(at(foreign, rest)).status_code == 404, rest
