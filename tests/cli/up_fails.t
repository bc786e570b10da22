# up_fails.t - what may go wrong with `up`: one clear error, nothing half done,
# and all is well when the cause is gone.
. "${TESTS:-tests}/lib/tap.sh"
. "$TESTS/lib/migrating.sh"

tree=$tmp/tree
nobody='setpriv --reuid=65534 --regid=65534 --clear-groups --'

# plant NAME <TEXT: a tree of 0001_log and 0002_NAME.
plant()
{
    rm -rf "$tree"
    mkdir "$tree"
    echo 'create table log (at text);' >"$tree/0001_log.up.sql"
    cat >"$tree/0002_$1.up.sql"
}

up()
{
    run duet up -u "$url" -m "$tree" "$@"
}

# fails STATUS PATTERN HINT NAME: up has failed so, in one sentence and a hint;
# HINT may be empty.
fails()
{
    is "$status" "$1" "$engine: $4"
    like "$err" "^duet: $2" "$engine: and says what it is"
    is "$(printf '%s\n' "$err" | grep -c '^duet: ')" 1 "$engine: once"
    [ -z "$3" ] || like "$err" "^hint: .*$3" "$engine: and what to do"
}

# what is applied, with the rows of the log.
standing()
{
    ask "select version || ' ' || state from duet_migration order by position"
    ask 'select at from log order by at'
}

goes_through()
{
    up "$@"
    is "$status" 0 "$engine: the next up goes through"
    [ "$status" = 0 ] || diag "$err"
}

both_engines()
{
    for engine in sqlite ${TEST_POSTGRES:+postgres}; do
        fresh "$engine"
        "$@"
    done
}

# -------------------------------------------------------------- broken files

a_broken_file()
{
    plant broken <<X
insert into log values ('2');

  insert into lgo values ('3');
X
    up
    fails 1 "migration '0002_broken': $tree/0002_broken.up.sql:3:[0-9]+: .*lgo" \
        '' 'a broken statement is an error'
    is "$(standing)" '0001_log applied' "$engine: nothing of it is done"
    echo "insert into log values ('2), ('3');" >"$tree/0002_broken.up.sql"
    up
    is "$status" 2 "$engine: so is an open string"
    like "$err" "^duet: $tree/0002_broken.up.sql:1:[0-9]+: .*not closed" \
        "$engine: and says where it begins"
    echo "insert into log values ('2');" >"$tree/0002_broken.up.sql"
    goes_through
    is "$(standing)" '0001_log applied
0002_broken applied
2' "$engine: as it is now"
}
both_engines a_broken_file

a_broken_step()
{
    plant steps <<X
-- duet: no-transaction
insert into log values ('2.1');
insert into lgo values ('2.2');
insert into log values ('2.3');
X
    up
    fails 1 "migration '0002_steps': $tree/0002_steps.up.sql:3:[0-9]+: .*lgo" \
        '1 of its statements is done; the next run goes on behind it' \
        'a broken step is an error'
    is "$(standing)" '0001_log applied
0002_steps running
2.1' "$engine: what is done before it stays"
    sed -i "2s/2.1/2.0/" "$tree/0002_steps.up.sql"
    up
    fails 3 "migration '0002_steps': of the statements in .* the first 1 " \
        'put them back' 'what is done may not be changed'
    sed -i "2s/2.0/2.1/; 3s/lgo/log/" "$tree/0002_steps.up.sql"
    goes_through
    is "$(standing)" '0001_log applied
0002_steps applied
2.1
2.2
2.3' "$engine: each step once"
}
both_engines a_broken_step

# ------------------------------------------------------------------ dry runs

# Without the lock that another run would hold.
a_dry_run()
{
    plant more <<X
insert into log values ('2');
X
    up -t 0001
    for way in --dry-run '--dry-run --single-transaction'; do
        # shellcheck disable=SC2086 # two options
        up $way
        is "$status$(echo "$out" | grep -c '^insert into log')" 01 \
            "$engine: up $way prints what it would run"
        is "$(standing)" '0001_log applied' "$engine: ... and changes nothing"
    done
    goes_through
}
both_engines a_dry_run

