-- The change mark that change_mark_keep has kept.
pragma data_version
