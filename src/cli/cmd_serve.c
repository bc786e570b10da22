/*
 * duet serve: answer requests, line by line, for a process in any language
 * that wants its database cleared quickly and often.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/clearing.h"
#include "cli/interrupt.h"
#include "cli/line_reader.h"
#include "cli/outcome.h"
#include "cli/render.h"
#include "cli/serve_database.h"
#include "cli/serve_request.h"
#include "profile/place.h"
#include "profile/profile.h"
#include "worker/identity.h"
#include "worker/label.h"

static const struct option_spec options[] = {
    KEEP_OPTIONS,
    {"lock-timeout", 't', OPTION_DURATION,
     offsetof(struct clear_args, lock_timeout), "TIME",
     "give up after TIME without a lock, say 300ms; 5s if not given"},
    {0},
};

struct server {
    struct profile profile;
    struct served_database database;
    struct identity identity; /* of the worker that asks */
    bool is_identified;
    struct arena kept; /* what that points to */
    struct json_reader *json;
    struct line_reader lines;
    struct json answer;
    struct arena arena; /* of the request that is being answered */
    int nothing;        /* /dev/null */
};

/* ------------------------------------------------------------------------
 * Requests
 */

static bool
reset(struct server *server, const char *seed, struct duet_error *err)
{
    struct duet_clear_report report = {0};

    if (!served_reset(&server->database, seed, &report, err))
        return false;
    json_open(&server->answer, "result", '{');
    clearing_json(&server->answer, &report);
    json_close(&server->answer, '}');
    return true;
}

static bool
run_clear(struct server *server, const struct request *request,
          struct duet_error *err)
{
    (void)request;
    return reset(server, NULL, err);
}

static bool
run_reset(struct server *server, const struct request *request,
          struct duet_error *err)
{
    if (request->seed != NULL)
        return reset(server, request->seed, err);
    if (reset(server, sql_text_sqlite[SQL_SEED], err))
        return true;
    (void)clearing_name_seed(err, "the built-in seed");
    return (err->kind == DUET_ERROR_SQL && err->hint[0] == '\0' &&
            err_hint(err, "it is for the tables that 'duet presto' makes; "
                          "give your own: \"seed\": \"insert ...\""));
}

static bool
run_get_or_create(struct server *server, const struct request *request,
                  struct duet_error *err)
{
    static const struct json_object nothing = {0};
    struct duet_row row;

    if (request->key->count == 0)
        return err_set(err, DUET_ERROR_USAGE, "'key' has no column");
    if (!served_get_or_create(&server->database, request->table, request->key,
                              request->set ? request->set : &nothing, &row,
                              err))
        return false;
    json_open(&server->answer, "result", '{');
    outcome_json(&server->answer, request->table, &row);
    json_close(&server->answer, '}');
    return true;
}

static bool
run_url(struct server *server, const struct request *request,
        struct duet_error *err)
{
    struct json *answer = &server->answer;
    const struct profile *profile = &server->profile;

    (void)request;
    (void)err;
    json_open(answer, "result", '{');
    json_text(answer, "url", place_redact(&server->arena, profile->url));
    json_text(answer, "engine", place_engine(profile->url));
    json_text(answer, "profile", profile->name);
    json_close(answer, '}');
    return true;
}

/* Found out when it is first asked for; that may lease a slot. */
static bool
identify(struct server *server, struct duet_error *err)
{
    if (!server->is_identified)
        server->is_identified =
            identity_open_caller(&server->identity, &server->kept, NULL, err);
    return server->is_identified;
}

static bool
run_label(struct server *server, const struct request *request,
          struct duet_error *err)
{
    const struct identity *identity = &server->identity;
    enum duet_label_policy policy;

    if (!label_policy_find(request->policy, &policy, err) ||
        !identify(server, err))
        return false;
    json_open(&server->answer, "result", '{');
    json_text(&server->answer, "label",
              label_make(&server->arena, request->stem, identity->worker,
                         identity->is_parallel, policy));
    json_close(&server->answer, '}');
    return true;
}

static bool
run_worker(struct server *server, const struct request *request,
           struct duet_error *err)
{
    const struct identity *identity = &server->identity;
    struct json *answer = &server->answer;

    (void)request;
    if (!identify(server, err))
        return false;
    json_open(answer, "result", '{');
    json_text(answer, "worker", identity->worker);
    json_boolean(answer, "parallel", identity->is_parallel);
    json_text(answer, "run", identity->run);
    json_text(answer, "shard",
              *identity->shard == '\0' ? NULL : identity->shard);
    json_text(answer, "runner", identity->runner);
    json_text(answer, "variable", identity->variable);
    json_text(answer, "name", identity_text(identity, &server->arena));
    json_close(answer, '}');
    return true;
}

static const struct request_member no_members[] = {{0}};
static const struct request_member reset_members[] = {
    {"seed", JSON_TEXT, false, offsetof(struct request, seed)},
    {0},
};
static const struct request_member get_members[] = {
    {"table", JSON_TEXT, true, offsetof(struct request, table)},
    {"key", JSON_OBJECT, true, offsetof(struct request, key)},
    {"set", JSON_OBJECT, false, offsetof(struct request, set)},
    {0},
};
static const struct request_member label_members[] = {
    {"stem", JSON_TEXT, true, offsetof(struct request, stem)},
    {"policy", JSON_TEXT, false, offsetof(struct request, policy)},
    {0},
};

