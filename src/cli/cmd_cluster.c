/*
 * duet cluster: private PostgreSQL servers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/cluster_view.h"
#include "cli/render.h"
#include "cli/subprocess.h"

/* The first member of the arguments of those that start one. */
struct starting_args {
    const char *pg_bin;
    const char *run_as;
    const char *locale;
    const char *const *settings;
    const char *migrations;
    const char *style;
    bool tcp;
    bool keep;
};

/* clang-format off */
#define STARTING_OPTIONS                                                     \
    {"migrations", 'm', OPTION_TEXT,                                         \
     offsetof(struct starting_args, migrations), "DIR",                      \
     "bring its database to the head of the migrations in DIR"},             \
    {"style", 0, OPTION_TEXT, offsetof(struct starting_args, style),         \
     "STYLE", "which tool's the files are, such as goose; found by looking " \
     "if not given"},                                                        \
    {"set", 0, OPTION_TEXTS, offsetof(struct starting_args, settings),       \
     "NAME=VALUE", "a setting of the server, such as work_mem=64MB"},        \
    {"tcp", 0, OPTION_FLAG, offsetof(struct starting_args, tcp), NULL,       \
     "listen on 127.0.0.1, too, with a random password"},                    \
    {"locale", 0, OPTION_TEXT, offsetof(struct starting_args, locale),       \
     "LOCALE", "how it sorts and what letters are; C if not given"},         \
    {"pg-bin", 0, OPTION_TEXT, offsetof(struct starting_args, pg_bin),       \
     "DIR", "the directory of the server's programs; if not given PG_BIN, "  \
     "else the newest that is installed"},                                   \
    {"run-as", 0, OPTION_TEXT, offsetof(struct starting_args, run_as),       \
     "USER", "as root, the user it runs as; if not given the one who called "\
     "sudo, postgres or nobody"},                                            \
    {"keep-files", 0, OPTION_FLAG, offsetof(struct starting_args, keep),     \
     NULL, "leave its files in the end, with the log"}
/* clang-format on */

static bool
refuse_database(const struct invocation *invocation, struct duet_error *err)
{
    const struct global_options *global = invocation->global;

    if (global->url == NULL && global->profile == NULL)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "option '--%s' has no meaning here",
                  global->url != NULL ? "url" : "profile");
    return err_hint(err, "a cluster has a database of its own");
}

/*
 * What would lead to another server in spite of a URL, or has this one refuse:
 * us while it is migrated, and the command later.
 */
static void
clear_environment(void)
{
    static const char *const misleading[] = {
        "PGHOSTADDR",    "PGSERVICE",
        "PGPASSWORD",    "PGSSLMODE",
        "PGREQUIRESSL",  "PGCHANNELBINDING",
        "PGREQUIREAUTH", "PGTARGETSESSIONATTRS",
        "DUET_PROFILE",
    };

    for (size_t i = 0; i < sizeof misleading / sizeof *misleading; i++)
        (void)unsetenv(misleading[i]);
}

/* GIVEN is what the options of all don't say. */
static bool
start(const struct invocation *invocation, const struct starting_args *args,
      const struct cluster_options *given, struct cluster *out,
      struct duet_error *err)
{
    SCOPED(tree_clear) struct tree tree = {0};
    struct cluster_options options = *given;
    enum tree_style style;

    options.bin = args->pg_bin;
    options.run_as = args->run_as;
    options.locale = args->locale;
    options.settings = args->settings;
    options.tcp = args->tcp;
    options.keep = args->keep;
    options.tree = args->migrations != NULL ? &tree : NULL;
    clear_environment();
    return refuse_database(invocation, err) &&
           tree_style_find(args->style, &style, err) &&
           (args->migrations == NULL ||
            tree_read(&tree, args->migrations, "postgres", style, err)) &&
           cluster_start(out, invocation->arena, &options, err);
}

static void
say_kept(const struct invocation *invocation, const struct ephemeral *place)
{
    if (ephemeral_is_kept(place))
        talk(invocation, "its files are in '%s'", place->dir);
}

/* ------------------------------------------------------------------------
 * run
 */

static const struct option_spec run_options[] = {STARTING_OPTIONS, {0}};

static void
set_environment(const struct cluster *cluster)
{
    const char *const set[][2] = {
        {"DATABASE_URL", cluster->url},    {"PGHOST", cluster->host},
        {"PGPORT", cluster->port},         {"PGUSER", cluster->user},
        {"PGDATABASE", cluster->database}, {"PGPASSWORD", cluster->password},
    };

    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        if (set[i][1] != NULL)
            (void)setenv(set[i][0], set[i][1], 1);
}

