# worker_ids.t - who a worker is, under the runners themselves.
. "${TESTS:-tests}/lib/tap.sh"

# What runs this test is not to be seen.
for variable in $(env | sed -n 's/^\(HARNESS_[A-Z_]*\|PARALLEL_[A-Z]*\|BATS_[A-Z_]*\)=.*/\1/p'); do
    unset "$variable"
done
unset TAP_VERSION TEST_ENV_NUMBER PYTEST_XDIST_WORKER NODE_TEST_CONTEXT
cd "$tmp" || exit 1

# What a worker writes down: its id, run, owner and controller, and a number
# of its own by which it says that it is the owner.
cat >note <<'EOT'
#!/bin/sh
# note FILE PID: and the same again, from a subshell and from a script.
json=$(duet worker id --json) || exit
again=$(true; duet worker id; true)
script=$(printf 'duet worker id\n' | sh)
field()
{
    printf '%s\n' "$json" | sed 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/'
}
printf '%s %s %s %s %s\n' "$(field worker)" "$(field run)" \
    "$([ "$(field owner)" = "$2" ] && echo own || echo "of-$(field owner)-not-$2")" \
    "$([ "$again $script" = "$(field worker) $(field worker)" ] &&
        echo same || echo "then-$again-$script" | tr '\n ' --)" \
    "$(field runner)" >>"$1"
EOT
chmod +x note

# column FILE N: its values in order, each once, with a blank between.
column()
{
    cut -d ' ' -f "$2" "$1" | sort -u | tr '\n' ' ' | sed 's/ $//'
}

# has PROGRAM NAME: it is there, else the points of NAME are skipped.
has()
{
    command -v "$1" >/dev/null 2>&1 && return
    ok "$2 # SKIP"
    diag "no $1"
    return 1
}

# ------------------------------------------------------------------- no runner

run duet worker id
is "$status:$out:$err" 0:master: 'outside a run it is master'
is "$(sh -c 'duet worker id --json; :' | sed 's/.*"parallel":\([a-z]*\).*"runner":"\([a-z]*\)","variable":\([a-z]*\).*/\1 \2 \3/')" \
    'false none null' 'and no runner says so'
is "$(duet worker id --worker 7)" 7 '--worker says it'
is "$(DUET_WORKER=8 duet worker id)" 8 'DUET_WORKER does'
is "$(DUET_WORKER=8 duet worker id -w 7)" 7 '--worker goes before it'
run duet worker id --worker 'a b'
is "$status" 2 'what is no id is refused'
like "$err" "^hint: an id is 1 to 32" 'with what one is'
run env JEST_WORKER_ID=a/b duet worker id
is "$status" 2 'also from a runner'
like "$err" "variable 'JEST_WORKER_ID' is 'a/b'" 'by the name of the variable'
is "$(JEST_WORKER_ID=a/b duet worker id -w 1)" 1 'which --worker goes before'
# shellcheck disable=SC2016 # for the inner shell
is "$(sh -c 'a=$(duet worker id -w auto); b=$(duet worker id -w auto)
    [ "$a" = "$b" ] && echo same; :')" same \
    'a leased slot stays the one of the shell that has it'
# shellcheck disable=SC2016
is "$(sh -c 'a=$(duet worker id -w auto)
    b=$(sh -c "duet worker id -w auto; :")
    [ "$a" != "$b" ] && echo differ; :')" differ \
    'another shell has another meanwhile'

# ---------------------------------------------------------------- GNU parallel

if has parallel 'GNU parallel'; then
    # shellcheck disable=SC2016 # for the shells that parallel starts
    parallel -j 3 './note parallel.out $$; sleep 0.1; :' ::: 1 2 3 4 5 6
    is "$(column parallel.out 1)" '1 2 3' 'GNU parallel: the job slots'
    is "$(column parallel.out 3-)" 'own same GNU parallel' \
        '... each the owner, each all along'
    is "$(cut -d ' ' -f 2 parallel.out | sort -u | wc -l)" 1 '... in one run'
    # shellcheck disable=SC2016
    parallel -j 3 './note parallel2.out $$; sleep 0.1; :' ::: 1 2 3
    is "$(cat parallel.out parallel2.out | cut -d ' ' -f 2 | sort -u |
        wc -l)" 2 '... the next is another run'
    # shellcheck disable=SC2016
    parallel -j 2 "parallel -j 2 './note nested.out \$\$; sleep 0.2; :' \
        ::: 1 2; :" ::: 1 2
    is "$(column nested.out 1)" '1-1 1-2 2-1 2-2' \
        '... within itself: the slots of both'
fi

# ----------------------------------------------------------------------- xargs

seq 6 | xargs -n 1 -P 3 --process-slot-var=DUET_WORKER \
    sh -c './note xargs.out $$; sleep 0.1; :'
