"""`flask --app lms module …`: check and import module packages (contract.md)."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from lms.core import clock
from lms.core.db import commit
from lms.core.errors import Refused
from lms.modules import actions
from lms.modules.package.check import check
from lms.modules.package.content import Package
from lms.modules.package.files import PackageUnreadable, read_folder

cli = AppGroup("module", help="Module packages (Paket Modul).")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _read(folder: Path) -> tuple[Package | None, dict[str, bytes]]:
    """Read and check a folder, printing every message; exit status 2 where it cannot be read."""
    try:
        files = read_folder(folder)
    except PackageUnreadable as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from None
    package, messages = check(files, folder.resolve().name)
    for message in messages:
        click.echo(str(message), err=message.is_error)
    return package, files


@cli.command("check")
@click.argument("folder", type=FOLDER)
def check_command(folder: Path) -> None:
    """Check a package folder: `file:line:column CODE message`. Exit status 1 on any error."""
    package, _files = _read(folder)
    if package is None:
        raise SystemExit(1)
    click.echo(f"{package.id} {package.version}: {len(package.lessons)} pelajaran, siap diimpor.")


@cli.command("import")
@click.argument("folder", type=FOLDER)
def import_command(folder: Path) -> None:
    """Store a package folder as a version; refused whole where it has an error."""
    package, files = _read(folder)
    if package is None:
        click.echo("Paket belum diimpor: perbaiki dahulu baris di atas.", err=True)
        raise SystemExit(1)
    try:
        version, new = actions.import_package(package, files, by_id=None, now=clock.now())
    except Refused as error:
        click.echo(error.message, err=True)
        raise SystemExit(1) from None
    commit()
    state = "tersimpan" if new else "sudah ada, tidak ada yang berubah"
    click.echo(f"{package.id} {version.version}: {state}.")
