-- Whether nobody has committed a change since this transaction began.
select 1
