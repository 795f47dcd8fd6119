"""What is done to people, their roles, their reporting line and their sign-ins."""

from lms.people.actions.persons import (
    PersonFacts,
    add_person,
    add_unit,
    change_person,
    deactivate,
    reactivate,
    rename_unit,
)
from lms.people.actions.roles import end_role, grant_role, set_superior
from lms.people.actions.sign_ins import (
    LINK_HOURS,
    change_password,
    end_sign_in,
    end_sign_ins,
    make_password_link,
    open_sign_in,
    sign_in,
    token_digest,
    use_password_link,
)

__all__ = [
    "LINK_HOURS",
    "PersonFacts",
    "add_person",
    "add_unit",
    "change_password",
    "change_person",
    "deactivate",
    "end_role",
    "end_sign_in",
    "end_sign_ins",
    "grant_role",
    "make_password_link",
    "open_sign_in",
    "reactivate",
    "rename_unit",
    "set_superior",
    "sign_in",
    "token_digest",
    "use_password_link",
]
