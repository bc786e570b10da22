/*
 * The page of a comparison: what is found stands in it, each thing once and as
 * text, whatever it is called; what the verdict is, and what is drawn.
 */
#include "schema/report.h"

#include <stdio.h>
#include <string.h>

#include "base/html.h"
#include "lib/sketch.h"
#include "lib/tap.h"
#include "schema/accepted.h"
#include "schema/report_text.h"

#define HOSTILE "</script><b onclick='x'>&amp;\""

static const char left_text[] =
    "table user\n"
    "column id|type=integer|not_null|identity=auto\n"
    "column email|type=varchar(254)|not_null|guard|default=''\n"
    "column age|type=integer|guard\n"
    "primary key pk_user|(id)\n"
    "unique constraint uq_user|(email)\n"
    "check ck_user_age|expression=age >= 0\n"
    "table note\n"
    "column id|type=integer|not_null\n"
    "column owner|type=integer|guard\n"
    "column reply|type=integer|guard\n"
    "primary key pk_note|(id)\n"
    "foreign key fk_owner|(owner -> id)|references=user\n"
    "foreign key fk_reply|(reply -> id)|references=note\n"
    "table old\n"
    "column id|type=integer|not_null\n"
    "column note|type=integer\n"
    "foreign key fk_note|(note -> id)|references=note\n"
    "view v|definition=select '<i>' as one from user where id > 1\n";

static const char right_text[] =
    "table user\n"
    "column id|type=integer|not_null|guard|identity=auto\n"
    "column email|type=varchar(100)|not_null|guard\n"
    "column age|type=integer|guard\n"
    "column " HOSTILE "|type=text|guard\n"
    "primary key user_pkey|(id)\n"
    "unique constraint uq_user|(email)\n"
    "check ck_user_age|expression=age > 0\n"
    "table note\n"
    "column id|type=integer|not_null|guard\n"
    "column owner|type=integer|guard\n"
    "column reply|type=integer|guard\n"
    "primary key pk_note|(id)\n"
    "foreign key fk_owner|(owner -> id)|references=user|on_delete=cascade\n"
    "foreign key fk_reply|(reply -> id)|references=note\n"
    "view v|definition=select '<i>' as one from user where id > 2\n"
    "other x|what=extension|definition=create extension \"" HOSTILE "\"\n";

struct sample {
    struct schema left;
    struct schema right;
    struct comparison comparison;
    struct accepted accepted;
    struct report report;
    struct buf page;
};

static void
sample_clear(struct sample *sample)
{
    buf_release(&sample->page);
    accepted_clear(&sample->accepted);
    comparison_clear(&sample->comparison);
    schema_clear(&sample->left);
    schema_clear(&sample->right);
}

/* ENGINES: that of the left and of the right one, NULL for both of them. */
static void
take(struct sample *out, const char *const *engines, const char *left,
     const char *right, const char *accepted)
{
    struct duet_error err;

    *out = (struct sample){0};
    sketch(&out->left, engines[0], left);
    sketch(&out->right, engines[1], right);
    schema_compare(&out->comparison, &out->left, &out->right);
    if (!accepted_add(&out->accepted, "schema/accepted", accepted, &err))
        tap_diag("%s", err.text);
    accepted_apply(&out->accepted, &out->comparison);
    out->report = (struct report){
        .comparison = &out->comparison,
        .left = {&out->left, "sqlite:<left>.db"},
        .right = {&out->right, "postgres:///right?a=b&c=d"},
        .time = "2026-11-25 22:02 UTC",
        .accepted = &out->accepted,
        .mends = true,
    };
    report_html(&out->page, &out->report);
}

static const char *const both[] = {"sqlite", "postgres"};
static const char *const alike[] = {"postgres", "postgres"};

static int
count(const char *text, const char *what)
{
    int found = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        found++;
    return found;
}

static bool
says(const struct sample *sample, const char *what)
{
    return strstr(buf_data(&sample->page), what) != NULL;
}

/* TEXT without what only marks a part of it. */
static void
add_unmarked(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strncmp(text, "<mark>", 6) == 0)
            text += 5;
        else if (strncmp(text, "</mark>", 7) == 0)
            text += 6;
        else
            buf_char(out, *text);
    }
}

/* ---------------------------------------------------------------- findings */

static void
add_side(struct buf *out, const char *label, const char *text)
{
    if (text == NULL)
        return;
    buf_printf(out, "<div><dt>%s</dt><dd>", label);
    html_between(out, "<code>", text, "</code></dd></div>\n");
}

/* The texts of a finding as they have to stand beside each other. */
static void
add_texts(struct buf *out, const struct finding *finding)
{
    add_side(out, "SQLite", finding->left_text);
    add_side(out, "PostgreSQL", finding->right_text);
}

/* How many findings have WANT. */
static int
count_alike(const struct comparison *comparison, const char *want)
{
    int found = 0;

    for (size_t i = 0; i < comparison->nfindings; i++) {
        SCOPED(buf_release) struct buf own = {0};

        add_texts(&own, &comparison->findings[i]);
        found += strstr(buf_data(&own), want) != NULL;
    }
    return found;
}

