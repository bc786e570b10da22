# storage.t - the profile storage is the same on both engines.
#
# What a profile takes and what it refuses is listed in golden/storage/corpus,
# case by case, with the constraint that does it.  Each engine runs all of
# them in one process.
. "${TESTS:-tests}/lib/tap.sh"
need_postgres
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'

golden=$TESTS/golden/storage
schema=$top/schema
export PGCLIENTENCODING=UTF8 PGTZ=UTC

# in_sqlite FILE [ARGUMENT]..., in_postgres URL [ARGUMENT]...: the engines'
# shells; the first error ends them.
in_sqlite()
{
    sqlite_file=$1
    shift
    sqlite3 -init /dev/null -bail -cmd 'pragma foreign_keys = on' \
        "$sqlite_file" "$@"
}

in_postgres()
{
    postgres_url=$1
    shift
    "${PG_BIN:+$PG_BIN/}psql" -XqAt -v ON_ERROR_STOP=1 -d "$postgres_url" "$@"
}

# on_both SQL: run it on $file and on $url; sets $sqlite and $postgres.
on_both()
{
    sqlite=$(in_sqlite "$file" "$1" 2>&1)
    postgres=$(in_postgres "$url" -c "$1" 2>&1)
}

# both_are WANT NAME
both_are()
{
    is "$sqlite" "$1" "$2, on SQLite"
    is "$postgres" "$1" "$2, on PostgreSQL"
}

# make_storage NAME: an empty profile on each engine, $file and $url.
make_storage()
{
    postgres_database
    url=$database_url
    file=$tmp/$1.db
    for database in "sqlite:$file" "$url"; do
        run duet -q profile create "$1-${database%%:*}" -u "$database"
        is "$status$err" 0 "duet makes the storage on ${database%%:*}"
        run duet -q clear --sequences restart -u "$database"
        is "$status$err" 0 'and takes the default user away'
    done
}

export DUET_HOME="$tmp/home"
make_storage empty

# An editor, a linter or a person has no duet.
postgres_database
run in_postgres "$database_url" -1 -f "$schema/profile.sql" \
    -f "$schema/profile.postgres.sql" -f "$schema/seed.sql"
is "$status$out$err" 0 'psql takes the declaration as it stands'

# ------------------------------------------------------------------- objects

# SQLite's stored text, a line for each column and constraint.
sqlite_tables()
{
    in_sqlite "$file" "select sql from sqlite_schema where type = 'table'" |
        awk '/^        / { sub(/^ +/, " "); line = line $0; next }
             { if (NR > 1) print line; line = $0 }
             END { print line }'
}

# One object a line.  A constraint's name is in SQLite's stored text alone.
cat >"$tmp/constraints.awk" <<'EOF'
/^CREATE TABLE/ { table = $3 }
$1 == "constraint" {
    sub(/^ *constraint /, "")
    sub(/,$/, "")
    name = $1
    sub(/^[^ ]+ /, "")
    if ($1 == "check")
        print "check " name " on " table
    else
        print "constraint " name " on " table " " $0
}
EOF

sqlite_objects()
{
    in_sqlite "$file" "
        select 'table ' || name from sqlite_schema where type = 'table';
        select 'column ' || t.name || ' ' || (c.cid + 1) || ' ' || c.name
               || ' ' || replace(lower(c.type), '_text', '')
               || case when c.\"notnull\" then ' not null' else '' end
          from sqlite_schema t, pragma_table_info(t.name) c
         where t.type = 'table';
        select 'index ' || substr(sql, 14) from sqlite_schema
         where type = 'index' and sql is not null;"
    sqlite_tables | awk -f "$tmp/constraints.awk"
}

