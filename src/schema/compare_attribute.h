/*
 * One verdict for each attribute of an object that both sides have.
 */
#ifndef DUET_SCHEMA_COMPARE_ATTRIBUTE_H
#define DUET_SCHEMA_COMPARE_ATTRIBUTE_H

#include "schema/pair.h"

struct judgement compare_attribute(const struct pair *pair,
                                   enum attribute attribute);

#endif
