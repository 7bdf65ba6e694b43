//! Changes of rotations that are made in the text of a team file.

use chrono::NaiveDate;
use dogwatch::config::{Moment, Override, Role, RotationEdit, Stretch, Swap, TeamFile, team_file};
use proptest::prelude::*;

use super::said;

const PEOPLE: &str = "[[people]]\nid = \"ana\"\n[[people]]\nid = \"ben\"\n[[people]]\nid = \"chi\"\n";

fn day(month: u32, day: u32) -> Moment {
    Moment::Day(NaiveDate::from_ymd_opt(2026, month, day).unwrap())
}

fn december(from: u32, to: u32) -> Stretch {
    Stretch { from: day(12, from), to: day(12, to) }
}

fn chi(from: u32, to: u32) -> Override {
    Override { when: december(from, to), person: "chi".into(), role: Role::Primary, why: None }
}

fn asked(give: &str, from: u32, to: u32) -> Swap {
    let (give, role) = (give.to_owned(), Role::Primary);
    Swap { when: december(from, to), give, take: None, back: None, role, why: None }
}

fn rotation(rest: &str) -> String {
    let own = "id = \"ops\"\ntimezone = \"Europe/London\"\nstart = \"2026-11-02T10:00\"\nshift = \"7d\"\n";
    format!("{PEOPLE}[[rotations]]\n{own}members = [\"ana\", \"ben\"]\n{rest}")
}

fn read(text: &str) -> TeamFile {
    team_file(text, "t.toml").unwrap_or_else(|problems| panic!("{}\n{text}", said(&problems)))
}

fn made(edit: &RotationEdit, text: &str) -> String {
    edit.made_in(text, "t.toml", "ops").unwrap_or_else(|problems| panic!("{}\n{text}", said(&problems)))
}

fn refused(edit: &RotationEdit, text: &str) -> String {
    said(&edit.made_in(text, "t.toml", "ops").unwrap_err())
}

/// What comes behind the rotation's own lines.
fn after(edit: &RotationEdit, rest: &str) -> String {
    made(edit, &rotation(rest)).strip_prefix(&rotation("")).unwrap().to_owned()
}

#[test]
fn an_override_comes_behind_the_last_one_and_is_written_like_it() {
    let add = RotationEdit::AddOverride(chi(28, 31));
    let said = "from = \"2026-12-28\"\nto = \"2026-12-31\"\nperson = \"chi\"\n";
    let table = format!("[[rotations.overrides]]\n{said}");
    let one = "[[rotations.overrides]]\nfrom = \"2026-12-07\"\nto = \"2026-12-14\"\nperson = \"ben\"\n";
    let next = "\n# ---- the rest\n[lint]\n";
    assert_eq!(after(&add, ""), table);
    assert_eq!(after(&add, next), format!("{table}{next}"));
    assert_eq!(after(&add, &format!("{one}{next}")), format!("{one}{table}{next}"));
    assert_eq!(
        after(&add, &format!("\n  {}{next}", one.replace('\n', "\n  ").trim_end_matches(' '))),
        format!(
            "\n  {}\n  {}{next}",
            one.replace('\n', "\n  ").trim_end_matches(' '),
            table.replace('\n', "\n  ").trim_end_matches(' ')
        )
    );
    let aligned =
        "[[rotations.overrides]]\nfrom   = \"2026-12-07\"\nto     = \"2026-12-14\" # a week\nperson = \"ben\"\n";
    let alike = "[[rotations.overrides]]\nfrom   = \"2026-12-28\"\nto     = \"2026-12-31\"\nperson = \"chi\"\n";
    assert_eq!(after(&add, aligned), format!("{aligned}{alike}"));
    let swap = "[[rotations.swaps]]\nfrom = \"2026-12-07\"\nto = \"2026-12-14\"\ngive = \"ben\"\n";
    assert_eq!(after(&add, swap), format!("{swap}{table}"));
    // A file that does not end with a line end.
    assert_eq!(after(&add, one.trim_end()), format!("{one}{}", table.trim_end()));
}

#[test]
fn lists_within_a_line_stay_within_a_line() {
    let add = RotationEdit::AddOverride(chi(28, 31));
    let (old, new) = (
        "{ from = \"2026-12-07\", to = \"2026-12-14\", person = \"ben\" }",
        "{ from = \"2026-12-28\", to = \"2026-12-31\", person = \"chi\" }",
    );
    let cases = [
        ("overrides = []".to_owned(), format!("overrides = [{new}]")),
        (format!("overrides = [{old}] # so far"), format!("overrides = [{old}, {new}] # so far")),
        (format!("overrides = [ {old}, ]"), format!("overrides = [ {old}, {new}, ]")),
        (format!("overrides = [\n  {old}, # ben\n]"), format!("overrides = [\n  {old}, # ben\n  {new},\n]")),
        (format!("overrides = [\n  {old} # ben\n]"), format!("overrides = [\n  {old}, # ben\n  {new}\n]")),
        (format!("overrides = [\n  {old}]"), format!("overrides = [\n  {old},\n  {new}]")),
        ("swaps = [] # none\n\n[lint]".to_owned(), format!("swaps = [] # none\noverrides = [{new}]\n\n[lint]")),
    ];
    for (before, wanted) in cases {
        assert_eq!(after(&add, &format!("{before}\n")), format!("{wanted}\n"), "{before}");
    }
    let inline = format!("{PEOPLE}rotations_follow\n").replace("rotations_follow\n", "");
    let text = format!(
        "rotations = [{{ id = \"ops\", start = \"2026-11-02T10:00\", shift = \"7d\", members = [\"ana\"] }}]\n{inline}"
    );
    let told = made(&add, &text);
    assert!(told.contains(&format!("members = [\"ana\"], overrides = [{new}] }}]\n")), "{told}");
}

