/*
 * duet worker normalize: output as it would be without workers.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/worker.h"
#include "worker/label.h"

struct normalize_args {
    const char *const *workers;
    const char *const *stems;
};

static const struct option_spec options[] = {
    {"workers", 0, OPTION_LIST, offsetof(struct normalize_args, workers), "ID",
     "take the suffixes of these workers out, no others"},
    {"stem", 's', OPTION_TEXTS, offsetof(struct normalize_args, stems), "STEM",
     "only behind STEM; may be given more than once"},
    {0},
};

struct list {
    struct arena *arena;
    const char **texts;
    size_t count;
    size_t have;
};

static void
add(struct list *list, const char *text)
{
    list->texts = arena_grow(list->arena, list->texts, list->count, &list->have,
                             sizeof *list->texts);
    list->texts[list->count++] = text;
}

/*
 * pytest-xdist tells how many there are: this one is gw1, or 2-gw1 within
 * another runner, and the others are so, too.
 */
static void
add_siblings(struct list *list, const char *worker)
{
    enum { MOST = 10000 };
    const char *own = getenv("PYTEST_XDIST_WORKER");
    const char *text = getenv("PYTEST_XDIST_WORKER_COUNT");
    long count = text ? strtol(text, NULL, 10) : 0;
    size_t len = strlen(worker);
    size_t own_len = own ? strlen(own) : 0;

    if (own == NULL || own_len > len ||
        strcmp(worker + len - own_len, own) != 0)
        return;
    for (long i = 0; i < count && i < MOST; i++)
        add(list, arena_printf(list->arena, "%.*sgw%ld", (int)(len - own_len),
                               worker, i));
}

static bool
is_number(const char *worker)
{
    return worker[strspn(worker, "0123456789-.")] == '\0';
}

/* Whose suffixes, and behind what: "step-1" is none of worker 1. */
static bool
find_workers(struct invocation *invocation, struct list *workers,
             struct list *stems, struct duet_error *err)
{
    const struct normalize_args *args = invocation->args;
    SCOPED(identity_close) struct identity identity = {0};

    for (size_t i = 0; args->stems && args->stems[i]; i++)
        add(stems, args->stems[i]);
    for (size_t i = 0; args->workers && args->workers[i]; i++) {
        if (!identity_check(args->workers[i], err))
            return false;
        add(workers, args->workers[i]);
    }
    if (workers->count == 0) {
        if (!worker_find(invocation, NULL, &identity, err))
            return false;
        add(workers, IDENTITY_MASTER);
        add(workers, identity.worker);
        add_siblings(workers, identity.worker);
    }
    for (size_t i = 0; i < workers->count && stems->count == 0; i++)
        if (is_number(workers->texts[i]))
            add(stems, "localhost");
    return true;
}

static void
close_file(const int *file)
{
    if (*file > STDERR_FILENO)
        (void)close(*file);
}

/* What has come is shown at once: a reader may wait for it. */
static bool
copy(struct label_filter *filter, int file, const char *name,
     struct duet_error *err)
{
    SCOPED(buf_release) struct buf out = {0};
    char piece[65536];
    ssize_t len;

    do {
        len = read(file, piece, sizeof piece);
        if (len == -1 && errno == EINTR)
            continue;
        if (len == -1)
            return err_errno(err, "could not read '%s'", name);
        buf_clear(&out);
        label_filter_add(filter, piece, (size_t)len, &out);
        if (fwrite(buf_data(&out), 1, out.len, stdout) != out.len ||
            fflush(stdout) != 0)
            break; /* main() tells */
    } while (len != 0);
    return true;
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    const char *name = "standard input";
    SCOPED(close_file) int file = STDIN_FILENO;
    SCOPED(label_filter_close) struct label_filter *filter = NULL;
    struct list workers = {.arena = invocation->arena};
    struct list stems = {.arena = invocation->arena};

    if (!find_workers(invocation, &workers, &stems, err))
        return false;
    if (invocation->noperands > 0 &&
        strcmp(invocation->operands[0], "-") != 0) {
        name = invocation->operands[0];
        file = open(name, O_RDONLY | O_CLOEXEC);
        if (file == -1)
            return err_errno(err, "could not open '%s'", name);
    }
    filter = label_filter_open(workers.texts, workers.count);
    label_filter_stems(filter, stems.texts, stems.count);
    return copy(filter, file, name, err);
}

const struct command command_worker_normalize = {
    .name = "normalize",
    .summary = "take the workers' suffixes out of a text",
    .operands = "[FILE]",
    .description =
        "Copies FILE, else standard input, and leaves out each worker's id\n"
        "that ends a word, with the dash before it: localhost-gw0 becomes\n"
        "localhost.  localhost-gw01 and localhost-gw0-x stay.  So the output\n"
        "of a test suite can be compared with what was kept of it.\n"
        "\n"
        "The workers are those of this run as far as they are known: this\n"
        "one, master and, under pytest-xdist, all that it has started.  Where\n"
        "their ids are plain numbers it is done behind localhost only, unless\n"
        "--stem says behind what: step-1 is no label.\n",
    .example = "echo created localhost-master | duet worker normalize\n"
               "echo localhost-gw0 localhost-gw1 >output\n"
               "duet worker normalize --workers gw0,gw1 output\n",
    .args_size = sizeof(struct normalize_args),
    .options = options,
    .run = run,
};
