#include "schema/accepted.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/path.h"
#include "schema/describe.h"

/* Before a character that stands for itself in a pattern. */
#define LITERAL '\x01'

/* ------------------------------------------------- what a finding is called */

static const char *
word_of(const struct finding *finding)
{
    return finding->verdict == VERDICT_UNKNOWN
               ? verdict_names[VERDICT_UNKNOWN]
               : severity_names[finding->severity];
}

static bool
needs_rule(const struct finding *finding)
{
    return finding->verdict == VERDICT_DIFFERENT ||
           finding->verdict == VERDICT_UNKNOWN ||
           finding->verdict == VERDICT_NOT_COMPARED;
}

static const char *
kind_word(struct arena *arena, const struct object *object)
{
    char *word;

    if (object == NULL)
        return "database";
    word = arena_text(arena, kind_specs[object->kind].name);
    for (char *at = word; (at = strchr(at, ' ')) != NULL;)
        *at = '-';
    return word;
}

/* In one line, with one blank between words. */
static const char *
one_line(struct arena *arena, const char *text)
{
    SCOPED(buf_release) struct buf buf = {0};

    for (const char *at = text; *at != '\0';) {
        size_t blanks = strspn(at, " \t\r\n\f\v");

        if (blanks > 0 && buf.len > 0 && at[blanks] != '\0')
            buf_char(&buf, ' ');
        at += blanks;
        if (*at != '\0')
            buf_char(&buf, *at++);
    }
    return arena_copy(arena, buf_data(&buf), buf.len);
}

static const char *
own_name(struct arena *arena, const struct object *object)
{
    if (object->name[0] != '\0')
        return object->name;
    if (object->text[ATTRIBUTE_EXPRESSION] != NULL)
        return one_line(arena, object->text[ATTRIBUTE_EXPRESSION]);
    return describe_parts(arena, object);
}

/* "t.label", "other.t.label", "t". */
static const char *
path_of(struct arena *arena, const struct object *object)
{
    if (object == NULL)
        return "*";
    if (object->owner == NULL)
        return object_name(arena, object);
    return arena_printf(arena, "%s.%s", object_name(arena, object),
                        own_name(arena, object));
}

/* ---------------------------------------------------------------- matching */

