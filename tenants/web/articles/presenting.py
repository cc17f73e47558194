"""What several pages of articles show: histories in words, differences, plan nodes by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from tenants.accounts import queries as accounts
from tenants.approval import queries as approvals
from tenants.audit import LABELS, AuditEntry
from tenants.content import revisions, states
from tenants.content.article_text import ArticleText
from tenants.content.models import Article, ArticleRevision
from tenants.plans.diff import Segment, word_diff
from tenants.plans.queries import TopicChoice
from tenants.text import fold

LONGEST_COMPARED = 60_000
"""Longest text whose differences are marked word by word, in characters; a longer one is shown without marks."""

NEIGHBOURHOOD = 160
"""How much unchanged text is shown on each side of a change, in characters."""

_TONES = {
    "article.create": ("plus", ""),
    "article.submit": ("send", "info"),
    "article.vet": ("check", "ok"),
    "article.approve": ("approve", "ok"),
    "article.return": ("return", "bad"),
    "article.reopen": ("pencil", "warn"),
    "article.conflict": ("people", "warn"),
    "article.restore": ("history", ""),
    "media.upload": ("image", ""),
}


@dataclass(frozen=True)
class FieldChange:
    """One field of a text before and after, as pieces."""

    label: str
    segments: Sequence[Segment]


def chip(state: str, steps: int) -> str:
    """Return the name under which ``ui.state_chip`` knows a state in a unit with this many approval steps."""
    return states.VETTED if state == states.SUBMITTED and steps == 1 else state


def timeline(entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Return the history of an article for ``ui.timeline``; writing by one person in a row is one line."""
    names = accounts.names([entry.actor_id for entry in entries])
    lines: list[dict[str, Any]] = []
    before: AuditEntry | None = None
    for entry in entries:
        repeated = before is not None and (before.action, before.actor_id) == (entry.action, entry.actor_id)
        if repeated and entry.action in ("article.write", "media.upload"):
            continue
        before = entry
        icon, tone = _TONES.get(entry.action, ("pencil", ""))
        who = names.get(entry.actor_id, "") if entry.actor_id is not None else _("Hệ thống")
        lines.append(
            {
                "title": LABELS.get(entry.action, entry.action),
                "who": who,
                "when": entry.at,
                "text": entry.data.get("remark", ""),
                "icon": icon,
                "tone": tone,
            }
        )
    return lines


def topic_name(revision: ArticleRevision, topics: Iterable[TopicChoice]) -> str:
    """Return the plan node an article serves, in words.

    Args:
        topics: the plan nodes in force.
    """
    if revision.node_id is None:
        if revision.off_plan_reason is None:
            return str(_("Chưa chọn mục kế hoạch"))
        return ": ".join(filter(None, (_("Ngoài kế hoạch"), revision.off_plan_reason)))
    for topic in topics:
        if topic.node_id == revision.node_id:
            return f"{topic.label} {topic.title}".strip()
    return str(_("Mục của kế hoạch đã hết hiệu lực"))


def picture_lines(text: ArticleText) -> str:
    """Return the words that stand with the pictures, one picture a line."""
    return "\n".join(" — ".join(filter(None, (p.alt, p.caption))) for p in text.pictures)


def changes(old: ArticleRevision, new: ArticleRevision) -> list[FieldChange]:
    """Return the fields in which two texts differ, word by word."""
    before, after = revisions.text_of(old), revisions.text_of(new)
    pairs = [
        (_("Tiêu đề"), before.title, after.title),
        (_("Tóm tắt"), before.summary, after.summary),
        (_("Nội dung"), old.body_text, new.body_text),
        (_("Người hoặc việc được nêu gương"), before.role_model_name, after.role_model_name),
        (_("Việc làm"), before.role_model_deed, after.role_model_deed),
        (_("Ảnh: mô tả và chú thích"), picture_lines(before), picture_lines(after)),
    ]
    return [FieldChange(label, _pieces(was, is_now)) for label, was, is_now in pairs if was != is_now]


def _pieces(was: str, is_now: str) -> Sequence[Segment]:
    if len(was) + len(is_now) > LONGEST_COMPARED:
        return [Segment("removed", was), Segment("added", is_now)]
    return [_shortened(piece) if piece.kind == "same" else piece for piece in word_diff(was, is_now)]


def _shortened(piece: Segment) -> Segment:
    """Leave out the middle of a long passage that is the same in both texts."""
    if len(piece.text) <= 3 * NEIGHBOURHOOD:
        return piece
    head = piece.text[:NEIGHBOURHOOD].rpartition(" ")[0]
    tail = piece.text[-NEIGHBOURHOOD:].partition(" ")[2]
    return Segment("same", f"{head} […] {tail}")


def last_remark(article: Article) -> dict[str, Any] | None:
    """Return the remark with which an article was sent back, while it waits for its author; else None."""
    if article.state != states.RETURNED:
        return None
    for review in approvals.reviews_of(article.id):
        if review.remark:
            return {"text": review.remark, "at": review.at, "who": accounts.names([review.by_id])[review.by_id]}
    return None


def searched(text: str) -> str:
    """Return a search as it is repeated in links: trimmed, and empty when nothing in it can be found."""
    return text.strip() if fold(text).strip() else ""
