# embed.awk - makes C of the project's SQL files.
#
#     awk -v out=build/gen -f src/sql/embed.awk FILE...
#
# writes out/sql_text.h and out/sql_text.c: an enum with one constant for each
# name, and for each engine an array with the text under it.
#
#     src/sql/sqlite/list.tables.sql    SQL_LIST_TABLES for SQLite
#     src/sql/postgres/list.tables.sql  SQL_LIST_TABLES for PostgreSQL
#     schema/seed.sql                   SQL_SEED for both
#     schema/guard.sqlite.sql           SQL_GUARD for SQLite alone
#     migrations/0001_first.postgres.up.sql
#                                       SQL_0001_FIRST_UP for PostgreSQL
#
# An engine's own file wins over one that serves both.  A name that an engine
# has no text for stops the build.  What a PostgreSQL version has another
# text for (NAME.pg14.sql) is the same to SQLite, which uses NAME's there.
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
    sort_names()
    write_header(out "/sql_text.h")
    write_source(out "/sql_text.c")
}

function begin_file(path,    name, owner)
{
    owner = owner_of(path)
    name = name_of(path, owner)
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
            if (find(engine[e], names[i]) == "")
                fail("no text for " engine[e] " under the name '" names[i] \
                     "', only " owners_file(names[i]))
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
function sort_names(    i, j, name)
{
    for (i = 2; i <= count; i++) {
        name = names[i]
        for (j = i - 1; j > 0 && names[j] > name; j--)
            names[j + 1] = names[j]
        names[j + 1] = name
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
    print "\n#endif" >path
    close(path)
}

function write_source(path,    i, e)
{
    print "/* Made by src/sql/embed.awk from the project's SQL files. */" >path
    print "#include \"sql_text.h\"\n" >path
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
    close(path)
}

function begin_array(name, path)
{
    print "\nconst char *const sql_text_" name "[SQL_COUNT] = {" >path
}

function write_texts(owner, path,    i)
{
    begin_array(owner, path)
    for (i = 1; i <= count; i++) {
        print "    [" id_of(names[i]) "] =" >path
        print literal(text[find(owner, names[i])]) "," >path
    }
    print "};" >path
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
