#include "schema/report_part.h"

#include <string.h>

#include "base/html.h"
#include "schema/rules.h"

enum { SEVERITIES = SEVERITY_ONE_ENGINE + 1 };

static const char *const meanings[SEVERITIES] = {
    [SEVERITY_STRUCTURE] = "rows or answers could differ",
    [SEVERITY_STRICTNESS] = "one side enforces less",
    [SEVERITY_NAMES] = "the same thing under two names",
    [SEVERITY_ONE_ENGINE] = "what the other engine can't have",
};

struct counts {
    size_t by[SEVERITIES][STATES];
    size_t states[STATES];
    size_t differing[SEVERITIES]; /* those that count and are understood */
    size_t counting;
    size_t unused; /* accepted rules that cover nothing */
};

static void
count(const struct page *page, struct counts *out)
{
    const struct comparison *comparison = page->report->comparison;
    const struct accepted *accepted = page->report->accepted;

    *out = (struct counts){0};
    for (size_t i = 0; i < comparison->nfindings; i++) {
        const struct finding *finding = &comparison->findings[i];
        enum state state = finding_state(finding);

        out->by[finding->severity][state]++;
        out->states[state]++;
        if (!page_counts(page, finding))
            continue;
        out->counting++;
        if (state != STATE_UNKNOWN)
            out->differing[finding->severity]++;
    }
    for (size_t i = 0; accepted != NULL && i < accepted->nrules; i++)
        out->unused += accepted->rules[i].is_unused;
}

/* ------------------------------------------------------------ one sentence */

/* ": 9 of structure, 3 of strictness and 2 of names" */
static void
add_severities(struct page *page, const struct counts *counts)
{
    size_t left = 0;
    const char *before = ": ";

    for (int i = 0; i < SEVERITIES; i++)
        left += counts->differing[i] > 0;
    for (int i = 0; i < SEVERITIES; i++) {
        if (counts->differing[i] == 0)
            continue;
        buf_printf(page->out, "%s%zu of %s", before, counts->differing[i],
                   i == SEVERITY_ONE_ENGINE ? "one engine" : severity_names[i]);
        before = --left == 1 ? " and " : ", ";
    }
}

static void
add_difference(struct page *page, const struct counts *counts)
{
    size_t unknown = counts->states[STATE_UNKNOWN];
    size_t differing = counts->counting - unknown;

    if (differing > 0) {
        buf_printf(page->out, "The schemas differ in %s",
                   number_of(&page->arena, differing, "thing", "things"));
        add_severities(page, counts);
        if (unknown > 0)
            buf_printf(page->out, "; %zu more %s unknown", unknown,
                       unknown == 1 ? "is" : "are");
    } else {
        buf_printf(page->out,
                   "Whether the schemas differ is unknown: %s not understood",
                   number_of(&page->arena, unknown, "thing is", "things are"));
    }
}

static void
add_sameness(struct page *page, const struct counts *counts)
{
    size_t accepted = counts->states[STATE_ACCEPTED];
    size_t missed = counts->states[STATE_NOT_COMPARED];

    buf_text(page->out, "The schemas are the same");
    if (accepted > 0)
        buf_printf(page->out, ", but for %s",
                   number_of(&page->arena, accepted, "accepted difference",
                             "accepted differences"));
    if (missed > 0)
        buf_printf(page->out, "%s %s that one engine alone can have",
                   accepted > 0 ? " and" : ", but for",
                   number_of(&page->arena, missed, "thing", "things"));
}

static void
add_verdict(struct page *page, const struct counts *counts)
{
    bool same = counts->counting == 0 && counts->unused == 0;

    buf_printf(page->out, "<p class=\"verdict %s\">",
               same ? "same" : "differs");
    if (counts->counting > 0)
        add_difference(page, counts);
    else
        add_sameness(page, counts);
    if (counts->unused > 0)
        buf_printf(page->out, "; %s of no use any more",
                   number_of(&page->arena, counts->unused, "accepted rule is",
                             "accepted rules are"));
    buf_text(page->out, ".</p>\n");
}

/* ------------------------------------------------------------- the numbers */

static void
add_number(struct buf *out, size_t number)
{
    buf_printf(out, "<td%s>%zu</td>", number == 0 ? " class=\"zero\"" : "",
               number);
}

