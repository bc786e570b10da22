/*
 * Profiles: their registry under many processes, and which one is meant.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "lib/tap.h"
#include "profile/delete.h"
#include "profile/dotenv.h"
#include "profile/home.h"
#include "profile/make.h"
#include "profile/registry.h"

enum { WORKERS = 8, EACH = 5 };

static char top[] = "/tmp/duet.XXXXXX";

/* ------------------------------------------------------------------------
 * Scaffolding
 */

static const char *
in_top(struct arena *arena, const char *name)
{
    return path_join(arena, top, name);
}

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
}

/* A fresh directory under TOP, where the process goes and keeps profiles. */
static const char *
start_in(struct arena *arena, const char *name)
{
    const char *dir = in_top(arena, name);

    if (mkdir(dir, 0755) != 0 || chdir(dir) != 0)
        abort();
    setenv("DUET_HOME", path_join(arena, dir, "home"), 1);
    unsetenv("DUET_PROFILE");
    unsetenv("DATABASE_URL");
    return dir;
}

static bool
make(struct arena *arena, const char *name, const char *url, enum make_how how,
     struct duet_error *err)
{
    struct make_request request = {.name = name, .url = url, .how = how};
    struct made made;

    return profile_make(arena, &request, &made, err);
}

/* ------------------------------------------------------------------------
 * Names
 */

static void
test_names(void)
{
    static const char *const good[] = {"presto",  "a",       "gw0", "0",
                                       "a.b_c-d", "profile", NULL};
    static const char *const bad[] = {
        "",    ".",   "..",       ".a",  "-p", "_a",       "a/b",
        "a b", "a\n", "\xC3\xA4", "a'b", "a;", "profiles", NULL};
    struct duet_error err = {0};
    char name[66];

    for (size_t i = 0; good[i] != NULL; i++)
        OK(profile_name_check(good[i], &err), "'%s' is a name", good[i]);
    for (size_t i = 0; bad[i] != NULL; i++)
        OK(!profile_name_check(bad[i], &err) && err.kind == DUET_ERROR_USAGE &&
               *err.hint != '\0',
           "'%s' is refused", bad[i]);
    memset(name, 'a', sizeof name);
    name[64] = '\0';
    OK(profile_name_check(name, &err), "64 characters are a name");
    name[64] = 'a';
    name[65] = '\0';
    OK(!profile_name_check(name, &err), "65 are refused");
}

/* ------------------------------------------------------------------------
 * .env
 */

static void
test_dotenv(void)
{
    static const struct {
        const char *text;
        const char *want;
        const char *what;
    } cases[] = {
        {"A=1", "1", "a value"},
        {"A=1\r\nB=2\r\n", "1", "line ends of DOS"},
        {"\xEF\xBB\xBF"
         "A=1",
         "1", "a byte order mark"},
        {"  A = 1 2  ", "1 2", "blanks around"},
        {"export A=1", "1", "export"},
        {"exportA=1", NULL, "another name"},
        {"AA=1\nB=2", NULL, "names that begin alike"},
        {"A=1\nA=2", "2", "the last one counts"},
        {"#A=1\nA=2 # two", "2", "comments"},
        {"A=a#b", "a#b", "a '#' within a word"},
        {"A=#b", "", "a comment in place of a value"},
        {"A='a # b \\n $B'", "a # b \\n $B", "single quotes"},
        {"A=\"a\\\"b\\\\\\nc\\$d\" # e", "a\"b\\\nc$d", "double quotes"},
        {"B=\"x\nA=1\ny\"\nA=2", "2", "a quoted value of several lines"},
        {"A=\"open", "open", "a quote that is not closed"},
        {"A=", "", "no value"},
        {"A", NULL, "no sign"},
        {"", NULL, "nothing"},
        {"=1\n\n\n%%\nA=1", "1", "nonsense before"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SCOPED(arena_clear) struct arena arena = {0};

        IS_TEXT(dotenv_find(&arena, cases[i].text, "A"), cases[i].want,
                ".env: %s", cases[i].what);
    }
}

/* ------------------------------------------------------------------------
 * Where profiles are kept
 */

static void
test_home(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};
    const char *dir = start_in(&arena, "where");
    const char *home = NULL;

    setenv("DUET_HOME", "relative", 1);
    OK(home_find(&arena, &home, &err), "DUET_HOME may be relative");
    IS_TEXT(home, path_join(&arena, dir, "relative"), "and is made absolute");

    setenv("DUET_HOME", "", 1);
    setenv("XDG_DATA_HOME", "/data", 1);
    setenv("HOME", "/home/ada", 1);
    OK(home_find(&arena, &home, &err), "an empty DUET_HOME is none");
    IS_TEXT(home, "/data/duet", "XDG_DATA_HOME is used");
    setenv("XDG_DATA_HOME", "data", 1);
    OK(home_find(&arena, &home, &err), "a relative XDG_DATA_HOME is none");
    IS_TEXT(home, "/home/ada/.local/share/duet", "HOME is used");

    if (mkdir(".duet", 0700) != 0 || mkdir("a", 0700) != 0 ||
        mkdir("a/b", 0700) != 0 || mkdir("a/.duet", 0700) != 0)
        abort();
    OK(home_find(&arena, &home, &err), ".duet is found");
    IS_TEXT(home, path_join(&arena, dir, ".duet"), "here");
    if (chdir("a/b") != 0)
        abort();
    OK(home_find(&arena, &home, &err), ".duet is found above");
    IS_TEXT(home, path_join(&arena, dir, "a/.duet"), "the nearest one");

    if (chdir("/") != 0)
        abort();
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    OK(!home_find(&arena, &home, &err) && strstr(err.hint, "DUET_HOME"),
       "without any of them it fails, and says what to set");
}

