/*
 * Where the boxes of a diagram go: in columns, each box to the right of those
 * that it leads to, lines short and few of them crossing.
 *
 *     struct layout layout = {.nodes = nodes, .nnodes = 3,
 *                             .edges = edges, .nedges = 2, .gap = 16, ...};
 *
 *     layout_place(&arena, &layout);
 *     draw(layout.nodes[0].x, layout.nodes[0].y);
 *
 * A line that passes columns between its ends does so through lanes, where no
 * box is; the lines to one box share them.
 */
#ifndef DUET_SCHEMA_LAYOUT_H
#define DUET_SCHEMA_LAYOUT_H

#include "base/arena.h"

struct layout_node {
    int width; /* given */
    int height;
    int x; /* found: its upper left corner */
    int y;
    size_t column;
};

/* A free way through a column, from its left to its right. */
struct layout_lane {
    int left;
    int right;
    int y;
};

struct layout_edge {
    size_t from; /* given: nodes, which may be the same */
    size_t to;
    struct layout_lane *lanes; /* found, in the order from FROM to TO */
    size_t nlanes;
};

struct layout {
    struct layout_node *nodes;
    size_t nnodes;
    struct layout_edge *edges;
    size_t nedges;
    int gap;    /* between boxes in a column */
    int gutter; /* between columns */
    int width;  /* found: of all of it */
    int height;
};

/* The same places for the same boxes; what is found lives in ARENA. */
void layout_place(struct arena *arena, struct layout *layout);

#endif
