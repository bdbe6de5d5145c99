#!/bin/sh
# Two PostgreSQL servers under Patroni, the second fed synchronously. Under load the leader dies, the other takes over, the
# dead one comes back, they change places as planned, the leader's Patroni dies alone, the standby dies: no acknowledged
# registration is lost, log and audit whole, and the server goes on by itself.
set -eu
cd "$(dirname "$0")/../.."
tools/packages.sh test failover
TANDEM=${TANDEM:-build/tandem} exec node tests/trial/failover.mjs
