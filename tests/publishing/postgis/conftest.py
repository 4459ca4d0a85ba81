"""A throw-away PostgreSQL with PostGIS, on a free port of this machine, in a folder that goes with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

#: PostgreSQL refuses to run as root; Debian's package brings this user.
USER = "postgres"
#: Nothing in it outlives the tests, so nothing need reach the disk.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "10",
    "autovacuum": "off",
}


def programs() -> Path:
    """Return the folder of the newest PostgreSQL that has PostGIS."""
    found = [
        Path("/usr/lib/postgresql") / path.parts[-3] / "bin"
        for path in Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    ]
    usable = sorted((path for path in found if (path / "initdb").exists()), key=lambda path: float(path.parts[-2]))
    assert usable, "The database tests need PostgreSQL and PostGIS: run sh tests/install-postgis.sh"
    return usable[-1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running_cluster():
    """Start a cluster; give the address of a database with PostGIS in it; stop it and remove all of it."""
    folder = Path(tempfile.mkdtemp(prefix="impactmap-postgis-"))
    bin_folder = programs()
    root = os.geteuid() == 0
    if root:
        shutil.chown(folder, USER, USER)

    def run(program, *arguments):
        subprocess.run(
            [bin_folder / program, *arguments],
            user=USER if root else None,
            group=USER if root else None,
            extra_groups=[] if root else None,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            check=True,
            timeout=120,
        )

    data = folder / "data"
    try:
        run("initdb", "--pgdata", data, "--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        port = free_port()
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        run("pg_ctl", "start", "--wait", "--pgdata", data, "--log", folder / "log", "--options", f"-p {port} {options}")
        try:
            address = f"postgresql://{USER}@127.0.0.1:{port}/postgres"
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE EXTENSION postgis")
            yield address
        finally:
            run("pg_ctl", "stop", "--pgdata", data, "--mode", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster():
    with running_cluster() as address:
        yield address


@pytest.fixture
def address(cluster):
    """Give a database in which nothing is left from another test."""
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS other CASCADE")
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys'"
        )
        for (name,) in tables.fetchall():
            connection.execute(psycopg.sql.SQL("DROP TABLE {}").format(psycopg.sql.Identifier(name)))
    return cluster
