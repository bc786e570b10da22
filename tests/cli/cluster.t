# cluster.t - private PostgreSQL servers by the command line: what a command
# finds, that nothing is left whoever is killed, and where there is little room
# or few users.
. "${TESTS:-tests}/lib/tap.sh"

XDG_CACHE_HOME=$tmp/cache
export XDG_CACHE_HOME
tab=$(printf '\t')

run duet cluster run true
[ "$status" != 5 ] || skip_all 'no PostgreSQL server is installed'
is "$status:$out$err" 0: 'a command runs, silently'

# until_true COMMAND [ARGUMENT]...: looks again and again, for 20 s at most.
until_true()
{
    until_left=2000
    until "$@" 2>/dev/null; do
        until_left=$((until_left - 1))
        [ "$until_left" -gt 0 ] || return 1
        sleep 0.01
    done
}

has_ended()
{
    ! kill -0 "$1" 2>/dev/null || [ "$(ps -o stat= -p "$1" | cut -c 1)" = Z ]
}

# The directory of a cluster, its keeper, its server and its shared memory.
look_at()
{
    dir=$1
    keeper=$(awk -F "$tab" '$1 == "keeper" { print $2 + 0 }' "$dir/about")
    server=$(head -n 1 "$dir/data/postmaster.pid")
    memory=$(awk 'NR == 7 { print $2 }' "$dir/data/postmaster.pid")
}

is_gone()
{
    [ ! -e "$dir" ] && has_ended "$keeper" && has_ended "$server" &&
        ! ipcs -m -i "$memory" 2>/dev/null | grep -q '^Shared memory Segment'
}

# The PGHOST of one is its data directory.
# shellcheck disable=SC2016 # for the inner shell
say_host='echo "$PGHOST" >"$tmp/host.new" && mv "$tmp/host.new" "$tmp/host"'

# start_running [COMMAND]: a run in the background, and its traces.  The shell
# would have it ignore an interrupt.
start_running()
{
    rm -f "$tmp/host"
    env --default-signal=INT,QUIT duet cluster run -- sh -c "$say_host; ${1:-exec sleep 1000}" &
    runner=$!
    until_true [ -e "$tmp/host" ]
    look_at "$(dirname "$(cat "$tmp/host")")"
}

# --------------------------------------------------------------------- run

run env DUET_PROFILE=other PGHOSTADDR=192.0.2.1 PGPORT=1 PGSSLMODE=require \
    PGSERVICE=none DATABASE_URL=postgresql://192.0.2.1/x \
    duet cluster run -- duet get-or-create --help
is "$status" 0 'options behind -- are the command'"'"'s'
cat >"$tmp/tree.sql" <<'EOF'
create table t (id integer primary key, label text unique);
insert into t values (1, 'one');
EOF
mkdir "$tmp/migrations"
mv "$tmp/tree.sql" "$tmp/migrations/0001_t.up.sql"
run env DUET_PROFILE=other PGHOSTADDR=192.0.2.1 PGPORT=1 PGSSLMODE=require \
    PGSERVICE=none DATABASE_URL=postgresql://192.0.2.1/x \
    duet cluster run -m "$tmp/migrations" -- \
    duet get-or-create t label=one
is "$status:$out" "0:found${tab}t${tab}id=1" \
    'a command finds the database, migrated, whatever else is set'
run duet cluster run -m "$tmp/migrations" --tcp -- duet get-or-create t label=one
is "$status:$out" "0:found${tab}t${tab}id=1" 'by TCP, too'
# shellcheck disable=SC2016 # for the inner shell
run duet cluster run --tcp -- sh -c \
    'echo "$PGHOST $PGUSER $PGDATABASE ${#PGPASSWORD} $((PGPORT > 0))"'
is "$out" '127.0.0.1 postgres postgres 32 1' 'the variables are set'

for code in 0 1 77 255; do
    run duet cluster run -- sh -c "exit $code"
    is "$status" "$code" "exit status $code is handed on"
done
run duet cluster run -- sh -c 'kill -TERM $$'
is "$status" 143 'and so is a signal that ended it'
run duet cluster run -- "$tmp/none"
is "$status" 127 'a command that is not there is 127'
like "$err" "^duet: command '$tmp/none': No such file" 'and is named'
run duet cluster run -- "$tmp"
is "$status" 126 'one that is none is 126'
run duet cluster run
is "$status" 2 'none is a usage error'
run duet cluster run --url sqlite:x -- true
is "$status" 2 'so is --url'

