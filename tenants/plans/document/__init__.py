"""A plan as an administrative document laid out by NĐ 30/2020/NĐ-CP.

Names for others: ``DocumentNode``, ``PlanDocument`` (what is written), ``write_docx``, ``write_text`` (how), and
``PROFILE``, the name of the layout rules, to be kept with every frozen file.
"""

from tenants.plans.document.model import DocumentNode, PlanDocument
from tenants.plans.document.nd30 import PROFILE, write_docx
from tenants.plans.document.wording import write_text

__all__ = ["PROFILE", "DocumentNode", "PlanDocument", "write_docx", "write_text"]
