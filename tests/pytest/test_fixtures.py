"""Each fixture does what its description says."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pytest_duet.library import DuetError, Worker

COMPUTERS = "select label from db_dbcomputer order by id"
THIS = os.environ.get("PYTEST_XDIST_WORKER", "master")


def test_worker_is_the_one_of_xdist(duet_profile):
    assert duet_profile.id == THIS


def test_engine_is_the_one_asked_for(duet_profile, pytestconfig):
    assert duet_profile.engine == pytestconfig.option.duet_engine
    assert duet_profile.url.startswith(duet_profile.engine)


def test_environment_leads_there(duet_profile):
    assert os.environ["DATABASE_URL"] == duet_profile.url
    assert os.environ["DUET_PROFILE"] == duet_profile.profile
    assert os.environ["DUET_WORKER"] == duet_profile.id
    for name, value in duet_profile.environment.items():
        assert os.environ[name] == value


@pytest.mark.skipif("DUET_TEST_WITHOUT_PROGRAM" in os.environ,
                    reason="DUET_TEST_WITHOUT_PROGRAM")
def test_environment_leads_programs_there(duet_profile_clean, query):
    subprocess.run(
        ["duet", "get-or-create", "db_dbcomputer", "label=by-program",
         "--set", "hostname=localhost"], check=True, capture_output=True)
    assert query(COMPUTERS) == ["by-program"]


def test_clean_profile_has_its_seed_alone(duet_profile_clean, query):
    assert query(COMPUTERS) == []
    assert len(query("select email from db_dbuser")) == 1


def test_clean_tells_what_it_deleted(duet_profile_clean, duet_computer):
    duet_computer("one")
    duet_computer("two")
    cleared = duet_profile_clean.clean()
    assert cleared["db_dbcomputer"] == 2
    assert "db_dbnode" not in cleared


class TestClass:
    """Cleaned once, before the first of them on a worker."""

    cleans: list = []

    @pytest.mark.parametrize("count", (1, 2, 3))
    def test_rows_stay(self, duet_profile_clean_class, query, count):
        assert len(query(COMPUTERS)) == len(self.cleans)
        self.cleans.append(duet_profile_clean_class.cleans)
        assert len(set(self.cleans)) == 1
        query("insert into db_dbcomputer (label, hostname)"
              f" values ('in-class-{count}', 'localhost')")


class TestNextClass:
    def test_rows_of_the_last_class_are_gone(
            self, duet_profile_clean_class, query):
        assert query(COMPUTERS) == []


def test_localhost(duet_profile_clean, duet_localhost, query):
    assert duet_localhost.label == f"localhost-{THIS}"
    assert duet_localhost.outcome == "created"
    assert query("select id, label, hostname from db_dbcomputer") == [
        (duet_localhost.id, duet_localhost.label, "localhost")]


def test_localhost_is_made_after_the_clean(
        duet_localhost, duet_profile_clean, query):
    assert query(COMPUTERS) == [duet_localhost.label]


def test_computer_has_its_access(duet_localhost, query):
    assert query("select count(*) from db_dbauthinfo"
                 f" where dbcomputer_id = {duet_localhost.id}") == [1]


def test_computer_is_found_again(duet_profile_clean, duet_computer):
    first = duet_computer("cluster", "a.example", scheduler="core.slurm")
    again = duet_computer("cluster", "a.example", scheduler="core.slurm")
    assert (first.outcome, again.outcome) == ("created", "found")
    assert first.id == again.id


def test_literal_label(duet_profile_clean, duet_computer, query):
    assert duet_computer("localhost", literal=True).label == "localhost"
    assert duet_computer("localhost").label == f"localhost-{THIS}"
    assert query(COMPUTERS) == ["localhost", f"localhost-{THIS}"]


def test_different_computer_is_an_error(duet_profile_clean, duet_computer):
    duet_computer("cluster", "a.example")
    with pytest.raises(DuetError) as raised:
        duet_computer("cluster", "b.example", transport="core.ssh")
    assert raised.value.kind == "drift"
    assert raised.value.text == (
        f"computer 'cluster-{THIS}' is there, but different: "
        "hostname is 'a.example', not 'b.example', "
        "transport_type is 'core.local', not 'core.ssh'")
    assert 'on_difference="ignore"' in raised.value.hint


def test_different_computer_may_be_taken(duet_profile_clean, duet_computer):
    first = duet_computer("cluster", "a.example")
    second = duet_computer("cluster", "b.example", on_difference="ignore")
    assert second.id == first.id
    assert second.outcome == "different"
    [difference] = second.different
    assert difference.column == "hostname"
    assert (difference.stored, difference.given) == ("a.example", "b.example")


def test_mistakes_are_told(duet_computer):
    with pytest.raises(ValueError):
        duet_computer("x", on_difference="Ignore")
    with pytest.raises(ValueError):
        duet_computer("cut\0off")
    with pytest.raises(DuetError) as raised:
        duet_computer("x", "")
    assert raised.value.kind == "constraint"


def test_threads_may_share_a_worker(duet_profile_clean, duet_computer):
    labels = [f"cluster-{count % 10}" for count in range(400)]
    with ThreadPoolExecutor(8) as threads:
        computers = list(threads.map(duet_computer, labels))
    assert len({(one.id, one.label) for one in computers}) == 10
    assert [one.outcome for one in computers].count("created") == 10


def test_worker_of_its_own_ends_when_it_is_closed(duet_profile):
    with Worker(duet_profile.engine) as worker:
        assert worker.id == duet_profile.id
        assert worker.url != duet_profile.url
        assert Path(worker.home).is_dir()
    assert not Path(worker.home).exists()
    with pytest.raises(DuetError) as raised:
        worker.clean()
    assert raised.value.text == f"worker '{THIS}' is closed"
    worker.close()


def test_label_gets_no_second_suffix(duet_profile):
    assert duet_profile.label("über") == f"über-{THIS}"
    assert duet_profile.label(f"über-{THIS}") == f"über-{THIS}"


def test_folders_are_new(duet_profile):
    first, second = duet_profile.folder("x"), duet_profile.folder("x")
    assert first != second
    assert list(first.iterdir()) == list(second.iterdir()) == []
    Path(first, "file").write_text("removed with the worker")


def test_audit(duet_profile_clean, duet_computer):
    duet_computer("mine")
    duet_computer("localhost", literal=True)
    assert duet_profile_clean.audit() == [
        ("db_dbcomputer.label", "localhost")]
    assert duet_profile_clean.audit(["db_dbuser.email"]) == [
        ("db_dbuser.email", "duet@localhost")]
