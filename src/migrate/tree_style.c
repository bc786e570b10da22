/*
 * What the names of files say, and the marks in them, by style.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "migrate/tree_part.h"

const char *const style_names[STYLES] = {
    [STYLE_AUTO] = "auto",     [STYLE_DUET] = "duet",
    [STYLE_DBMATE] = "dbmate", [STYLE_GOOSE] = "goose",
    [STYLE_SQLX] = "sqlx",     [STYLE_GOLANG_MIGRATE] = "golang-migrate",
    [STYLE_DIESEL] = "diesel", [STYLE_PRISMA] = "prisma",
    [STYLE_FLYWAY] = "flyway", [STYLE_POPX] = "popx",
    [STYLE_PLAIN] = "plain",
};

bool
tree_style_find(const char *name, enum tree_style *out, struct duet_error *err)
{
    SCOPED(buf_release) struct buf names = {0};

    *out = STYLE_AUTO;
    if (name == NULL)
        return true;
    for (int i = 0; i < STYLES; i++) {
        if (strcmp(style_names[i], name) == 0) {
            *out = (enum tree_style)i;
            return true;
        }
        buf_printf(&names, "%s%s", i ? ", " : "", style_names[i]);
    }
    (void)err_set(err, DUET_ERROR_USAGE, "there is no style '%s'", name);
    return err_hint(err, "there are %s", buf_data(&names));
}

/* ------------------------------------------------------------------------
 * Pieces of names
 */

static bool
is_digit(char character)
{
    return isdigit((unsigned char)character);
}

bool
tree_take_ending(char *name, const char *ending)
{
    size_t len = strlen(name);
    size_t ending_len = strlen(ending);

    if (len <= ending_len || strcmp(name + len - ending_len, ending) != 0)
        return false;
    name[len - ending_len] = '\0';
    return true;
}

const char *
tree_engine(const char *word, size_t len)
{
    static const struct {
        const char *word;
        const char *engine;
    } words[] = {
        {"sqlite", "sqlite"},        {"sqlite3", "sqlite"},
        {"hiqlite", "sqlite"},       {"postgres", "postgres"},
        {"postgresql", "postgres"},  {"pg", "postgres"},
        {"mysql", ENGINE_OTHER},     {"mariadb", ENGINE_OTHER},
        {"cockroach", ENGINE_OTHER}, {"cockroachdb", ENGINE_OTHER},
        {"mssql", ENGINE_OTHER},     {"sqlserver", ENGINE_OTHER},
        {"oracle", ENGINE_OTHER},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(words[i].word, word, len) == 0 &&
            words[i].word[len] == '\0')
            return words[i].engine;
    return NULL;
}

/* Take `.sqlite` and the like off NAME; NULL: it says nothing. */
static const char *
take_engine(char *name)
{
    char *dot = strrchr(name, '.');
    const char *engine;

    if (dot == NULL || dot == name)
        return NULL;
    engine = tree_engine(dot + 1, strlen(dot + 1));
    if (engine != NULL)
        *dot = '\0';
    return engine;
}

/*
 * Take `.sql` off NAME, and the engine before or behind it; false: it has no
 * such ending, or says which way it goes.
 */
static bool
take_sql(char *name, struct tree_part *out)
{
    out->engine = take_engine(name);
    if (!tree_take_ending(name, ".sql"))
        return false;
    if (out->engine == NULL)
        out->engine = take_engine(name);
    return !tree_take_ending(name, ".up") && !tree_take_ending(name, ".down");
}

/* Take what says which way it goes off NAME, too. */
static bool
take_pair(char *name, struct tree_part *out)
{
    out->kind = PART_UP;
    if (tree_take_ending(name, ".up.sql"))
        return true;
    out->kind = PART_DOWN;
    return tree_take_ending(name, ".down.sql");
}

/* STEM may be changed no more. */
static void
set_version(struct arena *arena, const struct tree_file *file, const char *stem,
            struct tree_part *out)
{
    const char *rest = stem + (*stem == 'V' && is_digit(stem[1]));

    rest += strspn(rest, "0123456789");
    out->name = rest + strspn(rest, "_.-");
    out->version =
        *file->folder ? arena_printf(arena, "%s%s", file->folder, stem) : stem;
}

/* Each folder on the way is a version, such as `56` and `0.26`, or `delta`. */
static bool
has_versioned_folders(const struct tree_file *file)
{
    for (const char *at = file->folder; *at != '\0';) {
        size_t len = strcspn(at, "/");

        if (!is_digit(at[*at == 'v']) &&
            (len != 5 || memcmp(at, "delta", 5) != 0))
            return false;
        at += len + 1;
    }
    return true;
}

/* ------------------------------------------------------------------------
 * Names
 */

/* 0001_users.up.sql, and V0001.Users.all.up.sql as authelia has it. */
static bool
pair_part(struct arena *arena, const struct tree_file *file,
          struct tree_part *out)
{
    bool has_letter = file->name[0] == 'V';
    char *stem = arena_text(arena, file->name);

