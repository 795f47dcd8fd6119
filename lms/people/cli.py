"""Commands about people. Exit status: 0 done, 1 refused, 2 used wrongly; errors go to stderr."""

from __future__ import annotations

from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup

from lms.core import clock
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.people import actions, queries
from lms.people.links import password_url
from lms.people.models import Employment, Person, Role
from lms.people.nip import MESSAGES, nip_problems, normalise_nip

cli = AppGroup("people", help="Employees and their roles.")


@cli.command("admin")
@click.argument("nip")
@click.argument("name")
def admin_command(nip: str, name: str) -> None:
    """Create or promote an administrator and print a one-time password link.

    NIP may be written in groups. Where it is known already, the person keeps their name and NAME
    is not used.
    """
    try:
        person = queries.person_by_nip(normalise_nip(nip)) or _created(nip, name)
        now = clock.now()
        actions.grant_role(person, Role.ADMIN, None, now)
        token = actions.make_password_link(person, None, now)
    except Refused as error:
        db.session.rollback()
        _stop(error.message)
    commit()
    click.echo(password_url(token))


def _created(nip: str, name: str) -> Person:
    """A new employee in the topmost unit, which is made where there is none."""
    if not name.strip():
        raise click.BadParameter("must not be empty", param_hint="NAME")
    for problem in nip_problems(normalise_nip(nip), Employment.PNS.value):
        if problem.is_error:
            raise click.BadParameter(str(MESSAGES[problem.code]), param_hint="NIP")
        click.echo(str(MESSAGES[problem.code]), err=True)
    now = clock.now()
    unit = queries.root_unit() or actions.add_unit(
        current_app.config["LMS_AGENCY_NAME"], "", None, None, now
    )
    facts = actions.PersonFacts(nip, name, Employment.PNS, "", unit.id)
    return actions.add_person(facts, None, now)


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise SystemExit(1)
