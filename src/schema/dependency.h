/*
 * What has to be made before what: the objects of a schema, each with those
 * whose names its texts mention.
 *
 *     struct dependencies all = {0};
 *
 *     dependencies_read(&all, schema);
 *     for (size_t i = 0; i < node->nmentions; i++)
 *         if (dependency_holds(&all, node, &node->mentions[i]))
 *             make_first(&all.nodes[node->mentions[i].node]);
 *     arena_clear(&all.arena);
 *
 * Foreign keys are not looked at: they can be added later.
 */
#ifndef DUET_SCHEMA_DEPENDENCY_H
#define DUET_SCHEMA_DEPENDENCY_H

#include "schema/model.h"

/* In which an object's turn is, unless another needs it earlier. */
enum phase {
    PHASE_SCHEMAS,
    PHASE_EXTENSIONS,
    PHASE_ENUMS,
    PHASE_SEQUENCES,
    PHASE_OTHERS, /* functions, domains: what can be needed */
    PHASE_TABLES,
    PHASE_VIEWS,
    PHASE_DEPENDENT, /* functions, too, but on rows of a table */
    PHASE_TRIGGERS,  /* they have no node of their own */
    PHASE_ABOUT,     /* policies, rules: what is about the former */
    PHASE_REMARKS,   /* comments and privileges */
    PHASES
};

enum node_state { NODE_NEW, NODE_OPEN, NODE_DONE };

struct mention {
    size_t node;
    bool strong; /* behind FROM or JOIN: it is no column */
};

struct node {
    const struct object *object;
    const char *name; /* by which others mention it; "" if they don't */
    enum phase phase;
    enum node_state state; /* the caller's */
    struct mention *mentions;
    size_t nmentions;
    size_t mentions_size;
};

struct dependencies {
    struct arena arena;
    struct node *nodes; /* as in the schema */
    size_t *by_name;    /* their numbers, by name without regard to case */
    size_t count;
};

void dependencies_read(struct dependencies *all, const struct schema *schema);

/* NODE needs what it mentions. */
bool dependency_holds(const struct dependencies *all, const struct node *node,
                      const struct mention *mention);

#endif