start_running
is "$(duet cluster list | awk -F "$tab" -v name="${dir##*/}" \
    '$1 == name { print $3 }')" running 'it is in the list while it runs'
kill -INT "$runner"
wait "$runner"
is "$?" 130 'an interrupt reaches the command'
is_gone && ok 'and all is gone' || not_ok 'and all is gone'

start_running 'trap "exit 9" INT; while :; do sleep 0.01; done'
kill -INT "$runner"
wait "$runner"
is "$?" 9 'which may do about it what it likes'

start_running
kill -KILL "$runner"
until_true is_gone && ok 'kill -9 of the run: all is gone' ||
    not_ok 'kill -9 of the run: all is gone' "$dir, keeper $keeper"
wait "$runner" 2>/dev/null

# shellcheck disable=SC2016 # for the inner shell
start_running 'until [ -e "$tmp/end" ]; do sleep 0.01; done'
kill -KILL "$keeper"
until_true has_ended "$server" && ok 'kill -9 of the keeper: the server ends' ||
    not_ok 'kill -9 of the keeper: the server ends' "$server"
: >"$tmp/end"
wait "$runner"
is "$?" 0 'the run goes on to its end'
is_gone && ok 'and takes the files away' || not_ok 'and takes the files away'
rm "$tmp/end"

start_running
kill -STOP "$keeper"
kill -KILL "$server" "$runner"
kill -KILL "$keeper"
until_true has_ended "$server"
wait "$runner" 2>/dev/null
run duet cluster run true
until_true is_gone &&
    ok 'kill -9 of all of them: the next run takes files and memory away' ||
    not_ok 'kill -9 of all of them: the next run takes it away' "$dir $memory"

run duet cluster run --keep-files -- sh -c "$say_host"
look_at_kept=$(dirname "$(cat "$tmp/host")")
is "$status:$err" "0:its files are in '$look_at_kept'" 'files can be kept'
like "$(cat "$look_at_kept/log")" 'database system is ready' 'with the log'
run duet cluster sweep
[ -e "$look_at_kept" ]
is "$?" 0 'they are not swept'
run duet cluster stop "${look_at_kept##*/}"
is "$status:$out" \
    "0:${look_at_kept##*/}${tab}cluster${tab}$look_at_kept" 'but can be removed'
[ -e "$look_at_kept" ]
is "$?" 1 'and are gone then'

# shellcheck disable=SC2016 # for the inner shell
kept=$(duet worker run -n 1 --engine sqlite --keep-files -- \
    sh -c 'dirname "$DUET_HOME"' 2>/dev/null)
run duet cluster stop "${kept##*/}"
is "$status:$out" "0:${kept##*/}${tab}profile${tab}$kept" \
    'so can those of a worker'"'"'s profile'
[ -e "$kept" ]
is "$?" 1 'which are gone, too'

# A template of SQLite's, as a crash of the machine may leave it.
for file in "$XDG_CACHE_HOME"/duet/sqlite-*/data/profile.db; do
    : >"$file"
done
run duet worker run -n 1 --engine sqlite -- true
is "$status" 0 'a template that is cut short is made anew'
[ -s "$file" ]
is "$?" 0 'and is whole then'

# ------------------------------------------------------------ start and stop

url=$(duet cluster start)
like "$url" '^postgresql://postgres@/postgres\?host=' 'start prints a URL'
run duet get-or-create --help
run duet --url "$url" schema show --json
is "$status" 0 'which leads to a database after the subshell has ended'
like "$(duet cluster list --json)" "\"url\":\"$(printf '%s' "$url" |
    sed 's/[?]/[?]/g')\"" 'it is in the list'
run duet cluster stop "$url"
is "$status" 0 'it is stopped by its URL'
run duet --url "$url" schema show
is "$status" 5 'and is gone'
run duet cluster stop "$url"
is "$status" 2 'there is none to stop now'
like "$err" "^hint: 'duet cluster list' lists them" 'as the hint says'

