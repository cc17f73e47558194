"""Plans over the API: drafting, localizing within the superior's locks, files, documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plan_builders as plans
import pytest
from api_client import ApiClient, at_unit
from builders import UnitRef, make_office, make_person, make_school, run_jobs
from flask import Flask
from plan_builders import PlanRef
from queries import count_queries

from tenants.plans.values import NodeValues

QUOTA = {"count": 2, "period": "month", "genre": None, "subject": "role_model", "floor": 1, "ceiling": 4}
NODES = {
    "read": NodeValues(title="Văn hóa đọc", policies={"title": "locked"}),
    "water": NodeValues(title="Phòng chống đuối nước", mandatory=True),
    "model": NodeValues(title="Gương sáng", kind="quota", quota=QUOTA),
}


@dataclass(frozen=True)
class Inheritance:
    """An issued plan of an office, received by a school whose principal is at work."""

    office: UnitRef
    base: PlanRef
    school: UnitRef
    principal: ApiClient
    path: str


@pytest.fixture
def inherited(app: Flask) -> Inheritance:
    office = make_office(app, "Ủy ban nhân dân xã Hoa Sim")
    school = make_school(app, office)
    base = plans.make_plan(app, office, NODES)
    plans.issue(app, base)
    client = at_unit(app, make_person(app, school, "principal"), school)
    plan = plans.receive(app, school, base)
    return Inheritance(office, base, school, client, f"/plans/{plan.id}")


def find(nodes: list[dict[str, Any]], node_id: str) -> dict[str, Any]:
    for node in nodes:
        found = node if node["node_id"] == node_id else find(node["children"], node_id)
        if found:
            return found
    return {}


def test_an_inherited_node_says_where_it_comes_from_and_what_may_be_changed(inherited: Inheritance) -> None:
    plan = inherited.principal.ok("GET", inherited.path)
    node = find(plan["nodes"], inherited.base.nodes["read"])
    assert (node["state"], node["origin"], node["policies"]) == (
        "inherited",
        inherited.office.name,
        {"title": "locked"},
    )
    (base,) = plan["bases"]
    assert (base["unit_name"], base["version"], base["stage"]) == (inherited.office.name, 1, "received")
    studied = inherited.principal.ok("POST", f"{inherited.path}/studied")
    assert studied["bases"][0]["stage"] == "opened"


def test_adapting_keeps_what_it_replaced_and_can_be_taken_back(inherited: Inheritance) -> None:
    address = f"{inherited.path}/nodes/{inherited.base.nodes['read']}/adaptation"
    words = {
        "body": "Mỗi lớp một góc sách.",
        "due": {"from": "2026-10-01", "to": "2026-12-31"},
        "reason": "Có thư viện.",
    }
    node = find(inherited.principal.ok("PUT", address, words)["nodes"], inherited.base.nodes["read"])
    assert (node["adapted"], node["due_to"]) == (["body", "due"], "2026-12-31")
    change = node["changes"][0]
    assert (change["field"], change["value"], change["base_value"]) == ("body", "Mỗi lớp một góc sách.", "")
    assert (change["base_version"], change["reason"]) == (1, "Có thư viện.")
    node = find(inherited.principal.ok("DELETE", f"{address}?field=due")["nodes"], inherited.base.nodes["read"])
    assert node["adapted"] == ["body"]
    node = find(inherited.principal.ok("DELETE", address)["nodes"], inherited.base.nodes["read"])
    assert (node["state"], node["body"]) == ("inherited", "")


def test_a_locked_field_takes_the_whole_change_with_it(inherited: Inheritance) -> None:
    address = f"{inherited.path}/nodes/{inherited.base.nodes['read']}/adaptation"
    refused = inherited.principal.put(address, {"body": "Thêm chữ.", "title": "Tên khác"})
    assert (refused.status, refused.code) == (422, "field-locked")
    plan = inherited.principal.ok("GET", inherited.path)
    assert find(plan["nodes"], inherited.base.nodes["read"])["state"] == "inherited"


def test_a_quota_stays_between_floor_and_ceiling(inherited: Inheritance) -> None:
    address = f"{inherited.path}/nodes/{inherited.base.nodes['model']}/adaptation"
    quota = {"count": 3, "period": "month", "subject": "role_model"}
    plan = inherited.principal.ok("PUT", address, {"quota": quota})
    assert find(plan["nodes"], inherited.base.nodes["model"])["quota"] == {**QUOTA, "count": 3}
    refused = inherited.principal.put(address, {"quota": {**quota, "count": 9}})
    assert (refused.code, refused.json["data"]["ceiling"]) == ("above-ceiling", 4)


def test_only_an_optional_node_is_left_out(inherited: Inheritance) -> None:
    refused = inherited.principal.put(
        f"{inherited.path}/nodes/{inherited.base.nodes['water']}/omission", {"reason": "x"}
    )
    assert refused.code == "mandatory"
    address = f"{inherited.path}/nodes/{inherited.base.nodes['read']}/omission"
    plan = inherited.principal.ok("PUT", address, {"reason": "Không hợp."})
    node = find(plan["nodes"], inherited.base.nodes["read"])
    assert (node["state"], node["omission_reason"]) == ("omitted", "Không hợp.")
    plan = inherited.principal.ok("DELETE", address)
    assert find(plan["nodes"], inherited.base.nodes["read"])["state"] == "inherited"


def test_a_second_editor_is_told(inherited: Inheritance) -> None:
    plan = inherited.principal.ok("GET", inherited.path)
    node = find(plan["nodes"], inherited.base.nodes["read"])
    address = f"{inherited.path}/nodes/{node['node_id']}/adaptation"
    inherited.principal.ok("PUT", address, {"body": "Bản một.", "seen": node["seen"]})
    late = inherited.principal.put(address, {"body": "Bản hai.", "seen": node["seen"]})
    assert (late.status, late.code) == (409, "changed-meanwhile")
    header = plan["header"]
    inherited.principal.ok("PUT", f"{inherited.path}/header", {**header, "place": "Suối Mơ"})
    assert inherited.principal.put(f"{inherited.path}/header", {**header, "place": "Mây Ngàn"}).status == 409


def test_own_nodes_are_added_moved_numbered_and_taken_out(inherited: Inheritance) -> None:
    client, path = inherited.principal, inherited.path
    section = inherited.base.nodes["II"]
    ids = []
    for title in ("Ngày hội đổi sách", "Câu lạc bộ đọc"):
        ids.append(client.ok("POST", f"{path}/nodes", {"parent": section, "title": title})["node_id"])
    plan = client.ok("POST", f"{path}/nodes/{ids[1]}/move", {"direction": "up"})
    assert [node["node_id"] for node in find(plan["nodes"], section)["children"]][-2:] == [ids[1], ids[0]]
    plan = client.ok("PUT", f"{path}/numbering", {"parent": section, "style": "dash"})
    assert find(plan["nodes"], ids[0])["label"] == "-"
    saved = client.ok("PUT", f"{path}/nodes/{ids[0]}", {"title": "Hội sách", "owners": ["Thư viện"]})
    assert find(saved["nodes"], ids[0])["owners"] == ["Thư viện"]
    assert not find(client.ok("DELETE", f"{path}/nodes/{ids[0]}")["nodes"], ids[0])
    assert client.put(f"{path}/nodes/{inherited.base.nodes['read']}", {"title": "x"}).status == 404


def test_bases_are_added_changed_and_taken_out(inherited: Inheritance) -> None:
    client, path = inherited.principal, inherited.path
    law = {"doc_type": "Luật", "number": "46/2019/QH14", "issued_on": "2019-11-21", "subject": "Luật Thư viện"}
    plan = client.ok("POST", f"{path}/citations", law)
    received, added = plan["citations"]
    assert (received["issuer"], added["issued_on"]) == (inherited.office.name, "2019-11-21")
    plan = client.ok("PUT", f"{path}/citations/{added['id']}", {**law, "subject": "Luật Thư viện năm 2019"})
    assert plan["citations"][1]["subject"] == "Luật Thư viện năm 2019"
    assert len(client.ok("DELETE", f"{path}/citations/{added['id']}")["citations"]) == 1
    assert client.delete(f"{path}/citations/{added['id']}").status == 404


def test_issuing_says_what_is_missing_and_then_closes_the_text(inherited: Inheritance) -> None:
    client, path = inherited.principal, inherited.path
    refused = client.post(f"{path}/issue", {"place": "Hoa Sim"})
    assert refused.code == "incomplete"
    assert set(refused.json["data"]["missing"]) == {"number", "document_date"}
    assert client.get(f"{path}/document").data.startswith(b"PK")
    document = {"number": "5", "document_date": "2026-09-20", "place": "Hoa Sim"}
    assert client.ok("POST", f"{path}/issue", document)["number"] == "05"
    assert client.put(f"{path}/header", {"subject": "Khác"}).code == "plan-issued"
    amended = client.ok("POST", f"{path}/amend")
    assert (amended["state"], amended["header"]["number"]) == ("amending", "")
    dropped = client.ok("DELETE", f"{path}/amendment", query_string={"reason": "Chưa cần"})
    assert (dropped["state"], dropped["header"]["number"]) == ("issued", "05")
    assert client.delete(f"{path}/amendment").code == "plan-state"
    client.ok("POST", f"{path}/amend")
    sixth = {**document, "number": "6", "change_class": "wording"}
    assert client.post(f"{path}/issue", sixth).code == "follow-up"
    assert client.post(f"{path}/issue", {**sixth, "number": "5", "follow_up": "replace"}).code == "number-taken"
    again = client.ok("POST", f"{path}/issue", {**sixth, "follow_up": "replace", "reason": "in lại"})
    assert (again["version"], again["follow_up"], again["reason"]) == (2, "replace", "in lại")
    assert [one["number"] for one in client.ok("GET", f"{path}/versions")["items"]] == ["06", "05"]
    assert client.get(f"{path}/versions/3").status == 404


def test_the_superior_s_document_is_there_to_be_read(inherited: Inheritance) -> None:
    address = f"/superior-plans/{inherited.office.id}/{inherited.base.id}"
    issued = inherited.principal.ok("GET", address)
    assert (issued["document"]["unit_name"], issued["complete"]) == (inherited.office.name, True)
    assert inherited.principal.get(f"{address}/document").data.startswith(b"PK")
    assert inherited.principal.get(address, version="2").status == 404


def test_lists_tell_what_is_inherited_own_and_issued(app: Flask, inherited: Inheritance) -> None:
    client = inherited.principal
    own = client.ok("POST", "/plans", {"subject": "Tuần lễ đọc sách", "starts_on": "2026-10-01", "levels": []})
    (received,) = client.ok("GET", "/plans?kind=received")["items"]
    (draft,) = client.ok("GET", "/plans?kind=drafts")["items"]
    assert (received["base_unit_name"], received["stage"]) == (inherited.office.name, "received")
    assert (draft["id"], draft["starts_on"], draft["stage"]) == (own["id"], "2026-10-01", None)
    counts = []
    for number in range(3):
        client.ok("POST", "/plans", {"subject": f"Kế hoạch {number}"})
        with count_queries() as sent:
            client.ok("GET", "/plans?kind=drafts")
        counts.append(len(sent))
    assert counts[0] == counts[2]


def test_two_superiors_plans_become_one(app: Flask, inherited: Inheritance) -> None:
    second = plans.make_plan(app, inherited.office, {"camp": NodeValues(title="Hội trại")}, "Kế hoạch hè")
    plans.issue(app, second)
    other = plans.receive(app, inherited.school, second)
    plan = inherited.principal.ok("POST", f"{inherited.path}/combine", {"other_plan_id": other.id})
    assert [base["subject"] for base in plan["bases"]] == ["Truyền thông năm học thử", "Kế hoạch hè"]
    assert find(plan["nodes"], second.nodes["camp"])["state"] == "inherited"


FILE = "KẾ HOẠCH\nTruyền thông\n\nI. MỤC ĐÍCH\n1. Để cha mẹ hiểu việc học.\nII. NỘI DUNG\n1. Văn hóa đọc\n"


def test_a_file_is_read_corrected_and_becomes_a_draft(app: Flask, inherited: Inheritance) -> None:
    client = inherited.principal
    source = client.ok("POST", "/plan-sources/text", {"text": FILE})
    assert (source["state"], source["reading"]) == ("waiting", None)
    assert client.post(f"/plan-sources/{source['id']}/plan").code == "source-state"
    run_jobs(app)
    path = f"/plan-sources/{source['id']}"
    read = client.ok("GET", path)["reading"]
    topic = read["nodes"][1]["children"][0]
    assert (topic["path"], topic["text"], topic["label"]) == ("1.0", "Văn hóa đọc", "1")
    fixed = {"text": "Văn hóa đọc trong nhà trường", "kind": "topic", "owners": ["Thư viện"], "seen": topic["seen"]}
    client.ok("PUT", f"{path}/nodes/1.0", fixed)
    assert client.put(f"{path}/nodes/1.0", fixed).status == 409
    client.ok("DELETE", f"{path}/nodes/0.0")
    header = {"title": "Kế hoạch truyền thông", "number": "9", "symbol": "KH-TH", "date": "2026-09-05"}
    signer = {"title": "HIỆU TRƯỞNG", "name": "Lò Thử"}
    client.ok("PUT", f"{path}/header", {**header, "signer": signer, "recipients": ["Lưu: VT"]})
    plan = client.ok("POST", f"{path}/plan")
    assert (plan["header"]["number"], plan["header"]["signer_name"]) == ("09", "Lò Thử")
    assert plan["header"]["document_date"] == "2026-09-05"
    titles = [[child["title"] for child in node["children"]] for node in plan["nodes"]]
    assert titles == [[], ["Văn hóa đọc trong nhà trường"]]
    used = client.ok("GET", path)
    assert (used["state"], used["plan_id"]) == ("used", plan["id"])
    assert client.delete(path).code == "source-used"


def test_a_file_that_is_no_plan_is_kept_with_the_reason(app: Flask, inherited: Inheritance) -> None:
    client = inherited.principal
    sent = client.send("/plan-sources", "file", ("ke-hoach.docx", b"PK\x03\x04 khong phai word"))
    run_jobs(app)
    path = f"/plan-sources/{sent.json['id']}"
    source = client.ok("GET", path)
    assert source["state"] == "refused" and source["sentence"].endswith(".")
    assert [one["id"] for one in client.ok("GET", "/plan-sources")["items"]] == [source["id"]]
    assert client.delete(path).status == 204
    assert client.get(path).status == 404
    assert client.send("/plan-sources", "file", ("rong.txt", b" ")).code == "empty"
