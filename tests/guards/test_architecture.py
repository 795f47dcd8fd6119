"""The shape of the house: who imports whom, how large a room may grow (architecture.md §3, §5)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from lms import config

SOURCES = sorted((config.ROOT / "lms").rglob("*.py"))
TEMPLATES = sorted((config.ROOT / "templates").rglob("*.html"))
ROOMS = {"models", "policy", "queries", "actions", "forms", "views"}


def _name(path: Path) -> str:
    return path.relative_to(config.ROOT).as_posix()


def test_imports_keep_their_direction() -> None:
    """The contracts in pyproject.toml hold."""
    tool = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([tool, "--no-cache"], capture_output=True, text=True, cwd=config.ROOT)  # noqa: S603

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_source_file_stays_small(path: Path) -> None:
    """400 lines at most; a room past that becomes a package."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_stays_small(path: Path) -> None:
    """120 lines at most."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


def _functions(path: Path) -> list[tuple[str, int]]:
    """Every function with the lines of its body, docstring left out."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) else node.body
        if body:
            found.append((node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_functions_stay_short(path: Path) -> None:
    """25 lines at most, docstring apart; a single statement (a query, a table) may be longer."""
    long = [(name, lines) for name, lines in _functions(path) if lines > 25]

    assert [entry for entry in long if not _is_one_statement(path, entry[0])] == []


def _is_one_statement(path: Path, name: str) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            return len(body) <= 3
    return False


def test_templates_use_nothing_that_the_content_policy_forbids() -> None:
    """No inline style or script, no evaluated htmx attribute."""
    forbidden = (" style=", "<style", "hx-on", "js:", "javascript:", "hx-vals", "<script>")

    hits = [
        (_name(path), word)
        for path in TEMPLATES
        for word in forbidden
        if word in path.read_text(encoding="utf-8")
    ]

    assert hits == []
