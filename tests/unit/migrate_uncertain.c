/*
 * The connection is lost exactly at COMMIT, before the server has got it and
 * after: a run finds out by the ledger whether it was done, and goes on.  A
 * proxy between them does it, once for each COMMIT of a run.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/attr.h"
#include "lib/ground.h"
#include "migrate/migrate.h"

/* ------------------------------------------------------------------------
 * The proxy
 */

enum { PAIRS = 16 };

enum cut { CUT_BEFORE, CUT_AFTER };

struct proxy {
    char dir[64];
    struct sockaddr_un server;
    int listener;
    pthread_t thread;
    pthread_mutex_t mutex; /* of what follows */
    enum cut cut;
    int countdown; /* the COMMIT to cut at, from 1; 0: none is left to cut */
    /* The thread's own. */
    int pairs[PAIRS][2]; /* the client's end and the server's */
    size_t count;
};

static void
give_up(const char *what)
{
    perror(what);
    exit(1);
}

static bool
says_commit(const char *text, size_t len)
{
    for (size_t i = 0; i + 6 <= len; i++)
        if (strncasecmp(text + i, "commit", 6) == 0 &&
            (i + 6 == len || text[i + 6] != 't')) /* read committed */
            return true;
    return false;
}

static bool
is_to_be_cut(struct proxy *proxy, const char *text, size_t len, enum cut *cut)
{
    bool is_it = false;

    (void)pthread_mutex_lock(&proxy->mutex);
    if (proxy->countdown > 0 && says_commit(text, len))
        is_it = --proxy->countdown == 0;
    *cut = proxy->cut;
    (void)pthread_mutex_unlock(&proxy->mutex);
    return is_it;
}

static bool
send_all(int to, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(to, data, len, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        data += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* The server has done it once it is ready for the next one. */
static void
await_done(int server)
{
    static const char idle[] = {'Z', 0, 0, 0, 5, 'I'};
    char data[4096];
    size_t len = 0;

    for (;;) {
        ssize_t got = recv(server, data + len, sizeof data - len, 0);

        if (got <= 0)
            return;
        len += (size_t)got;
        if (len >= sizeof idle &&
            memcmp(data + len - sizeof idle, idle, sizeof idle) == 0)
            return;
        if (len == sizeof data)
            give_up("the answer is too long");
    }
}

/* False: the pair is over. */
static bool
pass_on(struct proxy *proxy, size_t pair, int from)
{
    int *ends = proxy->pairs[pair];
    enum cut cut;
    char data[8192];
    ssize_t len = recv(ends[from], data, sizeof data, 0);

    if (len <= 0)
        return false;
    if (from == 0 && is_to_be_cut(proxy, data, (size_t)len, &cut)) {
        if (cut == CUT_AFTER && send_all(ends[1], data, (size_t)len))
            await_done(ends[1]);
        return false;
    }
    return send_all(ends[!from], data, (size_t)len);
}

static void
end_pair(struct proxy *proxy, size_t pair)
{
    (void)close(proxy->pairs[pair][0]);
    (void)close(proxy->pairs[pair][1]);
    proxy->count--;
    memcpy(proxy->pairs[pair], proxy->pairs[proxy->count],
           sizeof proxy->pairs[pair]);
}

static void
start_pair(struct proxy *proxy)
{
    int client = accept(proxy->listener, NULL, NULL);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);

    if (client < 0 || server < 0 || proxy->count == PAIRS ||
        connect(server, (struct sockaddr *)&proxy->server,
                sizeof proxy->server) != 0)
        give_up("proxy");
    proxy->pairs[proxy->count][0] = client;
    proxy->pairs[proxy->count++][1] = server;
}

/* What the ends that are ready say; one pair at most is over then. */
static void
pass_all_on(struct proxy *proxy, const struct pollfd *ends, size_t count)
{
    for (size_t i = count; i-- > 0;)
        if (ends[i].revents != 0 && !pass_on(proxy, i / 2, (int)(i % 2))) {
            end_pair(proxy, i / 2);
            return;
        }
}

static void *
serve(void *context)
{
    struct proxy *proxy = context;
    struct pollfd ends[2 * PAIRS + 1];
    size_t count;

    do {
        count = 2 * proxy->count;
        for (size_t i = 0; i < count; i++)
            ends[i] = (struct pollfd){proxy->pairs[i / 2][i % 2], POLLIN, 0};
        ends[count] = (struct pollfd){proxy->listener, POLLIN, 0};
        if (poll(ends, count + 1, -1) < 0)
            give_up("poll");
        pass_all_on(proxy, ends, count);
        if (ends[count].revents != 0)
            start_pair(proxy);
    } while (proxy->listener >= 0);
    return NULL;
}

static struct sockaddr_un
socket_in(const char *dir)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    (void)snprintf(address.sun_path, sizeof address.sun_path,
                   "%s/.s.PGSQL.5432", dir);
    return address;
}

