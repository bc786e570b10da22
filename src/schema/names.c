#include "schema/names.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

struct name_entry {
    struct name_entry *next;
    enum name_space space;
    const struct object *owner;
    const char *schema;
    struct object *object;
};

static unsigned char
lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* FNV-1a over what names that differ in case only have in common. */
static size_t
digest(enum name_space space, const struct object *owner, const char *name)
{
    uint64_t hash = 14695981039346656037U;

    hash = (hash ^ (uintptr_t)owner ^ space) * 1099511628211U;
    for (; *name != '\0'; name++)
        hash = (hash ^ lower(*name)) * 1099511628211U;
    return (size_t)(hash ^ hash >> 32);
}

static bool
is_same(const char *one, const char *other, bool caseless)
{
    if (one == NULL || other == NULL)
        return one == other;
    return caseless ? strcasecmp(one, other) == 0 : strcmp(one, other) == 0;
}

static void
insert(struct names *names, struct name_entry *entry)
{
    size_t place = digest(entry->space, entry->owner, entry->object->name) %
                   names->nbuckets;

    entry->next = names->buckets[place];
    names->buckets[place] = entry;
}

static void
make_room(struct names *names)
{
    struct name_entry **old = names->buckets;
    size_t nold = names->nbuckets;

    if (names->count < nold)
        return;
    names->nbuckets = nold > 0 ? 2 * nold : 64;
    names->buckets = arena_array(&names->arena, names->nbuckets,
                                 sizeof(struct name_entry *));
    for (size_t i = 0; i < nold; i++)
        for (struct name_entry *at = old[i], *next; at != NULL; at = next) {
            next = at->next;
            insert(names, at);
        }
}

void
names_add(struct names *names, enum name_space space,
          const struct object *owner, const char *schema, struct object *object)
{
    struct name_entry *entry = arena_alloc(&names->arena, sizeof *entry);

    *entry = (struct name_entry){
        .space = space, .owner = owner, .schema = schema, .object = object};
    make_room(names);
    insert(names, entry);
    names->count++;
}

struct object *
names_find(const struct names *names, enum name_space space,
           const struct object *owner, const char *schema, const char *name,
           bool caseless)
{
    struct object *alike = NULL;

    if (names->nbuckets == 0)
        return NULL;
    for (const struct name_entry *at =
             names->buckets[digest(space, owner, name) % names->nbuckets];
         at != NULL; at = at->next) {
        if (at->space != space || at->owner != owner ||
            !is_same(at->schema, schema, caseless))
            continue;
        if (strcmp(at->object->name, name) == 0)
            return at->object;
        if (caseless && strcasecmp(at->object->name, name) == 0)
            alike = at->object;
    }
    return alike;
}

void
names_clear(struct names *names)
{
    arena_clear(&names->arena);
    *names = (struct names){0};
}
