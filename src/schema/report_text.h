/*
 * What stands in report.css and report.js; the Makefile makes it.
 */
#ifndef DUET_SCHEMA_REPORT_TEXT_H
#define DUET_SCHEMA_REPORT_TEXT_H

extern const char report_css[];
extern const char report_js[];

#endif
