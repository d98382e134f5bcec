#!/usr/bin/env bash
# At the first start of PostgreSQL: the role that owns Tocsin's database, and nothing else on this server.
set -euo pipefail

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set password `cat "$OWNER_PASSWORD_FILE"`
SET log_min_error_statement = panic; -- no password in the log, whatever fails
CREATE ROLE tocsin LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
CREATE DATABASE tocsin OWNER tocsin;
REVOKE ALL ON DATABASE tocsin FROM PUBLIC;
SQL
