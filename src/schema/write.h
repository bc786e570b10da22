/*
 * Writes a model: as SQL that makes it, as JSON, as a picture, as a tree.
 */
#ifndef DUET_SCHEMA_WRITE_H
#define DUET_SCHEMA_WRITE_H

#include "base/buf.h"
#include "duet.h"
#include "schema/model.h"

/*
 * The SQL that makes all of SCHEMA in an empty database of ENGINE ("sqlite",
 * "postgres"), in an order that runs as it stands; the same text for the same
 * model.  What ENGINE can't have is an error that names the object.
 */
bool write_sql(struct buf *out, const struct schema *schema, const char *engine,
               struct duet_error *err);

/*
 * The statement or statements that make one object, a column or a constraint
 * included, where the rest is there.  False without an error: the engine has
 * no statement for it but making its table anew.
 */
bool write_create(struct buf *out, const struct object *object,
                  const char *engine);
bool write_drop(struct buf *out, const struct object *object,
                const char *engine);

/*
 * The statements that turn one attribute of FROM into that of TO, the same
 * object as it should be; false where there are none.
 */
bool write_alter(struct buf *out, const struct object *from,
                 const struct object *to, enum attribute attribute,
                 const char *engine);

/* The statement that gives FROM the name of TO; false where there is none. */
bool write_rename(struct buf *out, const struct object *from,
                  const struct object *to, const char *engine);

/* One JSON document, described in duet-schema-json(5) in src/cli/duet.1. */
void write_json(struct buf *out, const struct schema *schema);

/* An entity diagram, for Graphviz or for Mermaid. */
void write_dot(struct buf *out, const struct schema *schema);
void write_mermaid(struct buf *out, const struct schema *schema);

/* For a reader at a terminal, with lines of UTF-8 or of ASCII. */
void write_tree(struct buf *out, const struct schema *schema, bool utf8);

#endif
