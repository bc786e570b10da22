-- Within a transaction: no other cleaner deletes.  The transaction has the
-- database's only write lock already.
select 1
