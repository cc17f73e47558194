"""An article as one outlet would get it: how it looks, what hinders it, and the files people can take."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from tenants.content import queries as content
from tenants.errors import NotFound
from tenants.publishing import outlets, queries, service
from tenants.web.guard import requires
from tenants.web.publishing import presenting
from tenants.web.publishing.blueprint import blueprint
from tenants.web.publishing.deliveries import download


@blueprint.get("/articles/<int:article_id>/outlets/<int:account_id>")
@requires("article.view")
def kit(article_id: int, account_id: int) -> Any:
    """Show an article as an outlet would get it. Files are there once the text is approved and nothing hinders it."""
    article = content.get_article(article_id)
    account = outlets.get_account(account_id)
    payload, preview, problems = service.preview(article_id, account_id)
    hindered = any(problem.severity == "error" for problem in problems)
    approved = article.approved_revision_id is not None
    channel = outlets.channel_named(account.channel)
    return render_template(
        "publishing/kit.html",
        article=article,
        account=account,
        channel=channel,
        preview=preview,
        problems=problems,
        problem_link=presenting.problem_link,
        hindered=hindered,
        approved=approved,
        files=channel.files(payload) if approved and not hindered else (),
        present=next(
            (
                delivery
                for delivery in queries.of_article(article_id)
                if delivery.account_id == account_id and delivery.revision_id == article.approved_revision_id
            ),
            None,
        ),
    )


@blueprint.get("/articles/<int:article_id>/outlets/<int:account_id>/files/<filename>")
@requires("article.view")
def kit_file(article_id: int, account_id: int, filename: str) -> Response:
    """Hand out a file made from the approved text.

    Raises:
        NotFound: the text is not approved, something hinders it, or there is no such file.
    """
    article = content.get_article(article_id)
    payload, _preview, problems = service.preview(article_id, account_id)
    if article.approved_revision_id is None or any(problem.severity == "error" for problem in problems):
        raise NotFound(filename)
    for artefact in outlets.channel_named(payload.channel).files(payload):
        if artefact.filename == filename:
            return download(artefact.data, artefact.content_type, artefact.filename)
    raise NotFound(filename)