static void
test_findings(const struct sample *sample)
{
    const struct comparison *comparison = &sample->comparison;
    SCOPED(buf_release) struct buf page = {0};

    add_unmarked(&page, buf_data(&sample->page));
    OK(comparison->nfindings > 10, "%zu things are found",
       comparison->nfindings);
    IS_INT(count(buf_data(&page), "<li class=\"finding"), comparison->nfindings,
           "each is in the page once");
    for (size_t i = 0; i < comparison->nfindings; i++) {
        const struct finding *finding = &comparison->findings[i];
        SCOPED(arena_clear) struct arena arena = {0};
        SCOPED(buf_release) struct buf want = {0};

        add_texts(&want, finding);
        IS_INT(count(buf_data(&page), buf_data(&want)),
               count_alike(comparison, buf_data(&want)), "%s, %s",
               finding_title(&arena, finding),
               finding->attribute ? finding->attribute : "whole");
    }
}

static void
test_words(const struct sample *sample)
{
    OK(says(sample, "<mark>254</mark>)</code>") &&
           says(sample, "<mark>100</mark>)</code>"),
       "what differs in two texts is marked");
    OK(says(sample, "user where id &gt; <mark>1</mark></code>"),
       "and in a query");
    OK(says(sample, "<p class=\"note\">By the rule <code>"), "a rule is named");
    OK(says(sample, "Accepted by <code>strictness  check  user.*  # as of old"
                    "</code>"),
       "so is what accepts a difference");
    OK(says(sample, "<code>names  table  nowhere</code> "
                    "<span class=\"where\">schema/accepted:2</span>"),
       "and what accepts nothing");
    OK(says(sample, "SQL that makes it in SQLite what it is in PostgreSQL:</p>"
                    "\n<pre tabindex=\"0\"><code>alter table"),
       "what mends it is SQL");
    OK(says(sample, "<code>structure  column  user.email  type</code>"),
       "what would accept it is a rule");
    OK(says(sample, "table <code>old</code></h3>\n<ul class=\"findings\">\n"
                    "<li class=\"finding structure\" "
                    "data-severity=\"structure\" data-verdict=\"different\" "
                    "data-kind=\"table\" data-counts=\"yes\"><h4>"
                    "<span class=\"badge structure\">structure</span> "
                    "<span class=\"part\"> only in SQLite</span></h4>"),
       "a finding has what filters ask for");
}

/* ----------------------------------------------------------------- hostility
 */

static void
test_hostile(const struct sample *sample)
{
    SCOPED(buf_release) struct buf want = {0};
    const char *page = buf_data(&sample->page);

    html_text(&want, HOSTILE);
    OK(count(page, buf_data(&want)) >= 4, "a hostile name is text");
    IS_INT(count(page, "<b ") + count(page, "<b>"), 0, "and no tag");
    IS_INT(count(page, "<script"), 1, "there is one script");
    IS_INT(count(page, "</script"), 1, "which ends once");
    IS_INT(count(page, "</style"), 1, "as does the style");
    OK(says(sample, "<title>sqlite:&lt;left&gt;.db | "
                    "postgres:///right?a=b&amp;c=d</title>"),
       "the databases' names are text, too");
    IS_INT(count(page, "=\"http"), 2, "two names of languages look like links");
    IS_INT(count(page, "src="), 0, "nothing is loaded");
    OK(strpbrk(report_css, "<&") == NULL, "the style is the same in XML");
    OK(strstr(report_js, "</") == NULL && strstr(report_js, "]]>") == NULL &&
           strstr(report_js, "<!--") == NULL,
       "the script does not end before its end");
    OK(strstr(report_js, "eval") == NULL &&
           strstr(report_js, "innerHTML") == NULL,
       "and makes nothing of a text");
}

/* ------------------------------------------------------------------ diagram */

static void
test_diagram(const struct sample *sample)
{
    const char *page = buf_data(&sample->page);

    IS_INT(count(page, "class=\"box "), 3, "a box for each table");
    IS_INT(count(page, "class=\"box structure alone\""), 1,
           "one is on one side only");
    IS_INT(count(page, "class=\"row "), 4 + 3 + 2, "a row for each column");
    IS_INT(count(page, "class=\"row structure alone\""), 1,
           "one of the columns is on one side only");
    IS_INT(count(page, "class=\"line "), 3, "a line for each foreign key");
    IS_INT(count(page, "class=\"line structure\""), 1, "one of which differs");
    OK(says(sample, "<title>note (owner) references user</title>"),
       "a line says what it is");
    OK(says(sample, "data-from=\"b0\" data-to=\"b0\""),
       "one leads to its own table");
    OK(says(sample, "aria-label=\"table old (only in SQLite): 1 finding, of "
                    "structure at worst\""),
       "a box says what was found");
}

