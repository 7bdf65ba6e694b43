//! The cases that were agreed on, each with its reason.

use dogwatch::domain::drift::{Bump, bump};

use super::{drift, fixture, lines};

#[test]
fn every_agreed_case_is_told_in_exactly_these_words() {
    let file = fixture("drift_cases.json");
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 52, "only {} cases", cases.len());
    for case in cases {
        let found = drift(&case["old"], &case["new"]);
        let wanted: Vec<String> = case["expected"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| ["tool", "path", "change", "impact"].map(|field| one[field].as_str().unwrap()).join(" "))
            .collect();
        assert_eq!(lines(&found), wanted, "{}: {}", case["name"], case["why"]);
        assert_eq!(bump(&found).word(), case["bump"].as_str().unwrap(), "{}", case["name"]);
    }
}

#[test]
fn a_graver_change_asks_for_a_greater_step() {
    assert!(Bump::None < Bump::Patch && Bump::Patch < Bump::Minor && Bump::Minor < Bump::Major);
    assert_eq!(bump(&[]), Bump::None);
}
