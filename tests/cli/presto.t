# presto.t - a profile that is ready for work, whatever comes between.
. "${TESTS:-tests}/lib/tap.sh"

seed=${SEED:-$$}
rounds=$(soak 30)
sqlite_file=$DUET_HOME/presto.db

# dump_file FILE: all that is in it, but for what is drawn by lot.
dump_file()
{
    sqlite3 "$1" .dump | without_lots
}

# dump_server URL: the same for a database on the server.
dump_server()
{
    dump_server_as_it_is "$1" | without_lots
}

# pg_dump draws a word for \restrict.
dump_server_as_it_is()
{
    "${PG_BIN:+$PG_BIN/}pg_dump" -d "$1" 2>&1 | sed -E '/^\\(un)?restrict /d'
}

# The ledger has when its migrations ran and how long that took.
without_lots()
{
    sed -E -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/UUID/g' \
        -e "/^INSERT INTO duet_migration /s/,'[-0-9]+ [0-9:.]+',[0-9]+,/,,,/" \
        -e '/^[0-9]{4}_/s/	[-0-9]+ [0-9:.]+[+]00	[0-9]+	/			/'
}

# The registry, but for the times.
dump_registry()
{
    sqlite3 "$DUET_HOME/profiles.db" \
        'select name, url, created, ready, is_default from profile'
}

# draw N: N numbers from 0 to 0.999, the same for the same seed.
draw()
{
    awk -v seed="$seed" -v n="$1" \
        'BEGIN { srand(seed); while (n-- > 0) printf "%.4f\n", rand() }'
}

is_whole()
{
    is "$status" 0 "$1"
    [ "$status" = 0 ] || diag "$err"
}

# ------------------------------------------------------------ the first time

run duet presto
is_whole 'presto makes a profile'
is "$out" "profile	presto
engine	sqlite
path	$sqlite_file
computer	1" 'and says where'
like "$err" "^(duet: )?profile 'presto' is made and ready; it is the default$" \
    'and that it is the default'
is "$(stat -c %a "$DUET_HOME" "$DUET_HOME/profiles.db" "$sqlite_file" |
    tr '\n' ' ')" '700 600 600 ' 'nobody else may look into it'
is "$(sqlite3 "$sqlite_file" 'pragma journal_mode')" wal 'its file has a WAL'
is "$(sqlite3 "$sqlite_file" \
    'select c.label, c.hostname, c.description, c.metadata ->> "$.workdir",
            c.metadata ->> "$.minimum_scheduler_poll_interval",
            c.metadata ->> "$.default_mpiprocs_per_machine",
            u.email, a.auth_params
       from db_dbcomputer c join db_dbauthinfo a on a.dbcomputer_id = c.id
       join db_dbuser u on u.id = a.aiidauser_id')" \
    "localhost|localhost|Localhost automatically created by duet presto|$DUET_HOME/scratch/presto|1|1|duet@localhost|{\"safe_interval\": 0}" \
    'it has the computer, the user and the way there'
run duet clear --dry-run
is "$status" 0 'other commands use it'

# ----------------------------------------------------------- the second time

sqlite3 "$sqlite_file" .dump >"$tmp/once"
dump_registry >"$tmp/registry"
cksum "$DUET_HOME/profiles.db" "$sqlite_file" >"$tmp/sums"
run duet presto
is_whole 'presto may be run again'
is "$out" "profile	presto
engine	sqlite
path	$sqlite_file
computer	1" 'and prints the same'
sqlite3 "$sqlite_file" .dump | cmp - "$tmp/once" >&2 &&
    ok 'nothing was changed' || not_ok 'nothing was changed'
is "$(cksum "$DUET_HOME/profiles.db" "$sqlite_file")" "$(cat "$tmp/sums")" \
    'not one byte of the files'
run duet presto --json
is "$out" "{\"profile\":\"presto\",\"engine\":\"sqlite\",\"path\":\"$sqlite_file\",\"computer\":1}" \
    'it speaks JSON'

sqlite3 "$sqlite_file" "update db_dbcomputer set description = 'mine'"
run duet presto -q
is "$(sqlite3 "$sqlite_file" 'select description from db_dbcomputer')" mine \
    'what the user changed stays'
run duet clear -q
run duet presto -q
is_whole 'what was cleared comes again'
is "$(sqlite3 "$sqlite_file" 'select label from db_dbcomputer')" localhost \
    'the computer, too'
