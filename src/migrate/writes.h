/*
 * The tables whose rows a script's own words change or take away.
 */
#ifndef DUET_MIGRATE_WRITES_H
#define DUET_MIGRATE_WRITES_H

#include "base/arena.h"
#include "sql/script.h"

enum write_kind {
    WRITE_DELETE, /* delete, truncate */
    WRITE_UPDATE, /* update, insert or replace, on conflict do update */
    WRITE_DROP,
    WRITE_RENAME /* to this name: something takes the table's place */
};

struct write {
    enum write_kind kind;
    const char *table; /* without its schema */
};

struct writes {
    struct arena arena;
    struct write *list;
    size_t count;
    size_t size;
    size_t statements;
};

/* What is within DO $$...$$ is read, too. */
bool writes_read(struct writes *out, const struct script_source *source,
                 enum sql_language language, struct duet_error *err);

bool writes_to(const struct writes *writes, enum write_kind kind,
               const char *table);

void writes_clear(struct writes *writes);

#endif