/* ----------------------------------------------------------------- verdicts */

static void
is_verdict(const struct sample *sample, const char *want, const char *title)
{
    SCOPED(buf_release) struct buf got = {0};
    const char *from = strstr(buf_data(&sample->page), "<p class=\"verdict ");
    const char *to = from ? strstr(from, "</p>") : NULL;

    if (to != NULL)
        buf_add(&got, from + strlen("<p class=\"verdict "),
                (size_t)(to - from) - strlen("<p class=\"verdict "));
    IS_TEXT(buf_data(&got), want, "%s", title);
}

static void
try_verdict(const char *const *engines, const char *left, const char *right,
            const char *accepted, const char *want, const char *title)
{
    SCOPED(sample_clear) struct sample sample;

    take(&sample, engines, left, right, accepted);
    is_verdict(&sample, want, title);
}

#define T "table t\ncolumn a|type=integer|guard"

static void
test_verdicts(void)
{
    struct sample sample;

    try_verdict(alike, T, T, "", "same\">The schemas are the same.",
                "nothing differs");
    try_verdict(alike, "", "", "", "same\">The schemas are the same.",
                "nothing is there");
    try_verdict(alike, T, T "|not_null", "",
                "differs\">The schemas differ in 1 thing: 1 of strictness.",
                "one thing differs");
    try_verdict(alike, T, T "|not_null|default=1\ntable u", "",
                "differs\">The schemas differ in 3 things: 2 of structure and "
                "1 of strictness.",
                "several do");
    try_verdict(alike, T, T "|not_null|default=1|comment=x", "",
                "differs\">The schemas differ in 3 things: 1 of structure, 1 "
                "of strictness and 1 of names.",
                "of several severities");
    try_verdict(alike, T, T "|not_null", "strictness column t.a",
                "same\">The schemas are the same, but for 1 accepted "
                "difference.",
                "all is accepted");
    try_verdict(alike, T, T, "names column t.a",
                "differs\">The schemas are the same; 1 accepted rule is of no "
                "use any more.",
                "a rule is of no use");
    try_verdict(both, T, T "\nother x|what=extension|definition=x", "",
                "same\">The schemas are the same, but for 1 thing that one "
                "engine alone can have.",
                "there is what one engine has alone");
    try_verdict(both, T "\ncheck c|expression=strange(a)",
                T "\ncheck c|expression=odd(a)", "",
                "differs\">Whether the schemas differ is unknown: 1 thing is "
                "not understood.",
                "one thing is unknown");

    take(&sample, both, T, T "\nother x|what=extension|definition=x", "");
    buf_clear(&sample.page);
    sample.report.strict = true;
    report_html(&sample.page, &sample.report);
    is_verdict(&sample,
               "differs\">The schemas differ in 1 thing: 1 of one engine.",
               "that is a difference, to be strict");
    sample_clear(&sample);
}

/* Text is all that there is of a schema which nobody has compared. */
static void
test_edges(void)
{
    static const char *const none[] = {NULL, NULL};
    SCOPED(sample_clear) struct sample empty;
    struct sample sample;

    take(&empty, none, "", "", "");
    OK(says(&empty, "<p>Nothing: all is identical.</p>") &&
           says(&empty, "<p>There are none.</p>"),
       "a page of nothing says so");

    take(&sample, alike, T, T "|default=1", "");
    buf_clear(&sample.page);
    sample.report.mends = false;
    sample.report.accepted = NULL;
    report_html(&sample.page, &sample.report);
    OK(!says(&sample, "SQL that makes"), "nothing mends what is no database");
    OK(says(&sample, "<dt>left") && says(&sample, "<dt>right"),
       "of one engine the sides are left and right");
    sample_clear(&sample);

    take(&sample, alike, T, T "|default='\x0B'", "");
    OK(says(&sample, "none</span>") && says(&sample, "<code>'␋'</code>"),
       "a control character is shown");
    OK(!says(&sample, "<code>alter table") &&
           says(&sample, "It has control characters"),
       "but in SQL that one could copy it would be wrong");
    sample_clear(&sample);

    take(&sample, alike, T "\nforeign key f|(a -> a)|references=nowhere",
         T "\nforeign key f|(a -> a)|references=t", "");
    IS_INT(count(buf_data(&sample.page), "class=\"line "), 0,
           "a key that leads nowhere has no line");
    sample_clear(&sample);
}

int
main(void)
{
    SCOPED(sample_clear) struct sample sample;
    SCOPED(buf_release) struct buf again = {0};

    take(&sample, both, left_text, right_text,
         "strictness  check  user.*  # as of old\n"
         "names  table  nowhere\n");
    test_findings(&sample);
    test_words(&sample);
    test_hostile(&sample);
    test_diagram(&sample);
    report_html(&again, &sample.report);
    IS_TEXT(buf_data(&again), buf_data(&sample.page),
            "the same comparison makes the same page");
    test_verdicts();
    test_edges();
    return tap_done();
}
