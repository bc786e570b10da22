#include "schema/mend.h"

#include <string.h>

#include "schema/write.h"

static enum attribute
attribute_of(const char *name)
{
    enum attribute attribute = 0;

    while (attribute < ATTRIBUTES &&
           strcmp(attribute_specs[attribute].name, name) != 0)
        attribute++;
    return attribute;
}

/* What no ALTER can do to a key, a check or an index, making it anew can. */
static bool
is_made_anew(const struct finding *finding)
{
    enum object_kind kind = finding->left->kind;

    return kind != OBJECT_TABLE && kind != OBJECT_COLUMN &&
           kind != OBJECT_ENUM && kind != OBJECT_SEQUENCE;
}

static bool
make_anew(struct buf *out, const struct finding *finding, const char *engine)
{
    SCOPED(buf_release) struct buf sql = {0};

    if (!write_drop(&sql, finding->left, engine) ||
        !write_create(&sql, finding->right, engine))
        return false;
    buf_text(out, buf_data(&sql));
    return true;
}

static bool
alter(struct buf *out, const struct finding *finding, const char *engine)
{
    SCOPED(buf_release) struct buf sql = {0};
    enum attribute attribute = attribute_of(finding->attribute);

    if (attribute < ATTRIBUTES
            ? write_alter(&sql, finding->left, finding->right, attribute,
                          engine)
            : strcmp(finding->attribute, "name") == 0 &&
                  write_rename(&sql, finding->left, finding->right, engine)) {
        buf_text(out, buf_data(&sql));
        return true;
    }
    return is_made_anew(finding) && make_anew(out, finding, engine);
}

bool
mend_write(struct buf *out, const struct finding *finding, const char *engine)
{
    SCOPED(buf_release) struct buf sql = {0};
    bool done = false;

    if (!finding_counts(finding) || finding->verdict == VERDICT_UNKNOWN)
        return false;
    if (finding->left == NULL && finding->right != NULL)
        done = write_create(&sql, finding->right, engine);
    else if (finding->right == NULL && finding->left != NULL)
        done = write_drop(&sql, finding->left, engine);
    else if (finding->left != NULL && finding->attribute != NULL)
        done = alter(&sql, finding, engine);
    if (done)
        buf_text(out, buf_data(&sql));
    return done;
}
