-- Within a transaction: no other batch works on table $1 until it ends.  The
-- transaction has the database's only write lock already.
select $1
