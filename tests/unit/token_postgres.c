/*
 * The lexer sees in PostgreSQL's language what PostgreSQL's own sees, which
 * libpg_query has; and a text's value is the one that a server gives it.
 * SEED=N draws again what N drew.
 */
#include <pg_query.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/db.h"
#include "db/token.h"
#include "lib/scraps.h"
#include "lib/soak.h"
#include "lib/tap.h"

/* ------------------------------------------------------------------------
 * What pg_query_scan() gives, as pg_query.proto has it:
 *
 *     message ScanResult { int32 version = 1; repeated ScanToken tokens = 2; }
 *     message ScanToken { int32 start = 1; int32 end = 2; Token token = 4;
 *                         KeywordKind keyword_kind = 5; }
 */

enum { WIRE_VARINT = 0, WIRE_MESSAGE = 2 };
enum { FIELD_TOKENS = 2 };
enum { FIELD_START = 1, FIELD_END = 2, FIELD_TOKEN = 4 };

enum theirs {
    IDENT = 258,
    UIDENT = 259,
    FCONST = 260,
    SCONST = 261,
    USCONST = 262,
    XCONST = 264, /* between them BCONST */
    ICONST = 266,
    PARAM = 267,
    SQL_COMMENT = 275,
    C_COMMENT = 276 /* from there on, keywords */
};

struct message {
    const char *at;
    const char *end;
};

static uint64_t
read_varint(struct message *message)
{
    uint64_t number = 0;
    unsigned shift = 0;
    unsigned char byte;

    do {
        byte = (unsigned char)*message->at++;
        number |= (uint64_t)(byte & 0x7F) << shift;
        shift += 7;
    } while (byte >= 0x80);
    return number;
}

struct their_token {
    size_t start;
    size_t end;
    uint64_t kind;
};

static struct their_token
read_token(struct message *message)
{
    uint64_t fields[8] = {0};

    while (message->at < message->end) {
        uint64_t field = read_varint(message) >> 3;

        fields[field & 7] = read_varint(message);
    }
    return (struct their_token){(size_t)fields[FIELD_START],
                                (size_t)fields[FIELD_END], fields[FIELD_TOKEN]};
}

/* Comments are tokens, too.  False at the end. */
static bool
next_any(struct message *tokens, struct their_token *token)
{
    while (tokens->at < tokens->end) {
        uint64_t tag = read_varint(tokens);
        uint64_t value = read_varint(tokens);
        struct message message = {tokens->at, tokens->at + value};

        if (tag != (FIELD_TOKENS << 3 | WIRE_MESSAGE))
            continue; /* the version, a number */
        tokens->at = message.end;
        *token = read_token(&message);
        return true;
    }
    return false;
}

static bool
next_token(struct message *tokens, struct their_token *token)
{
    while (next_any(tokens, token))
        if (token->kind != SQL_COMMENT && token->kind != C_COMMENT)
            return true;
    return false;
}

/* ------------------------------------------------------------------------
 * Both side by side
 */

static enum token_kind
kind_of(const struct their_token *token, const char *sql)
{
    if (token->kind == UIDENT ||
        (token->kind == IDENT && sql[token->start] == '"'))
        return TOKEN_NAME;
    if (token->kind == IDENT || token->kind > C_COMMENT)
        return TOKEN_WORD;
    if (token->kind == ICONST || token->kind == FCONST)
        return TOKEN_NUMBER;
    if (token->kind >= SCONST && token->kind <= XCONST)
        return TOKEN_TEXT;
    return token->kind == PARAM ? TOKEN_PARAMETER : TOKEN_SYMBOL;
}

static void
say_difference(const char *sql, const struct token *ours,
               const struct their_token *theirs)
{
    tap_diag("in: %s", sql);
    tap_diag("ours: kind %d, from %td to %td%s", (int)ours->kind,
             ours->text - sql, ours->text - sql + (ptrdiff_t)ours->len,
             ours->closed ? "" : ", not closed");
    tap_diag("PostgreSQL's: %d, from %zu to %zu", (int)theirs->kind,
             theirs->start, theirs->end);
}

