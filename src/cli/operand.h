/*
 * A schema that an operand names:
 *
 *     sqlite:app.db, postgres://...   what a database has
 *     profile:NAME                    the same of a profile's
 *     schema:PATH                     what a declaration says
 *     schema:                         that of DUET_SCHEMA or ./schema, else the
 *                                     storage of a profile
 *     migrations:DIR@VERSION          what those of DIR make on a scratch
 *                                     database, up to VERSION or, without it,
 *                                     all
 *     migrations:                     those of DUET_MIGRATIONS, ./migrations or
 *                                     ./db/migrations, else the storage's
 */
#ifndef DUET_CLI_OPERAND_H
#define DUET_CLI_OPERAND_H

#include "cli/command.h"
#include "schema/model.h"

struct operand {
    const char *text;        /* as it is shown, without a password */
    const char *url;         /* of a database; NULL: something else */
    const char *engine;      /* of that database; NULL: any, once it is loaded
                                that for which it was */
    const char *declaration; /* its path; NULL: no declaration, or that of the
                                storage of a profile */
    bool is_replayed;        /* it is made by migrations */
    const char *migrations;  /* their directory; NULL: the storage's */
    const char *version;     /* up to which; NULL: all */
    const char *server;      /* a database on whose server they can be tried;
                                NULL: that which is meant elsewhere */
    const char *collation;   /* of a database: how texts sort in it */
    const char *current;     /* of a database: its current schema, or NULL */
    struct schema schema;
};

/* Find out what TEXT names; nothing is opened yet. */
bool operand_parse(struct invocation *invocation, const char *text,
                   struct operand *out, struct duet_error *err);

/*
 * Read the schema; a declaration is read for ENGINE, migrations are run there,
 * in the current schema that CURRENT names.
 */
bool operand_load(struct invocation *invocation, struct operand *operand,
                  const char *engine, const char *current,
                  struct duet_error *err);

void operand_clear(struct operand *operand);

/*
 * The directory of the declaration where no operand names one: OPTION, else
 * DUET_SCHEMA, else ./schema if there is one, else NULL.
 */
const char *declaration_path(const char *option);

#endif
