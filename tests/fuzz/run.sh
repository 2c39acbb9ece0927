#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh SECONDS [NAME…]: builds the fuzzers with clang, ASan and UBSan into build-fuzz/ and runs each
# (or those named) for so long. What they find stays in build-fuzz/found/; what they learn, in
# build-fuzz/seeds/, is begun with next time.
set -eu
cd "$(dirname "$0")/../.."
seconds=$1
shift
mkdir -p build-fuzz/found build-fuzz/seeds
if [ ! -e build-fuzz/Makefile ]; then
    (cd build-fuzz && ../configure -q CC=clang CFLAGS='-g -O1 -fsanitize=fuzzer-no-link' \
        --enable-asan --enable-werror)
fi
make -s -C build-fuzz fuzzers

examples() { # what NAME begins with
    case $1 in
        decode) find tests/data data/demo/bounces -type f -size -64k ! -name '*.tsv' ! -name 'README*' ;;
        mbox) find tests/data/servers/messages -type f -size -8k ;;
        csv) echo data/demo/contacts.csv ;;
        *) [ ! -e "tests/fuzz/$1.txt" ] || echo "tests/fuzz/$1.txt" ;;
    esac
}

failed=0
[ $# -gt 0 ] || set -- address config csv date decode jsonl mbox query vcard
for name in "$@"; do
    mkdir -p "build-fuzz/seeds/$name"
    if [ -z "$(ls "build-fuzz/seeds/$name")" ]; then
        examples "$name" | while read -r file; do
            case $name in
                decode | csv | vcard) cp "$file" "build-fuzz/seeds/$name/" ;;
                mbox) { printf 'From a@b Mon Nov 23 10:00:00 2026\n'; cat "$file"; echo; } \
                    >"build-fuzz/seeds/$name/${file##*/}" ;;
                *) split -l 1 -a 3 "$file" "build-fuzz/seeds/$name/line-" ;;
            esac
        done
    fi
    dictionary=
    [ ! -e "tests/fuzz/$name.dict" ] || dictionary=-dict=tests/fuzz/$name.dict
    printf '%-8s ' "$name"
    if "build-fuzz/tests/fuzz/$name" -max_total_time="$seconds" -max_len=65536 -timeout=5 \
        -rss_limit_mb=1024 -artifact_prefix="build-fuzz/found/$name-" $dictionary \
        "build-fuzz/seeds/$name" >"build-fuzz/$name.log" 2>&1; then
        tail -n 1 "build-fuzz/$name.log"
    else
        failed=1
        printf 'FAILED\n'
        grep -E 'ERROR|SUMMARY|runtime error|Test unit written' "build-fuzz/$name.log" || tail "build-fuzz/$name.log"
    fi
done
exit $failed
