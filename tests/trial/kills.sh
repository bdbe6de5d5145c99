#!/bin/sh
# kill -9 under load, two hundred times, and fifty on PostgreSQL: no acknowledged registration lost, log and audit whole.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d "${TMPDIR:-/tmp}/tandem-trial.XXXXXX")
chmod 755 "$work"
trap 'tests/pg.sh stop "$work/pg"; rm -rf "$work"' EXIT
TANDEM_TEST_PG=$(tests/pg.sh start "$work/pg")
export TANDEM_TEST_PG
TANDEM=${TANDEM:-build/tandem} TANDEM_KILLS=200 node tests/scenarios/crash.mjs
