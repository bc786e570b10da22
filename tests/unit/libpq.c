/*
 * Loading libpq: any thread may be the first, and what is missing is said.
 */
#include "db/postgres_libpq.h"

#include <pthread.h>
#include <string.h>

#include "db/db.h"
#include "lib/tap.h"

enum { THREADS = 16 };

static pthread_barrier_t start;

/* Whether the library is there for a thread, just as the others come. */
static void *
use(void *context)
{
    bool *works = context;
    PQconninfoOption *options;

    (void)pthread_barrier_wait(&start);
    if (!libpq_load(NULL))
        return NULL;
    options = libpq.conninfoParse("postgres://host/db", NULL);
    *works = options != NULL;
    libpq.conninfoFree(options);
    return NULL;
}

static void
test_threads(void)
{
    pthread_t threads[THREADS];
    bool works[THREADS] = {false};
    int count = 0;

    OK(libpq.conninfoParse == NULL, "a program starts without libpq");
    (void)pthread_barrier_init(&start, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, use, &works[i]) != 0)
            tap_bail_out("no thread");
    for (int i = 0; i < THREADS; i++) {
        (void)pthread_join(threads[i], NULL);
        count += works[i];
    }
    (void)pthread_barrier_destroy(&start);
    IS_INT(count, THREADS, "%d threads that come at once all have it", THREADS);
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
