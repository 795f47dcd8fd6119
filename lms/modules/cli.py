"""`flask --app lms module …`: check, write and exchange module packages (contract.md)."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from lms.core import clock
from lms.core.db import commit
from lms.core.errors import Refused
from lms.modules import actions, queries
from lms.modules.models import ModuleVersion
from lms.modules.package.canonical import canonical
from lms.modules.package.check import Message, check
from lms.modules.package.content import Package
from lms.modules.package.files import PackageUnreadable, read_folder, write_folder

cli = AppGroup("module", help="Module packages (Paket Modul).")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _files(folder: Path) -> dict[str, bytes]:
    """The files of a folder; exit status 2 where it cannot be read."""
    try:
        return read_folder(folder)
    except PackageUnreadable as error:
        click.echo(error.message, err=True)
        raise SystemExit(2) from None


def _shown(found: tuple[Package | None, list[Message]]) -> Package | None:
    """The package of a check, after printing every message."""
    package, messages = found
    for message in messages:
        click.echo(str(message), err=message.is_error)
    return package


@cli.command("check")
@click.argument("folder", type=FOLDER)
def check_command(folder: Path) -> None:
    """Check a package folder: `file:line:column CODE message`. Exit status 1 on any error."""
    package = _shown(check(_files(folder), folder.resolve().name))
    if package is None:
        raise SystemExit(1)
    click.echo(f"{package.id} {package.version}: {len(package.lessons)} pelajaran, siap diimpor.")


@cli.command("import")
@click.argument("folder", type=FOLDER)
def import_command(folder: Path) -> None:
    """Store a package folder as a version; refused whole where it has an error.

    It is also held against the versions that are stored already. The name of the folder does not
    matter here, so that an exported version can be imported from wherever it was written.
    """
    files = _files(folder)
    package = _shown(check(files, history=queries.published_before))
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


def _version(name: str) -> ModuleVersion:
    """The version called ``slug`` (the current one) or ``slug@version``; exit status 1 if none."""
    slug, at, number = name.partition("@")
    found = queries.version_of(slug, number) if at else queries.current_version(slug)
    if found is None:
        click.echo(f"Modul {name} belum ada. Periksa kodenya atau impor dahulu.", err=True)
        raise SystemExit(1)
    return found


@cli.command("export")
@click.argument("name", metavar="ID")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export_command(name: str, folder: Path) -> None:
    """Write a stored version (ID: slug or slug@version) to an empty folder, in canonical form."""
    version = _version(name)
    try:
        write_folder(folder, queries.stored_files(version))
    except PackageUnreadable as error:
        click.echo(error.message, err=True)
        raise SystemExit(2) from None
    click.echo(f"{version.module.slug} {version.version}: tersimpan di {folder}.")


@cli.command("format")
@click.argument("folder", type=FOLDER)
def format_command(folder: Path) -> None:
    """Rewrite the files of a folder in canonical form; one with errors is left as it is."""
    files = _files(folder)
    written = [(name, data) for name, data in canonical(files).items() if data != files[name]]
    for name, data in written:
        (folder / name).write_bytes(data)
        click.echo(name)
    click.echo(f"{len(written)} berkas ditulis ulang.")
