#include "cli/serve_database.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "rows/clear.h"
#include "rows/get_or_create.h"

/* No signal handler may meet a handle that is being freed. */
static void
close_cleaner(struct served_database *served)
{
    struct duet_cleaner *cleaner = served->cleaner;

    served->cleaner = NULL;
    cleaner_close(&cleaner);
}

static void
close_getters(struct served_database *served)
{
    for (; served->ngetters > 0; served->ngetters--) {
        struct served_getter *last = &served->getters[served->ngetters - 1];

        getter_close(&last->getter);
        free(last->text);
    }
}

static void
close_db(struct served_database *served)
{
    struct db *db = served->db;

    close_getters(served);
    served->db = NULL;
    db_close(&db);
}

static bool
is_lost(const struct duet_error *err)
{
    return err->kind == DUET_ERROR_CONNECT || err->kind == DUET_ERROR_UNCERTAIN;
}

bool
served_reset(struct served_database *served, const char *seed,
             struct duet_clear_report *report, struct duet_error *err)
{
    if (served->cleaner == NULL &&
        !cleaner_open(&served->cleaner, served->url, &served->clear,
                      &served->trace, err))
        return false;
    if (cleaner_reset(served->cleaner, seed, report, err))
        return true;
    if (is_lost(err))
        close_cleaner(served);
    return false;
}

static const char **
names_of(struct arena *arena, const struct json_object *object)
{
    const char **names = arena_array(arena, object->count + 1, sizeof *names);

    for (size_t i = 0; i < object->count; i++)
        names[i] = object->members[i].name;
    return names;
}

static const char **
values_of(struct arena *arena, const struct json_object *object)
{
    const char **values = arena_array(arena, object->count + 1, sizeof *values);

    for (size_t i = 0; i < object->count; i++)
        values[i] = object->members[i].value;
    return values;
}

/* "table" "key column" | "set column" "set column" */
static void
write_text(struct buf *text, const char *table, const struct json_object *key,
           const struct json_object *set)
{
    buf_quoted(text, table, strlen(table), '"');
    for (size_t i = 0; i < key->count + set->count; i++) {
        const char *name = i < key->count ? key->members[i].name
                                          : set->members[i - key->count].name;

        if (i == key->count)
            buf_char(text, '|');
        buf_quoted(text, name, strlen(name), '"');
    }
}

static struct duet_getter *
kept_getter(const struct served_database *served, const char *text)
{
    for (size_t i = 0; i < served->ngetters; i++)
        if (strcmp(served->getters[i].text, text) == 0)
            return served->getters[i].getter;
    return NULL;
}

static bool
new_getter(struct served_database *served, const char *text, const char *table,
           const struct json_object *key, const struct json_object *set,
           struct duet_getter **out, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct served_getter *last;

    if (served->ngetters == MOST_GETTERS)
        close_getters(served);
    last = &served->getters[served->ngetters];
    if (!getter_open(&last->getter, served->db, table, names_of(&arena, key),
                     key->count, names_of(&arena, set), set->count, err))
        return false;
    last->text = must_text(text);
    served->ngetters++;
    *out = last->getter;
    return true;
}

/*
 * What a getter that was kept knows of its table may be out of date: then all
 * of them are made anew, once.
 */
static bool
get(struct served_database *served, const char *table,
    const struct json_object *key, const struct json_object *set,
    struct duet_row *row, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(buf_release) struct buf text = {0};
    const char **keys = values_of(&arena, key);
    const char **sets = values_of(&arena, set);
    struct duet_getter *getter;

    write_text(&text, table, key, set);
    getter = kept_getter(served, buf_data(&text));
    if (getter != NULL) {
        if (get_or_create(getter, keys, sets, row, err))
            return true;
        if (err->kind != DUET_ERROR_SQL)
            return false;
        close_getters(served);
    }
    return new_getter(served, buf_data(&text), table, key, set, &getter, err) &&
           get_or_create(getter, keys, sets, row, err);
}

bool
served_get_or_create(struct served_database *served, const char *table,
                     const struct json_object *key,
                     const struct json_object *set, struct duet_row *row,
                     struct duet_error *err)
{
    const struct db_options options = {
        .lock_timeout = served->clear.lock_timeout, .trace = served->trace};

    if (served->db == NULL && !db_open(&served->db, served->url, &options, err))
        return false;
    if (get(served, table, key, set, row, err))
        return true;
    if (is_lost(err))
        close_db(served);
    return false;
}

void
served_cancel(struct served_database *served)
{
    if (served->cleaner != NULL)
        cleaner_cancel(served->cleaner);
    if (served->db != NULL)
        db_cancel(served->db);
}

void
served_close(struct served_database *served)
{
    close_cleaner(served);
    close_db(served);
}
