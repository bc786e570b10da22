#include "lib/flake.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/storage_sql.h"
#include "rows/get_or_create.h"

static FILE *report;

/* --------------------------------------------------------------- a report */

static void write_line(const char *fmt, ...) TAP_PRINTF(1, 2);

static void
write_line(const char *fmt, ...)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *text;
    va_list args;

    va_start(args, fmt);
    text = arena_vprintf(&arena, fmt, args);
    va_end(args);
    tap_diag("%s", text);
    (void)fprintf(report, "%s\n", text);
}

void
flake_begin(const char *program, const char *hypothesis)
{
    char path[512];

    flake_slow_sync(-1);
    (void)snprintf(path, sizeof path, "%s.txt", program);
    report = fopen(path, "w");
    if (report == NULL)
        tap_bail_out("%s: can't be written", path);
    write_line("%s?", hypothesis);
    write_line("  %-24s  %-40s %7s %7s %7s %7s  %s", "", "", "tries", "misses",
               "UNIQUE", "others", "the error");
}

int
flake_end(void)
{
    (void)fprintf(report, "\n");
    (void)fclose(report);
    return tap_done();
}

static const char *
verdict_text(struct arena *arena, const struct flake *flake,
             enum flake_verdict expected)
{
    if (expected == FLAKE_CONTROL)
        return flake->unique > 0 ? "is seen" : "is NOT SEEN";
    if (flake->unique > 0)
        return "can";
    return arena_printf(arena, "%s (in %ld tries)",
                        expected == FLAKE_SELDOM ? "not seen" : "cannot",
                        flake->tries);
}

bool
flake_judge(const struct flake *flake, enum flake_verdict expected)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *verdict = verdict_text(&arena, flake, expected);
    bool can = flake->unique > 0;

    write_line("  %-24s  %-40s %7ld %7ld %7ld %7ld  %s", flake->engine,
               flake->variant, flake->tries, flake->misses + flake->stale,
               flake->unique, flake->others, verdict);
    if (flake->others > 0)
        write_line("  %-24s  others: %s", "", flake->other);
    return OK(flake->tries > 0 && (expected == FLAKE_SELDOM ||
                                   can == (expected != FLAKE_CANNOT)),
              "%s, %s: %s", flake->engine, flake->variant, verdict);
}

void
flake_count_error(struct flake *flake, const struct duet_error *err)
{
    bool is_unique =
        strcmp(err->code, "23505") == 0 || strcmp(err->code, "2067") == 0;

    flake->unique += is_unique;
    flake->others += !is_unique;
    if (!is_unique && flake->other[0] == '\0')
        (void)snprintf(flake->other, sizeof flake->other, "%.200s", err->text);
}

/* ---------------------------------------------------------------- engines */

struct engine {
    const char *engine;
    const char *name;
    const char *setup;
};

static const struct engine engines[] = {
    {"sqlite", "sqlite, rollback journal", "pragma journal_mode = delete"},
    {"sqlite", "sqlite, wal", "pragma journal_mode = wal"},
    {"postgres", "postgres", "select 1"},
};

enum { ENGINES = sizeof engines / sizeof *engines };

bool
flake_open(struct ground *ground, const char *engine)
{
    size_t i = 0;

    while (strcmp(engines[i].name, engine) != 0)
        i++;
    if (!ground_open(ground, engines[i].engine))
        return false;
    ground_run(ground, "%s", engines[i].setup);
    storage_run(ground->db);
    db_close(&ground->db);
    return true;
}

void
flake_close(struct ground *ground)
{
    ground->db = ground_session(ground);
    ground_close(ground);
}

void
flake_each_engine(void (*run)(struct ground *ground, const char *engine))
{
    for (size_t i = 0; i < ENGINES; i++) {
        struct ground ground;

        if (!flake_open(&ground, engines[i].name)) {
            tap_skip(1, "no PostgreSQL server");
            continue;
        }
        run(&ground, engines[i].name);
        flake_close(&ground);
    }
}

/* ------------------------------------------------------------- statements */

int64_t
flake_look(struct flake *flake, struct db *db, const char *label)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value arg = db_text(label);
    struct duet_error err = {0};
    int64_t id = 0;

    if (!db_query(db, &rows, "select id from db_dbcomputer where label = $1",
                  &arg, 1, &err)) {
        flake_count_error(flake, &err);
        return 0;
    }
    while (rows_next(&rows))
        id = row_integer(&rows, 0);
    if (!rows_ended(&rows))
        flake_count_error(flake, &err);
    return id;
}

bool
flake_insert(struct flake *flake, struct db *db, const char *label)
{
    const struct db_value arg = db_text(label);
    struct duet_error err = {0};

    if (db_execute(db,
                   "insert into db_dbcomputer (label, hostname)"
                   " values ($1, 'localhost')",
                   &arg, 1, NULL, &err))
        return true;
    flake_count_error(flake, &err);
    return false;
}

void
flake_naive(struct flake *flake, struct db *db, const char *label)
{
    flake->tries++;
    if (flake_look(flake, db, label) != 0)
        return;
    flake->misses++;
    (void)flake_insert(flake, db, label);
}

struct duet_getter *
flake_getter(struct db *db)
{
    static const char *const columns[] = {"label", "hostname"};
    struct duet_getter *getter = NULL;
    struct duet_error err;

    if (!getter_open(&getter, db, "db_dbcomputer", columns, 1, columns + 1, 1,
                     &err))
        tap_bail_out("%s", err.text);
    return getter;
}

bool
flake_get(struct flake *flake, struct duet_getter *getter, struct db *db,
          const char *label)
{
    static const char *const host[] = {"localhost"};
    struct duet_error err = {0};
    struct duet_row row;
    bool done = get_or_create(getter, &label, host, &row, &err);

    if (!done && err.kind == DUET_ERROR_RETRY && db_in_transaction(db)) {
        db_rollback(db);
        done = get_or_create(getter, &label, host, &row, &err);
    }
    flake->tries++;
    if (!done)
        flake_count_error(flake, &err);
    return done && row.outcome != DUET_DIFFERENT;
}

/* -------------------------------------------------------------- processes */

void *
flake_share(size_t size)
{
    FILE *file = tmpfile();
    void *shared;

    if (file == NULL || ftruncate(fileno(file), (off_t)size) != 0)
        tap_bail_out("no temporary file");
    shared =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    if (shared == MAP_FAILED)
        tap_bail_out("no shared memory");
    (void)fclose(file);
    return shared;
}

pid_t
flake_fork(void (*run)(void *context), void *context)
{
    pid_t process;

    (void)fflush(NULL);
    process = fork();
    if (process == 0) {
        run(context);
        _exit(0);
    }
    if (process < 0)
        tap_bail_out("no other process");
    return process;
}

void
flake_join(pid_t process)
{
    int status = 0;

    (void)waitpid(process, &status, 0);
    if (status != 0)
        tap_bail_out("another process has failed: %d", status);
}
