//! What happens meanwhile, and when it is said.

use dogwatch::app::event::{Fact, Level};
use dogwatch::domain::id::SourceId;
use dogwatch::domain::incident::{Ack, CloseReason, Incident, Status};
use dogwatch::domain::source::SourceHealth;
use dogwatch::domain::text::Clean;

use super::Talk;
use crate::screen::{blank, incident, now};

fn acked(id: &str, by: &str) -> Incident {
    let mut acked = incident(id, 30, &["SEV2", "ack"]);
    acked.ack = Some(Ack { by: Some(Clean::line(by)), at: Some(now()) });
    acked.updated_at = now();
    acked
}

#[test]
fn what_happens_is_said_after_the_next_line_and_never_before() {
    let mut talk = Talk::shift();
    assert!(talk.changed(vec![incident("api#9", 0, &["SEV1"])]).is_empty());
    assert!(talk.changed(vec![acked("api#2", "ben")]).is_empty());
    let said = talk.says("");
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(said[0].starts_with("Meanwhile: new, SEV1, needs you now, api#9, \"title of 9\", open"), "{said:#?}");
    assert!(said[1].starts_with("Meanwhile: acked by ben, SEV2, acked, api#2, \"title of 2\""), "{said:#?}");
    assert!(talk.says("").is_empty(), "it is said once");
}

#[test]
fn what_is_closed_elsewhere_or_overdue_by_now_is_said() {
    let mut talk = Talk::shift();
    let mut closed = incident("api#3", 300, &["SEV2"]);
    closed.status = Status::Closed { at: Some(now()), reason: CloseReason::Completed };
    closed.updated_at = now();
    talk.changed(vec![closed]);
    let said = talk.hears("");
    assert!(said.starts_with("Meanwhile: closed, SEV2, closed, api#3,"), "{said}");
    talk.dialogue.fact(now() + chrono::TimeDelta::days(20), Fact::Ticked);
    let effects = talk.dialogue.line(now() + chrono::TimeDelta::days(20), "events");
    talk.perform(effects);
    let said = talk.dialogue.take_lines();
    assert!(said.iter().any(|line| line.starts_with("Meanwhile: overdue now, SEV3,")), "{said:#?}");
}

#[test]
fn ones_own_decisions_are_no_news() {
    let mut talk = Talk::shift();
    talk.says("list");
    assert_eq!(talk.says("ack 1").len(), 1);
    assert!(talk.says("").is_empty());
    talk.says("undo");
    assert!(talk.says("").is_empty());
}

#[test]
fn of_much_that_happened_the_number_is_said_and_what_is_gravest() {
    let mut talk = Talk::shift();
    let storm: Vec<Incident> = (20..32).map(|number| incident(&format!("api#{number}"), 0, &["SEV2"])).collect();
    talk.changed(storm);
    talk.changed(vec![incident("api#40", 0, &["SEV1"])]);
    let said = talk.says("");
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(said[0].starts_with("Meanwhile: new, SEV1, needs you now, api#40,"), "{said:#?}");
    assert_eq!(said[1], "12 more things happened; say events to hear them.");
    let all = talk.says("events");
    assert_eq!(all.len(), 12, "{all:#?}");
    assert_eq!(talk.hears("events"), "Nothing happened that was not said.");
}

#[test]
fn a_storm_is_bounded() {
    let mut talk = Talk::shift();
    let storm: Vec<Incident> = (100..1000).map(|number| incident(&format!("api#{number}"), 0, &["SEV2"])).collect();
    talk.changed(storm);
    assert_eq!(talk.hears(""), "900 things happened; say events to hear them.");
    let said = talk.says("events");
    assert_eq!(said[0], "700 older ones are not kept any more.");
    assert_eq!(said.last().unwrap(), "176 more lines; say more to hear them.");
}

