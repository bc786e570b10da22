/*
 * Constraints, of a column or of a table.
 */
#include <string.h>

#include "schema/parse_part.h"

/* ------------------------------------------------------- what stands after */

bool
parse_on_conflict(struct parser *parser, struct object *object)
{
    static const char *const ways[] = {"rollback", "abort", "fail", "ignore",
                                       "replace"};

    if (parse_is_postgres(parser) || !parse_accept(parser, "on conflict"))
        return true;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (parse_accept(parser, ways[i])) {
            /* It is what is done anyway. */
            if (strcmp(ways[i], "abort") != 0)
                object->text[ATTRIBUTE_ON_CONFLICT] = ways[i];
            return true;
        }
    return parse_fail_expected(
        parser, "'rollback', 'abort', 'fail', 'ignore' or 'replace'");
}

static bool
can_be_deferrable(struct parser *parser, const struct object *object)
{
    const struct lexeme *at = parser->at;

    if (object->kind == OBJECT_CHECK)
        return parse_fail(parser, at, "a check can't be deferrable");
    return object->kind == OBJECT_FOREIGN_KEY ||
           parse_common(parser, at, "deferrable keys but foreign ones");
}

/* SQLite takes DEFERRABLE INITIALLY IMMEDIATE for what it is, too. */
static bool
read_deferrable(struct parser *parser, struct object *object)
{
    if (!can_be_deferrable(parser, object))
        return false;
    if (parse_accept(parser, "initially deferred"))
        object->text[ATTRIBUTE_DEFERRABLE] = "initially deferred";
    else if (parse_accept(parser, "deferrable"))
        object->text[ATTRIBUTE_DEFERRABLE] =
            object->text[ATTRIBUTE_DEFERRABLE] != NULL
                ? object->text[ATTRIBUTE_DEFERRABLE]
                : "deferrable";
    else if (!parse_accept(parser, "initially immediate"))
        return parse_fail_expected(parser,
                                   "'initially deferred' or 'immediate'");
    return true;
}

/* To SQLite, what is not deferrable is not initially deferred either. */
static void
skip_not_deferrable(struct parser *parser, struct object *object)
{
    object->text[ATTRIBUTE_DEFERRABLE] = NULL;
    if (parse_is_postgres(parser) ||
        !parse_accept(parser, "initially deferred"))
        (void)parse_accept(parser, "initially immediate");
}

/* Of a check: partitions and children don't inherit it. */
static bool
read_flag(struct parser *parser, struct object *object, const char *words,
          enum attribute flag, bool allowed)
{
    if (!allowed)
        return parse_fail(parser, parser->at, "'%s' can't stand here", words);
    if (!parse_common(parser, parser->at,
                      flag == ATTRIBUTE_NOT_VALID
                          ? "constraints that are not valid"
                          : "constraints that are not inherited"))
        return false;
    object->text[flag] = "yes";
    return parse_accept(parser, words);
}

bool
parse_constraint_attributes(struct parser *parser, struct object *object)
{
    bool postgres = parse_is_postgres(parser);
    bool check = object->kind == OBJECT_CHECK;

    for (;;) {
        if (parse_accept(parser, "not deferrable")) {
            skip_not_deferrable(parser, object);
        } else if (parse_is(parser, "deferrable") ||
                   parse_is(parser, "initially")) {
            if (!read_deferrable(parser, object))
                return false;
        } else if (postgres && parse_is(parser, "no inherit")) {
            if (!read_flag(parser, object, "no inherit", ATTRIBUTE_NO_INHERIT,
                           check))
                return false;
        } else if (postgres && parse_is(parser, "not valid")) {
            if (!read_flag(parser, object, "not valid", ATTRIBUTE_NOT_VALID,
                           check || object->kind == OBJECT_FOREIGN_KEY))
                return false;
        } else {
            return true;
        }
    }
}

/* ------------------------------------------------------------------- keys */

