"""Plans: list, import, write, localize, compare, issue, amend, take over."""

from tenants.web.plans import (
    amending,
    commenting,
    deciding,
    discarding,
    editing,
    heading,
    issuing,
    life,
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
    "commenting",
    "deciding",
    "discarding",
    "editing",
    "heading",
    "issuing",
    "life",
    "listing",
    "localizing",
    "printing",
    "reading",
    "sources",
    "taking",
]
