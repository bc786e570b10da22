#include "schema/report_part.h"

#include <string.h>

#include "base/html.h"
#include "schema/describe.h"
#include "schema/mend.h"
#include "schema/rules.h"

enum { TITLE = 80 }; /* bytes of an expression that stands for a name */

static const struct object *
object_of(const struct finding *finding)
{
    return finding->left ? finding->left : finding->right;
}

/* ----------------------------------------------------------------- filters */

static const char *
kind_of(const struct finding *finding)
{
    const struct object *object = object_of(finding);

    return object ? kind_specs[object->kind].name : "database";
}

static bool
has_kind(const struct page *page, const char *kind)
{
    const struct comparison *comparison = page->report->comparison;

    for (size_t i = 0; i < comparison->nfindings; i++)
        if (strcmp(kind_of(&comparison->findings[i]), kind) == 0)
            return true;
    return false;
}

static void
add_choice(struct buf *out, const char *name, const char *value,
           const char *class)
{
    buf_printf(out,
               "<label class=\"chip %s\"><input type=\"checkbox\" name=\"%s\" "
               "value=\"%s\"/>%s</label>\n",
               class, name, value, value);
}

static void
add_kinds(struct page *page)
{
    struct buf *out = page->out;

    buf_text(out, "<label class=\"field\">kind <select name=\"kind\">"
                  "<option value=\"\">all</option>");
    for (int i = 0; i < OBJECT_KINDS; i++)
        if (has_kind(page, kind_specs[i].name))
            html_between(out, "<option>", kind_specs[i].name, "</option>");
    if (has_kind(page, "database"))
        buf_text(out, "<option>database</option>");
    buf_text(out, "</select></label>\n");
}

/* The script shows it, since without one it would do nothing. */
static void
add_filters(struct page *page)
{
    struct buf *out = page->out;

    buf_text(out, "<form id=\"filters\" role=\"search\" hidden=\"hidden\" "
                  "aria-label=\"which findings are shown\">\n"
                  "<fieldset><legend>severity</legend>\n");
    for (int i = SEVERITY_STRUCTURE; i <= SEVERITY_ONE_ENGINE; i++)
        add_choice(out, "severity", severity_names[i], severity_names[i]);
    buf_text(out, "</fieldset>\n<fieldset><legend>verdict</legend>\n");
    for (int i = 0; i < STATES; i++)
        add_choice(out, "verdict", state_names[i], "plain");
    buf_text(out, "</fieldset>\n<div class=\"fields\">\n");
    add_kinds(page);
    buf_text(out,
             "<label class=\"field\">text <input type=\"search\" name=\"text\" "
             "autocomplete=\"off\" spellcheck=\"false\"/></label>\n"
             "<label class=\"field\"><input type=\"checkbox\" name=\"counts\" "
             "value=\"yes\"/>only what counts</label>\n"
             "<button type=\"reset\">show all</button>\n</div>\n"
             "<p role=\"status\" id=\"shown\"></p>\n</form>\n");
}

/* ------------------------------------------------------------------- texts */

static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* AT begins a word, or is in none: characters are never cut. */
static bool
is_boundary(const char *text, size_t at)
{
    return at == 0 || !is_word(text[at - 1]) || !is_word(text[at]);
}

/* How much both begin with, in whole words. */
static size_t
common_start(const char *one, const char *other)
{
    size_t len = 0;

    while (one[len] != '\0' && one[len] == other[len])
        len++;
    while (len > 0 && !(is_boundary(one, len) && is_boundary(other, len)))
        len--;
    return len;
}

/* How much both end with, but for the first START bytes. */
static size_t
common_end(const char *one, const char *other, size_t start)
{
    size_t first = strlen(one);
    size_t second = strlen(other);
    size_t len = 0;

    while (len < first - start && len < second - start &&
           one[first - len - 1] == other[second - len - 1])
        len++;
    while (len > 0 &&
           !(is_boundary(one, first - len) && is_boundary(other, second - len)))
        len--;
    return len;
}

/* TEXT, and in it what is not the same in OTHER. */
static void
add_marked(struct buf *out, const char *text, const char *other)
{
    size_t start = other ? common_start(text, other) : 0;
    size_t end = other ? common_end(text, other, start) : 0;
    size_t len = strlen(text) - start - end;

    html_bytes(out, text, start);
    if (len > 0 && start + end >= len / 2 && start + end > 0) {
        buf_text(out, "<mark>");
        html_bytes(out, text + start, len);
        buf_text(out, "</mark>");
    } else {
        html_bytes(out, text + start, len);
    }
    html_text(out, text + start + len);
}

