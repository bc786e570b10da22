# verify.t - trees with one thing wrong each, which verify has to name, and
# nothing besides; and trees with nothing wrong.
. "${TESTS:-tests}/lib/tap.sh"

cd "$tmp" || exit 1
tab=$(printf '\t')
server=${TEST_POSTGRES-}

# A tree that is good on both engines: two tables, a reference, all that can be
# forgotten in a down.
start()
{
    rm -rf migrations
    mkdir migrations
    cat >migrations/0001_base.up.sql <<'SQL'
create table p (
    id integer primary key,
    name text not null,
    status text not null default 'new' check (status in ('new', 'old'))
);
create table c (
    id integer primary key,
    p integer not null references p (id) on delete cascade,
    amount integer not null default 0,
    label varchar(20) unique
);
create index c_p on c (p);
create view names as select id, name from p;
SQL
    cat >migrations/0001_base.down.sql <<'SQL'
drop view names;
drop table c;
drop table p;
SQL
    # What the types alone leave open on SQLite.
    printf 'strictness column * guard\nstrictness column *.id identity\n' \
        >migrations/accepted
}

# add NAME UP DOWN: a migration of that name and engine.
add()
{
    printf '%s\n' "$2" >"migrations/$1.up.sql"
    [ $# -lt 3 ] || printf '%s\n' "$3" >"migrations/$1.down.sql"
}

# What is not 'ok', without the hints.
verify()
{
    run duet verify "$@"
    bad=$(printf '%s\n' "$out" | grep -v "${tab}ok\$" | cut -f 1-8)
}

# found ENGINE STATUS LINE NAME: that is all that is wrong; tabs are written |.
found()
{
    if [ "$1" = postgres ]; then
        verify --for postgres --server "$server"
    else
        verify --for "$1"
    fi
    is "$status $bad" "$2 $(printf '%s' "$3" | tr '|' '\t')" "$1: $4"
}

# The same without what stands behind the fifth field, and the engine.
found_titles()
{
    verify --for "$1" ${server:+--server "$server"}
    is "$status $(printf '%s\n' "$bad" | cut -f 2-5)" \
        "3 $(printf '%s' "$2" | tr '|' '\t')" "$1: $3"
}

engines=sqlite
[ -z "$server" ] || engines='sqlite postgres'

# ------------------------------------------------------------- a good tree

start
add 0002_extra 'alter table c add column extra text' \
    'alter table c drop column extra'
add 0003_index 'create unique index p_name on p (name)' 'drop index p_name'
add 0004_fill "insert into p values (1, 'one', 'new')" \
    'delete from p where id = 1'
for engine in $engines; do
    found "$engine" 0 '' 'a good tree is good'
done
if [ -n "$server" ]; then
    run duet verify --server "$server"
    is "$status" 0 'it is on both'
    is "$(printf '%s\n' "$out" | tail -n 1)" "both${tab}heads${tab}ok" \
        'and both end with the same'
    is "$(printf '%s\n' "$out" | grep -c "${tab}ok\$")" 11 \
        'each migration is a line, and all the way, for each engine'
    like "$err" '^postgres: 4 migrations; 2 of 2 tables had rows' \
        'it says that there were rows'
fi
run duet verify
is "$status" 0 'without a server one engine is tried'
like "$err" '^postgres is not tried: no server is named' 'and the other named'
run duet verify --strict
is "$status" 2 'which is an error with --strict'
run duet verify --json --for sqlite
is "$status $(printf '%s' "$out" | cut -c 1-55)" \
    '0 {"good":true,"engines":[{"engine":"sqlite","tried":true' \
    'there is a document'

# ------------------------------------------------- what a down gets wrong

for engine in $engines; do
    start
    add 0002_a 'alter table c add column b text;
alter table c drop column amount;' 'alter table c drop column b;
alter table c add column amount integer not null default 0;'
    found "$engine" 3 "$engine|0002_a|differs|down|table 'c'|column_order|\
id, p, amount, label|id, p, label, amount" 'another order of columns'

    start
    add 0002_a 'create index p_status on p (status)' 'select 1'
    found "$engine" 3 "$engine|0002_a|differs|down|\
index 'p_status' of table 'p' is there|||(status)" 'an index left'

    start
    add 0002_a 'drop index c_p' 'select 1'
    found "$engine" 3 "$engine|0002_a|differs|down|\
index 'c_p' of table 'c' is lost||(p)" 'an index forgotten'

    start
    add 0002_a 'drop view names' 'select 1'
    found_titles "$engine" "0002_a|differs|down|view 'names' is lost" \
        'a view forgotten'

    start
    add 0002_a 'create view more as select 1 as one' 'select 1'
    found_titles "$engine" "0002_a|differs|down|view 'more' is there" \
        'a view left'

    start
    add 0002_a 'create table more (id integer primary key)'
    found "$engine" 0 "$engine|0002_a|no-down|down|there is no down" 'no down'
    add 0002_a 'create table more (id integer primary key)' '-- nothing'
    found "$engine" 0 "$engine|0002_a|no-down|down|the down is empty" 'an empty down'

    start
    add 0002_a 'alter table c add column b text' 'alter table c drop column d;'
    verify --for "$engine" ${server:+--server "$server"}
    is "$status" 1 "$engine: a down that fails"
    like "$bad" "^$engine${tab}0002_a${tab}fails${tab}down${tab}.*\
migrations/0002_a.down.sql:1:[0-9]*: .*" 'with file, line and column'
    is "$(printf '%s\n' "$bad" | wc -l)" 1 'and no more'

    start
    add 0002_a 'alter table c add column b text' 'delete from c where id = 1;
alter table c drop column b'
    found "$engine" 0 '' 'a down that deletes what is not there'
    add 0002_a 'alter table c add column b text' 'delete from c;
alter table c drop column b'
    found "$engine" 0 "$engine|0002_a|note|down|table 'c'|rows|2|0" \
        'a down that deletes by its own words'

    # What comes behind a bad one is tried all the same.
    start
    add 0002_a 'create index p_status on p (status)' 'select 1'
    add 0003_b 'create index c_amount on c (amount)' 'select 1'
    add 0004_c 'create table last (id integer primary key)' 'drop table last'
    found "$engine" 3 "$engine|0002_a|differs|down|\
index 'p_status' of table 'p' is there|||(status)
$engine|0003_b|differs|down|index 'c_amount' of table 'c' is there|||(amount)" \
        'two that are bad'

    start
    add 0002_a 'create table broken (id integer primary key,,)' ''
    add 0003_b 'create table never (id integer primary key)' ''
    verify --for "$engine" ${server:+--server "$server"}
    is "$status" 1 "$engine: an up that fails"
    like "$bad" "${tab}fails${tab}up${tab}.*0002_a.up.sql:1:" \
        'names file, line and column'
    like "$err" 'those behind it were not tried' 'and ends there'

    start
    add 0002_a 'alter table c add column b text not null' \
        'alter table c drop column b'
    verify --for "$engine" ${server:+--server "$server"}
    is "$status" 1 "$engine: an up that fails with rows only"
    like "$bad" "${tab}fails${tab}up${tab}with rows in the tables: .*0002_a" \
        'is told so'
    is "$(printf '%s\n' "$bad" | wc -l)" 1 'and no more'

    start
    add 0002_a 'create unique index c_one on c (p)' 'drop index c_one'
    verify --for "$engine" ${server:+--server "$server"}
    is "$status" 0 "$engine: what refuses made up rows is no failure"
    like "$bad" "${tab}note${tab}up${tab}not for the rows made up here" \
        'but told'
done

# --------------------------------------------------------------- of SQLite

start
rebuild='create table new_p (id integer primary key, name text not null);
insert into new_p select id, name from p;
drop view names;
pragma foreign_keys = off;
drop table p;
alter table new_p rename to p;
create view names as select id, name from p;'
back='create table old_p (id integer primary key, name text not null,
    status text not null default %s);
