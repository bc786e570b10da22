/*
 * The parts of a tree, and the style that they are in.
 */
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "migrate/tree_part.h"

/* before-up.sql, after-up.sql, after-each.sql, seed.sql, or with an engine. */
static bool
hook_part(struct arena *arena, const struct tree_file *file,
          struct tree_part *out)
{
    static const struct {
        const char *name;
        enum tree_hook hook;
    } hooks[] = {{"before-up", HOOK_BEFORE_UP},
                 {"after-up", HOOK_AFTER_UP},
                 {"after-each", HOOK_AFTER_EACH},
                 {"seed", HOOK_SEED}};
    char *stem = arena_text(arena, file->name);
    char *dot;

    *out = (struct tree_part){.kind = PART_HOOK, .file = file};
    if (*file->folder != '\0' || !tree_take_ending(stem, ".sql"))
        return false;
    dot = strrchr(stem, '.');
    if (dot != NULL) {
        out->engine = tree_engine(dot + 1, strlen(dot + 1));
        *dot = '\0';
    }
    for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++)
        if (strcmp(hooks[i].name, stem) == 0) {
            out->hook = hooks[i].hook;
            return dot == NULL || out->engine != NULL;
        }
    return false;
}

/* ------------------------------------------------------------------------
 * Styles
 */

static bool
is_part(struct arena *arena, enum tree_style style,
        const struct tree_file *file, struct tree_part *out)
{
    *out = (struct tree_part){.file = file};
    if (!tree_styles[style].part(arena, file, out))
        return false;
    out->file = file;
    if (out->engine == NULL)
        out->engine = file->engine;
    return true;
}

static bool
is_sql(const struct tree_file *file)
{
    const char *ending = strrchr(file->name, '.');

    return strcasecmp(ending, ".sql") == 0 ||
           tree_engine(ending + 1, strlen(ending + 1)) != NULL;
}

/*
 * The styles that names tell apart, those that ask for more first.  The others
 * are told by texts: see refine().
 */
static const struct {
    enum tree_style style;
    const char *names; /* of all that look so */
} guesses[] = {
    {STYLE_PRISMA, "prisma"},
    {STYLE_DIESEL, "diesel"},
    {STYLE_FLYWAY, "flyway"},
    {STYLE_DUET, "duet or golang-migrate"},
    {STYLE_DBMATE, "dbmate, goose or sqlx"},
    {STYLE_PLAIN, "plain"},
};

enum { GUESSES = sizeof guesses / sizeof *guesses };

/* How many files STYLE can't tell. */
static size_t
count_strangers(struct tree_reader *reader, enum tree_style style)
{
    struct tree_part part;
    size_t count = 0;

    for (size_t i = 0; i < reader->files.count; i++) {
        const struct tree_file *file = &reader->files.list[i];

        count += !is_part(&reader->arena, style, file, &part) && is_sql(file) &&
                 !hook_part(&reader->arena, file, &part);
    }
    return count;
}

static enum tree_style
guess_style(struct tree_reader *reader)
{
    enum tree_style best = STYLE_DUET;
    size_t fewest = count_strangers(reader, best);

    for (size_t i = 0; i < GUESSES && fewest > 0; i++) {
        size_t count = count_strangers(reader, guesses[i].style);

        if (count < fewest) {
            fewest = count;
            best = guesses[i].style;
        }
    }
    return best;
}

static bool
not_a_migration(struct tree_reader *reader, const struct tree_file *file,
                enum tree_style style)
{
    struct tree_part part;
    size_t like = 0;

    (void)err_set(reader->err, DUET_ERROR_USAGE, "'%s' is no migration",
                  file->path);
    while (like < GUESSES &&
           !is_part(&reader->arena, guesses[like].style, file, &part))
        like++;
    if (like == GUESSES || reader->count == 0 || style == guesses[like].style)
        return err_hint(reader->err, "%s", tree_styles[style].example);
    return err_hint(reader->err,
                    "it is in the style of %s, and '%s' is not: a directory "
                    "has one style",
                    guesses[like].names, reader->parts[0].file->path);
}

/* ------------------------------------------------------------------------
 * Parts
 */

static void
add_part(struct tree_reader *reader, const struct tree_part *part)
{
    bool is_ours =
        part->engine == NULL || strcmp(part->engine, reader->tree->engine) == 0;
    struct tree_part **list = is_ours ? &reader->parts : &reader->others;
    size_t *count = is_ours ? &reader->count : &reader->nothers;

    *list = arena_grow(&reader->arena, *list, *count,
                       is_ours ? &reader->size : &reader->others_size,
                       sizeof **list);
    (*list)[(*count)++] = *part;
}

static bool
other_language(struct tree_reader *reader, const struct tree_file *file,
               enum tree_style style)
{
    struct tree_file sql = *file;
    struct tree_part part;

