# worker_labels.t - labels with a worker behind them, output without, and where
# a label is bare.
. "${TESTS:-tests}/lib/tap.sh"

for variable in $(env | sed -n 's/^\(HARNESS_[A-Z_]*\|PARALLEL_[A-Z]*\)=.*/\1/p'); do
    unset "$variable"
done
unset TEST_ENV_NUMBER PYTEST_XDIST_WORKER NODE_TEST_CONTEXT
cd "$tmp" || exit 1

# ---------------------------------------------------------------------- labels

run duet worker label localhost
is "$status:$out:$err" 0:localhost-master: 'a label has its suffix'
run env PYTEST_XDIST_WORKER=gw1 duet worker label localhost 'my laptop'
is "$out" 'localhost-gw1
my laptop-gw1' 'each has'
is "$(duet worker label localhost --worker gw0 --policy auto)" localhost-gw0 \
    'auto is with it in a run'
is "$(duet worker label localhost --policy auto)" localhost 'and without outside'
is "$(duet worker label -w gw0 localhost --policy never)" localhost \
    'never is without'
is "$(DUET_LABELS=never duet worker label -w gw0 localhost)" localhost \
    'DUET_LABELS says when'
is "$(DUET_LABELS=never duet worker label -w 3 localhost --policy always)" \
    localhost-3 'and --policy goes before it'
is "$(duet worker label -w gw0 "$(duet worker label -w gw0 localhost)")" \
    localhost-gw0 'it is there once'
is "$(duet worker label -w 3 a 'b"' --json)" '["a-3","b\"-3"]' 'JSON is a list'
run duet worker label localhost --policy sometimes
is "$status" 2 'there are three policies'
like "$err" '^hint: say always, auto or never' 'and it says which'
run env DUET_LABELS=sometimes duet worker label localhost
like "$err" "DUET_LABELS.*'sometimes'" 'also of the variable'
run duet worker label
is "$status" 2 'of nothing there is no label'

# ------------------------------------------------------------------- normalize

cat >golden <<'EOT'
created computer localhost (id 1)
found localhost, other: laptop.
EOT
sed 's/localhost/&-gw1/; s/laptop/&-gw1/' golden >output
run env PYTEST_XDIST_WORKER=gw1 PYTEST_XDIST_WORKER_COUNT=2 \
    duet worker normalize output
is "$out" "$(cat golden)" "this worker's suffix goes"
is "$(sed 's/localhost-gw1/localhost-gw0/' output |
    PYTEST_XDIST_WORKER=gw1 PYTEST_XDIST_WORKER_COUNT=2 duet worker normalize)" \
    "$(cat golden)" "so do the run's others"
is "$(echo a-gw2 a-gw1x a-gw1-b x-gw0 --gw1 |
    PYTEST_XDIST_WORKER=gw1 PYTEST_XDIST_WORKER_COUNT=2 duet worker normalize)" \
    'a-gw2 a-gw1x a-gw1-b x --gw1' 'but nothing else'
is "$(echo a-2-gw0 a-2-gw1 a-gw0 |
    PYTEST_XDIST_WORKER=gw1 PYTEST_XDIST_WORKER_COUNT=2 \
        env DUET_WORKER=2-gw1 duet worker normalize)" 'a a a-gw0' \
    'also within another runner'
is "$(echo localhost-master | duet worker normalize)" localhost \
    'master goes outside a run'
is "$(echo localhost-3 step-3 localhost-master | DUET_WORKER=3 \
    duet worker normalize -)" 'localhost step-3 localhost' \
    'a number goes behind localhost only'
is "$(echo localhost-3 step-3 | duet worker normalize --workers 3 --stem step)" \
    'localhost-3 step' 'or behind what is said'
is "$(echo a-x b-y c-z | duet worker normalize --workers x,y --workers z)" \
    'a b c' 'the workers can be named'
