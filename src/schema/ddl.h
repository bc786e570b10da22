/*
 * What the statements of the two engines have in common and where they part:
 * a row of a table for each engine, and a writer that fills a text by it.
 *
 *     SCOPED(writer_release) struct writer writer = {.ddl =
 * ddl_find("sqlite")};
 *
 *     writer_check(&writer, table);
 *     writer_table(&writer, table);
 *     return !writer.failed;
 *
 * The first thing that the engine can't have fails the writer; what it writes
 * after that is of no use.
 */
#ifndef DUET_SCHEMA_DDL_H
#define DUET_SCHEMA_DDL_H

#include "base/buf.h"
#include "duet.h"
#include "schema/model.h"

struct writer;

struct ddl {
    const char *engine; /* "sqlite" */
    const char *title;  /* "SQLite" */
    enum sql_language language;
    bool has_schemas;
    bool refers_forward;  /* to a table that is yet to be made */
    bool comments_inside; /* the text is kept with its comments */
    bool alters;          /* columns and constraints */
    bool has_sequences;
    bool merges_keys;   /* of the same columns, if a table is made with both */
    bool names_targets; /* it keeps the columns that a key references */
    bool has_enums;     /* else they are checks of columns */
    /* In a default, a call may stand without parentheses. */
    bool bare_calls;
    /* Around everything, where there are functions. */
    const char *functions_open;
    const char *functions_close;
    /* The kinds and attributes that it has no word for. */
    bool lacks_kind[OBJECT_KINDS];
    bool lacks[ATTRIBUTES];
    /* What else it can't have of an object: "operator classes", or NULL. */
    const char *(*problem)(struct writer *writer, const struct object *object);
    /* As a column of that type is declared, its identity included. */
    const char *(*type)(struct writer *writer, const struct object *column);
    /* What an identity adds to a column behind its type, or "". */
    const char *(*identity)(struct writer *writer, const struct object *column);
    /* The name of a collation in its language, or NULL. */
    const char *(*collation)(struct writer *writer, enum sql_language from,
                             const char *name);
    const char *usual_collation; /* which goes without saying, or "" */
};

/* By the engine's name; never NULL for one that there is. */
const struct ddl *ddl_find(const char *engine);

struct writer {
    const struct ddl *ddl;
    const struct schema *schema; /* NULL: one object alone is written */
    struct arena arena;
    struct buf buf;
    /* Constraints that have to wait until all tables are there. */
    const struct object **deferred;
    size_t ndeferred;
    size_t deferred_size;
    struct duet_error *err; /* may be NULL */
    bool failed;
};

void writer_release(struct writer *writer);

/* The engine has no such thing as OBJECT is: "SQLite has no WHAT". */
void writer_fail(struct writer *writer, const struct object *object,
                 const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Fail on what the engine can't have of OBJECT and of what belongs to it. */
void writer_check(struct writer *writer, const struct object *object);

/* A name, quoted where it must be; with the schema of the object. */
const char *writer_name(struct writer *writer, const char *name);
const char *writer_qualified(struct writer *writer,
                             const struct object *object);

/* The same for a type: it may be called less than a table may. */
const char *writer_type_name(struct writer *writer, const struct object *type);

/* The same for TEXT, "t", or "s.t" where there is a schema of that name. */
const char *writer_split_name(struct writer *writer, const char *text);

/* TEXT, an expression of OBJECT, in the engine's language. */
const char *writer_expression(struct writer *writer,
                              const struct object *object, const char *text);

/* The same in parentheses, or where they can be left out without. */
const char *writer_enclosed(struct writer *writer, const struct object *object,
                            const char *text);
const char *writer_default(struct writer *writer, const struct object *column);
const char *writer_part(struct writer *writer, const struct object *index,
                        const char *text);

/* TEXT up to its last word, and a semicolon. */
void writer_statement(struct writer *writer, const char *text);

/* ----------------------------------------------------------------- pieces */

/* " collate c", or nothing. */
void writer_collation(struct writer *writer, const struct object *column);

/* " (a, b desc)", or " include (c)". */
void writer_parts(struct writer *writer, const struct object *object,
                  bool included);

/* " on conflict replace", or nothing. */
void writer_on_conflict(struct writer *writer, const struct object *object);

/* " default 0", or nothing. */
void writer_add_default(struct writer *writer, const struct object *column);

/* The columns of a table are written below each other. */
struct column_widths {
    size_t name;
    size_t type;
};

/* "label varchar(255) not null", as it stands in a table. */
void writer_column(struct writer *writer, const struct object *column,
                   const struct column_widths *widths);

/* "constraint c unique (a)", as it stands in a table. */
void writer_constraint(struct writer *writer, const struct object *constraint);

/*
 * The guards of COLUMN, each as "constraint c check (...)" between BEFORE and
 * AFTER.
 */
void writer_guards(struct writer *writer, const struct object *column,
                   const char *before, const char *after);

/*
 * The numbers of COLUMN come from a sequence that "serial" would not make:
 * another name, other numbers, or the column takes NULL, or has no type of its
 * own, as in a partition.
 */
bool writer_owns_sequence(const struct writer *writer,
                          const struct object *column);

/* ------------------------------------------------------------- statements */

/* A table with its constraints, indexes and comments, but not its triggers. */
void writer_table(struct writer *writer, const struct object *table);

/* The sequences that its columns own: what is done before it and after it. */
void writer_sequences(struct writer *writer, const struct object *table,
                      bool before);

/* "alter table t add ...", with its comment. */
void writer_add_column(struct writer *writer, const struct object *column);
void writer_add_constraint(struct writer *writer,
                           const struct object *constraint);

/* Any object but a column and a constraint; a table with all it has. */
void writer_create(struct writer *writer, const struct object *object);

/* "index", as it stands behind DROP and COMMENT ON. */
const char *writer_noun(const struct object *object);

/*
 * Where there are such statements: "comment on ..." for an object that has
 * one, or, with writer_comment_on(), whether or not.
 */
void writer_comment(struct writer *writer, const struct object *object);
void writer_comment_on(struct writer *writer, const struct object *object);

/* Where comments stand inside: that of OBJECT between BEFORE and AFTER. */
void writer_comment_inside(struct writer *writer, const char *before,
                           const struct object *object, const char *after);

#endif
