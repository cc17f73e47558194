"""The documentation of channels says what the code does."""

import inspect
import re
from pathlib import Path

import pytest

import channel_plugins
from channel_plugins import Channel, hookspecs
from channel_plugins.hookspecs import district_channels, district_delivery_finished

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "write-a-channel.md").read_text("utf-8")
CONTRACT = (ROOT / "channel_plugins" / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```\w+\n# (\S+)\n(.*?)```", GUIDE, flags=re.S)
METHODS = [name for name, member in vars(Channel).items() if inspect.isfunction(member) and not name.startswith("_")]


def test_the_guide_has_code() -> None:
    assert len(BLOCKS) == GUIDE.count("```") // 2
    assert len(BLOCKS) >= 8


@pytest.mark.parametrize(("path", "code"), BLOCKS)
def test_every_piece_of_code_in_the_guide_is_cut_from_a_file(path: str, code: str) -> None:
    assert code.rstrip("\n") in (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("path", re.findall(r"`((?:examples|channel_plugins|docs)/[\w/.-]+)`", GUIDE + CONTRACT))
def test_every_path_named_in_the_guide_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", [*METHODS, "info", "limits", "SettingsSchema", "OptionsSchema"])
def test_the_contract_names_every_part_of_a_channel(name: str) -> None:
    helpers = {"configure", "load_settings", "readme"}
    assert name in helpers or f"`{name}" in CONTRACT


@pytest.mark.parametrize("hook", [district_channels, district_delivery_finished])
def test_every_hook_is_documented_as_a_contract(hook: object) -> None:
    text = inspect.getdoc(hook) or ""
    for part in ("Called:", "Returns:", "Raises:", "Example:", "Since:"):
        assert part in text
    assert f"def {hook.__name__}(" in text  # type: ignore[attr-defined]
    assert f"`{hook.__name__}(" in CONTRACT  # type: ignore[attr-defined]


def test_there_are_two_hooks() -> None:
    marked = [name for name, member in vars(hookspecs).items() if hasattr(member, "district_spec")]
    assert sorted(marked) == ["district_channels", "district_delivery_finished"]


@pytest.mark.parametrize("name", METHODS)
def test_every_method_of_a_channel_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(Channel, name))


def test_what_is_for_others_is_listed_and_exists() -> None:
    assert sorted(channel_plugins.__all__) == list(channel_plugins.__all__)
    assert all(hasattr(channel_plugins, name) for name in channel_plugins.__all__)
