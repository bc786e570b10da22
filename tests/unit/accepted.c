/*
 * The file of accepted differences: what it may say, what it covers, and what
 * is reported of it.
 */
#include "lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "lib/sketch.h"
#include "schema/accepted.h"

/*
 * Findings of every sort: structure t.a default, strictness t.a not_null,
 * strictness check t., names index t.i, structure table u, one-engine sequence
 * s, unknown check t.c, equivalent unique t.k, names t."odd #*".
 */
static const char left_text[] =
    "table t\ncolumn a|type=integer|guard|default=1|not_null\n"
    "unique constraint k|(a)\ncheck|expression=a  > 7\ncheck c|expression=a "
    "glob 1\n"
    "index i|(a)\nindex odd #*|(a desc nulls)\ntable u";
static const char right_text[] =
    "sequence s\ntable t\ncolumn a|type=integer|guard|default=2\n"
    "unique constraint t_a_key|(a)\ncheck c|expression=md5(a) = '1'\n"
    "index j|(a)\nindex k|(a desc nulls)";

struct ground {
    struct schema left;
    struct schema right;
    struct comparison comparison;
    struct accepted accepted;
    struct duet_error err;
};

static void
ground_clear(struct ground *ground)
{
    accepted_clear(&ground->accepted);
    comparison_clear(&ground->comparison);
    schema_clear(&ground->left);
    schema_clear(&ground->right);
}

static void
ground_make(struct ground *out)
{
    *out = (struct ground){0};
    sketch(&out->left, "sqlite", left_text);
    sketch(&out->right, "postgres", right_text);
    schema_compare(&out->comparison, &out->left, &out->right);
}

/* How many findings one rule covers, all of them told so. */
static int
covered(struct ground *ground)
{
    int count = 0;

    for (size_t i = 0; i < ground->comparison.nfindings; i++)
        count += ground->comparison.findings[i].accepted != NULL;
    return count;
}

