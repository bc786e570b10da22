# migrations.t - the history of a profile's storage: by the engines' own shells,
# and as presto writes it down.
. "${TESTS:-tests}/lib/tap.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'

files=$top/migrations

in_sqlite()
{
    sqlite3 -init /dev/null -bail "${database#sqlite:}"
}

in_postgres()
{
    "${PG_BIN:+$PG_BIN/}psql" -XqAt -v ON_ERROR_STOP=1 -1 -d "$database"
}

# run_files ENGINE DIRECTION [SORT OPTION]: in the order of their names.
run_files()
{
    for file in $(cd "$files" && printf '%s\n' ./*."$2".sql | sort ${3:+"$3"}); do
        case $file in
        *".$1.$2.sql") ;;
        *.sqlite.* | *.postgres.*) continue ;;
        esac
        "in_$1" <"$files/$file" || return
    done
}

ask()
{
    case $database in
    sqlite:*) echo "$1" | in_sqlite ;;
    *) echo "$1" | in_postgres ;;
    esac
}

ledger()
{
    ask 'select version, state from duet_migration order by position'
}

# what_is_there: the names of its tables.
what_is_there()
{
    duet schema show "$database" | sed -n 's/^create table \([^ ]*\) .*/\1/p'
}

# try_shell ENGINE
try_shell()
{
    run run_files "$1" up
    is "$status$out$err" 0 "$1: its shell runs all files up"
    run duet compare --schema schema: "$database"
    is "$status" 0 '... which makes what is declared'
    [ "$status" = 0 ] || diag "$out$err"
    run run_files "$1" down -r
    is "$status$out$err" 0 '... and all down'
    is "$(what_is_there)" '' '... which leaves nothing'
    run run_files "$1" up
    is "$status$out$err" 0 '... and up again'
}

# try_profile ENGINE HISTORY
try_profile()
{
    run duet presto -q app -u "$database"
    is "$status" 0 "$1: presto makes a profile"
    is "$(ledger)" "$2" '... and its ledger says by which migrations'
    run duet compare --schema schema: "$database"
    is "$status" 0 '... it is as declared'
    before=$(ask 'select * from duet_migration order by position')
    run duet clear -q -p app
    is "$status" 0 '... clear empties it'
    run duet presto -q app
    is "$(ask 'select * from duet_migration order by position')" "$before" \
        '... and leaves the ledger, as presto does'
}

# try_there ENGINE TABLES: the tables are there, the database is somebody's.
try_there()
{
    run run_files "$1" up
    run duet presto -q mine -u "$database"
    is "$status" 0 "$1: presto takes tables that are there"
    is "$(ask "$2" | grep -c '^db_.*user$')" 1 '... as they are'
    is "$(ask "$2" | grep -c duet_migration)" 0 '... and makes no ledger'
    is "$(ask "select label from db_dbcomputer")" localhost '... but its rows'
    run duet profile delete -q --forget mine
}

# try_other ENGINE: the ledger is of another tree.
try_other()
{
    mkdir -p "$tmp/tree"
    echo 'create table mine (i integer)' >"$tmp/tree/1_mine.up.sql"
    run duet up -q -m "$tmp/tree" -u "$database"
    is "$status" 0 "$1: another tree has a ledger here"
    run duet presto -q other -u "$database"
    is "$status" 0 '... presto makes its tables beside'
    is "$(ledger)" '1_mine|applied' '... and leaves the ledger to it'
    run duet up -q -m "$tmp/tree" -u "$database"
    is "$status$err" 0 '... whose tree is none the wiser'
    run duet profile delete -q other
    is "$status" 0 '... the profile is deleted'
    is "$(what_is_there)" mine '... its tables are gone, no others'
    is "$(ledger)" '1_mine|applied' '... the ledger is there'
}

# try_delete ENGINE MIGRATIONS TABLES: tables of duet's in somebody's database.
try_delete()
{
    ask 'create table mine (i integer)'
    run duet presto -q guest -u "$database"
    is "$status" 0 "$1: presto makes its tables beside others"
    is "$(ledger | wc -l)" "$2" '... with a ledger'
    run duet profile delete -q guest
    is "$status" 0 '... the profile is deleted'
    is "$(ask "$3")" mine '... and the ledger with its tables'
}

made='0001_profile_storage|applied
0002_forget_hashes|applied
0003_settings|applied
0004_defaults_and_checks|applied'
tables="select name from sqlite_schema where type = 'table'"
for try in 'shell' 'profile' 'there' 'other' 'delete'; do
    database=sqlite:$tmp/$try.db
    case $try in
    profile) try_profile sqlite "$made" ;;
    there) try_there sqlite "$tables" ;;
    delete) try_delete sqlite 4 "$tables" ;;
    *) "try_$try" sqlite ;;
    esac
done

if [ -z "${TEST_POSTGRES-}" ]; then
    diag 'no PostgreSQL server: the rest is left out'
    done_testing
fi
export DUET_HOME="$tmp/server"
made=$(echo "$made" | grep -v settings)
tables="select relname from pg_class c join pg_namespace n
            on n.oid = c.relnamespace
         where relkind in ('r', 'S') and nspname = 'public'"
for try in 'shell' 'profile' 'there' 'other' 'delete'; do
    postgres_database
    database=$database_url
    case $try in
    profile) try_profile postgres "$made" ;;
    there) try_there postgres "$tables" ;;
    delete) try_delete postgres 3 "$tables" ;;
    *) "try_$try" postgres ;;
    esac
done

done_testing
