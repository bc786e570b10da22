#include "schema/evidence.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db/token.h"
#include "schema/guard.h"
#include "schema/spelling.h"
#include "sql/expression.h"
#include "sql/quote.h"

static struct testimony *
find(const struct evidence *evidence, const struct object *check)
{
    for (size_t i = 0; i < evidence->count; i++)
        if (evidence->items[i].check == check)
            return &evidence->items[i];
    return NULL;
}

bool
evidence_has(const struct evidence *evidence, const struct object *check)
{
    const struct testimony *found = find(evidence, check);

    return found != NULL && found->is_taken;
}

static struct testimony *
hear(const struct pair *pair, const struct object *check)
{
    struct evidence *evidence = pair->evidence;
    struct testimony *found = find(evidence, check);

    if (found != NULL)
        return found;
    evidence->items = arena_grow(pair->arena, evidence->items, evidence->count,
                                 &evidence->size, sizeof *evidence->items);
    found = &evidence->items[evidence->count++];
    *found = (struct testimony){
        .check = check,
        .tree = expression_read(pair->arena, check->language,
                                check->text[ATTRIBUTE_EXPRESSION]),
    };
    return found;
}

void
evidence_add(const struct pair *pair, const struct object *check)
{
    hear(pair, check)->is_taken = true;
}

/* What a check may say, in the words of LANGUAGE. */
struct claim {
    const char *text;
    enum sql_language language;
    const struct expression *tree; /* NULL: not understood */
};

static struct claim
claim_read(const struct pair *pair, enum sql_language language,
           const char *text)
{
    return (struct claim){text, language,
                          expression_read(pair->arena, language, text)};
}

static bool
is_claimed(const struct testimony *testimony, const struct claim *claim)
{
    const struct object *check = testimony->check;

    if (testimony->tree != NULL && claim->tree != NULL)
        return expression_is_same(testimony->tree, claim->tree);
    return check->language == claim->language &&
           spelling_is_same(claim->language, check->text[ATTRIBUTE_EXPRESSION],
                            claim->text);
}

static bool
is_name(const struct token *token, const char *name)
{
    SCOPED(arena_clear) struct arena arena = {0};

    if (token->kind == TOKEN_WORD)
        return strlen(name) == token->len &&
               strncasecmp(token->text, name, token->len) == 0;
    return token->kind == TOKEN_NAME &&
           strcasecmp(token_name(&arena, token), name) == 0;
}

static bool
names(const struct object *check, const char *column)
{
    struct tokens tokens = {.at = check->text[ATTRIBUTE_EXPRESSION],
                            .postgres = check->language == LANGUAGE_POSTGRES};
    struct token token;

    while (token_next(&tokens, &token))
        if (is_name(&token, column))
            return true;
    return false;
}

/* It is about the column, and stands for all rows, old ones too. */
static bool
is_about(const struct object *check, const struct object *column)
{
    return check->kind == OBJECT_CHECK &&
           check->text[ATTRIBUTE_EXPRESSION] != NULL &&
           !object_is(check, ATTRIBUTE_NOT_VALID) && names(check, column->name);
}

/*
 * TEXT in the form of that number, none of which lets more in: "a is null or
 * (X)", and X, which NULL passes but for functions that make something of it.
 * NULL: there is no such form of it.
 */
enum { FORMS = 4 };

static const char *
text_form(struct arena *arena, const char *column, const char *text,
          unsigned form)
{
    const char *name = sql_name(arena, column);
    const char *open = arena_printf(arena, "%s is null or (", name);
    size_t len = strlen(open);
    bool opens = strncmp(text, open, len) == 0;

    if (form == 0)
        return text;
    if (opens)
        text = arena_copy(arena, text + len, strlen(text + len) - 1);
    if (form == 1)
        return opens ? text : NULL;
    return form == 2 ? arena_printf(arena, "(%s) or %s is null", text, name)
                     : arena_printf(arena, "%s%s)", open, text);
}

static const struct object *
find_check(const struct pair *pair, const struct object *column,
           const struct claim *claim)
{
    const struct object *table = column->owner;

    for (size_t i = 0; i < table->nchildren; i++)
        if (is_about(table->children[i], column) &&
            is_claimed(hear(pair, table->children[i]), claim))
            return table->children[i];
    return NULL;
}

static bool
has_checks(const struct object *column)
{
    for (size_t i = 0; i < column->owner->nchildren; i++)
        if (is_about(column->owner->children[i], column))
            return true;
    return false;
}

bool
evidence_says(const struct pair *pair, int side, const char *text)
{
    const struct object *column = pair->objects[side];
    const struct object *found = NULL;

    if (!has_checks(column))
        return false;
    for (unsigned form = 0; form < FORMS && found == NULL; form++) {
        const char *words = text_form(pair->arena, column->name, text, form);

        if (words != NULL) {
            const struct claim claim =
                claim_read(pair, pair->engines[side], words);

            found = find_check(pair, column, &claim);
        }
    }
    if (found != NULL)
        evidence_add(pair, found);
    return found != NULL;
}

long
type_length(const char *type)
{
    const char *open = strchr(type, '(');

    return open ? strtol(open + 1, NULL, 10) : 0;
}

/* What people write by hand to the same end as a guard of KIND; or NULL. */
static const char *
plain_claim(const struct pair *pair, int side, const char *kind,
            const char *type, const char *labels)
{
    const char *name = sql_name(pair->arena, pair->objects[side]->name);
    bool is_key = object_is(pair->objects[side], ATTRIBUTE_IDENTITY);

    if (strcmp(kind, "boolean") == 0)
        return arena_printf(pair->arena, "%s in (0, 1)", name);
    if (strcmp(kind, "json") == 0)
        return arena_printf(pair->arena, "json_valid(%s)", name);
    if (strcmp(kind, "length") == 0)
        return arena_printf(pair->arena, "length(%s) <= %ld", name,
                            type_length(type));
    if (strcmp(kind, "integer") == 0 && is_key)
        return arena_printf(pair->arena,
                            "%s between -2147483648 and 2147483647", name);
    if (strcmp(kind, "enum") == 0 && labels != NULL)
        return arena_printf(pair->arena, "%s in (%s)", name, labels);
    return NULL;
}

bool
evidence_find(const struct pair *pair, int side, const char *kind,
              const char *guard, const char *type, const char *labels)
{
    const char *plain = plain_claim(pair, side, kind, type, labels);

    return (guard != NULL && evidence_says(pair, side, guard)) ||
           (plain != NULL && evidence_says(pair, side, plain));
}

const char *
pair_labels(const struct pair *pair, int side)
{
    const struct object *type =
        guard_enum(pair->schemas[side], pair->objects[side]);

    return type ? type->text[ATTRIBUTE_LABELS] : NULL;
}
