"""The tests of the report, which failed now and then in parallel.

Each empties a profile, or gets a computer that others have labelled as well.
With the fixtures of duet they never meet; with those of naive.py, which are
as the report's were, they do.
"""

import os

import pytest

ROUNDS = 15
LABELS = "select label from db_dbcomputer order by label"
MINE = f"host-{os.getpid()}"

rounds = pytest.mark.parametrize("_", range(ROUNDS))


@rounds
def test_localhost(duet_profile_clean, duet_localhost, query, _):
    assert query(LABELS) == [duet_localhost.label]


@rounds
def test_literal_label(duet_profile_clean, duet_computer, query, _):
    first = duet_computer("localhost", MINE, literal=True)
    assert query(LABELS) == ["localhost"]
    assert duet_computer("localhost", MINE, literal=True).id == first.id
    assert query("select hostname from db_dbcomputer") == [MINE]


@rounds
def test_without_clean(duet_computer, query, _):
    labels = [f"kept-{count}" for count in range(10)]
    first = [duet_computer(label, MINE, literal=True) for label in labels]
    again = [duet_computer(label, MINE, literal=True) for label in labels]
    assert [one.id for one in first] == [one.id for one in again]
    assert query("select distinct hostname from db_dbcomputer"
                 " where label like 'kept-%'") == [MINE]


@rounds
def test_clean_twice(duet_profile_clean, duet_computer, query, _):
    for count in range(5):
        duet_computer(f"computer-{count}")
    assert len(query(LABELS)) == 5
    duet_profile_clean.clean()
    assert query(LABELS) == []


class TestClass:
    @rounds
    def test_rows_of_a_class(
            self, duet_profile_clean_class, duet_computer, query, _):
        computer = duet_computer(f"class-{_}", MINE)
        assert computer.outcome == "created"
        assert query(LABELS).count(computer.label) == 1
