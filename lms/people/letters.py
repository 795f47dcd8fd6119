"""The mails about one's account: plain text, in the language of who gets them, nothing to spare.

Two of them carry a secret, and no other mail may: `first_code` a code that is typed like a
password, `password_reset` a link that opens once within half an hour.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.core import format
from lms.people import codes
from lms.people.links import password_url, site_url
from lms.people.models import Person


@dataclass(frozen=True)
class Letter:
    """Subject and text of a mail."""

    subject: str
    body: str


def first_code(person: Person, code: str, expires_at: datetime) -> Letter:
    """The code for the first sign-in, where to type it, and how long it is good."""
    with _language_of(person) as site:
        return _letter(
            _("Kode masuk Anda di %(site)s", site=site),
            _greeting(person),
            _("Akun Anda di %(site)s sudah siap. Untuk memilih sandi, buka:", site=site),
            site_url("people.first_password"),
            _("Kode Anda:") + f"\n{codes.grouped(code)}",
            _(
                "Kode ini berlaku satu kali, sampai %(deadline)s. Simpan seperti sandi: "
                "siapa pun yang memegangnya dapat memilih sandi akun Anda.",
                deadline=format.deadline(expires_at),
            ),
            _("Ada yang kurang jelas? Hubungi admin pelatihan di instansi Anda."),
            site,
        )


def password_reset(person: Person, token: str, minutes: int) -> Letter:
    """A one-time link for someone who forgot the password; says what to do if it was not them."""
    with _language_of(person) as site:
        return _letter(
            _("Memilih sandi baru di %(site)s", site=site),
            _greeting(person),
            _(
                "Ada permintaan sandi baru untuk akun Anda. "
                "Buka tautan ini dalam %(minutes)d menit; tautan berlaku satu kali:",
                minutes=minutes,
            ),
            password_url(token),
            _("Bila bukan Anda yang meminta, abaikan surel ini: sandi Anda tidak berubah."),
            _("Ada yang kurang jelas? Hubungi admin pelatihan di instansi Anda."),
            site,
        )


def email_changed(person: Person) -> Letter:
    """To the address that was in use so far; the new one is not named."""
    with _language_of(person) as site:
        return _letter(
            _("Alamat surel akun Anda di %(site)s diubah", site=site),
            _greeting(person),
            _("Alamat surel akun Anda di %(site)s baru saja diubah. ", site=site)
            + _("Surel dari kami tidak lagi dikirim ke alamat ini."),
            _("Bila bukan Anda yang mengubahnya, segera hubungi admin pelatihan di instansi Anda."),
            site,
        )


@contextmanager
def _language_of(person: Person) -> Generator[str]:
    """Speak the person's language meanwhile; gives the name of the site."""
    with force_locale(person.language):
        yield current_app.config["LMS_SITE_NAME"]


def _greeting(person: Person) -> str:
    return _("Yth. %(name)s,", name=person.name)


def _letter(subject: str, *paragraphs: str) -> Letter:
    return Letter(subject, "\n\n".join(p.strip() for p in paragraphs) + "\n")
