#include "db/postgres_libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"

struct libpq libpq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct duet_error failure; /* of the only attempt, if it failed */

/* In the order of struct libpq, which has nothing else. */
#define NAME(name) "PQ" #name,
static const char *const names[] = {LIBPQ_FUNCTIONS(NAME)};
#undef NAME

enum { FUNCTIONS = sizeof names / sizeof *names };

_Static_assert(sizeof(struct libpq) == FUNCTIONS * sizeof(void *),
               "struct libpq is an array of pointers");

static bool
hint_newer(struct duet_error *err)
{
    return err_hint(err, "libpq 14 or newer is needed: apt-get install libpq5, "
                         "or your system's package of it");
}

static bool
find_all(void **functions, void *library, const char *file,
         struct duet_error *err)
{
    for (size_t i = 0; i < FUNCTIONS; i++) {
        functions[i] = dlsym(library, names[i]);
        if (functions[i] == NULL) {
            (void)err_set(err, DUET_ERROR_IO, "'%s' lacks the function %s",
                          file, names[i]);
            return hint_newer(err);
        }
    }
    return true;
}

bool
libpq_load_from(struct libpq *out, const char *file, struct duet_error *err)
{
    void *functions[FUNCTIONS];
    struct libpq found;
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);

    if (library == NULL) {
        (void)err_set(err, DUET_ERROR_IO, "libpq can't be loaded: %s",
                      dlerror());
        return err_hint(err, "PostgreSQL is reached through it: apt-get "
                             "install libpq5, or your system's package of it");
    }
    if (!find_all(functions, library, file, err))
        return false;
    memcpy(&found, functions, sizeof found);
    if (!found.isthreadsafe()) {
        (void)err_set(err, DUET_ERROR_IO, "'%s' was built without threads",
                      file);
        return hint_newer(err);
    }
    *out = found;
    return true;
}

static void
load(void)
{
    (void)libpq_load_from(&libpq, "libpq.so.5", &failure);
}

bool
libpq_load(struct duet_error *err)
{
    (void)pthread_once(&once, load);
    if (failure.kind == DUET_ERROR_NONE)
        return true;
    if (err != NULL)
        *err = failure;
    return false;
}
