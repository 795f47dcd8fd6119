"""What an attempt at a door counts against, and what is said when there were too many."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, request
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.people import throttle
from lms.people.login import device_of
from lms.people.models import Person

HOUR = 3600


def sign_in_buckets(name: str, person: Person | None) -> list[throttle.Bucket]:
    """A known device has a count of its own, so that no attacker locks its owner out."""
    device = device_of(person.id) if person else None
    if device is not None:
        limit = throttle.PER_ADDRESS * throttle.KNOWN_DEVICE_FACTOR
        return [
            _bucket("device", f"{device}\0{name}", throttle.PER_ACCOUNT),
            _bucket("address of known devices", _address(), limit),
        ]
    return [_bucket("account", name, throttle.PER_ACCOUNT), *_everyone()]


def code_buckets(name: str) -> list[throttle.Bucket]:
    """As at the sign-in, but guesses at a password do not close the door for a code."""
    return [_bucket("code", name, throttle.PER_ACCOUNT), *_everyone()]


def reset_buckets(name: str) -> list[throttle.Bucket]:
    """Requests for a link, by the name as it was typed: known and unknown are limited alike."""
    day = _bucket("reset", name, throttle.RESETS_A_DAY, throttle.DAY)
    return [day, _bucket("reset address", _address(), throttle.PER_ADDRESS)]


def reset_account_bucket(name: str, person: Person | None) -> throttle.Bucket:
    """The mails that one account gets a day, whichever of its two names was typed."""
    subject = str(person.id) if person else name
    return _bucket("reset account", subject, throttle.RESETS_A_DAY, throttle.DAY)


def own_bucket(person: Person) -> throttle.Bucket:
    """Guesses at one's own present password by someone at one's own screen."""
    return _bucket("change", str(person.id), throttle.PER_ACCOUNT)


def too_many(error: throttle.TooMany) -> str:
    """The sentence for someone who has to wait."""
    if error.seconds > HOUR:
        hours = -(-error.seconds // HOUR)
        return ngettext(
            "Terlalu banyak permintaan hari ini. Coba lagi dalam %(hours)d jam, "
            "atau mintalah kode masuk kepada admin pelatihan.",
            "Terlalu banyak permintaan hari ini. Coba lagi dalam %(hours)d jam, "
            "atau mintalah kode masuk kepada admin pelatihan.",
            hours,
            hours=hours,
        )
    return _(
        "Terlalu banyak percobaan masuk. Demi keamanan, tunggu %(minutes)d menit, lalu coba lagi.",
        minutes=-(-error.seconds // 60),
    )


def closed_for(error: throttle.TooMany, response: Response) -> Response:
    """The answer with the time after which to come again."""
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _everyone() -> list[throttle.Bucket]:
    return [
        _bucket("address", _address(), throttle.PER_ADDRESS),
        _bucket("site", "", throttle.PER_SITE),
    ]


def _address() -> str:
    return throttle.network(request.remote_addr)


def _bucket(
    kind: str, subject: str, limit: int, window: timedelta = throttle.WINDOW
) -> throttle.Bucket:
    return throttle.bucket(current_app.config["SECRET_KEY"], kind, subject, limit, window)
