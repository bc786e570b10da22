-- The hash of a calculation job, _aiida_hash in its extras, is computed otherwise
-- since: one that is not there is computed when it is asked for.  Rows without one
-- are not written, nor is what is no JSON: these columns take anything.

update db_dbnode
   set extras = json_remove(extras, '$._aiida_hash')
 where node_type = 'process.calculation.calcjob.CalcJobNode.'
   and case when json_valid(extras)
            then json_type(extras, '$._aiida_hash') is not null
       end;
