/*
 * A comparison as a file for a browser.
 */
#ifndef DUET_CLI_PAGE_H
#define DUET_CLI_PAGE_H

#include "cli/comparing.h"

/* Write the page to PATH, in place of what is there. */
bool page_write(const struct compared *compared, const char *path,
                struct duet_error *err);

#endif
