#include "migrate/adopt.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "migrate/ledger.h"
#include "schema/reflect.h"

struct examining {
    struct adoption *out;
    struct db *db;
    const struct tree *tree;
    const struct adopt_options *options;
    struct foreign_ledger *ledgers; /* all that there are */
    size_t nledgers;
};

void
adoption_clear(struct adoption *adoption)
{
    comparison_clear(&adoption->comparison);
    schema_clear(&adoption->made);
    schema_clear(&adoption->found);
    arena_clear(&adoption->arena);
    *adoption = (struct adoption){0};
}

/* ------------------------------------------------------------------------
 * The ledger
 */

static bool
is_new_here(struct db *db, struct duet_error *err)
{
    SCOPED(ledger_clear) struct ledger ledger = {0};

    if (!ledger_read(&ledger, db, err))
        return false;
    if (ledger.count == 0)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "the database has a history already, from '%s' on",
                  ledger.list[0].version);
    return err_hint(err, "'duet status' shows it");
}

/* "dbmate (schema_migrations), goose (goose_db_version)" */
static const char *
list_ledgers(const struct examining *examining)
{
    SCOPED(buf_release) struct buf text = {0};

    for (size_t i = 0; i < examining->nledgers; i++)
        buf_printf(&text, "%s%s (%s)", text.len ? ", " : "",
                   examining->ledgers[i].tool, examining->ledgers[i].table);
    return arena_text(&examining->out->arena, buf_data(&text));
}

static bool
no_ledger(const struct examining *examining, struct duet_error *err)
{
    const char *from = examining->options->from;

    if (examining->nledgers == 0) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "the database has no ledger of another tool");
        return err_hint(err, "name its table with --table, or take migrations "
                             "for done with 'duet baseline'");
    }
    (void)err_set(err, DUET_ERROR_USAGE, "the database has no ledger of '%s'",
                  from);
    return err_hint(err, "it has: %s", list_ledgers(examining));
}

static bool
several_ledgers(const struct examining *examining, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "the database has several ledgers: %s",
                  list_ledgers(examining));
    return err_hint(err, "say which with --from TOOL or --table NAME");
}

static bool
choose(struct examining *examining, struct duet_error *err)
{
    const char *from = examining->options->from;
    const struct foreign_ledger *found = NULL;
    size_t count = 0;

    for (size_t i = 0; i < examining->nledgers; i++) {
        if (from != NULL && strcmp(examining->ledgers[i].tool, from) != 0)
            continue;
        found = &examining->ledgers[i];
        count++;
    }
    if (count == 0)
        return no_ledger(examining, err);
    if (count > 1)
        return several_ledgers(examining, err);
    examining->out->ledger = found;
    return true;
}

static bool
find_ledger(struct examining *examining, struct duet_error *err)
{
    struct adoption *out = examining->out;

    return foreign_ledgers(examining->db, &out->arena,
                           examining->options->table, &examining->ledgers,
                           &examining->nledgers, err) &&
           choose(examining, err);
}

/* ------------------------------------------------------------------------
 * What it says
 */

static bool
is_whole(const struct foreign_ledger *ledger, struct duet_error *err)
{
    if (ledger->dirty == NULL)
        return true;
    (void)err_set(err, DUET_ERROR_DRIFT,
                  "version '%s' failed halfway, says the ledger of %s",
                  ledger->dirty, ledger->tool);
    return err_hint(err, "mend the database and its ledger first, with %s",
                    ledger->tool);
}

static bool
is_known(struct examining *examining, struct duet_error *err)
{
    SCOPED(buf_release) struct buf list = {0};
    const struct foreign_match *match = &examining->out->match;
    const struct foreign_ledger *ledger = examining->out->ledger;
    enum { SHOWN = 8 };

    if (match->nunknown == 0)
        return true;
    for (size_t i = 0; i < match->nunknown && i < SHOWN; i++)
        buf_printf(&list, "%s'%s'", i > 0 ? ", " : "", match->unknown[i]);
    (void)err_set(
        err, DUET_ERROR_DRIFT,
        "%zu of the versions in the ledger of %s %s not in '%s': %s%s",
        match->nunknown, ledger->tool, match->nunknown == 1 ? "is" : "are",
        examining->tree->dir, buf_data(&list),
        match->nunknown > SHOWN ? ", ..." : "");
    return err_hint(err, "bring their files back, or name the directory with "
                         "--migrations");
}

