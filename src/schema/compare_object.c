#include "schema/compare_object.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "schema/compare_guard.h"
#include "schema/describe.h"
#include "schema/evidence.h"
#include "schema/guard.h"
#include "schema/spelling.h"

static const char slower[] = "the answers are the same, how fast is not";

static struct judgement
with_texts(struct judgement judgement, const char *left, const char *right)
{
    judgement.texts[LEFT] = left;
    judgement.texts[RIGHT] = right;
    return judgement;
}

/* ---------------------------------------------------------------- names */

static const char *
unnamed_rule(enum object_kind kind)
{
    switch (kind) {
    case OBJECT_FOREIGN_KEY:
        return "fk-name-structural";
    case OBJECT_UNIQUE:
        return "autoindex-is-unique";
    default:
        return "unnamed-constraint";
    }
}

static bool
ends(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* The names that PostgreSQL gives: "t_pkey", "t_a_b_key", "t_a_fkey1". */
static bool
is_automatic(const struct object *object)
{
    static const char *const ending[OBJECT_KINDS] = {
        [OBJECT_PRIMARY_KEY] = "_pkey",
        [OBJECT_UNIQUE] = "_key",
        [OBJECT_FOREIGN_KEY] = "_fkey",
        [OBJECT_CHECK] = "_check",
    };
    SCOPED(arena_clear) struct arena arena = {0};
    char *name = arena_text(&arena, object->name);
    size_t len = strlen(name);

    if (ending[object->kind] == NULL)
        return false;
    while (len > 0 && name[len - 1] >= '0' && name[len - 1] <= '9')
        name[--len] = '\0';
    return ends(name, ending[object->kind]) &&
           strncmp(name, object->owner->name, strlen(object->owner->name)) == 0;
}

static bool
has_no_name(const struct pair *pair, int side)
{
    const struct object *object = pair->objects[side];

    if (object->name[0] == '\0')
        return true;
    return !pair->one_engine && pair->engines[side] == LANGUAGE_POSTGRES &&
           is_automatic(object);
}

/* A declaration has no name for it, and PostgreSQL has given it one. */
static bool
was_named(const struct pair *pair)
{
    int declared = pair->objects[LEFT]->name[0] == '\0' ? LEFT : RIGHT;

    return pair->one_engine && pair->engines[LEFT] == LANGUAGE_POSTGRES &&
           pair->objects[declared]->name[0] == '\0' &&
           is_automatic(pair->objects[!declared]);
}

static struct judgement
judge_names(const struct pair *pair)
{
    const struct object *left = pair->objects[LEFT];
    const struct object *right = pair->objects[RIGHT];

    if (strcmp(left->name, right->name) == 0)
        return judge_identical();
    if (pair_is_name(pair, left->name, right->name))
        return judge_equivalent("name-case");
    if (!pair_is_alike(pair) &&
        (has_no_name(pair, LEFT) || has_no_name(pair, RIGHT)))
        return judge_equivalent(unnamed_rule(left->kind));
    if (was_named(pair))
        return judge_equivalent(unnamed_rule(left->kind));
    return judge_different(SEVERITY_NAMES, NULL);
}

struct judgement
compare_names(const struct pair *pair)
{
    return with_texts(judge_names(pair), pair->objects[LEFT]->name,
                      pair->objects[RIGHT]->name);
}

/* ---------------------------------------------------------------- kinds */

static struct judgement
judge_kinds(const struct pair *pair)
{
    if (pair->objects[LEFT]->kind == pair->objects[RIGHT]->kind)
        return judge_identical();
    if (!pair->one_engine)
        return judge_equivalent("unique-index-is-constraint");
    if (pair->engines[LEFT] == LANGUAGE_POSTGRES)
        return judge_different(SEVERITY_STRUCTURE,
                               "ON CONFLICT ON CONSTRAINT finds the "
                               "constraint alone");
    return judge_different(SEVERITY_NAMES,
                           "both keep the same values apart, but only the "
                           "index can be dropped");
}

static const char *
kind_text(const struct object *object)
{
    return object->kind == OBJECT_INDEX ? "unique index"
                                        : kind_specs[object->kind].name;
}

struct judgement
compare_kinds(const struct pair *pair)
{
    return with_texts(judge_kinds(pair), kind_text(pair->objects[LEFT]),
                      kind_text(pair->objects[RIGHT]));
}

/* ---------------------------------------------------------------- parts */

static bool
is_same_expression(const struct pair *pair, const char *one, const char *other)
{
    const struct object *left = pair->objects[LEFT];
    const struct object *right = pair->objects[RIGHT];

    if (pair_is_alike(pair))
        return spelling_is_same(left->language, one, other) ||
               spelling_is_equivalent(left->language, one, other) ||
               (pair->retyped &&
                spelling_differs_in_casts(left->language, one, other));
    return strcmp(expression_key(pair, left, one),
                  expression_key(pair, right, other)) == 0;
}

static bool
is_same_value(const struct pair *pair, const struct key_part *one,
              const struct key_part *other)
{
    if (one->column != NULL || other->column != NULL)
        return pair_is_name(pair, one->column, other->column);
    return is_same_expression(pair, one->expression, other->expression);
}

/* PostgreSQL's "C" is how SQLite compares by itself. */
static const char *
collation_of(const struct pair *pair, const struct key_part *part)
{
    const char *collation = part->collation;

    if (collation != NULL && !pair->one_engine &&
        (strcmp(collation, "C") == 0 || strcasecmp(collation, "binary") == 0))
        return NULL;
    return collation;
}

static bool
is_same_part(const struct pair *pair, const struct key_part *one,
             const struct key_part *other)
{
    return is_same_value(pair, one, other) &&
           text_is_same(collation_of(pair, one), collation_of(pair, other)) &&
           one->descending == other->descending;
}

/* In what PostgreSQL alone has. */
static bool
is_same_detail(const struct key_part *one, const struct key_part *other)
{
    return one->included == other->included &&
           text_is_same(one->operator_class, other->operator_class) &&
           (one->nulls_first != one->descending) ==
               (other->nulls_first != other->descending);
}

/* Without those that are included, which no engine searches by. */
static size_t
key_length(const struct object *object)
{
    size_t count = 0;

    for (size_t i = 0; i < object->nparts; i++)
        count += !object->parts[i].included;
    return count;
}

static struct judgement
judge_parts(const struct pair *pair)
{
    const struct object *left = pair->objects[LEFT];
    const struct object *right = pair->objects[RIGHT];
    size_t count = pair->one_engine ? left->nparts : key_length(left);
    bool same_detail = left->nparts == right->nparts;

    if (count != (pair->one_engine ? right->nparts : key_length(right)))
        return judge_different(SEVERITY_STRUCTURE, NULL);
    for (size_t i = 0; i < count; i++) {
        if (!is_same_part(pair, &left->parts[i], &right->parts[i]))
            return judge_different(SEVERITY_STRUCTURE, NULL);
        same_detail =
            same_detail && is_same_detail(&left->parts[i], &right->parts[i]);
    }
    if (same_detail)
        return judge_identical();
    if (pair->one_engine)
        return judge_different(SEVERITY_STRUCTURE, slower);
    return judge_one_engine(slower);
}

struct judgement
compare_parts(const struct pair *pair)
{
    return with_texts(judge_parts(pair),
                      describe_parts(pair->arena, pair->objects[LEFT]),
                      describe_parts(pair->arena, pair->objects[RIGHT]));
}

/* -------------------------------------------------------- column order */

static const struct object *
find_column(const struct pair *pair, const struct object *table,
            const char *name)
{
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_COLUMN &&
            pair_is_name(pair, table->children[i]->name, name))
            return table->children[i];
    return NULL;
}

