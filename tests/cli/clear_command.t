# clear_command.t - duet clear and duet reset, as one calls them.
. "${TESTS:-tests}/lib/tap.sh"

tab=$(printf '\t')

# Two more rows than presto makes: 1 user, 1 computer, 1 authinfo.
fill()
{
    duet -q get-or-create db_dbcomputer label=one --set hostname=h >/dev/null
    duet -q get-or-create db_dbcomputer label=two --set hostname=h >/dev/null
}

# Ways of saying what to clear, on the database that $DATABASE_URL names.
try_clear()
{
    fill
    run duet clear --dry-run
    is "$status" 0 "$1: a dry run succeeds"
    is "$out" "db_dbauthinfo${tab}1
db_dbcomputer${tab}3
db_dbuser${tab}1" '... says which rows there are'
    is "$err" 'would have cleared 3 tables, 5 rows' '... and sums up'
    would=$out

    run duet clear -n --json
    is "$status:$err" '0:' '... has nothing to say beside JSON'
    is "$out" '{"dry_run":true,"tables":[{"table":"db_dbauthinfo","rows":1},{"table":"db_dbcomputer","rows":3},{"table":"db_dbuser","rows":1}],"rows":5,"sequences":0}' \
        '... which is one document'

    run duet clear --keep db_dbauthinfo
    is "$status" 2 "$1: a kept table that references a cleared one is an error"
    like "$err" 'db_dbauthinfo.*db_dbuser' '... that names both'
    run duet clear --dry-run
    is "$out" "$would" '... and nothing was deleted'
}

try_keep()
{
    run duet clear --only db_dbauthinfo
    is "$status:$out" "0:db_dbauthinfo${tab}1" "$1: one table alone"
    run duet clear --keep db_dbuser,db_dbsetting -q
    is "$status:$out:$err" "0:db_dbcomputer${tab}3:" "$1: all but some"
    run duet clear --keep db_dbuser --keep db_dbsetting
    is "$status:$out:$err" '0::nothing to clear' '... which is all there was'
    run duet clear
    is "$status:$out" "0:db_dbuser${tab}1" '... but these'
}

try_wrong()
{
    run duet clear --keep nope
    is "$status" 2 "$1: a table that is not there is an error"
    like "$err" "^duet: no table matches 'nope'" '... that names it'
    like "$err" '^hint: ' '... and says what to do'
    run duet clear --sequences reset
    is "$status" 2 "$1: a wrong choice is an error"
    like "$err" '^hint: it takes keep\|restart' '... that names the right ones'
    run duet clear db_dbuser
    is "$status" 2 "$1: operands are refused"
}

try_reset()
{
    fill
    run duet reset
    is "$status" 0 "$1: reset succeeds"
    like "$err" '^ran the built-in seed' '... says that it ran the seed'
    run duet clear --dry-run
    is "$out" "db_dbuser${tab}1" '... which made the default user'

    printf '%s\n' "insert into db_dbuser (email) values ('a@x');" \
        "insert into db_dbuser (email) values ('b@x');" >"$tmp/seed.sql"
    run duet reset --seed "$tmp/seed.sql"
    is "$status" 0 "$1: reset with another seed"
    run duet clear --dry-run
    is "$out" "db_dbuser${tab}2" '... which made its rows'
    run duet reset --seed - <"$tmp/seed.sql"
    is "$status:$out" "0:db_dbuser${tab}2" '... and from standard input'
    run duet reset --dry-run
    is "$status:$out" "0:db_dbuser${tab}2" '... and as a dry run'
    like "$err" '^would have run the built-in seed' '... that says so'
}

try_broken_seed()
{
    printf '%s\n' "insert into db_dbuser (email) values ('c@x');" \
        'insert into nowhere values (1);' >"$tmp/bad.sql"
    run duet reset --seed "$tmp/bad.sql"
    is "$status" 1 "$1: a seed that fails is an error"
    like "$err" "^duet: seed '$tmp/bad.sql'.*nowhere" '... that names it'
    run duet clear --dry-run
    is "$out" "db_dbuser${tab}2" '... and nothing has changed'
    run duet reset --seed "$tmp/none.sql"
    is "$status" 1 "$1: a seed that is not there is an error"
    like "$err" "^duet: seed '$tmp/none.sql': No such file" '... that says so'
    run duet reset --seed "$tmp"
    is "$status" 1 '... and so is a directory'
    printf 'select 1;\0drop table db_dbuser;' >"$tmp/nul.sql"
    run duet reset --seed "$tmp/nul.sql"
    is "$status" 1 '... and one with a NUL, of which half would be run'
}

try_all()
{
    try_clear "$1"
    try_keep "$1"
    try_wrong "$1"
    try_reset "$1"
    try_broken_seed "$1"
}

duet -q presto >/dev/null || exit 1
try_all sqlite

# ------------------------------------------------------- without a profile

run duet clear --profile none
is "$status" 2 'a profile that is not there is an error'
run duet clear --url sqlite:
is "$status" 2 'and so is a URL without a path'

sqlite3 "$tmp/foreign.db" 'create table t (id integer primary key);
    insert into t values (1), (2)'
run duet reset --url "sqlite:$tmp/foreign.db"
is "$status" 1 'the built-in seed is not for any database'
like "$err" '^hint: .*--seed FILE' '... and the hint says what to do'
run duet clear --url "sqlite:$tmp/foreign.db"
is "$status:$out" "0:t${tab}2" 'any database can be cleared'

# ------------------------------------------------------------------- busy

db=$tmp/foreign.db
mkfifo "$tmp/hold"
sqlite3 "$db" <"$tmp/hold" >"$tmp/held" 2>&1 &
exec 8>"$tmp/hold"
echo "insert into t values (3); begin immediate; select 'held';" >&8
until grep -q held "$tmp/held"; do
    sleep 0.05
done
run duet clear --url "sqlite:$db" --lock-timeout 100ms
is "$status" 4 'a database that is locked is busy'
like "$err" '^duet: .*locked' '... and the message says so'
exec 8>&-
wait

# -------------------------------------------------------------- PostgreSQL

if [ -n "${TEST_POSTGRES-}" ]; then
    postgres_database
    export DATABASE_URL="$database_url"
    duet -q presto pg --url "$database_url" >/dev/null || exit 1
    try_all postgres
    psql=${PG_BIN:+$PG_BIN/}psql
    "$psql" -Xq -d "$database_url" -c 'create schema other' \
        -c 'create table other.t (id int)' -c 'insert into other.t values (1)'
    run duet clear --only 'other.*'
    is "$status:$out" "0:other.t${tab}1" 'postgres: all tables of a schema'
fi

done_testing
