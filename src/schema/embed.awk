# embed.awk - makes C of the files that a page is made with.
#
#     awk -f src/schema/embed.awk FILE... >build/gen/report_text.c
#
# src/schema/report.css becomes report_css, one C literal a line.  It has to
# work in mawk, where gsub(/\\/, "\\\\") changes nothing.

BEGIN {
    print "/* Made by src/schema/embed.awk. */"
    print "#include \"schema/report_text.h\""
    # A compiler need not take more than 4095 characters; ours all do.
    print "\n#pragma GCC diagnostic ignored \"-Woverlength-strings\""
}

FNR == 1 {
    if (NR > 1)
        print "    ;"
    name = FILENAME
    sub(/^.*\//, "", name)
    gsub(/[^a-z]/, "_", name)
    print "\nconst char " name "[] ="
}

{
    gsub(/\\/, "\\\\&")
    gsub(/"/, "\\\"")
    gsub(/\?/, "\\?") # no trigraphs
    print "    \"" $0 "\\n\""
}

END {
    print "    ;"
}
