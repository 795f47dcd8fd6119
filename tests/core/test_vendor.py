"""Third-party files are byte for byte what their makers published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import vendor

STATIC = vendor.ROOT / "static"


@pytest.mark.parametrize("name", vendor.MANIFESTS)
def test_every_kept_file_is_as_recorded(name: str) -> None:
    """The offline check passes, and there is something to check."""
    manifest = vendor.ROOT / name

    assert vendor.packages(manifest)
    assert vendor.verify(manifest) == []


@pytest.mark.parametrize("name", vendor.MANIFESTS)
def test_each_package_keeps_its_licence(name: str) -> None:
    """What we hand on, we hand on with its terms."""
    for package in vendor.packages(vendor.ROOT / name):
        assert any("LICENSE" in file["name"] for file in package["files"]), package["package"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped vendor folder that a test may spoil."""
    shutil.copytree(STATIC / "vendor", tmp_path / "vendor")
    return tmp_path / "vendor"


def test_one_changed_byte_is_found(copy: Path) -> None:
    """Not the length and not the date, but the bytes count."""
    script = copy / "htmx-2.0.11.min.js"
    script.write_bytes(script.read_bytes()[:-1] + b" ")

    assert vendor.verify(copy / "manifest.json") == ["BAD htmx-2.0.11.min.js"]


def test_missing_and_unlisted_files_are_found(copy: Path) -> None:
    """A file nobody recorded is as suspicious as one that has gone."""
    (copy / "htmx-2.0.11.LICENSE.txt").unlink()
    (copy / "other.js").write_text("1")

    assert vendor.verify(copy / "manifest.json") == [
        "UNLISTED other.js",
        "MISSING htmx-2.0.11.LICENSE.txt",
    ]


def test_the_command_says_so_and_fails(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 0 for the shipped files, 1 for spoiled ones."""
    assert vendor.main([]) == 0

    (copy / "htmx-2.0.11.min.js").write_bytes(b"")
    monkeypatch.setattr(vendor, "ROOT", copy)
    monkeypatch.setattr(vendor, "MANIFESTS", ("manifest.json",))

    assert vendor.main([]) == 1
    assert "BAD htmx-2.0.11.min.js" in capsys.readouterr().out


def test_a_foreign_tarball_is_refused(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetching stops before a file is written when the package is not the recorded one."""

    def pack(command: list[str], cwd: str, **_rest: object) -> None:
        (Path(cwd) / "htmx.org-2.0.11.tgz").write_bytes(b"something else")

    monkeypatch.setattr(vendor.subprocess, "run", pack)

    with pytest.raises(SystemExit, match="REFUSED htmx.org@2.0.11"):
        vendor.fetch(copy / "manifest.json")
    assert vendor.verify(copy / "manifest.json") == []
