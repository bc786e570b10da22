-- Here the transaction itself is the lock.
select 1
