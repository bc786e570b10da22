"""What libduet has for tests, by ctypes: see duet.h, «Fixtures for tests»."""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, byref, c_bool, c_char, c_char_p, c_int, c_int64
from ctypes import c_size_t, c_void_p
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from threading import RLock
from typing import Any, Callable, Iterable, Iterator, Optional, TypeVar
from typing import cast

from pytest_duet import __version__

SONAME = "libduet.so.0"
LABELS = ("always", "auto", "never")  # of enum duet_label_policy, from 1 on
OUTCOMES = ("found", "created", "different")  # enum duet_outcome


class DuetError(Exception):
    """What went wrong, and what to do about it."""

    def __init__(self, kind: str, text: str, hint: str = "") -> None:
        super().__init__(f"{text}\nhint: {hint}" if hint else text)
        self.kind = kind
        self.text = text
        self.hint = hint


@dataclass(frozen=True)
class Difference:
    """Where a row that was found has another value than the one given."""

    column: str
    stored: Optional[str]
    given: Optional[str]


@dataclass(frozen=True)
class Computer:
    """A row of db_dbcomputer: ``outcome`` is created, found or different."""

    id: int
    label: str
    outcome: str
    different: tuple[Difference, ...] = ()


# ------------------------------------------------------------------ structs


class _Error(ctypes.Structure):
    _fields_ = [
        ("kind", c_int),
        ("code", c_char * 8),
        ("constraint", c_char * 128),
        ("text", c_char * 1024),
        ("hint", c_char * 512),
    ]


class _WorkerOptions(ctypes.Structure):
    _fields_ = [
        ("engine", c_char_p),
        ("worker", c_char_p),
        ("migrations", c_char_p),
        ("seed", c_char_p),
        ("labels", c_int),
        ("pg_bin", c_char_p),
        ("keep", c_bool),
    ]


class _ComputerOptions(ctypes.Structure):
    _fields_ = [
        ("label", c_char_p),
        ("hostname", c_char_p),
        ("scheduler", c_char_p),
        ("transport", c_char_p),
        ("workdir", c_char_p),
        ("literal", c_bool),
    ]


class _Difference(ctypes.Structure):
    _fields_ = [
        ("column", c_char_p),
        ("stored", c_char_p),
        ("given", c_char_p),
    ]


class _Row(ctypes.Structure):
    _fields_ = [
        ("outcome", c_int),
        ("nidentity", c_size_t),
        ("identity", POINTER(c_char_p)),
        ("id", POINTER(c_char_p)),
        ("ndifferent", c_size_t),
        ("different", POINTER(_Difference)),
    ]


class _Cleared(ctypes.Structure):
    _fields_ = [("table", c_char_p), ("rows", c_int64)]


class _ClearReport(ctypes.Structure):
    _fields_ = [
        ("ntables", c_size_t),
        ("tables", POINTER(_Cleared)),
        ("rows", c_int64),
        ("sequences", c_int64),
    ]


# The result, then the arguments; a function that can fail has one more.
_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "duet_error_name": (c_char_p, c_int),
    "duet_worker_id": (c_char_p, c_void_p),
    "duet_worker_engine": (c_char_p, c_void_p),
    "duet_worker_url": (c_char_p, c_void_p),
    "duet_worker_profile": (c_char_p, c_void_p),
    "duet_worker_home": (c_char_p, c_void_p),
    "duet_worker_environment": (POINTER(c_char_p), c_void_p),
    "duet_worker_label": (c_char_p, c_void_p, c_char_p),
    "duet_worker_close": (None, POINTER(c_void_p)),
}
_FALLIBLE: dict[str, tuple[Any, ...]] = {
    "duet_worker_open": (POINTER(c_void_p), POINTER(_WorkerOptions)),
    "duet_worker_clean": (c_void_p, POINTER(_ClearReport)),
    "duet_worker_computer": (
        c_void_p, POINTER(_ComputerOptions), POINTER(_Row)),
    "duet_worker_folder": (c_void_p, c_char_p, POINTER(c_char_p)),
    "duet_worker_audit": (
        c_void_p, POINTER(c_char_p), POINTER(POINTER(c_char_p))),
}

