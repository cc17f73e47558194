"""Letters: the list a mailing goes to, the question to new subscribers, and what came back.

A unit's outlets with an audience (``ChannelInfo.audience``) each serve one list, named by their setting ``purpose``.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from html import escape

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from channel_plugins import Account, Audience, Metric, NeedsPerson, Post, Reading, Recipient, TryAgain
from tenants import clock, files
from tenants.audience import ledger, queries
from tenants.audience import states as people
from tenants.audience.models import Subscriber
from tenants.db import db, transaction
from tenants.jobs import queue
from tenants.jobs.worker import Registry, unit_context
from tenants.publishing import calling, environment, pausing, posts, render
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.scope import current
from tenants.secrets import InvalidSecret
from tenants.units.models import Unit

log = logging.getLogger("loa.publishing")

BOUNCES_PAUSE = dt.timedelta(hours=1)
LOOKED_BACK = dt.timedelta(days=14)
"""How far back reports of failed delivery are read each time; servers try for five days before they give up."""
ASK_LATER = dt.timedelta(minutes=5)

STOP_PATH = "/nhan-tin/thoi/{token}"
CONFIRM_PATH = "/nhan-tin/xac-nhan/{token}"


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add("audience.confirm", ask_to_confirm)
    registry.add("audience.bounces", read_bounces)
    registry.every("audience.bounces", BOUNCES_PAUSE, look_for_bounces)


def kind_of(account: ChannelAccount) -> str:
    """Return which list an outlet with an audience serves."""
    kind = str(account.settings.get("purpose", people.NEWSLETTER))
    return kind if kind in people.KINDS else people.NEWSLETTER


def has_audience(account: ChannelAccount) -> bool:
    """Return whether an outlet goes to the people of a list."""
    manager = environment.manager()
    return account.channel in manager and manager.get(account.channel).info.audience


def outlet(kind: str) -> ChannelAccount | None:
    """Return the present unit's working outlet for a list; None when there is none: then nobody is invited."""
    names = [channel.info.name for channel in environment.manager().all() if channel.info.audience]
    rows = select(ChannelAccount).where(ChannelAccount.channel.in_(names), ChannelAccount.enabled.is_(True))
    accounts = db.session.scalars(rows.order_by(ChannelAccount.id)).all()
    return next((account for account in accounts if kind_of(account) == kind and not account.paused_reason), None)


def reach_of(accounts: Iterable[ChannelAccount]) -> dict[int, int]:
    """Return how many people each outlet with an audience would write to now; one query however many there are."""
    kinds = {account.id: kind_of(account) for account in accounts if has_audience(account)}
    if not kinds:
        return {}
    numbers = queries.counts()
    return {account_id: numbers.get((kind, people.ACTIVE), 0) for account_id, kind in kinds.items()}


def hindrance(delivery: Delivery, account: ChannelAccount) -> str:
    """Return why a mailing cannot begin, "" when it can: nobody is on its list."""
    if not has_audience(account) or queries.tally(delivery.id).people or queries.reach(kind_of(account)):
        return ""
    return str(
        _(
            "Chưa gửi vì danh sách nhận chưa có ai. Hãy mở mục Người nhận tin, thêm người nhận rồi "
            "bấm Gửi lại ở trang này."
        )
    )


def audience_of(delivery: Delivery, account: ChannelAccount) -> Audience | None:
    """Return the people of a delivery, whose list is fixed the first time this is asked; None without an audience."""
    if not has_audience(account):
        return None
    ledger.snapshot(delivery.id, kind_of(account))
    site = render.site_address(environment.base_url(), environment.own_unit())
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return ledger.LedgerAudience(app, current(), delivery.id, site + STOP_PATH)


def readings(deliveries: Mapping[str, int]) -> list[Reading]:
    """Return what the ledger counts now for these deliveries (key -> id): letters sent, letters that came back, people
    who stopped after theirs."""
    tallies, now = queries.tallies(deliveries.values()), clock.now()
    found = []
    for key, delivery_id in deliveries.items():
        if (tally := tallies.get(delivery_id)) is not None:
            found.append(Reading(key, Metric.SENT, tally.sent, now))
            found.append(Reading(key, Metric.BOUNCED, tally.returned, now))
            found.append(Reading(key, Metric.UNSUBSCRIBED, tally.left, now))
    return found


class OnePerson:
    """The audience of a single letter that no ledger needs: repeating it does no harm.

    ``waits`` is whether it has still to be sent.
    """

    def __init__(self, person: Recipient) -> None:
        self._person = person
        self.waits = True

    def waiting(self) -> list[Recipient]:
        """Return the person until the letter is out."""
        return [self._person] if self.waits else []

    def begin(self, ref: str) -> bool:  # noqa: ARG002
        """Note that the letter goes out."""
        began, self.waits = self.waits, False
        return began

    def accepted(self, ref: str) -> None:
        """There is nothing to keep."""

    def refused(self, ref: str, sentence: str, *, permanent: bool) -> None:  # noqa: ARG002
        """An address that takes no letter never confirms, and is forgotten."""
        self.waits = False

    def put_back(self, ref: str) -> None:  # noqa: ARG002
        """It has still to be sent."""
        self.waits = True


