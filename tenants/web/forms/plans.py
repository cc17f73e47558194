"""Forms for plans, and how their fields become the values the services take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tenants.content.article_text import GENRES
from tenants.plans.nodes import FIELDS, Node, field_value
from tenants.plans.values import CitationValues, DocumentFields, HeaderValues, NodeValues
from tenants.web.forms.choices import options

LEVELS = {
    "preschool": _l("Mầm non"),
    "primary": _l("Tiểu học"),
    "lower_secondary": _l("Trung học cơ sở"),
    "upper_secondary": _l("Trung học phổ thông"),
}
KINDS = {
    "section": _l("Mục"),
    "purpose": _l("Mục đích"),
    "requirement": _l("Yêu cầu"),
    "topic": _l("Nội dung trọng tâm"),
    "channel": _l("Kênh truyền thông"),
    "quota": _l("Chỉ tiêu"),
    "task": _l("Nhiệm vụ, phân công"),
    "basis": _l("Căn cứ"),
    "closing": _l("Phần kết"),
}
PERIOD_KINDS = {"school_year": _l("Năm học"), "year": _l("Năm"), "phase": _l("Giai đoạn")}
QUOTA_PERIODS = {
    "month": _l("mỗi tháng"),
    "quarter": _l("mỗi quý"),
    "semester": _l("mỗi học kỳ"),
    "year": _l("mỗi năm học"),
}
POLICIES = {"default": _l("Mặc định, được điều chỉnh"), "locked": _l("Khóa"), "free": _l("Tự do")}
FIELD_LABELS = {
    "title": _l("Tiêu đề"),
    "body": _l("Nội dung"),
    "owners": _l("Người, bộ phận thực hiện"),
    "audience": _l("Đối tượng"),
    "levels": _l("Cấp học"),
    "channels": _l("Kênh truyền thông"),
    "due": _l("Thời hạn"),
    "quota": _l("Chỉ tiêu"),
    "policies": _l("Quyền điều chỉnh"),
    "mandatory": _l("Bắt buộc"),
}
STYLES = {
    "number": _l("1, 2, 3"),
    "letter": _l("a, b, c"),
    "dash": _l("gạch đầu dòng"),
    "plus": _l("dấu cộng"),
    "none": _l("không đánh số"),
}
DOC_TYPES = (
    "Kế hoạch", "Quyết định", "Hướng dẫn", "Công văn", "Chỉ thị", "Nghị quyết", "Nghị định", "Thông tư", "Luật",
    "Chương trình",
)  # fmt: skip
CHANGE_CLASSES = {
    "wording": _l("Sửa lỗi chính tả"),
    "content": _l("Thay đổi nội dung"),
    "urgent": _l("Khẩn, cần xác nhận đã đọc"),
}
"""What kind of change an amendment is, for those who build on the plan."""
FOLLOW_UPS = {
    "adjust": _l("Kế hoạch điều chỉnh"),
    "supplement": _l("Kế hoạch bổ sung"),
    "replace": _l("Kế hoạch thay thế, in lại toàn bộ"),
    "correct": _l("Công văn đính chính"),
}
"""The document an amendment is issued as; thu hồi has a page of its own."""
SUBJECTS = {"": _l("Bài viết nào cũng tính"), "role_model": _l("Chỉ tính gương người tốt, việc tốt")}

_ONE_A_LINE = _l("Mỗi dòng một tên.")


class DayField(DateField):
    """A calendar day, with a refusal people can read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; an unreadable one is refused in Vietnamese."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(self.gettext(str(_l("Ngày chưa đúng. Hãy chọn ngày, tháng, năm.")))) from None


