#include "schema/compare_attribute.h"

#include <string.h>
#include <strings.h>

#include "db/token.h"
#include "schema/compare_guard.h"
#include "schema/compare_type.h"
#include "schema/describe.h"
#include "schema/spelling.h"
#include "schema/view_text.h"
#include "sql/expression.h"

/* The texts differ, and the engines or the languages, too. */
typedef struct judgement judge(const struct pair *pair,
                               enum attribute attribute);

enum owner { BOTH, SQLITE_ALONE, POSTGRES_ALONE };

struct attribute_rule {
    judge *across;          /* NULL: as they are */
    enum severity severity; /* if they differ */
    enum owner owner;       /* the engine that has such a thing */
    const char *note;
};

static const struct attribute_rule attribute_rules[ATTRIBUTES];

static const char *
text_of(const struct pair *pair, int side, enum attribute attribute)
{
    return pair->objects[side]->text[attribute];
}

static struct judgement
differ(enum attribute attribute)
{
    const struct attribute_rule *rule = &attribute_rules[attribute];

    return judge_different(rule->severity, rule->note);
}

/* The object of the side whose engine that is. */
static const struct object *
object_of(const struct pair *pair, enum sql_language engine)
{
    return pair->objects[pair_side(pair, engine)];
}

/* Of two that are not known to mean the same. */
static struct judgement
judge_unequal(const struct pair *pair, enum attribute attribute)
{
    for (int side = LEFT; side < SIDES; side++)
        if (!expression_is_known(pair, pair->objects[side],
                                 text_of(pair, side, attribute)))
            return judge_unknown(attribute_rules[attribute].severity,
                                 "whether the two say the same is not known");
    return differ(attribute);
}

static struct judgement
judge_expressions(const struct pair *pair, enum attribute attribute)
{
    const struct expression *trees[SIDES];
    const char *rule;

    for (int side = LEFT; side < SIDES; side++) {
        const struct object *object = pair->objects[side];

        if (object->text[attribute] == NULL)
            return differ(attribute);
        trees[side] = expression_read(pair->arena, object->language,
                                      object->text[attribute]);
    }
    if (trees[LEFT] == NULL || trees[RIGHT] == NULL)
        return judge_unequal(pair, attribute);
    if (expression_is_same(trees[LEFT], trees[RIGHT]))
        return judge_identical();
    rule = expression_rule(trees[LEFT], trees[RIGHT]);
    if (rule == NULL)
        return judge_unequal(pair, attribute);
    /* So other rows get in, and whether they do is up to each connection. */
    if (strcmp(rule, "like-case") == 0)
        return judge_unknown(attribute_rules[attribute].severity,
                             "SQLite's LIKE tells no cases apart, unless "
                             "case_sensitive_like is on");
    return judge_equivalent(rule);
}

static bool
is_null_literal(const struct pair *pair, int side, enum attribute attribute)
{
    const struct object *object = pair->objects[side];
    const char *text = object->text[attribute];

    return text == NULL ||
           strcmp(expression_key(pair, object, text), "null") == 0;
}

static struct judgement
judge_default(const struct pair *pair, enum attribute attribute)
{
    if (is_null_literal(pair, LEFT, attribute) &&
        is_null_literal(pair, RIGHT, attribute))
        return judge_equivalent("default-null");
    return judge_expressions(pair, attribute);
}

static struct judgement
judge_types(const struct pair *pair, enum attribute attribute)
{
    (void)attribute;
    return compare_types(pair);
}

static struct judgement
judge_collation(const struct pair *pair, enum attribute attribute)
{
    const char *sqlite = object_of(pair, LANGUAGE_SQLITE)->text[attribute];
    const char *postgres = object_of(pair, LANGUAGE_POSTGRES)->text[attribute];

    if (sqlite == NULL || strcasecmp(sqlite, "binary") == 0) {
        if (postgres == NULL || strcmp(postgres, "C") == 0 ||
            strcmp(postgres, "POSIX") == 0)
            return judge_equivalent("binary-collation");
        return differ(attribute);
    }
    if (postgres == NULL)
        return differ(attribute);
    return judge_unknown(SEVERITY_STRUCTURE,
                         "what the collations do alike is not known");
}

