"""The plugin manager: the only door through which a channel comes in, our own ones included."""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from . import hookspecs
from .base import Channel, utc_now
from .errors import hide_credentials
from .types import ChannelInfo, Limits, Outcome

log = logging.getLogger(__name__)

#: Our own channels, by the dotted path of the module with their hook.
BUILT_IN = (
    "channel_plugins.email",
    "channel_plugins.facebook",
    "channel_plugins.manual",
    "channel_plugins.radio",
    "channel_plugins.webhook",
    "channel_plugins.website",
    "channel_plugins.wordpress",
    "channel_plugins.zalo",
)

_LEGAL_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


class PluginError(Exception):
    """A plugin that breaks the contract, or a name nobody offers."""


@dataclass(frozen=True)
class BrokenPlugin:
    """An external plugin that was left out, and why."""

    name: str
    reason: str


class ChannelManager:
    """Looks channels up by name and announces outcomes. Made by `build_manager`."""

    def __init__(self) -> None:
        self._plugins = pluggy.PluginManager(hookspecs.PROJECT)
        self._plugins.add_hookspecs(hookspecs)
        self._channels: dict[str, Channel] = {}
        self._origin: dict[str, str] = {}
        self._broken: list[BrokenPlugin] = []

    @property
    def broken(self) -> tuple[BrokenPlugin, ...]:
        """The external plugins that were left out."""
        return tuple(self._broken)

    def __contains__(self, name: str) -> bool:
        return name in self._channels

    def get(self, name: str) -> Channel:
        """Return the channel called `name`.

        Raises: KeyError with a sentence that names the known ones.
        """
        try:
            return self._channels[name]
        except KeyError:
            known = ", ".join(sorted(self._channels)) or "không có kênh nào"
            raise KeyError(f"Không có kênh “{name}”. Các kênh đang có: {known}.") from None

    def all(self) -> tuple[Channel, ...]:
        """Return every channel, sorted by name."""
        return tuple(self._channels[name] for name in sorted(self._channels))

    def origin(self, name: str) -> str:
        """Return the name of the plugin that brought the channel."""
        return self._origin[name]

    @property
    def has_listeners(self) -> bool:
        """Whether any plugin wants to know how deliveries end."""
        return bool(self._plugins.hook.district_delivery_finished.get_hookimpls())

    def announce(self, outcome: Outcome) -> int:
        """Call `district_delivery_finished` of every plugin, each on its own; return how many failed.

        A failing plugin is written to the log with its traceback. Nothing it does reaches the delivery.
        """
        failed = 0
        for name, plugin in sorted(self._plugins.list_name_plugin()):
            if plugin is None:
                continue
            try:
                self._only(plugin, "district_delivery_finished")(outcome=outcome)
            except Exception:
                failed += 1
                log.exception("plugin %s failed on the end of delivery %s", name, outcome.delivery_key)
        return failed

    def register(self, plugin: object, name: str) -> None:
        """Take a plugin in: all of its channels, or none and PluginError."""
        try:
            self._plugins.register(plugin, name=name)
            self._plugins.check_pending()
            channels = [channel for given in self._only(plugin, "district_channels")() for channel in given]
            self._admit(channels, name)
        except Exception as error:
            if self._plugins.is_registered(plugin):
                self._plugins.unregister(plugin)
            if isinstance(error, PluginError):
                raise
            raise PluginError(f"{name}: {type(error).__name__}: {hide_credentials(str(error))}") from error

    def leave_out(self, name: str, reason: str) -> None:
        """Report an external plugin as broken."""
        log.error("plugin %s is left out: %s", name, reason, exc_info=True)
        self._broken.append(BrokenPlugin(name, reason))

    def keep_only(self, names: Iterable[str]) -> None:
        """Drop every channel that is not named; raises PluginError for a name nobody offers."""
        wanted = set(names)
        unknown = sorted(wanted - set(self._channels))
        if unknown:
            raise PluginError(f"unknown channels: {', '.join(unknown)}; known: {', '.join(sorted(self._channels))}")
        self._channels = {name: channel for name, channel in self._channels.items() if name in wanted}

    def _only(self, plugin: object, hook: str) -> Any:
        others = [other for other in self._plugins.get_plugins() if other is not plugin]
        return self._plugins.subset_hook_caller(hook, others)

    def _admit(self, channels: list[Channel], origin: str) -> None:
        taken = dict(self._origin)
        for channel in channels:
            _validate(channel, origin)
            name = channel.info.name
            if name in taken:
                raise PluginError(f"{origin}: the channel name {name!r} is taken by {taken[name]}")
            taken[name] = origin
        for channel in channels:
            self._channels[channel.info.name] = channel
        self._origin = taken


def _validate(channel: object, origin: str) -> None:
    if not isinstance(channel, Channel):
        raise PluginError(f"{origin}: {type(channel).__name__} is not a Channel")
    info = getattr(channel, "info", None)
    if not isinstance(info, ChannelInfo) or not isinstance(channel.limits, Limits):
        raise PluginError(f"{origin}: {type(channel).__name__} lacks info or limits")
    if not _LEGAL_NAME.fullmatch(info.name):
        raise PluginError(f"{origin}: {info.name!r} is no legal channel name (a-z, 0-9, _)")
    if not info.label.strip():
        raise PluginError(f"{origin}: the channel {info.name} has no label")


def _plugin_name(entry_point: EntryPoint) -> str:
    package = entry_point.dist.name if entry_point.dist else "?"
    return f"{package}:{entry_point.name}"


def build_manager(
    names: Iterable[str] | None = None,
    extra: Iterable[object] = (),
    options: Mapping[str, Mapping[str, Any]] | None = None,
    private_hosts: Iterable[str] = (),
    clock: Callable[[], datetime] = utc_now,
) -> ChannelManager:
    """Return a manager with our own channels, `extra` plugins and the installed ones.

    Args:
        names: the channels to offer; None offers all. A channel that is not named does not exist for the
        program. extra: further plugin modules or objects of the host; a broken one stops the program, as our
        own would. options: per channel name, what `Channel.configure` takes.

    Raises:
        PluginError: one of our own or of `extra` is broken, or `names` or `options` names an unknown channel.
        marshmallow.ValidationError: an option is refused.

    An installed plugin that is broken never stops the program: see `ChannelManager.broken`.
    """
    manager = ChannelManager()
    for path in BUILT_IN:
        manager.register(importlib.import_module(path), path)
    for plugin in extra:
        manager.register(plugin, getattr(plugin, "__name__", type(plugin).__name__))
    found = entry_points(group=hookspecs.ENTRY_POINT_GROUP)
    for entry_point in sorted(found, key=_plugin_name):
        name = _plugin_name(entry_point)
        try:
            manager.register(entry_point.load(), name)
        except Exception as error:
            reason = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
            manager.leave_out(name, hide_credentials(reason))
    if names is not None:
        manager.keep_only(names)
    for channel in manager.all():
        channel.clock = clock
    _configure(manager, options or {}, tuple(private_hosts))
    return manager


def _configure(
    manager: ChannelManager, options: Mapping[str, Mapping[str, Any]], private_hosts: tuple[str, ...]
) -> None:
    unknown = sorted(name for name in options if name not in manager)
    if unknown:
        raise PluginError(f"options for unknown channels: {', '.join(unknown)}")
    for channel in manager.all():
        channel.configure(options.get(channel.info.name, {}), private_hosts)
