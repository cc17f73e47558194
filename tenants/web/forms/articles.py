"""Forms for articles. A draft may be incomplete, so only beginning one checks anything; the service checks the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from tenants.content.article_text import GENRES, MAX_TITLE
from tenants.plans.queries import TopicChoice

OUTSIDE = "outside"
"""The choice "Ngoài kế hoạch"; no node has this id."""


class BeginForm(FlaskForm):  # type: ignore[misc]
    title = StringField(
        _l("Tiêu đề"),
        [
            DataRequired(_l("Hãy nhập tiêu đề; sau này vẫn sửa được.")),
            Length(max=MAX_TITLE, message=_l("Tiêu đề dài nhất 200 ký tự.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    genre = SelectField(_l("Thể loại"))
    node = SelectField(_l("Bài phục vụ mục nào của kế hoạch"), validate_choice=False)
    off_plan_reason = StringField(_l("Lý do đăng ngoài kế hoạch"))


class ArticleForm(FlaskForm):  # type: ignore[misc]
    title = StringField(_l("Tiêu đề"), render_kw={"autocomplete": "off"})
    summary = TextAreaField(_l("Tóm tắt"))
    body_html = TextAreaField(_l("Nội dung"))
    genre = SelectField(_l("Thể loại"), validate_choice=False)
    node = SelectField(_l("Bài phục vụ mục nào của kế hoạch"), validate_choice=False)
    off_plan_reason = StringField(_l("Lý do đăng ngoài kế hoạch"))
    role_model_name = StringField(_l("Người hoặc việc được nêu gương"), render_kw={"autocomplete": "off"})
    role_model_deed = TextAreaField(_l("Việc làm đáng nêu gương"))
    head_revision_id = HiddenField()
    saves = HiddenField()
    page = HiddenField()


def offer_choices(
    form: BeginForm | ArticleForm, topics: Iterable[TopicChoice], present: tuple[str, str] | None = None
) -> None:
    """Give a form its genres and the plan nodes in force, grouped by section.

    Args:
        present: (node id, name) of the node the article has already, offered even when it is no longer in force.
    """
    topics = list(topics)
    several = len({topic.plan_id for topic in topics}) > 1
    form.genre.choices = [(code, str(label)) for code, label in GENRES.items()]
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    groups[_("Chung")] = [("", _("Chưa chọn")), (OUTSIDE, _("Ngoài kế hoạch"))]
    known = set()
    for topic in topics:
        known.add(topic.node_id)
        groups[_section(topic, several)].append((topic.node_id, _shortened(f"{topic.label} {topic.title}".strip())))
    if present is not None and present[0] not in known:
        groups[_("Chung")].append(present)
    form.node.choices = dict(groups)


def _section(topic: TopicChoice, several: bool) -> str:
    plan = topic.plan_subject if several else ""
    return _shortened(": ".join(filter(None, (plan, topic.path)))) or str(_("Kế hoạch"))


def _shortened(text: str, most: int = 90) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