class CheckboxesField(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _levels_field(label: Any) -> CheckboxesField:
    return CheckboxesField(label, choices=options(LEVELS.items()), validate_choice=False)


class NewPlanForm(FlaskForm):  # type: ignore[misc]
    subject = StringField(
        _l("Tên kế hoạch (trích yếu)"),
        [DataRequired(_l("Hãy nhập tên kế hoạch, ví dụ: Truyền thông giáo dục năm học 2026-2027.")), Length(max=500)],
        render_kw={"autocomplete": "off"},
    )
    period_kind = SelectField(_l("Kế hoạch cho"), choices=options(PERIOD_KINDS.items()))
    starts_on = DayField(_l("Từ ngày"), [Optional()])
    ends_on = DayField(_l("Đến ngày"), [Optional()])
    levels = _levels_field(_l("Áp dụng cho cấp học"))


class UploadForm(FlaskForm):  # type: ignore[misc]
    file = FileField(_l("Tệp kế hoạch"), render_kw={"accept": ".docx,.doc,.pdf,.txt"})
    pasted = TextAreaField(_l("Hoặc dán toàn văn kế hoạch"))


class HeaderForm(FlaskForm):  # type: ignore[misc]
    subject = StringField(_l("Tên kế hoạch (trích yếu)"), [DataRequired(_l("Hãy nhập tên kế hoạch.")), Length(max=500)])
    period_kind = SelectField(_l("Kế hoạch cho"), choices=options(PERIOD_KINDS.items()))
    starts_on = DayField(_l("Từ ngày"), [Optional()])
    ends_on = DayField(_l("Đến ngày"), [Optional()])
    levels = _levels_field(_l("Áp dụng cho cấp học"))
    number = StringField(_l("Số"), render_kw={"inputmode": "numeric", "autocomplete": "off"})
    notation = StringField(_l("Ký hiệu"), render_kw={"autocomplete": "off", "placeholder": "KH-MNHS"})
    place = StringField(_l("Địa danh"))
    document_date = DayField(_l("Ngày ban hành"), [Optional()])
    signer_title = TextAreaField(_l("Chức vụ người ký"))
    signer_name = StringField(_l("Họ tên người ký"))
    introduction = TextAreaField(_l("Lời dẫn"))
    recipients = TextAreaField(_l("Nơi nhận"))
    seen = HiddenField()


class CitationForm(FlaskForm):  # type: ignore[misc]
    doc_type = StringField(_l("Loại văn bản"), render_kw={"list": "doc-types"})
    number = StringField(_l("Số"))
    notation = StringField(_l("Ký hiệu"), render_kw={"placeholder": "KH-SGDĐT"})
    issued_on = DayField(_l("Ngày ban hành"), [Optional()])
    issuer = StringField(_l("Cơ quan ban hành"))
    subject = TextAreaField(_l("Về việc"))


class NodeForm(FlaskForm):  # type: ignore[misc]
    kind = SelectField(_l("Loại mục"), choices=options(KINDS.items()))
    title = TextAreaField(_l("Tiêu đề hoặc câu chính"))
    body = TextAreaField(_l("Nội dung chi tiết"))
    owners = TextAreaField(_l("Người, bộ phận thực hiện"), description=_ONE_A_LINE)
    audience = TextAreaField(_l("Đối tượng"), description=_ONE_A_LINE)
    channels = TextAreaField(_l("Kênh truyền thông"), description=_ONE_A_LINE)
    levels = _levels_field(_l("Chỉ dành cho cấp học"))
    due_from = DayField(_l("Từ ngày"), [Optional()])
    due_to = DayField(_l("Đến hạn ngày"), [Optional()])
    quota_count = IntegerField(_l("Số lượng"), [Optional(), NumberRange(1, 999, _l("Số lượng từ 1 đến 999."))])
    quota_period = SelectField(_l("Kỳ"), choices=options(QUOTA_PERIODS.items()), validate_choice=False)
    quota_genre = SelectField(_l("Thể loại"), validate_choice=False)
    quota_subject = SelectField(_l("Bài được tính"), choices=options(SUBJECTS.items()), validate_choice=False)
    quota_floor = IntegerField(_l("Đơn vị dưới không được thấp hơn"), [Optional()])
    quota_ceiling = IntegerField(_l("Đơn vị dưới không được cao hơn"), [Optional()])
    mandatory = BooleanField(_l("Bắt buộc: đơn vị dưới không được bỏ mục này"))
    reason = StringField(_l("Lý do điều chỉnh (cấp trên xem được)"))
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quota_genre.choices = options([("", _l("Thể loại nào cũng tính")), *GENRES.items()])


for _name in FIELDS:
    setattr(
        NodeForm,
        f"policy_{_name}",
        SelectField(FIELD_LABELS[_name], choices=options(POLICIES.items()), default="default"),
    )


class IssueForm(FlaskForm):  # type: ignore[misc]
    number = StringField(_l("Số"), render_kw={"inputmode": "numeric", "autocomplete": "off"})
    notation = StringField(_l("Ký hiệu"), render_kw={"autocomplete": "off"})
    document_date = DayField(_l("Ngày ban hành"), [Optional()])
    place = StringField(_l("Địa danh"))
    signer_title = TextAreaField(_l("Chức vụ người ký"))
    signer_name = StringField(_l("Họ tên người ký"))


class NextIssueForm(IssueForm):
    """The document of a later version: also what kind of change it is, and the kind of document that carries it."""

    change_class = SelectField(_l("Loại thay đổi"), choices=options(CHANGE_CLASSES.items()))
    follow_up = SelectField(_l("Loại văn bản"), choices=options(FOLLOW_UPS.items()))
    reason = StringField(_l("Lý do điều chỉnh"), [Length(max=300)])


class ReadingForm(FlaskForm):  # type: ignore[misc]
    """What was read of the header of a file."""

    title = TextAreaField(_l("Tên kế hoạch (trích yếu)"))
    number = StringField(_l("Số"))
    symbol = StringField(_l("Ký hiệu"))
    date = DayField(_l("Ngày ban hành"), [Optional()])
    place = StringField(_l("Địa danh"))
    introduction = TextAreaField(_l("Lời dẫn và căn cứ"))
    signer_title = TextAreaField(_l("Chức vụ người ký"))
    signer_name = StringField(_l("Họ tên người ký"))
    recipients = TextAreaField(_l("Nơi nhận"), description=_ONE_A_LINE)


class ReadNodeForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField(_l("Nội dung mục"))
    kind = SelectField(_l("Loại mục"), choices=options(KINDS.items()))
    owners = TextAreaField(_l("Người, bộ phận thực hiện"), description=_ONE_A_LINE)
    seen = HiddenField()


def as_lines(items: Iterable[str]) -> str:
    """Return a list as it is shown in a text area."""
    return "\n".join(items)


def from_lines(text: str | None) -> tuple[str, ...]:
    """Return the lines of a text area that say something."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


_HEADER = tuple(HeaderValues.__dataclass_fields__)


def header_data(values: HeaderValues) -> dict[str, Any]:
    """Return what a header form shows."""
    return {
        **{name: getattr(values, name) for name in _HEADER if name not in ("introduction", "recipients")},
        "introduction": as_lines(values.introduction),
        "recipients": as_lines(values.recipients),
    }


def header_values(form: HeaderForm) -> HeaderValues:
    """Return the header as typed."""
    return HeaderValues(
        subject=form.subject.data or "",
        period_kind=form.period_kind.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        levels=tuple(form.levels.data or ()),
        number=form.number.data or "",
        notation=form.notation.data or "",
        place=form.place.data or "",
        document_date=form.document_date.data,
        signer_title=form.signer_title.data or "",
        signer_name=form.signer_name.data or "",
        introduction=from_lines(form.introduction.data),
        recipients=from_lines(form.recipients.data),
    )


def citation_values(form: CitationForm) -> CitationValues:
    """Return a basis as typed."""
    return CitationValues(
        doc_type=form.doc_type.data or "",
        number=form.number.data,
        notation=form.notation.data,
        issued_on=form.issued_on.data,
        issuer=form.issuer.data,
        subject=form.subject.data,
    )


def document_fields(form: IssueForm) -> DocumentFields:
    """Return the document's own fields as typed."""
    fields = DocumentFields(
        number=form.number.data or "",
        notation=form.notation.data or "",
        document_date=form.document_date.data,
        signer_title=form.signer_title.data or "",
        signer_name=form.signer_name.data or "",
        place=form.place.data or "",
    )
    if not isinstance(form, NextIssueForm):
        return fields
    return replace(
        fields,
        change_class=form.change_class.data or "",
        follow_up=form.follow_up.data or "",
        reason=form.reason.data or "",
    )


def node_data(node: Node) -> dict[str, Any]:
    """Return what a node form shows."""
    quota = node.quota or {}
    return {
        "kind": node.kind,
        "title": node.title,
        "body": node.body,
        "owners": as_lines(node.owners),
        "audience": as_lines(node.audience),
        "channels": as_lines(node.channels),
        "levels": list(node.levels),
        "due_from": node.due_from,
        "due_to": node.due_to,
        "mandatory": node.mandatory,
        **{f"quota_{name}": quota.get(name) for name in ("count", "floor", "ceiling")},
        **{f"quota_{name}": quota.get(name) or "" for name in ("period", "genre", "subject")},
        **{f"policy_{name}": node.policy(name) for name in FIELDS},
    }


def typed_quota(form: NodeForm) -> dict[str, Any] | None:
    """Return the quota as typed; None when no count was given."""
    if form.quota_count.data is None:
        return None
    return {
        "count": form.quota_count.data,
        "period": form.quota_period.data or "month",
        "genre": form.quota_genre.data or None,
        "subject": form.quota_subject.data or None,
        "floor": form.quota_floor.data,
        "ceiling": form.quota_ceiling.data,
    }


def node_values(form: NodeForm) -> NodeValues:
    """Return an own node as typed."""
    return NodeValues(
        title=form.title.data or "",
        body=form.body.data or "",
        kind=form.kind.data,
        owners=from_lines(form.owners.data),
        audience=from_lines(form.audience.data),
        levels=tuple(form.levels.data or ()),
        channels=from_lines(form.channels.data),
        due_from=form.due_from.data,
        due_to=form.due_to.data,
        quota=typed_quota(form),
        policies=typed_policies(form),
        mandatory=form.mandatory.data,
    )


def typed_policies(form: NodeForm) -> dict[str, str]:
    """Return the policies as typed; "default" ones are left out."""
    chosen = {name: form[f"policy_{name}"].data for name in FIELDS}
    return {name: policy for name, policy in chosen.items() if policy and policy != "default"}


_PARTS = {"due_from": "due", "due_to": "due", "quota_count": "quota"}


def adapted_values(form: NodeForm, posted: MultiDict[str, str], base: Node, *, governs: bool) -> dict[str, Any]:
    """Return the fields of an inherited node as typed, in their stored form.

    A field that the page did not show is left out, unless somebody sent it all the same: the service decides on it.

    Args:
        posted: the form as sent; ``shown`` in it names the fields the page offered.
        governs: whether the unit has units below it and may tighten the rules.
    """
    wanted = {_PARTS.get(name, name) for name in posted if _PARTS.get(name, name) in FIELDS}
    wanted |= set(posted.getlist("shown")) & set(FIELDS)
    readers: dict[str, Any] = {
        "title": lambda: form.title.data or "",
        "body": lambda: form.body.data or "",
        "owners": lambda: list(from_lines(form.owners.data)),
        "audience": lambda: list(from_lines(form.audience.data)),
        "levels": lambda: list(form.levels.data or ()),
        "channels": lambda: list(from_lines(form.channels.data)),
        "due": lambda: {"from": _iso(form.due_from.data), "to": _iso(form.due_to.data)},
        "quota": lambda: _adapted_quota(form, posted, base),
    }
    values = {name: readers[name]() for name in FIELDS if name in wanted}
    if governs:
        values["policies"] = {**base.policies, **typed_policies(form)}
        values["mandatory"] = base.mandatory or bool(form.mandatory.data)
    return values


def _adapted_quota(form: NodeForm, posted: MultiDict[str, str], base: Node) -> dict[str, Any] | None:
    """The quota as typed; parts the page did not ask for stay as the superior gave them."""
    typed = typed_quota(form)
    if typed is None:
        return None
    given = field_value(base, "quota") or {}
    kept = {name: part for name, part in given.items() if f"quota_{name}" not in posted}
    return {**typed, **kept}


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
