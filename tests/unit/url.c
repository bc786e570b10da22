/*
 * Passwords in URLs: never shown, whatever the URL looks like.
 */
#include "lib/tap.h"

#include <string.h>

#include "db/url.h"

static const struct {
    const char *url, *shown;
} cases[] = {
    {"postgres://ada:secret@host/db", "postgres://ada:***@host/db"},
    {"postgresql://ada:secret@host:5432/db?sslmode=require",
     "postgresql://ada:***@host:5432/db?sslmode=require"},
    {"postgres://ada:secret@host/db?sslpassword=x",
     "postgres://ada:***@host/db?sslpassword=***"},
    {"postgres:///db?host=/tmp&password=secret&user=ada",
     "postgres:///db?host=/tmp&password=***&user=ada"},
    {"postgres:///db?p%61ssword=secret", "postgres:///db?p%61ssword=***"},
    {"postgres:///db?PASSWORD=secret=secret", "postgres:///db?PASSWORD=***"},
    {"postgres://ada:p@ss@host/db", "postgres://ada:***@host/db"},
    {"postgres://ada:p%40ss@host/db", "postgres://ada:***@host/db"},
    {"postgres://ada:p/ss@host/db", "postgres://ada:***@host/db"},
    {"postgres://ada:p?ss@host/db", "postgres://ada:***@host/db"},
    {"postgres://ada:1/2?3@host/db", "postgres://ada:***@host/db"},
    {"postgres://ada:a:b:c@host/db", "postgres://ada:***@host/db"},
    {"postgres://ada:@host/db", "postgres://ada:***@host/db"},
    {"postgres://:secret@host/db", "postgres://:***@host/db"},
    {"postgres://ada:secret@", "postgres://ada:***@"},
    {"postgres://ada:secret", "postgres://ada:***"},
    {"postgres://ada:secret/db", "postgres://ada:***/db"},
    {"postgres://ada:5secret?x=y", "postgres://ada:***?x=y"},
    {"postgres://ada:secret@[::1]:5432/db", "postgres://ada:***@[::1]:5432/db"},
    {"postgres://ada:secret@a:1,b:2/db", "postgres://ada:***@a:1,b:2/db"},
    {"mysql://ada:secret@host/db", "mysql://ada:***@host/db"},
    {"ada:secret@host/db", "ada:***@host/db"},
    {"host=x password=secret user=ada", "host=x password=*** user=ada"},
    {"password = 'se cr\\'et' user=ada", "password = *** user=ada"},
    {"password='secret", "password=***"},
    /* Nothing to hide, so nothing is. */
    {"postgres://ada@host/db", "postgres://ada@host/db"},
    {"postgres://host:5432/db", "postgres://host:5432/db"},
    {"postgres://a:1,b:2/db", "postgres://a:1,b:2/db"},
    {"postgres://a,b:2/db", "postgres://a,b:2/db"},
    {"postgres://[::1]:5432/db", "postgres://[::1]:5432/db"},
    {"postgres://host:5432/db?user=ada@x",
     "postgres://host:5432/db?user=ada@x"},
    {"postgres://", "postgres://"},
    {"postgres:///", "postgres:///"},
    {"sqlite:a:b@c.db", "sqlite:a:b@c.db"},
    {"sqlite:dir/password=x.db", "sqlite:dir/password=x.db"},
    {"mysql:x", "mysql:x"},
    {"", ""},
};

static void
test_cutting(void)
{
    char out[64];

    for (size_t size = 1; size < 30; size++) {
        memset(out, '#', sizeof out);
        url_redact("postgres://ada:secret@host/db", out, size);
        OK(strlen(out) < size && out[size] == '#' &&
               strncmp(out, "postgres://ada:***@host/db", strlen(out)) == 0,
           "a place of %zu bytes is not left", size);
    }
    out[0] = '#';
    url_redact("postgres://ada:secret@host/db", out, 0);
    IS_INT(out[0], '#', "nor is one of none");
}

static void
test_messages(void)
{
    static const char url[] = "postgres://ada:p@ss@host/db";
    char out[128];

    url_redact_message(url, "could not find host \"ss@host\", db \"db\"", out,
                       sizeof out);
    IS_TEXT(out, "could not find host \"***\", db \"db\"",
            "a part of the password is not quoted");
    url_redact_message(url, "open \"", out, sizeof out);
    IS_TEXT(out, "open \"", "a quotation may be open");
    url_redact_message("postgres://ada:x\"y@host", "bad: \"x\"y@host\"", out,
                       sizeof out);
    OK(strstr(out, "y@host") == NULL, "one in the URL hides all");
}

int
main(void)
{
    char out[256];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        url_redact(cases[i].url, out, sizeof out);
        IS_TEXT(out, cases[i].shown, "'%s' shows no password", cases[i].url);
    }
    test_cutting();
    test_messages();
    return tap_done();
}