insert into old_p (id, name) select id, name from p;
drop view names;
pragma foreign_keys = off;
drop table p;
alter table old_p rename to p;
create view names as select id, name from p;'
# shellcheck disable=SC2059 # it is one
add 0002_a "$rebuild" "$(printf "$back" "'new'")"
found sqlite 3 "sqlite|0002_a|differs|down|check of table 'p' is lost||\
status in ('new', 'old')" 'a check lost in a rebuild'
# shellcheck disable=SC2059
add 0002_a "$rebuild" "$(printf "$back" \
    "'old' check (status in ('new', 'old'))")"
found sqlite 3 "sqlite|0002_a|differs|down|column 'status' of table 'p'|\
default|'new'|'old'" 'a default lost in a rebuild'

start
add 0002_trigger 'create trigger p_gone after delete on p begin
    delete from c where p = old.id; end;' 'drop trigger p_gone;'
add 0003_a 'drop trigger p_gone' 'select 1'
verify --for sqlite
is "$status" 3 'sqlite: a trigger forgotten'
is "$(printf '%s\n' "$bad" | cut -f 2-5)" \
    "0003_a${tab}differs${tab}down${tab}trigger 'p_gone' of table 'p' is lost" \
    'is named'

# A rebuild that forgets to copy a column, and one that forgets rows.
start
add 0002_a 'create table new_c (id integer primary key,
    p integer not null references p (id) on delete cascade,
    amount integer not null default 0, label varchar(20) unique);
