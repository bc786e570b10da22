#include "schema/compare_guard.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "schema/compare_type.h"
#include "schema/evidence.h"
#include "schema/guard.h"
#include "sql/quote.h"
#include "sql/type.h"

/* Between two things that get in. */
#define SEPARATOR "\x1f"

static bool
is_guarded(const struct pair *pair, int side)
{
    return object_is(pair->objects[side], ATTRIBUTE_GUARD);
}

/* What a column is to be kept to on a side. */
struct need {
    struct type_guard guards[TYPE_GUARDS];
    unsigned count;
    const char *type;
    const char *labels;
};

static bool
is_retyped(const struct pair *pair)
{
    return !text_is_same(pair->objects[LEFT]->text[ATTRIBUTE_TYPE],
                         pair->objects[RIGHT]->text[ATTRIBUTE_TYPE]);
}

/*
 * What the other side is kept to, of one engine.  On SQLite what PostgreSQL's
 * type says: SQLite's own may be but a way to store it.
 */
static struct need
need_of(const struct pair *pair, int side)
{
    bool by_other =
        pair->one_engine || (pair->engines[side] == LANGUAGE_SQLITE &&
                             is_retyped(pair) && !type_is_narrow(pair, side));
    int from = by_other ? !side : side;
    struct need need = {0};

    need.type = pair->objects[from]->text[ATTRIBUTE_TYPE];
    need.labels = pair_labels(pair, from);
    if (need.type != NULL)
        need.count =
            type_guards(pair->arena, pair->engines[side], need.type,
                        pair->objects[side]->name, need.labels, need.guards);
    return need;
}

/* The check by the name of the guard, whatever it says. */
static const struct object *
named_check(const struct pair *pair, int side, const char *kind)
{
    const struct object *column = pair->objects[side];

    return object_find(column->owner, OBJECT_CHECK,
                       guard_name(pair->arena, column, kind));
}

/*
 * What gets in where a guard is missing, with | between two things.  {n} is the
 * type's length, {l} the enum's labels, {t} the type.
 */
struct gap {
    const char *kind; /* of guard */
    enum sql_language engine;
    const char *text;
    const char *typed; /* where SQLite checks types; NULL: nothing */
};

static const struct gap gap_texts[] = {
    {"smallint", LANGUAGE_SQLITE,
     "numbers beyond 16 bits|values that are no integers",
     "numbers beyond 16 bits"},
    {"integer", LANGUAGE_SQLITE,
     "numbers beyond 32 bits|values that are no integers",
     "numbers beyond 32 bits"},
    {"bigint", LANGUAGE_SQLITE, "values that are no integers", NULL},
    {"boolean", LANGUAGE_SQLITE, "values other than 0 and 1",
     "values other than 0 and 1"},
    {"finite", LANGUAGE_SQLITE, "values that are no finite {t}", "infinity"},
    {"finite", LANGUAGE_POSTGRES, "NaN|infinity", "NaN|infinity"},
    {"digits", LANGUAGE_SQLITE, "more than 15 digits", "more than 15 digits"},
    {"digits", LANGUAGE_POSTGRES, "more than 15 digits", "more than 15 digits"},
    {"text", LANGUAGE_SQLITE, "blobs|NUL characters", "NUL characters"},
    {"length", LANGUAGE_SQLITE, "texts of more than {n} characters",
     "texts of more than {n} characters"},
    {"trimmed", LANGUAGE_SQLITE, "blanks at the end", "blanks at the end"},
    {"time", LANGUAGE_POSTGRES, "infinity|years beyond 1 to 9999",
     "infinity|years beyond 1 to 9999"},
    {"json", LANGUAGE_SQLITE, "values that are no JSON",
     "texts that are no JSON"},
    {"escapes", LANGUAGE_SQLITE,
     "JSON with an escaped NUL or half a surrogate pair",
     "JSON with an escaped NUL or half a surrogate pair"},
    {"enum", LANGUAGE_SQLITE, "values other than {l}", "values other than {l}"},
};

/* SQLite looks at the types of values: STRICT, a row number, a check. */
static bool
is_typed(const struct pair *pair, int side, const char *kind)
{
    const struct object *column = pair->objects[side];
    const char *name = sql_name(pair->arena, column->name);

    return object_is(column->owner, ATTRIBUTE_STRICT) ||
           object_is(column, ATTRIBUTE_IDENTITY) ||
           (strcmp(kind, "text") == 0 &&
            evidence_says(
                pair, side,
                arena_printf(pair->arena, "typeof(%s) = 'text'", name)));
}

