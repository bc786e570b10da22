# new.t - duet new: the files of the next migration.
. "${TESTS:-tests}/lib/tap.sh"

cd "$tmp" || exit 1

# in_tree FILE...: a new directory `migrations` with these files.
in_tree()
{
    rm -rf migrations
    for file; do
        mkdir -p "migrations/$(dirname "$file")"
        case $file in
        *.sql) printf '%s' "${text-}" >"migrations/$file" ;;
        esac
    done
}

# makes FILES TITLE: what `duet new` with the options in $options prints.
makes()
{
    # shellcheck disable=SC2086 # one word an option
    run duet new x ${options-}
    is "$status:$(printf '%s' "$out" | tr '\n' ' ')$err" "0:$1" "$2"
}

# ------------------------------------------------------------- duet's own

run duet new 'add users'
is "$status:$err" '0:' 'the first migration is written'
is "$out" "migrations/0001_add_users.up.sql
migrations/0001_add_users.down.sql" '... its paths are printed'
like "$(cat migrations/0001_add_users.up.sql)" '^-- 0001_add_users: ' \
    '... it says what it is'
like "$(cat migrations/0001_add_users.down.sql)" '^-- 0001_add_users, undone' \
    '... and so does the one that goes down'
echo 'create table t (a integer);' >>migrations/0001_add_users.up.sql
echo 'drop table t;' >>migrations/0001_add_users.down.sql

run duet new 'labels v1.2' --both
is "$status:$out" "0:migrations/0002_labels_v1_2.sqlite.up.sql
migrations/0002_labels_v1_2.sqlite.down.sql
migrations/0002_labels_v1_2.postgres.up.sql
migrations/0002_labels_v1_2.postgres.down.sql" 'the next is for each engine'
run duet new third --json
is "$status:$out" '0:{"version":"0003_third","files":["migrations/0003_third.up.sql","migrations/0003_third.down.sql"]}' \
    'or shown as JSON'
run duet up --url sqlite:app.db
is "$status" 0 'what is written runs'
run duet down 3 --url sqlite:app.db
is "$status" 0 '... and back'

in_tree 9_a.up.sql 10_b.sqlite.up.sql 099_c.postgres.up.sql
makes 'migrations/100_x.up.sql migrations/100_x.down.sql' \
    'the number goes on from the newest of either engine'
in_tree 0009_a.up.sql 0009_b.up.sql before-up.sql
makes 'migrations/0010_x.up.sql migrations/0010_x.down.sql' \
    'it is as wide as the last one'
in_tree 9999_a.up.sql
makes 'migrations/10000_x.up.sql migrations/10000_x.down.sql' \
    '... or wider'
in_tree 99999999999999999999_a.up.sql
makes 'migrations/100000000000000000000_x.up.sql migrations/100000000000000000000_x.down.sql' \
    '... of any length'

# ------------------------------------------------------------------ others

# is_time DIGITS TITLE: within a minute of now.
is_time()
{
    seconds=$(date -u -d "$(echo "$1" |
        sed 's/^\(....\)\(..\)\(..\)\(..\)\(..\)\(..\)$/\1-\2-\3 \4:\5:\6/')" +%s)
    age=$(($(date +%s) - seconds))
    if [ "$age" -ge -1 ] && [ "$age" -lt 60 ]; then
        ok "$2"
    else
        not_ok "$2" "$1 is $age seconds ago"
    fi
}

text='-- migrate:up
-- migrate:down
'
in_tree 20151127184807_users.sql
run duet new x
like "$out" '^migrations/[0-9]{14}_x\.sql$' 'dbmate: one file, of now'
is_time "$(expr "$out" : 'migrations/\([0-9]*\)')" '... in UTC'
is "$(grep -c '^-- migrate:' "$out")" 2 '... with its marks'
in_tree 29991231235959_users.sql
makes 'migrations/29991231235960_x.sql' \
    '... but behind the last one, should that be of tomorrow'
options='--both'
run duet new x --both
is "$status:$out" '2:' '... and none for each engine'
like "$err" "^hint: .*DIR/sqlite" '... of which it says what to do instead'
options=