# ------------------------------------------------------------------ loading


def _places() -> Iterator[str]:
    """Where the library may be; the dynamic linker's own places come last."""
    named = os.environ.get("DUET_LIBRARY")
    if named:
        yield named
        return
    # LIB/python3/dist-packages/pytest_duet/library.py lies under LIB.
    for folder in list(Path(__file__).resolve().parents)[:4]:
        if (folder / SONAME).is_file():
            yield str(folder / SONAME)
    yield SONAME


def _load() -> ctypes.CDLL:
    place = next(_places())
    try:
        return ctypes.CDLL(place)
    except OSError as error:
        raise DuetError(
            "io", f"libduet can't be loaded: {error}",
            "install duet (make install, then ldconfig), or say where "
            f"{SONAME} is in DUET_LIBRARY") from error


def _check_version(found: str) -> None:
    """Until 1.0 a library and a package of other minor versions don't fit."""
    if found.split(".")[:2] != __version__.split(".")[:2]:
        raise DuetError(
            "usage", f"pytest-duet is {__version__}, but libduet is {found}",
            "install both from one version of duet, or say in DUET_LIBRARY "
            "where the other one is")


@lru_cache(maxsize=None)
def library() -> ctypes.CDLL:
    """Load libduet, once in a process."""
    lib = _load()
    lib.duet_version.restype = c_char_p
    _check_version(lib.duet_version().decode())
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    for name, fallible in _FALLIBLE.items():
        function = getattr(lib, name)
        function.restype = c_bool
        function.argtypes = [*fallible, POINTER(_Error)]
    return lib


def _bytes(text: Optional[str]) -> Optional[bytes]:
    if text is not None and "\0" in text:
        raise ValueError("a text for libduet holds a NUL character")
    return None if text is None else os.fsencode(text)


def _text(data: Optional[bytes]) -> Optional[str]:
    return None if data is None else os.fsdecode(data)


def _texts(array: Any) -> Iterator[str]:
    """The elements of a char ** that ends in NULL."""
    for data in array:
        if data is None:
            return
        yield os.fsdecode(data)


def _call(name: str, *arguments: Any) -> None:
    """Call a function that can fail; a test's traceback ends above."""
    __tracebackhide__ = True
    error = _Error()
    if not getattr(library(), name)(*arguments, byref(error)):
        raise DuetError(
            library().duet_error_name(error.kind).decode(),
            os.fsdecode(error.text), os.fsdecode(error.hint))