#[test]
fn live_says_it_at_once_until_it_is_turned_off() {
    let mut talk = Talk::shift();
    talk.says("live on");
    let said = talk.changed(vec![acked("api#2", "ben")]);
    assert!(said[0].starts_with("Meanwhile: acked by ben, SEV2, acked, api#2"), "{said:#?}");
    talk.says("live off");
    assert!(talk.changed(vec![incident("api#9", 0, &["SEV1"])]).is_empty());
    assert!(talk.hears("live").starts_with("Not done: say live on, or live off"));
}

#[test]
fn a_source_that_fails_is_said_and_nothing_known_is_not_called_quiet() {
    let mut talk = Talk::shift();
    let health = SourceHealth::never(SourceId::from("api"), "github");
    let failed = SourceHealth { error: Some(Clean::line("no answer")), fetched_at: Some(now()), ..health.clone() };
    talk.happens(Fact::FetchEnded(failed));
    assert_eq!(talk.hears(""), "Meanwhile: api not reached: no answer.");
    let list = talk.says("list");
    assert_eq!(list[0], "Beware: api was not reached, \"no answer\", known as of less than a minute ago.");

    let mut app = blank();
    app.update(now(), Fact::Loaded { incidents: Vec::new(), entries: Vec::new(), sources: vec![health] });
    let said = Talk::of(app).hears("list");
    assert_eq!(said, "Beware: api was never read.\nNothing is known of any incident; that is not the same as quiet.");
}

#[test]
fn the_first_reading_of_a_source_is_one_thing() {
    let mut app = blank();
    let never = SourceHealth::never(SourceId::from("api"), "github");
    app.update(now(), Fact::Loaded { incidents: Vec::new(), entries: Vec::new(), sources: vec![never.clone()] });
    let mut talk = Talk::of(app);
    talk.dialogue.line(now(), "refresh");
    assert!(talk.dialogue.is_waiting());
    talk.dialogue.take_lines();
    talk.changed((1..9).map(|number| incident(&format!("api#{number}"), 9, &["SEV2"])).collect());
    let said = talk.happens(Fact::FetchEnded(SourceHealth { fetched_at: Some(now()), ..never }));
    assert_eq!(said, ["All sources have answered.", "api was read for the first time: 8 open incidents."]);
}

#[test]
fn private_mode_hides_names_in_all_that_is_said() {
    let mut talk = Talk::shift();
    talk.says("list");
    talk.says("assign 1 ben");
    talk.says("private on");
    let mut said = talk.says("list");
    talk.changed(vec![acked("api#2", "ben")]);
    said.extend(talk.says("where"));
    said.extend(talk.says("show 1"));
    for line in &said {
        let words = line.split(|c: char| !c.is_alphanumeric());
        assert!(!words.into_iter().any(|word| word == "ben" || word == "ana"), "{line}");
    }
    assert!(said.iter().any(|line| line.contains("Private mode is on")), "{said:#?}");
    talk.says("private off");
    assert!(talk.hears("list").contains("ben has it"));
}

#[test]
fn what_the_team_file_asks_for_is_said_and_allowed_after_a_yes_only() {
    use dogwatch::app::event::Effect;
    let mut talk = Talk::shift();
    let said = talk.happens(Fact::TrustWanted(vec![Clean::line("run `x`")]));
    assert_eq!(said, ["The team file asks for 1 thing that nobody has allowed; say trust to hear them."]);
    let said = talk.says("trust");
    assert_eq!(said, ["It wants to run `x`.", "Allow 1 thing, now and until that changes? Say yes or no."]);
    let effects = talk.dialogue.line(now(), "yes");
    assert!(effects.contains(&Effect::Trust));
    let told = Fact::Told { level: Level::Done, text: Clean::line("the team file is trusted") };
    assert_eq!(talk.happens(told), ["Done: the team file is trusted."]);
}

#[test]
fn the_last_words_say_what_is_unsent() {
    let mut talk = Talk::shift();
    talk.says("list");
    talk.says("ack 1");
    talk.says("quit");
    assert!(talk.dialogue.is_over());
    talk.dialogue.end();
    assert_eq!(talk.dialogue.take_lines(), ["1 decision is unsent. Bye."]);
}
