/*
 * The schema model: what a database has, or is declared to have, in memory.
 * Everything that knows a schema meets here: readers fill it, writers print
 * it, and two of them are compared.
 *
 *     SCOPED(schema_clear) struct schema schema = {0};
 *     struct object *table = schema_add(&schema, OBJECT_TABLE, NULL, "t");
 *     struct object *column =
 *         schema_add(&schema, OBJECT_COLUMN, table, "label");
 *
 *     column->text[ATTRIBUTE_TYPE] = "varchar(255)";
 *     column->text[ATTRIBUTE_NOT_NULL] = "yes";
 *     schema_sort(&schema);
 *
 * An object is a kind, a name and attributes.  What attributes a kind has, and
 * how each is compared, stands in one table (object_kinds[]), and whoever
 * handles all kinds alike walks that table: a new kind is a row of it.
 */
#ifndef DUET_SCHEMA_MODEL_H
#define DUET_SCHEMA_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "sql/language.h"

/* In the order in which they are shown; columns and keys belong to a table. */
enum object_kind {
    OBJECT_ENUM,
    OBJECT_SEQUENCE, /* one that no column owns */
    OBJECT_TABLE,
    OBJECT_COLUMN,
    OBJECT_PRIMARY_KEY,
    OBJECT_UNIQUE,
    OBJECT_FOREIGN_KEY,
    OBJECT_CHECK,
    OBJECT_INDEX,
    OBJECT_VIEW,
    OBJECT_TRIGGER,
    OBJECT_OTHER, /* what the model can't hold but as text: a policy, ... */
    OBJECT_KINDS
};

/*
 * A flag is "yes" or NULL, everything else a text or NULL where it is the
 * default or there is none.
 */
enum attribute {
    /* Columns */
    ATTRIBUTE_TYPE,      /* by its canonical name: type.h */
    ATTRIBUTE_GUARD,     /* flag: what the type alone leaves open is checked */
    ATTRIBUTE_COLLATION, /* "C", "nocase" */
    ATTRIBUTE_NOT_NULL,  /* flag; a column of a primary key has it, too */
    ATTRIBUTE_DEFAULT,   /* an expression */
    ATTRIBUTE_GENERATED, /* an expression */
    ATTRIBUTE_STORED,    /* flag: the generated value is */
    ATTRIBUTE_IDENTITY,  /* "auto": the engine's own next number (a serial, an
                            integer primary key), "autoincrement": and none
                            comes twice (SQLite), "always", "by default" */
    /* Enums: the labels in order, 'a', 'b' */
    ATTRIBUTE_LABELS,
    /* Sequences, and identity columns whose sequence is not the usual one */
    ATTRIBUTE_SEQUENCE, /* "start 10 increment 5": what differs from default */
    /* Tables */
    ATTRIBUTE_STRICT,        /* flag */
    ATTRIBUTE_WITHOUT_ROWID, /* flag */
    ATTRIBUTE_VIRTUAL,       /* "fts5(a, b)" */
    ATTRIBUTE_UNLOGGED,      /* flag */
    ATTRIBUTE_PARTITION_BY,  /* "range (time)" */
    ATTRIBUTE_PARTITION_OF,  /* "t for values ..." */
    ATTRIBUTE_INHERITS,      /* "t, u" */
    ATTRIBUTE_OPTIONS,       /* "fillfactor=70"; of an index or a view, too */
    /* Keys */
    ATTRIBUTE_DEFERRABLE,         /* "deferrable", "initially deferred" */
    ATTRIBUTE_NULLS_NOT_DISTINCT, /* flag; of an index, too */
    ATTRIBUTE_ON_CONFLICT,        /* "replace": SQLite; of not null, too */
    ATTRIBUTE_REFERENCES,         /* the table, with its schema if another */
    ATTRIBUTE_ON_DELETE, /* "cascade", "set null (a)"; no action: NULL */
    ATTRIBUTE_ON_UPDATE,
    ATTRIBUTE_MATCH,     /* "full" */
    ATTRIBUTE_NOT_VALID, /* flag: rows from before may break it */
    /* Checks */
    ATTRIBUTE_EXPRESSION,
    ATTRIBUTE_NO_INHERIT, /* flag */
    /* Indexes */
    ATTRIBUTE_UNIQUE,    /* flag */
    ATTRIBUTE_METHOD,    /* "gin"; NULL is btree */
    ATTRIBUTE_PREDICATE, /* an expression: the rows that are in it */
    ATTRIBUTE_INVALID,   /* flag: being built, or its building failed */
    /* Views: the query; triggers and others: the whole definition */
    ATTRIBUTE_DEFINITION,
    ATTRIBUTE_MATERIALIZED, /* flag */
    /* Triggers */
    ATTRIBUTE_TIMING, /* "before", "after", "instead of" */
    ATTRIBUTE_EVENTS, /* "insert, update of a, b" */
    /* Others: "policy", "extension", "exclusion constraint" */
    ATTRIBUTE_WHAT,
    /* All that may have one */
    ATTRIBUTE_COMMENT,
    ATTRIBUTES
};

