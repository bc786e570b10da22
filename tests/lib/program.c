#include "lib/program.h"

#include <string.h>

#include "base/arena.h"
#include "lib/soak.h"
#include "worker/process.h"

enum { PATIENCE = 20000000 /* microseconds */, LOOK = 2000 };

static bool
has_word(const struct process *process, const char *word)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *const *words = process_arguments(process, &arena);

    while (*words != NULL && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

bool
program_begins(pid_t pid, const char *word)
{
    int64_t deadline = microseconds() + PATIENCE;
    struct process process;

    while (process_find(pid, &process) && process_is_alive(&process) &&
           microseconds() < deadline) {
        if (has_word(&process, word))
            return true;
        sleep_microseconds(LOOK);
    }
    return false;
}
