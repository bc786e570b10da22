/*
 * What the parts of the guard share.  Names are compared as SQLite does: but
 * for the case of ASCII's letters.
 */
#ifndef DUET_MIGRATE_GUARD_PART_H
#define DUET_MIGRATE_GUARD_PART_H

#include "migrate/guard.h"

struct guard_name;
struct guard_rename;
struct guard_table;
struct guard_drop;
struct guard_object;
struct guard_index;
struct guard_violation;
struct guard_remark;

enum { GUARD_BUCKETS = 64 };

struct guard_state {
    struct guard_name *names[GUARD_BUCKETS];
    struct guard_rename *renames; /* the last one first */
    struct db_watch watch;
    struct guard_table *tables; /* that were counted */
    struct guard_drop *drops;
    struct guard_object *objects; /* before the first drop */
    struct guard_violation *violations;
    bool objects_known;
    bool keys_known; /* whether foreign keys act here */
    bool keys_act;
    bool checks_keys; /* the guard has to, against what was broken before */
    bool keys_broken; /* they could not be checked before either */
    struct guard_remark *remarks; /* the last one first */
};

/* ----------------------------------------------------------- guard_names.c */

bool guard_same(const char *one, const char *other);

/* The file speaks of NAME. */
bool guard_names(const struct guard *guard, const char *name);

/* NAME was given by a rename of the file: what it was before, else NULL. */
const char *guard_renamed_from(const struct guard *guard, const char *name);

/*
 * What table NAME is called at the end: itself, what it was renamed to, or
 * what it was before it made way for another; *OUT is NULL where it is gone.
 */
bool guard_find(struct guard *guard, const char *name, const char **out,
                struct duet_error *err);

/* ------------------------------------------------------------ guard_rows.c */

/* What TOUCHES will do to rows of tables: count those it may lose. */
bool guard_count(struct guard *guard, const struct db_touch *touches,
                 size_t count, struct duet_error *err);

/* A table that is dropped; what follows it under its name is compared. */
bool guard_count_dropped(struct guard *guard, const char *table,
                         struct duet_error *err);

/* Rows that an earlier statement was about to lose, and has not, are well. */
bool guard_settle(struct guard *guard, struct duet_error *err);

bool guard_check_rows(struct guard *guard, struct duet_error *err);

/* ----------------------------------------------------------- guard_drops.c */

/* A table or view is dropped: what goes with it, and what stands on it. */
bool guard_drop(struct guard *guard, const char *name, struct duet_error *err);

bool guard_check_drops(struct guard *guard, struct duet_error *err);

/* --------------------------------------------------------- guard_indexes.c */

bool guard_read_indexes(struct guard *guard, const char *table,
                        struct guard_index **out, struct duet_error *err);

/* TABLE has taken the place of one with the indexes DROPPED. */
bool guard_check_indexes(struct guard *guard, const struct guard_index *dropped,
                         const char *table, struct duet_error *err);

/* --------------------------------------------------------- guard_objects.c */

/* Which views and triggers there are and work, before the first drop. */
bool guard_look_at_objects(struct guard *guard, struct duet_error *err);

/* Some table had AUTOINCREMENT then. */
bool guard_has_sequences(const struct guard *guard);

/* Those that there are now; NULL if there were none. */
bool guard_list_objects(struct guard *guard, struct guard_object **out,
                        struct duet_error *err);

/* TABLE has taken the place of DROPPED: it has its triggers, too. */
bool guard_check_triggers(struct guard *guard, const char *dropped,
                          const char *table, const struct guard_object *now,
                          struct duet_error *err);

/* What worked before does so. */
bool guard_check_working(struct guard *guard, const struct guard_object *now,
                         struct duet_error *err);

/* ------------------------------------------------------------ guard_keys.c */

/* Whether foreign keys act; if not, they are watched. */
bool guard_look_at_keys(struct guard *guard, struct duet_error *err);

/* Take down what is broken already, to compare it. */
void guard_watch_keys(struct guard *guard);

bool guard_check_keys(struct guard *guard, struct duet_error *err);

/* ----------------------------------------------------------------- guard.c */

/*
 * The rows of a pragma about TABLE, or an index, of the main database.  As a
 * table in a query it would take ten times as long.
 */
bool guard_pragma(struct guard *guard, struct rows *rows, const char *pragma,
                  const char *table, struct duet_error *err);

/*
 * It is an ordinary table.  The rows of a virtual one are its module's concern:
 * those of a full-text index come and go with what it indexes.
 */
bool guard_is_table(struct guard *guard, const char *name, bool *is_table,
                    struct duet_error *err);

/* To be told of, if nothing is refused. */
void guard_remark(struct guard *guard, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
