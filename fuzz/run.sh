#!/bin/sh
# Feeds every reader for so many seconds, beginning with the files of the tests.
#
#     cargo install cargo-fuzz --locked
#     fuzz/run.sh 300            # all of them, one after the other
#     fuzz/run.sh 300 junit any  # these
#
# Needs a nightly toolchain. What is found lies in fuzz/artifacts.
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
[ $# -gt 0 ] || set -- any inspect_archive inspect_document promptfoo_document promptfoo_rows junit deepeval lm_eval_results lm_eval_samples openai jsonl ical

seeds() {
    case $1 in
        inspect_*) echo inspect cut ;;
        promptfoo_*) echo promptfoo ;;
        junit) echo junit pytest promptfoo cut ;;
        deepeval) echo deepeval ;;
        lm_eval_*) echo lm_eval ;;
        openai) echo openai_evals cut ;;
        jsonl) echo generic compare cut ;;
        *) echo . ;;
    esac
}

for target in "$@"; do
    folders=""
    for folder in $(seeds "$target"); do folders="$folders tests/fixtures/evals/$folder"; done
    mkdir -p "fuzz/corpus/$target"
    echo "== $target"
    # shellcheck disable=SC2086
    nice cargo +nightly fuzz run --sanitizer none "$target" "fuzz/corpus/$target" $folders -- \
        -max_total_time="$seconds" -max_len=65536 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 2>&1 |
        grep -E "DONE|SUMMARY|panicked|stat::number_of_executed_units|ERROR|Test unit written|cov:.*(DONE|INITED)" || true
done
