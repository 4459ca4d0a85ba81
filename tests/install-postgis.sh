#!/bin/sh
# The database tests start a PostgreSQL of their own, with PostGIS. Install both where that is possible; else say what to install.
set -eu
for control in /usr/share/postgresql/*/extension/postgis.control; do
    version=$(basename "$(dirname "$(dirname "$control")")")
    if [ -e "$control" ] && [ -x "/usr/lib/postgresql/$version/bin/initdb" ]; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'Installing PostgreSQL and PostGIS for the database tests ...'
    apt-get update -qq
    packages='postgresql-15 postgresql-15-postgis-3'
    apt-cache show postgresql-15-postgis-3 >/dev/null 2>&1 || packages='postgresql postgresql-postgis'
    # shellcheck disable=SC2086 -- two packages
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
    exit 0
fi
echo 'The database tests need PostgreSQL and PostGIS: install both (Debian 12: sudo apt-get install postgresql-15 postgresql-15-postgis-3), then run make test again.' >&2
exit 1
