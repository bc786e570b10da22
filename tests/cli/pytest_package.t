# pytest_package.t - the package for pytest: options, errors, pip.
. "${TESTS:-tests}/lib/tap.sh"
. "$TESTS/lib/pytesting.sh"
need_pytest

CC=${CC:-cc}

# tree NAME: an empty folder of tests to stand in; the text of its test_it.py
# is read.
tree()
{
    mkdir "$tmp/$1"
    cd "$tmp/$1" || exit 1
    cat >test_it.py
}

# ------------------------------------------------------------------- options

tree labels <<'END'
def test_label(duet_profile, duet_localhost):
    print(f"{duet_profile.engine} {duet_localhost.label}")
END

# label WANT NAME [ARGUMENT]...: what the test prints, by a worker or by none.
label()
{
    label_want=$1
    label_name=$2
    shift 2
    run_pytest -rP "$@"
    like "$out" "^sqlite $label_want\$" "$label_name"
}

label localhost-master 'labels get a suffix'
like "$out" '^duet: 0\.[0-9.]+, engine sqlite, label suffix always$' \
    'the header tells of the engine and of labels'
label localhost-gw0 'in parallel, too' -n 1
label localhost 'never, if asked for' -n 1 --duet-label-suffix never
label localhost 'auto: outside a parallel run none' --duet-label-suffix auto
label localhost-gw0 'auto: in one they get it' -n 1 --duet-label-suffix auto
DUET_LABELS=never label localhost 'the environment tells, too'
like "$out" 'label suffix never' 'and the header says so'
DUET_LABELS=never label localhost-master 'an option goes before it' \
    --duet-label-suffix always

run_pytest --duet-engine mysql
is "$status" 4 'an unknown engine is a usage error'
like "$err" "invalid choice: 'mysql'" 'which names it'
DUET_ENGINE=mysql run_pytest
is "$status" 1 'so is one in the environment'
like "$out" "^E .*DuetError: .*mysql" 'which names it, too'

tree migrations <<'END'
import os
import sqlite3


def test_tables(duet_profile_clean):
    url = os.environ["DATABASE_URL"]
    with sqlite3.connect(url[len("sqlite:"):]) as connection:
        connection.execute("insert into book (title) values ('one')")
    assert duet_profile_clean.clean() == {"book": 1}
END
mkdir -p elsewhere/tree below
echo 'create table book (id integer primary key, title text);' \
    >elsewhere/tree/0001_book.up.sql
run_pytest --duet-migrations elsewhere/tree
is "$status" 0 'the profile has the migrations that are named'
run_pytest -n 2 --duet-migrations elsewhere/tree
is "$status" 0 'in parallel, too'
run_pytest --duet-migrations elsewhere/nothing
is "$status" 1 'a folder that is not there is an error'
like "$out" "^E .*DuetError: .*elsewhere/nothing" 'that names it'

# --------------------------------------------------------- what a run tells

tree failing <<'END'
import os


def test_fails(duet_profile_clean, duet_localhost):
    assert os.environ["DATABASE_URL"] == duet_profile_clean.url
    assert duet_localhost.outcome == "found"


def test_fails_without():
    assert False
END
cat >conftest.py <<'END'
import os


def pytest_unconfigure():
    print("afterwards", os.environ["DATABASE_URL"], "DUET_WORKER" in os.environ)
END
DATABASE_URL=sqlite:theirs.db
export DATABASE_URL
run_pytest
unset DATABASE_URL
is "$(counted failed)" 2 'both tests fail'
is "$(printf '%s\n' "$out" | grep -c '^worker master, sqlite:/')" 1 \
    'the one that used the profile tells where'
like "$out" '^afterwards sqlite:theirs\.db False$' \
    'the environment is put back'

tree audit <<'END'
from pathlib import Path

import pytest


@pytest.fixture
def computer(duet_computer):
    return duet_computer("made-by-fixture", literal=True)


def test_good(duet_profile_clean, duet_localhost):
    pass


def test_literal(duet_profile_clean, duet_computer):
    duet_computer("localhost", literal=True)


def test_nothing_new(duet_profile):
    pass


def test_literal_again(duet_profile_clean, duet_computer):
    duet_computer("localhost", literal=True)


def test_by_fixture(computer):
    assert False