postgres_objects()
{
    in_postgres "$url" -c "
        select case relkind when 'r' then 'table ' else 'sequence ' end
               || relname
          from pg_class
         where relnamespace = 'public'::regnamespace and relkind <> 'i';
        select 'column ' || relname || ' ' || attnum || ' ' || attname || ' '
               || replace(replace(format_type(atttypid, atttypmod),
                      'character varying', 'varchar'),
                      'timestamp with time zone', 'timestamptz')
               || case when attnotnull then ' not null' else '' end
          from pg_class
          join pg_attribute on attrelid = pg_class.oid and attnum > 0
         where relnamespace = 'public'::regnamespace and relkind = 'r';
        select regexp_replace(pg_get_indexdef(indexrelid),
                   '^CREATE INDEX (\w+) ON public\.(\w+) USING btree',
                   'index \1 on \2')
          from pg_index
         where not indisunique
           and indrelid in (select oid from pg_class
                             where relnamespace = 'public'::regnamespace);
        select case contype when 'c' then
                   'check ' || conname || ' on ' || conrelid::regclass
               else 'constraint ' || conname || ' on ' || conrelid::regclass
                   || ' ' || regexp_replace(lower(pg_get_constraintdef(oid)),
                       '(references \w+)', '\1 ')
               end
          from pg_constraint
         where connamespace = 'public'::regnamespace
           and contype in ('p', 'u', 'f', 'c');"
}

# objects_of ENGINE: what the list promises it.
objects_of()
{
    sed -n "s/^\(both\|$1\) *//p" "$golden/objects"
}

# how_many PATTERN: of the objects in $1's list.
how_many()
{
    grep -Ec "$2" "$tmp/$1.objects"
}

for engine in sqlite postgres; do
    # the ledger is duet's
    "${engine}_objects" | grep -v duet_migration |
        LC_ALL=C sort >"$tmp/$engine.objects"
    objects_of "$engine" | LC_ALL=C sort >"$tmp/$engine.promised"
    run diff "$tmp/$engine.promised" "$tmp/$engine.objects"
    is "$out$err" '' "$engine has the objects of golden/storage/objects"

    counts=
    for kind in '^table' '^column' '_pkey ' ' foreign key ' ' unique ' \
        '^index ix_db' '^index ix_pat'; do
        counts="$counts $(how_many "$engine" "$kind")"
    done
    case $engine in
    sqlite) want=' 10 68 10 12 11 23 0' ;;
    postgres) want=' 10 68 10 12 11 23 12' ;;
    esac
    is "$counts" "$want" "$engine: tables, columns, primary, foreign and \
unique keys, plain and pattern indexes"
done

is "$(in_postgres "$url" -c "select count(*) from pg_indexes
        where schemaname = 'public'
          and tablename <> 'duet_migration'")" 56 \
    'PostgreSQL has 56 indexes, the keys among them'
is "$(in_sqlite "$file" "select count(*) from sqlite_schema
        where name like 'sqlite_autoindex_db_%'")" 11 \
    'SQLite has an index of its own for each unique key'

# SQLite's guards are copies: what the corpus proves of one holds for all of
# its kind if their texts differ in the column's name only.
cat >"$tmp/guards.awk" <<'EOF'
function end_constraint(    column)
{
    if (name !~ /^ck_.*_(text|integer|uuid|time|json|escapes)$/)
        return
    kind = column = name
    sub(/.*_/, "", kind)
    sub("^ck_" table "_", "", column)
    sub("_" kind "$", "", column)
    gsub("[(]" column "[)]", "(COLUMN)", text)
    gsub("[(]" column ",", "(COLUMN,", text)
    gsub("[(]" column " ", "(COLUMN ", text)
    gsub(" " column " ", " COLUMN ", text)
    print kind, text
}
/^CREATE TABLE/ { table = $3 }
$1 == "constraint" || /^[)]/ {
    end_constraint()
    name = $2
    text = ""
    sub(/^ *constraint [^ ]+ /, "")
}
{
    sub(/^ +/, " ")
    sub(/,$/, "")
    text = text $0
}
EOF
is "$(sqlite_tables | awk -f "$tmp/guards.awk" | LC_ALL=C sort -u |
    cut -d ' ' -f 1)" \
    'escapes
integer
json
text
time
uuid' 'the guards of a kind differ in nothing but the column'

# ------------------------------------------------------------------ defaults

