# readme.t - the README's session runs as it is printed there.
. "${TESTS:-tests}/lib/tap.sh"

readme=$top/README.md
cd "$tmp" || exit 1
unset DUET_HOME
HOME=$tmp
XDG_DATA_HOME=$tmp/.local/share
export HOME XDG_DATA_HOME
mkdir -p "$XDG_DATA_HOME"

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

is "$(wc -l <commands)" 6 'the session has its six commands'
if cmp -s expected actual; then
    ok 'each prints what the README says'
else
    not_ok 'each prints what the README says'
    diag "$(diff expected actual)"
fi
done_testing
