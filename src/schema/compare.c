#include "schema/compare.h"

#include <string.h>

#include "schema/compare_attribute.h"
#include "schema/compare_object.h"
#include "schema/describe.h"
#include "schema/evidence.h"
#include "schema/match.h"
#include "schema/rules.h"

const char *const verdict_names[] = {
    [VERDICT_IDENTICAL] = "identical",
    [VERDICT_EQUIVALENT] = "equivalent",
    [VERDICT_DIFFERENT] = "different",
    [VERDICT_UNKNOWN] = "unknown",
    [VERDICT_NOT_COMPARED] = "not-compared",
};

const char *const severity_names[] = {
    [SEVERITY_NONE] = "none",
    [SEVERITY_STRUCTURE] = "structure",
    [SEVERITY_STRICTNESS] = "strictness",
    [SEVERITY_NAMES] = "names",
    [SEVERITY_ONE_ENGINE] = "one-engine",
};

/* -------------------------------------------------------------- findings */

static void
add_finding(struct comparison *out, struct finding finding)
{
    out->findings = arena_grow(&out->arena, out->findings, out->nfindings,
                               &out->findings_size, sizeof *out->findings);
    out->findings[out->nfindings++] = finding;
}

/* ATTRIBUTE is NULL for the object as a whole. */
static void
add_judgement(struct comparison *out, const struct pair *pair,
              const char *attribute, struct judgement judgement)
{
    if (judgement.verdict == VERDICT_IDENTICAL) {
        out->nidentical++;
        return;
    }
    add_finding(out, (struct finding){
                         .verdict = judgement.verdict,
                         .severity = judgement.severity,
                         .left = pair->objects[LEFT],
                         .right = pair->objects[RIGHT],
                         .attribute = attribute,
                         .left_text = judgement.texts[LEFT],
                         .right_text = judgement.texts[RIGHT],
                         .rule = judgement.rule,
                         .note = judgement.note,
                     });
}

/* --------------------------------------------------------------- objects */

static bool
has_attribute(const struct kind_spec *kind, enum attribute attribute)
{
    for (size_t i = 0; i < kind->nattributes; i++)
        if (kind->attributes[i] == attribute)
            return true;
    return false;
}

static bool
is_compared(const struct pair *pair, enum attribute attribute)
{
    const struct kind_spec *left = &kind_specs[pair->objects[LEFT]->kind];
    const struct kind_spec *right = &kind_specs[pair->objects[RIGHT]->kind];

    /* A constraint and a unique index are of two kinds, and unique both. */
    if (attribute == ATTRIBUTE_UNIQUE)
        return left == right && has_attribute(left, attribute);
    return has_attribute(left, attribute) || has_attribute(right, attribute);
}

/* Neither side says anything: of guards, that is something. */
static bool
is_unsaid(const struct pair *pair, enum attribute attribute)
{
    return attribute != ATTRIBUTE_GUARD &&
           pair->objects[LEFT]->text[attribute] == NULL &&
           pair->objects[RIGHT]->text[attribute] == NULL;
}

static void
compare_attributes(struct comparison *out, const struct pair *pair)
{
    for (enum attribute i = 0; i < ATTRIBUTES; i++)
        if (is_compared(pair, i) && !is_unsaid(pair, i))
            add_judgement(out, pair, attribute_specs[i].name,
                          compare_attribute(pair, i));
}

static void compare_lists(struct comparison *out, const struct pair *outer,
                          const struct object_list lists[SIDES]);

/* A column of the same name has another type. */
static bool
is_retyped(const struct pair *pair)
{
    for (size_t i = 0; i < pair->objects[LEFT]->nchildren; i++) {
        const struct object *column = pair->objects[LEFT]->children[i];
        const struct object *other;

        if (column->kind != OBJECT_COLUMN)
            continue;
        other = object_find(pair->objects[RIGHT], OBJECT_COLUMN, column->name);
        if (other != NULL && !text_is_same(column->text[ATTRIBUTE_TYPE],
                                           other->text[ATTRIBUTE_TYPE]))
            return true;
    }
    return false;
}

static void
compare_children(struct comparison *out, const struct pair *pair)
{
    struct evidence evidence = {0};
    struct pair inner = *pair;
    struct object_list lists[SIDES];

    for (int side = LEFT; side < SIDES; side++)
        lists[side] = (struct object_list){pair->objects[side]->children,
                                           pair->objects[side]->nchildren};
    inner.evidence = &evidence;
    inner.retyped = is_retyped(pair);
    add_judgement(out, pair, "column_order", compare_column_order(pair));
    compare_lists(out, &inner, lists);
}

static void
compare_both(struct comparison *out, const struct pair *pair)
{
    add_judgement(out, pair, "name", compare_names(pair));
    if (pair->objects[LEFT]->kind != pair->objects[RIGHT]->kind)
        add_judgement(out, pair, "kind", compare_kinds(pair));
    if (pair->objects[LEFT]->nparts > 0 || pair->objects[RIGHT]->nparts > 0)
        add_judgement(out, pair, "columns", compare_parts(pair));
    compare_attributes(out, pair);
    if (pair->objects[LEFT]->kind == OBJECT_TABLE)
        compare_children(out, pair);
}

/* How many of a kind there are on a side alone. */
struct strangers {
    size_t counts[SIDES][OBJECT_KINDS];
};

static void
count_strangers(struct strangers *out, const struct matches *matches)
{
    *out = (struct strangers){0};
    for (size_t i = 0; i < matches->count; i++)
        for (int side = LEFT; side < SIDES; side++)
            if (matches->items[i].objects[!side] == NULL)
                out->counts[side][matches->items[i].objects[side]->kind]++;
}