static bool
is_in_primary_key(const struct object *column)
{
    const struct object *table = column->owner;

    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *key = table->children[i];

        for (size_t j = 0; key->kind == OBJECT_PRIMARY_KEY && j < key->nparts;
             j++)
            if (key->parts[j].column != NULL &&
                strcasecmp(key->parts[j].column, column->name) == 0)
                return true;
    }
    return false;
}

static struct judgement
judge_not_null(const struct pair *pair, enum attribute attribute)
{
    int open = text_of(pair, LEFT, attribute) == NULL ? LEFT : RIGHT;
    const struct object *column = pair->objects[open];

    if (!is_in_primary_key(column))
        return differ(attribute);
    if (pair->engines[open] == LANGUAGE_POSTGRES ||
        object_is(column, ATTRIBUTE_IDENTITY) ||
        object_is(column->owner, ATTRIBUTE_STRICT) ||
        object_is(column->owner, ATTRIBUTE_WITHOUT_ROWID))
        return judge_equivalent("pk-implies-not-null");
    return judge_different(SEVERITY_STRICTNESS,
                           "SQLite takes NULL in a primary key that is not "
                           "its row number");
}

static struct judgement
judge_identity(const struct pair *pair, enum attribute attribute)
{
    const char *sqlite = object_of(pair, LANGUAGE_SQLITE)->text[attribute];
    const char *postgres = object_of(pair, LANGUAGE_POSTGRES)->text[attribute];

    if (sqlite == NULL)
        return judge_different(SEVERITY_STRUCTURE,
                               "SQLite makes no number where none is given");
    if (postgres == NULL)
        return judge_different(SEVERITY_STRICTNESS,
                               "SQLite makes a number where none is given, "
                               "PostgreSQL asks for one");
    if (strcmp(postgres, "always") == 0)
        return judge_different(SEVERITY_STRICTNESS,
                               "PostgreSQL refuses a number that is given");
    return judge_equivalent("auto-key");
}

/* PostgreSQL stores what it generates; SQLite may do either. */
static struct judgement
judge_stored(const struct pair *pair, enum attribute attribute)
{
    (void)attribute;
    if (object_is(pair->objects[LEFT], ATTRIBUTE_GENERATED) &&
        object_is(pair->objects[RIGHT], ATTRIBUTE_GENERATED))
        return judge_equivalent("generated-storage");
    return judge_identical(); /* said of ATTRIBUTE_GENERATED */
}

static struct judgement
judge_match(const struct pair *pair, enum attribute attribute)
{
    if (pair->objects[LEFT]->nparts == 1 && pair->objects[RIGHT]->nparts == 1)
        return judge_equivalent("match-one-column");
    return differ(attribute);
}

static struct judgement
judge_query(const struct pair *pair, enum attribute attribute)
{
    const char *texts[SIDES];

    if (pair->objects[LEFT]->kind != OBJECT_VIEW)
        return judge_unknown(SEVERITY_STRUCTURE,
                             "what it does is written in two languages");
    for (int side = LEFT; side < SIDES; side++) {
        if (text_of(pair, side, attribute) == NULL)
            return differ(attribute);
        texts[side] = view_text(pair->arena, pair->objects[side]->language,
                                text_of(pair, side, attribute));
    }
    if (strcmp(texts[LEFT], texts[RIGHT]) == 0)
        return judge_equivalent("view-text");
    return judge_unknown(SEVERITY_STRUCTURE,
                         "queries are compared by their words");
}

/* SQLite has none but in the text of its CREATE. */
static struct judgement
judge_comment(const struct pair *pair, enum attribute attribute)
{
    if (object_of(pair, LANGUAGE_SQLITE)->text[attribute] == NULL)
        return judge_one_engine("a remark for readers");
    return differ(attribute);
}