def ask_to_confirm(subscriber_id: int) -> dt.datetime | None:
    """Send a new subscriber the letter that asks whether they agree. Holds no transaction while it is sent.

    Returns:
        When to try again; None when it was sent, or nobody waits for it any more.
    """
    person = db.session.get(Subscriber, (current().unit_id, subscriber_id))
    row = outlet(people.NEWSLETTER)
    if person is None or person.state != people.PENDING or person.address is None or row is None:
        db.session.rollback()
        return None
    channel = environment.manager().get(row.channel)
    try:
        account = posts.account_value(row, channel)
    except InvalidSecret:
        log.exception("the letter to a subscriber was not sent")
        return None
    unit, key = environment.own_unit(), f"xac-nhan-{current().unit_id}-{person.id}-{person.asked}"
    post = _question(unit, account, str(person.token))
    audience = OnePerson(Recipient(str(person.id), person.address, person.name))
    store = render.DeliveryHost(files.store(), unit.id, {}, None, audience)
    db.session.rollback()
    came = calling.within(
        calling.Timing().limit(channel), lambda: channel.publish(channel.render(post, account), key, account, store)
    )
    if isinstance(came, TryAgain):
        return clock.now() + max(came.after or ASK_LATER, ASK_LATER)
    if isinstance(came, NeedsPerson):
        with transaction():
            pausing.hear(pausing.locked(int(account.id)), came)
    elif isinstance(came, Exception):
        log.error("the letter to a subscriber was not sent", exc_info=came, extra={"channel": account.channel})
    return None


def _question(unit: Unit, account: Account, token: str) -> Post:
    lines = (
        _("%(name)s nhận được yêu cầu gửi thư tin của đơn vị tới địa chỉ này.", name=unit.name),
        _(
            "Nếu đúng là quý vị đã đăng ký, hãy mở liên kết dưới đây và bấm Đồng ý nhận tin. Chưa "
            "bấm thì chưa có thư tin nào."
        ),
        _("Quý vị có thể thôi nhận bất cứ lúc nào bằng liên kết ở cuối mỗi thư."),
    )
    return Post(
        key=f"xac-nhan-{unit.slug}",
        title=_("Xác nhận nhận tin của %(name)s", name=unit.name),
        summary="",
        body_html="".join(f"<p>{escape(line)}</p>" for line in lines),
        body_text="\n".join(lines),
        genre="confirmation",
        author_name="",
        unit_name=unit.name,
        issued_on=clock.today(unit.timezone),
        canonical_url=account.site_url + CONFIRM_PATH.format(token=token),
    )


def look_for_bounces() -> None:
    """Queue the reading of what came back, for every outlet with an audience in every unit."""
    unit_ids = list(db.session.scalars(select(Unit.id).where(Unit.active.is_(True)).order_by(Unit.id)))
    db.session.rollback()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for unit_id in unit_ids:
        with unit_context(app, unit_id), transaction():
            rows = select(ChannelAccount).where(ChannelAccount.enabled.is_(True))
            for account in db.session.scalars(rows.order_by(ChannelAccount.id)):
                if has_audience(account) and not account.paused_reason:
                    key = f"audience.bounces:{unit_id}:{account.id}"
                    queue.enqueue("audience.bounces", unit_id, dedup=key, account_id=account.id)


def read_bounces(account_id: int) -> dt.datetime | None:
    """Read what came back to one outlet and note it; an address that is no good any more leaves its list.

    Returns:
        None: the next look is periodic.
    """
    row = db.session.get(ChannelAccount, (current().unit_id, account_id))
    if row is None or not has_audience(row):
        return None
    channel = environment.manager().get(row.channel)
    try:
        account = posts.account_value(row, channel)
    except InvalidSecret as error:
        log.warning("returned letters were not read: %s", error, extra={"channel": row.channel})
        return None
    db.session.rollback()
    since = clock.now() - LOOKED_BACK
    # A mail server may answer for ever: it must not keep a thread of the worker.
    found = calling.within(calling.Timing().limit(channel), lambda: channel.bounces(account, since))
    if isinstance(found, Exception):
        log.warning("returned letters were not read: %s", found, extra={"channel": account.channel})
        return None
    with transaction():
        keys = {bounce.delivery_key for bounce in found}
        rows = select(Delivery.key, Delivery.id).where(Delivery.key.in_(keys))
        ids: dict[str, int] = {row[0]: row[1] for row in db.session.execute(rows)}
        for bounce in found:
            if bounce.delivery_key in ids and bounce.recipient_ref.isdigit():
                ledger.came_back(
                    ids[bounce.delivery_key], int(bounce.recipient_ref), bounce.sentence, permanent=bounce.permanent
                )
    return None
