"""A plan as an administrative document laid out by NĐ 30/2020/NĐ-CP.

Names for others: ``DocumentNode``, ``PlanDocument`` (what is written), ``write_docx``, ``write_html``, ``write_text``
(how), ``document_for`` (the documents that follow an issued one), and ``PROFILE``, the name of the layout rules, to be
kept with every frozen file. ``document.pdf`` needs an optional library and is imported by those who need it.
"""

from tenants.plans.document.followups import (
    FOLLOW_UPS,
    FollowUp,
    FollowUpFields,
    document_for,
    notation_for,
)
from tenants.plans.document.html import write_html
from tenants.plans.document.model import DocumentNode, PlanDocument
from tenants.plans.document.nd30 import PROFILE, write_docx
from tenants.plans.document.wording import write_text

__all__ = [
    "FOLLOW_UPS",
    "PROFILE",
    "DocumentNode",
    "FollowUp",
    "FollowUpFields",
    "PlanDocument",
    "document_for",
    "notation_for",
    "write_docx",
    "write_html",
    "write_text",
]
