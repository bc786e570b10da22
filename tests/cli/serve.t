# serve.t - duet serve: requests and answers, and what goes wrong.
. "${TESTS:-tests}/lib/tap.sh"

# ask LINE...: the answers, in $out.
ask()
{
    printf '%s\n' "$@" >"$tmp/requests"
    run duet serve <"$tmp/requests"
}

# one NAME REQUEST PATTERN: it is answered by a line like that.
one()
{
    ask "$2"
    is "$status:$err:$(printf '%s\n' "$out" | wc -l)" '0::1' "$1"
    like "$out" "$3" '... is answered so'
}

# wrong NAME REQUEST KIND PATTERN: an error, after which all is well.
wrong()
{
    ask "$2" '{"id": "next", "do": "url"}'
    like "$(printf '%s\n' "$out" | head -n 1)" \
        "^\\{\"id\":.*,\"error\":\\{\"kind\":\"$3\",.*$4" "$1: an error"
    like "$(printf '%s\n' "$out" | tail -n +2)" \
        '^\{"id":"next","result":' '... and the next is answered'
}

get='"do":"get-or-create","table":"db_dbcomputer"'

export DUET_WORKER=gw3

# ----------------------------------------------------------------- answers

try_answers()
{
    ask '{"id": 1, "do": "clear"}' '{"id":"b","do":"reset"}' '' ' ' \
        '{"do":"clear","id":2.50}' '{"do":"clear"}' \
        '{"id":"\u0041\"\\\n","do":"clear"}'
    is "$status:$err" '0:' "$1: the end of the input is no failure"
    is "$(printf '%s\n' "$out" | sed 's/,"result".*//')" \
        "$(printf '%s\n' '{"id":1' '{"id":"b"' '{"id":2.50' '{"id":null' \
            '{"id":"A\"\\\n"')" \
        '... each answer has the id of its request, in their order'
    like "$out" '"b","result":\{"tables":\[\],"rows":0,"sequences":0\}\}$' \
        '... and says what was cleared'
    like "$out" '2.50,"result":\{"tables":\[\{"table":"db_dbuser","rows":1\}\],"rows":1,' \
        '... which is what the built-in seed had made'
    one "$1: the URL" '{"do":"url"}' "\"engine\":\"$1\",\"profile\":\"$1\"\\}\\}\$"
    run duet serve </dev/null
    is "$status:$out:$err" '0::' "$1: no input, no answer"
    one "$1: a label" '{"do":"label","stem":"localhost"}' \
        '"result":\{"label":"localhost-gw3"\}\}$'
    one "$1: a label by another policy" \
        '{"do":"label","stem":"localhost","policy":"never"}' \
        '"result":\{"label":"localhost"\}\}$'
    one "$1: the worker" '{"do":"worker"}' \
        '"result":\{"worker":"gw3","parallel":true,"run":"[^"]+",'
}

try_seed()
{
    ask '{"do":"reset","seed":"insert into db_dbuser (email) values ('\''a@x'\'')"}' \
        '{"do":"reset","seed":"insert into db_dbuser (email) values ('\''b@x'\'');\n oops"}' \
        '{"do":"clear"}'
    like "$(printf '%s\n' "$out" | sed -n 2p)" '"text":"seed:2:2: ' \
        "$1: an error in a seed says where"
    like "$(printf '%s\n' "$out" | sed -n 3p)" '"rows":1,' \
        '... and nothing was changed'
}

