# shellcheck shell=sh
# tap.sh - a test in POSIX shell that speaks TAP (testanything.org):
#
#     # up.t - migrating twice.
#     . "${TESTS:-tests}/lib/tap.sh"
#
#     run duet up --url "sqlite:$tmp/app.db"
#     is "$status" 0 'the first run succeeds'
#     like "$err" '^applied 3' 'and says what it did'
#     done_testing
#
# It starts in the repository's top directory, and the test has
#
#     $tmp    a fresh directory under /tmp, mode 0700, removed at the end;
#             KEEP=1 keeps it and says where it is
#     $top    the top directory's absolute path
#     $duet   the program's absolute path; `duet` itself is found, too
#
# and no setting of the user's: DUET_HOME is $tmp/home, and the other DUET_*
# variables, DATABASE_URL and libpq's PG* are unset.  So are those of prove, by
# which duet would take the test for a worker.

top=$(pwd -P)
TESTS=$(cd "${TESTS:-tests}" && pwd -P)
BUILD=$(cd "${BUILD:-build}" 2>/dev/null && pwd -P) || BUILD=$top/build
# shellcheck disable=SC2034 # for the tests
duet=$BUILD/duet
PATH=$BUILD:$PATH
tmp=$(mktemp -d /tmp/duet.XXXXXX) || exit 1

for variable in $(env | sed -n 's/^\(DUET_[A-Z_]*\|PG[A-Z]*\)=.*/\1/p'); do
    unset "$variable"
done
unset variable DATABASE_URL HARNESS_ACTIVE HARNESS_VERSION
DUET_HOME=$tmp/home
LC_ALL=C.UTF-8
TZ=UTC
export top TESTS BUILD PATH DUET_HOME LC_ALL TZ tmp

tap_points=0
tap_failures=0
tap_databases=0

tap_clean_up()
{
    if [ -n "${KEEP-}" ]; then
        diag "kept $tmp"
    else
        rm -rf "$tmp"
    fi
}
trap tap_clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

echo 'TAP version 13'

# diag TEXT...: a remark for the reader of the output.
diag()
{
    printf '%s\n' "$*" | sed 's/^/# /'
}

# A '#' in a name would start a directive, a newline another line.
tap_point()
{
    tap_points=$((tap_points + 1))
    printf '%s %d - %s\n' "$1" "$tap_points" \
        "$(printf '%s' "$2" | tr '\n' ' ' | sed 's/[\\#]/\\&/g')"
}

# ok NAME: a point that passed.
ok()
{
    tap_point ok "$1"
}

# not_ok NAME [REMARK]...: one that failed.
not_ok()
{
    tap_failures=$((tap_failures + 1))
    tap_point 'not ok' "$1"
    shift
    for tap_remark; do
        diag "$tap_remark"
    done
}

# is GOT WANT NAME
is()
{
    if [ "$1" = "$2" ]; then
        ok "$3"
    else
        not_ok "$3" " got: '$1'" "want: '$2'"
    fi
}

# isnt GOT UNWANTED NAME
isnt()
{
    if [ "$1" != "$2" ]; then
        ok "$3"
    else
        not_ok "$3" "unwanted: '$1'"
    fi
}

tap_matches()
{
    printf '%s\n' "$1" | grep -Eq -e "$2"
}

# like TEXT PATTERN NAME: some line matches the extended regular expression.
like()
{
    if tap_matches "$1" "$2"; then
        ok "$3"
    else
        not_ok "$3" "text: '$1'" "does not match: $2"
    fi
}

# unlike TEXT PATTERN NAME: no line does.
unlike()
{
    if tap_matches "$1" "$2"; then
        not_ok "$3" "text: '$1'" "matches: $2"
    else
        ok "$3"
    fi
}

# run COMMAND [ARGUMENT]...: sets $status, $out and $err.
run()
{
    "$@" >"$tmp/.out" 2>"$tmp/.err"
    status=$?
    out=$(cat "$tmp/.out")
    err=$(cat "$tmp/.err")
    # shellcheck disable=SC2034 # for the tests
    : "$status" "$out" "$err"
}

# skip_all WHY: skip the whole file, before its first point.
skip_all()
{
    echo "1..0 # SKIP $1"
    exit 0
}

# soak COUNT: so many rounds, times what SOAK says ("short" is 2).
soak()
{
    case ${SOAK:-1} in
    short) echo "$(($1 * 2))" ;;
    *) echo "$(($1 * ${SOAK:-1}))" ;;
    esac
}

# scratch_left: the scratch databases whose process has ended; others that run
# beside this test have theirs.
scratch_left()
{
    "${PG_BIN:+$PG_BIN/}psql" -XqAtd "$TEST_POSTGRES" -c "
        select datname from pg_database where datname like 'duet\_scratch%'" |
        while IFS=_ read -r _ _ pid rest; do
            kill -0 "$pid" 2>/dev/null || echo "$pid $rest"
        done
}

# need_postgres: skip the file where there is no server.
need_postgres()
{
    [ -n "${TEST_POSTGRES-}" ] || skip_all 'no PostgreSQL server'
}

# postgres_database: create an empty database on the server and set
# $database_url to its URL.
postgres_database()
{
    tap_databases=$((tap_databases + 1))
    tap_database=duet_$$_$tap_databases
    "${PG_BIN:+$PG_BIN/}psql" -Xq -d "$TEST_POSTGRES" \
        -c "create database $tap_database" >&2 || exit 1
    tap_server=${TEST_POSTGRES%%\?*}
    # shellcheck disable=SC2034 # for the tests
    database_url=${tap_server%/*}/$tap_database${TEST_POSTGRES#"$tap_server"}
}

# done_testing: print the plan and end the file, with failure if a point did.
done_testing()
{
    echo "1..$tap_points"
    [ "$tap_failures" -eq 0 ]
    exit
}
