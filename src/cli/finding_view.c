#include "cli/finding_view.h"

#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/render.h"
#include "schema/mend.h"
#include "schema/rules.h"

/* How a finding is called in a line: a difference by how grave it is. */
static const char *
word_of(const struct finding *finding)
{
    if (finding->accepted != NULL)
        return "accepted";
    return finding->verdict == VERDICT_DIFFERENT
               ? severity_names[finding->severity]
               : verdict_names[finding->verdict];
}

/* One that is shown unless all are. */
static bool
is_shown(const struct compare_args *args, const struct finding *finding)
{
    return args->all || (finding->verdict != VERDICT_EQUIVALENT &&
                         finding->accepted == NULL);
}

/* The statements, or NULL. */
static const char *
mend_of(struct arena *arena, const struct compared *compared,
        const struct finding *finding)
{
    SCOPED(buf_release) struct buf sql = {0};

    if (compared->left.url == NULL ||
        !mend_write(&sql, finding, compared->left.engine))
        return NULL;
    while (sql.len > 0 && sql.data[sql.len - 1] == '\n')
        sql.len--;
    return arena_copy(arena, buf_data(&sql), sql.len);
}

/* "bool-int: true is 1 and false is 0", or NULL. */
static const char *
reason_of(struct arena *arena, const struct finding *finding)
{
    const struct rule_spec *rule = NULL;

    if (finding->accepted != NULL)
        return finding->accepted;
    if (finding->rule != NULL)
        rule = rule_find(finding->rule);
    if (rule != NULL)
        return arena_printf(arena, "%s: %s", rule->name, rule->summary);
    return finding->note;
}

/* "structure: table 't', column order" */
static const char *
heading_of(struct arena *arena, const struct finding *finding)
{
    const char *title = finding_title(arena, finding);
    char *attribute;

    if (finding->attribute == NULL)
        return arena_printf(arena, "%s: %s", word_of(finding), title);
    attribute = arena_text(arena, finding->attribute);
    for (char *at = attribute; (at = strchr(at, '_')) != NULL;)
        *at = ' ';
    return arena_printf(arena, "%s: %s, %s", word_of(finding), title,
                        attribute);
}

static void
print_entry(struct arena *arena, const struct compared *compared,
            const struct finding *finding)
{
    const struct entry_field fields[] = {
        {"left", finding->left_text, false},
        {"right", finding->right_text, false},
        {"why", reason_of(arena, finding), true},
        {"mended by", mend_of(arena, compared, finding), false},
    };

    render_entry(heading_of(arena, finding), fields,
                 sizeof fields / sizeof *fields);
}

static void
print_line(struct arena *arena, const struct compared *compared,
           const struct finding *finding)
{
    const char *const fields[] = {
        word_of(finding),
        finding_title(arena, finding),
        finding->attribute,
        finding->left_text,
        finding->right_text,
        reason_of(arena, finding),
        mend_of(arena, compared, finding),
    };

    render_line(fields, sizeof fields / sizeof *fields);
}

/* A rule that covers nothing hides what it was written for. */
static void
print_unused(const struct compared *compared)
{
    const struct accepted *accepted = &compared->accepted;

    for (size_t i = 0; i < accepted->nrules; i++)
        if (accepted->rules[i].is_unused)
            render_line(
                (const char *const[]){"unused", accepted->rules[i].text}, 2);
}

static void
print_lines(struct invocation *invocation, const struct compare_args *args,
            const struct compared *compared)
{
    const struct comparison *comparison = &compared->comparison;
    bool terminal = isatty(STDOUT_FILENO);

    for (size_t i = 0; i < comparison->nfindings; i++)
        if (is_shown(args, &comparison->findings[i]))
            (terminal ? print_entry : print_line)(invocation->arena, compared,
                                                  &comparison->findings[i]);
    print_unused(compared);
}

static void
print_sql(struct invocation *invocation, const struct compared *compared)
{
    const struct comparison *comparison = &compared->comparison;

    for (size_t i = 0; i < comparison->nfindings; i++) {
        const struct finding *finding = &comparison->findings[i];
        const char *sql;

        if (!compared_counts(compared, finding))
            continue;
        sql = mend_of(invocation->arena, compared, finding);
        if (sql != NULL)
            (void)printf("%s\n", sql);
        else
            talk(invocation, "no statement mends %s",
                 finding_title(invocation->arena, finding));
    }
}

