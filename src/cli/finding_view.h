/*
 * How a comparison is shown.
 */
#ifndef DUET_CLI_FINDING_VIEW_H
#define DUET_CLI_FINDING_VIEW_H

#include "cli/comparing.h"

/*
 * Print it as the options say, and set the exit status: 3 if there is a
 * difference, or an accepted rule that is of no use.
 */
bool finding_view(struct invocation *invocation,
                  const struct compare_args *args,
                  const struct compared *compared, struct duet_error *err);

#endif
