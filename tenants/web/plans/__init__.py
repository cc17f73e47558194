"""Plans: list, import, write, localize, compare, issue."""

from tenants.web.plans import editing, heading, issuing, listing, localizing, printing, reading, sources
from tenants.web.plans.blueprint import blueprint

__all__ = ["blueprint", "editing", "heading", "issuing", "listing", "localizing", "printing", "reading", "sources"]
