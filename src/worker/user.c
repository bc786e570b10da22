#include "worker/user.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"

enum { ENTRY_ROOM = 16 * 1024 }; /* of a line in the password file */

static bool
take(struct user *out, struct arena *arena, const struct passwd *entry)
{
    if (entry == NULL)
        return false;
    *out = (struct user){
        .name = arena_text(arena, entry->pw_name),
        .uid = entry->pw_uid,
        .gid = entry->pw_gid,
        .is_other = entry->pw_uid != geteuid(),
    };
    return true;
}

static bool
find_by_name(struct user *out, struct arena *arena, const char *name)
{
    struct passwd entry;
    struct passwd *found = NULL;

    (void)getpwnam_r(name, &entry, arena_alloc(arena, ENTRY_ROOM), ENTRY_ROOM,
                     &found);
    return take(out, arena, found);
}

static bool
find_by_id(struct user *out, struct arena *arena, uid_t uid)
{
    struct passwd entry;
    struct passwd *found = NULL;

    (void)getpwuid_r(uid, &entry, arena_alloc(arena, ENTRY_ROOM), ENTRY_ROOM,
                     &found);
    return take(out, arena, found);
}

/* The one who called sudo; that may have been root. */
static bool
find_by_sudo(struct user *out, struct arena *arena)
{
    const char *text = getenv("SUDO_UID");
    char *end = NULL;
    unsigned long uid;

    if (text == NULL || *text == '\0')
        return false;
    errno = 0;
    uid = strtoul(text, &end, 10);
    return errno == 0 && *end == '\0' && uid != 0 &&
           find_by_id(out, arena, (uid_t)uid);
}

static bool
find_for_root(struct user *out, struct arena *arena, const char *run_as,
              struct duet_error *err)
{
    if (run_as != NULL && !find_by_name(out, arena, run_as)) {
        (void)err_set(err, DUET_ERROR_USAGE, "there is no user '%s'", run_as);
        return err_hint(err, "name one of 'getent passwd'");
    }
    if (run_as != NULL && out->uid == 0) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "a PostgreSQL server can't run as '%s'", run_as);
        return err_hint(err, "name a user that is not root");
    }
    if (run_as != NULL || find_by_sudo(out, arena) ||
        find_by_name(out, arena, "postgres") ||
        find_by_name(out, arena, "nobody"))
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "a PostgreSQL server can't run as root, and there is neither "
                  "a user 'postgres' nor 'nobody'");
    return err_hint(err, "name another one with --run-as");
}

bool
user_find(struct user *out, struct arena *arena, const char *run_as,
          struct duet_error *err)
{
    uid_t self = geteuid();

    if (self == 0)
        return find_for_root(out, arena, run_as, err);
    if (run_as == NULL) {
        *out = (struct user){.uid = self, .gid = getegid()};
        return true;
    }
    if (find_by_name(out, arena, run_as) && out->uid == self)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "only root can run a server as '%s'",
                  run_as);
    return err_hint(err, "leave --run-as out");
}
