/*
 * How a tree is read, in three steps, for tree.c and tree_parts.c alone:
 *
 *     tree_walk()            which files there are
 *     style->part()          what the name of one says: a part of a migration
 *     tree_text_read()       what its text says: sections and directives
 */
#ifndef DUET_MIGRATE_TREE_PART_H
#define DUET_MIGRATE_TREE_PART_H

#include "migrate/tree.h"

/* That of a file which is for no engine of ours, such as MySQL. */
#define ENGINE_OTHER "other"

struct tree_file {
    const char *path;   /* to open it, and as errors show it */
    const char *folder; /* below the tree, without an engine's: "0.26/", "" */
    const char *name;   /* "0001_users.up.sql" */
    const char *engine; /* that of its folder; NULL: none, it is for both */
    const char *text;   /* of one that is embedded, else NULL */
};

struct tree_files {
    struct tree_file *list; /* in the order of their paths */
    size_t count;
    size_t size;
    const char *other; /* a folder that was left out: another engine's */
};

/*
 * The files of DIR and below that may be parts of migrations for ENGINE.  A
 * folder that is named for an engine is not there for another one.
 */
bool tree_walk(struct tree_files *files, struct arena *arena, const char *dir,
               const char *engine, struct duet_error *err);

void tree_files_add(struct tree_files *files, struct arena *arena,
                    const struct tree_file *file);

/* The engine that a WORD such as "sqlite3" stands for, ENGINE_OTHER, NULL. */
const char *tree_engine(const char *word, size_t len);

/* Take ENDING off NAME, if it ends so and is longer. */
bool tree_take_ending(char *name, const char *ending);

enum part_kind {
    PART_UP,
    PART_DOWN,
    PART_OPTIONS, /* of a migration, in a file of their own */
    PART_TREE,    /* options of the whole tree */
    PART_HOOK
};

enum tree_hook {
    HOOK_BEFORE_UP,
    HOOK_AFTER_UP,
    HOOK_AFTER_EACH,
    HOOK_SEED,
    HOOK_NONE /* something else's, which is nothing to us */
};

struct tree_part {
    enum part_kind kind;
    enum tree_hook hook;
    const struct tree_file *file;
    const char *version;
    const char *name;
    const char *engine; /* or NULL: both */
    bool no_transaction;
    bool repeatable;
    bool is_baseline;
    /* Of its text, if it was read. */
    const char *text; /* NULL: it is too long to be kept */
    const char *head; /* how it begins */
};

/* While a tree is read. */
struct tree_reader {
    struct tree *tree;
    struct arena arena; /* for what is not kept */
    struct tree_files files;
    struct tree_part *parts; /* of our engine */
    size_t count;
    size_t size;
    /* A part that is another engine's, by version: not half of a pair. */
    struct tree_part *others;
    size_t nothers;
    size_t others_size;
    struct duet_error *err;
};

/* Find the parts among its files, and their style unless that is given. */
bool tree_parts_read(struct tree_reader *reader, enum tree_style style);

/* What a comment means to a tool that keeps up and down in one file. */
enum tree_mark {
    MARK_NONE,
    MARK_UP,
    MARK_UP_NO_TRANSACTION,
    MARK_DOWN,
    MARK_DOWN_NO_TRANSACTION,
    MARK_NO_TRANSACTION, /* for both */
    MARK_VARIABLES       /* of the environment are to be put in */
};

struct tree_style_spec {
    /* What the name of FILE says; false: it is none of this style. */
    bool (*part)(struct arena *arena, const struct tree_file *file,
                 struct tree_part *out);
    /* What the LEN bytes at COMMENT say, from its -- on; NULL: no marks. */
    enum tree_mark (*mark)(const char *comment, size_t len);
    const char *up_mark; /* as one writes it */
    /* For qsort(): by the versions of two struct migration. */
    int (*order)(const void *one, const void *other);
    bool unique_numbers; /* two migrations can't share one */
    bool other_engines;  /* files for MySQL and the like are not ours */
    bool first_line;     /* -- no-transaction, as the first of all bytes */
    const char *example; /* "one is called ..." */
};

extern const struct tree_style_spec tree_styles[STYLES];

/* Orders of versions; see version_compare(). */
int order_by_number(const void *one, const void *other);
int order_by_text(const void *one, const void *other);
int order_by_flyway(const void *one, const void *other);

/* The numbers at the start of two versions are the same, 007 and 7 too. */
bool version_same_number(enum tree_style style, const char *one,
                         const char *other);

/* What goes up, or down, and how. */
struct tree_section {
    struct script_source source;
    bool found;
    bool no_transaction;
    bool out_of_order;
    unsigned lock_timeout;
};

struct tree_text {
    struct tree_section up; /* the whole of it, where a style has no marks */
    struct tree_section down;
    struct script_source written; /* up, before variables were put in */
};

/* Fill in the text and head of PART. */
bool tree_text_load(struct arena *arena, struct tree_part *part,
                    struct duet_error *err);

/*
 * What it says in that style.  Variables of the environment are put into a
 * copy in ARENA.
 */
bool tree_text_read(struct arena *arena, const struct tree_part *part,
                    enum tree_style style, struct tree_text *out,
                    struct duet_error *err);

/*
 * TEXT, with the variables of the environment put in for ${NAME},
 * ${NAME:-what else} and ${NAME-what else} between the lines `-- +goose ENVSUB
 * ON` and OFF.  PATH is for errors.
 */
bool tree_variables(struct arena *arena, const char *path, const char *text,
                    const char **out, struct duet_error *err);

#endif
