#include "sql/quote.h"

#include <string.h>

#include "base/buf.h"

static char *
quoted(struct arena *arena, const char *text, char quote)
{
    SCOPED(buf_release) struct buf buf = {0};

    buf_quoted(&buf, text, strlen(text), quote);
    return arena_copy(arena, buf_data(&buf), buf.len);
}

char *
sql_ident(struct arena *arena, const char *name)
{
    return quoted(arena, name, '"');
}

char *
sql_literal(struct arena *arena, const char *text)
{
    return text == NULL ? arena_text(arena, "null") : quoted(arena, text, '\'');
}
