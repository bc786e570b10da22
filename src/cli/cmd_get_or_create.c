/*
 * duet get-or-create: a row that is there afterwards, or a file of them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/outcome.h"
#include "cli/render.h"
#include "rows/batch.h"
#include "rows/get_or_create.h"

struct get_args {
    const char *const *set;
    const char *const *set_null;
    unsigned on_difference; /* 1: ignore */
    const char *batch;
    unsigned format; /* enum batch_format */
    unsigned lock_timeout;
};

static const struct option_spec options[] = {
    {"set", 's', OPTION_TEXTS, offsetof(struct get_args, set), "COLUMN=VALUE",
     "what another column of the row has to be; may be given more than once"},
    {"set-null", 0, OPTION_LIST, offsetof(struct get_args, set_null), "COLUMN",
     "the same, where the value is NULL"},
    {"on-difference", 'd', OPTION_CHOICE,
     offsetof(struct get_args, on_difference), "fail|ignore",
     "what to do about a row that is there with other values; fail if not "
     "given"},
    {"batch", 'b', OPTION_TEXT, offsetof(struct get_args, batch), "FILE",
     "take the rows from FILE (standard input if -), all of them or none"},
    {"format", 'f', OPTION_CHOICE, offsetof(struct get_args, format),
     "guess|csv|jsonl", "of FILE; guessed if not given"},
    {"lock-timeout", 't', OPTION_DURATION,
     offsetof(struct get_args, lock_timeout), "TIME",
     "give up after TIME without a lock, say 300ms; 5s if not given"},
    {0},
};

/* ------------------------------------------------------------------------
 * One row
 */

/* Columns and their values, in two lists as the getter takes them. */
struct pairs {
    const char **columns;
    const char **values;
    size_t count;
};

static size_t
list_len(const char *const *list)
{
    size_t len = 0;

    while (list != NULL && list[len] != NULL)
        len++;
    return len;
}

static void
pairs_init(struct pairs *pairs, struct arena *arena, size_t most)
{
    pairs->columns = arena_array(arena, most + 1, sizeof *pairs->columns);
    pairs->values = arena_array(arena, most + 1, sizeof *pairs->values);
}

/* VALUE may be NULL. */
static void
pairs_add(struct pairs *pairs, const char *column, const char *value)
{
    pairs->columns[pairs->count] = column;
    pairs->values[pairs->count++] = value;
}

/* From TEXTS like "label=localhost"; the value may be empty. */
static bool
pairs_read(struct pairs *pairs, struct arena *arena, const char *const *texts,
           size_t count, struct duet_error *err)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = strcspn(texts[i], "=");

        if (texts[i][len] == '\0') {
            (void)err_set(err, DUET_ERROR_USAGE, "no value for '%s'", texts[i]);
            return err_hint(err, "write %s=VALUE", texts[i]);
        }
        if (len == 0)
            return err_set(err, DUET_ERROR_USAGE, "no column for '%s'",
                           texts[i]);
        pairs_add(pairs, arena_copy(arena, texts[i], len), texts[i] + len + 1);
    }
    return true;
}

static bool
read_set(struct pairs *set, struct arena *arena, const struct get_args *args,
         struct duet_error *err)
{
    size_t count = list_len(args->set);
    size_t nulls = list_len(args->set_null);

    pairs_init(set, arena, count + nulls);
    if (!pairs_read(set, arena, args->set, count, err))
        return false;
    for (size_t i = 0; i < nulls; i++)
        pairs_add(set, args->set_null[i], NULL);
    return true;
}

static void
print_row(struct invocation *invocation, const char *table,
          const struct duet_row *row)
{
    SCOPED(json_release) struct json json = {0};

    if (!invocation->global->json) {
        outcome_line(invocation->arena, table, row);
        return;
    }
    json_open(&json, NULL, '{');
    outcome_json(&json, table, row);
    json_close(&json, '}');
    json_print(&json, stdout);
}

