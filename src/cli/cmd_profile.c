/*
 * duet profile: databases that have a name.
 */
#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/profile_view.h"
#include "cli/render.h"
#include "profile/delete.h"
#include "profile/make.h"
#include "profile/place.h"

/* A --url would be for another database than that of the profile. */
static bool
refuse_url(const struct invocation *invocation, struct duet_error *err)
{
    if (invocation->global->url == NULL)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "option '--url' has no meaning here");
    return err_hint(err, "name the profile");
}

static const char *
yes_or_no(bool yes)
{
    return yes ? "yes" : "no";
}

static void
view(const struct invocation *invocation, const struct profile *profile)
{
    profile_view(
        invocation,
        (const struct field[]){
            {.name = "profile", .text = profile->name},
            {.name = "engine", .text = place_engine(profile->url)},
            {.name = "path",
             .text = profile_view_path(invocation->arena, profile)},
            {.name = "created", .text = profile_created_name(profile->created)},
            {.name = "made", .text = profile->made},
            {.name = "default", .boolean = yes_or_no(profile->is_default)},
            {.name = "migrations", .text = profile->migrations},
            {.name = "schema", .text = profile->schema},
        },
        8);
}

/* ------------------------------------------------------------------------
 * create
 */

struct create_args {
    bool is_registration;
    bool is_empty;
    const char *migrations;
    const char *schema;
};

static const struct option_spec create_options[] = {
    {"register", 0, OPTION_FLAG, offsetof(struct create_args, is_registration),
     NULL, "use the database as it is, make nothing"},
    {"empty", 0, OPTION_FLAG, offsetof(struct create_args, is_empty), NULL,
     "make the database if it is missing, but no tables"},
    {"migrations", 'm', OPTION_TEXT, offsetof(struct create_args, migrations),
     "DIR", "its migrations are those in DIR; implies --empty"},
    {"schema", 0, OPTION_TEXT, offsetof(struct create_args, schema), "DIR",
     "its schema is declared in DIR; implies --empty"},
    {0},
};

static enum make_how
how_to_make(const struct create_args *args)
{
    if (args->is_registration)
        return MAKE_NOTHING;
    if (args->is_empty || args->migrations != NULL || args->schema != NULL)
        return MAKE_EMPTY;
    return MAKE_STORAGE;
}

static void
say_created(const struct invocation *invocation, const struct made *made)
{
    static const char *const what[] = {
        [CREATED_NOTHING] = "its database is used as it is",
        [CREATED_FILE] = "its database is a new file",
        [CREATED_DATABASE] = "its database is new",
        [CREATED_TABLES] = "its database has the tables of a profile now",
    };

    talk(invocation, "profile '%s' is made%s: %s", made->profile.name,
         made->is_first ? " and is the default" : "",
         what[made->profile.created]);
}

static bool
run_create(struct invocation *invocation, struct duet_error *err)
{
    const struct create_args *args = invocation->args;
    struct make_request request = {
        .how = how_to_make(args),
        .name = invocation->operands[0],
        .url = invocation->global->url,
        .migrations = args->migrations,
        .schema = args->schema,
        .trace = invocation->trace,
    };
    struct profile profile;
    struct made made;

    if (args->is_registration && request.url == NULL) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "option '--register' needs a "
                      "database to register");
        return err_hint(err, "name it with --url");
    }
    if (!profile_view_name(invocation, &request.name, err) ||
        !profile_make(invocation->arena, &request, &made, err) ||
        !profile_find(invocation->arena, request.name, &profile, err))
        return false;
    say_created(invocation, &made);
    view(invocation, &profile);
    return true;
}

static const struct command command_create = {
    .name = "create",
    .summary = "make a profile",
    .operands = "NAME",
    .description =
        "Makes the profile NAME: an SQLite file beside the registry of\n"
        "profiles, or the database of --url, which is made where it is\n"
        "missing.  A new or empty database gets the tables of a profile and\n"
        "the default user; one that has tables is used as it is.  Unlike\n"
        "presto it refuses a name that is taken.\n"
        "\n"
        "It prints what 'duet profile show' does.\n",
    .example = "duet profile create test\n"
               "duet profile create --empty app --url sqlite:app.db\n",
    .args_size = sizeof(struct create_args),
    .options = create_options,
    .run = run_create,
};

