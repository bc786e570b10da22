/*
 * Functions that src/ does without.  The compiler reads this file before
 * every source there (-include); a call of one of them is an error that names
 * what to use instead.
 *
 * They are declared here rather than poisoned or made macros, so that system
 * headers can still declare them, and nothing is included, so that a source
 * can still choose its feature macros.
 */
#ifndef DUET_BASE_BANNED_H
#define DUET_BASE_BANNED_H

#pragma GCC diagnostic error "-Wdeprecated-declarations"

#define BANNED(type, name, parameters, instead) \
    type name parameters __attribute__((__deprecated__("use " instead)))

struct tm;

BANNED(char *, strcpy, (char *, const char *), "struct buf");
BANNED(char *, stpcpy, (char *, const char *), "struct buf");
BANNED(char *, strcat, (char *, const char *), "struct buf");
BANNED(char *, strncpy, (char *, const char *, __SIZE_TYPE__), "snprintf()");
BANNED(char *, strncat, (char *, const char *, __SIZE_TYPE__), "struct buf");
BANNED(int, sprintf, (char *, const char *, ...), "snprintf()");
BANNED(int, vsprintf, (char *, const char *, __builtin_va_list), "vsnprintf()");
BANNED(char *, gets, (char *), "getline()");
BANNED(char *, strtok, (char *, const char *), "strcspn()");
BANNED(int, atoi, (const char *), "strtol()");
BANNED(long, atol, (const char *), "strtol()");
BANNED(long long, atoll, (const char *), "strtoll()");
BANNED(double, atof, (const char *), "strtod()");
BANNED(int, system, (const char *), "posix_spawn()");
BANNED(char *, mktemp, (char *), "mkstemp()");
BANNED(char *, tmpnam, (char *), "mkstemp()");
BANNED(char *, tempnam, (const char *, const char *), "mkstemp()");
BANNED(char *, asctime, (const struct tm *), "strftime()");
BANNED(char *, asctime_r, (const struct tm *, char *), "strftime()");

/* time_t has no name before <time.h>, so these go without parameters. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
BANNED(struct tm *, gmtime, (), "gmtime_r()");
BANNED(struct tm *, localtime, (), "localtime_r()");
BANNED(char *, ctime, (), "strftime()");
BANNED(char *, ctime_r, (), "strftime()");
#pragma GCC diagnostic pop

#undef BANNED

#endif