/* ------------------------------------------------------------------------
 * Which database is meant
 */

static void
resolves(const char *url_option, const char *profile_option, const char *want,
         const char *what)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};
    struct profile meant = {0};

    if (!OK(profile_resolve(&arena, url_option, profile_option, &meant, &err),
            "%s", what))
        tap_diag("%s", err.text);
    IS_TEXT(meant.url, want, "%s: the URL", what);
}

static void
refuses(const char *url_option, const char *profile_option, const char *text,
        const char *hint, const char *what)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};
    struct profile meant = {0};

    if (!OK(!profile_resolve(&arena, url_option, profile_option, &meant,
                             &err) &&
                strstr(err.text, text) != NULL &&
                strstr(err.hint, hint) != NULL && meant.url == NULL,
            "%s", what))
        tap_diag("%s\n%s", err.text, err.hint);
}

static void
test_resolve(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};
    const char *dir = start_in(&arena, "resolve");
    const char *one = arena_printf(&arena, "sqlite:%s/home/one.db", dir);
    const char *two = arena_printf(&arena, "sqlite:%s/two.db", dir);

    refuses(NULL, NULL, "no database is named", "duet presto",
            "nothing at all");
    refuses(NULL, "one", "no profile 'one'", "duet presto one",
            "no such profile");
    OK(access("home", F_OK) != 0, "reading makes no registry");
    OK(make(&arena, "one", NULL, MAKE_STORAGE, &err), "make one: %s", err.text);
    OK(make(&arena, "two", "sqlite:./two.db", MAKE_STORAGE, &err),
       "make two: %s", err.text);

    resolves(NULL, NULL, one, "the first is the default");
    write_file(".env", "DATABASE_URL='sqlite:env.db'\n");
    resolves(NULL, NULL, "sqlite:env.db", ".env before the default");
    setenv("DATABASE_URL", "sqlite:variable.db", 1);
    resolves(NULL, NULL, "sqlite:variable.db", "the variable before .env");
    setenv("DUET_PROFILE", "two", 1);
    resolves(NULL, NULL, two, "DUET_PROFILE before DATABASE_URL, absolute");
    resolves(NULL, "one", one, "--profile before DUET_PROFILE");
    resolves("sqlite:x.db", NULL, "sqlite:x.db", "--url before all");
    refuses("sqlite:x.db", "one", "a URL and a profile", "-u or -p", "both");
    setenv("DUET_PROFILE", "three", 1);
    refuses(NULL, NULL, "DUET_PROFILE", "presto three",
            "DUET_PROFILE names none");
    refuses(NULL, "../etc", "no name", "letters", "a wrong name");

    unsetenv("DUET_PROFILE");
    setenv("DATABASE_URL", "mysql://ada:geheim@host/db", 1);
    refuses(NULL, NULL, "DATABASE_URL is 'mysql://ada:***@host/db'",
            "sqlite:PATH", "an engine that is not known");
    setenv("DATABASE_URL", "", 1);
    if (unlink(".env") != 0 || mkdir(".env", 0700) != 0)
        abort();
    resolves(NULL, NULL, one, "a directory .env is ignored");
    OK(profile_set_default("two", &err), "set the default: %s", err.text);
    resolves(NULL, NULL, two, "the default was changed");
}

