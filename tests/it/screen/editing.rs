//! Changing who is on call from the rotation pane: the diff first, and only a yes writes it.

use dogwatch::app::editing::Draft;
use dogwatch::app::watch::Dialog;
use dogwatch::config::{Amendment, Moment, RotationEdit, team_file};

use super::*;

const TEAM: &str = r#"
[team]
timezone = "UTC"
[[people]]
id = "ana"
name = "Ana Sol"
github = "ana-sol"
[[people]]
id = "ben"
name = "Ben Rao"
[[people]]
id = "chi"
away = [{ from = "2026-12-01", to = "2026-12-05" }]
[[rotations]]
id = "ops"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ana", "ben"]
coverage = "24x7"
"#;

/// Ana's screen on a Sunday: she has it until Monday, then ben.
fn app(team: &str) -> App {
    let mut app = App::new(setup(team_file(team, "t.toml").unwrap()), plain(Keymap::default()), now());
    app.update(now(), loaded(vec![incident("api#4", 30, &["SEV1"])]));
    app.update(now(), Fact::LeaseTaken);
    press(&mut app, "2");
    app
}

/// What is done to which rotation.
fn edit_of(amendment: &Amendment) -> (&str, &RotationEdit) {
    match amendment {
        Amendment::Rotation { rotation, edit } => (rotation, edit),
        Amendment::Model(_) => panic!("it is not about a rotation: {amendment:?}"),
    }
}

fn wanted(effects: &[Effect]) -> Amendment {
    let found =
        effects.iter().find_map(|effect| if let Effect::Draft(one) = effect { Some(one.clone()) } else { None });
    found.unwrap_or_else(|| panic!("nothing is drafted: {effects:?}"))
}

/// As the shell answers: what the file would be.
fn drafted(amendment: Amendment) -> Draft {
    let after = amendment.made_in(TEAM, "t.toml").unwrap();
    let added = format!("+{}", after.strip_prefix(TEAM).unwrap().trim_end().replace('\n', "\n+"));
    Draft { amendment, before: TEAM.to_owned(), after, diff: format!("--- a/t.toml\n+++ b/t.toml\n{added}") }
}

