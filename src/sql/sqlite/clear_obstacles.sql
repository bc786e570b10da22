-- The triggers and rules that would act on a DELETE in this session: none, a
-- connection that clears has them off.
select '', '', '', ''
 where false
