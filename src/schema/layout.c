/*
 * In the manner of Sugiyama: boxes get columns by the depth of what they lead
 * to, then an order within each column by where their neighbours are, then
 * heights at which their lines are short.
 */
#include "schema/layout.h"

#include <stdbool.h>
#include <stdlib.h>

enum {
    UNKNOWN = -1,     /* a depth that is yet to be found */
    IN_PROGRESS = -2, /* one that is being found: a cycle ends there */
    SWEEPS = 8,
    SHORTEST = 480 /* a column, where there is something to fill it */
};

/* What takes room in a column: a box, or a lane to the box TO. */
struct item {
    size_t column;
    size_t to;
    double height;
    double y;
    double wish; /* where its middle would be best */
    double sum;  /* of its neighbours' middles */
    unsigned count;
};

/* Two items in columns beside each other. */
struct link {
    size_t left;
    size_t right;
};

struct column {
    size_t *items; /* in their order from above */
    size_t nitems;
    size_t size;
    int width;
    int x;
};

struct placing {
    struct arena *arena;
    struct layout *layout;
    int *depths;
    bool *alone; /* nodes that no other one has to do with */
    struct item *items;
    size_t nitems;
    size_t items_size;
    struct link *links;
    size_t nlinks;
    size_t links_size;
    struct column *columns;
    size_t ncolumns;
    size_t columns_size;
    double longest; /* a column may become */
};

/* ------------------------------------------------------------------ depths */

static int
find_depth(struct placing *placing, size_t node)
{
    const struct layout *layout = placing->layout;
    int depth = 0;

    if (placing->depths[node] != UNKNOWN)
        return placing->depths[node];
    placing->depths[node] = IN_PROGRESS;
    for (size_t i = 0; i < layout->nedges; i++) {
        int below;

        if (layout->edges[i].from != node)
            continue;
        below = find_depth(placing, layout->edges[i].to);
        if (below >= depth)
            depth = below + 1;
    }
    return placing->depths[node] = depth;
}

/* What leads nowhere goes where it is needed first. */
static void
pull_roots(struct placing *placing)
{
    const struct layout *layout = placing->layout;

    for (size_t node = 0; node < layout->nnodes; node++) {
        int nearest = 0;

        if (placing->depths[node] > 0)
            continue;
        for (size_t i = 0; i < layout->nedges; i++) {
            int depth = placing->depths[layout->edges[i].from];

            if (layout->edges[i].to == node && depth > 0 &&
                (nearest == 0 || depth < nearest))
                nearest = depth;
        }
        placing->depths[node] = nearest > 0 ? nearest - 1 : 0;
    }
}

static void
find_depths(struct placing *placing)
{
    const struct layout *layout = placing->layout;

    placing->depths = arena_array(placing->arena, layout->nnodes + 1,
                                  sizeof *placing->depths);
    placing->alone =
        arena_array(placing->arena, layout->nnodes + 1, sizeof *placing->alone);
    for (size_t i = 0; i < layout->nnodes; i++) {
        placing->depths[i] = UNKNOWN;
        placing->alone[i] = true;
    }
    for (size_t i = 0; i < layout->nedges; i++)
        if (layout->edges[i].from != layout->edges[i].to)
            placing->alone[layout->edges[i].from] =
                placing->alone[layout->edges[i].to] = false;
    for (size_t i = 0; i < layout->nnodes; i++)
        (void)find_depth(placing, i);
    pull_roots(placing);
}

/* ----------------------------------------------------------------- columns */

/* The square root; no library is needed for one. */
static double
root_of(double square)
{
    double root = square > 1 ? square : 1;

    for (int i = 0; i < 60; i++)
        root = (root + square / root) / 2;
    return root;
}

/* So that the whole is about as wide as a page is. */
static void
find_longest(struct placing *placing)
{
    const struct layout *layout = placing->layout;
    double area = 0;

    placing->longest = SHORTEST;
    for (size_t i = 0; i < layout->nnodes; i++)
        area += (double)(layout->nodes[i].width + layout->gutter) *
                (layout->nodes[i].height + layout->gap);
    if (root_of(area * 0.6) > placing->longest)
        placing->longest = root_of(area * 0.6);
    for (size_t i = 0; i < layout->nnodes; i++)
        if (layout->nodes[i].height > placing->longest)
            placing->longest = layout->nodes[i].height;
}