# ----------------------------------------------------------------- tampering

tampering()
{
    plant more <<X
insert into log values ('2');
X
    up
    echo 'create table more (i int);' >"$tree/0003_more.up.sql"

    printf '\357\273\277-- a licence\r\n\r\nCREATE\r\n  TABLE log\r\n' \
        >"$tree/0001_log.up.sql"
    sed -i 's/CREATE/create/; s/TABLE/table/' "$tree/0001_log.up.sql"
    printf '(at text) -- and a remark\r\n;' >>"$tree/0001_log.up.sql"
    run duet status --exit-code -u "$url" -m "$tree"
    like "$out" '^applied	0001_log' \
        "$engine: comments, blanks and line ends are no change"

    echo 'create table log (at varchar(20));' >"$tree/0001_log.up.sql"
    up
    fails 3 "migration '0001_log' has changed since it was applied: $tree/0001_log.up.sql:1:22: 'varchar\(20\)\)' was 'text" \
        "duet repair 0001_log" 'a changed file is an error'
    is "$(standing | head -n 2 | tail -n 1)" '0002_more applied' \
        "$engine: nothing is applied"
    rm "$tree/0001_log.up.sql"
    up
    fails 3 "migration '0001_log' was applied at [-0-9]{10} .* UTC and is not in the tree" \
        "duet repair 0001_log" 'a missing file is an error'
    echo 'create table log (at text);' >"$tree/0001_log.up.sql"
    goes_through

    echo "insert into log values ('late');" >"$tree/0001_late.up.sql"
    up
    fails 3 "migration '0001_late' is not applied, but later ones are" \
        'out-of-order 0001_late' 'one out of order is an error'
    goes_through --out-of-order 0001_late
    is "$(ask 'select version from duet_migration where position = 4')" \
        0001_late "$engine: in the order of application"
}
both_engines tampering

# -------------------------------------------------------------- another table

another_ledger()
{
    plant x <<X
insert into log values ('2');
X
    ask "create $1 duet_migration $2"
    up
    fails 1 'ledger: ' 'duet_migration .*rename it' \
        "a $1 in the ledger's place is an error"
    ask "drop $1 duet_migration"
    goes_through
}
both_engines another_ledger table '(id int, what text)'
both_engines another_ledger view 'as select 1 as id'

# -------------------------------------------------------------------- SQLite

fresh sqlite
plant full <<X
pragma max_page_count = 20;
insert into log values ('2');
create table big (i integer, t text);
insert into big
with recursive n (i) as (select 1 union all select i + 1 from n where i < 9999)
select i, 'text that takes some room in the file ' || i from n;
X
up
fails 1 "migration '0002_full': $tree/0002_full.up.sql:4:1: the disk or the database is full" \
    'max_page_count' 'a database that may not grow is an error'
is "$(standing)" '0001_log applied' 'sqlite: nothing of it is done'
sed -i 1d "$tree/0002_full.up.sql"
goes_through

# A disk of its own, as big as it should be.
on_a_small_disk()
{
    mkdir -p "$tmp/disk"
    mount -t tmpfs -o size=300k tmpfs "$tmp/disk" 2>/dev/null || {
        diag 'no tmpfs may be mounted here'
        return
    }
    file=$tmp/disk/x.db
    url=sqlite:$file
    up
    fails 1 "migration '0002_full': .*the disk is full" 'make room' \
        "a full disk is an error${1:+, $1}"
    is "$(ask 'pragma integrity_check')" ok 'sqlite: the file is whole'
    is "$(ask "select count(*) from sqlite_schema where name = 'big2'")" 0 \
        'sqlite: nothing of it is done'
    mount -o remount,size=20m "$tmp/disk"
    goes_through
    is "$(ask 'select count(*) from log; select count(*) from big')" \
        "$2
9999" 'sqlite: each statement once'
    umount "$tmp/disk"
}

