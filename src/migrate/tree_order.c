/*
 * The order of migrations, and finding one among them.
 */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "migrate/tree_part.h"

static bool
is_digit(char character)
{
    return isdigit((unsigned char)character);
}

static int
sign(size_t one, size_t other)
{
    return (one > other) - (one < other);
}

/* As numbers of any length; goes past them. */
static int
compare_digits(const char **one, const char **other)
{
    size_t len;
    size_t other_len;
    int order;

    *one += strspn(*one, "0");
    *other += strspn(*other, "0");
    len = strspn(*one, "0123456789");
    other_len = strspn(*other, "0123456789");
    order = sign(len, other_len);
    if (order == 0)
        order = strncmp(*one, *other, len);
    *one += len;
    *other += other_len;
    return order;
}

/* Another number follows: 1.2, 2018-06-01. */
static bool
goes_on(const char *at)
{
    return (*at == '.' || *at == '-') && is_digit(at[1]);
}

/* The `V` of V1. */
static const char *
skip_letter(const char *text)
{
    return text + ((*text == 'V' || *text == 'v') && is_digit(text[1]));
}

/*
 * By the numbers that both begin with; goes past them.  V1 is 1, and what has
 * none comes after what has.
 */
static int
compare_numbers(const char **one, const char **other)
{
    int order;

    *one = skip_letter(*one);
    *other = skip_letter(*other);
    if (!is_digit(**one) || !is_digit(**other))
        return is_digit(**other) - is_digit(**one);
    while ((order = compare_digits(one, other)) == 0 && goes_on(*one) &&
           goes_on(*other)) {
        ++*one;
        ++*other;
    }
    return order ? order : goes_on(*one) - goes_on(*other);
}

/* Folder by folder: 0.9/01__a before 0.26/00__b. */
static int
compare_paths(const char *one, const char *other)
{
    const char *at = one;
    const char *other_at = other;

    for (;;) {
        int order = compare_numbers(&at, &other_at);
        size_t len = strcspn(at, "/");
        size_t other_len = strcspn(other_at, "/");

        if (order != 0)
            return order;
        if (at[len] == '\0' || other_at[other_len] == '\0')
            return strcmp(one, other);
        order = strncmp(at, other_at, len < other_len ? len : other_len);
        if (order != 0 || len != other_len)
            return order ? order : sign(len, other_len);
        at += len + 1;
        other_at += len + 1;
    }
}

/* 1 = 1.0 = 001. */
static int
compare_dotted(const char *one, const char *other)
{
    int order;

    while ((order = compare_digits(&one, &other)) == 0 &&
           (*one == '.' || *other == '.')) {
        one += *one == '.';
        other += *other == '.';
    }
    return order ? order : strcmp(one, other);
}

static int
compare_flyway(const char *one, const char *other)
{
    bool repeats = *one == 'R';
    bool other_repeats = *other == 'R';
    bool is_baseline = *one == 'B';
    bool other_is_baseline = *other == 'B';
    int order;

    if (repeats || other_repeats)
        return repeats && other_repeats ? strcmp(one, other)
                                        : repeats - other_repeats;
    order = compare_dotted(one + is_baseline, other + other_is_baseline);
    return order ? order : is_baseline - other_is_baseline;
}

static const char *
version_of(const void *migration)
{
    return ((const struct migration *)migration)->version;
}

int
order_by_number(const void *one, const void *other)
{
    return compare_paths(version_of(one), version_of(other));
}

int
order_by_text(const void *one, const void *other)
{
    return strcmp(version_of(one), version_of(other));
}

int
order_by_flyway(const void *one, const void *other)
{
    return compare_flyway(version_of(one), version_of(other));
}

int
version_compare(enum tree_style style, const char *one, const char *other)
{
    const struct migration migration = {.version = one};
    const struct migration other_migration = {.version = other};

    return tree_styles[style].order(&migration, &other_migration);
}

bool
version_same_number(enum tree_style style, const char *one, const char *other)
{
    if (style == STYLE_FLYWAY)
        return is_digit(*one) && is_digit(*other) &&
               compare_dotted(one, other) == 0;
    return is_digit(*skip_letter(one)) && compare_numbers(&one, &other) == 0;
}

const struct migration *
tree_find(const struct tree *tree, const char *version)
{
    size_t low = 0;
    size_t high = tree->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order =
            version_compare(tree->style, tree->list[middle].version, version);

        if (order == 0)
            return &tree->list[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ------------------------------------------------------------------------
 * What a user calls one
 */

static bool
is_called(const struct tree *tree, const struct migration *migration,
          const char *text)
{
    size_t digits = strspn(text, "0123456789.");

    if (strcmp(migration->name, text) == 0)
        return true;
    return *text != '\0' && text[digits] == '\0' &&
           version_same_number(tree->style, migration->version, text);
}

enum { MAX_SHOWN = 5 };

/* "'0001_users', '0002_labels'": those whose version has TEXT in it. */
static void
list_like(const struct tree *tree, const char *text, struct buf *out)
{
    size_t shown = 0;

    for (size_t i = 0; i < tree->count && shown < MAX_SHOWN; i++) {
        const char *version = tree->list[i].version;

        if (strstr(version, text) == NULL)
            continue;
        buf_printf(out, "%s'%s'", shown++ ? ", " : "", version);
    }
}

static bool
resolve_none(const struct tree *tree, const char *text, struct duet_error *err)
{
    SCOPED(buf_release) struct buf like = {0};

    (void)err_set(err, DUET_ERROR_USAGE, "there is no migration '%s' in '%s'",
                  text, tree->dir);
    list_like(tree, text, &like);
    if (like.len != 0)
        return err_hint(err, "did you mean %s?", buf_data(&like));
    if (tree->count == 0)
        return err_hint(err, "there are none at all");
    return err_hint(err, "the first is '%s', the last '%s'",
                    tree->list[0].version, tree->list[tree->count - 1].version);
}

static bool
resolve_many(const struct tree *tree, const char *text, struct duet_error *err)
{
    SCOPED(buf_release) struct buf list = {0};
    size_t shown = 0;

    for (size_t i = 0; i < tree->count && shown < MAX_SHOWN; i++)
        if (is_called(tree, &tree->list[i], text))
            buf_printf(&list, "%s'%s'", shown++ ? ", " : "",
                       tree->list[i].version);
    (void)err_set(err, DUET_ERROR_USAGE,
                  "more than one migration in '%s' is called '%s'", tree->dir,
                  text);
    return err_hint(err, "write which: %s", buf_data(&list));
}

bool
tree_resolve(const struct tree *tree, const char *text,
             const struct migration **out, struct duet_error *err)
{
    const struct migration *found = NULL;

    for (size_t i = 0; i < tree->count; i++)
        if (strcmp(tree->list[i].version, text) == 0) {
            *out = &tree->list[i];
            return true;
        }
    for (size_t i = 0; i < tree->count; i++) {
        if (!is_called(tree, &tree->list[i], text))
            continue;
        if (found != NULL)
            return resolve_many(tree, text, err);
        found = &tree->list[i];
    }
    if (found == NULL)
        return resolve_none(tree, text, err);
    *out = found;
    return true;
}
