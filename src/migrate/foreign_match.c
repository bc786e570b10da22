/*
 * Which of a tree's migrations a ledger means, and whether they are still what
 * they were.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/path.h"
#include "migrate/foreign.h"
#include "migrate/tree_part.h"

/* ------------------------------------------------------------------------
 * Checksums
 */

static const char *
sqlx_sum(struct arena *arena, const char *text)
{
    char *sum = arena_alloc(arena, DIGEST_384_LEN);

    digest_384(text, strlen(text), sum);
    return sum;
}

static const char *
prisma_sum(struct arena *arena, const char *text)
{
    char *sum = arena_alloc(arena, DIGEST_LEN);

    digest(text, strlen(text), sum);
    return sum;
}

/* The CRC-32 of the lines without their ends and the BOM, as Java's int. */
static const char *
flyway_sum(struct arena *arena, const char *text)
{
    uLong sum = crc32(0, NULL, 0);

    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    while (*text != '\0') {
        size_t len = strcspn(text, "\r\n");

        for (const char *end = text + len; text < end;) {
            uInt part = end - text > 1 << 20 ? 1 << 20 : (uInt)(end - text);

            sum = crc32(sum, (const Bytef *)text, part);
            text += part;
        }
        text += strspn(text, "\r\n");
    }
    return arena_printf(arena, "%" PRId32, (int32_t)(uint32_t)sum);
}

/* Those that keep none, or their own kind, are not here. */
static const struct {
    const char *tool;
    const char *(*sum)(struct arena *arena, const char *text);
} sums[] = {{"sqlx", sqlx_sum}, {"prisma", prisma_sum}, {"flyway", flyway_sum}};

/* The checksum that TOOL would keep; NULL: none that can be told. */
static bool
sum_of(struct arena *arena, const char *tool, const struct migration *migration,
       const char **out, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena scratch = {0};
    const char *text = migration->up.text;
    size_t i = 0;

    *out = NULL;
    while (i < sizeof sums / sizeof *sums && strcmp(sums[i].tool, tool) != 0)
        i++;
    if (i == sizeof sums / sizeof *sums)
        return true;
    if (text == NULL && !path_read(&scratch, migration->up.name, &text, err))
        return false;
    if (text != NULL)
        *out = sums[i].sum(arena, text);
    return true;
}

/* ------------------------------------------------------------------------
 * Keys
 */

/* The first number in TEXT, without zeros at its start. */
static const char *
number_key(struct arena *arena, const char *text)
{
    static const char digits[] = "0123456789";
    size_t len;

    text += strcspn(text, digits);
    text += strspn(text, "0");
    len = strspn(text, digits);
    return arena_copy(arena, text, len);
}

/* 2018-06-01-112529_users is 20180601112529 */
static const char *
diesel_key(struct arena *arena, const char *text)
{
    char *key = arena_copy(arena, text, strcspn(text, "_"));
    char *end = key;

    for (const char *at = key; *at != '\0'; at++)
        if (*at != '-')
            *end++ = *at;
    *end = '\0';
    return key;
}

/* 01.02.0 is 1.2; that of R__view.sql is R__view. */
static const char *
flyway_key(struct arena *arena, const char *text)
{
    SCOPED(buf_release) struct buf key = {0};
    size_t len = 0;

    if (*text == 'R') {
        char *script = arena_text(arena, text);

        (void)tree_take_ending(script, ".sql");
        return script;
    }
    while (*text != '\0') {
        size_t digits;

        text += strspn(text, "0");
        digits = strcspn(text, ".");
        buf_add(&key, text, digits);
        if (digits > 0)
            len = key.len;
        buf_char(&key, '.');
        text += digits + (text[digits] == '.');
    }
    return arena_copy(arena, buf_data(&key), len);
}

static const char *
whole_key(struct arena *arena, const char *text)
{
    return arena_text(arena, text);
}

typedef const char *key_function(struct arena *arena, const char *text);