is "$(column xargs.out 1)" '0 1 2' 'xargs: the process slots'
is "$(column xargs.out 3-)" 'own same none' '... each the owner'
is "$(cut -d ' ' -f 2 xargs.out | sort -u | wc -l)" 1 '... in one run'

# ----------------------------------------------------------------------- prove

mkdir prove
for name in 1 2 3 4 5 6; do
    printf '#!/bin/sh\necho 1..1\n./note prove.out $$\nsleep 0.2\necho ok 1\n' \
        >"prove/$name.t"
    chmod +x "prove/$name.t"
done
prove -Q -e '' -j 3 prove/*.t >/dev/null
is "$(wc -l <prove.out)" 6 'prove: each test has an id'
is "$(column prove.out 3-)" 'own same prove' '... its own all along'
is "$(cut -d ' ' -f 2 prove.out | sort -u | wc -l)" 1 '... in one run'
isnt "$(cut -d ' ' -f 1 prove.out | sort -u | wc -l)" 1 \
    '... those at once have different ones'
is "$(cut -d ' ' -f 1 prove.out | sort -u | wc -l)" \
    "$(cut -d ' ' -f 1 prove.out | sort -u | grep -c '^[0-9]*$')" \
    '... which are numbers'

# ----------------------------------------------------------------- node --test

if has node 'node --test'; then
    mkdir node
    cat >node/a.test.mjs <<'EOT'
import { test } from 'node:test';
import { execFileSync } from 'node:child_process';
test('it', () => {
    execFileSync('./note', ['node.out', String(process.pid)]);
    execFileSync('sleep', ['0.3']);
});
EOT
    cp node/a.test.mjs node/b.test.mjs
    node --test node >/dev/null
    is "$(wc -l <node.out)" 2 'node --test: each file has an id'
    is "$(column node.out 3-)" 'own same node --test' '... its own all along'
    is "$(cut -d ' ' -f 2 node.out | sort -u | wc -l)" 1 '... in one run'
fi

# ------------------------------------------------------------------------ Bats

if has bats Bats && has parallel 'Bats -j'; then
    cat >a.bats <<'EOT'
@test "one" { ./note bats.out $$; sleep 0.5; }
@test "two" { run ./note bats.out $$; sleep 0.5; }
EOT
    cp a.bats b.bats
    bats -j 2 a.bats b.bats >/dev/null
    is "$(wc -l <bats.out)" 4 'bats -j: each test has an id'
    is "$(column bats.out 3-)" 'own same Bats' '... its own all along'
    is "$(cut -d ' ' -f 2 bats.out | sort -u | wc -l)" 1 '... in one run'
fi

# ---------------------------------------------------------------- pytest-xdist

python=/usr/bin/python3
if "$python" -c 'import pytest, xdist' 2>/dev/null; then
    mkdir suite
    cat >suite/test_it.py <<'EOT'
import os, subprocess, time
import pytest

@pytest.mark.parametrize("n", range(6))
def test_it(n):
    subprocess.run(["./note", "pytest.out", str(os.getpid())], check=True)
    subprocess.run("true; ./note pytest.out %d; true" % os.getpid(),
                   shell=True, check=True)
    time.sleep(0.1)
EOT
    pytest="$python -m pytest -q -p no:cacheprovider suite"
    # shellcheck disable=SC2086 # its words
    $pytest -n 2 >/dev/null
    is "$(column pytest.out 1)" 'gw0 gw1' 'pytest-xdist: the workers'
    is "$(column pytest.out 3-)" 'own same pytest-xdist' \
        '... each the owner of what it calls'
    is "$(cut -d ' ' -f 2 pytest.out | sort -u | wc -l)" 1 '... in one run'
    mv pytest.out first.out
    # shellcheck disable=SC2086
    $pytest -n 2 >/dev/null
    is "$(cat first.out pytest.out | cut -d ' ' -f 2 | sort -u | wc -l)" 2 \
        '... another run has gw0 again, and is told apart'
    rm pytest.out
    # shellcheck disable=SC2086
    $pytest >/dev/null
    is "$(column pytest.out 1) $(column pytest.out 4-)" 'master same none' \
        '... without workers it is master'
    rm pytest.out
    seq 2 | xargs -P 2 -n 1 --process-slot-var=DUET_WORKER \
        sh -c "$pytest -n 2 >/dev/null; :"
    is "$(column pytest.out 1)" '0-gw0 0-gw1 1-gw0 1-gw1' \
        '... within xargs: the ids of both'
    if has parallel 'pytest-xdist within GNU parallel'; then
        rm pytest.out
        parallel -j 2 "$pytest -n 2 >/dev/null; :" ::: 1 2
        is "$(column pytest.out 1)" '1-gw0 1-gw1 2-gw0 2-gw1' \
            '... and within GNU parallel'
    fi
else
    ok 'pytest-xdist # SKIP'
fi

done_testing
