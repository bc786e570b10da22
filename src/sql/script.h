/*
 * A script, read statement by statement as psql or sqlite3 would run it:
 *
 *     SCOPED(script_close) struct script *script = NULL;
 *     struct statement statement;
 *
 *     if (!script_open(&script, &source, LANGUAGE_POSTGRES, err))
 *         return false;
 *     while (script_next(script, &statement))
 *         run(statement.text);
 *     return script_ended(script);
 *
 * It is read in pieces: memory is needed for the longest statement only.  An
 * error on the way ends the loop, is kept in the struct duet_error that
 * script_open() was given and begins with `FILE:LINE:COLUMN: `.
 */
#ifndef DUET_SQL_SCRIPT_H
#define DUET_SQL_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"
#include "duet.h"
#include "sql/language.h"

/* Where the text of a script stands. */
struct script_source {
    const char *name; /* of its file, as errors show it */
    const char *text; /* it is this; NULL: it is read from the file NAME */
    /* The bytes of the file or text that are meant; END 0: all to its end. */
    uint64_t start;
    uint64_t end;
    size_t line;   /* the number of the first of its lines; 0 means 1 */
    size_t window; /* how much of it is read at once; 0: as suits a file */
};

enum statement_kind {
    STATEMENT_ORDINARY,
    STATEMENT_BEGIN,    /* begin, start transaction */
    STATEMENT_COMMIT,   /* commit, end */
    STATEMENT_ROLLBACK, /* rollback, abort; not `rollback to` a savepoint */
    STATEMENT_OUTSIDE,  /* fails within a transaction: VACUUM, ... */
    /* Is silently ignored or refused within one: pragma foreign_keys, ... */
    STATEMENT_PRAGMA,
    STATEMENT_SESSION, /* lasts as long as the session: set, attach, ... */
    STATEMENT_COPY     /* copy from stdin: see script_data() */
};

/*
 * What a STATEMENT_OUTSIDE does, as far as it can't simply be run again when
 * nobody knows whether it was.  Beside each what OBJECT is, and TABLE.
 */
enum outside_form {
    OUTSIDE_AGAIN,               /* it can; VACUUM, REINDEX, ... */
    OUTSIDE_CREATE_INDEX,        /* the index, with the schema of its TABLE */
    OUTSIDE_DROP_INDEX,          /* the index */
    OUTSIDE_REINDEX,             /* concurrently: the index, or the TABLE */
    OUTSIDE_DETACH_PARTITION,    /* the partition, of TABLE */
    OUTSIDE_CREATE_DATABASE,     /* the database */
    OUTSIDE_DROP_DATABASE,       /* the database */
    OUTSIDE_CREATE_TABLESPACE,   /* the tablespace */
    OUTSIDE_DROP_TABLESPACE,     /* the tablespace */
    OUTSIDE_CREATE_SUBSCRIPTION, /* the subscription */
    OUTSIDE_DROP_SUBSCRIPTION,   /* the subscription */
    OUTSIDE_ALTER_SUBSCRIPTION,  /* the subscription */
    OUTSIDE_COMMIT_PREPARED,     /* the transaction, in quotes */
    OUTSIDE_ROLLBACK_PREPARED,   /* the transaction, in quotes */
    OUTSIDE_WRITE_FILE           /* the file, in quotes; SQLite's VACUUM INTO */
};

/* Valid until the next call on its script. */
struct statement {
    enum statement_kind kind;
    enum outside_form outside;
    /*
     * Names as they are written, with their schemas and quotes; NULL: none, or
     * not asked for.  A STATEMENT_COPY has a TABLE.
     */
    const char *object;
    const char *table;
    size_t number;    /* 1 for the first of the script */
    const char *text; /* from its first token to its last, without the ; */
    size_t len;
    size_t line; /* of its first token, from 1 */
    size_t column;
};

/*
 * The line and column of a byte of STATEMENT, from 1, as db_error_position()
 * has it; 0 is that of its first token, too.
 */
void statement_locate(const struct statement *statement, size_t byte,
                      size_t *line, size_t *column);

struct script;

/* SOURCE need not outlive the call, but what it points to must. */
bool script_open(struct script **out, const struct script_source *source,
                 enum sql_language language, struct duet_error *err);

/* False at the end and on an error. */
bool script_next(struct script *script, struct statement *out);

/* The script was read to its end without an error. */
bool script_ended(const struct script *script);

/*
 * The data behind the STATEMENT_COPY that script_next() gave last, in pieces,
 * without the line `\.` that ends it.  False when there is no more, and on an
 * error: script_failed() tells.  What is not read is skipped.
 */
bool script_data(struct script *script, const char **data, size_t *len);
bool script_failed(const struct script *script);

/*
 * The SHA-256 of all tokens so far, each with a NUL behind it, and of the
 * data, likewise: of the whole script once it has ended.  Lines for psql or
 * the shell that are honoured by doing nothing are no more than comments.
 */
void script_checksum(const struct script *script, char out[DIGEST_LEN]);

/* The same of the whole of SOURCE, which is read for nothing else. */
bool script_checksum_all(const struct script_source *source,
                         enum sql_language language, char out[DIGEST_LEN],
                         struct duet_error *err);

/* Accepts an empty pointer; leaves it empty. */
void script_close(struct script **script);

#endif