static struct object *
add_constraint(struct parser *parser, enum object_kind kind,
               struct object *table, const char *name, const struct lexeme *at)
{
    bool unique = kind == OBJECT_PRIMARY_KEY || kind == OBJECT_UNIQUE;
    struct object *object;

    /* On SQLite two may have the same. */
    if (parse_is_postgres(parser) &&
        (!parse_is_free(parser, NAME_CONSTRAINT, table, NULL, name, at) ||
         (unique && !parse_is_free(parser, NAME_RELATION, NULL, table->schema,
                                   name, at))))
        return NULL;
    object = parse_add(parser, kind, table, name, at);
    names_add(&parser->names, NAME_CONSTRAINT, table, NULL, object);
    if (parse_is_postgres(parser) && unique)
        names_add(&parser->names, NAME_RELATION, NULL, table->schema, object);
    return object;
}

/* The part of a key that stands with COLUMN. */
static void
set_own_part(struct parser *parser, struct object *key, struct object *column)
{
    schema_add_part(parser->schema, key)->column = column->name;
    if (key->kind == OBJECT_PRIMARY_KEY && parse_is_postgres(parser))
        column->text[ATTRIBUTE_NOT_NULL] = "yes";
}

/* PostgreSQL: INCLUDE and what the index of a key is to be like. */
static bool
read_key_index(struct parser *parser, struct object *key)
{
    if (parse_is(parser, "include")) {
        if (!parse_common(parser, parser->at, "columns included in an index"))
            return false;
        parser->at++;
        if (!parse_column_parts(parser, key, true))
            return false;
    }
    if (parse_is(parser, "with") || parse_is(parser, "using index tablespace"))
        return parse_fail(parser, parser->at,
                          "options for the index of a constraint are not "
                          "supported");
    return true;
}

static bool
read_nulls_distinct(struct parser *parser, struct object *object)
{
    const struct lexeme *at = parser->at;

    if (parse_accept(parser, "nulls distinct") ||
        !parse_accept(parser, "nulls not distinct"))
        return true;
    object->text[ATTRIBUTE_NULLS_NOT_DISTINCT] = "yes";
    return parse_common(parser, at, "keys in which nulls are not distinct");
}

bool
parse_nulls_distinct(struct parser *parser, struct object *object)
{
    return !parse_is_postgres(parser) || read_nulls_distinct(parser, object);
}

/* SQLite: "asc" or "desc" and "autoincrement" of a column's own key. */
static bool
read_rowid_words(struct parser *parser, struct object *key)
{
    if (parse_accept(parser, "desc")) {
        key->parts[0].descending = key->parts[0].nulls_first = true;
        parser->is_no_rowid = true;
    } else {
        (void)parse_accept(parser, "asc");
    }
    if (!parse_on_conflict(parser, key))
        return false;
    if (parse_accept(parser, "autoincrement"))
        parser->is_autoincrement = true;
    return true;
}

static bool
read_key(struct parser *parser, enum object_kind kind, struct object *table,
         struct object *column, const char *name, const struct lexeme *at)
{
    bool postgres = parse_is_postgres(parser);
    struct object *key;

    if (kind == OBJECT_PRIMARY_KEY && object_primary_key(table) != NULL)
        return parse_fail(parser, at, "table '%s' has a primary key already",
                          table->name);
    if (postgres && parse_is(parser, "using index"))
        return parse_fail(parser, parser->at,
                          "declare the constraint by its columns, not by an "
                          "index");
    key = add_constraint(parser, kind, table, name, at);
    if (key == NULL || !parse_nulls_distinct(parser, key))
        return false;
    if (column != NULL)
        set_own_part(parser, key, column);
    else if (postgres ? !parse_column_parts(parser, key, false)
                      : !parse_index_parts(parser, key))
        return false;
    if (postgres)
        return read_key_index(parser, key) &&
               parse_constraint_attributes(parser, key);
    if (column != NULL && kind == OBJECT_PRIMARY_KEY)
        return read_rowid_words(parser, key);
    return parse_on_conflict(parser, key);
}

/* ----------------------------------------------------------- foreign keys */

