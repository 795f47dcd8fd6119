"""Errors that people see, and the pages that say what to do next."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from lms.core.db import db
from lms.core.htmx import is_htmx

NUMBER_OUT_OF_RANGE = "22003"  # an SQLSTATE


class Refused(Exception):
    """A rule says no. The message is shown to the person; nothing was changed.

    `status` is 422 for what can be corrected in the form, 409 where the world has moved on;
    `field` names the input that it is about, where there is one.
    """

    def __init__(self, message: str, status: int = 422, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.field = field


@dataclass(frozen=True)
class ErrorText:
    """What an error page says."""

    title: LazyString
    text: LazyString


TEXTS = {
    400: ErrorText(
        _l("Formulir ini sudah kedaluwarsa"),
        _l(
            "Halaman terlalu lama terbuka atau sesi sudah berganti, jadi belum kami simpan. "
            "Kembali ke halaman sebelumnya dan salin tulisan Anda sebelum membukanya lagi."
        ),
    ),
    401: ErrorText(
        _l("Sesi Anda sudah berakhir"),
        _l(
            "Tulisan Anda masih di layar ini, tetapi belum tersimpan. Salin dahulu, "
            "lalu masuk kembali dari Beranda."
        ),
    ),
    403: ErrorText(
        _l("Halaman ini belum untuk Anda"),
        _l(
            "Anda belum memiliki peran yang diperlukan. "
            "Bila Anda memerlukannya, hubungi admin pelatihan."
        ),
    ),
    404: ErrorText(
        _l("Halaman tidak ditemukan"),
        _l(
            "Halaman ini tidak ada atau sudah dipindahkan. "
            "Kembali ke Beranda, atau buka daftar modul."
        ),
    ),
    405: ErrorText(
        _l("Cara membuka halaman ini belum tepat"),
        _l("Alamat ini dipakai untuk mengirim formulir. Buka lewat tombol di halamannya."),
    ),
    409: ErrorText(
        _l("Keadaannya sudah berubah"),
        _l("Bagian ini diubah lebih dahulu oleh kiriman lain. Muat ulang lalu periksa kembali."),
    ),
    413: ErrorText(
        _l("Kiriman terlalu besar"),
        _l("Berkas paling besar 20 MB, tulisan paling besar 1 MB. Kembali, lalu kecilkan dahulu."),
    ),
    415: ErrorText(
        _l("Bentuk kiriman belum didukung"),
        _l("Situs ini hanya menerima kiriman dari formulir di halamannya."),
    ),
    429: ErrorText(
        _l("Terlalu banyak percobaan"),
        _l("Demi keamanan, tunggu beberapa menit, lalu coba lagi."),
    ),
    500: ErrorText(
        _l("Ada gangguan di sistem kami"),
        _l(
            "Yang sudah tersimpan tetap aman. Coba beberapa menit lagi; "
            "bila tetap terjadi, sampaikan kode di bawah kepada admin."
        ),
    ),
    503: ErrorText(
        _l("Layanan sedang sibuk"),
        _l("Basis data belum menjawab. Tunggu sebentar, lalu muat ulang halaman ini."),
    ),
}


def request_id() -> str:
    """A short code that links what the person sees to a line of the log."""
    if "request_id" not in g:
        g.request_id = f"K-{secrets.token_hex(4)}"
    return g.request_id


def error_response(status: int, headers: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """The error page, or for htmx a short notice."""
    text = TEXTS.get(status, TEXTS[500])
    template = "errors/_notice.html" if is_htmx() else "errors/error.html"
    body = render_template(
        template, code=status, title=text.title, text=text.text, request_id=request_id()
    )
    return body, status, dict(headers or {})


def init_app(app: Flask) -> None:
    """Answer every error with a page that has a request id and a way on."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(DataError, _beyond_the_column)
    app.register_error_handler(OperationalError, _database_down)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    db.session.rollback()
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        current_app.logger.error("request %s failed", request_id(), exc_info=error)
    status = error.code or 500
    if status < 400:  # redirects by routing are answers, not errors
        return error
    kept = {k: v for k, v in error.get_headers() if k in {"Allow", "Retry-After"}}
    return error_response(status, kept)


def _unknown_host(error: SecurityError) -> ResponseReturnValue:
    """For a host that is not ours no address can be built, so there is no page either."""
    return _("Alamat situs ini tidak dikenal."), 400, {"Content-Type": "text/plain; charset=utf-8"}


def _refused(error: Refused) -> ResponseReturnValue:
    db.session.rollback()
    return _refusal(error)


def _beyond_the_column(error: DataError) -> ResponseReturnValue:
    """An id larger than any of ours is unknown; PostgreSQL says so by an error of its own."""
    db.session.rollback()
    if getattr(error.orig, "sqlstate", "") != NUMBER_OUT_OF_RANGE:
        raise error
    return error_response(404)


def _database_down(error: OperationalError) -> ResponseReturnValue:
    db.session.rollback()
    g.database_down = True  # the page must not ask it who is signed in
    current_app.logger.error("request %s: database", request_id(), exc_info=error)
    return error_response(503, {"Retry-After": "5"})


def _refusal(error: Refused) -> ResponseReturnValue:
    """A rule that no form of the page could explain; htmx shows it among the notices."""
    title = TEXTS[409].title if error.status == 409 else _l("Belum dapat dilakukan")
    body = render_template(
        "errors/_notice.html" if is_htmx() else "errors/error.html",
        code=error.status,
        title=title,
        text=error.message,
        request_id=request_id(),
    )
    retarget = {"HX-Retarget": "#notices", "HX-Reswap": "innerHTML"} if is_htmx() else {}
    return body, error.status, retarget