run in_sqlite "$file" ".read $schema/seed.sql" ".read $schema/seed.sql"
is "$status$err" 0 'the seed runs twice on SQLite'
run in_postgres "$url" -1 -f "$schema/seed.sql" -f "$schema/seed.sql"
is "$status$err" 0 'the seed runs twice on PostgreSQL'
on_both "
    select email, first_name || '.', last_name || '.', institution || '.'
      from db_dbuser"
both_are 'duet@localhost|.|.|.' 'there is one default user, without a name'

on_both "
    insert into db_dbcomputer (label, hostname) values ('c', 'h');
    insert into db_dbauthinfo (aiidauser_id, dbcomputer_id) values (1, 1);
    insert into db_dbgroup (label, user_id) values ('g', 1);
    insert into db_dbnode (user_id) values (1);
    insert into db_dbcomment (dbnode_id, user_id) values (1, 1);
    insert into db_dblog (loggername, levelname, dbnode_id)
    values ('l', 'INFO', 1);
    insert into db_dbsetting (key) values ('s');
    select description || '.', scheduler_type, transport_type,
           cast(metadata as text) from db_dbcomputer;
    select cast(metadata as text), cast(auth_params as text),
           case when enabled then 'enabled' end from db_dbauthinfo;
    select type_string || '.', description || '.', cast(extras as text)
      from db_dbgroup;
    select node_type || '.', coalesce(process_type, 'null'), label || '.',
           description || '.', cast(attributes as text), cast(extras as text),
           cast(repository_metadata as text), coalesce(dbcomputer_id, 0)
      from db_dbnode;
    select content || '.' from db_dbcomment;
    select message || '.', cast(metadata as text) from db_dblog;
    select cast(val as text), description || '.' from db_dbsetting"
both_are '.|core.direct|core.local|{}
{}|{}|enabled
.|.|{}
.|null|.|.|{}|{}|{}|0
.
.|{}
{}|.' 'the columns that were left out have their defaults'

times="
    select 'dbgroup' as place, time as moment from db_dbgroup
    union all select 'dbnode', ctime from db_dbnode
    union all select 'dbnode', mtime from db_dbnode
    union all select 'dbcomment', ctime from db_dbcomment
    union all select 'dbcomment', mtime from db_dbcomment
    union all select 'dblog', time from db_dblog
    union all select 'dbsetting', time from db_dbsetting"
is "$(in_sqlite "$file" "select count(*) from ($times)
        where abs(julianday(moment) - julianday('now')) * 86400 < 60")" 7 \
    'the times on SQLite are of this minute in UTC'
is "$(in_postgres "$url" -c "select count(*) from ($times) t
        where abs(extract(epoch from moment - clock_timestamp())) < 60")" 7 \
    'the times on PostgreSQL are of this minute'
is "$(in_sqlite "$file" "select moment from ($times)" |
    grep -Evc '^[0-9]{4}(-[0-9]{2}){2} [0-9]{2}(:[0-9]{2}){2}\.[0-9]{3}000$')" \
    0 'and SQLite writes them with six decimals'

# Enough of them to see every variant.
on_both "
    insert into db_dbnode (user_id)
    with recursive n (i) as (
        select 1 union all select i + 1 from n where i < 300)
    select 1 from n;
    select cast(uuid as text) from db_dbnode
    union all select cast(uuid as text) from db_dbcomputer
    union all select cast(uuid as text) from db_dbgroup
    union all select cast(uuid as text) from db_dbcomment
    union all select cast(uuid as text) from db_dblog"
hex='[0-9a-f]'
v4="^$hex{8}-$hex{4}-4$hex{3}-[89ab]$hex{3}-$hex{12}\$"

# uuids_are_random ENGINE UUIDS
uuids_are_random()
{
    is "$(echo "$2" | grep -E "$v4" | sort -u | wc -l)" 305 \
        "$1 makes uuids of version 4, all different"
    is "$(echo "$2" | cut -c 20 | sort -u | tr -d '\n')" 89ab \
        "$1 makes uuids of every variant"
}
uuids_are_random SQLite "$sqlite"
uuids_are_random PostgreSQL "$postgres"

