"""The Zalo channel against the contract, its service played by a script."""

from channel_plugins.suites.zalo import Suite


class TestZalo(Suite):
    """Every check of the contract, inherited."""