static const struct attribute_rule attribute_rules[ATTRIBUTES] = {
    [ATTRIBUTE_TYPE] = {.severity = SEVERITY_STRUCTURE, .across = judge_types},
    [ATTRIBUTE_COLLATION] = {.severity = SEVERITY_STRUCTURE,
                             .across = judge_collation,
                             .note = "what is equal and what comes first "
                                     "depends on it"},
    [ATTRIBUTE_NOT_NULL] = {.severity = SEVERITY_STRICTNESS,
                            .across = judge_not_null},
    [ATTRIBUTE_DEFAULT] = {.severity = SEVERITY_STRUCTURE,
                           .across = judge_default},
    [ATTRIBUTE_GENERATED] = {.severity = SEVERITY_STRUCTURE,
                             .across = judge_expressions},
    [ATTRIBUTE_STORED] = {.severity = SEVERITY_STRUCTURE,
                          .across = judge_stored},
    [ATTRIBUTE_IDENTITY] = {.severity = SEVERITY_STRUCTURE,
                            .across = judge_identity},
    [ATTRIBUTE_LABELS] = {.severity = SEVERITY_STRUCTURE},
    [ATTRIBUTE_SEQUENCE] = {.severity = SEVERITY_STRUCTURE,
                            .note = "the numbers that it gives differ"},
    [ATTRIBUTE_STRICT] = {.severity = SEVERITY_STRICTNESS,
                          .owner = SQLITE_ALONE},
    [ATTRIBUTE_WITHOUT_ROWID] = {.severity = SEVERITY_STRUCTURE,
                                 .owner = SQLITE_ALONE},
    [ATTRIBUTE_VIRTUAL] = {.severity = SEVERITY_STRUCTURE,
                           .owner = SQLITE_ALONE},
    [ATTRIBUTE_UNLOGGED] = {.severity = SEVERITY_STRUCTURE,
                            .owner = POSTGRES_ALONE,
                            .note = "a crash empties it"},
    [ATTRIBUTE_PARTITION_BY] = {.severity = SEVERITY_STRUCTURE,
                                .owner = POSTGRES_ALONE},
    [ATTRIBUTE_PARTITION_OF] = {.severity = SEVERITY_STRUCTURE,
                                .owner = POSTGRES_ALONE},
    [ATTRIBUTE_INHERITS] = {.severity = SEVERITY_STRUCTURE,
                            .owner = POSTGRES_ALONE},
    [ATTRIBUTE_OPTIONS] = {.severity = SEVERITY_STRUCTURE,
                           .owner = POSTGRES_ALONE},
    [ATTRIBUTE_DEFERRABLE] = {.severity = SEVERITY_STRUCTURE,
                              .note = "it is checked at another time"},
    [ATTRIBUTE_NULLS_NOT_DISTINCT] = {.severity = SEVERITY_STRICTNESS,
                                      .note = "more than one NULL gets in"},
    [ATTRIBUTE_ON_CONFLICT] = {.severity = SEVERITY_STRUCTURE,
                               .note = "a row that breaks it has another "
                                       "fate"},
    [ATTRIBUTE_ON_DELETE] = {.severity = SEVERITY_STRUCTURE},
    [ATTRIBUTE_ON_UPDATE] = {.severity = SEVERITY_STRUCTURE},
    [ATTRIBUTE_MATCH] = {.severity = SEVERITY_STRICTNESS,
                         .across = judge_match,
                         .note = "a reference that is NULL in part gets in"},
    [ATTRIBUTE_NOT_VALID] = {.severity = SEVERITY_STRICTNESS,
                             .note = "rows from before may break it"},
    [ATTRIBUTE_EXPRESSION] = {.severity = SEVERITY_STRICTNESS,
                              .across = judge_expressions},
    [ATTRIBUTE_NO_INHERIT] = {.severity = SEVERITY_STRICTNESS,
                              .owner = POSTGRES_ALONE},
    [ATTRIBUTE_UNIQUE] = {.severity = SEVERITY_STRUCTURE,
                          .note = "a value twice gets in on one side"},
    [ATTRIBUTE_METHOD] = {.severity = SEVERITY_STRUCTURE,
                          .owner = POSTGRES_ALONE},
    [ATTRIBUTE_PREDICATE] = {.severity = SEVERITY_STRUCTURE,
                             .across = judge_expressions},
    [ATTRIBUTE_INVALID] = {.severity = SEVERITY_STRICTNESS,
                           .note = "its building has not ended, or failed"},
    [ATTRIBUTE_DEFINITION] = {.severity = SEVERITY_STRUCTURE,
                              .across = judge_query},
    [ATTRIBUTE_MATERIALIZED] = {.severity = SEVERITY_STRUCTURE,
                                .note = "its rows are those of the last "
                                        "refresh"},
    [ATTRIBUTE_TIMING] = {.severity = SEVERITY_STRUCTURE},
    [ATTRIBUTE_EVENTS] = {.severity = SEVERITY_STRUCTURE},
    [ATTRIBUTE_WHAT] = {.severity = SEVERITY_STRUCTURE},
    [ATTRIBUTE_COMMENT] = {.severity = SEVERITY_NAMES,
                           .across = judge_comment,
                           .note = "a remark for readers"},
};

