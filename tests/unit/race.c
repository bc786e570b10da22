/*
 * The race of the original report: 8 processes get or create the same 50
 * labels, 1,000 calls each, while a ninth clears the profile at random.
 *
 *     no call fails, no label has two rows, and every answer is a row that
 *     somebody has created
 *
 * Beside it, as a control, what everybody writes first: look, and insert if
 * there is nothing.  It has to fail, or this test could not see the race.
 *
 * The tables are those of the profile storage.  A trigger writes down each
 * computer that is created, in a table that the ninth keeps.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/ground.h"
#include "lib/soak.h"
#include "lib/storage_sql.h"
#include "lib/tap.h"
#include "rows/get_or_create.h"

enum { WORKERS = 8, LABELS = 50, CALLS = 1000, MOST_CALLS = 100 * CALLS };

/* The workers wait for the ninth, who may be slow, to have cleared so often. */
enum { CLEARED = 5 };

/* One process's report to the others. */
struct tally {
    int calls;
    int created;
    int insertions; /* attempted */
    int errors;
    struct duet_error first;
    struct {
        int id;
        short label;
    } answers[MOST_CALLS];
};

/* What all processes have in common. */
struct shared {
    atomic_bool over;   /* the workers have ended */
    atomic_int cleared; /* how often */
    struct tally tallies[WORKERS + 1];
};

struct arrangement {
    struct ground ground;
    struct shared *shared;
    struct tally *tallies; /* in it */
    int calls;
    bool naive;
    bool clears;
    uint64_t seed;
    int ready[2]; /* a byte from each that is ready */
    int start[2]; /* closed when all may start */
};

struct worker {
    struct arrangement *in;
    struct tally *tally;
    struct db *db;
    struct duet_getter *getter;
};

static const char *const columns[] = {"label", "hostname"};

/* ------------------------------------------------------------------------
 * A worker
 */

static void
count_insertion(void *context, const char *sql, int64_t time)
{
    struct worker *worker = context;

    (void)time;
    worker->tally->insertions += strncmp(sql, "insert", 6) == 0;
}

static void
note_error(struct tally *tally, const struct duet_error *err)
{
    if (tally->errors++ == 0)
        tally->first = *err;
}

static bool
look_naively(struct worker *worker, const char *label, int *id,
             struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value arg = db_text(label);

    if (!db_query(worker->db, &rows,
                  "select id from db_dbcomputer where label = $1", &arg, 1,
                  err))
        return false;
    while (rows_next(&rows))
        *id = (int)row_integer(&rows, 0);
    return rows_ended(&rows);
}

/* The control: somebody may create the row between the two. */
static bool
get_naively(struct worker *worker, const char *label, int *id,
            struct duet_error *err)
{
    const struct db_value args[] = {db_text(label), db_text("host")};

    if (!look_naively(worker, label, id, err))
        return false;
    if (*id != 0)
        return true;
    worker->tally->created++;
    return db_execute(worker->db,
                      "insert into db_dbcomputer (label, hostname) "
                      "values ($1, $2)",
                      args, 2, NULL, err);
}

static bool
get_well(struct worker *worker, const char *label, int *id,
         struct duet_error *err)
{
    struct duet_row row;

    if (!get_or_create(worker->getter, &label, (const char *const[]){"host"},
                       &row, err))
        return false;
    if (row.outcome == DUET_DIFFERENT)
        return false;
    worker->tally->created += row.outcome == DUET_CREATED;
    *id = (int)strtol(row.id[0], NULL, 10);
    return true;
}

static void
call(struct worker *worker, int label)
{
    struct tally *tally = worker->tally;
    struct duet_error err = {0};
    char text[24];
    int id = 0;

    (void)snprintf(text, sizeof text, "label %d", label);
    if (!(worker->in->naive ? get_naively : get_well)(worker, text, &id, &err))
        note_error(tally, &err);
    tally->answers[tally->calls].id = id;
    tally->answers[tally->calls++].label = (short)label;
}