# -------------------------------------------------------------------- values

on_both "
    insert into db_dbsetting (key, val)
    values ('a', '1.0'), ('b', '0.10'), ('c', '12345678901234567890'),
           ('d', '\"1.0\"'), ('e', 'true'), ('f', 'null'), ('g', null),
           ('h', '[1.0, 0.10]'), ('i', '1234567890.1234567890123');
    select key, cast(val as text) from db_dbsetting
     where key < 'j' order by key"
both_are 'a|1.0
b|0.10
c|12345678901234567890
d|"1.0"
e|true
f|null
g|
h|[1.0, 0.10]
i|1234567890.1234567890123' 'the text of a number in JSON is kept'

on_both "
    insert into db_dbcomputer (uuid, label, hostname)
    values ('00000000-0000-4000-8000-000000000001', '0010', '1e3');
    insert into db_dbgroup (label, user_id, time)
    values ('1.0', 1, '2024-06-01 12:34:56.789012');
    select cast(uuid as text), label, hostname from db_dbcomputer
     where label <> 'c';
    select label, substr(cast(time as text), 1, 26) from db_dbgroup
     where label <> 'g'"
both_are '00000000-0000-4000-8000-000000000001|0010|1e3
1.0|2024-06-01 12:34:56.789012' 'text, uuids and times are kept'

# -------------------------------------------------------------------- corpus

make_storage corpus
run in_sqlite "$file" ".read $golden/rows"
is "$status$err" 0 'SQLite has the rows of the corpus'
run in_postgres "$url" -1 -f "$golden/rows"
is "$status$err" 0 'PostgreSQL has the rows of the corpus'

# Makes $engine's script of the corpus and a list: number, line in the script,
# verdict, name.
cat >"$tmp/script.awk" <<'EOF'
function expand(text,    made, body, times, what)
{
    made = ""
    while (match(text, /%[{][0-9]+([*][^}]*)?[}]/)) {
        body = substr(text, RSTART + 2, RLENGTH - 3)
        made = made substr(text, 1, RSTART - 1)
        text = substr(text, RSTART + RLENGTH)
        times = body + 0
        if (body ~ /^[0-9]+$/)
            made = made sprintf("%c", times)
        else
            for (what = substr(body, index(body, "*") + 1); times > 0; times--)
                made = made what
    }
    return made text
}

function put(text)
{
    print text
    line += 1 + gsub(/\n/, "\n", text)
}