def test_file(duet_profile):
    print(Path(duet_profile.home, "audit").read_text())
END

# audited: what the summary says.
audited()
{
    printf '%s\n' "$out" | sed -n '/= duet audit: /,/^=.* duet audit/p' |
        sed -n 's/^db_dbcomputer/&/p' | sort
}

tab=$(printf '\t')
want="db_dbcomputer.label 'localhost' by test_it.py::test_literal
db_dbcomputer.label 'localhost' by test_it.py::test_literal_again
db_dbcomputer.label 'made-by-fixture' by test_it.py::test_by_fixture"
run_pytest --duet-audit -rP
is "$(audited)" "$want" 'the audit tells which tests made literal rows'
like "$out" "^db_dbcomputer\.label${tab}localhost${tab}test_it.py::test_lit" \
    'and writes it to the file of the worker'
run_pytest --duet-audit -n 2 --deselect test_it.py::test_file
is "$(audited)" "$want" 'in parallel, too'
run_pytest --duet-audit -k 'test_good or nothing'
is "$status:$(audited)" 0: 'and nothing where there is nothing'
like "$out" '^none$' 'which it says'
run_pytest --duet-audit -o 'duet_labelled=db_dbuser.email' -k test_good
like "$out" "^db_dbuser.email 'duet@localhost' by test_it.py::test_good" \
    'it looks at the columns that are named'
run_pytest --duet-audit -o 'duet_labelled=nothing.label' -k test_good
like "$out" 'PytestWarning: duet: no audit: .*nothing' \
    'what it cannot look at is a warning'
run_pytest -rP
is "$(printf '%s\n' "$out" | grep -c 'duet audit')" 0 'no audit unless asked'

# shellcheck disable=SC2016 # Markdown's quotes, not the shell's
sed -n '/^```python$/,/^```$/p' "$top/README.md" | grep -v '^```' >"$tmp/example.py"
tree readme <"$tmp/example.py"
run_pytest -n 2
is "$status:$(counted passed)" 0:2 'the example in the README works'

# -------------------------------------------------------------- the library

tree library <<'END'
def test_uses_it(duet_profile):
    pass


def test_does_not():
    pass
END
export DUET_LIBRARY="$tmp/none.so"
run_pytest
is "$(counted passed):$(counted error)" 1:1 \
    'without the library the tests that need none pass'
like "$out" "DuetError: libduet can't be loaded: .*none\.so" 'others name it'
like "$out" '^E +hint: install duet' 'and say what to do'
echo 'const char *duet_version(void) { return "9.1.0"; }' >"$tmp/other.c"
"$CC" -shared -fPIC -o "$tmp/other.so" "$tmp/other.c"
DUET_LIBRARY=$tmp/other.so run_pytest
like "$out" 'DuetError: pytest-duet is 0\..*, but libduet is 9\.1\.0$' \
    'another version is not used'
unset DUET_LIBRARY

# ---------------------------------------------------------------- installing

# Out of a copy, for setuptools builds where the sources are.
mkdir "$tmp/copy"
cp -r "$top/src/pytest" "$tmp/copy"
run "$python" -m pip install -q --no-index --no-build-isolation --no-deps \
    --break-system-packages --target "$tmp/target" "$tmp/copy/pytest"
is "$status" 0 'pip installs it from the folder'
export PYTHONPATH="$tmp/target" DUET_LIBRARY="$BUILD/libduet.so.0"
for option in '' '-p pytest_duet.plugin'; do
    # shellcheck disable=SC2086 # two words or none
    run timeout 300 "$python" -m pytest -n 2 -p no:cacheprovider $option
    is "$status:$(counted passed)" 0:2 "pytest finds it there${option:+, named}"
done
is "$(ls -d "$tmp"/target/*.dist-info)" "$tmp/target/pytest_duet-$(
    sed -n 's/^VERSION := //p' "$top/Makefile").dist-info" \
    'its version is the one of duet'

run "$python" -m pytest --fixtures -p no:cacheprovider
for fixture in profile profile_clean profile_clean_class computer localhost
do
    is "$(printf '%s\n' "$out" | grep -A 1 "^duet_$fixture " |
        grep -c '^    [A-Z].*\.$\|^    [A-Z].*``\.$')" 1 \
        "pytest --fixtures describes duet_$fixture"
done
done_testing
