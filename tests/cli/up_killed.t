# up_killed.t - `kill -9` at any moment of up and down, and then again.
. "${TESTS:-tests}/lib/tap.sh"
. "$TESTS/lib/migrating.sh"

seed=${SEED:-$$}
controls=20

# killed_some_times LOT COMMAND [ARGUMENT]...: killed once, and every other
# time when it is run again, too.
killed_some_times()
{
    lots=$(draw "$1" 4)
    shift
    for lot in $lots; do
        killed "$lot" "$@"
        # The lots are even or odd as they come.
        case $lot in *[02468]) return ;; esac
    done
}

# how_far: which migration it was killed in, as the ledger tells.
how_far()
{
    ask "select count(*) || ' ' || coalesce(sum(case when state = 'applied'
                                           then 0 else 1 end), 0)
           from duet_migration" 2>/dev/null || echo '0 0'
}

# survives LOT WANT COMMAND [ARGUMENT]...: killed, and run to its end.
survives()
{
    survives_lot=$1
    survives_want=$2
    shift 2
    killed_some_times "$survives_lot" "$@"
    how_far >>"$tmp/stops"
    "$@" >"$tmp/.last" 2>&1 || return
    picture >"$tmp/.picture" 2>&1
    cmp -s "$survives_want" "$tmp/.picture"
}

# what_was_wrong WANT LOT
what_was_wrong()
{
    diag "killed at lot $2: $(tail -n 5 "$tmp/.last")"
    diag "$(diff "$1" "$tmp/.picture" | head -n 20)"
}

survives_all()
{
    tree=$tmp/$engine
    : >"$tmp/stops"
    wrong=0
    for round in $(seq "$rounds"); do
        fresh "$engine" "$journal"
        seconds=$up_seconds
        lot=$seed$round
        survives "$lot" "$tmp/head" duet up -u "$url" -m "$tree" || {
            wrong=$((wrong + 1))
            what_was_wrong "$tmp/head" "$lot"
            continue
        }
        [ $((round % 3)) = 0 ] || continue
        seconds=$down_seconds
        survives "$lot" "$tmp/none" duet down --to 0 -u "$url" -m "$tree" || {
            wrong=$((wrong + 1))
            what_was_wrong "$tmp/none" "$lot"
        }
    done
    is "$wrong" 0 "$who: killed in $rounds rounds, it always gets there"
    diag "$who: seed $seed; $(sort -u "$tmp/stops" | wc -l) different places," \
        "$(grep -vc ' 0$' "$tmp/stops") of them within a migration"
}

# The naive runner, killed as often; once is enough.
naive_fails()
{
    tree=$tmp/$engine
    fresh "$engine" "$journal"
    place=$url
    [ "$engine" = postgres ] || place=$file
    took "$TESTS/lib/naive-up" "$engine" "$place" "$tree" >&2
    content | cmp -s "$tmp/content" - &&
        ok "$who: a naive runner gets there, too, undisturbed" ||
        not_ok "$who: a naive runner gets there, too, undisturbed"
    for lot in $(draw "$seed" "$controls"); do
        fresh "$engine" "$journal"
        killed "$lot" "$TESTS/lib/naive-up" "$engine" "$place" "$tree"
        "$TESTS/lib/naive-up" "$engine" "$place" "$tree" \
            >"$tmp/.last" 2>&1 || break
        content | cmp -s "$tmp/content" - || break
        lot=
    done
    isnt "$lot" '' "$who: killed, it does not"
    like "$(cat "$tmp/.last")" 'already exists|duplicate column|^$' \
        "$who: for what it has done half"
    diag "$who: $(tail -n 1 "$tmp/.last")"
}

test_engine()
{
    engine=$1
    rounds=$2
    journal=${3-}
    who=$engine${journal:+ $journal}
    [ -d "$tmp/$engine" ] || "$TESTS/lib/mixed-tree" "$engine" "$tmp/$engine"
    fresh "$engine" "$journal"
    fresh "$engine" "$journal"
    took duet up -u "$url" -m "$tmp/$engine" >"$tmp/.out" 2>&1
    is $? 0 "$who: undisturbed it gets to the head"
    up_seconds=$seconds
    picture >"$tmp/head" 2>&1
    content >"$tmp/content"
    is "$(ask "select count(*), count(distinct version),
                      sum(case when state = 'applied' then 1 else 0 end)
                 from duet_migration")" '60|60|60' "$who: of sixty migrations"
    took duet down --to 0 -u "$url" -m "$tmp/$engine" >"$tmp/.out" 2>&1
    is $? 0 "$who: and back again"
    down_seconds=$seconds
    picture >"$tmp/none" 2>&1
    diag "$who: up takes $up_seconds s, down $down_seconds s"
    survives_all
    naive_fails
}

test_engine sqlite "$(soak 3)" delete
test_engine sqlite "$(soak 2)" wal
if [ -n "${TEST_POSTGRES-}" ]; then
    test_engine postgres "$(soak 4)"
else
    diag 'no PostgreSQL server: the rest is left out'
fi
done_testing
