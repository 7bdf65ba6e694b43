//! The screen in private mode: whatever is walked to at whatever size, nobody else can read what is hidden.

use std::sync::Arc;

use dogwatch::app::App;
use dogwatch::app::bindings::Keymap;
use dogwatch::app::event::{Effect, Fact, Level};
use dogwatch::app::watch::{Outfit, Privacy};
use dogwatch::config::{TeamFile, team_file};
use dogwatch::domain::evals::CaseKey;
use dogwatch::domain::evals::evidence::Sheet;
use dogwatch::domain::evals::evidence::repeat::Repeat;
use dogwatch::domain::incident::{Incident, Moment};
use dogwatch::domain::text::Clean;
use dogwatch::domain::veil::Veil;

use super::corpus::{Corpus, corpus};
use crate::screen::{draw, fresh, incident, loaded, now, plain, press, resize, setup, text_of};

const SIZES: [(u16, u16); 3] = [(40, 10), (80, 24), (200, 60)];
/// To where the keys lead: panes, dialogs, lists, the log, and out of each.
const WALK: [&str; 30] = [
    "", "z", "z", "<enter>", "JJJJJJ", "<esc>", "2", "jj", "3", "j<enter>", "4", "1", "A", "<esc>", "m", "<esc>", "E",
    "<esc>", "s", "<esc>", "S", "<esc>", "x", "<esc>", "L", "jj<esc>", "M", "<esc>", ":", "<esc>",
];

fn team(corpus: &Corpus) -> TeamFile {
    let evals = "[[sources]]\nid = \"nightly\"\nkind = \"evals\"\npaths = [\"out\"]\n";
    let text = format!("version = 1\n[team]\ntimezone = \"UTC\"\n{}{evals}", corpus.team());
    team_file(&text, "dogwatch.toml").unwrap()
}

/// Four of them in each of fifty incidents: in the title, the body, a comment, and a case of an eval.
fn planted(corpus: &Corpus) -> (Vec<Incident>, Vec<Fact>) {
    let (mut incidents, mut facts) = (Vec::new(), Vec::new());
    for (at, four) in corpus.planted.chunks(4).enumerate() {
        let mut one = incident(&format!("api#{}", at + 1), 30 + i64::try_from(at).unwrap(), &["SEV2"]);
        one.title = Clean::line(&format!("it broke: {}", four[0].written));
        one.author = Some(Clean::line(&corpus.logins[at % corpus.logins.len()]));
        one.assignees = vec![Clean::line(&corpus.people[at % corpus.people.len()][2])];
        let body = Clean::block(&format!("First line, then {}.\n\n- a point: {}", four[1].written, four[3].written));
        let moment = Moment {
            at: now(),
            by: Some(Clean::line(&corpus.logins[(at + 5) % corpus.logins.len()])),
            what: Clean::line("commented"),
            text: Some(Clean::block(&four[2].written)),
        };
        facts.push(Fact::DetailLoaded { id: one.id.clone(), body: Some(body), moments: vec![moment] });
        incidents.push(one);
    }
    (incidents, facts)
}

fn watching(corpus: &Corpus) -> App {
    let team = team(corpus);
    let veil = Veil::new(&team, &corpus.words());
    let outfit = Outfit { veil, privacy: Privacy::Private, ..plain(Keymap::default()) };
    let mut app = App::new(setup(team), outfit, now());
    let logins = corpus.logins.iter().map(|login| Clean::line(login)).collect();
    app.update(now(), Fact::LoginsKnown(logins));
    let (incidents, facts) = planted(corpus);
    app.update(now(), loaded(incidents));
    app.update(now(), Fact::LeaseTaken);
    for fact in facts {
        app.update(now(), fact);
    }
    app
}

fn nothing_is_read(app: &mut App, corpus: &Corpus, after: &str) {
    for (width, height) in SIZES {
        resize(app, width, height);
        let (buffer, _) = draw(app, width, height);
        let shown = text_of(&buffer);
        let left = corpus.parts_in(&shown);
        assert!(left.is_empty(), "{left:?} after {after:?} at {width}×{height}:\n{shown}");
    }
}

