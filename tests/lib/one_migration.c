#include "lib/one_migration.h"

#include "base/attr.h"
#include "migrate/migrate.h"

static void
keep_note(void *context, const struct migrate_event *event)
{
    if (event->kind == EVENT_NOTE)
        buf_printf(context, "%s\n", event->text);
}

/* Repeatable: another one on the same database counts as its new text. */
bool
one_migration(struct db *db, const char *sql, struct buf *notes,
              struct duet_error *err)
{
    struct migration migration = {
        .version = "one",
        .name = "one",
        .up = {.name = "one.sql", .text = sql},
        .repeatable = true,
    };
    const struct tree tree = {
        .engine = "sqlite",
        .language = LANGUAGE_SQLITE,
        .style = STYLE_DUET,
        .list = &migration,
        .count = 1,
    };
    const struct migrate_options options = {
        .url = "sqlite::memory:", .event = keep_note, .context = notes};
    struct migrate_report report;

    return script_checksum_all(&migration.up, LANGUAGE_SQLITE,
                               migration.checksum, err) &&
           migrate_up(db, &tree, &options, &report, err);
}
