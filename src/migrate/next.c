#include "migrate/next.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/path.h"

enum { MAX_NAME = 100, TIME_DIGITS = 14, UNIX_DIGITS = 10 };

static bool
is_digit(char character)
{
    return isdigit((unsigned char)character);
}

/* ------------------------------------------------------------------------
 * Names
 */

static bool
bad_name(const char *name, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "'%s' is no name for a migration",
                  name);
    return err_hint(err,
                    "it is up to %d letters, digits, '_' and '-', such as "
                    "add_users",
                    MAX_NAME);
}

bool
next_name(struct arena *arena, const char *name, const char **out,
          struct duet_error *err)
{
    char *clean = arena_text(arena, name);

    for (char *at = clean; *at != '\0'; at++) {
        if (*at == ' ' || *at == '\t' || *at == '.')
            *at = '_';
        else if (!isalnum((unsigned char)*at) && (unsigned char)*at < 0x80 &&
                 *at != '_' && *at != '-')
            return bad_name(name, err);
    }
    if (strlen(clean) > MAX_NAME || clean[strspn(clean, "_-")] == '\0')
        return bad_name(name, err);
    *out = clean;
    return true;
}

/* ------------------------------------------------------------------------
 * Versions
 */

/* How versions of a style begin, in a tree that has none; and their files. */
struct form {
    const char *before;
    const char *first;  /* NULL: the time */
    const char *after;  /* between the number and the name */
    const char *folder; /* the migration is a folder with this file */
    bool dashes;        /* 2018-06-01-112529 */
    bool is_pair;       /* .up.sql and .down.sql */
    bool has_engines;   /* may have files for each engine */
    const char *mark;   /* above what goes up */
    const char *down_mark;
};

static const struct form forms[STYLES] = {
    [STYLE_DUET] = {"", "0001", "_", NULL, false, true, true, NULL, NULL},
    [STYLE_DBMATE] = {"", NULL, "_", NULL, false, false, false, "-- migrate:up",
                      "-- migrate:down"},
    [STYLE_GOOSE] = {"", "00001", "_", NULL, false, false, false,
                     "-- +goose Up", "-- +goose Down"},
    [STYLE_GOLANG_MIGRATE] = {"", "000001", "_", NULL, false, true, false, NULL,
                              NULL},
    [STYLE_SQLX] = {"", NULL, "_", NULL, false, false, false, NULL, NULL},
    [STYLE_DIESEL] = {"", NULL, "_", "up.sql", true, false, false, NULL, NULL},
    [STYLE_PRISMA] = {"", NULL, "_", "migration.sql", false, false, false, NULL,
                      NULL},
    [STYLE_FLYWAY] = {"V", "1", "__", NULL, false, false, false, NULL, NULL},
    [STYLE_POPX] = {"", NULL, "_", NULL, false, true, true, NULL, NULL},
    [STYLE_PLAIN] = {"", "1", "_", NULL, false, false, true, NULL, NULL},
};

/* The name of a file or folder, in pieces: "V1." "2" "__" and the name. */
struct pieces {
    const char *dir; /* where it is */
    const char *before;
    const char *number; /* NULL: it has none */
    const char *after;
    bool is_pair;
};

static bool
ends_in(const char *text, const char *ending)
{
    size_t len = strlen(text);
    size_t ending_len = strlen(ending);

    return len >= ending_len && strcmp(text + len - ending_len, ending) == 0;
}

/* Cut the last part off PATH, and give it. */
static const char *
take_last(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash == NULL)
        return path;
    *slash = '\0';
    return slash + 1;
}

/* The last number of a version: that of V1.2__x is 2, of 0001_x2 is 0001. */
static const char *
find_number(const char *name, enum tree_style style)
{
    const char *at = name + (*name == 'V');
    const char *number = NULL;

    while (is_digit(*at)) {
        number = at;
        at += strspn(at, "0123456789");
        if (style != STYLE_FLYWAY || (*at != '.' && *at != '_'))
            break;
        at++;
    }
    return number;
}

static struct pieces
take_apart(struct arena *arena, const struct migration *migration,
           enum tree_style style)
{
    char *dir = arena_text(arena, migration->up.name);
    const char *name = take_last(dir);
    struct pieces pieces = {.is_pair = ends_in(name, ".up.sql")};
    const char *number;
    size_t len;

