"""Asking for deliveries, changing one's mind about them, and saying how a doubtful one ended."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import select

from channel_plugins import Account, Channel, Payload, Post, Preview, Problem, Receipt
from channel_plugins.values import thaw
from tenants import audit, clock
from tenants.accounts import queries as people
from tenants.content import queries as content
from tenants.content import revisions
from tenants.content import states as article_states
from tenants.content.models import Article, ArticleRevision
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.publishing import environment, outlets, render, states
from tenants.publishing.models import Attempt, ChannelAccount, Delivery
from tenants.scope import current, get_own
from tenants.text import nfc

FURTHEST = dt.timedelta(days=366)
ensure_default_accounts = outlets.ensure_default_accounts

LATE = dt.timedelta(minutes=5)
"""A time that has passed by no more than this still means "now": whoever fills in a form is slower than the
clock."""


def plan_delivery(article_id: int, account_id: int, when: dt.datetime | None, actor_id: int | None) -> Delivery:
    """Ask for the approved text of an article on one outlet. Asking again gives the same delivery.

    A newer approved text of an article that stands on the outlet already replaces it there instead of being posted
    beside it.

    Args:
        when: an aware moment; None means now.

    Raises:
        NotFound: no such article or outlet.
        Refused: "not-approved", "account-off", "account-paused", "past", "too-far", "channel-problems"
            (``data["problems"]``),
            "retracted", "still-open", "cannot-edit". Nothing was stored.
    """
    article = revisions.locked_article(article_id)
    revision = _deliverable(article)
    account = _usable(account_id)
    channel = outlets.channel_named(account.channel)
    due = _moment(when)
    present = _of_revision(revision.id, account.id)
    if present is not None and not states.renewable(present.state, present.wanted):
        return _asked_again(present, due, actor_id)
    replaces = _standing_before(article, revision, account, channel)
    post = post_of(article, revision, due)
    _refuse_problems(channel, post, account)
    payload = channel.render(post, account_value(account, channel))
    delivery = present or _new(article, revision, account, due, actor_id)
    delivery.state = states.SCHEDULED
    delivery.wanted = states.PUBLISH if replaces is None else states.EDIT
    delivery.replaces_id = None if replaces is None else replaces.id
    delivery.scheduled_at = delivery.next_at = due
    delivery.tries = delivery.checks = 0
    delivery.sentence = delivery.next_step = None
    delivery.payload, delivery.payload_hash = thaw(payload.data), payload.content_hash
    delivery.artefacts = []
    db.session.flush()
    _cancel_outdated(article, revision, account.id, actor_id)
    _queue(delivery)
    if due > clock.now():
        move_article(article, article_states.SCHEDULE)
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


def check_article(article_id: int, account_id: int) -> list[Problem]:
    """Return what hinders the approved text of an article (else its newest text) on one outlet.

    Raises:
        NotFound: no such article or outlet.
    """
    article = content.get_article(article_id)
    account = outlets.get_account(account_id)
    channel = outlets.channel_named(account.channel)
    return channel.check(post_of(article, _text(article), clock.now()), account_value(account, channel))


def preview(article_id: int, account_id: int) -> tuple[Payload, Preview, list[Problem]]:
    """Return how an article would look on one outlet: payload, preview and what hinders it.

    Raises:
        NotFound: no such article or outlet.
    """
    article = content.get_article(article_id)
    account = outlets.get_account(account_id)
    channel = outlets.channel_named(account.channel)
    post, value = post_of(article, _text(article), clock.now()), account_value(account, channel)
    payload = channel.render(post, value)
    return payload, channel.preview(payload), channel.check(post, value)


def cancel(delivery_id: int, actor_id: int) -> Delivery:
    """Take back a delivery that has not begun.

    Raises:
        NotFound: no such delivery.
        Refused: "too-late": something was sent already.
    """
    delivery = locked(delivery_id)
    article = revisions.locked_article(delivery.article_id)
    if delivery.state != states.SCHEDULED:
        raise Refused(
            "too-late",
            _("Bài không còn ở trạng thái chờ gửi nên không hủy được. Hãy tải lại trang để xem tình trạng mới nhất."),
        )
    end_without_sending(delivery, _("Đã hủy theo yêu cầu. Chưa có gì được gửi lên kênh."))
    unschedule(article)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, cancelled=True)
    return delivery


def retry(delivery_id: int, actor_id: int) -> Delivery:
    """Try once more what failed or waited for a person, with the settings of the outlet as they are now.

    Raises:
        NotFound: no such delivery.
        Refused: see ``plan_delivery``; "not-stopped" when it did not stop.
    """
    delivery = locked(delivery_id)
    if delivery.state == states.NEEDS_PERSON and delivery.wanted == states.RETRACT:
        delivery.state, delivery.next_at = states.SENDING, clock.now()
        delivery.tries = delivery.checks = 0
        delivery.sentence = delivery.next_step = None
        _queue(delivery)
        audit.record("publish.manage", "delivery", delivery.id, actor_id, retried=states.RETRACT)
        return delivery
    if not states.renewable(delivery.state, delivery.wanted):
        raise Refused(
            "not-stopped", _("Bài này không dừng vì lỗi nên không cần gửi lại. Hãy tải lại trang để xem tình trạng.")
        )
    article = content.get_article(delivery.article_id)
    if article.approved_revision_id != delivery.revision_id:
        raise Refused(
            "outdated",
            _("Bài đã được sửa sau lần gửi này. Hãy duyệt bản mới rồi đăng từ trang của bài."),
        )
    return plan_delivery(delivery.article_id, delivery.account_id, None, actor_id)


def retract(delivery_id: int, reason: str, actor_id: int) -> Delivery:
    """Take a published item down. It disappears from our own site at once, elsewhere as soon as the outlet has
    done it.

    Raises:
        NotFound: no such delivery.
        Refused: "no-reason", "not-published", "cannot-retract".
    """
    delivery = locked(delivery_id)
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
    _queue(delivery)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, retract=delivery.retract_reason)
    return delivery


def settle_published(delivery_id: int, url: str, actor_id: int) -> Delivery:
    """Take a person's word that a doubtful item stands on the outlet.

    Args:
        url: its address; "" when it has none.

    Raises:
        NotFound: no such delivery.
        Refused: "not-doubtful"; "bad-url".
    """
    delivery = _doubtful(delivery_id)
    if url and not url.startswith(("https://", "http://")):
        raise Refused("bad-url", _("Địa chỉ bài đăng cần bắt đầu bằng https://. Chưa có gì thay đổi."))
    _attempt(delivery, states.LOOK_UP, states.DONE, actor_id)
    accept(delivery, Receipt(remote_id=delivery.remote_id or delivery.key, url=url or delivery.url))
    audit.record("publish.manage", "delivery", delivery.id, actor_id, settled=states.PUBLISHED, url=url)
    return delivery


def settle_absent(delivery_id: int, actor_id: int) -> Delivery:
    """Take a person's word that a doubtful item is not on the outlet, and send it again.

    Raises:
        NotFound: no such delivery.
        Refused: "not-doubtful".
    """
    delivery = _doubtful(delivery_id)
    _attempt(delivery, states.LOOK_UP, states.NOT_THERE, actor_id)
    delivery.state, delivery.next_at = states.SCHEDULED, clock.now()
    delivery.tries = delivery.checks = 0
    delivery.receipt = delivery.sentence = delivery.next_step = None
    _queue(delivery)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, settled=states.NOT_THERE)
    return delivery


def settle_retracted(delivery_id: int, reason: str, actor_id: int) -> Delivery:
    """Take a person's word that an item was taken down by hand.

    Raises:
        NotFound: no such delivery.
        Refused: "not-published"; "no-reason".
    """
    delivery = locked(delivery_id)
    stuck = delivery.state == states.NEEDS_PERSON and delivery.wanted == states.RETRACT
    if delivery.state not in (states.PUBLISHED, states.UNCONFIRMED) and not stuck:
        raise Refused("not-published", _("Bài không đang hiện trên kênh này nên không có gì để ghi nhận."))
    reason = nfc(reason).strip() or (delivery.retract_reason or "")
    if not reason:
        raise Refused("no-reason", _("Hãy ghi lý do gỡ bài. Chưa có gì thay đổi."))
    delivery.wanted, delivery.retract_reason = states.RETRACT, reason
    _attempt(delivery, states.RETRACT, states.DONE, actor_id)
    taken_down(delivery)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, settled=states.RETRACTED, reason=reason)
    return delivery


# What the worker does too


def locked(delivery_id: int) -> Delivery:
    """Return a delivery, held together with its article until the transaction ends.

    Everybody takes the article first and the delivery second, so that no two transactions wait for each other.

    Raises:
        NotFound: there is none in this unit.
    """
    revisions.locked_article(get_own(Delivery, delivery_id).article_id)
    found = db.session.get(Delivery, (current().unit_id, delivery_id), with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"delivery {delivery_id}")
    return found


def accept(delivery: Delivery, receipt: Receipt) -> None:
    """Note that the item stands on the outlet, tell statistics and plugins, and move the article on."""
    now = clock.now()
    before = None if delivery.replaces_id is None else locked(delivery.replaces_id)
    delivery.state, delivery.next_at = states.PUBLISHED, None
    delivery.sentence = delivery.next_step = None
    delivery.remote_id, delivery.url = receipt.remote_id, receipt.url
    delivery.receipt = receipt_json(receipt)
    delivery.updated_at = now
    if before is not None:
        delivery.url = delivery.url or before.url
        delivery.published_at = before.published_at
        if before.state == states.PUBLISHED:
            before.state = states.REPLACED
    if delivery.published_at is None:
        delivery.published_at = min(receipt.published_at or now, now)
    move_article(revisions.locked_article(delivery.article_id), article_states.PUBLISH)
    announce(delivery)
    recount(delivery)


def taken_down(delivery: Delivery) -> None:
    """Note that the item is gone from the outlet, tell statistics and plugins, and move the article on."""
    delivery.state, delivery.next_at = states.RETRACTED, None
    delivery.sentence = delivery.next_step = None
    db.session.flush()
    elsewhere = select(Delivery.id).where(
        Delivery.article_id == delivery.article_id,
        Delivery.state.in_((states.PUBLISHED, states.SENDING, states.UNCONFIRMED)),
    )
    if db.session.scalar(elsewhere.limit(1)) is None:
        move_article(revisions.locked_article(delivery.article_id), article_states.RETRACT)
    announce(delivery)
    recount(delivery)


def end_without_sending(delivery: Delivery, sentence: str) -> None:
    """Cancel a delivery of which nothing has reached the outlet."""
    delivery.state, delivery.next_at = states.CANCELLED, None
    delivery.sentence, delivery.next_step = sentence, None


def unschedule(article: Article) -> None:
    """Let the article be merely approved again when no delivery of it is waiting any more."""
    db.session.flush()
    waiting = select(Delivery.id).where(Delivery.article_id == article.id, Delivery.state == states.SCHEDULED)
    if article.state == article_states.SCHEDULED and db.session.scalar(waiting.limit(1)) is None:
        move_article(article, article_states.UNSCHEDULE)


def move_article(article: Article, event: str) -> None:
    """Take the article along, as far as its state allows: one that is being rewritten stays a draft."""
    try:
        article.state = article_states.step(article.state, event)
    except Refused:
        return


def announce(delivery: Delivery) -> None:
    """Queue telling the plugins how a delivery ended. A job of its own: its failure can never post again."""
    queue.enqueue(
        "publishing.announce",
        delivery.unit_id,
        dedup=f"announce:{delivery.id}:{delivery.state}",
        delivery_id=delivery.id,
        state=delivery.state,
        at=clock.now().isoformat(),
    )


def recount(delivery: Delivery) -> None:
    """Queue counting the month of the item anew. A job of its own, for the same reason."""
    if delivery.published_at is None:
        return
    unit = environment.own_unit()
    month = clock.local(delivery.published_at, unit.timezone).date().replace(day=1).isoformat()
    queue.enqueue("statistics.rebuild", unit.id, dedup=f"statistics:{unit.id}:{month}", month=month)


def receipt_json(receipt: Receipt) -> dict[str, object]:
    """Return a receipt as it is stored."""
    moment = receipt.published_at
    return {
        "remote_id": receipt.remote_id,
        "url": receipt.url,
        "published_at": moment.isoformat() if moment else None,
        "detail": thaw(receipt.detail),
        "settled": receipt.settled,
    }


def account_value(account: ChannelAccount, channel: Channel) -> Account:
    """Return an outlet as its channel sees it."""
    return render.account_for(
        account, channel, environment.own_unit(), environment.secret_box(), environment.base_url()
    )


def post_of(article: Article, revision: ArticleRevision, when: dt.datetime) -> Post:
    """Return a text of an article as channels see it when it goes out at ``when``."""
    unit = environment.own_unit()
    site_url = render.site_address(environment.base_url(), unit)
    names = people.names([article.author_id])
    about = render.Circumstances(
        author_name=names.get(article.author_id, ""),
        issued_on=clock.local(when, unit.timezone).date(),
        canonical_url=_known_address(article.id) or render.article_address(site_url, article.id, revision.title),
    )
    return render.post_for(revision, content.media_of(revision.id), unit, about)


def job_key(delivery_id: int) -> str:
    """Return the key of the one job that works on a delivery."""
    return f"deliver:{delivery_id}"


def _queue(delivery: Delivery) -> None:
    queue.enqueue(
        "publishing.deliver",
        delivery.unit_id,
        run_at=delivery.next_at,
        dedup=job_key(delivery.id),
        delivery_id=delivery.id,
    )


def _text(article: Article) -> ArticleRevision:
    return content.approved_revision(article) or content.head_revision(article)


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


def _asked_again(delivery: Delivery, due: dt.datetime, actor_id: int | None) -> Delivery:
    if delivery.state == states.RETRACTED:
        raise Refused(
            "retracted",
            _("Bản này đã được gỡ khỏi kênh. Muốn đăng lại, hãy mở bài để sửa rồi trình duyệt bản mới."),
        )
    if delivery.state == states.SCHEDULED and delivery.tries == 0 and delivery.scheduled_at != due:
        delivery.scheduled_at = delivery.next_at = due
        # The waiting job is brought forward; one that comes too early sees the new time and waits on.
        _queue(delivery)
        audit.record("publish.manage", "delivery", delivery.id, actor_id, at=due.isoformat())
    return delivery


def _standing_before(
    article: Article, revision: ArticleRevision, account: ChannelAccount, channel: Channel
) -> Delivery | None:
    """Return the delivery of an earlier text that stands on the outlet and that the new text replaces."""
    rows = (
        select(Delivery)
        .where(
            Delivery.article_id == article.id,
            Delivery.account_id == account.id,
            Delivery.revision_id != revision.id,
            Delivery.state.in_((states.PUBLISHED, states.SENDING, states.UNCONFIRMED)),
        )
        .order_by(Delivery.id.desc())
        .with_for_update()
    )
    before = db.session.scalars(rows).first()
    if before is None:
        return None
    if before.state != states.PUBLISHED:
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
    found = [problem for problem in channel.check(post, account_value(account, channel)) if problem.severity == "error"]
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
        end_without_sending(outdated, _("Đã hủy vì bài có bản mới hơn được hẹn đăng."))
        audit.record("publish.manage", "delivery", outdated.id, actor_id, cancelled=True)


def _known_address(article_id: int) -> str | None:
    rows = (
        select(Delivery.url)
        .where(
            Delivery.article_id == article_id,
            Delivery.channel.in_(environment.hosted_channels()),
            Delivery.url.is_not(None),
        )
        .order_by(Delivery.id)
    )
    return db.session.scalars(rows).first()


def _doubtful(delivery_id: int) -> Delivery:
    delivery = locked(delivery_id)
    if delivery.state != states.UNCONFIRMED:
        raise Refused("not-doubtful", _("Kết quả của bài này đã rõ. Hãy tải lại trang để xem tình trạng mới nhất."))
    return delivery


def _attempt(delivery: Delivery, call: str, state: str, actor_id: int) -> None:
    now = clock.now()
    last = db.session.scalars(
        select(Attempt).where(Attempt.delivery_id == delivery.id).order_by(Attempt.number.desc())
    ).first()
    if last is not None and last.state == states.RUNNING:
        last.state, last.ended_at = states.LOST, now
    db.session.add(
        Attempt(
            delivery_id=delivery.id,
            number=1 if last is None else last.number + 1,
            call=call,
            state=state,
            started_at=now,
            ended_at=now,
            by_id=actor_id,
        )
    )
    db.session.flush()