#[test]
fn what_is_taken_out_takes_nothing_with_it() {
    let out = RotationEdit::RemoveOverride(chi(28, 31));
    let (ben, mine) = (
        "[[rotations.overrides]]\nfrom = \"2026-12-07\"\nto = \"2026-12-14\"\nperson = \"ben\"\n",
        "[[rotations.overrides]] # leave\nfrom = \"2026-12-28\"\nto = \"2026-12-31\" # both\nperson = \"chi\"\n",
    );
    let next = "\n# ---- the rest\n[lint]\n";
    assert_eq!(after(&out, mine), "");
    assert_eq!(after(&out, &format!("{mine}{ben}{next}")), format!("{ben}{next}"));
    assert_eq!(after(&out, &format!("{ben}{mine}{next}")), format!("{ben}{next}"));
    assert_eq!(after(&out, &format!("{ben}\n# why not\n{mine}{next}")), format!("{ben}\n# why not\n{next}"));
    assert_eq!(after(&out, &format!("\n{mine}{next}")), next);
    let (ben, mine) = (
        "{ from = \"2026-12-07\", to = \"2026-12-14\", person = \"ben\" }",
        "{ from = \"2026-12-28\", to = \"2026-12-31\", person = \"chi\" }",
    );
    let cases = [
        (format!("overrides = [{mine}]"), "overrides = []".to_owned()),
        (format!("overrides = [{mine}, {ben}]"), format!("overrides = [{ben}]")),
        (format!("overrides = [{ben}, {mine}]"), format!("overrides = [{ben}]")),
        (format!("overrides = [ {ben}, {mine}, ]"), format!("overrides = [ {ben}, ]")),
        (format!("overrides = [\n  {ben}, # b\n  {mine}, # c\n]"), format!("overrides = [\n  {ben}, # b\n]")),
        (format!("overrides = [\n  {mine}, # c\n  {ben} # b\n]"), format!("overrides = [\n  {ben} # b\n]")),
        (format!("overrides = [\n  {ben}, # b\n  {mine} # c\n]"), format!("overrides = [\n  {ben}, # b\n]")),
    ];
    for (before, wanted) in cases {
        assert_eq!(after(&out, &format!("{before}\n")), format!("{wanted}\n"), "{before}");
    }
    let said = refused(&out, &rotation(""));
    assert!(said.contains("t.toml:7:1: ") && said.contains("has no such override any more"), "{said}");
}

#[test]
fn an_open_request_is_taken_where_it_stands() {
    let take = RotationEdit::TakeSwap { open: asked("ben", 7, 14), take: "chi".into() };
    let open = "[[rotations.swaps]]\nfrom = \"2026-12-07\" # Monday\nto   = \"2026-12-14\"\ngive = \"ben\" # please\n";
    assert_eq!(after(&take, open), format!("{open}take = \"chi\"\n"));
    assert_eq!(
        after(&take, "swaps = [{ from = \"2026-12-07\", to = \"2026-12-14\", give = \"ben\" }] # one\n"),
        "swaps = [{ from = \"2026-12-07\", to = \"2026-12-14\", give = \"ben\", take = \"chi\" }] # one\n"
    );
    let own = RotationEdit::TakeSwap { open: asked("ben", 7, 14), take: "ben".into() };
    assert!(refused(&own, &rotation(open)).contains("the same person"));
    let taken = Swap { take: Some("ana".into()), ..asked("ben", 7, 14) };
    let late = RotationEdit::TakeSwap { open: taken, take: "chi".into() };
    assert!(refused(&late, &rotation(&format!("{open}take = \"ana\"\n"))).contains("has been taken already"));
}

