# html.t - the page of a comparison in a browser, at a desk and on a phone.
. "${TESTS:-tests}/lib/tap.sh"
need_postgres
for tool in chromium chromedriver xmllint sqlite3; do
    command -v "$tool" >/dev/null || skip_all "no $tool"
done

# ------------------------------------------------------------ two databases

sqlite3 -init /dev/null "$tmp/app.db" <<'END'
create table author (
    id   integer primary key,
    name varchar(254) not null default '',
    born date
);
create table book (
    id     integer primary key,
    title  text not null,
    author integer references author (id) on delete cascade,
    next   integer references book (id),
    constraint uq_book_title unique (title)
);
create table shelf (id integer primary key, room text);
create view short as select title from book where length(title) < 10;
END
postgres_database
"${PG_BIN:+$PG_BIN/}psql" -XqAt -v ON_ERROR_STOP=1 -d "$database_url" <<'END'
create table author (
    id   serial primary key,
    name varchar(100) not null,
    born date,
    "</script><b onclick='x()'>" text
);
create table book (
    id     serial primary key,
    title  text not null,
    author integer references author (id) on delete restrict,
    next   integer references book (id),
    constraint uq_title unique (title)
);
create view short as select title from book where length(title) < 12;
create extension pg_trgm;
END

page=$tmp/page.html
echo 'names  unique-constraint  book.*  # as it always was' >"$tmp/accepted"
run duet compare "sqlite:$tmp/app.db" "$database_url" --schema \
    --accepted "$tmp/accepted" --html "$page"
is "$status" 3 'two databases differ'
isnt "$out" '' 'which is told beside the page, too'
run xmllint --noout "$page"
is "$status$err" 0 'the page is well-formed'
run duet compare "sqlite:$tmp/app.db" "$database_url" --html "$tmp/no/page"
is "$status" 1 'a page that can not be written is a failure'
like "$err" "file '$tmp/no/page'" 'which names the file'

# ------------------------------------------------------------- in a browser

# steps: does what standard input says, for tests/lib/browser, and between the
# steps
#     = WANT | NAME
# says what was told: a point for each.
steps()
{
    cat >"$tmp/steps"
    grep -v '^= ' "$tmp/steps" | "$TESTS/lib/browser" "$page" >"$tmp/told" \
        2>"$tmp/complaint"
    is "$?$(cat "$tmp/complaint")" 0 'the browser does what it is told'
    sed -n 's/^= //p' "$tmp/steps" >"$tmp/wanted"
    while IFS= read -r line; do
        IFS= read -r told <&3 || told='nothing more'
        is "$told" "${line% | *}" "${line##* | }"
    done <"$tmp/wanted" 3<"$tmp/told"
    is "$(wc -l <"$tmp/told")" "$(wc -l <"$tmp/wanted")" 'and nothing else'
}

all='[...document.querySelectorAll(".finding")]'
shown="$all.filter(e => e.checkVisibility())"
parts="$shown.map(e => e.querySelector('.part').innerText.trim()).join('; ')"
count='document.getElementById("shown").innerText'
overflows='document.documentElement.scrollWidth > document.documentElement.clientWidth'
n=$(grep -c '<li class="finding' "$page")

steps <<END
size 1280 900
open
tell $count
= $n of $n shown | all is shown at first
tell $overflows
= false | the page is no wider than a screen
tell document.querySelectorAll('b').length
= 0 | a name with a tag in it is no tag

click input[value=structure]
tell $shown.every(e => e.dataset.severity === 'structure')
= true | a filter leaves what it is for
tell location.hash
= #show?severity=structure | and stands in the address
type input[name=text] = AUTHOR on delete
tell $parts
= foreign key (author) on delete | another one finds the difference
tell location.hash
= #show?severity=structure&text=AUTHOR+on+delete | both are in the address
tell $shown.length + ' ' + $count
= 1 1 of $n shown | the page says how many are left
click button[type=reset]
tell $shown.length < $n && $count
= $n of $n shown | all of it again, but for what is folded away
tell location.hash
=  | and the address is as it was

open #show?verdict=accepted
tell $parts
= unique constraint uq_book_title name | an address brings its filters, and opens folds
tell document.querySelector('input[value=accepted]').checked
= true | which can be seen to be set
click input[value=accepted]
click input[name=counts]
tell $shown.length === document.querySelectorAll('[data-counts=yes]').length
= true | what counts can be had alone
tell [...document.querySelectorAll('.quiet')].some(e => e.checkVisibility())
= false | without tables of which nothing does
click #diagram a.box
tell location.hash + ' ' + document.querySelector(location.hash + ' h3').innerText
= #g0 table author | a table of the diagram leads to what was found of it
open #show?kind=view
tell $parts
= definition | a kind can be chosen
click #diagram a.box
tell document.querySelector('#g0').checkVisibility()
= true | a place that a filter hides is shown on the way to it
click #g0 .remedy summary
tell document.querySelector('#g0 .remedy pre').checkVisibility()
= true | what mends a difference can be unfolded

size 390 844
open
tell $overflows
= false | nothing is wider than a phone
tell $all.every(e => e.querySelectorAll('.sides div')[1].offsetTop > e.querySelectorAll('.sides div')[0].offsetTop)
= true | where the sides are below each other
click input[value=strictness]
tell $shown.every(e => e.dataset.severity === 'strictness')
= true | and filters do what they do
size 320 600
tell $overflows
= false | nor than a small one

scheme dark
tell getComputedStyle(document.body).backgroundColor
= rgb(15, 19, 24) | who likes it dark gets it dark
scripts off
open
tell document.getElementById('filters').checkVisibility()
= false | without scripts there are no filters
tell $shown.length === document.querySelectorAll('[data-counts=yes]').length
= true | and all that counts is there
console
requests
END
done_testing
