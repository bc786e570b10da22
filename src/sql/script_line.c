#include "sql/script_state.h"

#include <stdio.h>
#include <string.h>

#include "sql/script_part.h"

static enum step
fail_command(struct script *script, uint64_t place,
             const struct command *command)
{
    char text[256];

    (void)snprintf(text, sizeof text, "'%.*s' %s", (int)command->name_len,
                   reader_at(&script->reader, place),
                   command->why ? command->why : "can't be done here");
    (void)script_fail(script, place, text, command->hint);
    return STEP_FAILED;
}

static enum step
send(struct script *script, uint64_t place, struct command *command)
{
    if (!script->progress.begun) {
        command->why = "would run the statement before it once more";
        return fail_command(script, place, command);
    }
    script_hash(script, reader_at(&script->reader, place), command->name_len);
    return STEP_DONE;
}

/* Between statements only: nothing of one is to be cut out. */
static enum step
obey(struct script *script, uint64_t place, struct command *command)
{
    if (command->effect == COMMAND_REFUSED)
        return fail_command(script, place, command);
    if (command->effect != COMMAND_SEND && script->progress.begun) {
        command->why = "stands within a statement";
        command->hint = "end the statement before it with ;";
        return fail_command(script, place, command);
    }
    script_advance(script, reader_at(&script->reader, place) + command->len);
    if (command->effect == COMMAND_SEND)
        return send(script, place, command);
    return command->effect == COMMAND_QUIT ? STEP_QUIT : STEP_ON;
}

/* `\;` is a semicolon that psql sends along with what is around it. */
static enum step
take_backslash_semicolon(struct script *script, uint64_t place)
{
    if (script->progress.parens > 0 || script->progress.begins > 0) {
        (void)script_fail(script, place, "'\\;' stands within a statement",
                          "write ; there");
        return STEP_FAILED;
    }
    script_hash(script, reader_at(&script->reader, place), 2);
    script_advance(script, reader_at(&script->reader, place) + 2);
    return STEP_DONE;
}

static enum step
take_backslash(struct script *script, uint64_t place)
{
    struct command command;
    const char *end;

    if (!script_find_line_end(script, place, &end))
        return STEP_FAILED;
    if (reader_at(&script->reader, place)[1] == ';')
        return take_backslash_semicolon(script, place);
    psql_command_read(&command, reader_at(&script->reader, place), end);
    return obey(script, place, &command);
}

/* Behind the colon may stand what psql has a value for. */
static bool
check_variable(struct script *script, uint64_t place)
{
    char text[128];
    const char *at;
    const char *end;
    size_t len;

    if (!script_find_line_end(script, place, &end))
        return false;
    at = reader_at(&script->reader, place);
    len = psql_variable_len(at, end);
    if (len == 0)
        return true;
    (void)snprintf(text, sizeof text,
                   "psql would put something else in place of %.*s", (int)len,
                   at);
    return script_fail(script, place, text, "write what is meant");
}

enum step
script_take_psql(struct script *script, struct token *token)
{
    uint64_t place = script_place_of(script, token->text);

    if (token_is(token, "\\"))
        return take_backslash(script, place);
    if (token_is(token, ":")) {
        if (!check_variable(script, place))
            return STEP_FAILED;
        token->text = reader_at(&script->reader, place); /* it may move */
    }
    return script_take(script, token);
}

/* A line that begins with a dot or, as a comment, with #. */
static enum step
take_line(struct script *script, uint64_t place)
{
    struct command command = {.effect = COMMAND_NOTHING};
    const char *end;

    if (!script_find_line_end(script, place, &end))
        return STEP_FAILED;
    if (*reader_at(&script->reader, place) == '.')
        shell_command_read(&command, reader_at(&script->reader, place), end);
    else
        command.len = (size_t)(end - reader_at(&script->reader, place));
    return obey(script, place, &command);
}

/*
 * The shell takes a line of / or `go` for a semicolon, where a semicolon would
 * end the statement.
 */
static bool
is_terminator(struct script *script, const struct token *token, bool *ends)
{
    static const struct token semicolon = {
        .kind = TOKEN_SYMBOL, .text = ";", .len = 1};
    uint64_t behind = script_place_of(script, token->text) + token->len;
    const char *end;

    *ends = false;
    if (!script->line_is_blank ||
        (!token_is(token, "/") && !token_is(token, "go")) ||
        shell_next_state(script->progress.state, &semicolon) != SHELL_START)
        return true;
    if (!script_find_line_end(script, behind, &end))
        return false;
    *ends = is_rest_of_line(reader_at(&script->reader, behind), end);
    return true;
}

static bool
is_at_line_start(const struct script *script, const char *at)
{
    return script->line_is_blank &&
           script_position_of(script, script_place_of(script, at)).column == 1;
}

enum step
script_take_shell(struct script *script, struct token *token)
{
    uint64_t place = script_place_of(script, token->text);
    bool ends;

    if (!script->progress.begun && strchr(".#", *token->text) != NULL &&
        is_at_line_start(script, token->text))
        return take_line(script, place);
    if (!is_terminator(script, token, &ends))
        return STEP_FAILED;
    token->text = reader_at(&script->reader, place); /* it may have moved */
    if (!ends)
        return script_take(script, token);
    script_hash(script, token->text, token->len);
    script_advance(script, token->text + token->len);
    return STEP_DONE;
}
