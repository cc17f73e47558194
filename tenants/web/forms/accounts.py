"""Forms for signing in, one's own account and the people of a unit."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tenants.accounts.service import MIN_PASSWORD


class SignInForm(FlaskForm):  # type: ignore[misc]
    sign_in_name = StringField(
        _l("Tên đăng nhập"),
        [DataRequired(_l("Hãy nhập tên đăng nhập.")), Length(max=120)],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(
        _l("Mật khẩu"),
        [DataRequired(_l("Hãy nhập mật khẩu.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    remember = BooleanField(_l("Giữ đăng nhập trên máy này"))


class PasswordForm(FlaskForm):  # type: ignore[misc]
    old_password = PasswordField(
        _l("Mật khẩu hiện tại"),
        [DataRequired(_l("Hãy nhập mật khẩu hiện tại."))],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = PasswordField(
        _l("Mật khẩu mới"),
        [
            DataRequired(_l("Hãy nhập mật khẩu mới.")),
            Length(min=MIN_PASSWORD, max=200, message=_l("Mật khẩu cần từ 10 đến 200 ký tự.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        [EqualTo("new_password", _l("Hai lần nhập mật khẩu mới chưa giống nhau."))],
        render_kw={"autocomplete": "new-password"},
    )


class TokenForm(FlaskForm):  # type: ignore[misc]
    label = StringField(
        _l("Dùng cho việc gì"), [DataRequired(_l("Hãy ghi khóa này dùng cho việc gì.")), Length(max=80)]
    )


class PersonForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        _l("Họ và tên"),
        [DataRequired(_l("Hãy nhập họ và tên.")), Length(max=120)],
        render_kw={"autocomplete": "off"},
    )
    sign_in_name = StringField(
        _l("Tên đăng nhập"),
        [
            DataRequired(_l("Hãy nhập tên đăng nhập.")),
            Length(min=3, max=120, message=_l("Tên đăng nhập cần từ 3 ký tự trở lên.")),
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    email = EmailField(_l("Thư điện tử"), [Optional(), Length(max=200)])
    roles = SelectMultipleField(
        _l("Vai trò"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_l("Hãy chọn ít nhất một vai trò."))],
    )
