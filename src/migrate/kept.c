#include "migrate/kept.h"

enum { LONGEST = 65536 }; /* bytes */

void
kept_add(struct kept *kept, const struct statement *statement)
{
    kept->is_too_long =
        kept->is_too_long || kept->buf.len + statement->len > LONGEST;
    if (kept->is_too_long)
        return;
    buf_add(&kept->buf, statement->text, statement->len);
    buf_text(&kept->buf, ";\n");
}

const char *
kept_text(const struct kept *kept)
{
    return kept->is_too_long ? NULL : buf_data(&kept->buf);
}

void
kept_release(struct kept *kept)
{
    buf_release(&kept->buf);
}
