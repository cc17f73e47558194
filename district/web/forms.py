"""Forms of the office: the document of a plan, and a new unit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from district.oversight.units import NewUnit
from tenants.plans.values import DocumentFields
from tenants.web.forms.choices import options
from tenants.web.forms.plans import CHANGE_CLASSES, FOLLOW_UPS


class DocumentForm(FlaskForm):  # type: ignore[misc]
    """What turns a draft into a document. What is missing is said by the plan service, so that there is one rule."""

    number = StringField(_l("Số"), [Length(max=20)], render_kw={"autocomplete": "off", "inputmode": "numeric"})
    notation = StringField(_l("Ký hiệu"), [Length(max=60)], render_kw={"autocomplete": "off"})
    document_date = DateField(_l("Ngày ban hành"), [Optional()])
    place = StringField(_l("Địa danh"), [Length(max=120)])
    signer_title = TextAreaField(_l("Chức vụ người ký"), [Length(max=200)])
    signer_name = StringField(_l("Họ tên người ký"), [Length(max=120)])
    note = TextAreaField(_l("Lời nhắn tới các đơn vị"), [Length(max=2000)])

    def fields(self) -> DocumentFields:
        """Return what was typed."""
        return DocumentFields(
            number=self.number.data or "",
            notation=self.notation.data or "",
            document_date=self.document_date.data,
            signer_title=self.signer_title.data or "",
            signer_name=self.signer_name.data or "",
            place=self.place.data or "",
            note=self.note.data or "",
        )


class AmendmentForm(DocumentForm):
    """The document of an amendment, and what kind of change it is."""

    change_class = SelectField(_l("Loại thay đổi"), choices=options(CHANGE_CLASSES.items()))
    acknowledge_by = DateTimeLocalField(_l("Đơn vị xác nhận đã đọc trước"), [Optional()])
    follow_up = SelectField(_l("Loại văn bản"), choices=options(FOLLOW_UPS.items()))
    reason = StringField(_l("Lý do điều chỉnh"), [Length(max=300)])

    def amended(self, acknowledge_by: dt.datetime | None) -> DocumentFields:
        """Return what was typed; ``acknowledge_by`` is a moment in UTC."""
        return replace(
            self.fields(),
            change_class=self.change_class.data or "",
            follow_up=self.follow_up.data or "",
            reason=self.reason.data or "",
            acknowledge_by=acknowledge_by,
        )


class UnitForm(FlaskForm):  # type: ignore[misc]
    """A new unit below the office, with its first leader."""

    type_code = SelectField(_l("Loại đơn vị"), [DataRequired(_l("Hãy chọn loại đơn vị."))])
    name = StringField(_l("Tên đầy đủ"), [DataRequired(_l("Hãy nhập tên đơn vị.")), Length(max=200)])
    short_name = StringField(_l("Tên ngắn"), [Length(max=60)])
    symbol = StringField(_l("Chữ viết tắt trong số, ký hiệu văn bản"), [Length(max=30)])
    place = StringField(_l("Địa danh ghi trên văn bản"), [Length(max=120)])
    slug = StringField(
        _l("Địa chỉ trang"),
        [
            Optional(),
            Length(max=60),
            Regexp(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                message=_l("Địa chỉ chỉ gồm chữ thường không dấu, chữ số và gạch nối, ví dụ mn-hoa-sim."),
            ),
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    superior_id = SelectField(_l("Trực thuộc"), coerce=int)
    leader_name = StringField(
        _l("Họ tên người đứng đầu"), [DataRequired(_l("Hãy nhập họ tên người đứng đầu.")), Length(max=120)]
    )
    leader_sign_in_name = StringField(
        _l("Tên đăng nhập của người đứng đầu"),
        [
            DataRequired(_l("Hãy nhập tên đăng nhập.")),
            Length(min=3, max=120, message=_l("Tên đăng nhập cần từ 3 ký tự trở lên.")),
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )

    def values(self) -> NewUnit:
        """Return what was typed."""
        return NewUnit(
            type_code=self.type_code.data,
            name=" ".join((self.name.data or "").split()),
            short_name=" ".join((self.short_name.data or "").split()),
            slug=(self.slug.data or "").strip(),
            symbol=(self.symbol.data or "").strip(),
            place=" ".join((self.place.data or "").split()),
            superior_id=self.superior_id.data,
            leader_name=self.leader_name.data or "",
            leader_sign_in_name=self.leader_sign_in_name.data or "",
        )
