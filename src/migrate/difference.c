#include "migrate/difference.h"

#include <string.h>

#include "base/err.h"
#include "db/token.h"

/* Of a statement that differs so much is shown, from where it does. */
enum { SHOWN = 120 };

/* Two scripts that are read side by side, and where they part. */
struct sides {
    struct script *then;
    struct script *now;
    struct statement was; /* number 0: there is none */
    struct statement is;
};

static bool
have_same_tokens(const struct statement *one, const struct statement *other,
                 enum sql_language language, const char **from,
                 const char **other_from)
{
    struct tokens a = {.at = one->text,
                       .postgres = language == LANGUAGE_POSTGRES};
    struct tokens b = {.at = other->text,
                       .postgres = language == LANGUAGE_POSTGRES};

    for (;;) {
        struct token left;
        struct token right;
        bool has_left = token_next(&a, &left);
        bool has_right = token_next(&b, &right);

        *from = has_left ? left.text : one->text + one->len;
        *other_from = has_right ? right.text : other->text + other->len;
        if (!has_left || !has_right)
            return has_left == has_right;
        if (left.len != right.len ||
            memcmp(left.text, right.text, left.len) != 0)
            return false;
    }
}

/* False: they do not part. */
static bool
find_parting(struct sides *sides, enum sql_language language, const char **was,
             const char **is)
{
    for (;;) {
        sides->was = (struct statement){.text = ""};
        sides->is = (struct statement){.text = ""};
        if (!script_next(sides->then, &sides->was))
            sides->was = (struct statement){.text = ""};
        if (!script_next(sides->now, &sides->is))
            sides->is = (struct statement){.text = ""};
        if (sides->was.number == 0 && sides->is.number == 0)
            return false;
        if (!have_same_tokens(&sides->was, &sides->is, language, was, is))
            return true;
    }
}

static const char *
shortened(struct arena *arena, const char *text)
{
    size_t len = strlen(text);

    if (len == 0)
        return "its end";
    if (len <= SHOWN)
        return arena_printf(arena, "'%s'", text);
    len = SHOWN;
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return arena_printf(arena, "'%.*s...'", (int)len, text);
}

static bool
show(const struct migration *migration, const struct sides *sides,
     const char *was, const char *is, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *is_shown = shortened(&arena, is);
    const char *was_shown = shortened(&arena, was);
    size_t line;
    size_t column;

    if (sides->is.number == 0)
        return err_set(err, DUET_ERROR_DRIFT,
                       "migration '%s' has changed since it was applied: %s "
                       "lacks its last statements, from %s",
                       migration->version, migration->up.name, was_shown);
    statement_locate(&sides->is, (size_t)(is - sides->is.text) + 1, &line,
                     &column);
    return err_set(err, DUET_ERROR_DRIFT,
                   "migration '%s' has changed since it was applied: "
                   "%s:%zu:%zu: %s was %s",
                   migration->version, migration->up.name, line, column,
                   is_shown, was_shown);
}

static void
clear(struct sides *sides)
{
    script_close(&sides->then);
    script_close(&sides->now);
}

/* False: the ledger does not tell, or the scripts don't differ. */
static bool
compare(const struct migration *migration, enum sql_language language,
        const char *script, struct duet_error *err)
{
    SCOPED(clear) struct sides sides = {0};
    const struct script_source then = {.name = "ledger", .text = script};
    const char *was;
    const char *is;

    if (script == NULL || !script_open(&sides.then, &then, language, NULL) ||
        !script_open(&sides.now, &migration->up, language, NULL) ||
        !find_parting(&sides, language, &was, &is))
        return false;
    (void)show(migration, &sides, was, is, err);
    return true;
}

bool
difference_error(const struct migration *migration, enum sql_language language,
                 const struct ledger *ledger, struct db *db,
                 struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *script = NULL;

    if (!ledger_script(ledger, db, &arena, migration->version, &script, err))
        return false;
    if (!compare(migration, language, script, err))
        (void)err_set(err, DUET_ERROR_DRIFT,
                      "migration '%s' has changed since it was applied",
                      migration->version);
    return err_hint(err,
                    "bring the file back and write a new migration, or accept "
                    "it as it is now with 'duet repair %s'",
                    migration->version);
}