try_get()
{
    ask "{$get,\"key\":{\"label\":\"a\"},\"set\":{\"hostname\":\"h\"}}" \
        "{$get,\"key\":{\"label\":\"a\"}}" \
        "{$get,\"key\":{\"label\":\"a\"},\"set\":{\"hostname\":\"i\"}}" \
        '{"do":"get-or-create","table":"db_dbsetting","key":{"key":"big"},"set":{"description":12345678901234567890.50}}' \
        '{"do":"get-or-create","table":"db_dbsetting","key":{"key":"big"},"set":{"description":12345678901234567890.51}}' \
        '{"do":"get-or-create","table":"db_dbsetting","key":{"key":"none"},"set":{"val":null}}'
    is "$(printf '%s\n' "$out" | grep -o '"outcome":"[a-z]*"' | cut -d '"' -f 4 |
        paste -sd ' ')" 'created found different created different created' \
        "$1: rows are created, found, and different"
    like "$out" '"given":"12345678901234567890.51"' '... to the last digit'
    like "$out" '"different":\[\{"column":"hostname","stored":"h","given":"i"\}\]' \
        '... in which column is told'
    wrong "$1: a key without columns" "{$get,\"key\":{}}" usage "'key' has no"
    wrong "$1: a key that is not unique" \
        "{$get,\"key\":{\"hostname\":\"h\"}}" usage 'no unique index'
    wrong "$1: a column that is not there" \
        "{$get,\"key\":{\"label\":\"b\"},\"set\":{\"nope\":1}}" usage nope
    wrong "$1: a row against a constraint" \
        "{$get,\"key\":{\"label\":\" \"},\"set\":{\"hostname\":\"h\"}}" \
        constraint '"constraint":"ck_db_dbcomputer_label_not_blank"'
}

# One of $answers, from a server that is waiting; $1 is the request.
converse()
{
    printf '%s\n' "$1" >&7
    IFS= read -r answer <&6
}

# start [OPTION]...: a server to converse with; its number is $server.
start()
{
    rm -f "$tmp/to" "$tmp/from"
    mkfifo "$tmp/to" "$tmp/from"
    env --default-signal=INT duet serve "$@" <"$tmp/to" >"$tmp/from" \
        2>"$tmp/talk" &
    server=$!
    exec 7>"$tmp/to" 6<"$tmp/from"
}

stop()
{
    exec 7>&-
    wait "$server"
    status=$?
    exec 6<&-
}

# The schema changes while a getter is kept.
try_altered()
{
    start
    converse "{$get,\"key\":{\"label\":\"c\"},\"set\":{\"hostname\":\"h\"}}"
    sql 'alter table db_dbcomputer add column more integer default 7'
    converse "{$get,\"key\":{\"label\":\"c\"},\"set\":{\"more\":7}}"
    like "$answer" '"outcome":"found"' "$1: a new column is seen"
    sql 'alter table db_dbcomputer drop column more'
    converse "{$get,\"key\":{\"label\":\"c\"},\"set\":{\"hostname\":\"h\"}}"
    like "$answer" '"outcome":"found"' '... and that it has gone does not matter to others'
    sql 'create table fresh (id integer primary key)'
    sql 'insert into fresh values (1)'
    converse '{"do":"clear"}'
    like "$answer" '"table":"fresh","rows":1' '... and a new table is cleared'
    sql 'drop table fresh'
    converse '{"do":"clear"}'
    like "$answer" '"rows":0' '... and may go again'
    stop
    is "$status:$(cat "$tmp/talk")" '0:' '... and the server ends'
}

# What keeps a lock is answered as busy, and over when the lock is.
try_busy()
{
    sql "insert into db_dbuser (email) values ('busy@x')"
    start --lock-timeout 1s
    hold
    converse '{"id":1,"do":"clear"}'
    like "$answer" '^\{"id":1,"error":\{"kind":"busy",.*"hint":"[^"]' \
        "$1: a lock that is not had is told, and by whom"
    release
    converse '{"id":2,"do":"clear"}'
    like "$answer" '^\{"id":2,"result":.*"rows":1,' '... and the next clears'
    stop
}

# Ctrl-C, and what it does to a statement that waits.
try_interrupted()
{
    start
    converse '{"do":"url"}'
    kill -INT "$server"
    stop
    is "$status" 130 "$1: Ctrl-C ends a server that waits"
    is "$(cat "$tmp/talk")" 'duet: interrupted' '... which says so'
    start
    converse '{"do":"clear"}'
    kill -TERM "$server"
    wait "$server" 2>/dev/null
    is "$?" 143 '... and so does SIGTERM'
    exec 7>&- 6<&-

    sql "insert into db_dbuser (email) values ('held@x')"
    start --lock-timeout 1m
    converse '{"do":"url"}'
    hold
    echo '{"id":3,"do":"clear"}' >&7
    sleep 0.5
    kill -INT "$server"
    IFS= read -r answer <&6
    like "$answer" '^\{"id":3,"error":\{"kind":"cancelled"' \
        '... or what it is doing'
    stop
    is "$status" 130 '... and then ends it'
    release
}

