"""A school and its office with one of everything the API has an address for, and a valid body for every operation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import article_builders as articles
import plan_builders as plans
from api_client import ApiClient, at_office, at_unit
from article_builders import EVERYTHING, FULL, Team
from builders import UnitRef, in_unit, make_office, make_person, make_school, run_jobs, run_jobs_and_periodic_work
from flask import Flask
from sqlalchemy import select

from district.issuing import orders as office_orders
from district.oversight import reorganizing
from district.oversight.changes import Wish
from tenants import clock, scope, settings
from tenants.bulletins import service as bulletins
from tenants.offers import service as offering
from tenants.orders import service as orders
from tenants.orders.models import OrderItem
from tenants.plans import service as plan_service
from tenants.plans import takeover
from tenants.plans.models import Adoption
from tenants.plans.values import CitationValues, NodeValues
from tenants.publishing import holds, outlets, queries
from tenants.publishing import service as publishing

PLAN_TEXT = "KẾ HOẠCH\nTruyền thông thử\n\nI. MỤC ĐÍCH\n1. Mục đích\nII. NỘI DUNG\n1. Văn hóa đọc\n"
QUOTA = {"count": 1, "period": "month", "genre": None, "subject": "role_model"}


@dataclass(frozen=True)
class ApiWorld:
    """An office with one school.

    Args:
        principal, officer: clients that may do everything in the school and over the office's units.
        unit_ids, office_ids: an existing id for each variable of the addresses.
        node_ids: "own" and "inherited" node of the school's plan in hand.
        article: the newest text of the article: revision, saves, hash.
    """

    office: UnitRef
    team: Team
    principal: ApiClient
    officer: ApiClient
    unit_ids: dict[str, Any]
    office_ids: dict[str, Any]
    node_ids: dict[str, str]
    article: articles.ArticleRef


def make_world(app: Flask) -> ApiWorld:
    """Build everything; the article waits for nobody, so that whatever is asked of it is a matter of rules."""
    office = make_office(app)
    team = articles.make_team(app, office=office)
    officer = make_person(app, office, "officer")
    nodes = {
        "read": NodeValues(title="Văn hóa đọc"),
        "model": NodeValues(title="Gương sáng", kind="quota", quota=QUOTA),
    }
    base = plans.make_plan(app, office, nodes)
    plans.issue(app, base)
    plan = plans.receive(app, team.unit, base)
    adoption_id, decision_id, step_id = _question(app, team, base, plan)
    own, citation_id, source_id = _draft(app, team, plan.id, plan.nodes["II"])
    ready = articles.approved(app, team, node_id=base.nodes["read"])
    delivery_id, account_id, filename = _delivery(app, team, ready.id)
    article = articles.draft(app, team.unit, team.author, FULL, node_id=base.nodes["read"])
    kept_back = _kept_back(app, team, office, ready.id, account_id)
    (media_id,) = articles.add_pictures(app, team.unit, team.author, article, articles.jpeg())
    article = articles.article_ref(app, team.unit, article.id)
    unit_ids = {
        "plan_id": plan.id, "citation_id": citation_id, "node_id": own, "version": 1, "superior_id": office.id,
        "source_id": source_id, "path": "0", "article_id": article.id, "revision_id": article.revision_id,
        "media_id": media_id, "account_id": account_id, "delivery_id": delivery_id, "filename": filename,
        "user_id": team.author.id, "role": "author", "adoption_id": adoption_id, "decision_id": decision_id,
        "step_id": step_id, **kept_back,
    }  # fmt: skip
    office_ids = {
        "plan_id": base.id, "version": 1, "node_id": base.nodes["model"], "unit_id": team.unit.id,
        "change_id": _change(app, office, officer.id), **_given(app, office, team.unit, base, officer.id),
    }  # fmt: skip
    return ApiWorld(
        office,
        team,
        at_unit(app, team.principal, team.unit),
        at_office(app, officer, office),
        unit_ids,
        office_ids,
        {"own": own, "inherited": base.nodes["read"]},
        article,
    )


def _change(app: Flask, office: UnitRef, actor_id: int) -> int:
    """Let the office decide that another school of its own gets a new name one day; return the change."""
    school, someday = make_school(app, office), clock.today() + dt.timedelta(days=90)
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        wish = Wish("rename", (school.id,), someday, name="Trường Tiểu học Mai Sau")
        return reorganizing.decide(wish, "Quyết định số 16/QĐ-UBND", actor_id).id


def _kept_back(app: Flask, team: Team, office: UnitRef, article_id: int, account_id: int) -> dict[str, int]:
    """Let the school freeze, order, offer and put a bulletin together; what would keep texts back is lifted again."""
    with in_unit(app, team.unit) as session:
        hold_id = holds.lift(holds.freeze(None, "Chờ xác minh", team.principal.id).id, team.principal.id).id
        offer_id = offering.offer(article_id, office.id, "", consent=True, actor_id=team.web.id).id
        bulletin = bulletins.create(account_id, "", clock.now() + dt.timedelta(days=1), team.web.id)
        order = orders.order_own(article_id, orders.Words("withdraw", "Sai ngày"), team.principal.id)
        item = session.scalars(select(OrderItem).where(OrderItem.order_id == order.id)).one()
        orders.lift(order.id, team.principal.id)
        found = {"hold_id": hold_id, "offer_id": offer_id, "bulletin_id": bulletin.id}
        return {**found, "receipt_id": item.receipt_id, "item_id": item.id}


def _given(app: Flask, office: UnitRef, school: UnitRef, base: plans.PlanRef, actor_id: int) -> dict[str, int]:
    """Let the office give an order and freeze everything, and take both back."""
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        words = orders.Words("withdraw", "Sai ngày")
        order_id = office_orders.order_topic(base.nodes["read"], [school.id], words, actor_id).id
        orders.lift(order_id, actor_id)
        hold_id = office_orders.freeze(None, "Chờ xác minh", actor_id).id
        office_orders.lift_freeze(hold_id, actor_id)
        return {"order_id": order_id, "hold_id": hold_id}


def _question(app: Flask, team: Team, base: plans.PlanRef, plan: plans.PlanRef) -> tuple[int, int, int]:
    """Let the office amend what the school has adapted; return the offer, the question it raises, and the step."""
    with in_unit(app, team.unit):
        settings.put("plans.takeover", "confirm")
        plan_service.adapt(plan.id, base.nodes["read"], {"audience": ["Phụ huynh"]}, None)
    with in_unit(app, base.unit):
        plan_service.begin_amendment(base.id, None)
        changed = NodeValues(title="Văn hóa đọc", audience=("Học sinh",))
        plan_service.edit_node(base.id, base.nodes["read"], changed, None)
        plan_service.issue(base.id, plans.document(), None)
    plans.receive(app, team.unit, base, 2)
    with in_unit(app, team.unit):
        takeover.take_over(base.unit.id, base.id, None, None)
    with in_unit(app, team.unit) as session:
        adoption = session.scalars(select(Adoption)).one()
        return adoption.id, takeover.decisions(plan.id)[0].id, takeover.steps(plan.id)[0].id


def _draft(app: Flask, team: Team, plan_id: int, section: str) -> tuple[str, int, int]:
    with in_unit(app, team.unit):
        own = plan_service.add_node(plan_id, section, NodeValues(title="Ngày hội đổi sách"), None).node_id
        citation = plan_service.save_citation(plan_id, CitationValues("Luật", subject="Luật Thư viện"), None)
        source = plan_service.upload(PLAN_TEXT.encode(), "ke-hoach.txt", None)
        found = own, citation.id, source.id
    run_jobs_and_periodic_work(app)
    return found


def _delivery(app: Flask, team: Team, article_id: int) -> tuple[int, int, str]:
    with in_unit(app, team.unit):
        outlets.ensure_default_accounts()
    with in_unit(app, team.unit):
        account_id = next(account.id for account in queries.accounts() if account.channel == "radio")
        delivery_id = publishing.plan_delivery(article_id, account_id, None, team.web.id).id
    run_jobs(app)
    with in_unit(app, team.unit):
        delivery = queries.get_delivery(delivery_id)
        return delivery_id, account_id, delivery.artefacts[0]["filename"]


def bodies(world: ApiWorld) -> dict[str, Any]:
    """Return a valid JSON body for every operation that takes one, by operation id."""
    ref = world.article
    tomorrow = (clock.now() + dt.timedelta(days=1)).isoformat()
    exactly = {"revision_id": ref.revision_id, "content_hash": ref.content_hash}
    text = {"title": "Góc sách lớp 4A", "summary": "Một góc nhỏ.", "body_html": "<p>Góc sách.</p>"}
    document = {
        "number": "88", "notation": "KH-THU", "document_date": "2026-09-10", "place": "Hoa Sim",
        "signer_name": "Lò Thử", "signer_title": "HIỆU TRƯỞNG",
    }  # fmt: skip
    unit = {
        "type_code": "primary", "name": "Trường Tiểu học Thử Thêm", "superior_id": world.office.id,
        "leader_name": "Lường Thị Thêm", "leader_sign_in_name": "luong.them",
    }  # fmt: skip
    someday = (clock.today() + dt.timedelta(days=60)).isoformat()
    wish = {"kind": "rename", "unit_ids": [world.team.unit.id], "on": someday, "name": "Trường Tiểu học Tên Mới"}
    return {
        "api-plans.create_plan": {"subject": "Kế hoạch thử"},
        "api-plans.save_header": {"subject": "Kế hoạch thử", "starts_on": "2026-09-01"},
        "api-plans.add_citation": {"doc_type": "Luật", "subject": "Luật Giáo dục", "issued_on": "2019-06-14"},
        "api-plans.save_citation": {"doc_type": "Luật", "subject": "Luật Giáo dục"},
        "api-plans.combine_plans": {"other_plan_id": world.unit_ids["plan_id"]},
        "api-plans.issue_plan": document,
        "api-plan-nodes.add_node": {"title": "Mục thêm", "quota": QUOTA},
        "api-plan-nodes.save_node": {"title": "Mục sửa", "due_from": "2026-10-01", "owners": ["Thư viện"]},
        "api-plan-nodes.move_node": {"direction": "up"},
        "api-plan-nodes.set_numbering": {"style": "dash"},
        "api-plan-nodes.adapt_node": {"body": "Mỗi lớp một góc sách.", "due": {"from": "2026-10-01"}, "quota": QUOTA},
        "api-plan-nodes.omit_node": {"reason": "Không hợp với trường."},
        "api-plan-changes.decide": {"choice": "keep"},
        "api-plan-changes.take_over": {"version": 2},
        "api-plan-changes.convert": {"parent": ""},
        "api-plan-sources.upload_text": {"text": PLAN_TEXT},
        "api-plan-sources.correct_header": {"title": "Kế hoạch", "date": "2026-09-05", "signer": {"name": "Lò Thử"}},
        "api-plan-sources.correct_node": {"text": "MỤC ĐÍCH", "kind": "section"},
        "api-articles.create_article": {**text, "pictures": [{"media_id": world.unit_ids["media_id"]}]},
        "api-articles.save_article": {**text, "head_revision_id": ref.revision_id, "saves": ref.saves},
        "api-articles.submit_article": {"head_revision_id": ref.revision_id},
        "api-articles.move_media": {"earlier": True},
        "api-reviews.vet_article": {**exactly, "checklist": EVERYTHING},
        "api-reviews.approve_article": {**exactly, "checklist": EVERYTHING},
        "api-reviews.return_article": {**exactly, "step": "vet", "remark": "Thêm số liệu."},
        "api-publishing.create_account": {"channel": "radio", "settings": {}},
        "api-publishing.save_account": {"label": "Loa trường", "settings": {}},
        "api-publishing.enable_account": {"enabled": True},
        "api-publishing.publish_article": {"account_id": world.unit_ids["account_id"], "at": tomorrow},
        "api-publishing.retract_delivery": {"reason": "Sai ngày."},
        "api-publishing.settle_delivery": {"outcome": "absent"},
        "api-orders.order_own": {"kind": "correct", "reason": "Sai ngày.", "instruction": "Sửa thành 20/11."},
        "api-orders.settle_item": {"result": "answered", "note": "Đã gọi điện cho đài."},
        "api-taking-back.freeze": {"node_id": world.node_ids["inherited"], "reason": "Chờ xác minh."},
        "api-taking-back.withdraw_bulletin": {"reason": "Lịch đã đổi."},
        "api-taking-back.revoke_plan": {**document, "reason": "Kế hoạch của xã đã bị thu hồi."},
        "api-office-orders.issue_order": {
            "kind": "withdraw", "reason": "Sai ngày.", "node_id": world.node_ids["inherited"],
            "unit_ids": [world.team.unit.id],
        },
        "api-office-orders.freeze": {"node_id": world.node_ids["inherited"], "reason": "Chờ xác minh."},
        "api-echo.ask_follow_up": {"agreed": True, "offered": "Còn 3 lượt."},
        "api-echo.settle_follow_up": {"done": True},
        "api-unit.add_person": {"sign_in_name": "nguoi.moi", "name": "Người Mới", "roles": ["viewer"]},
        "api-amending.issue_amendment": {**document, "change_class": "content", "follow_up": "adjust"},
        "api-issuing.issue_to_units": {**document, "unit_ids": [world.team.unit.id]},
        "api-issuing.send_to_more": {"unit_ids": [world.team.unit.id]},
        "api-channels.decide_rule": {"channel": "radio", "allowed": True},
        "api-oversight.add_unit": unit,
        "api-unit-changes.preview_change": wish,
        "api-unit-changes.decide_change": {**wish, "reason": "Quyết định số 15/QĐ-UBND"},
        "api-unit-changes.reply_to_change": {"agreed": True},
        "api-unit-changes.cancel_change": {"reason": "Ủy ban nhân dân xã hoãn việc đổi tên"},
    }  # fmt: skip


UPLOADS = {"api-plan-sources.upload_source": "file", "api-articles.upload_media": "photos"}
"""Operations that take files: their field."""

QUERIES = {"api-plans.list_plans": {"kind": "drafts"}}
"""Operations that must have a query."""


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document. ``variables``: names in its address but for the unit's."""

    id: str
    method: str
    path: str
    variables: tuple[str, ...]
    takes_json: bool

    def address(self, slug: str, values: dict[str, Any]) -> str:
        """Return its address in a unit."""
        return self.path.format(unit_slug=slug, **values)


def operations(app: Flask) -> list[Operation]:
    """Return every operation of the OpenAPI document inside a unit."""
    found = []
    for path, methods in app.extensions["loa.api"].document()["paths"].items():
        for method, about in methods.items():
            if method == "parameters" or "{unit_slug}" not in path:
                continue
            variables = tuple(part.strip("{}") for part in path.split("/") if part[:1] == "{")
            body = about.get("requestBody", {}).get("content", {})
            found.append(
                Operation(
                    about["operationId"],
                    method.upper(),
                    path,
                    tuple(name for name in variables if name != "unit_slug"),
                    "application/json" in body,
                )
            )
    return found


def ask(client: ApiClient, operation: Operation, slug: str, ids: dict[str, Any], body: Any = None) -> Any:
    """Call an operation with everything it needs; ``body`` None sends none."""
    address = operation.address(slug, ids)
    if operation.id in UPLOADS:
        return client.send(address, UPLOADS[operation.id], ("anh.jpg", articles.jpeg()))
    return client.call(operation.method, address, body, query_string=QUERIES.get(operation.id, {}))
