"""The main job through the JSON API alone: from the office's file to the numbers on the office's board."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import article_builders as articles
import pytest
from api_client import ApiClient, at_office, at_unit
from article_builders import EVERYTHING, Team
from builders import UnitRef, make_office, make_person, run_jobs, run_jobs_and_periodic_work
from flask import Flask

from tenants import clock

NOW = clock.from_local(dt.datetime.fromisoformat("2026-11-20 08:00"))

PLAN_FILE = """UỶ BAN NHÂN DÂN XÃ MÂY NGÀN
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 41/KH-UBND
Mây Ngàn, ngày 05 tháng 9 năm 2026

KẾ HOẠCH
Truyền thông giáo dục năm học 2026-2027

I. MỤC ĐÍCH, YÊU CẦU
1. Mục đích
Giúp cha mẹ học sinh hiểu việc học của con.
II. NỘI DUNG TRỌNG TÂM
1. Văn hóa đọc trong nhà trường
2. Gương người tốt, việc tốt mỗi tháng một bài
3. Phòng chống đuối nước
III. TỔ CHỨC THỰC HIỆN
1. Các trường xây dựng kế hoạch của đơn vị mình.

Nơi nhận:
- Các trường trên địa bàn;
- Lưu: VT.

CHỦ TỊCH

Lò Văn Nước
"""


@dataclass(frozen=True)
class World:
    office: UnitRef
    team: Team
    desk: ApiClient
    overview: ApiClient

    def at(self, app: Flask, role: str) -> ApiClient:
        return at_unit(app, getattr(self.team, role), self.team.unit)


@pytest.fixture
def world(app: Flask) -> World:
    office = make_office(app, "Ủy ban nhân dân xã Mây Ngàn")
    officer = make_person(app, office, "officer")
    team = articles.make_team(app, "Trường Tiểu học Mây Ngàn", office)
    return World(office, team, at_unit(app, officer, office), at_office(app, officer, office))


def node_named(nodes: list[dict[str, Any]], words: str) -> dict[str, Any]:
    for node in nodes:
        if words in f"{node['title']} {node['body']}":
            return node
        found = node_named(node["children"], words)
        if found:
            return found
    return {}


def fields(node: dict[str, Any], **changes: Any) -> dict[str, Any]:
    names = (
        "kind", "title", "body", "owners", "audience", "levels", "channels", "due_from", "due_to", "quota", "policies",
        "mandatory", "seen",
    )  # fmt: skip
    return {**{name: node[name] for name in names}, **changes}


def import_and_issue(app: Flask, world: World) -> dict[str, Any]:
    """The officer's part; returns the plan as it was issued."""
    source = world.desk.send("/plan-sources", "file", ("ke-hoach.txt", PLAN_FILE.encode()))
    assert (source.status, source.json["state"]) == (202, "waiting")
    run_jobs_and_periodic_work(app)
    read = world.desk.ok("GET", f"/plan-sources/{source.json['id']}")
    assert (read["state"], read["reading"]["number"], read["reading"]["symbol"]) == ("read", "41", "KH-UBND")
    plan = world.desk.ok("POST", f"/plan-sources/{source.json['id']}/plan")
    path = f"/plans/{plan['id']}"
    topic = node_named(plan["nodes"], "Văn hóa đọc")
    world.desk.ok("PUT", f"{path}/nodes/{topic['node_id']}", fields(topic, policies={"title": "locked"}))
    quota = node_named(plan["nodes"], "Gương người tốt")
    asked = {"count": 1, "period": "month", "subject": "role_model"}
    world.desk.ok("PUT", f"{path}/nodes/{quota['node_id']}", fields(quota, kind="quota", quota=asked))
    header = {**plan["header"], "starts_on": "2026-09-01", "ends_on": "2027-05-31", "levels": ["primary"]}
    world.desk.ok("PUT", f"{path}/header", header)
    targets = world.overview.ok("GET", f"{path}/targets")
    assert [one["id"] for one in targets["offered"]] == [world.team.unit.id]
    progress = world.overview.ok("POST", f"{path}/issue", {"unit_ids": [world.team.unit.id]})
    assert (progress["total"], progress["received"], progress["settled"]) == (1, 0, False)
    run_jobs(app)
    assert world.overview.ok("GET", f"{path}/dispatches/1")["received"] == 1
    issued: dict[str, Any] = world.desk.ok("GET", f"{path}/versions/1")
    return issued


def localize_and_issue(app: Flask, world: World) -> None:
    """The principal's part: a locked field stays, the rest becomes the school's own."""
    principal = world.at(app, "principal")
    listed = principal.ok("GET", "/plans?kind=received")
    assert (listed["total"], listed["items"][0]["stage"]) == (1, "received")
    plan = principal.ok("GET", f"/plans/{listed['items'][0]['id']}")
    path = f"/plans/{plan['id']}"
    topic = node_named(plan["nodes"], "Văn hóa đọc")
    assert (topic["state"], topic["policies"]) == ("inherited", {"title": "locked"})
    refused = principal.put(f"{path}/nodes/{topic['node_id']}/adaptation", {"title": "Đọc sách ở nhà"})
    assert (refused.status, refused.code, refused.json["data"]["field"]) == (422, "field-locked", "title")
    words = {"body": "Mỗi lớp có một góc sách.", "owners": ["Thư viện"], "reason": "Trường mới có thư viện."}
    plan = principal.ok("PUT", f"{path}/nodes/{topic['node_id']}/adaptation", words)
    topic = node_named(plan["nodes"], "Văn hóa đọc")
    assert (topic["state"], topic["adapted"]) == ("adapted", ["body", "owners"])
    water = node_named(plan["nodes"], "đuối nước")
    principal.ok("PUT", f"{path}/nodes/{water['node_id']}/omission", {"reason": "Trường ở xa sông suối."})
    section = node_named(plan["nodes"], "NỘI DUNG TRỌNG TÂM")
    own = {"parent": section["node_id"], "title": "Ngày hội đổi sách", "kind": "topic"}
    assert principal.ok("POST", f"{path}/nodes", own)["plan"]["bases"][0]["added"] == 1
    document = {"number": "7", "notation": "KH-THMN", "document_date": "2026-09-20", "place": "Mây Ngàn"}
    issued = principal.ok("POST", f"{path}/issue", document)
    assert (issued["number"], issued["signer_name"], issued["version"]) == ("07", world.team.principal.name, 1)
    shown = principal.ok("GET", f"{path}/versions/1")
    assert node_named(shown["nodes"], "Ngày hội đổi sách")
    assert not node_named(shown["nodes"], "đuối nước")
    word = principal.get(f"{path}/versions/1/document")
    assert word.data.startswith(b"PK")
    assert "07-kh-thmn" in word.response.headers["Content-Disposition"]


