#include "lib/ground.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/subject.h"

/* By user tables: what is shown, and what stands behind "from". */
static const char postgres_tables[] =
    "select * from (select case when pg_table_is_visible(c.oid) then relname"
    "            else nspname || '.' || relname end,"
    "       case relkind when 'p' then '' else 'only ' end"
    "       || quote_ident(nspname) || '.' || quote_ident(relname)"
    "  from pg_class c join pg_namespace n on n.oid = relnamespace"
    " where relkind in ('r', 'p') and not relispartition"
    "   and relpersistence <> 't' and nspname !~ '^pg_'"
    "   and nspname <> 'information_schema') t (name, target)"
    " order by name collate \"C\"";
static const char sqlite_tables[] =
    "select name, '\"' || replace(name, '\"', '\"\"') || '\"'"
    "  from pragma_table_list"
    " where schema = 'main' and type in ('table', 'virtual')"
    "   and name not like 'sqlite!_%' escape '!' order by 1";

/* One line each; an oid shows what was made anew. */
static const char postgres_schema[] =
    "select line from ("
    " select concat_ws(' ', 'class', oid, relnamespace::regnamespace, relname,"
    "   relkind, relowner::regrole, relpersistence, relispartition,"
    "   relhasrules, relhastriggers, relrowsecurity, relforcerowsecurity,"
    "   reloptions, relacl) from pg_class where oid >= 16384"
    "   and relkind in ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'f')"
    " union all select concat_ws(' ', 'column', attrelid, attnum, attname,"
    "   atttypid::regtype, attnotnull, atthasdef, attidentity, attgenerated)"
    "   from pg_attribute where attrelid >= 16384 and attnum > 0"
    "   and attrelid not in (select oid from pg_class where relkind in"
    "   ('t', 'i', 'I'))"
    " union all select concat_ws(' ', 'constraint', oid, conname, conrelid,"
    "   convalidated, pg_get_constraintdef(oid)) from pg_constraint"
    "   where oid >= 16384"
    " union all select concat_ws(' ', 'trigger', oid, tgname, tgenabled,"
    "   pg_get_triggerdef(oid)) from pg_trigger where oid >= 16384"
    " union all select concat_ws(' ', 'rule', oid, rulename, ev_enabled,"
    "   pg_get_ruledef(oid)) from pg_rewrite where oid >= 16384"
    " union all select concat_ws(' ', 'sequence', seqrelid, seqstart,"
    "   seqincrement, seqcycle) from pg_sequence"
    " union all select concat_ws(' ', 'policy', oid, polname, polrelid)"
    "   from pg_policy) all_of_them (line) order by line collate \"C\"";
static const char sqlite_schema[] =
    "select type || ' ' || name || ' ' || coalesce(sql, '')"
    "  from sqlite_schema union all select 'journal ' || journal_mode"
    "  from pragma_journal_mode union all select 'version ' || user_version"
    "  from pragma_user_version";

_Noreturn static void
give_up(const char *doing, const struct duet_error *err)
{
    tap_diag("%s: %s (%s)", doing, err->text, err->hint);
    puts("Bail out!");
    exit(1);
}

int64_t
milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
sleep_milliseconds(int64_t time)
{
    struct timespec span = {time / 1000, time % 1000 * 1000000};

    nanosleep(&span, NULL);
}

struct db *
session_open(const char *url, bool create)
{
    struct db *db = NULL;
    struct duet_error err;

    if (!db_open(&db, url, &(struct db_options){.create = create}, &err))
        give_up(url, &err);
    return db;
}

void
ground_clear_as(struct ground *ground, const char *role)
{
    int len = snprintf(ground->cleaner, sizeof ground->cleaner, "%s&user=%s",
                       ground->url, role);

    if (len < 0 || (size_t)len >= sizeof ground->cleaner)
        abort();
}