function end_case()
{
    if (name == "")
        return
    if (engine == "sqlite") {
        gsub(/chr\(/, "char(", sql)
        put("begin;")
        print cases "\t" line + 1 "\t" verdict "\t" name >list
        put(sql "insert into dangling select count(*) " \
            "from pragma_foreign_key_check;")
    } else {
        print cases "\t0\t" verdict "\t" name >list
        put("\\warn case " cases)
        put("begin;")
        put(sql "set constraints all immediate;")
    }
    put("rollback;")
    name = ""
}

BEGIN {
    if (engine == "sqlite")
        put("create temp table dangling (keys integer, " \
            "constraint dangling check (keys = 0));")
    else
        put("\\set VERBOSITY verbose")
}

/^#/ { next }
/^$/ { end_case(); next }
$1 == "case" { cases++; name = substr($0, 6); sql = verdict = ""; next }
($1 == "sqlite" || $1 == "postgres") && $2 == "run" {
    if ($1 == engine) {
        sub(/^[^ ]+ run /, "")
        sql = sql expand($0) "\n"
    }
    next
}
$1 == "expect" || $1 == engine { sub(/^[^ ]+ +/, ""); verdict = $0; next }
$1 == "sqlite" || $1 == "postgres" { next }
{ sql = sql expand($0) "\n" }
END { end_case() }
EOF

# Reads that list, then what sqlite3 says: "Runtime error near line 12: CHECK
# constraint failed: NAME (19)".  A unique key is named by its columns, which
# make its name.  Prints: number, verdict.
cat >"$tmp/sqlite.awk" <<'EOF'
function verdict_of(message,    what)
{
    what = message
    sub(/^[^:]*: */, "", what)
    if (message ~ /^CHECK .*: dangling$/ || message ~ /^FOREIGN KEY/)
        return "foreign key"
    if (message ~ /^CHECK/)
        return "check " what
    if (message ~ /^NOT NULL/)
        return "not null " what
    if (message ~ /^UNIQUE/)
        return "unique " unique_name(what)
    if (message ~ /^datatype mismatch/)
        return "type"
    return message
}

function unique_name(columns,    n, column, i, part, name)
{
    n = split(columns, column, ", ")
    for (i = 1; i <= n; i++) {
        split(column[i], part, ".")
        name = name "_" part[2]
    }
    return name == "_id" ? part[1] "_pkey" : "uq_" part[1] name
}

FNR == NR { first[$1] = $2; cases = $1; next }
match($0, /near line [0-9]+: /) {
    line = substr($0, RSTART + 10) + 0
    $0 = substr($0, RSTART + RLENGTH)
    sub(/ \([0-9]+\)$/, "")
    while (at < cases && first[at + 1] <= line)
        at++
    if (!(at in refused))
        refused[at] = verdict_of($0)
}
END {
    for (i = 1; i <= cases; i++)
        print i "\t" (i in refused ? "refuse " refused[i] : "accept")
}
EOF

# The same of psql's verbose errors, each case announced by its number.
cat >"$tmp/postgres.awk" <<'EOF'
function end_error()
{
    if (code == "23514")
        refused[at] = "check " constraint
    else if (code == "23505")
        refused[at] = "unique " constraint
    else if (code == "23503" || code == "23001")
        refused[at] = "foreign key " constraint
    else if (code == "23502")
        refused[at] = "not null " table "." column
    else if (code != "")
        refused[at] = code
    code = constraint = table = column = ""
}

FNR == NR { cases = $1; next }
/^case [0-9]+$/ { end_error(); at = $2; errors = 0 }
/ERROR:  / { if (!errors++) code = substr($2, 1, 5) }
/^TABLE NAME:/ { table = $3 }
/^COLUMN NAME:/ { column = $3 }
/^CONSTRAINT NAME:/ { constraint = $3 }
END {
    end_error()
    for (i = 1; i <= cases; i++)
        print i "\t" (i in refused ? "refuse " refused[i] : "accept")
}
EOF

# Bytes, whatever awk this is.
bytes_awk()
{
    LC_ALL=C awk "$@"
}

for engine in sqlite postgres; do
    bytes_awk -v engine="$engine" -v list="$tmp/$engine.list" \
        -f "$tmp/script.awk" "$golden/corpus" >"$tmp/$engine.script"
done
sqlite3 -init /dev/null -cmd 'pragma foreign_keys = on' "$file" \
    <"$tmp/sqlite.script" >/dev/null 2>"$tmp/sqlite.said"
in_postgres "$url" -v ON_ERROR_STOP=0 \
    <"$tmp/postgres.script" >/dev/null 2>"$tmp/postgres.said"

# What came out otherwise than expected.  SQLite does not name foreign keys.
cat >"$tmp/compare.awk" <<'EOF'
FNR == NR { got[$1] = $2; next }
{ want = $3 }
engine == "sqlite" && want ~ /^refuse foreign key/ {
    want = "refuse foreign key"
}
got[$1] != want {
    print $4 ": " engine " should " want ": " got[$1]
}
EOF

: >"$tmp/surprises"
for engine in sqlite postgres; do
    bytes_awk -f "$tmp/$engine.awk" "$tmp/$engine.list" "$tmp/$engine.said" \
        >"$tmp/$engine.verdicts"
    bytes_awk -F '\t' -v engine="$engine" -f "$tmp/compare.awk" \
        "$tmp/$engine.verdicts" "$tmp/$engine.list" >>"$tmp/surprises"
done

total=0
for place in $(cut -f 4 "$tmp/sqlite.list" | sed 's/[.:].*//' | uniq); do
    number=$(cut -f 4 "$tmp/sqlite.list" | grep -c "^${place}[.:]")
    total=$((total + number))
    is "$(grep "^${place}[.:]" "$tmp/surprises")" '' \
        "$place: both engines judge $number cases as expected"
done
is "$(wc -l <"$tmp/postgres.verdicts")" "$total" 'no case was left out'
is "$(cut -f 4 "$tmp/sqlite.list" | sort | uniq -d)" '' \
    'no two cases have the same name'

# A rule without a case would be untested.
for engine in sqlite postgres; do
    cut -f 3 "$tmp/$engine.list" | sed -n 's/^refuse .* //p' |
        LC_ALL=C sort -u >"$tmp/broken"
    {
        sed -n 's/^\(check\|constraint\) \([^ ]*\) .*/\2/p' \
            "$tmp/$engine.objects"
        sed -n 's/^column \([^ ]*\) [0-9]* \([^ ]*\) .* not null$/\1.\2/p' \
            "$tmp/$engine.objects" | grep -v '\.id$'
    } | LC_ALL=C sort >"$tmp/rules"
    is "$(LC_ALL=C comm -13 "$tmp/broken" "$tmp/rules")" '' \
        "every rule on $engine is broken by a case"
done

# -------------------------------------------------------------- foreign keys

log="insert into db_dblog (loggername, levelname, dbnode_id)
     values ('x', 'INFO', 77);
     select 'still here'"
run in_sqlite "$file" begin "$log" commit
is "$out" 'still here' 'SQLite lets a key dangle until the commit'
like "$err" 'FOREIGN KEY constraint failed' 'and refuses that'
run in_postgres "$url" -c begin -c "$log" -c commit
is "$out" 'still here' 'PostgreSQL lets a key dangle until the commit'
like "$err" 'fk_db_dblog_dbnode_id_db_dbnode' 'and refuses that'

gone="
    begin;
    delete from db_dbnode where id = 2;
    delete from db_dbuser where id = 2;
    delete from db_dbcomputer where id = 2;
    delete from db_dbgroup_dbnodes;
    delete from db_dbgroup;
    commit;
    select (select count(*) from db_dbnode), (select count(*) from db_dblink),
           (select count(*) from db_dbcomment), (select count(*) from db_dblog),
           (select count(*) from db_dbuser), (select count(*) from db_dbcomputer),
           (select count(*) from db_dbauthinfo);"
on_both "$gone"
both_are '2|0|0|0|1|1|1' 'links, comments and logs go with their node'
on_both "
    delete from db_dbcomputer where id = 1;
    select 1"
like "$sqlite" 'FOREIGN KEY' 'SQLite keeps a computer that a node is on'
like "$postgres" 'fk_db_dbnode_dbcomputer_id_db_dbcomputer' \
    'PostgreSQL keeps a computer that a node is on'

is "$(in_sqlite "$file" 'pragma foreign_key_check' 'pragma integrity_check')" \
    ok 'SQLite finds nothing wrong in its file'

# ------------------------------------------------------- profiles of before

# Each engine had a file of its own then, with other words for some rules.
postgres_database
url=$database_url
file=$tmp/before.db
run in_sqlite "$file" begin ".read $golden/before.sqlite.sql" \
    ".read $golden/rows" commit
is "$status$err" 0 'a storage was made on SQLite before'
run in_postgres "$url" -1 -f "$golden/before.postgres.sql" -f "$golden/rows"
is "$status$err" 0 'a storage was made on PostgreSQL before'
for database in "sqlite:$file" "$url"; do
    run duet presto "before-${database%%:*}" -u "$database"
    is "$status" 0 "it is a profile still, on ${database%%:*}"
done
on_both "
    select (select count(*) from db_dbuser), (select count(*) from db_dbnode);
    select label from db_dbcomputer order by label"
both_are '3|3
localhost
one
two' 'and keeps its rows'
done_testing
