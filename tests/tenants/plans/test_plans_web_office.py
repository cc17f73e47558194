"""Pages of plans as an office uses them: import, review, write, issue."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from builders import PersonRef, UnitRef, in_unit, make_office, make_person, run_jobs
from docx import Document
from flask import Flask
from plan_builders import PlanRef, issue, make_plan
from queries import count_queries
from webclient import PageClient

from tenants.plans import queries, service
from tenants.plans.models import Plan, PlanSource, PlanVersion
from tenants.plans.values import NodeValues

ClientFor = Callable[..., PageClient]

TEXT = """Số: 15/KH-UBND

Hoa Sim, ngày 09 tháng 9 năm 2026

KẾ HOẠCH
Truyền thông giáo dục năm học 2026-2027

I. MỤC ĐÍCH

- Đưa thông tin kịp thời tới phụ huynh.

II. NỘI DUNG

1. Truyền thông về an toàn trường học.

2. Truyền thông về tuyển sinh.

III. TỔ CHỨC THỰC HIỆN

Các trường xây dựng kế hoạch của trường.
"""


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app, "UBND xã Hoa Sim")


@pytest.fixture
def officer(app: Flask, office: UnitRef) -> PersonRef:
    return make_person(app, office, "officer")


@pytest.fixture
def client(client_for: ClientFor, officer: PersonRef) -> PageClient:
    return client_for(officer)


def at(unit: UnitRef, rest: str = "") -> str:
    return f"/u/{unit.slug}/plans{rest}"


def page(client: PageClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.get_data(as_text=True)


def imported(app: Flask, client: PageClient, office: UnitRef) -> str:
    response = client.post(at(office, "/import"), data={"pasted": TEXT})
    assert response.status_code == 303
    run_jobs(app)
    return response.location


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    assert found, name
    return found[1]


def test_from_pasted_text_to_an_issued_document(app: Flask, client: PageClient, office: UnitRef) -> None:
    address = imported(app, client, office)
    review = page(client, address)
    assert "Truyền thông về tuyển sinh." in review and 'id="line-12"' in review
    assert 'value="KH-UBND"' in review and 'data-code="missing-signer"' in review
    signed = {"title": "Truyền thông", "signer_name": "Trần Văn Thử", "recipients": "Lưu: VT"}
    assert client.post(f"{address}/header", data=signed).status_code == 303
    assert 'data-code="missing-signer"' not in page(client, address)
    form = {
        "title": "Truyền thông giáo dục",
        "number": "15",
        "symbol": "KH-UBND",
        "date": "2026-09-09",
        "place": "Hoa Sim",
    }
    form |= {
        "signer_title": "CHỦ TỊCH",
        "signer_name": "Trần Văn Thử",
        "recipients": "Các trường\nLưu: VT",
        "create": "1",
    }
    editor = client.post(f"{address}/header", data=form)
    assert editor.status_code == 303 and editor.location.endswith("/edit")
    plan_id = int(editor.location.split("/")[-2])
    tree = page(client, editor.location)
    assert "Truyền thông về tuyển sinh." in tree and "Mở tất cả" in tree
    client.post(at(office, f"/{plan_id}/nodes"), data={"parent": "", "title": "KINH PHÍ", "kind": "section"})
    assert "Còn thiếu" in page(client, at(office, f"/{plan_id}/issue"))
    fields = {"number": "15", "notation": "KH-UBND", "document_date": "2026-09-09", "place": "Hoa Sim"}
    fields |= {"signer_title": "CHỦ TỊCH", "signer_name": "Trần Văn Thử"}
    assert client.post(at(office, f"/{plan_id}/issue"), data=fields).status_code == 303
    shown = page(client, at(office, f"/{plan_id}"))
    with in_unit(app, office) as session:
        sha256 = session.query(PlanVersion).one().file_sha256
    assert sha256 in shown and "15/KH-UBND" in shown and "KINH PHÍ" in shown
    file = client.get(at(office, f"/{plan_id}/versions/1/file"))
    assert "15-KH-UBND.docx" in file.headers["Content-Disposition"]
    assert any("tuyển sinh" in p.text for p in Document(io.BytesIO(file.data)).paragraphs)


def test_reading_shows_progress_and_then_sends_on(app: Flask, client: PageClient, office: UnitRef) -> None:
    response = client.post(at(office, "/import"), data={"pasted": TEXT})
    waiting = page(client, response.location)
    assert "Đang đọc" in waiting and f'hx-get="{response.location}/progress"' in waiting
    assert "Máy xử lý đang dừng" in waiting, "no worker lives in this test, and the page says so"
    assert "Đang đọc" in page(client, f"{response.location}/progress")
    run_jobs(app)
    assert client.get(f"{response.location}/progress").headers["HX-Redirect"] == response.location


def test_an_unreadable_file_says_why_and_offers_the_file_back(app: Flask, client: PageClient, office: UnitRef) -> None:
    data = rb"{\rtf1\ansi old}"
    response = client.post(at(office, "/import"), data={"file": (io.BytesIO(data), "kế hoạch.docx")})
    run_jobs(app)
    html = page(client, response.location)
    assert "RTF" in html and "Nhập tệp khác" in html
    assert client.get(f"{response.location}/file").data == data
    assert "kế hoạch.docx" in page(client, at(office, "?kind=drafts"))


def test_uploading_nothing_is_answered_with_a_sentence(client: PageClient, office: UnitRef) -> None:
    response = client.post(at(office, "/import"), data={"pasted": "  "})
    assert response.status_code == 422 and "chưa có nội dung" in response.get_data(as_text=True)


def test_a_node_read_wrong_is_corrected_beside_its_source(app: Flask, client: PageClient, office: UnitRef) -> None:
    address = imported(app, client, office)
    html = page(client, f"{address}/nodes/1.1")
    assert "Truyền thông về tuyển sinh." in html and 'class="mine"' in html
    seen = hidden(html, "seen")
    form = {"text": "Tuyển sinh đầu cấp", "kind": "quota", "owners": "Tổ 1\nTổ 2", "seen": seen}
    assert client.post(f"{address}/nodes/1.1", data=form).status_code == 303
    again = client.post(f"{address}/nodes/1.1", data={**form, "text": "Lời của người thứ hai"})
    assert again.status_code == 409 and "Lời của người thứ hai" in again.get_data(as_text=True)
    assert "Tuyển sinh đầu cấp" in page(client, address)
    assert client.post(f"{address}/nodes/1.1/drop").status_code == 303
    assert "Tuyển sinh đầu cấp" not in page(client, address).split("Văn bản gốc")[0]


def test_a_blank_plan_starts_with_three_sections(client: PageClient, office: UnitRef) -> None:
    form = {"subject": "Truyền thông năm học", "period_kind": "school_year", "levels": ["primary"]}
    response = client.post(at(office, "/new"), data=form)
    assert response.status_code == 303
    assert "MỤC ĐÍCH, YÊU CẦU" in page(client, response.location)
    empty = client.post(at(office, "/new"), data={"subject": "", "period_kind": "school_year"})
    assert empty.status_code == 422 and "Hãy nhập tên kế hoạch" in empty.get_data(as_text=True)


@pytest.fixture
def plan(app: Flask, office: UnitRef) -> PlanRef:
    return make_plan(app, office, {"a": NodeValues(title="An toàn"), "b": NodeValues(title="Tuyển sinh")})


NODE = {"kind": "quota", "title": "Gương tốt", "owners": "Tổ 1\nTổ 2", "quota_count": "1", "quota_period": "month"}
NODE |= {
    "quota_subject": "role_model",
    "quota_floor": "1",
    "due_to": "2027-05-31",
    "levels": "primary",
    "mandatory": "y",
}
NODE |= {f"policy_{name}": "default" for name in ("body", "owners", "audience", "levels", "channels", "due", "quota")}
NODE |= {"policy_title": "locked"}


def test_every_field_of_a_node_is_kept(app: Flask, client: PageClient, plan: PlanRef) -> None:
    address = at(plan.unit, f"/{plan.id}/nodes/{plan.nodes['a']}")
    assert client.post(address, data=NODE).status_code == 303
    with in_unit(app, plan.unit):
        node = queries.working_plan(plan.id).node(plan.nodes["a"]).node
    assert (node.title, node.owners, node.levels, node.mandatory) == ("Gương tốt", ("Tổ 1", "Tổ 2"), ("primary",), True)
    assert node.quota == {"count": 1, "period": "month", "genre": None, "subject": "role_model", "floor": 1}
    assert node.policies == {"title": "locked"} and str(node.due_to) == "2027-05-31"
    html = page(client, address)
    assert "Tổ 1\nTổ 2</textarea>" in html and '<option selected value="locked">' in html


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"quota_period": "decade"}, "Chỉ tiêu cần có kỳ"),
        ({"due_to": "31/05/2027"}, "Ngày chưa đúng"),
        ({"quota_count": "0"}, "Số lượng từ 1 đến 999"),
        ({"due_from": "2027-06-01"}, "ngày bắt đầu sau ngày kết thúc"),
    ],
)
def test_a_refused_form_gives_the_typed_text_back(
    client: PageClient, plan: PlanRef, change: dict[str, str], sentence: str
) -> None:
    address = at(plan.unit, f"/{plan.id}/nodes/{plan.nodes['a']}")
    response = client.post(address, data={**NODE, "body": "Lời đang viết dở", **change})
    html = response.get_data(as_text=True)
    assert response.status_code == 422 and sentence in html and "Lời đang viết dở" in html


def test_two_editors_of_one_node_both_keep_their_words(client_for: ClientFor, app: Flask, plan: PlanRef) -> None:
    first, second = (client_for(make_person(app, plan.unit, "officer")) for _ in range(2))
    address = at(plan.unit, f"/{plan.id}/nodes/{plan.nodes['a']}")
    seen = hidden(page(first, address), "seen")
    assert first.post(address, data={**NODE, "title": "Lời thứ nhất", "seen": seen}).status_code == 303
    response = second.post(address, data={**NODE, "title": "Lời thứ hai", "seen": seen})
    html = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Lời thứ nhất" in html and "Lời thứ hai</textarea>" in html
    assert second.post(address, data={**NODE, "title": "Lời thứ hai", "seen": hidden(html, "seen")}).status_code == 303


def test_quick_adding_stays_where_one_adds(client: PageClient, plan: PlanRef) -> None:
    where = at(plan.unit, f"/{plan.id}/nodes")
    response = client.post(where, data={"parent": plan.nodes["II"], "title": "Mục thêm nhanh", "kind": "topic"})
    assert response.status_code == 303 and f"under={plan.nodes['II']}" in response.location
    html = page(client, response.location)
    assert "Mục thêm nhanh" in html and "data-focus" in html
    assert f'<option value="{plan.nodes["II"]}" selected>' in html
    empty = client.post(where, data={"parent": plan.nodes["II"], "title": " ", "kind": "topic"})
    assert empty.status_code == 422


def test_moving_and_removing_through_the_page(app: Flask, client: PageClient, plan: PlanRef) -> None:
    move = at(plan.unit, f"/{plan.id}/move")
    response = client.post(move, data={"up": plan.nodes["b"]})
    assert response.status_code == 303 and response.location.endswith(f"#node-{plan.nodes['b']}")
    html = page(client, at(plan.unit, f"/{plan.id}/edit"))
    assert html.index("Tuyển sinh") < html.index("An toàn")
    client.post(at(plan.unit, f"/{plan.id}/nodes/{plan.nodes['b']}/remove"))
    assert "Tuyển sinh" not in page(client, at(plan.unit, f"/{plan.id}/edit")).split("node-")[-1]
    assert client.post(move, data={"sideways": plan.nodes["a"]}).status_code == 404


def test_header_and_citations(app: Flask, client: PageClient, plan: PlanRef) -> None:
    header = at(plan.unit, f"/{plan.id}/header")
    html = page(client, header)
    form = {"subject": "Tên mới", "period_kind": "year", "number": "8", "notation": "KH – UBND", "recipients": "A\n\nB"}
    form |= {"introduction": "Căn cứ tình hình;\nUBND xây dựng kế hoạch:", "seen": hidden(html, "seen")}
    assert client.post(header, data=form).status_code == 303
    shown = page(client, at(plan.unit, f"/{plan.id}"))
    assert "08/KH-UBND" in shown and '<p class="plan-basis">Căn cứ tình hình;</p>' in shown
    stale = client.post(header, data={**form, "subject": "Tên của người thứ hai"})
    assert stale.status_code == 409 and "Tên của người thứ hai" in stale.get_data(as_text=True)
    citation = {"doc_type": "Kế hoạch", "number": "8", "notation": "KH-SGDĐT", "issued_on": "2026-08-20"}
    assert client.post(at(plan.unit, f"/{plan.id}/citations/new"), data=citation).status_code == 303
    assert "Căn cứ Kế hoạch số 8/KH-SGDĐT ngày 20 tháng 8 năm 2026" in page(client, at(plan.unit, f"/{plan.id}"))
    with in_unit(app, plan.unit):
        citation_id = queries.citations(plan.id)[0].id
    assert "KH-SGDĐT" in page(client, at(plan.unit, f"/{plan.id}/citations/{citation_id}"))
    assert client.post(at(plan.unit, f"/{plan.id}/citations/{citation_id}/remove")).status_code == 303
    assert "KH-SGDĐT" not in page(client, header)


def test_issuing_without_a_number_names_the_field_and_keeps_the_rest(
    app: Flask, client: PageClient, plan: PlanRef
) -> None:
    form = {"notation": "KH-UBND", "document_date": "2026-09-09", "place": "Hoa Sim", "signer_title": "CHỦ TỊCH"}
    response = client.post(at(plan.unit, f"/{plan.id}/issue"), data={**form, "signer_name": "Người Ký Riêng"})
    html = response.get_data(as_text=True)
    assert response.status_code == 422 and "Chưa có số văn bản" in html and "Người Ký Riêng" in html
    with in_unit(app, plan.unit) as session:
        assert session.get(Plan, (plan.unit.id, plan.id)).state == "draft"


def test_an_issued_plan_has_no_editing_pages(app: Flask, client: PageClient, plan: PlanRef) -> None:
    issue(app, plan)
    for rest in ("/edit", "/header", "/issue", f"/nodes/{plan.nodes['a']}"):
        assert client.get(at(plan.unit, f"/{plan.id}{rest}")).status_code in (302, 303), rest
    refused = client.post(at(plan.unit, f"/{plan.id}/nodes"), data={"parent": "", "title": "x", "kind": "topic"})
    assert refused.status_code == 422
    assert "An toàn" in page(client, at(plan.unit, f"/{plan.id}/versions/1"))


def test_a_draft_can_be_taken_along_as_word(client: PageClient, plan: PlanRef) -> None:
    file = client.get(at(plan.unit, f"/{plan.id}/draft.docx"))
    assert any("An toàn" in p.text for p in Document(io.BytesIO(file.data)).paragraphs)


def test_a_viewer_reads_and_changes_nothing(app: Flask, client_for: ClientFor, plan: PlanRef) -> None:
    viewer = client_for(make_person(app, plan.unit, "viewer"))
    html = page(viewer, at(plan.unit, f"/{plan.id}"))
    assert "An toàn" in html and "/edit" not in html and "Ban hành</a>" not in html
    assert viewer.get(at(plan.unit, f"/{plan.id}/edit")).status_code == 403
    assert viewer.post(at(plan.unit, f"/{plan.id}/issue")).status_code == 403


def test_the_list_asks_the_same_number_of_questions_for_one_and_three_plans(
    app: Flask, client: PageClient, office: UnitRef
) -> None:
    costs = []
    for count in (1, 2):
        for _ in range(count):
            make_plan(app, office)
        with count_queries() as sent:
            page(client, at(office, "?kind=drafts"))
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_the_editor_asks_the_same_number_of_questions_for_few_and_many_nodes(
    app: Flask, client: PageClient, office: UnitRef
) -> None:
    costs = []
    for count in (1, 20):
        plan = make_plan(app, office, {f"n{i}": NodeValues(title=f"Nội dung {i}") for i in range(count)})
        with count_queries() as sent:
            page(client, at(office, f"/{plan.id}/edit"))
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_a_long_plan_still_makes_a_light_page(app: Flask, client: PageClient, office: UnitRef) -> None:
    text = "Truyền thông về kết quả thực hiện nhiệm vụ năm học, phong trào thi đua và gương người tốt, việc tốt"
    plan = make_plan(app, office, {f"n{i}": NodeValues(title=f"{text} {i}") for i in range(80)})
    page(client, at(office, f"/{plan.id}/edit"))


def test_sources_are_taken_off_the_list_only_while_unused(app: Flask, client: PageClient, office: UnitRef) -> None:
    address = imported(app, client, office)
    assert client.post(f"{address}/discard").status_code == 303
    with in_unit(app, office) as session:
        assert session.query(PlanSource).count() == 0
    assert client.get(address).status_code == 404


def test_combined_services_are_one_transaction(app: Flask, office: UnitRef, plan: PlanRef) -> None:
    with pytest.raises(RuntimeError), in_unit(app, office):
        service.add_node(plan.id, "", NodeValues(title="Nửa chừng"), None)
        raise RuntimeError
    with in_unit(app, office):
        assert "Nửa chừng" not in [item.node.title for item in queries.working_plan(plan.id).items.values()]
