#include "worker/label.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/err.h"

enum { DIGITS_LEN = 8 };

/* ------------------------------------------------------------------------
 * Labels and names
 */

bool
label_policy_find(const char *text, enum duet_label_policy *out,
                  struct duet_error *err)
{
    static const char *const names[] = {
        [DUET_LABEL_ALWAYS] = "always",
        [DUET_LABEL_AUTO] = "auto",
        [DUET_LABEL_NEVER] = "never",
    };
    const char *said = text ? text : getenv("DUET_LABELS");

    if (text == NULL && (said == NULL || *said == '\0'))
        said = names[DUET_LABEL_ALWAYS];
    for (size_t i = DUET_LABEL_ALWAYS; i < sizeof names / sizeof *names; i++) {
        if (strcmp(said, names[i]) != 0)
            continue;
        *out = (enum duet_label_policy)i;
        return true;
    }
    (void)err_set(err, DUET_ERROR_USAGE, "%s'%s' is no policy for labels",
                  text ? "" : "variable 'DUET_LABELS': ", said);
    return err_hint(err, "say always, auto or never");
}

/* How long TEXT is without SEPARATOR and WORKER at its end; it is not empty. */
static size_t
stem_len(const char *text, char separator, const char *worker)
{
    size_t len = strlen(text);
    size_t suffix = strlen(worker) + 1;

    if (len > suffix && text[len - suffix] == separator &&
        strcmp(text + len - suffix + 1, worker) == 0)
        return len - suffix;
    return len;
}

static const char *
suffixed(struct arena *arena, const char *stem, char separator,
         const char *worker)
{
    return arena_printf(arena, "%.*s%c%s",
                        (int)stem_len(stem, separator, worker), stem, separator,
                        worker);
}

const char *
label_make(struct arena *arena, const char *stem, const char *worker,
           bool is_parallel, enum duet_label_policy policy)
{
    if (policy == DUET_LABEL_NEVER ||
        (policy == DUET_LABEL_AUTO && !is_parallel))
        return arena_text(arena, stem);
    return suffixed(arena, stem, '-', worker);
}

bool
label_is_of(const char *label, const char *worker)
{
    return label[stem_len(label, '-', worker)] != '\0';
}

/* At most LEN bytes of TEXT, which is longer, without half a character. */
static size_t
cut(const char *text, size_t len)
{
    enum { CONTINUED_MAX = 3 };
    size_t whole = len;

    for (int i = 0; i < CONTINUED_MAX && whole > 0 &&
                    ((unsigned char)text[whole] & 0xC0) == 0x80;
         i++)
        whole--;
    return ((unsigned char)text[whole] & 0xC0) == 0x80 ? len : whole;
}

const char *
name_make(struct arena *arena, const char *stem, char separator,
          const char *worker, size_t limit)
{
    const char *name = suffixed(arena, stem, separator, worker);
    char digits[DIGEST_LEN];
    const char *tail;
    size_t len;

    if (strlen(name) <= limit)
        return name;
    digest(name, strlen(name), digits);
    tail =
        arena_printf(arena, "_%.*s%c%s", DIGITS_LEN, digits, separator, worker);
    len = strlen(tail);
    if (len >= limit)
        return arena_copy(arena, digits,
                          limit < DIGEST_LEN ? limit : DIGEST_LEN - 1);
    return arena_printf(arena, "%.*s%s", (int)cut(stem, limit - len), stem,
                        tail);
}

/* ------------------------------------------------------------------------
 * The filter
 */

struct label_filter {
    char **workers; /* the longest first */
    size_t count;
    char **stems;
    size_t nstems;
    size_t longest_stem;
    struct buf held; /* a '-' and what may be a worker's id, or nothing */
    struct buf word; /* the end of what was let through of the word before it,
                        as much as the longest stem and a byte more */
};

static int
compare_lengths(const void *a, const void *b)
{
    size_t one = strlen(*(char *const *)a);
    size_t other = strlen(*(char *const *)b);

    return one < other ? 1 : one > other ? -1 : 0;
}

static char **
copy_texts(const char *const *texts, size_t count)
{
    char **copies = must_alloc((count + 1) * sizeof *copies);

    for (size_t i = 0; i < count; i++)
        copies[i] = must_text(texts[i]);
    return copies;
}

static void
free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

struct label_filter *
label_filter_open(const char *const *workers, size_t count)
{
    struct label_filter *filter = must_alloc(sizeof *filter);

    *filter = (struct label_filter){.workers = copy_texts(workers, count),
                                    .count = count};
    qsort(filter->workers, count, sizeof *filter->workers, compare_lengths);
    return filter;
}