/* How versions of a ledger's style are told, in a tree of TREE's. */
static key_function *
key_of(enum tree_style ledger, enum tree_style tree)
{
    if (ledger == STYLE_FLYWAY && tree == STYLE_FLYWAY)
        return flyway_key;
    if (ledger == STYLE_DIESEL)
        return diesel_key;
    return ledger == STYLE_PRISMA ? whole_key : number_key;
}

struct key {
    const char *text;
    size_t place; /* in the tree */
};

static int
by_key(const void *a, const void *b)
{
    const struct key *one = a;
    const struct key *other = b;
    int order = strcmp(one->text, other->text);

    return order ? order
                 : (one->place > other->place) - (one->place < other->place);
}

/* The first of those that are not below TEXT. */
static size_t
find_key(const struct key *keys, size_t count, const char *text)
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2;

        if (strcmp(keys[middle].text, text) < 0)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

/* ------------------------------------------------------------------------
 * Matching
 */

struct matching {
    const struct foreign_ledger *ledger;
    const struct tree *tree;
    const struct foreign_map *map;
    struct arena *arena;
    key_function *key;
    struct key *keys; /* of the tree, sorted */
    size_t nkeys;
    size_t unknown_size;
    struct foreign_match *out;
    struct duet_error *err;
};

static void
make_keys(struct matching *matching)
{
    const struct tree *tree = matching->tree;

    matching->key = key_of(matching->ledger->style, tree->style);
    matching->keys =
        arena_array(matching->arena, tree->count + 1, sizeof(struct key));
    for (size_t i = 0; i < tree->count; i++)
        if (!tree->list[i].is_baseline)
            matching->keys[matching->nkeys++] = (struct key){
                matching->key(matching->arena, tree->list[i].version), i};
    if (matching->nkeys > 1)
        qsort(matching->keys, matching->nkeys, sizeof(struct key), by_key);
}

static void
add_unknown(struct matching *matching, const char *version)
{
    struct foreign_match *out = matching->out;

    out->unknown = arena_grow(matching->arena, out->unknown, out->nunknown,
                              &matching->unknown_size, sizeof *out->unknown);
    out->unknown[out->nunknown++] = version;
}

static bool
apply(struct matching *matching, size_t place, const char *checksum)
{
    struct foreign_match *out = matching->out;
    const char *sum;

    out->applied[place] = true;
    if (checksum == NULL)
        return true;
    if (!sum_of(matching->arena, matching->ledger->tool,
                &matching->tree->list[place], &sum, matching->err))
        return false;
    out->changed[place] = sum != NULL && strcmp(sum, checksum) != 0;
    return true;
}

static bool
is_up_to(const struct matching *matching, const char *version, size_t place)
{
    const char *own = matching->tree->list[place].version;
    size_t len;
    size_t own_len;

    if (matching->key == flyway_key)
        return version_compare(STYLE_FLYWAY, own, version) <= 0;
    version = matching->key(matching->arena, version);
    own = matching->key(matching->arena, own);
    len = strlen(version);
    own_len = strlen(own);
    return own_len < len || (own_len == len && strcmp(own, version) <= 0);
}

static bool
has_key(const struct matching *matching, size_t i, const char *key)
{
    return i < matching->nkeys && strcmp(matching->keys[i].text, key) == 0;
}

/* Flyway's baseline need not be a file, golang-migrate's version is one. */
static void
match_baseline(struct matching *matching, const char *version)
{
    const char *key = matching->key(matching->arena, version);
    const struct tree *tree = matching->tree;

    if (!has_key(matching, find_key(matching->keys, matching->nkeys, key),
                 key) &&
        matching->ledger->style != STYLE_FLYWAY)
        add_unknown(matching, version);
    for (size_t i = 0; i < tree->count; i++)
        if (!tree->list[i].repeatable && is_up_to(matching, version, i))
            matching->out->applied[i] = true;
}

/* All that have the number, should a tree have several files of one. */
static bool
match_entry(struct matching *matching, const struct foreign_entry *entry)
{
    const char *key = matching->key(matching->arena, entry->version);
    size_t i = find_key(matching->keys, matching->nkeys, key);

    if (entry->is_baseline) {
        match_baseline(matching, entry->version);
        return true;
    }
    if (!has_key(matching, i, key))
        add_unknown(matching, entry->version);
    for (; has_key(matching, i, key); i++)
        if (!apply(matching, matching->keys[i].place, entry->checksum))
            return false;
    return true;
}

