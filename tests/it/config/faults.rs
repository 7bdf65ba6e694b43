//! Each wrong thing is named with its place, and with what to write instead.

use dogwatch::config::{personal_file, team_file};
use proptest::prelude::*;

use super::example::{team_part, whole};
use super::{complaints, complaints_after};

/// What stands in a file on its own, and all that must be said of it.
const ALONE: &[(&str, &[&str])] = &[
    (
        "version = 2",
        &[
            "1:11: this file has version 2, and this program reads version 1; write `version = 1`, or use a newer dogwatch",
        ],
    ),
    ("[team]\ntimezon = \"UTC\"", &["2:1: unknown key `timezon` in [team]; did you mean `timezone`?"]),
    ("[taem]", &["1:2: unknown key `taem`; did you mean `team`?"]),
    ("[team]\nname = 3", &["2:8: `name` in [team] must be text, not a number"]),
    (
        "[team]\ntimezone = \"Europe/Londn\"",
        &["2:12: `Europe/Londn` is no IANA time zone; did you mean `Europe/London`?"],
    ),
    (
        "[team]\nworkdays = \"mon\"",
        &[
            "2:12: `workdays` in [team] must be a list, not text; write `workdays = [\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"]`",
        ],
    ),
    ("[team]\nworkdays = [\"monday\"]", &["2:13: `monday` is no weekday; write mon, tue, wed, thu, fri, sat or sun"]),
    ("[team]\nworkdays = [\"mon\", \"mon\"]", &["2:20: `mon` stands here twice; keep one of them"]),
    ("[team]\nworkdays = []", &["2:12: `workdays` is empty; name at least one"]),
    (
        "[team]\nworkhours = \"17:00-09:00\"",
        &["2:13: `17:00-09:00` end before they start; write the earlier time first, as in `09:00-17:30`"],
    ),
    (
        "[team]\nholidays = [\"2026-02-30\"]",
        &["2:13: `2026-02-30` does not exist in the calendar; write a day that exists, as YYYY-MM-DD"],
    ),
    ("[team]\nholidays = [\"26-02-03\"]", &["2:13: `26-02-03` is no date; write YYYY-MM-DD, as in `2026-12-31`"]),
    ("[[people]]\nname = \"Kim\"", &["1:1: `id` is missing in [[people]]; write `id = \"ana\"`"]),
    ("[[people]]\nid = \"everyone\"", &["2:6: `everyone` has a meaning of its own; choose another id"]),
    (
        "[[severities]]\nid = \"SEV1\"\nclock = \"24/7\"",
        &["3:9: `24/7` is no `clock` in [[severities]]; did you mean \"24x7\"?"],
    ),
    (
        "[[severities]]\nid = \"SEV1\"\nack = \"15min\"",
        &["3:7: `15min` is no duration; write a number and m, h, d, w or bd, as in `15m`, `4h`, `3d`, `2bd`"],
    ),
    (
        "[tracker]\nkind = \"github\"",
        &[
            "2:8: no github source has the tracker's repository; add a [[sources]] of kind github with this repository, or write `kind = \"local\"`",
        ],
    ),
    (
        "[tracker]\npace = \"1s\"",
        &["2:8: `1s` is less than GitHub bears; write 1.1s or more; less is for a loopback host"],
    ),
    (
        "[tracker]\nlabels = { ack = \"x\", snoozed = \"X\" }",
        &["2:33: one label cannot mean both; write two different labels"],
    ),
    ("[limits]\noncall_share = 1.5", &["2:16: `1.5` is out of range; write a number from 0 to 1"]),
    ("[limits]\nareas_per_owner = 0", &["2:19: `0` is out of range; write a number from 1, as 3"]),
    ("[limits]\nuntouched = { SEV9 = \"3d\" }", &["2:15: there is no severity `SEV9`; did you mean `SEV1`?"]),
    ("[lint]\ndeny = [\"rotation-gapp\"]", &["2:9: there is no rule `rotation-gapp`; did you mean `rotation-gap`?"]),
    (
        "[[lint.waivers]]\nrule = \"bus-factor\"\nsubject = \"area:x\"\nwhy = \"few of us\"",
        &["1:1: `until` is missing in [[lint.waivers]]; write `until = \"2026-12-31\"`"],
    ),
    ("[ui]\ncolor = \"256x\"", &["2:9: `256x` is no `color` in [ui]; did you mean \"256\"?"]),
    ("[ui]\nprivate = \"yes\"", &["2:11: `private` in [ui] must be true or false, not text"]),
];

