# shutting_down.t - a server that is there, but lets nobody in just now.
. "${TESTS:-tests}/lib/tap.sh"
need_postgres

# In the environment of a server of its own, which one session keeps from
# ending.
cat >"$tmp/connect" <<'END'
dir=${TEST_POSTGRES##*host=}
"${PG_BIN:+$PG_BIN/}psql" -Xqt -d "$TEST_POSTGRES" \
    -c 'select pg_sleep(60)' >/dev/null 2>&1 &
until "${PG_BIN:+$PG_BIN/}psql" -XAtq -d "$TEST_POSTGRES" \
    -c "select query from pg_stat_activity where wait_event = 'PgSleep'" |
    grep -q sleep; do
    sleep 0.05
done
kill -TERM "$(head -n 1 "$dir/data/postmaster.pid")"
sleep 0.3
exec duet schema show -u "$TEST_POSTGRES"
END

run env TEST_POSTGRES= "$TESTS/lib/with-postgres" sh "$tmp/connect"
is "$status" 5 'a server that shuts down could not be reached'
like "$err" 'hint: .*try again in a moment' 'and will do in a moment'

done_testing
