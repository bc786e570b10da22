#include "sql/checksum.h"

#include "base/buf.h"
#include "db/token.h"

void
sql_checksum(enum sql_language language, const char *text, char out[DIGEST_LEN])
{
    SCOPED(buf_release) struct buf joined = {0};
    struct tokens tokens = {.at = text,
                            .postgres = language == LANGUAGE_POSTGRES};
    struct token token;

    while (token_next(&tokens, &token)) {
        buf_add(&joined, token.text, token.len);
        buf_char(&joined, '\0');
    }
    digest(buf_data(&joined), joined.len, out);
}
