# Makes a cluster in the present folder and serves it on a socket there.
# Arguments: the folder of PostgreSQL's programs, the name of the role.
set -e

# As in most shops' clusters, text sorts by a language's rules and not by its bytes: a query that
# relies on SQLite's byte order would otherwise pass here and fail there.
"$1/initdb" --pgdata=data --username="$2" --auth=trust --encoding=UTF8 --no-sync \
    --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US

# Nothing here has to survive a crash of the machine. Every server of a test has a pool of its own. The databases are many,
# small and soon done with: cleaning up in each of them in turn would take more time than the tests.
exec "$1/postgres" -D data -k "$PWD" -c listen_addresses= -c logging_collector=off \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
    -c autovacuum=off -c checkpoint_timeout=1h -c max_wal_size=4GB \
    -c max_connections=300 -c shared_buffers=32MB
