#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "cli/interrupt.h"
#include "cli/render.h"
#include "profile/profile.h"
#include "schema/scratch.h"

bool
invocation_profile(struct invocation *invocation, struct profile *profile,
                   struct duet_error *err)
{
    return profile_resolve(invocation->arena, invocation->global->url,
                           invocation->global->profile, profile, err);
}

bool
invocation_url(struct invocation *invocation, const char **url,
               struct duet_error *err)
{
    struct profile profile;

    if (!invocation_profile(invocation, &profile, err))
        return false;
    *url = profile.url;
    return true;
}

static void
cancel_database(void *db)
{
    db_cancel(db);
}

bool
invocation_open_url(struct invocation *invocation, const char *url,
                    const struct db_options *options, struct db **db,
                    struct duet_error *err)
{
    struct db_options traced = options ? *options : (struct db_options){0};

    traced.trace = invocation->trace;
    if (!db_open(db, url, &traced, err))
        return false;
    interrupt_set(cancel_database, *db);
    return true;
}

bool
invocation_open(struct invocation *invocation, const struct db_options *options,
                struct db **db, struct duet_error *err)
{
    const char *url;

    return invocation_url(invocation, &url, err) &&
           invocation_open_url(invocation, url, options, db, err);
}

void
database_close(struct db **db)
{
    if (*db != NULL)
        interrupt_set(NULL, NULL);
    db_close(db);
}

static void
cancel_scratch(void *target)
{
    const struct scratch *scratch = target;

    if (scratch->server != NULL)
        db_cancel(scratch->server);
    if (scratch->db != NULL)
        db_cancel(scratch->db);
}

/* A signal is caught then, and does not end the process by itself. */
static void
cancel_nothing(void *target)
{
    (void)target;
}

void
interrupt_scratch(struct scratch *scratch)
{
    interrupt_set(scratch ? cancel_scratch : cancel_nothing, scratch);
}

/* Whoever asks for JSON gets the numbers there; stderr is for errors then. */
void
talk(const struct invocation *invocation, const char *fmt, ...)
{
    SCOPED(arena_clear) struct arena arena = {0};
    va_list args;

    if (invocation->global->quiet || invocation->global->json)
        return;
    va_start(args, fmt);
    render_talk(arena_vprintf(&arena, fmt, args));
    va_end(args);
}
