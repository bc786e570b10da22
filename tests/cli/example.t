# example.t - the example program of the fixtures, built as its reader would.
. "${TESTS:-tests}/lib/tap.sh"

[ -z "${INSTRUMENTED-}" ] ||
    skip_all 'an instrumented library suits no other program'

CC=${CC:-cc}
engines=sqlite
[ -z "${TEST_POSTGRES-}" ] || engines='sqlite postgres'

make -s install BUILD="$BUILD" DESTDIR="$tmp/root" PREFIX=/usr >"$tmp/log" 2>&1
is "$?" 0 'the library is installed'
export PKG_CONFIG_SYSROOT_DIR="$tmp/root"
export PKG_CONFIG_PATH="$tmp/root/usr/lib/pkgconfig"
# shellcheck disable=SC2046 # one word an option
run "$CC" -Wall -Wextra -Werror "$TESTS/example/fixtures.c" \
    $(pkg-config --cflags --libs duet) -o "$tmp/fixtures"
is "$status" 0 'the example builds by the line in its comment'
[ -z "$err" ] || diag "$err"

cd "$tmp" || exit 1
export LD_LIBRARY_PATH="$tmp/root/usr/lib"
for engine in $engines; do
    run env DUET_ENGINE="$engine" ./fixtures
    is "$status" 0 "$engine: it passes"
    is "$out" '# worker master, localhost-master
ok 1 - a clean profile has no computer
ok 2 - the second time it is found
ok 3 - found, but different
1..3' "$engine: and says what it tests"

    run duet worker run -n 3 --engine "$engine" -- ./fixtures
    is "$status" 0 "$engine: three workers pass"
    is "$(echo "$out" | grep '^#' | sort)" '# worker gw0, localhost-gw0
# worker gw1, localhost-gw1
# worker gw2, localhost-gw2' "$engine: each by its own id"
done
run env DUET_ENGINE=oracle ./fixtures
is "$status" 1 'a failure to open is told'
like "$out" "there is no engine 'oracle'" 'in words'
done_testing
