#include "profile/migrations.h"

#include <stdlib.h>

#include "base/path.h"

const char *
migrations_find(const char *option, const char *profile)
{
    static const char *const usual[] = {"migrations", "db/migrations"};
    const char *variable = getenv("DUET_MIGRATIONS");

    if (option != NULL)
        return option;
    if (variable != NULL && *variable != '\0')
        return variable;
    if (profile != NULL)
        return profile;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (path_is_directory(usual[i]))
            return usual[i];
    return NULL;
}

bool
migrations_read(struct tree *tree, const char *directory, const char *engine,
                enum tree_style style, struct duet_error *err)
{
    return directory == NULL ? tree_embedded(tree, engine, err)
                             : tree_read(tree, directory, engine, style, err);
}