    if (forms[style].folder != NULL)
        name = take_last(dir);
    pieces.dir = dir;
    number = find_number(name, style);
    if (number == NULL)
        return pieces;
    len = strspn(number, forms[style].dashes ? "0123456789-" : "0123456789");
    pieces.before = arena_copy(arena, name, (size_t)(number - name));
    pieces.number = arena_copy(arena, number, len);
    pieces.after = arena_copy(arena, number + len, strspn(number + len, "_.-"));
    return pieces;
}

/* One more than NUMBER, of any length and as wide. */
static const char *
increment(struct arena *arena, const char *number)
{
    char *next = arena_printf(arena, "0%s", number);
    size_t at = strlen(next);

    while (at-- > 0 && next[at] == '9')
        next[at] = '0';
    next[at]++;
    return *next == '0' ? next + 1 : next;
}

/* 20180601112529, with dashes 2018-06-01-112529 */
static const char *
time_text(struct arena *arena, time_t now, bool dashes)
{
    const char *dash = dashes ? "-" : "";
    struct tm parts;

    if (gmtime_r(&now, &parts) == NULL)
        return "1";
    return arena_printf(arena, "%04d%s%02d%s%02d%s%02d%02d%02d",
                        parts.tm_year + 1900, dash, parts.tm_mon + 1, dash,
                        parts.tm_mday, dash, parts.tm_hour, parts.tm_min,
                        parts.tm_sec);
}

static bool
is_time(const char *number)
{
    return strlen(number) >= TIME_DIGITS &&
           (strncmp(number, "19", 2) == 0 || strncmp(number, "20", 2) == 0);
}

static bool
is_unix_time(const char *number)
{
    return strlen(number) == UNIX_DIGITS && *number == '1';
}

/* The time, as wide as LAST, which may have digits behind its seconds. */
static const char *
next_time(struct arena *arena, const char *last, time_t now)
{
    SCOPED(buf_release) struct buf number = {0};

    buf_text(&number, time_text(arena, now, false));
    while (number.len < strlen(last))
        buf_char(&number, '0');
    if (strcmp(buf_data(&number), last) <= 0)
        return increment(arena, last);
    return arena_text(arena, buf_data(&number));
}

static const char *
next_dashed(struct arena *arena, const char *last, time_t now)
{
    const char *number = time_text(arena, now, true);
    size_t len = strlen(number);

    if (strlen(last) > len)
        number = arena_printf(arena, "%s-%s", number, "0000");
    if (strcmp(number, last) > 0)
        return number;
    /* The last one is of this second, or of a clock that goes before. */
    return arena_printf(arena, "%.*s%s", (int)(strrchr(last, '-') - last + 1),
                        last, increment(arena, strrchr(last, '-') + 1));
}

static const char *
next_number(struct arena *arena, const struct form *form, const char *last,
            time_t now)
{
    if (form->dashes && strchr(last, '-') != NULL)
        return next_dashed(arena, last, now);
    if (is_time(last))
        return next_time(arena, last, now);
    if (is_unix_time(last)) {
        const char *number = arena_printf(arena, "%lld", (long long)now);

        return strcmp(number, last) > 0 ? number : increment(arena, last);
    }
    return increment(arena, last);
}

static const char *
first_number(struct arena *arena, const struct form *form, time_t now)
{
    return form->first ? form->first : time_text(arena, now, form->dashes);
}

/* ------------------------------------------------------------------------
 * Files
 */

struct writing {
    struct arena *arena;
    const struct form *form;
    const char *name;
    bool is_pair;
    struct next *out;
};

static const char *
up_text(const struct writing *writing, const char *title, const char *engine)
{
    const struct form *form = writing->form;
    const char *head = arena_printf(
        writing->arena,
        "-- %s: what it changes%s.\n"
        "--\n"
        "-- A comment \"duet: no-transaction\" or \"duet: lock-timeout=5s\" up "
        "here says how\n"
        "-- it is run; see duet(1).\n",
        title, engine);

    if (form->mark == NULL)
        return arena_printf(writing->arena, "%s\n", head);
    return arena_printf(writing->arena,
                        "%s\n%s\n\n%s\n-- The schema has to be what it was "
                        "before.\n\n",
                        head, form->mark, form->down_mark);
}

static const char *
down_text(const struct writing *writing, const char *title, const char *engine)
{
    return arena_printf(writing->arena,
                        "-- %s, undone%s: the schema has to be what it was "
                        "before.\n\n",
                        title, engine);
}