static size_t
add_column(struct placing *placing)
{
    placing->columns =
        arena_grow(placing->arena, placing->columns, placing->ncolumns,
                   &placing->columns_size, sizeof *placing->columns);
    placing->columns[placing->ncolumns] = (struct column){0};
    return placing->ncolumns++;
}

static void
put(struct placing *placing, size_t item, size_t column)
{
    struct column *into = &placing->columns[column];

    into->items = arena_grow(placing->arena, into->items, into->nitems,
                             &into->size, sizeof *into->items);
    into->items[into->nitems++] = item;
    placing->items[item].column = column;
}

static int
order_items(const void *one, const void *other)
{
    const struct item *a = *(const struct item *const *)one;
    const struct item *b = *(const struct item *const *)other;

    if (a->wish != b->wish)
        return a->wish < b->wish ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void
sort_items(struct placing *placing, size_t *numbers, size_t count)
{
    const struct item **sorted =
        arena_array(placing->arena, count + 1, sizeof *sorted);

    for (size_t i = 0; i < count; i++)
        sorted[i] = &placing->items[numbers[i]];
    qsort(sorted, count, sizeof *sorted, order_items);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (size_t)(sorted[i] - placing->items);
}

static double
middle_of(const struct item *item)
{
    return item->y + item->height / 2;
}

/* As far down as what it leads to. */
static void
wish_for_targets(struct placing *placing, size_t node)
{
    const struct layout *layout = placing->layout;
    struct item *item = &placing->items[node];
    unsigned count = 0;
    double sum = 0;

    for (size_t i = 0; i < layout->nedges; i++)
        if (layout->edges[i].from == node && layout->edges[i].to != node) {
            sum += middle_of(&placing->items[layout->edges[i].to]);
            count++;
        }
    item->wish = count > 0 ? sum / count : 0;
}

/* Nodes below each other, in as many columns as they need. */
static void
fill_columns(struct placing *placing, const size_t *nodes, size_t count)
{
    double total = 0;
    double most;
    double y = 0;
    size_t column = placing->ncolumns;

    for (size_t i = 0; i < count; i++)
        total += placing->items[nodes[i]].height + placing->layout->gap;
    most = total / (double)(size_t)(total / placing->longest + 1);
    for (size_t i = 0; i < count; i++) {
        struct item *item = &placing->items[nodes[i]];

        if (column == placing->ncolumns || y + item->height / 2 > most) {
            column = add_column(placing);
            y = 0;
        }
        put(placing, nodes[i], column);
        item->y = y;
        y += item->height + placing->layout->gap;
    }
}

static void
fill_depth(struct placing *placing, int depth, bool alone)
{
    size_t nnodes = placing->layout->nnodes;
    size_t *nodes = arena_array(placing->arena, nnodes + 1, sizeof *nodes);
    size_t count = 0;

    for (size_t i = 0; i < nnodes; i++) {
        if (placing->alone[i] != alone ||
            (!alone && placing->depths[i] != depth))
            continue;
        wish_for_targets(placing, i);
        nodes[count++] = i;
    }
    sort_items(placing, nodes, count);
    if (count > 0)
        fill_columns(placing, nodes, count);
}

static void
choose_columns(struct placing *placing)
{
    const struct layout *layout = placing->layout;
    int deepest = 0;

    for (size_t i = 0; i < layout->nnodes; i++) {
        placing->items =
            arena_grow(placing->arena, placing->items, placing->nitems,
                       &placing->items_size, sizeof *placing->items);
        placing->items[placing->nitems++] =
            (struct item){.height = layout->nodes[i].height};
        if (placing->depths[i] > deepest)
            deepest = placing->depths[i];
    }
    for (int depth = 0; depth <= deepest; depth++)
        fill_depth(placing, depth, false);
    fill_depth(placing, 0, true);
}

/* ------------------------------------------------------------------- lanes */

static void
add_link(struct placing *placing, size_t one, size_t other)
{
    bool turned = placing->items[one].column > placing->items[other].column;

    placing->links = arena_grow(placing->arena, placing->links, placing->nlinks,
                                &placing->links_size, sizeof *placing->links);
    placing->links[placing->nlinks++] =
        turned ? (struct link){other, one} : (struct link){one, other};
}

/* The lane to a box through a column; NEW: there was none. */
static size_t
find_lane(struct placing *placing, size_t to, size_t column, bool *is_new)
{
    const struct column *through = &placing->columns[column];

    *is_new = false;
    for (size_t i = 0; i < through->nitems; i++)
        if (through->items[i] >= placing->layout->nnodes &&
            placing->items[through->items[i]].to == to)
            return through->items[i];
    *is_new = true;
    placing->items = arena_grow(placing->arena, placing->items, placing->nitems,
                                &placing->items_size, sizeof *placing->items);
    placing->items[placing->nitems] =
        (struct item){.to = to, .y = placing->items[to].y};
    put(placing, placing->nitems, column);
    return placing->nitems++;
}

/* From FROM through the columns between, as far as others have gone on. */
static void
link_ends(struct placing *placing, const struct layout_edge *edge)
{
    size_t last = placing->items[edge->to].column;
    size_t at = edge->from;
    size_t column = placing->items[at].column;

    if (column == last)
        return;
    while ((column += column < last ? 1 : (size_t)-1) != last) {
        bool is_new;
        size_t lane = find_lane(placing, edge->to, column, &is_new);

        add_link(placing, at, lane);
        if (!is_new)
            return;
        at = lane;
    }
    add_link(placing, at, edge->to);
}

/* -------------------------------------------------------------- the heights */

/*
 * Each as near to its wish as those above and below it let it be: where two
 * would overlap they become one block, which goes where both want it on the
 * average.
 */
struct block {
    double sum; /* of the places that its members want */
    size_t count;
};

static double
place_of(const struct block *block)
{
    return block->sum / (double)block->count;
}

static void
settle(struct placing *placing, const struct column *column)
{
    struct block *blocks =
        arena_array(placing->arena, column->nitems + 1, sizeof *blocks);
    double offset = 0;
    size_t nblocks = 0;
    size_t at = 0;

    for (size_t i = 0; i < column->nitems; i++) {
        const struct item *item = &placing->items[column->items[i]];

        blocks[nblocks++] =
            (struct block){item->wish - item->height / 2 - offset, 1};
        offset += item->height + placing->layout->gap;
        for (; nblocks > 1 &&
               place_of(&blocks[nblocks - 2]) > place_of(&blocks[nblocks - 1]);
             nblocks--) {
            blocks[nblocks - 2].sum += blocks[nblocks - 1].sum;
            blocks[nblocks - 2].count += blocks[nblocks - 1].count;
        }
    }
    offset = 0;
    for (size_t i = 0; i < nblocks; i++)
        for (size_t j = 0; j < blocks[i].count; j++) {
            struct item *item = &placing->items[column->items[at++]];

            item->y = place_of(&blocks[i]) + offset;
            offset += item->height + placing->layout->gap;
        }
}

static void
meet(struct item *item, const struct item *neighbour)
{
    item->sum += middle_of(neighbour);
    item->count++;
}

/* To the middle of the neighbours on the sides that count. */
static void
wish_for_neighbours(struct placing *placing, size_t number, bool left,
                    bool right)
{
    const struct column *column = &placing->columns[number];

    for (size_t i = 0; i < column->nitems; i++) {
        placing->items[column->items[i]].sum = 0;
        placing->items[column->items[i]].count = 0;
    }
    for (size_t i = 0; i < placing->nlinks; i++) {
        struct item *one = &placing->items[placing->links[i].left];
        struct item *other = &placing->items[placing->links[i].right];

        if (left && other->column == number)
            meet(other, one);
        if (right && one->column == number)
            meet(one, other);
    }
    for (size_t i = 0; i < column->nitems; i++) {
        struct item *item = &placing->items[column->items[i]];

        item->wish =
            item->count > 0 ? item->sum / item->count : middle_of(item);
    }
}

static void
sweep(struct placing *placing, bool back, bool final)
{
    for (size_t i = 0; i < placing->ncolumns; i++) {
        size_t number = back ? placing->ncolumns - 1 - i : i;
        struct column *column = &placing->columns[number];

        wish_for_neighbours(placing, number, !back || final, back || final);
        if (!final)
            sort_items(placing, column->items, column->nitems);
        settle(placing, column);
    }
}

/* ------------------------------------------------------------- the outcome */

static bool
is_of_one_alone(const struct placing *placing, const struct column *column)
{
    return column->items[0] < placing->layout->nnodes &&
           placing->alone[column->items[0]];
}

/* From 0 on; those alone are there already. */
static void
begin_at_top(struct placing *placing)
{
    double top = 0;
    bool any = false;

    for (size_t i = 0; i < placing->nitems; i++)
        if ((i >= placing->layout->nnodes || !placing->alone[i]) &&
            (!any || placing->items[i].y < top)) {
            top = placing->items[i].y;
            any = true;
        }
    for (size_t i = 0; i < placing->ncolumns; i++) {
        const struct column *column = &placing->columns[i];

        for (size_t j = 0; j < column->nitems; j++)
            if (!is_of_one_alone(placing, column))
                placing->items[column->items[j]].y -= top;
    }
}

static void
set_widths(struct placing *placing)
{
    struct layout *layout = placing->layout;
    int x = 0;

    for (size_t i = 0; i < placing->ncolumns; i++) {
        struct column *column = &placing->columns[i];

        for (size_t j = 0; j < column->nitems; j++)
            if (column->items[j] < layout->nnodes &&
                layout->nodes[column->items[j]].width > column->width)
                column->width = layout->nodes[column->items[j]].width;
        column->x = x;
        x += column->width + layout->gutter;
    }
    layout->width = x > 0 ? x - layout->gutter : 0;
}

static void
set_nodes(struct placing *placing)
{
    struct layout *layout = placing->layout;

    layout->height = 0;
    for (size_t i = 0; i < placing->nitems; i++) {
        const struct item *item = &placing->items[i];
        int y = (int)(item->y + 0.5);

        if (y + (int)item->height > layout->height)
            layout->height = y + (int)item->height;
        if (i >= layout->nnodes)
            continue;
        layout->nodes[i].x = placing->columns[item->column].x;
        layout->nodes[i].y = y;
        layout->nodes[i].column = item->column;
    }
}

static void
set_lanes(struct placing *placing, struct layout_edge *edge)
{
    size_t last = placing->items[edge->to].column;
    size_t column = placing->items[edge->from].column;
    size_t size = 0;

    edge->nlanes = 0;
    edge->lanes = NULL;
    if (column == last)
        return;
    while ((column += column < last ? 1 : (size_t)-1) != last) {
        const struct column *through = &placing->columns[column];
        bool is_new;
        size_t lane = find_lane(placing, edge->to, column, &is_new);

        edge->lanes = arena_grow(placing->arena, edge->lanes, edge->nlanes,
                                 &size, sizeof *edge->lanes);
        edge->lanes[edge->nlanes++] =
            (struct layout_lane){through->x, through->x + through->width,
                                 (int)(placing->items[lane].y + 0.5)};
    }
}

void
layout_place(struct arena *arena, struct layout *layout)
{
    struct placing placing = {.arena = arena, .layout = layout};

    find_depths(&placing);
    find_longest(&placing);
    choose_columns(&placing);
    for (size_t i = 0; i < layout->nedges; i++)
        link_ends(&placing, &layout->edges[i]);
    for (int i = 0; i < SWEEPS; i++)
        sweep(&placing, i % 2 != 0, false);
    for (int i = 0; i < SWEEPS; i++)
        sweep(&placing, i % 2 != 0, true);
    begin_at_top(&placing);
    set_widths(&placing);
    set_nodes(&placing);
    for (size_t i = 0; i < layout->nedges; i++)
        set_lanes(&placing, &layout->edges[i]);
}