text='-- +goose Up
'
in_tree 00009_a.sql
makes 'migrations/00010_x.sql' 'goose: the next number'
like "$(cat migrations/00010_x.sql)" '^-- \+goose Down$' '... with its marks'
text=
in_tree 20191100000001000001_a.mysql.up.sql 20191100000001000001_a.up.sql
run duet new x
like "$out" '^migrations/[0-9]{14}000000_x\.up\.sql$' 'popx: twenty digits'
in_tree V0009.Last.up.sql V0009.Last.down.sql
makes 'migrations/V0010.x.up.sql migrations/V0010.x.down.sql' 'authelia'
in_tree V1__a.sql V1_9__b.sql R__v.sql
makes 'migrations/V1_10__x.sql' 'Flyway'
in_tree 1481574547_a.up.sql
run duet new x
like "$out" '^migrations/1[0-9]{9}_x\.up\.sql$' 'seconds since 1970'
in_tree 2018-06-01-112529_a/up.sql
run duet new x
like "$out" '^migrations/[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{6}_x/up\.sql$' \
    'diesel: a folder'
is "$(find "${out%%/up.sql*}" -type f | sort | sed 's|.*/||' | tr '\n' ' ')" \
    'down.sql up.sql ' '... with two files'
in_tree 20240101000000_a/migration.sql
run duet new x
like "$out" '^migrations/[0-9]{14}_x/migration\.sql$' 'Prisma'
in_tree sqlite/0.26/01__a.sql sqlite/LATEST.sql postgres/0.26/00__a.sql
makes 'migrations/sqlite/0.26/02__x.sql migrations/postgres/0.26/02__x.sql' \
    'in the folder of each engine'
in_tree delta/56/x.sql
run duet new x
is "$status" 2 'what has no numbers is refused'
like "$err" "'migrations/delta/56/x.sql' has no number" '... and said so'
in_tree 1_a.up.sql 2_b.sql
run duet new x
is "$status:$out" '2:' 'and so is what is no tree'
rm -rf migrations
run duet new x --style dbmate
like "$out" '^migrations/[0-9]{14}_x\.sql$' 'the first of another style'

run duet new x --style rails
is "$status" 2 'a style that there is not is refused'
like "$err" '^hint: there are auto, duet, dbmate, ' '... with those that there are'

# --------------------------------------------------------------- directory

rm -rf migrations
mkdir -p db/migrations
makes 'db/migrations/0001_x.up.sql db/migrations/0001_x.down.sql' \
    'the directory is one that is there'
options='--migrations other/place'
makes 'other/place/0001_x.up.sql other/place/0001_x.down.sql' \
    '... or one that is named, and made'
options=
DUET_MIGRATIONS=mine
export DUET_MIGRATIONS
makes 'mine/0001_x.up.sql mine/0001_x.down.sql' '... or the environment names'
unset DUET_MIGRATIONS
run duet profile create own --url "sqlite:$tmp/own.db" --migrations other/place
is "$status" 0 'a profile has its own'
run duet -p own new y
like "$out" '^/.*/other/place/0002_y\.up\.sql$' '... which is taken then'
run duet -p none new y
is "$status" 2 '... but for one that there is not'

# ----------------------------------------------------------------- failures

for name in '' ' ' / a/b ../a "a'b" 'a;b' "$(printf 'a\nb')"; do
    run duet new "$name" -m bad
    is "$status:$out" '2:' "'$name' is no name"
done
[ ! -e bad ]
is $? 0 '... and nothing is made for it'
run duet new "$(printf '%0101d' 1)" -m bad
is "$status" 2 'nor is what is too long'
run duet new 'überall' -m letters
is "$out" 'letters/0001_überall.up.sql
letters/0001_überall.down.sql' 'other letters are'
echo text >file
run duet new x -m file
is "$status:$out" '1:' 'a file is no directory'
like "$err" "file" '... and is named'

# The half of a pair is a tree that can't be read, not one to add to.
mkdir way
echo kept >way/0001_x.down.sql
run duet new x -m way
is "$status:$(cat way/0001_x.down.sql):$(ls way)" \
    '2:kept:0001_x.down.sql' 'what is there stays as it is'

# --------------------------------------------------------------------- race

rm -rf race
for worker in 1 2 3 4 5 6 7 8; do
    for _ in 1 2 3 4; do duet new "w$worker" -m race; done >"out.$worker" &
done
wait
is "$(find race -name '*.up.sql' | wc -l)" 32 'all of many get their files'
is "$(find race -name '*.up.sql' | sed 's|.*/||; s/_.*//' | sort -u | wc -l)" 32 \
    '... each with a number of its own'
is "$(find race -name '*.up.sql' | sed 's|.*/||; s/_.*//' | sort | tail -1)" \
    0032 '... and none is left out'
done_testing
