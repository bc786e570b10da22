/* For getrandom(). */
#define _GNU_SOURCE
#include "worker/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/path.h"
#include "worker/cluster_part.h"
#include "worker/ephemeral_part.h"
#include "worker/programs.h"
#include "worker/server.h"
#include "worker/template_server.h"

#define CLUSTER   "cluster"
#define SUPERUSER "postgres" /* and the database of that name */
#define LOOPBACK  "127.0.0.1"

enum {
    CLUSTER_ROOM = 192 * 1024 * 1024, /* with the log of changes at its most */
    PASSWORD_BYTES = 16,
    PORTS = 20 /* are tried before giving up */
};

/* What the keeper works with: found, or drawn, before it is forked. */
struct plan {
    const struct cluster_options *options;
    const char *bin;
    struct user user;
    struct template template;
    const char *password; /* NULL: no TCP */
};

/* ------------------------------------------------------------------------
 * In the keeper
 */

/*
 * The data's own directory, which only the server's user and root can enter.
 * Where its path is too long for a socket, or would be read as a list of
 * several, it is one with a short path that goes with this one by a link to it.
 */
static bool
make_socket_directory(struct arena *arena, const struct plan *plan,
                      const char *dir, const char **out, struct duet_error *err)
{
    enum { LONGEST = sizeof(((struct sockaddr_un *)0)->sun_path) - 1 };
    static const char file[] = "/.s.PGSQL." SERVER_PORT;
    const char *beside = path_join(arena, dir, SITE_BESIDE);
    char hash[DIGEST_LEN];

    *out = path_join(arena, dir, "data");
    if (strlen(*out) + strlen(file) <= LONGEST && strpbrk(*out, ",\"") == NULL)
        return true;
    digest(dir, strlen(dir), hash);
    *out = arena_printf(arena, "/tmp/duet-%lu-%.16s", (unsigned long)geteuid(),
                        hash);
    if (symlink(*out, beside) != 0)
        return err_errno(err, "'%s'", beside);
    if (mkdir(*out, 0700) != 0) {
        (void)err_errno(err, "'%s'", *out);
        (void)unlink(beside); /* what is there is not ours to remove */
        return false;
    }
    return !plan->user.is_other ||
           chown(*out, plan->user.uid, plan->user.gid) == 0 ||
           err_errno(err, "'%s'", *out);
}

static bool
write_hba(struct arena *arena, const char *dir, const char **out,
          struct duet_error *err)
{
    static const char text[] = "local all all trust\n"
                               "host all all " LOOPBACK "/32 scram-sha-256\n";
    const char *path = path_join(arena, dir, "hba");
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool done = file >= 0 && fchmod(file, 0644) == 0 &&
                write(file, text, strlen(text)) == (ssize_t)strlen(text);

    if (!done)
        (void)err_errno(err, "'%s'", path);
    if (file >= 0)
        (void)close(file);
    *out = path;
    return done;
}

/* One that is free at this moment; the server tells if it is no more. */
static bool
find_port(struct arena *arena, const char **out, struct duet_error *err)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
    };
    socklen_t len = sizeof address;
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool found =
        file >= 0 &&
        bind(file, (const struct sockaddr *)&address, sizeof address) == 0 &&
        getsockname(file, (struct sockaddr *)&address, &len) == 0;

    if (!found)
        (void)err_errno(err, "a port of " LOOPBACK);
    if (file >= 0)
        (void)close(file);
    *out = arena_printf(arena, "%d", ntohs(address.sin_port));
    return found;
}

/* Before it is started: it is never without. */
static bool
set_password(struct arena *arena, const struct server *server,
             const char *password, struct duet_error *err)
{
    return server_single(
        server, SUPERUSER,
        arena_printf(arena, "alter role " SUPERUSER " password '%s';\n\n",
                     password),
        err);
}

/*
 * A server with settings of the user's may do what an ordinary one doesn't,
 * and look into its databases at once.
 */