/* What to say where there is no text, but OTHER on the other side. */
static const char *
nothing_of(const struct finding *finding, const struct object *object,
           const char *other)
{
    if (object == NULL && finding->attribute == NULL)
        return "not there";
    return other != NULL && strcmp(other, "yes") == 0 ? "no" : "none";
}

static void
add_text(struct page *page, const struct finding *finding, int side)
{
    struct buf *out = page->out;
    const char *const texts[] = {finding->left_text, finding->right_text};
    const struct object *const objects[] = {finding->left, finding->right};

    html_between(out, "<div><dt>", page->labels[side], "</dt><dd>");
    if (texts[side] != NULL && *texts[side] != '\0') {
        buf_text(out, "<code>");
        add_marked(out, texts[side], texts[!side]);
        buf_text(out, "</code>");
    } else {
        html_between(out, "<span class=\"nothing\">",
                     texts[side]
                         ? "empty"
                         : nothing_of(finding, objects[side], texts[!side]),
                     "</span>");
    }
    buf_text(out, "</dd></div>\n");
}

/* ---------------------------------------------------------------- findings */

/* What it is called, or what stands for a name. */
static const char *
part_name(struct page *page, const struct object *object)
{
    const char *text = object->name;

    if (*text == '\0' && object->nparts > 0)
        text = arena_printf(&page->arena, "(%s)",
                            describe_parts(&page->arena, object));
    if (*text == '\0' && object->text[ATTRIBUTE_EXPRESSION] != NULL)
        text = object->text[ATTRIBUTE_EXPRESSION];
    return text;
}

/* "column <code>label</code>", without more than a line of it. */
static void
add_part(struct page *page, const struct object *object)
{
    struct buf *out = page->out;
    const char *what = object->text[ATTRIBUTE_WHAT];
    const char *name = part_name(page, object);
    size_t len = strlen(name);

    html_text(out, what ? what : kind_specs[object->kind].name);
    if (len == 0)
        return;
    buf_text(out, " <code>");
    if (len > TITLE) {
        len = TITLE;
        while (len > 0 && ((unsigned char)name[len] & 0xC0) == 0x80)
            len--;
    }
    html_bytes(out, name, len);
    buf_text(out, name[len] != '\0' ? "…</code>" : "</code>");
}

static void
add_attribute(struct buf *out, const char *name)
{
    buf_text(out, "<span class=\"attribute\">");
    for (; *name != '\0'; name++)
        buf_char(out, *name == '_' ? ' ' : *name);
    buf_text(out, "</span>");
}

static void
add_title(struct page *page, const struct finding *finding)
{
    struct buf *out = page->out;
    const struct object *object = object_of(finding);
    enum state state = finding_state(finding);

    buf_text(out, "<h4>");
    if (finding->severity != SEVERITY_NONE)
        buf_printf(out, "<span class=\"badge %s\">%s</span> ",
                   severity_names[finding->severity],
                   severity_names[finding->severity]);
    if (state != STATE_DIFFERENT)
        buf_printf(out, "<span class=\"state\">%s</span> ", state_names[state]);
    buf_text(out, "<span class=\"part\">");
    if (object != NULL && object->owner != NULL)
        add_part(page, object);
    if (finding->attribute != NULL) {
        buf_char(out, ' ');
        add_attribute(out, finding->attribute);
    } else if (finding->left == NULL || finding->right == NULL) {
        html_between(out, " only ", page->places[finding->left == NULL], "");
    }
    buf_text(out, "</span></h4>\n");
}

static void
add_reasons(struct page *page, const struct finding *finding)
{
    struct buf *out = page->out;
    const struct rule_spec *rule =
        finding->rule ? rule_find(finding->rule) : NULL;

    if (finding->note != NULL)
        html_between(out, "<p class=\"note\">", finding->note, "</p>\n");
    if (finding->rule != NULL) {
        html_between(out, "<p class=\"note\">By the rule <code>", finding->rule,
                     "</code>");
        html_between(out, rule ? ": " : "", rule ? rule->summary : "",
                     "</p>\n");
    }
    if (finding->accepted != NULL)
        html_between(out, "<p class=\"note\">Accepted by <code>",
                     finding->accepted, "</code></p>\n");
}

/* Who copies it must get what it is. */
static void
add_remedy(struct page *page, const char *title, const char *text)
{
    html_between(page->out, "<p>", title, "</p>\n");
    if (html_is_exact(text))
        html_between(page->out, "<pre tabindex=\"0\"><code>", text,
                     "</code></pre>\n");
    else
        buf_text(page->out, "<p class=\"nothing\">It has control characters, "
                            "which no page can have.</p>\n");
}

