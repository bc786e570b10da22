/*
 * The rules by which two expressions mean the same though they are not.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "sql/expression_build.h"

/*
 * What was found so far.  Casts within casts may be left out in many ways: not
 * all of them are tried.
 */
struct finding {
    const char *rule; /* the first that was needed */
    unsigned steps;
};

enum { STEPS = 4 * EXPRESSION_SIZE };

static bool is_alike(struct finding *finding, const struct expression *one,
                     const struct expression *other);

static bool
found(struct finding *finding, const char *rule)
{
    if (finding->rule == NULL)
        finding->rule = rule;
    return true;
}

static bool
is_leaf(const struct expression *node, enum expression_kind kind,
        const char *text)
{
    return node->kind == kind && strcmp(node->text, text) == 0;
}

/* true and 1, as SQLite has it. */
static bool
is_bit_of(const struct expression *boolean, const struct expression *number)
{
    return boolean->kind == EXPRESSION_BOOLEAN &&
           is_leaf(number, EXPRESSION_NUMBER,
                   strcmp(boolean->text, "true") == 0 ? "1" : "0");
}

/* COLUMN and column = 1, or not COLUMN and column = 0. */
static bool
is_flag_test(const struct expression *flag, const struct expression *test)
{
    bool negated = flag->kind == EXPRESSION_NOT;
    const struct expression *column = negated ? flag->args[0] : flag;

    return column->kind == EXPRESSION_COLUMN &&
           test->kind == EXPRESSION_EQUAL &&
           expression_is_same(column, test->args[0]) &&
           (is_leaf(test->args[1], EXPRESSION_NUMBER, negated ? "0" : "1") ||
            is_leaf(test->args[1], EXPRESSION_BOOLEAN,
                    negated ? "false" : "true"));
}

static bool
is_bool_int(const struct expression *one, const struct expression *other)
{
    return is_bit_of(one, other) || is_flag_test(one, other);
}

static bool
is_same_group(const struct expression *one, const struct expression *other)
{
    return one->kind == EXPRESSION_CLOCK && other->kind == EXPRESSION_CLOCK &&
           find_clock(one->text)->group == find_clock(other->text)->group;
}

/* Without a LIKE that folds letters, 'a%' is what it says. */
static bool
is_like_case(const struct expression *one, const struct expression *other)
{
    return one->kind == EXPRESSION_MATCH &&
           other->kind == EXPRESSION_MATCH_CASELESS &&
           strcasecmp(one->text, other->text) == 0;
}

/* A cast that a number takes without a change. */
static bool
is_wider(const struct expression *node)
{
    return node->kind == EXPRESSION_CAST &&
           (strcmp(node->text, "numeric") == 0 ||
            strcmp(node->text, "bigint") == 0 ||
            strcmp(node->text, "double precision") == 0);
}

static bool
is_binary(const struct expression *node)
{
    return node->kind == EXPRESSION_COLLATE && node->only == ENGINE_BOTH;
}

/* JSON's blanks are the only ones that are not in double quotes. */
static const char *
skip_json_blank(const char *at, bool quoted)
{
    return quoted ? at : at + strspn(at, " \t\n\r");
}

static bool
is_same_json(const char *one, const char *other)
{
    bool quoted = false;

    if (strchr("{[", *one) == NULL || *one == '\0')
        return false;
    for (;; one++, other++) {
        one = skip_json_blank(one, quoted);
        other = skip_json_blank(other, quoted);
        if (*one != *other)
            return false;
        if (*one == '\0')
            return true;
        if (quoted && *one == '\\' && one[1] != '\0') {
            if (one[1] != other[1])
                return false;
            one++;
            other++;
        } else if (*one == '"') {
            quoted = !quoted;
        }
    }
}

static bool
are_texts_alike(struct finding *finding, const struct expression *one,
                const struct expression *other)
{
    if (one->kind == EXPRESSION_COLUMN &&
        strcasecmp(one->text, other->text) == 0)
        return found(finding, "name-case");
    return one->kind == EXPRESSION_TEXT &&
           is_same_json(one->text, other->text) &&
           found(finding, "json-blanks");
}

static bool
are_operands_alike(struct finding *finding, const struct expression *one,
                   const struct expression *other)
{
    for (size_t i = 0; i < one->nargs; i++)
        if (!is_alike(finding, one->args[i], other->args[i]))
            return false;
    return true;
}

static bool
is_same_kind(struct finding *finding, const struct expression *one,
             const struct expression *other)
{
    if (one->kind != other->kind || one->nargs != other->nargs)
        return false;
    if (one->kind == EXPRESSION_TEXT && one->only != other->only)
        return strcmp(one->text, other->text) == 0 &&
               found(finding, "moment-text");
    if (one->only != other->only)
        return false;
    if (one->nargs == 0)
        return are_texts_alike(finding, one, other);
    return (strcmp(one->text, other->text) == 0 ||
            one->kind == EXPRESSION_JSON_TYPE) &&
           are_operands_alike(finding, one, other);
}

/* ONE is what a rule changes, if one does. */
static bool
is_changed(struct finding *finding, const struct expression *one,
           const struct expression *other)
{
    if (is_bool_int(one, other))
        return found(finding, "bool-int");
    if (is_like_case(one, other))
        return is_alike(finding, one->args[0], other->args[0]) &&
               found(finding, "like-case");
    if (is_wider(one))
        return is_alike(finding, one->args[0], other) &&
               found(finding, "number-cast");
    if (is_binary(one))
        return is_alike(finding, one->args[0], other) &&
               found(finding, "collate-binary");
    return false;
}

static bool
is_alike(struct finding *finding, const struct expression *one,
         const struct expression *other)
{
    const char *rule = finding->rule;

    if (expression_is_same(one, other))
        return true;
    if (finding->steps++ > STEPS)
        return false;
    if (is_same_group(one, other))
        return found(finding, "clock-precision");
    if (is_same_kind(finding, one, other) || is_changed(finding, one, other) ||
        is_changed(finding, other, one))
        return true;
    finding->rule = rule;
    return false;
}

const char *
expression_rule(const struct expression *one, const struct expression *other)
{
    struct finding finding = {0};

    return is_alike(&finding, one, other) ? finding.rule : NULL;
}
