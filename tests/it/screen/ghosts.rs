//! A row that vanishes under the cursor stays as a ghost until the cursor moves.

use super::*;
use dogwatch::domain::incident::{Ack, CloseReason, Status};

fn closed(mut incident: Incident) -> Incident {
    incident.status = Status::Closed { at: Some(now()), reason: CloseReason::NotPlanned };
    incident
}

fn acked_by_ben(mut incident: Incident) -> Incident {
    incident.ack = Some(Ack { by: Some(Clean::line("ben")), at: Some(now()) });
    incident.labels.push(Clean::line("acked"));
    incident
}

#[test]
fn a_row_that_another_closed_stays_as_a_ghost_and_the_key_acts_on_it() {
    let mut app = shift();
    press(&mut app, "j");
    changed(&mut app, vec![closed(incident("api#3", 300, &["SEV2"]))]);
    let shown = screen(&mut app, 80, 24);
    let line = shown.lines().nth(3).unwrap();
    assert_eq!(line, ">  (closed: not-planned) api#3 title of 3", "{shown}");
    assert_eq!(press(&mut app, "a"), []);
    assert!(screen(&mut app, 80, 24).contains("api#3: it is closed; reopen it first"));
    press(&mut app, "j");
    assert_eq!(selected(&app), "api#2");
    assert!(!screen(&mut app, 80, 24).contains("api#3 title"), "the ghost goes with the cursor");
}

#[test]
fn a_ghost_is_left_upwards_too() {
    let mut app = shift();
    press(&mut app, "j");
    changed(&mut app, vec![closed(incident("api#3", 300, &["SEV2"]))]);
    press(&mut app, "k");
    assert_eq!(selected(&app), "api#1");
}

#[test]
fn a_row_that_another_acked_says_who_and_nothing_jumps() {
    let mut app = shift();
    press(&mut app, "j");
    changed(&mut app, vec![acked_by_ben(incident("api#3", 300, &["SEV2"]))]);
    let shown = screen(&mut app, 80, 24);
    assert_eq!(shown.lines().nth(3).unwrap(), ">  (moved to acked by ben) api#3 title of 3", "{shown}");
    assert!(shown.contains("+ acked   api#3"), "{shown}");
    press(&mut app, "a");
    assert!(screen(&mut app, 80, 24).contains("api#3: already acked by ben"));
}

#[test]
fn a_ghost_becomes_a_row_again_when_its_incident_comes_back() {
    let mut app = shift();
    let row = incident("api#1", 30, &["SEV1"]);
    changed(&mut app, vec![closed(row.clone())]);
    assert!(screen(&mut app, 80, 24).contains("(closed: not-planned)"));
    changed(&mut app, vec![row]);
    assert!(line_with(&mut app, "api#1 ").starts_with(">  SEV1 ! open"));
}

#[test]
fn news_never_moves_the_cursor_to_another_incident() {
    let mut app = shift();
    press(&mut app, "jj");
    let newer: Vec<Incident> = (10..30).map(|n| incident(&format!("api#{n}"), 600, &["SEV1"])).collect();
    changed(&mut app, newer);
    assert_eq!(selected(&app), "api#2");
    assert_eq!(decided(&press(&mut app, "a")), ["ack api#2"]);
}

#[test]
fn a_scrolled_list_keeps_the_cursor_on_its_line_when_rows_come_in_above() {
    let mut app = with((1..100).map(|n| incident(&format!("api#{n}"), 200 - n, &["SEV2"])).collect());
    press(&mut app, "GKkkk");
    let line_of = |app: &mut App| screen(app, 80, 24).lines().position(|line| line.starts_with('>')).unwrap();
    let before = line_of(&mut app);
    changed(&mut app, (200..210).map(|n| incident(&format!("api#{n}"), 900, &["SEV1"])).collect());
    assert_eq!(line_of(&mut app), before);
    assert_eq!(selected(&app), "api#96");
}

#[test]
fn what_is_graver_comes_into_sight_while_the_top_of_the_list_is() {
    let mut app = shift();
    changed(&mut app, vec![incident("api#9", 600, &["SEV1"])]);
    let shown = screen(&mut app, 80, 24);
    assert!(shown.lines().nth(2).unwrap().starts_with("   SEV1 ! open    api#9"), "{shown}");
    assert_eq!(selected(&app), "api#1");
}

#[test]
fn the_last_row_of_all_stays_as_a_ghost_after_ones_own_close() {
    let mut app = with(vec![incident("api#1", 30, &["SEV1"])]);
    press(&mut app, "x<enter>");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("nothing needs you") && shown.contains("(closed: completed) api#1"), "{shown}");
    assert_eq!(decided(&press(&mut app, "X")), ["reopen api#1"]);
}

#[test]
fn an_incident_that_the_tracker_lost_says_so() {
    let mut app = shift();
    let mut lost = incident("api#1", 30, &["SEV1"]);
    lost.gone = Some(Clean::line("deleted on the tracker"));
    changed(&mut app, vec![lost]);
    assert!(screen(&mut app, 80, 24).contains("(gone: deleted on the tracker) api#1"));
}

#[test]
fn a_note_goes_to_the_incident_it_was_begun_for() {
    let mut app = shift();
    press(&mut app, "cseen");
    changed(&mut app, vec![acked_by_ben(incident("api#1", 30, &["SEV1"]))]);
    assert_eq!(decided(&press(&mut app, "<ctrl-d>")), ["note api#1"]);
}

#[test]
fn a_filter_never_leaves_a_ghost_behind_but_news_do() {
    let mut app = shift();
    press(&mut app, "/is:unassigned<enter>");
    let mut taken = incident("api#1", 30, &["SEV1"]);
    taken.assignees = vec![Clean::line("ben")];
    changed(&mut app, vec![taken]);
    assert!(screen(&mut app, 80, 24).contains("(no longer in this filter) api#1"));
    press(&mut app, "/ sev2");
    assert!(!screen(&mut app, 80, 24).contains("no longer"));
}
