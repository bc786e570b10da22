/*
 * Text that becomes part of a page, and is well-formed there.
 */
#include "base/html.h"

#include "lib/tap.h"

static void
is_shown(const char *text, const char *want, const char *title)
{
    SCOPED(buf_release) struct buf out = {0};

    html_text(&out, text);
    IS_TEXT(buf_data(&out), want, "%s", title);
}

int
main(void)
{
    SCOPED(buf_release) struct buf out = {0};

    is_shown("", "", "nothing is nothing");
    is_shown("größer 语 \xF0\x9F\x98\x80", "größer 语 \xF0\x9F\x98\x80",
             "characters stay");
    is_shown("a\tb\nc", "a\tb\nc", "so do tabs and new lines");
    is_shown("</script><b a=\"&amp;\">",
             "&lt;/script&gt;&lt;b a=&quot;&amp;amp;&quot;&gt;",
             "a tag is none");
    is_shown("]]>", "]]&gt;", "what ends CDATA does not");
    is_shown("\x01 \x1F \x7F \r", "␁ ␟ ␡ ␍", "control characters are shown");
    is_shown("\xC2\x85", "\xEF\xBF\xBD", "those of the second row, too");
    is_shown("a\xFFz\xC3", "a\xEF\xBF\xBDz\xEF\xBF\xBD",
             "bytes that are no UTF-8 are marked");
    is_shown("\xEF\xBF\xBE \xEF\xBF\xBF \xEF\xB7\x90 \xF0\x9F\xBF\xBE",
             "\xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD",
             "so are numbers that are no characters");

    OK(html_is_exact("a\t<\n\"é") && html_is_exact(""),
       "what is shown as it is can be copied");
    OK(!html_is_exact("a\x0B") && !html_is_exact("\r\n") &&
           !html_is_exact("\xFF") && !html_is_exact("\xC2\x80"),
       "what is shown in its place can not");

    html_bytes(&out, "a<bc", 2);
    IS_TEXT(buf_data(&out), "a&lt;", "some bytes of a text");
    buf_clear(&out);
    html_bytes(&out, "\xC3\xA9", 1);
    IS_TEXT(buf_data(&out), "\xEF\xBF\xBD",
            "a character that is cut is marked");
    buf_clear(&out);
    html_bytes(&out, "a\0b", 3);
    IS_TEXT(buf_data(&out), "a␀b", "a NUL is shown");
    buf_clear(&out);
    html_between(&out, "<b>", "<", "</b>");
    IS_TEXT(buf_data(&out), "<b>&lt;</b>", "text between tags");
    return tap_done();
}
