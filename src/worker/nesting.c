#include "worker/nesting.h"

#include <stdlib.h>
#include <string.h>

#define OPTION   "--worker"
#define VARIABLE "DUET_WORKER"

/* Not in the table, and not called by a name. */
static const struct runner no_runner = {.name = "none"};

/* It was set in the worker itself, not for it. */
static bool
was_set_inside(const struct nesting *nesting, const struct level *level)
{
    enum runner_place place = level->runner->place;

    return level->end == 0 || place == RUNNER_INSIDE ||
           (place == RUNNER_EITHER &&
            !ancestry_same_program(&nesting->ancestry, level->end - 1,
                                   level->end));
}

size_t
nesting_worker(const struct nesting *nesting, const struct level *level)
{
    if (level->end == 0)
        return ancestry_program(&nesting->ancestry, 0);
    return was_set_inside(nesting, level) ? level->end : level->end - 1;
}

/* What a process began with is further out than what was set in it later. */
static size_t
depth_of(const struct nesting *nesting, const struct level *level)
{
    if (was_set_inside(nesting, level))
        return level->end * 2;
    return level->end * 2 - 1;
}

static void
add_level(struct nesting *nesting, const struct level *level)
{
    size_t depth = depth_of(nesting, level);
    size_t at = nesting->count;

    if (at == LEVELS_MAX)
        return;
    while (at > 0 && nesting->levels[at - 1].depth < depth) {
        nesting->levels[at] = nesting->levels[at - 1];
        at--;
    }
    nesting->levels[at] = *level;
    nesting->levels[at].depth = depth;
    nesting->count++;
}

/*
 * A runner that runs itself has set its variable anew: the process above the
 * last one that has this value has another.
 */
static void
add_numbered(struct nesting *nesting, const struct runner *runner,
             const char *variable)
{
    struct setting setting = setting_now(variable, runner->level);
    struct level level = {.runner = runner, .variable = variable};

    for (int i = 0; i < LEVELS_MAX && setting.value != NULL; i++) {
        level.id = runner_id(runner, nesting->arena, setting.value);
        level.end = ancestry_without(&nesting->ancestry, nesting->arena,
                                     level.end, &setting);
        if (level.id != NULL)
            add_level(nesting, &level);
        setting = ancestry_setting(&nesting->ancestry, nesting->arena,
                                   level.end, variable, runner->level);
    }
}

/* The first process that began without what VARIABLE is now. */
static size_t
end_of(const struct nesting *nesting, const char *variable, const char *level)
{
    struct setting setting = setting_now(variable, level);

    return ancestry_without(&nesting->ancestry, nesting->arena, 0, &setting);
}

static void
add_runner(struct nesting *nesting, const struct runner *runner)
{
    const char *variable = runner_variable(runner, nesting->arena);

    if (variable == NULL)
        return;
    if (!runner->has_no_number) {
        add_numbered(nesting, runner, variable);
        return;
    }
    add_level(nesting,
              &(struct level){.runner = runner,
                              .variable = variable,
                              .end = end_of(nesting, variable, runner->level)});
}

/* Forget the runners that the user's own word was said within. */
static void
add_user(struct nesting *nesting, struct level level)
{
    size_t depth = depth_of(nesting, &level);
    size_t outer = 0;

    while (outer < nesting->count && nesting->levels[outer].depth >= depth)
        outer++;
    nesting->count -= outer;
    memmove(nesting->levels, nesting->levels + outer,
            nesting->count * sizeof *nesting->levels);
    add_level(nesting, &level);
}

static void
add_option(struct nesting *nesting, const char *worker, const char *automatic)
{
    add_user(nesting, (struct level){
                          .origin = LEVEL_OPTION,
                          .runner = &no_runner,
                          .variable = OPTION,
                          .id = strcmp(worker, automatic) == 0 ? NULL : worker,
                      });
}

static void
add_variable(struct nesting *nesting, const char *automatic)
{
    const char *worker = getenv(VARIABLE);

    if (worker == NULL || *worker == '\0')
        return;
    add_user(nesting, (struct level){
                          .origin = LEVEL_VARIABLE,
                          .runner = &no_runner,
                          .variable = VARIABLE,
                          .id = strcmp(worker, automatic) == 0 ? NULL : worker,
                          .end = end_of(nesting, VARIABLE, NULL),
                      });
}

void
nesting_find(struct nesting *nesting, struct arena *arena, const char *worker,
             const char *automatic)
{
    *nesting = (struct nesting){.arena = arena};
    ancestry_find(&nesting->ancestry, arena);
    if (worker != NULL) {
        add_option(nesting, worker, automatic);
        return;
    }
    for (const struct runner *runner = runners; runner->name; runner++)
        add_runner(nesting, runner);
    add_variable(nesting, automatic);
}

const struct level *
nesting_innermost(const struct nesting *nesting)
{
    static const struct level nobody = {
        .origin = LEVEL_NOBODY, .runner = &no_runner, .id = ""};

    return nesting->count > 0 ? &nesting->levels[nesting->count - 1] : &nobody;
}

size_t
nesting_test(const struct nesting *nesting, const struct level *level)
{
    size_t runner = level->end;

    for (size_t i = 1; i < runner && level->runner->nests_unseen; i++)
        if (ancestry_same_program(&nesting->ancestry, i, level->end))
            runner = i;
    return runner < 2 ? 0 : runner - 1;
}
