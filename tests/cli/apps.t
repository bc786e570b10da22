# apps.t - databases made by others, for the tests that read them: Django's
# own applications, and the profile storage as SQLAlchemy makes it.
. "${TESTS:-tests}/lib/tap.sh"
need_postgres
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'

# in_postgres SQL, in_sqlite SQL: run it on $url and on $file.
in_postgres()
{
    "${PG_BIN:+$PG_BIN/}psql" -XqAt -F ' ' -v ON_ERROR_STOP=1 -d "$url" -c "$1"
}

in_sqlite()
{
    sqlite3 -init /dev/null -bail -separator ' ' "$file" "$1"
}

# make_with COMMAND: a database on each engine, $url and $file.
make_with()
{
    postgres_database
    url=$database_url
    file=$tmp/${1##*/}.db
    run "$1" "$url"
    is "$status$err" 0 "${1##*/} makes a database on PostgreSQL"
    run "$1" "sqlite:$file"
    is "$status$err" 0 'and on SQLite'
}

# A profile has one database: each gets a registry of its own.
presto()
{
    DUET_HOME=$tmp/${1%%:*} duet presto -q -u "$1"
}

# ---------------------------------------------------------------- SQLAlchemy

# Everything but checks and defaults, which the ORM keeps to itself.
postgres_storage()
{
    in_postgres "
        set search_path = public;
        select table_name, ordinal_position, column_name, udt_name,
               character_maximum_length, is_nullable
          from information_schema.columns
         where table_name like 'db\_%';
        select conrelid::regclass, conname, pg_get_constraintdef(oid)
          from pg_constraint
         where contype <> 'c' and conrelid::regclass::text like 'db\_%';
        select indexdef from pg_indexes where tablename like 'db\_%'" |
        LC_ALL=C sort
}

# Constraints have their names in the stored text alone, each on a line.
sqlite_storage()
{
    in_sqlite "
        select m.name, c.cid, c.name, c.type, c.\"notnull\", c.pk
          from sqlite_schema m, pragma_table_info(m.name) c
         where m.type = 'table' and m.name like 'db\_%' escape '\';
        select lower(sql) from sqlite_schema
         where tbl_name like 'db\_%' escape '\' and sql is not null" |
        sed -e ':next' -e N -e '$!b next' \
            -e 's/\n[[:blank:]]*\(references\|on\|deferrable\) / \1 /g' |
        sed -n -e '/^db_/p' -e 's/^[[:blank:]]*create index/index/p' \
            -e 's/^[[:blank:]]*\(constraint [^c]\)/\1/p' |
        sed -e '/constraint ck_/d' -e 's/, *$//' -e 's/"//g' \
            -e 's/key *(/key (/' -e 's/ on delete no action//' |
        LC_ALL=C sort
}

# The types that the ORM gives to columns which duet makes stricter ones.
as_sqlalchemy()
{
    sed -e '/^db_/s/ uuid_text / VARCHAR(32) /' \
        -e '/^db_/s/ jsonb_text / JSON /' \
        -e '/^db_/s/ timestamptz_text / DATETIME /' \
        -e '/^db_/s/ \(integer\|boolean\|text\|varchar([0-9]*)\) / \U\1 /' |
        LC_ALL=C sort
}

make_with presto
postgres_storage >"$tmp/postgres.want"
sqlite_storage | as_sqlalchemy >"$tmp/sqlite.want"
make_with "$TESTS/lib/sqlalchemy_app"
postgres_storage >"$tmp/postgres.got"
sqlite_storage >"$tmp/sqlite.got"
for engine in postgres sqlite; do
    run diff "$tmp/$engine.want" "$tmp/$engine.got"
    is "$out$err" '' "$engine: SQLAlchemy's tables are those of a profile"
done
# Columns, keys of each kind, and indexes, of which 12 are for patterns.
is "$(wc -l <"$tmp/postgres.got")" $((68 + 10 + 12 + 11 + 56)) \
    'on PostgreSQL they have 157 parts'
is "$(wc -l <"$tmp/sqlite.got")" $((68 + 10 + 12 + 11 + 23)) \
    'on SQLite 124'

# -------------------------------------------------------------------- Django

make_with "$TESTS/lib/django_app"
tables='auth_group
auth_group_permissions
auth_permission
auth_user
auth_user_groups
auth_user_user_permissions
django_admin_log
django_content_type
django_flatpage
django_flatpage_sites
django_migrations
django_redirect
django_session
django_site'
is "$(in_postgres "select tablename from pg_tables
                    where schemaname = 'public' order by 1")" "$tables" \
    'its applications have their tables on PostgreSQL'
is "$(in_sqlite "select name from sqlite_schema
                  where type = 'table' and name not like 'sqlite_%'
                  order by 1")" "$tables" 'and on SQLite'
migrations='select app, count(*), max(name) from django_migrations
             group by app order by app'
is "$(in_postgres "$migrations")" "$(in_sqlite "$migrations")" \
    'the same migrations were run on both'
like "$(in_sqlite "$migrations")" '^auth [0-9]+ 0012_' 'all of them'

done_testing
