/*
 * All of a schema in an order in which it can be made: what others need comes
 * first, among the rest it goes by kinds and names.
 */
#include "schema/write.h"

#include <string.h>

#include "schema/ddl.h"
#include "schema/dependency.h"
#include "schema/diagram.h"

struct order {
    struct writer *writer;
    struct dependencies all;
};

/* ------------------------------------------------------------ foreign keys */

static bool
has_part(const struct object *key, const char *column)
{
    for (size_t i = 0; i < key->nparts; i++)
        if (!key->parts[i].included && key->parts[i].column != NULL &&
            strcmp(key->parts[i].column, column) == 0)
            return true;
    return false;
}

/* A foreign key to the own table can need an index that comes after that. */
static bool
needs_index(const struct object *key)
{
    const struct object *table = key->owner;

    if (key->nparts == 0 || key->parts[0].target == NULL)
        return false;
    for (size_t i = 0; i < table->nchildren; i++) {
        const struct object *other = table->children[i];
        bool all =
            other->kind == OBJECT_PRIMARY_KEY || other->kind == OBJECT_UNIQUE;

        for (size_t j = 0; all && j < key->nparts; j++)
            all = has_part(other, key->parts[j].target);
        if (all)
            return false;
    }
    return true;
}

static void
defer(struct writer *writer, const struct object *key)
{
    writer->deferred =
        arena_grow(&writer->arena, writer->deferred, writer->ndeferred,
                   &writer->deferred_size, sizeof *writer->deferred);
    writer->deferred[writer->ndeferred++] = key;
}

static void visit(struct order *order, struct node *node);

static void
visit_referenced(struct order *order, const struct object *key)
{
    const struct object *table = referenced_table(order->writer->schema, key);

    for (size_t i = 0; table != NULL && i < order->all.count; i++) {
        struct node *node = &order->all.nodes[i];

        if (node->object != table)
            continue;
        if (node->state == NODE_NEW)
            visit(order, node);
        /* Open: this key closes a circle, unless it is the table's own. */
        if (node->state == NODE_OPEN &&
            (table != key->owner || needs_index(key)))
            defer(order->writer, key);
    }
}

/* ------------------------------------------------------------------ order */

/* With an empty line before it, if it is anything. */
static void
add_object(struct writer *writer, const struct object *object)
{
    size_t before = writer->buf.len;
    size_t start;

    if (before > 0)
        buf_char(&writer->buf, '\n');
    start = writer->buf.len;
    writer_create(writer, object);
    if (writer->buf.len == start && before > 0)
        writer->buf.data[writer->buf.len = before] = '\0';
}

static void
visit(struct order *order, struct node *node)
{
    const struct object *object = node->object;

    node->state = NODE_OPEN;
    for (size_t i = 0; i < node->nmentions; i++) {
        struct node *other = &order->all.nodes[node->mentions[i].node];

        if (other->state == NODE_NEW &&
            dependency_holds(&order->all, node, &node->mentions[i]))
            visit(order, other);
    }
    if (!order->writer->ddl->refers_forward && object->kind == OBJECT_TABLE)
        for (size_t i = 0; i < object->nchildren; i++)
            if (object->children[i]->kind == OBJECT_FOREIGN_KEY)
                visit_referenced(order, object->children[i]);
    add_object(order->writer, object);
    node->state = NODE_DONE;
}

static void
add_deferred(struct writer *writer)
{
    if (writer->ndeferred > 0)
        buf_char(&writer->buf, '\n');
    for (size_t i = 0; i < writer->ndeferred; i++)
        writer_add_constraint(writer, writer->deferred[i]);
}

static void
add_triggers(struct order *order)
{
    for (size_t i = 0; i < order->all.count; i++) {
        const struct object *object = order->all.nodes[i].object;

        for (size_t j = 0; j < object->nchildren; j++) {
            if (object->children[j]->kind == OBJECT_TRIGGER)
                add_object(order->writer, object->children[j]);
        }
    }
}

static void
add_all(struct order *order)
{
    for (unsigned phase = 0; phase < PHASES; phase++) {
        for (size_t i = 0; i < order->all.count; i++)
            if (order->all.nodes[i].phase == phase &&
                order->all.nodes[i].state == NODE_NEW)
                visit(order, &order->all.nodes[i]);
        if (phase == PHASE_TABLES)
            add_deferred(order->writer);
        if (phase == PHASE_TRIGGERS)
            add_triggers(order);
    }
}

/* ---------------------------------------------------------------- schemas */

static bool
is_what(const struct object *object, const char *what)
{
    return object->text[ATTRIBUTE_WHAT] != NULL &&
           strcmp(object->text[ATTRIBUTE_WHAT], what) == 0;
}

/* Object I is the first to be in its schema, which nothing else makes. */
static bool
needs_schema(const struct schema *schema, size_t i)
{
    const char *name = schema->objects[i]->schema;

    if (name == NULL)
        return false;
    for (size_t j = 0; j < schema->nobjects; j++) {
        const struct object *other = schema->objects[j];

        if (is_what(other, "schema") ? strcmp(other->name, name) == 0
                                     : j < i && other->schema != NULL &&
                                           strcmp(other->schema, name) == 0)
            return false;
    }
    return true;
}

static void
add_schemas(struct writer *writer)
{
    const struct schema *schema = writer->schema;

    for (size_t i = 0; i < schema->nobjects; i++)
        if (needs_schema(schema, i))
            buf_printf(&writer->buf, "create schema if not exists %s;\n",
                       writer_name(writer, schema->objects[i]->schema));
}

/* A type that is made of functions, which are of the type. */
static void
add_shells(struct writer *writer)
{
    const struct schema *schema = writer->schema;

    for (size_t i = 0; i < schema->nobjects; i++)
        if (is_what(schema->objects[i], "type") &&
            strchr(schema->objects[i]->text[ATTRIBUTE_DEFINITION], '(') != NULL)
            buf_printf(&writer->buf, "create type %s;\n",
                       writer_type_name(writer, schema->objects[i]));
}

static bool
has_functions(const struct schema *schema)
{
    for (size_t i = 0; i < schema->nobjects; i++)
        if (is_what(schema->objects[i], "function") ||
            is_what(schema->objects[i], "procedure"))
            return true;
    return false;
}

bool
write_sql(struct buf *out, const struct schema *schema, const char *engine,
          struct duet_error *err)
{
    SCOPED(writer_release)
    struct writer writer = {
        .ddl = ddl_find(engine), .schema = schema, .err = err};
    struct order order = {.writer = &writer};
    bool functions = has_functions(schema);

    for (size_t i = 0; i < schema->nobjects; i++)
        writer_check(&writer, schema->objects[i]);
    if (writer.failed)
        return false;
    if (functions)
        buf_text(&writer.buf, writer.ddl->functions_open);
    add_schemas(&writer);
    add_shells(&writer);
    dependencies_read(&order.all, schema);
    add_all(&order);
    if (functions)
        buf_text(&writer.buf, writer.ddl->functions_close);
    arena_clear(&order.all.arena);
    if (!writer.failed)
        buf_add(out, buf_data(&writer.buf), writer.buf.len);
    return !writer.failed;
}
