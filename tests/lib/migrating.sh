# shellcheck shell=sh
# migrating.sh - databases to migrate, for tests that have read tap.sh:
#
#     fresh sqlite
#     duet up -u "$url" -m "$tree"
#     picture >"$tmp/after"
#
# The engine that fresh() was given last is in $engine.

psql()
{
    "${PG_BIN:+$PG_BIN/}psql" -XAtq "$@"
}

# fresh ENGINE [JOURNAL_MODE]: an empty database; sets $url, for SQLite also
# $file.  It takes the place of the one before.  $target is the same, seen
# through the pooler that TEST_POOLER names, if it does.
fresh()
{
    engine=$1
    if [ "$engine" = postgres ]; then
        fresh_on_server
        return
    fi
    file=$tmp/fresh.db
    url=sqlite:$file
    # shellcheck disable=SC2034 # for the tests
    target=$url
    rm -f "$file"*
    [ -z "${2-}" ] || sqlite3 "$file" "pragma journal_mode = $2" >"$tmp/.mode"
}

fresh_on_server()
{
    fresh_name=duet_$$_fresh
    server=${TEST_POSTGRES%%\?*}
    url=${server%/*}/$fresh_name${TEST_POSTGRES#"$server"}
    psql -d "$TEST_POSTGRES" \
        -c 'set client_min_messages = error' \
        -c "drop database if exists $fresh_name with (force)" \
        -c "create database $fresh_name" >&2 || exit 1
    target=$url
    # shellcheck disable=SC2034 # for the tests
    [ -z "${TEST_POOLER-}" ] ||
        target=$(echo "$TEST_POOLER" | sed "s|/postgres?|/$fresh_name?|")
}

# ask SQL: of the database.
ask()
{
    if [ "$engine" = postgres ]; then
        psql -d "$url" -c "$1"
    else
        sqlite3 "$file" "$1"
    fi
}

# content: all that is in it but for the ledger's table.  PostgreSQL does not
# keep the order of rows, and pg_dump draws a word for \restrict.
content()
{
    if [ "$engine" = postgres ]; then
        "${PG_BIN:+$PG_BIN/}pg_dump" -d "$url" --exclude-table='duet_*' \
            --exclude-table=schema_migrations 2>&1 |
            sed -E '/^\\(un)?restrict /d' | sort
        ask "select 'invalid: ' || indexrelid::regclass from pg_index
              where not (indisvalid and indisready)"
    else
        sqlite3 "$file" .dump | awk '
            /^(INSERT INTO|CREATE TABLE) (duet_|schema_)migration/ { own = 1 }
            !own
            /;$/ { own = 0 }'
    fi
}

# ledger: its rows, without times.
ledger()
{
    ask 'select position, version, state, statements, attempted, checksum
           from duet_migration order by position'
}

# picture: the content, the schema in duet's words, and the ledger.
picture()
{
    content
    duet schema show --format sql -u "$url"
    ledger
}

# is_picture FILE NAME: the database is as FILE has it.
is_picture()
{
    picture >"$tmp/.picture" 2>&1
    if cmp -s "$tmp/.picture" "$1"; then
        ok "$2"
    else
        not_ok "$2" "$(diff "$1" "$tmp/.picture" | head -n 20)"
    fi
}

# draw SEED N: N numbers from 0 to 1, the same for the same seed.  The first
# ones of seeds that are close are close in some awks.
draw()
{
    awk -v seed="$1" -v n="$2" 'BEGIN {
        srand(seed)
        for (i = 0; i < 20; i++)
            rand()
        while (n-- > 0)
            printf "%.4f\n", rand()
    }'
}

# took COMMAND [ARGUMENT]...: run it, and set $seconds to the time it took.
took()
{
    took_start=$(date +%s%N)
    "$@"
    took_status=$?
    seconds=$(awk "BEGIN { print ($(date +%s%N) - $took_start) / 1e9 }")
    return "$took_status"
}

# killed PART COMMAND [ARGUMENT]...: run it for that part of $seconds.
killed()
{
    killed_after=$(awk "BEGIN { print $1 * $seconds + 0.001 }")
    shift
    timeout -s KILL "$killed_after" "$@" >"$tmp/.killed" 2>&1
} 2>/dev/null
