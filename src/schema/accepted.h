/*
 * The differences that a project lives with, in a small file beside its
 * schema, one rule a line:
 *
 *     # severity  kind         object        attribute
 *     names       foreign-key  db_dbgroup.*             # as legacy named it
 *     structure   column       t.label       default    # until 2.9
 *     one-engine  index        *.ix_pat_*               # for speed alone
 *     unknown     check        t."a > 0"                # tried by hand
 *
 * Severity is one of structure, strictness, names and one-engine, or unknown
 * for what has that verdict.  The object is a name, that of the table before
 * it where it belongs to one, and of the schema if it is not the current one.
 * A key or a check without a name is called by its columns or its expression.
 * In the name * is any text, within double quotes nothing is special; as the
 * severity, the kind or the attribute * is any.  Without an attribute the rule
 * is for all of them.
 *
 *     SCOPED(accepted_clear) struct accepted accepted = {0};
 *
 *     if (!accepted_read(&accepted, "schema", err))
 *         return false;
 *     accepted_apply(&accepted, &comparison);
 *     for (size_t i = 0; i < accepted.nrules; i++)
 *         if (accepted.rules[i].is_unused)
 *             complain(&accepted.rules[i]);
 */
#ifndef DUET_SCHEMA_ACCEPTED_H
#define DUET_SCHEMA_ACCEPTED_H

#include "duet.h"
#include "schema/compare.h"

struct accepted_rule {
    const char *text;   /* the line, without its reason */
    const char *reason; /* what stands behind the #, or "" */
    struct origin place;
    size_t used; /* findings that it covers */
    /*
     * None, though it could: one for what one engine alone has says nothing of
     * two databases of one engine.
     */
    bool is_unused;

    const char *word;      /* NULL: any */
    const char *kind;      /* NULL: any */
    const char *object;    /* a pattern */
    const char *attribute; /* NULL: any */
};

struct accepted {
    struct arena arena;
    struct accepted_rule *rules;
    size_t nrules;
    size_t rules_size;
};

/*
 * Read the rules that belong to the declaration at PATH: for a directory its
 * file "accepted" and all of its *.accepted, for NAME.sql NAME.accepted beside
 * it.  There may be none.  Any other file is read itself.
 */
bool accepted_read(struct accepted *out, const char *path,
                   struct duet_error *err);

/* Add the rules in TEXT.  FILE is the name for errors: "FILE:3:7: ...". */
bool accepted_add(struct accepted *out, const char *file, const char *text,
                  struct duet_error *err);

/* Mark what the rules cover; what is the same or equivalent needs none. */
void accepted_apply(struct accepted *accepted, struct comparison *comparison);

/* The line that would accept FINDING; NULL: it needs none. */
const char *accepted_suggest(struct arena *arena,
                             const struct finding *finding);

void accepted_clear(struct accepted *accepted);

#endif