/* A * may be longer or shorter: the last one is tried again with more. */
static bool
is_like(const char *text, const char *pattern)
{
    const char *star = NULL;
    const char *tried = text;

    while (*text != '\0') {
        bool literal = *pattern == LITERAL;

        if (*pattern == '*') {
            star = ++pattern;
            tried = text;
        } else if (*text == pattern[literal]) {
            text++;
            pattern += 1 + literal;
        } else if (star != NULL) {
            pattern = star;
            text = ++tried;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool
is_any_or(const char *rule, const char *word)
{
    return rule == NULL || (word != NULL && strcmp(rule, word) == 0);
}

static bool
is_about(struct arena *arena, const struct accepted_rule *rule,
         const struct object *object)
{
    return is_any_or(rule->kind, kind_word(arena, object)) &&
           is_like(path_of(arena, object), rule->object);
}

/* Either name will do where there are two. */
static bool
is_covered(const struct accepted_rule *rule, const struct finding *finding)
{
    SCOPED(arena_clear) struct arena arena = {0};

    if (!is_any_or(rule->word, word_of(finding)) ||
        !is_any_or(rule->attribute, finding->attribute))
        return false;
    if (finding->left == NULL && finding->right == NULL)
        return is_about(&arena, rule, NULL);
    return (finding->left && is_about(&arena, rule, finding->left)) ||
           (finding->right && is_about(&arena, rule, finding->right));
}

static bool
is_for_two(const struct accepted_rule *rule)
{
    return rule->word != NULL &&
           strcmp(rule->word, severity_names[SEVERITY_ONE_ENGINE]) == 0;
}

void
accepted_apply(struct accepted *accepted, struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->nfindings; i++) {
        struct finding *finding = &comparison->findings[i];

        for (size_t j = 0; needs_rule(finding) && j < accepted->nrules; j++) {
            struct accepted_rule *rule = &accepted->rules[j];

            if (!is_covered(rule, finding))
                continue;
            rule->used++;
            if (finding->accepted == NULL)
                finding->accepted =
                    arena_printf(&comparison->arena, "%s%s%s", rule->text,
                                 *rule->reason ? "  # " : "", rule->reason);
        }
    }
    for (size_t i = 0; i < accepted->nrules; i++) {
        struct accepted_rule *rule = &accepted->rules[i];

        rule->is_unused =
            rule->used == 0 && !(comparison->one_engine && is_for_two(rule));
    }
}

/* As a rule names it, in quotes if it has something special. */
static const char *
quoted(struct arena *arena, const char *text)
{
    static const char special[] = {' ', '\t', '\r', '\n',    '\v', '\f',
                                   '"', '#',  '*',  LITERAL, '\0'};
    SCOPED(buf_release) struct buf buf = {0};
    size_t len = strcspn(text, "\n");

    if (strpbrk(text, special) == NULL && *text != '\0')
        return text;
    buf_quoted(&buf, text, len, '"');
    for (; text[len] != '\0'; len = strcspn(text, "\n")) {
        text += len + 1;
        buf_char(&buf, '*'); /* a line can't have another one in it */
        buf_quoted(&buf, text, strcspn(text, "\n"), '"');
    }
    return arena_copy(arena, buf.data, buf.len);
}

const char *
accepted_suggest(struct arena *arena, const struct finding *finding)
{
    const struct object *object =
        finding->left ? finding->left : finding->right;
    const char *name = object ? quoted(arena, path_of(arena, object)) : "*";

    if (!needs_rule(finding))
        return NULL;
    return arena_printf(arena, "%s  %s  %s%s%s", word_of(finding),
                        kind_word(arena, object), name,
                        finding->attribute ? "  " : "",
                        finding->attribute ? finding->attribute : "");
}

/* ----------------------------------------------------------------- reading */

struct reader {
    struct accepted *out;
    const char *file;
    unsigned line;
    const char *begin; /* of the line */
    const char *at;
    struct duet_error *err;
};

static bool
complain(const struct reader *reader, const char *at, const char *what,
         const char *word, const char *hint)
{
    unsigned column = 1;

    for (const char *c = reader->begin; c < at; c++)
        column += ((unsigned char)*c & 0xC0) != 0x80;
    (void)err_set(reader->err, DUET_ERROR_USAGE, "%s:%u:%u: %s%s%s%s",
                  reader->file, reader->line, column, what, *word ? " '" : "",
                  word, *word ? "'" : "");
    return *hint ? err_hint(reader->err, "%s", hint) : false;
}

static bool
is_end(char c)
{
    return c == '\0' || c == '\n' || c == '#';
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void
skip_blanks(struct reader *reader)
{
    while (is_blank(*reader->at))
        reader->at++;
}

/* Behind the closing quote; within, "" is one quote. */
static bool
read_quoted(struct reader *reader, struct buf *word)
{
    const char *open = reader->at++;

    for (; *reader->at != '\0' && *reader->at != '\n'; reader->at++) {
        if (*reader->at == '"' && *++reader->at != '"')
            return true;
        if (*reader->at == '*' || *reader->at == LITERAL)
            buf_char(word, LITERAL);
        buf_char(word, *reader->at);
    }
    return complain(reader, open, "a quoted name has no end", "", "");
}

/* "" at the end of the line. */
static bool
read_word(struct reader *reader, const char **out)
{
    SCOPED(buf_release) struct buf word = {0};

    skip_blanks(reader);
    while (!is_end(*reader->at) && !is_blank(*reader->at)) {
        if (*reader->at != '"')
            buf_char(&word, *reader->at++);
        else if (!read_quoted(reader, &word))
            return false;
    }
    *out = arena_copy(&reader->out->arena, buf_data(&word), word.len);
    return true;
}

static bool
is_severity(struct reader *reader, const char *word)
{
    (void)reader;
    for (int i = SEVERITY_STRUCTURE; i <= SEVERITY_ONE_ENGINE; i++)
        if (strcmp(severity_names[i], word) == 0)
            return true;
    return strcmp(verdict_names[VERDICT_UNKNOWN], word) == 0;
}

static bool
is_kind(struct reader *reader, const char *word)
{
    for (int i = 0; i < OBJECT_KINDS; i++) {
        const struct object object = {.kind = (enum object_kind)i};

        if (strcmp(kind_word(&reader->out->arena, &object), word) == 0)
            return true;
    }
    return strcmp(word, "database") == 0;
}

static bool
is_attribute(struct reader *reader, const char *word)
{
    static const char *const more[] = {"name", "kind", "columns",
                                       "column_order"};

    (void)reader;
    for (int i = 0; i < ATTRIBUTES; i++)
        if (strcmp(attribute_specs[i].name, word) == 0)
            return true;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (strcmp(more[i], word) == 0)
            return true;
    return false;
}

/* One of the words that IS_ONE knows, or * for any of them, which is NULL. */
static bool
read_choice(struct reader *reader, const char *what,
            bool (*is_one)(struct reader *reader, const char *word),
            const char *hint, const char **out)
{
    const char *at;
    const char *word;

    skip_blanks(reader);
    at = reader->at;
    if (!read_word(reader, &word))
        return false;
    if (strcmp(word, "*") == 0) {
        *out = NULL;
        return true;
    }
    if (!is_one(reader, word))
        return complain(reader, at,
                        arena_printf(&reader->out->arena, "%s %s",
                                     *word ? "unknown" : "missing", what),
                        word, hint);
    *out = word;
    return true;
}

static bool
read_object(struct reader *reader, const char **out)
{
    const char *at;

    skip_blanks(reader);
    at = reader->at;
    if (!read_word(reader, out))
        return false;
    return at != reader->at ||
           complain(reader, at, "missing object", "",
                    "a name such as t.label, in which * is any text");
}

static bool
read_attribute(struct reader *reader, const char **out)
{
    skip_blanks(reader);
    if (is_end(*reader->at))
        return true;
    return read_choice(reader, "attribute", is_attribute,
                       "one such as default, not_null, columns or name, or *",
                       out);
}

/* Between FROM and TO, without blanks at its ends. */
static const char *
trimmed(struct arena *arena, const char *from, const char *to)
{
    while (from < to && is_blank(*from))
        from++;
    while (to > from && is_blank(to[-1]))
        to--;
    return arena_copy(arena, from, (size_t)(to - from));
}

static bool
read_rule(struct reader *reader)
{
    struct accepted *out = reader->out;
    struct accepted_rule rule = {
        .place = {reader->file, reader->line,
                  (unsigned)(reader->at - reader->begin) + 1}};

    if (!read_choice(reader, "severity", is_severity,
                     "one of structure, strictness, names, one-engine, "
                     "unknown and *",
                     &rule.word) ||
        !read_choice(reader, "kind", is_kind,
                     "one such as table, column, foreign-key, index or other, "
                     "or *",
                     &rule.kind) ||
        !read_object(reader, &rule.object) ||
        !read_attribute(reader, &rule.attribute))
        return false;
    skip_blanks(reader);
    if (!is_end(*reader->at))
        return complain(reader, reader->at, "more than a rule", "",
                        "a reason goes behind a #");
    rule.text = trimmed(&out->arena, reader->begin, reader->at);
    rule.reason = *reader->at == '#'
                      ? trimmed(&out->arena, reader->at + 1,
                                reader->at + strcspn(reader->at, "\n"))
                      : "";
    out->rules = arena_grow(&out->arena, out->rules, out->nrules,
                            &out->rules_size, sizeof *out->rules);
    out->rules[out->nrules++] = rule;
    return true;
}

bool
accepted_add(struct accepted *out, const char *file, const char *text,
             struct duet_error *err)
{
    struct reader reader = {.out = out,
                            .file = arena_text(&out->arena, file),
                            .at = text,
                            .err = err};

    for (;;) {
        reader.line++;
        reader.begin = reader.at;
        skip_blanks(&reader);
        if (!is_end(*reader.at) && !read_rule(&reader))
            return false;
        reader.at += strcspn(reader.at, "\n");
        if (*reader.at == '\0')
            return true;
        reader.at++;
    }
}

/* ------------------------------------------------------------------- files */

static bool
has_ending(const char *name, const char *ending)
{
    size_t len = strlen(name);
    size_t end = strlen(ending);

    return len > end && strcmp(name + len - end, ending) == 0;
}

/* REQUIRED: it is an error that there is none. */
static bool
read_file(struct accepted *out, const char *path, bool required,
          struct duet_error *err)
{
    const char *text = NULL;

    if (!path_read(&out->arena, path, &text, err))
        return false;
    if (text == NULL)
        return !required ||
               err_set(err, DUET_ERROR_IO, "file '%s' is not there", path);
    return accepted_add(out, path, text, err);
}

static int
is_accepted_file(const struct dirent *entry)
{
    return strcmp(entry->d_name, "accepted") == 0 ||
           has_ending(entry->d_name, ".accepted");
}

static int
order_entries(const struct dirent **one, const struct dirent **other)
{
    return strcmp((*one)->d_name, (*other)->d_name);
}

static bool
read_directory(struct accepted *out, const char *path, struct duet_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_accepted_file, order_entries);
    bool read = true;

    if (count < 0)
        return err_errno(err, "directory '%s'", path);
    for (int i = 0; i < count; i++) {
        read = read &&
               read_file(out, path_join(&out->arena, path, entries[i]->d_name),
                         false, err);
        free(entries[i]);
    }
    free(entries);
    return read;
}

bool
accepted_read(struct accepted *out, const char *path, struct duet_error *err)
{
    static const char sql[] = ".sql";

    if (path_is_directory(path))
        return read_directory(out, path, err);
    if (!has_ending(path, sql))
        return read_file(out, path, true, err);
    return read_file(out,
                     arena_printf(&out->arena, "%.*s.accepted",
                                  (int)(strlen(path) - (sizeof sql - 1)), path),
                     false, err);
}

void
accepted_clear(struct accepted *accepted)
{
    arena_clear(&accepted->arena);
    *accepted = (struct accepted){0};
}