#[test]
fn nobody_reads_in_private_mode_what_is_hidden_at_any_size() {
    let corpus = corpus(20_261_130);
    let mut app = watching(&corpus);
    for keys in WALK {
        press(&mut app, keys);
        nothing_is_read(&mut app, &corpus, keys);
    }
    press(&mut app, "g");
    for _ in 0..corpus.planted.len() / 4 {
        nothing_is_read(&mut app, &corpus, "j");
        press(&mut app, "j");
    }
    for one in &corpus.planted {
        app.update(now(), Fact::Told { level: Level::Warning, text: Clean::line(&one.written) });
        nothing_is_read(&mut app, &corpus, &one.written);
    }
    press(&mut app, "L");
    nothing_is_read(&mut app, &corpus, "L");
    press(&mut app, "<esc>P");
    let (buffer, _) = draw(&app, 200, 60);
    assert!(!corpus.found_in(&text_of(&buffer)).is_empty(), "without private mode it is there");
}

#[test]
fn the_cases_of_an_eval_are_hidden_too() {
    let corpus = corpus(7);
    let mut app = watching(&corpus);
    let mut signal = Incident::opened(&"nightly".into(), 0, Clean::line("evals: cases broke"), now());
    signal.id = "nightly:4f1c09aa12b3".into();
    signal.signal = Some(signal.id.clone());
    let id = signal.id.clone();
    app.update(now(), Fact::Loaded { incidents: vec![signal], entries: Vec::new(), sources: vec![fresh("nightly")] });
    let wanted = |app: &App| app.selected() == Some(&id);
    press(&mut app, "g");
    for _ in 0..60 {
        if !wanted(&app) {
            press(&mut app, "j");
        }
    }
    assert!(wanted(&app));
    let key = CaseKey::of([b"case".as_slice()]);
    for four in corpus.planted.chunks(4) {
        let cases = vec![(key, Clean::line(&format!("case {}", four[0].written)))];
        let repeat = Repeat { command: None, remark: "none".into() };
        let sheet = Some(Arc::new(Sheet { cases, repeat }));
        app.update(now(), Fact::CasesLoaded { signal: id.clone(), sheet });
        press(&mut app, "]");
        let said: Vec<&str> = four.iter().map(|one| one.written.as_str()).collect();
        let page = Clean::block(&format!("It said:\n\n```text\n{}\n```\n", said.join("\n")));
        app.update(now(), Fact::CaseLoaded { signal: id.clone(), case: key, page });
        nothing_is_read(&mut app, &corpus, "]");
    }
}

#[test]
fn a_key_turns_it_on_and_off_and_the_header_says_so() {
    let mut app =
        crate::screen::with(vec![crate::screen::titled(incident("api#1", 5, &["SEV1"]), "ana's host db.corp.lan:80")]);
    let shown = |app: &mut App| {
        resize(app, 80, 24);
        text_of(&draw(app, 80, 24).0)
    };
    assert!(shown(&mut app).contains("ana's host db.corp.lan:80"));
    press(&mut app, "P");
    let hidden = shown(&mut app);
    assert!(hidden.lines().next().unwrap().contains("private"), "{hidden}");
    assert!(hidden.contains("person 1's host [redacted 1]:80"), "{hidden}");
    assert!(!hidden.contains("db.corp.lan"), "{hidden}");
    press(&mut app, "P");
    assert!(shown(&mut app).contains("ana's host db.corp.lan:80"));
}

#[test]
fn what_is_copied_in_private_mode_is_the_real_thing() {
    let mut app = crate::screen::with(vec![incident("api#1", 5, &["SEV1"])]);
    press(&mut app, "P");
    let copied = press(&mut app, "Y");
    let link = Effect::Copy { what: "link", text: "https://example.org/api/1".into() };
    assert!(copied.contains(&link), "{copied:?}");
}

#[test]
fn whoever_types_sees_what_they_type() {
    let mut app = crate::screen::with(vec![incident("api#1", 5, &["SEV1"])]);
    press(&mut app, "Pcask ana at db.corp.lan:80");
    resize(&mut app, 80, 24);
    let shown = text_of(&draw(&app, 80, 24).0);
    assert!(shown.contains("ask ana at db.corp.lan:80"), "{shown}");
}

#[test]
fn of_a_private_incident_nothing_is_shown_but_that_it_is_there() {
    let one = crate::screen::titled(incident("api#1", 5, &["SEV1", "Confidential"]), "the vault leaks");
    let mut app = crate::screen::with(vec![one.clone()]);
    let body = Some(Clean::block("through the back door"));
    app.update(now(), Fact::DetailLoaded { id: one.id, body, moments: Vec::new() });
    press(&mut app, "P");
    resize(&mut app, 120, 40);
    let shown = text_of(&draw(&app, 120, 40).0);
    assert!(shown.contains("[redacted 1]"), "{shown}");
    assert!(!shown.contains("vault") && !shown.contains("door"), "{shown}");
}
