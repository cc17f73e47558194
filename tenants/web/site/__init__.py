"""The public site of a unit: what anybody may read."""

from tenants.web.site import feeds, pages, plans, searching, subscribing
from tenants.web.site.blueprint import blueprint

__all__ = ["blueprint", "feeds", "pages", "plans", "searching", "subscribing"]
