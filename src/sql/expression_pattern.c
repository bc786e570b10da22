#include "sql/expression_pattern.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { RANGES = 128, LAST_POINT = 0x10FFFF };

/* Characters from low to high. */
struct range {
    uint32_t low;
    uint32_t high;
};

/* What stands between brackets. */
struct set {
    struct range ranges[RANGES];
    size_t count;
    bool negated;
    bool full; /* there was no room for all */
};

/* ------------------------------------------------------------- characters */

static const unsigned char utf8_marks[] = {0, 0xC0, 0xE0, 0xF0};

/* Behind the character at AT; NULL at the end and where there is no UTF-8. */
static const char *
read_point(const char *at, uint32_t *point)
{
    static const uint32_t least[] = {1, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)*at++;
    int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;

    if ((first >= 0x80 && first < 0xC0) || first >= 0xF8)
        return NULL;
    *point = first ^ utf8_marks[more];
    for (int i = 0; i < more; i++, at++) {
        if (((unsigned char)*at & 0xC0) != 0x80)
            return NULL;
        *point = *point << 6 | ((unsigned char)*at & 0x3F);
    }
    if (*point < least[more] || *point > LAST_POINT ||
        (*point >= 0xD800 && *point <= 0xDFFF))
        return NULL;
    return at;
}

static void
add_point(struct buf *buf, uint32_t point)
{
    int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;

    buf_char(buf, (char)(utf8_marks[more] | point >> 6 * more));
    while (more-- > 0)
        buf_char(buf, (char)(0x80 | (point >> 6 * more & 0x3F)));
}

/* ------------------------------------------------------------------- sets */

static void
set_add(struct set *set, uint32_t low, uint32_t high)
{
    if (set->count == RANGES)
        set->full = true;
    else if (low <= high)
        set->ranges[set->count++] = (struct range){low, high};
}

static int
by_low(const void *one, const void *other)
{
    const struct range *a = one;
    const struct range *b = other;

    return (a->low > b->low) - (a->low < b->low);
}

/* In order, and no two that touch. */
static void
set_sort(struct set *set)
{
    size_t kept = 0;

    qsort(set->ranges, set->count, sizeof *set->ranges, by_low);
    for (size_t i = 0; i < set->count; i++) {
        struct range *last = kept > 0 ? &set->ranges[kept - 1] : NULL;

        if (last != NULL && set->ranges[i].low <= last->high + 1) {
            if (set->ranges[i].high > last->high)
                last->high = set->ranges[i].high;
        } else {
            set->ranges[kept++] = set->ranges[i];
        }
    }
    set->count = kept;
}

/* Take POINT out, which a bracket can hold in one place only. */
static bool
set_take(struct set *set, uint32_t point)
{
    for (size_t i = 0; i < set->count; i++) {
        struct range *range = &set->ranges[i];
        uint32_t high = range->high;

        if (point < range->low || point > high)
            continue;
        range->high = point - 1;
        if (point < high)
            set_add(set, point + 1, high);
        if (range->high < range->low)
            *range = set->ranges[--set->count];
        set_sort(set);
        return true;
    }
    return false;
}

static void
add_range(struct buf *buf, const struct range *range)
{
    add_point(buf, range->low);
    if (range->high > range->low + 1)
        buf_char(buf, '-');
    if (range->high > range->low)
        add_point(buf, range->high);
}

/*
 * ] comes first, - comes last, and ^ behind anything.  [-^] is read as both:
 * nothing stands before the -.
 */
static void
add_set(struct buf *buf, struct set set)
{
    bool bracket = set_take(&set, ']');
    bool caret = set_take(&set, '^');
    bool dash = set_take(&set, '-');
    bool dash_first = dash && caret && !bracket && set.count == 0;

    buf_text(buf, set.negated ? "[^" : "[");
    if (bracket)
        buf_char(buf, ']');
    for (size_t i = 0; i < set.count; i++)
        add_range(buf, &set.ranges[i]);
    if (dash_first)
        buf_char(buf, '-');
    if (caret)
        buf_char(buf, '^');
    if (dash && !dash_first)
        buf_char(buf, '-');
    buf_char(buf, ']');
}

/* ----------------------------------------------------------------- writing */

/* A pattern as it grows: what ? and * stand for is put together first. */
struct glob {
    struct buf buf;
    size_t any;
    bool star;
};

static void
glob_release(struct glob *glob)
{
    buf_release(&glob->buf);
}

static void
glob_flush(struct glob *glob)
{
    for (; glob->any > 0; glob->any--)
        buf_char(&glob->buf, '?');
    if (glob->star)
        buf_char(&glob->buf, '*');
    glob->star = false;
}

