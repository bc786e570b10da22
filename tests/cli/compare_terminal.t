# compare_terminal.t - what compare shows on a terminal: a paragraph for each
# finding, its prose broken at blanks, its SQL as it can be copied.
. "${TESTS:-tests}/lib/tap.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
command -v script >/dev/null || skip_all 'no script(1)'

make()
{
    rm -f "$1"
    sqlite3 -init /dev/null -bail "$1"
}

# In a terminal of its own, COLUMNS wide; $out is what it shows.
run_on_terminal()
{
    run script -qec "stty cols $1; $2" /dev/null </dev/null
    out=$(printf '%s\n' "$out" | tr -d '\r')
}

cd "$tmp" || exit 1
make a.db <<'EOF'
create table t (a text, b text);
create view v as select a
	from t
   where b <> 'x\y';
EOF
make b.db <<'EOF'
create table t (b text, a text);
create view v as select a
  from t;
create unique index "i
j" on t (a);
EOF

export NO_COLOR=1 TERM=xterm
run_on_terminal 44 'duet compare sqlite:a.db sqlite:b.db'
is "$status" 3 'the status is the same on a terminal'
is "$out" "structure: table 't', column order
    left   a, b
    right  b, a
    why    select * and an insert without
           columns depend on it
structure: index 'i\\nj' of table 't'
    right      (a) unique
    mended by  create unique index \"i
               j\" on t (a);
structure: view 'v', definition
    left       select a
               	from t
                  where b <> 'x\\y'
    right      select a
                 from t
    mended by  drop view v;
               create view v as
               select a
                 from t;
the schemas differ: 3 structure" 'a finding is a paragraph'
run_on_terminal 200 'duet compare sqlite:a.db sqlite:b.db'
like "$out" '^    why    select \* and an insert without columns depend on it$' \
    'as wide as the terminal'
unset NO_COLOR
run_on_terminal 80 'duet compare sqlite:a.db sqlite:b.db'
like "$out" "^$(printf '\033')\[1mstructure: table 't', column order" \
    'its title stands out'

run duet compare sqlite:a.db sqlite:b.db
is "$(printf '%s\n' "$out" | wc -l)" 3 'in a pipe a finding is a line'
is "$(printf '%s\n' "$out" | awk -F '\t' '{ print NF }' | uniq)" 7 \
    'of seven fields'
like "$out" "	select a\\\\n\\\\tfrom t\\\\n   where b <> 'x\\\\\\\\y'	select a" \
    'in which a line end is \n'

done_testing
