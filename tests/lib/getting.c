#include "lib/getting.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows/get_or_create.h"

enum { MOST = 64 };

struct duet_error got_err;

static char answer[4096];

/* `a=1|b` as names and values. */
struct pairs {
    char text[1024];
    const char *names[MOST];
    const char *values[MOST];
    size_t count;
};

static void
pairs_read(struct pairs *pairs, const char *text)
{
    char *at = pairs->text;

    pairs->count = 0;
    (void)snprintf(pairs->text, sizeof pairs->text, "%s", text);
    while (at != NULL && *at != '\0') {
        char *next = strchr(at, '|');
        char *value;

        if (next != NULL)
            *next++ = '\0';
        value = strchr(at, '=');
        if (value != NULL)
            *value++ = '\0';
        pairs->names[pairs->count] = at;
        pairs->values[pairs->count++] = value;
        at = next;
    }
}

__attribute__((__format__(__printf__, 1, 2))) static void
say(const char *fmt, ...)
{
    size_t len = strlen(answer);
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(answer + len, sizeof answer - len, fmt, args);
    va_end(args);
}

static void
say_value(const char *value)
{
    say(value ? "'%s'" : "NULL", value);
}

static void
describe(const struct duet_row *row)
{
    static const char *const names[] = {"found", "created", "different"};

    answer[0] = '\0';
    say("%s", names[row->outcome]);
    for (size_t i = 0; i < row->nidentity; i++)
        say("%s%s", i ? "," : " ", row->id[i] ? row->id[i] : "NULL");
    for (size_t i = 0; i < row->ndifferent; i++) {
        say("%s%s is ", i ? ", " : ": ", row->different[i].column);
        say_value(row->different[i].stored);
        say(", not ");
        say_value(row->different[i].given);
    }
}

static const char *
failure(void)
{
    return duet_error_name(got_err.kind);
}

const char *
got_again(struct duet_getter *getter, const char *const *key,
          const char *const *set)
{
    struct duet_row row;

    got_err = (struct duet_error){0};
    if (!get_or_create(getter, key, set, &row, &got_err))
        return failure();
    describe(&row);
    return answer;
}

const char *
got(struct db *db, const char *table, const char *key, const char *set)
{
    SCOPED(getter_close) struct duet_getter *getter = NULL;
    struct pairs keys;
    struct pairs sets;

    got_err = (struct duet_error){0};
    pairs_read(&keys, key);
    pairs_read(&sets, set);
    if (!getter_open(&getter, db, table, keys.names, keys.count, sets.names,
                     sets.count, &got_err))
        return failure();
    return got_again(getter, keys.values, sets.values);
}

struct duet_getter *
getter_for(struct db *db, const char *table, const char *key, const char *set)
{
    struct duet_getter *getter = NULL;
    struct pairs keys;
    struct pairs sets;

    pairs_read(&keys, key);
    pairs_read(&sets, set);
    if (getter_open(&getter, db, table, keys.names, keys.count, sets.names,
                    sets.count, &got_err))
        return getter;
    printf("Bail out! getter of %s: %s\n", table, got_err.text);
    exit(1);
}

bool
got_says(const char *text)
{
    return strstr(got_err.text, text) != NULL ||
           strstr(got_err.hint, text) != NULL;
}

void
must_run(struct db *db, const char *sql)
{
    struct duet_error err;

    if (db_exec(db, sql, &err))
        return;
    printf("Bail out! %s: %s\n", sql, err.text);
    exit(1);
}

const char *
ask(struct db *db, const char *sql)
{
    SCOPED(rows_clear) struct rows rows = {0};
    static char text[4096];
    struct duet_error err = {0};
    bool null = true;

    if (!db_query(db, &rows, sql, NULL, 0, &err))
        return err.text[0] ? "error" : NULL;
    if (rows_next(&rows) && row_text(&rows, 0) != NULL) {
        (void)snprintf(text, sizeof text, "%s", row_text(&rows, 0));
        null = false;
    }
    while (rows_next(&rows))
        continue;
    if (!rows_ended(&rows)) {
        printf("Bail out! %s: %s\n", sql, err.text);
        exit(1);
    }
    return null ? NULL : text;
}
