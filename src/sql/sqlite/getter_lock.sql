-- Within a transaction: nobody else creates the row whose table and key $1
-- tells.  The transaction has the database's only write lock already.
select $1
