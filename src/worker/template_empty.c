/*
 * The empty template: what initdb makes, without its slack.
 */
#define _DEFAULT_SOURCE
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/path.h"
#include "worker/template_part.h"

#define FORM "1" /* of what is made here: another one is another template */

/* In the one around it the server's user may make nothing. */
static bool
make_directory(const struct server *server, struct duet_error *err)
{
    const struct user *user = server->user;

    if (mkdir(server->data, 0700) == 0 &&
        (!user->is_other || chown(server->data, user->uid, user->gid) == 0))
        return true;
    return err_errno(err, "'%s'", server->data);
}

static bool
run_initdb(const struct server_recipe *recipe, const struct server *server,
           struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *const words[] = {
        path_join(&arena, server->bin, "initdb"),
        "-D",
        server->data,
        "-N",
        "-A",
        "trust",
        "-U",
        "postgres",
        "--wal-segsize=1",
        "-E",
        "UTF8",
        "--lc-messages=C",
        arena_printf(&arena, "--locale=%s", recipe->wanted->locale),
        NULL,
    };
    const struct child child = {
        .argv = words,
        .user = server->user,
        .log = server->log,
    };

    if (!make_directory(server, err))
        return false;
    if (child_run(&child, err))
        return true;
    if (strstr(err->text, "invalid locale") != NULL)
        return err_hint(err, "'locale -a' lists those that this machine has");
    if (strstr(err->text, "effective user ID") != NULL)
        return err_hint(err, "this user needs a line in /etc/passwd");
    return false;
}

/*
 * VACUUM FULL writes each table without the maps beside it, and leaves 740
 * files of 970.
 */
static bool
make_slim(const struct server *server, struct duet_error *err)
{
    return server_single(server, "template1",
                         "vacuum full;\n\n"
                         "update pg_database set datallowconn = true"
                         " where datname = 'template0';\n\n",
                         err) &&
           server_single(server, "postgres", "vacuum full;\n\n", err) &&
           server_single(server, "template0",
                         "vacuum full;\n\n"
                         "update pg_database set datallowconn = false"
                         " where datname = 'template0';\n\n",
                         err);
}

static bool
fill(const struct server_recipe *recipe, const struct server *server,
     struct duet_error *err)
{
    return (run_initdb(recipe, server, err) && make_slim(server, err)) ||
           err_wrap(err, "the template for '%s'", server->bin);
}

/*
 * What tells one server program from another is cheaper to have than its
 * version.  The library that sorts text counts, too.
 */
bool
recipe_empty(struct server_recipe *out, struct arena *arena,
             const struct server_template *wanted, struct duet_error *err)
{
    const char *program = path_join(arena, wanted->bin, "postgres");
    char library[128] = "";
    char hash[DIGEST_LEN];
    const char *text;
    struct stat info;

    if (stat(program, &info) != 0)
        return err_errno(err, "'%s'", program);
    (void)confstr(_CS_GNU_LIBC_VERSION, library, sizeof library);
    text = arena_printf(arena, "%s|%s|%jd|%jd.%09ld|%jd|%s|%s", FORM, program,
                        (intmax_t)info.st_size, (intmax_t)info.st_mtim.tv_sec,
                        info.st_mtim.tv_nsec, (intmax_t)info.st_ino, library,
                        wanted->locale);
    digest(text, strlen(text), hash);
    *out = server_recipe(arena_printf(arena, "pg-%.16s", hash), wanted);
    out->fill = fill;
    return true;
}
