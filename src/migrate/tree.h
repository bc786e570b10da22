/*
 * A tree of migrations: the files of a directory that bring a database of one
 * engine to where it should be.  The native form is
 *
 *     0001_users.up.sql            for both engines
 *     0002_labels.sqlite.up.sql    for SQLite, and wins over one for both
 *     0002_labels.postgres.up.sql
 *     0002_labels.down.sql
 *     before-up.sql  after-up.sql  after-each.sql  seed.sql
 *
 * The version is what stands before the engine, `0002_labels`.  Comments at the
 * head of a file are directives:
 *
 *     -- duet: no-transaction, lock-timeout=5s, out-of-order
 *
 * The trees of other tools are read as they are; which style it is, the names
 * of the files tell, and their texts where those are ambiguous.  The version
 * is the stem of the file then, too (`20151127184807_users`), or the name of
 * its folder (diesel, Prisma); with Flyway it is `1.2`, `R__name` or `B1.2`.
 */
#ifndef DUET_MIGRATE_TREE_H
#define DUET_MIGRATE_TREE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/digest.h"
#include "duet.h"
#include "sql/script.h"

/* The first is: look at the files. */
enum tree_style {
    STYLE_AUTO,
    STYLE_DUET,
    STYLE_DBMATE,
    STYLE_GOOSE,
    STYLE_GOLANG_MIGRATE,
    STYLE_SQLX,
    STYLE_DIESEL,
    STYLE_PRISMA,
    STYLE_FLYWAY,
    STYLE_POPX,
    STYLE_PLAIN, /* each file is one, in folders with numbers */
    STYLES
};

/* The word for --style, such as "golang-migrate"; "auto" for the first. */
extern const char *const style_names[STYLES];

/* The style of that name; NULL is the first. */
bool tree_style_find(const char *name, enum tree_style *out,
                     struct duet_error *err);

struct migration {
    const char *version; /* "0002_labels": unique in its tree */
    const char *name;    /* "labels" */
    struct script_source up;
    struct script_source down;
    unsigned lock_timeout;      /* milliseconds, its file says so; or 0 */
    unsigned down_lock_timeout; /* likewise */
    bool has_down;
    bool repeatable; /* runs again when its checksum has changed */
    /* Only for a database that is empty, in place of those before it. */
    bool is_baseline;
    bool no_transaction;       /* its file says so */
    bool down_no_transaction;  /* the same for down: see tree_read_down() */
    bool out_of_order;         /* older than others, but may run */
    char checksum[DIGEST_LEN]; /* of the tokens of up */
};

/* A script that runs besides the migrations; NAME is NULL where there is none.
 */
struct tree_hooks {
    struct script_source before_up;
    struct script_source after_up;
    struct script_source after_each;
    struct script_source seed;
};

struct tree {
    struct arena arena;
    const char *dir;
    const char *engine;
    enum sql_language language;
    enum tree_style style;
    struct migration *list; /* in the order in which they go up */
    size_t count;
    size_t size;
    struct tree_hooks hooks;
};

/*
 * Read the migrations of DIR that serve ENGINE.  A file that can't be told is
 * an error that names it, and so is a mixture of styles.  TREE is cleared on
 * an error.
 */
bool tree_read(struct tree *tree, const char *dir, const char *engine,
               enum tree_style style, struct duet_error *err);

/*
 * Before down is used: OUT is MIGRATION with what its file says of down, if it
 * has one of its own.  That is not read before, since going up needs none of
 * it.  Its text is in ARENA.
 */
bool tree_read_down(const struct tree *tree, const struct migration *migration,
                    struct arena *arena, struct migration *out,
                    struct duet_error *err);

/* What the head of a script says that is no migration. */
bool tree_read_script(const struct script_source *script, bool *no_transaction,
                      unsigned *lock_timeout, struct duet_error *err);

/* That of a profile's storage, which is part of the program: migrations/. */
bool tree_embedded(struct tree *tree, const char *engine,
                   struct duet_error *err);

/* The migration of that version, or NULL. */
const struct migration *tree_find(const struct tree *tree, const char *version);

/*
 * The one that a user calls TEXT: its version, its number (`7`, `0007`) or its
 * name, if only one is called so.  An error lists the likely ones.
 */
bool tree_resolve(const struct tree *tree, const char *text,
                  const struct migration **out, struct duet_error *err);

/*
 * Compare two versions as their tree orders them: digit runs as numbers of any
 * length, 1 = 1.0 = 001 for Flyway.
 */
int version_compare(enum tree_style style, const char *one, const char *other);

/* Accepts an empty one; leaves it empty. */
void tree_clear(struct tree *tree);

#endif