/* ------------------------------------------------------------------------
 * The registry
 */

static int
mode_of(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 ? (int)(info.st_mode & 07777) : -1;
}

static void
test_modes(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};

    (void)start_in(&arena, "modes");
    setenv("DUET_HOME", "deep/er/home", 1);
    (void)umask(0);
    OK(make(&arena, "one", NULL, MAKE_STORAGE, &err), "make one: %s", err.text);
    OK(make(&arena, "two", "sqlite:two.db", MAKE_STORAGE, &err), "make two: %s",
       err.text);
    (void)umask(022);
    IS_INT(mode_of("deep/er/home"), 0700, "the directory is private");
    IS_INT(mode_of("deep"), 0700, "and what had to be made above it");
    IS_INT(mode_of("deep/er/home/profiles.db"), 0600,
           "the registry is private");
    IS_INT(mode_of("deep/er/home/one.db"), 0600, "and so is a file there");
    IS_INT(mode_of("two.db"), 0666, "another has the mode of the umask");
    if (chmod("deep/er/home/profiles.db", 0644) != 0)
        abort();
    OK(profile_set_default("two", &err), "write to one that others may read");
    IS_INT(mode_of("deep/er/home/profiles.db"), 0600, "they no longer may");
}

static void
registry_refused(const char *text, const char *what)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};
    struct profile *list;
    size_t count;

    OK(!profile_list(&arena, &list, &count, &err) &&
           err.kind == DUET_ERROR_IO && strstr(err.text, text) != NULL &&
           *err.hint != '\0',
       "%s: reading is refused: %s", what, err.text);
    OK(!make(&arena, "x", NULL, MAKE_STORAGE, &err) &&
           err.kind == DUET_ERROR_IO && strstr(err.text, text) != NULL,
       "%s: so is writing", what);
}

static void
test_versions(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error err = {0};
    struct profile *list;
    size_t count = 7;

    (void)start_in(&arena, "versions");
    OK(profile_list(&arena, &list, &count, &err) && count == 0,
       "no registry has no profiles");
    if (mkdir("home", 0700) != 0)
        abort();
    write_file("home/profiles.db", "");
    OK(profile_list(&arena, &list, &count, &err) && count == 0,
       "nor has an empty file");
    OK(make(&arena, "x", NULL, MAKE_STORAGE, &err),
       "which becomes the registry: %s", err.text);

    if (!db_open(&db, "sqlite:home/profiles.db", NULL, &err) ||
        !db_exec(db, "pragma user_version = 2", &err))
        abort();
    registry_refused("a newer duet", "a newer version");
    if (!db_exec(db, "pragma user_version = 1; pragma application_id = 7",
                 &err))
        abort();
    registry_refused("something else", "another program's database");
    db_close(&db);
    write_file("home/profiles.db", "this is no database, that is for sure, "
                                   "and it is long enough to tell.........."
                                   ".......................................");
    registry_refused("not a SQLite database", "a damaged file");
}

static bool
work(int worker)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};

    for (int i = 0; i < EACH; i++) {
        const char *name = arena_printf(&arena, "gw%d.%d", worker, i);
        struct profile *list;
        struct profile found;
        size_t count = 0;

        if (!make(&arena, name, NULL, MAKE_STORAGE, &err) ||
            !profile_list(&arena, &list, &count, &err) ||
            !profile_find(&arena, name, &found, &err) || count == 0) {
            tap_diag("worker %d: %s: %s", worker, name, err.text);
            return false;
        }
    }
    return true;
}

/* Each child's exit status is 0; they have the same registry. */
static bool
run_workers(bool (*task)(int worker))
{
    bool all = true;
    pid_t children[WORKERS];

    (void)fflush(stdout);
    for (int i = 0; i < WORKERS; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(task(i) ? 0 : 1);
    }
    for (int i = 0; i < WORKERS; i++) {
        int status = -1;

        all = waitpid(children[i], &status, 0) == children[i] && status == 0 &&
              all;
    }
    return all;
}

static void
test_workers(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};
    struct profile *list = NULL;
    size_t count = 0;
    size_t defaults = 0;

    (void)start_in(&arena, "workers");
    OK(run_workers(work), "%d processes make and list profiles at once",
       WORKERS);
    OK(profile_list(&arena, &list, &count, &err), "list them: %s", err.text);
    IS_INT(count, WORKERS * EACH, "all of them are there");
    for (size_t i = 0; i < count; i++) {
        defaults += list[i].is_default;
        if (i > 0 && strcmp(list[i - 1].name, list[i].name) >= 0)
            OK(false, "'%s' stands in its place", list[i].name);
    }
    IS_INT(defaults, 1, "one of them is the default");
}