#[test]
fn members_are_restated_with_the_handover_from_which_they_hold() {
    let at = |day: u32, hour: u32| NaiveDate::from_ymd_opt(2026, 12, day).unwrap().and_hms_opt(hour, 0, 0).unwrap();
    let restate = |members: &[&str], hour| RotationEdit::Restate {
        start: at(7, hour),
        members: members.iter().map(|id| (*id).to_owned()).collect(),
    };
    let told = made(&restate(&["ben", "chi", "ana"], 10), &rotation(""));
    assert!(told.contains("start = \"2026-12-07T10:00\"\n"), "{told}");
    assert!(told.contains("members = [\"ben\", \"chi\", \"ana\"]\n"), "{told}");
    let lines = "members = [\n  \"ana\",\n  \"ben\",\n]\n";
    let bare = rotation("").replace("\"2026-11-02T10:00\"", "2026-11-02T10:00:00 # first");
    let told = made(&restate(&["ben", "ana"], 10), &bare.replace("members = [\"ana\", \"ben\"]\n", lines));
    assert!(told.contains("start = 2026-12-07T10:00:00 # first\n"), "{told}");
    assert!(told.contains("members = [\n  \"ben\",\n  \"ana\",\n]\n"), "{told}");
    let remarked = rotation("").replace("[\"ana\", \"ben\"]", "[\"ana\", # Lisbon\n  \"ben\"]");
    assert!(refused(&restate(&["ben", "ana"], 10), &remarked).contains("hold comments"));
    let bare = "[[rotations.overrides]]\nfrom = \"2026-12-07\"\nto = \"2026-12-14\"\nperson = \"chi\"\n";
    assert!(refused(&restate(&["ben"], 11), &rotation(bare)).contains("another clock time"));
    assert!(refused(&restate(&[], 10), &rotation("")).contains("members"));
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let far = RotationEdit::AddOverride(Override { person: "chii".into(), ..chi(1, 2) });
    assert_eq!(refused(&far, &rotation("")), "t.toml:7:1: there is no person `chii`; did you mean `chi`?");
    let back = RotationEdit::AddOverride(chi(9, 2));
    let said_back = refused(&back, &rotation(""));
    assert!(said_back.contains("t.toml:15:6: `to` is not after `from`"), "{said_back}");
    let add = RotationEdit::AddOverride(chi(1, 2));
    let other = said(&add.made_in(&rotation(""), "t.toml", "opps").unwrap_err());
    assert_eq!(other, "t.toml:1:1: there is no rotation `opps`; did you mean `ops`?");
    assert!(refused(&add, "version = 1\n[[rotations]]\nid = 4\n").contains("t.toml:3:6: "));
    let hostile = Override { why: Some("\u{1b}[2J".into()), ..chi(1, 2) };
    assert!(refused(&RotationEdit::AddOverride(hostile), &rotation("")).contains("U+001B"));
    let blank = Override { why: Some(" \t".into()), ..chi(1, 2) };
    assert_eq!(made(&RotationEdit::AddOverride(blank), &rotation("")), made(&add, &rotation("")));
    let twice = made(&add, &made(&add, &rotation("")));
    assert_eq!(twice, made(&add, &rotation("")), "what is said already is not said again");
}

fn moments() -> impl Strategy<Value = Stretch> {
    (1_700_000_000i64..1_900_000_000, 1i64..90, 0..3).prop_map(|(from, days, form)| {
        let at = |at: i64| {
            let at = chrono::DateTime::from_timestamp(at - at % 60, 0).unwrap().naive_utc();
            match form {
                0 => Moment::Day(at.date()),
                1 => Moment::Local(at),
                _ => Moment::Exact(at.and_utc().fixed_offset()),
            }
        };
        Stretch { from: at(from), to: at(from + days * 86_400) }
    })
}

fn whys() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[a-z][ a-z\"'\\\\#=\\[\\]{}\n\téß🦀]{0,24}")
}

fn overrides() -> impl Strategy<Value = Override> {
    let role = prop_oneof![Just(Role::Primary), Just(Role::Secondary)];
    (moments(), prop_oneof!["ana", "ben", "chi"], role, whys()).prop_map(|(when, person, role, why)| Override {
        when,
        person,
        role,
        why,
    })
}

proptest! {
    #[test]
    fn what_is_added_is_read_again_and_taken_out_without_a_trace(
        one in overrides(), other in overrides(), inline in any::<bool>(), windows in any::<bool>(), note in "[ -~]{0,20}",
    ) {
        let trimmed = |one: &Override| Override { why: one.why.as_ref().map(|why| why.split_whitespace().collect::<Vec<_>>().join(" ")), ..one.clone() };
        let (one, other) = (trimmed(&one), trimmed(&other));
        prop_assume!(one != other);
        let list = if inline { "overrides = [] # none yet\n" } else { "" };
        let text = rotation(&format!("{list}\n# {note}\n[lint]\n"));
        let text = if windows { text.replace('\n', "\r\n") } else { text };
        let first = made(&RotationEdit::AddOverride(one.clone()), &text);
        let both = made(&RotationEdit::AddOverride(other.clone()), &first);
        prop_assert_eq!(read(&both).rotations[0].overrides.clone(), vec![one.clone(), other.clone()]);
        prop_assert_eq!(both.matches('\n').count(), if windows { both.matches("\r\n").count() } else { both.lines().count() });
        prop_assert_eq!(made(&RotationEdit::RemoveOverride(other), &both), first.clone());
        prop_assert_eq!(made(&RotationEdit::RemoveOverride(one), &first), text);
    }
}
