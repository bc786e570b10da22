#include "schema/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/token.h"
#include "schema/describe.h"
#include "schema/spelling.h"

/* Between the words of a key, where no name has it. */
#define SEPARATOR '\x1f'

/*
 * The key under which an object is looked for on the other side; false: it has
 * none of that sort.
 */
typedef bool key_function(const struct pair *pair, int side,
                          const struct object *object, struct buf *key);

static void
add_word(struct buf *key, const char *word)
{
    buf_text(key, word ? word : "");
    buf_char(key, SEPARATOR);
}

static void
add_number(struct buf *key, unsigned number)
{
    buf_printf(key, "%u%c", number, SEPARATOR);
}

/* Of two engines' policies nothing is the same but the word. */
static bool
has_name(const struct pair *pair, const struct object *object)
{
    return object->name[0] != '\0' &&
           (pair->one_engine || object->kind != OBJECT_OTHER);
}

static bool
name_exactly(const struct pair *pair, int side, const struct object *object,
             struct buf *key)
{
    (void)side;
    if (!has_name(pair, object))
        return false;
    add_number(key, object->kind);
    add_word(key, object->text[ATTRIBUTE_WHAT]);
    add_word(key, object->schema);
    add_word(key, object->name);
    return true;
}

static bool
name_folded(const struct pair *pair, int side, const struct object *object,
            struct buf *key)
{
    (void)side;
    if (!has_name(pair, object))
        return false;
    add_number(key, object->kind);
    add_word(key, object->text[ATTRIBUTE_WHAT]);
    add_word(key, object->schema);
    add_word(key, name_key(pair, object->name));
    return true;
}

/* As it does by itself where nothing is said. */
static const char *
collation_key(const struct pair *pair, const struct key_part *part)
{
    if (part->collation != NULL && !pair->one_engine &&
        strcmp(part->collation, "C") == 0)
        return NULL;
    return part->collation;
}

static void
add_part(const struct pair *pair, const struct object *object,
         const struct key_part *part, struct buf *key)
{
    if (part->column != NULL)
        add_word(key, name_key(pair, part->column));
    else
        add_word(key, expression_key(pair, object, part->expression));
    add_word(key, collation_key(pair, part));
    add_word(key, part->operator_class);
    add_number(key, part->descending);
    add_number(key, part->included);
    if (pair->one_engine)
        add_number(key, part->nulls_first);
}

static void
add_parts(const struct pair *pair, const struct object *object, struct buf *key)
{
    for (size_t i = 0; i < object->nparts; i++)
        add_part(pair, object, &object->parts[i], key);
    buf_char(key, SEPARATOR);
}

static void
add_references(const struct pair *pair, int side, const struct object *object,
               struct buf *key)
{
    add_word(key, name_key(pair, object->text[ATTRIBUTE_REFERENCES]));
    add_word(key,
             name_key(pair, describe_targets(pair->arena, pair->schemas[side],
                                             object)));
}

/* A trigger's definition without its name. */
static bool
add_trigger(const struct pair *pair, const struct object *object,
            struct buf *key)
{
    struct tokens tokens = {.at = object->text[ATTRIBUTE_DEFINITION],
                            .postgres = object->language == LANGUAGE_POSTGRES};
    struct token token;
    bool named = false;

    if (tokens.at == NULL || !pair->one_engine)
        return false;
    while (token_next(&tokens, &token)) {
        if (!named &&
            strcmp(token_name(pair->arena, &token), object->name) == 0)
            named = true;
        else
            add_word(key, arena_copy(pair->arena, token.text, token.len));
    }
    return true;
}

static bool
structure(const struct pair *pair, int side, const struct object *object,
          struct buf *key)
{
    add_number(key, object->kind);
    switch (object->kind) {
    case OBJECT_PRIMARY_KEY: /* a table has but one */
        return true;
    case OBJECT_UNIQUE:
        add_parts(pair, object, key);
        return true;
    case OBJECT_FOREIGN_KEY:
        add_parts(pair, object, key);
        add_references(pair, side, object, key);
        return true;
    case OBJECT_CHECK:
        add_word(key, expression_key(pair, object,
                                     object->text[ATTRIBUTE_EXPRESSION]));
        return true;
    case OBJECT_INDEX:
        add_parts(pair, object, key);
        add_word(key, object->text[ATTRIBUTE_UNIQUE]);
        add_word(key, object->text[ATTRIBUTE_METHOD]);
        add_word(key, expression_key(pair, object,
                                     object->text[ATTRIBUTE_PREDICATE]));
        return true;
    case OBJECT_TRIGGER:
        return add_trigger(pair, object, key);
    default:
        return false;
    }
}

