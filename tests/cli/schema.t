# schema.t - duet schema and duet compare, as one calls them.
# shellcheck disable=SC2016 # what json() gets is Perl
. "${TESTS:-tests}/lib/tap.sh"

tab=$(printf '\t')
cd "$tmp" || exit 1

# What perl's own reader of JSON makes of $out: json EXPRESSION, where $d is
# the document.
json()
{
    printf '%s' "$out" | perl -MJSON::PP -0777 -e '
        my $d = decode_json(<STDIN>);
        print join " ", map { $_ // "null" } '"$1"
}

mkdir schema migrations
cat >schema/app.sql <<'END'
create type mood as enum ('sad', 'happy');
create table person (
    id    serial primary key,
    label varchar(20) not null default 'x',
    mood  mood,
    constraint uq_person_label unique (label)
);
create table post (
    id     serial primary key,
    author integer not null,
    body   text,
    constraint fk_post_author foreign key (author)
        references person (id) on delete cascade
);
create index ix_post_author on post (author);
create view happy as select id from person where mood = 'happy';
comment on table person is 'who';
END
cat >schema/app.postgres.sql <<'END'
create index ix_pat_person_label on person (label varchar_pattern_ops);
END
for name in 2_labels.up 10_last.up 2_labels.down 1_first.sqlite.up \
    1_first.postgres.up; do
    echo "-- $name" >"migrations/$name.sql"
done
echo 'select 1' >migrations/1_first.sqlite.up.sql
echo 'select 2' >migrations/1_first.postgres.up.sql

# ------------------------------------------------------------------ create

# try_create ENGINE URL ASK, where ASK runs its last argument on the database.
try_create()
{
    who=$1
    url=$2
    shift 2
    run duet schema create --url "$url"
    is "$status:$out" '0:' "$who: a declaration makes a database"
    like "$err" "^created 2 tables in '.*', 3 migrations taken for done$" \
        '... and it is said what was made'
    is "$("$@" 'select version, name, position, state from duet_migration
        order by position' | tr '|\n' ' ;')" \
        '1_first first 1 stamped;2_labels labels 2 stamped;10_last last 3 stamped;' \
        '... the migrations stand in its ledger in their order'
    "$@" "select checksum from duet_migration where version = '1_first'" \
        >"$tmp/checksum.$who"
    like "$(cat "$tmp/checksum.$who")" '^[0-9a-f]{64}$' '... with a checksum'

    duet schema show "$url" >"$tmp/before"
    "$@" "insert into person (label) values ('kept')" >/dev/null
    run duet schema create --url "$url"
    is "$status:$out" '2:' "$who: one that is not empty is refused"
    like "$err" "^duet: database '.*' has .* already" '... for what it has'
    like "$err" '^hint: ' '... with a hint'
    duet schema show "$url" | cmp -s - "$tmp/before"
    is "$?:$("$@" 'select count(*) from person')" '0:1' \
        '... and nothing has changed'
    "$@" 'delete from person' >/dev/null
}

ask_sqlite()
{
    sqlite3 "$tmp/app.db" "$@"
}

try_create sqlite "sqlite:$tmp/app.db" ask_sqlite

printf 'create table one (a integer);\ncreate table two (\n    b whatever(\n' \
    >broken.sql
run duet schema create --url "sqlite:$tmp/broken.db" --schema broken.sql
is "$status:$out" '1:' 'a declaration that is wrong is an error'
like "$err" '^duet: broken\.sql:[34]:[0-9]+: ' '... that says where'
is "$(ls broken.db* 2>/dev/null)" '' '... and no file is left behind'

# The declaration is read without fault, but SQLite has no such function.
echo 'create table one (a integer, constraint c check (nothing(a) > 0));' \
    >refused.sqlite.sql
echo 'create table two (a integer);' >refused.sql
run duet schema create --url "sqlite:$tmp/refused.db" --schema refused.sql
is "$status" 1 'what the engine refuses is an error'
like "$err" 'nothing' '... that names it'
is "$(ls refused.db* 2>/dev/null)" '' '... and no file is left behind'
: >there.db
run duet schema create --url "sqlite:$tmp/there.db" --schema refused.sql
is "$status" 1 'the same in an empty file that was there'
is "$(sqlite3 there.db '.tables'):$(ls there.db)" ':there.db' \
    '... which stays, and stays empty'

echo 'nothing' >migrations/stray.sql
run duet schema create --url "sqlite:$tmp/stray.db"
is "$status" 2 'a stray file among the migrations is an error'
like "$err" "^duet: 'migrations/stray.sql' is no migration" '... that names it'
is "$(ls stray.db* 2>/dev/null)" '' '... and nothing is made'
rm migrations/stray.sql
mkdir other
DUET_MIGRATIONS=other run duet schema create --url "sqlite:$tmp/other.db"
like "$status:$err" '^0:.* 0 migrations' 'DUET_MIGRATIONS names the directory'

# -------------------------------------------------------------------- show

# try_show ENGINE URL
try_show()
{
    run duet schema show "$2"
    is "$status:$err" '0:' "$1: its SQL is shown"
    unlike "$out" 'duet_migration' '... without the ledger'
    sql=$out
    run duet schema show "$2" --for "$1"
    is "$out" "$sql" '... as it is on demand'

    run duet schema show "$2" --json
    is "$(json '$d->{format}, $d->{engine}')" "1 $1" "$1: its JSON is read"
    is "$(json 'map { $_->{name} } @{$d->{tables}}, @{$d->{views}},
        @{$d->{enums}}')" 'person post happy mood' '... has its objects'
    is "$(json '@{$d->{enums}[0]{labels}}')" 'sad happy' '... labels in a list'
    is "$(json 'map { "$_->{name}:$_->{type}" } @{$d->{tables}[0]{columns}}')" \
        'id:integer label:varchar(20) mood:mood' '... the types by their names'
    is "$(json 'map { $_->{references}, $_->{on_delete},
        $_->{parts}[0]{column}, $_->{parts}[0]{target} }
        $d->{tables}[1]{foreign_keys}[0]')" 'person cascade author id' \
        '... and the keys'
    document=$out
    run duet schema show "$2" --format json
    is "$out" "$document" '... and --format json is the same'

    run duet schema show "$2" --format dot
    like "$out" '^digraph schema' "$1: a diagram for Graphviz"
    like "$out" '"post".* -> "person"' '... with the foreign key'
    run duet schema show "$2" --format mermaid
    like "$out" '^erDiagram' "$1: one for Mermaid"
    like "$out" '"person" \|\|\.\.o\{ "post"' '... with the foreign key'
    run duet schema show "$2" --format tree
    like "$out" '^├── enum mood' "$1: a tree"
    LC_ALL=C run duet schema show "$2" --format tree
    like "$out" '^\|-- enum mood' '... in ASCII where the locale is'
    run duet schema show "$2" --format xml
    is "$status" 2 "$1: another format is an error"
}