#[test]
fn what_is_wrong_in_itself_is_named_with_its_place_and_its_remedy() {
    for (text, expected) in ALONE {
        let expected: Vec<String> = expected.iter().map(|one| format!("t.toml:{one}")).collect();
        assert_eq!(complaints(text), expected, "{text}");
    }
}

/// What stands after the crew, and all that must be said of it; lines count from the end of the crew.
const AMONG_OTHERS: &[(&str, &[&str])] = &[
    ("[[people]]\nid = \"kim\"", &["2:6: there are two person entries with the id `kim`; give this one another id"]),
    (
        "[[people]]\nid = \"x\"\ngithub = \"Kim-Example\"",
        &["3:10: two people have the GitHub login `Kim-Example`; a login belongs to one person"],
    ),
    ("[[areas]]\nid = \"a\"\nowner = \"kmi\"", &["3:9: there is no person `kmi`; did you mean `kim`?"]),
    (
        "[[areas]]\nid = \"a\"\nowner = \"zoe\"",
        &["3:9: there is no person `zoe`; write one of kim, lou, noor, or add it as [[people]]"],
    ),
    (
        "[[areas]]\nid = \"a\"\npaths = [\"!x\"]",
        &["3:10: `!x` is no pattern of CODEOWNERS; write it without !, [ and ]"],
    ),
    (
        "[[kinds]]\nid = \"k\"\nseverity = \"SEV5\"\narea = \"tolls\"",
        &[
            "3:12: there is no severity `SEV5`; did you mean `SEV1`?",
            "4:8: there is no area `tolls`; did you mean `tools`?",
        ],
    ),
    (
        "[[decisions]]\nid = \"d\"\nquestion = \"q\"\nowner = \"rotation:opps/primary\"",
        &["4:9: there is no rotation `opps`; did you mean `ops`?"],
    ),
    (
        "[[decisions]]\nid = \"d\"\nquestion = \"q\"\nowner = \"relase:owner\"",
        &["4:9: `relase:owner` names nobody; did you mean `release:owner`?"],
    ),
    (
        "[[decisions]]\nid = \"d\"\nquestion = \"q\"\ncadence = \"weekly\"",
        &["4:11: there is no cadence `weekly`; add it as [[cadences]]"],
    ),
    (
        "[[escalations]]\nid = \"e\"\nsteps = [{ to = \"kim\" }, { to = \"everyone\" }]",
        &["3:17: nothing says how long to wait for `kim`; add `wait = \"15m\"`"],
    ),
    (
        "[[escalations]]\nid = \"e\"\nsteps = []",
        &["3:9: `steps` is empty; end with a person or everyone, as in `{ to = \"everyone\" }`"],
    ),
    (
        "[[rotations.overrides]]\nfrom = \"2026-12-28\"\nto = \"2026-12-28T09:00\"\nperson = \"lou\"",
        &["3:6: `to` is not after `from` (2026-12-28); write a later one, or swap the two"],
    ),
    (
        "[[rotations.overrides]]\nfrom = \"2026-12-28T10:00+01:00\"\nto = \"2026-12-28T09:00\"\nperson = \"lou\"",
        &["3:6: `to` is not after `from` (2026-12-28T10:00+01:00); write a later one, or swap the two"],
    ),
    (
        "[[rotations.overrides]]\nfrom = \"2026-12-28T25:00\"\nto = \"2026-12-29\"\nperson = \"lou\"",
        &["2:8: `2026-12-28T25:00` is no time that a clock shows; write 00:00 to 23:59"],
    ),
    (
        "[[rotations]]\nid = \"b\"\nstart = \"2026-11-02\"\nshift = \"7x\"\nmembers = []\nsecondary = \"rotation:b\"",
        &[
            "3:9: `2026-11-02` is no local date and time; write YYYY-MM-DDTHH:MM, as in `2026-11-02T10:00`",
            "4:9: `7x` is no period; write a number from 1 and h, d, w or mo, as in `7d`, `12h`, `1mo`",
            "5:11: `members` is empty; name at least one",
            "6:13: a rotation cannot be its own secondary; write `previous`, `next` or another rotation",
        ],
    ),
    (
        "[[triage]]\nwhen = {}\nset = {}",
        &[
            "2:8: `when` asks nothing, so it would match everything; name at least one of source, label, suite, check, title, text",
            "3:7: `set` sets nothing; name at least one of kind, severity, area",
        ],
    ),
    (
        "[[triage]]\nwhen = { source = \"prd\" }\nset = { kind = \"k\" }",
        &["2:19: there is no source `prd`; add it as [[sources]]", "3:16: there is no kind `k`; add it as [[kinds]]"],
    ),
    (
        "[[cadences]]\nid = \"c\"\nstart = \"2026-11-03\"\nrule = \"FREQ=WEEKLY;BYDAY=2TU\"",
        &[
            "4:8: `FREQ=WEEKLY;BYDAY=2TU` counts weekdays, which only a month or a year does; write as in `FREQ=MONTHLY;BYDAY=2TU`, or BYDAY=TU without a number",
        ],
    ),
    (
        "[[cadences]]\nid = \"c\"\nstart = \"2026-11-03\"\nrule = \"FREQ=DAILY\"\ndone_by = \"minuets\"",
        &[
            "5:11: `minuets` shows nothing that is known; write minutes, handoff, review, runbook-run, drill, `tag:GLOB` or `git:PATH`",
        ],
    ),
    (
        "[[trains]]\nid = \"t\"\nrule = \"FREQ=WEEKLY\"",
        &["3:8: a rule needs a day to start from; add `start = \"2026-11-10\"`"],
    ),
    (
        "[[releases]]\ndate = \"2026-12-01\"",
        &["2:8: nothing says which release this is; add `train = \"…\"`, or `id = \"…\"` for one without a train"],
    ),
    (
        "[[releases]]\nid = \"r\"\ndate = \"2026-12-01\"\nowner = \"TBD\"\ndeputy = \"tbd\"",
        &["5:10: there is no person `tbd`; write one of kim, lou, noor, or add it as [[people]]"],
    ),
    (
        "[[freezes]]\nid = \"f\"\nfrom = \"2026-12-20\"\nto = \"2026-12-18\"\ncovers = [\"train:x\"]",
        &[
            "4:6: `to` is not after `from` (2026-12-20); write a later one, or swap the two",
            "5:11: there is no train `x`; add it as [[trains]]",
        ],
    ),
    (
        "[[deprecations]]\ntool = \"a\"\nsince = \"2026-11-10\"\n[[deprecations]]\ntool = \"a\"\nsince = \"2026-11-11\"",
        &["5:8: there are two deprecations of `a`; put what both say into one"],
    ),
    ("[[calendars]]\nid = \"c\"", &["2:6: a calendar has one place; write either `file` or `url`"]),
    (
        "[[maintenance]]\nsources = [\"prod\"]\nfrom = \"2026-12-01T20:00\"\nto = \"2026-12-01T20:00\"",
        &[
            "2:12: there is no source `prod`; add it as [[sources]]",
            "4:6: `to` is not after `from` (2026-12-01T20:00); write a later one, or swap the two",
        ],
    ),
    (
        "[[expected]]\nsuite = \"s\"\nfrom = \"abc\"\nreason = \"r\"\nauthor = \"lu\"\nuntil = \"2026-12-31\"",
        &["5:10: there is no person `lu`; did you mean `lou`?"],
    ),
];

