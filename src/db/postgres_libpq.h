/*
 * libpq, loaded when it is needed.
 *
 * It brings some twenty libraries along, which takes several times as long as
 * all else that starts the program: who works in SQLite doesn't wait for that,
 * and doesn't need to have it.
 *
 *     if (!libpq_load(err))
 *         return false;
 *     conn = libpq.connectdbParams(keywords, values, 1);
 *
 * libpq.exec is PQexec(), and so forth.
 */
#ifndef DUET_DB_POSTGRES_LIBPQ_H
#define DUET_DB_POSTGRES_LIBPQ_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "duet.h"

/* What the driver calls. */
#define LIBPQ_FUNCTIONS(X) \
    X(backendPID)          \
    X(cancel)              \
    X(clear)               \
    X(cmdStatus)           \
    X(cmdTuples)           \
    X(connectdbParams)     \
    X(conninfoFree)        \
    X(conninfoParse)       \
    X(consumeInput)        \
    X(enterPipelineMode)   \
    X(errorMessage)        \
    X(exec)                \
    X(execParams)          \
    X(exitPipelineMode)    \
    X(finish)              \
    X(flush)               \
    X(fname)               \
    X(freeCancel)          \
    X(freemem)             \
    X(ftype)               \
    X(getCancel)           \
    X(getCopyData)         \
    X(getResult)           \
    X(getisnull)           \
    X(getlength)           \
    X(getvalue)            \
    X(isBusy)              \
    X(isthreadsafe)        \
    X(nfields)             \
    X(ntuples)             \
    X(parameterStatus)     \
    X(ping)                \
    X(pipelineSync)        \
    X(putCopyData)         \
    X(putCopyEnd)          \
    X(reset)               \
    X(resultErrorField)    \
    X(resultStatus)        \
    X(sendFlushRequest)    \
    X(sendPrepare)         \
    X(sendQuery)           \
    X(sendQueryParams)     \
    X(sendQueryPrepared)   \
    X(setNoticeReceiver)   \
    X(setSingleRowMode)    \
    X(socket)              \
    X(status)              \
    X(transactionStatus)   \
    X(unescapeBytea)

#define LIBPQ_POINTER(name) __typeof__(PQ##name) *(name);
struct libpq {
    LIBPQ_FUNCTIONS(LIBPQ_POINTER)
};
#undef LIBPQ_POINTER

/* Empty until libpq_load() has succeeded, and the same from then on. */
extern struct libpq libpq;

/* Load it, unless it is there already; any thread may ask. */
bool libpq_load(struct duet_error *err);

/* Fill OUT from the library FILE, which then stays loaded. */
bool libpq_load_from(struct libpq *out, const char *file,
                     struct duet_error *err);

#endif
