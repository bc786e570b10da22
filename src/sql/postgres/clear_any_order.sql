-- Within a transaction: each foreign key is checked when a statement ends, so
-- that one statement may delete rows of many tables in any order.  It also
-- leaves no check pending, which would forbid an ALTER TABLE.
set constraints all immediate
