"""An amendment of the commune's plan and what became of it: each of its schools stands at another point of the way."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from district.demo.plans import CUSTOMS, SAFE, by_words, received, reword
from district.demo.world import World, work_in
from district.issuing import amending
from district.oversight import adoption, reminding
from tenants import clock, scope, settings
from tenants.jobs.worker import Worker
from tenants.plans import service, takeover
from tenants.plans.models import Plan
from tenants.plans.takeover_values import CONFIRM
from tenants.plans.values import DocumentFields, NodeValues

OFFICE = "xa-suoi-mo"
WAITS_FOR_ITS_LEADER = "th-doi-che"
"""The school that has the newer version confirmed by its principal, who has not looked at it."""

COMBINES, ASKS, FOLLOWS = "mn-sao-mai", "thcs-ban-gio", "mn-bong-sen"
"""Who has dealt with it: one combined both texts (and keeps a withdrawn item on its shelf), one asked the commune, one
issued its own amendment. The showcase school has a question open; the rest took it over without anybody's help."""

NEW_SAFE = (
    "Trường học an toàn: phòng chống đuối nước ở suối Mơ, hồ Thẳm và các ao nuôi cá; cắm biển cảnh báo trước mùa mưa. "
    "Giữ an toàn giao thông trên đường liên thôn."
)
NEW_ITEM = "Bữa ăn ở trường: công khai thực đơn, nơi cung cấp thực phẩm và ảnh bữa ăn hằng tuần"
NOTE = (
    "Bổ sung các ao nuôi cá sau đợt rà soát tháng trước; thêm nội dung về bữa ăn ở trường. Nội dung về tiếng nói, "
    "trang phục và lễ hội chuyển sang kế hoạch riêng của xã."
)
QUESTION = "Trường không có ao nuôi cá gần trường, có phải cắm biển không? Kinh phí làm biển lấy từ nguồn nào?"


def load(app: Flask, world: World, when: dt.datetime) -> None:
    """Amend the commune's plan at ``when`` and let the schools follow in the days after."""
    worker = Worker(app)
    principal = {slug: world.people[slug, "principal"] for slug in (WAITS_FOR_ITS_LEADER, COMBINES, ASKS, FOLLOWS)}
    with clock.at(when):
        with work_in(app, world, WAITS_FOR_ITS_LEADER):
            settings.put("plans.takeover", CONFIRM, principal[WAITS_FOR_ITS_LEADER])
        _amend(app, world)
        worker.run_queued()
    with clock.at(when + dt.timedelta(days=1, hours=2)):
        _combine(app, world, principal[COMBINES])
        _ask(app, world, principal[ASKS])
    with clock.at(when + dt.timedelta(days=3)):
        _follow(app, world, principal[FOLLOWS])
    with clock.at(when + dt.timedelta(days=6)):
        with work_in(app, world, OFFICE, scope.Kind.OVERSIGHT):
            document = adoption.issued_plan(received(OFFICE).id)
            behind = [world.units[slug] for slug in ("mg-vanh-khuyen", WAITS_FOR_ITS_LEADER)]
            reminding.remind(document, behind, world.people[OFFICE, "officer"])
        worker.run_queued()


def _amend(app: Flask, world: World) -> None:
    actor = world.people[OFFICE, "officer"]
    with work_in(app, world, OFFICE, scope.Kind.OVERSIGHT):
        plan = received(OFFICE)
        service.begin_amendment(plan.id, actor)
        tree = by_words(plan.id)
        reword(plan.id, tree[SAFE], NEW_SAFE, actor, "Địa bàn có suối, hồ, ao và đường dốc.")
        service.remove_node(plan.id, tree[CUSTOMS], actor)
        topic = NodeValues(title=NEW_ITEM, kind="topic", owners=("Các trường", "Trạm Y tế xã"))
        service.add_node(plan.id, tree["Nội dung trọng tâm"], topic, actor)
        document = _adjusting(plan, 63, "để phù hợp với tình hình trên địa bàn xã", NOTE)
        amending.issue_amendment(plan.id, document, actor)


def _adjusting(plan: Plan, number: int, reason: str, note: str) -> DocumentFields:
    before = service.fields_of(plan)
    return DocumentFields(
        str(number), before.notation, clock.today(), before.signer_title, before.signer_name, before.place,
        note=note, follow_up="adjust", reason=reason,
    )  # fmt: skip


def _combine(app: Flask, world: World, actor: int) -> None:
    with work_in(app, world, COMBINES):
        plan = received(COMBINES)
        open_one = next(row for row in takeover.decisions(plan.id) if row.kind == "text")
        words = (
            "Trường học an toàn: MN Sao Mai rà soát cổng, lan can, chum vại chứa nước; cắm biển cảnh báo ở ao nuôi cá "
            "sau trường trước mùa mưa; tổ chức đón trả trẻ theo khung giờ"
        )
        takeover.decide(open_one.id, "combine", actor, words)


def _ask(app: Flask, world: World, actor: int) -> None:
    with work_in(app, world, ASKS):
        plan = received(ASKS)
        open_one = next(row for row in takeover.decisions(plan.id) if row.kind == "text")
        takeover.decide(open_one.id, "ask", actor, question=QUESTION)


def _follow(app: Flask, world: World, actor: int) -> None:
    with work_in(app, world, FOLLOWS):
        plan = received(FOLLOWS)
        service.begin_amendment(plan.id, actor)
        service.issue(plan.id, _adjusting(plan, 40, "để thực hiện kế hoạch điều chỉnh của xã", ""), actor)