name=cli-$$
run sh -c "duet cluster start --name $name >'$tmp/url'; cat '$tmp/url'
    exec sleep 0.01"
is "$out" "$(cat "$tmp/url")" 'one is started by a shell, by name'
not_in_list()
{
    ! duet cluster list | grep -q "^$name$tab"
}
until_true not_in_list && ok 'it ends with the shell' ||
    not_ok 'it ends with the shell'

sleep 1000 &
owner=$!
duet cluster start --name "$name" --owner-pid "$owner" --tcp --json \
    >"$tmp/json"
like "$(cat "$tmp/json")" '"password":"[0-9a-f]{32}"' \
    'who starts one gets its password'
like "$(duet cluster list | grep "^$name")" 'postgres:\*\*\*@127' \
    'who lists it does not'
first=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$tmp/json")
is "$(duet cluster start --name "$name" --owner-pid "$$")" "$first" \
    'a second start by that name gets the same'
kill "$owner"
until_true not_in_list && ok 'it ends with its owner' ||
    not_ok 'it ends with its owner'
run duet cluster start --owner-pid "$owner"
is "$status" 2 'one that has ended can own nothing'

duet cluster start --name "$name" --ttl 100ms >/dev/null
until_true not_in_list && ok 'it ends in time' || not_ok 'it ends in time'

# ------------------------------------------------------------------- at once

run_at_once()
{
    # shellcheck disable=SC2016 # for the inner shell
    for i in 1 2 3 4 5 6 7 8; do
        XDG_CACHE_HOME=$tmp/cold duet cluster run -m "$tmp/migrations" -- \
            sh -c 'duet get-or-create t label=one >/dev/null &&
                echo "$PGHOST" >"$tmp/at-once-$1"' sh "$i" &
    done
    wait
}
run run_at_once
is "$(cat "$tmp"/at-once-* | sort -u | grep -c .)" 8 \
    'eight at once on an empty cache have one each'
is "$err" '' 'without a word'
is "$(ls "$tmp/cold/duet")" "$(cd "$tmp/cold/duet" && ls -d build.lock pg-*)" \
    'nothing is left beside the templates'
is "$(find "$tmp/cold/duet" -name 'pg-*' | wc -l)" 2 \
    'of which there are two, empty and migrated'
is "$(cat "$tmp"/at-once-* | while read -r host; do
    [ ! -e "$host" ] || echo "$host"
done)" '' 'and no file is left'

# --------------------------------------------------------------- few rights

run duet cluster run --pg-bin "$tmp" -- true
is "$status:$(printf '%s\n' "$err" | wc -l)" 2:2 \
    'without programs there is one line and a hint'
like "$err" "^hint: name a directory such as /usr/lib/postgresql" 'what to do'

