-- The two roles of the program. Neither is a superuser: row-level security holds the first one.
-- Set their passwords by hand afterwards: \password clsm, \password clsm_backup.
CREATE ROLE clsm LOGIN;
CREATE ROLE clsm_backup LOGIN BYPASSRLS;
GRANT pg_read_all_data TO clsm_backup;
CREATE DATABASE clsm OWNER clsm ENCODING 'UTF8';