void
label_filter_stems(struct label_filter *filter, const char *const *stems,
                   size_t count)
{
    free_texts(filter->stems, filter->nstems);
    filter->stems = copy_texts(stems, count);
    filter->nstems = count;
    filter->longest_stem = 0;
    for (size_t i = 0; i < count; i++)
        if (strlen(stems[i]) > filter->longest_stem)
            filter->longest_stem = strlen(stems[i]);
}

void
label_filter_close(struct label_filter **filter)
{
    if (*filter == NULL)
        return;
    free_texts((*filter)->workers, (*filter)->count);
    free_texts((*filter)->stems, (*filter)->nstems);
    buf_release(&(*filter)->held);
    buf_release(&(*filter)->word);
    free(*filter);
    *filter = NULL;
}

/* A byte of a word, which is one of a label; a dot may end a sentence. */
static bool
is_part(char byte)
{
    unsigned char code = (unsigned char)byte;

    return code >= 0x80 || isalnum(code) || byte == '_' || byte == '-';
}

static void
drop_front(struct buf *buf, size_t len)
{
    char *data = buf->data;

    if (len == 0)
        return;
    memmove(data, data + len, buf->len - len + 1);
    buf->len -= len;
}

static void
let_through(struct label_filter *filter, char byte, struct buf *out)
{
    size_t most = filter->longest_stem + 1;

    buf_char(out, byte);
    if (!is_part(byte) && byte != '.') {
        buf_clear(&filter->word);
        return;
    }
    buf_char(&filter->word, byte);
    if (filter->word.len > 2 * most + 64)
        drop_front(&filter->word, filter->word.len - most);
}

/* What was let through last is a stem; an option, --master, has none. */
static bool
follows_stem(const struct label_filter *filter)
{
    const char *word = buf_data(&filter->word);
    size_t len = filter->word.len;

    if (len == 0 || !is_part(word[len - 1]))
        return false;
    for (size_t i = 0; i < filter->nstems; i++) {
        size_t stem = strlen(filter->stems[i]);

        if (stem <= len &&
            memcmp(word + len - stem, filter->stems[i], stem) == 0 &&
            (stem == len || !is_part(word[len - stem - 1])))
            return true;
    }
    return filter->nstems == 0 && word[len - 1] != '-';
}

enum verdict { VERDICT_NO, VERDICT_YES, VERDICT_LATER };

/* The text behind the '-' is that id, and there it ends. */
static enum verdict
judge(const struct buf *held, const char *worker, bool at_end)
{
    const char *text = buf_data(held) + 1;
    size_t have = held->len - 1;
    size_t len = strlen(worker);

    if (memcmp(text, worker, have < len ? have : len) != 0)
        return VERDICT_NO;
    if (have > len)
        return is_part(text[len]) ? VERDICT_NO : VERDICT_YES;
    if (!at_end)
        return VERDICT_LATER;
    return have == len ? VERDICT_YES : VERDICT_NO;
}

/* The '-' at the front is decided: SUFFIX bytes go, 0 is none of them. */
static enum verdict
judge_front(const struct label_filter *filter, bool at_end, size_t *suffix)
{
    if (!follows_stem(filter))
        return VERDICT_NO;
    for (size_t i = 0; i < filter->count; i++) {
        enum verdict verdict = judge(&filter->held, filter->workers[i], at_end);

        *suffix = strlen(filter->workers[i]) + 1;
        if (verdict != VERDICT_NO)
            return verdict;
    }
    return VERDICT_NO;
}

static void
settle(struct label_filter *filter, bool at_end, struct buf *out)
{
    while (filter->held.len > 0) {
        enum verdict verdict = VERDICT_NO;
        char first = *buf_data(&filter->held);
        size_t suffix = 0;

        if (first == '-')
            verdict = judge_front(filter, at_end, &suffix);
        if (verdict == VERDICT_LATER)
            return;
        if (verdict == VERDICT_YES) {
            drop_front(&filter->held, suffix);
            continue;
        }
        let_through(filter, first, out);
        drop_front(&filter->held, 1);
    }
}

void
label_filter_add(struct label_filter *filter, const char *text, size_t len,
                 struct buf *out)
{
    for (size_t i = 0; i < len; i++) {
        if (filter->held.len == 0 && text[i] != '-') {
            let_through(filter, text[i], out);
            continue;
        }
        buf_char(&filter->held, text[i]);
        settle(filter, false, out);
    }
    if (len == 0)
        settle(filter, true, out);
}
