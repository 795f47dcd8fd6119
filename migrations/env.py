"""Alembic's environment: one history for SQLite and PostgreSQL, run through the application."""

from __future__ import annotations

from alembic import context
from flask import current_app

# Every model must be imported for autogenerate; create_app has done that through the features.
target = current_app.extensions["migrate"].db
config = context.config
config.set_main_option(
    "sqlalchemy.url", target.engine.url.render_as_string(hide_password=False).replace("%", "%%")
)


def _drop_empty(_context: object, _revision: object, directives: list) -> None:
    """Write no migration where nothing changed."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run_offline() -> None:
    """Print the SQL."""
    context.configure(
        url=config.get_main_option("sqlalchemy.url"),
        target_metadata=target.metadata,
        literal_binds=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run against the database of the application."""
    options = current_app.extensions["migrate"].configure_args
    options.setdefault("process_revision_directives", _drop_empty)
    with target.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