void
session_run(struct db *db, const char *fmt, ...)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err;
    va_list args;
    char *sql;

    va_start(args, fmt);
    sql = arena_vprintf(&arena, fmt, args);
    va_end(args);
    if (!db_exec(db, sql, &err))
        give_up(sql, &err);
}

int64_t
session_number(struct db *db, const char *sql)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct duet_error err;
    int64_t number = 0;

    if (!db_query(db, &rows, sql, NULL, 0, &err))
        give_up(sql, &err);
    while (rows_next(&rows))
        number = row_integer(&rows, 0);
    if (!rows_ended(&rows))
        give_up(sql, &err);
    return number;
}

void
ground_run(struct ground *ground, const char *fmt, ...)
{
    SCOPED(arena_clear) struct arena arena = {0};
    va_list args;
    char *sql;

    va_start(args, fmt);
    sql = arena_vprintf(&arena, fmt, args);
    va_end(args);
    session_run(ground->db, "%s", sql);
}

int64_t
ground_number(struct ground *ground, const char *sql)
{
    return session_number(ground->db, sql);
}

/* ------------------------------------------------------------ the database */

static const char *
server(void)
{
    const char *url = getenv("TEST_POSTGRES");

    return url != NULL && *url != '\0' ? url : NULL;
}

static void
on_server(const char *verb, const char *name)
{
    struct db *db = session_open(server(), false);

    session_run(db, "%s %s", verb, name);
    db_close(&db);
}

/* Of two settings of the same name libpq takes the later. */
static void
server_url(char *url, size_t size, const char *name, const char *value)
{
    snprintf(url, size, "%s%s%s=%s", server(),
             strchr(server(), '?') ? "&" : "?", name, value);
}

static void
make(struct ground *ground)
{
    static int count;

    if (ground->is_server) {
        snprintf(ground->name, sizeof ground->name, "duet_ground_%ld_%d",
                 (long)getpid(), ++count);
        on_server("create database", ground->name);
        server_url(ground->url, sizeof ground->url, "dbname", ground->name);
    } else {
        snprintf(ground->path, sizeof ground->path, "%s/ground-%d.db",
                 scratch_make(), ++count);
        snprintf(ground->url, sizeof ground->url, "sqlite:%s", ground->path);
    }
    snprintf(ground->cleaner, sizeof ground->cleaner, "%s", ground->url);
    ground->db = session_open(ground->url, true);
}

static void
unmake(struct ground *ground)
{
    char name[80];

    db_close(&ground->db);
    if (ground->is_server) {
        snprintf(name, sizeof name, "%s with (force)", ground->name);
        on_server("drop database if exists", name);
    } else {
        scratch_remove();
    }
}

static void
become_owner(struct ground *ground)
{
    static const char create[] =
        "do 'begin create role " GROUND_OWNER " login;"
        " exception when duplicate_object or unique_violation then end'";

    if (!ground->is_owner)
        return;
    ground_run(ground, create);
    ground_run(ground,
               "grant create on database %s to " GROUND_OWNER
               "; set role " GROUND_OWNER,
               ground->name);
    ground_clear_as(ground, GROUND_OWNER);
}

bool
ground_open(struct ground *ground, const char *engine)
{
    *ground = (struct ground){.who = engine,
                              .is_server = strcmp(engine, "sqlite") != 0,
                              .is_owner = strstr(engine, "owner") != NULL};
    if (ground->is_server && server() == NULL)
        return false;
    make(ground);
    become_owner(ground);
    return true;
}

/* A new database on a server takes its time. */
static const char postgres_drop[] =
    "do 'declare s text; begin"
    " for s in select quote_ident(extname) from pg_extension"
    "   where extname <> ''plpgsql'' loop"
    "   execute ''drop extension if exists '' || s || '' cascade''; end loop;"
    " for s in select quote_ident(nspname) from pg_namespace"
    "   where nspname !~ ''^pg_'' and nspname <> ''information_schema'' loop"
    "   execute ''drop schema '' || s || '' cascade''; end loop;"
    " end'; create schema public; grant all on schema public to public";

