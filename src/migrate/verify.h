/*
 * Proves a tree on scratch databases of one engine, with rows in the tables:
 * that each migration goes up, that its down restores the schema exactly, that
 * going up again gives the same, and that no rows are lost on the way.
 *
 *     SCOPED(verify_clear) struct verify_report report = {0};
 *
 *     if (!verify_tree(&report, &tree, &options, err))
 *         return false;
 *     if (report.counts[VERIFY_DIFFERS] + report.counts[VERIFY_FAILS] > 0)
 *         complain();
 */
#ifndef DUET_MIGRATE_VERIFY_H
#define DUET_MIGRATE_VERIFY_H

#include "migrate/replay.h"
#include "migrate/tree.h"
#include "schema/model.h"

enum verify_kind {
    VERIFY_NOTE,    /* worth a look: the author's own doing, mostly */
    VERIFY_NO_DOWN, /* it can't be undone */
    VERIFY_DIFFERS, /* the schema is not what it should be, or rows are lost */
    VERIFY_FAILS,   /* the engine or the runner refuses it */
    VERIFY_KINDS
};

/* "no-down" */
extern const char *const verify_kind_names[VERIFY_KINDS];

/*
 * What there is to say of a migration.  Of what differs, what it is about, its
 * attribute or NULL, and how it was and is; of the rest the text alone.
 */
struct verify_remark {
    enum verify_kind kind;
    const char *step; /* "up", "down", "up again" */
    const char *text; /* "index 'i' of table 't'" */
    const char *attribute;
    const char *before; /* NULL: it was not there */
    const char *after;  /* NULL: it is not there */
    const char *hint;   /* or NULL */
};

/* Valid during the call that tells of it. */
struct verify_item {
    const char *engine;
    const char *version; /* or what is tried with several */
    const struct verify_remark *remarks;
    size_t nremarks;
};

struct verify_options {
    struct replay_options replay; /* its note is set here */
    /* Before a step of a migration, and when all is said of it; or NULL. */
    void (*step)(void *context, const char *version, const char *step);
    void (*item)(void *context, const struct verify_item *item);
    void *context;
};

struct verify_report {
    struct schema head;
    bool reached_head; /* else a migration failed, and the rest was not tried */
    size_t migrations;
    size_t counts[VERIFY_KINDS]; /* migrations whose worst remark is such */
    size_t tables;               /* of the head */
    size_t sampled;              /* those that took rows */
};

/*
 * False where the tree could not be tried, such as without a server; what is
 * wrong with the tree is in the remarks.
 */
bool verify_tree(struct verify_report *out, const struct tree *tree,
                 const struct verify_options *options, struct duet_error *err);

void verify_clear(struct verify_report *report);

#endif