try_show sqlite "sqlite:$tmp/app.db"
run duet schema show "sqlite:$tmp/app.db" --for postgres
is "$status:$err" '0:' 'sqlite: and its SQL for the other engine'
like "$out" '^    id +serial +not null' "... is in that one's words"
run duet schema show "sqlite:$tmp/app.db"
printf '%s\n' "$out" >again.sql
sqlite3 -bail again.db <again.sql
is "$?" 0 'sqlite: the SQL runs as it stands'
is "$(duet schema show "sqlite:$tmp/again.db")" "$out" '... and gives the same'
DATABASE_URL=sqlite:$tmp/app.db run duet schema show
is "$out" "$(cat again.sql)" 'without an operand it is the usual database'
run duet schema show schema:
is "$out" "$(cat again.sql)" 'a declaration is shown for SQLite'
run duet schema show schema: --for postgres
like "$out" 'varchar_pattern_ops' 'or for PostgreSQL, with what that has alone'

# ----------------------------------------------------------------- compare

# try_compare WHO URL ASK: against the declaration.
try_compare()
{
    who=$1
    url=$2
    shift 2
    run duet compare "$url" schema: --schema
    is "$status:$out:$err" '0::the schemas are the same' \
        "$who: it is what was declared"
    run duet compare "$url" schema: --json
    is "$status:$err" '0:' '... with nothing to say beside JSON'
    is "$(json '$d->{same}, scalar @{$d->{findings}}, $d->{right}')" \
        '1 0 schema:schema' '... which says so'

    "$@" 'drop index ix_post_author; create table more (a integer)'
    run duet compare "$url" schema:
    is "$status" 3 "$who: what was changed is a difference"
    is "$out" "structure${tab}table 'more'${tab}${tab}(a)${tab}${tab}${tab}drop table more;
structure${tab}index 'ix_post_author' of table 'post'${tab}${tab}${tab}(author)${tab}the answers are the same, how fast is not${tab}create index ix_post_author on post (author);" \
        '... a line for each, with what mends it'
    is "$err" 'the schemas differ: 2 structure' '... and a sum'
    lines=$out
    run duet schema diff "$url" schema:
    is "$status:$out" "3:$lines" '... of which schema diff says the same'
    run duet compare "$url" schema: --json
    is "$status" 3 '... and JSON, too'
    is "$(json '$d->{same}, map { @$_{qw(severity kind table name right counts)}
        } $d->{findings}[1]')" \
        '0 structure index post ix_post_author (author) 1' \
        '... member by member'
    run duet compare schema: "$url"
    is "$status:$(printf '%s\n' "$out" | cut -f 1,2,4,5 | tail -n 1)" \
        "3:structure${tab}table 'more'${tab}${tab}(a)" \
        '... and from the other side'

    printf '%s\n' 'structure index post.ix_* # not yet' 'structure table more' \
        >schema/accepted
    run duet compare "$url" schema:
    is "$status:$out" '0:' "$who: what is accepted is no difference"
    is "$err" 'the schemas are the same: 2 accepted' '... and counted'
    run duet compare "$url" schema: --all
    like "$out" "^accepted${tab}table 'more'" '... and shown on demand'
    echo 'names table nothing' >>schema/accepted
    run duet compare "$url" schema:
    is "$status:$out" "3:unused${tab}names table nothing" \
        '... but a rule of no use is not accepted'
    run duet compare "$url" schema: --json
    is "$(json '$d->{same}, @{$d->{unused_rules}}')" '0 names table nothing' \
        '... in JSON, too'
    : >none.accepted
    run duet compare "$url" schema: --accepted none.accepted
    is "$status:$out" "3:$lines" '... and another file may be named'
    printf '# fine\n  grave table x\n' >schema/accepted
    run duet compare "$url" schema:
    is "$status:$out" '2:' "$who: a file that is wrong is an error"
    like "$err" '^duet: schema/accepted:2:3: ' '... that says where'
    rm schema/accepted

    run duet compare "$url" schema: --sql
    is "$status" 3 "$who: the statements alone"
    is "$out" 'drop table more;