/* ------------------------------------------------------------------------
 * list
 */

static void
list_json(struct arena *arena, const struct profile *profiles, size_t count)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '[');
    for (size_t i = 0; i < count; i++) {
        const struct profile *profile = &profiles[i];

        json_open(&json, NULL, '{');
        json_text(&json, "profile", profile->name);
        json_text(&json, "engine", place_engine(profile->url));
        json_text(&json, "path", profile_view_path(arena, profile));
        json_text(&json, "created", profile_created_name(profile->created));
        json_text(&json, "made", profile->made);
        json_boolean(&json, "default", profile->is_default);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_print(&json, stdout);
}

static void
list_lines(struct arena *arena, const struct profile *profiles, size_t count)
{
    static const char *const headings[] = {"PROFILE", "ENGINE", "PATH",
                                           "DEFAULT"};
    const char **cells = arena_array(arena, count * 4, sizeof *cells);

    for (size_t i = 0; i < count; i++) {
        cells[i * 4] = profiles[i].name;
        cells[i * 4 + 1] = place_engine(profiles[i].url);
        cells[i * 4 + 2] = profile_view_path(arena, &profiles[i]);
        cells[i * 4 + 3] = profiles[i].is_default ? "default" : NULL;
    }
    render_table(headings, 4, cells, count);
}

static bool
run_list(struct invocation *invocation, struct duet_error *err)
{
    struct profile *profiles;
    size_t count;

    if (!refuse_url(invocation, err) ||
        !profile_list(invocation->arena, &profiles, &count, err))
        return false;
    if (invocation->global->json)
        list_json(invocation->arena, profiles, count);
    else
        list_lines(invocation->arena, profiles, count);
    if (count == 0)
        talk(invocation, "there are no profiles; duet presto makes one");
    return true;
}

static const struct command command_list = {
    .name = "list",
    .summary = "list the profiles",
    .operands = "",
    .description =
        "Prints a line for each profile: its name, a tab, the engine, a tab,\n"
        "the file or the URL without its password, a tab, and for the default\n"
        "profile the word default.\n",
    .example = "duet profile list\n",
    .run = run_list,
};

/* ------------------------------------------------------------------------
 * show and default
 */

static bool
run_show(struct invocation *invocation, struct duet_error *err)
{
    struct profile profile;
    const char *name;

    if (!refuse_url(invocation, err) ||
        !profile_view_name(invocation, &name, err))
        return false;
    if (name == NULL)
        name = getenv("DUET_PROFILE");
    if (name != NULL && *name == '\0' && invocation->noperands == 0)
        name = NULL;
    if (!profile_find(invocation->arena, name, &profile, err))
        return false;
    view(invocation, &profile);
    return true;
}

static const struct command command_show = {
    .name = "show",
    .summary = "show what a profile is",
    .operands = "[NAME]",
    .description =
        "Prints lines of a word, a tab and its value about the profile NAME,\n"
        "else $DUET_PROFILE, else the default one: profile, engine, path (the\n"
        "file, or the URL without its password), created (what duet made for\n"
        "it: file, database, tables or nothing), made (when), default (yes or\n"
        "no), and where it has them migrations and schema.\n",
    .example = "duet presto\n"
               "duet profile show presto\n",
    .run = run_show,
};

static bool
run_default(struct invocation *invocation, struct duet_error *err)
{
    struct profile profile;
    const char *name;

    if (!refuse_url(invocation, err) ||
        !profile_view_name(invocation, &name, err))
        return false;
    if (name != NULL && !profile_set_default(name, err))
        return false;
    if (!profile_find(invocation->arena, name, &profile, err)) {
        if (name == NULL && err->kind == DUET_ERROR_USAGE) {
            (void)err_set(err, DUET_ERROR_USAGE, "there is no default profile");
            (void)err_hint(err, "duet profile default NAME sets it");
        }
        return false;
    }
    profile_view(invocation,
                 (const struct field[]){
                     {.name = "profile", .text = profile.name},
                 },
                 1);
    return true;
}

