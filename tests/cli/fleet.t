# fleet.t - up and status in many databases.
. "${TESTS:-tests}/lib/tap.sh"

tab=$(printf '\t')
cd "$tmp" || exit 1
mkdir migrations other
echo 'create table t (a integer);' >migrations/0001_t.up.sql
echo 'create table u (a integer);' >migrations/0002_u.up.sql
echo 'create table o (a integer);' >other/0001_o.up.sql

# outcome NAME: what the last run says of the database NAME.
outcome()
{
    printf '%s\n' "$out" | awk -F '\t' -v name="$1" '$1 == name { print $2 }'
}

# tables FILE
tables()
{
    sqlite3 "$1" "select group_concat(name) from (select name
        from sqlite_schema where name <> 'duet_migration' and type = 'table'
        order by name)"
}

# ------------------------------------------------------------- a file of URLs

cat >urls <<EOF
# the tenants
sqlite:a.db

  sqlite:$tmp/b.db$(printf '\r')
sqlite:c.db
EOF
run duet up --urls urls -j 2
is "$status" 0 'up works in each database of a file'
is "$out" "$tmp/a.db${tab}done${tab}0002_u${tab}2 migrations
$tmp/b.db${tab}done${tab}0002_u${tab}2 migrations
$tmp/c.db${tab}done${tab}0002_u${tab}2 migrations" 'and reports on each'
is "$err" '3 databases: 3 done' 'and in sum'
is "$(tables a.db) $(tables c.db)" 't,u t,u' 'they are made where missing'
run duet up --urls - <urls
is "$status:$err" '0:3 databases: 3 nothing to do' \
    'from standard input, another time there is nothing to do'
run duet up --urls urls --quiet
is "$err" '' 'and --quiet says so in the table alone'

echo 'sqlite:./a.db' >>urls
run duet up --urls urls
is "$status:$(outcome "$tmp/a.db" | tr '\n' ,)" '0:nothing to do,duplicate,' \
    'a database that is named twice is noticed'
like "$out" "duplicate$tab${tab}the same database as '$tmp/a.db'" 'and told'

printf 'sqlite:d.db\npostgres//ada:secret@h/d\n' >wrong
run duet up --urls wrong
is "$status:$out" 2: 'a line that is no URL is an error'
like "$err" "^duet: wrong:2: 'postgres//ada:\\*\\*\\*@h/d' is not the URL" \
    'which names the line, without a password'
run ls d.db
isnt "$status" 0 'and nothing was done before'
printf 'sqlite:d.db\0x\n' >wrong
run duet up --urls wrong
like "$err" '^duet: wrong:1: a NUL byte' 'so is a NUL byte'
printf '\n# nothing\n' >wrong
run duet up --urls wrong
is "$status" 2 'a file without a URL is none'
like "$err" "^duet: 'wrong' names no database" 'and it says so'
run duet up --urls "$tmp/nowhere"
is "$status" 1 'nor is one that is not there'
run duet up --urls migrations
like "$err" "'migrations': Is a directory" 'nor a directory'

# ------------------------------------------------------------------- failures

echo 'this is no database, as everybody can see' >b.db
echo 'create table v (a integer);' >migrations/0003_v.up.sql
run duet up --urls urls
is "$status" 5 'the status is that of the first failure'
is "$(outcome "$tmp/c.db")" 'done' 'which did not stop the others'
is "$(outcome "$tmp/b.db")" failed 'and is in the report'
like "$err" '^duet: 1 of 4 databases failed' 'it is an error'
like "$err" "^hint: the first is '$tmp/b.db': " 'that names the first'
rm b.db
run duet up --urls urls
is "$status:$err" \
    '0:4 databases: 1 done, 2 nothing to do, 1 duplicate' \
    'another run does what is left'
echo 'this is no database, as everybody can see' >a.db
run duet up --urls urls --fail-fast
is "$(outcome "$tmp/b.db"):$(outcome "$tmp/c.db")" 'not started:not started' \
    'with --fail-fast none is started after it'
like "$err" '^4 databases: 1 duplicate, 1 failed, 2 not started' 'which is told'

run duet up --urls urls --json
is "$status" 5 'the report can be JSON'
printf '%s' "$out" >report
is "$(sqlite3 :memory: "select group_concat(value ->> 'outcome')
    from json_each(readfile('report'), '\$.databases')")" \
    'failed,nothing to do,nothing to do,duplicate' 'one document'
is "$(sqlite3 :memory: "select readfile('report')
    ->> '\$.databases[0].error.kind'")" connect 'with the reasons'
rm a.db
run duet up --urls urls --to 2 --json
printf '%s' "$out" >report
is "$(sqlite3 :memory: "select group_concat(value ->> 'version')
    from json_each(readfile('report'), '\$.databases[0].migrations')")" \
    '0001_t,0002_u' 'and what was applied; options are for each'

# -------------------------------------------------------------------- status

run duet status --urls urls
is "$status:$(outcome "$tmp/a.db" | tr '\n' ,)$(outcome "$tmp/b.db")" \
    '0:pending,duplicate,up to date' 'status says how each is'
