-- A number that is the same as long as no other connection commits a change.
pragma data_version
