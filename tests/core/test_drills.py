"""Every drill is listed and runs: a very small version of each, on SQLite."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "drills"
SHARED = {"__main__", "common"}
SMALL = {
    "fuzz": ("--requests", "150"),
    "double-send": ("--forms", "3", "--in-turn"),
    "crash": ("--kills", "2", "--clients", "4"),
}


def modules() -> list[ModuleType]:
    """What lies in the folder, beside what the drills share."""
    names = sorted(m.name for m in pkgutil.iter_modules([str(FOLDER)]) if m.name not in SHARED)
    return [importlib.import_module(f"drills.{name}") for name in names]


def command() -> ModuleType:
    """`python -m tests.drills`."""
    return importlib.import_module("drills.__main__")


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__)
def test_a_drill_says_what_it_is(module: ModuleType) -> None:
    """A name, one line of help, and a door."""
    assert module.NAME.replace("-", "_") == module.__name__.rpartition(".")[2]
    assert "\n" not in module.HELP
    assert callable(module.main)


def test_the_list_names_every_drill(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, with its help."""
    assert command().main(["list"]) == 0

    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == sorted(m.NAME for m in modules())
    assert all(module.HELP in " ".join(listed) for module in modules())


def test_an_unknown_drill_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, and the names there are."""
    assert command().main(["tidak-ada"]) == 2
    assert "double-send" in capsys.readouterr().err


@pytest.mark.parametrize("name", SMALL)
def test_a_small_drill_finds_nothing(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0, and the figures in the last line."""
    status = command().main([name, "--database", "sqlite", *SMALL[name]])

    printed = capsys.readouterr().out
    assert status == 0, printed
    assert printed.splitlines()[-1].startswith("sqlite: ")