/* Of all that delete one profile, or make it, each finds a whole one. */
static bool
make_and_delete(int worker)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};
    struct deleted deleted;

    for (int i = 0; i < EACH; i++) {
        if (worker % 2 == 0
                ? make(&arena, "same", NULL, MAKE_PRESTO, &err)
                : profile_delete(&arena, "same", DELETE_CREATED, NULL, &deleted,
                                 &err) ||
                      strstr(err.text, "there is no profile") != NULL)
            continue;
        tap_diag("worker %d: %s", worker, err.text);
        return false;
    }
    return true;
}

static void
test_same(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};
    struct deleted deleted;

    (void)start_in(&arena, "same");
    OK(run_workers(make_and_delete),
       "%d processes make and delete the same profile", WORKERS);
    OK(make(&arena, "same", NULL, MAKE_PRESTO, &err), "it can be made: %s",
       err.text);
    OK(access("home/same.db", F_OK) == 0, "its file is there");
    OK(profile_delete(&arena, "same", DELETE_CREATED, NULL, &deleted, &err),
       "it can be deleted: %s", err.text);
    OK(access("home/same.db", F_OK) != 0, "its file is gone");
    OK(access("home/.same.lock", F_OK) != 0, "no lock is left");
}

/* ------------------------------------------------------------------------
 * What somebody who was killed left
 */

static bool
put_pending(struct arena *arena, const char *url, enum profile_created what)
{
    SCOPED(registry_close) struct registry registry = {0};
    struct duet_error err = {0};
    struct profile profile = {.name = "half", .url = url, .created = what};
    const char *home;

    return home_find(arena, &home, &err) &&
           registry_open(&registry, arena, home, REGISTRY_WRITE, &err) &&
           registry_put(&registry, &profile, &err);
}

static void
test_half(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error err = {0};
    const char *dir = start_in(&arena, "half");
    const char *url = arena_printf(&arena, "sqlite:%s/half.db", dir);
    struct profile profile = {0};
    struct profile *list;
    struct deleted deleted;
    size_t count = 7;

    OK(put_pending(&arena, url, CREATED_FILE), "leave a profile half made");
    OK(profile_list(&arena, &list, &count, &err) && count == 0,
       "it is in no list");
    refuses(NULL, "half", "only by half", "duet presto half", "it is not used");
    OK(!make(&arena, "half", "sqlite:other.db", MAKE_PRESTO, &err) &&
           strstr(err.hint, "delete half") != NULL,
       "it can't be made elsewhere");
    OK(make(&arena, "half", NULL, MAKE_PRESTO, &err) &&
           profile_find(&arena, "half", &profile, &err) &&
           profile.created == CREATED_FILE,
       "it can be finished: %s", err.text);
    IS_TEXT(profile.url, url, "where it was begun");
    OK(profile_delete(&arena, "half", DELETE_CREATED, NULL, &deleted, &err) &&
           access("half.db", F_OK) != 0,
       "and deleted with its file");

    if (!put_pending(&arena, url, CREATED_FILE) ||
        !db_open(&db, url, &(struct db_options){.create = true}, &err) ||
        !db_exec(db, "create table mine (x)", &err))
        abort();
    OK(!profile_delete(&arena, "half", DELETE_CREATED, NULL, &deleted, &err) &&
           strstr(err.hint, "--forget") != NULL && access("half.db", F_OK) == 0,
       "a file that somebody else made since is not deleted");
    OK(make(&arena, "half", NULL, MAKE_PRESTO, &err) &&
           profile_find(&arena, "half", &profile, &err) &&
           profile.created == CREATED_TABLES,
       "and not taken for our own: %s", err.text);
}

int
main(void)
{
    if (mkdtemp(top) == NULL)
        abort();
    test_names();
    test_dotenv();
    test_home();
    test_resolve();
    test_modes();
    test_versions();
    test_workers();
    test_same();
    test_half();
    if (chdir("/") != 0 || fork() == 0) {
        (void)execlp("rm", "rm", "-rf", top, (char *)NULL);
        _exit(1);
    }
    (void)wait(NULL);
    return tap_done();
}