/* Of what keeps values apart, whether it is called a constraint or an index. */
static bool
uniqueness(const struct pair *pair, int side, const struct object *object,
           struct buf *key)
{
    bool is_index = object->kind == OBJECT_INDEX &&
                    object_is(object, ATTRIBUTE_UNIQUE) &&
                    object->text[ATTRIBUTE_PREDICATE] == NULL &&
                    object->text[ATTRIBUTE_METHOD] == NULL;

    (void)side;
    if (object->kind != OBJECT_UNIQUE && !is_index)
        return false;
    for (size_t i = 0; i < object->nparts; i++) {
        const struct key_part *part = &object->parts[i];

        if (part->column == NULL || part->included)
            return false;
        add_word(key, name_key(pair, part->column));
        add_word(key, collation_key(pair, part));
    }
    return true;
}

struct keyed {
    const char *key;
    size_t position;
};

static int
order_keyed(const void *a, const void *b)
{
    const struct keyed *one = a;
    const struct keyed *other = b;
    int order = strcmp(one->key, other->key);

    if (order == 0)
        order = one->position < other->position ? -1 : 1;
    return order;
}

struct matching {
    const struct pair *pair;
    const struct object_list *lists;
    /* By position on the left side: what matches it, or NULL. */
    const struct object **partners;
    bool *taken[SIDES];
};

/* Those of a side that are left over and have a key, in its order. */
static struct keyed *
read_keys(const struct matching *matching, int side, key_function *function,
          size_t *count)
{
    const struct object_list *list = &matching->lists[side];
    struct arena *arena = matching->pair->arena;
    struct keyed *keys = arena_array(arena, list->count, sizeof *keys);
    SCOPED(buf_release) struct buf key = {0};

    *count = 0;
    for (size_t i = 0; i < list->count; i++) {
        buf_clear(&key);
        if (matching->taken[side][i] ||
            !function(matching->pair, side, list->objects[i], &key))
            continue;
        keys[(*count)++] = (struct keyed){
            .key = arena_copy(arena, key.data, key.len), .position = i};
    }
    if (*count > 0)
        qsort(keys, *count, sizeof *keys, order_keyed);
    return keys;
}

static void
take(struct matching *matching, size_t left, size_t right)
{
    matching->partners[left] = matching->lists[RIGHT].objects[right];
    matching->taken[LEFT][left] = true;
    matching->taken[RIGHT][right] = true;
}

static bool
is_done(const bool *taken, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!taken[i])
            return false;
    return true;
}

static void
match_by(struct matching *matching, key_function *function)
{
    struct keyed *keys[SIDES];
    size_t counts[SIDES];
    size_t left = 0;
    size_t right = 0;

    for (int side = LEFT; side < SIDES; side++)
        if (is_done(matching->taken[side], matching->lists[side].count))
            return;
    for (int side = LEFT; side < SIDES; side++)
        keys[side] = read_keys(matching, side, function, &counts[side]);
    while (left < counts[LEFT] && right < counts[RIGHT]) {
        int order = strcmp(keys[LEFT][left].key, keys[RIGHT][right].key);

        if (order == 0)
            take(matching, keys[LEFT][left].position,
                 keys[RIGHT][right].position);
        left += order <= 0;
        right += order >= 0;
    }
}

/* All of KIND: those of the left side, then what the right one has besides. */
static void
add_kind(struct matches *out, const struct matching *matching,
         enum object_kind kind)
{
    const struct object_list *lists = matching->lists;

    for (size_t i = 0; i < lists[LEFT].count; i++)
        if (lists[LEFT].objects[i]->kind == kind)
            out->items[out->count++] =
                (struct match){{lists[LEFT].objects[i], matching->partners[i]}};
    for (size_t i = 0; i < lists[RIGHT].count; i++)
        if (lists[RIGHT].objects[i]->kind == kind && !matching->taken[RIGHT][i])
            out->items[out->count++] =
                (struct match){{NULL, lists[RIGHT].objects[i]}};
}

void
match_objects(struct matches *out, const struct pair *pair,
              const struct object_list lists[SIDES])
{
    static key_function *const functions[] = {name_exactly, name_folded,
                                              structure, uniqueness};
    struct arena *arena = pair->arena;
    struct matching matching = {
        .pair = pair,
        .lists = lists,
        .partners =
            arena_array(arena, lists[LEFT].count, sizeof *matching.partners),
    };

    for (int side = LEFT; side < SIDES; side++)
        matching.taken[side] =
            arena_array(arena, lists[side].count, sizeof *matching.taken[side]);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        match_by(&matching, functions[i]);
    *out = (struct matches){
        .items = arena_array(arena, lists[LEFT].count + lists[RIGHT].count,
                             sizeof *out->items)};
    for (int kind = 0; kind < OBJECT_KINDS; kind++)
        add_kind(out, &matching, (enum object_kind)kind);
}
