/*
 * Who holds a lock on a database file: Linux lists all of them in /proc/locks,
 * by device and inode.  Nothing is known elsewhere.
 *
 * The database file must not be opened for this: closing a descriptor drops
 * every lock that the process has on the file, SQLite's too.
 */
#include "db/sqlite_error.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

#ifdef __linux__
#include <sys/sysmacros.h>

/* The bytes that SQLite locks (its os_unix.c and "WAL-mode File Format"). */
enum {
    PENDING_BYTE = 0x40000000,
    SHARED_LAST = PENDING_BYTE + 2 + 510 - 1,
    WAL_WRITE_BYTE = 120,
    WAL_RECOVER_BYTE = 122
};

/* The locks asked about: those of one kind in a range of a file. */
struct wanted {
    struct stat file;
    const char *kind; /* "WRITE" or "READ" */
    uint64_t first, last;
};

struct lock {
    char kind[8];
    intmax_t process;
    unsigned major, minor;
    uint64_t inode;
    uint64_t first, last;
};

/* "1: POSIX  ADVISORY  WRITE 4711 fe:00:1234 1073741825 1073741825" */
static bool
parse_lock(const char *line, struct lock *lock)
{
    char process[24], file[48], first[24], last[24];
    char *at = file;

    if (sscanf(line, "%*s POSIX %*s %7s %23s %47s %23s %23s", lock->kind,
               process, file, first, last) != 5)
        return false;
    lock->process = strtoimax(process, NULL, 10);
    lock->major = (unsigned)strtoul(at, &at, 16);
    lock->minor = (unsigned)strtoul(at + (*at == ':'), &at, 16);
    lock->inode = strtoull(at + (*at == ':'), NULL, 10);
    lock->first = strtoull(first, NULL, 10);
    lock->last =
        strcmp(last, "EOF") == 0 ? UINT64_MAX : strtoull(last, NULL, 10);
    return true;
}

static bool
is_wanted(const struct lock *lock, const struct wanted *wanted)
{
    return strcmp(lock->kind, wanted->kind) == 0 &&
           lock->inode == wanted->file.st_ino &&
           lock->major == major(wanted->file.st_dev) &&
           lock->minor == minor(wanted->file.st_dev) &&
           lock->first <= wanted->last && lock->last >= wanted->first;
}

/* Another process rather than this one; 0 where nobody is found. */
static intmax_t
find_holder(const struct wanted *wanted)
{
    FILE *locks = fopen("/proc/locks", "re");
    intmax_t holder = 0;
    char line[256];
    struct lock lock;

    while (locks != NULL && fgets(line, sizeof line, locks) != NULL)
        if (parse_lock(line, &lock) && lock.process > 0 &&
            is_wanted(&lock, wanted) && (holder == 0 || holder == getpid()))
            holder = lock.process;
    if (locks != NULL)
        (void)fclose(locks);
    return holder;
}

/* A program may call itself anything: keep to what can be shown. */
static void
program_name(intmax_t process, char *name, size_t size)
{
    char path[64];
    FILE *file;
    size_t len = 0;

    (void)snprintf(path, sizeof path, "/proc/%" PRIdMAX "/comm", process);
    file = fopen(path, "re");
    if (file != NULL) {
        len = fread(name, 1, size - 1, file);
        (void)fclose(file);
    }
    name[len] = '\0';
    name[strcspn(name, "\n")] = '\0';
    for (; *name != '\0'; name++)
        if (*name < ' ' || *name > '~')
            *name = '?';
}

static bool
file_of(const char *path, const char *suffix, struct stat *file)
{
    char whole[4096];
    int len = snprintf(whole, sizeof whole, "%s%s", path, suffix);

    return len > 0 && (size_t)len < sizeof whole && stat(whole, file) == 0;
}

/*
 * A connection that writes waits for the readers when it commits, any other
 * one for the writer.
 */
static intmax_t
find_blocker(sqlite3 *handle, const char *path)
{
    bool writes = sqlite3_txn_state(handle, "main") == SQLITE_TXN_WRITE;
    struct wanted file = {.kind = writes ? "READ" : "WRITE",
                          .first = PENDING_BYTE,
                          .last = SHARED_LAST};
    struct wanted wal = {
        .kind = "WRITE", .first = WAL_WRITE_BYTE, .last = WAL_RECOVER_BYTE};
    intmax_t holder = 0;

    if (file_of(path, "-shm", &wal.file))
        holder = find_holder(&wal);
    if (holder == 0 && file_of(path, "", &file.file))
        holder = find_holder(&file);
    return holder;
}

void
sqlite_lock_hint(sqlite3 *handle, struct duet_error *err)
{
    const char *path = sqlite3_db_filename(handle, "main");
    intmax_t holder;
    char name[32];

    if (err == NULL || path == NULL || *path == '\0')
        return;
    holder = find_blocker(handle, path);
    if (holder == getpid()) {
        (void)err_hint(err, "another connection of this process holds it");
    } else if (holder > 0) {
        program_name(holder, name, sizeof name);
        (void)err_hint(err, "process %" PRIdMAX "%s%s%s holds it", holder,
                       *name ? " (" : "", name, *name ? ")" : "");
    }
}

#else

void
sqlite_lock_hint(sqlite3 *handle, struct duet_error *err)
{
    (void)handle;
    (void)err;
}

#endif
