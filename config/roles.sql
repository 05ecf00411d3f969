-- The two roles and the database of Zusage, for psql and an administrator of the server; safe to run again:
--   OWNER_PASSWORD=… APP_PASSWORD=… psql -f config/roles.sql postgresql://administrator@server/postgres
-- zusage_owner owns the tables (migrate, tests). zusage_app is what web, worker, beat and ticker run as: it reads and
-- writes rows and can do nothing else, so that published revisions and evidence stay what they are.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD

SELECT 'CREATE ROLE ' || name FROM unnest(ARRAY['zusage_owner', 'zusage_app']) AS name
WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
ALTER ROLE zusage_owner LOGIN CREATEDB PASSWORD :'owner_password';
ALTER ROLE zusage_app LOGIN PASSWORD :'app_password';
GRANT zusage_app TO zusage_owner;
-- An administrator of a managed server is no superuser and must belong to the role whose privileges it sets.
GRANT zusage_owner TO CURRENT_USER;
SELECT 'CREATE DATABASE zusage OWNER zusage_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'zusage') \gexec

\set privileges 'ALTER DEFAULT PRIVILEGES FOR ROLE zusage_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO zusage_app; ALTER DEFAULT PRIVILEGES FOR ROLE zusage_owner GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO zusage_app;'
\connect zusage
:privileges

-- With `-v with_template=yes` databases that tests create later have the same privileges.
\if :{?with_template}
\connect template1
:privileges
\endif