static void
test_cover(void)
{
    static const struct {
        const char *rule;
        int count;
    } cases[] = {
        {"structure column t.a default", 1},
        {"structure column t.a", 1},
        {"strictness column t.a default", 0},
        {"strictness column t.a not_null", 1},
        {"* column t.a", 2},
        {"*\tcolumn   t.a *  ", 2},
        {"* column t.*", 2},
        {"* column *", 2},
        {"* column *.a", 2},
        {"* column *.b", 0},
        {"* column T.a", 0},
        {"* column t", 0},
        {"* column t.a.b", 0},
        {"* column t.**a", 2},
        {"* column \"t\".\"a\"", 2},
        {"* column \"t.a\"", 2},
        {"* column \"t.*\"", 0},
        {"names index t.i", 1},
        {"names index t.j", 1},
        {"names index t.i name", 1},
        {"names index t.i columns", 0},
        {"names index *", 2},
        {"names index \"t.odd #*\"", 1},
        {"names index t.\"odd #*\"", 1},
        {"names index t.\"odd #\"*", 1},
        {"names index \"t.odd #\"", 0},
        {"structure table u", 1},
        {"structure table *", 1},
        {"structure table t", 0},
        {"one-engine sequence s", 1},
        {"one-engine sequence s name", 0},
        {"* sequence s", 1},
        {"unknown check t.c", 1},
        {"strictness check t.c", 0},
        {"strictness check \"t.a > 7\"", 1},
        {"strictness check t.*", 1},
        {"* check t.*", 2},
        {"* unique-constraint *", 0},
        {"* * *", 8},
        {"* database *", 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SCOPED(ground_clear) struct ground ground;
        size_t used;

        ground_make(&ground);
        OK(accepted_add(&ground.accepted, "f", cases[i].rule, &ground.err) &&
               ground.accepted.nrules == 1,
           "'%s' is a rule", cases[i].rule);
        accepted_apply(&ground.accepted, &ground.comparison);
        IS_INT(covered(&ground), cases[i].count, "it covers what it names");
        used = ground.accepted.nrules ? ground.accepted.rules[0].used : 99;
        IS_INT(used, cases[i].count, "and knows how much that is");
    }
}

/* The line that is suggested for a finding covers it. */
static void
test_suggest(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(ground_clear) struct ground all;

    ground_make(&all);
    comparison_collations(&all.comparison, "C", "de_DE");
    for (size_t i = 0; i < all.comparison.nfindings; i++) {
        const struct finding *finding = &all.comparison.findings[i];
        const char *line = accepted_suggest(&arena, finding);
        SCOPED(ground_clear) struct ground ground;

        ground_make(&ground);
        comparison_collations(&ground.comparison, "C", "de_DE");
        if (finding->verdict == VERDICT_EQUIVALENT) {
            OK(line == NULL, "what is equivalent needs no rule");
            continue;
        }
        OK(accepted_add(&ground.accepted, "f", line, &ground.err),
           "a suggestion is a rule: %s", line);
        accepted_apply(&ground.accepted, &ground.comparison);
        OK(ground.comparison.findings[i].accepted != NULL, "that covers it");
        IS_INT(covered(&ground), 1, "and nothing else");
    }
}

static void
test_file(void)
{
    SCOPED(ground_clear) struct ground ground;
    const struct accepted_rule *rules;

    ground_make(&ground);
    OK(accepted_add(&ground.accepted, "s/accepted",
                    "# known\n"
                    "\n"
                    "  structure  table  u   #  goes in 2.9  \r\n"
                    "names index t.i#\n"
                    "names index t.*\n"
                    "strictness column v.*",
                    &ground.err),
       "a file of rules is read");
    rules = ground.accepted.rules;
    if (!IS_INT(ground.accepted.nrules, 4, "all of them"))
        return;
    IS_TEXT(rules[0].text, "structure  table  u", "a rule as it stands");
    IS_TEXT(rules[0].reason, "goes in 2.9", "and why it is there");
    IS_TEXT(rules[1].reason, "", "a reason may be missing");
    IS_INT(rules[0].place.line, 3, "where it stands");
    IS_INT(rules[0].place.column, 3, "in the line");
    IS_TEXT(rules[3].place.file, "s/accepted", "of which file");
    accepted_apply(&ground.accepted, &ground.comparison);
    for (size_t i = 0; i < ground.comparison.nfindings; i++) {
        const struct finding *finding = &ground.comparison.findings[i];

        if (finding->accepted != NULL && finding->left != NULL &&
            finding->left->kind == OBJECT_TABLE)
            IS_TEXT(finding->accepted, "structure  table  u  # goes in 2.9",
                    "the finding tells the rule and why");
        else if (finding->accepted != NULL)
            OK(strncmp(finding->accepted, "names index t.", 14) == 0,
               "so does another");
        OK(!finding->accepted || !finding_counts(finding),
           "what is accepted does not count");
    }
    IS_INT(rules[1].used, 1, "a rule is used");
    IS_INT(rules[2].used, 2, "also by what another rule covers already");
    IS_INT(rules[3].used, 0, "one that matches nothing is known");
    OK(rules[3].is_unused && !rules[2].is_unused, "and said to be of no use");
}

static void
test_errors(void)
{
    static const struct {
        const char *text;
        const char *error;
    } cases[] = {
        {"grave table t", "f:1:1: unknown severity 'grave'"},
        {"\n\n  different table t", "f:3:3: unknown severity 'different'"},
        {"\"\" table t", "f:1:1: missing severity"},
        {"names", "f:1:6: missing kind"},
        {"names # table t", "f:1:7: missing kind"},
        {"names tabel t", "f:1:7: unknown kind 'tabel'"},
        {"names foreign key t.f", "f:1:7: unknown kind 'foreign'"},
        {"names  table", "f:1:13: missing object"},
        {"names  table  # t", "f:1:15: missing object"},
        {"* \xC3\xA4 t", "f:1:3: unknown kind '\xC3\xA4'"},
        {"* table \xC3\xA4 x", "f:1:11: unknown attribute 'x'"},
        {"* table \"t", "f:1:9: a quoted name has no end"},
        {"* table a\"t\nb\"", "f:1:10: a quoted name has no end"},
        {"* table \"t\"\"", "f:1:9: a quoted name has no end"},
        {"* table t comment more", "f:1:19: more than a rule"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SCOPED(accepted_clear) struct accepted accepted = {0};
        struct duet_error err = {0};

        OK(!accepted_add(&accepted, "f", cases[i].text, &err) &&
               err.kind == DUET_ERROR_USAGE,
           "no rule: %s", cases[i].error);
        IS_TEXT(err.text, cases[i].error, "and where");
    }
}

/* ------------------------------------------------------------------- files */

static char directory[] = "/tmp/duet-accepted-XXXXXX";

static const char *
write_file(struct arena *arena, const char *name, const char *text)
{
    char *path = path_join(arena, directory, name);
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        exit(2);
    return path;
}

static void
is_read(const char *path, const char *want, const char *title)
{
    SCOPED(accepted_clear) struct accepted accepted = {0};
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};
    const char *got = "";

    OK(accepted_read(&accepted, path, &err), "%s: %s", title, err.text);
    for (size_t i = 0; i < accepted.nrules; i++)
        got = arena_printf(&arena, "%s%s ", got, accepted.rules[i].object);
    IS_TEXT(got, want, "%s: its rules", title);
}

static void
test_files(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(accepted_clear) struct accepted accepted = {0};
    struct duet_error err = {0};
    const char *one;

    if (mkdtemp(directory) == NULL)
        exit(2);
    is_read(directory, "", "an empty directory");
    is_read(path_join(&arena, directory, "b.sql"), "", "a schema without any");
    one = write_file(&arena, "accepted", "* table first");
    write_file(&arena, "b.accepted", "* table b");
    write_file(&arena, "c.accepted", "* table c");
    write_file(&arena, "accepted.old", "no rule");
    is_read(directory, "first b c ", "a directory");
    is_read(path_join(&arena, directory, "b.sql"), "b ", "a schema's own");
    is_read(one, "first ", "a file itself");
    OK(!accepted_read(&accepted, path_join(&arena, directory, "d"), &err) &&
           err.kind == DUET_ERROR_IO,
       "a file that is named has to be there: %s", err.text);
    write_file(&arena, "b.accepted", "* table b\n* table");
    OK(!accepted_read(&accepted, directory, &err) &&
           strstr(err.text, "/b.accepted:2:8: missing object") != NULL,
       "an error names the file: %s", err.text);
    for (int i = 0; i < 4; i++)
        unlink(
            path_join(&arena, directory,
                      (const char *const[]){"accepted", "b.accepted",
                                            "c.accepted", "accepted.old"}[i]));
    IS_INT(rmdir(directory), 0, "nothing else was made");
}

/* Two databases of one engine have nothing of that kind. */
static void
test_one_engine(void)
{
    for (int one = 0; one < 2; one++) {
        SCOPED(ground_clear) struct ground ground;
        const struct accepted_rule *rules;

        ground_make(&ground);
        ground.comparison.one_engine = one;
        if (!OK(accepted_add(&ground.accepted, "f",
                             "one-engine  index  *.none\n* index *.none\n",
                             &ground.err),
                "rules that match nothing"))
            return;
        accepted_apply(&ground.accepted, &ground.comparison);
        rules = ground.accepted.rules;
        OK(rules[0].is_unused == !one, "one for a single engine's things is %s",
           one ? "of no use between two engines only" : "of no use");
        OK(rules[1].is_unused, "another is of no use");
    }
}

int
main(void)
{
    test_cover();
    test_suggest();
    test_file();
    test_one_engine();
    test_errors();
    test_files();
    return tap_done();
}