fresh sqlite
if [ "$(id -u)" = 0 ]; then
    on_a_small_disk '' 1
    {
        echo '-- duet: no-transaction'
        sed 's/^insert into log.*/&/' "$tree/0002_full.up.sql"
        echo "insert into log values ('3');"
    } >"$tmp/steps"
    mv "$tmp/steps" "$tree/0002_full.up.sql"
    on_a_small_disk 'step by step' 2
fi

may_not_write()
{
    run $nobody "$duet" up -u "$url" -m "$tree"
    is "$status" 1 "sqlite: $1 is an error"
    like "$err" "^duet: .*$2" 'sqlite: and says what it is'
    like "$err" "^hint: .*$3" 'sqlite: and what to do'
}

# The file F in the directory D, of these modes.
with_modes()
{
    chmod "$2" "$file"
    chmod "$1" "$tmp/place"
    shift 2
    may_not_write "$@"
    chmod 777 "$tmp/place"
    chmod 666 "$file"
    is "$(standing)" '0001_log applied' 'sqlite: nothing is done'
}

if [ "$(id -u)" = 0 ]; then
    plant x <<X
insert into log values ('2');
X
    mkdir "$tmp/place"
    chmod 755 "$tmp"
    file=$tmp/place/x.db
    url=sqlite:$file
    up --to 1
    sqlite3 "$file" 'pragma journal_mode = delete' >"$tmp/.mode"
    with_modes 777 444 'a file that may not be written' \
        'the database is read-only' permissions
    with_modes 755 666 'a directory where no journal can be made' \
        'the database is read-only' directory
    sqlite3 "$file" 'pragma journal_mode = wal' >"$tmp/.mode"
    with_modes 755 666 'a directory where no WAL can be made' \
        'the database is read-only' directory
    run $nobody "$duet" up -u "$url" -m "$tree"
    is "$status" 0 'sqlite: the next up goes through'
    chmod 755 "$tmp/place"
    file=$tmp/place/new.db
    url=sqlite:$file
    may_not_write 'a directory where no file can be made' \
        'place/new.db.*Permission denied' directory
    chmod 700 "$tmp"
fi

# until_let_go: what another process does that holds a lock; let_go ends it.
until_let_go="touch $tmp/held; until [ -e $tmp/go ]; do sleep 0.02; done"

held()
{
    until [ -e "$tmp/held" ]; do sleep 0.02; done
}

let_go()
{
    touch "$tmp/go"
    wait
    rm "$tmp/go" "$tmp/held"
}

# goes_through_later [ARGUMENT]...: the lock is let go while it waits.
goes_through_later()
{
    (sleep 0.7; touch "$tmp/go") &
    goes_through "$@"
    let_go
}

# locked_out: another process writes into the file.
locked_out()
{
    printf 'begin immediate;\n.shell %s\ncommit;\n' "$until_let_go" |
        sqlite3 "$file" &
    held
}

fresh sqlite
plant x <<X
insert into log values ('2');
X
up --to 1
locked_out
up --lock-timeout 100ms --wait 300ms
fails 4 "migration '0002_x': .*lock" '' 'a file that somebody writes is busy'
goes_through_later --lock-timeout 100ms
like "$err" "tried again: .*lock" 'sqlite: after it has tried again'

# ------------------------------------------------------------------- signals

# interrupted SECONDS [ARGUMENT]...: Ctrl-C after so long; once, whereas timeout
# would also send it to the whole group without --foreground.
interrupted()
{
    interrupted_after=$1
    shift
    run env --default-signal=INT \
        timeout --foreground --preserve-status -s INT \
        "$interrupted_after" "$duet" up -u "$url" -m "$tree" "$@"
    is "$status" 130 "$engine: Ctrl-C ends it"
    like "$err" '^duet: interrupted' "$engine: and it says so"
}

