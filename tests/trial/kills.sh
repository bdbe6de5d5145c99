#!/bin/sh
# kill -9 under load, two hundred times: no acknowledged registration lost, log and audit whole.
set -eu
cd "$(dirname "$0")/../.."
TANDEM=${TANDEM:-build/tandem} TANDEM_KILLS=200 node tests/scenarios/crash.mjs
