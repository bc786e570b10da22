/* For ioctl(), copy_file_range(), d_type. */
#define _GNU_SOURCE
#include "worker/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/err.h"
#include "worker/ephemeral.h"

enum { PIECE = 64 * 1024, DIRECTORY = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

static void
close_directory(DIR **directory)
{
    if (*directory != NULL)
        (void)closedir(*directory);
}

/* The descriptor is the caller's still. */
static DIR *
read_directory(int file)
{
    int copy = fcntl(file, F_DUPFD_CLOEXEC, 0);
    DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;

    if (directory == NULL && copy >= 0)
        (void)close(copy);
    return directory;
}

/* The next entry that is neither . nor .., or NULL. */
static const struct dirent *
next_entry(DIR *directory)
{
    const struct dirent *entry;

    do
        entry = readdir(directory);
    while (entry != NULL && (strcmp(entry->d_name, ".") == 0 ||
                             strcmp(entry->d_name, "..") == 0));
    return entry;
}

/* ------------------------------------------------------------------------
 * Copying
 */

/* The ways that this file system has turned out not to have. */
struct copy {
    const struct user *user;
    const char *except;
    struct files_size *size;
    bool no_clone;
    bool no_range;
};

static bool
is_missing(int number)
{
    return number == EOPNOTSUPP || number == EXDEV || number == EINVAL ||
           number == ENOTTY || number == ENOSYS || number == EPERM;
}

static bool
copy_by_range(struct copy *copy, int from, int to)
{
    ssize_t len;

    while (!copy->no_range) {
        len = copy_file_range(from, NULL, to, NULL, 1 << 30, 0);
        if (len == 0)
            return true;
        if (len > 0)
            copy->size->bytes += (uint64_t)len;
        else if (is_missing(errno))
            copy->no_range = true;
        else if (errno != EINTR)
            return false;
    }
    errno = 0;
    return false;
}

static bool
write_all(int to, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t written = write(to, data, len);

        if (written > 0) {
            data += written;
            len -= (size_t)written;
        } else if (written == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

static bool
copy_by_reading(struct copy *copy, int from, int to)
{
    char piece[PIECE];
    ssize_t len;

    while ((len = read(from, piece, sizeof piece)) != 0) {
        if (len < 0 && errno == EINTR)
            continue;
        if (len < 0 || !write_all(to, piece, (size_t)len))
            return false;
        copy->size->bytes += (uint64_t)len;
    }
    return true;
}

static bool
copy_contents(struct copy *copy, int from, int to, off_t len)
{
    if (len == 0)
        return true;
    if (!copy->no_clone && ioctl(to, FICLONE, from) == 0) {
        copy->size->bytes += (uint64_t)len;
        return true;
    }
    copy->no_clone = true;
    return copy_by_range(copy, from, to) ||
           (errno == 0 && copy_by_reading(copy, from, to));
}

static bool
give_away(const struct copy *copy, int file)
{
    return copy->user == NULL || !copy->user->is_other ||
           fchown(file, copy->user->uid, copy->user->gid) == 0;
}

static bool
copy_file(struct copy *copy, int from_dir, int to_dir, const char *name)
{
    SCOPED(descriptor_close) int from = -1;
    SCOPED(descriptor_close) int to = -1;
    struct stat info;

    from = openat(from_dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (from < 0 || fstat(from, &info) != 0)
        return false;
    to = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    copy->size->files++;
    return to >= 0 && copy_contents(copy, from, to, info.st_size) &&
           give_away(copy, to);
}

static bool copy_entry(struct copy *copy, int from, int to,
                       const struct dirent *entry);

static bool
copy_entries(struct copy *copy, int from, int to)
{
    SCOPED(close_directory) DIR *entries = read_directory(from);
    const struct dirent *entry;

    if (entries == NULL)
        return false;
    errno = 0;
    while ((entry = next_entry(entries)) != NULL) {
        if (!copy_entry(copy, from, to, entry))
            return false;
        errno = 0;
    }
    return errno == 0;
}

/* It is given away last: until then nobody else can put links there. */
static bool
copy_directory(struct copy *copy, int from_at, const char *from_name, int to_at,
               const char *to_name)
{
    SCOPED(descriptor_close) int from = -1;
    SCOPED(descriptor_close) int to = -1;
    bool is_left_out =
        copy->except != NULL && strcmp(from_name, copy->except) == 0;

    from = openat(from_at, from_name, DIRECTORY);
    if (from < 0 || mkdirat(to_at, to_name, 0700) != 0)
        return false;
    to = openat(to_at, to_name, DIRECTORY | O_NOFOLLOW);
    return to >= 0 && (is_left_out || copy_entries(copy, from, to)) &&
           give_away(copy, to);
}

static bool
copy_entry(struct copy *copy, int from, int to, const struct dirent *entry)
{
    const char *name = entry->d_name;
    bool is_directory = entry->d_type == DT_DIR;
    struct stat info;

    if (entry->d_type == DT_UNKNOWN) {
        if (fstatat(from, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
            return false;
        is_directory = S_ISDIR(info.st_mode);
    }
    return is_directory ? copy_directory(copy, from, name, to, name)
                        : copy_file(copy, from, to, name);
}

static bool
copy_failed(const char *to, struct duet_error *err)
{
    bool is_full = errno == ENOSPC || errno == EDQUOT;

    (void)err_errno(err, "'%s'", to);
    if (is_full)
        (void)err_hint(err,
                       "free some space there, or set %s to a directory that "
                       "has more",
                       ephemeral_variable());
    return false;
}

bool
files_copy(const char *from, const char *to, const char *except,
           const struct user *user, struct files_size *size,
           struct duet_error *err)
{
    struct copy copy = {.user = user, .except = except, .size = size};

    return copy_directory(&copy, AT_FDCWD, from, AT_FDCWD, to) ||
           copy_failed(to, err);
}

bool
files_copy_into(const char *from, const char *to, const struct user *user,
                struct files_size *size, struct duet_error *err)
{
    struct copy copy = {.user = user, .size = size};
    SCOPED(descriptor_close) int source = open(from, DIRECTORY);
    SCOPED(descriptor_close) int target = open(to, DIRECTORY | O_NOFOLLOW);

    return (source >= 0 && target >= 0 &&
            copy_entries(&copy, source, target)) ||
           copy_failed(to, err);
}

/* ------------------------------------------------------------------------
 * Measuring
 */

static bool measure_entry(int dir, const char *name, struct files_size *size);

static bool
measure_entries(int dir, struct files_size *size)
{
    SCOPED(close_directory) DIR *entries = read_directory(dir);
    const struct dirent *entry;

    if (entries == NULL)
        return false;
    while ((entry = next_entry(entries)) != NULL)
        if (!measure_entry(dir, entry->d_name, size))
            return false;
    return true;
}

static bool
measure_entry(int dir, const char *name, struct files_size *size)
{
    SCOPED(descriptor_close) int inner = -1;
    struct stat info;

    if (fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    if (S_ISDIR(info.st_mode)) {
        inner = openat(dir, name, DIRECTORY | O_NOFOLLOW);
        return inner >= 0 && measure_entries(inner, size);
    }
    size->files++;
    size->bytes += (uint64_t)info.st_size;
    return true;
}

bool
files_measure(const char *dir, struct files_size *size)
{
    *size = (struct files_size){0};
    return measure_entry(AT_FDCWD, dir, size);
}

/* ------------------------------------------------------------------------
 * Removing
 */

static bool remove_entry(int dir, const char *name);

/* What a process of the directory's makes meanwhile is found by the next turn.
 */
static bool
remove_entries(int dir, const char *except)
{
    SCOPED(close_directory) DIR *entries = read_directory(dir);
    const struct dirent *entry;

    if (entries == NULL)
        return false;
    rewinddir(entries);
    while ((entry = next_entry(entries)) != NULL)
        if ((except == NULL || strcmp(entry->d_name, except) != 0) &&
            !remove_entry(dir, entry->d_name))
            return false;
    return true;
}

static bool
remove_directory(int dir, const char *name)
{
    enum { TURNS = 10 };
    SCOPED(descriptor_close) int inner = -1;

    inner = openat(dir, name, DIRECTORY | O_NOFOLLOW);
    if (inner < 0)
        return errno == ENOENT;
    for (int turn = 0; turn < TURNS; turn++) {
        if (!remove_entries(inner, NULL))
            return false;
        if (unlinkat(dir, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
            return true;
        if (errno != ENOTEMPTY && errno != EEXIST)
            return false;
    }
    return false;
}

static bool
remove_entry(int dir, const char *name)
{
    if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
        return true;
    return (errno == EISDIR || errno == EPERM) && remove_directory(dir, name);
}

bool
files_remove(const char *dir, struct duet_error *err)
{
    return remove_directory(AT_FDCWD, dir) || err_errno(err, "'%s'", dir);
}

bool
files_empty(const char *dir, const char *except, struct duet_error *err)
{
    SCOPED(descriptor_close) int file = open(dir, DIRECTORY | O_NOFOLLOW);

    if (file < 0 && errno == ENOENT)
        return true;
    return (file >= 0 && remove_entries(file, except)) ||
           err_errno(err, "'%s'", dir);
}
