//! Reading a runbook: opened from an incident, ticked off, copied, left.

use std::collections::BTreeMap;
use std::sync::Arc;

use dogwatch::app::reading::{Because, Opened, Pages, Wanted};
use dogwatch::config::FrontMatter;
use dogwatch::domain::decision::Decision;
use dogwatch::domain::runbook::document::Document;
use dogwatch::domain::runbook::found::Listed;
use dogwatch::domain::runbook::freshness::Freshness;
use dogwatch::domain::runbook::run::{Comment, Did, Line, Run, Went};

use super::*;

/// Sample data.
const PAGE: &str = "\
# A tool is down

## Meaning

Calls fail. See [the other page](other.md#verify), [below](#verify), [gone](gone.md).

## Steps

1. Look at it.

   ```sh
   $ dogwatch probe <endpoint>
   up
   ```

2. Switch it off.

   ```sh
   kubectl delete pod $POD
   ```

3. Tell [somebody](https://example.org/who).

## Verify

It answers again.
";

const PATH: &str = "runbooks/down.md";

fn opened(page: &str) -> Opened {
    Opened {
        page: Listed {
            path: PATH.into(),
            title: Clean::line("A tool is down"),
            owner: Some(Clean::line("ben")),
            kinds: vec!["tool-down".into()],
            freshness: Freshness::default(),
        },
        document: Arc::new(Document::read(page, &FrontMatter::default())),
        broken: Arc::new(BTreeMap::from([("gone.md".to_owned(), "no such file")])),
        runs: Vec::new(),
        anchor: None,
        line: 0,
        incident: None,
        because: Because::Named,
        others: Vec::new(),
    }
}

fn for_incident(page: &str) -> Opened {
    Opened { incident: Some(IncidentId::new("api#1")), because: Because::Kind("tool-down".into()), ..opened(page) }
}

/// A line is in the ledger, and so is all of its use.
fn on_disk(app: &App, line: &Line) -> Fact {
    let known = app.reading().map(|reading| reading.run.clone()).filter(|run| run.of.run == line.of.run);
    let mut run = known.unwrap_or_else(|| Run::begin(line.of.clone(), line.at));
    run.take(line);
    Fact::Written(Box::new(line.clone()), Box::new(run))
}

/// The disk: what is to be written is written.
fn write(app: &mut App, effects: &[Effect]) -> Vec<Effect> {
    let mut after = Vec::new();
    for effect in effects {
        if let Effect::Write(line) = effect {
            let answered = app.update(app.desk().now(), on_disk(app, line));
            after.extend(keep(app, &answered));
            after.extend(answered);
        }
    }
    after
}

fn written(effects: &[Effect]) -> Vec<&Line> {
    effects.iter().filter_map(|effect| if let Effect::Write(line) = effect { Some(&**line) } else { None }).collect()
}

fn wanted(effects: &[Effect]) -> Vec<&Wanted> {
    effects
        .iter()
        .filter_map(|effect| if let Effect::OpenPage(wanted) = effect { Some(wanted) } else { None })
        .collect()
}

/// The disk for everything that a session may want of runbooks: always the same page.
pub(super) fn answer(app: &mut App, effects: &[Effect]) {
    let now = app.desk().now();
    for effect in effects {
        let after = match effect {
            Effect::OpenPage(Wanted::For(need)) => {
                let page = Opened { incident: Some(need.incident.clone()), ..for_incident(PAGE) };
                app.update(now, Fact::PageOpened(Box::new(page)))
            }
            Effect::OpenPage(_) => app.update(now, Fact::PageOpened(Box::new(opened(PAGE)))),
            Effect::ListPages(words) => {
                let pages = Pages { words: words.clone(), listed: vec![opened("").page; 3], ..Pages::default() };
                app.update(now, Fact::PagesListed(Box::new(pages)))
            }
            Effect::Write(line) => {
                let fact = on_disk(app, line);
                app.update(now, fact)
            }
            _ => Vec::new(),
        };
        keep(app, &after);
    }
}

/// Ticks of a page's steps, by their places.
struct Step;

impl Step {
    fn of(page: &str, at: usize) -> Did {
        let step = Document::read(page, &FrontMatter::default()).steps[at].clone();
        Did::Checked { step: step.id, text: step.text }
    }
}

/// The texts of the comments that are to be made on incidents.
fn told(effects: &[Effect]) -> Vec<(String, Comment)> {
    let report = |entry: &&Entry| {
        let Decision::Runbook(report) = &entry.decision else { return None };
        Some((report.said.clone(), report.comment))
    };
    recorded(effects).iter().filter_map(report).collect()
}

/// An incident of a kind, its page asked for and open.
pub(super) fn reading() -> App {
    reading_of(PAGE)
}

/// The same with another page.
pub(super) fn reading_of(page: &str) -> App {
    let mut app = with(vec![incident("api#1", 30, &["SEV1", "tool-down"])]);
    resize(&mut app, 80, 24);
    press(&mut app, "b");
    app.update(now(), Fact::PageOpened(Box::new(for_incident(page))));
    app
}

#[test]
fn b_asks_for_the_page_of_the_incidents_kind_with_its_title_for_want_of_one() {
    let mut app = with(vec![titled(incident("api#1", 30, &["tool-down"]), "search is down")]);
    let effects = press(&mut app, "b");
    let [Wanted::For(need)] = wanted(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((need.incident.as_str(), need.kind.as_deref()), ("api#1", Some("tool-down")));
    assert_eq!((need.words.as_str(), need.filled["source"].as_str()), ("search is down", "api"));
}

#[test]
fn an_open_page_says_whose_it_is_whether_to_rely_on_it_and_how_far_one_is() {
    let mut app = reading();
    insta::assert_snapshot!(screen(&mut app, 80, 24));
    insta::assert_snapshot!(screen(&mut app, 120, 40));
}

#[test]
fn on_a_large_screen_all_four_panes_stand_beside_each_other() {
    let mut app = reading();
    let shown = screen(&mut app, 200, 60);
    for title in ["── rotation", "── calendar", "── [runbooks]"] {
        assert!(shown.contains(title), "{title} is not on\n{shown}");
    }
    assert!(shown.contains("A tool is down · "), "{shown}");
    assert!(shown.contains("title of 1"), "{shown}");
}

#[test]
fn a_tick_shows_once_it_is_on_disk_and_the_incident_is_told_in_one_comment() {
    let mut app = reading();
    let effects = press(&mut app, "]]  ");
    let [line] = written(&effects)[..] else { panic!("{effects:?}") };
    assert!(matches!(&line.did, Did::Checked { text, .. } if *text == "Look at it."), "{line:?}");
    assert!(!screen(&mut app, 80, 24).contains("1 of 3 steps"));
    let first = write(&mut app, &effects);
    assert_eq!(told(&first), [("down.md: 1 of 3 steps".to_owned(), Comment::First)]);
    assert!(screen(&mut app, 80, 24).contains("1 of 3 steps"));

    let effects = press(&mut app, " ");
    let second = write(&mut app, &effects);
    assert_eq!(told(&second), [("down.md: 2 of 3 steps".to_owned(), Comment::Again)]);
    let runs: Vec<_> =
        recorded(&first).into_iter().chain(recorded(&second)).filter_map(|entry| entry.decision.report()).collect();
    assert!(runs.windows(2).all(|pair| pair[0].run == pair[1].run), "{runs:?}");
}

#[test]
fn a_tick_is_taken_back_by_the_same_key() {
    let mut app = reading();
    let effects = press(&mut app, "]]  ");
    write(&mut app, &effects);
    let effects = press(&mut app, "[  ");
    assert!(matches!(written(&effects)[0].did, Did::Unchecked { .. }), "{effects:?}");
    write(&mut app, &effects);
    assert!(screen(&mut app, 80, 24).contains("0 of 3 steps"));
}

#[test]
fn code_is_copied_without_prompt_and_answer_after_its_placeholders_were_asked_for() {
    let mut app = reading();
    press(&mut app, "]]");
    assert_eq!(press(&mut app, "y"), []);
    assert!(screen(&mut app, 80, 24).contains("What stands for <endpoint>?"));
    let effects = press(&mut app, "search<enter>");
    assert_eq!(effects, [Effect::CopyCode { text: "dogwatch probe search".into(), warning: String::new() }]);
    // What was typed once is offered again.
    press(&mut app, "y");
    assert!(screen(&mut app, 80, 24).contains("search"));
}

#[test]
fn what_is_left_open_and_what_destroys_is_said_when_code_is_copied() {
    let mut app = reading();
    press(&mut app, "/delete<enter>");
    let effects = press(&mut app, "y<enter>");
    let [Effect::CopyCode { text, warning }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(text, "kubectl delete pod $POD");
    assert_eq!(warning, "still to fill in: $POD; destructive: delete");
}

#[test]
fn a_link_leads_on_and_escape_leads_back_to_its_line() {
    let mut app = reading();
    press(&mut app, "/other<enter>");
    press(&mut app, "<enter>");
    assert!(screen(&mut app, 80, 24).contains("Follow which link?"));
    let effects = press(&mut app, "<enter>");
    let [Wanted::Link { from, to }] = wanted(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((from.as_str(), to.as_str()), (PATH, "other.md#verify"));
    let other = Opened { anchor: Some("verify".into()), ..opened("# Other\n\n## Verify\n\nSo.\n") };
    let other = Opened { page: Listed { path: "runbooks/other.md".into(), ..other.page }, ..other };
    app.update(now(), Fact::PageOpened(Box::new(other)));
    // The incident goes along.
    assert!(screen(&mut app, 80, 24).contains("for api#1"));
    let effects = press(&mut app, "<esc>");
    assert_eq!(wanted(&effects), [&Wanted::Page { path: PATH.into(), anchor: None, sought: None }]);
    app.update(now(), Fact::PageOpened(Box::new(opened(PAGE))));
    assert_eq!(app.reading().unwrap().line(), 5);
}

#[test]
fn a_link_within_the_page_a_web_address_and_a_dead_link_each_do_what_they_can() {
    let mut app = reading();
    press(&mut app, "/below<enter><enter><down><enter>");
    assert_eq!(app.reading().unwrap().section(), Some(3));
    press(&mut app, "<esc>/gone<enter>");
    press(&mut app, "<enter><down><down><enter>");
    assert!(screen(&mut app, 80, 24).contains("gone.md leads nowhere: no such file"));
    press(&mut app, "/somebody<enter>");
    assert_eq!(press(&mut app, "<enter>"), [Effect::Browse("https://example.org/who".into())]);
}

#[test]
fn leaving_asks_once_how_it_went_and_the_answer_is_written_and_told() {
    let mut app = reading();
    let effects = press(&mut app, "]]  ");
    write(&mut app, &effects);
    press(&mut app, "<esc>");
    assert!(screen(&mut app, 80, 24).contains("Did it work?"));
    let effects = press(&mut app, "<up><up><up><enter>it was the cache<enter>");
    let Did::Ended { went, why } = &written(&effects)[0].did else { panic!("{effects:?}") };
    assert_eq!((*went, why.as_str()), (Went::Worked, "it was the cache"));
    let after = write(&mut app, &effects);
    assert_eq!(told(&after), [("down.md: worked".to_owned(), Comment::Again)]);
    assert!(recorded(&after)[0].decision.report().unwrap().text.contains("This worked: it was the cache (ana, "));
    assert_eq!(app.look().pane, dogwatch::panes::frame::Pane::Queue);
}

#[test]
fn whoever_only_leaves_says_nothing_and_is_not_asked_again() {
    let mut app = reading();
    let effects = press(&mut app, "]]  ");
    write(&mut app, &effects);
    press(&mut app, "<esc><esc>");
    assert!(app.reading().is_some(), "back in the page");
    assert_eq!(press(&mut app, "<esc>"), []);
    assert!(app.reading().is_none());

    let mut app = reading();
    let effects = press(&mut app, "]]  ");
    write(&mut app, &effects);
    assert_eq!(written(&press(&mut app, "<esc><enter>")), Vec::<&Line>::new());
    assert!(app.reading().is_none());
}

#[test]
fn a_line_that_reaches_the_disk_after_its_page_was_left_is_told_all_the_same() {
    let mut app = reading();
    let effects = press(&mut app, "]]  ");
    let line = written(&effects)[0].clone();
    let fact = on_disk(&app, &line);
    press(&mut app, "<esc><enter>");
    let after = app.update(now(), fact);
    assert_eq!(told(&after), [("down.md: 1 of 3 steps".to_owned(), Comment::First)]);
    // So is what a process that has ended left untold.
    let run = Run::all([line.clone(), Line { did: Did::Noted { text: Clean::line("slow") }, ..line }]);
    let mut app = with(vec![incident("api#1", 30, &["SEV1"])]);
    let after = app.update(now(), Fact::Untold(Box::new(run[0].clone())));
    assert_eq!(told(&after), [("down.md: 1 of 3 steps".to_owned(), Comment::Again)]);
}

#[test]
fn what_somebody_else_ticked_meanwhile_is_seen_with_ones_own_tick() {
    let mut app = reading();
    let effects = press(&mut app, "]]  ");
    let mine = written(&effects)[0].clone();
    let other = Step::of(PAGE, 1);
    let theirs = Line { by: Clean::line("ben"), did: other, ..mine.clone() };
    let run = Run::all([theirs, mine.clone()]).remove(0);
    app.update(now(), Fact::Written(Box::new(mine), Box::new(run)));
    assert!(screen(&mut app, 80, 24).contains("2 of 3 steps"));
}

#[test]
fn a_step_without_code_copies_none_of_another_step() {
    let mut app = reading();
    press(&mut app, "/Tell<enter>");
    assert_eq!(press(&mut app, "y"), []);
    assert!(screen(&mut app, 80, 24).contains("this step has no code"));
}

#[test]
fn a_page_that_is_gone_says_so_above_what_was_read() {
    let mut app = reading();
    app.update(now(), Fact::PageChanged(PATH.into()));
    app.update(now(), Fact::PageMissing(Clean::line("runbooks/down.md: there is no such file")));
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("! this is what was read before: runbooks/down.md: there is no"), "{shown}");
    app.update(now(), Fact::PageChanged(PATH.into()));
    app.update(now(), Fact::PageOpened(Box::new(opened(PAGE))));
    assert!(!screen(&mut app, 80, 24).contains("this is what was read before"));
}

#[test]
fn a_page_that_was_only_looked_at_is_left_without_a_question() {
    let mut app = reading();
    press(&mut app, "jjj<esc>");
    assert_eq!((app.dialog(), app.reading().is_none()), (None, true));
}

#[test]
fn a_use_that_was_not_ended_goes_on_where_it_was() {
    let mut app = reading();
    let effects = press(&mut app, "]]  ");
    let line = written(&effects)[0].clone();
    write(&mut app, &effects);
    press(&mut app, "<esc><down><down><down><enter>");
    assert!(app.reading().is_none());
    press(&mut app, "b");
    let again = Opened { runs: Run::all([line.clone()]), ..for_incident(PAGE) };
    app.update(now(), Fact::PageOpened(Box::new(again)));
    assert!(screen(&mut app, 80, 24).contains("1 of 3 steps"));
    let effects = press(&mut app, "/Switch<enter> ");
    assert_eq!(written(&effects)[0].of.run, line.of.run);
    assert_eq!(told(&write(&mut app, &effects))[0].1, Comment::Again);
}

#[test]
fn a_page_that_changes_is_read_again_keeps_its_place_and_says_which_step_changed() {
    let mut app = reading();
    let effects = press(&mut app, "]]  ");
    write(&mut app, &effects);
    press(&mut app, "]");
    let effects = app.update(now(), Fact::PageChanged(PATH.into()));
    assert_eq!(wanted(&effects), [&Wanted::Again { path: PATH.into() }]);
    let newer = format!("<!-- new -->\n\n{}", PAGE.replace("Look at it.", "Look at it twice."));
    app.update(now(), Fact::PageOpened(Box::new(opened(&newer))));
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("read again: its file has changed"), "{shown}");
    assert!(shown.contains("1 of 3 steps, 1 changed since"), "{shown}");
    let reading = app.reading().unwrap();
    assert_eq!(reading.opened.document.sections[reading.section().unwrap()].title.as_str(), "Verify");
    assert_eq!(reading.opened.incident, Some(IncidentId::new("api#1")));
}

#[test]
fn a_change_of_another_page_or_a_page_that_nobody_waits_for_changes_nothing() {
    let mut app = reading();
    assert_eq!(app.update(now(), Fact::PageChanged("runbooks/another.md".into())), []);
    let line = app.reading().unwrap().line();
    app.update(now(), Fact::PageOpened(Box::new(opened("# Another\n"))));
    let reading = app.reading().unwrap();
    assert_eq!((reading.opened.page.path.as_str(), reading.line()), (PATH, line));
}

fn listing() -> App {
    let mut app = with(vec![incident("api#1", 30, &["SEV1"])]);
    resize(&mut app, 80, 24);
    let effects = press(&mut app, "4");
    assert_eq!(effects, [Effect::ListPages(String::new())]);
    let pages = Pages { listed: vec![opened("").page], ..Pages::default() };
    app.update(now(), Fact::PagesListed(Box::new(pages)));
    app
}

#[test]
fn the_list_follows_what_is_typed_and_a_page_that_worked_can_learn_the_words() {
    let mut app = listing();
    let effects = press(&mut app, "/401");
    assert_eq!(effects.last(), Some(&Effect::ListPages("401".into())));
    // An answer to what was typed before is too late.
    app.update(now(), Fact::PagesListed(Box::new(Pages { words: "4".into(), ..Pages::default() })));
    assert_eq!(app.pages().unwrap().words, "");
    let found = Pages { words: "401".into(), listed: vec![opened("").page], ..Pages::default() };
    app.update(now(), Fact::PagesListed(Box::new(found)));
    press(&mut app, "<enter>");
    let effects = press(&mut app, "<enter>");
    assert_eq!(wanted(&effects), [&Wanted::Page { path: PATH.into(), anchor: None, sought: Some("401".into()) }]);
    app.update(now(), Fact::PageOpened(Box::new(Opened { because: Because::Words("401".into()), ..opened(PAGE) })));
    assert!(screen(&mut app, 80, 24).contains("practice"));
    let effects = press(&mut app, "w<enter><enter>");
    assert_eq!(told(&write(&mut app, &effects)), []);
    assert!(screen(&mut app, 80, 24).contains("Find this page by “401” from now on?"));
    let effects = press(&mut app, "<enter>");
    assert_eq!(effects[0], Effect::Learn { words: "401".into(), page: PATH.into() });
}

#[test]
fn what_does_not_fit_shows_the_nearest_titles_and_a_lost_folder_is_said() {
    let mut app = listing();
    press(&mut app, "/xyzzy");
    let doubts = vec![Clean::line("runbooks: it is gone")];
    let found = Pages { words: "xyzzy".into(), nearest: vec![opened("").page], doubts, ..Pages::default() };
    app.update(now(), Fact::PagesListed(Box::new(found)));
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("nothing fits “xyzzy”; the nearest titles:"), "{shown}");
    assert!(shown.contains("! runbooks: it is gone"), "{shown}");
}

#[test]
fn a_page_that_is_not_there_says_so_and_the_queue_stays() {
    let mut app = with(vec![incident("api#1", 30, &["SEV1"])]);
    press(&mut app, "b");
    app.update(now(), Fact::PageMissing(Clean::line("no runbook fits “title of 1”")));
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("no runbook fits"), "{shown}");
    assert!(app.reading().is_none());
}

#[test]
fn where_nothing_is_decided_nothing_is_ticked() {
    let mut app = reading();
    app.update(now(), Fact::ReadOnly(Clean::line("the disk is full")));
    let effects = press(&mut app, "]]  ");
    assert_eq!(written(&effects), Vec::<&Line>::new());
    assert!(screen(&mut app, 80, 24).contains("nothing is written down"));
}

#[test]
fn long_code_is_moved_sideways_and_never_wrapped() {
    let long =
        format!("# A\n\n```sh\necho {}END\n```\n\nWords that are {} wrapped.\n", "x".repeat(200), "really ".repeat(20));
    let mut app = reading();
    app.update(now(), Fact::PageChanged(PATH.into()));
    app.update(now(), Fact::PageOpened(Box::new(for_incident(&long))));
    let before = screen(&mut app, 80, 24);
    let code = before.lines().find(|line| line.contains("echo xxx")).unwrap().to_owned();
    assert!(code.ends_with('›'), "{code}");
    assert!(!before.contains("END"));
    press(&mut app, &"l".repeat(40));
    let after = screen(&mut app, 80, 24);
    assert!(after.contains("END"), "{after}");
    assert!(after.lines().find(|line| line.contains("END")).unwrap().contains('‹'));
    press(&mut app, &"h".repeat(40));
    assert_eq!(screen(&mut app, 80, 24), before);
}

#[test]
fn a_hostile_page_reaches_no_terminal_raw() {
    let mut app = reading();
    app.update(now(), Fact::PageChanged(PATH.into()));
    let page = format!("# {HOSTILE}\n\n1. {HOSTILE}\n\n```sh\n{HOSTILE} <{HOSTILE}>\n```\n\n[{HOSTILE}](x{HOSTILE})\n");
    app.update(now(), Fact::PageOpened(Box::new(for_incident(&page))));
    for (width, height) in [(40, 10), (80, 24), (200, 60)] {
        let shown = screen(&mut app, width, height);
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}', '\u{200b}']), "{shown:?}");
    }
}
