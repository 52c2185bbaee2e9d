#!/bin/sh
# Makes the database on the first start, then becomes the server.
# POSTGRES_PASSWORD: the password of the user postgres. POSTGRES_DB: a database to make.
set -eu

if [ ! -d "$PGDATA" ]; then
    : "${POSTGRES_PASSWORD:?must be set}" "${POSTGRES_DB:?must be set}"
    # Made elsewhere and moved, so that a start cut short leaves nothing half made.
    new=$PGDATA.new
    rm -rf "$new"
    printf '%s\n' "$POSTGRES_PASSWORD" > /tmp/password
    initdb --pgdata="$new" --username=postgres --pwfile=/tmp/password \
        --auth-local=peer --auth-host=scram-sha-256 --encoding=UTF8 --locale=C --no-sync > /dev/null
    rm /tmp/password
    echo 'host all all all scram-sha-256' >> "$new/pg_hba.conf"
    # Without a server, so that nobody can connect before everything is there.
    echo "CREATE DATABASE \"$POSTGRES_DB\"" | postgres --single -D "$new" postgres > /dev/null
    mv "$new" "$PGDATA"
fi

# The just-in-time compiler pays off for long queries only, and not every base has its libraries.
exec postgres -D "$PGDATA" -c listen_addresses='*' -c jit=off "$@"
