# drifts.t - two databases of one version that differ all the same, as they
# are met in the wild (of the profile's ten tables): one has old names, one
# lacks a table.  And two that do not: one is the other's dump, restored.
. "${TESTS:-tests}/lib/tap.sh"
need_postgres
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'

in_postgres()
{
    "${PG_BIN:+$PG_BIN/}psql" -XqAt -v ON_ERROR_STOP=1 -d "$@"
}

in_sqlite()
{
    sqlite3 -init /dev/null -bail "$@"
}

# create URL: the declared schema in a database.
create()
{
    run duet schema create -u "$1" --schema "$top/schema"
    is "$status" 0 "${1%%:*} gets the declared schema"
}

# compare A B: the findings are in $out, what is said of them in $err.
compare()
{
    run duet compare "$@"
}

# is_same A B TITLE
is_same()
{
    compare "$1" "$2" --strict
    is "$status $out ${err%%:*}" '0  the schemas are the same' "$3"
}

postgres_database
new=$database_url
create "$new"
file=$tmp/new.db
create "sqlite:$file"

# ----------------------------------------------------------------- old names

postgres_database
old=$database_url
create "$old"
in_postgres "$old" -c "
    select pg_catalog.format('alter index %I rename to %I;', c.relname,
                             pg_catalog.replace(c.relname, t.relname || '_' ||
                                                t.relname, t.relname))
      from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indexrelid
      join pg_catalog.pg_class t on t.oid = i.indrelid
     where c.relname like 'ix\_' || t.relname || '\_' || t.relname || '\_%'
    " >"$tmp/rename.sql"
is "$(wc -l <"$tmp/rename.sql")" 23 'there are 23 plain indexes'
like "$(cat "$tmp/rename.sql")" \
    '^alter index ix_db_dbnode_db_dbnode_label rename to ix_db_dbnode_label;' \
    'which had other names once'
echo 'alter table db_dbgroup rename constraint
      fk_db_dbgroup_user_id_db_dbuser to db_dbgroup_user_id_db_dbuser' \
    >>"$tmp/rename.sql"
run in_postgres "$old" -1 -f "$tmp/rename.sql"
is "$status$err" 0 'as has a foreign key'

# The findings in $out: severity, attribute and kind of object of each, counted.
kinds()
{
    printf '%s\n' "$out" | sed '/^$/d' |
        awk -F '\t' '{ split($2, words, " '\''"); print $1, $3, words[1] }' |
        LC_ALL=C sort | uniq -c | sed 's/^ *//'
}

names='1 names name foreign key
23 names name index'
compare "$new" "$old" --all
is "$status $err" '3 the schemas differ: 24 names' 'old names are names only'
is "$(kinds)" "$names" 'each is told once'
like "$out" "^names	foreign key 'fk_db_dbgroup_user_id_db_dbuser' of table \
'db_dbgroup'	name	fk_db_dbgroup_user_id_db_dbuser	\
db_dbgroup_user_id_db_dbuser		alter table db_dbgroup rename" \
    'with both, and the statement that mends it'
compare "$old" "$new" --all
is "$status $err" '3 the schemas differ: 24 names' 'the other way round, too'
is "$(kinds)" "$names" 'once each'
compare "schema:$top/schema" "$old"
is "$status $err" '3 the schemas differ: 24 names' 'against the declaration'
is "$(kinds)" "$names" 'the same is told'

# What is found between two engines anyhow is no matter here.
findings()
{
    printf '%s\n' "$out" | LC_ALL=C sort
}

compare "sqlite:$file" "$new"
findings >"$tmp/anyhow"
compare "sqlite:$file" "$old"
findings >"$tmp/now"
out=$(comm -13 "$tmp/anyhow" "$tmp/now")
is "$(kinds)" "$names" 'against SQLite as well'
is "$(comm -23 "$tmp/anyhow" "$tmp/now")" '' 'and nothing else changes'

duet compare "$old" "$new" --sql >"$tmp/mend.sql" 2>/dev/null
run in_postgres "$old" -1 -f "$tmp/mend.sql"
is "$status$err" 0 'the statements that mend it run'
is_same "$old" "$new" 'and then the names are the new ones'

# ----------------------------------------------------------- a missing table

cp "$file" "$tmp/less.db"
in_sqlite "$tmp/less.db" 'drop table db_dbsetting'
missing="structure	table 'db_dbsetting'			\
(id, key, val, description, time)"
compare "sqlite:$tmp/less.db" "sqlite:$file" --all
is "$status $err" '3 the schemas differ: 1 structure' 'a table is missing'
is "$(printf '%s\n' "$out" | cut -f 1-5)" "$missing" 'which is told once'
compare "sqlite:$file" "sqlite:$tmp/less.db" --all
is "$status $err" '3 the schemas differ: 1 structure' 'from the other side'
is "$out" "structure	table 'db_dbsetting'		\
(id, key, val, description, time)			drop table db_dbsetting;" \
    'a table is too many'
compare "sqlite:$tmp/less.db" "schema:$top/schema" --all
is "$status $(printf '%s\n' "$out" | cut -f 1-5)" "3 $missing" \
    'against the declaration it is missing, too'

compare "sqlite:$tmp/less.db" "$new"
findings | cut -f 1-5 >"$tmp/now"
grep -v "of table 'db_dbsetting'" "$tmp/anyhow" | cut -f 1-5 >"$tmp/rest"
is "$(comm -13 "$tmp/rest" "$tmp/now")" "$missing" 'against PostgreSQL as well'
is "$(comm -23 "$tmp/rest" "$tmp/now")" '' 'and nothing else changes'

duet compare "sqlite:$tmp/less.db" "sqlite:$file" --sql >"$tmp/mend.sql" \
    2>/dev/null
run in_sqlite "$tmp/less.db" ".read $tmp/mend.sql"
is "$status$err" 0 'the statement that mends it runs'
is_same "sqlite:$tmp/less.db" "sqlite:$file" 'and then it is there'

# ------------------------------------------------------------------ restored

in_sqlite "$file" .dump | in_sqlite "$tmp/restored.db"
is_same "sqlite:$file" "sqlite:$tmp/restored.db" \
    'what SQLite dumps and restores is the same'
postgres_database
restored=$database_url
"${PG_BIN:+$PG_BIN/}pg_dump" -d "$new" >"$tmp/dump"
in_postgres "$restored" -f "$tmp/dump" >/dev/null
is_same "$new" "$restored" 'what PostgreSQL dumps and restores is, too'
is_same "schema:$top/schema" "$restored" 'and is still as declared'

done_testing