    sql.name =
        arena_printf(&reader->arena, "%.*s.sql",
                     (int)(strrchr(file->name, '.') - file->name), file->name);
    if (!is_part(&reader->arena, style, &sql, &part) || part.kind == PART_HOOK)
        return true;
    (void)err_set(reader->err, DUET_ERROR_USAGE,
                  "migration '%s' is not written in SQL", file->path);
    return err_hint(reader->err, "write what it does as SQL, or leave it to "
                                 "the tool that it is for");
}

static bool
read_part(struct tree_reader *reader, const struct tree_file *file,
          enum tree_style style)
{
    struct tree_part part;

    if (!is_part(&reader->tree->arena, style, file, &part) &&
        !hook_part(&reader->arena, file, &part)) {
        const char *ending = strrchr(file->name, '.');

        if (is_sql(file))
            return not_a_migration(reader, file, style);
        return strcmp(ending, ".toml") == 0 || strcmp(ending, ".conf") == 0 ||
               other_language(reader, file, style);
    }
    add_part(reader, &part);
    return true;
}

static bool
read_parts(struct tree_reader *reader, enum tree_style style)
{
    const struct tree_files *files = &reader->files;

    for (size_t i = 0; i < files->count; i++)
        if (!read_part(reader, &files->list[i], style))
            return false;
    if (reader->count > 0 || files->other == NULL)
        return true;
    (void)err_set(reader->err, DUET_ERROR_USAGE,
                  "there are no migrations for %s in '%s'",
                  reader->tree->engine, reader->tree->dir);
    return err_hint(reader->err, "'%s' is for another engine", files->other);
}

static bool
load_parts(struct tree_reader *reader)
{
    for (size_t i = 0; i < reader->count; i++)
        if (reader->parts[i].kind != PART_DOWN &&
            !tree_text_load(&reader->tree->arena, &reader->parts[i],
                            reader->err))
            return false;
    return true;
}

/* ------------------------------------------------------------------------
 * Styles that look alike
 */

static bool
has_mark(const char *text, enum tree_style style)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\r\n");

        if (strncmp(text, "--", 2) == 0 &&
            tree_styles[style].mark(text, len) != MARK_NONE)
            return true;
        text += len + strspn(text + len, "\r\n");
    }
    return false;
}

/* Their names are `1_x.sql`. */
static enum tree_style
refine_single(const struct tree_reader *reader)
{
    for (size_t i = 0; i < reader->count; i++) {
        const char *head = reader->parts[i].head;

        if (head == NULL)
            continue;
        if (has_mark(head, STYLE_DBMATE))
            return STYLE_DBMATE;
        if (has_mark(head, STYLE_GOOSE))
            return STYLE_GOOSE;
    }
    return STYLE_SQLX;
}

/* Their names are `1_x.up.sql`. */
static enum tree_style
refine_pair(const struct tree_reader *reader)
{
    static const char no_transaction[] = "-- no-transaction";

    for (size_t i = 0; i < reader->nothers; i++)
        if (strcmp(reader->others[i].engine, ENGINE_OTHER) == 0)
            return STYLE_POPX;
    for (size_t i = 0; i < reader->count; i++) {
        const struct tree_part *part = &reader->parts[i];

        if (part->no_transaction)
            return STYLE_POPX;
        if (part->head != NULL &&
            strncmp(part->head, no_transaction, sizeof no_transaction - 1) == 0)
            return STYLE_SQLX;
    }
    return STYLE_DUET;
}

/* The style of files that look like STYLE's. */
static enum tree_style
refine(const struct tree_reader *reader, enum tree_style style)
{
    if (style == STYLE_DUET)
        return refine_pair(reader);
    return style == STYLE_DBMATE ? refine_single(reader) : style;
}

static bool
check_engines(struct tree_reader *reader)
{
    if (tree_styles[reader->tree->style].other_engines)
        return true;
    for (size_t i = 0; i < reader->nothers; i++)
        if (strcmp(reader->others[i].engine, ENGINE_OTHER) == 0) {
            (void)err_set(reader->err, DUET_ERROR_USAGE,
                          "'%s' is for an engine that there is not",
                          reader->others[i].file->path);
            return err_hint(reader->err,
                            "keep it elsewhere, or give the style of a tool "
                            "that has such files: --style popx");
        }
    return true;
}

bool
tree_parts_read(struct tree_reader *reader, enum tree_style style)
{
    bool guessed = style == STYLE_AUTO;

    if (guessed)
        style = guess_style(reader);
    if (!read_parts(reader, style) || !load_parts(reader))
        return false;
    reader->tree->style = guessed ? refine(reader, style) : style;
    return check_engines(reader);
}