/* (a) behind "set null", which PostgreSQL alone has. */
static bool
read_action_columns(struct parser *parser, struct object *key, const char **out)
{
    const struct lexeme *at = parser->at;

    if (!parse_is_postgres(parser) || !parse_is(parser, "("))
        return true;
    if (!parse_common(parser, at, "actions on some columns of a foreign key"))
        return false;
    parser->at++;
    do {
        const struct lexeme *named = parser->at;
        const char *name = parse_name(parser, "a column");

        if (name == NULL)
            return false;
        (void)parse_mention(parser, MENTION_COLUMN, key, NULL, name, named);
        *out = arena_printf(&parser->schema->arena, "%s%s%s", *out,
                            named == at + 1 ? " (" : ", ",
                            parse_written(parser, NULL, name));
    } while (parse_accept(parser, ","));
    *out = arena_printf(&parser->schema->arena, "%s)", *out);
    return parse_expect(parser, ")");
}

static bool
read_action(struct parser *parser, struct object *key, const char **out)
{
    static const char *const actions[] = {"cascade", "restrict", "set null",
                                          "set default"};

    *out = NULL;
    if (parse_accept(parser, "no action"))
        return true;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (!parse_accept(parser, actions[i]))
            continue;
        *out = actions[i];
        return i < 2 || read_action_columns(parser, key, out);
    }
    return parse_fail_expected(parser, "'cascade', 'restrict', 'set null', "
                                       "'set default' or 'no action'");
}

/* SQLite reads MATCH and does nothing about it. */
static bool
read_match(struct parser *parser, struct object *key)
{
    const struct lexeme *at = parser->at;

    if (!parse_is_postgres(parser))
        return parse_name(parser, "a word") != NULL;
    if (parse_accept(parser, "simple"))
        return true;
    if (!parse_accept(parser, "full"))
        return parse_fail_expected(parser, "'full' or 'simple'");
    key->text[ATTRIBUTE_MATCH] = "full";
    return parse_common(parser, at, "foreign keys that match in full");
}

static bool
read_actions(struct parser *parser, struct object *key)
{
    const char *ignored;

    for (;;) {
        if (parse_accept(parser, "on delete")) {
            if (!read_action(parser, key, &key->text[ATTRIBUTE_ON_DELETE]))
                return false;
        } else if (parse_accept(parser, "on update")) {
            if (!read_action(parser, key, &key->text[ATTRIBUTE_ON_UPDATE]))
                return false;
        } else if (!parse_is_postgres(parser) &&
                   parse_accept(parser, "on insert")) {
            if (!read_action(parser, key, &ignored))
                return false;
        } else if (parse_accept(parser, "match")) {
            if (!read_match(parser, key))
                return false;
        } else {
            return true;
        }
    }
}

/* The columns of the other table, as many as the key has. */
static bool
read_targets(struct parser *parser, struct object *key)
{
    const struct lexeme *open = parser->at;
    size_t count = 0;

    if (!parse_accept(parser, "("))
        return true;
    do {
        const struct lexeme *at = parser->at;
        const char *name = parse_name(parser, "a column");

        if (name == NULL)
            return false;
        if (count < key->nparts) {
            key->parts[count].target = name;
            parse_mention(parser, MENTION_TARGET, key, NULL, name, at)->part =
                count;
        }
        count++;
    } while (parse_accept(parser, ","));
    if (count != key->nparts)
        return parse_fail(parser, open,
                          "the foreign key is of %zu column%s and references "
                          "%zu",
                          key->nparts, key->nparts == 1 ? "" : "s", count);
    return parse_expect(parser, ")");
}

static bool
read_reference(struct parser *parser, struct object *key)
{
    const struct lexeme *at = parser->at;
    const char *schema;
    const char *name = parse_qualified(parser, "a table", &schema);

    if (name == NULL)
        return false;
    key->text[ATTRIBUTE_REFERENCES] = parse_joined(parser, schema, name);
    (void)parse_mention(parser, MENTION_REFERENCES, key, schema, name, at);
    return read_targets(parser, key) && read_actions(parser, key) &&
           parse_constraint_attributes(parser, key);
}

