//! Every key bound otherwise: everything can still be done, and no key of the
//! table is told to anybody any more.

use super::*;
use dogwatch::app::bindings::{Answer, BINDINGS, Binding, Command, Place};

/// Letters and digits held with alt: none of them is a default.
fn pool() -> impl Iterator<Item = String> {
    ('a'..='z').chain('A'..='Z').chain('0'..='9').chain("!§$%&()=?+".chars()).map(|c| format!("alt-{c}"))
}

/// A key for each binding, in each place from the beginning; what leads out keeps a key of its own everywhere.
fn all_otherwise() -> BTreeMap<String, Vec<String>> {
    let mut own = BTreeMap::new();
    let mut spared = 13..=24;
    for place in places() {
        let mut keys = pool();
        for binding in BINDINGS.iter().filter(|binding| binding.place == place) {
            let key = match binding.command {
                Command::Help | Command::Palette | Command::Private | Command::Quit => {
                    format!("f{}", spared.next().unwrap())
                }
                _ => keys.next().unwrap(),
            };
            own.insert(binding.name.to_owned(), vec![key]);
        }
    }
    own
}

fn places() -> Vec<Place> {
    let mut places: Vec<Place> = BINDINGS.iter().map(|binding| binding.place).collect();
    places.dedup();
    places
}

struct Session {
    app: App,
    own: BTreeMap<String, Vec<String>>,
}

impl Session {
    fn begin() -> Self {
        let own = all_otherwise();
        let keys = Keymap::with(&own).unwrap();
        let mut app = App::new(setup(team()), plain(keys), now());
        let listed = [("api#1", 30, "SEV1"), ("api#2", 90, "SEV2"), ("api#3", 300, "SEV2")];
        app.update(now(), loaded(listed.map(|(id, age, label)| incident(id, age, &[label])).to_vec()));
        app.update(now(), Fact::LeaseTaken);
        Self { app, own }
    }

    /// Presses the keys of these bindings.
    fn press(&mut self, names: &[&str]) -> Vec<Effect> {
        names.iter().flat_map(|name| press(&mut self.app, &format!("<{}>", self.own[*name][0]))).collect()
    }

    /// What stands at the bottom, where keys are told.
    fn footer(&mut self) -> String {
        let shown = screen(&mut self.app, 160, 45);
        let lines = if self.app.place() == Place::Meeting { 2 } else { 1 };
        shown.lines().rev().take(lines).collect::<Vec<_>>().join("\n")
    }

    /// No default key, neither beside a hint nor in a sentence.
    fn tells_no_default(&mut self, at: &str) {
        // A figure may be a count as well, and `end` a word; the overlay of help shows that those are not told as keys.
        let defaults = BINDINGS.iter().flat_map(|binding| binding.keys.iter().copied());
        let is_a_hint = |key: &str| BINDINGS.iter().any(|binding| binding.hint == key);
        let defaults: Vec<&str> = defaults.filter(|key| key.parse::<u8>().is_err() && !is_a_hint(key)).collect();
        let footer = self.footer();
        // A filter that is typed stands there alone, behind a mark of its own.
        for word in footer.split_whitespace().filter(|_| !footer.starts_with('/')) {
            assert!(!defaults.contains(&word), "{at}: {word} is told in {footer:?}");
        }
        for (width, height) in [(160, 45), (80, 24), (40, 10)] {
            let shown = screen(&mut self.app, width, height);
            for told in ["Esc", "Enter", "esc", "enter", "(k)", "(j)", "(y,", " tab ", "ctrl-", "pgdn", "pgup", "f1 "] {
                assert!(!shown.contains(told), "{at}: {told} is told in\n{shown}");
            }
        }
    }
}

/// Each way into a place, how it is left, and the place.
const WAYS: &[(&[&str], &str, Place)] = &[
    (&[], "redraw", Place::Queue),
    (&["pane-rotation"], "pane-back", Place::Pane),
    (&["pane-calendar"], "pane-back", Place::Pane),
    (&["pane-runbook"], "runbook-back", Place::Page),
    (&["log"], "log-back", Place::Log),
    (&["health"], "health-back", Place::Health),
    (&["health", "health-filter"], "list-back", Place::List),
    (&["review"], "review-back", Place::Review),
    (&["model"], "model-back", Place::Model),
    (&["handoff"], "handoff-back", Place::Handoff),
    (&["palette"], "list-back", Place::List),
    (&["filter"], "list-back", Place::List),
    (&["assign"], "list-back", Place::List),
    (&["snooze"], "list-back", Place::List),
    (&["close"], "list-back", Place::List),
    (&["severity"], "list-back", Place::List),
    (&["merge"], "list-back", Place::List),
    (&["new"], "list-back", Place::List),
    (&["note"], "note-back", Place::Note),
    (&["mark-all", "ack"], "no", Place::Question),
    (&["triage"], "meeting-end", Place::Meeting),
    (&["tour"], "tour-end", Place::Tour),
];

