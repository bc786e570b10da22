/*
 * What was found out about a migration, for people and programs.
 */
#ifndef DUET_CLI_VERIFY_VIEW_H
#define DUET_CLI_VERIFY_VIEW_H

#include "base/json.h"
#include "migrate/verify.h"

/* A line of fields for each remark, or one that all is well. */
void verify_item_print(struct arena *arena, const struct verify_item *item);

/* An object in a list. */
void verify_item_json(struct json *json, const struct verify_item *item);

#endif
