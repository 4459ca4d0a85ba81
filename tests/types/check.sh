#!/bin/sh
# Types of the page's viewer and of the local pages: their JSDoc, checked strictly. Needs Node, which nothing else does.
set -eu
cd "$(dirname "$0")"
if ! command -v npm >/dev/null 2>&1; then
    echo 'Types of the viewer were NOT checked: there is no Node.js (npm) here. Everything else of lint was.'
    exit 0
fi
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules ]; then
    npm ci --silent --ignore-scripts --no-audit --no-fund
    touch node_modules
fi
node_modules/.bin/tsc --project .
echo 'Types of the viewer: checked.'
