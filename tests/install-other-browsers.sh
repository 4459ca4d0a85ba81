#!/bin/sh
# `make soak` opens the page in Debian's Firefox and WebKit, too. Install them where that is possible; else say what to install.
set -eu
if command -v firefox-esr >/dev/null 2>&1 && command -v WebKitWebDriver >/dev/null 2>&1 && command -v Xvfb >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'Installing Firefox and WebKit for the browser tests ...'
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends firefox-esr webkit2gtk-driver xvfb >/dev/null
    exit 0
fi
echo 'make soak needs Firefox and WebKit: sudo apt-get install firefox-esr webkit2gtk-driver xvfb, then run it again.' >&2
exit 1
