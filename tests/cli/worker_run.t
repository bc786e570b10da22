# worker_run.t - commands in several workers, each with a profile of its own.
# shellcheck disable=SC2016 # what is for other shells to expand
. "${TESTS:-tests}/lib/tap.sh"

unset DUET_WORKER DUET_RUN DUET_ENGINE DATABASE_URL DUET_PROFILE
export XDG_CACHE_HOME="$tmp/cache"

# Others' tests are elsewhere; a server that is not root's has to get there.
DUET_TMPDIR=$(mktemp -d /tmp/d.XXXXXX)
chmod 711 "$DUET_TMPDIR"
export DUET_TMPDIR

engines=sqlite
[ -z "${TEST_POSTGRES-}" ] || engines='sqlite postgres'

# field PATH: what the JSON document in $out has there.
field()
{
    printf '%s' "$out" >"$tmp/.json"
    sqlite3 :memory: "select json_extract(readfile('$tmp/.json'), '$1')"
}

# here: the directories of workers and servers that there are now.
here()
{
    find "$DUET_TMPDIR/duet-$(id -u)" -mindepth 1 -maxdepth 1 \
        ! -name .slots ! -name cache
}

# gone PATTERN: no process has it in its command line any more.
gone()
{
    for _ in $(seq 200); do
        pgrep -f "$1" >/dev/null || return 0
        sleep 0.05
    done
    return 1
}

cat >"$tmp/count.sh" <<'X'
duet get-or-create db_dbcomputer label="$(duet worker label localhost)" \
    --set hostname=localhost | cut -f 1
echo "$DUET_WORKER $DUET_PROFILE $DUET_ENGINE $(duet worker id | head -n 1)"
X

for engine in $engines; do
    run duet worker run -n 3 --engine "$engine" -- sh "$tmp/count.sh"
    is "$status" 0 "$engine: three workers run"
    is "$(echo "$out" | grep -c '^created')" 3 \
        "$engine: each creates the row, since each has its own profile"
    is "$(echo "$out" | grep worker- | sort)" "gw0 worker-gw0 $engine gw0
gw1 worker-gw1 $engine gw1
gw2 worker-gw2 $engine gw2" "$engine: and knows which it is"

    run duet worker run -n 2 --engine "$engine" -- \
        sh -c '[ "$DUET_WORKER" != gw1 ] || exit 7'
    is "$status" 7 "$engine: the status of the one that failed"
    like "$err" "worker 'gw1' on $engine: exit status 7" \
        "$engine: it is named"

    run duet worker isolation -n 4 --engine "$engine"
    is "$status" 0 "$engine: four workers share nothing"
    is "$(echo "$out" | cut -f 5 | sort -u | wc -l)" 4 \
        "$engine: they are in four places"
    is "$(echo "$out" | cut -f 2 | sort -u | wc -l)" 4 \
        "$engine: and are four processes"

    run env PGHOSTADDR=127.0.0.1 duet worker run --engine "$engine" -- \
        duet get-or-create db_dbcomputer label=x --set hostname=x
    is "$status" 0 "$engine: PGHOSTADDR leads nowhere else"

    run duet worker run --keep-files --engine "$engine" -- true
    kept=$(echo "$err" | sed -n "s/^the files of worker 'gw0' are in '\(.*\)'/\1/p")
    is "$(find "$kept/home" -name profiles.db | wc -l)" 1 \
        "$engine: the files that are kept are where it says"
    run duet cluster stop "${kept##*/}"
    is "$status:$(find "$kept" 2>/dev/null)" 0: "$engine: until they are removed"

    # A shell's worker: the same profile each time, and gone with the shell.
    run sh -c "eval \"\$(duet worker env --engine $engine)\" &&
        duet get-or-create db_dbcomputer label=x --set hostname=x | cut -f 1 &&
        duet worker env --engine $engine >'$tmp/again' &&
        eval \"\$(cat '$tmp/again')\" &&
        duet get-or-create db_dbcomputer label=x --set hostname=x | cut -f 1
        echo \$DUET_HOME"
    is "$(echo "$out" | head -n 2)" 'created
found' "$engine: a worker that asks again gets the same profile"
    home=$(echo "$out" | tail -n 1)
    for _ in $(seq 200); do
        [ -e "$home" ] || break
        sleep 0.05
    done
    if [ -e "$home" ]; then
        not_ok "$engine: it is gone with its shell"
    else
        ok "$engine: it is gone with its shell"
    fi

    # One that is in use already survives what goes wrong with a later call.
    run sh -c "eval \"\$(duet worker env --engine $engine)\"
        echo 'no registry' >\$DUET_HOME/profiles.db
        ! duet worker env --engine $engine &&
        duet clear -u \$DATABASE_URL"
    is "$status" 0 "$engine: an error ends no profile that others use"
    like "$err" 'profiles.db' "$engine: and names the file"

    # kill -9 of the command, while its workers sleep.
    duet worker run -n 2 --engine "$engine" -- \
        sh -c "touch '$tmp/begun.'\$DUET_WORKER; exec sleep 54321" &
    runner=$!
    until [ -e "$tmp/begun.gw0" ] && [ -e "$tmp/begun.gw1" ]; do
        sleep 0.02
    done
    kill -9 "$runner"
    wait "$runner" 2>/dev/null || :
    if gone 'sleep 54321'; then
        ok "$engine: kill -9 of the command ends what it has started"
    else
        not_ok "$engine: kill -9 of the command ends what it has started"
    fi
    rm -f "$tmp"/begun.*
done

run duet worker run -n 2 -- duet-no-such-program
is "$status" 1 'a program that is not there is an error'
like "$err" "duet-no-such-program" 'it is named'
run duet worker run -n 0 -- true
is "$status" 2 'no workers at all is a wrong number'
run duet worker run -n 2 -- sh -c 'kill -9 $$'
is "$status" 137 'one that was killed has the status the shell gives it'
run duet worker run -n 1 -- sh -c 'cat; echo end'
is "$out" end 'nothing is on the standard input'

# What is shared is seen: one database for all.
run duet presto -u "sqlite:$tmp/one.db"
run duet worker isolation -n 2 -u "sqlite:$tmp/one.db"
is "$status" 3 'workers with one database are told'
like "$err" "'gw0' and 'gw1' share their place" 'and what they share'
run duet worker isolation -n 2 --json
is "$(field '$.shared') $(field '$.workers[1].worker')" '0 gw1' 'as JSON, too'
run sh -c 'duet worker env --json; true'
is "$(field '$.DUET_PROFILE')" worker-master 'the variables, too'
run duet worker env --owner-pid 999999999
is "$status" 2 'an owner that is not there is an error'

# The example of the manual: no slashes, quotes and blanks get in the way.
mkdir -p "$tmp/it's a place"
run env DUET_TMPDIR="$tmp/it's a place" XDG_CACHE_HOME="$tmp/it's a place" \
    sh -c 'eval "$(duet worker env)" && duet status | tail -n 1'
is "$status" 0 'a path with blanks and quotes is quoted'

for _ in $(seq 200); do
    [ -n "$(here)" ] || break
    sleep 0.05
done
is "$(here)" '' 'nothing is left'
rm -rf "$DUET_TMPDIR"
done_testing
