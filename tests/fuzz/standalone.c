/*
 * Replays a fuzz target's corpus without a fuzzer, as a TAP test: the files
 * named on the command line, else those in tests/fuzz/corpus/NAME, where NAME
 * is the program's own.  The empty input always comes first.
 *
 * A target states its property with abort(), so a file that breaks it ends
 * the program before the file's point, and the last line says which it was.
 */
#include "lib/tap.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct input {
    uint8_t *data;
    size_t len;
};

static struct input
read_input(const char *path)
{
    struct input input = {malloc(1), 0};
    FILE *file = fopen(path, "rb");
    size_t got = 1;

    while (file && input.data && got > 0) {
        input.data = realloc(input.data, input.len + 65536);
        got = input.data ? fread(input.data + input.len, 1, 65536, file) : 0;
        input.len += got;
    }
    if (!file || !input.data || ferror(file)) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return input;
}

/* The copy ends where the input does, so that reading on is noticed. */
static void
replay(const uint8_t *data, size_t len, const char *name)
{
    uint8_t *exact = malloc(len ? len : 1);

    if (!exact)
        abort();
    memcpy(exact, data, len);
    tap_diag("replaying %s", name);
    LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    OK(true, "%s", name);
}

static void
replay_file(const char *path)
{
    struct input input = read_input(path);

    replay(input.data, input.len, path);
    free(input.data);
}

static int
is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* From inside the directory, where a file's name is its path. */
static void
replay_directory(const char *path)
{
    struct dirent **entries;
    int count =
        chdir(path) ? -1 : scandir(".", &entries, is_visible, alphasort);

    if (count < 0) {
        tap_diag("no corpus at %s", path);
        return;
    }
    for (int i = 0; i < count; i++) {
        replay_file(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

static void
replay_corpus(const char *program)
{
    const char *tests = getenv("TESTS");
    const char *slash = strrchr(program, '/');
    char path[4096];

    snprintf(path, sizeof(path), "%s/fuzz/corpus/%s", tests ? tests : "tests",
             slash ? slash + 1 : program);
    replay_directory(path);
}

int
main(int argc, char **argv)
{
    replay((const uint8_t *)"", 0, "the empty input");
    if (argc < 2)
        replay_corpus(argv[0]);
    for (int i = 1; i < argc; i++)
        replay_file(argv[i]);
    return tap_done();
}
