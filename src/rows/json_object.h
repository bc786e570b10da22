/*
 * The members of a JSON object, for what comes in from outside:
 *
 *     {"label": "a", "size": 1.50, "tags": ["x"], "note": null}
 *
 *     label   JSON_TEXT     a
 *     size    JSON_NUMBER   1.50     its digits are kept
 *     tags    JSON_ARRAY    ["x"]    which stays JSON
 *     note    JSON_NULL     NULL
 */
#ifndef DUET_ROWS_JSON_OBJECT_H
#define DUET_ROWS_JSON_OBJECT_H

#include "base/arena.h"
#include "duet.h"

enum json_kind {
    JSON_NULL,
    JSON_BOOLEAN,
    JSON_NUMBER,
    JSON_TEXT,
    JSON_OBJECT,
    JSON_ARRAY
};

struct json_member {
    const char *name;
    enum json_kind kind;
    const char *value; /* as text; NULL for null */
};

/* A name that is given twice is there twice. */
struct json_object {
    size_t count;
    struct json_member *members;
};

/* Reads one object after the other. */
struct json_reader;

bool json_reader_open(struct json_reader **out, struct duet_error *err);

/*
 * Read the LEN bytes of TEXT, behind which there is a NUL, into ARENA.  What
 * is no object by RFC 8259, and text that neither engine would store, is an
 * error of kind USAGE: a NUL character, or what is no UTF-8.
 */
bool json_read(struct json_reader *reader, struct arena *arena,
               const char *text, size_t len, struct json_object *out,
               struct duet_error *err);

void json_reader_close(struct json_reader **reader);

#endif