try_all()
{
    try_answers "$1"
    try_seed "$1"
    try_get "$1"
    try_altered "$1"
    try_busy "$1"
    try_interrupted "$1"
}

# ------------------------------------------------------------------ SQLite

duet -q presto sqlite --url "sqlite:$tmp/a.db" >/dev/null || exit 1

sql()
{
    sqlite3 -cmd '.timeout 5000' "$tmp/a.db" "$1"
}

# Somebody else is in the middle of a transaction that writes.
hold()
{
    mkfifo "$tmp/hold"
    sqlite3 "$tmp/a.db" <"$tmp/hold" >"$tmp/held" 6<&- 7>&- &
    holder=$!
    exec 8>"$tmp/hold"
    echo "begin immediate; update db_dbuser set email = email; select 'held';" \
        >&8
    until grep -qs held "$tmp/held"; do
        sleep 0.05
    done
}

release()
{
    exec 8>&-
    wait "$holder"
    rm "$tmp/hold" "$tmp/held"
}

try_all sqlite

ask '{"do":"reset"}' >/dev/null
sqlite3 "$tmp/foreign.db" 'create table t (i integer); insert into t values (1)'
echo '{"do":"reset"}' >"$tmp/requests"
run duet serve --url "sqlite:$tmp/foreign.db" <"$tmp/requests"
like "$out" '"text":"the built-in seed:.*"hint":"[^"]*give your own: ' \
    'the built-in seed is not for any database'
run duet serve --url "sqlite:$tmp/foreign.db" --keep t <"$tmp/requests"
like "$out" 'error' '... and its tables may be kept'
run duet serve --url "sqlite:$tmp/none.db" <"$tmp/requests"
is "$status" 0 'a database that is not there'
like "$out" '^\{"id":null,"error":\{"kind":"connect",.*none.db' '... is told'
run duet serve --profile none </dev/null
is "$status" 2 'a profile that is not there is an error at once'
run duet serve <"$tmp"
is "$status" 1 'and so is an input that can not be read'

# ------------------------------------------------------------ broken lines

wrong 'no JSON' '{"id": 1, "do": "clear"' usage 'not a JSON object'
wrong 'JSON5' "{id: 1, 'do': 'clear'}" usage 'not a JSON object'
wrong 'a list' '[1]' usage 'not a JSON object'
wrong 'nothing to do' '{"id":1}' usage "no text 'do'"
wrong 'what there is not' '{"id":1,"do":"claer"}' usage \
    "unknown request 'claer'\",\"hint\":\"did you mean 'clear'"
wrong 'what there is not at all' '{"id":1,"do":"x"}' usage \
    'there are clear, reset,'
wrong 'a member that there is not' '{"id":1,"do":"clear","sead":"x"}' usage \
    "request 'clear' has no member 'sead'"
wrong 'a member twice' '{"id":1,"do":"clear","id":2}' usage "'id' is given twice"
wrong 'a column twice' "{$get,\"key\":{\"label\":1,\"label\":2}}" usage \
    "'label' is given twice"
wrong 'an id that is a list' '{"id":[1],"do":"clear"}' usage "'id' is an array"
wrong 'a seed that is no text' '{"do":"reset","seed":1}' usage \
    "'seed' is a number, not a text"
wrong 'a key that is no object' "{$get,\"key\":\"label\"}" usage \
    "'key' is a text, not an object"
wrong 'a key that is missing' "{$get}" usage "needs 'key'"
wrong 'a policy that there is not' \
    '{"do":"label","stem":"a","policy":"no"}' usage 'no policy'
wrong 'a NUL' '{"id":"\u0000","do":"clear"}' usage 'a NUL character'
wrong 'half a character' '{"id":"\ud800","do":"clear"}' usage 'surrogate'
wrong 'a deep nest' "$(printf '{"do":"clear","x":%05000d' 0 | tr 0 '[')" usage \
    'not a JSON object'
printf '{"id":"\0","do":"clear"}\n{"id":"\377","do":"clear"}\n{"do":"url"}\n' \
    >"$tmp/requests"
