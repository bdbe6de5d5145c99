#!/bin/sh
# assets.sh EMBED OUT.c: gathers what is served under /static and hands it to the embedder. Style sheets and
# scripts are each joined into one file; with node at hand a brotli form is laid beside every file.
set -eu

embed=$1
out=$2
dir=$(dirname "$out")/static
htmx=node_modules/htmx.org/dist/htmx.min.js
sortable=node_modules/sortablejs/Sortable.min.js

for script in "$htmx" "$sortable"; do
    [ -f "$script" ] || {
        echo "assets.sh: $script is missing; run 'npm ci --omit=dev --ignore-scripts' (or ./dev build)" >&2
        exit 1
    }
done

rm -rf "$dir"
mkdir -p "$dir"
cat web/static/tokens.css web/static/app.css >"$dir/app.css"
cat web/static/js/*.js >"$dir/app.js"
cp "$htmx" "$dir/htmx.js"
cp "$sortable" "$dir/sortable.js"
cp web/static/icons.svg web/static/icon.svg "$dir/"

if command -v node >/dev/null 2>&1; then
    for file in "$dir"/*; do
        node -e 'const fs = require("fs"), zlib = require("zlib"), path = process.argv[1];
            fs.writeFileSync(path + ".br", zlib.brotliCompressSync(fs.readFileSync(path)));' "$file"
    done
fi

"$embed" assets "$out" \
    "app.css=$dir/app.css=text/css; charset=utf-8" \
    "app.js=$dir/app.js=text/javascript; charset=utf-8" \
    "htmx.js=$dir/htmx.js=text/javascript; charset=utf-8" \
    "sortable.js=$dir/sortable.js=text/javascript; charset=utf-8" \
    "icons.svg=$dir/icons.svg=image/svg+xml" \
    "icon.svg=$dir/icon.svg=image/svg+xml"
