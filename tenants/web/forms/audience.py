"""Forms for the list of people who get letters."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, EmailField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

_SOURCE = _l("Hãy ghi người nhận đã đồng ý bằng cách nào.")


class SubscriberForm(FlaskForm):  # type: ignore[misc]
    address = EmailField(
        _l("Địa chỉ thư"),
        [DataRequired(_l("Hãy nhập địa chỉ thư.")), Length(max=254)],
        render_kw={"autocomplete": "off"},
    )
    name = StringField(_l("Họ tên"), [Optional(), Length(max=200)], render_kw={"autocomplete": "off"})
    organisation = StringField(_l("Cơ quan"), [Optional(), Length(max=200)], render_kw={"autocomplete": "off"})
    source = StringField(_l("Đã đồng ý bằng cách nào"), [DataRequired(_SOURCE), Length(max=500)])
    on = DateField(_l("Ngày đồng ý"), [DataRequired(_l("Hãy chọn ngày đồng ý."))])


class ImportForm(FlaskForm):  # type: ignore[misc]
    file = FileField(_l("Tệp danh sách (.csv, .txt)"))
    text = TextAreaField(_l("Hoặc dán danh sách vào đây"), [Optional(), Length(max=400_000)])
    source = StringField(_l("Đã đồng ý bằng cách nào"), [DataRequired(_SOURCE), Length(max=500)])
    on = DateField(_l("Ngày đồng ý"), [DataRequired(_l("Hãy chọn ngày đồng ý."))])
    agreed = BooleanField(
        _l("Mọi người trong danh sách này đã đồng ý nhận thư của đơn vị"),
        [DataRequired(_l("Chỉ nhập những người đã đồng ý; im lặng không phải là đồng ý."))],
    )