static bool
start_on_socket(struct template_copy *copy, const struct server *server,
                pid_t *pid, struct duet_error *err)
{
    pid_t started;

    if (server->settings != NULL && *server->settings != NULL)
        return template_copy_rest(copy, err) && server_start(server, pid, err);
    if (!server_begin(server, &started, err))
        return false;
    if (!template_copy_rest(copy, err)) {
        server_stop(started, SIGQUIT);
        return false;
    }
    if (!server_wait(server, started, err))
        return false;
    *pid = started;
    return true;
}

static bool
start_on_tcp(struct arena *arena, const char *dir, struct server *server,
             const char *password, pid_t *pid, struct duet_error *err)
{
    if (!set_password(arena, server, password, err) ||
        !write_hba(arena, dir, &server->hba, err))
        return false;
    for (int turn = 0; turn < PORTS; turn++) {
        if (!find_port(arena, &server->port, err))
            return false;
        if (server_start(server, pid, err))
            return true;
        if (strstr(err->text, "TCP/IP") == NULL)
            return false;
        (void)unlink(server->log); /* or it would tell of this failure again */
    }
    return false;
}

/* Before it is started: a failure of it may be kept, too. */
static void
describe(struct buf *about, const struct plan *plan,
         const struct server *server)
{
    about_put(about, "version", plan->template.version);
    about_put(about, "socket", server->socket);
    if (plan->password != NULL)
        about_put(about, "password", plan->password);
}

static bool
start(void *context, struct arena *arena, const char *dir, struct buf *about,
      pid_t *pid, struct duet_error *err)
{
    const struct plan *plan = context;
    struct server server = {
        .bin = plan->bin,
        .data = path_join(arena, dir, "data"),
        .log = path_join(arena, dir, "log"),
        .port = SERVER_PORT,
        .settings = plan->options->settings,
        .user = &plan->user,
    };
    struct template_copy copy;

    if (!make_socket_directory(arena, plan, dir, &server.socket, err))
        return false;
    describe(about, plan, &server);
    if (!template_copy(&copy, &plan->template, server.data, &plan->user, err))
        return false;
    if (plan->password == NULL
            ? !start_on_socket(&copy, &server, pid, err)
            : !template_copy_rest(&copy, err) ||
                  !start_on_tcp(arena, dir, &server, plan->password, pid, err))
        return false;
    about_put(about, "port", server.port);
    return true;
}

static void
throw_away(pid_t server)
{
    server_stop(server, SIGQUIT);
}

static void
end_in_peace(pid_t server)
{
    server_stop(server, SIGINT);
}

static const struct ephemeral_kind passing = {
    .name = CLUSTER,
    .room = CLUSTER_ROOM,
    .start = start,
    .stop = throw_away,
};

static const struct ephemeral_kind kept = {
    .name = CLUSTER,
    .room = CLUSTER_ROOM,
    .start = start,
    .stop = end_in_peace,
};

/* ------------------------------------------------------------------------
 * How it is reached
 */

/* As a part of a URL. */
static const char *
encode(struct arena *arena, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789/_.~-";
    SCOPED(buf_release) struct buf out = {0};

    for (; *text != '\0'; text++)
        if (strchr(plain, *text) != NULL)
            buf_char(&out, *text);
        else
            buf_printf(&out, "%%%02X", (unsigned)(unsigned char)*text);
    return arena_text(arena, buf_data(&out));
}

/* With the port, which PGPORT might say otherwise. */
const char *
cluster_socket_url(struct arena *arena, const char *socket)
{
    return arena_printf(arena,
                        "postgresql://" SUPERUSER "@/" SUPERUSER
                        "?host=%s&port=" SERVER_PORT,
                        encode(arena, socket));
}

const char *
cluster_own_url(struct arena *arena, const char *url)
{
    return arena_printf(arena, "%s&hostaddr=", url);
}