/* The bars become SEPARATOR, which no label has. */
static const char *
filled(struct arena *arena, const struct need *need, const char *text)
{
    SCOPED(buf_release) struct buf things = {0};
    SCOPED(buf_release) struct buf length = {0};
    SCOPED(buf_release) struct buf labels = {0};
    SCOPED(buf_release) struct buf type = {0};
    char number[24];

    (void)snprintf(number, sizeof number, "%ld", type_length(need->type));
    buf_replace(&things, text, "|", SEPARATOR);
    buf_replace(&length, buf_data(&things), "{n}", number);
    buf_replace(&labels, buf_data(&length), "{l}",
                need->labels ? need->labels : "");
    buf_replace(&type, buf_data(&labels), "{t}", need->type);
    return arena_text(arena, buf_data(&type));
}

/* A time without a day. */
static bool
is_clock(const char *type)
{
    return strncmp(type, "time", 4) == 0 && strncmp(type, "timestamp", 9) != 0;
}

/* NULL: nothing gets in that the other side would refuse. */
static const char *
describe_gap(const struct pair *pair, int side, const struct need *need,
             const struct type_guard *guard)
{
    const char *text = "values that are no {t}";

    if (strcmp(guard->kind, "time") == 0 && is_clock(need->type) &&
        pair->engines[side] == LANGUAGE_POSTGRES)
        return "24:00";
    for (size_t i = 0; i < sizeof gap_texts / sizeof *gap_texts; i++)
        if (gap_texts[i].engine == pair->engines[side] &&
            strcmp(gap_texts[i].kind, guard->kind) == 0)
            text = is_typed(pair, side, guard->kind) ? gap_texts[i].typed
                                                     : gap_texts[i].text;
    return text ? filled(pair->arena, need, text) : NULL;
}

/* What a side leaves open. */
struct gaps {
    const char *taken; /* with SEPARATOR between two; NULL: nothing */
    const char *missing;
    const char *instead; /* the checks by those names, if any */
    const char *number;  /* a time of which SQLite makes one; NULL: none */
};

static const char *
appended(struct arena *arena, const char *list, const char *between,
         const char *text)
{
    return list ? arena_printf(arena, "%s%s%s", list, between, text) : text;
}

static void
add_gap(const struct pair *pair, int side, const struct need *need,
        const struct type_guard *guard, struct gaps *out)
{
    const struct object *column = pair->objects[side];
    const struct object *instead = named_check(pair, side, guard->kind);
    const char *gap = describe_gap(pair, side, need, guard);

    if (gap == NULL)
        return;
    out->taken = appended(pair->arena, out->taken, SEPARATOR, gap);
    out->missing =
        appended(pair->arena, out->missing, " and ", guard->expression);
    if (strcmp(guard->kind, "time") == 0 &&
        pair->engines[side] == LANGUAGE_SQLITE &&
        type_makes_numbers(column->text[ATTRIBUTE_TYPE]))
        out->number = is_clock(need->type) ? "101500" : "20240501";
    if (instead == NULL)
        return;
    evidence_add(pair, instead);
    out->instead = appended(pair->arena, out->instead, " and ",
                            instead->text[ATTRIBUTE_EXPRESSION]);
}

/* With | for SEPARATOR, "a|b|c" -> "a, b and c". */
static const char *
listed(struct arena *arena, const char *things)
{
    SCOPED(buf_release) struct buf text = {0};
    const char *last = strrchr(things, *SEPARATOR);

    for (const char *at = things; *at != '\0'; at++)
        if (*at == *SEPARATOR)
            buf_text(&text, at == last ? " and " : ", ");
        else
            buf_char(&text, *at);
    return arena_text(arena, buf_data(&text));
}

static const char *
gaps_note(const struct pair *pair, int side, const struct gaps *gaps)
{
    if (gaps->taken == NULL)
        return NULL;
    return arena_printf(
        pair->arena, "%s takes %s%s%s%s", engine_titles[pair->engines[side]],
        listed(pair->arena, gaps->taken),
        gaps->number ? ", and makes a number of '" : "",
        gaps->number ? gaps->number : "", gaps->number ? "'" : "");
}