static bool
read_map(const struct examining *examining, struct foreign_map *map,
         struct duet_error *err)
{
    const struct foreign_ledger *ledger = examining->out->ledger;
    const char *path = examining->options->map;

    if (path != NULL)
        return foreign_map_read(map, &examining->out->arena, path, err);
    if (!ledger->needs_map)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "the revisions of %s are no versions of '%s'", ledger->tool,
                  examining->tree->dir);
    return err_hint(err, "write a file with lines REVISION VERSION, and name "
                         "it with --map");
}

static void
count_pending(struct examining *examining)
{
    struct adoption *out = examining->out;

    for (size_t i = 0; i < examining->tree->count; i++)
        if (out->match.applied[i])
            out->newest = examining->tree->list[i].version;
        else
            out->pending += !examining->tree->list[i].is_baseline;
}

static bool
match(struct examining *examining, struct duet_error *err)
{
    struct adoption *out = examining->out;
    struct foreign_map map = {0};

    if (!is_whole(out->ledger, err) || !read_map(examining, &map, err) ||
        !foreign_match(out->ledger, examining->tree,
                       examining->options->map ? &map : NULL, &out->arena,
                       &out->match, err) ||
        !is_known(examining, err))
        return false;
    count_pending(examining);
    return true;
}

/* ------------------------------------------------------------------------
 * The schema
 */

/* The tree, but those that were not applied. */
static struct tree
applied_part(struct examining *examining)
{
    struct adoption *out = examining->out;
    struct tree part = *examining->tree;

    part.list = arena_array(&out->arena, part.count + 1, sizeof *part.list);
    part.count = 0;
    for (size_t i = 0; i < examining->tree->count; i++)
        if (out->match.applied[i])
            part.list[part.count++] = examining->tree->list[i];
    return part;
}

static bool
replay_part(struct examining *examining, const struct replay_options *options,
            struct duet_error *err)
{
    SCOPED(replay_close) struct replay replay = {0};
    struct tree part = applied_part(examining);

    return (replay_open(&replay, &part, options, err) &&
            replay_up(&replay, NULL, NULL, err) &&
            replay_reflect(&replay, &examining->out->made, err)) ||
           err_wrap(err, "scratch database");
}

/* The ledgers of other tools are no part of what migrations make. */
static void
hide_ledgers(const struct examining *examining, struct schema *schema)
{
    SCOPED(arena_clear) struct arena arena = {0};

    for (size_t i = 0; i < examining->nledgers; i++) {
        const char *table = examining->ledgers[i].table;
        struct object *const parts[] = {
            schema_find(schema, OBJECT_TABLE, NULL, table),
            schema_find(schema, OBJECT_OTHER, NULL,
                        arena_printf(&arena, "table %s", table)),
        };

        for (size_t j = 0; j < sizeof parts / sizeof *parts; j++)
            if (parts[j] != NULL)
                schema_remove(schema, parts[j]);
    }
}

static bool
read_found(struct examining *examining, const char **current,
           struct duet_error *err)
{
    struct adoption *out = examining->out;
    struct db *db = examining->db;

    if (!db_ask(db, &out->arena, db_sql(db, SQL_CURRENT_SCHEMA), NULL, 0,
                current, err) ||
        !schema_reflect(&out->found, db, err))
        return false;
    ledger_hide(&out->found);
    hide_ledgers(examining, &out->found);
    return true;
}

static bool
compare(struct examining *examining, struct duet_error *err)
{
    struct replay_options options = examining->options->replay;
    struct adoption *out = examining->out;

    if (!read_found(examining, &options.current, err) ||
        !replay_part(examining, &options, err))
        return false;
    hide_ledgers(examining, &out->made);
    if (!replay_compare(&out->comparison, examining->tree->engine, &options,
                        &out->made, &out->found, err))
        return false;
    for (size_t i = 0; i < out->comparison.nfindings; i++)
        out->ndifferences += finding_counts(&out->comparison.findings[i]);
    return true;
}

bool
adopt_examine(struct adoption *out, struct db *db, const struct tree *tree,
              const struct adopt_options *options, struct duet_error *err)
{
    struct examining examining = {
        .out = out, .db = db, .tree = tree, .options = options};

    return is_new_here(db, err) && find_ledger(&examining, err) &&
           match(&examining, err) && compare(&examining, err);
}