static const struct command command_default = {
    .name = "default",
    .summary = "show or set the default profile",
    .operands = "[NAME]",
    .description =
        "Prints which profile commands use when nothing else names a\n"
        "database, after making NAME that one if it is given.\n",
    .example = "duet presto\n"
               "duet profile default presto\n",
    .run = run_default,
};

/* ------------------------------------------------------------------------
 * delete
 */

struct delete_args {
    bool is_forced;
    bool is_forgotten;
};

static const struct option_spec delete_options[] = {
    {"force", 0, OPTION_FLAG, offsetof(struct delete_args, is_forced), NULL,
     "delete the database even if duet did not make it"},
    {"forget", 0, OPTION_FLAG, offsetof(struct delete_args, is_forgotten), NULL,
     "delete the entry alone and leave the database"},
    {0},
};

static void
print_deleted(const struct invocation *invocation,
              const struct deleted *deleted)
{
    const char *what = profile_created_name(deleted->what);

    if (!invocation->global->json) {
        render_line(
            (const char *const[]){deleted->profile.name, what, deleted->shown},
            3);
    } else {
        SCOPED(json_release) struct json json = {0};

        json_open(&json, NULL, '{');
        json_text(&json, "profile", deleted->profile.name);
        json_text(&json, "removed", what);
        json_text(&json, "path", deleted->shown);
        json_close(&json, '}');
        json_print(&json, stdout);
    }
    if (deleted->profile.is_default)
        talk(invocation,
             "there is no default profile now; duet profile default NAME "
             "sets it");
}

static bool
run_delete(struct invocation *invocation, struct duet_error *err)
{
    const struct delete_args *args = invocation->args;
    enum delete_how how = args->is_forced      ? DELETE_ALL
                          : args->is_forgotten ? DELETE_NOTHING
                                               : DELETE_CREATED;
    struct deleted deleted;

    if (args->is_forced && args->is_forgotten)
        return err_set(err, DUET_ERROR_USAGE,
                       "option '--force' can't be used with '--forget'");
    if (!refuse_url(invocation, err))
        return false;
    for (size_t i = 0; i < invocation->noperands; i++)
        if (!profile_may_delete(invocation->arena, invocation->operands[i], how,
                                err))
            return false;
    for (size_t i = 0; i < invocation->noperands; i++) {
        if (!profile_delete(invocation->arena, invocation->operands[i], how,
                            &invocation->trace, &deleted, err))
            return false;
        print_deleted(invocation, &deleted);
    }
    return true;
}

static const struct command command_delete = {
    .name = "delete",
    .summary = "delete profiles and what duet made for them",
    .operands = "NAME...",
    .description =
        "Deletes each profile, with what duet made for it: the file, the\n"
        "database on the server, or the tables in a database that was there\n"
        "before.  A database that duet did not make is refused, unless\n"
        "--force or --forget says what is to become of it; if one of the\n"
        "profiles can't be deleted for such a reason, none is.\n"
        "\n"
        "It prints a line for each: the name, a tab, what was removed (file,\n"
        "database, tables or nothing), a tab, the file or the URL without its\n"
        "password.  The exit status is 4 if the database is in use.\n",
    .example = "duet profile create old\n"
               "duet profile delete old\n",
    .args_size = sizeof(struct delete_args),
    .options = delete_options,
    .run = run_delete,
};

static const struct command *const subcommands[] = {
    &command_create,  &command_list,   &command_show,
    &command_default, &command_delete, NULL,
};

const struct command command_profile = {
    .name = "profile",
    .summary = "make, list and delete profiles",
    .operands = "",
    .description =
        "A profile is a database that has a name.  Commands use the one of\n"
        "--profile, else of $DUET_PROFILE, else the default one.\n"
        "\n"
        "Profiles are kept in $DUET_HOME, else in the nearest directory\n"
        "'.duet' upward, else in $XDG_DATA_HOME/duet, else in\n"
        "~/.local/share/duet.\n",
    .example = "duet profile create test\n"
               "duet --profile test clear\n"
               "duet profile delete test\n",
    .subcommands = subcommands,
};
