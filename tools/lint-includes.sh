#!/bin/sh
# lint-includes.sh: arrows go only downwards. Prints every include that runs up or sideways, and fails.
#
#   app > domain > face > http, runtime > model > engine, store > base
#
# Folders of domain/ use each other. Which of them do so both ways stands in tools/mutual-folders.txt: another
# pair fails, and so does one that stands there and does it no longer.
cd "$(dirname "$0")/.." || exit 1

mutual() {
    grep -rhoE '^(#include |\{\{include )"domain/[a-z_]+/' --include='*.[ch]' --include='*.html' \
        -H src/domain | awk -F: '{
            split($1, from, "/")
            split($2, to, "/")
            if (from[3] != to[2])
                uses[from[3] " " to[2]]
        }
        END {
            for (pair in uses) {
                split(pair, of, " ")
                if (of[1] < of[2] && ((of[2] " " of[1]) in uses))
                    print pair
            }
        }' | sort
}

if ! mutual | diff tools/mutual-folders.txt - >/dev/null; then
    mutual | diff tools/mutual-folders.txt - | sed -n \
        -e 's/^> /these folders of domain\/ would include each other: /p' \
        -e 's/^< /no longer mutual, take it out of tools\/mutual-folders.txt: /p'
    exit 1
fi

find src web -name '*.[ch]' -o -name '*.html' | sort | xargs awk '
BEGIN {
    below["base"] = "base"
    below["engine"] = "engine base"
    below["store"] = "store base"
    below["model"] = "model engine store base"
    below["http"] = "http base"
    below["runtime"] = "runtime " below["model"]
    below["face"] = "face web http " below["runtime"]
    below["web"] = below["face"]
    below["domain"] = "domain " below["face"]
    below["app"] = "app " below["domain"]
}
/^ *#include "|^\{\{include "/ {
    split(FILENAME, path, "/")
    floor = path[1] == "src" ? path[2] : path[1]
    match($0, /"[^"]*"/)
    target = substr($0, RSTART + 1, RLENGTH - 2)
    if (!match(target, "/"))
        next # beside the file itself
    split(target, part, "/")
    if (!(floor in below)) {
        print FILENAME ":" FNR ": no such floor: " floor
        bad = 1
    } else if (index(" " below[floor] " ", " " part[1] " ") == 0) {
        print FILENAME ":" FNR ": " floor "/ may not include " target
        bad = 1
    }
}
END { exit bad }'
