/*
 * Two schemas as one diagram: a box for each table that is on either side, a
 * row for each column, a line for each foreign key, and what was found of them.
 */
#ifndef DUET_SCHEMA_BOXES_H
#define DUET_SCHEMA_BOXES_H

#include "schema/compare.h"

enum { BOX_LEFT = 1, BOX_RIGHT = 2, BOX_BOTH = 3 };

/* What is found of an object, but for what is equivalent or accepted. */
struct remark {
    unsigned sides;         /* where it is */
    enum severity severity; /* the worst, or SEVERITY_NONE */
    size_t count;
};

struct box_row {
    const struct object *column;
    struct remark remark;
};

struct box {
    const struct object *table; /* the left one where there are two */
    struct remark remark;       /* of all that belongs to it, too */
    struct box_row *rows;
    size_t nrows;
    size_t rows_size;
};

/* From a row of a table to a row of another one. */
struct box_line {
    const struct object *key;
    struct remark remark;
    bool optional; /* as struct relation has it */
    bool single;
    size_t from; /* boxes */
    size_t to;
    size_t from_row;
    size_t to_row; /* SIZE_MAX: that is not known */
};

struct boxes {
    struct box *items;
    size_t count;
    size_t size;
    struct box_line *lines;
    size_t nlines;
    size_t lines_size;
};

void boxes_make(struct arena *arena, struct boxes *out,
                const struct comparison *comparison, const struct schema *left,
                const struct schema *right);

/* Two names of one thing: SQLite tells no cases apart. */
bool is_called_alike(const struct object *one, const struct object *other);

#endif
