"""The Facebook channel against the contract, its service played by a script."""

from channel_plugins.suites.facebook import Suite


class TestFacebook(Suite):
    """Every check of the contract, inherited."""
