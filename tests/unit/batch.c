/*
 * Get-or-create for a file of rows: what is read, what is written, and that a
 * batch which fails has changed nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "db/db.h"
#include "lib/soak.h"
#include "lib/subject.h"
#include "lib/tap.h"
#include "rows/batch.h"

static const char table_sql[] =
    "create table item (\n"
    "    id integer constraint item_pkey primary key,\n"
    "    name text not null constraint item_name_key unique,\n"
    "    amount numeric,\n"
    "    note text constraint item_note check (note <> 'wrong'))";

/* What the events of a run told. */
struct told {
    char text[512]; /* each as `line:outcome:id`, in order */
    uint64_t last_line;
    bool in_order;
};

static void
listen(void *context, const struct batch_event *event)
{
    static const char letters[] = "fcd";
    struct told *told = context;
    size_t len = strlen(told->text);

    told->in_order = told->in_order && event->line > told->last_line;
    told->last_line = event->line;
    (void)snprintf(told->text + len, sizeof told->text - len, "%s%llu:%c:%s",
                   len ? " " : "", (unsigned long long)event->line,
                   letters[event->row->outcome], event->row->id[0]);
}

struct run {
    bool ok;
    struct told told;
    struct batch_event total;
    struct duet_error err;
};

static struct run
run_file(struct db *db, FILE *file, const struct batch_options *given)
{
    struct run run = {.told.in_order = true};
    struct batch_options options = given ? *given : (struct batch_options){0};

    options.event = listen;
    options.context = &run.told;
    rewind(file);
    run.ok =
        batch_run(db, "item", file, "rows", &options, &run.total, &run.err);
    (void)fclose(file);
    return run;
}

static struct run
run_text(struct db *db, const char *text, const struct batch_options *options)
{
    FILE *file = tmpfile();

    (void)fputs(text, file);
    return run_file(db, file, options);
}

/* Each row as id|name|amount|note, with NULL written so. */
static const char *
content(struct db *db, struct arena *arena)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const char *text = "";

    (void)db_query(db, &rows, "select * from item order by id", NULL, 0, NULL);
    while (rows_next(&rows)) {
        text = arena_printf(arena, "%s%s", text, *text ? "; " : "");
        for (size_t i = 0; i < 4; i++)
            text =
                arena_printf(arena, "%s%s%s", text, i ? "|" : "",
                             row_text(&rows, i) ? row_text(&rows, i) : "NULL");
    }
    return text;
}

static void
empty(struct db *db)
{
    (void)db_exec(db, "delete from item", NULL);
}

static void
test_csv(struct db *db, const char *who)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct run run =
        run_text(db,
                 "id,name,note\r\n"
                 "1,plain,one\r\n"
                 "\r\n"
                 "2,\"quoted \"\"name\"\", with\nlines\",\r\n"
                 "3, blanks ,\"\"\r\n",
                 &(struct batch_options){.key = (const char *const[]){"name"},
                                         .nkey = 1});

    OK(run.ok, "%s: CSV is read: %s", who, run.err.text);
    IS_TEXT(run.told.text, "2:c:1 4:c:2 6:c:3",
            "%s: each row is told with the line where it began", who);
    IS_TEXT(content(db, &arena),
            "1|plain|NULL|one; 2|quoted \"name\", with\nlines|NULL|NULL; "
            "3| blanks |NULL|",
            "%s: quotes, line ends, blanks and NULL are as in COPY", who);
    empty(db);
}

static void
test_json(struct db *db, const char *who)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct batch_options by_name = {.key = (const char *const[]){"name"},
                                          .nkey = 1};
    struct run run =
        run_text(db,
                 "{\"id\": 1, \"name\": \"a \\\"b\\\" \\u00e9\"}\n"
                 "\n"
                 "{\"name\": \"nested\", \"id\": 2, \"note\": {\"k\": [1]}}\n"
                 "{\"name\": \"null\", \"id\": 3, \"note\": null}\n"
                 "{\"name\": \"flag\", \"id\": 4, \"note\": true}\n",
                 &by_name);

    OK(run.ok, "%s: JSON lines are read: %s", who, run.err.text);
    IS_TEXT(content(db, &arena),
            "1|a \"b\" \xC3\xA9|NULL|NULL; 2|nested|NULL|{\"k\":[1]}; "
            "3|null|NULL|NULL; 4|flag|NULL|true",
            "%s: lines may have other columns in another order", who);
    empty(db);
    (void)run_text(db, "{\"id\": 1, \"name\": 12345678901234567890.10}\n",
                   &by_name);
    IS_TEXT(content(db, &arena), "1|12345678901234567890.10|NULL|NULL",
            "%s: a number keeps its digits", who);
    empty(db);
}

