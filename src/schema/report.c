#include "schema/report.h"

#include <stdint.h>
#include <string.h>

#include "base/html.h"
#include "schema/boxes.h"
#include "schema/report_part.h"
#include "schema/report_text.h"

const char *const state_names[STATES] = {
    [STATE_DIFFERENT] = "different",       [STATE_UNKNOWN] = "unknown",
    [STATE_NOT_COMPARED] = "not compared", [STATE_ACCEPTED] = "accepted",
    [STATE_EQUIVALENT] = "equivalent",
};

enum state
finding_state(const struct finding *finding)
{
    static const enum state states[] = {
        [VERDICT_IDENTICAL] = STATE_EQUIVALENT,
        [VERDICT_EQUIVALENT] = STATE_EQUIVALENT,
        [VERDICT_DIFFERENT] = STATE_DIFFERENT,
        [VERDICT_UNKNOWN] = STATE_UNKNOWN,
        [VERDICT_NOT_COMPARED] = STATE_NOT_COMPARED,
    };

    return finding->accepted ? STATE_ACCEPTED : states[finding->verdict];
}

bool
page_counts(const struct page *page, const struct finding *finding)
{
    return finding_counts(finding) ||
           (page->report->strict &&
            finding_state(finding) == STATE_NOT_COMPARED);
}

const char *
number_of(struct arena *arena, size_t count, const char *one, const char *more)
{
    return arena_printf(arena, "%zu %s", count, count == 1 ? one : more);
}

/* ------------------------------------------------------------------ groups */

size_t
page_group(const struct page *page, const struct object *object)
{
    for (size_t i = page->ngroups; i-- > 0;) {
        const struct object *own = page->groups[i].object;

        if (own == object ||
            (own != NULL && object != NULL && is_called_alike(own, object)))
            return i;
    }
    return SIZE_MAX;
}

static void
add_to_group(struct page *page, size_t number)
{
    const struct finding *finding = &page->report->comparison->findings[number];
    const struct object *object =
        finding->left ? finding->left : finding->right;
    size_t group;

    if (object != NULL && object->owner != NULL)
        object = object->owner;
    group = page_group(page, object);
    if (group == SIZE_MAX) {
        page->groups = arena_grow(&page->arena, page->groups, page->ngroups,
                                  &page->groups_size, sizeof *page->groups);
        group = page->ngroups++;
        page->groups[group] = (struct group){.object = object};
    }
    page->group_of[number] = group;
    if (page_counts(page, finding))
        page->groups[group].counting++;
    else
        page->groups[group].others++;
}

static void
make_groups(struct page *page)
{
    size_t count = page->report->comparison->nfindings;

    page->group_of =
        arena_array(&page->arena, count + 1, sizeof *page->group_of);
    for (size_t i = 0; i < count; i++)
        add_to_group(page, i);
}

/* ------------------------------------------------------------------- sides */

static const char *
engine_title(const struct report_side *side)
{
    if (side->schema->engine == NULL)
        return "declaration";
    return strcmp(side->schema->engine, "sqlite") == 0 ? "SQLite"
                                                       : "PostgreSQL";
}

/* By the engine if that tells them apart. */
static void
name_sides(struct page *page)
{
    const struct report *report = page->report;
    const char *left = engine_title(&report->left);
    const char *right = engine_title(&report->right);

    if (strcmp(left, right) != 0) {
        page->labels[0] = left;
        page->labels[1] = right;
        page->places[0] = arena_printf(&page->arena, "in %s", left);
        page->places[1] = arena_printf(&page->arena, "in %s", right);
    } else {
        page->labels[0] = "left";
        page->labels[1] = "right";
        page->places[0] = "on the left";
        page->places[1] = "on the right";
    }
}

static void
add_side(struct page *page, const char *label, const struct report_side *side)
{
    struct buf *out = page->out;
    const char *engine = engine_title(side);

    html_between(out, "<div><dt>", label, "");
    if (strcmp(engine, label) != 0)
        html_between(out, " <span class=\"engine\">", engine, "</span>");
    html_between(out, "</dt><dd><code>", side->name, "</code></dd></div>\n");
}

/* -------------------------------------------------------------------- page */

static void
add_head(struct page *page)
{
    const struct report *report = page->report;
    struct buf *out = page->out;

    buf_text(out, "<!DOCTYPE html>\n"
                  "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n"
                  "<head>\n"
                  "<meta charset=\"utf-8\"/>\n"
                  "<meta http-equiv=\"Content-Security-Policy\" "
                  "content=\"default-src 'none'; style-src 'unsafe-inline'; "
                  "script-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
                  "form-action 'none'\"/>\n"
                  "<meta name=\"viewport\" "
                  "content=\"width=device-width, initial-scale=1\"/>\n"
                  "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                  "<link rel=\"icon\" href=\"data:,\"/>\n");
    html_between(out, "<title>", report->left.name, " | ");
    html_between(out, "", report->right.name, "</title>\n");
    buf_text(out, "<style>\n");
    buf_text(out, report_css);
    buf_text(out, "</style>\n</head>\n");
}

static void
add_header(struct page *page)
{
    struct buf *out = page->out;

    buf_text(out, "<header>\n<h1>Two schemas compared</h1>\n"
                  "<dl class=\"operands\">\n");
    add_side(page, page->labels[0], &page->report->left);
    add_side(page, page->labels[1], &page->report->right);
    buf_text(out, "</dl>\n</header>\n");
}

static void
add_footer(struct page *page)
{
    struct buf *out = page->out;

    html_between(out, "<footer><p>Compared by duet " DUET_VERSION ", ",
                 page->report->time, ".</p></footer>\n");
    buf_text(out, "<script>//<![CDATA[\n");
    buf_text(out, report_js);
    buf_text(out, "//]]></script>\n");
}

void
report_html(struct buf *out, const struct report *report)
{
    struct page page = {.out = out, .report = report};

    make_groups(&page);
    name_sides(&page);
    add_head(&page);
    buf_text(out, "<body>\n");
    add_header(&page);
    buf_text(out, "<main>\n");
    page_summary(&page);
    page_findings(&page);
    page_rules(&page);
    page_diagram(&page);
    buf_text(out, "</main>\n");
    add_footer(&page);
    buf_text(out, "</body>\n</html>\n");
    arena_clear(&page.arena);
}