/*
 * libpg_query's own, for PostgreSQL knows no tokens that are comments: it ends
 * a text that goes on behind one.  What the text is, test_values() tries.
 */
static bool
is_cut_by_comment(const struct token *ours, struct message rest,
                  const char *sql)
{
    struct their_token next;

    return ours->kind == TOKEN_TEXT && next_any(&rest, &next) &&
           next.kind == SQL_COMMENT &&
           next.start < (size_t)(ours->text - sql) + ours->len;
}

/* Where a text or name with U& ends, libpg_query does not tell. */
static bool
is_same(const struct token *ours, const struct their_token *theirs,
        const char *sql)
{
    return (size_t)(ours->text - sql) == theirs->start &&
           (ours->len == theirs->end - theirs->start ||
            theirs->kind == USCONST || theirs->kind == UIDENT) &&
           ours->kind == kind_of(theirs, sql);
}

enum outcome { SAME, REFUSED, DIFFERENT };

static enum outcome
compare_tokens(const char *sql, struct message theirs)
{
    struct tokens tokens = {.at = sql, .postgres = true};
    struct token token;
    struct their_token their = {0};

    for (;;) {
        bool more = token_next(&tokens, &token);

        if (next_token(&theirs, &their) != more || !token.closed) {
            say_difference(sql, &token, &their);
            return DIFFERENT;
        }
        if (!more)
            return SAME;
        if (is_cut_by_comment(&token, theirs, sql))
            return REFUSED;
        if (!is_same(&token, &their, sql)) {
            say_difference(sql, &token, &their);
            return DIFFERENT;
        }
    }
}

static bool
is_closed(const char *sql)
{
    struct tokens tokens = {.at = sql, .postgres = true};
    struct token token;

    while (token_next(&tokens, &token) && token.closed)
        continue;
    return token.closed;
}

/* What has no end is refused as such; of other mistakes nothing is claimed. */
static enum outcome
compare(const char *sql)
{
    PgQueryScanResult result = pg_query_scan(sql);
    enum outcome outcome = REFUSED;

    if (result.error == NULL) {
        struct message all = {result.pbuf.data,
                              result.pbuf.data + result.pbuf.len};

        outcome = compare_tokens(sql, all);
    } else if (strncmp(result.error->message, "unterminated", 12) == 0 &&
               is_closed(sql)) {
        tap_diag("in: %s", sql);
        tap_diag("PostgreSQL says: %s", result.error->message);
        outcome = DIFFERENT;
    }
    pg_query_free_scan_result(result);
    return outcome;
}

static void
test_nasty(void)
{
    int accepted = 0;
    int count = 0;

    for (; nasty_sql[count] != NULL; count++) {
        enum outcome outcome = compare(nasty_sql[count]);

        OK(outcome != DIFFERENT, "the tokens of %s", nasty_sql[count]);
        accepted += outcome == SAME;
    }
    OK(accepted > count / 2, "PostgreSQL takes %d of these %d", accepted,
       count);
}

static void
test_files(const struct scraps *scraps)
{
    for (size_t i = 0; i < scraps->nfiles; i++)
        OK(compare(scraps->files[i]) != DIFFERENT, "the tokens of %s",
           scraps->paths[i]);
}

static void
test_lots(struct scraps *scraps)
{
    int count = soak_count(20000);
    int seen[DIFFERENT + 1] = {0};

    for (int i = 0; i < count && seen[DIFFERENT] < 5; i++)
        seen[compare(scraps_draw(scraps))]++;
    OK(seen[DIFFERENT] == 0, "the tokens of %d texts drawn by lot", count);
    OK(seen[SAME] > count / 3, "of which PostgreSQL takes %d", seen[SAME]);
}

/* ------------------------------------------------------------------------
 * Values
 */

