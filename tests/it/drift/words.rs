//! What is said beside the comparison: lint, versions, promises, instructions.

use chrono::NaiveDate;
use dogwatch::config::Deprecation;
use dogwatch::domain::drift::{
    Bump, Change, Impact, NotTools, Promise, Tools, instructions_drift, lint, promises, version_gap,
};
use serde_json::{Value, json};

use super::{drift, fixture, lines, tool};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn said(tools: &[Value]) -> Vec<String> {
    lint(tools).iter().map(ToString::to_string).collect()
}

#[test]
fn every_word_is_the_same_on_screen_and_on_disk() {
    for change in Change::ALL {
        assert_eq!(serde_json::to_value(change).unwrap(), change.word());
    }
    for impact in Impact::ALL {
        assert_eq!(serde_json::to_value(impact).unwrap(), impact.word());
    }
}

#[test]
fn a_list_is_read_from_the_result_and_from_the_whole_reply() {
    let result = json!({"tools": [{"name": "a"}, {"name": "a", "description": "second"}, {"name": "b"}]});
    let tools = Tools::read(&result).unwrap();
    assert_eq!((tools.len(), tools.iter().map(|(name, _)| name).collect::<String>()), (2, "ab".to_owned()));
    let reply = Tools::read(&json!({"jsonrpc": "2.0", "id": 1, "result": result})).unwrap();
    assert_eq!(reply.hash(), tools.hash());
    for (wrong, why) in [
        (json!([]), NotTools::NoList),
        (json!({"tools": {}}), NotTools::NoList),
        (json!({"error": {"code": -32603, "message": "Not connected"}}), NotTools::Refusal("Not connected".to_owned())),
        (json!({"tools": [{"name": "a"}, 7]}), NotTools::NoObject(2)),
        (json!({"tools": [{"name": ""}]}), NotTools::Nameless(1)),
    ] {
        assert_eq!(Tools::read(&wrong).unwrap_err(), why);
    }
    let live = [json!({"name": "a"}), json!({"title": "no name"}), json!(3)];
    assert_eq!(Tools::of(&live).len(), 1);
    assert_eq!(said(&live)[1], "left out, for want of a name: 2");
}

#[test]
fn two_candidates_for_one_name_are_no_rename() {
    let named = |names: &[&str]| -> Value {
        names.iter().map(|name| json!({"name": name, "description": "Same."})).collect::<Vec<_>>().into()
    };
    assert_eq!(
        lines(&drift(&named(&["a_b"]), &named(&["aB", "A-B"]))),
        ["A-B  tool-added compatible", "aB  tool-added compatible", "a_b  tool-removed breaking"]
    );
    assert_eq!(
        lines(&drift(&named(&["get_x", "old"]), &named(&["getX", "new"]))),
        ["get_x /name tool-renamed breaking", "old /name tool-renamed breaking"]
    );
    let silent = |name: &str| json!([{"name": name, "inputSchema": {"type": "object"}}]);
    assert_eq!(
        lines(&drift(&silent("old"), &silent("new"))),
        ["new  tool-added compatible", "old  tool-removed breaking"]
    );
}

#[test]
fn hints_count_as_what_is_assumed_without_them() {
    let hints = |hints: Value| tool("annotations", &hints);
    let found = |old: Value, new: Value| lines(&drift(&hints(old), &hints(new)));
    assert_eq!(found(json!({}), json!({"readOnlyHint": false, "openWorldHint": true})), Vec::<String>::new());
    assert_eq!(
        found(json!({"openWorldHint": false, "idempotentHint": true}), json!({"destructiveHint": true, "title": "T"})),
        [
            "t /annotations/idempotentHint annotation-riskier wording",
            "t /annotations/openWorldHint annotation-riskier wording",
            "t /annotations/title title-changed wording"
        ]
    );
    assert_eq!(
        found(json!({"destructiveHint": false}), json!({"readOnlyHint": true})),
        ["t /annotations/readOnlyHint annotation-safer wording"]
    );
}

#[test]
fn a_lost_way_of_calling_breaks_and_a_gained_one_does_not() {
    let support = |word: &str| tool("execution", &json!({"taskSupport": word}));
    let found = |old: &str, new: &str| lines(&drift(&support(old), &support(new)));
    let (narrowed, widened) = (
        ["t /execution/taskSupport task-support-narrowed breaking"],
        ["t /execution/taskSupport task-support-widened compatible"],
    );
    assert_eq!(found("optional", "required"), narrowed);
    assert_eq!(found("required", "forbidden"), narrowed);
    assert_eq!(found("optional", "forbidden"), narrowed);
    assert_eq!(found("required", "optional"), widened);
    assert_eq!(found("forbidden", "optional"), widened);
}

