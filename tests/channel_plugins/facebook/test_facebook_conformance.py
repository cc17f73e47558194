"""The Facebook channel against the contract, its service played by a script."""

from channel_plugins.facebook.channel import FacebookChannel
from channel_plugins.suites.facebook import Suite


class TestFacebook(Suite):
    """Every check of the contract, inherited."""


def test_readme_names_every_option_of_the_installation() -> None:
    channel = FacebookChannel()
    missing = [name for name in channel.OptionsSchema().fields if f"`{name}`" not in channel.readme()]
    assert missing == []