static bool
read_column_reference(struct parser *parser, struct object *table,
                      struct object *column, const char *name,
                      const struct lexeme *at)
{
    struct object *key =
        add_constraint(parser, OBJECT_FOREIGN_KEY, table, name, at);

    if (key == NULL)
        return false;
    set_own_part(parser, key, column);
    return read_reference(parser, key);
}

static bool
read_foreign_key(struct parser *parser, struct object *table, const char *name,
                 const struct lexeme *at)
{
    struct object *key =
        add_constraint(parser, OBJECT_FOREIGN_KEY, table, name, at);

    return key != NULL && parse_column_parts(parser, key, false) &&
           parse_expect(parser, "references") && read_reference(parser, key);
}

/* ----------------------------------------------------------------- others */

static bool
read_check(struct parser *parser, struct object *table,
           const struct object *column, const char *name,
           const struct lexeme *at)
{
    struct object *check =
        add_constraint(parser, OBJECT_CHECK, table, name, at);

    if (check == NULL)
        return false;
    check->text[ATTRIBUTE_EXPRESSION] = parse_condition(parser);
    if (check->text[ATTRIBUTE_EXPRESSION] == NULL)
        return false;
    if (parse_is_postgres(parser))
        return parse_constraint_attributes(parser, check);
    return column != NULL || parse_on_conflict(parser, check);
}

/* EXCLUDE, which the model keeps as it is. */
static bool
read_exclusion(struct parser *parser, struct object *table, const char *name,
               const struct lexeme *at)
{
    const struct lexeme *start = parser->at;
    struct object *other;

    if (!parse_common(parser, at, "exclusion constraints"))
        return false;
    if (*name == '\0')
        return parse_fail(parser, at, "an exclusion constraint needs a name");
    if (!parse_is_free(parser, NAME_CONSTRAINT, table, NULL, name, at))
        return false;
    other = parse_add(
        parser, OBJECT_OTHER, NULL,
        arena_printf(&parser->scratch, "%s on %s", name, table->name), at);
    other->schema = table->schema;
    other->text[ATTRIBUTE_WHAT] = "exclusion constraint";
    parse_skip_part(parser);
    other->text[ATTRIBUTE_DEFINITION] = arena_printf(
        &parser->schema->arena, "alter table %s add constraint %s %s",
        parse_written(parser, table->schema, table->name),
        parse_written(parser, NULL, name), parse_slice(parser, start));
    names_add(&parser->names, NAME_CONSTRAINT, table, NULL, other);
    return true;
}

bool
parse_at_constraint(const struct parser *parser)
{
    static const char *const words[] = {"constraint", "primary", "unique",
                                        "check", "foreign"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (parse_is(parser, words[i]))
            return true;
    return parse_is_postgres(parser) &&
           (parse_is(parser, "exclude using") || parse_is(parser, "exclude ("));
}

bool
parse_constraint(struct parser *parser, struct object *table,
                 struct object *column, const char *name,
                 const struct lexeme *at)
{
    if (parse_accept(parser, "primary key"))
        return read_key(parser, OBJECT_PRIMARY_KEY, table, column, name, at);
    if (parse_accept(parser, "unique"))
        return read_key(parser, OBJECT_UNIQUE, table, column, name, at);
    if (parse_accept(parser, "check"))
        return read_check(parser, table, column, name, at);
    if (column != NULL && parse_accept(parser, "references"))
        return read_column_reference(parser, table, column, name, at);
    if (column == NULL && parse_accept(parser, "foreign key"))
        return read_foreign_key(parser, table, name, at);
    if (column == NULL && parse_is_postgres(parser) &&
        parse_is(parser, "exclude"))
        return read_exclusion(parser, table, name, at);
    return parse_fail_expected(
        parser, column != NULL ? "a constraint of the column, ',' or ')'"
                               : "'primary key', 'unique', 'check' or "
                                 "'foreign key'");
}