static void
add_file(struct writing *writing, const char *path, const char *text)
{
    writing->out->files[writing->out->count++] = (struct next_file){path, text};
}

/* SUFFIX is ".sqlite" or the like, ENGINE says so in words. */
static void
add_files(struct writing *writing, const char *dir, const char *stem,
          const char *suffix, const char *engine)
{
    struct arena *arena = writing->arena;
    const char *path = path_join(arena, dir, stem);
    const char *up = up_text(writing, stem, engine);
    const char *down = down_text(writing, stem, engine);

    if (writing->form->folder != NULL) {
        add_file(writing, path_join(arena, path, writing->form->folder), up);
        if (writing->form->dashes)
            add_file(writing, path_join(arena, path, "down.sql"), down);
    } else if (writing->is_pair) {
        add_file(writing, arena_printf(arena, "%s%s.up.sql", path, suffix), up);
        add_file(writing, arena_printf(arena, "%s%s.down.sql", path, suffix),
                 down);
    } else {
        add_file(writing, arena_printf(arena, "%s%s.sql", path, suffix), up);
    }
}

/* The last one that has a number; NULL: there is none. */
static const struct migration *
last_of(const struct tree *tree)
{
    for (size_t i = tree->count; i-- > 0;)
        if (!tree->list[i].repeatable && !tree->list[i].is_baseline)
            return &tree->list[i];
    return NULL;
}

static bool
no_number(const struct migration *last, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "'%s' has no number to go on from",
                  last->up.name);
    return err_hint(err, "write the next file by hand");
}

static bool
no_engines(enum tree_style style, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "%s has no files for one engine alone",
                  style_names[style]);
    return err_hint(err, "write one for both, or keep a folder for each "
                         "engine: DIR/sqlite, DIR/postgres");
}

/* Which of the trees has what was written last: the other may lag behind. */
static const struct tree *
newest(const struct tree *const trees[2])
{
    const struct migration *one = last_of(trees[0]);
    const struct migration *other = last_of(trees[1]);

    if (one == NULL || other == NULL)
        return one == NULL ? trees[1] : trees[0];
    return version_compare(trees[0]->style, one->version, other->version) < 0
               ? trees[1]
               : trees[0];
}

/* In the folder of each engine, if TREES are in such. */
static bool
add_each(struct writing *writing, const struct tree *const trees[2],
         const struct pieces places[2], const char *stem, bool both,
         struct duet_error *err)
{
    static const char *const words[] = {" on SQLite", " on PostgreSQL"};
    bool apart = strcmp(places[0].dir, places[1].dir) != 0;

    if (!both && !apart) {
        add_files(writing, places[0].dir, stem, "", "");
        return true;
    }
    if (!apart && !writing->form->has_engines)
        return no_engines(trees[0]->style, err);
    for (size_t i = 0; i < 2; i++)
        add_files(writing, places[i].dir, stem,
                  apart ? ""
                        : arena_printf(writing->arena, ".%s", trees[i]->engine),
                  words[i]);
    return true;
}

bool
next_migration(const struct tree *const trees[2], const char *name, bool both,
               time_t now, struct arena *arena, struct next *out,
               struct duet_error *err)
{
    const struct tree *tree = newest(trees);
    enum tree_style style = tree->style;
    const struct form *form = &forms[style];
    const struct migration *last = last_of(tree);
    struct pieces places[2];
    struct pieces pieces = {
        .before = form->before, .after = form->after, .is_pair = form->is_pair};
    struct writing writing = {.arena = arena, .form = form, .out = out};

    if (last != NULL)
        pieces = take_apart(arena, last, style);
    if (last != NULL && pieces.number == NULL)
        return no_number(last, err);
    for (size_t i = 0; i < 2; i++) {
        const struct migration *own = last_of(trees[i]);

        places[i].dir =
            own == NULL ? tree->dir : take_apart(arena, own, style).dir;
    }
    *out = (struct next){0};
    writing.is_pair = pieces.is_pair;
    out->version = arena_printf(
        arena, "%s%s%s%s", pieces.before,
        last == NULL ? first_number(arena, form, now)
                     : next_number(arena, form, pieces.number, now),
        pieces.after, name);
    return add_each(&writing, trees, places, out->version, both, err);
}
