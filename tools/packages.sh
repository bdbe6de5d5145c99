#!/bin/sh
# packages.sh SET...: installs the Debian packages of build, test, lint, scan, failover or fuzz that are absent. Without the
# right to install it prints the one line that does it, and stops. Node and npm may come from elsewhere.
set -eu

set_of() {
    case $1 in
    build) echo gcc libc6-dev make pkg-config libmicrohttpd-dev libsqlite3-dev libpq-dev libjansson-dev \
        libsodium-dev libssl-dev libutf8proc-dev libpsl-dev libcurl4-openssl-dev zlib1g-dev libqrencode-dev libfido2-dev libxlsxwriter-dev \
        libcmark-gfm-dev libcmark-gfm-extensions-dev tzdata ca-certificates node: npm: ;;
    test) echo libcmocka-dev postgresql sqlite3 curl jq haproxy nginx clang-format chromium fonts-inter \
        xgettext:gettext java:default-jre-headless ;;
    lint) echo libcmocka-dev clang-format clang-tidy cppcheck ;;
    scan) echo wapiti sqlmap ;;
    failover) echo patroni etcd-server ;;
    fuzz) echo clang ;;
    *)
        echo "packages.sh: no set named $1" >&2
        exit 2
        ;;
    esac
}

# "name" is a package; "command:" or "command:package" is needed only where the command is absent.
missing() {
    for wanted in "$@"; do
        command=${wanted%%:*}
        package=${wanted#*:}
        case $wanted in
        node:) package=nodejs ;;
        npm:) package=npm ;;
        esac
        case $wanted in
        *:*) command -v "$command" >/dev/null 2>&1 || echo "$package" ;;
        *) dpkg-query -W -f='${Status}' "$wanted" 2>/dev/null | grep -q 'ok installed' || echo "$wanted" ;;
        esac
    done
}

wanted=
for name in "$@"; do
    wanted="$wanted $(set_of "$name")"
done

command -v dpkg-query >/dev/null 2>&1 || {
    echo "This is no Debian; make sure that these are there:$wanted" >&2
    exit 0
}
# shellcheck disable=SC2086
absent=$(missing $wanted | sort -u | tr '\n' ' ')
[ -n "$absent" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Some packages are missing. Install them and come back:" >&2
    echo "  sudo apt-get install --no-install-recommends $absent" >&2
    exit 1
fi
echo "Installing: $absent"
export DEBIAN_FRONTEND=noninteractive
apt-get -q update >/dev/null
# shellcheck disable=SC2086
apt-get -q -y install --no-install-recommends $absent >/dev/null
