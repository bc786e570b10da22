# get_or_create_command.t - duet get-or-create, as one calls it.
. "${TESTS:-tests}/lib/tap.sh"

tab=$(printf '\t')
export table=db_dbcomputer

# refuses NAME STATUS MESSAGE ARGUMENT...
refuses()
{
    name=$1 want=$2 message=$3
    shift 3
    run duet get-or-create "$@"
    is "$status" "$want" "$name"
    like "$err" "^duet: $message" '... says so'
}

try_row()
{
    run duet get-or-create $table label=laptop --set hostname=localhost
    is "$status:$err" '0:' "$1: a row that is not there"
    like "$out" "^created$tab$table${tab}id=[0-9]+\$" '... is created'
    id=${out##*=}
    run duet get-or-create --set hostname=localhost $table label=laptop
    is "$status:$out:$err" "0:found$tab$table${tab}id=$id:" \
        '... and found the next time, wherever the options stand'
    run duet get-or-create $table label=laptop --set hostname=other
    is "$status:$out" "3:different$tab$table${tab}id=$id" \
        '... and is different from another'
    is "$err" "duet: row of '$table' is different: hostname is 'localhost', not 'other'
hint: change the row, or take it as it is with --on-difference ignore" \
        '... in which column is told'
    run duet get-or-create $table label=laptop --set hostname=other \
        --on-difference ignore
    is "$status:$out" "0:different$tab$table${tab}id=$id" \
        '... which may be ignored'
}

try_values()
{
    run duet get-or-create $table label=a=b --set hostname=h \
        --set 'description=1,2'
    like "$status:$out" '^0:created' "$1: a value may have = and comma"
    run duet get-or-create $table label=a=b --set description=1,2 --json
    like "$status:$out" '^0:\{"outcome":"found","table":"db_dbcomputer","id":\{"id":"[0-9]+"\},"different":\[\]\}$' \
        '... and is taken as it is; as JSON'
    run duet get-or-create $table "label=a=b" --set description=
    like "$status:$err" "description is '1,2', not ''" \
        '... an empty one is the empty text'
    run duet get-or-create db_dbsetting key=k --set-null val
    like "$status:$out" '^0:created' "$1: a value may be NULL"
    run duet get-or-create db_dbsetting key=k --set val={}
    like "$status:$err" "val is NULL, not '\{\}'" '... and differs from others'
    run duet get-or-create db_dbsetting key=k --set val={} --json
    like "$out" '"different":\[\{"column":"val","stored":null,"given":"\{\}"\}\]' \
        '... in JSON it is null'
    like "$err" '^\{"error":\{"kind":"drift",' '... and the error is a document'
}

try_wrong()
{
    refuses "$1: a table that is not there" 2 "there is no table 'nope'" \
        nope a=b
    refuses "$1: a column that is not there" 2 \
        "table '$table' has no column 'labl'" $table labl=x
    refuses "$1: a key that is not unique" 2 'no unique index' \
        $table hostname=x
    refuses "$1: no value" 2 "no value for 'label'" $table label
    refuses "$1: no column" 2 "no column for '=x'" $table =x
    refuses "$1: no key" 2 'no KEY=VALUE given' $table
    refuses "$1: no table" 2 'no TABLE given'
    refuses "$1: a column given twice" 2 "column 'label' is given twice" \
        $table label=a --set label=b
    refuses "$1: a row that the schema refuses" 1 '.*hostname' $table label=x
    refuses "$1: a format without a file" 2 "option '--format' needs" \
        $table label=x --format csv
}

# Ten at once, for one row: one creates it.
try_race()
{
    for i in 1 2 3 4 5 6 7 8 9 10; do
        duet get-or-create $table label=raced --set hostname=h \
            >"$tmp/race.$i" 2>&1 &
    done
    wait
    is "$(cat "$tmp"/race.* | grep -c ^created)" 1 "$1: of ten, one creates"
    is "$(cat "$tmp"/race.* | grep -c ^found)" 9 '... and the others find'
    rm -f "$tmp"/race.*
}

totals()
{
    printf 'created\t%d\nfound\t%d\ndifferent\t%d' "$@"
}

try_batch()
{
    printf '%s\n' label,hostname b1,h 'b2,"h, ""quoted"""' b3,h >"$tmp/x.csv"
    run duet get-or-create $table label --batch "$tmp/x.csv"
    is "$status:$out" "0:$(totals 3 0 0)" "$1: rows of a CSV file"
    run duet get-or-create $table --batch - label <"$tmp/x.csv"
    is "$status:$out" "0:$(totals 0 3 0)" '... found in standard input'
    printf '%s\n' '{"label":"b3","hostname":"other"}' \
        '{"label":"b4","hostname":"h"}' >"$tmp/x.jsonl"
    run duet get-or-create $table label --batch "$tmp/x.jsonl"
    is "$status" 3 "$1: a row that is different fails the batch"
    like "$err" 'x.jsonl.*(:|line )1' '... which names its line'
    run duet get-or-create $table label --batch "$tmp/x.jsonl" \
        --on-difference ignore
    is "$status:$out" "0:$(totals 1 0 1)" \
        '... nothing of it was done; unless the difference is ignored'
    run duet get-or-create $table label --batch "$tmp/x.jsonl" -d ignore --json
    is "$status:$err" '0:' "$1: a batch in JSON lines"
    is "$(printf '%s\n' "$out" | wc -l)" 3 '... one for each row, one for all'
    like "$out" '^\{"line":1,"outcome":"different",.*"stored":"h","given":"other"' \
        '... tells about a row'
    is "$(printf '%s\n' "$out" | tail -n 1)" \
        '{"total":{"created":0,"found":1,"different":1}}' '... and in the end'
}

try_wrong_batch()
{
    refuses "$1: a file that is not there" 1 ".*$tmp/none.csv.*No such file" \
        $table label --batch "$tmp/none.csv"
    refuses "$1: a directory" 1 ".*$tmp.*Is a directory" \
        $table label --batch "$tmp"
    refuses "$1: a value beside a file" 2 "unexpected value in 'label=x'" \
        $table label=x --batch "$tmp/x.csv"
    refuses "$1: --set beside a file" 2 "option '--set' can't be used" \
        $table label --batch "$tmp/x.csv" --set hostname=h
    printf '%s\n' label,hostname n1,h n2 >"$tmp/bad.csv"
    refuses "$1: a broken line" 2 '.*bad\.csv.*3' $table label \
        --batch "$tmp/bad.csv"
    run duet get-or-create $table label=n1 --set hostname=h
    like "$out" '^created' '... and none of the others was written'
}

try_all()
{
    try_row "$1"
    try_values "$1"
    try_wrong "$1"
    try_race "$1"
    try_batch "$1"
    try_wrong_batch "$1"
}

duet -q presto >/dev/null || exit 1
try_all sqlite

if [ -n "${TEST_POSTGRES-}" ]; then
    postgres_database
    duet -q presto pg --url "$database_url" >/dev/null || exit 1
    export DATABASE_URL="$database_url"
    try_all postgres
fi

done_testing
