# embed.awk - makes C of the project's SQL files.
#
#     awk -v out=build/gen -f src/sql/embed.awk FILE...
#
# writes out/sql_text.h and out/sql_text.c: an enum with one constant for each
# name, for each engine an array with the text under it, a list of what is
# declared in schema/, and one of what is in migrations/.
#
#     src/sql/sqlite/list.tables.sql    SQL_LIST_TABLES for SQLite
#     src/sql/postgres/list.tables.sql  SQL_LIST_TABLES for PostgreSQL
#     schema/seed.sql                   SQL_SEED for both
#     src/sql/postgres/postgres_columns.sql
#                                       SQL_POSTGRES_COLUMNS, NULL for SQLite
#
# An engine's own file wins over one that serves both.  A name that an engine
# has no text for stops the build, unless it begins with the other engine's:
# that is a question which is put to that engine alone.  What a PostgreSQL
# version has another text for (NAME.pg14.sql) is the same to SQLite, which
# uses NAME's there.
#
# A declaration is another matter, for both of its files say what an engine
# has.  They are listed by their paths, which errors name:
#
#     schema/profile.sql                for both
#     schema/profile.postgres.sql       what PostgreSQL has besides
#
# Migrations are listed likewise: which of them is whose is for tree.c to say.
#
# It has to work in mawk, where gsub(/\\/, "\\\\") changes nothing.

BEGIN {
    engines = split("sqlite postgres", engine, " ")
}

FNR == 1 {
    begin_file(FILENAME)
}

# Lines are joined, not ended, by newlines: the last one is the file's, not
# the statement's.
{
    text[key] = FNR == 1 ? $0 : text[key] "\n" $0
}

END {
    if (!failed)
        check_names()
    if (failed)
        exit 1
    sort(names, count)
    sort(declarations, declared)
    sort(migrations, migrated)
    write_header(out "/sql_text.h")
    write_source(out "/sql_text.c")
}

function begin_file(path,    name, owner)
{
    if (path ~ /^migrations\//) {
        key = migrations[++migrated] = path
        return
    }
    owner = owner_of(path)
    name = name_of(path, owner)
    if (is_declaration(path, name)) {
        key = declarations[++declared] = path
        engine_of[path] = owner
        return
    }
    key = owner SUBSEP name
    if (key in file)
        fail(path ": the same name as " file[key])
    file[key] = path
    add_name(name, path)
}

# Whose text it is: an engine's or, as "both", everyone's.
function owner_of(path,    i)
{
    for (i = 1; i <= engines; i++)
        if (index(path, "src/sql/" engine[i] "/") || \
            index(path, "." engine[i] "."))
            return engine[i]
    return "both"
}

