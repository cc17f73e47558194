"""Addresses of the built styles, scripts and icons.

`hatch_build.py` writes `static/dist/` with a content hash in every name and a `manifest.json` from plain to hashed
names. Templates say `asset('app.css')` and never see a hash.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask, url_for
from whitenoise import WhiteNoise

STATIC_FOLDER = Path(__file__).parent / "static"
"""Folder the application serves as `static` (pass it as `static_folder` to Flask)."""

DIST_FOLDER = STATIC_FOLDER / "dist"


DAY = 24 * 3600


class AssetsMissing(RuntimeError):
    """The front end has not been built, or a template asks for a file that the build does not make."""


def read_manifest(dist: Path = DIST_FOLDER) -> dict[str, str]:
    """Return the map from plain to hashed file names.

    Raises:
        AssetsMissing: there is no readable manifest in `dist`.
    """
    try:
        manifest = json.loads((dist / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise AssetsMissing(
            f"no front end in {dist}: run 'pip install -e .' once, which builds it (or 'python -m hatchling build')"
        ) from error
    return {str(name): str(file) for name, file in manifest.items()}


def hashed_name(manifest: Mapping[str, str], name: str) -> str:
    """Return the built file for `name`.

    Raises:
        AssetsMissing: the build makes no such file.
    """
    try:
        return manifest[name]
    except KeyError:
        raise AssetsMissing(f"the build makes no {name!r}; it makes {', '.join(sorted(manifest))}") from None


def init_app(app: Flask, dist: Path = DIST_FOLDER) -> None:
    """Give the templates of `app` the global `asset(name)`, and send files compressed, to be kept by browsers.

    The manifest is read once, at the first use, so that commands which show no page run without a built front end. In
    debug mode it is read at every use, to follow a rebuild.
    """
    known: dict[str, str] = {}

    def asset(name: str) -> str:
        if app.debug or not known:
            known.update(read_manifest(dist))
        return url_for("static", filename=f"dist/{hashed_name(known, name)}")

    app.add_template_global(asset, "asset")
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=dist.parent,
        prefix="static/",
        max_age=DAY,
        allow_all_origins=False,
        immutable_file_test=r"/dist/[\w.-]+-[0-9A-Z]{8}\.\w+$",
        add_headers_function=_add_headers,
    )


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
