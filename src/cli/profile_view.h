/*
 * How the commands about profiles show one.
 */
#ifndef DUET_CLI_PROFILE_VIEW_H
#define DUET_CLI_PROFILE_VIEW_H

#include "cli/command.h"
#include "profile/profile.h"

/* A line of a description: what it is, and its value as text or number. */
struct field {
    const char *name;
    const char *text;    /* NULL: see number, or nothing if that is 0 */
    int64_t number;      /* an id: 0 is none */
    const char *boolean; /* "yes" or "no" in lines; or NULL */
};

/*
 * The fields as lines on stdout, `name<TAB>value`, or as one JSON object; a
 * field without a value has no line, and is null in JSON.
 */
void profile_view(const struct invocation *invocation,
                  const struct field *fields, size_t nfields);

/* The file's path, or the URL without passwords. */
const char *profile_view_path(struct arena *arena,
                              const struct profile *profile);

/*
 * The profile that an operand or --profile names, or NULL for none; both are
 * too many.
 */
bool profile_view_name(const struct invocation *invocation, const char **name,
                       struct duet_error *err);

#endif