static void
proxy_start(struct proxy *proxy, const char *server_dir)
{
    struct sockaddr_un own;

    (void)snprintf(proxy->dir, sizeof proxy->dir, "/tmp/proxy.XXXXXX");
    if (mkdtemp(proxy->dir) == NULL)
        give_up(proxy->dir);
    own = socket_in(proxy->dir);
    proxy->server = socket_in(server_dir);
    proxy->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(proxy->listener, (struct sockaddr *)&own, sizeof own) != 0 ||
        listen(proxy->listener, PAIRS) != 0 ||
        pthread_mutex_init(&proxy->mutex, NULL) != 0 ||
        pthread_create(&proxy->thread, NULL, serve, proxy) != 0)
        give_up("proxy");
}

static void
proxy_cut(struct proxy *proxy, enum cut cut, int nth)
{
    (void)pthread_mutex_lock(&proxy->mutex);
    proxy->cut = cut;
    proxy->countdown = nth;
    (void)pthread_mutex_unlock(&proxy->mutex);
}

static bool
proxy_has_cut(struct proxy *proxy)
{
    bool has_cut;

    (void)pthread_mutex_lock(&proxy->mutex);
    has_cut = proxy->countdown == 0;
    (void)pthread_mutex_unlock(&proxy->mutex);
    return has_cut;
}

static void
proxy_end(const struct proxy *proxy)
{
    (void)unlink(socket_in(proxy->dir).sun_path);
    (void)rmdir(proxy->dir);
}

/* ------------------------------------------------------------------------
 * The tree
 */

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"0001_log.up.sql", "create table log (at text);\n"},
    {"0002_one.up.sql", "insert into log values ('2');\n"},
    {"0003_steps.up.sql",
     "-- duet: no-transaction\n"
     "insert into log values ('3.1');\n"
     "vacuum log;\n"
     "set search_path = public;\n"
     "insert into log values ('3.2');\n"
     "create index concurrently on_at on log (at);\n"
     "do $$ begin insert into log values ('3.3'); end $$;\n"},
    {"0004_own.up.sql",
     "begin;\n"
     "insert into log values ('4.1');\n"
     "end;\n" /* the other word would be seen in the ledger, too */
     "insert into log values ('4.2');\n"},
    {"0005_first.up.sql", "insert into log values ('5');\n"},
    /* The next ones go together. */
    {"0006_next.up.sql", "insert into log values ('6');\n"},
    {"0007_next.up.sql", "insert into log values ('7');\n"},
    {"0008_last.up.sql", "insert into log values ('8');\n"},
};

/* Files that one transaction can have. */
static const size_t plain[] = {0, 1, 4, 5, 6, 7};

#define ALL   "2 3.1 3.2 3.3 4.1 4.2 5 6 7 8"
#define PLAIN "2 5 6 7 8"

static void
plant(const char *dir, size_t i)
{
    char path[128];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", dir, files[i].name);
    file = fopen(path, "w");
    if (file == NULL || fputs(files[i].text, file) < 0 || fclose(file) != 0)
        give_up(path);
}

static void
uproot(const char *dir)
{
    char path[128];

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", dir, files[i].name);
        (void)unlink(path);
    }
    (void)rmdir(dir);
}

/* ------------------------------------------------------------------------
 * The runs
 */

struct trial {
    struct ground ground;
    struct proxy proxy;
    char url[256]; /* through the proxy */
    char dir[64];
    struct tree tree;
    bool single;
    const char *want; /* the log, when all is done */
    int told[8];      /* how often each of the tree was told as applied */
    int settled;      /* cuts that the run itself has found out about */
    int ended;        /* cuts that ended it, with an error that says so */
};

static void
count_applied(void *context, const struct migrate_event *event)
{
    struct trial *trial = context;

    if (event->kind != EVENT_APPLIED && event->kind != EVENT_SKIPPED)
        return;
    for (size_t i = 0; i < trial->tree.count; i++)
        if (strcmp(trial->tree.list[i].version, event->title) == 0)
            trial->told[i]++;
}

static bool
up(struct trial *trial, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    const struct migrate_options options = {
        .url = trial->url,
        .single_transaction = trial->single,
        .event = count_applied,
        .context = trial,
    };
    struct migrate_report report;

    return db_open(&db, trial->url, NULL, err) &&
           migrate_up(db, &trial->tree, &options, &report, err);
}

/* Each thing was done once, and the ledger has it. */
static bool
is_right(struct trial *trial, const char *what)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *log = NULL;
    const char *ledger = NULL;
    char count[16];

    (void)snprintf(count, sizeof count, "%zu", trial->tree.count);
    (void)db_ask(trial->ground.db, &arena,
                 "select string_agg(at, ' ' order by at) from log", NULL, 0,
                 &log, NULL);
    (void)db_ask(trial->ground.db, &arena,
                 "select count(*) from duet_migration where state = 'applied'",
                 NULL, 0, &ledger, NULL);
    if (log != NULL && strcmp(log, trial->want) == 0 && ledger != NULL &&
        strcmp(ledger, count) == 0)
        return true;
    tap_diag("%s: the log is '%s', %s in the ledger", what, log ? log : "",
             ledger ? ledger : "none");
    return false;
}

