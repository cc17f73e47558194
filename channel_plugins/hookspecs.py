"""The two hooks of the plugin host. A third needs a real plugin that uses it.

A plugin is a module (or any object) whose functions carry the `hookimpl` mark:

    from channel_plugins import hookimpl

    @hookimpl
    def district_channels():
        yield ConsoleChannel()

Installed packages announce their module in the entry-point group `district.channels`. A misspelt hook is
refused when the program starts.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from .base import Channel
from .types import Outcome

PROJECT = "district"
ENTRY_POINT_GROUP = "district.channels"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def district_channels() -> Iterable[Channel]:  # type: ignore[empty-body]
    """Give the channels of this plugin.

    Called: once per process, while the manager is built; no request, no database.
    Returns: an iterable of `Channel` objects (a generator will do). A name that another plugin has is
        refused.
    Raises: whatever happens here makes the plugin broken: it is reported and left out, the program goes on.
    Example:

        @hookimpl
        def district_channels():
            yield ConsoleChannel()

    Since: 0.1
    """


@hookspec
def district_delivery_finished(outcome: Outcome) -> None:
    """Hear that a delivery has ended: published, unconfirmed, failed, waiting for a person, or retracted.

    Called: once per end of a delivery, in a job of its own, after the outcome is stored. It can neither
        change the outcome nor post again. Every plugin is called separately; order is not promised.
    Args: `outcome` is frozen. Leave the argument out if you do not need it.
    Returns: nothing; a returned value is ignored.
    Raises: anything raised is written to the log with its traceback; nobody else notices.
    Example:

        @hookimpl
        def district_delivery_finished(outcome):
            if outcome.state == "failed":
                print(outcome.title, outcome.sentence)

    Since: 0.1
    """
