# pytest.t - parallel runs of pytest, workers that crash, runs that are killed.
. "${TESTS:-tests}/lib/tap.sh"
. "$TESTS/lib/pytesting.sh"
need_pytest
need_postgres
unset TEST_POSTGRES # the workers have servers of their own
cd "$suite" || exit # where no ./migrations are

# A place of their own, which no other test's command sweeps meanwhile; as root
# the servers run as another user.
place=$tmp/place
mkdir "$place"
chmod 711 "$tmp" "$place"
export DUET_TMPDIR="$place"

rounds=$(soak 1)
crashing='test_crashes.py::test_abort
test_crashes.py::test_exit
test_crashes.py::test_kill'

# run_suite TRACES ENGINE [ARGUMENT]...: by four workers.
run_suite()
{
    DUET_TEST_TRACES=$1
    export DUET_TEST_TRACES
    engine=$2
    shift 2
    run_pytest -n 4 --duet-engine "$engine" "$suite" "$@"
    unset DUET_TEST_TRACES
}

# all_pass NAME: but for those that are to be skipped.
all_pass()
{
    is "$status:$(failed_tests)" 0: "$1"
    [ "$status" = 0 ] || diag "$(printf "%s\n" "$out" | tail -n 60)"
}

# ------------------------------------------------------ crashes, many times

run_pytest --collect-only -q "$suite"
tests=$(printf '%s\n' "$out" | grep -c ::)
sleeping=$(printf '%s\n' "$out" | grep -c test_sleep.py::)

# crash_round NUMBER ENGINE
crash_round()
{
    traces=$tmp/crash.$2.$1
    DUET_TEST_CRASH=1
    export DUET_TEST_CRASH
    run_suite "$traces" "$2" --max-worker-restart 8
    unset DUET_TEST_CRASH
    is "$(failed_tests)" "$crashing" "$2, $1: those that crash are told"
    is "$(counted passed)" $((tests - sleeping - 3)) '  all others pass'
    is "$(traced "$traces" url | wc -l)" "$(traced "$traces" url |
        sort -u | wc -l)" '  no two workers have one database'
    none_left "$traces" '  and nothing is left'
    [ "$tap_failures" = 0 ] || diag "$(printf "%s\n" "$out" | tail -n 60)"
}

round=0
while [ $((round += 1)) -le "$rounds" ]; do
    crash_round "$round" sqlite
    crash_round "$round" postgres
done

# ------------------------------------------------------------ without xdist

for engine in sqlite postgres; do
    DUET_TEST_TRACES=$tmp/serial.$engine
    export DUET_TEST_TRACES
    run_pytest --duet-engine "$engine" "$suite"
    unset DUET_TEST_TRACES
    all_pass "$engine: without workers all pass"
    is "$(traced "$tmp/serial.$engine" worker)" master '  as master'
    none_left "$tmp/serial.$engine" '  and nothing is left'
done

# -------------------------------------------------------------- two at once

# A subshell has its own $out: what it was is put into files.
run_aside()
{
    tmp=$tmp/$1
    mkdir "$tmp"
    run_suite "$tmp/traces" "$2"
    printf '%s\n' "$status:$(failed_tests)" >"$tmp/result"
    trap - EXIT
}

for engine in sqlite postgres; do
    (run_aside "one.$engine" "$engine") &
    (run_aside "two.$engine" "$engine") &
    wait
    for which in one two; do
        is "$(cat "$tmp/$which.$engine/result")" 0: \
            "$engine: two runs at once, $which"
        none_left "$tmp/$which.$engine/traces" '  leaves nothing'
    done
    is "$(cat "$tmp"/???."$engine"/traces | traced - url | sort | uniq -d)" \
        '' "$engine: they share no database"
done

# ---------------------------------------------------- the controller killed

# Start a run whose tests sleep: $runner is its controller.
start_sleeping()
{
    DUET_TEST_SLEEP=1 DUET_TEST_TRACES=$1 setsid "$python" -m pytest \
        -p pytest_duet.plugin -n 4 --duet-engine "$2" \
        "$suite/test_sleep.py" >"$tmp/sleeping" 2>&1 </dev/null &
    runner=$!
    wait_for 60 is_asleep "$1"
}

is_asleep()
{
    [ "$(traced "$1" asleep | wc -l)" = 4 ]
}

none_runs()
{
    [ -z "$(processes_of "$1")" ]
}

for engine in sqlite postgres; do
    traces=$tmp/killed.$engine
    start_sleeping "$traces" "$engine" && ok "$engine: four workers sleep" ||
        not_ok "$engine: four workers sleep" "$(cat "$tmp/sleeping")"
    kill -KILL "$runner"
    wait_for 10 none_runs "$traces"
    is "$(processes_of "$traces")" '' '  their controller killed, none runs'
    diag "$engine: the last has ended after $waited ms"
    run duet cluster list
    is "$status" 0 '  the next command is well'
    is "$(left_of "$traces")" '' '  and after the next command nothing is left'
done

# A server is not killed: it ends by itself, when those that started it have.
without_servers()
{
    processes_of "$1" | while read -r pid; do
        [ "$(cat "/proc/$pid/comm")" = postgres ] || echo "$pid"
    done
}

# Those that would tidy up are killed as well.
for engine in sqlite postgres; do
    traces=$tmp/all-killed.$engine
    start_sleeping "$traces" "$engine"
    # shellcheck disable=SC2046 # one word a process
    kill -KILL $(without_servers "$traces")
    wait_for 10 none_runs "$traces"
    is "$(processes_of "$traces")" '' "$engine: all of it killed, none runs"
    like "$(left_of "$traces")" '^file ' '  files are left'
    run_suite "$tmp/next.$engine" "$engine" -k test_literal_label
    all_pass '  the next run is well'
    is "$(left_of "$traces")" '' '  and has swept them'
    none_left "$tmp/next.$engine" '  and leaves none itself'
done

is "$(find "$place" -mindepth 2 -maxdepth 2 ! -name cache ! -name slots)" '' \
    'of all these runs nothing is left but templates'

# -------------------------------------------------------------- the control

# run_naive [ARGUMENT]...: all workers on one profile, with naive fixtures.
run_naive()
{
    rm -rf "$tmp/naive"
    mkdir "$tmp/naive"
    DUET_HOME=$tmp/naive duet presto -q -u "sqlite:$tmp/naive/shared.db" \
        >/dev/null
    DATABASE_URL=sqlite:$tmp/naive/shared.db
    export DATABASE_URL
    PYTHONPATH=$suite run timeout 300 "$python" -m pytest -p naive \
        -p no:pytest_duet.plugin "$suite/test_flake.py" "$@"
    unset DATABASE_URL
}

unique='^E .*UNIQUE constraint failed: db_dbcomputer\.label'
run_naive
all_pass 'control: naive fixtures do for one worker'
run_naive -n 4
is "$status" 1 'control: four workers on one profile fail'
round=0
until tap_matches "$out" "$unique" || [ $((round += 1)) -gt 20 ]; do
    run_naive -n 4
done
like "$out" "$unique" 'control: as the report did'
done_testing