/* ------------------------------------------------------- what it comes to */

static bool
is_lone(const struct pair *pair, enum attribute attribute)
{
    static const enum owner owners[] = {
        [LANGUAGE_SQLITE] = SQLITE_ALONE,
        [LANGUAGE_POSTGRES] = POSTGRES_ALONE,
    };
    enum owner owner = attribute_rules[attribute].owner;
    int side = text_of(pair, LEFT, attribute) ? LEFT : RIGHT;

    return owner != BOTH && !pair->one_engine &&
           owners[pair->engines[side]] == owner;
}

/* From the table's name on: what stands before has attributes of its own. */
static const char *
trigger_body(const struct pair *pair, int side)
{
    const struct object *trigger = pair->objects[side];
    struct tokens tokens = {.at = trigger->text[ATTRIBUTE_DEFINITION],
                            .postgres = trigger->language == LANGUAGE_POSTGRES};
    struct token token;

    while (tokens.at != NULL && token_next(&tokens, &token))
        if (token_is(&token, "on"))
            return tokens.at;
    return trigger->text[ATTRIBUTE_DEFINITION];
}

/* One side is as it was declared: no engine has been asked what it makes of it.
 */
static bool
is_unreal(const struct pair *pair)
{
    return (pair->objects[LEFT]->place.line > 0) !=
           (pair->objects[RIGHT]->place.line > 0);
}

/* The catalog's own text, and a declaration's. */
static struct judgement
compare_unreal(const struct pair *pair, enum attribute attribute)
{
    const char *one = text_of(pair, LEFT, attribute);
    const char *other = text_of(pair, RIGHT, attribute);
    enum sql_language language = pair->objects[LEFT]->language;

    if (attribute_specs[attribute].form == FORM_QUERY &&
        pair->objects[LEFT]->kind == OBJECT_VIEW)
        return judge_query(pair, attribute);
    if (one == NULL || other == NULL)
        return differ(attribute);
    if (attribute_specs[attribute].form == FORM_EXPRESSION) {
        if (spelling_differs_in_literals(language, one, other))
            return judge_equivalent("type-cast");
        if (expression_is_known(pair, pair->objects[LEFT], one) &&
            expression_is_known(pair, pair->objects[RIGHT], other) &&
            !spelling_differs_in_casts(language, one, other))
            return differ(attribute);
    }
    return judge_unknown(attribute_rules[attribute].severity,
                         "only a scratch database could tell");
}

/* The catalog's own texts, or those of two declarations. */
static struct judgement
compare_alike(const struct pair *pair, enum attribute attribute)
{
    const char *one = text_of(pair, LEFT, attribute);
    const char *other = text_of(pair, RIGHT, attribute);
    enum sql_language language = pair->objects[LEFT]->language;

    switch (attribute_specs[attribute].form) {
    case FORM_EXPRESSION:
        if (spelling_is_same(language, one, other))
            return judge_identical();
        if (spelling_is_equivalent(language, one, other))
            return judge_equivalent("spelling");
        if (pair->retyped && spelling_differs_in_casts(language, one, other))
            return judge_equivalent("type-cast");
        return is_unreal(pair) ? compare_unreal(pair, attribute)
                               : differ(attribute);
    case FORM_QUERY:
        if (pair->objects[LEFT]->kind == OBJECT_TRIGGER) {
            one = trigger_body(pair, LEFT);
            other = trigger_body(pair, RIGHT);
        }
        if (spelling_is_same(language, one, other))
            return judge_identical();
        return is_unreal(pair) ? compare_unreal(pair, attribute)
                               : differ(attribute);
    default:
        if (attribute == ATTRIBUTE_VIRTUAL &&
            spelling_is_same(language, one, other))
            return judge_identical();
        return differ(attribute);
    }
}

