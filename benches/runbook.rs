//! What a runbook costs between the key and the screen: a page of one megabyte,
//! which is ten times the longest that was seen, taken apart and laid out. The
//! aim is less than 50 ms for both; a page of the usual 4 kB is beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use divan::{Bencher, black_box};
use dogwatch::config::FrontMatter;
use dogwatch::domain::runbook::document::Document;
use dogwatch::panes::paper::{Highlight, Links, Manner, rows};
use dogwatch::theme::Theme;

/// In bytes.
const SIZES: [usize; 2] = [4_096, 1_048_576];

fn main() {
    divan::main();
}

/// A page of at least so many bytes, with all that runbooks are made of.
fn page(bytes: usize) -> String {
    let mut page = String::from("---\ntitle: Sample\nowner: api\nalerts: [A, B]\n---\n# Sample\n");
    let mut at = 0;
    while page.len() < bytes {
        at += 1;
        let _ = write!(
            page,
            "\n## Part {at}\n\nThe gateway answers **502** when none of its *upstreams* is ready; see `gateway.log` for\n\
             the reason, which is most often a pod that cannot be scheduled, or a [cache](cache.md#part-{at}) that is cold.\n\n\
             > [!WARNING]\n> Sessions are lost where a node is drained before its pods have moved.\n\n\
             1. Look at the pods of the namespace:\n\n   ```sh\n   # all of them\n   $ kubectl -n <namespace> get pods --selector app=gateway\n   \
             NAME       READY\n   gateway-0  0/1\n   ```\n\n2. Drain the node:\n   - [ ] it is cordoned\n   - [ ] its pods have moved\n\n   ```sh\n   \
             kubectl drain \"$NODE\" --ignore-daemonsets && rm -rf /var/lib/cache\n   ```\n\n\
             | server | state | what to do |\n|---|---|---|\n| gateway-{at} | up | nothing, but look again after an hour |\n\
             | profiles | down | restart it, but not before the queue is empty |\n\n\
             <details><summary>Why</summary>\n\nBecause of *that*.\n\n</details>\n"
        );
    }
    page
}

fn lay(document: &Document, theme: &Theme) -> usize {
    let broken = BTreeMap::new();
    let manner = Manner { width: 100, theme, links: Links::Plain, highlight: Highlight::On, broken: &broken };
    rows(document, &manner).len()
}

#[divan::bench(args = SIZES)]
fn read(bencher: Bencher<'_, '_>, bytes: usize) {
    let page = page(bytes);
    bencher.bench_local(|| Document::read(black_box(&page), &FrontMatter::default()).steps.len());
}

#[divan::bench(args = SIZES)]
fn read_and_lay_out(bencher: Bencher<'_, '_>, bytes: usize) {
    let (page, theme) = (page(bytes), Theme::default());
    bencher.bench_local(|| lay(&Document::read(black_box(&page), &FrontMatter::default()), &theme));
}

#[divan::bench(args = SIZES)]
fn lay_out_again(bencher: Bencher<'_, '_>, bytes: usize) {
    let (document, theme) = (Document::read(&page(bytes), &FrontMatter::default()), Theme::default());
    bencher.bench_local(|| lay(black_box(&document), &theme));
}
