# libpq.t - who doesn't use PostgreSQL needs no libpq and doesn't wait for it.
. "${TESTS:-tests}/lib/tap.sh"

mkdir "$tmp/migrations" "$tmp/broken" "$tmp/old" "$tmp/single"
echo 'create table t (i integer);' >"$tmp/migrations/0001_t.up.sql"
lite=sqlite:$tmp/app.db
# Nothing listens there.
server="postgres://ada@localhost/db?host=$tmp"

# up ARGUMENT...: as one would, and with a list of the files that it loads.
up()
{
    rm -f "$tmp"/loaded.*
    run env LD_DEBUG=files LD_DEBUG_OUTPUT="$tmp/loaded" \
        duet up --migrations "$tmp/migrations" "$@"
    loaded=$(cat "$tmp"/loaded.*)
}

for file in duet libduet.so; do
    needed=$(readelf -d "$BUILD/$file" | grep NEEDED)
    like "$needed" 'libsqlite3\.so\.' "$file needs SQLite"
    unlike "$needed" 'libpq\.' "but not libpq"
done
unlike "$(cat "$BUILD/duet.pc")" 'libpq' 'nor does who links with libduet'

up -u "$lite"
is "$status" 0 'an SQLite database is migrated'
like "$loaded" 'libsqlite3\.so\.' 'with SQLite'
unlike "$loaded" 'libpq\.so\.' 'without libpq'
run duet profile create app -u "$lite" --register
is "$status" 0 'it becomes a profile'
up --all-profiles -j 2
is "$status" 0 'it is one of all profiles'
unlike "$loaded" 'libpq\.so\.' 'and that needs no libpq either'
up -u "$server"
is "$status" 5 'a server that does not run is noticed'
like "$loaded" 'libpq\.so\.5' 'by libpq'

echo 'not a library' >"$tmp/broken/libpq.so.5"
export LD_LIBRARY_PATH="$tmp/broken"
up -u "$server"
is "$status" 1 'a libpq that is broken is an error'
like "$err" "^duet: libpq can't be loaded: $tmp/broken/libpq.so.5: " \
    'which names it'
like "$err" '^hint: .*apt-get install libpq5' 'and says what to do'
up -u "$lite"
is "$status" 0 'SQLite does without'

# make_library DIRECTORY FUNCTION...: one whose functions return 0.
make_library()
{
    LD_LIBRARY_PATH=$tmp/$1
    shift
    printf 'int %s(void) { return 0; }\n' "$@" >"$tmp/library.c"
    "${CC:-cc}" -shared -fPIC -o "$LD_LIBRARY_PATH/libpq.so.5" "$tmp/library.c"
}

make_library old PQexec
up -u "$server"
is "$status" 1 'so is one that is too old'
like "$err" "^duet: 'libpq.so.5' lacks the function PQ" 'it says what is missing'
like "$err" '^hint: libpq 14 or newer is needed: apt-get install libpq5' \
    'and what to do'

# shellcheck disable=SC2046 # words
make_library single \
    $(sed -n 's/^ *X(\([A-Za-z]*\)).*/PQ\1/p' src/db/postgres_libpq.h)
up -u "$server"
is "$status" 1 'so is one that threads must not share'
like "$err" "^duet: 'libpq.so.5' was built without threads" 'it says so'
done_testing
