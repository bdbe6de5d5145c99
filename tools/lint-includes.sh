#!/bin/sh
# lint-includes.sh: arrows go only downwards. Prints every include that runs up or sideways, and fails.
#
#   app > domain > face > http, runtime > model > engine, store > base
cd "$(dirname "$0")/.." || exit 1

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