create index ix_post_author on post (author);' '... are those of the lines'
    "$@" "$out"
    run duet compare "$url" schema:
    is "$status:$out" '0:' '... and make it the same'
}

try_compare sqlite "sqlite:$tmp/app.db" ask_sqlite

# ---------------------------------------------------------------- operands

mkdir elsewhere
cp -r schema elsewhere/declared
url=sqlite:$tmp/app.db
DUET_SCHEMA=elsewhere/declared run duet compare "$url" schema: --json
is "$status:$(json '$d->{right}')" '0:schema:elsewhere/declared' \
    'DUET_SCHEMA names the declaration'
run duet compare "$url" schema:schema/app.sql
is "$status" 0 'and so does an operand, of a file'
(cd elsewhere && duet compare "$url" schema: 2>../said)
is "$?" 3 'without one it is the storage of a profile'
like "$(cat said)" '^the schemas differ: ' '... which is another'
run duet compare "$url" schema:nowhere
is "$status:$out" '1:' 'a declaration that is not there is an error'
like "$err" "^duet: there is no file 'nowhere'" '... that names it'

duet -q profile create app --register --url "$url" >/dev/null
run duet compare profile:app "$url" --json
is "$status:$(json '$d->{left}, $d->{same}')" '0:profile:app 1' \
    'a profile is an operand'
run duet compare profile:none "$url"
is "$status" 2 'but not one that is not there'
run duet compare migrations:nowhere "$url"
is "$status:$out" '1:' 'nor migrations that are not there'
like "$err" "^duet: migrations:nowhere: " '... which are named'
run duet compare app.db "$url"
is "$status" 2 'a path is no operand'
like "$err" '^hint: .*URL, profile:NAME, schema:' '... and it is said what is'
run duet compare "$url"
is "$status" 2 'one operand is too few'
run duet compare "sqlite:$tmp/missing.db" "$url"
is "$status:$out" '5:' 'a file that is missing is an error'
is "$(ls missing.db* 2>/dev/null)" '' '... and not made'
run duet compare 'postgresql://who:secret@127.0.0.1:1/app?password=hidden' \
    schema:
is "$status" 5 'so is a server that is not there'
unlike "$out$err" 'secret|hidden' '... and no password is shown'
run duet compare 'postgresql://who:secret@127.0.0.1:1/app' schema: --json
is "$status:$out" '5:' '... with JSON, too'
unlike "$err" 'secret' '... and none there'

# -------------------------------------------------------------- PostgreSQL