#[test]
fn what_does_not_fit_the_rest_of_the_file_is_named_with_its_place_and_its_remedy() {
    for (more, expected) in AMONG_OTHERS {
        let expected: Vec<String> = expected.iter().map(|one| format!("t:{one}")).collect();
        assert_eq!(complaints_after(more), expected, "{more}");
    }
}

/// Keys of one source, and all that must be said of it.
const SOURCES: &[(&str, &[&str])] = &[
    ("kind = \"jira\"", &["2:8: `jira` is no `kind` in [[sources]]; write one of \"github\", \"evals\", \"mcp\""]),
    ("repo = \"a/b\"", &["1:1: `kind` is missing in [[sources]]; write `kind = \"github\"`"]),
    ("kind = \"github\"", &["2:8: a github source needs `repo`; add `repo = \"OWNER/NAME\"`"]),
    ("kind = \"github\"\nrepo = \"acme\"", &["3:8: `acme` is no repository; write OWNER/NAME, as in `acme/harbour`"]),
    (
        "kind = \"github\"\nrepo = \"a/b\"\napi = \"http://github.example.com\"",
        &[
            "4:7: plain http to github.example.com shows everything to everybody on the way; write https://, or a loopback host",
        ],
    ),
    (
        "kind = \"github\"\nrepo = \"a/b\"\napi = \"github.example.com\"",
        &["4:7: this is no web address; write as in `https://example.com/mcp`"],
    ),
    (
        "kind = \"github\"\nrepo = \"a/b\"\ntoken_env = \"my secret\"",
        &[
            "4:13: this is no name of a variable; write the name of the variable that holds the token, as `GITHUB_TOKEN`, never the token",
        ],
    ),
    (
        "kind = \"github\"\nid = \"local\"\nrepo = \"a/b\"",
        &["3:6: `local` has a meaning of its own; choose another id"],
    ),
    ("kind = \"github\"\nid = \"new\"\nrepo = \"a/b\"", &["3:6: `new` has a meaning of its own; choose another id"]),
    (
        "kind = \"evals\"",
        &["2:8: an evals source needs a place to look; add `paths = [\"evals/out/**\"]` or `artifacts`"],
    ),
    (
        "kind = \"evals\"\npaths = [\"x\"]\nurl = \"https://a.example\"",
        &["4:7: `url` is no key of a source of kind evals; it belongs to kind mcp"],
    ),
    (
        "kind = \"mcp\"",
        &[
            "2:8: an mcp source needs a server; add `url = \"https://…/mcp\"` or `command = [\"program\", \"argument\"]`",
        ],
    ),
    (
        "kind = \"mcp\"\nurl = \"https://a.example\"\ncommand = [\"x\"]",
        &[
            "4:11: an mcp source has `url` or `command`, not both; write `url` for a server that runs, `command` for one to start",
        ],
    ),
    (
        "kind = \"mcp\"\nurl = \"https://user:pw@a.example\"",
        &["3:7: this address holds a user or a password; write `token_env` instead"],
    ),
    (
        "kind = \"mcp\"\nurl = \"http://a.example\"\ntoken_env = \"T\"",
        &["3:7: plain http to a.example shows everything to everybody on the way; write https://, or a loopback host"],
    ),
    (
        "kind = \"mcp\"\nurl = \"ftp://a.example\"",
        &["3:7: this is no web address; write as in `https://example.com/mcp`"],
    ),
    (
        "kind = \"mcp\"\nurl = \"https://a.example\"\nevery = \"0s\"",
        &["4:9: this is more often than any source is looked at; write `1s` or more"],
    ),
    (
        "kind = \"mcp\"\nurl = \"https://a.example\"\nlatency = \"0ms\"",
        &["4:11: no answer is as fast as this; write `1ms` or more, as in `500ms`"],
    ),
    (
        "kind = \"github\"\nrepo = \"acme/app\"\nlatency = \"1s\"",
        &["4:11: `latency` is no key of a source of kind github; it belongs to kind mcp"],
    ),
];