static void
apply_up_to(struct matching *matching, size_t place)
{
    for (size_t i = 0; i <= place; i++)
        if (!matching->tree->list[i].repeatable)
            matching->out->applied[i] = true;
}

static bool
match_mapped(struct matching *matching, const struct foreign_entry *entry)
{
    const struct foreign_map *map = matching->map;
    const struct migration *migration;

    for (size_t i = 0; map != NULL && i < map->count; i++)
        if (strcmp(map->list[i].revision, entry->version) == 0) {
            if (!tree_resolve(matching->tree, map->list[i].version, &migration,
                              matching->err))
                return err_wrap(matching->err, "revision '%s'", entry->version);
            apply_up_to(matching, (size_t)(migration - matching->tree->list));
            return true;
        }
    add_unknown(matching, entry->version);
    return true;
}

/* What failed halfway is not applied, whatever came after it. */
static void
take_dirty_out(struct matching *matching)
{
    const char *dirty = matching->ledger->dirty;
    const char *key;

    if (dirty == NULL)
        return;
    key = matching->key(matching->arena, dirty);
    for (size_t i = find_key(matching->keys, matching->nkeys, key);
         has_key(matching, i, key); i++)
        matching->out->applied[matching->keys[i].place] = false;
}

static void
count_applied(struct foreign_match *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out->changed[i] = out->changed[i] && out->applied[i];
        out->napplied += out->applied[i];
        out->nchanged += out->changed[i];
    }
}

bool
foreign_match(const struct foreign_ledger *ledger, const struct tree *tree,
              const struct foreign_map *map, struct arena *arena,
              struct foreign_match *out, struct duet_error *err)
{
    struct matching matching = {.ledger = ledger,
                                .tree = tree,
                                .map = map,
                                .arena = arena,
                                .out = out,
                                .err = err};

    *out = (struct foreign_match){
        .applied = arena_array(arena, tree->count + 1, sizeof *out->applied),
        .changed = arena_array(arena, tree->count + 1, sizeof *out->changed),
    };
    make_keys(&matching);
    for (size_t i = 0; i < ledger->count; i++)
        if (ledger->needs_map ? !match_mapped(&matching, &ledger->applied[i])
                              : !match_entry(&matching, &ledger->applied[i]))
            return false;
    take_dirty_out(&matching);
    count_applied(out, tree->count);
    return true;
}

/* ------------------------------------------------------------------------
 * Maps
 */

static bool
bad_line(const char *path, size_t number, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "%s:%zu: a line has two words", path,
                  number);
    return err_hint(err, "write a revision of the other tool, a blank and the "
                         "version that it stands for");
}

/* LINE is taken apart. */
static bool
take_line(struct foreign_map *map, struct arena *arena, char *line)
{
    char *rest = NULL;
    const char *revision;
    const char *version;

    line[strcspn(line, "#")] = '\0';
    revision = strtok_r(line, " \t\r", &rest);
    version = strtok_r(NULL, " \t\r", &rest);
    if (revision == NULL)
        return true;
    if (version == NULL || strtok_r(NULL, " \t\r", &rest) != NULL)
        return false;
    map->list =
        arena_grow(arena, map->list, map->count, &map->size, sizeof *map->list);
    map->list[map->count++] = (struct foreign_map_line){revision, version};
    return true;
}

bool
foreign_map_read(struct foreign_map *map, struct arena *arena, const char *path,
                 struct duet_error *err)
{
    const char *text;
    size_t number = 0;

    *map = (struct foreign_map){0};
    if (!path_read(arena, path, &text, err))
        return false;
    if (text == NULL)
        return err_set(err, DUET_ERROR_IO, "there is no file '%s'", path);
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        number++;
        if (!take_line(map, arena, arena_copy(arena, text, len)))
            return bad_line(path, number, err);
        text += len + (text[len] == '\n');
    }
    return true;
}
