"""Reading a plan: the draft, the issued document, the comparison with the superior's."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from tenants import files, scope
from tenants.accounts import queries as accounts
from tenants.plans import consulting, discarding, life, life_service, queries, service
from tenants.plans.models import Plan
from tenants.plans.nodes import CLOSING
from tenants.plans.printing import bases, citation_line
from tenants.web.forms.plans import FOLLOW_UPS
from tenants.web.guard import may, requires
from tenants.web.plans import changing, presenting
from tenants.web.plans.blueprint import blueprint
from tenants.web.plans.localizing import cited_values, document_name, docx_response


@blueprint.get("/<int:plan_id>")
@requires("plan.view")
def show(plan_id: int) -> Any:
    """Show a draft with what to do next, or the issued document."""
    plan = scope.get_own(Plan, plan_id)
    if plan.current_version and plan.state in ("issued", "revoked"):
        return _document_page(plan, plan.current_version)
    whole = queries.working_plan(plan_id)
    adoption = whole.bases[0].adoption if whole.bases else None
    withdrawn = life_service.revocations_of([base.adoption for base in whole.bases])
    citations = tuple(service.citation_values(row) for row in whole.citations)
    lines, introduction = bases(plan.introduction, citations)
    return render_template(
        "plans/show.html",
        whole=whole,
        plan=plan,
        lines=lines,
        introduction=introduction,
        withdrawn=withdrawn,
        step=(
            presenting.next_step(
                plan,
                adoption,
                may_edit=may("plan.edit"),
                may_issue=may("plan.issue"),
                checked=bool(life.steps_in_use()),
            )
            if plan.current_version or not withdrawn
            else None
        ),
        issue_url=presenting.issue_url(plan) if may("plan.issue") else "",
        dispatches=presenting.may_dispatch(),
        state_of=queries.adoption_state,
        joinable=queries.joinable(plan_id) if whole.bases and may("plan.edit") else [],
        superior=changing.superior_news(plan, [base.adoption for base in whole.bases]),
        origins=presenting.several_origins(whole.origins),
        facts=presenting.facts,
        rules=presenting.rules,
    )


def _document_page(plan: Plan, version: int) -> str:
    issued = queries.issued_plan(plan.unit_id, plan.id, version)
    document = issued.document
    given_up = discarding.discards(plan.id)
    names = accounts.names([document.issued_by, *(row.by_id for row in given_up)])
    rounds = consulting.rounds(plan)
    citations = cited_values(document.citations)
    lines, introduction = bases(document.introduction, citations)
    adoptions = queries.adoptions_of(plan.id)
    newest = version == plan.current_version
    return render_template(
        "plans/issued.html",
        plan=plan,
        issued=issued,
        document=document,
        whole=service.last_whole(document),
        revocation=life_service.revocation_of(plan.unit_id, plan.id) if plan.state == "revoked" else None,
        issued_by=names.get(document.issued_by, "") if document.issued_by else "",
        versions=queries.versions(plan.id),
        kinds=FOLLOW_UPS,
        given_up=given_up,
        rounds=[(row, discarding.belongs_to(row, given_up)) for row in rounds],
        counts=consulting.counts([row.id for row in rounds]),
        names=names,
        adoptions=adoptions,
        withdrawn=life_service.revocations_of(adoptions) if plan.state != "revoked" else [],
        superior=changing.superior_news(plan, adoptions) if newest else None,
        dispatches=presenting.may_dispatch() and may("oversight.issue"),
        write=_to_write_about(plan) if newest else frozenset(),
        amendable=newest and plan.state == "issued" and may("plan.edit"),
        citations=[citation_line(value) for value in citations],
        lines=lines,
        introduction=introduction,
        origins=presenting.several_origins(issued.origins),
        issue_url=(
            presenting.issue_url(plan)
            if presenting.may_dispatch() and may("plan.issue") and plan.state != "revoked"
            else ""
        ),
        facts=presenting.facts,
        rules=presenting.rules,
    )


def _to_write_about(plan: Plan) -> frozenset[str]:
    """Return the nodes of an issued plan that the present person may begin an article about."""
    if plan.state != "issued" or not may("article.write"):
        return frozenset()
    return frozenset(choice.node_id for choice in queries.topics_in_force() if choice.plan_id == plan.id)


@blueprint.get("/<int:plan_id>/versions/<int:version>")
@requires("plan.view")
def version(plan_id: int, version: int) -> Any:
    """Show an issued document."""
    return _document_page(scope.get_own(Plan, plan_id), version)


@blueprint.get("/<int:plan_id>/versions/<int:version>/file")
@requires("plan.view")
def version_file(plan_id: int, version: int) -> Any:
    """Hand out the frozen document."""
    plan = scope.get_own(Plan, plan_id)
    document = queries.issued_plan(plan.unit_id, plan.id, version).document
    return docx_response(files.store().get(document.file_sha256), document_name(document))


@blueprint.get("/<int:plan_id>/draft.docx")
@requires("plan.view")
def draft_file(plan_id: int) -> Any:
    """Hand out the draft in the layout of the document."""
    plan = scope.get_own(Plan, plan_id)
    return docx_response(service.draft_docx(plan_id), _("Dự thảo") + f" {plan.subject[:60]}.docx")


@blueprint.get("/<int:plan_id>/compare")
@requires("plan.view")
def compare(plan_id: int) -> Any:
    """Show the whole plan against the superior's, word by word; ``all`` shows what is the same too."""
    whole = queries.working_plan(plan_id)
    everything = "all" in request.args
    rows = [node for top in whole.tree for node in top.walk() if node.kind != CLOSING]
    headings = _above_changes(whole, rows)
    shown = [node for node in rows if everything or node.item.state != "inherited" or node.node_id in headings]
    return render_template(
        "plans/compare.html",
        whole=whole,
        plan=whole.plan,
        rows=shown,
        everything=everything,
        hidden=len(rows) - len(shown),
        changes=presenting.changes,
        facts=presenting.facts,
    )


def _above_changes(whole: queries.EffectivePlan, rows: list[Any]) -> set[str]:
    """Return the ids of the nodes above those that differ, so that a change is read where it stands."""
    above: set[str] = set()
    for node in rows:
        if node.item.state == "inherited":
            continue
        parent = node.node.parent
        while parent and parent not in above and parent in whole.items:
            above.add(parent)
            parent = whole.items[parent].node.parent
    return above