bool
cluster_of(struct cluster *out, struct arena *arena,
           const struct ephemeral *place)
{
    const char *about = place->about;
    const char *password = about_get(arena, about, "password");
    const char *socket = about_get(arena, about, "socket");
    const char *port = about_get(arena, about, "port");

    if (strcmp(place->kind, CLUSTER) != 0 || socket == NULL)
        return false;
    if (port == NULL) /* it did not start */
        port = SERVER_PORT;
    *out = (struct cluster){
        .place = *place,
        .url = password == NULL ? cluster_socket_url(arena, socket)
                                : arena_printf(arena,
                                               "postgresql://" SUPERUSER
                                               ":%s@" LOOPBACK ":%s/" SUPERUSER,
                                               password, port),
        .host = password == NULL ? socket : LOOPBACK,
        .port = port,
        .user = SUPERUSER,
        .database = SUPERUSER,
        .password = password,
        .version = about_get(arena, about, "version"),
    };
    return true;
}

/* ------------------------------------------------------------------------
 * Starting and stopping
 */

static bool
draw_password(struct arena *arena, const char **out, struct duet_error *err)
{
    unsigned char bytes[PASSWORD_BYTES];
    SCOPED(buf_release) struct buf text = {0};

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return err_errno(err, "a random password");
    for (size_t i = 0; i < sizeof bytes; i++)
        buf_printf(&text, "%02x", bytes[i]);
    *out = arena_text(arena, buf_data(&text));
    return true;
}

static bool
check_settings(const char *const *settings, struct duet_error *err)
{
    for (; settings != NULL && *settings != NULL; settings++)
        if (**settings == '=' || strchr(*settings, '=') == NULL) {
            (void)err_set(err, DUET_ERROR_USAGE,
                          "setting '%s' has no name and value", *settings);
            return err_hint(err, "write it as work_mem=64MB");
        }
    return true;
}

static bool
make_plan(struct plan *plan, struct arena *arena,
          const struct cluster_options *options, struct duet_error *err)
{
    *plan = (struct plan){.options = options};
    return check_settings(options->settings, err) &&
           programs_find(arena, options->bin, &plan->bin, err) &&
           user_find(&plan->user, arena, options->run_as, err) &&
           (!options->tcp || draw_password(arena, &plan->password, err));
}

static bool
find_template(struct plan *plan, struct arena *arena, struct duet_error *err)
{
    const struct cluster_options *options = plan->options;
    const struct server_template wanted = {
        .bin = plan->bin,
        .user = &plan->user,
        .locale = options->locale != NULL ? options->locale : "C",
        .settings = options->settings,
        .tree = options->tree,
        .seed = options->seed,
    };

    return template_find_server(&plan->template, arena, &wanted, err);
}

/* A template may turn out not to be whole, and then be made anew, once. */
static bool
open_place(struct ephemeral *place, struct arena *arena, struct plan *plan,
           struct duet_error *err)
{
    const struct cluster_options *options = plan->options;
    struct ephemeral_request request = {
        .kind = options->keep ? &kept : &passing,
        .context = plan,
        .name = options->name,
        .time_to_live = options->time_to_live,
        .keep = options->keep,
    };

    memcpy(request.owners, options->owners, sizeof request.owners);
    return find_template(plan, arena, err) &&
           (ephemeral_open(place, arena, &request, err) ||
            (template_discard(&plan->template) &&
             find_template(plan, arena, err) &&
             ephemeral_open(place, arena, &request, err)));
}

bool
cluster_start(struct cluster *out, struct arena *arena,
              const struct cluster_options *options, struct duet_error *err)
{
    struct ephemeral place;
    struct plan plan;

    if (!make_plan(&plan, arena, options, err) ||
        !open_place(&place, arena, &plan, err))
        return false;
    return cluster_of(out, arena, &place) ||
           err_set(err, DUET_ERROR_USAGE, "'%s' is in use, and no cluster",
                   place.name);
}

bool
cluster_stop(const struct cluster *cluster, struct duet_error *err)
{
    return ephemeral_close(&cluster->place, err);
}
