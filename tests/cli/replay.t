# replay.t - migrations as an operand: what they make, on a scratch database of
# the engine that is asked for.
. "${TESTS:-tests}/lib/tap.sh"

cd "$tmp" || exit 1
mkdir -p migrations schema
cat >migrations/0001_t.up.sql <<'SQL'
create table t (id integer primary key, a text not null);
SQL
echo 'alter table t add column b text' >migrations/0002_b.up.sql
cat >migrations/0003_index.sqlite.up.sql <<'SQL'
create index t_b on t (b) where b <> '';
SQL
echo "create index t_b on t (b) where b <> ''" \
    >migrations/0003_index.postgres.up.sql
echo 'select this hook is never run' >migrations/after-up.sql

run duet schema show migrations:migrations@0001
is "$status $out" '0 create table t (
    id integer not null,
    a  text    not null,
    primary key (id)
);' 'the schema at a version is shown'
run duet schema show migrations: --format tree
is "$status" 0 'without a directory it is the usual one'
like "$out" 't_b' 'up to the head'
run duet schema show migrations:migrations@0009
is "$status" 2 'a version that is not there is an error'
like "$err" "^duet: migrations:migrations@0009: " 'that names it'
mkdir 'migrations@2'
cp migrations/0001_t.up.sql 'migrations@2'
run duet schema show 'migrations:migrations@2'
is "$status" 0 'a directory may have an @ in its name'

duet up -q -u sqlite:app.db >/dev/null 2>&1
rm migrations/after-up.sql
duet up -q -u sqlite:app.db >/dev/null
run duet compare sqlite:app.db migrations:migrations
is "$status $out" '0 ' 'what was migrated is what they make'
run duet compare migrations:migrations@0002 sqlite:app.db
is "$status" 3 'and not what they made before'
is "$(printf '%s\n' "$out" | cut -f 1-2)" \
    "structure	index 't_b' of table 't'" 'which is said'
run duet schema diff migrations:migrations@0001 'migrations:migrations@2'
is "$status $out" '0 ' 'two of them are compared'

cat >schema/t.sql <<'SQL'
create table t (id integer primary key, a text not null, b text);
SQL
cat >schema/t.sqlite.sql <<'SQL'
create index t_b on t (b) where b <> '';
SQL
run duet compare schema:schema migrations:migrations --for sqlite
is "$status" 3 'a declaration, made real, is compared with them'
unlike "$out" 't_b' 'by what it says for that engine'
printf 'strictness column t.*\nstructure column t.id identity\n' >schema/accepted
run duet compare schema:schema migrations:migrations --for sqlite
is "$status $out" '0 ' 'and its accepted differences count'

echo 'create table broken (id integer' >migrations/0004_broken.up.sql
run duet schema show migrations:migrations
is "$status" 1 'one that fails is an error'
like "$err" "^duet: migrations:migrations: migration '0004_broken': .*:1:" \
    'that names it and the line'
rm migrations/0004_broken.up.sql

run duet schema show migrations:migrations --for postgres
is "$status" 2 'PostgreSQL needs a server'
like "$err" "^hint: name a database on one with -u" 'that has to be named'

if [ -n "${TEST_POSTGRES-}" ]; then
    run duet schema show migrations:migrations --for postgres \
        -u "$TEST_POSTGRES"
    is "$status" 0 'on the server of --url'
    like "$out" "^create index t_b on t .*where" 'they are replayed'
    postgres_database
    duet up -q -u "$database_url" >/dev/null
    run duet compare migrations:migrations "$database_url"
    is "$status $out" '0 ' 'on the server of the other side, too'
    psql -Xqd "$database_url" -c 'create schema app' \
        -c "alter database $tap_database set search_path = app"
    duet up -q -u "$database_url" >/dev/null
    run duet compare "$database_url" migrations:migrations
    unlike "$out" "table 't'" 'in the current schema of the other side'
    DATABASE_URL=$TEST_POSTGRES run duet schema show migrations: --for postgres
    is "$status" 0 'or where DATABASE_URL says'
    is "$(scratch_left)" '' 'no scratch database stays'
fi
done_testing
