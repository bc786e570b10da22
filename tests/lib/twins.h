/*
 * One schema made real on both engines, and what is found when one of the two
 * is changed:
 *
 *     struct twins twins;
 *
 *     if (!twins_open(&twins, base))
 *         tap_skip_all("no PostgreSQL server");
 *     twins_try(&twins, "postgres", mutations, count);
 *     twins_close(&twins);
 *
 * A mutation is made, the schema is read, and compared with both engines as
 * they were.  What is found besides what was found before must be what the
 * mutation says: nothing less and nothing more.
 */
#ifndef DUET_TESTS_TWINS_H
#define DUET_TESTS_TWINS_H

#include "lib/ground.h"
#include "schema/model.h"

struct mutation {
    /*
     * For PostgreSQL SQL, which is rolled back.  For SQLite an edit of the
     * text that makes the schema, "these words => those words", or SQL that is
     * run behind it; several have tabs between them.
     */
    const char *change;
    const char *alike;  /* what is found against the same engine: findings.h */
    const char *across; /* against the other one; NULL: the same */
};

/* What makes the schema, beginning with our own tables. */
struct twins_base {
    const char *declaration; /* in the common language, or "" */
    const char *sqlite;      /* as it stands */
    const char *postgres;
};

struct twins {
    struct ground server;
    struct arena arena;
    char *sqlite_text;
    struct schema sqlite;
    struct schema postgres;
};

bool twins_open(struct twins *out, const struct twins_base *base);

/* One point: FOUND is what is found of the two as they are, SQLite left. */
void twins_are(const struct twins *twins, const char *found);

void twins_try(struct twins *twins, const char *engine,
               const struct mutation *mutations, size_t count);
void twins_close(struct twins *twins);

#endif
