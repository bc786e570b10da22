/*
 * The database of a profile as PostgreSQL has it: one of several on a server.
 * It is made and dropped on a connection to the database `postgres`.
 */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "profile/place.h"

static int
hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return tolower((unsigned char)digit) - 'a' + 10;
}

static char *
decode(struct arena *arena, const char *text, size_t len)
{
    SCOPED(buf_release) struct buf buf = {0};

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%' && i + 2 < len &&
            isxdigit((unsigned char)text[i + 1]) &&
            isxdigit((unsigned char)text[i + 2])) {
            buf_char(&buf, (char)(hex_value(text[i + 1]) * 16 +
                                  hex_value(text[i + 2])));
            i += 2;
        } else {
            buf_char(&buf, text[i]);
        }
    }
    return arena_text(arena, buf_data(&buf));
}

/* The last parameter `dbname=` of a URL wins, in libpq too. */
static const char *
find_parameter(const char *query, const char *name, size_t *len)
{
    const char *found = NULL;
    size_t name_len = strlen(name);

    for (const char *at = query; *at != '\0'; at += *at == '&') {
        size_t part = strcspn(at, "&");

        if (part > name_len && strncmp(at, name, name_len) == 0 &&
            at[name_len] == '=') {
            found = at + name_len + 1;
            *len = part - name_len - 1;
        }
        at += part;
    }
    return found;
}

/*
 * The database that a URL names, or NULL where it leaves that to libpq.
 *
 *     postgres://ada@host:5432/a%20b?sslmode=require    "a b"
 *     postgres:///?host=/tmp&dbname=c                   "c"
 */
static const char *
database_of(struct arena *arena, const char *url)
{
    const char *rest = strstr(url, "://") + 3;
    const char *path = rest + strcspn(rest, "/?");
    const char *query = path + strcspn(path, "?");
    size_t len = 0;
    const char *found = NULL;

    if (*query == '?')
        found = find_parameter(query + 1, "dbname", &len);
    if (found == NULL && *path == '/') {
        found = path + 1;
        len = (size_t)(query - found);
    }
    return found == NULL || len == 0 ? NULL : decode(arena, found, len);
}

static bool
settle(struct place *place, struct duet_error *err)
{
    (void)err;
    place->shown = place_redact(place->arena, place->url);
    return true;
}

/* The URL of another database on the same server. */
static const char *
url_of(const struct place *place, const char *database)
{
    return arena_printf(place->arena, "%s%sdbname=%s", place->url,
                        strchr(place->url, '?') != NULL ? "&" : "?", database);
}

/* A connection to the same server, to the database that is always there. */
static bool
open_server(const struct place *place, struct db **db, struct duet_error *err)
{
    const struct db_options options = {.trace = place->trace};

    return db_open(db, url_of(place, "postgres"), &options, err);
}

/* The one it would be made from lets nobody in: see storage_create_database. */
static const char *
blank(const struct place *place)
{
    return url_of(place, "template1");
}

static bool
query_text(struct db *db, struct arena *arena, enum sql_id id,
           const char *argument, const char **out, struct duet_error *err)
{
    const struct db_value args[] = {db_text(argument)};

    return db_ask(db, arena, db_sql(db, id), args, 1, out, err);
}

/*
 * Ask the server whether it has a database, once nobody is making or dropping
 * it any more; FOUND is NULL if it has not.
 */
static bool
ask_server(struct db *db, const struct place *place, const char *name,
           const char **found, struct duet_error *err)
{
    const char *ignored;

    return query_text(db, place->arena, SQL_STORAGE_SERVER_LOCK, name, &ignored,
                      err) &&
           query_text(db, place->arena, SQL_STORAGE_DATABASE, name, found, err);
}

/*
 * Why a connection failed is not told in a way that a program can read.  The
 * first reason counts, unless the server says that it has no such database.
 */
static bool
is_missing(const struct place *place, bool *missing, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    const char *name = database_of(place->arena, place->url);
    const char *found;

    *missing = false;
    if (name == NULL || !open_server(place, &db, NULL))
        return true;
    if (!ask_server(db, place, name, &found, err))
        return false;
    *missing = found == NULL;
    return true;
}

/* Between the two attempts it may have been made. */
static bool
exists(const struct place *place, bool *exists, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    bool missing;

    *exists = db_open(&db, place->url, NULL, NULL);
    if (*exists)
        return true;
    if (!is_missing(place, &missing, err))
        return false;
    if (missing)
        return true;
    *exists = db_open(&db, place->url, NULL, err);
    return *exists;
}

static bool
create(const struct place *place, bool *made, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    const char *name = database_of(place->arena, place->url);
    const char *statement;
    const char *found;

    *made = false;
    if (!open_server(place, &db, err) ||
        !ask_server(db, place, name, &found, err))
        return false;
    if (found != NULL)
        return true;
    if (query_text(db, place->arena, SQL_STORAGE_CREATE_DATABASE, name,
                   &statement, err) &&
        db_exec(db, statement, err)) {
        *made = true;
        return true;
    }
    if (err != NULL && err->kind == DUET_ERROR_DENIED)
        (void)err_hint(err, "the role needs CREATEDB; or have the database "
                            "made, then run this again");
    return err_wrap(err, "database '%s'", place->shown);
}

/* Who keeps the database from being dropped, as the hint. */
static void
name_sessions(struct db *db, const struct place *place, const char *name,
              struct duet_error *err)
{
    const char *sessions;

    if (err == NULL || err->kind != DUET_ERROR_BUSY ||
        !query_text(db, place->arena, SQL_STORAGE_SESSIONS, name, &sessions,
                    NULL) ||
        sessions == NULL)
        return;
    (void)err_hint(err, "end %s, then run this again", sessions);
}

/* The name as the server knows it, or where it can't be reached the URL's. */
static bool
find_name(const struct place *place, const char **name, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error why = {0};

    *name = database_of(place->arena, place->url);
    if (*name != NULL)
        return true;
    if (db_open(&db, place->url, NULL, &why) &&
        query_text(db, place->arena, SQL_STORAGE_CURRENT_DATABASE, NULL, name,
                   &why))
        return true;
    if (err != NULL)
        *err = why;
    return false;
}

static bool
drop(struct db *db, const struct place *place, const char *name, bool *removed,
     struct duet_error *err)
{
    const char *statement;
    const char *found;

    if (!query_text(db, place->arena, SQL_STORAGE_DATABASE, name, &found, err))
        return false;
    if (found == NULL)
        return true;
    if (query_text(db, place->arena, SQL_STORAGE_DROP_DATABASE, name,
                   &statement, err) &&
        db_exec(db, statement, err)) {
        *removed = true;
        return true;
    }
    name_sessions(db, place, name, err);
    return err_wrap(err, "database '%s'", place->shown);
}

static bool
remove_database(const struct place *place, bool *removed,
                struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    const char *name;

    *removed = false;
    return find_name(place, &name, err) && open_server(place, &db, err) &&
           drop(db, place, name, removed, err);
}

const struct place_kind place_server = {
    .engine = "postgres",
    .schemes = (const char *const[]){"postgres://", "postgresql://", NULL},
    .whole = CREATED_DATABASE,
    .settle = settle,
    .exists = exists,
    .blank = blank,
    .create = create,
    .remove = remove_database,
};
