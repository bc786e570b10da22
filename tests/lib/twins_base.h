/*
 * A schema with what our own tables have not: for mutations of each attribute.
 */
#ifndef DUET_TESTS_TWINS_BASE_H
#define DUET_TESTS_TWINS_BASE_H

#include "lib/twins.h"

extern const struct twins_base twins_base;

#endif