/*
 * Two checks of one name, of which one tells something of a type: the other is
 * another check.
 */
static bool
is_evidence_by_name(const struct pair *pair)
{
    return pair->objects[LEFT]->kind == OBJECT_CHECK &&
           (evidence_has(pair->evidence, pair->objects[LEFT]) ||
            evidence_has(pair->evidence, pair->objects[RIGHT])) &&
           compare_attribute(pair, ATTRIBUTE_EXPRESSION).verdict >
               VERDICT_EQUIVALENT;
}

static void
compare_alone(struct comparison *out, const struct pair *pair, int side,
              bool company)
{
    struct pair alone = *pair;

    alone.objects[!side] = NULL;
    add_judgement(out, &alone, NULL, compare_missing(&alone, company));
}

static void
compare_match(struct comparison *out, const struct pair *pair,
              const struct strangers *strangers)
{
    bool both = pair->objects[LEFT] != NULL && pair->objects[RIGHT] != NULL;

    if (both && !is_evidence_by_name(pair)) {
        compare_both(out, pair);
        return;
    }
    for (int side = LEFT; side < SIDES; side++)
        if (pair->objects[side] != NULL)
            compare_alone(out, pair, side,
                          strangers->counts[!side][pair->objects[side]->kind] >
                              0);
}

static void
compare_lists(struct comparison *out, const struct pair *outer,
              const struct object_list lists[SIDES])
{
    struct matches matches;
    struct strangers strangers;

    match_objects(&matches, outer, lists);
    count_strangers(&strangers, &matches);
    for (size_t i = 0; i < matches.count; i++) {
        struct pair pair = *outer;

        for (int side = LEFT; side < SIDES; side++)
            pair.objects[side] = matches.items[i].objects[side];
        compare_match(out, &pair, &strangers);
    }
}

/* ---------------------------------------------------------------- schemas */

static enum sql_language
language_of(const char *engine)
{
    return engine != NULL && strcmp(engine, "sqlite") == 0 ? LANGUAGE_SQLITE
                                                           : LANGUAGE_POSTGRES;
}

void
schema_compare(struct comparison *out, const struct schema *left,
               const struct schema *right)
{
    /* A declaration for both engines is one for that of the other side. */
    const char *engine = left->engine ? left->engine : right->engine;
    const char *other = right->engine ? right->engine : engine;
    const struct object_list lists[SIDES] = {
        {left->objects, left->nobjects},
        {right->objects, right->nobjects},
    };
    struct pair pair = {
        .arena = &out->arena,
        .schemas = {left, right},
        .engines = {language_of(engine), language_of(other)},
    };

    pair.one_engine = pair.engines[LEFT] == pair.engines[RIGHT];
    out->one_engine = pair.one_engine;
    compare_lists(out, &pair, lists);
}

void
comparison_collations(struct comparison *comparison, const char *left,
                      const char *right)
{
    if (strcmp(left, right) == 0)
        return;
    add_finding(comparison,
                (struct finding){
                    .verdict = VERDICT_DIFFERENT,
                    .severity = SEVERITY_STRUCTURE,
                    .attribute = "collation",
                    .left_text = arena_text(&comparison->arena, left),
                    .right_text = arena_text(&comparison->arena, right),
                    .note = "texts come in another order",
                });
}

bool
comparison_switch_off(struct comparison *comparison, const char *rule)
{
    const struct rule_spec *spec = rule_find(rule);

    for (size_t i = 0; spec != NULL && i < comparison->nfindings; i++) {
        struct finding *finding = &comparison->findings[i];

        if (finding->rule == NULL || strcmp(finding->rule, rule) != 0)
            continue;
        finding->verdict = VERDICT_DIFFERENT;
        finding->severity = spec->severity;
        finding->note =
            arena_printf(&comparison->arena, "rule %s is off", rule);
        finding->rule = NULL;
    }
    return spec != NULL;
}

void
comparison_clear(struct comparison *comparison)
{
    arena_clear(&comparison->arena);
    *comparison = (struct comparison){0};
}

/* The one by whose name others find it. */
static const struct object *
named_side(const struct finding *finding)
{
    const struct object *left = finding->left;
    const struct object *right = finding->right;

    if (left == NULL || (right != NULL && left->name[0] == '\0'))
        return right;
    return left;
}

const char *
finding_title(struct arena *arena, const struct finding *finding)
{
    const struct object *object = named_side(finding);

    if (object == NULL)
        return "the database";
    if (object->name[0] != '\0' || object->nparts == 0)
        return object_title(arena, object);
    return arena_printf(
        arena, "%s (%s) of table '%s'", kind_specs[object->kind].name,
        describe_parts(arena, object), object_name(arena, object));
}

bool
finding_counts(const struct finding *finding)
{
    return finding->accepted == NULL &&
           (finding->verdict == VERDICT_DIFFERENT ||
            finding->verdict == VERDICT_UNKNOWN);
}

/* What is written in words: there are several for one thing. */
static bool
is_in_words(const struct finding *finding)
{
    const struct object *object =
        finding->left ? finding->left : finding->right;

    if (finding->attribute == NULL)
        return object->kind == OBJECT_CHECK || object->kind == OBJECT_INDEX;
    if (strcmp(finding->attribute, "columns") == 0)
        return true;
    for (enum attribute i = 0; i < ATTRIBUTES; i++)
        if (strcmp(finding->attribute, attribute_specs[i].name) == 0)
            return attribute_specs[i].form == FORM_EXPRESSION ||
                   attribute_specs[i].form == FORM_QUERY;
    return false;
}

bool
comparison_differs_in_words(const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->nfindings; i++)
        if (finding_counts(&comparison->findings[i]) &&
            is_in_words(&comparison->findings[i]))
            return true;
    return false;
}
