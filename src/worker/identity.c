#include "worker/identity.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "worker/ephemeral.h"
#include "worker/nesting.h"
#include "worker/slot.h"

enum { ID_LEN = 32, RUN_LEN = 64, DIGITS_LEN = 8, TEXT_DIGITS_LEN = 12 };

struct search {
    struct arena *arena;
    struct nesting nesting;
    const struct level *innermost;
    bool is_command; /* the process that called it is meant */
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
    if (level->origin == LEVEL_OPTION)
        return identity_check(level->id, err);
    (void)err_set(err, DUET_ERROR_USAGE,
                  "variable '%s' is '%s', which is no id of a worker",
                  level->variable, level->id);
    return err_hint(err,
                    "an id is 1 to %d letters, digits, '_', '.' and '-'; "
                    "--worker ID goes before the variable",
                    ID_LEN);
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
 * Processes
 */

/* The program that called this command. */
static struct process
program_before(const struct ancestry *ancestry)
{
    struct process parent = {0};

    if (ancestry->count > 1)
        return ancestry_at(ancestry, ancestry_program(ancestry, 1));
    (void)process_find(getppid(), &parent);
    return parent;
}

/* Who has the id where no runner gives it to a process. */
static struct process
find_owner(const struct search *search)
{
    const struct nesting *nesting = &search->nesting;
    size_t test = 0;

    if (!search->is_command)
        return ancestry_at(&nesting->ancestry, 0);
    if (search->innermost->runner->has_no_number)
        test = nesting_test(nesting, search->innermost);
    return test == 0 ? program_before(&nesting->ancestry)
                     : ancestry_at(&nesting->ancestry, test);
}

static void
find_processes(const struct search *search, struct identity *identity)
{
    const struct ancestry *ancestry = &search->nesting.ancestry;
    const struct level *level = search->innermost;
    size_t number;

    identity->owner = find_owner(search);
    if (level->runner->has_no_number && level->end > 0)
        identity->controller = ancestry_at(ancestry, level->end);
    if (level->id == NULL || level->origin == LEVEL_OPTION ||
        level->origin == LEVEL_NOBODY)
        return;
    number = nesting_worker(&search->nesting, level);
    if (number >= ancestry->count || (number == 0 && search->is_command))
        return;
    identity->owner = ancestry_at(ancestry, number);
    identity->controller = ancestry_at(ancestry, number + 1);
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
    const struct level *level = search->innermost;
    const struct process *process = identity->controller.pid != 0
                                        ? &identity->controller
                                        : &identity->owner;
    const char *said = getenv("DUET_RUN");
    const char *run = level->runner->run ? getenv(level->runner->run) : NULL;

    if (run == NULL && said != NULL && *said != '\0') {
        identity->run = arena_text(search->arena, said);
        return said_run(said, search->err);
    }
    if (level->origin != LEVEL_RUNNER)
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

    /* All workers of a run have to look in the same one. */
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

    for (size_t i = 0; i < search->nesting.count; i++) {
        const struct level *level = &search->nesting.levels[i];
        const char *id = level == search->innermost ? last : level->id;

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
    const struct level *level = search->innermost;
    const char *last = level->id;

    identity->runner = level->runner->name;
    identity->variable = level->variable;
    find_processes(search, identity);
    find_shard(search->arena, identity);
    if (!find_run(search, identity) ||
        (last == NULL && !lease(search, identity, &last)))
        return false;
    identity->worker =
        level->origin == LEVEL_NOBODY ? IDENTITY_MASTER : join(search, last);
    identity->is_parallel = strcmp(identity->worker, IDENTITY_MASTER) != 0;
    return true;
}

static bool
open_identity(struct identity *out, struct arena *arena, const char *worker,
              bool is_command, struct duet_error *err)
{
    struct search search = {
        .arena = arena, .is_command = is_command, .err = err};
    struct nesting *nesting = &search.nesting;
    struct identity identity = {.slot = -1};

    nesting_find(nesting, arena, worker, IDENTITY_AUTO);
    search.innermost = nesting_innermost(nesting);
    for (size_t i = 0; i < nesting->count; i++)
        if (nesting->levels[i].id != NULL &&
            !check_level(&nesting->levels[i], err))
            return false;
    if (!describe(&search, &identity))
        return false;
    *out = identity;
    return true;
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
