"""Three generations of plans: the department's, an office's built on it, and the schools' built on that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from flask import Flask
from sqlalchemy import select

from district.demo.people import UNITS, DemoUnit
from district.demo.texts import DEPARTMENT_PLAN, WARD_PLAN
from district.demo.world import World, work_in
from district.issuing import service as issuing
from tenants import clock, scope
from tenants.db import db
from tenants.jobs.worker import Worker
from tenants.plans import queries, service
from tenants.plans.models import Adoption, DraftNode, Plan
from tenants.plans.values import DocumentFields, NodeValues
from tenants.text import school_year

LEVELS_BY_WORD = {
    "mầm non": ("preschool",),
    "chương trình giáo dục phổ thông": ("primary", "lower_secondary", "upper_secondary"),
    "hướng nghiệp": ("lower_secondary", "upper_secondary"),
}
"""Which education levels a topic is for, by a word of its text."""

LOCKED_WORDS = ("Tôn trọng đời tư", "Thông tin chính xác")
"""Requirements that no school may soften."""

SILENT = {"mg-vanh-khuyen", "mn-cau-vong"}
"""Schools that have received the plan and done nothing yet."""

STUDIED_ONLY = {"th-ben-thuyen"}
LOCALIZED_ONLY = {"thcs-song-xanh", "mn-hoa-nang"}

SAFE, CUSTOMS, DIGITAL = "Trường học an toàn", "Giữ gìn tiếng nói", "Chuyển đổi số"
"""The first words of the items about which a later amendment, or a school, has something to say."""

OWN_WORDS = {
    ("th-may-trang", SAFE): (
        "Trường học an toàn: phòng chống đuối nước ở suối Mơ và hồ Thẳm. Giữ an toàn giao thông trên đường liên thôn; "
        "thầy cô và cha mẹ thay nhau đón trả học sinh ở cổng từ 6 giờ 45.",
        "Cổng trường sát đường liên thôn.",
    ),
    ("mn-sao-mai", CUSTOMS): (
        "Giữ gìn tiếng nói, trang phục và lễ hội của các dân tộc trong xã: sáng thứ Hai các bé mặc áo của dân tộc "
        "mình, cùng cô tập một bài đồng dao",
        "Trường có trẻ của bốn dân tộc.",
    ),
}
"""(school, item) -> its words for it, and why."""

LEFT_OUT = {("mn-bong-sen", DIGITAL): "Trẻ mầm non chưa học với máy; việc này có trong kế hoạch chuyển đổi số của xã."}
"""(school, item) -> why it does not apply there."""


def load(app: Flask, world: World, start: dt.datetime) -> None:
    """Issue, receive and localize the plans, each on its day.

    Args:
        start: the moment at which the department issues its plan.
    """
    worker = Worker(app)
    with clock.at(start):
        _department(app, world)
        worker.run_queued()
    with clock.at(start + dt.timedelta(days=5)):
        _commune(app, world)
        _ward(app, world)
        worker.run_queued()
    for number, spec in enumerate(UNITS):
        if spec.type_code in ("department", "commune_office"):
            continue
        with clock.at(start + dt.timedelta(days=7 + number % 6, hours=number % 5)):
            _school(app, world, spec.slug, number)


def _document(app_symbol: str, number: int, place: str, title: str, name: str) -> DocumentFields:
    return DocumentFields(str(number), f"KH-{app_symbol}", clock.today(), title, name, place)


def _drafted(text: str, actor_id: int) -> Plan:
    source = service.upload(text.format(year=school_year(clock.today())).encode(), "ke-hoach.txt", actor_id)
    db.session.flush()
    service.read_source(source.id)
    plan = service.create_from_source(source.id, actor_id)
    db.session.flush()
    for node in db.session.scalars(select(DraftNode).where(DraftNode.plan_id == plan.id)).all():
        _govern(node)
    return plan


def _govern(node: DraftNode) -> None:
    words = f"{node.title} {node.body}"
    if any(locked in words for locked in LOCKED_WORDS):
        node.policies = {"title": "locked", "body": "locked"}
        node.mandatory = True
    if "Hằng tháng mỗi trường" in words:
        node.kind = "quota"
        node.mandatory = True
        node.policies = {"body": "locked", "quota": "default"}
        node.quota = {"count": 1, "period": "month", "genre": "role_model", "subject": "role_model", "floor": 1}
    for word, levels in LEVELS_BY_WORD.items():
        if word in words and node.kind == "topic":
            node.levels = list(levels)


def _ids(world: World, slugs: Collection[str]) -> list[int]:
    return [world.units[slug] for slug in slugs]


def _department(app: Flask, world: World) -> None:
    actor = world.people["so-hoa-sim", "officer"]
    below = [spec.slug for spec in UNITS if spec.under == "so-hoa-sim"]
    with work_in(app, world, "so-hoa-sim", scope.Kind.OVERSIGHT):
        plan = _drafted(DEPARTMENT_PLAN, actor)
        document = _document("SGDĐT", 118, "Hoa Sim", "GIÁM ĐỐC", "Hoàng Văn Minh Họa")
        issuing.issue_to(plan.id, _ids(world, below), document, actor)


def received(slug: str) -> Plan:
    """Return the plan with which the unit in scope answers what it received first."""
    adoption = db.session.scalars(select(Adoption).order_by(Adoption.id)).first()
    if adoption is None:
        raise LookupError(f"{slug} received no plan")
    return scope.get_own(Plan, adoption.plan_id)


def _commune(app: Flask, world: World) -> None:
    actor = world.people["xa-suoi-mo", "officer"]
    schools = [spec.slug for spec in UNITS if spec.under == "xa-suoi-mo"]
    with work_in(app, world, "xa-suoi-mo", scope.Kind.OVERSIGHT):
        plan = received("xa-suoi-mo")
        service.mark_studied(plan.id, world.people["xa-suoi-mo", "head"])
        tree = by_words(plan.id)
        words = (
            "Trường học an toàn: phòng chống đuối nước ở suối Mơ và hồ Thẳm. "
            "Giữ an toàn giao thông trên đường liên thôn."
        )
        reword(plan.id, tree[SAFE], words, actor, "Địa bàn có suối và đường dốc.")
        service.add_node(
            plan.id,
            tree["Nội dung trọng tâm"],
            NodeValues(
                title="Giữ gìn tiếng nói, trang phục và lễ hội của các dân tộc trong xã",
                kind="topic",
                owners=("Các trường", "Hội Phụ nữ xã"),
            ),
            actor,
        )
        document = _document("UBND", 47, "Suối Mơ", "CHỦ TỊCH", "Vũ Thị Hư Cấu")
        issuing.issue_to(plan.id, _ids(world, schools), document, actor)


def _ward(app: Flask, world: World) -> None:
    actor = world.people["phuong-nang-mai", "officer"]
    schools = [spec.slug for spec in UNITS if spec.under == "phuong-nang-mai"]
    with work_in(app, world, "phuong-nang-mai", scope.Kind.OVERSIGHT):
        plan = _drafted(WARD_PLAN, actor)
        document = _document("UBND", 52, "Nắng Mai", "CHỦ TỊCH", "Dương Văn Mẫu Phúc")
        issuing.issue_to(plan.id, _ids(world, schools), document, actor)


def by_words(plan_id: int) -> dict[str, str]:
    """Return the ids of the nodes of a working plan by the first words that the demonstration looks for."""
    wanted = (SAFE, CUSTOMS, DIGITAL, "Nội dung trọng tâm", "NỘI DUNG")
    found: dict[str, str] = {}
    for item in queries.working_plan(plan_id).items.values():
        for words in wanted:
            if f"{item.node.title} {item.node.body}".strip().startswith(words):
                found.setdefault(words, item.node.node_id)
    return found


def _school(app: Flask, world: World, slug: str, number: int) -> None:
    if slug in SILENT:
        return
    spec = next(unit for unit in UNITS if unit.slug == slug)
    principal = world.people[slug, "principal"]
    with work_in(app, world, slug):
        plan = received(slug)
        service.mark_studied(plan.id, principal)
        if slug in STUDIED_ONLY:
            return
        _localize(plan.id, spec, principal, number)
        if slug in LOCALIZED_ONLY:
            return
        head = service.fields_of(plan)
        document = _document(spec.symbol, 12 + number, spec.place, "HIỆU TRƯỞNG", head.signer_name)
        service.issue(plan.id, document, principal)


def _localize(plan_id: int, spec: DemoUnit, principal: int, number: int) -> None:
    tree = by_words(plan_id)
    topics = tree.get("Nội dung trọng tâm") or tree.get("NỘI DUNG")
    if topics is None:
        raise LookupError("the plan has no topics")
    ideas = (
        ("Mỗi tuần một câu chuyện đẹp ở lớp", ("Giáo viên chủ nhiệm",)),
        ("Cha mẹ đến trường: mỗi tháng một buổi gặp", ("Ban giám hiệu", "Ban đại diện cha mẹ học sinh")),
        ("Giới thiệu sách hay của thư viện", ("Cán bộ thư viện",)),
    )
    title, owners = ideas[number % len(ideas)]
    service.add_node(plan_id, topics, NodeValues(title=title, kind="topic", owners=owners), principal)
    if SAFE in tree and number % 2 == 0:
        words = (
            f"Trường học an toàn: {spec.short_name} rà soát cổng, lan can, hồ nước "
            "và tổ chức đón trả học sinh theo khung giờ"
        )
        reword(plan_id, tree[SAFE], words, principal, "Sát với điều kiện của trường.")
    for (slug, item), (words, reason) in OWN_WORDS.items():
        if slug == spec.slug:
            reword(plan_id, tree[item], words, principal, reason)
    for (slug, item), reason in LEFT_OUT.items():
        if slug == spec.slug:
            service.omit(plan_id, tree[item], reason, principal)


def reword(plan_id: int, node_id: str, words: str, actor_id: int, reason: str) -> None:
    """Put the text of an inherited node into own words, in the field in which the superior wrote it."""
    node = queries.working_plan(plan_id).items[node_id].node
    service.adapt(plan_id, node_id, {"title" if node.title else "body": words}, actor_id, reason)
