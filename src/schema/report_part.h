/*
 * What the parts of a report's page share.
 * For the files of the report only: others see report.h.
 */
#ifndef DUET_SCHEMA_REPORT_PART_H
#define DUET_SCHEMA_REPORT_PART_H

#include "schema/report.h"

/* What became of a finding, in one word. */
enum state {
    STATE_DIFFERENT,
    STATE_UNKNOWN,
    STATE_NOT_COMPARED,
    STATE_ACCEPTED,
    STATE_EQUIVALENT,
    STATES
};

extern const char *const state_names[STATES];

/* The findings of a table and what belongs to it, or of another object. */
struct group {
    const struct object *object; /* NULL: the databases as a whole */
    size_t counting;             /* how many of them count */
    size_t others;
};

struct page {
    struct buf *out;
    struct arena arena;
    const struct report *report;
    const char *labels[2]; /* of the sides: "SQLite", or "left" */
    const char *places[2]; /* "in SQLite", "on the left" */
    struct group *groups;
    size_t ngroups;
    size_t groups_size;
    size_t *group_of; /* by finding */
};

enum state finding_state(const struct finding *finding);

/* It is one of those that make the schemas differ. */
bool page_counts(const struct page *page, const struct finding *finding);

/* The group of OBJECT, which has no owner; SIZE_MAX: nothing was found. */
size_t page_group(const struct page *page, const struct object *object);

/* "1 difference", "2 differences". */
const char *number_of(struct arena *arena, size_t count, const char *one,
                      const char *more);

void page_summary(struct page *page);
void page_findings(struct page *page);
void page_rules(struct page *page);
void page_diagram(struct page *page);

#endif
