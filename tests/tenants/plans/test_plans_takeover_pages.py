"""What people see when a superior's amendment meets what their unit left out, wrote or hung on to."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from builders import in_unit, make_office, make_person, make_school
from flask import Flask
from plan_builders import PlanRef, document, issue, make_plan, receive, tree_of
from webclient import PageClient

from tenants import settings
from tenants.plans import life_service, service, takeover
from tenants.plans.values import NodeValues

ClientFor = Callable[..., PageClient]

OLD, MINE, NEW = "Rà soát mỗi tháng.", "Rà soát mỗi tuần tại trường.", "Rà soát mỗi quý."
NODES = {
    "safety": NodeValues(title="An toàn trường học", body=OLD),
    "food": NodeValues(title="Bán trú", body="Công khai thực đơn."),
}


@pytest.fixture
def master(app: Flask) -> PlanRef:
    plan = make_plan(app, make_office(app, "UBND xã Đồi Sim"), NODES)
    issue(app, plan)
    return plan


@pytest.fixture
def plan(app: Flask, master: PlanRef) -> PlanRef:
    return receive(app, make_school(app, master.unit), master)


@pytest.fixture
def principal(app: Flask, client_for: ClientFor, plan: PlanRef) -> PageClient:
    return client_for(make_person(app, plan.unit, "principal"))


def amend(app: Flask, master: PlanRef, plan: PlanRef, **nodes: NodeValues | None) -> None:
    """Issue the next version; the school receives it."""
    with in_unit(app, master.unit):
        service.begin_amendment(master.id, None)
        for name, values in nodes.items():
            if values is None:
                service.remove_node(master.id, master.nodes[name], None)
            else:
                service.edit_node(master.id, master.nodes[name], values, None)
    receive(app, plan.unit, master, issue(app, master))


def adapt(app: Flask, plan: PlanRef, name: str, **values: object) -> None:
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes[name], values, None)


def see(client: PageClient, plan: PlanRef, rest: str = "") -> str:
    """Return a page as people read it."""
    html = client.get(f"/u/{plan.unit.slug}/plans/{plan.id}{rest}").get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())


def safety(body: str, **rest: object) -> NodeValues:
    return NodeValues(title="An toàn trường học", body=body, **rest)  # type: ignore[arg-type]


def test_a_question_falls_away_when_the_superior_goes_back_to_the_old_text(
    app: Flask, master: PlanRef, plan: PlanRef, principal: PageClient
) -> None:
    adapt(app, plan, "safety", body=MINE)
    amend(app, master, plan, safety=safety(NEW))
    assert "An toàn trường học" in see(principal, plan, "/decisions")
    amend(app, master, plan, safety=safety(OLD))
    assert "An toàn trường học" not in see(principal, plan, "/decisions")
    settled = see(principal, plan, "/decisions?kind=settled")
    assert "An toàn trường học" in settled and "Không còn khác biệt" in settled
    assert MINE in see(principal, plan, "/edit") and NEW not in see(principal, plan)


def test_a_field_locked_later_shows_the_superiors_words_and_the_archive_the_own(
    app: Flask, master: PlanRef, plan: PlanRef, principal: PageClient
) -> None:
    adapt(app, plan, "safety", body=MINE)
    amend(app, master, plan, safety=safety(NEW, policies={"body": "locked"}))
    assert "An toàn trường học" in see(principal, plan, "/decisions")
    with in_unit(app, plan.unit):
        (notice,) = takeover.decisions(plan.id)
        ident = notice.id
    told = see(principal, plan, f"/decisions/{ident}")
    assert "Cấp trên đã khóa phần này" in told and MINE in told and NEW in told
    tree = see(principal, plan, "/edit")
    assert NEW in tree and MINE not in tree
    node = principal.get(f"/u/{plan.unit.slug}/plans/{plan.id}/nodes/{plan.nodes['safety']}").get_data(as_text=True)
    assert 'name="title"' in node and 'name="body"' not in node
    principal.post(f"/u/{plan.unit.slug}/plans/{plan.id}/decisions/{ident}/acknowledge")
    assert MINE in see(principal, plan, "/archive")


def test_a_node_left_out_that_becomes_mandatory_stands_in_the_plan_again_with_its_reason_told(
    app: Flask, master: PlanRef, plan: PlanRef, principal: PageClient
) -> None:
    with in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes["food"], "Trường không có bếp ăn", None)
    assert "Công khai thực đơn." not in see(principal, plan)
    amend(app, master, plan, food=NodeValues(title="Bán trú", body="Công khai thực đơn.", mandatory=True))
    assert "Công khai thực đơn." in see(principal, plan)
    assert "Bán trú" in see(principal, plan, "/decisions?kind=notices")
    with in_unit(app, plan.unit):
        ident = takeover.decisions(plan.id)[0].id
    told = see(principal, plan, f"/decisions/{ident}")
    assert "nay là bắt buộc" in told and "Trường không có bếp ăn" in told


def test_a_withdrawn_node_with_own_words_and_nodes_lies_on_the_shelf_until_somebody_chooses(
    app: Flask, master: PlanRef, plan: PlanRef, principal: PageClient
) -> None:
    adapt(app, plan, "food", body="Thực đơn dán ở cổng.")
    with in_unit(app, plan.unit):
        service.add_node(plan.id, plan.nodes["food"], NodeValues(title="Tập huấn đầu bếp"), None)
    amend(app, master, plan, food=None)
    tree = see(principal, plan, "/edit")
    assert "Tập huấn đầu bếp" in tree and "Thực đơn dán ở cổng." not in tree
    assert "Bán trú" in see(principal, plan, "/decisions?kind=shelf")
    with in_unit(app, plan.unit):
        ident = takeover.decisions(plan.id)[0].id
    shelf = see(principal, plan, f"/decisions/{ident}")
    assert "Thực đơn dán ở cổng." in shelf and "Chuyển thành mục riêng" in shelf
    principal.post(f"/u/{plan.unit.slug}/plans/{plan.id}/decisions/{ident}/convert", data={"parent": plan.nodes["II"]})
    assert "Thực đơn dán ở cổng." in see(principal, plan, "/edit")
    (made,) = [one for one in tree_of(app, plan) if one.body == "Thực đơn dán ở cổng."]
    assert [below.title for below in made.children] == ["Tập huấn đầu bếp"]


def test_an_amendment_of_a_plan_withdrawn_meanwhile_is_refused_in_a_sentence(
    app: Flask, master: PlanRef, plan: PlanRef, principal: PageClient
) -> None:
    adapt(app, plan, "safety", body=MINE)
    with in_unit(app, plan.unit):
        settings.put("plans.takeover", "confirm")
    amend(app, master, plan, food=None)
    clerk = make_person(app, None)
    with in_unit(app, master.unit):
        life_service.revoke(master.id, document("77", notation="TB-THU", reason="Sai thẩm quyền"), clerk.id)
    page = principal.get(f"/u/{plan.unit.slug}/plans/{plan.id}/changes").get_data(as_text=True)
    button = re.search(r'action="([^"]+/take-over)"', page)
    assert button is not None
    answer = principal.post(button[1], follow_redirects=True).get_data(as_text=True)
    assert "UBND xã Đồi Sim đã thu hồi kế hoạch" in answer
    assert "Công khai thực đơn." in see(principal, plan)
