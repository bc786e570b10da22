#include "worker/identity.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "worker/ancestry.h"
#include "worker/ephemeral.h"
#include "worker/runners.h"
#include "worker/slot.h"

enum {
    ID_LEN = 32,
    RUN_LEN = 64,
    DIGITS_LEN = 8,
    TEXT_DIGITS_LEN = 12,
    LEVELS_MAX = 64
};

#define OPTION   "--worker"
#define VARIABLE "DUET_WORKER"

/* What the user says; never looked for in the table. */
static const struct runner by_option = {.name = "none", .variable = OPTION};
static const struct runner by_variable = {.name = "none", .variable = VARIABLE};
static const struct runner by_nobody = {.name = "none"};

/* One of runners within runners. */
struct level {
    const struct runner *runner;
    const char *variable;
    const char *id; /* NULL: it needs a slot */
    size_t end;     /* number in the ancestry of the first process that began
                       without it; 0: it was set in this one */
    size_t depth;   /* more is further out */
};

struct search {
    struct arena *arena;
    struct ancestry ancestry;
    bool is_command;
    struct level levels[LEVELS_MAX]; /* the innermost last */
    size_t count;
    struct duet_error *err;
};

/* ------------------------------------------------------------------------
 * Ids
 */

static bool
is_word(const char *text, size_t most)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    size_t len = strspn(text, allowed);

    return len > 0 && len <= most && text[len] == '\0';
}

bool
identity_check(const char *worker, struct duet_error *err)
{
    if (is_word(worker, ID_LEN))
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "'%s' is no id of a worker", worker);
    return err_hint(err, "an id is 1 to %d letters, digits, '_', '.' and '-'",
                    ID_LEN);
}

static bool
check_level(const struct level *level, struct duet_error *err)
{
    if (is_word(level->id, ID_LEN))
        return true;
    if (level->runner == &by_option)
        return identity_check(level->id, err);
    (void)err_set(err, DUET_ERROR_USAGE,
                  "variable '%s' is '%s', which is no id of a worker",
                  level->variable, level->id);
    return err_hint(err,
                    "an id is 1 to %d letters, digits, '_', '.' and '-'; "
                    "%s ID goes before the variable",
                    ID_LEN, OPTION);
}

static const char *
digits_of(struct arena *arena, const char *text, size_t len)
{
    char digits[DIGEST_LEN];

    digest(text, strlen(text), digits);
    return arena_copy(arena, digits, len);
}

/* What a runner says as one word: a path becomes its digest. */
static const char *
word_of(struct arena *arena, const char *text, size_t most)
{
    if (is_word(text, most))
        return arena_text(arena, text);
    return digits_of(arena, text, ID_LEN);
}

/* ------------------------------------------------------------------------
 * Runners within runners
 */

/* It was set in the worker itself, not for it. */
static bool
was_set_inside(const struct search *search, const struct level *level)
{
    enum runner_place place = level->runner->place;

    return level->end == 0 || place == RUNNER_INSIDE ||
           (place == RUNNER_EITHER &&
            !ancestry_same_program(&search->ancestry, level->end - 1,
                                   level->end));
}

/* The number in the ancestry of the worker's process. */
static size_t
worker_number(const struct search *search, const struct level *level)
{
    if (level->end == 0)
        return ancestry_program(&search->ancestry, 0);
    return was_set_inside(search, level) ? level->end : level->end - 1;
}

/* What a process began with is further out than what was set in it later. */
static size_t
depth_of(const struct search *search, const struct level *level)
{
    if (was_set_inside(search, level))
        return level->end * 2;
    return level->end * 2 - 1;
}

static void
add_level(struct search *search, const struct level *level)
{
    size_t depth = depth_of(search, level);
    size_t at = search->count;

    if (at == LEVELS_MAX)
        return;
    while (at > 0 && search->levels[at - 1].depth < depth) {
        search->levels[at] = search->levels[at - 1];
        at--;
    }
    search->levels[at] = *level;
    search->levels[at].depth = depth;
    search->count++;
}

/*
 * A runner that runs itself has set its variable anew: the process above the
 * last one that has this value has another.
 */
static void
add_numbered(struct search *search, const struct runner *runner,
             const char *variable)
{
    struct setting setting = setting_now(variable, runner->level);
    struct level level = {.runner = runner, .variable = variable};

    for (int i = 0; i < LEVELS_MAX && setting.value != NULL; i++) {
        level.id = runner_id(runner, search->arena, setting.value);
        level.end = ancestry_without(&search->ancestry, search->arena,
                                     level.end, &setting);
        if (level.id != NULL)
            add_level(search, &level);
        setting = ancestry_setting(&search->ancestry, search->arena, level.end,
                                   variable, runner->level);
    }
}

