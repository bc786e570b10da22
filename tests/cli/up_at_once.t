# up_at_once.t - eight runs at once on one fresh database.
. "${TESTS:-tests}/lib/tap.sh"
. "$TESTS/lib/migrating.sh"

runners=8

# Another tree, whose repeatable script has a row to show for each time, too.
make_flyway()
{
    mkdir "$1"
    echo 'create table log (at text);' >"$1/V1__log.sql"
    for i in 2 3 4 5 6; do
        echo "insert into log values ('$i');" >"$1/V${i}__more.sql"
    done
    echo "insert into log values ('again');" >"$1/R__again.sql"
}

# all_at_once COMMAND [ARGUMENT]...: sets $failures to what the failed say.
all_at_once()
{
    all_pids=
    for i in $(seq "$runners"); do
        ("$@" >"$tmp/run.$i" 2>&1 || echo "exit $?" >>"$tmp/run.$i") &
        all_pids="$all_pids $!"
    done
    # shellcheck disable=SC2086 # several
    wait $all_pids
    failures=$(grep -l '^exit' "$tmp"/run.[1-9]*)
}

# Each migration is said to be applied by one run only.
said_twice()
{
    sed -n 's/^applied	\([^	]*\).*/\1/p' "$tmp"/run.[1-9]* | sort | uniq -d
}

complain()
{
    for failure in $failures; do
        diag "$(tail -n 3 "$failure")"
    done
    diag "said twice: $(said_twice | tr '\n' ' ')"
    diag "$(diff "$1" "$tmp/.picture" | head -n 20)"
}

# together WHO ENGINE MODE TREE ROUNDS
together()
{
    fresh "$2" "$3"
    duet up -u "$url" -m "$4" >"$tmp/.out" 2>&1 || diag "$(cat "$tmp/.out")"
    picture >"$tmp/alone" 2>&1
    wrong=0
    for _ in $(seq "$5"); do
        fresh "$2" "$3"
        all_at_once duet up -u "$target" -m "$4"
        picture >"$tmp/.picture" 2>&1
        [ -z "$failures" ] && [ -z "$(said_twice)" ] &&
            cmp -s "$tmp/alone" "$tmp/.picture" && continue
        wrong=$((wrong + 1))
        complain "$tmp/alone"
    done
    is "$wrong" 0 "$1: each migration is applied once, in $5 rounds"
}

# undo_together WHO ENGINE MODE TREE: and all the way down.
undo_together()
{
    fresh "$2" "$3"
    duet up -q -u "$url" -m "$4" >"$tmp/.out" 2>&1
    duet down --to 0 -q -u "$url" -m "$4" >"$tmp/.out" 2>&1
    picture >"$tmp/none" 2>&1
    duet up -q -u "$url" -m "$4" >"$tmp/.out" 2>&1
    all_at_once duet down --to 0 -u "$target" -m "$4"
    is "$failures" '' "$1: eight at once undo all"
    is_picture "$tmp/none" "$1: and nothing is left"
}

# both WHO ENGINE [MODE]: both trees.
both()
{
    [ -d "$tmp/$2" ] || "$TESTS/lib/mixed-tree" "$2" "$tmp/$2"
    together "$1" "$2" "${3-}" "$tmp/$2" "$(soak 1)"
    together "$1, repeatable" "$2" "${3-}" "$tmp/flyway" "$(soak 2)"
    undo_together "$1" "$2" "${3-}" "$tmp/$2"
}

# pooled: the same through a pooler in transaction mode.
pooled()
{
    "$TESTS/lib/with-pgbouncer" sh -c "
        echo \"\$TEST_POOLER\" >$tmp/.pooler
        mv $tmp/.pooler $tmp/pooler
        until [ -e $tmp/over ]; do sleep 0.05; done" 2>"$tmp/.err" &
    pooler=$!
    until [ -e "$tmp/pooler" ]; do
        kill -0 "$pooler" 2>/dev/null || {
            diag "left out: $(cat "$tmp/.err")"
            return
        }
        sleep 0.05
    done
    # shellcheck disable=SC2034 # for fresh
    TEST_POOLER=$(cat "$tmp/pooler")
    fresh postgres
    run duet up -u "$target" -m "$tmp/postgres"
    is "$status" 2 'through a pooler: settings and steps do not go together'
    like "$err" "migration '0004_steps': .*0004_steps.up.sql:3:1: what is set" \
        'through a pooler: it says where'
    rm "$tmp"/postgres/*_steps.*
    both 'postgres through a pooler' postgres
    unset TEST_POOLER
    touch "$tmp/over"
    wait "$pooler"
}

make_flyway "$tmp/flyway"
both sqlite sqlite
both 'sqlite wal' sqlite wal
if [ -n "${TEST_POSTGRES-}" ]; then
    both postgres postgres
    pooled
else
    diag 'no PostgreSQL server: the rest is left out'
fi
done_testing
