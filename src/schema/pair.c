#include "schema/pair.h"

#include <string.h>
#include <strings.h>

#include "sql/expression.h"

const char *const engine_titles[] = {
    [LANGUAGE_POSTGRES] = "PostgreSQL",
    [LANGUAGE_SQLITE] = "SQLite",
};

bool
pair_is_alike(const struct pair *pair)
{
    return pair->one_engine &&
           pair->objects[LEFT]->language == pair->objects[RIGHT]->language;
}

int
pair_side(const struct pair *pair, enum sql_language engine)
{
    return pair->engines[LEFT] == engine ? LEFT : RIGHT;
}

static bool
has_folded_names(const struct pair *pair)
{
    return pair->engines[LEFT] == LANGUAGE_SQLITE ||
           pair->engines[RIGHT] == LANGUAGE_SQLITE;
}

bool
pair_is_name(const struct pair *pair, const char *one, const char *other)
{
    if (one == NULL || other == NULL)
        return one == other;
    if (has_folded_names(pair))
        return strcasecmp(one, other) == 0;
    return strcmp(one, other) == 0;
}

bool
text_is_same(const char *one, const char *other)
{
    if (one == NULL || other == NULL)
        return one == other;
    return strcmp(one, other) == 0;
}

struct judgement
judge_identical(void)
{
    return (struct judgement){.verdict = VERDICT_IDENTICAL};
}

struct judgement
judge_equivalent(const char *rule)
{
    return (struct judgement){.verdict = VERDICT_EQUIVALENT, .rule = rule};
}

struct judgement
judge_different(enum severity severity, const char *note)
{
    return (struct judgement){
        .verdict = VERDICT_DIFFERENT, .severity = severity, .note = note};
}

struct judgement
judge_unknown(enum severity severity, const char *note)
{
    return (struct judgement){
        .verdict = VERDICT_UNKNOWN, .severity = severity, .note = note};
}

struct judgement
judge_one_engine(const char *note)
{
    return (struct judgement){.verdict = VERDICT_NOT_COMPARED,
                              .severity = SEVERITY_ONE_ENGINE,
                              .note = note};
}

const char *
name_key(const struct pair *pair, const char *name)
{
    char *key;

    if (name == NULL || !has_folded_names(pair))
        return name;
    key = arena_text(pair->arena, name);
    for (char *at = key; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return key;
}

const char *
expression_key(const struct pair *pair, const struct object *object,
               const char *text)
{
    const struct expression *tree;
    const char *key = NULL;

    if (text == NULL)
        return "";
    tree = expression_read(pair->arena, object->language, text);
    if (tree != NULL)
        key = expression_text(pair->arena, LANGUAGE_POSTGRES, tree);
    return key ? key : text;
}

bool
expression_is_known(const struct pair *pair, const struct object *object,
                    const char *text)
{
    enum sql_language other = object->language == LANGUAGE_SQLITE
                                  ? LANGUAGE_POSTGRES
                                  : LANGUAGE_SQLITE;
    const struct expression *tree =
        text ? expression_read(pair->arena, object->language, text) : NULL;

    return tree != NULL && expression_text(pair->arena, other, tree) != NULL;
}
