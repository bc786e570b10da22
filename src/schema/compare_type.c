#include "schema/compare_type.h"

#include <string.h>

#include "schema/evidence.h"
#include "sql/type.h"

static bool
begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool
is_integer(const char *type)
{
    return strcmp(type, "smallint") == 0 || strcmp(type, "integer") == 0 ||
           strcmp(type, "bigint") == 0;
}

static bool
is_boolean(const char *type)
{
    return strcmp(type, "boolean") == 0;
}

static bool
is_json(const char *type)
{
    return strcmp(type, "json") == 0 || strcmp(type, "jsonb") == 0;
}

static bool
is_long_text(const char *type)
{
    return strcmp(type, "text") == 0;
}

static bool
is_short_text(const char *type)
{
    return begins(type, "varchar(") || begins(type, "char(");
}

static bool
is_any_text(const char *type)
{
    return is_long_text(type) || is_short_text(type);
}

/* A wide type that a check makes a narrow one. */
struct narrowing {
    const char *rule;
    const char *kind; /* of guard; "enum": the narrow type is one */
    bool (*is_narrow)(const char *type);
    bool (*is_wide)(const char *type);
    enum severity severity; /* without the check */
    const char *note;
};

static const struct narrowing narrowings[] = {
    {"bool-int-check", "boolean", is_boolean, is_integer, SEVERITY_STRUCTURE,
     "no check keeps it to 0 and 1"},
    {"json-text-check", "json", is_json, is_any_text, SEVERITY_STRUCTURE,
     "no check keeps it to valid JSON"},
    {"length-check", "length", is_short_text, is_long_text, SEVERITY_STRICTNESS,
     "no check keeps it to that length"},
    {"enum-text-check", "enum", NULL, is_any_text, SEVERITY_STRICTNESS,
     "no check keeps it to the enum's labels"},
};

static bool
is_narrowing(const struct pair *pair, const struct narrowing *narrowing,
             int narrow)
{
    const char *type = pair->objects[narrow]->text[ATTRIBUTE_TYPE];
    const char *other = pair->objects[!narrow]->text[ATTRIBUTE_TYPE];

    if (!narrowing->is_wide(other))
        return false;
    if (narrowing->is_narrow != NULL)
        return narrowing->is_narrow(type);
    return pair_labels(pair, narrow) != NULL;
}

static const char *
guard_of_kind(const struct type_guard *guards, unsigned count, const char *kind)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(guards[i].kind, kind) == 0)
            return guards[i].expression;
    return NULL;
}

static bool
is_narrowed(const struct pair *pair, const struct narrowing *narrowing,
            int narrow)
{
    struct type_guard guards[TYPE_GUARDS];
    const char *type = pair->objects[narrow]->text[ATTRIBUTE_TYPE];
    const char *labels = pair_labels(pair, narrow);
    unsigned count = type_guards(pair->arena, pair->engines[!narrow], type,
                                 pair->objects[!narrow]->name, labels, guards);

    return evidence_find(pair, !narrow, narrowing->kind,
                         guard_of_kind(guards, count, narrowing->kind), type,
                         labels);
}

bool
type_is_narrow(const struct pair *pair, int side)
{
    for (size_t i = 0; i < sizeof narrowings / sizeof *narrowings; i++)
        if (is_narrowing(pair, &narrowings[i], side))
            return true;
    return false;
}

/*
 * By a check, or for lack of one.  False: it is another matter; a check is not
 * what decides.
 */
static bool
compare_narrowed(const struct pair *pair, bool checked, struct judgement *out)
{
    for (size_t i = 0; i < sizeof narrowings / sizeof *narrowings; i++)
        for (int narrow = LEFT; narrow < SIDES; narrow++) {
            const struct narrowing *one = &narrowings[i];

            if (!is_narrowing(pair, one, narrow) ||
                is_narrowed(pair, one, narrow) != checked)
                continue;
            *out = checked ? judge_equivalent(one->rule)
                           : judge_different(one->severity, one->note);
            return true;
        }
    return false;
}

/* On SQLite, where a type by itself keeps nothing out; by any checks. */
static bool
is_guarded(const struct pair *pair)
{
    int side = pair_side(pair, LANGUAGE_SQLITE);
    const struct object *column = pair->objects[side];
    const char *type = column->text[ATTRIBUTE_TYPE];
    struct type_guard guards[TYPE_GUARDS];
    unsigned count;

    count = type_guards(pair->arena, LANGUAGE_SQLITE, type, column->name, NULL,
                        guards);
    if (object_is(column, ATTRIBUTE_GUARD))
        return count > 0;
    for (unsigned i = 0; i < count; i++)
        if (!evidence_find(pair, side, guards[i].kind, guards[i].expression,
                           type, NULL))
            return false;
    return count > 0;
}