rm -f "$sqlite_file"*
run duet presto -q
is_whole 'and so does the file'
dump_file "$sqlite_file" >"$tmp/again"
without_lots <"$tmp/once" | cmp - "$tmp/again" >&2 &&
    ok 'the same again' || not_ok 'the same again'
is "$(dump_registry)" "$(cat "$tmp/registry")" 'in the same profile'

# ------------------------------------------------------------------ refusals

run duet presto 'no/name'
is "$status" 2 'a name with a slash is refused'
like "$err" "'no/name' is no name" 'by name'
run duet presto profiles
is "$status" 2 "the registry's name is refused"
run duet presto presto -u "sqlite:$tmp/other.db"
is "$status" 2 'another database for a profile that is there is refused'
like "$err" "profile 'presto' names another database: '$sqlite_file'" \
    'and it says which one it has'
[ ! -e "$tmp/other.db" ] && ok 'none was made' || not_ok 'none was made'
run duet presto new -u "sqlite:$DUET_HOME/profiles.db"
is "$status" 2 'the registry itself is refused'
run duet presto new -u sqlite::memory:
like "$err" 'in memory' 'so is a database in memory'
run duet presto new -u "sqlite:$tmp/no/such/x.db"
is "$status" 1 'a directory that is not there is an error'
like "$err" "^hint: .*directory" 'with what to do about it'
run duet presto new -u mysql://ada:geheim@host/x
is "$status" 2 'another engine is refused'
unlike "$out$err" geheim 'without showing its password'

sqlite3 "$tmp/part.db" 'create table db_dbuser (id); create table mine (x)'
cp "$tmp/part.db" "$tmp/part.copy"
run duet presto part -u "sqlite:$tmp/part.db"
is "$status" 2 'a database that holds some of the tables is refused'
like "$err" 'something else than a profile: some of its tables are there' \
    'and it says why'
cmp "$tmp/part.db" "$tmp/part.copy" && ok 'it is unchanged' ||
    not_ok 'it is unchanged'
sqlite3 "$tmp/view.db" 'create view db_dbuser as select * from missing_table'
run duet presto view -u "sqlite:$tmp/view.db"
like "$err" 'something else than a profile' 'so is one with a view in the way'
cp "$sqlite_file" "$tmp/column.db"
sqlite3 "$tmp/column.db" 'alter table db_dblog add column x'
run duet presto column -u "sqlite:$tmp/column.db"
like "$err" "its table 'db_dblog' has a column 'x'" 'or another column'
echo 'this is not a database, and long enough to show it' >"$tmp/text.db"
run duet presto text -u "sqlite:$tmp/text.db"
is "$status" 5 'a file that is no database is refused'
like "$err" 'text.db.*not a SQLite database' 'by name'
is "$(duet profile list | cut -f 1)" presto \
    'what was refused left no profile'
is "$(dump_registry)" "$(cat "$tmp/registry")" 'not even half of one'

sqlite3 "$tmp/mine.db" 'create table mine (x); insert into mine values (1)'
run duet presto mine -u "sqlite:$tmp/mine.db"
is_whole 'other tables are not in the way'
is "$(sqlite3 "$tmp/mine.db" 'select x from mine; pragma journal_mode')" '1
delete' 'they stay, and so does the journal'

run env DUET_HOME=/dev/null/home duet presto
is "$status" 1 'a home that cannot be made is an error'
like "$err" 'registry of profiles .*/dev/null/home/profiles.db' 'by name'
if [ "$(id -u)" = 0 ]; then
    mkdir -m 755 "$tmp/closed"
    chmod 711 "$tmp"
    run env DUET_HOME="$tmp/closed" setpriv --reuid=65534 --regid=65534 \
        --clear-groups -- "$duet" presto
    is "$status" 1 'so is one that cannot be written'
    like "$err" 'closed/profiles.db.*Permission denied' 'by name'
    chmod 700 "$tmp"
fi

mkdir "$tmp/damaged"
echo 'this is not a database, and long enough to show it' \
    >"$tmp/damaged/profiles.db"
run env DUET_HOME="$tmp/damaged" duet presto
is "$status" 1 'a damaged registry is an error'
like "$err" "registry of profiles '$tmp/damaged/profiles.db'.*not a SQLite" \
    'by name'
