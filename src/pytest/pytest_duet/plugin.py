"""The fixtures and options of duet for pytest, with or without xdist."""

from __future__ import annotations

import ctypes
import os
import re
import signal
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

import pytest

from pytest_duet import __version__
from pytest_duet.library import LABELS, Computer, DuetError, Worker

ENGINES = ("sqlite", "postgres")
PR_SET_PDEATHSIG = 1  # linux/prctl.h
AUDITED = "duet_audit"  # the name of a report's property

_opened = pytest.StashKey[Worker]()

# ------------------------------------------------------------------ options


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("duet", "a database for each worker, by duet")
    group.addoption(
        "--duet-engine", choices=ENGINES,
        help="what the profile is made on (DUET_ENGINE, else sqlite)")
    group.addoption(
        "--duet-label-suffix", choices=LABELS,
        help="when a label gets the worker's id behind it: always, in a "
        "parallel run only (auto), or never (DUET_LABELS, else always)")
    group.addoption(
        "--duet-migrations", metavar="DIR",
        help="the migrations of the profile (DUET_MIGRATIONS, else "
        "./migrations, else ./db/migrations, else those of duet's storage)")
    group.addoption(
        "--duet-audit", action="store_true",
        help="tell which test made a row under a label without suffix")
    parser.addini(
        "duet_labelled", type="args",
        help="the columns that --duet-audit looks at, TABLE.COLUMN each "
        "(db_dbcomputer.label)")


def pytest_configure(config: pytest.Config) -> None:
    folder = config.option.duet_migrations
    if folder:  # xdist's workers get the option as it is left here
        base = config.invocation_params.dir
        config.option.duet_migrations = str(Path(base, folder))
    if config.option.duet_audit:
        config.pluginmanager.register(Audit(config), "duet_audit")


def pytest_report_header(config: pytest.Config) -> str:
    engine = config.option.duet_engine or os.environ.get("DUET_ENGINE")
    labels = config.option.duet_label_suffix or os.environ.get("DUET_LABELS")
    return (f"duet: {__version__}, engine {engine or ENGINES[0]}, "
            f"label suffix {labels or LABELS[0]}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Tell of a test that failed which database it was in."""
    outcome: Any = yield
    report = outcome.get_result()
    worker = item.config.stash.get(_opened, None)
    if worker and report.failed and _uses_profile(item):
        report.sections.append(
            ("duet", f"worker {worker.id}, {_shown(worker.url)}"))


def _uses_profile(item: pytest.Item) -> bool:
    return "duet_profile" in getattr(item, "fixturenames", ())


def _shown(url: str) -> str:
    """URL without its password."""
    url = re.sub(r"(://[^/?@:]*):[^/?@]*@", r"\1@", url)
    return re.sub(r"([?&]password=)[^&]*", r"\1...", url)


# ----------------------------------------------------------------- fixtures


@pytest.fixture(scope="session")
def duet_profile(pytestconfig: pytest.Config) -> Iterator[Worker]:
    """A profile of this worker's own: ``url``, ``engine``, ``id``, ``home``.

    It is migrated and on the engine of --duet-engine.  DATABASE_URL,
    DUET_PROFILE and, on PostgreSQL, PGHOST and its like lead other code there
    for as long as the session lasts.  ``clean()`` empties it, ``label(STEM)``
    is a label of this worker's own, ``folder()`` a temporary one.
    """
    if hasattr(pytestconfig, "workerinput"):  # one of xdist's
        _end_with_parent()
    option = pytestconfig.option
    with Worker(option.duet_engine, migrations=option.duet_migrations,
                labels=option.duet_label_suffix) as worker:
        pytestconfig.stash[_opened] = worker
        with _environment(worker.environment):
            yield worker
        del pytestconfig.stash[_opened]


@pytest.fixture
def duet_profile_clean(duet_profile: Worker) -> Worker:
    """The worker's profile, emptied and seeded before the test."""
    duet_profile.clean()
    return duet_profile


@pytest.fixture(scope="class")
def duet_profile_clean_class(duet_profile: Worker) -> Worker:
    """The worker's profile, emptied and seeded before the class."""
    duet_profile.clean()
    return duet_profile


@pytest.fixture
def duet_computer(
    request: pytest.FixtureRequest, duet_profile: Worker
) -> Callable[..., Computer]:
    """Get or create a computer: ``duet_computer("cluster", "a.example")``.

    The answer has ``id``, ``label`` (with the worker's id behind it, unless
    ``literal=True``) and ``outcome``.  One that is there with another
    hostname, scheduler, transport or workdir is an error that names them;
    ``on_difference="ignore"`` takes it as it is.  In a test with
    duet_profile_clean the profile is emptied first.
    """
    if "duet_profile_clean" in request.fixturenames:
        request.getfixturevalue("duet_profile_clean")
    return duet_profile.computer


@pytest.fixture
def duet_localhost(duet_computer: Callable[..., Computer]) -> Computer:
    """The computer ``localhost-gw0``, ``localhost-master`` without xdist."""
    return duet_computer()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables, and put back what they were."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _end_with_parent() -> None:
    """Have the kernel end this worker when the controller ends.

    A busy worker would notice only after 15 seconds that it is alone.
    """
    parent = os.getppid()
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl:
        prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    if os.getppid() != parent:  # it has ended just now
        os._exit(1)


# -------------------------------------------------------------------- audit


class Audit:
    """Finds the tests that make rows under literal labels.

    A worker writes what it finds into a report of the test, by which it gets
    to the controller, and to the file `audit` in its home.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.labelled = config.getini("duet_labelled")
        self.known: set[tuple[str, str]] = set()
        self.cleans = -1  # of the worker, when that was known
        self.made: dict[tuple[str, str], None] = {}  # for the summary

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        yield
        self.look(item)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        yield
        self.look(item)

    def look(self, item: pytest.Item) -> None:
        worker = item.config.stash.get(_opened, None)
        if not worker or not _uses_profile(item):
            return
        try:
            found = set(worker.audit(self.labelled))
        except DuetError as error:
            item.warn(pytest.PytestWarning(f"duet: no audit: {error}"))
            return
        if worker.cleans == self.cleans:
            new = found - self.known
        else:
            new = found
        self.known, self.cleans = found, worker.cleans
        for column, label in sorted(new):
            item.user_properties.append((AUDITED, f"{column}\t{label}"))
            self.write_down(worker, column, label, item.nodeid)

    def write_down(self, worker: Worker, *words: str) -> None:
        line = "\t".join(" ".join(word.splitlines()) for word in words)
        with open(
            Path(worker.home, "audit"),
            "a",
            encoding="utf-8",
            errors="surrogateescape",
        ) as file:
            file.write(line + "\n")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == AUDITED:
                self.made[str(value), report.nodeid] = None

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.section("duet audit: rows under literal labels")
        for value, nodeid in self.made:
            column, label = value.split("\t", 1)
            terminalreporter.line(f"{column} {label!r} by {nodeid}")
        if not self.made:
            terminalreporter.line("none")
