-- Fails, and so undoes its transaction, unless TARGET is empty.  There is
-- nothing kinder that both fails and needs no round trip to be looked at.
select 1 / case when exists (select from TARGET) then 0 else 1 end
