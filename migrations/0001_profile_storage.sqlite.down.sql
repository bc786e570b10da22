-- Those that refer to others go first.

drop table db_dblog;
drop table db_dbcomment;
drop table db_dbgroup_dbnodes;
drop table db_dblink;
drop table db_dbnode;
drop table db_dbgroup;
drop table db_dbauthinfo;
drop table db_dbcomputer;
drop table db_dbuser;
