# profile.t - profiles: made, listed, chosen and deleted.
. "${TESTS:-tests}/lib/tap.sh"

seed=${SEED:-$$}

# gone PATH NAME, there PATH NAME
gone()
{
    if [ -e "$1" ]; then
        not_ok "$2" "$1 is there"
    else
        ok "$2"
    fi
}

there()
{
    if [ -e "$1" ]; then
        ok "$2"
    else
        not_ok "$2" "$1 is not there"
    fi
}

# field NAME: what the last run printed for it.
field()
{
    printf '%s\n' "$out" | awk -F '\t' -v name="$1" '$1 == name { print $2 }'
}

# draw N MOST: N numbers from 0 to MOST, the same for the same seed.
draw()
{
    awk -v seed="$seed" -v n="$1" -v most="$2" \
        'BEGIN { srand(seed); while (n-- > 0) printf "%.4f\n", rand() * most }'
}

tables_of()
{
    sqlite3 "$1" "select count(*) from sqlite_schema where type = 'table'"
}

# ----------------------------------------------------------------- no profile

run duet profile list
is "$status:$out" 0: 'there are no profiles at first'
like "$err" 'duet presto makes one' 'and it says how to make one'
run duet profile list --json
is "$out" '[]' 'nor are there in JSON'
run duet profile show
is "$status" 2 'there is none to show'
like "$err" '^hint: duet presto' 'and it says how to make one'
run duet profile show nobody
like "$err" "no profile 'nobody'" 'one that is not there is named'
run duet profile default
like "$err" 'no default profile' 'there is no default'
run duet profile delete nobody
is "$status" 2 'there is none to delete'
gone "$DUET_HOME" 'none of this made a registry'

# --------------------------------------------------------------------- create

run duet profile create first
is "$status" 0 'create makes a profile'
is "$(printf '%s\n' "$out" | cut -f 1 | tr '\n' ' ')" \
    'profile engine path created made default ' 'and describes it'
is "$(field path) $(field created) $(field default)" \
    "$DUET_HOME/first.db file yes" 'it is a file, and the default'
is "$(sqlite3 "$DUET_HOME/first.db" 'select email from db_dbuser;
    select count(*) from db_dbcomputer')" 'duet@localhost
0' 'it has the user, and no computer'
run duet profile create first
is "$status" 2 'a name that is taken is refused'
like "$err" "^hint: take another name" 'with what to do about it'

cd "$tmp" || exit 1
sqlite3 mine.db 'create table mine (x)'
cp mine.db mine.copy
run duet profile create mine -u sqlite:mine.db
is "$(field path) $(field created) $(field default)" "$tmp/mine.db nothing no" \
    'a database that has tables is used as it is'
like "$err" 'used as it is' 'and it says so'
cmp mine.db mine.copy && ok 'it is unchanged' || not_ok 'it is unchanged'

: >void.db
run duet profile create --register void -u sqlite:void.db
is "$(field created)" nothing '--register makes nothing'
is "$(stat -c %s void.db)" 0 'not even in an empty file'
run duet profile create --register nothing -u sqlite:nothing.db
is "$status" 5 '--register needs a database'
gone nothing.db 'and does not make one'
run duet profile create --register nothing
is "$status" 2 '--register needs a URL'
: >void2.db
run duet profile create void2 -u sqlite:void2.db
is "$(field created)" tables 'an empty database gets the tables'

run duet profile create --empty bare -u sqlite:bare.db
is "$(field created) $(tables_of bare.db)" 'file 0' '--empty makes no tables'
mkdir up declared
run duet profile create app -u sqlite:app.db --migrations up --schema declared
is "$(field migrations) $(field schema) $(tables_of app.db)" \
    "$tmp/up $tmp/declared 0" 'a profile may have its own migrations and schema'
run duet profile create wrong --migrations nowhere
like "$err" "'nowhere' is no directory" 'which must be there'

# ------------------------------------------------------ list, show and default

run duet profile list
is "$out" "app	sqlite	$tmp/app.db	
bare	sqlite	$tmp/bare.db	
first	sqlite	$DUET_HOME/first.db	default
mine	sqlite	$tmp/mine.db	
void	sqlite	$tmp/void.db	
void2	sqlite	$tmp/void2.db	" 'list shows them in name order'
run duet profile list --json
like "$out" "^\[\{\"profile\":\"app\",.*\"path\":\"$tmp/app.db\",.*\"default\":false\}.*\]$" \
    'in JSON, too'
