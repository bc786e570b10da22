# help.t - the help, the tables it is made of, and the manual page agree, and
# every example works.
. "${TESTS:-tests}/lib/tap.sh"

page=$top/src/cli/duet.1
tab=$(printf '\t')

# The examples are run by sh as they are shown, each lot in a directory of its
# own: run_examples NAME <LINES
run_examples()
{
    mkdir -p "$tmp/examples"
    dir=$(mktemp -d "$tmp/examples/XXXXXX")
    cat >"$dir/.example"
    [ -s "$dir/.example" ] || not_ok "$1: there is an example"
    # shellcheck disable=SC2016 # for the inner shell
    run env DUET_HOME="$dir/.duet" \
        sh -c 'cd "$1" && exec sh -e ./.example' sh "$dir"
    is "$status" 0 "$1: the example works"
    if [ "$status" != 0 ]; then
        diag "$err"
    fi
}

run duet help --all
is "$status" 0 'the tables are printed'
printf '%s\n' "$out" >"$tmp/tables"

# ---------------------------------------------------------------- the page

awk -F "$tab" '
    $1 == "option" && !global++ { print ".Ss Options of every command" }
    $1 == "command" { print ".Ss duet " $2 ($3 == "" ? "" : " ") $3 }
    $1 == "option" {
        print ".It " ($4 == "" ? "" : "Fl " $4 " , ") "Fl -" $3 \
            ($5 == "" ? "" : " Ar ") $5
    }' "$tmp/tables" >"$tmp/wanted"
sed -n '/^\.Ss \(duet \|Options of\)/p; /^\.It Fl /p' "$page" >"$tmp/found"
run diff "$tmp/wanted" "$tmp/found"
is "$out" '' 'the page has the commands and options of the program, no others'

sed -n '/^\.Sh EXAMPLES/,$p' "$page" |
    sed -n '/^\.Bd -literal/,/^\.Ed/p' | grep -v '^\.' >"$tmp/example"
run_examples 'the manual page' <"$tmp/example"

# The rules and the attributes stand in tables of the source; the page has the
# rules in their order, and the attributes somewhere in its list of members.
sed -n '/^const struct rule_spec/,/^};/s/^    {"\([a-z-]*\)".*/\1/p' \
    "$top/src/schema/rules.c" >"$tmp/wanted"
sed -n '/^These rules make/,/^\.El/s/^\.It Li \([a-z-]*\)$/\1/p' "$page" \
    >"$tmp/found"
run diff "$tmp/wanted" "$tmp/found"
isnt "$(grep -c . "$tmp/wanted")" 0 'the rules have names'
is "$out" '' 'the page has the rules of the comparison, no others'
sed -n 's/^    \[ATTRIBUTE_[A-Z_]*\] = {"\([a-z_]*\)".*/\1/p' \
    "$top/src/schema/model.c" | sort >"$tmp/wanted"
sed -n '/^and of these what is/,/^\.El/p' "$page" | grep -v '^\.It' |
    grep -o '[a-z_]*' | sort -u >"$tmp/found"
isnt "$(grep -c . "$tmp/wanted")" 0 'the attributes have names'
is "$(comm -23 "$tmp/wanted" "$tmp/found")" '' 'which is in the page'

if command -v mandoc >/dev/null; then
    run mandoc -T lint -W warning "$page"
    is "$out" '' 'mandoc has nothing to object to'
fi
if command -v man >/dev/null && command -v groff >/dev/null; then
    run man --warnings -l "$page"
    is "$status:$err" '0:' 'neither has man'
    like "$out" '^EXIT STATUS' 'and shows it'
fi

# -------------------------------------------------------------- the tables

is "$(awk -F "$tab" '$1 == "option" && $4 != "" { print $2 "|" $4 }
    $1 == "command" { for (g = 0; g < n; g++) print $2 "|" global[g] }
    $1 == "option" && $2 == "" && $4 != "" { global[n++] = $4 }' \
    "$tmp/tables" | sort | uniq -d)" '' 'no letter stands for two options'
# compare --schema says what to compare, elsewhere --schema says which one.
is "$(awk -F "$tab" '$1 == "option" && $2 " " $3 != "compare schema" {
    print $3, ($5 == "") }' "$tmp/tables" |
    sort -u | cut -d ' ' -f 1 | uniq -d)" '' \
    'options of one name take a value everywhere or nowhere'
is "$(awk -F "$tab" '$1 == "option" && $6 == "" ||
    $1 == "command" && $4 == ""' "$tmp/tables")" '' \
    'every command and option has its help'

# ------------------------------------------------------------ each command

awk -F "$tab" '$1 == "command" { print $2 }' "$tmp/tables" >"$tmp/commands"
while read -r command; do
    # shellcheck disable=SC2086 # the words of its name
    run duet $command --help
    is "$status:$err" '0:' "duet $command --help succeeds"
    like "$out" "^Usage: duet $command" '... shows the usage'
    help=$out
    # shellcheck disable=SC2086
    run duet -h $command
    is "$out" "$help" '... in the same way from any place'
    # shellcheck disable=SC2086
    run duet help $command
    is "$out" "$help" '... and from duet help'
    is "$(printf '%s\n' "$help" | awk 'length($0) > 80 && !/^  /')" '' \
        '... in lines that a terminal has room for'
    awk -F "$tab" -v command="$command" \
        '$1 == "option" && $2 == command { print $3 }' "$tmp/tables" \
        >"$tmp/options"
    while read -r option; do
        like "$help" "^  .*--$option" "... with --$option"
    done <"$tmp/options"
    awk -F "$tab" -v command="$command" \
        '$1 == "example" && $2 == command { print $3 }' "$tmp/tables" |
        sed 's/\\\\/\\/g' >"$tmp/example"
    while IFS= read -r line; do
        is "$(printf '%s\n' "$help" | grep -cFx -e "  $line")" 1 \
            '... and the example'
    done <"$tmp/example"
    run_examples "$command" <"$tmp/example"
done <"$tmp/commands"

# -------------------------------------------------------------- the program

run duet
is "$status" 2 'duet alone is a usage error'
is "$out" '' '... with nothing on stdout'
like "$err" '^Usage: duet COMMAND' '... that shows the usage'
run duet --help
is "$status:$err" '0:' 'duet --help succeeds'
like "$out" '^Usage: duet COMMAND' '... and shows the usage'
while read -r command; do
    case $command in
    *' '*) ;;
    *) like "$out" "^  $command " "... lists $command" ;;
    esac
done <"$tmp/commands"
help=$out
run duet help
is "$out" "$help" 'duet help shows the same'
run duet --version
like "$status:$out" '^0:duet [0-9]+\.[0-9]+\.[0-9]+$' 'there is a version'
run duet help claer
is "$status" 2 'help of what there is not is a usage error'
like "$err" "^hint: did you mean 'clear'\?" '... with a suggestion'

done_testing
