"""Who did what, when. Every service that changes something writes one entry, in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ForeignKey, Index, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from tenants import clock
from tenants.db import Base, db
from tenants.scope import UnitOwned, unit_key


class AuditEntry(UnitOwned, Base):
    """One change. ``actor_id`` is None when the worker acted."""

    __tablename__ = "audit_entry"
    BATCH = frozenset({"insert"})
    __table_args__ = (
        unit_key(),
        Index("ix_audit_entry_subject", "unit_id", "subject_type", "subject_id"),
        Index("ix_audit_entry_at", "unit_id", "at"),
    )

    at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    data: Mapped[dict[str, Any]]


def record(
    action: str, subject_type: str, subject_id: int | str, actor_id: int | None = None, **data: Any
) -> AuditEntry:
    """Add an entry in the present unit.

    Args:
        action: "plan.issue", "article.approve": the action of the permission table where there is one.
        actor_id: the person; None for the worker.
        data: JSON-able facts; never a secret.
    """
    entry = AuditEntry(
        at=clock.now(),
        actor_id=actor_id,
        action=action,
        subject_type=subject_type,
        subject_id=str(subject_id),
        data=data,
    )
    db.session.add(entry)
    return entry


def record_in_units(action: str, subject_type: str, entries: Iterable[tuple[int, int | str, dict[str, Any]]]) -> None:
    """Add an entry of the worker in each of many units, in one statement.

    Args:
        entries: unit, id of the subject, and facts as in ``record``.
    """
    now = clock.now()
    rows = [
        {
            "unit_id": unit_id, "at": now, "actor_id": None, "action": action, "subject_type": subject_type,
            "subject_id": str(subject_id), "data": data,
        }
        for unit_id, subject_id, data in entries
    ]  # fmt: skip
    if rows:
        # Inline: else the database is asked for the key of a single row, and a batch may not read entries.
        db.session.execute(insert(AuditEntry).inline(), rows)


LABELS = {
    "plan.create": _l("Lập dự thảo kế hoạch"),
    "plan.edit": _l("Sửa kế hoạch"),
    "plan.import": _l("Nhập tệp kế hoạch"),
    "article.plan-changed": _l("Kế hoạch đổi sau khi bài đã đăng"),
    "article.suspend": _l("Tạm dừng phê duyệt bài vì kế hoạch thay đổi"),
    "plan.acknowledged": _l("Xác nhận đã xem thay đổi của kế hoạch"),
    "plan.amendment": _l("Ban hành bản điều chỉnh của cấp trên tới các đơn vị"),
    "plan.answer": _l("Trả lời câu hỏi của đơn vị về kế hoạch"),
    "plan.answered": _l("Nhận câu trả lời của cấp trên về kế hoạch"),
    "plan.asked": _l("Hỏi cấp trên về nội dung kế hoạch"),
    "plan.change-undone": _l("Bỏ một thay đổi trong bản điều chỉnh"),
    "plan.consult": _l("Gửi dự thảo kế hoạch xin góp ý"),
    "plan.consult-closed": _l("Kết thúc góp ý dự thảo kế hoạch"),
    "plan.consult-reminded": _l("Nhắc góp ý dự thảo kế hoạch"),
    "plan.consulted": _l("Góp ý dự thảo kế hoạch"),
    "plan.decision": _l("Quyết định về một thay đổi của cấp trên"),
    "plan.discard": _l("Bỏ dự thảo bản điều chỉnh"),
    "plan.linked": _l("Ghép mục riêng với mục của cấp trên"),
    "plan.orphan-converted": _l("Chuyển nội dung trên kệ thành mục riêng"),
    "plan.orphan-retired": _l("Cất nội dung trên kệ vào kho lưu"),
    "plan.remark-answered": _l("Trả lời một góp ý về dự thảo"),
    "plan.remind": _l("Nhắc đơn vị về kế hoạch"),
    "plan.revoke": _l("Thu hồi kế hoạch"),
    "plan.takeover": _l("Tiếp nhận bản điều chỉnh của cấp trên"),
    "plan.undone": _l("Hoàn tác một bước tiếp nhận hoặc quyết định"),
    "plan.content-check": _l("Kiểm tra nội dung dự thảo kế hoạch"),
    "plan.format-check": _l("Kiểm tra thể thức dự thảo kế hoạch"),
    "plan.approval-check": _l("Duyệt bản thảo kế hoạch"),
    "plan.receive": _l("Tiếp nhận kế hoạch cấp trên"),
    "plan.open": _l("Xác nhận đã nghiên cứu kế hoạch"),
    "plan.localize": _l("Cụ thể hóa kế hoạch"),
    "plan.header": _l("Sửa phần đầu văn bản kế hoạch"),
    "plan.citation": _l("Sửa căn cứ của kế hoạch"),
    "plan.citation-removed": _l("Bỏ một căn cứ của kế hoạch"),
    "plan.node-added": _l("Thêm mục vào kế hoạch"),
    "plan.node-edited": _l("Sửa mục của kế hoạch"),
    "plan.node-moved": _l("Đổi chỗ mục của kế hoạch"),
    "plan.node-removed": _l("Xóa mục của kế hoạch"),
    "plan.numbering": _l("Đổi kiểu đánh số"),
    "plan.read": _l("Đọc xong tệp kế hoạch"),
    "plan.unreadable": _l("Không đọc được tệp kế hoạch"),
    "plan.reading-corrected": _l("Sửa kết quả đọc tệp kế hoạch"),
    "plan.source-discarded": _l("Bỏ tệp kế hoạch khỏi danh sách"),
    "plan.offered": _l("Cấp trên ban hành bản mới của kế hoạch"),
    "plan.reset": _l("Lấy lại nội dung của cấp trên"),
    "plan.omitted": _l("Không áp dụng một mục kế thừa"),
    "plan.restored": _l("Khôi phục mục kế thừa"),
    "plan.combined": _l("Gộp hai kế hoạch của cấp trên"),
    "plan.amend": _l("Soạn bản điều chỉnh kế hoạch"),
    "plan.issue": _l("Ban hành kế hoạch"),
    "plan.dispatch": _l("Gửi kế hoạch tới đơn vị cấp dưới"),
    "oversight.units": _l("Thêm đơn vị cấp dưới"),
    "units.decide": _l("Quyết định thay đổi đơn vị"),
    "units.answer": _l("Trả lời đề nghị tiếp nhận đơn vị"),
    "units.cancel": _l("Hủy thay đổi đơn vị"),
    "units.write": _l("Ghi thay đổi vào cơ cấu đơn vị"),
    "units.done": _l("Thay đổi đơn vị đã xong"),
    "plan.left": _l("Khép kế hoạch của cấp trên cũ"),
    "article.create": _l("Tạo tin bài"),
    "article.write": _l("Sửa tin bài"),
    "article.submit": _l("Trình duyệt tin bài"),
    "article.vet": _l("Thẩm định tin bài"),
    "article.approve": _l("Phê duyệt tin bài"),
    "article.return": _l("Trả lại tin bài"),
    "article.delete": _l("Xóa bản nháp"),
    "article.reopen": _l("Mở lại tin bài để sửa"),
    "article.conflict": _l("Giữ riêng bản viết cùng lúc"),
    "article.restore": _l("Dùng lại một bản khác của tin bài"),
    "article.keep": _l("Giữ bản hiện có của tin bài"),
    "article.wish": _l("Đề nghị giờ đăng"),
    "media.upload": _l("Tải ảnh lên"),
    "publish.manage": _l("Đăng và gỡ bài"),
    "publish.confirm": _l("Ghi nhận đã phát hoặc đã đăng"),
    "publish.link": _l("Mở hoặc đóng đường dẫn xác nhận"),
    "publish.outcome": _l("Kết quả đăng bài"),
    "publish.freeze": _l("Tạm dừng bài hẹn giờ"),
    "publish.thaw": _l("Gỡ lệnh dừng bài hẹn giờ"),
    "offer.make": _l("Đề nghị đăng cổng cấp trên"),
    "offer.withdraw": _l("Rút đề nghị đăng cổng cấp trên"),
    "offer.answer": _l("Trả lời đề nghị đăng bài"),
    "offer.answered": _l("Cấp trên trả lời đề nghị"),
    "offer.credited": _l("Ghi nhận bài lên cổng cấp trên"),
    "order.issue": _l("Ra lệnh gỡ bài, đính chính"),
    "order.receive": _l("Nhận lệnh gỡ bài, đính chính"),
    "order.item": _l("Ghi kết quả theo lệnh ở một kênh"),
    "order.done": _l("Làm xong lệnh"),
    "order.close": _l("Lệnh đã xong ở mọi đơn vị"),
    "order.lift": _l("Rút lệnh"),
    "order.ended": _l("Lệnh của cấp trên kết thúc"),
    "order.remind": _l("Nhắc thực hiện lệnh"),
    "bulletin.write": _l("Soạn bản tin phát thanh"),
    "bulletin.hand-over": _l("Bàn giao bản tin phát thanh"),
    "bulletin.confirm": _l("Ghi nhận bản tin đã phát hay không"),
    "bulletin.withdraw": _l("Rút lại bản tin phát thanh"),
    "bulletin.link": _l("Mở hoặc đóng đường dẫn xác nhận"),
    "channel.manage": _l("Sửa kênh"),
    "channel.stopped": _l("Kênh dừng, chờ người xử lý"),
    "channel.renewed": _l("Gia hạn kết nối của kênh"),
    "channel.rule": _l("Quyết định kênh được dùng"),
    "notice.aside": _l("Cất thông báo"),
    "audience.add": _l("Thêm người nhận tin"),
    "audience.import": _l("Nhập danh sách người nhận tin"),
    "audience.ask": _l("Hỏi người đăng ký nhận tin"),
    "audience.confirm": _l("Người nhận xác nhận nhận tin"),
    "audience.stop": _l("Thôi gửi cho một người nhận tin"),
    "audience.erase": _l("Xóa dữ liệu người nhận tin"),
    "people.manage": _l("Sửa người dùng và vai trò"),
    "settings.manage": _l("Sửa thiết lập"),
}
"""What an action is called in the log; an action that is missing here is shown by its identifier."""

SUBJECTS = {
    "plan": _l("Kế hoạch"),
    "plan_source": _l("Tệp kế hoạch"),
    "article": _l("Tin bài"),
    "delivery": _l("Đăng bài"),
    "bulletin": _l("Bản tin phát thanh"),
    "channel_account": _l("Kênh"),
    "channel_rule": _l("Kênh được phép dùng"),
    "notice": _l("Thông báo"),
    "offer": _l("Đề nghị"),
    "offer_answer": _l("Trả lời đề nghị"),
    "publishing_hold": _l("Tạm dừng"),
    "content_order": _l("Lệnh"),
    "order_receipt": _l("Lệnh phải làm"),
    "order_item": _l("Kênh trong lệnh"),
    "setting": _l("Cài đặt"),
    "unit": _l("Đơn vị"),
    "unit_change": _l("Thay đổi đơn vị"),
    "subscriber": _l("Người nhận tin"),
    "user": _l("Người dùng"),
}
"""What a kind of subject is called in the log."""


def entries(page: int, per_page: int = 50) -> Pagination:
    """Return one page of the present unit's entries, newest first."""
    return db.paginate(
        select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()),
        page=page,
        per_page=per_page,
        error_out=False,
    )
