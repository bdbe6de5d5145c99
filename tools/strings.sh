#!/bin/sh
# strings.sh: collects every text that a person sees and merges it into the languages of po/.
# strings.sh --check: tells which texts lack a translation instead; lines "ok FILE" and "not ok FILE".
# Templates are read as the C that a build made of them (./dev build); #line gives their own lines.
set -eu

pot=build/tandem.pot
files=$(
    find src -name '*.[ch]' | sort
    find src web -name '*.html' | sed 's|^src/||; s|.*|build/gen/&.c|' | sort
)
# shellcheck disable=SC2086
xgettext --language=C --from-code=UTF-8 --keyword --keyword=N_ --keyword=tr:2 --keyword=trn:2,3 --keyword=TR:2 \
    --flag=tr:2:pass-c-format --flag=TR:2:pass-c-format --flag=trn:2:pass-c-format --flag=trn:3:pass-c-format \
    --package-name=tandem --sort-by-file --add-location=file --no-wrap --add-comments=TRANSLATORS \
    -o "$pot" $files
sed -i '/^"POT-Creation-Date:/d' "$pot"

check() { # FILE: every text has a translation there, and nothing is left of a text that is gone
    found=$(msgcmp "$1" "$pot" 2>&1) || true
    [ -n "$found" ] || {
        echo "ok $1"
        return 0
    }
    printf '%s\nnot ok %s (run tools/strings.sh, then translate what is empty)\n' "$found" "$1"
    return 1
}

status=0
for po in po/*.po; do
    if [ "${1:-}" = --check ]; then
        check "$po" || status=1
    else
        msguniq --use-first --no-wrap -o build/one.po "$po" # two branches may have translated the same
        msgmerge --quiet --no-fuzzy-matching --no-wrap --add-location=file -o build/merged.po build/one.po "$pot"
        msgattrib --no-obsolete --no-wrap --add-location=file -o "$po" build/merged.po
        msgfmt --check-format --statistics -o /dev/null "$po"
    fi
done
exit $status
