#include "cli/option_value.h"

#include <string.h>

#include "base/duration.h"
#include "base/err.h"

static size_t
list_len(const char *const *list)
{
    size_t len = 0;

    while (list != NULL && list[len] != NULL)
        len++;
    return len;
}

static void
list_add(struct arena *arena, const char *const **list, const char *text)
{
    size_t len = list_len(*list);
    const char **longer = arena_array(arena, len + 2, sizeof *longer);

    if (len != 0)
        memcpy(longer, *list, len * sizeof *longer);
    longer[len] = text;
    *list = longer;
}

/* "a,b" is two. */
static bool
store_list(struct arena *arena, const struct option_spec *spec,
           const char *const **list, const char *value, struct duet_error *err)
{
    for (;;) {
        size_t len = strcspn(value, ",");

        if (len == 0)
            return err_set(err, DUET_ERROR_USAGE,
                           "option '--%s' has an empty %s", spec->name,
                           spec->argument);
        list_add(arena, list, arena_copy(arena, value, len));
        if (value[len] == '\0')
            return true;
        value += len + 1;
    }
}

static bool
store_choice(const struct option_spec *spec, unsigned *field, const char *value,
             struct duet_error *err)
{
    const char *word = spec->argument;
    size_t value_len = strlen(value);

    for (unsigned number = 0;; number++) {
        size_t len = strcspn(word, "|");

        if (len == value_len && memcmp(word, value, len) == 0) {
            *field = number;
            return true;
        }
        if (word[len] == '\0')
            break;
        word += len + 1;
    }
    (void)err_set(err, DUET_ERROR_USAGE, "option '--%s' can't be '%s'",
                  spec->name, value);
    return err_hint(err, "it takes %s", spec->argument);
}

static bool
store_duration(const struct option_spec *spec, unsigned *field,
               const char *value, struct duet_error *err)
{
    if (duration_read(value, field))
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "option '--%s' can't be '%s'",
                  spec->name, value);
    return err_hint(err, "it takes a time above zero, such as 300ms, 5s or 2m");
}

bool
option_store(struct arena *arena, const struct option_spec *spec, void *args,
             const char *value, struct duet_error *err)
{
    void *field = (char *)args + spec->offset;

    switch (spec->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return true;
    case OPTION_TEXT:
        *(const char **)field = value;
        return true;
    case OPTION_TEXTS:
        list_add(arena, field, value);
        return true;
    case OPTION_LIST:
        return store_list(arena, spec, field, value, err);
    case OPTION_CHOICE:
        return store_choice(spec, field, value, err);
    case OPTION_DURATION:
        return store_duration(spec, field, value, err);
    }
    return true;
}
