"""Publishing: outlets, the panel of an article, deliveries, files to take."""

from tenants.web.publishing import (
    accounts,
    checking,
    confirming,
    connect,
    deliveries,
    echo,
    following,
    kits,
    panel,
    quiet,
)
from tenants.web.publishing.blueprint import blueprint

__all__ = [
    "accounts",
    "blueprint",
    "checking",
    "confirming",
    "connect",
    "deliveries",
    "echo",
    "following",
    "kits",
    "panel",
    "quiet",
]
