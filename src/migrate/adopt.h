/*
 * Taking over a database that another tool has migrated:
 *
 *     SCOPED(adoption_clear) struct adoption adoption = {0};
 *
 *     if (!adopt_examine(&adoption, db, &tree, &options, err))
 *         return false;
 *     if (adoption.ndifferences + adoption.match.nchanged == 0)
 *         return migrate_stamp(db, &tree, adoption.match.applied, ...);
 *
 * Its ledger is read, and the schema compared with what the tree makes of the
 * same migrations.  Nothing is changed, and its ledger stays.
 */
#ifndef DUET_MIGRATE_ADOPT_H
#define DUET_MIGRATE_ADOPT_H

#include "migrate/foreign.h"
#include "migrate/replay.h"
#include "schema/compare.h"

struct adopt_options {
    const char *from;  /* a tool, where there are the ledgers of several */
    const char *table; /* its ledger, if that has another name; or NULL */
    const char *map;   /* a file, for foreign_map_read(); or NULL */
    struct replay_options replay; /* its current is set here */
};

struct adoption {
    struct arena arena;
    const struct foreign_ledger *ledger;
    struct foreign_match match;
    size_t pending;               /* migrations that are not applied */
    const char *newest;           /* the last that is, or NULL */
    struct schema made;           /* by the tree */
    struct schema found;          /* in the database; neither has any ledger */
    struct comparison comparison; /* the former on the left */
    size_t ndifferences;
};

/*
 * Fails where there is nothing to take over, or a part of it was never
 * finished or is in no tree.  What differs is no failure.
 */
bool adopt_examine(struct adoption *out, struct db *db, const struct tree *tree,
                   const struct adopt_options *options, struct duet_error *err);

void adoption_clear(struct adoption *adoption);

#endif