printf 'a-gw0\0b-gw0' | duet worker normalize --workers gw0 >output
is "$(od -An -c output | tr -d ' ')" 'a\0b' 'a NUL is a byte as any'
seq -f 'line %g of localhost-gw0' 100000 >output
is "$(duet worker normalize --workers gw0 output | sha256sum)" \
    "$(seq -f 'line %g of localhost' 100000 | sha256sum)" 'a long text is whole'
run duet worker normalize nowhere
is "$status" 1 'a file that is not there is an error'
like "$err" "'nowhere'" 'which names it'
run duet worker normalize --workers 'a b'
is "$status" 2 'so is an id that is none'
mkfifo pipe answer
duet worker normalize --workers gw0 <pipe >answer &
exec 3>pipe 4<answer
printf 'localhost-gw0\n' >&3
IFS= read -r line <&4
is "$line" localhost 'what has come is not held back'
exec 3>&- 4<&-
wait

# ---------------------------------------------------------------- audit of rows

duet -q presto >/dev/null
run duet worker audit
is "$status:$out:$err" 0:: 'the computer of presto is no test of a worker'
duet get-or-create db_dbcomputer label=localhost-gw0 --set hostname=x >/dev/null
duet get-or-create db_dbcomputer label=laptop --set hostname=x >/dev/null
duet get-or-create db_dbcomputer label=bare --set hostname=x >/dev/null
run duet worker audit -w gw0
is "$status" 3 'a bare label is found'
is "$out" 'db_dbcomputer.label	bare	id=4	
db_dbcomputer.label	laptop	id=3	' 'each is a line'
like "$err" "2 labels without the suffix of worker 'gw0'" 'and they are counted'
run duet worker audit -w gw1 --allow laptop --allow bare
is "$out" 'db_dbcomputer.label	localhost-gw0	id=2	' \
    "another worker's is no better, and one may be allowed"
printf 'db_dbcomputer.label\tlaptop\ttest_a.py::test_it\n%s\n' \
    'rubbish' >"$DUET_HOME/audit"
printf 'db_dbcomputer.label\tlaptop\ttest_b.py::test_it[a b]\n' \
    >>"$DUET_HOME/audit"
run duet worker audit -w gw0
is "$(echo "$out" | grep laptop)" \
    'db_dbcomputer.label	laptop	id=3	test_b.py::test_it[a b]' \
    'the test that made it last is told'
run duet worker audit -w gw0 --allow bare --json
is "$out" '[{"column":"db_dbcomputer.label","label":"laptop","row":"id=3","test":"test_b.py::test_it[a b]"}]' \
    'JSON, too'
run duet -q -p presto get-or-create db_dbcomputer label=localhost \
    --set hostname=localhost
is "$(duet worker audit -w gw0 --allow bare --allow laptop)" '' \
    'who gets the computer of presto has not made it'
sqlite3 "$DUET_HOME/presto.db" \
    "update db_dbcomputer set description = '' where label = 'localhost'"
is "$(duet -q worker audit -w gw0 -a bare -a laptop 2>&1 | sed -n '1s/.*\t\(.*\)\tid=1\t/\1/p')" localhost \
    'one that was made by others is another'

sqlite3 own.db "create table \"my table\" (a integer, b text,
        \"the label\" text unique, primary key (a, b)) without rowid;
    insert into \"my table\" values (1, 'x', 'one'), (2, 'y', 'two-gw0'),
        (3, 'z', null)"
