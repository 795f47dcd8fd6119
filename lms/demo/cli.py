"""`flask --app lms demo load`: fill an empty database with the demo city (contract.md)."""

from __future__ import annotations

from datetime import datetime

import click
from flask import Flask, current_app, request
from flask.cli import AppGroup

from lms.core import clock
from lms.core.db import commit
from lms.core.errors import Refused
from lms.demo import load as loading
from lms.demo.cast import PASSWORD, sign_in_people
from lms.demo.marker import is_demo_city

cli = AppGroup("demo", help="The demo city.")


@cli.command("load")
@click.option(
    "--people",
    type=click.IntRange(min=loading.LEAST_PEOPLE),
    default=loading.DEFAULT_PEOPLE,
    show_default=True,
    help="How many people.",
)
@click.option("--seed", type=int, default=loading.DEFAULT_SEED, show_default=True)
@click.option(
    "--as-of",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="The day on which the city is alive (default: today in Semarang).",
)
@click.option("--if-empty", is_flag=True, help="Do nothing where there are people already.")
def load_command(people: int, seed: int, as_of: datetime | None, if_empty: bool) -> None:
    """Load the demo city; refused (exit status 1) where the database has people."""
    if if_empty and not loading.is_empty():
        return
    day = as_of.date() if as_of else clock.today(clock.now())
    try:
        city = loading.load(loading.Wish(day, people, seed))
    except Refused as refusal:
        click.echo(refusal.message, err=True)
        raise SystemExit(1) from None
    commit()
    click.echo(f"{len(city.people)} pegawai dimuat. Sandi semua orang: {PASSWORD}")


def init_app(app: Flask) -> None:
    """Let the sign-in page of a demo site list its people."""
    app.config["LMS_DEMO_PEOPLE"] = sign_in_people()
    app.config.setdefault("LMS_DEMO", False)
    app.before_request(_notice_demo)


def _notice_demo() -> None:
    if request.endpoint == "people.sign_in":
        current_app.config["LMS_DEMO"] = is_demo_city()