/* The outcome is data and printed in any case; here it becomes an error. */
static bool
accept_row(struct invocation *invocation, const char *table,
           const struct duet_row *row, struct duet_error *err)
{
    const struct get_args *args = invocation->args;
    const char *differences = outcome_differences(invocation->arena, row);

    print_row(invocation, table, row);
    if (row->outcome != DUET_DIFFERENT)
        return true;
    if (args->on_difference != 0) {
        talk(invocation, "row of '%s' is different: %s", table, differences);
        return true;
    }
    (void)err_set(err, DUET_ERROR_DRIFT, "row of '%s' is different: %s", table,
                  differences);
    return err_hint(err, "change the row, or take it as it is with "
                         "--on-difference ignore");
}

static bool
get_row(struct invocation *invocation, const char *table,
        const struct pairs *key, const struct pairs *set,
        struct duet_error *err)
{
    const struct get_args *args = invocation->args;
    const struct db_options db_options = {.lock_timeout = args->lock_timeout};
    SCOPED(database_close) struct db *db = NULL;
    SCOPED(getter_close) struct duet_getter *getter = NULL;
    struct duet_row row = {0};

    return invocation_open(invocation, &db_options, &db, err) &&
           getter_open(&getter, db, table, key->columns, key->count,
                       set->columns, set->count, err) &&
           get_or_create(getter, key->values, set->values, &row, err) &&
           accept_row(invocation, table, &row, err);
}

static bool
run_row(struct invocation *invocation, struct duet_error *err)
{
    struct arena *arena = invocation->arena;
    size_t nkey = invocation->noperands - 1;
    struct pairs key = {0}, set = {0};

    if (nkey == 0) {
        (void)err_set(err, DUET_ERROR_USAGE, "no KEY=VALUE given");
        return err_hint(err, "name the row: duet get-or-create %s KEY=VALUE",
                        invocation->operands[0]);
    }
    pairs_init(&key, arena, nkey);
    return pairs_read(&key, arena, invocation->operands + 1, nkey, err) &&
           read_set(&set, arena, invocation->args, err) &&
           get_row(invocation, invocation->operands[0], &key, &set, err);
}

/* ------------------------------------------------------------------------
 * A file of rows
 */

/* What the events of a batch are shown with. */
struct view {
    struct invocation *invocation;
    const char *table;
    struct progress progress;
    uint64_t size; /* of the file, 0 if that can't be told */
};

static void
show_progress(struct view *view, const struct batch_event *event)
{
    unsigned long long rows = event->created + event->found + event->different;

    if (view->size > 0)
        progress_show(&view->progress, "%llu rows, %.0f %%", rows,
                      100.0 * (double)event->bytes / (double)view->size);
    else
        progress_show(&view->progress, "%llu rows", rows);
}

static void
show_event(void *context, const struct batch_event *event)
{
    struct view *view = context;
    SCOPED(json_release) struct json json = {0};

    show_progress(view, event);
    if (!view->invocation->global->json)
        return;
    json_open(&json, NULL, '{');
    json_integer(&json, "line", (int64_t)event->line);
    outcome_json(&json, view->table, event->row);
    json_close(&json, '}');
    json_print(&json, stdout);
}

/* The last of the lines, and the one that says that the rest is committed. */
static void
print_total_json(const struct batch_event *total)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '{');
    json_open(&json, "total", '{');
    json_integer(&json, "created", (int64_t)total->created);
    json_integer(&json, "found", (int64_t)total->found);
    json_integer(&json, "different", (int64_t)total->different);
    json_close(&json, '}');
    json_close(&json, '}');
    json_print(&json, stdout);
}

static void
print_total(const struct batch_event *total, bool json)
{
    if (json) {
        print_total_json(total);
        return;
    }
    (void)printf("created\t%llu\nfound\t%llu\ndifferent\t%llu\n",
                 (unsigned long long)total->created,
                 (unsigned long long)total->found,
                 (unsigned long long)total->different);
}

static enum batch_format
format_of(const struct get_args *args)
{
    static const struct {
        const char *suffix;
        enum batch_format format;
    } suffixes[] = {
        {".csv", BATCH_CSV},
        {".jsonl", BATCH_JSON_LINES},
        {".ndjson", BATCH_JSON_LINES},
    };
    const char *suffix = strrchr(args->batch, '.');

    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (args->format == BATCH_GUESS && suffix != NULL &&
            strcmp(suffixes[i].suffix, suffix) == 0)
            return suffixes[i].format;
    return (enum batch_format)args->format;
}

