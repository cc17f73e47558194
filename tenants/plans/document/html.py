"""The same layout of NĐ 30/2020/NĐ-CP as ``nd30``, as one HTML page with its style: for printing and for PDF.

Lengths are millimetres and points, taken from ``nd30``, so that both files look alike. Needs no template engine: the
document's text is escaped here and nothing else goes into the page.
"""

from __future__ import annotations

from html import escape

from tenants.plans.document import nd30, wording
from tenants.plans.document.measure import balanced_width, bold_width, wrapped
from tenants.plans.document.model import PlanDocument

FONTS = '"Times New Roman", "Liberation Serif", Tinos, "TeX Gyre Termes", serif'

# Word's "1.15 lines" are 1.15 times the height the font itself asks for, CSS's those of the type size.
LINE = round(nd30.LINES * 1.149, 2)

STYLE = f"""
@page {{ size: {nd30.PAGE_WIDTH}mm {nd30.PAGE_HEIGHT}mm;
  margin: {nd30.TOP}mm {nd30.RIGHT}mm {nd30.BOTTOM}mm {nd30.LEFT}mm;
  @top-center {{ content: counter(page); font: {nd30.BODY_SIZE}pt {FONTS}; }} }}
@page :first {{ @top-center {{ content: none; }} }}
html {{ color: #000; background: #fff; }}
body.nd30 {{ margin: 0; font: {nd30.BODY_SIZE}pt {FONTS}; color: #000; }}
.nd30 p {{ margin: 0; }}
.nd30 table {{ width: {nd30.TEXT_WIDTH}mm; border-collapse: collapse; table-layout: fixed; }}
.nd30 td {{ padding: 0; vertical-align: top; text-align: center; }}
.nd30 .rule {{ margin: {nd30.RULE_GAP.pt:g}pt auto 0; border-top: .75pt solid #000; height: 3pt; }}
.nd30 .number td {{ padding-top: 4pt; }}
.nd30 .fitted {{ margin-left: auto; margin-right: auto; }}
.nd30 .type, .nd30 .subject {{ text-align: center; font-weight: bold; }}
.nd30 .type {{ padding-top: 18pt; }}
.nd30 .about {{ margin: 6pt auto 0; white-space: normal; }}
.nd30 .addressees {{ margin: 18pt 0 12pt 45mm; }}
.nd30 .addressee:first-child {{ margin-left: -12.7mm; }}
.nd30 .text {{ text-align: justify; text-indent: 12.7mm; margin: 0 0 6pt; line-height: {LINE};
  overflow-wrap: break-word; }}
.nd30 .heading {{ font-weight: bold; break-after: avoid; }}
.nd30 .centred {{ text-align: center; text-indent: 0; }}
.nd30 .basis, .nd30 .note {{ font-style: italic; font-weight: normal; }}
.nd30 .closing {{ break-after: avoid; }}
.nd30 .end {{ break-inside: avoid; }}
.nd30 .end td:first-child {{ text-align: left; }}
.nd30 .recipients {{ font-size: {nd30.RECIPIENTS_SIZE}pt; }}
.nd30 .recipients strong {{ font-size: {nd30.RECIPIENTS_TITLE_SIZE}pt; font-style: italic; }}
.nd30 .signer {{ font-weight: bold; }}
.nd30 .name {{ padding-top: 84pt; }}
"""


def write_html(document: PlanDocument, *, show_origins: bool = False, body_only: bool = False) -> str:
    """Return *document* as a page of HTML.

    Args:
        show_origins: print after each item taken over, in brackets, the document it comes from.
        body_only: leave out the frame and the style, for a page that brings its own.
    """
    blocks = [
        *_head(document),
        *_title(document),
        *(_paragraph(line, "text basis") for line in wording.basis_lines(document)),
        *(_paragraph(line, "text") for text in document.introduction for line in wording.lines(text)),
        *(_item(paragraph) for paragraph in wording.body_paragraphs(document.nodes, show_origins)),
        *(_paragraph(line, "text closing") for text in document.closing for line in wording.lines(text)),
        *_end(document),
    ]
    body = "\n".join(blocks)
    if body_only:
        return body
    title = escape(f"{document.type_name} {wording.clean(document.subject)}".strip())
    return (
        f'<!doctype html>\n<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
        f'<style>{STYLE}</style></head><body class="nd30">\n{body}\n</body></html>\n'
    )


