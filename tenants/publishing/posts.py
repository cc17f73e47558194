"""A text of an article as one outlet would get it: the post, what hinders it, how it would look."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from channel_plugins import Account, Channel, Payload, Post, Preview, Problem
from tenants import clock
from tenants.accounts import queries as people
from tenants.content import queries as content
from tenants.content.models import Article, ArticleRevision
from tenants.db import db
from tenants.publishing import environment, outlets, policy, queries, render, states
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.secrets import InvalidSecret


def check_article(article_id: int, account_id: int) -> list[Problem]:
    """Return what hinders the approved text of an article (else its newest text) on one outlet.

    Raises:
        NotFound: no such article or outlet.
    """
    article = content.get_article(article_id)
    account = outlets.get_account(account_id)
    channel = outlets.channel_named(account.channel)
    return channel.check(post_of(article, text_to_show(article), clock.now()), account_value(account, channel))


def preview(article_id: int, account_id: int) -> tuple[Payload, Preview, list[Problem]]:
    """Return how an article would look on one outlet: payload, preview and what hinders it.

    Raises:
        NotFound: no such article or outlet.
    """
    article = content.get_article(article_id)
    account = outlets.get_account(account_id)
    channel = outlets.channel_named(account.channel)
    post, value = post_of(article, text_to_show(article), clock.now()), account_value(account, channel)
    payload = channel.render(post, value)
    return payload, channel.preview(payload), channel.check(post, value)


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


def text_to_show(article: Article) -> ArticleRevision:
    """Return the approved text of an article, else its newest one."""
    return content.approved_revision(article) or content.head_revision(article)


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


@dataclass(frozen=True)
class Prospect:
    """How an article stands with one outlet.

    Args:
        channel: None when this installation does not offer it any more.
        problems: what hinders the text there; warnings too.
        present: the delivery of exactly this text, if it was asked for.
        standing: the delivery of an earlier text that is on the outlet and would be replaced.
        forbidden: a superior does not let the unit use the channel.
    """

    account: ChannelAccount
    channel: Channel | None
    problems: tuple[Problem, ...]
    present: Delivery | None
    standing: Delivery | None
    forbidden: bool = False

    @property
    def hindered(self) -> bool:
        """Whether the outlet cannot take the text as it is."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def may_send(self) -> bool:
        """Whether asking for a delivery now makes sense."""
        if self.channel is None or not self.account.enabled or self.account.paused_reason or self.hindered:
            return False
        if self.forbidden:
            return False
        if self.standing is not None and not self.channel.limits.can_edit:
            return False
        present = self.present
        return present is None or present.state == states.SCHEDULED or states.renewable(present.state, present.wanted)


def prospects(article: Article, revision: ArticleRevision) -> list[Prospect]:
    """Return how a text stands with each outlet of the unit; a constant number of queries."""
    manager = environment.manager()
    deliveries = queries.of_article(article.id)
    post = post_of(article, revision, clock.now())
    forbidden = policy.forbidden()
    found = []
    for account in queries.accounts():
        channel = manager.get(account.channel) if account.channel in manager else None
        value = _value(account, channel)
        problems = tuple(channel.check(post, value)) if channel is not None and value is not None else ()
        mine = [delivery for delivery in deliveries if delivery.account_id == account.id]
        found.append(
            Prospect(
                account=account,
                channel=channel,
                problems=problems,
                present=next((d for d in mine if d.revision_id == revision.id), None),
                standing=next((d for d in mine if d.revision_id != revision.id and d.state in states.STANDING), None),
                forbidden=account.channel in forbidden,
            )
        )
    return found


def _value(account: ChannelAccount, channel: Channel | None) -> Account | None:
    try:
        return None if channel is None else account_value(account, channel)
    except InvalidSecret:
        return None
