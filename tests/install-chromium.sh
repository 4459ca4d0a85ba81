#!/bin/sh
# The browser tests drive Debian's Chromium. Install it where that is possible; else say what to install.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'Installing Chromium for the browser tests ...'
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
    exit 0
fi
echo 'The browser tests need Chromium: install your system package "chromium" (Debian: sudo apt-get install chromium), then run make test again.' >&2
exit 1