def _head(document: PlanDocument) -> list[str]:
    names = [wording.clean(name or "").upper() for name in (document.managing_unit, document.issuing_unit)]
    head = nd30.head_for(names)
    left, right = head.columns
    managing, issuing = names
    country, motto = escape(wording.COUNTRY), escape(wording.MOTTO)
    above = _fitted(managing, head.names, left) if managing else ""
    said = wording.about_line(document)
    about = f'<div class="about">{_fitted(said, nd30.ABOUT_SIZE, left)}</div>' if said else ""
    short = _longest(issuing, head.names, left) * nd30.SHORT_LINE
    return [
        f'<table><colgroup><col style="width:{left}mm"><col style="width:{right}mm"></colgroup><tr><td>{above}'
        f"{_fitted(issuing, head.names, left, bold=True)}{_rule(short)}</td>"
        f'<td><p style="font-size:{head.names}pt;font-weight:bold;white-space:nowrap">{country}</p>'
        f'<p style="font-size:{head.motto}pt;font-weight:bold">{motto}</p>'
        f"{_rule(bold_width(wording.MOTTO, head.motto))}</td></tr>",
        f'<tr class="number"><td style="font-size:{nd30.NUMBER_SIZE}pt;white-space:pre-wrap">'
        f"{escape(wording.number_line(document))}{about}</td>"
        f'<td style="font-size:{head.motto}pt;font-style:italic;white-space:pre-wrap">'
        f"{escape(wording.date_line(document))}</td></tr></table>",
    ]


def _title(document: PlanDocument) -> list[str]:
    if not wording.clean(document.type_name):
        lines = [_paragraph(line, "addressee") for line in wording.addressee_lines(document)]
        return ['<div class="addressees">', *lines, "</div>"]
    kind, subject = wording.clean(document.type_name).upper(), wording.clean(document.subject)
    longest = _longest(subject or kind, nd30.BODY_SIZE, nd30.TEXT_WIDTH)
    lines = [f'<p class="type">{escape(kind)}</p>']
    if subject:
        lines.append(f'<div class="subject">{_fitted(subject, nd30.BODY_SIZE, nd30.TEXT_WIDTH, bold=True)}</div>')
    return [*lines, _rule(longest * nd30.SHORT_LINE, after=12)]


def _item(paragraph: wording.BodyParagraph) -> str:
    kinds = ["text"]
    kinds += ["heading"] if paragraph.heading else []
    kinds += ["centred"] if paragraph.centred else []
    return _paragraph(paragraph.text, " ".join(kinds), paragraph.note)


def _paragraph(text: str, kind: str, note: str = "") -> str:
    said = f'{escape(text)} <span class="note">{escape(note)}</span>' if note else escape(text)
    return f'<p class="{kind}">{said}</p>'


def _end(document: PlanDocument) -> list[str]:
    left, right = nd30.END_COLUMNS
    recipients = wording.recipient_lines(document)
    listed = "".join(f"<p>{escape(line)}</p>" for line in recipients)
    title = f"<p><strong>{wording.RECIPIENTS}</strong></p>" if recipients else ""
    signer = "".join(f"<p>{escape(line.upper())}</p>" for line in wording.lines(document.signer_title))
    return [
        f'<table class="end"><colgroup><col style="width:{left}mm"><col style="width:{right}mm"></colgroup><tr>'
        f'<td class="recipients">{title}{listed}</td><td class="signer">{signer}'
        f'<p class="name">{escape(wording.clean(document.signer_name))}</p></td></tr></table>'
    ]


def _fitted(text: str, size: int, available: float, *, bold: bool = False) -> str:
    """A centred text that, when it needs several lines, breaks into lines of like length."""
    width = ""
    if len(wrapped(text, size, available)) > 1:
        width = f"max-width:{balanced_width(text, size, available) + 2:.0f}mm;"
    weight = "font-weight:bold;" if bold else ""
    return f'<p class="fitted" style="font-size:{size}pt;{width}{weight}">{escape(text)}</p>'


def _longest(text: str, size: int, available: float) -> float:
    return max(wrapped(text, size, balanced_width(text, size, available)), default=0.0)


def _rule(length: float, after: int = 0) -> str:
    below = f"margin-bottom:{after}pt;" if after else ""
    return f'<div class="rule" style="width:{length:.1f}mm;{below}"></div>'