/* The names of those of a side that the other has, too. */
static const char *
common_columns(const struct pair *pair, int side)
{
    const struct object *table = pair->objects[side];
    SCOPED(buf_release) struct buf names = {0};

    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_COLUMN &&
            find_column(pair, pair->objects[!side], table->children[i]->name))
            buf_printf(&names, "%s%s", names.len ? ", " : "",
                       table->children[i]->name);
    return arena_copy(pair->arena, buf_data(&names), names.len);
}

struct judgement
compare_column_order(const struct pair *pair)
{
    const char *left = common_columns(pair, LEFT);
    const char *right = common_columns(pair, RIGHT);

    if (pair_is_name(pair, left, right))
        return judge_identical();
    return with_texts(judge_different(SEVERITY_STRUCTURE,
                                      "select * and an insert without columns "
                                      "depend on it"),
                      left, right);
}

/* -------------------------------------------------------------- missing */

struct kind_rule {
    enum severity severity;
    const char *note;
};

static const struct kind_rule kind_rules[OBJECT_KINDS] = {
    [OBJECT_ENUM] = {SEVERITY_STRUCTURE, NULL},
    [OBJECT_SEQUENCE] = {SEVERITY_STRUCTURE, NULL},
    [OBJECT_TABLE] = {SEVERITY_STRUCTURE, NULL},
    [OBJECT_COLUMN] = {SEVERITY_STRUCTURE, NULL},
    [OBJECT_PRIMARY_KEY] = {SEVERITY_STRUCTURE, NULL},
    [OBJECT_UNIQUE] = {SEVERITY_STRUCTURE, NULL},
    [OBJECT_FOREIGN_KEY] = {SEVERITY_STRUCTURE, NULL},
    [OBJECT_CHECK] = {SEVERITY_STRICTNESS, NULL},
    [OBJECT_INDEX] = {SEVERITY_STRUCTURE, slower},
    [OBJECT_VIEW] = {SEVERITY_STRUCTURE, NULL},
    [OBJECT_TRIGGER] = {SEVERITY_STRUCTURE, NULL},
    [OBJECT_OTHER] = {SEVERITY_STRUCTURE, NULL},
};

