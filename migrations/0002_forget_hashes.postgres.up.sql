-- The hash of a calculation job, _aiida_hash in its extras, is computed otherwise
-- since: one that is not there is computed when it is asked for.  Rows without one
-- are not written.

update db_dbnode
   set extras = extras - '_aiida_hash'
 where node_type = 'process.calculation.calcjob.CalcJobNode.'
   and extras ? '_aiida_hash';
