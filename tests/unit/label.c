/*
 * Labels and names with a worker behind them, and the filter that takes the
 * workers out again.
 */
#include "lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "worker/label.h"

static struct arena arena;

/* ------------------------------------------------------------------------
 * Labels
 */

static void
makes_labels(void)
{
    static const struct {
        const char *stem;
        const char *worker;
        bool is_parallel;
        enum duet_label_policy policy;
        const char *label;
    } cases[] = {
        {"localhost", "gw0", true, DUET_LABEL_ALWAYS, "localhost-gw0"},
        {"localhost", "master", false, DUET_LABEL_ALWAYS, "localhost-master"},
        {"localhost", "gw0", true, DUET_LABEL_AUTO, "localhost-gw0"},
        {"localhost", "master", false, DUET_LABEL_AUTO, "localhost"},
        {"localhost", "gw0", true, DUET_LABEL_NEVER, "localhost"},
        {"localhost-gw0", "gw0", true, DUET_LABEL_ALWAYS, "localhost-gw0"},
        {"localhost-gw0", "gw1", true, DUET_LABEL_ALWAYS, "localhost-gw0-gw1"},
        {"localhostgw0", "gw0", true, DUET_LABEL_ALWAYS, "localhostgw0-gw0"},
        {"gw0", "gw0", true, DUET_LABEL_ALWAYS, "gw0-gw0"},
        {"-gw0", "gw0", true, DUET_LABEL_ALWAYS, "-gw0-gw0"},
        {"", "gw0", true, DUET_LABEL_ALWAYS, "-gw0"},
        {"b\xC3\xA9", "2-gw0", true, DUET_LABEL_ALWAYS, "b\xC3\xA9-2-gw0"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        IS_TEXT(label_make(&arena, cases[i].stem, cases[i].worker,
                           cases[i].is_parallel, cases[i].policy),
                cases[i].label, "'%s' of %s, policy %d", cases[i].stem,
                cases[i].worker, (int)cases[i].policy);
    OK(label_is_of("localhost-gw0", "gw0"), "a label is its worker's");
    OK(!label_is_of("localhost-gw1", "gw0"), "and no other's");
    OK(!label_is_of("localhost", "gw0") && !label_is_of("-gw0", "gw0"),
       "nor is one without a suffix, or without a stem");
}

static void
finds_policies(void)
{
    enum duet_label_policy policy = DUET_LABEL_NEVER;
    struct duet_error err = {0};

    unsetenv("DUET_LABELS");
    OK(label_policy_find(NULL, &policy, &err) && policy == DUET_LABEL_ALWAYS,
       "the default is always");
    OK(label_policy_find("never", &policy, &err) && policy == DUET_LABEL_NEVER,
       "a policy has a name");
    setenv("DUET_LABELS", "auto", 1);
    OK(label_policy_find(NULL, &policy, &err) && policy == DUET_LABEL_AUTO,
       "DUET_LABELS is the default");
    OK(label_policy_find("never", &policy, &err) && policy == DUET_LABEL_NEVER,
       "but a name goes before it");
    setenv("DUET_LABELS", "", 1);
    OK(label_policy_find(NULL, &policy, &err) && policy == DUET_LABEL_ALWAYS,
       "an empty one is as none");
    setenv("DUET_LABELS", "sometimes", 1);
    OK(!label_policy_find(NULL, &policy, &err) &&
           err.kind == DUET_ERROR_USAGE &&
           strstr(err.text, "DUET_LABELS") != NULL,
       "a wrong one is named");
    OK(!label_policy_find("", &policy, &err) && policy == DUET_LABEL_ALWAYS,
       "an empty name is none");
    unsetenv("DUET_LABELS");
}

/* ------------------------------------------------------------------------
 * Names
 */

static const char *
repeat(const char *text, size_t times)
{
    struct buf buf = {0};
    const char *copy;

    while (times-- > 0)
        buf_text(&buf, text);
    copy = arena_text(&arena, buf_data(&buf));
    buf_release(&buf);
    return copy;
}

static bool
is_utf8(const char *text)
{
    while (*text != '\0') {
        size_t len = utf8_len(text);

        if (len == 0)
            return false;
        text += len;
    }
    return true;
}

static const char *
end_of(const char *text, size_t len)
{
    return text + strlen(text) - len;
}

static void
makes_names(void)
{
    const char *name;

    IS_TEXT(name_make(&arena, "app", '_', "gw0", NAME_MAX_LEN), "app_gw0",
            "a short name is whole");
    IS_TEXT(name_make(&arena, "app_gw0", '_', "gw0", NAME_MAX_LEN), "app_gw0",
            "and has its worker once");
    name = repeat("x", 59);
    IS_INT(strlen(name_make(&arena, name, '_', "gw0", 63)), 63,
           "one of just the length is whole");
    IS_TEXT(
        name_make(&arena, arena_printf(&arena, "%s_gw0", name), '_', "gw0", 63),
        arena_printf(&arena, "%s_gw0", name), "also with its worker");
    name = name_make(&arena, repeat("x", 60), '_', "gw0", 63);
    IS_INT(strlen(name), 63, "a longer one is cut");
    IS_TEXT(end_of(name, 4), "_gw0", "and keeps its worker");
    OK(strspn(name, "x") == 50 && name[50] == '_' &&
           strspn(name + 51, "0123456789abcdef") == 8,
       "with 8 digits between them");
    IS_TEXT(name_make(&arena, arena_printf(&arena, "%s_gw0", repeat("x", 60)),
                      '_', "gw0", 63),
            name, "it is the same with its worker");
    IS_INT(strlen(name_make(&arena, repeat("x", 80), '_', repeat("w", 32), 30)),
           30, "without room for the worker it is a digest");
}

static void
cuts_between_characters(void)
{
    static const char *const characters[] = {"\xC3\xA9", "\xE2\x82\xAC",
                                             "\xF0\x9F\x98\x80"};
    bool good = true;

    for (size_t i = 0; i < 3; i++)
        for (size_t shift = 0; shift < 4; shift++) {
            const char *stem = arena_printf(&arena, "%s%s", repeat("x", shift),
                                            repeat(characters[i], 40));
            const char *name = name_make(&arena, stem, '_', "gw10", 63);

            good = good && is_utf8(name) && strlen(name) <= 63 &&
                   strlen(name) > 63 - 4;
        }
    OK(good, "a name is cut between characters, and no more than needed");
    OK(strlen(name_make(&arena, repeat("\x80", 90), '_', "gw0", 63)) == 63,
       "what is no text is cut anyway");
}

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t
count_same(const char **names, size_t count)
{
    size_t same = 0;

    qsort(names, count, sizeof *names, compare_texts);
    for (size_t i = 1; i < count; i++)
        same += strcmp(names[i - 1], names[i]) == 0;
    return same;
}

/* Long stems that differ at their ends, for two workers that do. */
static void
names_differ(unsigned seed)
{
    enum { STEMS = 1000, COUNT = STEMS * 2 };
    const char **made = arena_array(&arena, COUNT, sizeof *made);
    const char **naive = arena_array(&arena, COUNT, sizeof *naive);

    srand(seed);
    for (size_t i = 0; i < COUNT; i++) {
        const char *worker = i % 2 == 0 ? "gw1" : "gw10";
        const char *stem = i % 2 == 1
                               ? NULL
                               : arena_printf(&arena, "%s%zu_%d",
                                              repeat("test_", 12), i, rand());
        static const char *last;

        last = stem ? stem : last;
        made[i] = name_make(&arena, last, '_', worker, NAME_MAX_LEN);
        naive[i] = arena_printf(&arena, "%.*s", NAME_MAX_LEN,
                                arena_printf(&arena, "%s_%s", last, worker));
    }
    IS_INT(count_same(made, COUNT), 0, "long names stay different");
    OK(count_same(naive, COUNT) > 0, "those that are only cut do not");
}

/* ------------------------------------------------------------------------
 * The filter
 */

/* TEXT through the filter, in pieces of at most MOST bytes. */
static const char *
filtered(const char *const *workers, size_t count, const char *const *stems,
         size_t nstems, const char *text, size_t most)
{
    SCOPED(label_filter_close)
    struct label_filter *filter = label_filter_open(workers, count);
    SCOPED(buf_release) struct buf out = {0};
    size_t left = strlen(text);

    if (nstems > 0)
        label_filter_stems(filter, stems, nstems);
    while (left > 0) {
        size_t len = 1 + (size_t)rand() % most;

        len = len < left ? len : left;
        label_filter_add(filter, text, len, &out);
        text += len;
        left -= len;
    }
    label_filter_add(filter, text, 0, &out);
    return arena_text(&arena, buf_data(&out));
}

static void
filters(void)
{
    static const char *const workers[] = {"gw0", "gw1", "gw10", "gw0-1",
                                          "master"};
    static const char *const cases[][2] = {
        {"localhost-gw0 is", "localhost is"},
        {"localhost-gw0", "localhost"},
        {"localhost-master\n", "localhost\n"},
        {"localhost-gw0.", "localhost."},
        {"'localhost-gw1',", "'localhost',"},
        {"localhost-gw10", "localhost"},
        {"localhost-gw01", "localhost-gw01"},
        {"localhost-gw2", "localhost-gw2"},
        {"localhost-gw0-x", "localhost-gw0-x"},
        {"localhost-gw0_x", "localhost-gw0_x"},
        {"localhost-gw0\xC3\xA9", "localhost-gw0\xC3\xA9"},
        {"localhost-gw0-1 ", "localhost "},
        {"localhost-gw0-gw1", "localhost-gw0"},
        {"localhost-gw-gw1", "localhost-gw"},
        {"a--gw0", "a--gw0"},
        {"-gw0", "-gw0"},
        {" -gw0 --master", " -gw0 --master"},
        {"gw0", "gw0"},
        {"a-gw0-", "a-gw0-"},
        {"a-gw", "a-gw"},
        {"a-", "a-"},
        {"", ""},
        {"a-gw0\nb-gw1", "a\nb"},
        {"a-GW0", "a-GW0"},
        {"\xC3\xA9-gw0", "\xC3\xA9"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        IS_TEXT(filtered(workers, 5, NULL, 0, cases[i][0], 1000), cases[i][1],
                "'%s' at once", cases[i][0]);
        IS_TEXT(filtered(workers, 5, NULL, 0, cases[i][0], 1), cases[i][1],
                "... and byte by byte");
    }
    IS_TEXT(filtered(workers, 0, NULL, 0, "a-gw0", 1), "a-gw0",
            "of no worker nothing is taken out");
}

static void
filters_behind_stems(void)
{
    static const char *const workers[] = {"1", "master"};
    static const char *const stems[] = {"localhost", "my-host.example"};
    const char *text = "localhost-1 step-1 my-host.example-1 alocalhost-1 "
                       "x-localhost-1 (localhost-master) host.example-1";
    const char *want = "localhost step-1 my-host.example alocalhost-1 "
                       "x-localhost-1 (localhost) host.example-1";

    IS_TEXT(filtered(workers, 2, stems, 2, text, 1000), want,
            "with stems it is done behind those");
    IS_TEXT(filtered(workers, 2, stems, 2, text, 1), want,
            "... and byte by byte");
    text = arena_printf(&arena, "%slocalhost-1 %s.localhost-1", repeat("x", 99),
                        repeat("y", 500));
    IS_TEXT(filtered(workers, 2, stems, 2, text, 3),
            arena_printf(&arena, "%slocalhost-1 %s.localhost", repeat("x", 99),
                         repeat("y", 500)),
            "also behind long words");
}

/* A text that is made of words, so that what has to come out is known. */
static void
filters_at_random(unsigned seed)
{
    enum { ROUNDS = 200, WORDS = 60 };
    static const char *const workers[] = {"gw0", "gw1",     "gw11",
                                          "g",   "gw1-gw0", "master"};
    static const char *const stays[] = {"gw0",     "x-gw2",  "-gw0",
                                        "a-gw00",  "--",     "x-",
                                        "a-gw1-y", "master", "x-gw1_"};
    static const char *const breaks[] = {" ", "\n", ". ", ",", "/", "'", "\t"};
    size_t wrong = 0;

    srand(seed);
    for (int round = 0; round < ROUNDS; round++) {
        SCOPED(buf_release) struct buf text = {0};
        SCOPED(buf_release) struct buf want = {0};

        for (int i = 0; i < WORDS; i++) {
            const char *at = breaks[rand() % 7];

            if (rand() % 2 == 0) {
                const char *stem = rand() % 2 ? "localhost" : "a-b_c9";

                buf_printf(&text, "%s-%s%s", stem, workers[rand() % 6], at);
                buf_printf(&want, "%s%s", stem, at);
            } else {
                const char *word = stays[rand() % 9];

                buf_printf(&text, "%s%s", word, at);
                buf_printf(&want, "%s%s", word, at);
            }
        }
        wrong += strcmp(filtered(workers, 6, NULL, 0, buf_data(&text),
                                 1 + (size_t)rand() % 20),
                        buf_data(&want)) != 0;
        arena_reuse(&arena);
    }
    IS_INT(wrong, 0, "random texts in random pieces");
}

int
main(void)
{
    const char *text = getenv("SEED");
    unsigned seed =
        text ? (unsigned)strtoul(text, NULL, 10) : (unsigned)getpid();

    tap_diag("SEED=%u", seed);
    makes_labels();
    finds_policies();
    makes_names();
    cuts_between_characters();
    names_differ(seed);
    filters();
    filters_behind_stems();
    filters_at_random(seed);
    arena_clear(&arena);
    return tap_done();
}
