"""A plan on paper: the print page, and PDF where the optional library is installed."""

from __future__ import annotations

from html import escape
from typing import Any

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _

from tenants import scope
from tenants.plans import service
from tenants.plans.document import PlanDocument, pdf, write_html
from tenants.plans.models import Plan
from tenants.web.downloads import attachment
from tenants.web.guard import requires
from tenants.web.plans.blueprint import blueprint

# The page is all text that was escaped, and its own style; it runs nothing and fetches nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_BAR = """<style>@media screen {{ html {{ background: #e9e6df; }}
body.nd30 {{ width: 165mm; max-width: calc(100vw - 16px); margin: 16px auto; padding: 20mm 15mm 20mm 30mm;
  background: #fff; box-shadow: 0 1px 6px rgb(0 0 0 / .25); box-sizing: content-box; }}
.print-bar {{ font: 16px/1.5 system-ui, sans-serif; margin: -12mm -7mm 8mm -22mm; padding: 10px 14px;
  background: #f4f1ea;  color: #1d1b16; border-radius: 6px; }} .print-bar a {{ color: #7a2e0e; }} }}
@media screen and (max-width: 800px) {{ body.nd30 {{ width: auto; padding: 16px 12px; }}
  .nd30 table {{ width: 100%; }} .nd30 col {{ width: 50% !important; }}
  .nd30 td {{ padding: 0 4px; }} .nd30 table p, .nd30 .number td {{ font-size: 12px !important; }}
  .nd30 .rule {{ max-width: 100%; }} .nd30 table p {{ white-space: normal !important; }}
  .print-bar {{ margin: 0 0 16px; }} }}
@media print {{ .print-bar {{ display: none; }} }}</style>
<div class="print-bar">{sentence} <a href="{back}">{label}</a></div>"""


def _page(document: PlanDocument, back: str) -> Response:
    sentence = _(
        "Trang in theo thể thức Nghị định 30/2020/NĐ-CP. Bấm Ctrl+P (hoặc Chia sẻ, In trên điện thoại) để in hoặc lưu "
        "thành PDF; chọn khổ A4 và bỏ tiêu đề, chân trang của trình duyệt."
    )
    bar = _BAR.format(sentence=escape(sentence), back=escape(back), label=escape(_("Quay lại kế hoạch")))
    html = write_html(document).replace('<body class="nd30">', f'<body class="nd30">{bar}', 1)
    html = html.replace("<head>", '<head><meta name="viewport" content="width=device-width, initial-scale=1">', 1)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _pdf(document: PlanDocument, print_url: str) -> Any:
    try:
        data = pdf.write_pdf(document)
    except pdf.PdfUnavailable:
        flash(
            _(
                "Máy chủ này chưa cài phần tạo PDF. Hãy mở trang in, bấm Ctrl+P rồi chọn Lưu thành PDF; "
                "hoặc tải tệp Word."
            ),
            "warning",
        )
        return redirect(print_url, 303)
    number = f"{document.number}-{document.notation}" if document.number else _("Dự thảo")
    return attachment(data, "application/pdf", f"{number}.pdf".replace("/", "-"))


@blueprint.get("/<int:plan_id>/versions/<int:version>/print")
@requires("plan.view")
def version_print(plan_id: int, version: int) -> Any:
    """Show an issued document as it is printed."""
    plan = scope.get_own(Plan, plan_id)
    back = url_for("plans.version", plan_id=plan_id, version=version)
    return _page(service.issued_as(plan.unit_id, plan.id, version), back)


@blueprint.get("/<int:plan_id>/versions/<int:version>/file.pdf")
@requires("plan.view")
def version_pdf(plan_id: int, version: int) -> Any:
    """Hand out an issued document as PDF."""
    plan = scope.get_own(Plan, plan_id)
    print_url = url_for("plans.version_print", plan_id=plan_id, version=version)
    return _pdf(service.issued_as(plan.unit_id, plan.id, version), print_url)


@blueprint.get("/<int:plan_id>/draft/print")
@requires("plan.view")
def draft_print(plan_id: int) -> Any:
    """Show the draft as it will be printed."""
    return _page(service.draft_document(plan_id), url_for("plans.show", plan_id=plan_id))


@blueprint.get("/<int:plan_id>/draft.pdf")
@requires("plan.view")
def draft_pdf(plan_id: int) -> Any:
    """Hand out the draft as PDF."""
    return _pdf(service.draft_document(plan_id), url_for("plans.draft_print", plan_id=plan_id))
