/*
 * Where the boxes of a diagram go: what must hold of any, tried on many, and
 * a few by name.
 */
#include "schema/layout.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tap.h"

enum { ROUNDS = 400, MOST = 60, GAP = 20, GUTTER = 70 };

struct drawn {
    struct arena arena;
    struct layout layout;
};

static unsigned
dice(uint64_t *state, unsigned sides)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33) % sides;
}

/* Edges lead to nodes before them, unless CYCLES. */
static void
draw(struct drawn *out, uint64_t state, bool cycles)
{
    struct layout *layout = &out->layout;
    unsigned nnodes = dice(&state, MOST);
    unsigned nedges = nnodes ? dice(&state, nnodes * 2) : 0;

    *out = (struct drawn){
        .layout = {.nnodes = nnodes, .gap = GAP, .gutter = GUTTER}};
    layout->nodes = arena_array(&out->arena, nnodes + 1, sizeof *layout->nodes);
    layout->edges = arena_array(&out->arena, nedges + 1, sizeof *layout->edges);
    for (unsigned i = 0; i < nnodes; i++) {
        layout->nodes[i].width = 100 + (int)dice(&state, 200);
        layout->nodes[i].height = 40 + (int)dice(&state, 400);
    }
    for (unsigned i = 0; i < nedges; i++) {
        unsigned from = dice(&state, nnodes);
        struct layout_edge *edge = &layout->edges[layout->nedges];

        if (from == 0 && !cycles)
            continue;
        edge->from = from;
        edge->to = dice(&state, cycles ? nnodes : from);
        layout->nedges++;
    }
    layout_place(&out->arena, layout);
}

static bool
is_apart(const struct layout_node *one, const struct layout_node *other)
{
    /* Places are rounded: a pixel of the gap may be lost. */
    int gap = GAP - 1;

    return one->x + one->width + GUTTER <= other->x ||
           other->x + other->width + GUTTER <= one->x ||
           one->y + one->height + gap <= other->y ||
           other->y + other->height + gap <= one->y;
}

static bool
are_apart(const struct layout *layout)
{
    for (size_t i = 0; i < layout->nnodes; i++)
        for (size_t j = 0; j < i; j++)
            if (!is_apart(&layout->nodes[i], &layout->nodes[j]))
                return false;
    return true;
}

static bool
are_inside(const struct layout *layout)
{
    for (size_t i = 0; i < layout->nnodes; i++) {
        const struct layout_node *node = &layout->nodes[i];

        if (node->x < 0 || node->y < 0 ||
            node->x + node->width > layout->width ||
            node->y + node->height > layout->height)
            return false;
    }
    return true;
}

static bool
lead_left(const struct layout *layout)
{
    for (size_t i = 0; i < layout->nedges; i++)
        if (layout->nodes[layout->edges[i].to].column >=
            layout->nodes[layout->edges[i].from].column)
            return false;
    return true;
}

/* One for each column between, in the order in which the line goes. */
static bool
has_lanes(const struct layout *layout, const struct layout_edge *edge)
{
    size_t from = layout->nodes[edge->from].column;
    size_t to = layout->nodes[edge->to].column;
    size_t far = from > to ? from - to : to - from;

    if (edge->nlanes != (far > 0 ? far - 1 : 0))
        return false;
    for (size_t i = 1; i < edge->nlanes; i++)
        if (from < to ? edge->lanes[i - 1].right >= edge->lanes[i].left
                      : edge->lanes[i - 1].left <= edge->lanes[i].right)
            return false;
    return true;
}

static bool
is_free(const struct layout *layout, const struct layout_lane *lane)
{
    for (size_t i = 0; i < layout->nnodes; i++) {
        const struct layout_node *node = &layout->nodes[i];

        if (lane->left < node->x + node->width && lane->right > node->x &&
            lane->y >= node->y && lane->y <= node->y + node->height)
            return false;
    }
    return lane->y >= 0 && lane->y <= layout->height;
}

static bool
are_free(const struct layout *layout)
{
    for (size_t i = 0; i < layout->nedges; i++) {
        const struct layout_edge *edge = &layout->edges[i];

        if (!has_lanes(layout, edge))
            return false;
        for (size_t j = 0; j < edge->nlanes; j++)
            if (!is_free(layout, &edge->lanes[j]))
                return false;
    }
    return true;
}

static bool
is_same(const struct layout *one, const struct layout *other)
{
    return one->nnodes == other->nnodes &&
           memcmp(one->nodes, other->nodes, one->nnodes * sizeof *one->nodes) ==
               0;
}

static void
try_many(uint64_t seed, bool cycles)
{
    unsigned failed[5] = {0};

    for (unsigned i = 0; i < ROUNDS; i++) {
        struct drawn drawn;
        struct drawn again;

        draw(&drawn, seed + i, cycles);
        draw(&again, seed + i, cycles);
        failed[0] += !are_apart(&drawn.layout);
        failed[1] += !are_inside(&drawn.layout);
        failed[2] += !cycles && !lead_left(&drawn.layout);
        failed[3] += !are_free(&drawn.layout);
        failed[4] += !is_same(&drawn.layout, &again.layout);
        arena_clear(&drawn.arena);
        arena_clear(&again.arena);
    }
    IS_INT(failed[0], 0, "no box is upon another");
    IS_INT(failed[1], 0, "all are within the whole");
    IS_INT(failed[2], 0, "what a box leads to is to its left");
    IS_INT(failed[3], 0, "lines pass where no box is");
    IS_INT(failed[4], 0, "the same boxes get the same places");
}

/* a and b lead to c: it is between them, and the lines are short. */
static void
try_small(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct layout_node nodes[] = {{.width = 100, .height = 100},
                                  {.width = 100, .height = 100},
                                  {.width = 100, .height = 100},
                                  {.width = 100, .height = 50}};
    struct layout_edge edges[] = {
        {.from = 0, .to = 2}, {.from = 1, .to = 2}, {.from = 2, .to = 2}};
    struct layout layout = {.nodes = nodes,
                            .nnodes = 4,
                            .edges = edges,
                            .nedges = 3,
                            .gap = GAP,
                            .gutter = GUTTER};

    layout_place(&arena, &layout);
    IS_INT(nodes[2].x, 0, "the box that two lead to is on the left");
    IS_INT(nodes[2].y, 60, "and in the middle between them");
    IS_INT(nodes[0].x, 170, "the two are a gutter away");
    IS_INT(nodes[0].y, 0, "one is above");
    IS_INT(nodes[1].y, 120, "and the other below");
    IS_INT(nodes[3].x, 340, "what has to do with none is at the end");
    IS_INT(layout.width, 440, "the whole is as wide as all columns");
    IS_INT(layout.height, 220, "and as high as the highest");
}

int
main(void)
{
    const char *given = getenv("SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 20261125;
    struct drawn none;

    tap_diag("SEED=%llu", (unsigned long long)seed);
    try_many(seed, false);
    try_many(seed, true);
    try_small();
    none = (struct drawn){0};
    layout_place(&none.arena, &none.layout);
    IS_INT(none.layout.width, 0, "nothing takes no room");
    arena_clear(&none.arena);
    return tap_done();
}
