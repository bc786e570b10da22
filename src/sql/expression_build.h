/*
 * Makes the nodes of an expression tree, for the files of expression.h alone.
 * Here the spellings of both languages become one: the reader says what stands
 * there, and gets the node that it means.
 *
 * An operand that is NULL makes the result NULL, and so does whatever would
 * not mean the same to both engines and can't be kept as one's own.
 */
#ifndef DUET_SQL_EXPRESSION_BUILD_H
#define DUET_SQL_EXPRESSION_BUILD_H

#include "sql/expression_node.h"
#include "sql/language.h"

struct builder {
    struct arena *arena;
    enum sql_language language; /* that is read */
};

/* That of the language. */
enum expression_engine builder_engine(const struct builder *builder);

/* ------------------------------------------------------ expression_build.c */

/*
 * NODE where its value alone counts, not its type: 2.0 is 2, and with TEXTS a
 * text need not say that it is a date, for what it is compared with says so.
 * Beneath a division the former would matter, and in a sum the latter.
 */
struct expression *build_settled(const struct builder *builder,
                                 struct expression *node, bool texts);

/* KIND is EXPRESSION_AND or EXPRESSION_OR. */
struct expression *build_logic(const struct builder *builder,
                               enum expression_kind kind,
                               const struct expression_list *list);
struct expression *build_concat(const struct builder *builder,
                                const struct expression_list *list);
struct expression *build_negative(const struct builder *builder,
                                  struct expression *arg);

/* OPERANDS and all but the first of LIST may be missing. */
struct expression *build_case(const struct builder *builder,
                              struct expression *operand,
                              const struct expression_list *list);

/*
 * OPERATION is "like", "ilike", "glob", "~" or "~*"; ESCAPE is NULL where none
 * is written.
 */
struct expression *build_match(const struct builder *builder,
                               const char *operation, struct expression *value,
                               struct expression *pattern,
                               struct expression *escape);
struct expression *build_collate(const struct builder *builder,
                                 struct expression *arg, const char *name);

/* An engine's own. */
struct expression *build_operator(const struct builder *builder,
                                  const char *operation,
                                  struct expression *left,
                                  struct expression *right);
struct expression *build_prefix(const struct builder *builder,
                                const char *operation, struct expression *arg);

/* A whole expression, as it may stand for a default. */
struct expression *build_root(const struct builder *builder,
                              struct expression *arg);

/* ---------------------------------------------------- expression_compare.c */

/* KIND is one of the comparisons, or EXPRESSION_SAME. */
struct expression *build_compare(const struct builder *builder,
                                 enum expression_kind kind,
                                 struct expression *left,
                                 struct expression *right);

/* LIST begins with what is looked for. */
struct expression *build_in(const struct builder *builder,
                            const struct expression_list *list, bool negated);
struct expression *build_between(const struct builder *builder,
                                 struct expression *value,
                                 struct expression *low,
                                 struct expression *high, bool negated);
struct expression *build_not(const struct builder *builder,
                             struct expression *arg);

/* KIND is EXPRESSION_IS_NULL, ..._TRUE or ..._FALSE. */
struct expression *build_is(const struct builder *builder,
                            enum expression_kind kind, struct expression *arg);

/* ------------------------------------------------------- expression_cast.c */

/* A number as a token writes it. */
struct expression *build_number(const struct builder *builder,
                                const char *text);

/* TYPE is canonical. */
struct expression *build_cast(const struct builder *builder,
                              struct expression *arg, const char *type);

/* A text literal whose type is written out. */
bool is_typed_text(const struct expression *node);

/* A text that PostgreSQL may take for a number: 'NaN', '-Infinity'. */
bool is_number_in_words(const struct expression *node);

bool is_literal(const struct expression *node);

/* ------------------------------------------------------- expression_call.c */

/* NAME as SQL writes it, in lower case where it is not in quotes. */
struct expression *build_call(const struct builder *builder, const char *name,
                              const struct expression_list *list);

/* A word that is a value by itself, or NULL: "current_timestamp". */
struct expression *build_keyword(const struct builder *builder,
                                 const char *word);

/* What functions and clocks are called, for the writer. */
struct function_row {
    const char *name; /* PostgreSQL's, the first of them */
    const char *postgres;
    const char *sqlite;
    unsigned char least; /* arguments */
    unsigned char most;
    bool is_text; /* it gives a text */
};

const struct function_row *find_function(const char *name);

struct clock_row {
    const char *name;
    char group; /* those of one differ in precision and zone only */
    const char *postgres;
    const char *sqlite;
};

const struct clock_row *find_clock(const char *name);

/* The joined text is a clock, or else JOINED itself. */
struct expression *clock_of_concat(const struct builder *builder,
                                   struct expression *joined);

/* SQLite's way to make a random uuid, as it is written. */
extern const char uuid_on_sqlite[];

/* ------------------------------------------------------- expression_json.c */

/* KIND is EXPRESSION_JSON_GET or EXPRESSION_JSON_TEXT: x -> key, x ->> key. */
struct expression *build_json(const struct builder *builder,
                              enum expression_kind kind,
                              struct expression *document,
                              struct expression *key);

/* A call of a JSON function that both engines have, or NULL. */
struct expression *build_json_call(const struct builder *builder,
                                   const char *name,
                                   const struct expression_list *list);

/*
 * A comparison of SQLite's json_type() with a literal as PostgreSQL words it,
 * or NULL if this is none.  LIST begins with the call.
 */
struct expression *build_json_type_in(const struct builder *builder,
                                      const struct expression_list *list);

/*
 * What of JSON may be missing, as the type that it would have; else NODE
 * itself.
 */
struct expression *json_type_of(const struct builder *builder,
                                struct expression *node);

/*
 * On SQLite a number is compared as one if something else in the same AND says
 * that it is one: as if it were cast, which PostgreSQL needs.
 */
void json_cast_numbers(const struct builder *builder,
                       struct expression_list *list);

/* Words of json_type() for one of jsonb_typeof(), with bars; or NULL. */
const char *json_words(const char *word);

/*
 * The path of SQLite's functions that the keys of NODE are: $.a[0].  NULL for
 * keys that it can't look for as they are.
 */
const char *json_path(struct arena *arena, const struct expression *node);

/* ------------------------------------------------------ expression_sound.c */

/* NODE is no comparison, or one that SQLite decides as PostgreSQL does. */
bool is_sound_on_sqlite(const struct expression *node);

/*
 * NODE, which was read there and may be a comparison, as SQLite's own where
 * PostgreSQL would decide it otherwise.
 */
struct expression *build_sound(const struct builder *builder,
                               struct expression *node);

#endif