static struct db *
worker_open(struct worker *worker)
{
    const struct db_options options = {.lock_timeout = 30000,
                                       .trace = {count_insertion, worker}};
    struct duet_error err;
    struct db *db = NULL;

    if (!db_open(&db, worker->in->ground.url, &options, &err))
        note_error(worker->tally, &err);
    return db;
}

static void
get_ready(struct arrangement *in)
{
    char byte = 0;

    (void)close(in->start[1]);
    if (write(in->ready[1], &byte, 1) != 1 || read(in->start[0], &byte, 1) != 0)
        _exit(1);
}

static bool
goes_on(const struct arrangement *in, int calls)
{
    return calls < in->calls ||
           (in->clears && in->shared->cleared < CLEARED && calls < MOST_CALLS);
}

/* Every label once, in the order that all have, and then by lot. */
static void
work(struct arrangement *in, int number)
{
    struct worker worker = {.in = in, .tally = &in->tallies[number]};
    uint64_t lots = in->seed + (uint64_t)number;
    struct duet_error err;

    worker.db = worker_open(&worker);
    if (worker.db != NULL &&
        !getter_open(&worker.getter, worker.db, "db_dbcomputer", columns, 1,
                     columns + 1, 1, &err))
        note_error(worker.tally, &err);
    get_ready(in);
    for (int i = 0; worker.getter != NULL && goes_on(in, i); i++)
        call(&worker, i < LABELS ? i : (int)lot_draw(&lots, LABELS));
    getter_close(&worker.getter);
    db_close(&worker.db);
}

/* ------------------------------------------------------------------------
 * The ninth
 */

static void
clear_at_random(struct arrangement *in)
{
    static const char *const keep[] = {"born", NULL};
    const struct duet_clear_options options = {.keep = keep,
                                               .lock_timeout = 30000};
    struct tally *tally = &in->tallies[WORKERS];
    struct duet_cleaner *cleaner = NULL;
    uint64_t lots = in->seed + WORKERS;
    struct duet_error err;

    if (!duet_cleaner_open(&cleaner, in->ground.url, &options, &err))
        note_error(tally, &err);
    get_ready(in);
    for (; cleaner != NULL && !in->shared->over; in->shared->cleared++) {
        sleep_microseconds(lot_draw(&lots, 5000));
        if (!duet_clear(cleaner, NULL, &err))
            note_error(tally, &err);
    }
    duet_cleaner_close(&cleaner);
}

/* ------------------------------------------------------------------------
 * All of them
 */

static pid_t
start(struct arrangement *in, int number)
{
    pid_t process = fork();

    if (process != 0)
        return process;
    if (number == WORKERS)
        clear_at_random(in);
    else
        work(in, number);
    _exit(0);
}

static void
run_all(struct arrangement *in)
{
    pid_t processes[WORKERS + 1];
    int count = WORKERS + (in->clears ? 1 : 0);
    char byte;

    for (int i = 0; i <= WORKERS; i++) {
        struct tally *tally = &in->tallies[i];

        tally->calls = tally->created = tally->insertions = tally->errors = 0;
    }
    in->shared->over = false;
    in->shared->cleared = 0;
    /* SQLite must have no file open across a fork. */
    db_close(&in->ground.db);
    if (pipe(in->ready) != 0 || pipe(in->start) != 0)
        abort();
    for (int i = 0; i < count; i++)
        processes[i] = start(in, i);
    (void)close(in->start[0]);
    (void)close(in->ready[1]);
    for (int i = 0; i < count; i++)
        if (read(in->ready[0], &byte, 1) != 1)
            break;
    (void)close(in->start[1]);
    for (int i = 0; i < WORKERS; i++)
        (void)waitpid(processes[i], NULL, 0);
    in->shared->over = true;
    if (in->clears)
        (void)waitpid(processes[WORKERS], NULL, 0);
    (void)close(in->ready[0]);
    in->ground.db = ground_session(&in->ground);
}

static int
sum(const struct arrangement *in, int (*of)(const struct tally *))
{
    int total = 0;

    for (int i = 0; i < WORKERS; i++)
        total += of(&in->tallies[i]);
    return total;
}

