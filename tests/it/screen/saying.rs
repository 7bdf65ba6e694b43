//! Saying of an eval finding that it was meant, or flakes: until when, why, and then it is closed.

use dogwatch::app::saying::{Said, Saying};
use dogwatch::domain::decision::Decision;
use dogwatch::domain::incident::CloseReason;

use super::*;

/// An issue that was filed for an eval finding, with the finding's own row, and an issue that has nothing to do with it.
fn with_a_finding() -> App {
    let signal = IncidentId::new("nightly:f601ecff6466");
    let mut row = titled(incident("api#9", 40, &[]), "evals mcp-tools: 3 cases broke");
    (row.id, row.number, row.source) = (signal.clone(), 0, SourceId::from("nightly"));
    (row.signal, row.suite) = (Some(signal.clone()), Some(Clean::line("mcp-tools")));
    let mut filed = titled(incident("api#4", 30, &["SEV1"]), "evals mcp-tools: 3 cases broke");
    filed.signal = Some(signal);
    with(vec![row, filed, incident("api#5", 20, &["SEV2"])])
}

fn saying(effects: &[Effect]) -> (Saying, Vec<(IncidentId, IncidentId)>) {
    let said = effects.iter().find_map(|effect| match effect {
        Effect::Say { saying, findings } => Some((saying.clone(), findings.clone())),
        _ => None,
    });
    said.unwrap_or_else(|| panic!("nothing is said: {effects:?}"))
}

#[test]
fn an_expected_change_is_asked_for_its_last_day_and_its_reason_and_nothing_is_closed_before_it_is_written_down() {
    let mut app = with_a_finding();
    assert_eq!(selected(&app), "api#4");
    press(&mut app, "=");
    let asked = screen(&mut app, 80, 24);
    assert!(asked.contains("expected until when?") && asked.contains("Sun 2026-12-06"), "{asked}");
    press(&mut app, "2026-12-31<enter>");
    let asked = screen(&mut app, 80, 24);
    assert!(asked.contains("expected until 2026-12-31: why?"), "{asked}");
    let effects = press(&mut app, "new prompt<enter>");
    assert_eq!(decided(&effects), [""; 0]);
    let (saying, findings) = saying(&effects);
    assert_eq!((saying.verdict, saying.reason.as_str()), (CloseReason::Expected, "new prompt"));
    assert_eq!(findings, [(IncidentId::new("api#4"), IncidentId::new("nightly:f601ecff6466"))]);
    assert!(screen(&mut app, 80, 24).contains("! open    nightly:f601ecff6466"));

    let effects = app.update(now(), Fact::Said(Said { saying: saying.clone(), refused: Vec::new() }));
    assert_eq!(decided(&effects), ["expect api#4", "note api#4"]);
    let notes: Vec<&Decision> = recorded(&effects).into_iter().map(|entry| &entry.decision).collect();
    assert_eq!(*notes[1], Decision::Note { text: "Expected until 2026-12-31: new prompt".into() });
    keep(&mut app, &effects);
    assert_eq!(selected(&app), "api#5", "the cursor goes on");
    let told = screen(&mut app, 80, 24);
    assert!(told.contains("ok: expect api#4"), "{told}");

    let undone = press(&mut app, "u");
    assert!(undone.contains(&Effect::Unsay(IncidentId::new("nightly:f601ecff6466"))), "{undone:?}");
}

#[test]
fn what_cannot_be_said_of_a_finding_is_refused_before_anything_is_asked() {
    let signal = IncidentId::new("nightly:f601ecff6466");
    let mut row = titled(incident("api#9", 40, &[]), "evals mcp-tools: runs die");
    (row.id, row.number, row.source) = (signal.clone(), 0, SourceId::from("nightly"));
    (row.signal, row.suite, row.check) =
        (Some(signal.clone()), Some(Clean::line("mcp-tools")), Some(Clean::line("errors")));
    let mut filed = titled(incident("api#4", 30, &["SEV1"]), "evals mcp-tools: runs die");
    filed.signal = Some(signal);
    let mut app = with(vec![row, filed]);
    for (keys, why) in [
        ("=", "a run that dies is not expected"),
        ("~", "only cases can be flaky"),
        ("xexpe<enter>", "a run that dies"),
    ] {
        press(&mut app, keys);
        let screen = screen(&mut app, 80, 24);
        assert!(screen.contains(why) && !screen.contains("until when?"), "{keys}: {screen}");
        assert_eq!(app.dialog(), None);
    }
}

#[test]
fn what_could_not_be_written_down_closes_nothing_and_says_why() {
    let mut app = with_a_finding();
    let effects = press(&mut app, "~<enter>random<enter>");
    let (said, _) = saying(&effects);
    assert_eq!(said.verdict, CloseReason::Flaky);
    let why = Clean::line("that is broken, not flaky");
    let refused = vec![(IncidentId::new("api#4"), why)];
    let effects = app.update(now(), Fact::Said(Said { saying: Saying { ids: Vec::new(), ..said }, refused }));
    assert_eq!(effects, []);
    let screen = screen(&mut app, 80, 24);
    assert!(screen.contains("error: nightly:f601ecff6466 is not flaky: that is broken, not flaky"), "{screen}");
    assert!(screen.contains("! open    nightly:f601ecff6466"), "{screen}");
}

#[test]
fn of_an_eval_finding_a_close_offers_what_can_be_said_of_it_and_of_others_what_always_was() {
    let mut app = with_a_finding();
    press(&mut app, "x");
    let offered = screen(&mut app, 80, 24);
    for word in ["fixed", "expected", "flaky", "invalid", "wontfix", "duplicate"] {
        assert!(offered.contains(word), "{word}: {offered}");
    }
    assert!(!offered.contains("not-planned"), "{offered}");
    let effects = press(&mut app, "fixed<enter>");
    assert_eq!(recorded(&effects)[0].decision, Decision::Close { reason: CloseReason::Fixed });

    let mut app = with_a_finding();
    press(&mut app, "xexpe<enter>");
    assert!(screen(&mut app, 80, 24).contains("expected until when?"), "it needs a last day");
    press(&mut app, "<esc>jx");
    let offered = screen(&mut app, 80, 24);
    assert!(offered.contains("not-planned") && !offered.contains("flaky"), "{offered}");
    press(&mut app, "<esc>=");
    assert!(screen(&mut app, 80, 24).contains("only an eval finding can be called expected"));
}

#[test]
fn neither_a_day_that_is_past_nor_an_empty_reason_is_taken() {
    let mut app = with_a_finding();
    press(&mut app, "=2026-01-01");
    assert!(screen(&mut app, 80, 24).contains("nothing has these words"));
    press(&mut app, "<esc>=<enter><enter>");
    let asked = screen(&mut app, 80, 24);
    assert!(asked.contains("write why"), "{asked}");
    press(&mut app, "<esc>");
    assert_eq!(app.dialog(), None);
}
