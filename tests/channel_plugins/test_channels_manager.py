"""The plugin manager: one door for our own channels and for strangers."""

import types
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from marshmallow import ValidationError

from channel_plugins import Channel, ChannelInfo, Limits, Outcome, PluginError, build_manager, hookimpl, manager
from channel_plugins.settings import ChannelSettings, text_field

OUTCOME = Outcome(
    "d-1", "radio", "acc-1", "Trường Hoa Mai", "Khai giảng", "published", datetime(2026, 9, 5, tzinfo=UTC)
)

OWN = sorted(path.rpartition(".")[2] for path in manager.BUILT_IN)


def make_channel(name: str, **info: Any) -> Channel:
    values = {
        "label": "Mẫu",
        "description": "Mẫu.",
        "icon": "box",
        "outlet": "file",
        "repeat_is_safe": True,
        "doc": "x",
    }

    class Made(Channel):
        pass

    Made.info = ChannelInfo(name=name, **{**values, **info})
    return Made()


def plugin(name: str, *channels: Any, finished: Any = None) -> types.ModuleType:
    """Return a plugin module that gives these channels."""
    module = types.ModuleType(name)

    @hookimpl
    def district_channels() -> Iterator[Any]:
        yield from channels

    module.district_channels = district_channels  # type: ignore[attr-defined]
    if finished:
        module.district_delivery_finished = hookimpl(specname="district_delivery_finished")(finished)  # type: ignore[attr-defined]
    return module


def installed(monkeypatch: pytest.MonkeyPatch, **modules: Any) -> None:
    """Pretend that these plugins are installed; a value that is an exception is raised on loading."""

    class Fake(EntryPoint):
        def load(self) -> Any:
            found = modules[self.name]
            if isinstance(found, Exception):
                raise found
            return found

    points = [Fake(name, name, "district.channels") for name in modules]
    monkeypatch.setattr(manager, "entry_points", lambda group: points if group == "district.channels" else [])


def test_our_own_channels_come_in_by_the_same_door() -> None:
    found = build_manager()
    assert [channel.info.name for channel in found.all()] == OWN
    assert {"radio", "website"} <= set(OWN)
    assert found.get("radio").info.label == "Bản tin phát thanh"
    assert found.origin("radio") == "channel_plugins.radio"


def test_a_name_nobody_has_is_answered_with_those_that_exist() -> None:
    with pytest.raises(KeyError, match=", ".join(OWN)):
        build_manager().get("telegram")


def test_channels_that_are_not_named_do_not_exist() -> None:
    found = build_manager(["radio"])
    assert "website" not in found
    assert [channel.info.name for channel in found.all()] == ["radio"]


def test_naming_an_unknown_channel_stops_the_program() -> None:
    with pytest.raises(PluginError, match="telegram"):
        build_manager(["radio", "telegram"])


def test_an_installed_plugin_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, telegram=plugin("tele", make_channel("telegram")))
    found = build_manager()
    assert [channel.info.name for channel in found.all()] == sorted([*OWN, "telegram"])
    assert found.broken == ()


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        (ImportError("no module named tele"), "no module named tele"),
        (plugin("tele", "not a channel"), "is not a Channel"),
        (plugin("tele", make_channel("radio")), "taken by channel_plugins.radio"),
        (plugin("tele", make_channel("Tele Gram")), "no legal channel name"),
        (plugin("tele", make_channel("tele", label=" ")), "no label"),
        (plugin("tele", make_channel("same"), make_channel("same")), "taken"),
        (plugin("tele", Channel()), "lacks info"),
    ],
)
def test_a_broken_installed_plugin_is_reported_and_left_out(
    monkeypatch: pytest.MonkeyPatch, module: Any, reason: str
) -> None:
    installed(monkeypatch, telegram=module, other=plugin("other", make_channel("other")))
    found = build_manager()
    assert [channel.info.name for channel in found.all()] == sorted([*OWN, "other"])
    (broken,) = found.broken
    assert reason in broken.reason


def test_a_plugin_that_fails_half_way_gives_no_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("half")

    @hookimpl
    def district_channels() -> Iterator[Channel]:
        yield make_channel("half")
        raise RuntimeError("token=abc123456 broke")

    module.district_channels = district_channels  # type: ignore[attr-defined]
    installed(monkeypatch, half=module)
    found = build_manager()
    assert "half" not in found
    assert "broke" in found.broken[0].reason
    assert "abc123456" not in found.broken[0].reason


def test_a_misspelt_hook_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    module = plugin("tele", make_channel("telegram"))

    @hookimpl
    def district_chanels() -> list[Channel]:
        return []

    module.district_chanels = district_chanels  # type: ignore[attr-defined]
    installed(monkeypatch, telegram=module)
    found = build_manager()
    assert "telegram" not in found
    assert "district_chanels" in found.broken[0].reason
    assert found.announce(OUTCOME) == 0


def test_a_hook_that_wants_an_unknown_argument_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def finished(outcome: Outcome, weather: str) -> None: ...

    module = types.ModuleType("weather")
    module.district_delivery_finished = hookimpl(specname="district_delivery_finished")(finished)  # type: ignore[attr-defined]
    installed(monkeypatch, weather=module)
    assert "weather" in build_manager().broken[0].reason


def test_a_broken_plugin_of_the_host_stops_the_program() -> None:
    with pytest.raises(PluginError, match="not a Channel"):
        build_manager(extra=[plugin("own", 5)])


def test_plugin_with_channels_alone_listens_to_nothing() -> None:
    assert not build_manager(extra=[plugin("own", make_channel("telegram"))]).has_listeners


def test_everybody_hears_how_a_delivery_ended_and_nobody_can_break_it(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []

    def first(outcome: Outcome) -> None:
        heard.append(outcome.title)

    def broken(outcome: Outcome) -> None:
        raise RuntimeError("no network")

    def without_argument() -> None:
        heard.append("without")

    plugins = [plugin(name, finished=f) for name, f in (("a", first), ("b", broken), ("c", without_argument))]
    found = build_manager(extra=plugins)
    assert found.has_listeners
    assert found.announce(OUTCOME) == 1
    assert sorted(heard) == ["Khai giảng", "without"]
    assert "plugin b failed" in caplog.text
    assert "no network" in caplog.text


def test_options_of_the_installation_reach_their_channel() -> None:
    class Options(ChannelSettings):
        app = text_field("Ứng dụng", "Mã ứng dụng.", "123", required=True)

    channel = make_channel("tele")
    type(channel).OptionsSchema = Options
    build_manager(extra=[plugin("own", channel)], options={"tele": {"app": "42"}})
    assert channel.options["app"] == "42"
    with pytest.raises(ValidationError):
        build_manager(extra=[plugin("own", channel)], options={"tele": {"colour": "red"}})
    with pytest.raises(PluginError, match="nobody"):
        build_manager(options={"nobody": {}})


def test_defaults_say_honestly_what_an_outlet_cannot_do() -> None:
    channel = make_channel("tele")
    assert channel.limits == Limits()
    assert channel.readme() == ""
    assert repr(channel) == "<channel tele>"
