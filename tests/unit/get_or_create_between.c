/*
 * Getting or creating a row while another session does something to it between
 * two of our statements.
 */
#include <string.h>

#include "lib/getting.h"
#include "lib/subject.h"
#include "lib/tap.h"
#include "rows/get_or_create.h"

static const char item_sql[] =
    "create table item (id integer primary key, k text not null "
    "constraint item_k unique, v text)";

/* When ours begins with WHEN, the other runs RUN; COUNT times. */
struct meddling {
    const char *when;
    const char *run;
    int count;
};

struct meddler {
    struct db *other;
    struct meddling *steps; /* in this order; WHEN is NULL at the end */
    int statements;
};

static void
meddle(void *context, const char *sql, int64_t microseconds)
{
    struct meddler *meddler = context;
    struct meddling *step = meddler->steps;

    (void)microseconds;
    meddler->statements++;
    if (step == NULL || step->when == NULL ||
        strncmp(sql, step->when, strlen(step->when)) != 0)
        return;
    if (--step->count == 0)
        meddler->steps++;
    must_run(meddler->other, step->run);
}

#define MEDDLE(...)       \
    (struct meddling[])   \
    {                     \
        __VA_ARGS__,      \
        {                 \
            NULL, NULL, 0 \
        }                 \
    }

struct between {
    const char *who;
    struct db *db;
    struct meddler meddler;
    struct duet_getter *getter;
};

static const char *
got_between(struct between *between, const char *v, struct meddling *steps)
{
    const char *answer;

    must_run(between->meddler.other, "delete from item");
    must_run(between->meddler.other, "insert into item values (99, 'z', 'z')");
    between->meddler.steps = steps;
    between->meddler.statements = 0;
    answer = got_again(between->getter, (const char *const[]){"a"},
                       (const char *const[]){v, "5"});
    between->meddler.steps = NULL;
    return answer;
}

static const char add[] = "insert into item values (1, 'a', 'v')";
static const char take[] = "delete from item where k = 'a'";
static const char change[] = "update item set v = 'w' where k = 'a'";

static void
test_between(struct between *between)
{
    const char *who = between->who;

    IS_TEXT(got_between(between, "v", MEDDLE({"-", "", 0})), "created 5",
            "%s: alone", who);
    IS_INT(between->meddler.statements, 2, "%s: it takes two statements", who);
    IS_TEXT(got_between(between, "v", MEDDLE({"select", add, 1})),
            "different 1: id is '1', not '5'",
            "%s: created by another between the two steps", who);
    IS_TEXT(got_between(between, "v",
                        MEDDLE({"select", add, 1}, {"insert", take, 1})),
            "created 5", "%s: and deleted before the next", who);
    IS_TEXT(got_between(between, "v",
                        MEDDLE({"select", add, 1}, {"insert", take, 1},
                               {"select", add, 1}, {"insert", take, 1},
                               {"select", add, 1}, {"insert", change, 1})),
            "different 1: v is 'w', not 'v', id is '1', not '5'",
            "%s: three times", who);
    IS_TEXT(got_between(between, "v",
                        MEDDLE({"select", add, 1}, {"insert", change, 1},
                               {"select", take, 1})),
            "created 5", "%s: deleted between the look and the explanation",
            who);
    IS_TEXT(got_between(between, "v",
                        MEDDLE({"select", add, 1}, {"insert", change, 1},
                               {"select",
                                "update item set v = 'v', id = 5 "
                                "where k = 'a'",
                                1})),
            "found 5", "%s: made the same meanwhile", who);
}

static void
test_endless(struct between *between)
{
    struct meddling steps[41] = {{NULL, NULL, 0}};

    for (int i = 0; i < 40; i++)
        steps[i] = (struct meddling){i % 2 ? "insert" : "select",
                                     i % 2 ? take : add, 1};
    IS_TEXT(got_between(between, "v", steps), "busy", "%s: not for ever",
            between->who);
    IS_INT(between->meddler.statements, 20, "%s: ten times", between->who);
    OK(got_says("item") && got_says("can't be found"),
       "%s: it says what happens", between->who);
    must_run(between->meddler.other, take);
    IS_TEXT(got_again(between->getter, (const char *const[]){"a"},
                      (const char *const[]){"v", "5"}),
            "created 5", "%s: the getter still works", between->who);
}

static void
test_meddling(struct subject *subject)
{
    struct between between = {.who = subject->who};
    struct db_options options = {.create = true,
                                 .trace = {meddle, &between.meddler}};

    between.meddler.other = subject_open(subject, NULL);
    must_run(between.meddler.other, item_sql);
    between.db = subject_open(subject, &options);
    between.getter = getter_for(between.db, "item", "k", "v|id");
    test_between(&between);
    test_endless(&between);
    must_run(between.db, "begin");
    IS_TEXT(got_between(&between, "v", MEDDLE({"-", "", 0})), "created 5",
            "%s: in a transaction", subject->who);
    must_run(between.db, "rollback");
    getter_close(&between.getter);
    db_close(&between.db);
    must_run(between.meddler.other, "drop table item");
    db_close(&between.meddler.other);
}

int
main(void)
{
    struct subject subject;

    subject_sqlite(&subject, scratch_make());
    subject_wrap(&subject, WRAP_NOT);
    test_meddling(&subject);
    subject_release(&subject);
    scratch_remove();
    if (subject_postgres(&subject)) {
        subject_wrap(&subject, WRAP_NOT);
        test_meddling(&subject);
        subject_release(&subject);
    } else {
        tap_skip(1, "no PostgreSQL server");
    }
    return tap_done();
}
