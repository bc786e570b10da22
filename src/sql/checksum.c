#include "sql/checksum.h"

#include <string.h>

#include "sql/script.h"

void
sql_checksum(enum sql_language language, const char *text, char out[DIGEST_LEN])
{
    const struct script_source source = {.name = "", .text = text};
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;

    if (script_open(&script, &source, language, NULL)) {
        while (script_next(script, &statement))
            continue;
        if (script_ended(script)) {
            script_checksum(script, out);
            return;
        }
    }
    digest(text, strlen(text), out);
}
