"""Articles: read, write, compare, preview, review."""

from tenants.web.articles import deciding, reading, reviewing, writing
from tenants.web.articles.blueprint import blueprint

__all__ = ["blueprint", "deciding", "reading", "reviewing", "writing"]