/* The first process that began without what VARIABLE is now. */
static size_t
end_of(const struct search *search, const char *variable, const char *level)
{
    struct setting setting = setting_now(variable, level);

    return ancestry_without(&search->ancestry, search->arena, 0, &setting);
}

static void
add_runner(struct search *search, const struct runner *runner)
{
    const char *variable = runner_variable(runner, search->arena);

    if (variable == NULL)
        return;
    if (!runner->has_no_number) {
        add_numbered(search, runner, variable);
        return;
    }
    add_level(search,
              &(struct level){.runner = runner,
                              .variable = variable,
                              .end = end_of(search, variable, runner->level)});
}

/* Forget the runners that the user's own word was said within. */
static void
add_user(struct search *search, const struct runner *runner, const char *id,
         size_t end)
{
    struct level level = {
        .runner = runner,
        .variable = runner->variable,
        .id = strcmp(id, IDENTITY_AUTO) == 0 ? NULL : id,
        .end = end,
    };
    size_t depth = depth_of(search, &level);
    size_t outer = 0;

    while (outer < search->count && search->levels[outer].depth >= depth)
        outer++;
    search->count -= outer;
    memmove(search->levels, search->levels + outer,
            search->count * sizeof *search->levels);
    add_level(search, &level);
}

static bool
find_levels(struct search *search, const char *worker)
{
    const char *variable = getenv(VARIABLE);

    if (worker != NULL)
        add_user(search, &by_option, worker, 0);
    for (const struct runner *runner = runners; !worker && runner->name;
         runner++)
        add_runner(search, runner);
    if (worker == NULL && variable != NULL && *variable != '\0')
        add_user(search, &by_variable, variable,
                 end_of(search, VARIABLE, NULL));
    for (size_t i = 0; i < search->count; i++)
        if (search->levels[i].id != NULL &&
            !check_level(&search->levels[i], search->err))
            return false;
    return true;
}

static const struct level *
innermost(const struct search *search)
{
    static const struct level none = {.runner = &by_nobody, .id = ""};

    return search->count > 0 ? &search->levels[search->count - 1] : &none;
}

/* ------------------------------------------------------------------------
 * Processes
 */

/* The program that called this command. */
static struct process
program_before(const struct search *search)
{
    struct process parent = {0};

    if (search->ancestry.count > 1)
        return ancestry_at(&search->ancestry,
                           ancestry_program(&search->ancestry, 1));
    (void)process_find(getppid(), &parent);
    return parent;
}

/* The test that a runner without numbers runs, of which this command is. */
static struct process
test_before(const struct search *search, const struct level *level)
{
    size_t runner = level->end;

    for (size_t i = 1; i < runner && level->runner->nests_unseen; i++)
        if (ancestry_same_program(&search->ancestry, i, level->end))
            runner = i;
    return runner < 2 ? program_before(search)
                      : ancestry_at(&search->ancestry, runner - 1);
}

/* Who has the id where no runner gives it to a process. */
static struct process
find_owner(const struct search *search, const struct level *level)
{
    if (!search->is_command)
        return ancestry_at(&search->ancestry, 0);
    if (level->runner->has_no_number)
        return test_before(search, level);
    return program_before(search);
}

static void
find_processes(const struct search *search, struct identity *identity)
{
    const struct level *level = innermost(search);
    size_t number;

    identity->owner = find_owner(search, level);
    if (level->runner->has_no_number && level->end > 0)
        identity->controller = ancestry_at(&search->ancestry, level->end);
    if (level->id == NULL || level->variable == NULL ||
        level->runner == &by_option)
        return;
    number = worker_number(search, level);
    if (number >= search->ancestry.count || (number == 0 && search->is_command))
        return;
    identity->owner = ancestry_at(&search->ancestry, number);
    identity->controller = ancestry_at(&search->ancestry, number + 1);
}

/* ------------------------------------------------------------------------
 * The run and the shard
 */

/* What the runner says that the user's word goes before. */
static const char *
hidden_run(void)
{
    const char *run = NULL;

    for (const struct runner *runner = runners; runner->name; runner++)
        if (runner->run != NULL && getenv(runner->variable) != NULL &&
            getenv(runner->run) != NULL)
            run = getenv(runner->run);
    return run;
}

