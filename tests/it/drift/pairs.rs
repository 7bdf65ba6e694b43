//! Lists of real servers.

use std::collections::BTreeMap;

use dogwatch::domain::drift::{Bump, Drift, Tools, bump, compare};

use super::fixture;

fn list(name: &str) -> Tools {
    Tools::read(&fixture(&format!("tools/{name}.json"))).unwrap()
}

fn times(drift: &[Drift]) -> BTreeMap<&'static str, usize> {
    let mut times = BTreeMap::new();
    for one in drift {
        *times.entry(one.change.word()).or_default() += 1;
    }
    times
}

#[test]
fn a_server_says_the_same_in_both_eras() {
    let (modern, legacy) = (list("fastmcp_modern"), list("fastmcp_legacy"));
    assert_eq!(compare(&modern, &legacy), Vec::new());
    assert_eq!(modern.hash(), legacy.hash());
}

#[test]
fn a_gateway_that_renames_every_tool_breaks_every_caller() {
    let drift = compare(&list("fastmcp_modern"), &list("contextforge_fronting_fastmcp"));
    assert_eq!((times(&drift), bump(&drift)), (BTreeMap::from([("tool-renamed", 5)]), Bump::Major));
}

#[test]
fn nine_of_ten_tools_of_the_everything_server_got_other_names() {
    let drift = compare(&list("server-everything_2025.9.25"), &list("server-everything_2026.1.26"));
    let times = times(&drift);
    assert_eq!((times["tool-renamed"], times["tool-removed"], times["tool-added"]), (3, 6, 9));
    let also = drift.iter().filter(|one| one.tool == "getTinyImage").map(|one| one.change.word());
    assert_eq!(also.collect::<Vec<_>>(), ["description-changed", "additional-opened", "tool-renamed", "title-changed"]);
}

#[test]
fn a_minor_release_of_the_devops_server_broke_its_callers() {
    let drift = compare(&list("azure-devops-mcp_2.7.0"), &list("azure-devops-mcp_2.9.0"));
    let times = times(&drift);
    assert_eq!((times["tool-removed"], times["tool-renamed"], times["tool-added"]), (78, 1, 28));
    assert_eq!(times["input-now-required"], 1);
}
