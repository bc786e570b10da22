#include "lib/subject.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "db/trace.h"

static char scratch[256];

static void
remove_below(const char *dir)
{
    DIR *open = opendir(dir);
    struct dirent *entry;
    char path[1024];

    while (open != NULL && (entry = readdir(open)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        if (unlink(path) == 0)
            continue;
        remove_below(path);
        rmdir(path);
    }
    if (open != NULL)
        closedir(open);
}

void
scratch_remove(void)
{
    remove_below(scratch);
    rmdir(scratch);
}

const char *
scratch_make(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(scratch, sizeof scratch, "%s/duet-test.XXXXXX",
             tmp ? tmp : "/tmp");
    if (mkdtemp(scratch) == NULL) {
        perror(scratch);
        exit(1);
    }
    /* A test that bails out does not get as far as removing it. */
    atexit(scratch_remove);
    return scratch;
}

void
scratch_file(const char *dir, const char *name, const char *text)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *path = path_join(&arena, dir, name);
    size_t parent = (size_t)(strrchr(path, '/') - path);
    FILE *file = NULL;

    if (path_make_directory(arena_copy(&arena, path, parent), 0700, NULL))
        file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

void
subject_sqlite(struct subject *subject, const char *dir)
{
    *subject = (struct subject){.is_shared = dir != NULL};
    if (dir == NULL)
        snprintf(subject->url, sizeof subject->url, "sqlite::memory:");
    else
        snprintf(subject->url, sizeof subject->url, "sqlite:%s/driver.db", dir);
}

/* Unlike the subject's own URL, one that needs no schema of ours. */
static void
on_server(const char *sql)
{
    struct db *db = NULL;
    struct duet_error err;

    if (!db_open(&db, getenv("TEST_POSTGRES"), NULL, &err) ||
        !db_exec(db, sql, &err)) {
        fprintf(stderr, "%s: %s\n", sql, err.text);
        exit(1);
    }
    db_close(&db);
}

bool
subject_postgres(struct subject *subject)
{
    const char *server = getenv("TEST_POSTGRES");

    if (server == NULL || *server == '\0')
        return false;
    *subject = (struct subject){.is_server = true, .is_shared = true};
    snprintf(subject->url, sizeof subject->url,
             "%s%soptions=-csearch_path%%3Dduet_driver_%ld", server,
             strchr(server, '?') ? "&" : "?", (long)getpid());
    return true;
}

static void
drop_schema(void)
{
    char sql[256];

    snprintf(sql, sizeof sql, "drop schema if exists duet_driver_%ld cascade",
             (long)getpid());
    on_server(sql);
}

static void
create_schema(void)
{
    char sql[256];

    snprintf(sql, sizeof sql, "create schema duet_driver_%ld", (long)getpid());
    on_server(sql);
}

void
subject_wrap(struct subject *subject, enum wrapping wrapping)
{
    static const char *const names[] = {"", "trace over ", "tape of ",
                                        "replay of "};

    subject->wrapping = wrapping;
    snprintf(subject->who, sizeof subject->who, "%s%s", names[wrapping],
             subject->is_server   ? "postgres"
             : subject->is_shared ? "sqlite file"
                                  : "sqlite memory");
    if (subject->tape == NULL)
        subject->tape = tape_new();
    if (wrapping == WRAP_REPLAY)
        return;
    if (subject->is_server) {
        drop_schema();
        create_schema();
    } else if (subject->is_shared) {
        remove_below(scratch);
    }
}

static void
count_statement(void *context, const char *sql, int64_t microseconds)
{
    struct subject *subject = context;

    subject->traced += *sql != '\0' && microseconds >= 0;
}

struct db *
subject_open(struct subject *subject, const struct db_options *options)
{
    struct db_options own = options ? *options : (struct db_options){0};
    struct duet_error err;
    struct db *db = NULL;

    own.create = true;
    if (subject->wrapping == WRAP_TRACE)
        own.trace = (struct db_trace){count_statement, subject};
    if (subject->wrapping == WRAP_REPLAY)
        db = script_replay(subject->tape);
    else if (!db_open(&db, subject->url, &own, &err))
        fprintf(stderr, "%s: %s\n", subject->who, err.text);
    if (db == NULL) {
        printf("Bail out! %s: no connection\n", subject->who);
        exit(1);
    }
    return subject->wrapping == WRAP_TAPE ? tape_record(subject->tape, db) : db;
}

void
subject_release(struct subject *subject)
{
    if (subject->is_server)
        drop_schema();
    tape_free(&subject->tape);
}
