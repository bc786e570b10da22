"""Tests that end their worker, in the middle of a transaction."""

import os
import resource
import signal

import pytest


@pytest.fixture
def in_transaction(duet_profile_clean, query):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    query("begin")
    query("insert into db_dbcomputer (label, hostname) values ('x', 'y')")


@pytest.mark.crash
def test_abort(in_transaction):
    os.abort()


@pytest.mark.crash
def test_exit(in_transaction):
    os._exit(0)


@pytest.mark.crash
def test_kill(in_transaction):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("_", range(20))
def test_next(duet_profile_clean, duet_localhost, query, _):
    assert query("select label from db_dbcomputer") == [duet_localhost.label]