def write_and_approve(app: Flask, world: World, node_id: str) -> int:
    """The teacher's, the vetter's and the principal's part; returns the article."""
    author, vetter, principal = (world.at(app, role) for role in ("author", "vetter", "principal"))
    text = {
        "title": "Cô Thào góp sách cho bản",
        "summary": "Một cô giáo chở sách lên điểm trường.",
        "body_html": "<p>Cô Thào chở ba trăm cuốn sách lên điểm trường.</p>",
        "genre": "role_model",
        "node_id": node_id,
        "role_model_name": "Cô Thào Thị Mỷ",
    }
    article = author.ok("POST", "/articles", text)
    path = f"/articles/{article['id']}"
    read = {name: article[name] for name in ("head_revision_id", "saves")}
    saved = author.ok("PUT", path, {**text, **read, "summary": "Một cô giáo chở sách lên bản."})
    read = {name: saved[name] for name in ("head_revision_id", "saves")}
    assert author.ok("POST", f"{path}/submit", read)["state"] == "submitted"
    exactly = {"revision_id": saved["head_revision_id"], "content_hash": saved["head"]["content_hash"]}
    assert author.post(f"{path}/vet", exactly).status == 403
    assert [one["id"] for one in vetter.ok("GET", "/waiting")["to_vet"]] == [article["id"]]
    unread = vetter.post(f"{path}/vet", {**exactly, "checklist": ["facts"]})
    assert (unread.status, unread.code) == (422, "checklist-open")
    assert vetter.ok("POST", f"{path}/vet", {**exactly, "checklist": EVERYTHING})["state"] == "vetted"
    assert vetter.post(f"{path}/approve", exactly).status == 403
    assert principal.ok("POST", f"{path}/approve", exactly)["state"] == "approved"
    return int(article["id"])


def publish(app: Flask, world: World, article_id: int) -> None:
    """The web person's part: on the school's site, and as a radio script."""
    web = world.at(app, "web")
    accounts = {account["channel"]: account["id"] for account in web.ok("GET", "/accounts")["items"]}
    previews = web.ok("GET", f"/articles/{article_id}/previews")["items"]
    assert {preview["channel"] for preview in previews} >= {"website", "radio"}
    for channel, state in (("website", "published"), ("radio", "handed_over")):
        assert web.ok("GET", f"/articles/{article_id}/check/{accounts[channel]}")["items"] == []
        asked = web.ok("POST", f"/articles/{article_id}/deliveries", {"account_id": accounts[channel]})
        run_jobs(app)
        delivery = web.ok("GET", f"/deliveries/{asked['id']}")
        assert (delivery["state"], [one["state"] for one in delivery["attempts"]]) == (state, ["done"])
    names = [artefact["filename"] for artefact in delivery["artefacts"]]
    script = next(name for name in names if name.endswith(".txt"))
    spoken = web.get(f"/deliveries/{delivery['id']}/artefacts/{script}").data.decode()
    assert "cô thào" in spoken.casefold()


def test_the_main_job_through_the_api(app: Flask, world: World) -> None:
    with clock.frozen(NOW):
        issued = import_and_issue(app, world)
        localize_and_issue(app, world)
        node_id = node_named(issued["nodes"], "Gương người tốt")["node_id"]
        topics = world.at(app, "author").ok("GET", "/topics")["items"]
        assert node_id in [topic["node_id"] for topic in topics]
        article_id = write_and_approve(app, world, node_id)
        publish(app, world, article_id)
        run_jobs(app)
        plan_id = issued["document"]["plan_id"]
        step = world.overview.ok("GET", f"/plans/{plan_id}/adoptions")["items"][0]
        assert (step["stage"], step["adapted"], step["added"], step["omitted"]) == ("issued", 1, 1, 1)
        activity = world.overview.ok("GET", "/activity")
        assert (activity["total"], activity["units"][0]["articles"]) == (1, 1)
        assert {line["title"]: line["articles"] for line in activity["nodes"]}[
            "Gương người tốt, việc tốt mỗi tháng một bài"
        ] == 1
        board = world.overview.ok("GET", f"/quotas/{node_id}")
        cells = {cell["period_start"]: cell["state"] for cell in board["rows"]["items"][0]["cells"]}
        assert (cells["2026-10-01"], cells["2026-11-01"], cells["2026-12-01"]) == ("missed", "filled", "due")
        own = world.at(app, "principal").ok("GET", "/statistics")
        assert (own["total"], own["genres"]) == (1, [{"genre": "role_model", "articles": 1}])
