# others.t - comparing what others make: Django's own applications and the
# profile storage as SQLAlchemy makes it, each on SQLite and on PostgreSQL.
#
# What there is to say of either pair is in golden/others, one finding a line:
# each was held against the two catalogs by hand.
. "${TESTS:-tests}/lib/tap.sh"
need_postgres
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'

golden=$TESTS/golden/others

in_postgres()
{
    "${PG_BIN:+$PG_BIN/}psql" -XqAt -v ON_ERROR_STOP=1 -d "$url" "$@"
}

in_sqlite()
{
    sqlite3 -init /dev/null -bail "$file" "$@"
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

# is_golden NAME TITLE: $out and $err are what golden/others/NAME says.
is_golden()
{
    printf '%s\n%s\n' "$out" "$err" >"$tmp/$1"
    run diff "$golden/$1" "$tmp/$1"
    is "$out$err" '' "$2"
}

# The findings in FILE without what mends them: for PostgreSQL there are
# statements, for SQLite none.  Of what is an index on one side and a constraint
# on the other the title says what is on the left.
findings()
{
    cut -f 1-6 "$1" | awk -F '\t' -v OFS='\t' '
        $3 == "kind" { sub(/^(index|unique constraint) /, "", $2) }
        { print }' | LC_ALL=C sort
}

swap_sides()
{
    awk -F '\t' -v OFS='\t' '{ side = $4; $4 = $5; $5 = side; print }' "$1"
}

# both TITLE: $file and $url compare as golden/others/TITLE says, either way
# round, and each with itself and with its dump, restored, as the same.
both()
{
    run duet compare "sqlite:$file" "$url" --all
    is "$status" 3 "$1: the engines differ"
    like "$err" '^the schemas differ: ' 'and it is said in how much'
    printf '%s\n' "$out" >"$tmp/there"
    is_golden "$1" "$1: what golden/others/$1 says"

    duet compare "$url" "sqlite:$file" --all >"$tmp/back" 2>"$tmp/back.err"
    swap_sides "$tmp/back" >"$tmp/back.swapped"
    findings "$tmp/back.swapped" >"$tmp/back.sorted"
    findings "$tmp/there" >"$tmp/there.sorted"
    run diff "$tmp/there.sorted" "$tmp/back.sorted"
    is "$out$err" '' "$1: the other way round the same is found"
    is "$(cat "$tmp/back.err")" "$(tail -n 1 "$golden/$1")" 'and counted'

    for one in "sqlite:$file" "$url"; do
        run duet compare "$one" "$one" --all --strict
        is "$status $out" '0 ' "$1: ${one%%:*} is what it is"
        is "$err" 'the schemas are the same' 'and nothing else is said'
    done
    restored "$1"
}

restored()
{
    in_sqlite .dump | sqlite3 -init /dev/null -bail "$tmp/$1.restored"
    run duet compare "sqlite:$file" "sqlite:$tmp/$1.restored" --all --strict
    is "$status $out$err" '0 the schemas are the same' \
        "$1: what SQLite dumps and restores is the same"
    postgres_database
    "${PG_BIN:+$PG_BIN/}pg_dump" -d "$url" >"$tmp/dump"
    "${PG_BIN:+$PG_BIN/}psql" -Xq -v ON_ERROR_STOP=1 -d "$database_url" \
        -f "$tmp/dump" >/dev/null
    run duet compare "$url" "$database_url" --all --strict
    is "$status $out$err" '0 the schemas are the same' \
        "$1: what PostgreSQL dumps and restores is, too"
}

# How many lines of $tmp/there have that severity or verdict and attribute.
count()
{
    awk -F '\t' -v word="$1" -v attribute="$2" \
        '$1 == word && $3 == attribute' "$tmp/there" | wc -l
}

# What the catalogs count, the report has as many lines of.
counts()
{
    is "$(count strictness guard)" "$(in_sqlite "
        select count(*) from sqlite_schema m, pragma_table_info(m.name)
         where m.type = 'table' and m.name not like 'sqlite_%'")" \
        "$1: each column on SQLite takes more than PostgreSQL's type"
    is "$(count not-compared '')" "$(in_postgres -c "
        select count(*) from pg_indexes
         where indexdef like '%varchar_pattern_ops%'")" \
        'each index for patterns is on PostgreSQL alone'
    is "$(count structure column_order)" "$(comm -13 \
        "$tmp/sqlite.order" "$tmp/postgres.order" | wc -l)" \
        'each table with its columns in another order is told'
}

# orders: the columns of each table in their order, a line for each.
orders()
{
    in_sqlite "
        select m.name, (select group_concat(name) from
                        (select name from pragma_table_info(m.name)
                          order by cid))
          from sqlite_schema m
         where m.type = 'table' and m.name not like 'sqlite_%'" |
        LC_ALL=C sort >"$tmp/sqlite.order"
    in_postgres -c "
        select table_name,
               string_agg(column_name, ',' order by ordinal_position)
          from information_schema.columns
         where table_schema = 'public' group by 1" |
        LC_ALL=C sort >"$tmp/postgres.order"
}

# -------------------------------------------------------------------- Django

make_with "$TESTS/lib/django_app"
both django
orders
counts django
is "$(count equivalent name)" "$(in_postgres -c "
    select count(*) from pg_constraint c
     where connamespace = 'public'::regnamespace
       and conname not in ($(in_sqlite "
           select group_concat(quote(name)) from sqlite_schema
            where type = 'index'"))")" \
    'each constraint that has no name on SQLite is told'
is "$(count equivalent kind)" "$(in_sqlite "
    select count(*) from sqlite_schema
     where type = 'index' and sql like 'create unique%'")" \
    'so is each unique constraint that is an index there'

# ---------------------------------------------------------------- SQLAlchemy

make_with "$TESTS/lib/sqlalchemy_app"
both sqlalchemy
orders
counts sqlalchemy
is "$(count structure type)" "$(in_postgres -c "
    select count(*) from information_schema.columns
     where table_schema = 'public' and data_type = 'jsonb'")" \
    'each column of JSON is told'
is "$(count equivalent type)" "$(in_postgres -c "
    select count(*) from information_schema.columns
     where table_schema = 'public'
       and data_type in ('uuid', 'timestamp with time zone')")" \
    'so is each of a uuid or a time that is a text'

# What the report says of it, SQLite does.
in_sqlite "insert into db_dbsetting (key, val, description, time)
           values ('k', '1.0', x'00', '20240501'),
                  (printf('%2000d', 0), '{', '', 'never')"
is "$(in_sqlite "select val, typeof(description), typeof(time)
                   from db_dbsetting where key = 'k'")" '1|blob|integer' \
    'SQLite makes numbers of 1.0 and of a time without dashes'
is "$(in_sqlite 'select count(*) from db_dbsetting
                  where length(key) > 1024 and not json_valid(val)')" 1 \
    'and takes too long a text, what is no JSON and what is no time'
run in_postgres -c "insert into db_dbsetting (key, val, description, time)
                    values ('k', '1.0', '', '20240501') returning val"
is "$status $out" '0 1.0' 'PostgreSQL keeps it'

done_testing
