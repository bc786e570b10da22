# up.t - what the commands on migrations do at the edges: a dry run, scripts
# that run besides, versions by their numbers, and a ledger put right by hand.
. "${TESTS:-tests}/lib/tap.sh"
. "$TESTS/lib/migrating.sh"

tree=$tmp/tree

# plant NAME <TEXT: one file more.
plant()
{
    mkdir -p "$tree"
    cat >"$tree/$1"
}

# try COMMAND [ARGUMENT]...
try()
{
    try_command=$1
    shift
    run duet "$try_command" -u "$url" -m "$tree" "$@"
}

# works NAME
works()
{
    is "$status" 0 "$engine: $1"
    [ "$status" = 0 ] || diag "$err"
}

# refused STATUS TEXT HINT NAME
refused()
{
    is "$status" "$1" "$engine: $4"
    like "$err" "^duet: $2" "$engine: and says what it is"
    like "$err" "^hint: $3" "$engine: and what to do"
}

log()
{
    ask 'select at from log'
}

standing()
{
    ask "select version || ' ' || state from duet_migration order by position"
}

both_engines()
{
    for engine in sqlite ${TEST_POSTGRES:+postgres}; do
        fresh "$engine"
        rm -rf "$tree"
        plant 0001_log.up.sql <<X
create table log (at text);
X
        "$@"
    done
}

# ------------------------------------------------------------------- dry runs

# What create_missing() would make is not there.
nothing_is_made()
{
    if [ "$engine" = postgres ]; then
        is "$(psql -d "$TEST_POSTGRES" -c "select count(*) from pg_database
            where datname = 'duet_$$_none'")" 0 "postgres: it is not made"
    else
        is "$(ls "$tmp"/none* 2>/dev/null)" '' 'sqlite: no file is made'
    fi
}

