-- Fails, and so undoes its transaction, unless TARGET is empty.
select case when exists (select 1 from TARGET)
            then json('the table is not empty')
       end
