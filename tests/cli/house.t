# house.t - what gets installed is complete, and others can build on it.
. "${TESTS:-tests}/lib/tap.sh"

[ -z "${INSTRUMENTED-}" ] ||
    skip_all 'an instrumented library suits no other program'

CC=${CC:-cc}
root=$tmp/root
prefix=/opt/duet
strict='-Wall -Wextra -Wpedantic -Werror'

# install_to ROOT [VARIABLE=VALUE]...
install_to()
{
    install_root=$1
    shift
    make -s install BUILD="$BUILD" DESTDIR="$install_root" "$@"
}

# is_file NAME: it is there and not empty.
is_file()
{
    if [ -s "$root$prefix/$1" ]; then
        ok "$1 is installed"
    else
        not_ok "$1 is installed"
    fi
}

# builds NAME COMMAND...
builds()
{
    name=$1
    shift
    run "$@"
    is "$status" 0 "$name"
    [ -z "$err" ] || diag "$err"
}

# The functions that the shared library exports, in the order of ci/symbols.
exported()
{
    nm -D --defined-only "$BUILD/libduet.so" |
        awk '$2 == "T" || $2 == "D" || $2 == "B" || $2 == "R" { print $3 }' |
        LC_ALL=C sort
}

run install_to "$root" PREFIX="$prefix"
is "$status" 0 'make install succeeds'
[ -z "$err" ] || diag "$err"
for file in bin/duet lib/libduet.a lib/libduet.so lib/libduet.so.0 \
    lib/pkgconfig/duet.pc include/duet.h; do
    is_file "$file"
done
for page in src/cli/duet.1 src/duet.3; do
    section=man${page##*.}
    [ ! -e "$page" ] || is_file "share/man/$section/${page##*/}"
done
is "$(readlink "$root$prefix/lib/libduet.so.0")" \
    "$(readlink "$root$prefix/lib/libduet.so")" 'both links name one library'
like "$(objdump -p "$root$prefix/lib/libduet.so")" 'SONAME +libduet\.so\.0$' \
    'the library says its SONAME'

export PKG_CONFIG_PATH="$root$prefix/lib/pkgconfig"
is "$(pkg-config --variable=libdir duet)" "$prefix/lib" 'duet.pc: libdir'
is "$(pkg-config --variable=includedir duet)" "$prefix/include" \
    'duet.pc: includedir'

exported >"$tmp/exported"
run diff -u ci/symbols "$tmp/exported"
is "$out" '' 'the exported symbols are those of ci/symbols'

printf '#include <duet.h>\nint main(void) { return 0; }\n' >"$tmp/use.c"
cp "$tmp/use.c" "$tmp/use.cc"
export PKG_CONFIG_SYSROOT_DIR="$root"
# shellcheck disable=SC2046,SC2086
{
    builds 'the header is C99' "$CC" -std=c99 $strict \
        $(pkg-config --cflags duet) -fsyntax-only "$tmp/use.c"
    builds 'the header is C++' "${CXX:-c++}" -std=c++98 $strict \
        $(pkg-config --cflags duet) -fsyntax-only "$tmp/use.cc"
}

# A program that calls what is exported, so that something has to be linked.
awk '{ print "char " $1 "(void);"; calls = calls " + (long)" $1 }
     END { print "int main(int n, char **v) {"
           print "    return v && n < 0 ? (int)(0" calls ") : 0;\n}" }' \
    ci/symbols >"$tmp/calls.c"
# shellcheck disable=SC2046
{
    builds 'a program links with the shared library' "$CC" -fno-builtin -w \
        "$tmp/calls.c" -o "$tmp/shared" $(pkg-config --cflags --libs duet)
    builds 'and it runs' env LD_LIBRARY_PATH="$root$prefix/lib" "$tmp/shared"
    unset PKG_CONFIG_SYSROOT_DIR
    builds 'a program links with the archive' "$CC" -fno-builtin -w \
        "$tmp/calls.c" -o "$tmp/static" "$root$prefix/lib/libduet.a" \
        $(pkg-config --libs sqlite3 libmd zlib) -lcsv -ldl -pthread
    builds 'and it runs, too' "$tmp/static"
}

run install_to "$tmp/other" PREFIX="$prefix" LIBDIR="$prefix/it's|odd&well"
is "$status" 0 'a directory may have an odd name'
like "$(cat "$tmp/other$prefix/it's|odd&well/pkgconfig/duet.pc")" \
    "^libdir=$prefix/it's\\|odd&well\$" 'and duet.pc names it as it is now'

# The package for pytest is found by its entry point, and finds the library
# that was installed with it.
python_dir=$root$prefix/lib/python3/dist-packages
mkdir "$tmp/pytest"
printf 'def test_it(duet_profile):\n    pass\n' >"$tmp/pytest/test_it.py"
for option in '' '-p pytest_duet.plugin'; do
    # shellcheck disable=SC2086 # two words or none
    builds "pytest uses what is installed${option:+, named}" env -C "$tmp/pytest" \
        PYTHONPATH="$python_dir" PYTHONDONTWRITEBYTECODE=1 \
        "${PYTHON:-/usr/bin/python3}" -m pytest -p no:cacheprovider $option
done
run install_to "$tmp/usr" PREFIX=/usr
is "$(find "$tmp/usr" -name plugin.py)" \
    "$tmp/usr/usr/lib/python3/dist-packages/pytest_duet/plugin.py" \
    'under /usr it is where Debian has such packages'

run make -s uninstall BUILD="$BUILD" DESTDIR="$root" PREFIX="$prefix"
is "$(find "$root" ! -type d)" '' 'make uninstall leaves no file'

# What the others find under build/ is the default again.
make -s "$BUILD/duet.pc" BUILD="$BUILD" >/dev/null
done_testing
