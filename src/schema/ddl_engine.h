/*
 * The rows of the table that ddl_find() looks into.
 */
#ifndef DUET_SCHEMA_DDL_ENGINE_H
#define DUET_SCHEMA_DDL_ENGINE_H

#include "schema/ddl.h"

extern const struct ddl ddl_sqlite;
extern const struct ddl ddl_postgres;

#endif