static int
calls_of(const struct tally *tally)
{
    return tally->calls;
}

static int
created_of(const struct tally *tally)
{
    return tally->created;
}

static int
insertions_of(const struct tally *tally)
{
    return tally->insertions;
}

static int
errors_of(const struct tally *tally)
{
    return tally->errors;
}

/* The first error of any of them, or "". */
static const char *
complaint(const struct arrangement *in)
{
    for (int i = 0; i <= WORKERS; i++)
        if (in->tallies[i].errors > 0)
            return in->tallies[i].first.text;
    return "";
}

static void
prepare(struct arrangement *in)
{
    ground_run(&in->ground, "delete from db_dbcomputer");
    ground_run(&in->ground, "delete from born");
    if (in->ground.is_server)
        ground_run(&in->ground, "alter sequence db_dbcomputer_id_seq restart");
}

/* ------------------------------------------------------------------------
 * What came of it
 */

/* Answers that are no row which was ever created: by id and label. */
static int
count_unborn(struct arrangement *in)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct duet_error err;
    size_t ids = 1 + (size_t)ground_number(
                         &in->ground, "select coalesce(max(id), 0) from born");
    bool *born = calloc(ids * LABELS, sizeof *born);
    int unborn = 0;

    if (!db_query(in->ground.db, &rows, "select id, label from born", NULL, 0,
                  &err))
        abort();
    while (rows_next(&rows))
        born[(size_t)row_integer(&rows, 0) * LABELS +
             (size_t)strtol(row_text(&rows, 1) + strlen("label "), NULL, 10)] =
            true;
    for (int i = 0; i < WORKERS; i++)
        for (int j = 0; j < in->tallies[i].calls; j++) {
            size_t id = (size_t)in->tallies[i].answers[j].id;
            size_t label = (size_t)in->tallies[i].answers[j].label;

            unborn += id >= ids || !born[id * LABELS + label];
        }
    free(born);
    return unborn;
}

static void
check_answers(struct arrangement *in, const char *who)
{
    if (!IS_INT(sum(in, errors_of), 0, "%s: no call fails", who))
        tap_diag("%s", complaint(in));
    OK(sum(in, calls_of) >= WORKERS * in->calls, "%s: all are answered", who);
    IS_INT(count_unborn(in), 0, "%s: each answer is a row that somebody made",
           who);
    IS_INT(sum(in, created_of),
           ground_number(&in->ground, "select count(*) from born"),
           "%s: each row was created by one", who);
    IS_INT(ground_number(&in->ground, "select count(*) - count(distinct label)"
                                      " from db_dbcomputer"),
           0, "%s: no label has two rows", who);
}

/* Without the ninth: an id is spent on each attempt to insert, not on hits. */
static void
check_alone(struct arrangement *in, const char *who)
{
    int lost = sum(in, insertions_of) - LABELS;
    int64_t last =
        ground_number(&in->ground, in->ground.is_server
                                       ? "select last_value from "
                                         "db_dbcomputer_id_seq"
                                       : "select max(id) from db_dbcomputer");

    IS_INT(ground_number(&in->ground, "select count(*) from db_dbcomputer"),
           LABELS, "%s: there are as many rows as labels", who);
    IS_INT(sum(in, created_of), LABELS, "%s: each was created once", who);
    OK(lost >= 0 && lost <= (WORKERS - 1) * LABELS &&
           last <= LABELS + (in->ground.is_server ? lost : 0),
       "%s: no id is burned by a hit", who);
    tap_diag("%s: %d races lost, the last id is %lld", who, lost,
             (long long)last);
}

static void
test_alone(struct arrangement *in, const char *who)
{
    in->clears = false;
    in->naive = false;
    prepare(in);
    run_all(in);
    check_answers(in, who);
    check_alone(in, who);
}