static void
test_outcomes(struct db *db, const char *who)
{
    const struct batch_options ignore = {.key = (const char *const[]){"name"},
                                         .nkey = 1,
                                         .ignore_differences = true};
    struct run run;

    (void)db_exec(db,
                  "insert into item (id, name, note) "
                  "values (7, 'there', 'old')",
                  NULL);
    run = run_text(db,
                   "name,id,note\n"
                   "there,7,old\n"
                   "new,8,x\n"
                   "new,8,x\n"
                   "there,7,other\n",
                   &ignore);
    OK(run.ok, "%s: found, created and different rows mix: %s", who,
       run.err.text);
    IS_TEXT(run.told.text, "2:f:7 3:c:8 4:f:8 5:d:7",
            "%s: a row that comes twice is created once", who);
    IS_INT(run.total.created * 100 + run.total.found * 10 + run.total.different,
           121, "%s: the total counts them", who);
    run = run_text(db, "name,id,note\nthere,7,other\n",
                   &(struct batch_options){.key = (const char *const[]){"name"},
                                           .nkey = 1});
    OK(!run.ok && run.err.kind == DUET_ERROR_DRIFT &&
           strstr(run.err.text, "rows:2") && strstr(run.err.text, "'old'") &&
           strstr(run.err.text, "'other'"),
       "%s: a difference names line, column and both values: %s", who,
       run.err.text);
    empty(db);
}

static void
test_guess(struct db *db, const char *who)
{
    struct run run = run_text(db, "name,note\na,x\n", NULL);

    OK(!run.ok || run.total.created == 1,
       "%s: the only unique index among the columns is the key: %s", who,
       run.err.text);
    run = run_text(db, "name,id\na,1\n", NULL);
    OK(!run.ok && run.err.kind == DUET_ERROR_USAGE &&
           strstr(run.err.text, "more than one"),
       "%s: two candidates are refused: %s", who, run.err.text);
    run = run_text(db, "note,amount\na,1\n", NULL);
    OK(!run.ok && run.err.kind == DUET_ERROR_USAGE, "%s: so is none: %s", who,
       run.err.text);
    empty(db);
}

/* A file that fails, where, and what the error says. */
static const struct {
    const char *text, *where, *what;
} broken[] = {
    {"name,id\na,1\n\"b,2\n", "rows:3", "malformed CSV"},
    {"name,id\na,1\nb,2,3\n", "rows:3", "3 fields"},
    {"name,id,note\na,1,\nb,2,wrong\n", "rows:3", "item_note"},
    {"name,id,amount\na,1,1\nb,1,2\n", "rows:3", "primary key"},
    {"name,id\na,1\n,2\n", "rows:3", "NULL"},
    {"name,id,nowhere\na,1,\n", "rows:2", "no column 'nowhere'"},
    {"name,id,id\na,1,1\n", "rows:2", "given twice"},
    {"id,note\n1,x\n", "rows:2", "no key column 'name'"},
    {"{\"name\": \"a\", \"id\": 1}\n{\"name\": \n", "rows:2", "JSON object"},
    {"{\"name\": \"a\", \"id\": 1}\n[1]\n", "rows:2", "JSON object"},
    {"{\"name\": \"a\\u0000b\", \"id\": 1}\n", "rows:1", "NUL"},
};

static void
test_errors(struct db *db, const char *who)
{
    const struct batch_options by_name = {.key = (const char *const[]){"name"},
                                          .nkey = 1};
    SCOPED(arena_clear) struct arena arena = {0};

    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct run run = run_text(db, broken[i].text, &by_name);

        OK(!run.ok && strstr(run.err.text, broken[i].where) &&
               (strstr(run.err.text, broken[i].what) ||
                strstr(run.err.constraint, "pkey")),
           "%s: %s is told: %s", who, broken[i].what, run.err.text);
        IS_TEXT(content(db, &arena), "", "%s: and nothing was written", who);
    }
}

enum { MANY = 20000 };

static FILE *
many_rows(bool backwards)
{
    FILE *file = tmpfile();

    (void)fprintf(file, "id,name,note\n");
    for (int i = 0; i < MANY; i++) {
        int number = backwards ? MANY - 1 - i : i;

        (void)fprintf(file, "%d,name %d,a note for row %d\n", number, number,
                      number);
    }
    return file;
}

static long
peak_memory(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void
test_size(struct db *db, const char *who)
{
    const struct batch_options by_name = {.key = (const char *const[]){"name"},
                                          .nkey = 1};
    struct run run = run_file(db, many_rows(false), &by_name);
    long before;

    OK(run.ok && run.total.created == MANY && run.told.in_order,
       "%s: %d rows are created, told in order: %s", who, MANY, run.err.text);
    before = peak_memory();
    run = run_file(db, many_rows(true), &by_name);
    OK(run.ok && run.total.found == MANY, "%s: and found again", who);
    /* A sanitizer keeps what was freed for a while. */
    if (is_instrumented())
        tap_skip(1, "memory is not what it is without instruments");
    else
        OK(peak_memory() - before < 4096,
           "%s: in constant memory (%ld kB more)", who, peak_memory() - before);
    empty(db);
}

static void
test_subject(struct subject *subject)
{
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error err = {0};

    subject_wrap(subject, WRAP_NOT);
    db = subject_open(subject, NULL);
    OK(db_exec(db, table_sql, &err), "%s: the table is made: %s", subject->who,
       err.text);
    test_csv(db, subject->who);
    test_json(db, subject->who);
    test_outcomes(db, subject->who);
    test_guess(db, subject->who);
    test_errors(db, subject->who);
    test_size(db, subject->who);
}

int
main(void)
{
    struct subject subject;

    subject_sqlite(&subject, NULL);
    test_subject(&subject);
    subject_release(&subject);
    if (subject_postgres(&subject)) {
        test_subject(&subject);
        subject_release(&subject);
    }
    return tap_done();
}
