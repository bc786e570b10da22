# scratch.t - what databases of one engine say in several ways, which compare
# tries on scratch databases: that it does, that none of them stays, and what
# it says where it may make none.
. "${TESTS:-tests}/lib/tap.sh"
need_postgres

in_postgres()
{
    "${PG_BIN:+$PG_BIN/}psql" -XqAt -v ON_ERROR_STOP=1 -d "$@"
}

# A check that expressions are understood well enough for, and a view, which
# only the server can judge.
mkdir "$tmp/schema"
cat >"$tmp/schema/t.sql" <<'EOF'
create table t (
    id serial primary key,
    a varchar(9) constraint ck_a check (a in ('x', 'y')),
    b jsonb not null default '{}',
    constraint ck_b check (b -> 'k' > '0')
);
create index ix_a on t (a) where a in ('x', 'y');
create view v as select id from t where a in ('x', 'y');
EOF

postgres_database
fresh=$database_url
run duet schema create -u "$fresh" --schema "$tmp/schema"
is "$status" 0 'a database is made from a declaration'
postgres_database
restored=$database_url
"${PG_BIN:+$PG_BIN/}pg_dump" -d "$fresh" >"$tmp/dump"
in_postgres "$restored" -f "$tmp/dump" >/dev/null
postgres_database
other=$database_url
sed "s/'y'/'z'/g" "$tmp/dump" >"$tmp/other.dump"
in_postgres "$other" -f "$tmp/other.dump" >/dev/null

# ------------------------------------------------------------- two spellings

for query in "pg_get_constraintdef((select oid from pg_constraint
                                     where conname = 'ck_a'))" \
    "pg_get_viewdef('v'::regclass)" "pg_get_indexdef('ix_a'::regclass)"; do
    isnt "$(in_postgres "$fresh" -c "select $query")" \
        "$(in_postgres "$restored" -c "select $query")" \
        "what was restored has another ${query%%(*}"
done
run duet compare "$fresh" "$restored"
is "$status $out" '0 ' 'and is the same'
run duet compare "$restored" "$fresh" --strict
is "$status $out" '0 ' 'the other way round, too'
for one in "$fresh" "$restored"; do
    run duet compare "schema:$tmp/schema" "$one"
    is "$status $out" '0 ' 'both are as declared'
done

# found A B: severity, title and attribute of each finding.
found()
{
    run duet compare "$@"
    out=$(printf '%s\n' "$out" | cut -f 1-3)
}

different="strictness	check 'ck_a' of table 't'	expression
structure	index 'ix_a' of table 't'	predicate
structure	view 'v'	definition"
for one in "$fresh" "$restored" "schema:$tmp/schema"; do
    found "$one" "$other"
    is "$status $out" "3 $different" 'what differs in more is found'
done

# --------------------------------------------------------------- none stays

# left PID: the scratch databases of that process.
left()
{
    in_postgres "$TEST_POSTGRES" -c "
        select datname from pg_database
         where datname like 'duet\_scratch\_$1\_%'"
}

# start A B: compare in the background, as $process.  The shell would have it
# ignore Ctrl-C there.
start()
{
    env --default-signal=INT "$duet" compare "$@" >"$tmp/bg.out" 2>&1 &
    process=$!
}

start "$fresh" "$other"
wait "$process"
is "$? $(left "$process")" '3 ' 'no scratch database stays'

# kill_there: kill a process -9 as soon as it has one.
kill_there()
{
    start "schema:$tmp/schema" "$other"
    while kill -0 "$process" 2>/dev/null; do
        if [ -n "$(left "$process")" ]; then
            kill -9 "$process" 2>/dev/null && killed=$((killed + 1))
            break
        fi
    done
    # The shell tells of a job that was killed.
    wait "$process" 2>/dev/null
}

killed=0
processes=
for try in 1 2 3 4 5 6 7 8 9 10; do
    [ "$killed" -lt 2 ] || break
    kill_there 2>/dev/null
    processes="$processes $process"
done
is "$killed" 2 "two processes die with a scratch database ($try tried)"

left_by_all()
{
    for process in $processes; do
        left "$process"
    done
}

# The server may still be at what it was told to do for one of them.
for try in 1 2 3 4 5 6 7 8 9 10; do
    run duet compare "schema:$tmp/schema" "$restored"
    [ -n "$(left_by_all)" ] || break
    sleep 0.2
done
is "$status" 0 'another one works all the same'
is "$(left_by_all)" '' "and drops what they left ($try tried)"

stays=
ends=
for delay in 0.05 0.1 0.2 0.3 0.4; do
    start "schema:$tmp/schema" "$other"
    sleep "$delay"
    kill -INT "$process" 2>/dev/null
    wait "$process" 2>/dev/null
    ends="$ends $?"
    stays=$stays$(left "$process")
done
is "$stays" '' "Ctrl-C leaves none (the statuses:$ends)"
for end in $ends; do
    like "$end" '^(3|130)$' 'the process ends by it, or is done'
done

# ------------------------------------------------------------ without a right

role=duet_plain_$$
in_postgres "$TEST_POSTGRES" -c "create role $role login"
drop_role()
{
    in_postgres "$TEST_POSTGRES" -c "drop role if exists $role" >&2
    tap_clean_up
}
trap drop_role EXIT

# as_role URL
as_role()
{
    printf '%s\n' "$1" | sed "s,//[^@/]*@,//$role@,"
}

alone="schema:$tmp/schema is compared by meaning alone: scratch database: \
permission denied to create database; the role needs CREATEDB"
run duet compare "schema:$tmp/schema" "$(as_role "$fresh")"
is "$status $out" '0 ' 'without CREATEDB a declaration is compared, too'
is "${err%%
*}" "$alone" 'and it is said how'
like "$err" '^the schemas are the same' 'it is the same'
run duet compare -q "schema:$tmp/schema" "$(as_role "$restored")"
is "$status $out$err" '0 ' 'as is what was restored'
found "schema:$tmp/schema" "$(as_role "$other")"
is "$status $out" "3 $(printf '%s\n' "$different" |
    sed 's/^structure	view/unknown	view/')" 'and what differs is found'
found "$(as_role "$fresh")" "$(as_role "$restored")"
is "$status $out" "3 structure	view 'v'	definition" \
    'between two databases a view may be told that only looks different'
is "${err%%
*}" "expressions are compared as they are printed: scratch database: \
permission denied to create database; the role needs CREATEDB" \
    'and it is said why'

done_testing