run duet profile show
is "$(field profile)" first 'show is about the default'
run duet -p mine profile show
is "$(field profile)" mine 'or about that of --profile'
run env DUET_PROFILE=bare duet profile show
is "$(field profile)" bare 'or of DUET_PROFILE'
run duet -p mine profile show bare
is "$status" 2 'but not about two'
run duet profile show -u sqlite:x.db
is "$status" 2 'a URL names no profile'
run duet profile show mine --json
like "$out" '"created":"nothing".*"migrations":null' 'show speaks JSON'
run duet profile default
is "$out" 'profile	first' 'default shows the default'
run duet profile default bare
is "$out" 'profile	bare' 'and sets it'
is "$(duet profile list | awk '$4 == "default" { print $1 }')" bare \
    'there is one only'
run duet profile default nobody
is "$status" 2 'to one that is there'
is "$(duet profile default)" 'profile	bare' 'else it stays'

# ---------------------------------------------------------- which one is meant

run duet clear --dry-run -u sqlite:x.db -p mine
is "$status" 2 'a URL and a profile are too many'
run duet clear --dry-run -p mine
is "$status" 0 'a profile names a database'
echo "export DATABASE_URL='sqlite:missing.db' # for tests" >.env
run duet clear --dry-run
like "$err" 'missing\.db' '.env does'
run env DATABASE_URL=sqlite:other.db duet clear --dry-run
like "$err" 'other\.db' 'the environment does, before it'
rm .env
mkdir -p project/.duet project/deep/er
(
    unset DUET_HOME
    cd project/deep/er || exit 1
    duet presto
) >"$tmp/.out" 2>&1
like "$(cat "$tmp/.out")" "^path	$tmp/project/.duet/presto.db$" \
    'the nearest .duet is used'
(
    unset DUET_HOME
    export XDG_DATA_HOME="$tmp/xdg"
    duet presto
) >"$tmp/.out" 2>&1
like "$(cat "$tmp/.out")" "^path	$tmp/xdg/duet/presto.db$" \
    'or XDG_DATA_HOME'

# --------------------------------------------------------------------- delete

run duet profile delete first mine
is "$status" 2 'a database that was there is not deleted'
like "$err" "profile 'mine': duet did not make its database '$tmp/mine.db'" \
    'and it says so'
like "$err" '^hint: --forget' 'with what to do about it'
there "$DUET_HOME/first.db" 'nor is the other one, then'
run duet profile delete first nobody
there "$DUET_HOME/first.db" 'nor if one is not there'
run duet profile delete --force --forget mine
is "$status" 2 'force and forget are too much'

for ending in journal wal shm; do
    : >"$DUET_HOME/first.db-$ending"
done
run duet profile delete first
is "$status:$out" "0:first	file	$DUET_HOME/first.db" \
    'a file that duet made is deleted'
is "$(find "$DUET_HOME" -name 'first*' -o -name '*.lock')" '' \
    'with what is beside it'
run duet profile delete --forget mine
is "$out" "mine	nothing	$tmp/mine.db" '--forget removes nothing'
cmp mine.db mine.copy && ok 'the database is unchanged' ||
    not_ok 'the database is unchanged'
run duet profile create mine -u sqlite:mine.db
run duet profile delete --force mine
is "$out" "mine	file	$tmp/mine.db" '--force removes what was there'
gone mine.db 'and it is gone'
sqlite3 void2.db 'create table kept (x)'
run duet profile delete void2
is "$out" "void2	tables	$tmp/void2.db" 'tables are deleted alone'
is "$(sqlite3 void2.db .tables)" kept 'and the others stay'
run duet profile delete bare
like "$err" 'no default profile now' 'who deletes the default is told so'
run duet profile default
is "$status" 2 'there is none then'
rm -f app.db*
run duet profile delete app
is "$out" "app	nothing	$tmp/app.db" 'what is gone already is no error'
run duet profile delete void --forget --json
is "$out" "{\"profile\":\"void\",\"removed\":\"nothing\",\"path\":\"$tmp/void.db\"}" \
    'delete speaks JSON'
is "$(duet profile list -q)" '' 'none is left'

duet presto used -q >/dev/null
mkfifo pipe
sqlite3 "$DUET_HOME/used.db" <pipe &
exec 8>pipe
echo "begin immediate; insert into db_dbuser (email) values ('x');" >&8
sleep 0.3
run duet profile delete used
is "$status" 4 'a file that is being written is busy'
there "$DUET_HOME/used.db" 'and stays'
exec 8>&-
wait
run duet profile delete used
is "$status" 0 'until nobody writes any more'

# ------------------------------------------------------------ killed half-way

wrong=
for at in $(draw "$(soak 20)" 0.02); do
    duet presto half -q >/dev/null || wrong="$wrong $at:presto"
    timeout -s KILL "$at" duet profile delete half >"$tmp/.out" 2>&1
    if [ -n "$(duet profile list -q)" ]; then
        duet profile delete half -q >/dev/null 2>"$tmp/.err" ||
            wrong="$wrong $at:$(cat "$tmp/.err")"
    fi
    [ -z "$(find "$DUET_HOME" -name 'half*')" ] || wrong="$wrong $at:files"
    [ -z "$(duet profile list -q)" ] || wrong="$wrong $at:registry"
