/*
 * duet verify: prove the migrations, down and up again, on both engines.
 */
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "cli/comparing.h"
#include "cli/finding_view.h"
#include "cli/migrating.h"
#include "cli/verify_view.h"
#include "migrate/verify.h"
#include "profile/place.h"
#include "profile/profile.h"

enum { ENGINES = 2 };

struct verify_args {
    struct migrating_args migrating;
    const char *server;
    const char *accepted;
    unsigned engine; /* 0: both, else one more than in comparing_engines[] */
    bool strict;
};

static const struct option_spec options[] = {
    {"for", 0, OPTION_CHOICE, offsetof(struct verify_args, engine),
     "both|sqlite|postgres", "the engine to try them on; both if not given"},
    {"server", 0, OPTION_TEXT, offsetof(struct verify_args, server), "URL",
     "make the scratch databases of PostgreSQL on that server; on that of the "
     "database that is meant elsewhere if not given"},
    {"strict", 0, OPTION_FLAG, offsetof(struct verify_args, strict), NULL,
     "each migration must have a down, and each engine be tried"},
    {"accepted", 0, OPTION_TEXT, offsetof(struct verify_args, accepted), "FILE",
     "the differences between the engines in FILE are accepted; those beside "
     "the migrations and the declaration if not given"},
    TREE_OPTIONS,
    {0},
};

/* One engine of those that are tried. */
struct trial {
    const char *engine;
    struct tree tree;
    struct verify_report report;
    const char *reason; /* why it is not tried; NULL: it is */
};

struct verification {
    struct invocation *invocation;
    const struct verify_args *args;
    const char *server; /* or NULL */
    struct trial trials[ENGINES];
    struct compared heads;
    bool has_heads; /* both were reached */
    struct progress progress;
    const char *engine; /* which is tried now */
    struct json list;   /* of its migrations, with --json */
    struct json engines;
};

static void
verification_clear(struct verification *verification)
{
    progress_end(&verification->progress);
    for (size_t i = 0; i < ENGINES; i++) {
        tree_clear(&verification->trials[i].tree);
        verify_clear(&verification->trials[i].report);
    }
    compared_clear(&verification->heads);
    json_release(&verification->list);
    json_release(&verification->engines);
}

/* ------------------------------------------------------------------------
 * What is found
 */

static void
on_step(void *context, const char *version, const char *step)
{
    struct verification *verification = context;

    progress_show(&verification->progress, "%s: %s %s", verification->engine,
                  version, step);
}

static void
on_item(void *context, const struct verify_item *item)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct verification *verification = context;

    progress_end(&verification->progress);
    if (verification->invocation->global->json)
        verify_item_json(&verification->list, item);
    else
        verify_item_print(&arena, item);
}

static void
on_scratch(void *context, struct scratch *scratch)
{
    (void)context;
    interrupt_scratch(scratch);
}

/* ------------------------------------------------------------------------
 * One engine
 */

static const char *
summary_of(struct arena *arena, const struct verify_report *report)
{
    static const char *const words[VERIFY_KINDS] = {
        [VERIFY_NO_DOWN] = "can't be undone",
        [VERIFY_DIFFERS] = "with differences",
        [VERIFY_FAILS] = "with failures",
    };
    const char *text = counted(arena, (int64_t)report->migrations, "migration");

    for (enum verify_kind i = VERIFY_NO_DOWN; i < VERIFY_KINDS; i++)
        if (report->counts[i] > 0)
            text = arena_printf(arena, "%s, %zu %s", text, report->counts[i],
                                words[i]);
    if (!report->reached_head)
        return arena_printf(arena, "%s; those behind it were not tried", text);
    return arena_printf(arena, "%s; %zu of %s had rows", text, report->sampled,
                        counted(arena, (int64_t)report->tables, "table"));
}

static void
tell_trial(struct verification *verification, const struct trial *trial)
{
    struct invocation *invocation = verification->invocation;
    struct json *json = &verification->engines;
    const struct verify_report *report = &trial->report;

    progress_end(&verification->progress);
    if (trial->reason != NULL)
        talk(invocation, "%s is not tried: %s", trial->engine, trial->reason);
    else
        talk(invocation, "%s: %s", trial->engine,
             summary_of(invocation->arena, report));
    json_open(json, NULL, '{');
    json_text(json, "engine", trial->engine);
    json_boolean(json, "tried", trial->reason == NULL);
    json_text(json, "reason", trial->reason);
    json_open(json, "migrations", '[');
    buf_text(&json->buf, buf_data(&verification->list.buf));
    json_close(json, ']');
    json_boolean(json, "reached_head", report->reached_head);
    json_integer(json, "tables", (int64_t)report->tables);
    json_integer(json, "tables_with_rows", (int64_t)report->sampled);
    json_close(json, '}');
    buf_clear(&verification->list.buf);
    verification->list.comma = false;
}

