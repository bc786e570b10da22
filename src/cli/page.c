#include "cli/page.h"

#include <stdio.h>
#include <time.h>

#include "base/err.h"
#include "schema/report.h"

static void
time_now(char *text, size_t size)
{
    time_t now = time(NULL);
    struct tm parts;

    (void)gmtime_r(&now, &parts);
    (void)strftime(text, size, "%Y-%m-%d %H:%M UTC", &parts);
}

static void
make(struct buf *page, const struct compared *compared)
{
    char time_text[32];

    time_now(time_text, sizeof time_text);
    report_html(page,
                &(struct report){
                    .comparison = &compared->comparison,
                    .left = {&compared->left.schema, compared->left.text},
                    .right = {&compared->right.schema, compared->right.text},
                    .time = time_text,
                    .accepted = &compared->accepted,
                    .strict = compared->is_strict,
                    .mends = compared->left.url != NULL,
                });
}

bool
page_write(const struct compared *compared, const char *path,
           struct duet_error *err)
{
    SCOPED(buf_release) struct buf page = {0};
    FILE *file = fopen(path, "we");
    bool written;

    if (file == NULL)
        return err_errno(err, "file '%s'", path);
    make(&page, compared);
    written = fwrite(page.data, 1, page.len, file) == page.len;
    if (fclose(file) != 0 || !written)
        return err_errno(err, "file '%s'", path);
    return true;
}