like "$err" '^hint: move the file away' 'with what to do about it'
is "$(ls "$tmp/damaged")" profiles.db 'and nothing was made'

mkdir "$tmp/odd {x} \"y\""
run env DUET_HOME="$tmp/odd {x} \"y\"" duet presto
is "$status" 1 'a path that the computer cannot work in is an error'
is "$(find "$tmp/odd {x} \"y\"" -name 'presto*')" '' 'and leaves no file'
mkdir "$tmp/it's \"quoted\" ä"
run env DUET_HOME="$tmp/it's \"quoted\" ä" duet presto
is_whole 'any other character in a path will do'

# ------------------------------------------------------------------ killed

# killed_at PART [ARGUMENT]...: presto, but only for that part of the time
# that it took before.
killed_at()
{
    killed_seconds=$(awk "BEGIN { print $1 * $took / 1e9 * 1.5 }")
    shift
    timeout -s KILL "$killed_seconds" duet presto "$@" >/dev/null 2>&1
}

export DUET_HOME="$tmp/private"
started=$(date +%s%N)
duet presto -q >/dev/null
took=$(($(date +%s%N) - started))
dump_file "$DUET_HOME/presto.db" >"$tmp/whole"
dump_registry >"$tmp/whole.registry"

wrong=
half=0
for at in $(draw "$rounds"); do
    rm -rf "$DUET_HOME"
    killed_at "$at" 2>/dev/null
    [ "$(duet profile list 2>"$tmp/.err")" ] || half=$((half + 1))
    [ -s "$tmp/.err" ] && grep -q error "$tmp/.err" && wrong="$wrong $at:list"
    duet presto -q >/dev/null 2>"$tmp/.err" ||
        wrong="$wrong $at:$(cat "$tmp/.err")"
    dump_file "$DUET_HOME/presto.db" | cmp -s - "$tmp/whole" ||
        wrong="$wrong $at:file"
    dump_registry | cmp -s - "$tmp/whole.registry" ||
        wrong="$wrong $at:registry"
    [ "$(sqlite3 "$DUET_HOME/presto.db" 'pragma journal_mode')" = wal ] ||
        wrong="$wrong $at:journal"
done
is "$wrong" '' "killed $rounds times, it is the same after the next run"
diag "seed $seed; $half times it was not made yet"

# ---------------------------------------------------------------- two at once

wrong=
for round in 1 2 3 4 5; do
    rm -rf "$DUET_HOME"
    for i in 1 2 3 4; do
        duet presto >"$tmp/both.$i" 2>&1 || echo failed >>"$tmp/both.$i" &
    done
    wait
    for i in 1 2 3 4; do
        grep -q '^computer	1$' "$tmp/both.$i" ||
            wrong="$wrong $round:$(cat "$tmp/both.$i")"
    done
    dump_file "$DUET_HOME/presto.db" | cmp -s - "$tmp/whole" ||
        wrong="$wrong $round:file"
done
is "$wrong" '' 'four at once make one profile'

# share NAME...: profiles of these names, one after the other, of one file.
share()
{
    for i; do
        duet presto "gw$i" -u "sqlite:$tmp/shared.db" >"$tmp/both.$i" 2>&1
    done
}

rm -rf "$DUET_HOME"
share 1 2 3 4 &
share 5 6 7 8
wait
is "$(cat "$tmp"/both.[1-8] | grep -c '^computer	1$')" 8 \
    'eight profiles share one file'
is "$(sqlite3 "$DUET_HOME/profiles.db" \
    "select count(*) from profile where created = 'file'")" 1 \
    'which one of them has made'

# ---------------------------------------------------------------- PostgreSQL

if [ -z "${TEST_POSTGRES-}" ]; then
    diag 'no PostgreSQL server: the rest is left out'
    done_testing
fi

psql()
{
    "${PG_BIN:+$PG_BIN/}psql" -XAtq "$@"
}

# server_url NAME: of a database on the server, which need not exist.
server_url()
{
    server=${TEST_POSTGRES%%\?*}
    printf '%s/%s%s\n' "${server%/*}" "$1" "${TEST_POSTGRES#"$server"}"
}