static const struct request_spec requests[] = {
    {"clear", no_members, run_clear},
    {"reset", reset_members, run_reset},
    {"get-or-create", get_members, run_get_or_create},
    {"label", label_members, run_label},
    {"worker", no_members, run_worker},
    {"url", no_members, run_url},
    {0},
};

/* ------------------------------------------------------------------------
 * The server
 */

/* From here on there is nothing more to read. */
static void
end_input(void *target)
{
    const struct server *server = target;

    (void)dup2(server->nothing, STDIN_FILENO);
}

static void
cancel(void *target)
{
    struct server *server = target;

    end_input(server);
    served_cancel(&server->database);
}

static bool
understand(struct server *server, const struct line *line,
           struct request *request, struct duet_error *err)
{
    if (!line->is_too_long)
        return request_read(requests, server->json, &server->arena, line->text,
                            line->len, request, err);
    *request = (struct request){0};
    (void)err_set(err, DUET_ERROR_USAGE, "the line has more than %d bytes",
                  LONGEST_LINE);
    (void)err_hint(err, "a seed of that size is for 'duet reset --seed FILE'");
    return false;
}

/* What a signal cancelled may say that it waited for a lock. */
static bool
run_request(struct server *server, const struct request *request,
            struct duet_error *err)
{
    bool done;

    interrupt_set(cancel, server);
    done = request->spec->run(server, request, err);
    interrupt_set(end_input, server);
    if (!done && interrupted() && err->kind != DUET_ERROR_UNCERTAIN)
        (void)err_set(err, DUET_ERROR_CANCELLED, "interrupted");
    return done;
}

/* False where nobody reads the answer. */
static bool
answer(struct server *server, const struct line *line)
{
    struct json *json = &server->answer;
    struct duet_error err = {0};
    struct request request;
    bool understood;

    arena_reuse(&server->arena);
    understood = understand(server, line, &request, &err);
    json_open(json, NULL, '{');
    request_add_id(json, &request);
    if (!understood || !run_request(server, &request, &err))
        error_json(json, &err);
    json_close(json, '}');
    json_print(json, stdout);
    return fflush(stdout) == 0;
}

static bool
is_blank(const struct line *line)
{
    return !line->is_too_long && strspn(line->text, " \t\r") == line->len;
}

static bool
serve(struct server *server, struct duet_error *err)
{
    struct line line;

    do {
        if (!line_read(&server->lines, &line, err))
            return false;
        if (interrupted())
            return err_set(err, DUET_ERROR_CANCELLED, "interrupted");
        if (line.text == NULL)
            return true;
    } while (is_blank(&line) || answer(server, &line));
    return true; /* main() finds that the output is broken */
}

static void
end_server(struct server *server)
{
    interrupt_set(NULL, NULL);
    served_close(&server->database);
    if (server->is_identified)
        identity_close(&server->identity);
    arena_clear(&server->kept);
    json_reader_close(&server->json);
    line_reader_release(&server->lines);
    json_release(&server->answer);
    arena_clear(&server->arena);
    if (server->nothing > 0)
        (void)close(server->nothing);
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(end_server)
    struct server server = {.lines = {.fd = STDIN_FILENO}};

    server.nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (server.nothing < 0)
        return err_errno(err, "/dev/null");
    if (!invocation_profile(invocation, &server.profile, err) ||
        !json_reader_open(&server.json, err))
        return false;
    server.database.url = server.profile.url;
    server.database.clear = clearing_options(invocation->args);
    server.database.trace = invocation->trace;
    interrupt_set(end_input, &server);
    return serve(&server, err);
}

const struct command command_serve = {
    .name = "serve",
    .summary =
        "clear, reset and get rows for a process that asks by JSON lines",
    .operands = "",
    .description =
        "Reads requests from standard input, a JSON object a line, and writes\n"
        "an answer to each, a line in the same order, until the input ends.\n"
        "The connections stay open, so that a test process in any language\n"
        "clears its database in well under a millisecond:\n"
        "\n"
        "    {\"id\": 1, \"do\": \"clear\"}\n"
        "    {\"id\":1,\"result\":{\"tables\":[],\"rows\":0,\"sequences\":0}}\n"
        "\n"
        "What to do is clear, reset (with an SQL text as seed), get-or-create\n"
        "(with table, key and set), label (with stem and policy), worker or\n"
        "url.  An answer has the id of its request, and a result or an error.\n"
        "--keep, --only and --sequences hold for each clear and reset.\n",
    .example =
        "duet presto\n"
        "echo '{\"id\": 1, \"do\": \"clear\"}' | duet serve\n"
        "echo '{\"do\": \"get-or-create\", \"table\": \"db_dbcomputer\", "
        "\"key\": {\"label\": \"a\"}, \"set\": {\"hostname\": \"b\"}}' "
        "| duet serve\n",
    .args_size = sizeof(struct clear_args),
    .options = options,
    .run = run,
};
