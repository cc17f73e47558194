"""A draft of the commune under comment: some schools have answered, the showcase school has not sent its remark yet."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from sqlalchemy import select

from district.demo.world import World, work_in
from tenants import clock, scope
from tenants.db import db
from tenants.jobs.worker import Worker
from tenants.plans import consulted, consulting, queries, service
from tenants.plans.life_models import PlanRemark
from tenants.plans.tree import walk
from tenants.plans.values import NodeValues

OFFICE = "xa-suoi-mo"
SUBJECT = "Truyền thông Tuần lễ đọc sách và học tập suốt đời xã Suối Mơ"
MESSAGE = "Đề nghị các trường đọc kỹ phần nội dung và thời gian, vì Tuần lễ trùng với kiểm tra cuối kỳ ở một số trường."
TOPICS = (
    ("Ngày hội đổi sách ở nhà văn hóa các thôn, chiều thứ Bảy", ("Các trường", "Đoàn Thanh niên xã")),
    ("Mỗi trường giới thiệu 03 cuốn sách hay trên loa xã", ("Các trường", "Công chức Văn hóa - Xã hội")),
    ("Lớp học buổi tối cho người lớn: đọc tin, điền đơn, dùng điện thoại an toàn", ("Trung tâm học tập cộng đồng",)),
)
REMARKS: dict[str, tuple[tuple[str, str], ...]] = {
    "thcs-ban-gio": (
        ("Ngày hội đổi sách", "Chiều thứ Bảy học sinh ở bán trú đã về nhà. Đề nghị chuyển sang chiều thứ Sáu."),
        ("", "Đề nghị ghi rõ kinh phí mua sách tặng thưởng."),
    ),
    "mn-sao-mai": (
        (
            "Mỗi trường giới thiệu",
            "Trường mầm non xin giới thiệu 01 cuốn truyện tranh và một bài đồng dao thay cho 03 cuốn sách.",
        ),
    ),
    "th-doi-che": (),
    "th-may-trang": (("Lớp học buổi tối", "Trường có thể cho mượn phòng tin học vào tối thứ Ba và thứ Năm."),),
}  # fmt: skip
"""School -> what it says on which item ("" on the draft as a whole); none means that it agrees."""

NOT_SENT = "th-may-trang"
ASKED = (*REMARKS, "mg-vanh-khuyen")


def load(app: Flask, world: World, when: dt.datetime) -> None:
    """Write the draft at ``when``, ask for comments, and let some schools answer on the next day."""
    worker = Worker(app)
    with clock.at(when):
        _ask(app, world)
        worker.run_queued()
    with clock.at(when + dt.timedelta(days=1, hours=3)):
        for slug, remarks in REMARKS.items():
            _comment(app, world, slug, remarks)
        worker.run_queued()
    with clock.at(when + dt.timedelta(days=2)):
        _answer_one(app, world)
        worker.run_queued()


def _ask(app: Flask, world: World) -> None:
    actor = world.people[OFFICE, "officer"]
    with work_in(app, world, OFFICE, scope.Kind.OVERSIGHT):
        first = clock.today() + dt.timedelta(days=30)
        plan = service.create_plan(
            subject=SUBJECT, actor_id=actor, period_kind="phase", starts_on=first,
            ends_on=first + dt.timedelta(days=6),
        )  # fmt: skip
        db.session.flush()
        tree = queries.working_plan(plan.id).tree
        parent = next(node.node_id for node in walk(tree) if node.node.title == "Nội dung trọng tâm")
        for title, owners in TOPICS:
            service.add_node(plan.id, parent, NodeValues(title=title, kind="topic", owners=owners), actor)
        closes_on = clock.today() + dt.timedelta(days=9)
        consulting.ask(plan.id, [world.units[slug] for slug in ASKED], closes_on, MESSAGE, actor)


def _comment(app: Flask, world: World, slug: str, remarks: tuple[tuple[str, str], ...]) -> None:
    actor = world.people[slug, "vice_principal"]
    with work_in(app, world, slug):
        request = next(iter(consulted.requests()))
        for words, remark in remarks:
            item = next((one["node_id"] for one in request.text if words and one["title"].startswith(words)), "")
            consulted.add_remark(request.id, item, remark, actor)
        if slug != NOT_SENT:
            consulted.send(request.id, actor)


def _answer_one(app: Flask, world: World) -> None:
    with work_in(app, world, OFFICE, scope.Kind.OVERSIGHT):
        remark = db.session.scalars(select(PlanRemark).order_by(PlanRemark.id)).first()
        if remark is None:
            raise LookupError("no remark came")
        consulting.answer(remark.id, consulting.TAKEN, "Chuyển sang chiều thứ Sáu.", world.people[OFFICE, "officer"])