/* The status of the command counts, even where that could not be begun. */
static bool
run_run(struct invocation *invocation, struct duet_error *err)
{
    const struct cluster_options options = {.owners = {process_self()}};
    struct duet_error failure = {0};
    struct cluster cluster;

    if (!start(invocation, invocation->args, &options, &cluster, err))
        return false;
    set_environment(&cluster);
    if (!subprocess_run(invocation->operands, &invocation->status, &failure))
        render_error(&failure, invocation->global->json);
    if (!cluster_stop(&cluster, err))
        return false;
    say_kept(invocation, &cluster.place);
    return true;
}

static const struct command command_run = {
    .name = "run",
    .summary = "run a command with a private PostgreSQL server",
    .operands = "COMMAND [ARGUMENT]...",
    .description =
        "Starts a server that nobody else can reach, runs COMMAND with\n"
        "DATABASE_URL, PGHOST, PGPORT, PGUSER and PGDATABASE set (and\n"
        "PGPASSWORD with --tcp), and takes the server away again, also where\n"
        "this is killed.  Write -- before the command, so that its options\n"
        "are left to it.\n"
        "\n"
        "The exit status is the command's; 128 and the signal's number if one\n"
        "ended it; 127 if there is no such command, 126 if it can't be run.\n",
    .example = "duet cluster run -- duet clear\n",
    .args_size = sizeof(struct starting_args),
    .options = run_options,
    .run = run_run,
};

/* ------------------------------------------------------------------------
 * start
 */

struct start_args {
    struct starting_args starting;
    const char *name;
    const char *owner;
    unsigned time_to_live;
};

static const struct option_spec start_options[] = {
    {"name", 0, OPTION_TEXT, offsetof(struct start_args, name), "NAME",
     "call it so; one of that name that runs already is used as it is"},
    {"owner-pid", 0, OPTION_TEXT, offsetof(struct start_args, owner), "PID",
     "the process with which it ends; the one that started this if not given"},
    {"ttl", 0, OPTION_DURATION, offsetof(struct start_args, time_to_live),
     "TIME", "end it after TIME at the latest"},
    STARTING_OPTIONS,
    {0},
};

/* A subshell, as that of $(...), ends right away: its shell is meant. */
static bool
find_owner(const char *given, struct process *out, struct duet_error *err)
{
    struct process self = process_self();

    if (given != NULL)
        return process_parse(given, out, err);
    if (!process_parent(&self, out)) {
        (void)err_set(err, DUET_ERROR_IO, "the calling process has ended");
        return err_hint(err, "name another one with --owner-pid");
    }
    while (process_is_fork(out) && process_parent(out, out))
        continue;
    return true;
}

static bool
run_start(struct invocation *invocation, struct duet_error *err)
{
    const struct start_args *args = invocation->args;
    struct cluster_options options = {
        .name = args->name,
        .time_to_live = args->time_to_live,
    };
    struct cluster cluster;

    if (!find_owner(args->owner, &options.owners[0], err) ||
        !start(invocation, &args->starting, &options, &cluster, err))
        return false;
    cluster_view(invocation, &cluster);
    return true;
}

static const struct command command_start = {
    .name = "start",
    .summary = "start a private PostgreSQL server",
    .operands = "",
    .description =
        "Starts a server that nobody else can reach, and prints the URL of\n"
        "its database.  It runs until the process ends that started this (the\n"
        "shell, also from $(...), or what else ran it), until 'duet cluster\n"
        "stop', or for the TIME of --ttl; then all of it is gone.\n",
    .example = "url=$(duet cluster start)\n"
               "duet --url \"$url\" clear\n"
               "duet cluster stop \"$url\"\n",
    .args_size = sizeof(struct start_args),
    .options = start_options,
    .run = run_start,
};

/* ------------------------------------------------------------------------
 * list
 */

static bool
find_clusters(struct arena *arena, struct cluster **out, size_t *count,
              struct duet_error *err)
{
    struct ephemeral *places;
    size_t nplaces;

    *count = 0;
    if (!ephemeral_list(arena, &places, &nplaces, err))
        return false;
    *out = arena_array(arena, nplaces + 1, sizeof **out);
    for (size_t i = 0; i < nplaces; i++)
        *count += cluster_of(&(*out)[*count], arena, &places[i]);
    return true;
}

static bool
run_list(struct invocation *invocation, struct duet_error *err)
{
    struct cluster *clusters;
    size_t count;

    if (!refuse_database(invocation, err) ||
        !find_clusters(invocation->arena, &clusters, &count, err))
        return false;
    cluster_view_list(invocation, clusters, count);
    if (count == 0)
        talk(invocation, "there are no clusters");
    return true;
}

static const struct command command_list = {
    .name = "list",
    .summary = "list the private servers",
    .operands = "",
    .description =
        "Prints a line for each: its name, a tab, the version of PostgreSQL,\n"
        "a tab, its state, a tab, the URL without its password.  The state is\n"
        "running, kept (the files of --keep-files) or left (by a process that\n"
        "was killed; sweep takes it away, and so does the next start).\n",
    .example = "duet cluster list\n",
    .run = run_list,
};