export DUET_HOME="$tmp/server"
name=duet_$$_presto
url=$(server_url "$name")
started=$(date +%s%N)
run duet presto -u "$url"
took=$(($(date +%s%N) - started))
is_whole 'PostgreSQL: presto makes the database'
is "$out" "profile	presto
engine	postgres
path	$url
computer	1" 'PostgreSQL: and says which'
dump_server "$url" >"$tmp/server.whole"
dump_server_as_it_is "$url" >"$tmp/once"
dump_registry >"$tmp/server.registry"
run duet presto -u "$url"
is_whole 'PostgreSQL: it may be run again'
run duet presto
is_whole 'PostgreSQL: without the URL, too'
dump_server_as_it_is "$url" | cmp - "$tmp/once" >&2 &&
    ok 'PostgreSQL: nothing was changed' ||
    not_ok 'PostgreSQL: nothing was changed'
is "$(psql -d "$url" -c 'select last_value from db_dbuser_id_seq')" 1 \
    'PostgreSQL: no id was burned'
is "$(psql -d "$url" -c 'select * from db_dbcomputer' | without_lots)" \
    "1|UUID|localhost|localhost|Localhost automatically created by duet presto|core.direct|core.local|{\"workdir\": \"$DUET_HOME/scratch/presto\", \"default_mpiprocs_per_machine\": 1, \"minimum_scheduler_poll_interval\": 1}" \
    'PostgreSQL: the computer is there'
run duet profile delete presto

postgres_database
psql -d "$database_url" -c 'create table db_dbnode (id int)'
run duet presto other -u "$database_url"
is "$status" 2 'PostgreSQL: a table in the way is refused'
is "$(psql -d "$database_url" -c \
    "select count(*) from pg_class where relname ~ '^db_'")" 1 \
    'PostgreSQL: and nothing is changed'

role=duet_$$_weak
psql -d "$TEST_POSTGRES" -c "create role $role login"
run duet presto other -u "$(server_url nothing |
    sed "s|://[^@/]*@|://$role@|")"
is "$status" 1 'PostgreSQL: a role that may not make a database is refused'
like "$err" '^hint: .*CREATEDB' 'PostgreSQL: with what it needs'
psql -d "$TEST_POSTGRES" -c "drop role $role"

run duet presto other -u 'postgres://ada:geheim@127.0.0.1:1/x?sslpassword=geheim'
is "$status" 5 'PostgreSQL: a server that is not there is unreachable'
unlike "$out$err" geheim 'PostgreSQL: no password is shown'
is "$(dump_registry)" '' 'PostgreSQL: what failed left no profile'

wrong=
half=0
rounds=$(soak 12)
for at in $(draw "$rounds"); do
    duet profile delete presto --force >/dev/null 2>&1
    psql -d "$TEST_POSTGRES" -c "drop database if exists $name" 2>/dev/null
    killed_at "$at" -u "$url" 2>/dev/null
    [ "$(duet profile list 2>/dev/null)" ] || half=$((half + 1))
    duet presto -q -u "$url" >/dev/null 2>"$tmp/.err" ||
        wrong="$wrong $at:$(cat "$tmp/.err")"
    dump_server "$url" | cmp -s - "$tmp/server.whole" ||
        wrong="$wrong $at:database"
    dump_registry | cmp -s - "$tmp/server.registry" ||
        wrong="$wrong $at:registry:$(dump_registry)"
done
is "$wrong" '' \
    "PostgreSQL: killed $rounds times, it is the same after the next run"
diag "seed $seed; $half times it was not made yet"

wrong=
for round in 1 2 3; do
    duet profile delete presto --force >/dev/null 2>&1
    for i in 1 2 3 4; do
        DUET_HOME=$DUET_HOME$((i / 3)) \
            duet presto -u "$url" >"$tmp/both.$i" 2>&1 ||
            echo failed >>"$tmp/both.$i" &
    done
    wait
    for i in 1 2 3 4; do
        grep -q '^computer	1$' "$tmp/both.$i" ||
            wrong="$wrong $round:$(cat "$tmp/both.$i")"
    done
    is "$(psql -d "$url" -c 'select count(*), max(id) from db_dbcomputer')" \
        '1|1' "PostgreSQL: round $round has one computer"
    psql -d "$TEST_POSTGRES" -c "drop database $name"
    rm -rf "$DUET_HOME"0 "$DUET_HOME"1
done
is "$wrong" '' 'PostgreSQL: four at once from two homes all succeed'
psql -d "$TEST_POSTGRES" -c "drop database if exists $name" 2>/dev/null

done_testing