static const char *const literals[] = {
    "''",
    "'it''s'",
    "'\\n'",
    "'a'\n'b'",
    "'a' -- 'x'\n -- ''\r\n '''b' \n ''",
    "e'\\b\\f\\n\\r\\t\\v\\a\\'\\\"\\\\\\\n\\z'",
    "E'\\1\\12\\123\\1234\\8\\777'",
    "E'\\x\\xg\\x4\\x41\\x414'",
    "E'\\xC3\\xA9'",
    "E'\\u00e9\\u20AC\\U0001F600\\uD83D\\uDE00\\uD83D\\U0000DE00'",
    "E'a\\'\n'\\''",
    "E'\\0'",
    "E'\\400'",
    "E'\\x00'",
    "E'\\u0000'",
    "E'\\u12'",
    "E'\\U0001F60'",
    "E'\\U00110000'",
    "E'\\uD83D'",
    "E'\\uD83Dx'",
    "E'\\uD83D\\x'",
    "E'\\uD83D\\u0041'",
    "E'\\uDE00'",
    "$$$$",
    "$$a$b''\\$$",
    "$a$ $$ $b$ $a $a$",
};

static const char *
draw_literal(struct buf *out, uint64_t *lots)
{
    static const char *const pieces[] = {
        "a",    "''",          "\\'",    "\\\\",    "\\n",     "\\t",
        "\\x4", "\\10",        "1",      "\\u00e9", "\\uD83D", "\\uDE00",
        "\\x",  "\\U0000DE00", "\\u004", "'\n'",    "'--'\n'", "\\7",
        "\\q",  "\xC3\xA9",    "-",      "$"};
    static const char *const quotes[] = {"'", "E'"};

    buf_clear(out);
    buf_text(out, quotes[lot_draw(lots, 2)]);
    for (uint32_t count = lot_draw(lots, 8); count > 0; count--)
        buf_text(out, pieces[lot_draw(lots, sizeof pieces / sizeof *pieces)]);
    buf_char(out, '\'');
    return buf_data(out);
}

/* What is no token of its own, or no UTF-8, is left to the server. */
static bool
same_value(struct db *db, struct arena *arena, const char *literal)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct tokens tokens = {.at = literal, .postgres = true};
    struct token token;
    struct duet_error err = {0};
    const char *ours;
    const char *theirs = NULL;

    if (!token_next(&tokens, &token) || *tokens.at != '\0')
        return true;
    ours = token_string(arena, &token);
    if (db_query(db, &rows, arena_printf(arena, "select %s", literal), NULL, 0,
                 &err) &&
        rows_next(&rows))
        theirs = row_text(&rows, 0);
    if (strcmp(err.code, "22021") == 0 ||
        (ours == NULL ? theirs == NULL
                      : theirs != NULL && strcmp(ours, theirs) == 0))
        return true;
    tap_diag("in: %s\nours: %s\nPostgreSQL's: %s", literal,
             ours != NULL ? ours : "none", theirs != NULL ? theirs : err.text);
    return false;
}

static void
test_values(const char *server, uint64_t *lots)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(buf_release) struct buf text = {0};
    SCOPED(arena_clear) struct arena arena = {0};
    int count = soak_count(3000);
    int wrong = 0;

    if (!OK(db_open(&db, server, NULL, NULL), "a database is open"))
        return;
    for (size_t i = 0; i < sizeof literals / sizeof *literals; i++)
        OK(same_value(db, &arena, literals[i]), "the value of %s", literals[i]);
    for (int i = 0; i < count && wrong < 5; i++) {
        wrong += !same_value(db, &arena, draw_literal(&text, lots));
        arena_reuse(&arena);
    }
    OK(wrong == 0, "the values of %d texts drawn by lot", count);
}

int
main(void)
{
    SCOPED(scraps_clear) struct scraps scraps = {.lots = lot_seed()};
    const char *server = getenv("TEST_POSTGRES");

    tap_diag("SEED=%llu", (unsigned long long)scraps.lots);
    scraps_load(&scraps);
    test_nasty();
    test_files(&scraps);
    test_lots(&scraps);
    if (server != NULL && *server != '\0')
        test_values(server, &scraps.lots);
    else
        tap_skip(1, "TEST_POSTGRES names no server");
    pg_query_exit();
    return tap_done();
}
