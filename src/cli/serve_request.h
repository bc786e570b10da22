/*
 * A request to 'duet serve', a JSON object on a line:
 *
 *     {"id": 1, "do": "clear"}
 *
 * The table of requests says which members each has; what is not in it, or
 * given twice, is an error.
 */
#ifndef DUET_CLI_SERVE_REQUEST_H
#define DUET_CLI_SERVE_REQUEST_H

#include "base/json.h"
#include "rows/json_object.h"

/* What the members of a request are, by their names; NULL where not given. */
struct request {
    struct json_member id; /* JSON_NULL, JSON_TEXT or JSON_NUMBER */
    const struct request_spec *spec;
    const char *seed;
    const char *stem;
    const char *policy;
    const char *table;
    const struct json_object *key;
    const struct json_object *set;
};

struct request_member {
    const char *name;    /* NULL ends the list */
    enum json_kind kind; /* JSON_TEXT or JSON_OBJECT */
    bool is_needed;
    size_t offset; /* of the field in struct request */
};

struct server;

struct request_spec {
    const char *name; /* of what to do; NULL ends the table */
    const struct request_member *members;
    /* Do it, then add the member "result" to the server's answer. */
    bool (*run)(struct server *server, const struct request *request,
                struct duet_error *err);
};

/*
 * Read a line into ARENA.  Where that fails, OUT's id is nevertheless the
 * request's if it could be read.
 */
bool request_read(const struct request_spec *specs, struct json_reader *reader,
                  struct arena *arena, const char *text, size_t len,
                  struct request *out, struct duet_error *err);

/* Add the member "id" to the object that is open in JSON. */
void request_add_id(struct json *json, const struct request *request);

#endif