static void
finding_json(struct json *json, struct arena *arena,
             const struct compared *compared, const struct finding *finding)
{
    const struct object *object =
        finding->left ? finding->left : finding->right;

    json_open(json, NULL, '{');
    json_text(json, "verdict", verdict_names[finding->verdict]);
    json_text(json, "severity",
              finding->severity == SEVERITY_NONE
                  ? NULL
                  : severity_names[finding->severity]);
    json_text(json, "title", finding_title(arena, finding));
    json_text(json, "kind", object ? kind_specs[object->kind].name : NULL);
    json_text(json, "table",
              object && object->owner ? object_name(arena, object) : NULL);
    json_text(json, "name", object ? object->name : NULL);
    json_text(json, "attribute", finding->attribute);
    json_text(json, "left", finding->left_text);
    json_text(json, "right", finding->right_text);
    json_text(json, "rule", finding->rule);
    json_text(json, "note", finding->note);
    json_text(json, "accepted", finding->accepted);
    json_text(json, "mend", mend_of(arena, compared, finding));
    json_boolean(json, "counts", compared_counts(compared, finding));
    json_close(json, '}');
}

/* How many of each there are. */
struct tally {
    size_t different[SEVERITY_ONE_ENGINE + 1];
    size_t unknown;
    size_t equivalent;
    size_t not_compared;
    size_t accepted;
    size_t unused; /* rules */
    size_t count;  /* differences */
};

static struct tally
count_findings(const struct compared *compared)
{
    struct tally tally = {0};

    for (size_t i = 0; i < compared->comparison.nfindings; i++) {
        const struct finding *finding = &compared->comparison.findings[i];

        tally.count += compared_counts(compared, finding);
        if (finding->accepted != NULL)
            tally.accepted++;
        else if (finding->verdict == VERDICT_DIFFERENT)
            tally.different[finding->severity]++;
        else if (finding->verdict == VERDICT_UNKNOWN)
            tally.unknown++;
        else if (finding->verdict == VERDICT_EQUIVALENT)
            tally.equivalent++;
        else
            tally.not_compared++;
    }
    for (size_t i = 0; i < compared->accepted.nrules; i++)
        tally.unused += compared->accepted.rules[i].is_unused;
    return tally;
}

static bool
is_same(const struct compared *compared)
{
    const struct tally tally = count_findings(compared);

    return tally.count == 0 && tally.unused == 0;
}

void
finding_view_json(struct json *json, const char *key,
                  struct invocation *invocation,
                  const struct compare_args *args,
                  const struct compared *compared)
{
    const struct comparison *comparison = &compared->comparison;
    const struct accepted *accepted = &compared->accepted;

    json_open(json, key, '{');
    json_text(json, "left", compared->left.text);
    json_text(json, "right", compared->right.text);
    json_boolean(json, "same", is_same(compared));
    json_integer(json, "identical", (int64_t)comparison->nidentical);
    json_open(json, "findings", '[');
    for (size_t i = 0; i < comparison->nfindings; i++)
        if (is_shown(args, &comparison->findings[i]))
            finding_json(json, invocation->arena, compared,
                         &comparison->findings[i]);
    json_close(json, ']');
    json_open(json, "unused_rules", '[');
    for (size_t i = 0; i < accepted->nrules; i++)
        if (accepted->rules[i].is_unused)
            json_text(json, NULL, accepted->rules[i].text);
    json_close(json, ']');
    json_close(json, '}');
}

static void
print_json(struct invocation *invocation, const struct compare_args *args,
           const struct compared *compared)
{
    SCOPED(json_release) struct json json = {0};

    finding_view_json(&json, NULL, invocation, args, compared);
    json_print(&json, stdout);
}

static const char *
add_count(struct arena *arena, const char *text, size_t count, const char *what)
{
    if (count == 0)
        return text;
    return arena_printf(arena, "%s%s%zu %s", text, *text ? ", " : "", count,
                        what);
}

static void
print_summary(struct invocation *invocation, const struct tally *tally)
{
    struct arena *arena = invocation->arena;
    const char *text = "";

    for (enum severity i = 0; i <= SEVERITY_ONE_ENGINE; i++)
        text = add_count(arena, text, tally->different[i], severity_names[i]);
    text = add_count(arena, text, tally->unknown, "unknown");
    text = add_count(arena, text, tally->accepted, "accepted");
    text = add_count(arena, text, tally->equivalent, "equivalent");
    text = add_count(arena, text, tally->not_compared, "not compared");
    text = add_count(arena, text, tally->unused, "accepted rules of no use");
    talk(invocation, "%s%s%s",
         tally->count == 0 && tally->unused == 0 ? "the schemas are the same"
                                                 : "the schemas differ",
         *text ? ": " : "", text);
}

bool
finding_view(struct invocation *invocation, const struct compare_args *args,
             const struct compared *compared, struct duet_error *err)
{
    const struct tally tally = count_findings(compared);

    (void)err;
    if (invocation->global->json)
        print_json(invocation, args, compared);
    else if (args->sql)
        print_sql(invocation, compared);
    else
        print_lines(invocation, args, compared);
    print_summary(invocation, &tally);
    invocation->status = is_same(compared) ? 0 : 3;
    return true;
}
