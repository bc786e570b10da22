/*
 * Guards: their names, and how a reader finds them among a table's checks.
 */
#include <string.h>

#include "lib/shown.h"
#include "lib/tap.h"
#include "schema/guard.h"

static struct schema model;

static struct object *
column(struct object *table, const char *name, const char *type)
{
    struct object *object = schema_add(&model, OBJECT_COLUMN, table, name);

    object->text[ATTRIBUTE_TYPE] = type;
    return object;
}

static struct object *
table(const char *name)
{
    schema_clear(&model);
    return schema_add(&model, OBJECT_TABLE, NULL, name);
}

static struct object *
check(struct object *owner, const char *name, const char *expression)
{
    struct object *object = schema_add(&model, OBJECT_CHECK, owner, name);

    object->text[ATTRIBUTE_EXPRESSION] = expression;
    return object;
}

/* All guards of COLUMN, as a writer adds them. */
static void
add_guards(struct object *object, enum sql_language language)
{
    struct type_guard guards[TYPE_GUARDS];
    unsigned count = guard_list(&model.arena, &model, object, language, guards);

    for (unsigned i = 0; i < count; i++)
        check(object->owner, guard_name(&model.arena, object, guards[i].kind),
              guards[i].expression);
}

static const char *
shown(struct buf *buf)
{
    buf_clear(buf);
    show_schema(buf, &model);
    return buf_data(buf);
}

/* ------------------------------------------------------------------ names */

static const char *
name_of(const char *table_name, const char *column_name)
{
    return guard_name(&model.arena,
                      column(table(table_name), column_name, "text"), "length");
}

#define TEN "0123456789"

static void
test_names(void)
{
    IS_TEXT(name_of("t", "a"), "ck_t_a_length", "a guard is called after all");
    IS_TEXT(name_of(TEN TEN, TEN TEN TEN "01"),
            "ck_" TEN TEN "_" TEN TEN TEN "01_length",
            "63 bytes are no byte too many");
    IS_TEXT(name_of(TEN TEN, TEN TEN TEN "012"),
            "ck_" TEN TEN "_" TEN TEN TEN "_eac149de",
            "a longer one is cut and numbered");
    SCOPED(arena_clear) struct arena arena = {0};
    const char *first =
        arena_text(&arena, name_of(TEN TEN TEN TEN TEN TEN, "a"));

    OK(strcmp(first, name_of(TEN TEN TEN TEN TEN TEN, "b")) != 0 &&
           strlen(first) == 63,
       "names that differ behind the cut stay different");
    const char *wide = name_of(TEN TEN TEN TEN TEN, "\xC3\xA4\xC3\xA4\xC3\xA4");

    OK(strlen(wide) <= 63 && strstr(wide, "\xC3_") == NULL,
       "no character is cut in two");
}

/* ---------------------------------------------------------------- readers */

static void
test_absorb(void)
{
    SCOPED(buf_release) struct buf buf = {0};
    struct object *t = table("t");

    add_guards(column(t, "a", "varchar(3)"), LANGUAGE_SQLITE);
    check(t, "own", "a <> ''");
    column(t, "b", "varchar(3)");
    OK(!guard_absorb(&model, t, LANGUAGE_SQLITE), "one is not guarded");
    IS_TEXT(shown(&buf),
            "table t\n"
            "  column a: type=varchar(3) guard\n"
            "  check own: expression=a <> ''\n"
            "  column b: type=varchar(3)\n",
            "the guards of one column are found, and nothing besides");
    t = table("t");
    add_guards(column(t, "a", "varchar(3)"), LANGUAGE_SQLITE);
    schema_remove(&model, t->children[1]);
    OK(!guard_absorb(&model, t, LANGUAGE_SQLITE) && t->nchildren == 2,
       "some are not enough");
    t = table("t");
    add_guards(column(t, "a", "varchar(3)"), LANGUAGE_SQLITE);
    t->children[2]->text[ATTRIBUTE_EXPRESSION] = "length(a) <= 4";
    OK(!guard_absorb(&model, t, LANGUAGE_SQLITE) && t->nchildren == 3,
       "nor is one that says something else");
    t->children[2]->text[ATTRIBUTE_EXPRESSION] = "LENGTH(\"a\")<=3";
    OK(guard_absorb(&model, t, LANGUAGE_SQLITE) && t->nchildren == 1,
       "but it may be spelt otherwise");
    t = table("t");
    add_guards(column(t, "a", "date"), LANGUAGE_POSTGRES);
    t->children[1]->text[ATTRIBUTE_NOT_VALID] = "yes";
    OK(!guard_absorb(&model, t, LANGUAGE_POSTGRES) && t->nchildren == 2,
       "nor one that is not valid");
    t = table("t");
    column(t, "a", "integer");
    OK(guard_absorb(&model, t, LANGUAGE_POSTGRES) &&
           object_is(t->children[0], ATTRIBUTE_GUARD),
       "what needs none is guarded");
}

static void
test_width(const char *type)
{
    struct object *t = table("t");
    struct object *key = column(t, "a", type);

    add_guards(key, LANGUAGE_SQLITE);
    key->text[ATTRIBUTE_TYPE] = "integer";
    key->text[ATTRIBUTE_IDENTITY] = "auto";
    OK(guard_absorb(&model, t, LANGUAGE_SQLITE), "a key is guarded");
    IS_TEXT(key->text[ATTRIBUTE_TYPE], type, "and its guard tells its width");
}

static void
test_widths(void)
{
    struct object *t = table("t");
    struct object *key = column(t, "a", "integer");

    key->text[ATTRIBUTE_IDENTITY] = "auto";
    OK(!guard_absorb(&model, t, LANGUAGE_SQLITE), "a bare key is not guarded");
    IS_TEXT(key->text[ATTRIBUTE_TYPE], "integer", "and an integer");
    test_width("integer");
    test_width("bigint");
    test_width("smallint");
}

static void
test_enums(void)
{
    struct object *t = table("t");
    struct object *mood = schema_add(&model, OBJECT_ENUM, NULL, "My Mood");

    mood->text[ATTRIBUTE_LABELS] = "'a', 'b'";
    add_guards(column(t, "a", "\"My Mood\""), LANGUAGE_SQLITE);
    OK(t->nchildren == 2 && guard_absorb(&model, t, LANGUAGE_SQLITE) &&
           t->nchildren == 1,
       "an enum's labels guard it");
    mood->text[ATTRIBUTE_LABELS] = "'a', 'b', 'c'";
    check(t, "ck_t_a_enum", "a in ('a', 'b')");
    OK(!guard_absorb(&model, t, LANGUAGE_SQLITE), "all of them");
    OK(guard_enum(NULL, t->children[0]) == NULL, "without a schema none is");
}

int
main(void)
{
    test_names();
    test_absorb();
    test_widths();
    test_enums();
    schema_clear(&model);
    return tap_done();
}
