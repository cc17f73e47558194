"""Channels: the kinds of outlet an article can go to, as plugins.

This package knows nobody: it imports the standard library, pluggy, marshmallow and requests (and, inside
`radio` only, python-docx). Names for others: everything listed in `__all__`, plus the modules `settings`,
`http`, `testing` and `conformance`. The contract is described in README.md beside this file.
"""

from .base import Channel
from .errors import ChannelError, GiveUp, NeedsPerson, NextStep, TryAgain, Unsure
from .hookspecs import hookimpl
from .manager import BrokenPlugin, ChannelManager, PluginError, build_manager
from .reach import Audience, Bounce, Comment, FollowUp, Host, Offer, Recipient
from .types import (
    Account,
    Artefact,
    CallbackAnswer,
    CallbackRequest,
    ChannelInfo,
    Choice,
    ConnectStep,
    Event,
    Limits,
    LookUp,
    Media,
    Metric,
    Outcome,
    Payload,
    Post,
    Preview,
    Problem,
    Reading,
    Receipt,
    Sent,
)
from .values import Secrets

__all__ = [
    "Account",
    "Artefact",
    "Audience",
    "Bounce",
    "BrokenPlugin",
    "CallbackAnswer",
    "CallbackRequest",
    "Channel",
    "ChannelError",
    "ChannelInfo",
    "ChannelManager",
    "Choice",
    "Comment",
    "ConnectStep",
    "Event",
    "FollowUp",
    "GiveUp",
    "Host",
    "Limits",
    "LookUp",
    "Media",
    "Metric",
    "NeedsPerson",
    "NextStep",
    "Offer",
    "Outcome",
    "Payload",
    "PluginError",
    "Post",
    "Preview",
    "Problem",
    "Reading",
    "Receipt",
    "Recipient",
    "Secrets",
    "Sent",
    "TryAgain",
    "Unsure",
    "build_manager",
    "hookimpl",
]
