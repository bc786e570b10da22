#include "schema/rules.h"

#include <string.h>

const struct rule_spec rule_specs[] = {
    /* Types: type.h, compare_type.c */
    {"auto-key",
     "a serial or an identity is the key that SQLite counts by "
     "itself",
     SEVERITY_STRUCTURE},
    {"blob-spelling", "another word for bytes", SEVERITY_STRUCTURE},
    {"bool-int-check", "an integer with a check for 0 and 1 is a boolean",
     SEVERITY_STRUCTURE},
    {"date-text", "a date is a text in ISO's form", SEVERITY_STRUCTURE},
    {"enum-order",
     "PostgreSQL sorts an enum by the order of its labels, "
     "SQLite by their texts",
     SEVERITY_STRUCTURE},
    {"enum-text-check", "a text with a check for its labels is an enum",
     SEVERITY_STRUCTURE},
    {"float-width", "SQLite's numbers have 64 bits", SEVERITY_STRUCTURE},
    {"guard-by-check", "checks of other names say what a guard does",
     SEVERITY_STRICTNESS},
    {"integer-width", "SQLite's integers have 64 bits", SEVERITY_STRICTNESS},
    {"json-text", "SQLite stores JSON as text", SEVERITY_STRUCTURE},
    {"json-text-check", "a text with a check for valid JSON is JSON",
     SEVERITY_STRUCTURE},
    {"length-check", "a text with a check of its length is a varchar",
     SEVERITY_STRICTNESS},
    {"length-unchecked", "a text of no declared length is a varchar",
     SEVERITY_STRICTNESS},
    {"text-spelling", "another word for text", SEVERITY_STRUCTURE},
    {"time-text", "a time is a text in ISO's form", SEVERITY_STRUCTURE},
    {"timestamp-text", "a timestamp is a text in ISO's form",
     SEVERITY_STRUCTURE},
    {"timestamptz-text", "a timestamp with time zone is a text in UTC",
     SEVERITY_STRUCTURE},
    {"uuid-blob", "a uuid is its 16 bytes", SEVERITY_STRUCTURE},
    {"uuid-text", "a uuid is a text", SEVERITY_STRUCTURE},
    /* Expressions: expression.h, compare_attribute.c */
    {"bool-int", "true is 1 and false is 0", SEVERITY_STRUCTURE},
    {"collate-binary", "bytes are compared, whether that is said or not",
     SEVERITY_STRUCTURE},
    {"json-blanks", "JSON with other blanks between its parts",
     SEVERITY_STRUCTURE},
    {"moment-text", "a moment is a text in ISO's form", SEVERITY_STRUCTURE},
    {"number-cast", "a cast that a number takes without a change",
     SEVERITY_STRUCTURE},
    {"clock-precision", "clocks differ in how exact they are",
     SEVERITY_STRUCTURE},
    {"default-null", "no default is null", SEVERITY_STRUCTURE},
    {"spelling", "the same in other words", SEVERITY_STRUCTURE},
    {"type-cast",
     "a literal is cast to the type that is needed, a default to "
     "its column's",
     SEVERITY_STRUCTURE},
    {"view-text", "the queries are the same but for spelling",
     SEVERITY_STRUCTURE},
    /* Columns: compare_attribute.c */
    {"binary-collation", "bytes are compared", SEVERITY_STRUCTURE},
    {"generated-storage",
     "what is generated is stored, or made when it is "
     "read",
     SEVERITY_STRUCTURE},
    {"pk-implies-not-null", "a primary key holds no NULL", SEVERITY_STRICTNESS},
    /* Keys: compare_attribute.c, compare_object.c */
    {"autoindex-is-unique", "a unique constraint without a name of its own",
     SEVERITY_NAMES},
    {"fk-name-structural", "a foreign key without a name of its own",
     SEVERITY_NAMES},
    {"match-one-column", "of one column there is no part that could be NULL",
     SEVERITY_STRICTNESS},
    {"name-case", "SQLite tells no cases apart in names", SEVERITY_NAMES},
    {"unique-index-is-constraint",
     "a unique index keeps apart what a unique "
     "constraint does",
     SEVERITY_STRUCTURE},
    {"unnamed-constraint", "a constraint without a name of its own",
     SEVERITY_NAMES},
};

const size_t nrule_specs = sizeof rule_specs / sizeof *rule_specs;

const struct rule_spec *
rule_find(const char *name)
{
    for (size_t i = 0; i < nrule_specs; i++)
        if (strcmp(rule_specs[i].name, name) == 0)
            return &rule_specs[i];
    return NULL;
}