static uint64_t
file_size(FILE *file)
{
    struct stat status;

    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode))
        return 0;
    return (uint64_t)status.st_size;
}

static void
close_file(FILE **file)
{
    if (*file != NULL && *file != stdin)
        (void)fclose(*file);
}

static bool
open_file(FILE **file, const char *path, struct duet_error *err)
{
    struct stat status;

    *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (*file == NULL)
        return err_errno(err, "file '%s'", path);
    if (fstat(fileno(*file), &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return err_errno(err, "file '%s'", path);
    }
    return true;
}

static bool
run_file(struct invocation *invocation, FILE *file, struct duet_error *err)
{
    const struct get_args *args = invocation->args;
    const bool from_stdin = file == stdin;
    struct view view = {.invocation = invocation,
                        .table = invocation->operands[0],
                        .size = file_size(file)};
    const struct batch_options batch = {
        .format = format_of(args),
        .key = invocation->operands + 1,
        .nkey = invocation->noperands - 1,
        .ignore_differences = args->on_difference != 0,
        .event = show_event,
        .context = &view,
    };
    const struct db_options db_options = {.lock_timeout = args->lock_timeout};
    SCOPED(database_close) struct db *db = NULL;
    struct batch_event total = {0};
    bool done;

    if (!invocation_open(invocation, &db_options, &db, err))
        return false;
    progress_start(&view.progress, invocation->global->quiet);
    done = batch_run(db, view.table, file,
                     from_stdin ? "standard input" : args->batch, &batch,
                     &total, err);
    progress_end(&view.progress);
    if (done)
        print_total(&total, invocation->global->json);
    return done;
}

static bool
run_batch(struct invocation *invocation, struct duet_error *err)
{
    const struct get_args *args = invocation->args;
    SCOPED(close_file) FILE *file = NULL;

    for (size_t i = 1; i < invocation->noperands; i++) {
        if (strchr(invocation->operands[i], '=') == NULL)
            continue;
        (void)err_set(err, DUET_ERROR_USAGE, "unexpected value in '%s'",
                      invocation->operands[i]);
        return err_hint(err, "with --batch, only name the columns of the key");
    }
    if (args->set != NULL || args->set_null != NULL)
        return err_set(err, DUET_ERROR_USAGE,
                       "option '--set' can't be used with '--batch'");
    return open_file(&file, args->batch, err) &&
           run_file(invocation, file, err);
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    const struct get_args *args = invocation->args;

    if (args->batch != NULL)
        return run_batch(invocation, err);
    if (args->format != BATCH_GUESS) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "option '--format' needs '--batch'");
        return err_hint(err, "it is the format of the file");
    }
    return run_row(invocation, err);
}

const struct command command_get_or_create = {
    .name = "get-or-create",
    .summary = "find a row by its unique key, or create it",
    .operands = "TABLE [KEY[=VALUE]]...",
    .description =
        "Finds the row of TABLE in which each KEY column has its VALUE, or\n"
        "creates it with the values of --set; of any number that run at the\n"
        "same time one creates it.  The KEY columns are those of a unique\n"
        "index.  Columns that are not named get their defaults.  An empty\n"
        "VALUE is the empty text; for NULL there is --set-null.\n"
        "\n"
        "It prints a line: found, created or different, a tab, the table,\n"
        "and for each column of the primary key a tab and column=value.\n"
        "Different is a row that is there with other values than those of\n"
        "--set: the exit status is 3 then, unless --on-difference is ignore.\n"
        "\n"
        "With --batch the rows come from a file, CSV with a heading or a JSON\n"
        "object a line, and are written in one transaction.  KEY is a column\n"
        "alone then, and may be left out where one unique index is meant.  It\n"
        "prints how many rows were created, found and different; with --json,\n"
        "a line for each row, and at the end, when all is committed, one with\n"
        "the total.\n",
    .example = "duet presto\n"
               "duet get-or-create db_dbcomputer label=laptop "
               "--set hostname=localhost\n"
               "printf '%s\\n' label,hostname laptop,localhost "
               "server,example.org >computers.csv\n"
               "duet get-or-create db_dbcomputer label --batch computers.csv\n",
    .args_size = sizeof(struct get_args),
    .options = options,
    .run = run,
};
