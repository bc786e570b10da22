/*
 * Loading libpq: any thread may be the first, and what is missing is said.
 */
#include "db/postgres_libpq.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "db/db.h"
#include "lib/tap.h"

enum { THREADS = 16, ROUNDS = 30 };

static pthread_barrier_t start;

/* The last of the functions is there. */
static bool
load(void)
{
    return libpq_load(NULL) && libpq.unescapeBytea != NULL;
}

/* As one would without a thought: who is not the first doesn't wait. */
static bool
load_carelessly(void)
{
    static struct libpq out;
    static atomic_flag begun = ATOMIC_FLAG_INIT;
    const struct timespec while_it_loads = {.tv_nsec = 1000000};

    if (!atomic_flag_test_and_set(&begun)) {
        (void)nanosleep(&while_it_loads, NULL);
        (void)libpq_load_from(&out, "libpq.so.5", NULL);
    }
    return out.unescapeBytea != NULL;
}

struct visitor {
    pthread_t thread;
    bool (*load)(void);
    bool has_it;
};

static void *
visit(void *context)
{
    struct visitor *visitor = context;

    (void)pthread_barrier_wait(&start);
    visitor->has_it = visitor->load();
    return NULL;
}

/* Threads that come at once: does each have it? */
static bool
all_have_it(bool (*how)(void))
{
    struct visitor visitors[THREADS];
    int count = 0;

    (void)pthread_barrier_init(&start, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        visitors[i] = (struct visitor){.load = how};
        if (pthread_create(&visitors[i].thread, NULL, visit, &visitors[i]) != 0)
            tap_bail_out("no thread");
    }
    for (int i = 0; i < THREADS; i++) {
        (void)pthread_join(visitors[i].thread, NULL);
        count += visitors[i].has_it;
    }
    (void)pthread_barrier_destroy(&start);
    return count == THREADS;
}

/* In a process each, for it is loaded once; the first that fails, or ROUNDS. */
static int
rounds_before_failure(bool (*how)(void))
{
    for (int i = 0; i < ROUNDS; i++) {
        pid_t child = fork();
        int status;

        if (child == 0)
            _exit(!all_have_it(how));
        if (child < 0 || waitpid(child, &status, 0) != child)
            tap_bail_out("no process");
        if (status != 0)
            return i;
    }
    return ROUNDS;
}

static void
test_threads(void)
{
    OK(!libpq.conninfoParse, "a program starts without libpq");
    IS_INT(rounds_before_failure(load), ROUNDS,
           "%d threads that come at once all have it", THREADS);
    OK(rounds_before_failure(load_carelessly) < ROUNDS,
       "with less care some would not");
}

/* Functions of the same type could have changed places. */
static void
test_names(void)
{
    struct duet_error err;
    int wrong = 0;

    OK(libpq_load(&err), "it is there");
#define COMPARE(name) wrong += libpq.name != PQ##name;
    LIBPQ_FUNCTIONS(COMPARE)
#undef COMPARE
    IS_INT(wrong, 0, "each function is the one of its name");
}

static void
test_missing(const char *file, const char *says, const char *hint)
{
    struct libpq out = {0};
    const struct libpq empty = {0};
    struct duet_error err = {0};

    OK(!libpq_load_from(&out, file, &err) && err.kind == DUET_ERROR_IO,
       "%s is not taken for it", file);
    OK(strstr(err.text, says) != NULL, "%s: %s", file, err.text);
    OK(strstr(err.hint, hint) != NULL, "%s: %s", file, err.hint);
    OK(!libpq_load_from(&out, file, NULL), "%s: nobody has to listen", file);
    OK(memcmp(&out, &empty, sizeof out) == 0, "%s: nothing is set", file);
}

int
main(void)
{
    test_threads();
    test_names();
    test_missing("libpq.so.0", "libpq.so.0: cannot open shared object file",
                 "apt-get install libpq5");
    test_missing("libsqlite3.so.0", "'libsqlite3.so.0' lacks the function PQ",
                 "14 or newer");
    return tap_done();
}