#[test]
fn a_shift_is_taken_with_a_look_at_the_diff_and_a_yes() {
    let mut app = app(TEAM);
    // The running shift is ana's own; the next one is ben's.
    let effects = press(&mut app, "jt");
    let amendment = wanted(&effects);
    let RotationEdit::AddOverride(one) = edit_of(&amendment).1 else { panic!("{amendment:?}") };
    let day = |text: &str| Moment::Day(text.parse().unwrap());
    assert_eq!((one.person.as_str(), one.when.from, one.when.to), ("ana", day("2026-11-23"), day("2026-11-30")));
    let draft = drafted(amendment);
    app.update(now(), Fact::Drafted(Ok(Box::new(draft.clone()))));
    let shown = screen(&mut app, 120, 30);
    for line in [
        "Change the team file so?",
        "ops primary from Mon 23 Nov 2026 10:00 to Mon 30 Nov 2026 10:00: ana, was ben",
        "+[[rotations.overrides]]",
        "+person = \"ana\"",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert_eq!(press(&mut app, "n"), [], "no writes nothing");
    assert_eq!(app.dialog(), None);
    app.update(now(), Fact::Drafted(Ok(Box::new(draft.clone()))));
    assert_eq!(press(&mut app, "<enter>"), [Effect::Amend(Box::new(draft.clone()))]);
    app.update(now(), Fact::Amended(Ok(())));
    assert!(screen(&mut app, 160, 30).contains("the team file is changed; `git diff` shows it"));
    app.update(now(), Fact::Amended(Err(Clean::line("t.toml has been changed meanwhile; look again"))));
    assert!(screen(&mut app, 160, 30).contains("error: t.toml has been changed meanwhile; look again"));
}

#[test]
fn of_a_shift_that_is_cut_only_the_selected_piece_is_taken() {
    let cut = "[[rotations.overrides]]\nfrom = \"2026-11-25T08:00\"\nto = \"2026-11-26T08:00\"\nperson = \"chi\"\n";
    let mut app = app(&format!("{TEAM}{cut}"));
    press(&mut app, "t");
    assert!(screen(&mut app, 160, 30).contains("it is yours already"));
    let RotationEdit::AddOverride(one) = edit_of(&wanted(&press(&mut app, "jjt"))).1.clone() else { panic!() };
    let at = |text: &str| Moment::Local(text.parse().unwrap());
    assert_eq!((one.when.from, one.when.to), (at("2026-11-25T08:00:00"), at("2026-11-26T08:00:00")));
}

#[test]
fn only_ones_own_shift_is_given_away_to_somebody_or_as_a_request() {
    let mut app = app(TEAM);
    press(&mut app, "jy");
    assert!(screen(&mut app, 120, 30).contains("it is ben's; it can be taken, swapped or overridden"));
    press(&mut app, "ky");
    let asked = screen(&mut app, 120, 30);
    assert!(asked.contains("Give it to") && asked.contains("Ben Rao") && asked.contains("whoever wants it"), "{asked}");
    let RotationEdit::AddSwap(swap) = edit_of(&wanted(&press(&mut app, "whoever<enter>"))).1.clone() else { panic!() };
    assert_eq!((swap.give.as_str(), swap.take), ("ana", None));
    let RotationEdit::AddSwap(swap) = edit_of(&wanted(&press(&mut app, "ychi<enter>"))).1.clone() else { panic!() };
    assert_eq!(swap.take.as_deref(), Some("chi"));
}

#[test]
fn a_shift_is_swapped_with_one_of_somebody_elses_or_held_by_anybody() {
    let mut app = app(TEAM);
    press(&mut app, "s");
    let RotationEdit::AddSwap(swap) = edit_of(&wanted(&press(&mut app, "<enter>"))).1.clone() else { panic!() };
    let day = |text: &str| Moment::Day(text.parse().unwrap());
    assert_eq!((swap.give.as_str(), swap.take.as_deref()), ("ana", Some("ben")));
    assert_eq!(swap.when.to, day("2026-11-23"));
    assert_eq!(swap.back.map(|back| (back.from, back.to)), Some((day("2026-11-23"), day("2026-11-30"))));
    press(&mut app, "jo");
    let amendment = wanted(&press(&mut app, "chi<enter>"));
    app.update(now(), Fact::Drafted(Ok(Box::new(drafted(amendment)))));
    let shown = screen(&mut app, 120, 30);
    assert!(!shown.contains("! chi is away"), "{shown}");
    press(&mut app, "<esc>jo");
    let amendment = wanted(&press(&mut app, "chi<enter>"));
    app.update(now(), Fact::Drafted(Ok(Box::new(drafted(amendment)))));
    let shown = screen(&mut app, 120, 30);
    assert!(shown.contains("! chi is away to 2026-12-05"), "{shown}");
}

#[test]
fn who_is_nobody_of_the_team_takes_nothing_and_read_only_changes_nothing() {
    let mut app = app(&TEAM.replace("\"ana\"", "\"zoe\"").replace("ana-sol", "zoe"));
    assert_eq!(press(&mut app, "t"), []);
    assert!(screen(&mut app, 160, 30).contains("ana is nobody of the team file"));
    let mut app = self::app(TEAM);
    app.update(now(), Fact::ReadOnly(Clean::line("the disk is full")));
    assert_eq!(press(&mut app, "jt"), []);
    assert!(screen(&mut app, 160, 30).contains("nothing is changed: the disk is full"));
}

#[test]
fn only_what_is_somebodys_own_by_turn_and_ahead_is_offered_for_a_swap() {
    let cut = "[[rotations.overrides]]\nfrom = \"2026-11-25T08:00\"\nto = \"2026-11-26T08:00\"\nperson = \"chi\"\n";
    let mut app = app(&format!("{TEAM}{cut}"));
    let offers = |app: &App| {
        let Some(Dialog::Pick(pick)) = app.dialog() else { panic!("{:?}", app.dialog()) };
        pick.choices().iter().map(|one| (one.label.clone(), one.hint.clone())).collect::<Vec<_>>()
    };
    press(&mut app, "s");
    let with = offers(&app);
    assert!(with.len() > 3 && with.iter().all(|(who, _)| who == "ben"), "an override made one chi's: {with:?}");
    // For ben's next one, the running one of ana is no answer; her next one is.
    press(&mut app, "<esc>js");
    let with = offers(&app);
    assert!(with[0].0 == "ana" && with[0].1.contains("2026-11-30"), "{with:?}");
}

#[test]
fn what_changes_nothing_gets_no_yes() {
    let mut app = app(TEAM);
    let effects = press(&mut app, "oana<enter>");
    app.update(now(), Fact::Drafted(Ok(Box::new(drafted(wanted(&effects))))));
    assert_eq!(app.dialog(), None);
    assert!(screen(&mut app, 160, 30).contains("nothing is changed: it changes nothing: whoever it names has it"));
}

#[test]
fn on_a_small_screen_sentences_are_wrapped_and_the_rest_is_a_key_away() {
    let mut app = app(TEAM);
    press(&mut app, "jjo");
    let mut draft = drafted(wanted(&press(&mut app, "chi<enter>")));
    draft.diff.push_str(&"\n a line of the file".repeat(30));
    draft.diff.push_str("\n the last line");
    app.update(now(), Fact::Drafted(Ok(Box::new(draft.clone()))));
    let shown = screen(&mut app, 80, 24);
    for part in ["ops primary from Mon 30 Nov 2026 10:00", "chi, was", "so that nobody", "more (j)"] {
        let whole = shown.split_whitespace().collect::<Vec<_>>().join(" ").replace(" │ │ ", " ");
        assert!(shown.contains(part) || whole.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("the last line"));
    for _ in 0..60 {
        press(&mut app, "j");
    }
    let end = screen(&mut app, 80, 24);
    assert!(end.contains("the last line") && end.contains("above (k)") && !end.contains("more (j)"), "{end}");
    press(&mut app, "k");
    assert!(screen(&mut app, 80, 24).contains("1 more (j)"), "one step back is one line");
    assert_eq!(press(&mut app, "<enter>"), [Effect::Amend(Box::new(draft))]);
}
