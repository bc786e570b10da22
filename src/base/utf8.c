#include "base/utf8.h"

#include <stdbool.h>

size_t
utf8_len(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t len = at[0] < 0x80   ? 1
                 : at[0] < 0xC2 ? 0
                 : at[0] < 0xE0 ? 2
                 : at[0] < 0xF0 ? 3
                 : at[0] < 0xF5 ? 4
                                : 0;

    for (size_t i = 1; i < len; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) ||
        (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F))
        return 0;
    return len;
}

uint32_t
utf8_code(const char *text, size_t len)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = (unsigned char)text[0] & masks[len];

    for (size_t i = 1; i < len; i++)
        code = code << 6 | ((unsigned char)text[i] & 0x3F);
    return code;
}

struct range {
    uint32_t first;
    uint32_t last;
};

/* After Unicode's lists of marks and of East Asian widths, in large pieces. */
static const struct range marks[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F},
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0, 0},
};
static const struct range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},
    {0x3041, 0xA4CF},   {0xA960, 0xA97C},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD}, {0, 0},
};

static bool
is_within(const struct range *ranges, uint32_t code)
{
    for (; ranges->last != 0; ranges++)
        if (code >= ranges->first && code <= ranges->last)
            return true;
    return false;
}

size_t
utf8_width(const char *text)
{
    size_t width = 0;

    while (*text != '\0') {
        size_t len = utf8_len(text);
        uint32_t code = len ? utf8_code(text, len) : 0;

        width += is_within(marks, code) ? 0 : is_within(wide, code) ? 2 : 1;
        text += len ? len : 1;
    }
    return width;
}