done 2>/dev/null
is "$wrong" '' 'who is killed while deleting can do it again'
diag "seed $seed"

# ---------------------------------------------------------------- PostgreSQL

if [ -z "${TEST_POSTGRES-}" ]; then
    diag 'no PostgreSQL server: the rest is left out'
    done_testing
fi

psql()
{
    "${PG_BIN:+$PG_BIN/}psql" -XAtq "$@"
}

server=${TEST_POSTGRES%%\?*}
parameters=${TEST_POSTGRES#"$server"}
name="duet $$ profile"
encoded=$(printf '%s' "$name" | sed 's/ /%20/g')
place=$(printf '%s' "${server%/*}" | sed -E 's|://([^:@/]*)@|://\1:geheim@|')
url=$place/$encoded$parameters
shown=$(printf '%s' "$url" | sed 's/geheim/***/')

databases()
{
    psql -d "$TEST_POSTGRES" -c "select count(*) from pg_database
        where datname = '$name'"
}

run duet profile create server -u "$url"
is "$status" 0 'PostgreSQL: create makes the database'
is "$(field path) $(field created)" "$shown database" \
    'PostgreSQL: and shows no password'
unlike "$out$err" geheim 'PostgreSQL: nowhere'
run duet profile create again -u "$url"
is "$(field created)" nothing 'PostgreSQL: one that is there is used as it is'
for command in 'profile list' 'profile list --json' 'profile show server' \
    'profile show server --json' 'profile default server' 'presto server' \
    'presto -v server' 'profile create server' 'profile delete again' \
    'profile delete -v again' 'clear -p server --dry-run' \
    'profile delete again --forget --json'; do
    # shellcheck disable=SC2086
    run duet $command
    unlike "$out$err" geheim "PostgreSQL: $command shows no password"
done
run duet profile create server -u "${url%%\?*}x$parameters"
unlike "$out$err" geheim 'PostgreSQL: nor does a refusal'
run duet presto server -u "$(printf '%s' "$url" | sed 's/geheim/neu/')"
is "$status" 0 'PostgreSQL: a password may change'
like "$(sqlite3 "$DUET_HOME/profiles.db" 'select url from profile')" ':neu@' \
    'PostgreSQL: and is kept'

"${PG_BIN:+$PG_BIN/}psql" -Xqd "$url" -c 'select pg_sleep(60)' \
    >/dev/null 2>&1 &
session=$!
sleep 0.5
run duet profile delete server
is "$status" 4 'PostgreSQL: a database in use is busy'
like "$err" '^hint: end process [0-9]+ \(psql, ' \
    'PostgreSQL: and it says who is there'
is "$(databases)$(duet profile list -q | cut -f 1)" 1server \
    'PostgreSQL: nothing is deleted'
psql -d "$TEST_POSTGRES" -c "select pg_terminate_backend(pid)
    from pg_stat_activity where datname = '$name'" >/dev/null
wait "$session"
run duet profile delete server
is "$status:$out" "0:server	database	$(printf '%s' "$shown")" \
    'PostgreSQL: afterwards it can be deleted'
is "$(databases)" 0 'PostgreSQL: it is dropped'

postgres_database
run duet presto tables -u "$database_url"
psql -d "$database_url" -c 'create table kept (id int references db_dbnode)'
run duet profile delete tables
is "$status" 1 'PostgreSQL: tables that others need are not dropped'
is "$(psql -d "$database_url" -c 'select count(*) from db_dbcomputer')" 1 \
    'PostgreSQL: all of them stay'
like "$(duet profile list)" '^tables' 'PostgreSQL: and so does the profile'
psql -d "$database_url" -c 'alter table kept drop constraint kept_id_fkey'
run duet profile delete tables
is "$status:$(printf '%s' "$out" | cut -f 2)" 0:tables \
    'PostgreSQL: without those they are'
is "$(psql -d "$database_url" -c "select relname from pg_class
    where relnamespace = 'public'::regnamespace")" kept \
    'PostgreSQL: alone'

wrong=
for at in $(draw "$(soak 8)" 0.08); do
    duet presto half -q -u "$url" >/dev/null || wrong="$wrong $at:presto"
    timeout -s KILL "$at" duet profile delete half >"$tmp/.out" 2>&1
    if [ -n "$(duet profile list -q)" ]; then
        duet profile delete half -q >/dev/null 2>"$tmp/.err" ||
            wrong="$wrong $at:$(cat "$tmp/.err")"
    fi
    [ "$(databases)" = 0 ] || wrong="$wrong $at:database"
    [ -z "$(duet profile list -q)" ] || wrong="$wrong $at:registry"
done 2>/dev/null
is "$wrong" '' 'PostgreSQL: who is killed while deleting can do it again'

done_testing
