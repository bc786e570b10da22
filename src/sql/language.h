/*
 * The two languages that expressions and definitions are written in.  A
 * declaration is written in PostgreSQL's.
 */
#ifndef DUET_SQL_LANGUAGE_H
#define DUET_SQL_LANGUAGE_H

enum sql_language { LANGUAGE_POSTGRES, LANGUAGE_SQLITE };

#endif