# ------------------------------------------------------------------- worker

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _opened(method: _Method) -> _Method:
    """Let one thread at a time use the handle, while there is one."""
    @wraps(method)
    def guarded(self: Worker, *arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        with self._lock:
            if not self._handle:
                raise DuetError("usage", f"worker '{self.id}' is closed")
            return method(self, *arguments, **named)
    return cast(_Method, guarded)


class Worker:
    """This process's own profile: ``id``, ``engine``, ``url`` and more.

    It is gone when the worker is closed, and when its process ends in any
    other way.
    """

    def __init__(
        self,
        engine: Optional[str] = None,
        *,
        worker: Optional[str] = None,
        migrations: Optional[str] = None,
        seed: Optional[str] = None,
        labels: Optional[str] = None,
        keep: bool = False,
    ) -> None:
        __tracebackhide__ = True
        options = _WorkerOptions(
            engine=_bytes(engine), worker=_bytes(worker),
            migrations=_bytes(migrations), seed=_bytes(seed),
            labels=LABELS.index(labels) + 1 if labels else 0, keep=keep)
        self._lock = RLock()
        self._handle = c_void_p()
        _call("duet_worker_open", byref(self._handle), byref(options))
        self.cleans = 0  # how often clean() was called
        self.id = self._ask("id")
        self.engine = self._ask("engine")
        self.url = self._ask("url")
        self.profile = self._ask("profile")
        self.home = self._ask("home")
        variables = library().duet_worker_environment(self._handle)
        self.environment = dict(v.split("=", 1) for v in _texts(variables))

    def _ask(self, name: str) -> str:
        answer = getattr(library(), f"duet_worker_{name}")(self._handle)
        return os.fsdecode(answer)

    @_opened
    def clean(self) -> dict[str, int]:
        """Delete every row, then run the seed: tables and rows deleted."""
        __tracebackhide__ = True
        report = _ClearReport()
        _call("duet_worker_clean", self._handle, byref(report))
        self.cleans += 1
        return {os.fsdecode(cleared.table): cleared.rows
                for cleared in report.tables[:report.ntables]}

    @_opened
    def label(self, stem: str) -> str:
        """STEM with the worker's id behind it, as the policy says."""
        answer = library().duet_worker_label(self._handle, _bytes(stem))
        return os.fsdecode(answer)

    @_opened
    def folder(self, name: Optional[str] = None) -> Path:
        """Make a new, empty folder that is gone with the worker."""
        path = c_char_p()
        _call("duet_worker_folder", self._handle, _bytes(name), byref(path))
        return Path(os.fsdecode(path.value or b""))

    @_opened
    def computer(
        self,
        label: Optional[str] = None,
        hostname: Optional[str] = None,
        *,
        scheduler: Optional[str] = None,
        transport: Optional[str] = None,
        workdir: Optional[str] = None,
        literal: bool = False,
        on_difference: str = "error",
    ) -> Computer:
        """Get or create the computer of that label.

        The worker's id is put behind the label, unless ``literal``.  One that
        is there with another hostname, scheduler, transport or workdir is an
        error of kind ``drift``; ``on_difference="ignore"`` takes it.
        """
        __tracebackhide__ = True
        if on_difference not in ("error", "ignore"):
            raise ValueError("on_difference is 'error' or 'ignore', "
                             f"not {on_difference!r}")
        options = _ComputerOptions(
            label=_bytes(label), hostname=_bytes(hostname),
            scheduler=_bytes(scheduler), transport=_bytes(transport),
            workdir=_bytes(workdir), literal=literal)
        row = _Row()
        _call("duet_worker_computer", self._handle, byref(options), byref(row))
        stem = "localhost" if label is None else label
        computer = Computer(
            int(row.id[0]), stem if literal else self.label(stem),
            OUTCOMES[row.outcome], tuple(_differences(row)))
        if computer.different and on_difference == "error":
            raise _different(computer)
        return computer

    @_opened
    def audit(self, labelled: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Rows under labels without this worker's suffix.

        Each is ``("table.column", "label")``.  LABELLED are the columns to
        look at; without any, db_dbcomputer.label is.
        """
        columns = [_bytes(column) for column in labelled]
        array = (c_char_p * (len(columns) + 1))(*columns) if columns else None
        found = POINTER(c_char_p)()
        _call("duet_worker_audit", self._handle, array, byref(found))
        rows = (line.partition("\t") for line in _texts(found))
        return [(column, label) for column, _, label in rows]

    def close(self) -> None:
        """End it, and take its profile away."""
        with self._lock:
            library().duet_worker_close(byref(self._handle))

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _differences(row: _Row) -> Iterator[Difference]:
    for one in row.different[:row.ndifferent]:
        yield Difference(os.fsdecode(one.column), _text(one.stored),
                         _text(one.given))


def _different(computer: Computer) -> DuetError:
    columns = ", ".join(f"{one.column} is {one.stored!r}, not {one.given!r}"
                        for one in computer.different)
    return DuetError(
        "drift", f"computer '{computer.label}' is there, but different: "
        f"{columns}",
        "give it another label, or take it as it is with "
        "on_difference=\"ignore\"")