static void
test_cleared(struct arrangement *in, const char *who)
{
    const struct tally *ninth = &in->tallies[WORKERS];

    in->clears = true;
    in->naive = false;
    prepare(in);
    run_all(in);
    check_answers(in, who);
    if (!OK(ninth->errors == 0 && in->shared->cleared >= CLEARED,
            "%s: the ninth could clear", who))
        tap_diag("%s (%s)", ninth->first.text, ninth->first.hint);
    OK(sum(in, created_of) > LABELS, "%s: and rows were made again", who);
    tap_diag("%s: cleared %d times, %d rows, %d races lost", who,
             in->shared->cleared, sum(in, created_of),
             sum(in, insertions_of) - sum(in, created_of));
}

static void
test_control(struct arrangement *in, const char *who)
{
    enum { ROUNDS = 20 };
    int rounds = 0;

    in->naive = true;
    in->clears = true;
    do {
        prepare(in);
        run_all(in);
    } while (sum(in, errors_of) == 0 && ++rounds < ROUNDS);
    OK(sum(in, errors_of) > 0, "%s: who looks and then inserts does fail", who);
    tap_diag("%s: %d errors: %s", who, sum(in, errors_of), complaint(in));
}

/* How the tables are, beside what the profile storage says. */
struct variant {
    const char *engine;
    const char *name;
    const char *before;
    const char *after;
};

static const struct variant variants[] = {
    {"sqlite", ", rollback journal", "pragma journal_mode = delete", ""},
    {"sqlite", ", wal", "pragma journal_mode = wal", ""},
    {"postgres", "", "", ""},
    {"postgres", ", serializable",
     "do $$begin execute format('alter database %I set "
     "default_transaction_isolation = serializable', current_database()); "
     "end$$",
     ""},
    {"postgres", ", deferred", "",
     "alter table db_dbcomputer drop constraint uq_db_dbcomputer_label, "
     "add constraint uq_db_dbcomputer_label unique (label) "
     "deferrable initially deferred"},
    {"postgres", ", partial", "",
     "alter table db_dbcomputer drop constraint uq_db_dbcomputer_label; "
     "create unique index uq_db_dbcomputer_label on db_dbcomputer (label) "
     "where hostname = 'host'"},
};

static const char note_on_file[] =
    "create trigger note after insert on db_dbcomputer begin "
    "insert into born values (new.id, new.label); end";
static const char note_on_server[] =
    "create function note() returns trigger language plpgsql as "
    "$$begin insert into born values (new.id, new.label); return null; end$$; "
    "create trigger note after insert on db_dbcomputer "
    "for each row execute function note()";

static void
test_variant(struct arrangement *in, const struct variant *variant)
{
    struct ground *ground = &in->ground;
    bool is_extra = *variant->after != '\0';
    int calls = in->calls;
    char who[64];

    (void)snprintf(who, sizeof who, "%s%s", variant->engine, variant->name);
    if (!ground_open(ground, variant->engine)) {
        tap_skip(1, "no PostgreSQL server");
        return;
    }
    ground_run(ground, "%s", variant->before);
    storage_run(ground->db);
    ground_run(ground, "%s", variant->after);
    ground_run(ground, "create table born (id integer, label text)");
    ground_run(ground, "%s", ground->is_server ? note_on_server : note_on_file);
    in->calls = is_extra && calls >= 4 * LABELS ? calls / 4 : calls;
    test_alone(in, who);
    test_cleared(in, who);
    if (!is_extra)
        test_control(in, who);
    in->calls = calls;
    ground_close(ground);
}

static void *
share(size_t size)
{
    FILE *file = tmpfile();
    void *shared;

    if (file == NULL || ftruncate(fileno(file), (off_t)size) != 0)
        abort();
    shared =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    if (shared == MAP_FAILED)
        abort();
    (void)fclose(file);
    return shared;
}

int
main(void)
{
    static struct arrangement in;
    int calls = soak_count(CALLS);

    in.shared = share(sizeof *in.shared);
    in.tallies = in.shared->tallies;
    in.calls = calls < MOST_CALLS ? calls : MOST_CALLS;
    in.seed = lot_seed();
    tap_diag("SEED=%llu, %d calls each", (unsigned long long)in.seed, in.calls);
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        test_variant(&in, &variants[i]);
    return tap_done();
}
