#include "schema/keyword.h"

#include <string.h>

/* After PostgreSQL 15's pg_get_keywords(): catcode R or T. */
static const char of_postgres[] =
    " all analyse analyze and any array as asc asymmetric authorization binary "
    "both case cast check collate collation column concurrently constraint "
    "create cross current_catalog current_date current_role current_schema "
    "current_time current_timestamp current_user default deferrable desc "
    "distinct do else end except false fetch for foreign freeze from full "
    "grant group having ilike in initially inner intersect into is isnull "
    "join lateral leading left like limit localtime localtimestamp natural "
    "not notnull null offset on only or order outer overlaps placing primary "
    "references returning right select session_user similar some symmetric "
    "table tablesample then to trailing true union unique user using variadic "
    "verbose when where window with ";

/* After sqlite3_keyword_name(): what SQLite 3.40 takes for no name. */
static const char of_sqlite[] =
    " add all alter and as autoincrement between case check collate commit "
    "constraint create default deferrable delete distinct drop else escape "
    "except exists foreign from group having in index insert intersect into "
    "is isnull join limit not nothing notnull null on or order primary "
    "references returning select set table then to transaction union unique "
    "update using values when where ";

/* After pg_type: what a column may have, with the words that mean the same. */
static const char types[] =
    " aclitem bigint bit bool boolean box bpchar bytea char cid cidr circle "
    "date datemultirange daterange dec decimal float float4 float8 inet int "
    "int2 int4 int4multirange int4range int8 int8multirange int8range "
    "integer interval json jsonb jsonpath line lseg macaddr macaddr8 money "
    "name numeric nummultirange numrange oid path pg_lsn pg_snapshot point "
    "polygon real refcursor regclass regcollation regconfig regdictionary "
    "regnamespace regoper regoperator regproc regprocedure regrole regtype "
    "smallint text tid time timestamp timestamptz timetz tsmultirange "
    "tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot uuid "
    "varbit varchar xid xid8 xml ";

enum { LONGEST = 24 };

/* WORD, in any case, is one of WORDS, each between blanks. */
static bool
is_among(const char *words, const char *word, size_t len)
{
    char padded[LONGEST] = " ";

    if (len + 3 > sizeof padded)
        return false;
    for (size_t i = 0; i < len; i++)
        padded[i + 1] =
            (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] - 'A' + 'a'
                                                    : word[i]);
    padded[len + 1] = ' ';
    return strstr(words, padded) != NULL;
}

bool
keyword_is_reserved(enum sql_language language, const struct token *token)
{
    return is_among(language == LANGUAGE_POSTGRES ? of_postgres : of_sqlite,
                    token->text, token->len);
}

bool
keyword_is_type(const char *name)
{
    return is_among(types, name, strlen(name));
}
