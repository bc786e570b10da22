# up_losses.t - what migrations lose on PostgreSQL, and do not lose here.  Each
# case is run by a naive runner first, the control: it has to fail, else the
# case shows nothing.  Those on SQLite are in tests/unit/migrate_losses.c.
. "${TESTS:-tests}/lib/tap.sh"
. "$TESTS/lib/migrating.sh"
need_postgres

tree=$tmp/tree

# begin_case NAME: an empty database and an empty tree.
begin_case()
{
    name=$1
    fresh postgres
    rm -rf "$tree"
    mkdir "$tree"
}

# put STEM <TEXT
put()
{
    cat >"$tree/$1.up.sql"
}

# naive_up: all in one session, each file as one string, in a transaction with
# its row in the ledger.
naive_up()
{
    ask 'create table if not exists schema_migrations (version text)' 2>&1
    set --
    for file in "$tree"/*.up.sql; do
        stem=$(basename "$file" .up.sql)
        [ "$(ask "select count(*) from schema_migrations
                   where version = '$stem'")" = 0 ] || continue
        set -- "$@" -c "begin; $(cat "$file");
insert into public.schema_migrations values ('$stem'); commit"
    done
    psql -v ON_ERROR_STOP=1 -d "$url" "$@"
}

# naive NAME PATTERN: it fails so.
naive_fails()
{
    run naive_up
    isnt "$status" 0 "$name: a naive runner fails"
    like "$err" "$1" "$name: as was to be expected"
}

# Start again for duet, with the same tree.
afresh()
{
    fresh postgres
}

up()
{
    run duet up -u "$url" -m "$tree" "$@"
}

passes()
{
    up "$@"
    is "$status" 0 "$name: duet passes"
    [ "$status" = 0 ] || diag "$err"
}

# has SQL WANT [WHAT]
has()
{
    is "$(ask "$1" 2>&1)" "$2" "$name: ${3:-and it is as it was meant}"
}

invalid="select indexrelid::regclass from pg_index where not indisvalid"

# until_blocked N: so many sessions of this database wait for a lock.
until_blocked()
{
    until [ "$(ask "select count(*) from pg_locks
                     where not granted and pid <> pg_backend_pid()
                       and pid in (select pid from pg_stat_activity
                                    where datname = '$fresh_name')")" -ge "$1" ]
    do
        sleep 0.02
    done
}

# blocked SQL: another session is within a transaction until let_go.
blocked()
{
    psql -d "$url" -c 'begin' -c "$1" \
        -c "\\! touch $tmp/held; until [ -e $tmp/go ]; do sleep 0.02; done" \
        -c 'commit' >"$tmp/.blocker" 2>&1 &
    until [ -e "$tmp/held" ]; do sleep 0.02; done
}

let_go()
{
    touch "$tmp/go"
    wait
    rm "$tmp/go" "$tmp/held"
}

# -------------------------------------- 2: transactions of the file's own

begin_case 'an embedded COMMIT'
put 0001_a <<X
create table a (i int);
commit;
insert into b values (1);
X
naive_fails 'relation "b" does not exist'
has "select to_regclass('a') is not null" t 'half of it is done'
echo 'create table b (i int); insert into b values (1);' >>"$tree/0001_a.up.sql"
sed -i '3d' "$tree/0001_a.up.sql"
naive_fails 'relation "a" already exists'
afresh
sed -i '3i insert into b values (1);' "$tree/0001_a.up.sql"
up
is "$status" 1 "$name: duet says what is wrong"
like "$err" '0001_a.up.sql:3:13: relation "b" does not exist' \
    "$name: and where"
like "$err" '^hint: 2 of its statements are done' "$name: and how far it is"
sed -i '3d' "$tree/0001_a.up.sql"
passes
has 'select * from b' 1

begin_case 'a second BEGIN'
put 0001_a <<X
create table a (i int);
begin;
insert into a values (1);
commit;
select 1 / count(*) from b;
X
naive_fails 'relation "b" does not exist'
has 'select * from a' 1 'half of it is done'
echo 'create table b as select 1;' | cat - "$tree/0001_a.up.sql" >"$tmp/x"
mv "$tmp/x" "$tree/0001_a.up.sql"
naive_fails 'relation "a" already exists'
afresh
sed -i 1d "$tree/0001_a.up.sql"
up
like "$err" '^hint: 4 of its statements are done' \
    "$name: duet knows what is done"
sed -i '5s/b/a/' "$tree/0001_a.up.sql"
passes
has 'select * from a' 1

# ---------------------------------- 3: what can't run in a transaction

begin_case 'CREATE INDEX CONCURRENTLY'
put 0001_a <<X
create table a (i int);
create index concurrently on_i on a (i);
X
naive_fails 'cannot run inside a transaction block|cannot be executed from a'
run psql -d "$url" -c "$(cat "$tree/0001_a.up.sql")"
isnt "$status" 0 "$name: it fails in a string of several, too"
afresh
passes
has "select indisvalid from pg_index where indexrelid = 'on_i'::regclass" t

begin_case 'a new value of a type'
put 0001_a <<X
create type e as enum ('a');
X
put 0002_b <<X
alter type e add value 'b';
create table t (e e default 'b');
X
naive_fails 'unsafe use of new value'
afresh
up
is "$status" 1 "$name: duet fails, too, in a transaction"
like "$err" '0002_b.up.sql:2:[0-9]+: unsafe use of new value' "$name: it says where"
like "$err" "^hint: write '-- duet: no-transaction'" \
    "$name: and what to write"
sed -i '1i -- duet: no-transaction' "$tree/0002_b.up.sql"
passes
has 'insert into t default values returning e' b

begin_case 'pending trigger events'
put 0001_a <<X
create table p (id int primary key);
create table c (p int references p deferrable initially deferred);
X
put 0002_b <<X
insert into p values (1);
insert into c values (1);
alter table c add column more int;
X
naive_fails 'pending trigger events'
afresh
up --wait 1s
is "$status" 1 "$name: duet fails, too, in a transaction"
like "$err" '0002_b.up.sql:3:1: .*pending trigger events' "$name: it says where"
unlike "$err" 'tried again' "$name: without waiting for what can't come"
like "$err" "^hint: write 'set constraints all immediate' before it, or '-- duet: no-transaction'" \
    "$name: and what to write"
sed -i '3i set constraints all immediate;' "$tree/0002_b.up.sql"
passes
has 'select p, more is null from c' '1|t'
afresh
sed -i '3d; 1i -- duet: no-transaction' "$tree/0002_b.up.sql"
passes

# ------------------------------------------------------------- 4: locks

begin_case 'a lock that is waited for'
put 0001_a <<X
create table a (i int);
X
put 0002_b <<X
create index concurrently on_i on a (i);
X
ask 'create table a (i int)'
psql -d "$url" -c 'select pg_advisory_lock(1)' \
    -c "\\! touch $tmp/held; until [ -e $tmp/go ]; do sleep 0.02; done" \
    -c 'create index concurrently on_i on a (i)' >"$tmp/first" 2>&1 &
until [ -e "$tmp/held" ]; do sleep 0.02; done
psql -d "$url" -c 'select pg_advisory_lock(1)' \
    -c 'create index concurrently if not exists on_i on a (i)' \
    >"$tmp/second" 2>&1 &
until_blocked 1
let_go
like "$(cat "$tmp/first" "$tmp/second")" 'deadlock detected' \
    "$name: naive runners deadlock"
afresh
for i in 1 2 3 4; do
    (duet up -u "$url" -m "$tree" >"$tmp/run.$i" 2>&1 ||
        echo "exit $?" >>"$tmp/run.$i") &
done
wait
unlike "$(cat "$tmp"/run.[1-4])" '^exit' "$name: those of duet do not"
has "select indisvalid from pg_index where indexrelid = 'on_i'::regclass" t

# ----------------------------------------------------------- 5: the ledger

begin_case 'a ledger beside the transaction'
put 0001_a <<X
create table a (i int);
X
psql -d "$url" -v ON_ERROR_STOP=1 -f "$tree/0001_a.up.sql"
naive_fails 'relation "a" already exists'
afresh
cat >>"$tree/0001_a.up.sql" <<X
alter table duet_migration add check (version <> '0001_a') not valid;
X
up
is "$status" 1 "$name: where duet can't write it down"
has "select to_regclass('a') is null" t 'it is not done'
sed -i 2d "$tree/0001_a.up.sql"
passes

begin_case 'one that came late'
put 0001_a <<X
create table a (i int);
X
put 0003_c <<X
create table c (i int);
X
passes
put 0002_b <<X
create table b (i int);
X
newest=$(ask 'select max(version) from duet_migration')
is "$(basename -a "$tree"/*.up.sql | awk -v at="$newest.up.sql" '$0 > at')" '' \
    "$name: who keeps the newest number only skips it"
up
is "$status" 3 "$name: duet does not"
passes --out-of-order 0002_b
has "select to_regclass('b') is not null" t

begin_case 'line ends and a licence'
put 0001_a <<X
create table a (i int, t text default 'x');
X
passes
cksum <"$tree/0001_a.up.sql" >"$tmp/sum"
printf '\357\273\277/* GPL */ create table a\r\n  (i int,\r\n   t text default '\''x'\'');' \
    >"$tree/0001_a.up.sql"
isnt "$(cksum <"$tree/0001_a.up.sql")" "$(cat "$tmp/sum")" \
    "$name: other bytes"
passes
printf "create table a (i int, t text default 'x ');" >"$tree/0001_a.up.sql"
up
is "$status" 3 "$name: a blank within a text is a change"

# ------------------------------------- 6: time-outs and invalid indexes

# An index that stays invalid, since the session that builds it is stopped.
leave_carcass()
{
    ask 'create table a (i int)'
    blocked "insert into a values (1)"
    run psql -d "$url" -c "set lock_timeout = '100ms'" \
        -c 'create index concurrently on_i on a (i)'
    let_go
}

begin_case 'a carcass of an index'
put 0001_a <<X
create index concurrently if not exists on_i on a (i);
X
leave_carcass
like "$err" 'canceling statement due to lock timeout' \
    "$name: a naive runner is stopped by its lock_timeout"
run psql -d "$url" -v ON_ERROR_STOP=1 -f "$tree/0001_a.up.sql"
is "$status" 0 "$name: and succeeds when it is run again"
has "$invalid" on_i 'with an index that is none'
afresh
leave_carcass
has "$invalid" on_i 'duet finds the same'
passes
has "$invalid" '' 'and builds it anew'
has "select indisvalid from pg_index where indexrelid = 'on_i'::regclass" t
afresh
ask 'create table a (i int)'
blocked 'insert into a values (1)'
(sleep 0.7; touch "$tmp/go") &
passes --lock-timeout 100ms
let_go
has "$invalid" '' 'nor does it leave one by its own lock_timeout'

begin_case 'what REINDEX leaves'
put 0001_a <<X
reindex index concurrently on_i;
X
fill_and_block()
{
    ask 'create table a (i int)'
    ask 'create index on_i on a (i)'
    blocked 'insert into a values (1)'
}
fill_and_block
run psql -d "$url" -c "set lock_timeout = '100ms'" \
    -f "$tree/0001_a.up.sql"
let_go
has "$invalid" on_i_ccnew 'a naive runner leaves it'
run psql -d "$url" -v ON_ERROR_STOP=1 -f "$tree/0001_a.up.sql"
has "$invalid" on_i_ccnew 'and again'
afresh
fill_and_block
(
    until_blocked 1
    ask "select pg_cancel_backend(pid) from pg_stat_activity
          where datname = '$fresh_name' and query ~ '^reindex'"
) >"$tmp/.cancel" 2>&1 &
up
let_go
isnt "$status" 0 "$name: somebody stops that of duet"
has "$invalid" on_i_ccnew 'the same is left'
passes
has "$invalid" '' 'and is gone'

# ---------------------------------------------- what a file leaves behind

begin_case 'a search path'
put 0001_dump <<X
select pg_catalog.set_config('search_path', '', false);
create table public.a (i int);
X
put 0002_b <<X
create table b (i int);
X
naive_fails 'no schema has been selected to create in'
afresh
passes
has "select to_regclass('public.b') is not null" t

role=duet_$$_left
psql -d "$TEST_POSTGRES" -c "create role $role"
for verb in 'set role' 'set session authorization'; do
    begin_case "$verb"
    ask "grant create on schema public to $role"
    put 0001_a <<X
$verb $role;
create table a (i int);
X
    put 0002_b <<X
create table b (i int);
X
    run naive_up
    isnt "$status $(ask "select relowner::regrole from pg_class
                          where relname = 'b'" 2>/dev/null)" '0 postgres' \
        "$name: a naive runner leaves it"
    for directive in '' '-- duet: no-transaction'; do
        afresh
        ask "grant create on schema public to $role"
        printf '%s\n%s %s;\ncreate table a (i int);\n' "$directive" \
            "$verb" "$role" >"$tree/0001_a.up.sql"
        passes
        has "select relname, relowner::regrole = '$role'::regrole
               from pg_class where relname in ('a', 'b') order by 1" 'a|t
b|f' "duet does not${directive:+, step by step}"
    done
done
ask "drop owned by $role"
ask "drop role $role"

done_testing
