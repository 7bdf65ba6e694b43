//! Who is on call, changed from the command line: in the team file as people
//! have written it.

use std::fs;

use super::Home;

const TEAM: &str = r#"# Ours; read docs/ops first.
version = 1
[team]
name = "crew"
timezone = "Europe/London"

[[people]]
id = "ana"      # Lisbon
github = "ana-example"
away = [{ from = "2026-12-21", to = "2027-01-02", why = "leave" }]
[[people]]
id = "ben"
[[people]]
id = "kim"
[[people]]
id = "new"
joined = "2027-06-01"

# ------------------------------------------------ who is on call
[[rotations]]
id       = "ops"
start    = "2026-11-02T10:00"   # ana first
shift    = "7d"
members  = ["ana", "ben", "kim"]
# an exception needs a reason
[[rotations.overrides]]
from   = "2026-11-23"
to     = "2026-11-30"
person = "ben"                  # instead of ana
why    = "dentist"

# ------------------------------------------------ how bad it is
[[severities]]
id = "SEV1"
ack = "15m"
"#;

/// A Friday at noon; ana has it from the 2nd, ben from the 9th, kim from the 16th.
const NOON: &str = "2026-11-20T12:00:00Z";

fn home() -> Home {
    home_with(TEAM)
}

fn home_with(team: &str) -> Home {
    let mut home = Home::new();
    home.write("dogwatch.toml", team);
    home.always = ["--data-dir", "data", "--now", NOON].map(str::to_owned).to_vec();
    home
}

fn file(home: &Home) -> String {
    fs::read_to_string(home.path("dogwatch.toml")).unwrap()
}

/// What is behind `ana first`'s rotation once an override is there.
fn with(table: &str) -> String {
    let dentist = "why    = \"dentist\"\n";
    TEAM.replace(dentist, &format!("{dentist}{table}"))
}

#[test]
fn an_override_is_written_below_the_last_one_and_everything_else_stays() {
    let home = home();
    let words = ["override", "add", "ben", "--from", "2026-12-14", "--to", "7d", "--why", "ana on leave"];
    let said = home.run(&[&words[..], &["--dry-run"]].concat());
    assert_eq!((said.code, file(&home).as_str()), (0, TEAM), "{said:?}");
    assert!(said.err.contains("dogwatch.toml is as it was; leave out --dry-run to write it"), "{said:?}");
    let wanted = "\
--- a/dogwatch.toml
+++ b/dogwatch.toml
@@ -28,6 +28,11 @@
 to     = \"2026-11-30\"
 person = \"ben\"                  # instead of ana
 why    = \"dentist\"
+[[rotations.overrides]]
+from   = \"2026-12-14\"
+to     = \"2026-12-21\"
+person = \"ben\"
+why    = \"ana on leave\"
 
 # ------------------------------------------------ how bad it is
 [[severities]]

ops primary from Mon 14 Dec 2026 10:00 to Mon 21 Dec 2026 10:00: ben, was ana
";
    assert_eq!(said.out, wanted);
    let said = home.run(&words);
    assert_eq!((said.code, said.out.as_str()), (0, wanted), "{said:?}");
    assert!(said.err.contains("dogwatch.toml is changed; `git diff` shows it"), "{said:?}");
    let table = "[[rotations.overrides]]\nfrom   = \"2026-12-14\"\nto     = \"2026-12-21\"\nperson = \"ben\"\nwhy    = \"ana on leave\"\n";
    assert_eq!(file(&home), with(table));
    let again = home.run(&words);
    assert!(again.code == 0 && again.out.is_empty() && again.err.contains("says so already"), "{again:?}");
    assert_eq!(file(&home), with(table));
    assert_eq!(home.run(&["override", "remove", "ben@2026-12-14"]).code, 0);
    assert_eq!(file(&home), TEAM);
}

#[test]
fn the_answer_as_json_says_who_was_and_who_is() {
    let home = home();
    let told =
        home.json(&["override", "add", "kim", "--from", "2026-12-15T18:00", "--to", "2026-12-16T08:00", "--json"]);
    assert_eq!(super::fields(&told), ["changes", "diff", "file", "rotation", "schema", "verb", "warnings", "written"]);
    assert_eq!((told["schema"].as_str(), told["verb"].as_str()), (Some("dogwatch.override/1"), Some("add")));
    assert_eq!((&told["written"], told["rotation"].as_str()), (&true.into(), Some("ops")));
    let changes = serde_json::json!([{"role": "primary", "from": "2026-12-15T18:00:00+00:00",
        "to": "2026-12-16T08:00:00+00:00", "was": "ana", "is": "kim"}]);
    assert_eq!(told["changes"], changes);
    assert_eq!(told["warnings"][0], "nobody has to be on call in ops then: it covers nothing");
    let listed = home.json(&["override", "list", "--json"]);
    let overrides = listed["rotations"][0]["overrides"].as_array().unwrap();
    assert_eq!(overrides[1]["name"], "kim@2026-12-15T18:00..2026-12-16T08:00");
    assert_eq!(
        (overrides[0]["state"].as_str(), overrides[0]["when"]["start"].as_str()),
        (Some("ahead"), Some("2026-11-23T10:00:00Z"))
    );
}

