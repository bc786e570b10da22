/*
 * Writes JSON on one line:
 *
 *     SCOPED(json_release) struct json json = {0};
 *
 *     json_open(&json, NULL, '{');
 *     json_text(&json, "table", "db_dbuser");
 *     json_open(&json, "rows", '[');
 *     json_integer(&json, NULL, 7);
 *     json_close(&json, ']');
 *     json_close(&json, '}');
 *     json_print(&json, stdout);
 *
 * gives {"table":"db_dbuser","rows":[7]}.  KEY is NULL in a list and outside
 * of everything.  Bytes that are no UTF-8 become U+FFFD.
 */
#ifndef DUET_BASE_JSON_H
#define DUET_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

struct json {
    struct buf buf;
    bool comma; /* before the next value */
};

void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);

/* TEXT may be NULL, which is null. */
void json_text(struct json *json, const char *key, const char *text);
/* DIGITS are a number as it is written in JSON. */
void json_number(struct json *json, const char *key, const char *digits);
void json_integer(struct json *json, const char *key, int64_t integer);
void json_boolean(struct json *json, const char *key, bool boolean);

/* Write it and a newline, and start again. */
void json_print(struct json *json, FILE *file);

void json_release(struct json *json);

#endif
