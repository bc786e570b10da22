#include "lib/shown.h"

static void
show_part(struct buf *out, const struct key_part *part)
{
    if (part->expression != NULL)
        buf_printf(out, "<%s>", part->expression);
    else
        buf_text(out, part->column);
    if (part->target != NULL)
        buf_printf(out, " -> %s", part->target);
    if (part->collation != NULL)
        buf_printf(out, " collate %s", part->collation);
    if (part->operator_class != NULL)
        buf_printf(out, " %s", part->operator_class);
    buf_text(out, part->descending ? " desc" : "");
    buf_text(out, part->nulls_first ? " nulls first" : "");
    buf_text(out, part->included ? " included" : "");
}

static void
show_parts(struct buf *out, const struct object *object)
{
    if (object->nparts == 0)
        return;
    for (size_t i = 0; i < object->nparts; i++) {
        buf_text(out, i ? ", " : " (");
        show_part(out, &object->parts[i]);
    }
    buf_char(out, ')');
}

static void
show_attributes(struct buf *out, const struct object *object)
{
    const char *before = ": ";

    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        if (object->text[i] == NULL)
            continue;
        buf_printf(out, "%s%s", before, attribute_specs[i].name);
        if (attribute_specs[i].form != FORM_FLAG)
            buf_printf(out, "=%s", object->text[i]);
        before = " ";
    }
}

void
show_object(struct buf *out, const struct object *object)
{
    buf_printf(out, "%s%s ", object->owner ? "  " : "",
               kind_specs[object->kind].name);
    if (object->owner == NULL && object->schema != NULL)
        buf_printf(out, "%s.", object->schema);
    buf_text(out, object->name);
    show_parts(out, object);
    show_attributes(out, object);
    buf_char(out, '\n');
    for (size_t i = 0; i < object->nchildren; i++)
        show_object(out, object->children[i]);
}

void
show_schema(struct buf *out, const struct schema *schema)
{
    for (size_t i = 0; i < schema->nobjects; i++)
        show_object(out, schema->objects[i]);
}