/* The table and the columns that a foreign key references. */
static struct judgement
compare_references(const struct pair *pair)
{
    struct judgement judgement = judge_identical();
    const char *targets[SIDES];
    bool spelt = true;

    for (int side = LEFT; side < SIDES; side++) {
        const struct object *key = pair->objects[side];

        targets[side] = describe_targets(pair->arena, pair->schemas[side], key);
        judgement.texts[side] = key->text[ATTRIBUTE_REFERENCES];
        if (*targets[side] != '\0')
            judgement.texts[side] =
                arena_printf(pair->arena, "%s (%s)",
                             key->text[ATTRIBUTE_REFERENCES], targets[side]);
        spelt = spelt && key->nparts > 0 && key->parts[0].target != NULL;
    }
    if (pair_is_name(pair, text_of(pair, LEFT, ATTRIBUTE_REFERENCES),
                     text_of(pair, RIGHT, ATTRIBUTE_REFERENCES)) &&
        pair_is_name(pair, targets[LEFT], targets[RIGHT]))
        return judgement;
    judgement.verdict = VERDICT_DIFFERENT;
    judgement.severity = SEVERITY_STRUCTURE;
    if (!spelt && (*targets[LEFT] == '\0' || *targets[RIGHT] == '\0'))
        judgement.note = "what a key without columns references is not known";
    return judgement;
}

/*
 * PostgreSQL sorts an enum by the order of its labels, SQLite by their texts.
 */
static struct judgement
compare_label_order(const struct pair *pair)
{
    struct judgement judgement = judge_equivalent("enum-order");
    SCOPED(arena_clear) struct arena arena = {0};
    const char *last = "";

    for (const char *at = text_of(pair, LEFT, ATTRIBUTE_LABELS); at != NULL;) {
        const char *end = strstr(at, "', '");
        const char *label =
            end ? arena_copy(&arena, at, (size_t)(end - at)) : at;

        if (strcmp(last, label) > 0)
            return judgement;
        last = label;
        at = end ? end + 3 : NULL;
    }
    return judge_identical();
}

static struct judgement
judge_attribute(const struct pair *pair, enum attribute attribute)
{
    const struct attribute_rule *rule = &attribute_rules[attribute];
    bool alike = pair_is_alike(pair);
    bool same = text_is_same(text_of(pair, LEFT, attribute),
                             text_of(pair, RIGHT, attribute));

    if (attribute == ATTRIBUTE_GUARD)
        return compare_guards(pair);
    if (attribute == ATTRIBUTE_REFERENCES)
        return compare_references(pair);
    if (attribute == ATTRIBUTE_LABELS && same && !pair->one_engine)
        return compare_label_order(pair);
    /* The same words may mean two things in two languages. */
    if (same && (alike || attribute_specs[attribute].form != FORM_EXPRESSION))
        return judge_identical();
    if (alike)
        return compare_alike(pair, attribute);
    if (is_lone(pair, attribute))
        return judge_one_engine(rule->note);
    if (rule->across != NULL &&
        (!pair->one_engine ||
         attribute_specs[attribute].form == FORM_EXPRESSION ||
         attribute_specs[attribute].form == FORM_QUERY))
        return rule->across(pair, attribute);
    return differ(attribute);
}

struct judgement
compare_attribute(const struct pair *pair, enum attribute attribute)
{
    struct judgement judgement = judge_attribute(pair, attribute);

    if (judgement.texts[LEFT] == NULL && judgement.texts[RIGHT] == NULL)
        for (int side = LEFT; side < SIDES; side++)
            judgement.texts[side] = text_of(pair, side, attribute);
    return judgement;
}
