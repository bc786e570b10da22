/*
 * The characters of a text, and how wide they are.
 */
#include "base/utf8.h"
#include "lib/tap.h"

int
main(void)
{
    IS_INT(utf8_len("a"), 1, "a letter is a byte");
    IS_INT(utf8_len(""), 1, "the end is one as well");
    IS_INT(utf8_len("\xC3\xA4"), 2, "others are more");
    IS_INT(utf8_len("\xF0\x9F\xA6\x86"), 4, "up to four");
    IS_INT(utf8_len("\xC0\xAF"), 0, "too long a form is none");
    IS_INT(utf8_len("\xED\xA0\x80"), 0, "nor is a surrogate");
    IS_INT(utf8_len("\xF4\x90\x80\x80"), 0, "nor what is beyond U+10FFFF");
    IS_INT(utf8_len("\xC3"), 0, "nor what the end cuts");
    IS_INT(utf8_code("a", 1), 'a', "the number of a letter");
    IS_INT(utf8_code("\xC3\xA4", 2), 0xE4, "of two bytes");
    IS_INT(utf8_code("\xE6\xBC\xA2", 3), 0x6F22, "of three");
    IS_INT(utf8_code("\xF0\x9F\xA6\x86", 4), 0x1F986, "of four");
    IS_INT(utf8_width(""), 0, "nothing has no width");
    IS_INT(utf8_width("gr\xC3\xB6\xC3\x9F"
                      "e"),
           5, "a letter has one");
    IS_INT(utf8_width("\xE6\xBC\xA2\xE5\xAD\x97"), 4, "a wide one has two");
    IS_INT(utf8_width("\xF0\x9F\xA6\x86"), 2, "so has a picture");
    IS_INT(utf8_width("e\xCC\x81"), 1, "a mark has none");
    IS_INT(utf8_width("a\xFFz"), 3, "what is no character has one");
    return tap_done();
}