long_statement()
{
    plant long <<X
insert into log values ('2');
$1;
X
    up --to 1
    interrupted 0.8
    is "$(standing)" '0001_log applied' \
        "$engine: nothing of a long statement is done"
    sed -i 2,4d "$tree/0002_long.up.sql"
    goes_through
}

engine=sqlite
fresh sqlite
long_statement 'with recursive n (i) as
(select 1 union all select i + 1 from n where i < 2000000000)
select max(i) from n'
fresh sqlite
plant x <<X
insert into log values ('2');
X
up --to 1
locked_out
interrupted 0.8
let_go
is "$(standing)" '0001_log applied' 'sqlite: nor while it waits'
goes_through

# ---------------------------------------------------------------- PostgreSQL

if [ -z "${TEST_POSTGRES-}" ]; then
    diag 'no PostgreSQL server: the rest is left out'
    done_testing
fi

fresh postgres
long_statement 'select pg_sleep(60)'

# blocked SQL: another session holds a lock.
blocked()
{
    psql -d "$url" -c "set application_name = 'the blocker'" -c 'begin' \
        -c "$1" -c "\\! $until_let_go" -c 'commit' >"$tmp/.blocker" 2>&1 &
    held
}

fresh postgres
plant lock <<X
insert into log values ('2');
alter table log add column more int;
X
up --to 1
blocked 'lock table log in share mode'
up --lock-timeout 1500ms --wait 500ms
fails 4 "migration '0002_lock': $tree/0002_lock.up.sql:1:[0-9]+: a lock was not had" \
    'process [0-9]+ \(the blocker, postgres, idle in transaction for [0-9]+ s.*\) holds it; .*: lock table log' \
    'a lock that is not had is an error'
is "$(ask 'select count(*) from log')" 0 'postgres: nothing of it is done'
interrupted 0.8
goes_through_later --lock-timeout 500ms
like "$err" 'is tried again: .*the blocker' \
    'postgres: after it has tried again, and said why'

fresh postgres
up --to 1
ask 'alter table log add column i int' >/dev/null
plant index <<X
create index concurrently on_i on log (i);
X
blocked "insert into log values ('x')"
(sleep 0.7; touch "$tmp/go") &
up --lock-timeout 100ms
let_go
is "$status" 0 'postgres: an index that is built aside waits for all others'
is "$(ask "select indisvalid from pg_index
            where indexrelid = 'on_i'::regclass")" t 'postgres: and is valid'

fresh postgres
plant run <<X
insert into log values ('2');
X
up --to 1
psql -d "$url" -c "set application_name = 'the other run'" \
    -c "select pg_advisory_lock(1685415284, hashtext('public'))" \
    -c "\\! $until_let_go" >"$tmp/.blocker" 2>&1 &
held
up --wait 200ms
fails 4 'the lock of the migrations was not had' 'the other run' \
    'another run that takes too long is an error'
interrupted 0.3
like "$err" 'waiting for another run: process .*the other run' \
    'postgres: it says for whom it waits'
goes_through_later

fresh postgres
role=duet_$$_weak
psql -d "$url" -c "create role $role login"
weak=$(echo "$url" | sed "s|://[^@/]*@|://$role@|")
run duet up -u "$weak" -m "$tree"
fails 1 'ledger: permission denied for schema public' '' \
    'a role that may make nothing gets an error'
up --to 1
ask "grant select, insert, update on duet_migration to $role"
run duet up -u "$weak" -m "$tree"
fails 1 "migration '0002_run': $tree/0002_run.up.sql:1:[0-9]+: permission denied for table log" \
    '' 'and one that may not write where the script does'
is "$(standing)" '0001_log applied' 'postgres: nothing is done'
ask "grant all on log to $role"
run duet up -u "$weak" -m "$tree"
is "$status" 0 'postgres: with the privilege it goes through'
ask "drop owned by $role; drop role $role"