#[test]
fn what_is_doubtful_is_said_and_done() {
    let cases = [
        (["add", "ana", "2026-12-21", "2026-12-28"], "ana is away to 2027-01-02: leave"),
        (["add", "new", "2026-12-21", "2026-12-28"], "new joins on 2027-06-01"),
        (["add", "kim", "2026-11-25", "2026-11-27"], "it overlaps the override of ben from 2026-11-23 to 2026-11-30"),
        (["add", "kim", "2026-11-28", "2026-11-29"], "it covers nothing"),
        (["add", "ben", "2026-11-02", "2026-11-09"], "it is about the past"),
    ];
    for ([verb, who, from, to], wanted) in cases {
        let home = home();
        let said = home.run(&["override", verb, who, "--from", from, "--to", to]);
        assert!(said.code == 0 && said.err.contains(wanted), "{who} {from}: {said:?}");
        assert_ne!(file(&home), TEAM);
    }
}

#[test]
fn what_changes_nothing_is_not_written() {
    let cases: [(&[&str], &str); 7] = [
        (&["add", "kim", "--from", "2026-11-16", "--to", "2026-11-23"], "it changes nothing"),
        (&["take"], "it changes nothing"),
        (&["swap", "ana", "ben", "--from", "2026-11-16", "--to", "2026-11-23"], "it changes nothing"),
        (&["swap", "ben", "kim", "--from", "2026-11-23", "--to", "2026-11-30"], "an override wins"),
        (&["swap", "ben", "--from", "2026-12-07", "--to", "2026-12-14"], "it is not ben's to give: kim has it then"),
        (&["swap", "kim", "--from", "2026-12-07", "--to", "2026-12-21"], "it is not kim's to give: ana has it then"),
        (&["swap", "ben", "--from", "2026-11-24", "--to", "2026-11-25"], "an override made it ben's"),
    ];
    let home = home().of_person("kim");
    for (words, wanted) in cases {
        for more in [&[][..], &["--dry-run"]] {
            let said = home.run(&[&["override"], words, more].concat());
            assert!(said.code == 1 && said.err.contains(wanted), "{words:?}: {said:?}");
            assert!(said.err.contains("dogwatch.toml is as it was"), "{words:?}: {said:?}");
            assert_eq!((file(&home).as_str(), said.out.as_str()), (TEAM, ""), "{words:?}");
        }
        let told = home.run(&[&["override"], words, &["--json"]].concat()).json();
        assert_eq!(told["written"], false);
        assert!(told["warnings"][0].as_str().unwrap().contains(wanted), "{told}");
    }
    let asked = home.run(&["override", "swap", "kim", "--from", "2026-12-08", "--to", "2026-12-10"]);
    assert_eq!(asked.code, 0, "a request for what is one's own changes nobody, and stands: {asked:?}");
}

#[test]
fn an_override_that_beats_a_swap_names_it() {
    let home = home();
    let there_and_back = ["--from", "2026-12-07", "--to", "7d", "--back-from", "2026-12-14", "--back-to", "2026-12-21"];
    assert_eq!(home.run(&[&["override", "swap", "kim", "ana"][..], &there_and_back].concat()).code, 0);
    for (from, wanted) in [
        ("2026-12-07", "it beats the swap kim → ana of 7 Dec; its way back still stands"),
        ("2026-12-14", "it beats the way back of the swap kim → ana of 7 Dec, which still stands"),
    ] {
        let said = home.run(&["override", "add", "ben", "--from", from, "--to", "7d", "--dry-run"]);
        assert!(said.code == 0 && said.err.contains(wanted), "{from}: {said:?}");
    }
    let beside = home.run(&["override", "add", "ana", "--from", "2026-12-21", "--to", "7d", "--dry-run"]);
    assert!(!beside.err.contains("beats"), "{beside:?}");
}

