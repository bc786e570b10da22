# readme.t - the README's sessions run as they are printed there.
. "${TESTS:-tests}/lib/tap.sh"

readme=$top/README.md
cd "$tmp" || exit 1
unset DUET_HOME
HOME=$tmp
XDG_DATA_HOME=$tmp/.local/share
export HOME XDG_DATA_HOME
mkdir -p "$XDG_DATA_HOME"
need_postgres

# postgresql:///app is a database of the test server, which libpq finds by
# itself, as it does on the reader's machine.
PGHOST=$(printf '%s\n' "$TEST_POSTGRES" | sed -n 's/.*[?&]host=\([^&]*\).*/\1/p')
PGUSER=$(printf '%s\n' "$TEST_POSTGRES" | sed -n 's|^[a-z]*://\([^@/]*\)@.*|\1|p')
export PGHOST PGUSER
psql()
{
    "${PG_BIN:+$PG_BIN/}psql" -XqAt -d "$TEST_POSTGRES" -c "$1"
}
[ -n "$PGHOST" ] || skip_all 'the server has no socket of its own'
[ -z "$(psql "select 1 from pg_database where datname = 'app'")" ] ||
    skip_all "the server has somebody's database app"

# shellcheck disable=SC2016 # Markdown's quotes, not the shell's
sed -n '/^```console$/,/^```$/p' "$readme" | grep -v '^```' >session
sed -n 's/^\$ //p' session >commands
sed 's/^\$ .*/&/' session >expected

# What a terminal would show: each command, its data, then its talk.
while IFS= read -r command; do
    printf '$ %s\n' "$command"
    sh -c "$command" 2>"$tmp/talk"
    cat "$tmp/talk"
done <commands 2>&1 | sed "s|$tmp|~|" >actual

is "$(wc -l <commands)" 29 'the sessions have their commands'
if cmp -s expected actual; then
    ok 'each prints what the README says'
else
    not_ok 'each prints what the README says'
    diag "$(diff expected actual)"
fi
psql 'drop database app'
done_testing
