# layers.t - the order of the includes is kept, and a breach is noticed.
. "${TESTS:-tests}/lib/tap.sh"

# plant FILE LINE: a tree of one file with one line.
plant()
{
    rm -rf "$tmp/tree"
    mkdir -p "$(dirname "$tmp/tree/$1")"
    printf '%s\n' "$2" >"$tmp/tree/$1"
}

# allowed FILE LINE
allowed()
{
    plant "$1" "$2"
    run ci/layers "$tmp/tree"
    is "$status" 0 "allowed: $2 in $1"
}

# refused FILE LINE
refused()
{
    plant "$1" "$2"
    run ci/layers "$tmp/tree"
    is "$status" 1 "refused: $2 in $1"
    like "$out" "^$1:1: " '  and the place is named'
}

run ci/layers
is "$status" 0 'the project keeps the order'
is "$out" '' 'and nothing is said'

allowed src/cli/main.c '#include "worker/id.h"'
allowed src/rows/clear.c '#include "schema/model.h"'
allowed src/db/db.c '#include "db/driver.h"'
allowed src/duet.c '#include "worker/id.h"'
allowed src/base/err.h '#include "duet.h"'
allowed src/base/err.c '#include "sql_text.h"'
allowed src/db/sqlite.c '#include <sqlite3.h>'
allowed src/db/postgres_error.h '#include <libpq-fe.h>'
allowed src/db/sqlite.c '#include "db/sqlite_error.h"'
allowed src/cli/render.c '#include <libsmartcols/libsmartcols.h>'

refused src/base/err.c '#include "db/db.h"'
refused src/db/db.c '# include "sql/ident.h"'
refused src/sql/ident.h '#include "schema/model.h"'
refused src/schema/diff.c '#include "rows/clear.h"'
refused src/rows/clear.c '#include "migrate/run.h"'
refused src/migrate/run.c '#include "rows/clear.h"'
refused src/profile/presto.c '#include "worker/id.h"'
refused src/worker/id.c '#include "cli/render.h"'
refused src/duet.c '#include "cli/render.h"'
refused src/duet.h '#include "base/err.h"'
refused src/db/db.c '#include "driver.h"'
refused src/other/thing.c '#include "base/err.h"'
refused src/db/db.h '#include <sqlite3.h>'
refused src/db/postgres.c '#include <sqlite3.h>'
refused src/sql/ident.c '#include "db/sqlite_error.h"'
refused src/sql/ident.c '	#include <libpq-fe.h>'
refused src/worker/id.c '#include <libsmartcols.h>'

# Where these are no files of a repository there is nothing to see.
top=$(git ls-files 2>/dev/null | sed 's|/.*||' | grep -v '^\.' |
    LC_ALL=C sort -u | tr '\n' ' ')
[ -z "$top" ] ||
    is "$top" 'LICENSE Makefile README.md ci migrations schema src tests ' \
        'nothing else stands at the top'
done_testing