static void
glob_point(struct glob *glob, uint32_t point)
{
    bool special = point == '*' || point == '?' || point == '[';

    glob_flush(glob);
    if (special)
        buf_char(&glob->buf, '[');
    add_point(&glob->buf, point);
    if (special)
        buf_char(&glob->buf, ']');
}

/* One that lists nothing matches nothing, or everything: not exact. */
static bool
glob_set(struct glob *glob, struct set *set)
{
    set_sort(set);
    if (set->full || set->count == 0 || set->count > RANGES - 4)
        return false;
    if (!set->negated && set->count == 1 &&
        set->ranges[0].low == set->ranges[0].high) {
        glob_point(glob, set->ranges[0].low);
        return true;
    }
    glob_flush(glob);
    add_set(&glob->buf, *set);
    return true;
}

static const char *
glob_end(struct glob *glob, struct arena *arena)
{
    glob_flush(glob);
    return arena_text(arena, buf_data(&glob->buf));
}

/* ----------------------------------------------------------------- reading */

const char *
pattern_from_like(struct arena *arena, const char *like, char escape)
{
    SCOPED(glob_release) struct glob glob = {0};
    uint32_t point;

    while (*like != '\0') {
        bool escaped = *like == escape;

        like = read_point(like + escaped, &point);
        if (like == NULL || point == 0)
            return NULL;
        if (point == '%' && !escaped)
            glob.star = true;
        else if (point == '_' && !escaped)
            glob.any++;
        else
            glob_point(&glob, point);
    }
    return glob_end(&glob, arena);
}

/*
 * Behind the bracket that opens at AT, as SQLite reads it: a - between two
 * characters makes a range, unless the former has been the end of one.
 */
static const char *
read_glob_set(const char *at, struct set *set)
{
    uint32_t before = 0;
    uint32_t point;

    set->negated = *++at == '^';
    at += set->negated;
    for (bool first = true; *at != ']' || first; first = false) {
        bool range = *at == '-' && at[1] != ']' && at[1] != '\0' && before > 0;
        bool bracket = *at == ']';

        at = *at == '\0' ? NULL : read_point(at + range, &point);
        if (at == NULL)
            return NULL;
        set_add(set, range ? before : point, point);
        before = range || bracket ? 0 : point;
    }
    return at + 1;
}

/* Behind what stands at AT. */
static const char *
read_glob_part(const char *at, struct glob *glob)
{
    struct set set = {.count = 0};
    uint32_t point;

    if (*at == '[') {
        at = read_glob_set(at, &set);
        return at != NULL && glob_set(glob, &set) ? at : NULL;
    }
    at = read_point(at, &point);
    if (at != NULL && point == '*')
        glob->star = true;
    else if (at != NULL && point == '?')
        glob->any++;
    else if (at != NULL)
        glob_point(glob, point);
    return at;
}

const char *
pattern_from_glob(struct arena *arena, const char *glob)
{
    SCOPED(glob_release) struct glob out = {0};

    while (glob != NULL && *glob != '\0')
        glob = read_glob_part(glob, &out);
    return glob != NULL ? glob_end(&out, arena) : NULL;
}

/* A letter or a digit behind a backslash has a meaning of its own. */
static const char *
read_escaped(const char *at, uint32_t *point)
{
    bool escaped = *at == '\\';

    at += escaped;
    if (*at == '\0' || (escaped && isalnum((unsigned char)*at)))
        return NULL;
    return read_point(at, point);
}

/* [:alpha:], [.x.] and [=x=] depend on the locale. */
static const char *
read_regex_item(const char *at, bool first, uint32_t *point)
{
    if (*at == '[' && at[1] != '\0' && strchr(":.=", at[1]) != NULL)
        return NULL;
    if (*at == '-' && !first && at[1] != ']')
        return NULL;
    return read_escaped(at, point);
}

static const char *
read_regex_set(const char *at, struct set *set)
{
    uint32_t low = 0;
    uint32_t high;

    set->negated = *++at == '^';
    at += set->negated;
    for (bool first = true; *at != ']' || first; first = false) {
        at = read_regex_item(at, first, &low);
        high = low;
        if (at != NULL && *at == '-' && at[1] != ']')
            at = read_regex_item(at + 1, true, &high);
        if (at == NULL || high < low)
            return NULL;
        set_add(set, low, high);
    }
    return at + 1;
}

/* Behind one character or what stands for one; NULL if it is repeated. */
static const char *
read_atom(const char *at, struct glob *glob)
{
    struct set set = {.count = 0};
    uint32_t point;

    if (*at == '.') {
        glob->any++;
        at++;
    } else if (*at == '[') {
        at = read_regex_set(at, &set);
        if (at == NULL || !glob_set(glob, &set))
            return NULL;
    } else if (strchr("^$*+?{(|)", *at) != NULL) {
        return NULL;
    } else {
        at = read_escaped(at, &point);
        if (at == NULL)
            return NULL;
        glob_point(glob, point);
    }
    return strchr("*+?{", *at) == NULL || *at == '\0' ? at : NULL;
}

