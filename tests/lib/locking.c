#include "lib/locking.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/soak.h"

static const char *const way_names[WAYS] = {"session", "lease", "pooler"};

enum { STUCK = 120 }; /* seconds after which a program has hung */

static bool
has(const char *variable)
{
    const char *value = getenv(variable);

    return value != NULL && *value != '\0';
}

/* 69: it is not installed. */
static const char with_pooler[] =
    "\"$TESTS/lib/with-pgbouncer\" \"$0\"; status=$?; "
    "[ $status = 69 ] || exit $status; TEST_POOLER=none exec \"$0\"";

void
locking_main(int argc, char **argv, const struct locking_helper *helpers)
{
    alarm(patience(STUCK));
    if (argc > 2)
        for (; helpers->name != NULL; helpers++)
            if (strcmp(helpers->name, argv[1]) == 0)
                exit(helpers->run(argv[2]));
    if (argc > 1)
        exit(125);
    if (!has("TEST_POSTGRES"))
        tap_skip_all("TEST_POSTGRES names no server");
    setenv("TESTS", "tests", 0);
    if (!has("TEST_POOLER")) {
        execl("/bin/sh", "sh", "-c", with_pooler, argv[0], (char *)NULL);
        exit(126);
    }
}

bool
locking_begin(struct ground *ground, enum way way)
{
    const char *pooler = getenv("TEST_POOLER");

    if (way >= WAYS)
        return false;
    ground->who = way_names[way];
    if (way != WAY_POOLER) {
        snprintf(ground->cleaner, sizeof ground->cleaner, "%s", ground->url);
        return true;
    }
    if (pooler == NULL || strcmp(pooler, "none") == 0) {
        tap_skip(1, "pgbouncer is not installed");
        return false;
    }
    snprintf(ground->cleaner, sizeof ground->cleaner, "%s&dbname=%s", pooler,
             ground->name);
    return true;
}

const char *
locking_name(const char *what, enum way way)
{
    static char name[64];

    snprintf(name, sizeof name, "%s by %s", what,
             way == WAY_SESSION ? "session" : "lease");
    return name;
}

void
locking_connect_with(struct ground *ground, const char *fmt, ...)
{
    size_t len = strlen(ground->cleaner);
    va_list args;
    int more;

    ground->cleaner[len++] = '&';
    va_start(args, fmt);
    more = vsnprintf(ground->cleaner + len, sizeof ground->cleaner - len, fmt,
                     args);
    va_end(args);
    if (more < 0 || len + (size_t)more >= sizeof ground->cleaner)
        abort();
}

struct db *
locking_session(const struct ground *ground)
{
    return session_open(ground->cleaner, false);
}

struct migrate_lock *
locking_take(struct db *db, const struct ground *ground, enum way way,
             unsigned wait, unsigned expiry, struct duet_error *err)
{
    const struct migrate_lock_options options = {
        .wait = wait, .lease = way == WAY_LEASE, .expiry = expiry};
    struct migrate_lock *lock = NULL;

    return migrate_lock_take(&lock, db, ground->cleaner, &options, err) ? lock
                                                                        : NULL;
}

int
locking_threads(void)
{
    DIR *dir = opendir("/proc/self/task");
    struct dirent *entry;
    int count = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        count += entry->d_name[0] != '.';
    if (dir != NULL)
        closedir(dir);
    return count;
}
