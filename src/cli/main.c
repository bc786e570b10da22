/*
 * duet: the program.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/render.h"
#include "db/url.h"

enum { EXIT_USAGE = 2 };

const struct command *const commands[] = {
    &command_presto,
    &command_profile,
    &command_clear,
    &command_reset,
    &command_get_or_create,
    &command_serve,
    &command_new,
    &command_up,
    &command_down,
    &command_redo,
    &command_status,
    &command_verify,
    &command_baseline,
    &command_adopt,
    &command_repair,
    &command_schema,
    &command_compare,
    &command_cluster,
    &command_worker,
    &command_help,
    NULL,
};

/* What a failure is to the shell; the kinds that are not here are 1. */
static int
status_of(enum duet_error_kind kind)
{
    static const int statuses[] = {
        [DUET_ERROR_USAGE] = EXIT_USAGE, [DUET_ERROR_DRIFT] = 3,
        [DUET_ERROR_BUSY] = 4,           [DUET_ERROR_RETRY] = 4,
        [DUET_ERROR_CONNECT] = 5,
    };
    size_t number = (size_t)kind;

    if (number >= sizeof statuses / sizeof *statuses || statuses[number] == 0)
        return 1;
    return statuses[number];
}

/*
 * A database must not be opened as file 1, where printf() writes.  Writing to
 * what is opened here fails as it would if it were still closed.
 */
static void
open_standard_files(void)
{
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++)
        if (fcntl(file, F_GETFD) == -1)
            (void)open("/dev/null", O_RDONLY);
}

/*
 * What was asked for, without the passwords that ps would show to everybody:
 * the program works with copies, and a URL among the originals is redacted in
 * its place.
 */
static const char *const *
take_arguments(struct arena *arena, int argc, char **argv)
{
    const char **copies = arena_array(arena, (size_t)argc + 1, sizeof *copies);

    for (int i = 1; i < argc; i++) {
        char *url = strstr(argv[i], "postgres");

        copies[i - 1] = arena_text(arena, argv[i]);
        if (url != NULL)
            url_redact(copies[i - 1] + (url - argv[i]), url, strlen(url) + 1);
    }
    return copies;
}

/* SQL of several lines stands under the time, to be read or pasted. */
static void
print_statement(void *context, const char *sql, int64_t microseconds)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *time =
        arena_printf(&arena, "sql: %.3f ms:", (double)microseconds / 1000);

    (void)context;
    sql += strspn(sql, " \n");
    if (strchr(sql, '\n') == NULL) {
        render_talk(arena_printf(&arena, "%s %s", time, sql));
        return;
    }
    render_talk(time);
    while (*sql != '\0') {
        int len = (int)strcspn(sql, "\n");

        render_talk(arena_printf(&arena, "    %.*s", len, sql));
        sql += len;
        sql += *sql == '\n';
    }
}

static bool
run_command(const struct command_line *line, struct arena *arena, int *status,
            struct duet_error *err)
{
    struct invocation invocation = {
        .arena = arena,
        .command = line->command,
        .args = line->args,
        .operands = line->operands,
        .noperands = line->noperands,
        .global = &line->global,
    };

    if (line->global.verbose)
        invocation.trace.statement = print_statement;
    if (!line->command->run(&invocation, err))
        return false;
    *status = invocation.status;
    return true;
}

static bool
no_command(struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "no command given");
    return err_hint(err, "'duet --help' lists the commands");
}

static bool
run_line(const struct command_line *line, struct arena *arena, int *status,
         struct duet_error *err)
{
    if (line->global.version)
        (void)printf("duet %s\n", duet_version());
    else if (line->command != NULL && line->global.help)
        help_command(line->command, line->path);
    else if (line->command != NULL)
        return run_command(line, arena, status, err);
    else if (line->global.help)
        help_program();
    else if (line->global.json)
        return no_command(err);
    else {
        help_usage(stderr);
        *status = EXIT_USAGE;
    }
    return true;
}

/* A disk that is full, or a reader that has gone, shows here at the latest. */
static int
finish_output(int status, bool json)
{
    struct duet_error err;
    bool failed = ferror(stdout) != 0;
    int number = 0;

    errno = 0;
    if (fflush(stdout) != 0 || (close(STDOUT_FILENO) != 0 && errno != EBADF)) {
        failed = true;
        number = errno;
    }
    if (!failed)
        return status;
    (void)err_set(&err, DUET_ERROR_IO, "could not write the output%s%s",
                  number ? ": " : "", number ? strerror(number) : "");
    render_error(&err, json);
    return status ? status : 1;
}

int
main(int argc, char **argv)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct command_line line = {0};
    struct duet_error err = {0};
    int status = 0;
    bool done;

    open_standard_files();
    interrupt_install();
    done = options_read(&line, &arena, commands,
                        take_arguments(&arena, argc, argv), &err) &&
           run_line(&line, &arena, &status, &err);
    if (!done && interrupted() && err.kind != DUET_ERROR_UNCERTAIN)
        (void)err_set(&err, DUET_ERROR_CANCELLED, "interrupted");
    if (!done) {
        (void)fflush(stdout);
        render_error(&err, line.global.json);
        status = status_of(err.kind);
    }
    status = finish_output(status, line.global.json);
    if (!done && interrupted())
        interrupt_end();
    return status;
}
