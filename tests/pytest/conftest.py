"""What the suites have in common: another way to their database."""

import os
import re
import sqlite3
from pathlib import Path

import psycopg2
import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        for name in "crash", "sleep":
            if (item.get_closest_marker(name)
                    and f"DUET_TEST_{name.upper()}" not in os.environ):
                item.add_marker(pytest.mark.skip(f"no DUET_TEST_{name}"))


def connect(url):
    if url.startswith("sqlite:"):
        return sqlite3.connect(url[len("sqlite:"):], isolation_level=None)
    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection


@pytest.fixture(scope="session")
def connection(duet_profile):
    """A connection that is not duet's, to where the environment leads."""
    connection = connect(os.environ["DATABASE_URL"])
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def query(connection):
    """Run a statement: the rows, those of one column as plain values."""
    def query(sql):
        cursor = connection.cursor()
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else []
        cursor.close()
        return [row[0] if len(row) == 1 else row for row in rows]
    return query


def process(pid):
    """A process by its number and its start, which none has after it."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return f"{pid} {stat.rpartition(')')[2].split()[19]}"


def server_traces(query):
    """A server's process, and the shared memory that it has."""
    [directory] = query("select setting from pg_settings"
                        " where name = 'data_directory'")
    pid = Path(directory, "postmaster.pid").read_text().split()[0]
    maps = Path(f"/proc/{pid}/maps").read_text()
    files = re.findall(r"/dev/shm/PostgreSQL\.\d+", maps)
    return [("process", process(pid)), ("segments", pid),
            *(("file", name) for name in sorted(set(files)))]


def write_trace(*traces):
    text = "".join(f"{what}\t{name}\n" for what, name in traces)
    with open(os.environ["DUET_TEST_TRACES"], "a") as file:
        file.write(text)


@pytest.fixture(scope="session", autouse=True)
def traces(request):
    """Write down what must be gone at the end, for tests/cli/pytest.t."""
    if "DUET_TEST_TRACES" not in os.environ:
        return
    worker = request.getfixturevalue("duet_profile")
    found = [("worker", worker.id), ("url", worker.url),
             ("file", worker.home), ("process", process(os.getpid()))]
    if worker.engine == "postgres":
        found += server_traces(request.getfixturevalue("query"))
    write_trace(*found)