/* .* and .+ are what can be repeated. */
static const char *
read_regex_part(const char *at, struct glob *glob)
{
    if (*at != '.' || (at[1] != '*' && at[1] != '+'))
        return read_atom(at, glob);
    glob->any += at[1] == '+';
    glob->star = true;
    at += 2;
    return strchr("*+?{", *at) == NULL || *at == '\0' ? at : NULL;
}

const char *
pattern_from_regex(struct arena *arena, const char *regex)
{
    SCOPED(glob_release) struct glob glob = {0};
    const char *at = regex + (*regex == '^');

    if (strncmp(regex, "***", 3) == 0)
        return NULL;
    glob.star = *regex != '^';
    while (at != NULL && *at != '\0' && strcmp(at, "$") != 0)
        at = read_regex_part(at, &glob);
    if (at == NULL)
        return NULL;
    if (*at != '$')
        glob.star = true;
    return glob_end(&glob, arena);
}

/* ---------------------------------------------------------- other languages */

/* What stands at AT in a pattern: a character, ?, * or a set. */
struct part {
    enum { PART_POINT, PART_ANY, PART_STAR, PART_SET } kind;
    uint32_t point;
    struct set set;
};

static const char *
read_part(const char *at, struct part *part)
{
    *part = (struct part){.kind = PART_POINT};
    if (*at != '[') {
        at = read_point(at, &part->point);
        if (part->point == '?')
            part->kind = PART_ANY;
        else if (part->point == '*')
            part->kind = PART_STAR;
        return at;
    }
    at = read_glob_set(at, &part->set);
    set_sort(&part->set);
    part->point = part->set.ranges[0].low;
    if (part->set.negated || part->set.count > 1 ||
        part->set.ranges[0].high > part->point)
        part->kind = PART_SET;
    return at;
}

static void
add_escaped(struct buf *buf, uint32_t point, const char *special)
{
    if (point < 0x80 && strchr(special, (int)point) != NULL)
        buf_char(buf, '\\');
    add_point(buf, point);
}

const char *
pattern_to_like(struct arena *arena, const char *pattern)
{
    SCOPED(buf_release) struct buf buf = {0};
    struct part part;

    while (*pattern != '\0') {
        pattern = read_part(pattern, &part);
        if (part.kind == PART_SET)
            return NULL;
        if (part.kind == PART_POINT)
            add_escaped(&buf, part.point, "%_\\");
        else
            buf_char(&buf, part.kind == PART_ANY ? '_' : '%');
    }
    return arena_text(arena, buf_data(&buf));
}

static void
add_regex_set(struct buf *buf, const struct set *set)
{
    static const char special[] = "[]^-\\";

    buf_text(buf, set->negated ? "[^" : "[");
    for (size_t i = 0; i < set->count; i++) {
        const struct range *range = &set->ranges[i];

        add_escaped(buf, range->low, special);
        if (range->high > range->low + 1)
            buf_char(buf, '-');
        if (range->high > range->low)
            add_escaped(buf, range->high, special);
    }
    buf_char(buf, ']');
}

static void
add_regex_part(struct buf *buf, const struct part *part)
{
    switch (part->kind) {
    case PART_POINT:
        add_escaped(buf, part->point, ".^$*+?()[]{}|\\");
        break;
    case PART_ANY:
        buf_char(buf, '.');
        break;
    case PART_STAR:
        buf_text(buf, ".*");
        break;
    case PART_SET:
        add_regex_set(buf, &part->set);
        break;
    }
}

/* A * at either end is the anchor that is not there. */
const char *
pattern_to_regex(struct arena *arena, const char *pattern)
{
    SCOPED(buf_release) struct buf buf = {0};
    struct part part = {.kind = *pattern == '*' ? PART_STAR : PART_POINT};

    if (*pattern != '*')
        buf_char(&buf, '^');
    pattern += *pattern == '*';
    while (*pattern != '\0') {
        pattern = read_part(pattern, &part);
        if (*pattern != '\0' || part.kind != PART_STAR)
            add_regex_part(&buf, &part);
    }
    if (part.kind != PART_STAR)
        buf_char(&buf, '$');
    return arena_text(arena, buf_data(&buf));
}

bool
pattern_has_no_case(const char *pattern)
{
    for (; *pattern != '\0'; pattern++)
        if (isalpha((unsigned char)*pattern) || (unsigned char)*pattern >= 0x80)
            return false;
    return true;
}

bool
pattern_is_ascii(const char *pattern)
{
    for (; *pattern != '\0'; pattern++)
        if ((unsigned char)*pattern >= 0x80)
            return false;
    return true;
}
