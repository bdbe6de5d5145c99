#!/bin/sh
# lint.sh [--quick | --deep]: prints "ok NAME" or "not ok NAME" with what was found.
#
#   --quick  format, include direction, raw output, inline code, tests of threats, links of documents, words
#            of the glossary (what the tests run)
#            without an argument also clang-tidy and cppcheck
#   --deep   also gcc's analyzer without and with optimisation, and unit tests and the server under the thread
#            sanitizer
# Banned calls are compile errors already (src/base/banned.h).
set -u
cd "$(dirname "$0")/.."

mode=${1:-}
failed=0

check() { # NAME COMMAND...: no output and status 0 is good
    name=$1
    shift
    if found=$("$@" 2>&1) && [ -z "$found" ]; then
        echo "ok $name"
    else
        printf 'not ok %s\n%s\n' "$name" "$found"
        failed=1
    fi
}

sources() {
    find src tests tools -name '*.[ch]' | sort
}

format() {
    sources | xargs clang-format --dry-run -Werror
}

# Output that is not escaped: every place must stand in tools/raw-allowed.txt.
raw_output() {
    grep -rno --include='*.html' '{{raw [^}]*}}' src web | sed 's/:[0-9]*:/: /' | sort -u |
        grep -vxFf tools/raw-allowed.txt
    grep -rn --include='*.c' 'html_raw(' src | grep -v '^src/face/html\.c:'
    return 0
}

# The Content-Security-Policy forbids it, and a page would break only where somebody looks.
inline_code() {
    grep -rnE --include='*.html' ' style=|<style|<script>| on[a-z]+="' src web
    grep -nE '\beval\(|new Function|innerHTML|\.style\b' web/static/js/*.js
    return 0
}

# A threat without a test that exists is a claim.
threats() {
    node tools/lint-threats.mjs
}

# A term of the field has one German word.
glossary() {
    node tools/lint-glossary.mjs
}

# Links and pictures of the documents whose file is not there.
doc_links() {
    for page in README.md CONTRIBUTING.md $(find docs -name '*.md' | sort); do
        grep -oE '\]\([^)#[:space:]]+' "$page" | cut -c3- | grep -vE '^(https?|mailto):' | while read -r target; do
            [ -e "$(dirname "$page")/$target" ] || echo "$page: $target"
        done
    done
    return 0
}

cflags() {
    make -s print-cflags "$@"
}

tidy() {
    # shellcheck disable=SC2046
    find src -name '*.c' | sort | xargs -n 8 -P "$(nproc)" sh -c \
        'flags=$0; clang-tidy --quiet "$@" -- $flags 2>/dev/null' "$(cflags)"
}

checkcpp() {
    cppcheck -q -j "$(nproc)" --std=c11 --enable=warning,performance,portability --inline-suppr \
        --suppressions-list=tools/cppcheck.txt --error-exitcode=1 -Isrc -Ibuild/gen -D_GNU_SOURCE src
}

analyze() { # -O0 | -O2
    find src -name '*.c' | sort | xargs -P "$(nproc)" -I{} sh -c \
        'gcc $0 "$1" -fanalyzer -c -o /dev/null "$2" 2>&1' "$(cflags)" "$1" {}
}

# What the thread sanitizer says of the unit tests, and of the server under scenarios, on both databases.
threads() {
    make -s -j "$(nproc)" VARIANT=tsan all test-bin || return 1
    work=$(mktemp -d "${TMPDIR:-/tmp}/tandem-lint.XXXXXX")
    chmod 755 "$work"
    TANDEM_TEST_PG=$(tests/pg.sh start "$work/pg") || return 1
    export TANDEM_TEST_PG CMOCKA_MESSAGE_OUTPUT=TAP
    export TANDEM=build/tsan/tandem TSAN_OPTIONS="second_deadlock_stack=1 log_path=$work/report"
    for test in build/tsan/tests/*; do
        [ -x "$test" ] && [ ! -d "$test" ] || continue
        "$test" >"$work/out" 2>&1 || cat "$work/out"
    done
    for scenario in story people rivals input browser outage disk crash; do
        node "tests/scenarios/$scenario.mjs" >"$work/out" 2>&1 || cat "$work/out"
    done
    cat "$work"/report* 2>/dev/null
    tests/pg.sh stop "$work/pg"
    rm -r "$work"
}

check "lint: clang-format" format
check "lint: includes go downwards" tools/lint-includes.sh
check "lint: raw output is allowed" raw_output
check "lint: no inline code" inline_code
check "lint: threats name their tests" threats
check "lint: links of documents" doc_links
check "lint: German by the glossary" glossary
[ "$mode" = --quick ] && exit "$failed"

tools/packages.sh build lint test || exit 1
make -s -j "$(nproc)" || exit 1
check "lint: clang-tidy" tidy
check "lint: cppcheck" checkcpp
[ "$mode" = --deep ] || exit "$failed"

check "lint: gcc -fanalyzer -O0" analyze -O0
check "lint: gcc -fanalyzer -O2" analyze -O2
check "lint: threads" threads
exit "$failed"
