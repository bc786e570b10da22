#include "cli/comparing.h"

#include <string.h>

#include "base/err.h"
#include "cli/finding_view.h"
#include "cli/interrupt.h"
#include "cli/page.h"
#include "schema/scratch.h"

const char *const comparing_engines[] = {"sqlite", "postgres"};

bool
compared_counts(const struct compared *compared, const struct finding *finding)
{
    return finding_counts(finding) ||
           (compared->is_strict && finding->accepted == NULL &&
            finding->verdict == VERDICT_NOT_COMPARED);
}

void
compared_clear(struct compared *compared)
{
    comparison_clear(&compared->comparison);
    accepted_clear(&compared->accepted);
    operand_clear(&compared->left);
    operand_clear(&compared->right);
}

/* Of the same engine, so that its catalog says in its own words what each is.
 */
static bool
is_one_engine(const struct compared *compared)
{
    return strcmp(compared->left.engine, compared->right.engine) == 0;
}

/* A database on whose server a scratch database of the engine can be. */
static const char *
server_of(const struct compared *compared, const char *option)
{
    if (compared->left.url != NULL)
        return compared->left.url;
    return compared->right.url != NULL ? compared->right.url : option;
}

static const char *
current_schema(const struct compared *compared)
{
    return compared->left.current ? compared->left.current
                                  : compared->right.current;
}

/* Databases first: what is tried beside one is tried as it is there. */
static bool
load(struct invocation *invocation, const struct compare_args *args,
     struct compared *compared, struct duet_error *err)
{
    struct operand *const sides[] = {&compared->left, &compared->right};
    const char *engine = sides[0]->engine   ? sides[0]->engine
                         : sides[1]->engine ? sides[1]->engine
                                            : comparing_engines[args->engine];

    for (size_t i = 0; i < 2; i++)
        if (sides[i]->url != NULL &&
            !operand_load(invocation, sides[i], engine, NULL, err))
            return false;
    for (size_t i = 0; i < 2; i++) {
        if (sides[i]->url != NULL)
            continue;
        sides[i]->server = server_of(compared, invocation->global->url);
        if (!operand_load(invocation, sides[i], engine,
                          current_schema(compared), err))
            return false;
    }
    return true;
}

/* ---------------------------------------------------- scratch databases */

/* From then on nothing keeps it from being dropped. */
static void
close_scratch(struct scratch *scratch)
{
    interrupt_scratch(NULL);
    scratch_close(scratch);
    interrupt_set(NULL, NULL);
}

static bool
open_scratch(struct scratch *scratch, const struct operand *operand,
             const char *server, const char *current, struct duet_error *err)
{
    interrupt_scratch(scratch);
    return scratch_open(scratch, operand->engine, server, current, err);
}

/* Have the engine make what OPERAND's schema is, and read what it made. */
static bool
make_real(struct operand *operand, const char *server, const char *current,
          struct duet_error *err)
{
    SCOPED(close_scratch) struct scratch scratch = {0};
    SCOPED(schema_clear) struct schema made = {0};
    struct schema before = operand->schema;

    if (!open_scratch(&scratch, operand, server, current, err))
        return false;
    if (!scratch_reflect(&scratch, &before, &made, err))
        return err_wrap(err, "%s, made real", operand->text);
    operand->schema = made;
    made = before;
    return true;
}

/* The server has none for us, now or ever. */
static bool
is_refused(const struct duet_error *err)
{
    return err->kind == DUET_ERROR_DENIED || err->kind == DUET_ERROR_BUSY;
}

static void
remark(struct invocation *invocation, const char *what,
       const struct duet_error *why)
{
    talk(invocation, "%s: %s%s%s", what, why->text, *why->hint ? "; " : "",
         why->hint);
}

/*
 * Where no scratch database can be had, a declaration is compared by meaning.
 */
static bool
make_declaration_real(struct invocation *invocation, struct operand *operand,
                      const char *server, const char *current,
                      struct duet_error *err)
{
    struct duet_error found = {0};

    if (operand->url != NULL || operand->is_replayed ||
        make_real(operand, server, current, &found))
        return true;
    if (is_refused(&found)) {
        remark(invocation,
               arena_printf(invocation->arena,
                            "%s is compared by meaning alone", operand->text),
               &found);
        return true;
    }
    if (err != NULL)
        *err = found;
    return false;
}

/* ------------------------------------------------------------ comparing */

static bool
respell(struct operand *operand, const char *server, const char *current,
        struct duet_error *err)
{
    SCOPED(close_scratch) struct scratch scratch = {0};

    return open_scratch(&scratch, operand, server, current, err) &&
           scratch_respell(&scratch, &operand->schema, err);
}

/*
 * What an engine prints is not what it prints once it has read that again, so
 * that a restored database differs from its source.  Where that can't be
 * tried on both, what was found stays.
 */
static void
compare_respelt(struct invocation *invocation, struct compared *compared,
                const char *server)
{
    const char *current = current_schema(compared);
    struct duet_error why = {0};

    if (!respell(&compared->left, server, current, &why) ||
        !respell(&compared->right, server, current, &why)) {
        remark(invocation, "expressions are compared as they are printed",
               &why);
        return;
    }
    comparison_clear(&compared->comparison);
    schema_compare(&compared->comparison, &compared->left.schema,
                   &compared->right.schema);
}

static bool
compare(struct invocation *invocation, struct compared *compared,
        struct duet_error *err)
{
    const char *server = server_of(compared, invocation->global->url);
    const char *current = current_schema(compared);

    if (is_one_engine(compared) &&
        (!make_declaration_real(invocation, &compared->left, server, current,
                                err) ||
         !make_declaration_real(invocation, &compared->right, server, current,
                                err)))
        return false;
    schema_compare(&compared->comparison, &compared->left.schema,
                   &compared->right.schema);
    if (is_one_engine(compared) &&
        comparison_differs_in_words(&compared->comparison))
        compare_respelt(invocation, compared, server);
    if (compared->left.collation != NULL && compared->right.collation != NULL)
        comparison_collations(&compared->comparison, compared->left.collation,
                              compared->right.collation);
    return true;
}

static bool
accept(const struct compare_args *args, struct compared *compared,
       struct duet_error *err)
{
    const char *const paths[] = {
        args->accepted,
        compared->left.declaration,
        compared->right.declaration,
        compared->left.migrations,
        compared->right.migrations,
    };
    size_t i = 0;

    while (i < sizeof paths / sizeof *paths && paths[i] == NULL)
        i++;
    if (i == sizeof paths / sizeof *paths)
        return true;
    if (!accepted_read(&compared->accepted, paths[i], err))
        return false;
    accepted_apply(&compared->accepted, &compared->comparison);
    return true;
}

static bool
parse(struct invocation *invocation, struct compared *compared,
      struct duet_error *err)
{
    return operand_parse(invocation, invocation->operands[0], &compared->left,
                         err) &&
           operand_parse(invocation, invocation->operands[1], &compared->right,
                         err);
}

bool
comparing_run(struct invocation *invocation, const struct compare_args *args,
              struct duet_error *err)
{
    SCOPED(compared_clear)
    struct compared compared = {.is_strict = args->strict};

    if (!parse(invocation, &compared, err) ||
        !load(invocation, args, &compared, err) ||
        !compare(invocation, &compared, err) || !accept(args, &compared, err))
        return false;
    if (args->html != NULL && !page_write(&compared, args->html, err))
        return false;
    return finding_view(invocation, args, &compared, err);
}
