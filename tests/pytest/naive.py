"""The fixtures of the report, on one profile for all workers: the control.

A computer is looked up by four columns, though its label alone is unique, and
inserted where that finds none.
"""

import os
from types import SimpleNamespace

import pytest

from conftest import connect

TABLES = ("db_dbauthinfo", "db_dbcomputer", "db_dbuser")


class Profile:
    def __init__(self):
        self.connection = connect(os.environ["DATABASE_URL"])
        self.id = os.environ.get("PYTEST_XDIST_WORKER", "master")

    def clean(self):
        with self.connection:
            for table in TABLES:
                self.connection.execute(f"delete from {table}")

    def computer(self, label="localhost", hostname="localhost", literal=False):
        values = (label if literal else f"{label}-{self.id}", hostname,
                  "core.direct", "core.local")
        row = self.connection.execute(
            "select id from db_dbcomputer where label = ? and hostname = ?"
            " and scheduler_type = ? and transport_type = ?",
            values).fetchone()
        if row:
            return SimpleNamespace(id=row[0], label=values[0], outcome="found")
        cursor = self.connection.execute(
            "insert into db_dbcomputer"
            " (label, hostname, scheduler_type, transport_type)"
            " values (?, ?, ?, ?)", values)
        return SimpleNamespace(
            id=cursor.lastrowid, label=values[0], outcome="created")


@pytest.fixture(scope="session")
def duet_profile():
    return Profile()


@pytest.fixture
def duet_profile_clean(duet_profile):
    duet_profile.clean()
    return duet_profile


@pytest.fixture(scope="class")
def duet_profile_clean_class(duet_profile):
    duet_profile.clean()
    return duet_profile


@pytest.fixture
def duet_computer(duet_profile):
    return duet_profile.computer


@pytest.fixture
def duet_localhost(duet_computer):
    return duet_computer()
