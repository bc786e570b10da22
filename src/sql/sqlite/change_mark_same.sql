-- Whether no other connection has committed a change since the mark was $1:
-- fails, or tells what the mark will be after the commit, as
-- change_mark_after does.
select case when data_version = cast($1 as integer) then data_version
            else json('the change mark is another')
       end
  from pragma_data_version