#[test]
fn a_wrong_source_is_named_with_its_place_and_its_remedy() {
    for (keys, expected) in SOURCES {
        let expected: Vec<String> = expected.iter().map(|one| format!("t.toml:{one}")).collect();
        assert_eq!(complaints(&format!("[[sources]]\n{keys}")), expected, "{keys}");
    }
}

#[test]
fn one_run_names_all_that_is_wrong_in_the_order_of_the_file() {
    let text = "colour = 1\n[team]\nname = []\ntimezone = \"Mars\"\n[[people]]\nid = \"Kim\"\n[[sources]]\nkind = \"mpc\"\nurl = \"x\"\n";
    let places: Vec<(usize, usize)> =
        team_file(text, "t").unwrap_err().iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(places, [(1, 1), (3, 8), (4, 12), (6, 6), (8, 8)]);
}

#[test]
fn text_that_is_no_toml_is_named_with_its_place() {
    let problems = team_file("[team]\nname = \"x\nlog_dir = 'ok'\n", "t").unwrap_err();
    assert_eq!((problems[0].line, problems[0].file.as_str()), (2, "t"));
    let problems = team_file("[team]\nname = \"a\"\nname = \"b\"\n", "t").unwrap_err();
    assert_eq!((problems[0].line, problems[0].column), (3, 1));
}

#[test]
fn columns_count_characters_and_a_byte_order_mark_counts_nothing() {
    let text = "\u{feff}ui = { theme = \"dark\", redact = [\"größer\"], colr = 1 }\r\n[taem]\r\n";
    let problems = personal_file(text, "p").unwrap_err();
    let places: Vec<_> = problems.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(places, [(1, 45), (2, 2)]);
}

