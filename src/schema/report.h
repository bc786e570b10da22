/*
 * A comparison as one page for a browser: what the verdict is, each difference
 * side by side, and a diagram of the tables.
 *
 *     const struct report report = {
 *         .comparison = &comparison,
 *         .left = {&left, "sqlite:app.db"},
 *         .right = {&right, "postgres:///app"},
 *         .time = "2026-11-25 22:02 UTC",
 *     };
 *
 *     report_html(&page, &report);
 *
 * The page is well-formed XML as well as HTML, needs no other file and no
 * network, and can be read without its script, which is for filters alone.
 */
#ifndef DUET_SCHEMA_REPORT_H
#define DUET_SCHEMA_REPORT_H

#include "base/buf.h"
#include "schema/accepted.h"
#include "schema/compare.h"

struct report_side {
    const struct schema *schema;
    const char *name; /* as the user called it, without a password */
};

struct report {
    const struct comparison *comparison;
    struct report_side left;
    struct report_side right;
    const char *time;                /* when they were compared, in words */
    const struct accepted *accepted; /* for those of no use; may be NULL */
    bool strict; /* what can't be compared counts as a difference */
    bool mends;  /* the left side is a database that SQL can change */
};

void report_html(struct buf *out, const struct report *report);

#endif