static bool
no_server(const struct verification *verification, struct trial *trial,
          struct duet_error *err)
{
    trial->reason = "no server is named";
    if (!verification->args->strict)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "%s can't be tried without a server",
                  trial->engine);
    return err_hint(err, "name one with --server URL");
}

static bool
try_tree(struct verification *verification, struct trial *trial,
         struct duet_error *err)
{
    const struct verify_options tried = {
        .replay = {.server = verification->server, .scratch = on_scratch},
        .step = on_step,
        .item = on_item,
        .context = verification,
    };

    verification->engine = trial->engine;
    if (trial->tree.count == 0)
        trial->reason = "it has no migrations";
    else if (scratch_needs_server(trial->engine) &&
             verification->server == NULL) {
        if (!no_server(verification, trial, err))
            return false;
    } else if (!verify_tree(&trial->report, &trial->tree, &tried, err)) {
        return err_wrap(err, "%s", trial->engine);
    }
    tell_trial(verification, trial);
    return true;
}

/* ------------------------------------------------------------------------
 * The heads
 */

static bool
accept(struct verification *verification, struct duet_error *err)
{
    struct accepted *accepted = &verification->heads.accepted;
    const char *given = verification->args->accepted;
    const char *const paths[] = {
        given ? given : declaration_path(NULL),
        given ? NULL : verification->trials[0].tree.dir,
    };

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (paths[i] != NULL && (given || path_is_directory(paths[i])) &&
            !accepted_read(accepted, paths[i], err))
            return false;
    accepted_apply(accepted, &verification->heads.comparison);
    /* They may be for other comparisons. */
    for (size_t i = 0; i < accepted->nrules; i++)
        accepted->rules[i].is_unused = false;
    return true;
}

static void
take_head(struct verification *verification, struct trial *trial,
          struct operand *out)
{
    *out = (struct operand){
        .text = arena_printf(verification->invocation->arena, "%s at its head",
                             trial->engine),
        .engine = trial->engine,
        .schema = trial->report.head,
    };
    trial->report.head = (struct schema){0};
}

static void
print_head(struct arena *arena, const struct finding *finding)
{
    const char *word = finding->verdict == VERDICT_DIFFERENT
                           ? severity_names[finding->severity]
                           : verdict_names[finding->verdict];
    const char *const fields[] = {
        "both",
        "heads",
        verify_kind_names[VERIFY_DIFFERS],
        word,
        finding_title(arena, finding),
        finding->attribute,
        finding->left_text,
        finding->right_text,
        finding->note,
    };

    render_line(fields, sizeof fields / sizeof *fields);
}

static size_t
count_differences(const struct compared *heads)
{
    size_t count = 0;

    for (size_t i = 0; i < heads->comparison.nfindings; i++)
        count += compared_counts(heads, &heads->comparison.findings[i]);
    return count;
}

static void
tell_heads(struct verification *verification)
{
    struct invocation *invocation = verification->invocation;
    const struct compared *heads = &verification->heads;
    size_t count = count_differences(heads);

    if (invocation->global->json)
        return;
    for (size_t i = 0; i < heads->comparison.nfindings; i++)
        if (compared_counts(heads, &heads->comparison.findings[i]))
            print_head(invocation->arena, &heads->comparison.findings[i]);
    if (count == 0)
        render_line((const char *const[]){"both", "heads", "ok"}, 3);
}

static bool
compare_heads(struct verification *verification, struct duet_error *err)
{
    struct compared *heads = &verification->heads;

    for (size_t i = 0; i < ENGINES; i++)
        if (!verification->trials[i].report.reached_head)
            return true;
    verification->has_heads = true;
    take_head(verification, &verification->trials[0], &heads->left);
    take_head(verification, &verification->trials[1], &heads->right);
    schema_compare(&heads->comparison, &heads->left.schema,
                   &heads->right.schema);
    if (!accept(verification, err))
        return false;
    tell_heads(verification);
    return true;
}

/* ------------------------------------------------------------------------
 * The whole
 */

