#include "cli/working.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"

enum { MOST_WORKERS = 999 };

static bool
read_seed(struct arena *arena, const char *path, const char **seed,
          struct duet_error *err)
{
    if (path == NULL)
        return true;
    if (!path_read(arena, path, seed, err))
        return err_wrap(err, "seed");
    return *seed != NULL ||
           err_set(err, DUET_ERROR_IO, "there is no seed '%s'", path);
}

bool
working_options(struct invocation *invocation, const struct working_args *args,
                const char *engine, struct own_profile_options *out,
                struct duet_error *err)
{
    *out = (struct own_profile_options){
        .engine = engine,
        .migrations = args->migrations,
        .style = args->style,
        .bin = args->pg_bin,
        .run_as = args->run_as,
        .keep = args->keep,
    };
    return read_seed(invocation->arena, args->seed, &out->seed, err);
}

bool
working_open(struct invocation *invocation, struct own_profile *out,
             const struct identity *identity,
             const struct own_profile_options *options, struct duet_error *err)
{
    if (!own_profile_open(out, invocation->arena, identity, options, err))
        return false;
    if (options->keep)
        talk(invocation, "the files of worker '%s' are in '%s'",
             identity->worker, out->place.dir);
    return true;
}

bool
working_count(const char *text, size_t *count, struct duet_error *err)
{
    char *end;
    unsigned long number;

    if (text == NULL) {
        *count = 1;
        return true;
    }
    number = strtoul(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && number >= 1 &&
        number <= MOST_WORKERS) {
        *count = number;
        return true;
    }
    return err_set(err, DUET_ERROR_USAGE,
                   "'%s' is no number of workers, 1 to %d", text, MOST_WORKERS);
}

struct identity
working_identity(struct arena *arena, size_t number)
{
    struct process self = process_self();

    return (struct identity){
        .worker = arena_printf(arena, "gw%zu", number),
        .run =
            arena_printf(arena, "%ld-%" PRId64, (long)self.pid, self.started),
        .shard = "",
        .runner = "duet",
        .is_parallel = true,
        .owner = self,
        .slot = -1,
    };
}
