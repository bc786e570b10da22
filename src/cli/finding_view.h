/*
 * How a comparison is shown.
 */
#ifndef DUET_CLI_FINDING_VIEW_H
#define DUET_CLI_FINDING_VIEW_H

#include "base/json.h"
#include "cli/comparing.h"

/*
 * Print it as the options say, and set the exit status: 3 if there is a
 * difference, or an accepted rule that is of no use.
 */
bool finding_view(struct invocation *invocation,
                  const struct compare_args *args,
                  const struct compared *compared, struct duet_error *err);

/* The document of --json, as a member of another one or, for NULL, alone. */
void finding_view_json(struct json *json, const char *key,
                       struct invocation *invocation,
                       const struct compare_args *args,
                       const struct compared *compared);

#endif