/* What can be done about a difference: run this, or accept it. */
static void
add_remedies(struct page *page, const struct finding *finding)
{
    SCOPED(buf_release) struct buf sql = {0};
    struct buf *out = page->out;
    const char *accept;
    bool mends;

    if (finding_state(finding) > STATE_NOT_COMPARED)
        return;
    mends = page->report->mends &&
            mend_write(&sql, finding, page->report->left.schema->engine);
    accept = accepted_suggest(&page->arena, finding);
    if (!mends && accept == NULL)
        return;
    html_between(out, "<details class=\"remedy\"><summary>",
                 mends ? "Mend or accept it" : "Accept it", "</summary>\n");
    if (mends)
        add_remedy(page,
                   arena_printf(&page->arena,
                                "SQL that makes it %s what it is %s:",
                                page->places[0], page->places[1]),
                   buf_data(&sql));
    if (accept != NULL)
        add_remedy(page,
                   mends ? "Or live with it, by this line in the file of "
                           "accepted differences:"
                         : "By this line in the file of accepted differences:",
                   accept);
    buf_text(out, "</details>\n");
}

static void
add_finding(struct page *page, const struct finding *finding)
{
    struct buf *out = page->out;

    buf_printf(out, "<li class=\"finding %s\" data-severity=\"%s\" ",
               severity_names[finding->severity],
               severity_names[finding->severity]);
    buf_printf(out, "data-verdict=\"%s\" data-kind=\"%s\" data-counts=\"%s\">",
               state_names[finding_state(finding)], kind_of(finding),
               page_counts(page, finding) ? "yes" : "no");
    add_title(page, finding);
    buf_text(out, "<dl class=\"sides\">\n");
    add_text(page, finding, 0);
    add_text(page, finding, 1);
    buf_text(out, "</dl>\n");
    add_reasons(page, finding);
    add_remedies(page, finding);
    buf_text(out, "</li>\n");
}

/* ------------------------------------------------------------------ groups */

static void
add_list(struct page *page, size_t group, bool counting)
{
    const struct comparison *comparison = page->report->comparison;

    buf_text(page->out, "<ul class=\"findings\">\n");
    for (size_t i = 0; i < comparison->nfindings; i++)
        if (page->group_of[i] == group &&
            page_counts(page, &comparison->findings[i]) == counting)
            add_finding(page, &comparison->findings[i]);
    buf_text(page->out, "</ul>\n");
}

static void
add_heading(struct page *page, const struct object *object)
{
    struct buf *out = page->out;
    const char *what = object ? object->text[ATTRIBUTE_WHAT] : NULL;

    if (object == NULL) {
        buf_text(out, "<h3>the databases</h3>\n");
        return;
    }
    html_between(out, "<h3>", what ? what : kind_specs[object->kind].name, " ");
    html_between(out, "<code>", object_name(&page->arena, object),
                 "</code></h3>\n");
}

/* What does not count is folded away. */
static void
add_others(struct page *page, size_t number)
{
    struct buf *out = page->out;
    const struct group *group = &page->groups[number];

    buf_text(out, "<details class=\"others\"><summary>");
    if (group->counting == 0)
        add_heading(page, group->object);
    buf_printf(out, "%zu%s that %s not count</summary>\n", group->others,
               group->counting > 0 ? " more" : "",
               group->others == 1 ? "does" : "do");
    add_list(page, number, false);
    buf_text(out, "</details>\n");
}

static void
add_group(struct page *page, size_t number)
{
    struct buf *out = page->out;
    const struct group *group = &page->groups[number];

    buf_printf(out, "<section class=\"group%s\" id=\"g%zu\">\n",
               group->counting > 0 ? "" : " quiet", number);
    if (group->counting > 0) {
        add_heading(page, group->object);
        add_list(page, number, true);
    }
    if (group->others > 0)
        add_others(page, number);
    buf_text(out, "</section>\n");
}

void
page_findings(struct page *page)
{
    struct buf *out = page->out;

    buf_text(out, "<section id=\"findings\">\n<h2>What was found</h2>\n");
    if (page->ngroups == 0)
        buf_text(out, "<p>Nothing: all is identical.</p>\n");
    else
        add_filters(page);
    for (size_t i = 0; i < page->ngroups; i++)
        if (page->groups[i].counting > 0)
            add_group(page, i);
    for (size_t i = 0; i < page->ngroups; i++)
        if (page->groups[i].counting == 0)
            add_group(page, i);
    buf_text(out, "</section>\n");
}
