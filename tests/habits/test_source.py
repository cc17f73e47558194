"""Habits of the source: small modules, one clock, no raw SQL, nothing that belongs to one machine."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("channel_plugins", "tenants", "district")
LONGEST_MODULE = 450
LONGEST_FUNCTION = 65

RAW_SQL_ALLOWED = {
    "tenants/db.py", "tenants/db_sqlite.py", "tenants/scope.py", "district/migrate.py",
    "district/bench/effective_plan.py", "district/bench/amendments.py",
    "district/demo/seed.py",
}  # fmt: skip
"""The session's guard hears the session, not the connection: only these may go below it."""

BELOW_THE_GUARD = re.compile(
    r"\btext\(\s*[\"'f]|\bsa\.text\(|literal_column\(|__table__|make_transient|db\.engine|\.connection\(|exec_driver_sql"
)


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_modules_and_functions_are_short() -> None:
    long_ones = []
    for path in modules():
        source = path.read_text("utf-8")
        lines = source.count("\n")
        if lines > LONGEST_MODULE:
            long_ones.append(f"{name(path)}: {lines} lines")
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef):
                continue
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                long_ones.append(f"{name(path)}:{node.lineno} {node.name}: {length} lines")
    assert long_ones == []


def test_nothing_goes_below_the_scope_guard() -> None:
    wrong = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in modules()
        if name(path).startswith(("tenants/", "district/")) and name(path) not in RAW_SQL_ALLOWED
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if BELOW_THE_GUARD.search(line)
    ]
    assert wrong == []


def test_time_comes_from_the_clock() -> None:
    asks = re.compile(r"\butcnow\(|datetime\.now\(|date\.today\(|time\.time\(")
    wrong = [
        f"{name(path)}:{number}"
        for path in modules()
        if name(path) != "tenants/clock.py" and not name(path).startswith(("channel_plugins/", "district/bench"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if asks.search(line)
    ]
    assert wrong == []


def test_public_functions_say_what_they_do() -> None:
    wrong = []
    for path in modules():
        tree = ast.parse(path.read_text("utf-8"))
        if ast.get_docstring(tree) is None and path.name != "__init__.py":
            wrong.append(name(path))
        for node in tree.body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if named and ast.get_docstring(node) is None and "/forms/" not in name(path):  # type: ignore[arg-type]
                wrong.append(f"{name(path)}:{node.lineno} {node.name}")  # type: ignore[union-attr]
    assert wrong == []


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def test_no_machine_path_and_no_download_address_is_committed() -> None:
    home = "/" + "work/"
    address = re.compile(r'"resolved": *"http|^--(extra-)?index-url|^--find-links', re.M)
    wrong = []
    for path in tracked():
        try:
            content = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        if home in content or (path.suffix in {".json", ".lock", ".txt", ".toml"} and address.search(content)):
            wrong.append(name(path))
    assert wrong == []


def test_tests_do_not_sleep_or_skip() -> None:
    """The one exception is a machine without a browser, which the summary says loudly."""
    habits = re.compile(r"pytest\.(mark\.)?(skip|xfail)|\btime\.sleep\(")
    wrong = [
        f"{name(path)}:{number}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path != Path(__file__) and path.name != "browser.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if habits.search(line)
    ]
    assert wrong == []
