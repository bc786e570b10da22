#include "lib/bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "duet.h"

/*
 * A way's time is the least of the medians of its blocks: a block that had
 * the machine to itself counts, those that had not do not.
 */
enum {
    MOST_WAYS = 12,
    LEAST_ROUNDS = 5, /* a block */
    MOST_ROUNDS = 25,
    LEAST_BLOCKS = 5,
    MOST_BLOCKS = 60
};

struct timed {
    const struct bench_way *way;
    double samples[MOST_ROUNDS];
    double best; /* seconds a thing; 0: none yet */
};

static char **wanted;
static double seconds = 2; /* for each piece of work */
static size_t reached;
static size_t missed;

void
bench_fail(const char *fmt, ...)
{
    va_list args;

    fputs("bench: ", stderr);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

void
bench_must(bool ok, const struct duet_error *err)
{
    if (!ok)
        bench_fail("%s (%s)", err->text, err->hint);
}

void
bench_start(const char *title, char **argv, const char *about)
{
    const char *given = getenv("BENCH_SECONDS");

    wanted = argv + 1;
    if (given != NULL)
        seconds = strtod(given, NULL);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    printf("%s\n\n%s\n", title, about);
    printf("%-10s %-21s %9s %11s %6s  %-14s %9s %6s\n", "", "", "duet", "floor",
           "ratio", "beside", "takes", "times");
}

bool
bench_wanted(const char *engine, const char *name)
{
    char text[256];

    snprintf(text, sizeof text, "%s %s", engine, name);
    for (char **word = wanted; *word != NULL; word++)
        if (strstr(text, *word) == NULL)
            return false;
    return true;
}

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int
compare(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;

    return (*left > *right) - (*left < *right);
}

static double
median(double *samples, size_t count)
{
    qsort(samples, count, sizeof *samples, compare);
    return (samples[count / 2] + samples[(count - 1) / 2]) / 2;
}

static double
measure(const struct bench_work *work, const struct bench_way *way)
{
    size_t repeat = way->repeat ? way->repeat : work->repeat;
    double from;
    double took;

    if (repeat == 0)
        repeat = 1;
    if (work->before != NULL)
        work->before(work->context);
    from = now();
    for (size_t i = 0; i < repeat; i++)
        way->run(work->context);
    took = now() - from;
    if (work->after != NULL)
        work->after(work->context);
    return took / (double)repeat / (double)(way->things ? way->things : 1);
}

/* Everyone goes before and behind everyone else about equally often. */
static void
shuffle(size_t *order, size_t count)
{
    static unsigned long long state = 88172645463325252u;

    for (size_t i = count; i > 1; i--) {
        size_t j;
        size_t swap = order[i - 1];

        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        j = (size_t)(state % i);
        order[i - 1] = order[j];
        order[j] = swap;
    }
}

static void
run_round(const struct bench_work *work, struct timed *timed, size_t count,
          size_t round)
{
    size_t order[MOST_WAYS];

    for (size_t i = 0; i < count; i++)
        order[i] = i;
    shuffle(order, count);
    for (size_t i = 0; i < count; i++) {
        struct timed *one = &timed[order[i]];

        one->samples[round] = measure(work, one->way);
    }
}

/* The first round after a leveling is not like the others, so it is lost. */
static void
run_block(const struct bench_work *work, struct timed *timed, size_t count,
          size_t rounds)
{
    if (work->level != NULL)
        work->level(work->context);
    run_round(work, timed, count, 0);
    for (size_t round = 0; round < rounds; round++)
        run_round(work, timed, count, round);
    for (size_t i = 0; i < count; i++) {
        double took = median(timed[i].samples, rounds);

        if (timed[i].best <= 0 || took < timed[i].best)
            timed[i].best = took;
    }
}

/* How many rounds make a block of a fifth of the time that there is. */
static size_t
choose_rounds(const struct bench_work *work, struct timed *timed, size_t count,
              double until)
{
    double from;
    double rounds;

    run_round(work, timed, count, 0);
    from = now();
    run_round(work, timed, count, 0);
    rounds = until / LEAST_BLOCKS / (now() - from);
    return rounds >= MOST_ROUNDS   ? MOST_ROUNDS
           : rounds > LEAST_ROUNDS ? (size_t)rounds
                                   : LEAST_ROUNDS;
}

static void
run_blocks(const struct bench_work *work, struct timed *timed, size_t count,
           size_t least, double until)
{
    double start = now();
    size_t rounds;

    if (count == 0)
        return;
    rounds = choose_rounds(work, timed, count, until);
    for (size_t block = 0;
         block < MOST_BLOCKS && (block < least || now() - start < until);
         block++)
        run_block(work, timed, count, rounds);
}

static const char *
show_time(double time, char *text, size_t size)
{
    if (time < 1e-5)
        snprintf(text, size, "%.2f us", time * 1e6);
    else if (time < 1e-3)
        snprintf(text, size, "%.0f us", time * 1e6);
    else if (time < 1e-1)
        snprintf(text, size, "%.2f ms", time * 1e3);
    else
        snprintf(text, size, "%.0f ms", time * 1e3);
    return text;
}

static void
show_verdict(bool is_reached, double target)
{
    printf("  %-7s %g", is_reached ? "reached" : "MISSED", target);
    if (is_reached)
        reached++;
    else
        missed++;
}

static void
show_floor(const struct timed *duet, const struct timed *floor)
{
    char text[32];
    double ratio = duet->best / floor->best;

    printf(" %9s", show_time(floor->best, text, sizeof text));
    printf(" %c %6.2f", *floor->way->name, ratio);
    if (duet->way->target > 0)
        show_verdict(ratio <= duet->way->target, duet->way->target);
}

static void
show_other(const struct timed *duet, const struct timed *other)
{
    char text[32];
    double times = other->best / duet->best;

    printf("  %-33s %9s %11s %6.*f", other->way->name,
           show_time(other->best, text, sizeof text), "", times < 10 ? 2 : 0,
           times);
    if (other->way->target > 0)
        show_verdict(times >= other->way->target, other->way->target);
    putchar('\n');
}

static void
show(const struct bench_work *work, const struct timed *timed, size_t count)
{
    const struct timed *duet = timed;
    const struct timed *floor = NULL;
    char text[32];

    for (size_t i = 0; i < count; i++)
        if (timed[i].way->role == BENCH_FLOOR &&
            (floor == NULL || timed[i].best < floor->best))
            floor = &timed[i];
    printf("%-10s %-24s %9s", work->engine, work->name,
           show_time(duet->best, text, sizeof text));
    if (floor != NULL)
        show_floor(duet, floor);
    putchar('\n');
    for (size_t i = 0; i < count; i++)
        if (&timed[i] != duet && &timed[i] != floor)
            show_other(duet, &timed[i]);
}

void
bench_run(const struct bench_work *work)
{
    struct timed timed[MOST_WAYS] = {{0}};
    size_t count = 0;
    size_t quick = 0;

    while (work->ways[count].name != NULL) {
        timed[count].way = &work->ways[count];
        quick += work->ways[count].role != BENCH_OTHER;
        count++;
    }
    run_blocks(work, timed, quick, LEAST_BLOCKS, seconds);
    run_blocks(work, timed + quick, count - quick, 1, seconds / 2);
    show(work, timed, count);
}

/* The model of the processor, as Linux tells it. */
static void
print_processor(void)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256];

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) != 0 || colon == NULL)
            continue;
        printf(", %.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    if (file != NULL)
        fclose(file);
}

static void
print_load(void)
{
    FILE *file = fopen("/proc/loadavg", "r");
    char load[16];

    if (file != NULL && fscanf(file, "%15s", load) == 1)
        printf(", load %s", load);
    if (file != NULL)
        fclose(file);
}

int
bench_end(const char *versions)
{
    struct utsname name;

    if (uname(&name) != 0)
        return 1;
    printf("\n%s %s, %ld processors", name.sysname, name.machine,
           sysconf(_SC_NPROCESSORS_ONLN));
    print_processor();
    print_load();
    printf("\nduet %s, %s\n%zu targets reached, %zu missed\n\n", duet_version(),
           versions, reached, missed);
    return 0;
}