static bool
said_run(const char *said, struct duet_error *err)
{
    if (is_word(said, RUN_LEN))
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "variable 'DUET_RUN' is '%s', which is no id of a run", said);
    return err_hint(err, "it is 1 to %d letters, digits, '_', '.' and '-'",
                    RUN_LEN);
}

static bool
find_run(const struct search *search, struct identity *identity)
{
    const struct runner *runner = innermost(search)->runner;
    const struct process *process = identity->controller.pid != 0
                                        ? &identity->controller
                                        : &identity->owner;
    const char *said = getenv("DUET_RUN");
    const char *run = runner->run ? getenv(runner->run) : NULL;

    if (run == NULL && said != NULL && *said != '\0') {
        identity->run = arena_text(search->arena, said);
        return said_run(said, search->err);
    }
    if (runner == &by_option || runner == &by_variable)
        run = hidden_run();
    if (run != NULL)
        identity->run = word_of(search->arena, run, RUN_LEN);
    else
        identity->run =
            arena_printf(search->arena, "%ld-%lld", (long)process->pid,
                         (long long)process->started);
    return true;
}

static void
find_shard(struct arena *arena, struct identity *identity)
{
    identity->shard = "";
    for (size_t i = 0; shard_variables[i] != NULL; i++) {
        const char *value = getenv(shard_variables[i]);

        if (value == NULL || *value == '\0')
            continue;
        identity->shard = word_of(arena, value, ID_LEN);
        return;
    }
}

/* ------------------------------------------------------------------------
 * The whole
 */

static bool
lease(const struct search *search, struct identity *identity, const char **id)
{
    struct slot slot;
    const char *dir;

    if (!ephemeral_base(search->arena, 0, &dir, search->err) ||
        !slot_lease(&slot, search->arena, dir, &identity->owner, search->err))
        return false;
    identity->slot = slot.file;
    *id = arena_printf(search->arena, "%d", slot.number);
    return true;
}

/* Together they may be too long; then the end of it is a digest. */
static const char *
join(const struct search *search, const char *last)
{
    struct arena *arena = search->arena;
    const char *all = "";

    for (size_t i = 0; i < search->count; i++) {
        const char *id = i + 1 < search->count ? search->levels[i].id : last;

        if (id != NULL)
            all =
                arena_printf(arena, "%s%s%s", all, *all == '\0' ? "" : "-", id);
    }
    if (strlen(all) <= ID_LEN)
        return all;
    return arena_printf(arena, "%.*s-%s", ID_LEN - DIGITS_LEN - 1, all,
                        digits_of(arena, all, DIGITS_LEN));
}

static bool
describe(const struct search *search, struct identity *identity)
{
    const struct level *level = innermost(search);
    const char *last = level->id;

    identity->runner = level->runner->name;
    identity->variable = level->variable;
    find_processes(search, identity);
    find_shard(search->arena, identity);
    if (!find_run(search, identity) ||
        (last == NULL && !lease(search, identity, &last)))
        return false;
    identity->worker = search->count > 0
                           ? arena_text(search->arena, join(search, last))
                           : IDENTITY_MASTER;
    identity->is_parallel = strcmp(identity->worker, IDENTITY_MASTER) != 0;
    return true;
}

static bool
open_identity(struct identity *identity, struct arena *arena,
              const char *worker, bool is_command, struct duet_error *err)
{
    struct search search = {
        .arena = arena, .is_command = is_command, .err = err};

    *identity = (struct identity){.slot = -1};
    ancestry_find(&search.ancestry, arena);
    return find_levels(&search, worker) && describe(&search, identity);
}

bool
identity_open(struct identity *identity, struct arena *arena,
              const char *worker, struct duet_error *err)
{
    return open_identity(identity, arena, worker, false, err);
}

bool
identity_open_caller(struct identity *identity, struct arena *arena,
                     const char *worker, struct duet_error *err)
{
    return open_identity(identity, arena, worker, true, err);
}

/* {0} is one that was never opened, whatever its descriptor says. */
void
identity_close(struct identity *identity)
{
    if (identity->worker != NULL && identity->slot != -1)
        slot_release(identity->slot);
    *identity = (struct identity){.slot = -1};
}

const char *
identity_text(const struct identity *identity, struct arena *arena)
{
    const char *all = arena_printf(arena, "%s/%s/%s", identity->run,
                                   identity->shard, identity->worker);

    return arena_printf(arena, "%s-%s", identity->worker,
                        digits_of(arena, all, TEXT_DIGITS_LEN));
}