/// A token in a value, in a key, in a comment, escaped, or in a text that is no TOML.
const LEAKS: &[&str] = &[
    "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\ntoken_env = \"ghp_SECRETsecretSECRETsecret\"",
    "[[sources]]\nkind = \"mcp\"\nurl = \"https://a.example/?t=github_pat_SECRETsecret\"",
    "[[sources]]\nkind = \"mcp\"\nurl = \"https://a.example\"\ncanary = { tool = \"t\", args = { key = \"ghs_SECRET\" } }",
    "ghr_SECRETsecretSECRETsecret = 1",
    "[[areas]]\nid = \"a\"\nowner = \"gho_SECRET\"",
    "[[areas]]\nid = \"a\"\nowner = \"\\u0067hu_SECRET\"",
    "# ghp_SECRETsecretSECRETsecret",
    "[team\nname = \"ghp_SECRETsecretSECRETsecret\"",
];

#[test]
fn a_token_is_refused_wherever_it_stands_and_never_repeated() {
    for text in LEAKS {
        let said = complaints(text).join("\n");
        assert!(said.contains("this is a token"), "{text}: {said}");
        assert!(!said.contains("SECRET"), "{text}: {said}");
    }
    assert_eq!(complaints("[team]\nname = \"laughs_and_ghp\" # never a ghp_ here"), Vec::<String>::new());
}

#[test]
fn characters_that_act_on_a_terminal_are_refused_and_never_repeated() {
    for (written, code) in [
        ("\\u001b[2J", "U+001B"),
        ("a\\u202Eb", "U+202E"),
        ("a\u{200b}b", "U+200B"),
        ("a\\nb", "U+000A"),
        ("\\u0085", "U+0085"),
        ("\\U000E0041", "U+E0041"),
    ] {
        for text in [
            format!("[team]\nname = \"{written}\""),
            format!("[[people]]\nid = \"{written}\""),
            format!("[[areas]]\nid = \"x\"\npaths = [\"{written}\"]"),
            format!("\"{written}\" = 1"),
        ] {
            let said = complaints(&text).join("\n");
            assert!(said.contains(code), "{text}: {said}");
            assert!(!said.chars().any(|c| c != '\n' && (c.is_control() || "\u{202e}\u{200b}".contains(c))), "{said:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_a_file_is_turned_into_it_is_read_or_its_faults_are_named(
        at in any::<prop::sample::Index>(),
        cut in 0_usize..40,
        put in prop_oneof!["\\PC{0,3}", "[\"=\\[\\]{}#'\\\\,.:/-]{1,2}", "[0-9TZ:+-]{1,3}", "\\n# ?"],
    ) {
        let example = whole(team_part());
        let at = at.index(example.len());
        let (start, end) = (example.floor_char_boundary(at), (at + cut).min(example.len()));
        let end = example.floor_char_boundary(end);
        let text = format!("{}{put}{}", &example[..start], &example[end..]);
        let lines = text.matches('\n').count() + 1;
        let read = [team_file(&text, "t").err(), personal_file(&text, "p").err()];
        for problems in read.into_iter().flatten() {
            prop_assert!(!problems.is_empty());
            for one in problems {
                prop_assert!((1..=lines).contains(&one.line) && one.column > 0, "{one}");
                prop_assert!(!one.to_string().contains('\n'), "{one}");
            }
        }
    }
}

#[test]
fn a_sentence_may_have_several_lines_and_becomes_one() {
    let text = "[[severities]]\nid = \"SEV1\"\nmeaning = \"\"\"\nall is\n  lost\"\"\"";
    assert_eq!(team_file(text, "t").unwrap().severities[0].meaning, "all is lost");
}

#[test]
fn of_thousands_of_faults_the_first_hundred_are_told_and_how_many_more_there_are() {
    let text: Vec<String> = (0..5_000).map(|at| format!("unknown{at} = 1")).collect();
    let said = complaints(&text.join("\n"));
    assert_eq!(said.len(), 101);
    assert!(said[0].starts_with("t.toml:1:1: "), "{}", said[0]);
    assert!(said[100].ends_with(": and 4900 more"), "{}", said[100]);
    let long = complaints(&format!("{} = 1\n", "x".repeat(500_000)));
    assert_eq!(long.len(), 1);
}
