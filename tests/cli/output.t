# output.t - what every command has in common: errors, secrets, streams that
# break, terminals and signals.
. "${TESTS:-tests}/lib/tap.sh"

tab=$(printf '\t')
url=sqlite:$tmp/app.db

# Is TEXT one JSON document?
is_json()
{
    printf '%s' "$1" | perl -MJSON::PP -e 'local $/; decode_json(<STDIN>)'
}

# ----------------------------------------------------------------- no database

run duet clear
is "$status" 2 'without a database there is nothing to do'
like "$err" '^hint: .*(presto|--url)' '... the hint says how to have one'
run duet clear --url "sqlite:$tmp/none.db"
is "$status" 5 'a file that is not there is not reached'
like "$err" "^duet: .*$tmp/none.db" '... and named'
is "$([ -e "$tmp/none.db" ] && echo there)" '' '... and not made'
run duet clear --url mysql://u:secret@host/db
is "$status" 2 'a URL of another kind is an error'
unlike "$err" secret '... that keeps its password'

# -------------------------------------------------------------------- secrets

# shellcheck disable=SC2016 # these are to be read as they are
for secret in 'postgres://u:s3cret@127.0.0.1:1/db' \
    'postgresql://u:s3cret@127.0.0.1:1/db' \
    'postgres://u:%733cret@127.0.0.1:1/db' \
    'postgres://u:s3cr%65t@nowhere.invalid/db' \
    'postgres://u@127.0.0.1:1/db?password=s3cret' \
    'postgres://u@127.0.0.1:1/db?connect_timeout=1&password=%733cret' \
    'postgres://127.0.0.1:1/db?user=u&password=s3cret&sslmode=disable' \
    'postgres://u:s3cret@127.0.0.1:1,127.0.0.1:2/db'; do
    for argument in "--url=$secret" "-u$secret"; do
        run duet clear "$argument" -v
        is "$status" 5 "a server that is not there: $argument"
        unlike "$out$err" '(s|%73)3cr(e|%65)t' '... shows no password'
        run duet --json "$argument" get-or-create t a=b
        is "$status" 5 '... nor in JSON'
        unlike "$out$err" '(s|%73)3cr(e|%65)t' '... is it shown'
    done
    DATABASE_URL=$secret run duet clear
    unset DATABASE_URL
    is "$status" 5 '... and from the environment'
    unlike "$out$err" '(s|%73)3cr(e|%65)t' '... it is not shown either'
done

# --------------------------------------------------------------------- errors

duet -q presto app --url "$url" >/dev/null || exit 1

run duet clear --keeep x
is "$status" 2 'an unknown option is a usage error'
is "$err" "duet: unknown option '--keeep'
hint: did you mean '--keep'?" '... with the nearest one'
run duet clera
is "$status:$err" "2:duet: unknown command 'clera'
hint: did you mean 'clear'?" 'so is an unknown command'
run duet --json clera
is "$status:$out" '2:' 'with --json, too'
is "$err" '{"error":{"kind":"usage","code":"","constraint":"","text":"unknown command '\''clera'\''","hint":"did you mean '\''clear'\''?"}}' \
    '... the error is a document'
run duet --json
is "$status:$out" '2:' 'and without any command'
is "$(is_json "$err" 2>&1)" '' '... it is one'

odd=$(printf 'a\033]0;b\007"\\\377c')
run duet --json get-or-create "$odd" a=b
is "$status" 2 'a name that is no text'
is "$(is_json "$err" 2>&1)" '' '... makes good JSON'
run duet get-or-create "$odd" a=b
unlike "$err" "$(printf '[\033\007]')" '... and does nothing to a terminal'
run duet -p app get-or-create db_dbcomputer label=localhost \
    --set "hostname=$odd"
is "$status" 3 'a value that is no text'
unlike "$err" "$(printf '[\033\007]')" '... does as little'

# -------------------------------------------------------------------- options

for arguments in "-n -u $url clear" "clear -nu$url" "--url=$url clear -n" \
    "clear --dry-run --url $url --" "-qn --profile app clear"; do
    # shellcheck disable=SC2086 # words
    run duet $arguments
    is "$status:$out" "0:db_dbauthinfo${tab}1
db_dbcomputer${tab}1
db_dbuser${tab}1" "options may stand anywhere: $arguments"
done
run duet clear -n -q -p app
is "$err" '' '--quiet leaves no remarks'
run duet clear -n -v -p app
like "$err" '^sql: [0-9.]+ ms: ' '--verbose shows statements and their time'

# -------------------------------------------------------------------- streams

run sh -c 'duet clear -n -p app >/dev/full'
is "$status" 1 'a full disk is noticed'
like "$err" '^duet: could not write the output: No space left' '... and told'
run sh -c 'duet help --all >&-'
is "$status" 1 'so is an output that is closed'
run sh -c '(duet help --all; echo $? >"$tmp/status") | :'
like "$(cat "$tmp/status")" '^[01]$' 'a reader that goes away is no crash'
run sh -c 'duet clear -n -p app 2>&-'
is "$status:$out" "0:db_dbauthinfo${tab}1
db_dbcomputer${tab}1
db_dbuser${tab}1" 'nobody has to listen to the remarks'
run sh -c 'duet clear -n -p app <&-'
is "$status" 0 'nor is there a need for input'

{
    echo label,hostname
    i=0
    while [ $((i += 1)) -le 3000 ]; do
        echo "c$i,h"
    done
} >"$tmp/many.csv"
duet --json -p app get-or-create db_dbcomputer label --batch "$tmp/many.csv" \
    2>"$tmp/.err" | head -n 1 >"$tmp/.out"
