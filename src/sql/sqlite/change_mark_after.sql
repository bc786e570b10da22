-- What change_mark will say after this transaction commits, if nobody else
-- has written since it said $1: a connection's own commits do not count.
select $1