static bool
is_honest(const struct duet_error *err, const char *what)
{
    if (err->kind == DUET_ERROR_UNCERTAIN || err->kind == DUET_ERROR_RETRY)
        return true;
    tap_diag("%s: %s", what, err->text);
    return false;
}

/* False: there are fewer than NTH, and all went well; or it is wrong. */
static bool
try_cut(struct trial *trial, enum cut cut, int nth, bool *wrong)
{
    struct duet_error err = {0};
    char what[64];
    bool done;

    (void)snprintf(what, sizeof what, "cut %s COMMIT %d",
                   cut == CUT_BEFORE ? "before" : "after", nth);
    ground_renew(&trial->ground);
    memset(trial->told, 0, sizeof trial->told);
    proxy_cut(&trial->proxy, cut, nth);
    done = up(trial, &err);
    if (!proxy_has_cut(&trial->proxy)) {
        proxy_cut(&trial->proxy, cut, 0);
        *wrong = !done || !is_right(trial, what);
        return false;
    }
    *wrong = !done && !is_honest(&err, what);
    if (done) {
        trial->settled++;
    } else {
        trial->ended++;
        tap_diag("%s: %s (%s)", what, err.text, err.hint);
        if (!up(trial, &err)) {
            tap_diag("%s, again: %s", what, err.text);
            *wrong = true;
        }
    }
    *wrong = *wrong || !is_right(trial, what);
    for (size_t i = 0; done && i < trial->tree.count; i++)
        if (trial->told[i] != 1) {
            tap_diag("%s: %s was told %d times", what,
                     trial->tree.list[i].version, trial->told[i]);
            *wrong = true;
        }
    return !*wrong;
}

static void
try_all(struct trial *trial, enum cut cut, const char *name)
{
    bool wrong = false;
    int nth = 0;

    trial->settled = trial->ended = 0;
    while (try_cut(trial, cut, ++nth, &wrong))
        ;
    OK(!wrong, "%s: each thing is done once", name);
    OK(trial->settled > 0, "%s: a run finds out by itself", name);
    tap_diag("%s: %d found out, %d ended the run", name, trial->settled,
             trial->ended);
}

static void
read_tree(struct trial *trial)
{
    struct duet_error err = {0};

    if (tree_read(&trial->tree, trial->dir, "postgres", STYLE_AUTO, &err))
        return;
    tap_diag("%s", err.text);
    exit(1);
}

static void
test_steps(struct trial *trial)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        plant(trial->dir, i);
    read_tree(trial);
    trial->want = ALL;
    try_all(trial, CUT_BEFORE, "before the server has got it");
    try_all(trial, CUT_AFTER, "after the server has done it");
    tree_clear(&trial->tree);
}

/* One, two, then those that are left. */
static void
test_together(struct trial *trial)
{
    uproot(trial->dir);
    if (mkdir(trial->dir, 0700) != 0)
        give_up(trial->dir);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        plant(trial->dir, plain[i]);
    read_tree(trial);
    trial->want = PLAIN;
    try_all(trial, CUT_BEFORE, "several, before the server has got them");
    try_all(trial, CUT_AFTER, "several, after the server has done them");
}

static void
test_single(struct trial *trial)
{
    trial->single = true;
    try_all(trial, CUT_AFTER, "all in one transaction, after it");
    tree_clear(&trial->tree);
}

/* The directory of the server's socket: the URL is ...?host=DIR&dbname=NAME. */
static bool
find_server(const char *url, char *dir, size_t size)
{
    const char *host = strstr(url, "host=/");

    if (host == NULL)
        return false;
    host += strlen("host=");
    (void)snprintf(dir, size, "%.*s", (int)strcspn(host, "&"), host);
    return true;
}

int
main(void)
{
    struct trial trial = {0};
    char server[64];

    if (!ground_open(&trial.ground, "postgres"))
        tap_skip_all("no PostgreSQL server");
    if (!find_server(trial.ground.url, server, sizeof server))
        tap_skip_all("the server has no socket");
    proxy_start(&trial.proxy, server);
    (void)snprintf(trial.url, sizeof trial.url, "%.*s&host=%s", 160,
                   trial.ground.url, trial.proxy.dir);
    (void)snprintf(trial.dir, sizeof trial.dir, "/tmp/tree.XXXXXX");
    if (mkdtemp(trial.dir) == NULL)
        give_up(trial.dir);
    test_steps(&trial);
    test_together(&trial);
    test_single(&trial);
    uproot(trial.dir);
    proxy_end(&trial.proxy);
    ground_close(&trial.ground);
    return tap_done();
}
