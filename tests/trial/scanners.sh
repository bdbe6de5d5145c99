#!/bin/sh
# What scanners find that know how programs usually fail: wapiti over the pages, signed in and as a stranger, and sqlmap over
# every kind of request that wapiti made and over REST. Nothing may be found, and no request may be answered 5xx.
#   SCAN_SECONDS=30 SCAN_PAGES='lead|/r/' tests/trial/scanners.sh seller stranger    some pages, some people
set -eu
cd "$(dirname "$0")/../.."
tools/packages.sh scan
TANDEM=${TANDEM:-build/tandem} exec node tests/trial/scanners.mjs "$@"
