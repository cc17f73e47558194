"""The built front end: names, sizes, no foreign address, readable colours."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

from tenants.web.assets import DIST_FOLDER, STATIC_FOLDER, AssetsMissing, hashed_name, init_app, read_manifest

SOURCE = Path(__file__).parents[3] / "frontend" / "src"
TEMPLATES = STATIC_FOLDER.parent / "templates"

ON_LIGHT = ["ink", "ink-soft", "ink-faint", "primary-600", "primary-700", "primary-800", "accent-700", "bad"]
WHITE_ON = ["primary-600", "primary-700", "primary-800", "primary-900", "bad", "rail-active"]
PAIRS = [
    *[(text, ground) for text in ON_LIGHT for ground in ("surface", "ground", "surface-soft")],
    *[("ink", ground) for ground in ("info-soft", "ok-soft", "warn-soft", "bad-soft", "accent-50", "primary-50")],
    *[(tone, f"{tone}-soft") for tone in ("info", "ok", "warn", "bad", "neutral")],
    *[(text, "primary-100") for text in ("primary-700", "primary-800", "ink")],
    *[("surface", ground) for ground in WHITE_ON],
    *[("on-rail-soft", ground) for ground in ("primary-900", "rail-active")],
    ("ink-soft", "primary-50"),
]


def tokens() -> dict[str, str]:
    text = (SOURCE / "tokens.css").read_text("utf-8")
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", text))


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2.1, definition of relative luminance)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def built(name: str) -> Path:
    return DIST_FOLDER / read_manifest()[name]


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_colours_can_be_read(text: str, ground: str) -> None:
    assert contrast(tokens()[text], tokens()[ground]) >= 4.5


@pytest.mark.parametrize("ground", ["surface", "surface-soft"])
def test_borders_of_inputs_can_be_seen(ground: str) -> None:
    assert contrast(tokens()["line-strong"], tokens()[ground]) >= 3


def test_every_name_of_the_manifest_is_a_file_that_can_be_cached_for_ever() -> None:
    manifest = read_manifest()
    assert {"app.css", "app.js", "editor.js", "public.css", "public.js", "icons.svg"} <= manifest.keys()
    for file in manifest.values():
        assert re.search(r"-[0-9A-Z]{8}\.(js|css|svg)$", file)
        assert (DIST_FOLDER / file).is_file()


def test_compressed_copies_hold_the_same_bytes() -> None:
    for file in read_manifest().values():
        plain = DIST_FOLDER / file
        assert gzip.decompress(Path(f"{plain}.gz").read_bytes()) == plain.read_bytes()
        assert Path(f"{plain}.br").is_file()


@pytest.mark.parametrize("name", ["app.css", "public.css"])
def test_styles_load_nothing_from_elsewhere(name: str) -> None:
    addresses = re.findall(r"url\(\s*[\"']?([^)\"']+)", built(name).read_text("utf-8"))
    assert [address for address in addresses if not address.startswith("data:")] == []
    assert "@import" not in built(name).read_text("utf-8")


LIMITS = {"app.css": 12_000, "app.js": 6_000, "public.css": 6_000, "public.js": 1_500}
"""Bytes as they travel, compressed by gzip."""


@pytest.mark.parametrize("name", LIMITS)
def test_what_every_page_loads_stays_small(name: str) -> None:
    assert Path(f"{built(name)}.gz").stat().st_size < LIMITS[name]


def test_pages_and_scripts_name_only_icons_that_exist() -> None:
    known = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC_FOLDER / "icons.svg").read_text("utf-8")))
    files = [*TEMPLATES.rglob("*.html"), *SOURCE.glob("*.js")]
    used = {name for file in files for name in re.findall(r"\b(?:icon\(|sign=)'([\w-]+)'", file.read_text("utf-8"))}
    assert used
    assert used - known == set()


def test_templates_keep_to_the_content_policy() -> None:
    script = r"<script(?![^>]*\ssrc=)(?! type=\"application/ld)"
    for page in TEMPLATES.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(rf"<style|\sstyle=|\son(click|change|submit|load)=|{script}", text), page.name


def test_a_template_gets_the_address_of_the_built_file() -> None:
    app = Flask("page", static_folder=str(STATIC_FOLDER))
    init_app(app)
    with app.test_request_context():
        address = app.jinja_env.from_string("{{ asset('app.css') }}").render()
    with app.test_client().get(address) as answer:
        assert answer.data == built("app.css").read_bytes()


def test_a_built_file_comes_compressed_and_is_kept_for_ever() -> None:
    app = Flask("page", static_folder=str(STATIC_FOLDER))
    init_app(app)
    name = read_manifest()["app.css"]
    with app.test_client().get(f"/static/dist/{name}", headers={"Accept-Encoding": "gzip, br"}) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer.headers["Cache-Control"]
    with app.test_client().get("/static/favicon.svg") as answer:
        assert "immutable" not in answer.headers["Cache-Control"]


def test_a_missing_build_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="pip install -e"):
        read_manifest(tmp_path)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(AssetsMissing, match=r"app\.css"):
        hashed_name({"app.css": "app-12345678.css"}, "ap.css")
