"""Plans: list, import, write, localize, compare, issue, amend, take over."""

from tenants.web.plans import (
    amending,
    deciding,
    editing,
    heading,
    issuing,
    listing,
    localizing,
    printing,
    reading,
    sources,
    taking,
)
from tenants.web.plans.blueprint import blueprint

__all__ = [
    "amending",
    "blueprint",
    "deciding",
    "editing",
    "heading",
    "issuing",
    "listing",
    "localizing",
    "printing",
    "reading",
    "sources",
    "taking",
]
