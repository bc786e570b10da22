/*
 * duet presto: a profile that is ready for work, in one command.
 */
#include "cli/profile_view.h"
#include "profile/make.h"

static void
say(const struct invocation *invocation, const struct made *made)
{
    const char *name = made->profile.name;

    if (made->was_ready)
        talk(invocation, "profile '%s' is ready", name);
    else
        talk(invocation, "profile '%s' is made and ready%s", name,
             made->is_first ? "; it is the default" : "");
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    struct make_request request = {
        .how = MAKE_PRESTO,
        .url = invocation->global->url,
        .trace = invocation->trace,
    };
    struct made made;

    if (!profile_view_name(invocation, &request.name, err))
        return false;
    if (request.name == NULL)
        request.name = "presto";
    if (!profile_make(invocation->arena, &request, &made, err))
        return false;
    say(invocation, &made);
    profile_view(invocation,
                 (const struct field[]){
                     {.name = "profile", .text = made.profile.name},
                     {.name = "engine", .text = made.engine},
                     {.name = "path", .text = made.shown},
                     {.name = "computer", .number = made.computer},
                 },
                 4);
    return true;
}

const struct command command_presto = {
    .name = "presto",
    .summary = "make a profile that is ready for work",
    .operands = "[NAME]",
    .description =
        "Makes the profile NAME, 'presto' unless named: an SQLite file beside\n"
        "the registry of profiles, or the database of --url, which is made\n"
        "where it is missing.  In it are the tables of a profile, a default\n"
        "user, and the computer 'localhost' with that user's access to it.\n"
        "The first profile becomes the default, which other commands use.\n"
        "\n"
        "It may be run again, also after it was killed: what is there stays\n"
        "as it is, what is missing is added.  Other tables in the database\n"
        "are left alone, and nothing is changed if one is in the way.\n"
        "\n"
        "It prints four lines, each a word, a tab and its value: profile,\n"
        "engine, path (the file, or the URL without its password) and\n"
        "computer (the id of 'localhost').\n"
        "\n"
        "Profiles are kept in $DUET_HOME, else in the nearest directory\n"
        "'.duet' upward, else in $XDG_DATA_HOME/duet, else in\n"
        "~/.local/share/duet.\n",
    .example = "duet presto\n"
               "duet presto test --url sqlite:test.db\n",
    .run = run,
};