/* A part that SQLite's indexes can't have. */
static bool
has_lone_part(const struct object *index)
{
    for (size_t i = 0; i < index->nparts; i++)
        if (index->parts[i].operator_class != NULL || index->parts[i].included)
            return true;
    return false;
}

/* The other engine has no way to say it. */
static bool
is_lone(const struct object *object)
{
    switch (object->kind) {
    case OBJECT_SEQUENCE:
    case OBJECT_OTHER:
        return true;
    case OBJECT_TABLE:
        return object_is(object, ATTRIBUTE_VIRTUAL) ||
               object_is(object, ATTRIBUTE_PARTITION_OF);
    case OBJECT_INDEX:
        return !object_is(object, ATTRIBUTE_UNIQUE) &&
               (object_is(object, ATTRIBUTE_METHOD) || has_lone_part(object));
    case OBJECT_VIEW:
        return object_is(object, ATTRIBUTE_MATERIALIZED);
    default:
        return false;
    }
}

/* A column has that type. */
static bool
is_used(const struct schema *schema, const struct object *type)
{
    for (size_t i = 0; i < schema->nobjects; i++) {
        const struct object *table = schema->objects[i];

        for (size_t j = 0; j < table->nchildren; j++)
            if (table->children[j]->kind == OBJECT_COLUMN &&
                guard_enum(schema, table->children[j]) == type)
                return true;
    }
    return false;
}

/* The columns that have it as their type tell its labels. */
static struct judgement
missing_enum(const struct pair *pair, int side)
{
    if (is_used(pair->schemas[side], pair->objects[side]))
        return judge_equivalent("enum-text-check");
    return judge_one_engine("no column has it");
}

static struct judgement
judge_missing(const struct pair *pair, int side, bool company)
{
    const struct object *object = pair->objects[side];
    const struct kind_rule *rule = &kind_rules[object->kind];

    if (!pair->one_engine && is_lone(object))
        return judge_one_engine(rule->note);
    if (!pair->one_engine && object->kind == OBJECT_ENUM)
        return missing_enum(pair, side);
    if (object->kind == OBJECT_COLUMN)
        guards_of_missing(pair, side);
    if (object->kind == OBJECT_CHECK && evidence_has(pair->evidence, object))
        return judge_identical();
    if (object->kind == OBJECT_CHECK && company && !pair->one_engine &&
        !expression_is_known(pair, object, object->text[ATTRIBUTE_EXPRESSION]))
        return judge_unknown(rule->severity,
                             "a check without a match on the other side may "
                             "say the same");
    if (object_is(object, ATTRIBUTE_UNIQUE))
        return judge_different(rule->severity, NULL);
    return judge_different(rule->severity, rule->note);
}

struct judgement
compare_missing(const struct pair *pair, bool company)
{
    int side = pair->objects[LEFT] ? LEFT : RIGHT;
    struct judgement judgement = judge_missing(pair, side, company);

    judgement.texts[side] =
        describe_object(pair->arena, pair->schemas[side], pair->objects[side]);
    return judgement;
}
