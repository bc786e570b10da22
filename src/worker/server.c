#include "worker/server.h"

#include <signal.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/path.h"
#include "worker/postmaster.h"

enum { WORDS_MAX = 16 };

/* On the command line, so that the files are as initdb has made them. */
static const char *const lean[] = {
    "shared_buffers=16MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_locks_per_transaction=256",
    "autovacuum=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "huge_pages=off",
    "max_worker_processes=0",
    "max_parallel_workers=0",
    "max_logical_replication_workers=0",
    "jit=off",
    "max_wal_size=128MB",
    "wal_init_zero=off",
    "checkpoint_timeout=1h",
    "logging_collector=off",
    "update_process_title=off",
    /* In its directory, with which it goes, and not in /dev/shm. */
    "dynamic_shared_memory_type=mmap",
};

enum { LEAN = sizeof lean / sizeof *lean };

/* What not every version has. */
static const struct {
    int since;
    const char *setting;
} newer[] = {
    {18, "io_method=sync"},
};

enum { NEWER = sizeof newer / sizeof *newer };

struct words {
    struct arena *arena;
    const char **list;
    size_t count;
};

static void
add(struct words *words, const char *word)
{
    words->list[words->count++] = word;
}

static void
set(struct words *words, const char *setting)
{
    add(words, "-c");
    add(words, setting);
}

static void
add_address(struct words *words, const struct server *server)
{
    add(words, "-h");
    add(words, server->hba != NULL ? "127.0.0.1" : "");
    add(words, "-p");
    add(words, server->port);
    if (server->hba != NULL)
        set(words, arena_printf(words->arena, "hba_file=%s", server->hba));
}

static size_t
count_settings(const char *const *settings)
{
    size_t count = 0;

    while (settings != NULL && settings[count] != NULL)
        count++;
    return count;
}

/* The major version that DATA are for, 15. */
static int
read_major(const char *data)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text = NULL;

    if (!path_read(&arena, path_join(&arena, data, "PG_VERSION"), &text,
                   NULL) ||
        text == NULL)
        return 0;
    return (int)strtol(text, NULL, 10);
}

/* The caller's settings come last, and so win. */
static const char *const *
make_words(struct arena *arena, const struct server *server)
{
    size_t given = count_settings(server->settings);
    struct words words = {
        .arena = arena,
        .list = arena_array(arena, WORDS_MAX + 2 * (LEAN + NEWER + given),
                            sizeof *words.list),
    };
    int major = read_major(server->data);

    add(&words, path_join(arena, server->bin, "postgres"));
    add(&words, "-D");
    add(&words, server->data);
    add(&words, "-F");
    add(&words, "-k");
    add(&words, server->socket);
    add_address(&words, server);
    for (size_t i = 0; i < LEAN; i++)
        set(&words, lean[i]);
    for (size_t i = 0; i < NEWER; i++)
        if (major >= newer[i].since)
            set(&words, newer[i].setting);
    for (size_t i = 0; i < given; i++)
        set(&words, server->settings[i]);
    return words.list;
}

bool
server_begin(const struct server *server, pid_t *pid, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct child child = {
        .argv = make_words(&arena, server),
        .user = server->user,
        .log = server->log,
    };

    return child_start(pid, &child, err);
}

bool
server_wait(const struct server *server, pid_t pid, struct duet_error *err)
{
    if (postmaster_wait(pid, server->data, server->log, err))
        return true;
    server_stop(pid, SIGQUIT);
    return false;
}

bool
server_start(const struct server *server, pid_t *pid, struct duet_error *err)
{
    return server_begin(server, pid, err) && server_wait(server, *pid, err);
}

/* Never SIGKILL: that leaves shared memory, and processes that hold it. */
void
server_stop(pid_t pid, int number)
{
    (void)kill(pid, number);
    (void)child_wait(pid);
}

bool
server_single(const struct server *server, const char *database,
              const char *sql, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *const words[] = {
        path_join(&arena, server->bin, "postgres"),
        "--single",
        "-D",
        server->data,
        "-F",
        "-j",
        "-c",
        "wal_level=minimal",
        "-c",
        "max_wal_senders=0",
        "-c",
        "wal_recycle=off",
        "-c",
        "min_wal_size=2MB",
        "-c",
        "password_encryption=scram-sha-256",
        "-c",
        "exit_on_error=on",
        database,
        NULL,
    };
    const struct child child = {
        .argv = words,
        .user = server->user,
        .log = server->log,
        .input = sql,
    };

    return child_run(&child, err);
}
