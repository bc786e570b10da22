/*
 * Getting a row or creating it, without a race: what duet.h calls a getter.
 *
 *   1  select ... where key = $1                          there: found
 *   2  insert ... on conflict (key) do nothing returning  a row: created
 *   3  neither: somebody was quicker, or has deleted it since; from 1 again
 */
#ifndef DUET_ROWS_GET_OR_CREATE_H
#define DUET_ROWS_GET_OR_CREATE_H

#include "db/db.h"

struct duet_getter;

/* As in duet.h. */
bool getter_open(struct duet_getter **out, struct db *db, const char *table,
                 const char *const *key, size_t nkey, const char *const *set,
                 size_t nset, struct duet_error *err);
bool get_or_create(struct duet_getter *getter, const char *const *key,
                   const char *const *set, struct duet_row *row,
                   struct duet_error *err);
void getter_close(struct duet_getter **getter);

#endif
