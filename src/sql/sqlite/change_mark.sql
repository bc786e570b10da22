-- A text that is the same as long as no other connection commits a change.
select cast(data_version as text) as mark
  from pragma_data_version