dry_run_of_none()
{
    case $engine in
    sqlite) url=sqlite:$tmp/none.db ;;
    postgres) url=${server%/*}/duet_$$_none${TEST_POSTGRES#"$server"} ;;
    esac
    plant 0002_more.up.sql <<X
insert into log values ('2');
X
    try up --dry-run
    works 'a dry run needs no database'
    is "$(printf '%s\n' "$out" | grep -v '^begin')" \
        "-- $tree/0001_log.up.sql
create table log (at text);
commit;
-- $tree/0002_more.up.sql
insert into log values ('2');
commit;" "$engine: it prints what an empty one would get"
    like "$err" '^would have applied 2 migrations' "$engine: and how many"
    nothing_is_made
    try up --dry-run --single-transaction
    works 'nor does one of all in one transaction'
    is "$(printf '%s\n' "$out" | grep -c '^commit;')" 1 \
        "$engine: which has one commit"
    try up --dry-run --to 1 --json
    like "$out" '"sql":"-- .*create table log \(at text\);\\ncommit;\\n"' \
        "$engine: as JSON it has the SQL, too"
    try status
    is "$status" 5 "$engine: status has nothing to show"
    nothing_is_made
}
both_engines dry_run_of_none

dry_run_of_a_rest()
{
    plant 0002_steps.up.sql <<X
-- duet: no-transaction
insert into log values ('2.1');
insert into lgo values ('2.2');
X
    try up
    is "$status" 1 "$engine: a script is done in part"
    sed -i 's/lgo/log/' "$tree/0002_steps.up.sql"
    try up --dry-run
    works 'a dry run of what is left'
    is "$(printf '%s\n' "$out" | grep -v '^begin')" \
        "-- $tree/0002_steps.up.sql
insert into log values ('2.2');
commit;" "$engine: it prints that only"
    try up
    works 'what is left is applied'
    try up --dry-run
    is "$status:$out" 0: "$engine: nothing is left"
    like "$err" '^nothing to do' "$engine: and it says so"
}
both_engines dry_run_of_a_rest

# ------------------------------------------------------------------------ JSON

how_far()
{
    plant 0002_more.up.sql <<X
insert into lgo values ('2');
X
    try up --json
    is "$status" 1 "$engine: the second one fails"
    like "$out" '"version":"0001_log","outcome":"applied".*"version":"0001_log"}$' \
        "$engine: the report tells how far it came"
    try up --json --single-transaction
    like "$out" '"migrations":\[\],"version":"0001_log"}$' \
        "$engine: and so does the next one"
    try down --json
    like "$out" '"migrations":\[\],"version":"0001_log"}$' \
        "$engine: and that of a down that fails"
}
both_engines how_far

# ---------------------------------------------------------------------- hooks

hooks()
{
    plant before-up.sql <<X
create table if not exists log0 (at text);
X
    plant after-each.sql <<X
insert into log values ('each');
X
    plant after-up.sql <<X
vacuum;
X
    try up
    works 'a hook that has to stand alone'
    like "$err" "^ran $tree/after-up.sql" "$engine: is run, which is told"
    try up
    is "$status:$(log)" 0:each "$engine: without migrations none is run"

    plant after-up.sql <<X
begin;
insert into log values ('after');
X
    plant 0002_two.up.sql <<X
insert into log values ('2');
X
    try up
    refused 2 "script '$tree/after-up.sql': .* does not end it" 'write COMMIT' \
        'a hook may not leave a transaction open'
    unlike "$err" 'done' "$engine: of which nothing stays"
    is "$(standing)" '0001_log applied
0002_two applied' "$engine: what was committed before stays"
    plant seed.sql <<X
insert into log values ('seed');
X
    try up --seed seed.sql
    works 'a seed is run without migrations, too'
    is "$(log)" 'each
2
each
seed' "$engine: and nothing else is"
    echo "insert into log values ('3')" | plant 0003_three.up.sql
    try up --seed none.sql
    is "$status" 1 "$engine: one that is not there is an error"
    like "$err" "^duet: 'none.sql': No such file" "$engine: that names it"
    echo "insert into log values ('piped')" | (
        try up --seed /dev/stdin
        echo "$status $err" >"$tmp/piped"
    )
    like "$(cat "$tmp/piped")" "^2 duet: '/dev/stdin' is not a regular file" \
        "$engine: and so is a pipe, which can't be read twice"
    is "$(standing | tail -n 1)" '0002_two applied' \
        "$engine: nothing is applied then"
}
both_engines hooks

directives_of_hooks()
{
    [ "$engine" = postgres ] || return
    plant 0001_log.up.sql <<X
create table log (at text);
create procedure twice() language plpgsql as \$\$
begin
    insert into log values (current_setting('lock_timeout'));
    commit;
end \$\$;
X
    plant after-up.sql <<X
call twice();
X
    try up
    refused 1 "script '$tree/after-up.sql': .*invalid transaction termination" \
        "write '-- duet: no-transaction'" \
        'a hook that commits by itself is an error'
    plant after-up.sql <<X
-- duet: no-transaction, lock-timeout=4s
call twice();
X
    plant 0002_two.up.sql <<X
-- duet: no-transaction, lock-timeout=3s
insert into log values (current_setting('lock_timeout'));
vacuum;
insert into log values (current_setting('lock_timeout'));
X
    plant 0003_three.up.sql <<X
insert into log values (current_setting('lock_timeout'));
X
    try up
    works 'unless it says so'
    is "$(log)" '3s
3s
5s
4s' "$engine: the lock timeout of a file is that of all its statements"
}
both_engines directives_of_hooks

# One that runs by itself is in no ledger: a part of it is not done twice.
hook_without_a_lock()
{
    [ "$engine" = postgres ] || return
    plant after-up.sql <<X
-- duet: no-transaction
insert into log values ('after');
alter table other add column i int;
X
    ask 'create table other ()'
    psql -d "$url" -c 'begin' -c 'lock table other' -c "\\! touch $tmp/held" \
        -c 'select pg_sleep(1.5)' -c 'commit' >"$tmp/.other" 2>&1 &
    until [ -e "$tmp/held" ]; do sleep 0.02; done
    try up --lock-timeout 100ms --wait 30s
    wait
    refused 4 "script '$tree/after-up.sql': .*a lock was not had" \
        '.*; 1 of its statements is done; do the rest by hand' \
        'a hook that is done in part is not run again'
    is "$(log)" after "$engine: what is done is done once"
}
both_engines hook_without_a_lock

# ------------------------------------------------------------------- versions

versions()
{
    echo 'drop table log' | plant 0001_log.down.sql
    [ "$engine" = postgres ] || : >"$file"
    try down --to 7
    refused 2 "there is no migration '7'" 'the first is' \
        'a version that is not there is an error on an empty database, too'
    try down
    works 'nothing can be undone in it'
    for command in redo 'repair 1' 'repair 7' 'repair 1 --statement done'; do
        # shellcheck disable=SC2086 # words
        try $command
        is "$status" 2 "$engine: nor can it have a $command"
    done
    isnt "$(ask 'select count(*) from duet_migration' 2>/dev/null)" 0 \
        "$engine: which makes no ledger"

    try up
    echo "insert into log values ('3')" | plant 0003_three.up.sql
    try up
    echo "insert into log values ('2')" | plant 0002_two.up.sql
    try up --out-of-order 7
    refused 2 "there is no migration '7'" 'the first is' \
        'a version to go out of order that is not there is an error'
    try up --out-of-order 2
    works 'one may be called by its number'
    is "$(log)" '3
2' "$engine: and is applied"
    try repair 2
    refused 2 "migration '0002_two' needs no repair" "'duet status'" \
        'one that is in order needs no repair'
    try repair 2 --statement again
    refused 2 "migration '0002_two' has no statement that is in doubt" \
        'leave --statement out' 'nor is it in doubt'
    try baseline 1
    refused 2 "the database has a history already, from '0001_log' on" \
        "'duet status'" 'nor can it have a baseline'
}
both_engines versions

redo_with_repeatables()
{
    rm -rf "$tree"
    echo 'create table log (at text)' | plant V1__log.sql
    echo 'drop table log' | plant U1__log.sql
    echo "insert into log values ('R')" | plant R__rows.sql
    try up
    is "$(log)" R "$engine: one that is repeated is applied last"
    try redo
    works 'redo passes it over, as down does'
    is "$out" "$(printf '%s' "$out" | grep '^\(reverted\|applied\)	1	')" \
        "$engine: it is about the last version"
    is "$(standing)" 'R__rows applied
1 applied' "$engine: which is applied again"
}
both_engines redo_with_repeatables

# -------------------------------------------------------------------- in doubt

# in_doubt: a run was ended in the second statement, says the ledger.
in_doubt()
{
    plant 0002_steps.up.sql <<X
-- duet: no-transaction
insert into log values ('2.1');
insert into lgo values ('2.2');
insert into log values ('2.3');
X
    try up
    sed -i 's/lgo/log/' "$tree/0002_steps.up.sql"
    ask "update duet_migration set attempted = 2 where position = 2"
    try repair 2
    refused 1 "migration '0002_steps': .* while it did statement 2" \
        'look, then say --statement' 'a statement in doubt is not guessed'
    try repair steps --statement "$1"
    works "the user says $1"
    like "$err" "^migration '0002_steps': its statement 2 $2" \
        "$engine: and is told what that means"
    is "$(ask 'select statements, attempted, state from duet_migration
        where position = 2' | tr '|' ' ')" "$3 $3 running" \
        "$engine: the ledger has it"
    try up
    works 'the next up goes on'
    is "$(log | tr '\n' ' ')" "$4" "$engine: from there"
    try status --exit-code
    works 'and all is well'
}
both_engines in_doubt 'done' 'counts as done' 2 '2.1 2.3 '
both_engines in_doubt again 'will be run again' 1 '2.1 2.2 2.3 '

in_doubt_going_down()
{
    plant 0001_log.down.sql <<X
-- duet: no-transaction
insert into log values ('down');
delete from lgo;
drop table log;
X
    try up
    try down
    is "$status" 1 "$engine: a script is undone in part"
    sed -i 's/from lgo/from log/' "$tree/0001_log.down.sql"
    ask 'update duet_migration set attempted = 2'
    try repair 1 --statement 'done'
    works 'the user says that the statement is done'
    try down
    works 'down goes on behind it'
    is "$(standing)" '' "$engine: to its end"
}
both_engines in_doubt_going_down

# ------------------------------------------------------------------ one engine

engine=sqlite
fresh sqlite
rm -rf "$tree"
plant 1_family.up.sql <<X
create table p (id integer primary key, name text);
create table c (p references p on delete cascade);
insert into p values (1, 'one');
insert into c values (1), (1);
X
plant 2_rebuild.up.sql <<X
pragma foreign_keys = off;
create table n (id integer primary key, name text not null);
insert into n select * from p;
drop table p;
alter table n rename to p;
pragma foreign_keys = on;
X
try up --single-transaction
works 'a rebuild in one transaction with others'
is "$(ask 'select count(*) from c')" 2 'sqlite: no row is lost'
sed 's/= off/= on/; s/not null/not null default 1/' \
    "$tree/2_rebuild.up.sql" >"$tree/4_rebuild.up.sql"
echo 'create table x (i)' >"$tree/3_x.up.sql"
try up -1
refused 1 "migration '4_rebuild': table 'c' would lose 2 rows" \
    'begin the file with "pragma foreign_keys' 'one without the pragma fails'
is "$(standing)" '1_family applied
2_rebuild applied' 'sqlite: and so do all others'

engine=postgres
if [ -n "${TEST_POSTGRES-}" ]; then
    fresh postgres
    psql -d "$url" -c "create role duet_$$ login"
    run duet up -m "$tree" \
        -u "$(printf '%s' "$url" | sed "s|//[^/@]*@|//duet_$$@|")"
    refused 1 'ledger: permission denied for schema public' \
        'grant the role CREATE' 'a role that may not create tables is told so'
    psql -d "$url" -c "drop role duet_$$"
fi
done_testing