    if (!is_digit(stem[has_letter]) || !has_versioned_folders(file) ||
        !take_pair(stem, out))
        return false;
    out->no_transaction = tree_take_ending(stem, ".autocommit");
    out->engine = take_engine(stem);
    if (has_letter && out->engine == NULL)
        (void)tree_take_ending(stem, ".all");
    set_version(arena, file, stem, out);
    return true;
}

/* 20151127184807_users.sql */
static bool
single_part(struct arena *arena, const struct tree_file *file,
            struct tree_part *out)
{
    char *stem = arena_text(arena, file->name);

    if (!is_digit(*stem) || *file->folder != '\0' || !take_sql(stem, out))
        return false;
    out->kind = PART_UP;
    set_version(arena, file, stem, out);
    return true;
}

static bool
sqlx_part(struct arena *arena, const struct tree_file *file,
          struct tree_part *out)
{
    return pair_part(arena, file, out) || single_part(arena, file, out);
}

/* 0.26/01__x.sql, delta/56/x.sql.sqlite; LATEST.sql is all of them in one. */
static bool
plain_part(struct arena *arena, const struct tree_file *file,
           struct tree_part *out)
{
    char *stem = arena_text(arena, file->name);

    if (!has_versioned_folders(file) || *stem == '.' || !take_sql(stem, out))
        return false;
    out->kind = PART_UP;
    out->is_baseline = *file->folder == '\0' && strcmp(stem, "LATEST") == 0;
    set_version(arena, file, stem, out);
    return out->is_baseline || is_digit(*out->version) ||
           (*file->folder != '\0' && strcmp(file->folder, "delta/") != 0);
}

/* A folder that is a migration, and what its files are. */
struct folder_file {
    const char *name;
    enum part_kind kind;
};

static bool
folder_part(struct arena *arena, const struct tree_file *file,
            const struct folder_file *files, struct tree_part *out)
{
    char *stem = arena_text(arena, file->folder);
    const char *name;

    if (!tree_take_ending(stem, "/") || strchr(stem, '/') != NULL)
        return false;
    while (files->name != NULL && strcmp(files->name, file->name) != 0)
        files++;
    if (files->name == NULL)
        return false;
    name = strchr(stem, '_');
    out->kind = files->kind;
    out->version = stem;
    out->name = name == NULL ? "" : name + 1;
    return true;
}

static bool
diesel_part(struct arena *arena, const struct tree_file *file,
            struct tree_part *out)
{
    static const struct folder_file files[] = {{"up.sql", PART_UP},
                                               {"down.sql", PART_DOWN},
                                               {"metadata.toml", PART_OPTIONS},
                                               {0}};

    return is_digit(*file->folder) && folder_part(arena, file, files, out);
}

static bool
prisma_part(struct arena *arena, const struct tree_file *file,
            struct tree_part *out)
{
    static const struct folder_file files[] = {
        {"migration.sql", PART_UP}, {"down.sql", PART_DOWN}, {0}};

    out->kind = PART_TREE;
    return folder_part(arena, file, files, out) ||
           (*file->folder == '\0' &&
            strcmp(file->name, "migration_lock.toml") == 0);
}

/* afterMigrate.sql, afterMigrate__say.sql: what runs when, or is not for us. */
static bool
flyway_callback(char *stem, struct tree_part *out)
{
    static const struct {
        const char *name;
        enum tree_hook hook;
    } callbacks[] = {{"beforeMigrate", HOOK_BEFORE_UP},
                     {"afterMigrate", HOOK_AFTER_UP},
                     {"afterEachMigrate", HOOK_AFTER_EACH},
                     /* of other commands of Flyway's */
                     {"beforeClean", HOOK_NONE},
                     {"afterClean", HOOK_NONE},
                     {"beforeInfo", HOOK_NONE},
                     {"afterInfo", HOOK_NONE},
                     {"beforeValidate", HOOK_NONE},
                     {"afterValidate", HOOK_NONE},
                     {"beforeBaseline", HOOK_NONE},
                     {"afterBaseline", HOOK_NONE},
                     {"beforeRepair", HOOK_NONE},
                     {"afterRepair", HOOK_NONE}};
    size_t len = strcspn(stem, "_");

    for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++)
        if (strlen(callbacks[i].name) == len &&
            memcmp(callbacks[i].name, stem, len) == 0) {
            out->kind = PART_HOOK;
            out->hook = callbacks[i].hook;
            return true;
        }
    return false;
}

/* The text of a version, with dots: V1_2__x is 1.2. */
static bool
flyway_version(struct arena *arena, const char *stem, struct tree_part *out)
{
    const char *end = strstr(stem, "__");
    char *version;

    if (end == NULL || !is_digit(stem[1]) ||
        strspn(stem + 1, "0123456789._") < (size_t)(end - stem - 1))
        return false;
    version = arena_copy(arena, stem + (*stem != 'B'),
                         (size_t)(end - stem) - (*stem != 'B'));
    for (char *at = version; *at != '\0'; at++)
        if (*at == '_')
            *at = '.';
    out->version = version;
    out->name = end + 2;
    return true;
}