static int
status_of(const struct verification *verification)
{
    size_t fails = 0;
    size_t differs = count_differences(&verification->heads);

    for (size_t i = 0; i < ENGINES; i++) {
        const size_t *counts = verification->trials[i].report.counts;

        fails += counts[VERIFY_FAILS];
        differs += counts[VERIFY_DIFFERS];
        if (verification->args->strict)
            differs += counts[VERIFY_NO_DOWN];
    }
    return fails > 0 ? 1 : differs > 0 ? 3 : 0;
}

static void
print_document(struct verification *verification)
{
    static const struct compare_args shown = {0};
    SCOPED(json_release) struct json json = {0};

    if (!verification->invocation->global->json)
        return;
    json_open(&json, NULL, '{');
    json_boolean(&json, "good", status_of(verification) == 0);
    json_open(&json, "engines", '[');
    buf_text(&json.buf, buf_data(&verification->engines.buf));
    json_close(&json, ']');
    if (verification->has_heads)
        finding_view_json(&json, "heads", verification->invocation, &shown,
                          &verification->heads);
    else
        json_text(&json, "heads", NULL);
    json_close(&json, '}');
    json_print(&json, stdout);
}

/* The database that is meant elsewhere says where its server is. */
static bool
find_server(struct verification *verification, struct duet_error *err)
{
    const struct global_options *global = verification->invocation->global;
    const char *url = verification->args->server;
    struct duet_error why = {0};

    if (url == NULL && !invocation_url(verification->invocation, &url, &why)) {
        if (global->url == NULL && global->profile == NULL)
            return true;
        if (err != NULL)
            *err = why;
        return false;
    }
    if (place_is_url(url) && scratch_needs_server(place_engine(url))) {
        verification->server = url;
        return true;
    }
    if (verification->args->server == NULL)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "'%s' is no URL of a server",
                  place_redact(verification->invocation->arena, url));
    return err_hint(err, "such as postgres://localhost");
}

static bool
read_trees(struct verification *verification, struct duet_error *err)
{
    unsigned wanted = verification->args->engine;

    for (unsigned i = 0; i < ENGINES; i++) {
        struct trial *trial = &verification->trials[i];

        trial->engine = comparing_engines[i];
        if (wanted != 0 && wanted != i + 1)
            continue;
        if (!migrating_tree(verification->invocation, trial->engine,
                            &trial->tree, err))
            return false;
    }
    return true;
}

static bool
try_trees(struct verification *verification, struct duet_error *err)
{
    unsigned wanted = verification->args->engine;

    for (unsigned i = 0; i < ENGINES; i++)
        if ((wanted == 0 || wanted == i + 1) &&
            !try_tree(verification, &verification->trials[i], err))
            return false;
    return true;
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(verification_clear)
    struct verification verification = {.invocation = invocation,
                                        .args = invocation->args};

    verification.heads.is_strict = verification.args->strict;
    progress_start(&verification.progress, invocation->global->quiet);
    if (!find_server(&verification, err) || !read_trees(&verification, err) ||
        !try_trees(&verification, err) || !compare_heads(&verification, err))
        return false;
    print_document(&verification);
    invocation->status = status_of(&verification);
    return true;
}

const struct command command_verify = {
    .name = "verify",
    .summary = "prove the migrations on scratch databases, down and up again",
    .operands = "",
    .description =
        "Applies the migrations one by one on scratch databases of each "
        "engine,\n"
        "with rows in the tables.  Each that has a down is undone, which must\n"
        "bring back exactly the schema from before, and applied again.  Rows\n"
        "and values that no statement deletes must be there afterwards.  Then\n"
        "all of them go down and up again, and the schemas that the two\n"
        "engines end with are compared, as 'duet compare' does.  Databases of\n"
        "yours are not touched, and hooks are not run.\n"
        "\n"
        "Each migration is a line: the engine, the version and 'ok', or else\n"
        "each thing that there is to say of it: its kind (fails, differs,\n"
        "no-down or note), the step (up, down or 'up again'), what it is\n"
        "about, the attribute, and how that was and is.\n"
        "\n"
        "The exit status is 1 if something fails, 3 if something differs.\n",
    .example = "mkdir migrations\n"
               "echo 'create table t (a int);' >migrations/0001_t.up.sql\n"
               "echo 'drop table t;' >migrations/0001_t.down.sql\n"
               "duet verify\n",
    .args_size = sizeof(struct verify_args),
    .options = options,
    .run = run,
};
