#include "rows/seed.h"

#include "base/err.h"
#include "db/token.h"

struct reader {
    struct tokens tokens;
    struct token token;
    bool ended; /* the text, or the statement at its semicolon */
};

static bool
advance(struct reader *reader)
{
    reader->ended = !token_next(&reader->tokens, &reader->token) ||
                    token_is(&reader->token, ";");
    return !reader->ended;
}

/* The rest of a statement; whether it has opened a body, whose END is due. */
static bool
opens_body(struct reader *reader)
{
    bool opens = false;

    while (advance(reader))
        opens = opens || token_is(&reader->token, "begin");
    return opens;
}

static bool
is_word_of_transactions(const struct token *token)
{
    static const char *const words[] = {"abort", "begin",    "commit",
                                        "end",   "rollback", "start"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (token_is(token, words[i]))
            return true;
    return false;
}

/* `rollback to x` goes back to a savepoint and ends nothing. */
static bool
goes_to_savepoint(struct reader *reader, const struct token *first)
{
    bool goes = false;

    while (advance(reader))
        goes = goes || token_is(&reader->token, "to");
    return goes && token_is(first, "rollback");
}

bool
seed_check(const struct dialect *dialect, const char *seed,
           struct duet_error *err)
{
    struct reader reader = {
        .tokens = {.at = seed, .postgres = dialect->has_dollar_quotes}};
    bool in_body = false; /* of a trigger or function */

    while (*reader.tokens.at != '\0') {
        struct token first;

        if (!advance(&reader))
            continue;
        first = reader.token;
        if (token_is(&first, "create")) {
            in_body = opens_body(&reader);
        } else if (in_body) {
            in_body = !token_is(&first, "end");
            (void)opens_body(&reader);
        } else if (!is_word_of_transactions(&first)) {
            (void)opens_body(&reader);
        } else if (!goes_to_savepoint(&reader, &first)) {
            (void)err_set(err, DUET_ERROR_USAGE,
                          "seed: '%.*s' would end the transaction that the "
                          "seed is part of",
                          (int)first.len, first.text);
            return err_hint(err, "leave BEGIN and COMMIT out");
        }
    }
    return true;
}
