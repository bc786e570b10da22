/*
 * Tests with a database of their own:
 *
 *     cc fixtures.c $(pkg-config --cflags --libs duet) -o fixtures
 *     ./fixtures                        on SQLite
 *     DUET_ENGINE=postgres ./fixtures   on PostgreSQL
 *     duet worker run -n 4 --engine both -- ./fixtures
 */
#include <duet.h>
#include <stdio.h>

static struct duet_worker *worker; /* for the whole session */
static int tested;
static int failed;

static void
check(bool passed, const char *name)
{
    printf("%sok %d - %s\n", passed ? "" : "not ", ++tested, name);
    failed += !passed;
}

/* What went wrong, where, and what to do about it. */
static void
complain(const struct duet_error *err)
{
    printf("# %s\n# %s\n", err->text, err->hint);
    check(false, "no error");
}

/* The row is there once, however often it is asked for. */
static bool
test_computer_is_created_once(struct duet_error *err)
{
    struct duet_row row;

    if (!duet_worker_computer(worker, NULL, &row, err))
        return false;
    check(row.outcome == DUET_CREATED, "a clean profile has no computer");
    if (!duet_worker_computer(worker, NULL, &row, err))
        return false;
    check(row.outcome == DUET_FOUND, "the second time it is found");
    return true;
}

/* It is the label that is unique: the same with another host is told apart. */
static bool
test_other_host_is_different(struct duet_error *err)
{
    const struct duet_computer_options other = {.hostname = "other.example"};
    struct duet_row row;

    if (!duet_worker_computer(worker, NULL, &row, err) ||
        !duet_worker_computer(worker, &other, &row, err))
        return false;
    check(row.outcome == DUET_DIFFERENT && row.ndifferent == 1,
          "found, but different");
    return true;
}

int
main(void)
{
    bool (*const tests[])(struct duet_error *) = {test_computer_is_created_once,
                                                  test_other_host_is_different};
    struct duet_error err = {0};

    if (!duet_worker_open(&worker, NULL, &err)) {
        complain(&err);
        return 1;
    }
    printf("# worker %s, %s\n", duet_worker_id(worker),
           duet_worker_label(worker, "localhost"));
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (!duet_worker_clean(worker, NULL, &err) || !tests[i](&err))
            complain(&err);
    duet_worker_close(&worker);
    printf("1..%d\n", tested);
    return failed > 0;
}