static bool
ends(const char *rule, const char *end)
{
    size_t len = strlen(rule);
    size_t end_len = strlen(end);

    return len >= end_len && strcmp(rule + len - end_len, end) == 0;
}

/*
 * Not if it holds only with a check, or only because SQLite does not look at
 * how wide a number is, but a guard does.
 */
static bool
holds_by_itself(const struct pair *pair, const char *rule)
{
    return !ends(rule, "-check") &&
           (!ends(rule, "-width") || !is_guarded(pair));
}

static const char *
type_of(const struct pair *pair, enum sql_language engine)
{
    return pair->objects[pair_side(pair, engine)]->text[ATTRIBUTE_TYPE];
}

/* Of any number of bits: SQLite counts as far as it goes. */
static bool
is_auto_key(const struct pair *pair)
{
    if (is_guarded(pair))
        return false;
    for (int side = LEFT; side < SIDES; side++)
        if (!object_is(pair->objects[side], ATTRIBUTE_IDENTITY) ||
            !is_integer(pair->objects[side]->text[ATTRIBUTE_TYPE]))
            return false;
    return true;
}

/* A type of which SQLite makes numbers, and of which it is seen. */
struct rewriting {
    const char *rule; /* by which it would be equivalent */
    const char *note;
};

static const struct rewriting rewritings[] = {
    {"json-text", "SQLite makes a number of JSON that is one: 1.0 becomes 1"},
    {"uuid-text",
     "SQLite makes a number of a uuid without dashes that looks like one"},
};

/* NULL: SQLite keeps the values as they are. */
static const char *
rewriting_note(const char *sqlite, const char *rule)
{
    for (size_t i = 0; i < sizeof rewritings / sizeof *rewritings; i++)
        if (strcmp(rewritings[i].rule, rule) == 0 && type_makes_numbers(sqlite))
            return rewritings[i].note;
    return NULL;
}

bool
type_is_rewritten(const struct pair *pair)
{
    const char *sqlite = type_of(pair, LANGUAGE_SQLITE);
    const char *postgres = type_of(pair, LANGUAGE_POSTGRES);
    const char *rule = NULL;

    return sqlite != NULL && postgres != NULL &&
           type_compare(sqlite, postgres, &rule) == TYPE_EQUIVALENT &&
           rewriting_note(sqlite, rule) != NULL;
}

static struct judgement
judge_equivalent_type(const char *sqlite, const char *rule)
{
    const char *note = rewriting_note(sqlite, rule);

    return note ? judge_different(SEVERITY_STRUCTURE, note)
                : judge_equivalent(rule);
}

static struct judgement
judge_unknown_type(const struct pair *pair, const char *sqlite)
{
    bool makes_numbers =
        pair_labels(pair, pair_side(pair, LANGUAGE_SQLITE)) == NULL &&
        type_makes_numbers(sqlite);

    return judge_unknown(SEVERITY_STRUCTURE,
                         makes_numbers
                             ? "SQLite makes numbers of texts that look like "
                               "one; what else it holds is not known"
                             : "whether they hold the same is not known");
}

static bool
are_enums(const struct pair *pair)
{
    return pair_labels(pair, LEFT) != NULL && pair_labels(pair, RIGHT) != NULL;
}

static struct judgement
compare_enums(const struct pair *pair)
{
    if (strcmp(pair_labels(pair, LEFT), pair_labels(pair, RIGHT)) == 0)
        return judge_different(SEVERITY_NAMES, "the labels are the same");
    return judge_different(SEVERITY_STRUCTURE, NULL);
}

struct judgement
compare_types(const struct pair *pair)
{
    const char *sqlite = type_of(pair, LANGUAGE_SQLITE);
    const char *postgres = type_of(pair, LANGUAGE_POSTGRES);
    const char *rule = NULL;
    enum type_relation relation;
    struct judgement judgement;

    if (sqlite == NULL || postgres == NULL)
        return judge_different(SEVERITY_STRUCTURE, NULL);
    relation = type_compare(sqlite, postgres, &rule);
    if (relation == TYPE_SAME)
        return judge_identical();
    if (is_auto_key(pair))
        return judge_equivalent("auto-key");
    if (compare_narrowed(pair, true, &judgement))
        return judgement;
    if (relation == TYPE_EQUIVALENT && holds_by_itself(pair, rule))
        return judge_equivalent_type(sqlite, rule);
    if (compare_narrowed(pair, false, &judgement))
        return judgement;
    if (are_enums(pair))
        return compare_enums(pair);
    return relation == TYPE_UNKNOWN ? judge_unknown_type(pair, sqlite)
                                    : judge_different(SEVERITY_STRUCTURE, NULL);
}
