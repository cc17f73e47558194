"""A new project for a channel, outside the tree: the whole working project in `template`, under its own name.

The template is a project like any other. It is tested as it stands, and what is written is nothing but a copy in which
the name is replaced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

TEMPLATE = Path(__file__).with_name("template")
_SAMPLE = "kenhmau"
_LABEL = "Kênh mẫu"
_LEGAL = re.compile(r"[a-z][a-z0-9_]{1,30}")
_KEPT = {".py", ".toml", ".md"}


class BadProject(Exception):
    """The project cannot be written; the message says why and what to do."""


@dataclass(frozen=True)
class Project:
    """A project that was written: its folder, and its files relative to that."""

    folder: Path
    files: tuple[Path, ...]


def write(name: str, into: Path, label: str = "", taken: frozenset[str] = frozenset()) -> Project:
    """Write the project of a channel called `name` to `into/loa-<name>`.

    Args:
        label: what people call the channel; "" makes it of the name.
        taken: names of channels that exist.

    Raises:
        BadProject: the name is not legal or taken, or the folder exists and is not empty. Nothing was written.
    """
    if not _LEGAL.fullmatch(name):
        raise BadProject(
            f"Tên «{name}» không dùng được. Tên kênh gồm chữ thường không dấu, chữ số và dấu gạch dưới, bắt đầu bằng "
            "chữ, ví dụ telegram."
        )
    if name in taken:
        raise BadProject(f"Đã có kênh tên «{name}». Hãy chọn tên khác.")
    label = label.strip() or name.replace("_", " ").capitalize()
    if any(sign in label for sign in '"\\\n{}'):
        raise BadProject("Tên gọi của kênh không được có dấu nháy kép, dấu gạch chéo ngược hay ngoặc nhọn.")
    folder = into / f"loa-{name.replace('_', '-')}"
    if folder.exists() and any(folder.iterdir()):
        raise BadProject(f"Thư mục {folder} đã có và không trống, nên không ghi gì vào đó. Hãy chọn thư mục khác.")
    written = []
    for source in sorted(TEMPLATE.rglob("*")):
        if source.suffix in _KEPT and source.is_file():
            place = Path(renamed(str(source.relative_to(TEMPLATE)), name, label))
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(renamed(source.read_text("utf-8"), name, label), "utf-8")
            written.append(place)
    return Project(folder, tuple(written))


def renamed(text: str, name: str, label: str) -> str:
    """Return a text of the template under the name and label of a new channel."""
    replaced = {
        _LABEL: label,
        f"loa-{_SAMPLE}": f"loa-{name.replace('_', '-')}",
        f"https://{_SAMPLE}.": f"https://{name.replace('_', '-')}.",
        f"api.{_SAMPLE}.": f"api.{name.replace('_', '-')}.",
        _SAMPLE.upper(): name.upper(),
        _SAMPLE.capitalize(): "".join(part.capitalize() for part in name.split("_")),
        _SAMPLE: name,
    }
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text
