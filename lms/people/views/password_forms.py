"""What the pages share on which a password is chosen."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, render_template

from lms.people import passwords
from lms.people.forms import ChangePasswordForm, FirstPasswordForm, NewPasswordForm
from lms.people.models import Person

PasswordForm = NewPasswordForm | ChangePasswordForm | FirstPasswordForm


def acceptable(form: PasswordForm, person: Person | None, *names: str) -> bool:
    """Put the reason why a new password is refused beside its field."""
    config = current_app.config
    known = (config["LMS_SITE_NAME"], config["LMS_AGENCY_NAME"], *names)
    problem = passwords.password_problem(form.new.data, person, *known)
    if problem is not None:
        form.new.errors = [problem]
    return problem is None


def password_page(
    template: str,
    form: PasswordForm,
    status: int = 200,
    message: str | None = None,
    **context: Any,
) -> Response:
    """The page with the form as it was typed, without the passwords."""
    page = render_template(
        template, form=form, message=message, minimum=passwords.MINIMUM, **context
    )
    return make_response(page, status)