if [ -n "${TEST_POSTGRES-}" ]; then
    ask_postgres()
    {
        "${PG_BIN:+$PG_BIN/}psql" -XqAt -d "$database_url" -c "$@"
    }

    postgres_database
    "${PG_BIN:+$PG_BIN/}psql" -Xq -d "$TEST_POSTGRES" \
        -c "drop database $tap_database"
    try_create postgres "$database_url" ask_postgres
    isnt "$(cat checksum.postgres)" "$(cat checksum.sqlite)" \
        "postgres: its own migration's checksum"
    try_show postgres "$database_url"
    run duet schema show "$database_url" --for sqlite
    is "$status:$out" '2:' 'postgres: what SQLite cannot have is an error'
    like "$err" "^duet: index 'ix_pat_person_label' of .*operator classes" \
        '... that names it'
    try_compare postgres "$database_url" ask_postgres
    made=$database_url

    run duet schema show "$made"
    printf '%s\n' "$out" >again.sql
    postgres_database
    "${PG_BIN:+$PG_BIN/}psql" -Xq -v ON_ERROR_STOP=1 -d "$database_url" \
        -f again.sql
    is "$?" 0 'postgres: the SQL runs as it stands'
    is "$(duet schema show "$database_url")" "$out" '... and gives the same'

    # Everything that ALTER can do to what is there, at once.
    ask_postgres "alter table person alter label type varchar(10),
        alter label drop not null, alter label set default 'y',
        drop constraint uq_person_label, add more text;
        alter table post drop constraint fk_post_author, add constraint
        fk_post_author foreign key (author) references person (id);
        drop view happy; comment on table person is 'whom'"
    run duet compare "$database_url" "$made"
    is "$status" 3 'postgres: many differences'
    is "$(printf '%s\n' "$out" | cut -f 1,2,3 | sort)" "names${tab}table 'person'${tab}comment
strictness${tab}column 'label' of table 'person'${tab}not_null
structure${tab}column 'label' of table 'person'${tab}default
structure${tab}column 'label' of table 'person'${tab}type
structure${tab}column 'more' of table 'person'${tab}
structure${tab}foreign key 'fk_post_author' of table 'post'${tab}on_delete
structure${tab}unique constraint 'uq_person_label' of table 'person'${tab}
structure${tab}view 'happy'${tab}" '... are each named'
    run duet compare "$database_url" "$made" --sql
    is "$status:$(printf '%s\n' "$err" | grep -c '^no statement')" '3:0' \
        '... have their statements'
    ask_postgres "$out"
    run duet compare "$database_url" "$made"
    is "$status:$out:$err" '0::the schemas are the same' \
        '... which make the one the same as the other'

    ask_postgres 'create extension citext'
    run duet compare "sqlite:$tmp/app.db" "$database_url"
    is "$status" 0 'across the engines: the same but for what one has alone'
    is "$(printf '%s\n' "$out" | cut -f 1,2)" "not-compared${tab}index 'ix_pat_person_label' of table 'person'
not-compared${tab}extension 'citext'" '... which is said'
    echo 'one-engine index *.ix_pat_* # for speed' >engines.accepted
    run duet compare "sqlite:$tmp/app.db" "$database_url" \
        --accepted engines.accepted
    is "$status:$(printf '%s\n' "$out" | cut -f 1,2)" \
        "0:not-compared${tab}extension 'citext'" '... and may be accepted'
    run duet compare "sqlite:$tmp/app.db" "$database_url" \
        --accepted engines.accepted --strict
    is "$status" 3 '... what is not compared is strictly a difference'

    tap_server=${database_url%%\?*}
    run duet compare "${tap_server%/*}/none${database_url#"$tap_server"}" \
        schema:
    is "$status" 5 'postgres: a database that is missing is an error'
    like "$err" 'none' '... that names it'

    run duet schema create --schema "$tmp/broken.sql" --url \
        "${tap_server%/*}/none${database_url#"$tap_server"}"
    is "$status:$("${PG_BIN:+$PG_BIN/}psql" -XqAt -d "$database_url" -c \
        "select count(*) from pg_database where datname = 'none'")" '1:0' \
        'postgres: a declaration that is wrong makes no database'
    echo 'create table one (a integer check (nothing(a) > 0));' \
        >refused.postgres.sql
    run duet schema create --schema "$tmp/refused.sql" --url \
        "${tap_server%/*}/none${database_url#"$tap_server"}"
    is "$status:$("${PG_BIN:+$PG_BIN/}psql" -XqAt -d "$database_url" -c \
        "select count(*) from pg_database where datname = 'none'")" '1:0' \
        '... nor one that the server refuses'
fi

done_testing