#[test]
fn with_every_key_bound_otherwise_each_place_is_entered_helped_with_and_left() {
    for (way, back, place) in WAYS {
        let mut session = Session::begin();
        session.press(way);
        assert_eq!(session.app.place(), *place, "{way:?}");
        if *way != ["palette"] {
            session.tells_no_default(&format!("{way:?}"));
        }
        if let Some(help) = help_of(*place) {
            session.press(&[help]);
            let shown = screen(&mut session.app, 90, 260);
            assert!(shown.contains("Keys (type to find one)"), "{way:?}: {shown}");
            only_own_keys(&shown, &session.own);
            session.press(&["list-back"]);
            assert_eq!(session.app.place(), *place, "{way:?}");
        }
        session.press(&[back]);
        let left = session.app.place();
        assert!(left == Place::Queue || left == way_out(way), "{way:?}: {back} leads to {left:?}");
    }
}

/// Where the way leads to without its last step.
fn way_out(way: &[&str]) -> Place {
    if way.len() > 1 && way[0] == "health" { Place::Health } else { Place::Queue }
}

/// The binding that shows help in this place.
fn help_of(place: Place) -> Option<&'static str> {
    let is_help = |binding: &&Binding| binding.place == place && binding.command == Command::Answer(Answer::Help);
    let own = BINDINGS.iter().find(is_help).map(|binding| binding.name);
    own.or_else(|| place.reaches(Command::Help).then_some("help").filter(|_| place != Place::Tour))
}

/// The column of keys of the overlay has only keys that were given.
fn only_own_keys(shown: &str, own: &BTreeMap<String, Vec<String>>) {
    let given: Vec<&String> = own.values().flatten().collect();
    let mut told = 0;
    for line in shown.lines() {
        let Some((_, row)) = line.split_once("│  ") else { continue };
        let key: String = row.chars().take(18).collect::<String>().trim().to_owned();
        if row.starts_with([' ', '│']) || key.is_empty() || line.contains("> ") {
            continue;
        }
        assert!(given.iter().any(|one| **one == key), "{key:?} is told in {line:?}");
        told += 1;
    }
    assert!(told > 60, "{told} keys are told in\n{shown}");
}

#[test]
fn with_every_key_bound_otherwise_a_shift_is_worked() {
    let mut session = Session::begin();
    assert_eq!(decided(&session.press(&["ack"])), ["ack api#1"]);
    assert_eq!(decided(&session.press(&["undo"])), ["unack api#1"]);
    session.press(&["down", "note"]);
    press(&mut session.app, "seen");
    assert_eq!(decided(&session.press(&["note-done"])), ["note api#3"]);
    assert_eq!(decided(&session.press(&["close", "list-choose"])), ["close api#3"]);
    session.press(&["palette"]);
    press(&mut session.app, "severity");
    session.press(&["list-choose"]);
    press(&mut session.app, "SEV1");
    assert_eq!(decided(&session.press(&["list-choose"])).len(), 1);
    session.press(&["mark-all", "ack"]);
    assert_eq!(session.app.place(), Place::Question);
    assert!(!decided(&session.press(&["yes"])).is_empty());
    assert_eq!(session.press(&["quit"]), [Effect::Quit]);
    let defaults = BINDINGS.iter().flat_map(|binding| binding.keys.iter()).filter(|key| **key != "ctrl-c");
    let mut session = Session::begin();
    for key in defaults {
        let key: Key = key.parse().unwrap();
        assert_eq!(session.app.update(now(), Input::Key(key)), [], "{key} does nothing any more");
        assert_eq!(session.app.dialog(), None, "{key}");
    }
}

#[test]
fn trust_is_asked_for_with_the_keys_as_they_are() {
    let mut session = Session::begin();
    session.app.update(now(), Fact::TrustWanted(vec![Clean::line("run a command")]));
    session.tells_no_default("trust");
    for old in ["y", "n", "<esc>", "<enter>"] {
        assert_eq!(press(&mut session.app, old), [], "{old}");
    }
    assert_eq!(session.press(&["trust-yes"]), [Effect::Trust]);
}

#[test]
fn enter_alone_never_trusts() {
    let mut app = shift();
    app.update(now(), Fact::TrustWanted(vec![Clean::line("run a command")]));
    assert_eq!(press(&mut app, "<enter>"), []);
    assert!(app.dialog().is_some());
    assert_eq!(press(&mut app, "y"), [Effect::Trust]);
}