run duet serve <"$tmp/requests"
like "$(printf '%s\n' "$out" | sed -n 1p)" 'a NUL character' 'a NUL as it is'
like "$(printf '%s\n' "$out" | sed -n 2p)" 'not UTF-8' 'a byte of no character'
like "$(printf '%s\n' "$out" | sed -n 3p)" 'result' '... and the next is answered'

# Into a pipe that nobody reads.
{
    echo '{"do":"url"}'
    sleep 0.3
    echo '{"do":"url"}'
    sleep 0.3
    echo '{"do":"url"}'
} | {
    duet serve 2>"$tmp/talk"
    echo "$?" >"$tmp/status"
} | head -n 1 >/dev/null
is "$(cat "$tmp/status")" 1 'a reader that has gone is a failure'
like "$(cat "$tmp/talk")" 'could not write the output' '... that says so'

if command -v node >/dev/null; then
    run node "$TESTS/serve/pieces.mjs"
    is "$status:$err" '0:' 'lines come in any length, and in pieces'
    run node "$TESTS/serve/broken.mjs" "$(soak 2000)" ${SEED:+"$SEED"}
    is "$status:$err" '0:' 'broken lines are answered one by one'
    diag "$out"

    # ------------------------------------------------------------- example

    sed -n '/^A program for Node/,/^\.Ed/p' "$top/src/cli/duet.1" |
        sed -e '1,2d' -e '/^\.Ed/d' -e 's/\\e/\\/g' >"$tmp/example.mjs"
    run diff "$TESTS/serve/example.mjs" "$tmp/example.mjs"
    is "$out" '' 'the program in the manual page is that of the tests'
    ask '{"do":"clear"}'
    run node "$tmp/example.mjs"
    is "$status:$out:$err" '0:created computer
1 row cleared:' '... and works'
else
    diag 'no node: its programs are not run'
fi

# -------------------------------------------------------------- PostgreSQL

if [ -n "${TEST_POSTGRES-}" ]; then
    psql=${PG_BIN:+$PG_BIN/}psql
    postgres_database
    duet -q presto postgres --url "$database_url" >/dev/null || exit 1
    export DUET_PROFILE=postgres

    sql()
    {
        "$psql" -XqAt -d "$database_url" -c "$1"
    }

    hold()
    {
        mkfifo "$tmp/hold"
        "$psql" -XqAt -d "$database_url" <"$tmp/hold" >"$tmp/held" \
            6<&- 7>&- &
        holder=$!
        exec 8>"$tmp/hold"
        echo "begin; update db_dbuser set email = email; select 'held';" >&8
        until grep -qs held "$tmp/held"; do
            sleep 0.05
        done
    }

    try_all postgres

    # The server ends the sessions, as when it is started anew.
    start
    converse '{"do":"clear"}'
    converse "{$get,\"key\":{\"label\":\"a\"},\"set\":{\"hostname\":\"h\"}}"
    sql "select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()" \
        >/dev/null
    converse '{"id":1,"do":"clear"}'
    like "$answer" '^\{"id":1,"error":\{"kind":"connect"' \
        'postgres: a connection that was lost is told'
    converse '{"id":2,"do":"clear"}'
    like "$answer" '^\{"id":2,"result":.*"rows":1,' '... and opened again'
    converse "{$get,\"key\":{\"label\":\"a\"},\"set\":{\"hostname\":\"h\"}}"
    like "$answer" '"error":\{"kind":"connect"' '... one as the other'
    converse "{$get,\"key\":{\"label\":\"a\"},\"set\":{\"hostname\":\"h\"}}"
    like "$answer" '"outcome":"created"' '... and again'
    stop
    is "$status" 0 '... and the server ends'

    password="postgresql://ada:secret@/nowhere?host=$tmp"
    echo '{"do":"url"}' >"$tmp/requests"
    run duet serve --url "$password" <"$tmp/requests"
    unlike "$out$err" secret 'a password is not shown'
    if command -v node >/dev/null; then
        ask '{"do":"clear"}'
        run node "$TESTS/serve/example.mjs"
        is "$status:$out:$err" '0:created computer
1 row cleared:' "postgres: the manual's program works"
    fi
fi

done_testing