insert into new_c (id, p, label) select id, p, label from c;
drop table c;
alter table new_c rename to c;
create index c_p on c (p);' ''
found sqlite 3 "sqlite|0002_a|differs|up|column 'amount' of table 'c'|values|\
1, 2|0" 'values lost in a rebuild'
sed -i 's/from c;/from c limit 1;/
s/(id, p, label) select id, p, label/select */' migrations/0002_a.up.sql
found sqlite 3 "sqlite|0002_a|note|up|table 'c' has lost 1 row in being rebuilt
sqlite|0002_a|differs|up|table 'c'|rows|2|1" 'rows lost in a rebuild'

start
add 0002_a 'create table new_p (id integer primary key, name text not null,
    status text not null);
insert into new_p select * from p;
drop view names;
drop table p;
alter table new_p rename to p;
create view names as select id, name from p;' ''
verify --for sqlite
is "$status" 1 'sqlite: a rebuild that deletes by a foreign key'
like "$bad" "fails${tab}up${tab}with rows in the tables: .*would lose 2 rows" \
    'is refused, and told'

# ------------------------------------------------------------ of PostgreSQL

if [ -n "$server" ]; then
    start
    add 0002_a "create type mood as enum ('sad', 'ok');
alter table c add column m mood not null default 'ok';" \
        'alter table c drop column m'
    verify --for postgres --server "$server"
    is "$status $(printf '%s\n' "$bad" | cut -f 2-5)" \
        "3 0002_a${tab}differs${tab}down${tab}enum 'mood' is there" \
        'postgres: an enum left'

    start
    add 0002_a 'create sequence numbers' 'select 1'
    verify --for postgres --server "$server"
    is "$status $(printf '%s\n' "$bad" | cut -f 2-5)" \
        "3 0002_a${tab}differs${tab}down${tab}sequence 'numbers' is there" \
        'postgres: a sequence left'

    start
    add 0002_a 'alter table p alter status drop default' 'select 1'
    found postgres 3 "postgres|0002_a|differs|down|column 'status' of table \
'p'|default|'new'::text|" 'a default lost'

    start
    add 0002_a 'alter table p drop constraint p_status_check' 'select 1'
    verify --for postgres --server "$server"
    is "$status $(printf '%s\n' "$bad" | cut -f 2-5)" \
        "3 0002_a${tab}differs${tab}down${tab}check 'p_status_check' of table \
'p' is lost" 'postgres: a check lost'

    # What is written anew from a dump is the same.
    start
    add 0002_a 'alter table p drop constraint p_status_check' \
        "alter table p add constraint p_status_check check ((status = any
            (array['new'::text, 'old'::text])))"
    found postgres 0 '' 'a check in other words'

    start
    add 0002_a 'alter table c rename amount to total;
alter table c add amount integer not null default 0;' \
        'alter table c drop total'
    verify --for postgres --server "$server"
    like "$bad" "column_order" 'postgres: a column that comes back elsewhere'

    is "$(psql -XqAtd "$server" -c "select count(*) from pg_database
        where datname like 'duet\_scratch%'")" 0 'no scratch database stays'

    # The heads differ.
    start
    add 0002_a.sqlite 'alter table c add column b text' \
        'alter table c drop column b'
    add 0002_a.postgres 'alter table c add column b text not null default 1' \
        'alter table c drop column b'
    verify --server "$server"
    is "$status $(printf '%s\n' "$bad" | cut -f 1-6 | sort)" "3 both${tab}heads\
${tab}differs${tab}strictness${tab}column 'b' of table 'c'${tab}not_null
both${tab}heads${tab}differs${tab}structure${tab}column 'b' of table 'c'${tab}\
default" 'heads that differ are told'
    echo '* column c.b' >>migrations/accepted
    verify --server "$server"
    is "$status $bad" '0 ' 'what is accepted beside the migrations is the same'
fi
done_testing