function name_of(path, owner)
{
    sub(/^.*\//, "", path)
    sub(/\.sql$/, "", path)
    sub("\\." owner "$", "", path)
    sub("\\." owner "\\.", ".", path)
    return path
}

# Seeds are the rows of a new database.
function is_declaration(path, name)
{
    return path ~ /^schema\// && name != "seed"
}

function add_name(name, path,    id)
{
    id = id_of(name)
    if (id !~ /^SQL_[A-Z0-9_]+$/)
        fail(path ": " id " is no C identifier")
    if (id in name_by_id && name_by_id[id] != name)
        fail(path ": " id " is " name_by_id[id] " already")
    if (!(id in name_by_id))
        names[++count] = name
    name_by_id[id] = name
}

function id_of(name)
{
    gsub(/[-.]/, "_", name)
    return "SQL_" toupper(name)
}

function fail(message)
{
    print "embed.awk: " message >"/dev/stderr"
    failed = 1
}

function check_names(    i, e)
{
    for (i = 1; i <= count; i++)
        for (e = 1; e <= engines; e++)
            check_name(engine[e], names[i])
}

function check_name(who, name,    only, has)
{
    only = only_for(name)
    has = find(who, name) != ""
    if (!has && (only == "" || only == who))
        fail("no text for " who " under the name '" name "', only " \
             owners_file(name))
    if (has && only != "" && only != who)
        fail("a text for " who " under the name '" name "', which is " \
             only "'s alone")
}

# The one engine that a name is for, or "".
function only_for(name,    e)
{
    for (e = 1; e <= engines; e++)
        if (index(name, engine[e] "_") == 1)
            return engine[e]
    return ""
}

# The key of the text that an engine uses under a name, or "".
function find(owner, name)
{
    if ((owner SUBSEP name) in file)
        return owner SUBSEP name
    if (("both" SUBSEP name) in file)
        return "both" SUBSEP name
    if (sub(/\.pg[0-9]+$/, "", name))
        return find(owner, name)
    return ""
}

function owners_file(name,    e)
{
    for (e = 1; e <= engines; e++)
        if ((engine[e] SUBSEP name) in file)
            return file[engine[e] SUBSEP name]
}

# In the order of the names, so that the order of the files means nothing.
function sort(list, len,    i, j, name)
{
    for (i = 2; i <= len; i++) {
        name = list[i]
        for (j = i - 1; j > 0 && list[j] > name; j--)
            list[j + 1] = list[j]
        list[j + 1] = name
    }
}

function write_header(path,    i)
{
    print "/* Made by src/sql/embed.awk from the project's SQL files. */" >path
    print "#ifndef DUET_SQL_TEXT_H\n#define DUET_SQL_TEXT_H\n" >path
    print "enum sql_id {" >path
    for (i = 1; i <= count; i++)
        print "    " id_of(names[i]) "," >path
    print "    SQL_COUNT\n};\n" >path
    if (count) {
        print "extern const char *const sql_text_name[SQL_COUNT];" >path
        for (i = 1; i <= engines; i++)
            print "extern const char *const sql_text_" engine[i] \
                "[SQL_COUNT];" >path
    }
    print "\n/* Ends with one that has no path. */" >path
    print "struct sql_declaration {" >path
    print "    const char *path;" >path
    print "    const char *engine; /* NULL: for both */" >path
    print "    const char *text;" >path
    print "};\n" >path
    print "extern const struct sql_declaration sql_declarations[];" >path
    print "\n/* A file of migrations/; ends with one that has no path. */" >path
    print "struct sql_migration {" >path
    print "    const char *path;" >path
    print "    const char *text;" >path
    print "};\n" >path
    print "extern const struct sql_migration sql_migrations[];" >path
    print "\n#endif" >path
    close(path)
}

function write_source(path,    i, e)
{
    print "/* Made by src/sql/embed.awk from the project's SQL files. */" >path
    print "#include \"sql_text.h\"\n" >path
    print "#include <stddef.h>\n" >path
    # A compiler need not take more than 4095 characters; ours all do.
    print "#pragma GCC diagnostic ignored \"-Woverlength-strings\"" >path
    if (count) {
        begin_array("name", path)
        for (i = 1; i <= count; i++)
            print "    [" id_of(names[i]) "] = \"" names[i] "\"," >path
        print "};" >path
        for (e = 1; e <= engines; e++)
            write_texts(engine[e], path)
    }
    write_declarations(path)
    write_migrations(path)
    close(path)
}

function begin_array(name, path)
{
    print "\nconst char *const sql_text_" name "[SQL_COUNT] = {" >path
}

function write_texts(owner, path,    i, found)
{
    begin_array(owner, path)
    for (i = 1; i <= count; i++) {
        found = find(owner, names[i])
        print "    [" id_of(names[i]) "] =" >path
        print (found == "" ? "        NULL" : literal(text[found])) "," >path
    }
    print "};" >path
}

function write_declarations(path,    i, owner)
{
    print "\nconst struct sql_declaration sql_declarations[] = {" >path
    for (i = 1; i <= declared; i++) {
        owner = engine_of[declarations[i]]
        print "    {\"" declarations[i] "\", " \
            (owner == "both" ? "NULL" : "\"" owner "\"") "," >path
        print literal(text[declarations[i]]) "}," >path
    }
    print "    {NULL, NULL, NULL},\n};" >path
}

function write_migrations(path,    i)
{
    print "\nconst struct sql_migration sql_migrations[] = {" >path
    for (i = 1; i <= migrated; i++) {
        print "    {\"" migrations[i] "\"," >path
        print literal(text[migrations[i]]) "}," >path
    }
    print "    {NULL, NULL},\n};" >path
}

# One C literal a line, which the compiler joins.
function literal(sql)
{
    gsub(/\\/, "\\\\&", sql)
    gsub(/"/, "\\\"", sql)
    gsub(/\?/, "\\?", sql) # no trigraphs
    gsub(/\r/, "\\r", sql)
    gsub(/\n/, "\\n\"\n        \"", sql)
    return "        \"" sql "\""
}