/* ------------------------------------------------------------------------
 * stop
 */

static bool
name_one(const struct cluster *clusters, size_t count, struct arena *arena,
         struct duet_error *err)
{
    SCOPED(buf_release) struct buf names = {0};

    if (count == 0) {
        (void)err_set(err, DUET_ERROR_USAGE, "there are no clusters");
        return err_hint(err, "'duet cluster start' starts one");
    }
    (void)err_set(err, DUET_ERROR_USAGE, "there are %s",
                  counted(arena, (int64_t)count, "cluster"));
    for (size_t i = 0; i < count; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", clusters[i].place.name);
    return err_hint(err, "name the one to stop: %s", buf_data(&names));
}

static bool
find_only(struct ephemeral *out, struct arena *arena, struct duet_error *err)
{
    struct cluster *clusters;
    size_t count;

    if (!find_clusters(arena, &clusters, &count, err))
        return false;
    if (count != 1)
        return name_one(clusters, count, arena, err);
    *out = clusters[0].place;
    return true;
}

static bool
is_called(const struct ephemeral *place, struct arena *arena, const char *text)
{
    struct cluster cluster;

    return strcmp(place->name, text) == 0 ||
           (cluster_of(&cluster, arena, place) &&
            strcmp(cluster.url, text) == 0);
}

/* Also one that is no cluster: a worker's profile may have been kept. */
static bool
find_called(struct ephemeral *out, struct arena *arena, const char *text,
            struct duet_error *err)
{
    struct ephemeral *places;
    size_t count;

    if (!ephemeral_list(arena, &places, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (is_called(&places[i], arena, text)) {
            *out = places[i];
            return true;
        }
    (void)err_set(err, DUET_ERROR_USAGE, "there is no cluster '%s'", text);
    return err_hint(err, "'duet cluster list' lists them");
}

static bool
run_stop(struct invocation *invocation, struct duet_error *err)
{
    struct arena *arena = invocation->arena;
    struct ephemeral place = {0};

    if (!refuse_database(invocation, err) ||
        !(invocation->noperands == 0
              ? find_only(&place, arena, err)
              : find_called(&place, arena, invocation->operands[0], err)) ||
        !ephemeral_close(&place, err))
        return false;
    cluster_view_gone(invocation, &place, 1);
    if (place.in_use)
        say_kept(invocation, &place);
    return true;
}

static const struct command command_stop = {
    .name = "stop",
    .summary = "stop a private server and remove its files",
    .operands = "[NAME]",
    .description =
        "Stops the server that 'duet cluster start' has started, by its NAME\n"
        "or its URL; the only one if none is given.  When it returns all of\n"
        "it is gone.  The files that --keep-files has left of one that has\n"
        "ended are removed.\n"
        "\n"
        "It prints the name, a tab, the word cluster, a tab, the directory.\n",
    .example = "url=$(duet cluster start --ttl 10m)\n"
               "duet cluster stop \"$url\"\n",
    .run = run_stop,
};

/* ------------------------------------------------------------------------
 * sweep
 */

static bool
run_sweep(struct invocation *invocation, struct duet_error *err)
{
    struct ephemeral *swept = NULL;
    size_t count = 0;

    if (!refuse_database(invocation, err) ||
        !ephemeral_sweep(invocation->arena, &swept, &count, err))
        return false;
    cluster_view_gone(invocation, swept, count);
    if (count == 0)
        talk(invocation, "there was nothing to sweep");
    return true;
}

static const struct command command_sweep = {
    .name = "sweep",
    .summary = "remove what killed processes have left",
    .operands = "",
    .description =
        "Removes the directories of this user that no process keeps any more,\n"
        "and ends a server that still runs in one.  Those that are in use,\n"
        "and those of --keep-files, are not touched.  Every start does the\n"
        "same.\n"
        "\n"
        "It prints a line for each: the name, a tab, what it was, a tab, the\n"
        "directory.\n",
    .example = "duet cluster sweep\n",
    .run = run_sweep,
};

static const struct command *const subcommands[] = {
    &command_run,  &command_start, &command_list,
    &command_stop, &command_sweep, NULL,
};

const struct command command_cluster = {
    .name = "cluster",
    .summary = "private PostgreSQL servers, for tests",
    .operands = "",
    .description =
        "A cluster is a PostgreSQL server of one's own: in a new directory,\n"
        "reached through a socket that nobody else can get at, without any\n"
        "care for what a crash would lose, and gone with those it was started\n"
        "for.  It is a copy of a template, which is made the first time.\n",
    .example = "mkdir migrations\n"
               "echo 'create table t (a int);' >migrations/0001_t.up.sql\n"
               "duet cluster run --migrations migrations -- duet status\n",
    .subcommands = subcommands,
};