void
ground_renew(struct ground *ground)
{
    if (ground->is_server) {
        ground_run(ground, "reset role; %s", postgres_drop);
        snprintf(ground->cleaner, sizeof ground->cleaner, "%s", ground->url);
        become_owner(ground);
    } else {
        unmake(ground);
        make(ground);
    }
}

void
ground_close(struct ground *ground)
{
    if (ground->db != NULL)
        unmake(ground);
}

struct db *
ground_session(const struct ground *ground)
{
    return session_open(ground->url, false);
}

/* ---------------------------------------------------------- what is in it */

/* One statement for all: SQLite takes 500 parts. */
static void
write_counts(struct ground *ground, struct buf *sql)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct duet_error err;

    if (!db_query(ground->db, &rows,
                  ground->is_server ? postgres_tables : sqlite_tables, NULL, 0,
                  &err))
        give_up("tables", &err);
    buf_text(sql, "select '', 0");
    while (rows_next(&rows)) {
        buf_text(sql, " union all select ");
        buf_quoted(sql, row_text(&rows, 0), row_len(&rows, 0), '\'');
        buf_printf(sql, ", count(*) from %s", row_text(&rows, 1));
    }
    if (!rows_ended(&rows))
        give_up("tables", &err);
}

void
ground_rows(struct ground *ground, struct buf *out)
{
    SCOPED(buf_release) struct buf sql = {0};
    SCOPED(rows_clear) struct rows rows = {0};
    struct duet_error err;

    buf_clear(out);
    write_counts(ground, &sql);
    if (!db_query(ground->db, &rows, buf_data(&sql), NULL, 0, &err))
        give_up(buf_data(&sql), &err);
    while (rows_next(&rows))
        if (row_integer(&rows, 1) > 0)
            buf_printf(out, "%s%s %s", out->len ? ", " : "", row_text(&rows, 0),
                       row_text(&rows, 1));
    if (!rows_ended(&rows))
        give_up(buf_data(&sql), &err);
}

void
ground_schema(struct ground *ground, struct buf *out)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct duet_error err;

    buf_clear(out);
    if (!db_query(ground->db, &rows,
                  ground->is_server ? postgres_schema : sqlite_schema, NULL, 0,
                  &err))
        give_up("schema", &err);
    while (rows_next(&rows))
        buf_printf(out, "%s\n", row_text(&rows, 0));
    if (!rows_ended(&rows))
        give_up("schema", &err);
}

void
report_text(const struct duet_clear_report *report, struct buf *out)
{
    buf_clear(out);
    for (size_t i = 0; i < report->ntables; i++)
        buf_printf(out, "%s%s %" PRId64, i ? ", " : "", report->tables[i].table,
                   report->tables[i].rows);
}

struct duet_cleaner *
ground_cleaner(const struct ground *ground,
               const struct duet_clear_options *options)
{
    struct duet_cleaner *cleaner = NULL;
    struct duet_error err;

    if (!duet_cleaner_open(&cleaner, ground->cleaner, options, &err))
        give_up("cleaner", &err);
    return cleaner;
}

/* ------------------------------------------------------------------ helpers */

struct helper
helper_start(const char *program, const char *what, const struct ground *ground)
{
    struct helper helper;
    int ends[2];

    fflush(stdout);
    if (pipe(ends) != 0)
        abort();
    helper.process = fork();
    if (helper.process == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(program, program, what, ground->cleaner, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    helper.ready = ends[0];
    return helper;
}

void
helper_tell(void)
{
    if (write(STDOUT_FILENO, "x", 1) != 1)
        _exit(126);
}

void
helper_wait(const struct helper *helper)
{
    char told;

    if (read(helper->ready, &told, 1) < 0)
        perror("helper");
}

int
helper_end(struct helper *helper)
{
    int status = 0;

    waitpid(helper->process, &status, 0);
    close(helper->ready);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