#[test]
fn swaps_are_asked_for_given_and_taken() {
    let home = home().of_person("kim");
    let asked = home.run(&["override", "give", "--why", "who would?"]);
    assert_eq!(asked.code, 0, "{asked:?}");
    let open = "[[rotations.swaps]]\nfrom   = \"2026-11-20T12:00\"\nto     = \"2026-11-23\"\ngive   = \"kim\"\nwhy    = \"who would?\"\n";
    assert_eq!(file(&home), with(open), "{asked:?}");
    let own = home.run(&["override", "take"]);
    assert!(own.code == 2 && own.err.contains("it is your own request"), "{own:?}");
    let home = home.of_person("ben");
    let taken = home.run(&["override", "take"]);
    assert!(
        taken.out.contains("ops primary from Fri 20 Nov 2026 12:00 to Mon 23 Nov 2026 10:00: ben, was kim"),
        "{taken:?}"
    );
    assert_eq!(file(&home), with(&open.replace("give   = \"kim\"\n", "give   = \"kim\"\ntake   = \"ben\"\n")));
    assert_eq!(
        home.run(&["override", "list"]).out,
        "ops ahead ben@2026-11-23..2026-11-30: dentist\nops now kim:ben@2026-11-20T12:00..2026-11-23: who would?\n"
    );
    // What an override made mine is given away by another one.
    let given = home.run(&["override", "give", "kim", "--shift", "2026-11-24"]);
    assert!(
        given.out.contains("ops primary from Mon 23 Nov 2026 10:00 to Mon 30 Nov 2026 10:00: kim, was ben"),
        "{given:?}"
    );
    let not_mine = home.run(&["override", "give", "kim", "--shift", "2026-12-15"]);
    assert!(not_mine.code == 2 && not_mine.err.contains("that shift is ana's"), "{not_mine:?}");
    let there_and_back = ["--back-from", "2026-12-14", "--back-to", "2026-12-21"];
    let both = home.run(
        &[&["override", "swap", "kim", "ana", "--from", "2026-12-07", "--to", "7d"][..], &there_and_back].concat(),
    );
    assert!(both.out.contains("back   = { from = \"2026-12-14\", to = \"2026-12-21\" }"), "{both:?}");
    assert!(both.out.contains("Mon 14 Dec 2026 10:00 to Mon 21 Dec 2026 10:00: kim, was ana"), "{both:?}");
}

#[test]
fn a_shift_is_taken_from_now_on_or_whole_if_it_is_ahead() {
    let home = home().of_person("ben");
    let now = home.run(&["override", "take", "--dry-run"]);
    assert!(
        now.out.contains("+from   = \"2026-11-20T12:00\"\n+to     = \"2026-11-23\"\n+person = \"ben\"\n"),
        "{now:?}"
    );
    let ahead = home.run(&["override", "take", "--shift", "2026-12-16T09:00", "--dry-run"]);
    assert!(ahead.out.contains("+from   = \"2026-12-14\"\n+to     = \"2026-12-21\"\n"), "{ahead:?}");
    let nobody = home.of_person("stranger").run(&["override", "take"]);
    assert!(nobody.code == 2 && nobody.err.contains("stranger is nobody of the team file"), "{nobody:?}");
}

#[test]
fn wrong_words_are_told_with_the_right_ones_and_change_nothing() {
    let home = home();
    let ends = ["--from", "2026-12-07", "--to", "2026-12-14"];
    let cases: [(&[&str], &str); 7] = [
        (&["add", "ane", ends[0], ends[1], ends[2], ends[3]], "no person ane in the team file; did you mean ana?"),
        (
            &["add", "ana", ends[0], ends[1], ends[2], ends[3], "--rotation", "op"],
            "no rotation op in the team file; did you mean ops?",
        ),
        (&["add", "ana", "--from", "2026-12-14", "--to", "2026-12-07"], "2026-12-07 is not after 2026-12-14"),
        (&["add", "ana", "--from", "2026-02-31", "--to", "2026-03-01"], "--from 2026-02-31: "),
        (&["add", "ana", "--from", "soon", "--to", "2026-03-01"], "`soon` is no time; write "),
        (&["remove", "chi@2026"], "rotation ops has no chi@2026; it has: ben@2026-11-23..2026-11-30"),
        (&["swap", "ana", "ana", ends[0], ends[1], ends[2], ends[3]], "the same person"),
    ];
    for (words, wanted) in cases {
        let said = home.run(&[&["override"], words].concat());
        assert!(said.code == 2 && said.out.is_empty() && said.err.contains(wanted), "{words:?}: {said:?}");
    }
    let readonly = home.run(&["--readonly", "override", "remove", "ben@"]);
    assert!(readonly.code == 2 && readonly.err.contains("--readonly"), "{readonly:?}");
    assert_eq!(file(&home), TEAM);
    let two = format!(
        "{TEAM}[[rotations]]\nid = \"web\"\nstart = \"2026-11-02T10:00\"\nshift = \"1d\"\nmembers = [\"kim\"]\n"
    );
    let said = home_with(&two).run(&["override", "add", "ana", ends[0], ends[1], ends[2], ends[3]]);
    assert!(said.code == 2 && said.err.contains("say which rotation with --rotation: ops, web"), "{said:?}");
    let broken = TEAM.replace("shift    = \"7d\"", "shift    = \"7x\"");
    let said = home_with(&broken).run(&["override", "add", "ana", ends[0], ends[1], ends[2], ends[3]]);
    assert!(said.code == 2 && said.err.contains("dogwatch.toml:23:12: `7x` is no period"), "{said:?}");
}

