"""The migrations make exactly the tables of the models on both databases; all can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from conftest import make_settings, own_database
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from lms import config, create_app
from lms.core.db import Base, db


def test_migrations_make_the_tables_of_the_models(app: Any) -> None:
    """No difference is left after all migrations ran."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_there_is_one_head() -> None:
    """Two heads would leave `db upgrade` undecided."""
    scripts = ScriptDirectory(str(config.ROOT / "migrations"))

    assert len(scripts.get_heads()) == 1


@pytest.fixture
def spare_url(database_url: str, tmp_path: Any) -> Any:
    """An empty database beside the one of the session."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        yield f"sqlite:///{tmp_path / 'spare.sqlite'}"
        return
    yield from own_database(url)


def test_migrations_go_up_down_and_up(spare_url: str, tmp_path: Any) -> None:
    """All the way down leaves nothing but the version table; up again works."""
    spare = create_app(make_settings(spare_url, tmp_path), TESTING=True)

    with spare.app_context():
        upgrade()
        filled = set(inspect(db.engine).get_table_names())
        downgrade(revision="base")
        emptied = set(inspect(db.engine).get_table_names())
        upgrade()
        again = set(inspect(db.engine).get_table_names())
        db.engine.dispose()

    assert set(Base.metadata.tables) <= filled
    assert emptied == {"alembic_version"}
    assert again == filled
