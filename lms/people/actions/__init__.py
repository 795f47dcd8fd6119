"""What is done to people, their roles, their reporting line and their sign-ins."""

from lms.people.actions.first_codes import mail_first_code, make_first_code, use_first_code
from lms.people.actions.own_account import change_email, choose_language
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
    LINK_MINUTES,
    change_password,
    end_other_sign_ins,
    end_sign_in,
    end_sign_ins,
    make_password_link,
    open_sign_in,
    replace_password,
    send_password_link,
    sign_in,
    token_digest,
    use_password_link,
)

__all__ = [
    "LINK_MINUTES",
    "PersonFacts",
    "add_person",
    "add_unit",
    "change_email",
    "change_password",
    "change_person",
    "choose_language",
    "deactivate",
    "end_other_sign_ins",
    "end_role",
    "end_sign_in",
    "end_sign_ins",
    "grant_role",
    "mail_first_code",
    "make_first_code",
    "make_password_link",
    "open_sign_in",
    "replace_password",
    "reactivate",
    "rename_unit",
    "send_password_link",
    "set_superior",
    "sign_in",
    "token_digest",
    "use_first_code",
    "use_password_link",
]