# terminate: the session of duet, once it is within pg_sleep().
terminate()
{
    until [ "$(psql -d "$TEST_POSTGRES" -c "
        select count(pg_terminate_backend(pid)) from pg_stat_activity
         where datname = '$fresh_name' and application_name = 'duet'
           and wait_event = 'PgSleep'")" -gt 0 ]; do
        sleep 0.02
    done
}

for options in '' '-- duet: no-transaction'; do
    fresh postgres
    plant slow <<X
$options
insert into log values ('2');
select pg_sleep(1);
insert into log values ('3');
X
    up --to 1
    terminate &
    up
    wait
    fails 5 "migration '0002_slow': $tree/0002_slow.up.sql:3:1: terminating connection" \
        '.' "a session that is ended is an error ${options:+step by step}"
    goes_through
    is "$(standing)" '0001_log applied
0002_slow applied
2
3' 'postgres: each statement once'
done

# A procedure that commits by itself: nobody knows how far it came.
fresh postgres
plant call <<X
create procedure twice() language plpgsql as \$\$
begin
    insert into log values ('2');
    commit;
    perform pg_sleep(0.5);
    insert into log values ('3');
end \$\$;
vacuum log;
call twice();
insert into log values ('4');
X
up --to 1
terminate &
up
wait
fails 5 "migration '0002_call': $tree/0002_call.up.sql:9:1: terminating" \
    '2 of its statements are done' 'a procedure that is ended is an error'
up
fails 1 "migration '0002_call': $tree/0002_call.up.sql:9:1: a run was ended while it did this statement" \
    'duet repair' 'it is not guessed what became of it'
run duet repair 0002_call -u "$url" -m "$tree"
is "$status" 1 'postgres: nor by repair'
run duet repair 0002_call --statement 'done' -u "$url" -m "$tree"
is "$status" 0 'postgres: the user says that it is done'
goes_through
is "$(standing)" '0001_log applied
0002_call applied
2
4' 'postgres: it is not done again'

# A server of its own, of which one process is killed: it starts again.
cat >"$tmp/crash.sh" <<'X'
. "$TESTS/lib/migrating.sh"
"$TESTS/lib/mixed-tree" postgres "$tmp/mixed"
fresh postgres
duet up -q -u "$url" -m "$tmp/mixed" >"$tmp/crashed" 2>&1 || exit
content >"$tmp/whole"
fresh postgres
for moment in 0.2 0.4 0.6; do
    (
        sleep "$moment"
        kill -9 "$(psql -d "$TEST_POSTGRES" -c "
            select pid from pg_stat_activity
             where datname = '$fresh_name' and application_name = 'duet'")"
    ) 2>/dev/null &
    duet up -q -u "$url" -m "$tmp/mixed" >"$tmp/crashed" 2>&1
    echo "exit $?"
    grep '^duet: ' "$tmp/crashed"
    wait
    until psql -d "$url" -c 'select 1' >/dev/null 2>&1; do sleep 0.05; done
done
duet up -q -u "$url" -m "$tmp/mixed" >"$tmp/crashed" 2>&1
echo "last $?"
content | cmp -s "$tmp/whole" - && echo same
X
run env -u TEST_POSTGRES "$TESTS/lib/with-postgres" sh "$tmp/crash.sh"
like "$out" '^exit [15]' 'postgres: a server that goes down is an error'
unlike "$out" '^exit [2-46-9]' 'postgres: of no other kind'
is "$(echo "$out" | grep -c '^exit 1')" \
    "$(echo "$out" | grep -c 'lost during COMMIT')" \
    'postgres: unless it was lost during COMMIT'
like "$out" '^last 0' 'postgres: the next up goes through'
like "$out" '^same' 'postgres: and it is as if nothing had been'
diag "$out"

done_testing
