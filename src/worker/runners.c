#include "worker/runners.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/*
 * CTEST_RESOURCE_GROUP_0 is a list of types, "databases,gpus", and each has a
 * variable of its own, CTEST_RESOURCE_GROUP_0_DATABASES.
 */
static const char *
find_resource(struct arena *arena, const char *value)
{
    char *type = arena_copy(arena, value, strcspn(value, ","));

    for (char *at = type; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    return arena_printf(arena, "CTEST_RESOURCE_GROUP_0_%s", type);
}

/* "id:x,slots:1;id:y,slots:1" is x. */
static const char *
resource_id(struct arena *arena, const char *value)
{
    if (strncmp(value, "id:", 3) != 0)
        return value;
    return arena_copy(arena, value + 3, strcspn(value + 3, ",;"));
}

/*
 * Of a number that is used again and one that only grows, the former: the
 * latter (VITEST_WORKER_ID, TEST_WORKER_INDEX, TAP_CHILD_ID, PARALLEL_SEQ)
 * would want another database for each file of tests.  SLURM_PROCID and
 * PMI_RANK number the processes of all machines.
 *
 * Bats runs files by GNU parallel, and the tests of one file at once by
 * itself, without a number.
 */
const struct runner runners[] = {
    {.name = "Slurm", .variable = "SLURM_LOCALID"},
    {.name = "Open MPI", .variable = "OMPI_COMM_WORLD_LOCAL_RANK"},
    {.name = "Bazel", .variable = "TEST_SHARD_INDEX"},
    {.name = "CTest",
     .variable = "CTEST_RESOURCE_GROUP_0",
     .find = find_resource,
     .id = resource_id},
    {.name = "CTest",
     .variable = "CTEST_INTERACTIVE_DEBUG_MODE",
     .has_no_number = true,
     .nests_unseen = true,
     .unless = "CTEST_RESOURCE_GROUP_0"},
    {.name = "Meson",
     .variable = "MESON_TEST_ITERATION",
     .has_no_number = true,
     .nests_unseen = true},
    {.name = "GNU parallel",
     .variable = "PARALLEL_JOBSLOT",
     .run = "BATS_RUN_TMPDIR",
     .level = "PARALLEL_PID"},
    {.name = "prove",
     .variable = "HARNESS_ACTIVE",
     .has_no_number = true,
     .nests_unseen = true},
    {.name = "Bats",
     .variable = "BATS_SEMAPHORE_NUMBER_OF_SLOTS",
     .has_no_number = true,
     .run = "BATS_RUN_TMPDIR",
     .level = "BATS_RUN_TMPDIR"},
    {.name = "cargo-nextest",
     .variable = "NEXTEST_TEST_GLOBAL_SLOT",
     .run = "NEXTEST_RUN_ID"},
    {.name = "cargo-nextest",
     .variable = "NEXTEST",
     .has_no_number = true,
     .run = "NEXTEST_RUN_ID",
     .level = "NEXTEST_RUN_ID",
     .unless = "NEXTEST_TEST_GLOBAL_SLOT"},
    {.name = "GoogleTest",
     .variable = "GTEST_SHARD_INDEX",
     .copy_of = "TEST_SHARD_INDEX"},
    {.name = "pabot", .variable = "PABOTEXECUTIONPOOLID"},
    {.name = "Elixir", .variable = "MIX_TEST_PARTITION"},
    {.name = "parallel_tests", .variable = "TEST_ENV_NUMBER", .empty = "1"},
    {.name = "ParaTest", .variable = "TEST_TOKEN"},
    {.name = "node-tap", .variable = "TAP_JOB_ID", .place = RUNNER_EITHER},
    {.name = "Playwright",
     .variable = "TEST_PARALLEL_INDEX",
     .place = RUNNER_INSIDE},
    {.name = "Mocha", .variable = "MOCHA_WORKER_ID", .place = RUNNER_EITHER},
    {.name = "Rstest", .variable = "RSTEST_WORKER_ID", .place = RUNNER_EITHER},
    {.name = "node --test",
     .variable = "NODE_TEST_WORKER_ID",
     .place = RUNNER_EITHER},
    {.name = "node --test",
     .variable = "NODE_TEST_CONTEXT",
     .has_no_number = true,
     .unless = "NODE_TEST_WORKER_ID"},
    {.name = "Vitest", .variable = "VITEST_POOL_ID", .place = RUNNER_INSIDE},
    {.name = "Jest", .variable = "JEST_WORKER_ID", .place = RUNNER_EITHER},
    {.name = "pytest-xdist",
     .variable = "PYTEST_XDIST_WORKER",
     .place = RUNNER_INSIDE,
     .run = "PYTEST_XDIST_TESTRUNUID",
     .level = "PYTEST_XDIST_TESTRUNUID"},
    {0},
};

/* GitLab counts from 1, Knapsack from 0: none of them is a worker. */
const char *const shard_variables[] = {
    "CI_NODE_INDEX",       "CIRCLE_NODE_INDEX",    "BUILDKITE_PARALLEL_JOB",
    "SEMAPHORE_JOB_INDEX", "JOB_COMPLETION_INDEX", NULL,
};

static bool
is_set(const char *variable)
{
    const char *value = getenv(variable);

    return value != NULL && *value != '\0';
}

const char *
runner_variable(const struct runner *runner, struct arena *arena)
{
    const char *value = getenv(runner->variable);
    const char *other = runner->copy_of ? getenv(runner->copy_of) : NULL;

    if (value == NULL || (*value == '\0' && runner->empty == NULL))
        return NULL;
    if (runner->unless != NULL && is_set(runner->unless))
        return NULL;
    if (other != NULL && strcmp(value, other) == 0)
        return NULL;
    if (runner->find == NULL)
        return runner->variable;
    other = runner->find(arena, value);
    return is_set(other) ? other : NULL;
}

const char *
runner_id(const struct runner *runner, struct arena *arena, const char *value)
{
    if (*value == '\0')
        return runner->empty;
    return runner->id ? runner->id(arena, value) : value;
}