/* How the texts of an attribute are compared, and printed. */
enum attribute_form {
    FORM_TEXT,       /* as they are */
    FORM_FLAG,       /* "yes" or NULL */
    FORM_TYPE,       /* by the table of types */
    FORM_EXPRESSION, /* by their meaning */
    FORM_QUERY       /* of a view; as tokens */
};

struct attribute_spec {
    const char *name; /* "not_null": as JSON has it */
    enum attribute_form form;
};

extern const struct attribute_spec attribute_specs[ATTRIBUTES];

struct kind_spec {
    const char *name;   /* "foreign key" */
    const char *plural; /* "foreign_keys": as JSON has it */
    bool owned;         /* it belongs to a table */
    /* Which it may have, in the order in which they are shown. */
    const enum attribute *attributes;
    size_t nattributes;
};

extern const struct kind_spec kind_specs[OBJECT_KINDS];

/*
 * A part of a key or an index, in its order: a column or an expression.  For a
 * foreign key TARGET is the column that it references, or NULL where those of
 * the primary key are meant.
 */
struct key_part {
    const char *column;     /* NULL for an expression */
    const char *expression; /* NULL for a column */
    const char *target;
    const char *collation;      /* NULL: the column's */
    const char *operator_class; /* NULL: the type's */
    bool descending;
    bool nulls_first; /* as written: PostgreSQL's default for DESC is first */
    bool included;    /* INCLUDE: not part of the key */
};

/* Where an object was declared; line 0 is nowhere. */
struct origin {
    const char *file;
    unsigned line;
    unsigned column; /* in characters, from 1 */
};

struct object {
    enum object_kind kind;
    enum sql_language language; /* of its expressions and definition */
    const char *schema;         /* NULL: the current one, and all of SQLite */
    const char *name;           /* "" for a constraint without one */
    struct object *owner;
    const char *text[ATTRIBUTES];
    struct key_part *parts; /* of a key, a foreign key or an index */
    size_t nparts;
    struct object **children; /* a table's: columns in their order */
    size_t nchildren;
    size_t children_size;
    struct origin place;
};

struct schema {
    struct arena arena; /* everything in it lives here */
    /* "sqlite", "postgres"; NULL: a declaration for both. */
    const char *engine;
    struct object **objects; /* those without an owner */
    size_t nobjects;
    size_t objects_size;
};

void schema_clear(struct schema *schema);

/* A new object of OWNER, which may be NULL; NAME is copied. */
struct object *schema_add(struct schema *schema, enum object_kind kind,
                          struct object *owner, const char *name);

/* A new part behind the others of OBJECT. */
struct key_part *schema_add_part(struct schema *schema, struct object *object);

/*
 * Take OBJECT out of the schema or of its owner.
 */
void schema_remove(struct schema *schema, struct object *object);

/* The object without owner of that kind and name; SCHEMA may be NULL. */
struct object *schema_find(const struct schema *schema, enum object_kind kind,
                           const char *namespace, const char *name);

/* The same among the children of OWNER. */
struct object *object_find(const struct object *owner, enum object_kind kind,
                           const char *name);

/* That of TABLE, or NULL. */
struct object *object_primary_key(const struct object *table);

/*
 * Bring objects into the order of kinds, schemas and names, and children into
 * that of kinds, the columns as they are, the rest by name and parts.  Writers
 * and comparison need it.
 */
void schema_sort(struct schema *schema);

/* "t", "other.t": the object's name, or its owner's, with the schema. */
const char *object_name(struct arena *arena, const struct object *object);

/* What to call it: "foreign key 'f' of table 't'", "check of table 't'". */
const char *object_title(struct arena *arena, const struct object *object);

static inline bool
object_is(const struct object *object, enum attribute flag)
{
    return object->text[flag] != NULL;
}

#endif
