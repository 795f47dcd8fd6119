"""What an attempt at a door counts against, and what is said when there were too many."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response, current_app, request
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.people import throttle
from lms.people.login import device_of
from lms.people.models import Person

HOUR = 3600
KNOWN_ADDRESS = throttle.PER_ADDRESS * throttle.KNOWN_DEVICE_FACTOR


def sign_in_buckets(name: str, person: Person | None) -> list[throttle.Bucket]:
    """A known device has a count of its own, so that no attacker locks its owner out."""
    device = _device(person)
    if device is not None:
        return [
            _bucket("device", f"{device}\0{name}", throttle.PER_ACCOUNT),
            _bucket("address of known devices", _address(), KNOWN_ADDRESS),
        ]
    return [_bucket("account", name, throttle.PER_ACCOUNT), *_everyone()]


def code_buckets(name: str) -> list[throttle.Bucket]:
    """Guesses at a password do not close the door for a code, nor a stranger's wrong codes."""
    return [_bucket("code", name, throttle.PER_CODE), *_everyone()]


def reset_buckets(name: str, person: Person | None, now: datetime) -> list[throttle.Bucket]:
    """Requests for a link, by the name as it was typed: known and unknown are limited alike.

    A known device has a count of its own. A name asked for again within a minute is not counted
    again, as it gets no second mail.
    """
    device = _device(person)
    if device is None:
        day = _daily("reset", name)
        address = _bucket("reset address", _address(), throttle.PER_ADDRESS)
    else:
        day = _daily("reset device", f"{device}\0{name}")
        address = _bucket("reset address of known devices", _address(), KNOWN_ADDRESS)
    return [address] if throttle.was_just_taken(day, now) else [day, address]


def reset_account_bucket(name: str, person: Person | None) -> throttle.Bucket:
    """The mails that one account gets a day, whichever of its two names was typed.

    What strangers ask for does not use up what its own devices, all together, may ask for.
    """
    kind = "reset account" if _device(person) is None else "reset account by known devices"
    return _daily(kind, str(person.id) if person else name)


def own_bucket(person: Person) -> throttle.Bucket:
    """Guesses at one's own present password by someone at one's own screen."""
    return _bucket("change", str(person.id), throttle.PER_ACCOUNT)


def new_address_bucket(person: Person) -> throttle.Bucket:
    """Changes of one's own address; each may send letters to an address that nobody has checked."""
    limit = throttle.ADDRESSES_A_DAY
    return _bucket("new address", str(person.id), limit, throttle.DAY)


def too_many_addresses(error: throttle.TooMany) -> str:
    """The sentence for someone who changed the address often enough for a day."""
    hours = -(-error.seconds // HOUR)
    return ngettext(
        "Alamat surel Anda sudah sering diubah hari ini. Coba lagi dalam %(hours)d jam.",
        "Alamat surel Anda sudah sering diubah hari ini. Coba lagi dalam %(hours)d jam.",
        hours,
        hours=hours,
    )


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


def _device(person: Person | None) -> str | None:
    return device_of(person.id) if person else None


def _daily(kind: str, subject: str) -> throttle.Bucket:
    return _bucket(kind, subject, throttle.RESETS_A_DAY, throttle.DAY)


def _address() -> str:
    return throttle.network(request.remote_addr)


def _bucket(
    kind: str, subject: str, limit: int, window: timedelta = throttle.WINDOW
) -> throttle.Bucket:
    return throttle.bucket(current_app.config["SECRET_KEY"], kind, subject, limit, window)