# as_nobody COMMAND [ARGUMENT]...: with a program that nobody can read.
as_nobody()
{
    env TMPDIR="$tmp/theirs" HOME=/nonexistent XDG_CACHE_HOME='' \
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# in_mounts COMMAND...: with mounts of its own.
in_mounts()
{
    unshare -m sh -ec "$@"
}

if [ "$(id -u)" = 0 ]; then
    chmod 711 "$tmp"
    mkdir "$tmp/theirs"
    cp "$duet" "$tmp/theirs/duet"
    cp -r "$tmp/migrations" "$tmp/theirs/"
    chown -R 65534:65534 "$tmp/theirs"
    run as_nobody "$tmp/theirs/duet" cluster run \
        -m "$tmp/theirs/migrations" -- "$tmp/theirs/duet" get-or-create t label=one
    is "$status:$out" "0:found${tab}t${tab}id=1" \
        'an ordinary user has one, without a home'
    run as_nobody "$tmp/theirs/duet" cluster run --run-as postgres -- true
    is "$status" 2 'but not as another user'
    like "$err" '^hint: leave --run-as out' 'with a hint'
    run duet cluster run --run-as no-such-user -- true
    is "$status" 2 'root can name a user that is there only'
    like "$err" "^duet: there is no user 'no-such-user'" 'which is said'
    # shellcheck disable=SC2016 # for the inner shell
    run env SUDO_UID=65534 duet cluster run -- sh -c \
        'stat -c %u "$PGHOST/postmaster.pid"'
    is "$out" 65534 'behind sudo it runs as the one who called'
    # shellcheck disable=SC2016 # for the inner shell
    run duet cluster run --run-as nobody -- sh -c \
        'stat -c %u "$PGHOST/postmaster.pid"'
    is "$out" "$(id -u nobody)" 'or as whom --run-as names'
    run env HOME="$tmp/theirs" XDG_CACHE_HOME='' TMPDIR="$tmp" \
        duet cluster run -- true
    is "$status:$(ls -A "$tmp/theirs")" "0:$(printf 'duet\nmigrations')" \
        'in the home of another one it makes no cache'
else
    for i in 1 2 3 4 5 6 7 8; do
        ok "users # SKIP only root can be others"
    done
fi

if unshare -m true 2>/dev/null; then
    grep -v '^postgres:' /etc/passwd >"$tmp/passwd"
    grep -Ev '^(postgres|nobody):' /etc/passwd >"$tmp/passwd2"
    run in_mounts "mount --bind '$tmp/passwd' /etc/passwd
        duet cluster run -- sh -c 'stat -c %u \"\$PGHOST/postmaster.pid\"'"
    is "$status:$out" 0:65534 'without a user postgres it runs as nobody'
    echo 'passwd: files' >"$tmp/nsswitch"
    run in_mounts "mount --bind '$tmp/passwd2' /etc/passwd
        mount --bind '$tmp/nsswitch' /etc/nsswitch.conf
        duet cluster run -- true"
    is "$status" 2 'without both it can not run'
    like "$err" '^hint: name another one with --run-as' 'and says what to do'

    long=$tmp/$(printf %0150d 0)
    mkdir "$long"
    chmod 755 "$tmp" "$long"
    run in_mounts "mount -t tmpfs -o size=64m,mode=1777 none /dev/shm
        TMPDIR='$long' duet cluster run -- sh -c '
            $say_host; duet --url \"\$DATABASE_URL\" schema show --json'"
    is "$status" 0 'a path of 150 bytes in TMPDIR is none too long'
    like "$(cat "$tmp/host")" '^/tmp/duet-' 'the socket has a short one'
    is "$(find "$long" -type f)$(ls -d "$(cat "$tmp/host")" 2>/dev/null)" '' \
        'nothing is left of either'

    mkdir "$tmp/full"
    run in_mounts "mount -t tmpfs -o size=64m,mode=1777 none /dev/shm
        mount -t tmpfs -o size=8m,mode=1777 none '$tmp/full'
        TMPDIR='$tmp/full' duet cluster run -- sh -c '$say_host'"
    is "$status" 0 'without room in TMPDIR either it works'
    like "$(cat "$tmp/host")" '^/tmp/duet-[0-9]*/[a-z2-7]*/data$' 'in /tmp'
    run in_mounts "mount --bind '$tmp' /mnt
        mount -t tmpfs -o size=64m,mode=1777 none /dev/shm
        mount -t tmpfs -o size=8m,mode=1777 none /tmp
        code=0
        XDG_CACHE_HOME=/mnt/cache TMPDIR= duet cluster run -- true || code=\$?
        find /tmp -type f
        exit \$code"
    is "$status:$(printf '%s\n' "$err" | wc -l)" 1:2 \
        'a full disk is one line and a hint'
    like "$err" 'No space left' 'it says so'
    like "$err" '^hint: .*set TMPDIR' 'and what to do'
    is "$out" '' 'nothing is left there'
    run in_mounts "mount -t tmpfs -o size=8m,mode=1777 none '$tmp/full'
        DUET_TMPDIR='$tmp/full' duet cluster run -- true"
    like "$err" '^hint: .*set DUET_TMPDIR' 'it names the variable that counts'
    run in_mounts "mount -t tmpfs -o size=64k,mode=1777 none /dev/shm
        ! cat /dev/zero >/dev/shm/full 2>/dev/null
        duet worker id --worker auto"
    like "$err" '^duet: could not write ./dev/shm/duet-[0-9]*/.slots/' \
        'without room for a slot there is none, and not one elsewhere'
    like "$err" '^hint: .*set DUET_TMPDIR for all workers' 'it says what to do'
else
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        ok "little room # SKIP mounting is not allowed"
    done
fi

done_testing
