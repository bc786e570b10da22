/*
 * What is quoted reads back the same, on both engines.
 */
#include "lib/tap.h"

#include <stdlib.h>
#include <string.h>

#include "db/db.h"
#include "sql/quote.h"

static struct duet_error err;

static const char *const texts[] = {
    "x",  "it's", "'",    "''",  "\"",   "\"\"",
    "\\", "\\'",  "a\nb", "--",  "/*",   "$1",
    "$$", ";",    "`",    "[x]", "null", "\xC3\xA9\xE6\xBC\xA2\xF0\x9F\x98\x80",
    " "};

static void
test_forms(void)
{
    SCOPED(arena_clear) struct arena arena = {0};

    IS_TEXT(sql_ident(&arena, "t"), "\"t\"", "a name is always quoted");
    IS_TEXT(sql_ident(&arena, "say \"hi\""), "\"say \"\"hi\"\"\"",
            "its quotes are doubled");
    IS_TEXT(sql_name(&arena, "label_2"), "label_2", "a plain name is bare");
    IS_TEXT(sql_name(&arena, "Label"), "\"Label\"", "but not in capitals,");
    IS_TEXT(sql_name(&arena, "2nd"), "\"2nd\"", "nor with a digit first,");
    IS_TEXT(sql_name(&arena, ""), "\"\"", "nor if it is empty,");
    IS_TEXT(sql_name(&arena, "abort"), "abort",
            "nor if it is a word, unless all know it as a name:");
    IS_TEXT(sql_name(&arena, "isnull"), "\"isnull\"", "to SQLite,");
    IS_TEXT(sql_name(&arena, "user"), "\"user\"", "to PostgreSQL");
    IS_TEXT(sql_name(&arena, "time"), "time", "a column may be called time,");
    IS_TEXT(sql_type_name(&arena, "time"), "\"time\"", "a type not so");
    IS_TEXT(sql_literal(&arena, "it's"), "'it''s'", "those of a text too");
    IS_TEXT(sql_literal(&arena, ""), "''", "the empty text is one");
    IS_TEXT(sql_literal(&arena, NULL), "null", "NULL is null");
}

static void
test_engine(const char *url)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(arena_clear) struct arena arena = {0};

    if (!OK(db_open(&db, url, NULL, &err), "a database is open"))
        return;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        SCOPED(rows_clear) struct rows rows = {0};

        OK(db_query(db, &rows,
                    arena_printf(&arena, "select %s as %s",
                                 sql_literal(&arena, texts[i]),
                                 sql_ident(&arena, texts[i])),
                    NULL, 0, &err) &&
               rows_next(&rows) && strcmp(row_text(&rows, 0), texts[i]) == 0 &&
               strcmp(rows_name(&rows, 0), texts[i]) == 0,
           "%s: %s reads back", db_dialect(db)->name, texts[i]);
    }
}

int
main(void)
{
    const char *server = getenv("TEST_POSTGRES");

    test_forms();
    test_engine("sqlite::memory:");
    if (server != NULL && *server != '\0')
        test_engine(server);
    else
        tap_skip(1, "TEST_POSTGRES names no server");
    return tap_done();
}
