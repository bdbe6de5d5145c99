#!/bin/sh
# A pair of PostgreSQL servers, the second one fed synchronously; under load the first one dies, the second one takes over:
# no acknowledged registration is lost, log and audit whole. By hand, as Patroni does it by itself.
set -eu
cd "$(dirname "$0")/../.."
TANDEM=${TANDEM:-build/tandem} exec node tests/trial/failover.mjs
