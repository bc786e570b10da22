#include "schema/boxes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "schema/diagram.h"

/* ----------------------------------------------------------------- remarks */

struct entry {
    const struct object *object;
    struct remark remark;
};

/* What is found of each object, by its address. */
struct entries {
    struct arena *arena;
    struct entry *items;
    size_t count;
    size_t size;
};

static void
add_entry(struct entries *entries, const struct object *object,
          struct remark remark)
{
    entries->items = arena_grow(entries->arena, entries->items, entries->count,
                                &entries->size, sizeof *entries->items);
    entries->items[entries->count++] = (struct entry){object, remark};
}

static unsigned
sides_of(const struct finding *finding)
{
    return (finding->left ? BOX_LEFT : 0) | (finding->right ? BOX_RIGHT : 0);
}

static void
add_finding(struct entries *entries, const struct finding *finding)
{
    bool counts =
        finding->verdict != VERDICT_EQUIVALENT && finding->accepted == NULL;
    const struct object *const objects[] = {finding->left, finding->right};
    struct remark remark = {
        .sides = sides_of(finding),
        .severity = counts ? finding->severity : SEVERITY_NONE,
        .count = counts,
    };

    for (size_t i = 0; i < 2; i++) {
        if (objects[i] == NULL)
            continue;
        add_entry(entries, objects[i], remark);
        if (objects[i]->owner != NULL)
            add_entry(entries, objects[i]->owner,
                      (struct remark){BOX_BOTH, remark.severity, counts});
    }
}

static int
order_entries(const void *one, const void *other)
{
    uintptr_t a = (uintptr_t)((const struct entry *)one)->object;
    uintptr_t b = (uintptr_t)((const struct entry *)other)->object;

    return a < b ? -1 : a > b;
}

static enum severity
worse_of(enum severity one, enum severity other)
{
    if (one == SEVERITY_NONE || other == SEVERITY_NONE)
        return one > other ? one : other;
    return one < other ? one : other;
}

static struct remark
remark_of(const struct entries *entries, const struct object *object)
{
    struct remark remark = {.sides = BOX_BOTH};
    const struct entry key = {.object = object};
    const struct entry *end = entries->items + entries->count;
    const struct entry *at =
        entries->count == 0 ? NULL
                            : bsearch(&key, entries->items, entries->count,
                                      sizeof *entries->items, order_entries);

    if (at == NULL)
        return remark;
    while (at > entries->items && at[-1].object == object)
        at--;
    for (; at < end && at->object == object; at++) {
        remark.sides &= at->remark.sides;
        remark.severity = worse_of(remark.severity, at->remark.severity);
        remark.count += at->remark.count;
    }
    return remark;
}

/* ------------------------------------------------------------------- boxes */

bool
is_called_alike(const struct object *one, const struct object *other)
{
    const char *first = one->schema ? one->schema : "";
    const char *second = other->schema ? other->schema : "";

    return one->kind == other->kind && strcasecmp(first, second) == 0 &&
           strcasecmp(one->name, other->name) == 0;
}

struct boxing {
    struct arena *arena;
    struct boxes *out;
    struct entries entries;
    const struct schema *schemas[2];
};

static void
add_row(struct boxing *boxing, struct box *box, const struct object *column)
{
    box->rows = arena_grow(boxing->arena, box->rows, box->nrows,
                           &box->rows_size, sizeof *box->rows);
    box->rows[box->nrows++] = (struct box_row){
        column,
        remark_of(&boxing->entries, column),
    };
}

static struct box *
add_box(struct boxing *boxing, const struct object *table)
{
    struct boxes *out = boxing->out;
    struct box *box;

    out->items = arena_grow(boxing->arena, out->items, out->count, &out->size,
                            sizeof *out->items);
    box = &out->items[out->count++];
    *box = (struct box){
        .table = table,
        .remark = remark_of(&boxing->entries, table),
    };
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_COLUMN)
            add_row(boxing, box, table->children[i]);
    return box;
}

/* Names that differ in case alone are another table's on PostgreSQL. */
static size_t
find_box(const struct boxes *boxes, const struct object *table)
{
    size_t found = SIZE_MAX;

    for (size_t i = 0; table != NULL && i < boxes->count; i++) {
        const struct object *own = boxes->items[i].table;

        if (own == table)
            return i;
        if (is_called_alike(own, table) &&
            (found == SIZE_MAX || strcmp(own->name, table->name) == 0))
            found = i;
    }
    return found;
}

