//! Random keys, facts and sizes, against what must always hold.

use super::*;
use dogwatch::app::list::Line;
use dogwatch::domain::incident::{CloseReason, Status};
use proptest::prelude::*;

/// One step of a session that nobody planned.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Key(&'static str),
    Typed(char),
    Pasted(String),
    Size(u16, u16),
    Page(u64, usize, bool),
    Settle(u8),
    Minutes(i64),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let keys: Vec<&'static str> =
        dogwatch::app::bindings::BINDINGS.iter().flat_map(|binding| binding.keys).copied().collect();
    prop_oneof![
        12 => prop::sample::select(keys).prop_map(Step::Key),
        2 => any::<char>().prop_filter("no control", |c| !c.is_control()).prop_map(Step::Typed),
        1 => ".{0,20}".prop_map(Step::Pasted),
        1 => (0u16..220, 0u16..64).prop_map(|(width, height)| Step::Size(width, height)),
        4 => (1u64..30, 0usize..6, any::<bool>()).prop_map(|(n, label, open)| Step::Page(n, label, open)),
        2 => (0u8..4).prop_map(Step::Settle),
        1 => (0i64..90).prop_map(Step::Minutes),
    ]
}

pub(super) fn take(app: &mut App, step: &Step) -> Vec<Effect> {
    let at = app.desk().now();
    match step {
        Step::Key(name) => app.update(at, Input::Key(name.parse().unwrap())),
        Step::Typed(c) => app.update(at, Input::Key(Key::char(*c))),
        Step::Pasted(text) => app.update(at, Input::Pasted(text.clone())),
        Step::Size(width, height) => app.update(at, Input::Resized { width: *width, height: *height }),
        Step::Page(number, label, open) => {
            let labels = ["SEV1", "SEV2", "SEV3", "SEV4", "acked", "noise"];
            let mut changed = incident(&format!("api#{number}"), 60, &labels[*label..=*label]);
            if !open {
                changed.status = Status::Closed { at: Some(at), reason: CloseReason::Completed };
            }
            app.update(at, Fact::Page { source: "api".into(), incidents: vec![changed] })
        }
        Step::Settle(outcome) => {
            let outcomes = [
                Outcome::done(None),
                Outcome::refused("no"),
                Outcome::Unknown { reason: Clean::line("502"), request_id: None },
                Outcome::Ask { reason: Clean::line("it moved on") },
            ];
            settle(app, &outcomes[usize::from(*outcome)])
        }
        Step::Minutes(minutes) => app.update(at + TimeDelta::minutes(*minutes), Fact::Ticked),
    }
}

/// The sizes of what is drawn, the cursor in the list, one focus, nothing lost.
pub(super) fn check(app: &App) -> Result<(), TestCaseError> {
    let frame = app.frame();
    let lines = app.list().lines();
    let rows = lines.iter().filter(|line| matches!(line, Line::Row(..) | Line::Ghost)).count();
    if let Some(cursor) = app.list().cursor() {
        let there = match lines.get(cursor.at) {
            Some(Line::Row(id, _)) => *id == cursor.id && cursor.ghost.is_none(),
            Some(Line::Ghost) => cursor.ghost.is_some(),
            Some(Line::Quiet | Line::Heading(..)) | None => false,
        };
        prop_assert!(there, "the cursor is not on its row: {cursor:?}");
        let height = app.list().height().max(1);
        let in_sight = (app.list().top()..app.list().top() + height).contains(&cursor.at);
        prop_assert!(in_sight || frame.queue.height == 0, "the cursor is out of sight");
    } else {
        prop_assert_eq!(rows, 0, "rows, and no cursor");
    }
    let ghosts = lines.iter().filter(|line| **line == Line::Ghost).count();
    prop_assert!(ghosts <= 1);
    prop_assert!(app.toasts().shown().len() <= 3);
    for id in app.subjects() {
        let known = app.seen().row(&id).is_some() || app.selected() == Some(&id);
        prop_assert!(known, "{id} would be decided about and is not known");
    }
    if let Some(reading) = app.reading() {
        let rows = reading.rows.len();
        prop_assert!(reading.at < rows.max(1) && reading.top < rows.max(1), "the reader is beyond the page");
    }
    let alarm = app.alarm();
    prop_assert!(alarm.is_none_or(|at| at > now() - TimeDelta::days(1)));
    Ok(())
}

pub(super) fn check_drawn(app: &App, (width, height): (u16, u16)) -> Result<(), TestCaseError> {
    let (buffer, cursor) = draw(app, width, height);
    let text = text_of(&buffer);
    prop_assert!(width == 0 || height == 0 || !text.trim().is_empty(), "an empty screen");
    let raw = ['\u{1b}', '\u{202e}'].into_iter().any(|evil| text.contains(evil));
    prop_assert!(!raw);
    prop_assert!(cursor.is_none_or(|at| at.x <= width && at.y < height), "the cursor left the screen");
    let (again, _) = draw(app, width, height);
    prop_assert_eq!(text_of(&again), text, "the same state is drawn differently");
    Ok(())
}

pub(super) fn at_every_size(app: &mut App) {
    for size in [(8, 3), (20, 5), (40, 12), (80, 24), (200, 60)] {
        resize(app, size.0, size.1);
        check(app).unwrap();
        check_drawn(app, size).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_pressed_the_screen_holds_its_promises(steps in prop::collection::vec(step(), 1..120)) {
        let mut app = shift();
        let mut size = (80, 24);
        for (at, step) in steps.iter().enumerate() {
            if let Step::Size(width, height) = step {
                size = (*width, *height);
            }
            let seen = app.subjects();
            let effects = take(&mut app, step);
            let bound: Vec<IncidentId> = recorded(&effects).iter().map(|entry| entry.incident.clone()).collect();
            if let Step::Key("a" | "U" | "X" | "w") = step {
                prop_assert!(bound.iter().all(|id| seen.contains(id)), "{bound:?} was decided about, {seen:?} was seen");
            }
            let sent = effects.iter().any(|effect| matches!(effect, Effect::Send { entry, .. } if entry.seq == 0));
            prop_assert!(!sent, "sent before it was on disk");
            keep(&mut app, &effects);
            runbooks::answer(&mut app, &effects);
            check(&app)?;
            if at % 8 == 0 || at + 1 == steps.len() {
                check_drawn(&app, size)?;
            }
        }
        at_every_size(&mut app);
    }
}