is "$(cat "$tmp/.out")" \
    '{"line":2,"outcome":"created","table":"db_dbcomputer","id":{"id":"2"},"different":[]}' \
    'a batch tells about each row at once'
run duet clear -n --only db_dbcomputer --keep db_dbauthinfo -p app
is "$(sqlite3 "$tmp/app.db" 'select count(*) from db_dbcomputer')" 3001 \
    '... and is committed though nobody read the rest'

# ------------------------------------------------------------------ terminals

# In a terminal of its own; $out is what it shows.
run_on_terminal()
{
    run script -qec "$1" /dev/null </dev/null
    out=$(printf '%s' "$out" | tr -d '\r')
}

if command -v script >/dev/null; then
    escape=$(printf '\033')
    TERM=xterm run_on_terminal 'duet clera'
    is "$out" "${escape}[1;31mduet:${escape}[m unknown command 'clera'
${escape}[1mhint:${escape}[m did you mean 'clear'?" 'there is colour on a terminal'
    TERM=xterm NO_COLOR=1 run_on_terminal 'duet clera'
    unlike "$out" "$escape" '... unless the user has none'
    TERM=dumb run_on_terminal 'duet clera'
    unlike "$out" "$escape" '... or the terminal'
    TERM=xterm run_on_terminal 'duet profile list'
    like "$out" '^PROFILE +ENGINE' 'a list on a terminal has a heading'
    run duet profile list
    like "$out" "^app${tab}sqlite$tab" '... and piped has none'
fi

# -------------------------------------------------------------------- signals

# A shell has its background jobs ignore SIGINT.
start()
{
    env --default-signal=INT "$@" >"$tmp/.out" 2>"$tmp/.err" &
    started=$!
}

# Sets $status, and $late if it took longer than five seconds.
finish()
{
    before=$(date +%s)
    wait "$started" 2>/dev/null # which would say "Terminated"
    status=$?
    err=$(cat "$tmp/.err")
    late=$([ $(($(date +%s) - before)) -le 5 ] || echo late)
}

# Somebody else has the write lock of app.db.
mkfifo "$tmp/hold"
sqlite3 "$tmp/app.db" <"$tmp/hold" >"$tmp/held" 2>&1 &
holder=$!
exec 8>"$tmp/hold"
echo "begin immediate; select 'held';" >&8
until grep -q held "$tmp/held"; do
    sleep 0.05
done

for signal in INT:130 TERM:143; do
    start duet clear -p app --lock-timeout 10s
    sleep 0.3
    kill -"${signal%:*}" "$started"
    finish
    is "$status$late" "${signal#*:}" "SIG${signal%:*} ends what waits for a lock"
    like "$err" '^duet: interrupted' '... and says so'
done

start duet get-or-create db_dbcomputer label=new --set hostname=h -p app \
    --lock-timeout 10s
sleep 0.3
kill -INT "$started"
finish
is "$status$late" 130 'get-or-create is ended as well'
exec 8>&-
wait "$holder"
is "$(sqlite3 "$tmp/app.db" 'select count(*) from db_dbcomputer')" 3001 \
    '... and nothing has changed'

# A batch that waits for its next line.
mkfifo "$tmp/rows"
start duet get-or-create db_dbcomputer label --batch "$tmp/rows" -p app \
    --format csv
exec 8>"$tmp/rows"
printf '%s\n' label,hostname n1,h n2,h >&8
sleep 0.3
kill -INT "$started"
sleep 0.1
finish
exec 8>&-
is "$status$late" 130 'so is a batch that waits for its next row'
is "$(sqlite3 "$tmp/app.db" 'select count(*) from db_dbcomputer')" 3001 \
    '... and none of its rows was written'

# ----------------------------------------------------------------- PostgreSQL

if [ -n "${TEST_POSTGRES-}" ]; then
    postgres_database
    psql=${PG_BIN:+$PG_BIN/}psql
    # A password that the server does not ask for.
    open=$(printf '%s' "$database_url" | sed 's|://postgres@|://postgres:s3cret@|')
    duet -q presto pg --url "$open" >/dev/null || exit 1

    mkfifo "$tmp/session"
    "$psql" -XAtq -d "$database_url" <"$tmp/session" >"$tmp/held" 2>&1 &
    holder=$!
    exec 8>"$tmp/session"
    echo "begin; lock table db_dbuser in share mode; select 'held';" >&8
    until grep -q held "$tmp/held"; do
        sleep 0.05
    done
    start duet clear --url "$open" --lock-timeout 10s
    sleep 0.5
    unlike "$(tr '\0' ' ' <"/proc/$started/cmdline")" 's3cret' \
        'the list of processes shows no password'
    kill -INT "$started"
    finish
    is "$status$late" 130 'a statement on a server is cancelled'
    like "$err" '^duet: interrupted' '... and the message says so'
    # The server ends a session a moment after its client.
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        sessions=$("$psql" -XAtq -d "$database_url" -c "select count(*)
            from pg_stat_activity where application_name = 'duet'
            and datname = current_database()")
        [ "$sessions" != 0 ] || break
        sleep 0.1
    done
    is "$sessions" 0 '... and no session is left there'
    run duet clear --url "$open" --lock-timeout 100ms
    is "$status" 4 'a table that is locked is busy'
    unlike "$err" 's3cret' '... and there is no password in the message'
    exec 8>&-
    wait "$holder"
    run duet clear -n --url "$open"
    is "$out" "db_dbauthinfo${tab}1
db_dbcomputer${tab}1
db_dbuser${tab}1" 'nothing was cleared'
fi

done_testing