/* The guards of the type that the column has by itself. */
static unsigned
own_guards(const struct pair *pair, int side,
           struct type_guard out[TYPE_GUARDS])
{
    const struct object *column = pair->objects[side];

    if (column->text[ATTRIBUTE_TYPE] == NULL)
        return 0;
    return type_guards(pair->arena, pair->engines[side],
                       column->text[ATTRIBUTE_TYPE], column->name,
                       pair_labels(pair, side), out);
}

/* Those, which were found, say it, too. */
static bool
is_guarded_against(const struct pair *pair, int side,
                   const struct type_guard *guard)
{
    struct type_guard own[TYPE_GUARDS];
    unsigned count;

    if (!object_is(pair->objects[side], ATTRIBUTE_GUARD))
        return false;
    count = own_guards(pair, side, own);
    for (unsigned i = 0; i < count; i++)
        if (strcmp(own[i].expression, guard->expression) == 0)
            return true;
    return false;
}

/* RETYPED: the guards are there, but for another type than the one needed. */
static struct gaps
find_gaps(const struct pair *pair, int side, bool retyped)
{
    struct need need = need_of(pair, side);
    struct gaps gaps = {0};

    for (unsigned i = 0; i < need.count; i++) {
        const struct type_guard *guard = &need.guards[i];
        const struct object *named = named_check(pair, side, guard->kind);

        if (is_guarded_against(pair, side, guard) ||
            evidence_find(pair, side, guard->kind, guard->expression, need.type,
                          need.labels))
            continue;
        if (retyped && named != NULL)
            evidence_add(pair, named);
        else
            add_gap(pair, side, &need, guard, &gaps);
    }
    return gaps;
}

static struct judgement
judge_gaps(const struct pair *pair, int side, const struct gaps *gaps)
{
    struct judgement judgement =
        judge_different(SEVERITY_STRICTNESS, gaps_note(pair, side, gaps));

    judgement.texts[side] = gaps->instead;
    judgement.texts[!side] = pair->one_engine
                                 ? gaps->missing
                                 : pair->objects[!side]->text[ATTRIBUTE_TYPE];
    return judgement;
}

/* The sides differ in more than that; their checks go with the types. */
static struct judgement
compare_guards_retyped(const struct pair *pair)
{
    for (int side = LEFT; side < SIDES; side++)
        (void)find_gaps(pair, side, true);
    return judge_identical();
}

/* Of one engine: the other side is what it should be. */
static struct judgement
compare_guards_alike(const struct pair *pair)
{
    int open = is_guarded(pair, LEFT) ? RIGHT : LEFT;
    bool differs = is_guarded(pair, LEFT) != is_guarded(pair, RIGHT);
    struct gaps gaps = {0};

    if (differs)
        gaps = find_gaps(pair, open, is_retyped(pair));
    if (gaps.taken != NULL)
        return judge_gaps(pair, open, &gaps);
    if (is_retyped(pair))
        return compare_guards_retyped(pair);
    return differs ? judge_equivalent("guard-by-check") : judge_identical();
}

struct judgement
compare_guards(const struct pair *pair)
{
    int sqlite = pair_side(pair, LANGUAGE_SQLITE);
    struct gaps gaps;

    if (pair->one_engine)
        return compare_guards_alike(pair);
    if (is_guarded(pair, LEFT) && is_guarded(pair, RIGHT) && !is_retyped(pair))
        return judge_identical();
    if (compare_types(pair).verdict > VERDICT_EQUIVALENT &&
        !type_is_rewritten(pair))
        return compare_guards_retyped(pair);
    gaps = find_gaps(pair, sqlite, false);
    if (gaps.taken != NULL)
        return judge_gaps(pair, sqlite, &gaps);
    gaps = find_gaps(pair, !sqlite, false);
    if (gaps.taken != NULL)
        return judge_gaps(pair, !sqlite, &gaps);
    return judge_identical();
}

void
guards_of_missing(const struct pair *pair, int side)
{
    struct type_guard own[TYPE_GUARDS];
    unsigned count = own_guards(pair, side, own);

    for (unsigned i = 0; i < count; i++) {
        const struct object *named = named_check(pair, side, own[i].kind);

        if (!evidence_says(pair, side, own[i].expression) && named != NULL)
            evidence_add(pair, named);
    }
}
