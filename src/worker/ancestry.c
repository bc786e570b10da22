#include "worker/ancestry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_LEN = 4096, ANCESTORS_MAX = 256 };

void
ancestry_find(struct ancestry *ancestry, struct arena *arena)
{
    struct process next = process_self();
    size_t have = 0;

    *ancestry = (struct ancestry){0};
    do {
        ancestry->processes =
            arena_grow(arena, ancestry->processes, ancestry->count, &have,
                       sizeof *ancestry->processes);
        ancestry->processes[ancestry->count++] = next;
    } while (ancestry->count < ANCESTORS_MAX &&
             process_parent(&ancestry->processes[ancestry->count - 1], &next));
}

struct process
ancestry_at(const struct ancestry *ancestry, size_t index)
{
    if (index < ancestry->count)
        return ancestry->processes[index];
    return (struct process){0};
}

static bool
same_text(const char *one, const char *other)
{
    if (one == NULL || other == NULL)
        return one == other;
    return strcmp(one, other) == 0;
}

struct setting
setting_now(const char *variable, const char *other)
{
    return (struct setting){
        .variable = variable,
        .value = getenv(variable),
        .other = other,
        .other_value = other ? getenv(other) : NULL,
    };
}

struct setting
ancestry_setting(const struct ancestry *ancestry, struct arena *arena,
                 size_t index, const char *variable, const char *other)
{
    struct setting setting = {.variable = variable, .other = other};
    const struct process *process = ancestry->processes + index;

    if (index >= ancestry->count)
        return setting;
    setting.value = process_environment(process, arena, variable);
    if (other != NULL)
        setting.other_value = process_environment(process, arena, other);
    return setting;
}

size_t
ancestry_without(const struct ancestry *ancestry, struct arena *arena,
                 size_t from, const struct setting *setting)
{
    for (; from < ancestry->count; from++) {
        struct setting has = ancestry_setting(
            ancestry, arena, from, setting->variable, setting->other);

        if (!same_text(has.value, setting->value) ||
            !same_text(has.other_value, setting->other_value))
            break;
    }
    return from;
}

size_t
ancestry_program(const struct ancestry *ancestry, size_t from)
{
    while (from + 1 < ancestry->count &&
           process_is_fork(&ancestry->processes[from]))
        from++;
    return from;
}

static bool
program_of(const struct process *process, char out[PATH_LEN])
{
    char path[64];
    ssize_t len;

    (void)snprintf(path, sizeof path, "/proc/%ld/exe", (long)process->pid);
    len = readlink(path, out, PATH_LEN - 1);
    if (len < 0)
        return false;
    out[len] = '\0';
    return true;
}

bool
ancestry_same_program(const struct ancestry *ancestry, size_t one, size_t other)
{
    struct process a = ancestry_at(ancestry, one);
    struct process b = ancestry_at(ancestry, other);
    char path[PATH_LEN];
    char other_path[PATH_LEN];

    return program_of(&a, path) && program_of(&b, other_path) &&
           strcmp(path, other_path) == 0;
}
