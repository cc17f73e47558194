"""Asking for deliveries, changing one's mind about them, taking published items down."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import select

from channel_plugins import Channel, Payload, Post
from channel_plugins.values import thaw
from tenants import audit, clock
from tenants.content import queries as content
from tenants.content import revisions
from tenants.content import states as article_states
from tenants.content.models import Article, ArticleRevision
from tenants.db import db
from tenants.errors import Refused
from tenants.publishing import environment, holds, outcome, outlets, policy, postponing, posts, render, states
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.text import nfc

ensure_default_accounts = outlets.ensure_default_accounts
preview = posts.preview
check_article = posts.check_article

FURTHEST = dt.timedelta(days=366)
LATE = dt.timedelta(minutes=5)
"""A time that has passed by no more than this still means "now": whoever fills in a form is slower than the
clock."""


def plan_delivery(
    article_id: int,
    account_id: int,
    when: dt.datetime | None,
    actor_id: int | None,
    *,
    despite_quiet: bool = False,
) -> Delivery:
    """Ask for the approved text of an article on one outlet. Asking again gives the same delivery.

    A newer approved text of an article that stands on the outlet already replaces it there instead of being posted
    beside it.

    Args:
        when: an aware moment; None means now.
        despite_quiet: a person wants it sent in quiet hours too; else it waits for their end.

    Raises:
        NotFound: no such article or outlet.
        Refused: "not-approved", "account-off", "account-paused", "channel-forbidden", "past", "too-far",
            "channel-problems"
            (``data["problems"]``),
            "retracted", "still-open", "cannot-edit", "frozen", "under-order". Nothing was stored.
    """
    article = revisions.locked_article(article_id)
    revision = _deliverable(article)
    holds.refuse(revision)
    account = _usable(account_id)
    channel = outlets.channel_named(account.channel)
    due = _moment(when)
    present = _of_revision(revision.id, account.id)
    if present is not None and not states.renewable(present.state, present.wanted):
        return _asked_again(present, due, actor_id, despite_quiet)
    replaces = _standing_before(article, revision, account, channel)
    post = posts.post_of(article, revision, due)
    _refuse_problems(channel, post, account)
    payload = channel.render(post, posts.account_value(account, channel))
    delivery = present or _new(article, revision, account, due, actor_id)
    _schedule(delivery, payload, replaces, due, despite_quiet)
    db.session.flush()
    _cancel_outdated(article, revision, account.id, actor_id)
    outcome.set_going(delivery)
    if due > clock.now():
        outcome.move_article(article, article_states.SCHEDULE)
    audit.record(
        "publish.manage",
        "delivery",
        delivery.id,
        actor_id,
        article=article.id,
        channel=account.channel,
        at=due.isoformat(),
    )
    return delivery


def _schedule(
    delivery: Delivery, payload: Payload, replaces: Delivery | None, due: dt.datetime, despite_quiet: bool
) -> None:
    """Let a delivery begin, or begin anew, with a freshly rendered payload."""
    delivery.state = states.SCHEDULED
    delivery.wanted = states.PUBLISH if replaces is None else states.EDIT
    delivery.replaces_id = None if replaces is None else replaces.id
    delivery.scheduled_at = delivery.next_at = due
    delivery.tries = delivery.checks = 0
    delivery.sentence = delivery.next_step = delivery.hold_id = None
    delivery.payload, delivery.payload_hash = thaw(payload.data), payload.content_hash
    delivery.artefacts = []
    delivery.at_once = despite_quiet
    postponing.out_of_quiet_hours(delivery)


def cancel(delivery_id: int, actor_id: int) -> Delivery:
    """Take back a delivery that has not begun.

    Raises:
        NotFound: no such delivery.
        Refused: "too-late": something was sent already.
    """
    delivery = outcome.locked(delivery_id)
    article = revisions.locked_article(delivery.article_id)
    if delivery.state != states.SCHEDULED:
        raise Refused(
            "too-late",
            _("Bài không còn ở trạng thái chờ gửi nên không hủy được. Hãy tải lại trang để xem tình trạng mới nhất."),
        )
    outcome.end_without_sending(delivery, _("Đã hủy theo yêu cầu. Chưa có gì được gửi lên kênh."))
    outcome.unschedule(article)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, cancelled=True)
    return delivery


def retry(delivery_id: int, actor_id: int) -> Delivery:
    """Try once more what failed or waited for a person, with the settings of the outlet as they are now.

    Raises:
        NotFound: no such delivery.
        Refused: see ``plan_delivery``; "not-stopped" when it did not stop.
    """
    delivery = outcome.locked(delivery_id)
    if delivery.state == states.NEEDS_PERSON and delivery.wanted == states.RETRACT:
        delivery.state, delivery.next_at = states.SENDING, clock.now()
        delivery.tries = delivery.checks = 0
        delivery.sentence = delivery.next_step = None
        outcome.set_going(delivery)
        audit.record("publish.manage", "delivery", delivery.id, actor_id, retried=states.RETRACT)
        return delivery
    if _may_go_on(delivery):
        return _go_on(delivery, actor_id)
    if not states.renewable(delivery.state, delivery.wanted):
        raise Refused(
            "not-stopped", _("Bài này không dừng vì lỗi nên không cần gửi lại. Hãy tải lại trang để xem tình trạng.")
        )
    article = content.get_article(delivery.article_id)
    if article.approved_revision_id != delivery.revision_id:
        raise _outdated()
    return plan_delivery(delivery.article_id, delivery.account_id, None, actor_id)


def _may_go_on(delivery: Delivery) -> bool:
    return delivery.state == states.UNCONFIRMED and delivery.next_at is None and states.accepted(delivery.receipt)


def _go_on(delivery: Delivery, actor_id: int) -> Delivery:
    """Follow up what the outlet has accepted, after the program had stopped at it; nothing is sent a second time."""
    article = revisions.locked_article(delivery.article_id)
    revision = _deliverable(article)
    if revision.id != delivery.revision_id:
        raise _outdated()
    holds.refuse(revision)
    _usable(delivery.account_id)
    delivery.state, delivery.next_at = states.SENDING, clock.now()
    delivery.checks = 0
    delivery.sentence = delivery.next_step = None
    outcome.set_going(delivery)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, retried=states.LOOK_UP)
    return delivery


def retract(delivery_id: int, reason: str, actor_id: int) -> Delivery:
    """Take a published item down. It disappears from our own site at once, elsewhere as soon as the outlet has
    done it.

    Raises:
        NotFound: no such delivery.
        Refused: "no-reason", "not-published", "cannot-retract".
    """
    delivery = outcome.locked(delivery_id)
    channel = outlets.channel_named(delivery.channel)
    if not reason.strip():
        raise Refused("no-reason", _("Hãy ghi lý do gỡ bài. Bài vẫn đang hiện trên kênh."))
    if delivery.state != states.PUBLISHED:
        raise Refused("not-published", _("Bài không đang hiện trên kênh này nên không có gì để gỡ."))
    if not channel.limits.can_retract:
        raise Refused(
            "cannot-retract",
            _(
                "Kênh «%(channel)s» không cho gỡ bài qua hệ thống. Hãy báo người phụ trách kênh gỡ bài, rồi ghi nhận "
                "ở trang này.",
                channel=channel.info.label,
            ),
        )
    delivery.state, delivery.wanted, delivery.next_at = states.SENDING, states.RETRACT, clock.now()
    delivery.tries = delivery.checks = 0
    delivery.retract_reason = nfc(reason).strip()
    delivery.sentence = _("Đang gỡ bài khỏi kênh.")
    outcome.set_going(delivery)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, retract=delivery.retract_reason)
    return delivery


def may_retry(delivery: Delivery) -> bool:
    """Return whether ``retry`` is offered to people for a delivery."""
    if delivery.state == states.NEEDS_PERSON and delivery.wanted == states.RETRACT:
        return True
    again = states.renewable(delivery.state, delivery.wanted) and delivery.state != states.CANCELLED
    return again or _may_go_on(delivery)


def _outdated() -> Refused:
    return Refused("outdated", _("Bài đã được sửa sau lần gửi này. Hãy duyệt bản mới rồi đăng từ trang của bài."))


def _deliverable(article: Article) -> ArticleRevision:
    revision = content.approved_revision(article)
    if revision is None or article.state not in article_states.DELIVERABLE:
        raise Refused(
            "not-approved",
            _("Bài chưa được phê duyệt nên chưa đăng được. Hãy trình duyệt bài trước; nội dung vẫn được giữ nguyên."),
        )
    return revision


def _usable(account_id: int) -> ChannelAccount:
    account = outlets.get_account(account_id)
    if not account.enabled:
        raise Refused("account-off", _("Kênh «%(name)s» đang tắt. Hãy bật kênh rồi đăng lại.", name=account.label))
    if account.paused_reason:
        raise Refused("account-paused", account.paused_reason)
    policy.refuse_forbidden(account.channel)
    return account


def _moment(when: dt.datetime | None) -> dt.datetime:
    now = clock.now()
    if when is None:
        return now
    if when < now - LATE:
        raise Refused("past", _("Giờ hẹn đã qua. Hãy chọn một giờ sau bây giờ, hoặc chọn đăng ngay."))
    if when > now + FURTHEST:
        raise Refused("too-far", _("Giờ hẹn quá xa. Hãy chọn trong vòng một năm tới."))
    return max(when, now)


def _of_revision(revision_id: int, account_id: int) -> Delivery | None:
    return db.session.scalar(
        select(Delivery).where(Delivery.revision_id == revision_id, Delivery.account_id == account_id).with_for_update()
    )


def _asked_again(delivery: Delivery, due: dt.datetime, actor_id: int | None, despite_quiet: bool) -> Delivery:
    if delivery.state == states.RETRACTED:
        raise Refused(
            "retracted",
            _("Bản này đã được gỡ khỏi kênh. Muốn đăng lại, hãy mở bài để sửa rồi trình duyệt bản mới."),
        )
    if delivery.state == states.SCHEDULED and delivery.tries == 0 and delivery.scheduled_at != due:
        delivery.scheduled_at = delivery.next_at = due
        delivery.at_once, delivery.sentence, delivery.next_step = despite_quiet, None, None
        postponing.out_of_quiet_hours(delivery)
        # The waiting job is brought forward; one that comes too early sees the new time and waits on.
        outcome.set_going(delivery)
        audit.record("publish.manage", "delivery", delivery.id, actor_id, at=due.isoformat())
    return delivery


def _standing_before(
    article: Article, revision: ArticleRevision, account: ChannelAccount, channel: Channel
) -> Delivery | None:
    """Return the delivery of an earlier text that stands on the outlet and is to be replaced."""
    rows = (
        select(Delivery)
        .where(
            Delivery.article_id == article.id,
            Delivery.account_id == account.id,
            Delivery.revision_id != revision.id,
            Delivery.state.in_((*states.STANDING, states.SENDING, states.UNCONFIRMED)),
        )
        .order_by(Delivery.id.desc())
        .with_for_update()
    )
    before = db.session.scalars(rows).first()
    if before is None:
        return None
    if before.state not in states.STANDING:
        raise Refused(
            "still-open",
            _(
                "Bản trước của bài trên kênh «%(name)s» chưa rõ kết quả. Hãy xử lý bản đó trước khi đăng bản mới.",
                name=account.label,
            ),
        )
    if not channel.limits.can_edit:
        raise Refused(
            "cannot-edit",
            _(
                "Kênh «%(name)s» không cho sửa bài đã đăng. Hãy gỡ bản cũ rồi đăng bản mới.",
                name=account.label,
            ),
        )
    return before


def _refuse_problems(channel: Channel, post: Post, account: ChannelAccount) -> None:
    found = [
        problem for problem in channel.check(post, posts.account_value(account, channel)) if problem.severity == "error"
    ]
    if found:
        raise Refused(
            "channel-problems",
            _("Kênh «%(name)s» chưa nhận được bài:", name=account.label)
            + " "
            + " ".join(problem.sentence for problem in found),
            {"problems": [{"code": p.code, "field": p.field, "sentence": p.sentence} for p in found]},
        )


def _new(
    article: Article, revision: ArticleRevision, account: ChannelAccount, due: dt.datetime, actor_id: int | None
) -> Delivery:
    delivery = Delivery(
        article_id=article.id,
        revision_id=revision.id,
        account_id=account.id,
        channel=account.channel,
        key=render.delivery_key(environment.own_unit(), revision, account.id),
        scheduled_at=due,
        title=revision.title,
        genre=revision.genre,
        node_id=revision.node_id,
        role_model=bool(revision.role_model_name) or revision.genre == "role_model",
        asked_by=actor_id,
        asked_at=clock.now(),
    )
    db.session.add(delivery)
    return delivery


def _cancel_outdated(article: Article, revision: ArticleRevision, account_id: int, actor_id: int | None) -> None:
    rows = select(Delivery).where(
        Delivery.article_id == article.id,
        Delivery.account_id == account_id,
        Delivery.revision_id != revision.id,
        Delivery.state == states.SCHEDULED,
    )
    for outdated in db.session.scalars(rows):
        outcome.end_without_sending(outdated, _("Đã hủy vì bài có bản mới hơn được hẹn đăng."))
        audit.record("publish.manage", "delivery", outdated.id, actor_id, cancelled=True)
