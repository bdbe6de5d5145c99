#!/bin/sh
# strings.sh: collects every text that a person sees into po/tandem.pot and merges it into the languages.
# Templates are read as the C that was made of them (run after a build); #line gives their own lines.
set -eu

mkdir -p po
files=$(find src build/gen -name '*.c' ! -name assets.c ! -name messages.c ! -name migrations.c ! -path '*/tests/*' | sort)
# shellcheck disable=SC2086
xgettext --language=C --from-code=UTF-8 --keyword --keyword=N_ --keyword=tr:2 --keyword=trn:2,3 \
    --flag=tr:2:pass-c-format --flag=trn:2:pass-c-format --flag=trn:3:pass-c-format \
    --package-name=tandem --sort-by-file --no-wrap --add-comments=i18n \
    -o po/tandem.pot $files
sed -i '/^"POT-Creation-Date:/d' po/tandem.pot
for po in po/*.po; do
    [ -f "$po" ] || continue
    msgmerge --quiet --update --no-fuzzy-matching --no-wrap --backup=none "$po" po/tandem.pot
    msgfmt --check --statistics -o /dev/null "$po"
done