#[test]
fn line_ends_and_hostile_reasons_survive() {
    let home = home_with(&TEAM.replace('\n', "\r\n"));
    let why = "say \"no\" to ' # [[x]]\nand = \u{202e}\u{1b}[2J \\ é🦀";
    let said = home.run(&["override", "add", "ana", "--from", "2026-12-07", "--to", "7d", "--why", why]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(!said.out.contains('\u{1b}') && !said.out.contains('\u{202e}'), "{said:?}");
    let text = file(&home);
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
    let listed = home.json(&["override", "list", "--json"]);
    let kept = listed["rotations"][0]["overrides"][1]["why"].as_str().unwrap().to_owned();
    assert!(kept.starts_with("say \"no\" to ' # [[x]]") && kept.ends_with("\\ é🦀"), "{kept}");
    assert_eq!(home.run(&["override", "remove", "ana@"]).code, 0);
    assert_eq!(file(&home), TEAM.replace('\n', "\r\n"));
    let long = home.run(&["override", "add", "kim", "--from", "now", "--to", "7d", "--why", &"x".repeat(501)]);
    assert!(long.code == 2 && long.err.contains("longer than 500 bytes"), "{long:?}");
}

#[test]
fn of_many_who_write_at_once_every_word_is_kept() {
    let home = home();
    let days: Vec<String> = (1..9).map(|day| format!("2027-03-{day:02}")).collect();
    let running: Vec<_> = days
        .iter()
        .map(|day| {
            let words = ["override", "add", "ben", "--from", day, "--to", "1d"];
            home.command(&words)
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut one in running {
        assert!(one.wait().unwrap().success());
    }
    let text = file(&home);
    for day in days {
        assert_eq!(text.matches(&format!("from   = \"{day}\"")).count(), 1, "{text}");
    }
    assert!(text.ends_with("ack = \"15m\"\n"));
}

#[cfg(unix)]
#[test]
fn what_is_write_protected_or_leads_out_of_the_repository_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let add = ["override", "add", "ana", "--from", "2026-12-07", "--to", "7d"];
    let home = home();
    let protect = |mode| fs::set_permissions(home.path("dogwatch.toml"), fs::Permissions::from_mode(mode)).unwrap();
    protect(0o444);
    let said = home.run(&add);
    assert!(said.code == 2 && said.err.contains("is write-protected; allow writing with `chmod u+w`"), "{said:?}");
    assert_eq!(file(&home), TEAM);
    protect(0o640);
    assert_eq!(home.run(&add).code, 0);
    assert_eq!(super::mode(&home.path("dogwatch.toml")), 0o640);

    let home = home_with(TEAM);
    let elsewhere = tempfile::TempDir::new().unwrap();
    let other = elsewhere.path().join("theirs.toml");
    fs::write(&other, TEAM).unwrap();
    fs::remove_file(home.path("dogwatch.toml")).unwrap();
    std::os::unix::fs::symlink(&other, home.path("dogwatch.toml")).unwrap();
    for way in [&[][..], &["--config", "dogwatch.toml"]] {
        let said = home.run(&[way, &add].concat());
        assert!(said.code == 2 && said.err.contains("is a link that leads out of its repository"), "{said:?}");
    }
    assert_eq!(fs::read_to_string(&other).unwrap(), TEAM);
    // Within the repository a link stays one, and what it points at is changed.
    fs::remove_file(home.path("dogwatch.toml")).unwrap();
    home.write("ops/team.toml", TEAM);
    std::os::unix::fs::symlink("ops/team.toml", home.path("dogwatch.toml")).unwrap();
    assert_eq!(home.run(&add).code, 0);
    assert!(home.path("dogwatch.toml").is_symlink());
    assert!(fs::read_to_string(home.path("ops/team.toml")).unwrap().contains("from   = \"2026-12-07\""));
}