#[test]
fn instructions_are_wording() {
    assert_eq!(instructions_drift(None, Some("")), None);
    assert_eq!(instructions_drift(Some("a"), Some("a")), None);
    let drift = instructions_drift(Some("a"), None).unwrap();
    assert_eq!(lines(&[drift]), [" /instructions instructions-changed wording"]);
}

#[test]
fn lint_names_what_agents_stumble_over() {
    let filesystem = fixture("tools/server-filesystem_2025.8.21.json");
    let said_of_it = said(filesystem["tools"].as_array().unwrap());
    // Of its 14 tools one really takes no parameters, and says so.
    assert_eq!(said_of_it.len(), 1);
    assert!(
        said_of_it[0].starts_with("13 tools: inputSchema is empty, so agents see no parameters ("),
        "{said_of_it:?}"
    );

    let fine = json!({"type": "object"});
    let list = [
        json!({"name": "a", "inputSchema": fine, "description": "Warns ⚠️, counts 1️⃣, sends 👩‍💻.\nNext line."}),
        json!({"name": "a", "inputSchema": fine}),
        json!({"name": "b", "inputSchema": {"type": "object", "properties": {"x": {"description": "Do\u{200B} it"}}}}),
        json!({"name": "c", "inputSchema": {"properties": {}}}),
    ];
    assert_eq!(
        said(&list),
        [
            "a: there more than once; the first counts",
            "c: inputSchema is not of type object",
            "b: invisible character U+200B at /inputSchema/properties/x/description",
        ]
    );
    let many: Vec<Value> = (0..101).map(|at| json!({"name": format!("t{at}"), "inputSchema": fine})).collect();
    assert_eq!(said(&many), ["101 tools; agents choose badly among more than 100"]);
    assert_eq!(said(&many[..100]), Vec::<String>::new());
}

#[test]
fn a_version_has_to_move_as_far_as_the_tools_did() {
    for (old, new, wanted, moved) in [
        ("2.7.0", "2.9.0", Bump::Major, Some(Bump::Minor)),
        ("2.7.0", "3.0.0-rc.1", Bump::Major, None),
        ("1.0.0", "1.0.1", Bump::Minor, Some(Bump::Patch)),
        ("1.0.0", "1.0.1", Bump::Patch, None),
        ("0.3.0", "0.4.0", Bump::Major, None),
        ("0.3.0", "0.3.1", Bump::Major, Some(Bump::Patch)),
        ("v1.0.0", "v1.1.0", Bump::Minor, None),
        ("1.0.0", "1.0.0", Bump::Patch, Some(Bump::None)),
        ("1.0.0", "1.0.0", Bump::None, None),
        ("2026-11", "2026-12", Bump::Major, None),
        ("nightly", "nightly", Bump::Minor, Some(Bump::None)),
    ] {
        assert_eq!(version_gap(old, new, wanted).map(|gap| gap.moved), moved, "{old} → {new}, {wanted:?}");
    }
}

#[test]
fn a_promise_to_callers_is_held_against_what_is_served() {
    let entry = |tool: &str, remove_on: Option<&str>| Deprecation {
        tool: tool.to_owned(),
        since: day("2026-10-01"),
        min_window: None,
        remove_on: remove_on.map(day),
        replacement: None,
        owner: None,
    };
    let ledger = [
        entry("gone-early", Some("2026-12-01")),
        entry("gone-in-time", Some("2026-11-20")),
        entry("gone-undated", None),
        entry("late", Some("2026-11-19")),
        entry("last-day", Some("2026-11-20")),
        entry("silent", Some("2027-01-01")),
    ];
    let text = |name: &str, text: &str| json!({"name": name, "description": text});
    let live = [
        text("late", "Deprecated."),
        text("last-day", "Deprecated."),
        text("silent", "Does things."),
        text("unwritten", "Deprecated: gone by 2027-01-31."),
        text("unwritten-too", "DEPRECATED, removed after January 31st, 2027."),
        text("vague", "Deprecated."),
        text("fine", "Finds undeprecated things."),
    ];
    let told: Vec<(String, Promise)> =
        promises(&ledger, day("2026-11-20"), &live).into_iter().map(|one| (one.tool, one.promise)).collect();
    let by_text = |date| Promise::NotInLedger { remove_on: date };
    let wanted = [
        ("gone-early", Promise::Broken { remove_on: day("2026-12-01") }),
        ("gone-in-time", Promise::Kept { remove_on: day("2026-11-20") }),
        ("late", Promise::Overdue { remove_on: day("2026-11-19") }),
        ("silent", Promise::NotAnnounced),
        ("unwritten", by_text(Some(day("2027-01-31")))),
        ("unwritten-too", by_text(Some(day("2027-01-31")))),
        ("vague", by_text(None)),
    ];
    assert_eq!(told, wanted.map(|(tool, promise)| (tool.to_owned(), promise)));
}