static bool
is_right_alone(const struct boxing *boxing, const struct object *object)
{
    return remark_of(&boxing->entries, object).sides == BOX_RIGHT;
}

static void
add_left(struct boxing *boxing, const struct object *table)
{
    if (is_drawn(table))
        (void)add_box(boxing, table);
}

/* The table, or what it has beyond the left one. */
static void
add_right(struct boxing *boxing, const struct object *table)
{
    size_t number;

    if (!is_drawn(table))
        return;
    number = find_box(boxing->out, table);
    if (number == SIZE_MAX || is_right_alone(boxing, table)) {
        (void)add_box(boxing, table);
        return;
    }
    for (size_t i = 0; i < table->nchildren; i++)
        if (table->children[i]->kind == OBJECT_COLUMN &&
            is_right_alone(boxing, table->children[i]))
            add_row(boxing, &boxing->out->items[number], table->children[i]);
}

/* ------------------------------------------------------------------- lines */

static size_t
find_row(const struct box *box, const char *name)
{
    for (size_t i = 0; name != NULL && i < box->nrows; i++)
        if (strcasecmp(box->rows[i].column->name, name) == 0)
            return i;
    return SIZE_MAX;
}

/* The first column that KEY references. */
static const char *
target_of(const struct object *key, const struct object *parent)
{
    if (key->parts[0].target != NULL)
        return key->parts[0].target;
    for (size_t i = 0; i < parent->nchildren; i++)
        if (parent->children[i]->kind == OBJECT_PRIMARY_KEY &&
            parent->children[i]->nparts > 0)
            return parent->children[i]->parts[0].column;
    return NULL;
}

static void
add_line(struct boxing *boxing, int side, const struct object *key)
{
    struct boxes *out = boxing->out;
    struct relation relation = relation_of(boxing->schemas[side], key);
    size_t from = find_box(out, key->owner);
    size_t to = find_box(out, relation.parent);

    if (from == SIZE_MAX || to == SIZE_MAX)
        return;
    out->lines = arena_grow(boxing->arena, out->lines, out->nlines,
                            &out->lines_size, sizeof *out->lines);
    out->lines[out->nlines++] = (struct box_line){
        .key = key,
        .remark = remark_of(&boxing->entries, key),
        .optional = relation.optional,
        .single = relation.single,
        .from = from,
        .to = to,
        .from_row = find_row(&out->items[from], key->parts[0].column),
        .to_row = find_row(&out->items[to], target_of(key, relation.parent)),
    };
}

static void
add_lines(struct boxing *boxing, int side)
{
    const struct schema *schema = boxing->schemas[side];

    for (size_t i = 0; i < schema->nobjects; i++) {
        const struct object *table = schema->objects[i];
        bool all = side == 0 || is_right_alone(boxing, table);

        for (size_t j = 0; j < table->nchildren; j++) {
            const struct object *key = table->children[j];

            if (key->kind == OBJECT_FOREIGN_KEY && key->nparts > 0 &&
                (all || is_right_alone(boxing, key)))
                add_line(boxing, side, key);
        }
    }
}

void
boxes_make(struct arena *arena, struct boxes *out,
           const struct comparison *comparison, const struct schema *left,
           const struct schema *right)
{
    struct boxing boxing = {.arena = arena,
                            .out = out,
                            .entries = {.arena = arena},
                            .schemas = {left, right}};

    *out = (struct boxes){0};
    for (size_t i = 0; i < comparison->nfindings; i++)
        add_finding(&boxing.entries, &comparison->findings[i]);
    if (boxing.entries.count > 0)
        qsort(boxing.entries.items, boxing.entries.count,
              sizeof *boxing.entries.items, order_entries);
    for (size_t i = 0; i < left->nobjects; i++)
        add_left(&boxing, left->objects[i]);
    for (size_t i = 0; i < right->nobjects; i++)
        add_right(&boxing, right->objects[i]);
    add_lines(&boxing, 0);
    add_lines(&boxing, 1);
}
