# coverage.awk - what gcov -n says, as one line a file under src/ and a total.
#
#     File 'src/db/url.c'
#     Lines executed:97.50% of 80

/^File / {
    file = $2
    gsub(/'/, "", file)
}

/^Lines executed/ && file ~ /^src\// {
    split($2, part, /[:%]/)
    lines = $NF
    run = lines * part[2] / 100
    printf "%6.1f%%  %5d  %s\n", part[2], lines, file | "sort -n"
    all_lines += lines
    all_run += run
}

/^Lines executed/ {
    file = ""
}

END {
    close("sort -n")
    if (all_lines)
        printf "%6.1f%%  %5d  in all\n", 100 * all_run / all_lines, all_lines
}