run duet -u sqlite:own.db worker audit
is "$status" 2 'a database without that table'
like "$err" '^hint: name a column with labels: --table' 'wants another named'
run duet -u sqlite:own.db worker audit -w gw0 --table 'my table.the label'
is "$status:$out" '3:my table.the label	one	a=1 b=x	' 'which may be any'
run duet -u sqlite:own.db worker audit --table 'my table.nothing'
is "$status" 2 'that is there'
run duet -u sqlite:own.db worker audit --table nothing
like "$err" '^hint: write TABLE.COLUMN' 'and has both names'
run duet worker audit --reserved x
is "$status" 2 '--reserved is for --source'
if [ -n "${TEST_POSTGRES-}" ]; then
    postgres_database
    duet -q presto server -u "$database_url" >/dev/null
    duet -p server get-or-create db_dbcomputer label=laptop \
        --set hostname=x >/dev/null
    run duet -p server worker audit --json
    is "$status" 3 'PostgreSQL has them, too'
    like "$out" '^\[\{[^}]*"label":"laptop","row":"id=2"[^}]*\}\]$' \
        'and no others'
fi

# -------------------------------------------------------------- audit of texts

mkdir -p src/deep src/node_modules src/.hidden
cat >src/a.py <<'EOT'
# "localhost" is in a comment
"""A docstring with 'localhost' and "localhost" in it."""
a = "localhost"; b = 'localhost'  # 'localhost'
c = "localhost-gw0", "my localhost", 'it''s', "\"", "localhost"
d = '''localhost'''
e = f"localhost"
url = "http://x/#"; f = 'localhost'
EOT
cat >src/b.ts <<'EOT'
// 'localhost'
/* "localhost"
   'localhost' */ const a = `localhost`;
const b = <p>don't</p>; const c = 'localhost';
EOT
cat >src/c.go <<'EOT'
x := "localhost" // "localhost"
y := '"'; z := `localhost`
EOT
cat >src/deep/d.sh <<'EOT'
echo $# "localhost" # "localhost"
echo ${a#b} 'localhost' it\'s "localhost"
EOT
printf '#!/usr/bin/env ruby\nx = "localhost" # it'\''s\ny = '\''localhost'\''\n' \
    >src/deep/tool
cat >src/e.c <<'EOT'
char c = '"'; const char *s = "localhost"; /* it's */ f("localhost");
EOT
cat >src/f.rs <<'EOT'
fn f<'a>(x: &'a str) { g("localhost") } // "localhost"
EOT
echo '"localhost"' >src/readme.txt
echo '"localhost"' >src/node_modules/x.js
echo '"localhost"' >src/.hidden/x.js
ln -s ../src src/deep/loop
run duet worker audit --source src
is "$status" 3 'literals with a reserved label are found'
is "$(echo "$out" | cut -d : -f 1-3)" 'src/a.py:3:5
src/a.py:3:22
src/a.py:4:53
src/a.py:5:5
src/a.py:6:6
src/a.py:7:25
src/b.ts:3:29
src/b.ts:4:35
src/c.go:1:6
src/c.go:2:16
src/deep/d.sh:1:9
src/deep/d.sh:2:13
src/deep/d.sh:2:31
src/deep/tool:2:5
src/deep/tool:3:5
src/e.c:1:31
src/e.c:1:57
src/f.rs:1:26' 'where they are'
like "$out" "^src/e\.c:1:31: char c = '\"'; const" "with the line"
like "$err" '^duet: 18 literals of a reserved label' 'and they are counted'
like "$err" '^read 7 files' 'with the files'
run duet worker audit --source src/f.rs --source src/c.go --json
is "$(echo "$out" | tr '{' '\n' | grep -c '"label":"localhost"')" 3 \
    'files can be named, and JSON is a list'
run duet worker audit --source src --reserved 'my localhost' --reserved "it's"
is "$(echo "$out" | cut -d : -f 1-3)" 'src/a.py:4:22' 'so can other labels'
run duet worker audit --source src/deep/tool --reserved x
is "$status:$out" 0: 'where there is none all is well'
run duet worker audit --source src/readme.txt
is "$status" 2 'a file of no known language is refused if it is named'
run duet worker audit --source nowhere
is "$status" 1 'so is one that is not there'
run duet worker audit --source src --allow x
is "$status" 2 'a database and texts are two things'
done_testing