static void
add_row(struct page *page, const struct counts *counts, int severity)
{
    struct buf *out = page->out;

    buf_printf(out,
               "<tr><th scope=\"row\"><span class=\"badge %s\">%s</span> "
               "<span class=\"meaning\">%s</span></th>",
               severity_names[severity], severity_names[severity],
               meanings[severity]);
    for (int state = 0; state < STATE_EQUIVALENT; state++)
        add_number(out, counts->by[severity][state]);
    buf_text(out, "</tr>\n");
}

static void
add_table(struct page *page, const struct counts *counts)
{
    struct buf *out = page->out;

    buf_text(out, "<table class=\"counts\">\n"
                  "<thead><tr><th scope=\"col\">severity</th>");
    for (int state = 0; state < STATE_EQUIVALENT; state++)
        html_between(out, "<th scope=\"col\">", state_names[state], "</th>");
    buf_text(out, "</tr></thead>\n<tbody>\n");
    for (int severity = SEVERITY_STRUCTURE; severity < SEVERITIES; severity++)
        add_row(page, counts, severity);
    buf_text(out, "</tbody>\n</table>\n");
}

/* Rules of the accepted differences that nothing comes under any more. */
static void
add_unused(struct page *page, const struct counts *counts)
{
    const struct accepted *accepted = page->report->accepted;
    struct buf *out = page->out;

    if (counts->unused == 0)
        return;
    buf_text(out, "<div class=\"unused\">\n<p>These rules accept what is no "
                  "difference any more:</p>\n<ul>\n");
    for (size_t i = 0; i < accepted->nrules; i++) {
        const struct accepted_rule *rule = &accepted->rules[i];

        if (rule->used > 0)
            continue;
        html_between(out, "<li><code>", rule->text, "</code> ");
        html_between(out, "<span class=\"where\">", rule->place.file, "");
        buf_printf(out, ":%u</span></li>\n", rule->place.line);
    }
    buf_text(out, "</ul>\n</div>\n");
}

void
page_summary(struct page *page)
{
    struct buf *out = page->out;
    struct counts counts;

    count(page, &counts);
    buf_text(out, "<section id=\"summary\" aria-label=\"summary\">\n");
    add_verdict(page, &counts);
    add_table(page, &counts);
    buf_printf(out,
               "<p class=\"rest\">%zu more %s <a href=\"#rules\">equivalent"
               "</a>, %zu identical. <a href=\"#diagram\">The tables as a "
               "diagram</a></p>\n",
               counts.states[STATE_EQUIVALENT],
               counts.states[STATE_EQUIVALENT] == 1 ? "is" : "are",
               page->report->comparison->nidentical);
    add_unused(page, &counts);
    buf_text(out, "</section>\n");
}

/* ------------------------------------------------------------------- rules */

static size_t
count_rule(const struct comparison *comparison, const char *name)
{
    size_t number = 0;

    for (size_t i = 0; i < comparison->nfindings; i++)
        number += comparison->findings[i].rule != NULL &&
                  strcmp(comparison->findings[i].rule, name) == 0;
    return number;
}

void
page_rules(struct page *page)
{
    struct buf *out = page->out;
    bool any = false;

    buf_text(out, "<section id=\"rules\">\n<h2>What makes them equivalent</h2>"
                  "\n");
    for (size_t i = 0; i < nrule_specs; i++) {
        size_t number =
            count_rule(page->report->comparison, rule_specs[i].name);

        if (number == 0)
            continue;
        if (!any)
            buf_text(out,
                     "<table class=\"rules\">\n<thead><tr>"
                     "<th scope=\"col\">rule</th>"
                     "<th scope=\"col\">what is the same by it</th>"
                     "<th scope=\"col\">used</th></tr></thead>\n<tbody>\n");
        any = true;
        html_between(out, "<tr><th scope=\"row\"><code>", rule_specs[i].name,
                     "</code></th>");
        html_between(out, "<td>", rule_specs[i].summary, "</td>");
        buf_printf(out, "<td>%zu</td></tr>\n", number);
    }
    buf_text(out,
             any ? "</tbody>\n</table>\n" : "<p>No rule was needed.</p>\n");
    buf_text(out, "</section>\n");
}
