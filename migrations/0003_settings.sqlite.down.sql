drop table db_dbsetting;
