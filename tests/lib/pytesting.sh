# shellcheck shell=sh
# pytesting.sh - runs of pytest with the package in src/pytest, for tests in
# shell; after tap.sh.
#
# Each run has a file of traces, which the suite's conftest.py writes: the
# processes, files and shared memory that have to be gone when it has ended.

python=${PYTHON:-/usr/bin/python3}
# shellcheck disable=SC2034 # for the tests
suite=$top/tests/pytest
PYTHONPATH=$top/src/pytest
PYTHONDONTWRITEBYTECODE=1
DUET_LIBRARY=$BUILD/libduet.so.0
export PYTHONPATH PYTHONDONTWRITEBYTECODE DUET_LIBRARY

# What those say who run this very test: prove is such a runner itself.
for variable in $(env | sed -n 's/^\(\(HARNESS\|PYTEST\)_[A-Z_]*\)=.*/\1/p'); do
    unset "$variable"
done

# need_pytest: skip the file where it can't run.
need_pytest()
{
    [ -z "${INSTRUMENTED-}" ] ||
        skip_all 'an instrumented library does not fit into Python'
    "$python" -c 'import pytest, xdist, psycopg2' 2>/dev/null ||
        skip_all "no pytest, xdist and psycopg2 for $python"
}

# run_pytest [ARGUMENT]...: as run does it.
run_pytest()
{
    run timeout 300 "$python" -m pytest -p pytest_duet.plugin \
        -p no:cacheprovider "$@"
}

# counted WHAT: how many "passed", "failed", "error", as pytest says at the end.
counted()
{
    printf '%s\n' "$out" | grep '^=.* in [0-9.]*s' | tail -n 1 |
        awk -v what="$1" '{ for (i = 2; i <= NF; i++)
            if (index($i, what) == 1) { print $(i - 1); exit } }'
}

# failed_tests: their names, without folders, one a line.
failed_tests()
{
    printf '%s\n' "$out" |
        sed -n -E 's/^(FAILED|ERROR) ([^ ]*\/)?([^ ]+).*/\3/p' | sort
}

# traced TRACES WHAT: the names behind WHAT.
traced()
{
    sed -n "s/^$2	//p" "$1" 2>/dev/null
}

# started PID: when a process did, in ticks; nothing if it has ended, even if
# nobody has asked for its status yet.
started()
{
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null |
        awk '$1 != "Z" { print $20 }'
}

# processes_of TRACES: the numbers of those that run.  Whatever a run starts
# has the name of its traces in its environment; a server has overwritten it.
processes_of()
{
    grep -lazxF "DUET_TEST_TRACES=$1" /proc/[0-9]*/environ 2>/dev/null |
        cut -d / -f 3
    traced "$1" process | while read -r pid start; do
        [ "$(started "$pid")" != "$start" ] || echo "$pid"
    done
}

# left_of TRACES: what of a run there still is.
left_of()
{
    processes_of "$1" | sort -u | while read -r pid; do
        echo "process $(ps -o pid=,stat=,args= -p "$pid")"
    done
    traced "$1" file | while read -r file; do
        [ ! -e "$file" ] || echo "file $file"
    done
    traced "$1" segments | while read -r pid; do
        ipcs -m -p | awk -v pid="$pid" '$3 == pid { print "segment " $1 }'
    done
}

# wait_for SECONDS COMMAND...: until it succeeds; $waited has the milliseconds.
wait_for()
{
    wait_since=$(date +%s%3N)
    wait_limit=$(($1 * 1000))
    shift
    until "$@"; do
        waited=$(($(date +%s%3N) - wait_since))
        [ "$waited" -lt "$wait_limit" ] || return 1
        sleep 0.02
    done
    # shellcheck disable=SC2034 # for the tests
    waited=$(($(date +%s%3N) - wait_since))
}

is_all_gone()
{
    [ -z "$(left_of "$1")" ]
}

# none_left TRACES NAME: what a worker that crashed leaves goes in a moment,
# after the run itself may have ended.
none_left()
{
    wait_for 10 is_all_gone "$1"
    is "$(left_of "$1")" '' "$2"
}
