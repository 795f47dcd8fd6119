"""`module import`, `export` and `format`: one version, one content, one form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from modules.package.broken_packages import Change, broken
from modules.package.full import full
from sqlalchemy import func, select

from lms.core.db import db
from lms.modules import queries
from lms.modules.models import ModuleVersion
from lms.modules.package.canonical import canonical
from lms.modules.package.files import content_hash, pack, read_folder

Run = Callable[..., Result]
CONTENT = Path(__file__).parents[2] / "content" / "komunikasi-efektif"


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command of the group; gives the result with stdout and stderr apart."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["module", *(str(word) for word in words)])


def folder(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def changed(root: Path, version: str, *changes: Change) -> Path:
    """The complete module as another version, with its line in the change log."""
    numbers = [
        Change("modul.yaml", 'version: "1.0.0"', f'version: "{version}"'),
        Change("CATATAN-PERUBAHAN.md", "- **1.0.0**", f"- **{version}**"),
    ]
    return folder(root, broken(full(), [*changes, *numbers]))


def versions() -> int:
    return db.session.scalar(select(func.count(ModuleVersion.id))) or 0


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """The complete module as a folder, not in canonical form."""
    return folder(tmp_path / "modul-penuh", broken(full(), []))


@pytest.mark.parametrize("source", ["module", "shipped"])
def test_export_import_export_is_byte_identical(
    run: Run, module: Path, tmp_path: Path, source: str
) -> None:
    source_folder = CONTENT if source == "shipped" else module
    name = source_folder.name
    assert run("import", source_folder).exit_code == 0

    first = run("export", name, tmp_path / "satu")
    again = run("import", tmp_path / "satu")
    second = run("export", name, tmp_path / "dua")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "sudah ada, tidak ada yang berubah" in again.stdout
    exported = read_folder(tmp_path / "satu")
    assert exported == read_folder(tmp_path / "dua")
    assert exported == canonical(read_folder(source_folder))
    assert versions() == 1


def test_an_older_version_is_named_by_its_number(run: Run, module: Path, tmp_path: Path) -> None:
    run("import", module)
    run("import", changed(tmp_path / "b", "1.0.1"))

    older = run("export", "modul-penuh@1.0.0", tmp_path / "lama")
    newest = run("export", "modul-penuh", tmp_path / "baru")

    assert (older.exit_code, newest.exit_code) == (0, 0)
    assert b'version: "1.0.0"' in (tmp_path / "lama" / "modul.yaml").read_bytes()
    assert b'version: "1.0.1"' in (tmp_path / "baru" / "modul.yaml").read_bytes()


def test_a_folder_with_something_in_it_is_left_alone(
    run: Run, module: Path, tmp_path: Path
) -> None:
    run("import", module)
    target = folder(tmp_path / "isi", {"catatan.txt": b"penting"})

    refused = run("export", "modul-penuh", target)

    assert refused.exit_code == 2
    assert "sudah berisi" in refused.stderr
    assert read_folder(target) == {"catatan.txt": b"penting"}


@pytest.mark.parametrize("name", ["modul-lain", "modul-penuh@2.0.0", "modul-penuh@", ""])
def test_a_module_that_is_not_there_is_not_exported(
    run: Run, module: Path, tmp_path: Path, name: str
) -> None:
    run("import", module)
    target = tmp_path / "kosong"

    result = run("export", name, target)

    assert result.exit_code == 1
    assert not target.exists()


def test_the_same_content_in_another_form_is_the_same_version(run: Run, module: Path) -> None:
    run("import", module)
    plan = module / "rencana.yaml"
    plan.write_text("# hari\n" + plan.read_text().replace("Kapan?", "'Kapan?'"))

    again = run("import", module)

    assert again.exit_code == 0
    assert "W-YAML-01" in again.stdout
    assert "sudah ada, tidak ada yang berubah" in again.stdout


def test_a_row_with_a_hash_over_raw_bytes_is_recognised(run: Run, module: Path) -> None:
    run("import", module)
    raw = read_folder(module)
    assert raw != canonical(raw)
    row = db.session.scalars(select(ModuleVersion)).one()
    row.content_hash, row.snapshot = content_hash(raw), pack(raw)
    db.session.commit()

    again = run("import", module)

    assert (again.exit_code, versions()) == (0, 1)
    assert "sudah ada, tidak ada yang berubah" in again.stdout


def test_other_content_under_a_known_version_is_refused(
    run: Run, module: Path, tmp_path: Path
) -> None:
    run("import", module)
    plan = Change("rencana.yaml", "Kapan?", "Kapan saja?")

    refused = run("import", folder(tmp_path / "b", broken(full(), [plan])))

    assert refused.exit_code == 1
    assert "isi yang berbeda" in refused.stderr
    assert versions() == 1


def test_a_breaking_change_needs_the_version_for_it(run: Run, module: Path, tmp_path: Path) -> None:
    run("import", module)
    key = Change("soal/sjt.yaml", "effect: 1.4", "effect: 1.5")

    minor = run("import", changed(tmp_path / "b", "1.1.0", key))
    major = run("import", changed(tmp_path / "c", "2.0.0", key))

    assert (minor.exit_code, major.exit_code) == (1, 0)
    assert minor.stderr.startswith("modul.yaml:3:10  E-VER-01  ")
    assert run("check", tmp_path / "b").stderr.count("E-VER-01") == 0
    assert versions() == 2


def test_a_condition_that_nobody_would_check_is_refused(
    run: Run, module: Path, tmp_path: Path
) -> None:
    scored = Change("modul.yaml", "{lessons: all,", "{lessons: all, min_score: 70,")

    refused = run("import", changed(tmp_path / "b", "1.0.1", scored))

    assert refused.exit_code == 1
    assert "min_score belum dapat ditegakkan" in refused.stderr
    assert versions() == 0


def test_a_draft_in_the_database_is_not_compared(run: Run, module: Path, tmp_path: Path) -> None:
    run("import", changed(tmp_path / "b", "5.0.0", Change("modul.yaml", "published", "draft")))

    assert run("import", module).exit_code == 0
    assert versions() == 2


@pytest.mark.parametrize(("status", "current"), [("draft", "1.0.0"), ("retired", None)])
def test_what_new_learners_get_while_a_version_is_not_published(
    run: Run, module: Path, tmp_path: Path, status: str, current: str | None
) -> None:
    run("import", module)
    run("import", changed(tmp_path / "b", "1.0.1", Change("modul.yaml", "published", status)))

    found = queries.current_version("modul-penuh")

    assert versions() == 2
    assert (found.version if found else None) == current


def test_a_stored_version_is_read_although_rules_became_stricter(run: Run, module: Path) -> None:
    run("import", module)
    row = db.session.scalars(select(ModuleVersion)).one()
    older = read_folder(module)
    for name in ("atasan.md", "kalibrasi/k-1.yaml"):
        del older[name]
    row.content_hash, row.snapshot = content_hash(older), pack(older)
    db.session.commit()

    assert len(queries.package(row).lessons) == 5


def test_format_writes_the_canonical_form_once(run: Run, module: Path) -> None:
    before = read_folder(module)

    first, second = run("format", module), run("format", module)

    assert read_folder(module) == canonical(before)
    assert "rubrik/penuh.yaml" in first.stdout.splitlines()
    assert second.stdout == "0 berkas ditulis ulang.\n"


def test_format_leaves_a_file_with_errors(run: Run, module: Path) -> None:
    (module / "soal" / "sjt.yaml").write_bytes(b"id: 'a'\nid: b\n")

    run("format", module)

    assert (module / "soal" / "sjt.yaml").read_bytes() == b"id: 'a'\nid: b\n"
