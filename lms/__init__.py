"""Belajar Semarang: learning, practising and being assessed, for the civil servants of a city.

`create_app` is the one place that knows every feature.
"""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask, current_app, request
from flask_babel import Babel, get_locale
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from lms import config
from lms.assessment import views as assessment_views
from lms.core import (
    access,
    calendar,  # noqa: F401
    chain,
    clock,
    drafts,
    errors,
    folders,
    format,
    health,
    jobs,
    log,
    once,
    outbox,  # noqa: F401
    pages,
    unsent,
    web,
)
from lms.core.db import db
from lms.demo import cli as demo_cli
from lms.insight import navigation
from lms.insight import views as insight_views
from lms.learning import views as learning_views
from lms.modules import cli as modules_cli
from lms.people import cli as people_cli
from lms.people import login
from lms.people import views as people_views
from lms.performance import views as performance_views

LANGUAGES = ("id", "en")
MEGABYTE = 1024 * 1024

babel = Babel()
csrf = CSRFProtect()
migrate = Migrate()


def create_app(settings: config.Settings | None = None, **overrides: Any) -> Flask:
    """Build the application from settings (the environment's where none are given)."""
    settings = settings or _from_environment()
    folders.make_private(settings.instance)
    app = Flask(
        "lms",
        root_path=str(config.ROOT / "lms"),
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
        instance_path=str(settings.instance.resolve()),
    )
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    app.config.from_mapping(_config(settings))
    app.config.from_mapping(overrides)
    clock.use_file(settings.test_clock)
    _init_core(app)
    _init_features(app)
    return app


def _from_environment() -> config.Settings:
    """The settings of a command; a wrong value is one clear line for the operator."""
    try:
        return config.load()
    except config.ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - before logging means anything
        raise SystemExit(2) from None


def _config(settings: config.Settings) -> dict[str, Any]:
    """Flask's own names for what the settings say, each set on purpose (stack.md §2.6)."""
    prefix = "__Host-" if settings.secure else ""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True, "hide_parameters": True},
        "SESSION_COOKIE_NAME": f"{prefix}lms",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the sign-in
        "WTF_CSRF_SSL_STRICT": False,  # Sec-Fetch-Site and SameSite do this; proxies strip Referer
        "MAX_CONTENT_LENGTH": 2 * MEGABYTE,
        "LMS_MAX_UPLOAD_BODY": 64 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": MEGABYTE,
        "MAX_FORM_PARTS": 1000,
        "TRUSTED_HOSTS": [settings.host, "localhost", "127.0.0.1"],
        "BABEL_DEFAULT_LOCALE": "id",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Jakarta",
        "LMS_BASE_URL": settings.base_url,
        "LMS_SECURE": settings.secure,
        "LMS_SITE_NAME": settings.site_name,
        "LMS_AGENCY_NAME": settings.agency_name,
        "LMS_MAIL_URL": settings.mail_url,
        "LMS_MAIL_FROM": settings.mail_from,
        "LMS_LOG": settings.log,
        "LMS_MEDIA": settings.media_folder,
        "LMS_RATE_LIMITS": settings.rate_limits,
        "LMS_JP_TARGET": 20,
        "LMS_ARGON2": (3, 65536, 1),
        "LMS_GALLERY": not settings.production,
    }


def _init_core(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(
        app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True, compare_type=True
    )
    babel.init_app(app, locale_selector=_locale)
    for part in (log, access, errors, format, web):  # log first: it times the whole
        part.init_app(app)
    csrf.init_app(app)  # after access: what is too large is refused before its form is read
    once.init_app(app)  # after CSRF: only forms of our own pages are taken
    drafts.init_app(app)
    unsent.init_app(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(pages.bp)
    app.cli.add_command(jobs.cli)
    app.cli.add_command(chain.cli)
    app.context_processor(_page_context)


def _init_features(app: Flask) -> None:
    """Wire the features, each in the order in which they stand on one another."""
    login.init_app(app)
    navigation.init_app(app)
    demo_cli.init_app(app)
    # The names end in "_views": a bare "people" would hide the package of that name.
    for views in (people_views, learning_views, assessment_views, performance_views, insight_views):
        app.register_blueprint(views.bp)
    for commands in (people_cli, modules_cli, demo_cli):
        app.cli.add_command(commands.cli)


def _locale() -> str:
    """Indonesian unless the cookie of the language switch says English."""
    chosen = request.cookies.get("bahasa", "id") if request else "id"
    return chosen if chosen in LANGUAGES else "id"


def _page_context() -> dict[str, Any]:
    """What every template may use."""
    return {
        "site_name": current_app.config["LMS_SITE_NAME"],
        "agency_name": current_app.config["LMS_AGENCY_NAME"],
        "get_locale": get_locale,
    }