/* V1.2__x.sql, U1.2__x.sql, B1.2__x.sql, R__x.sql, V1.2__x.sql.conf */
static bool
flyway_part(struct arena *arena, const struct tree_file *file,
            struct tree_part *out)
{
    char *stem = arena_text(arena, file->name);
    bool is_options = tree_take_ending(stem, ".conf");

    if (!tree_take_ending(stem, ".sql"))
        return false;
    out->kind = is_options ? PART_OPTIONS : *stem == 'U' ? PART_DOWN : PART_UP;
    out->is_baseline = *stem == 'B';
    out->repeatable = strncmp(stem, "R__", 3) == 0;
    if (out->repeatable) {
        out->version = stem;
        out->name = stem + 3;
        return *out->name != '\0';
    }
    if (strchr("VUB", *stem) != NULL)
        return flyway_version(arena, stem, out);
    return flyway_callback(stem, out);
}

/* ------------------------------------------------------------------------
 * Marks
 */

/* Go past blanks, up to END. */
static const char *
skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

static const char *
skip_word(const char *at, const char *end)
{
    while (at < end && *at != ' ' && *at != '\t')
        at++;
    return skip_blanks(at, end);
}

/* Go past WORD if it stands there and ends there, in any case of letters. */
static bool
take_word(const char **at, const char *end, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(end - *at) < len || strncasecmp(*at, word, len) != 0 ||
        (*at + len < end && (*at)[len] != ' ' && (*at)[len] != '\t'))
        return false;
    *at = skip_blanks(*at + len, end);
    return true;
}

/* `-- migrate:up transaction:false` */
static enum tree_mark
dbmate_mark(const char *comment, size_t len)
{
    const char *end = comment + len;
    const char *at = skip_blanks(comment + 2, end);
    bool is_up = take_word(&at, end, "migrate:up");

    if (!is_up && !take_word(&at, end, "migrate:down"))
        return MARK_NONE;
    for (; at < end; at = skip_word(at, end))
        if (take_word(&at, end, "transaction:false"))
            return is_up ? MARK_UP_NO_TRANSACTION : MARK_DOWN_NO_TRANSACTION;
    return is_up ? MARK_UP : MARK_DOWN;
}

/* `-- +goose Up` */
static enum tree_mark
goose_mark(const char *comment, size_t len)
{
    static const struct {
        const char *words;
        enum tree_mark mark;
    } marks[] = {{"up", MARK_UP},
                 {"down", MARK_DOWN},
                 {"no transaction", MARK_NO_TRANSACTION},
                 {"envsub on", MARK_VARIABLES}};
    const char *end = comment + len;
    const char *at = skip_blanks(comment + 2, end);

    if (!take_word(&at, end, "+goose"))
        return MARK_NONE;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (take_word(&at, end, marks[i].words))
            return marks[i].mark;
    return MARK_NONE;
}

/* ------------------------------------------------------------------------
 * Styles
 */

#define NATIVE_EXAMPLE                    \
    "one is called 0001_name.up.sql, or " \
    "0001_name.sqlite.up.sql for one engine"

const struct tree_style_spec tree_styles[STYLES] = {
    [STYLE_AUTO] = {.order = order_by_number},
    [STYLE_DUET] = {.part = pair_part,
                    .order = order_by_number,
                    .example = NATIVE_EXAMPLE},
    [STYLE_DBMATE] = {.part = single_part,
                      .mark = dbmate_mark,
                      .up_mark = "-- migrate:up",
                      .order = order_by_text,
                      .unique_numbers = true,
                      .example = "one is called 20151127184807_name.sql"},
    [STYLE_GOOSE] = {.part = single_part,
                     .mark = goose_mark,
                     .up_mark = "-- +goose Up",
                     .order = order_by_number,
                     .unique_numbers = true,
                     .example = "one is called 00001_name.sql"},
    [STYLE_GOLANG_MIGRATE] = {.part = pair_part,
                              .order = order_by_number,
                              .unique_numbers = true,
                              .example = NATIVE_EXAMPLE},
    [STYLE_SQLX] = {.part = sqlx_part,
                    .order = order_by_number,
                    .unique_numbers = true,
                    .first_line = true,
                    .example = "one is called 1_name.sql or 1_name.up.sql"},
    [STYLE_DIESEL] = {.part = diesel_part,
                      .order = order_by_number,
                      .unique_numbers = true,
                      .example = "one is called 2018-06-01-112529_name/up.sql"},
    [STYLE_PRISMA] = {.part = prisma_part,
                      .order = order_by_text,
                      .example = "one is called "
                                 "20240101000000_name/migration.sql"},
    [STYLE_FLYWAY] = {.part = flyway_part,
                      .order = order_by_flyway,
                      .unique_numbers = true,
                      .example = "one is called V1__name.sql or R__name.sql"},
    [STYLE_POPX] = {.part = pair_part,
                    .order = order_by_number,
                    .other_engines = true,
                    .example = "one is called 20240101000000_name.up.sql, or "
                               "20240101000000_name.sqlite3.up.sql"},
    [STYLE_PLAIN] = {.part = plain_part,
                     .order = order_by_number,
                     .example = "one is called 1_name.sql or 0.1/1_name.sql"},
};