like "$out" "a.db${tab}pending${tab}0002_u${tab}2 applied, 1 pending" \
    'and what is pending'
run duet status --urls urls --exit-code
is "$status" 3 'which is what --exit-code tells'
run duet up --urls urls
run duet status --urls urls --exit-code
is "$status" 0 'unless all are up to date'
echo 'create table t (a text);' >migrations/0001_t.up.sql
run duet status --urls urls
is "$(outcome "$tmp/b.db")" different 'or are not what they should be'
echo 'create table t (a integer);' >migrations/0001_t.up.sql

# ------------------------------------------------------------------ profiles

run duet up --all-profiles
is "$status" 2 'there are no profiles'
for name in one two; do
    sqlite3 "$name.db" 'vacuum'
    duet profile create -q "$name" --register -u "sqlite:$name.db" >/dev/null
done
duet profile create -q three --migrations other -u sqlite:three.db >/dev/null
run duet up --all-profiles -j 2
is "$status:$(outcome one),$(outcome two),$(outcome three)" \
    '0:done,done,done' 'up works in each profile'
is "$(tables two.db) $(tables three.db)" 't,u,v o' \
    'with the migrations of its own, if it has any'
rm three.db
run duet up --all-profiles --migrations migrations
is "$status $(tables three.db)" '0 t,u,v' 'which --migrations overrules'
rm three.db
mv other others
run duet up --all-profiles
is "$status:$(outcome one):$(outcome three)" '1:nothing to do:failed' \
    'a profile whose migrations are gone fails alone'

# -------------------------------------------------------------- the command line

for words in '--urls urls -u sqlite:a.db' '--all-profiles -p one' \
    '--all-profiles --urls urls' '--all-profiles --dry-run' \
    '--all-profiles -j 0' '--all-profiles -j 65' '--all-profiles -j 2x' \
    '--all-profiles -j -1' '-j 2' '--fail-fast' '--schemas x -u sqlite:a.db'; do
    # shellcheck disable=SC2086
    run duet up $words
    is "$status:$out" 2: "up $words is refused"
done
run duet up --urls urls -j 2 --verbose
like "$err" "^'$tmp/c.db':\$" 'with --verbose each statement has its database'

# ------------------------------------------------------------------ an interrupt

# SIGTERM does what Ctrl-C does, and is not ignored by what runs behind an &.

cat >migrations/0004_slow.up.sql <<'EOF'
create table slow as with recursive n (i) as (select 1 union all
select i + 1 from n where i < 4000000000) select count(*) as c from n;
EOF
duet up --urls urls -j 2 >report 2>said &
process=$!
started=0
until [ "$started" -gt 300 ] || [ -s b.db-journal ] || [ -s b.db-wal ]; do
    started=$((started + 1))
    sleep 0.05
done
sleep 0.3
kill -TERM "$process"
wait "$process"
is "$?" 143 'an interrupt ends it as a signal does'
out=$(cat report)
is "$(outcome "$tmp/b.db"):$(outcome "$tmp/c.db")" 'failed:not started' \
    'what ran is cancelled, the rest is not started'
like "$(cat said)" '^duet: interrupted' 'and it says so'
is "$(sqlite3 b.db 'select count(*) from duet_migration')" 3 \
    'nothing is half done'
echo 'create table w (a integer);' >migrations/0004_slow.up.sql
run duet up --urls urls
is "$status:$(tables c.db)" 0:t,u,v,w 'another run does what is left'

# ------------------------------------------------------------------- PostgreSQL

if [ -n "${TEST_POSTGRES-}" ]; then
    psql=${PG_BIN:+$PG_BIN/}psql
    postgres_database
    "$psql" -Xq -d "$database_url" -c 'create schema tenant_1;
        create schema "tenant_Two Words"; create schema tenantx;
        create schema other'
    run duet up -u "$database_url" --schemas 'tenant_*' -j 2
    is "$status:$out" "0:tenant_1${tab}done${tab}0004_slow${tab}4 migrations
tenant_Two Words${tab}done${tab}0004_slow${tab}4 migrations" \
        'up works in each schema that matches'
    is "$("$psql" -XAt -d "$database_url" -c "select string_agg(schemaname, ','
        order by schemaname) from pg_tables
        where tablename = 'duet_migration'")" 'tenant_1,tenant_Two Words' \
        'and each has its ledger'
    run duet status -u "$database_url" --schemas '*' --exit-code
    is "$status:$(outcome tenantx):$(outcome tenant_1)" \
        '3:pending:up to date' 'status as well'
    run duet up -u "$database_url" --schemas 'tenant?'
    is "$(outcome tenantx):$(printf '%s\n' "$out" | grep -c .)" done:1 \
        'a question mark is one character'
    run duet up -u "$database_url" --schemas 'nobody_*'
    is "$status:$out" 2: 'no schema is an error'
    printf '%s\n' "$database_url" >urls
    run duet up --urls urls
    is "$status" 0 'a URL of PostgreSQL may be in a file'
    printf '%s\n' "${database_url%%\?*}_new?${database_url#*\?}" >urls
    run duet up --urls urls
    is "$status" 0 'and its database is made where it is missing'
fi

done_testing
