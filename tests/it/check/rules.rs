//! One model that triggers exactly a rule for each, and one, minimally
//! different, that does not: the whole one.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use dogwatch::domain::check::{Codeowners, Commit, Evaluated, Lying, RULES, Seen, Unseen};
use dogwatch::domain::drift::Bump;
use dogwatch::domain::review::Action;
use dogwatch::domain::review::unreviewed::Unreviewed;
use dogwatch::domain::runbook::freshness::State;
use dogwatch::domain::text::Clean;

use super::made::{Scene, now, page, tag};

#[test]
fn a_whole_model_has_no_findings() {
    assert_eq!(Scene::whole().found(), Vec::<String>::new());
}

/// A test named after the rule: this scene, and exactly these findings.
macro_rules! finds {
    ($($rule:ident: $scene:expr => [$($found:literal),*];)*) => {
        $(#[test]
        fn $rule() {
            let scene: Scene = $scene;
            assert_eq!(scene.found(), [$($found),*] as [&str; finds!(@count $($found)*)], "{:#?}", scene.answer());
        })*

        #[test]
        fn each_rule_has_a_case() {
            let tested = [$(stringify!($rule)),*];
            let missing: Vec<&str> = RULES
                .iter()
                .map(|rule| rule.name)
                .filter(|name| !tested.iter().any(|test| test.replace('_', "-").starts_with(name)))
                .collect();
            assert!(missing.is_empty(), "rules without a test: {missing:?}");
        }
    };
    (@count) => { 0 };
    (@count $head:literal $($rest:literal)*) => { 1 + finds!(@count $($rest)*) };
}

/// The whole one, whose escalation asks everybody at once.
fn at_once() -> Scene {
    Scene::whole().with("{ to = \"rotation:ops/primary\", wait = \"15m\" }, ", "")
}

/// The next week, too.
const TWICE: &str =
    "[[rotations.overrides]]\nfrom = \"2026-12-07\"\nto = \"2026-12-14\"\nperson = \"ana\"\nwhy = \"w\"\n";

fn in_page(change: impl FnOnce(&mut dogwatch::domain::check::Page) + 'static) -> impl FnOnce(&mut Seen) {
    move |seen| change(&mut seen.pages.as_mut().unwrap()[0])
}

fn owners(text: &'static str) -> impl FnOnce(&mut Seen) {
    move |seen| seen.codeowners = Ok(Some(Codeowners::read((".github/CODEOWNERS", ""), text)))
}

fn landed(message: &str, files: &[&str]) -> impl FnOnce(&mut Seen) + use<> {
    let mut words = message.split_whitespace().skip(1).map(str::to_owned);
    let commit = Commit {
        hash: "0123456789abcdef".to_owned(),
        at: "2026-11-21T10:00:00Z".parse().unwrap(),
        author: Clean::line("ana"),
        title: Clean::line("change"),
        excepted: words.next().zip(words.next()).into_iter().collect(),
        files: files.iter().map(|file| (*file).to_owned()).collect(),
    };
    move |seen| seen.landed = Ok(BTreeMap::from([("past".to_owned(), vec![commit])]))
}

/// A train that ships prompts, whose last release has a tag.
fn prompts() -> Scene {
    let train =
        "[[trains]]\nid = \"words\"\nowners = [\"ana\", \"ben\"]\nareas = [\"prompts\"]\nevidence = \"tag:words-v*\"\n";
    let area = "[[areas]]\nid = \"prompts\"\npaths = [\"prompts/**\"]\nowner = \"ana\"\nbackup = \"ben\"\n";
    let source = "[[sources]]\nid = \"evals\"\nkind = \"evals\"\npaths = [\"evals/**\"]\n";
    let mut scene = Scene::whole().and(train).and(area).and(source);
    scene.facts.tags.as_mut().unwrap().push(tag("words-v1.0", "2026-11-20T09:00:00Z"));
    scene
}

/// The tools have been released as these versions, and the next release is planned as another.
fn released(versions: &[&str], next: &str) -> Scene {
    let text = format!(
        "[[releases]]\ntrain = \"tools\"\ndate = \"2026-12-08\"\nversion = \"{next}\"\nowner = \"ben\"\ndeputy = \"ana\"\n"
    );
    let mut scene = Scene::whole().and(&text).with("paths = [\"mcp/**\"]", "paths = [\"mcp/**\", \"tools.json\"]");
    let tags = versions.iter().map(|version| tag(&format!("tools-v{version}"), "2026-11-10T09:00:00Z"));
    scene.facts.tags = Some(tags.collect());
    scene
}

fn drifted(seen: &mut Seen) {
    seen.served.get_mut("prod").unwrap().as_mut().unwrap().drift = Some((Bump::Major, 2));
}

/// An incident that waits for something, untouched for so many days.
fn waits(days: i64, label: &str) -> Scene {
    let touched = now() - TimeDelta::days(days);
    let lying = Lying { id: "local#1".into(), severity: Some(1), touched, labels: vec![Clean::line(label)] };
    Scene::whole().seeing(|seen| seen.past.as_mut().unwrap().lying = vec![lying])
}

fn follow_up(owner: Option<&str>, due: &str) -> Scene {
    let action = Action {
        id: "local#4".into(),
        what: Clean::line("raise the limit"),
        owner: owner.map(str::to_owned),
        due: Some(due.parse().unwrap()),
        done_at: None,
    };
    Scene::whole().seeing(|seen| seen.past.as_mut().unwrap().actions = vec![action])
}

/// So many incidents in the last shift that has ended.
fn woken(incidents: usize) -> Scene {
    let at = "2026-11-25T09:00:00Z".parse().unwrap();
    Scene::whole().seeing(|seen| seen.past.as_mut().unwrap().opened = vec![(at, Some(0)); incidents])
}

/// A block that we wrote, below a line for all that is left; one of its lines is taken by the next.
const BLOCK: &str = "* @ana-gh\n# dogwatch:codeowners/1 begins: x\nmcp/** @ana-gh\n/mcp/ @ana-gh\n\
                     docs/** @ben-gh\n# dogwatch:codeowners/1 ends\n";

/// Each day of the train has its people.
const RELEASES: &str = "[[releases]]\ntrain = \"tools\"\ndate = \"2026-12-08\"\nowner = \"ana\"\ndeputy = \"ben\"\n\
                        [[releases]]\ntrain = \"tools\"\ndate = \"2027-01-12\"\nowner = \"ana\"\ndeputy = \"ben\"\n";

/// The whole one with another rotation.
fn on_call_is(text: &str) -> Scene {
    let whole = Scene::whole();
    let (from, to) = (whole.team.find("[[rotations]]").unwrap(), whole.team.find("[[escalations]]").unwrap());
    let rotation = whole.team[from..to].to_owned();
    whole.with(&rotation, text)
}

finds! {
    area_no_owner: Scene::whole().with("paths = [\"docs/**\"]\nowner = \"ben\"", "paths = [\"docs/**\"]")
        => ["error area-no-owner area:docs"];
    area_no_owner_left: Scene::whole().with("owner = \"ben\"\nbackup = \"ana\"", "owner = \"ana\"\nbackup = \"eva\"")
        .with("id = \"eva\"", "id = \"eva\"\nleft = \"2026-11-30\"")
        => ["error area-no-owner area:docs"];
    bus_factor: Scene::whole().with("owner = \"ben\"\nbackup = \"ana\"", "owner = \"ben\"")
        => ["warning bus-factor area:docs"];
    bus_factor_same: Scene::whole().with("owner = \"ben\"\nbackup = \"ana\"", "owner = \"ben\"\nbackup = \"ben\"")
        => ["warning bus-factor area:docs"];
    bus_factor_commits: Scene::whole().seeing(|seen| {
        seen.authors = Ok(BTreeMap::from([("mcp".to_owned(), vec![(Clean::line("Ana"), 5)])]));
    }) => ["warning bus-factor area:mcp"];
    bus_factor_much: Scene::whole().and("[limits]\nareas_per_owner = 1\n")
        .with("owner = \"ben\"\nbackup = \"ana\"", "owner = \"ana\"\nbackup = \"ben\"")
        => ["warning bus-factor person:ana"];
    owner_unreachable: Scene::whole().with("owner = \"ana\"\nbackup = \"ben\"\npages", "owner = \"eva\"\nbackup = \"eva2\"\npages")
        .with("[[areas]]", "[[people]]\nid = \"eva2\"\n[[areas]]")
        => ["warning owner-unreachable area:mcp"];
    path_unowned: Scene::whole().seeing(|seen| seen.files.as_mut().unwrap().push("seps/one.md".to_owned()))
        => ["warning path-unowned path:seps/"];
    decision_unowned: Scene::whole().with("escalate_to = \"ben\"\n", "")
        => ["warning decision-unowned decision:drop"];
    rotation_gap: at_once().with("secondary = \"previous\"", "secondary = \"previous\"\nuntil = \"2026-12-21T10:00\"")
        => ["warning rotation-gap rotation:ops"];
    rotation_away: at_once().with("id = \"ana\"\n", "id = \"ana\"\naway = [{ from = \"2026-12-01\", to = \"2026-12-02\" }]\n")
        => ["error rotation-away rotation:ops"];
    rotation_away_freeze: Scene::whole().with("from = \"2026-11-20\"\nto = \"2026-11-22\"", "from = \"2026-12-20\"\nto = \"2026-12-22\"")
        .with("approver = \"ben\"", "approver = \"eva\"")
        .with("id = \"eva\"\n", "id = \"eva\"\naway = [{ from = \"2026-12-21\", to = \"2026-12-21\" }]\n")
        => ["error rotation-away freeze:past"];
    overloaded: Scene::whole().with("[[escalations]]", &format!("{TWICE}[[escalations]]"))
        => ["warning overloaded rotation:ops"];
    escalation_dead_end: Scene::whole().with("{ to = \"everyone\" }", "{ to = \"rotation:ops/secondary\" }")
        => ["error escalation-dead-end escalation:default"];
    escalation_dead_end_late: Scene::whole().with("meaning = \"down\"\nclock = \"business\"", "meaning = \"down\"\nclock = \"24x7\"")
        => ["warning escalation-dead-end severity:SEV1"];
    severity_no_sla: Scene::whole().with("ack = \"2h\"\nmitigate = \"2bd\"", "ack = \"2h\"")
        => ["error severity-no-sla severity:SEV2"];
    severity_no_sla_order: Scene::whole().with("ack = \"2h\"\nmitigate", "ack = \"30m\"\nmitigate")
        => ["error severity-no-sla severity:SEV2"];
    kind_no_runbook: Scene::whole().with("runbook = \"down.md#verify\"\n", "") => ["error kind-no-runbook kind:down"];
    kind_no_runbook_heading: Scene::whole().with("down.md#verify", "down.md#verfy") => ["error kind-no-runbook kind:down"];
    runbook_no_owner: Scene::whole().with("paths = [\"docs/**\"]", "paths = [\"doc/**\"]")
        .with("area = \"mcp\"\nrunbook", "runbook")
        .and("[lint]\nignore_paths = [\"docs/**\"]\n")
        => ["error runbook-no-owner runbook:docs/runbooks/down.md", "warning nobody-named kind:down"];
    runbook_stale: Scene::whole().seeing(in_page(|page| page.freshness.state = State::Stale))
        => ["warning runbook-stale runbook:docs/runbooks/down.md"];
    runbook_broken_link: Scene::whole().seeing(|seen| {
        let mut broken = page("# Down\n\n[gone](gone.md)\n\n## Verify\n\n## Roll back\n");
        broken.broken = vec![0];
        seen.pages = Ok(vec![broken]);
    }) => ["error runbook-broken-link runbook:docs/runbooks/down.md"];
    cadence_missed: {
        let mut scene = Scene::whole();
        scene.facts.minutes.as_mut().unwrap().pop();
        scene
    } => ["error cadence-missed cadence:triage"];
    release_no_owner: Scene::whole().and("[[releases]]\nid = \"site\"\ndate = \"2026-12-04\"\ndeputy = \"ben\"\n")
        => ["error release-no-owner release:site"];
    release_no_owner_deputy: Scene::whole().and("[[releases]]\nid = \"site\"\ndate = \"2026-12-04\"\nowner = \"ben\"\n")
        => ["warning release-no-owner release:site"];
    release_missed: {
        let mut scene = Scene::whole();
        scene.facts.tags = Some(Vec::new());
        scene
    } => ["error release-missed release:tools/2026-11-10"];
    freeze_violated: Scene::whole().seeing(landed("fix", &["mcp/a.py"])) => ["error freeze-violated freeze:past"];
    freeze_violated_elsewhere: Scene::whole().seeing(landed("fix", &["docs/b.md"])) => [];
    freeze_violated_excepted: Scene::whole().seeing(landed("Freeze-Exception: past SEV1 down", &["mcp/a.py"])) => [];
    freeze_violated_in_file: Scene::whole()
        .with("why = \"few people\"", "why = \"few people\"\nexceptions = [{ commit = \"0123456789ab\", by = \"ben\", why = \"w\" }]")
        .seeing(landed("fix", &["mcp/a.py"])) => [];
    deprecation_overdue: Scene::whole().with("since = \"2026-11-10\"\nmin_window = \"90d\"\nremove_on = \"2027-02-09\"",
        "since = \"2026-08-10\"\nmin_window = \"90d\"\nremove_on = \"2026-11-27\"")
        => ["error deprecation-overdue deprecation:look"];
    backlog_untouched: Scene::whole().seeing(|seen| {
        let touched = now() - TimeDelta::days(31);
        seen.past.as_mut().unwrap().lying = vec![Lying { id: "local#1".into(), severity: Some(0), touched, labels: Vec::new() }];
    }) => ["warning backlog-untouched severity:SEV1"];
    codeowners_drift: Scene::whole().seeing(owners("mcp/ @chi-gh\n")) => ["warning codeowners-drift codeowners:mcp/"];
    codeowners_drift_same: Scene::whole().seeing(owners("# all\nmcp/ @ben-gh\ndocs/ @ben-gh\n")) => [];
    codeowners_drift_shadowed: Scene::whole().seeing(owners("/mcp/ @ana-gh\nmcp/ @ben-gh\n"))
        => ["warning codeowners-drift codeowners:/mcp/"];
    codeowners_drift_nobody: Scene::whole().seeing(owners("mcp/ @zoe\n")) => ["warning codeowners-drift codeowners:mcp/"];
    codeowners_drift_cleared: Scene::whole().seeing(owners("mcp/\n")) => ["warning codeowners-drift codeowners:mcp/"];
    codeowners_drift_invalid: Scene::whole().seeing(owners("!mcp/ @ana-gh\n")) => ["warning codeowners-drift codeowners:!mcp/"];
    codeowners_drift_team: Scene::whole().seeing(owners("mcp/ @org/tools\n")) => ["info codeowners-drift codeowners:mcp/"];
    rotation_thin: Scene::whole().with("secondary = \"previous\"\n", "") => ["warning rotation-thin rotation:ops"];
    rotation_moved: Scene::whole().seeing(|seen| {
        seen.moved = Ok(vec![("ops".to_owned(), "ana".to_owned(), "ben".to_owned())]);
    }) => ["warning rotation-moved rotation:ops"];
    runbook_broken_command: Scene::whole().seeing(in_page(|page| page.missing = vec![(5, "bin/no".to_owned())]))
        => ["warning runbook-broken-command runbook:docs/runbooks/down.md"];
    runbook_incomplete: Scene::whole().seeing(|seen| seen.pages = Ok(vec![page("# Down\n\n## Verify\n")]))
        => ["info runbook-incomplete runbook:docs/runbooks/down.md"];
    freeze_conflict: Scene::whole().with("from = \"2026-11-20\"\nto = \"2026-11-22\"\ncovers = [\"area:mcp\"]",
        "from = \"2026-12-08\"\nto = \"2026-12-08\"\ncovers = [\"train:tools\"]")
        => ["warning freeze-conflict release:tools/2026-12-08"];
    calendar_inconsistent: Scene::whole()
        .and("[[releases]]\nid = \"old\"\ndate = \"2027-03-01\"\nowner = \"ana\"\ndeputy = \"ben\"\nsupported_until = \"2027-02-01\"\n")
        => ["error calendar-inconsistent release:old"];
    deprecation_thin: Scene::whole().with("replacement = \"find\"\n", "") => ["warning deprecation-thin deprecation:look"];
    deprecation_thin_window: Scene::whole().with("remove_on = \"2027-02-09\"", "remove_on = \"2027-01-09\"")
        => ["warning deprecation-thin deprecation:look"];
    deprecation_thin_unsaid: Scene::whole().seeing(|seen| {
        let served = seen.served.get_mut("prod").unwrap().as_mut().unwrap();
        served.tools.get_mut("look").unwrap().description = "Looks.".to_owned();
    }) => ["warning deprecation-thin deprecation:look"];
    schema_unreleased: Scene::whole().seeing(|seen| {
        seen.served.get_mut("prod").unwrap().as_mut().unwrap().drift = Some((Bump::Major, 2));
    }) => ["error schema-unreleased source:prod"];
    schema_unreleased_bump: released(&["1.0.0"], "1.1.0").seeing(drifted)
        => ["error schema-unreleased source:prod"];
    prompt_unevaluated: prompts().seeing(|seen| {
        seen.evaluated = Ok(vec![Evaluated { commit: Some("9f00aa1".to_owned()), prompt: Some("0.9".to_owned()) }]);
    }) => ["warning prompt-unevaluated train:words"];
    prompt_unevaluated_commit: prompts().seeing(|seen| {
        seen.evaluated = Ok(vec![Evaluated { commit: Some("3b2aabc".to_owned()), prompt: None }]);
    }) => [];
    prompt_unevaluated_version: prompts().seeing(|seen| {
        seen.evaluated = Ok(vec![Evaluated { commit: None, prompt: Some("1.0".to_owned()) }]);
    }) => [];
    needinfo_lingering: waits(11, "triage/needs-information") => ["info needinfo-lingering label:triage/needs-information"];
    needinfo_lingering_not_yet: waits(10, "triage/needs-information") => [];
    needinfo_lingering_other: waits(11, "needs-tests") => [];
    review_lingering: waits(6, "S-waiting-on-review") => ["info review-lingering label:S-waiting-on-review"];
    review_lingering_not_yet: waits(5, "S-waiting-on-review") => [];
    review_overdue: Scene::whole().seeing(|seen| {
        seen.past.as_mut().unwrap().unreviewed = vec![Unreviewed { id: "local#3".into(), severity: "SEV1".to_owned(), due: now() }];
    }) => ["warning review-overdue severity:SEV1"];
    action_unowned: follow_up(None, "2026-12-09") => ["warning action-unowned actions:unowned"];
    action_unowned_late: follow_up(Some("ben"), "2026-11-29") => ["warning action-unowned person:ben"];
    action_unowned_in_time: follow_up(Some("ben"), "2026-11-30") => [];
    overloaded_by_incidents: woken(3) => ["warning overloaded rotation:ops"];
    overloaded_by_incidents_not: woken(2) => [];
    nobody_on_call: on_call_is("").with("rotation:ops/primary", "ana")
        => ["error nobody-on-call team:on-call"];
    nobody_named: Scene::whole().with("owner = \"ana\"\ngrace", "grace") => ["warning nobody-named cadence:triage"];
    nobody_named_kind: Scene::whole().with("area = \"mcp\"\nrunbook", "runbook") => ["warning nobody-named kind:down"];
    nobody_named_severity: Scene::whole().with("mitigate = \"1bd\"\nescalation = \"default\"", "mitigate = \"1bd\"")
        => ["warning nobody-named severity:SEV1"];
    nobody_named_train: Scene::whole().with("owners = [\"ana\", \"ben\"]\n", "").and(RELEASES)
        => ["warning nobody-named train:tools"];
    path_unowned_elsewhere: Scene::whole().seeing(|seen| seen.files.as_mut().unwrap().push("a/docs.md".to_owned()))
        .and("[lint]\nignore_paths = [\"/a/\"]\n") => [];
    runbook_no_owner_of_area: Scene::whole().with("paths = [\"docs/**\"]\nowner = \"ben\"", "paths = [\"docs/**\"]")
        .with("area = \"mcp\"\nrunbook", "runbook")
        => ["error area-no-owner area:docs", "warning nobody-named kind:down"];
    freeze_violated_by_the_file: Scene::whole().with("covers = [\"area:mcp\"]", "covers = [\"*\"]")
        .seeing(landed("exceptions", &["dogwatch.toml"])) => [];
    freeze_violated_with_the_file: Scene::whole().with("covers = [\"area:mcp\"]", "covers = [\"*\"]")
        .seeing(landed("exceptions", &["dogwatch.toml", "docs/a.md"])) => ["error freeze-violated freeze:past"];
    codeowners_drift_block: Scene::whole().seeing(owners(BLOCK)) => [];
    codeowners_drift_before_block: Scene::whole().seeing(|seen| {
        let text = format!("mcp/ @ana-gh\n{BLOCK}");
        seen.codeowners = Ok(Some(Codeowners::read((".github/CODEOWNERS", ""), &text)));
    }) => ["warning codeowners-drift codeowners:mcp/"];
    waiver_expired: Scene::whole()
        .and("[[lint.waivers]]\nrule = \"bus-factor\"\nsubject = \"area:x\"\nwhy = \"w\"\nuntil = \"2026-11-29\"\n")
        => ["warning waiver-expired waiver:bus-factor/area:x"];
}

#[test]
fn what_could_not_be_looked_at_is_told_once_for_a_rule_and_never_passed_over() {
    let unseen = || Unseen(Clean::line("no git here"));
    let scene = Scene::whole().seeing(|seen| {
        (seen.files, seen.authors, seen.landed) = (Err(unseen()), Err(unseen()), Err(unseen()));
    });
    let said: Vec<String> = scene
        .answer()
        .findings
        .iter()
        .map(|one| format!("{} {} {}", one.level.word(), one.rule, one.message))
        .collect();
    assert_eq!(
        said,
        [
            "info bus-factor not checked: no git here",
            "info path-unowned not checked: no git here",
            "info freeze-violated not checked: no git here"
        ]
    );
}

#[test]
fn a_release_that_declares_too_small_a_bump_is_told_what_it_needs() {
    let said = |scene: Scene| {
        let answer = scene.seeing(drifted).answer();
        let one = answer.findings.iter().find(|one| one.rule == "schema-unreleased").unwrap();
        (one.message.to_string(), one.fix.to_string())
    };
    let served = "prod serves 2 changes since tools.json: a major release";
    let release = "release, then `dogwatch probe snapshot prod`";
    let (message, fix) = said(released(&["1.0.0"], "1.1.0"));
    assert_eq!(message, format!("{served}; the release of 2026-12-08 declares 1.0.0 to 1.1.0, a minor bump"));
    assert_eq!(fix, format!("give that release a `version` with a major bump; {release}"));
    assert_eq!(said(released(&["1.0.0"], "2.0.0")), (served.to_owned(), release.to_owned()));
    // Before 1.0.0 a breaking change is a minor bump; the last tag is the highest, not the last in the list.
    assert_eq!(said(released(&["0.3.0", "0.2.9"], "0.4.0")).0, served);
    assert!(said(released(&["0.3.0", "0.2.9"], "0.3.1")).0.contains("0.3.0 to 0.3.1, a patch bump"));
}

#[test]
fn a_waived_finding_stays_in_the_answer_and_comes_back_the_day_after() {
    let waiver = |until: &str| {
        let text = format!(
            "[[lint.waivers]]\nrule = \"decision-unowned\"\nsubject = \"decision:*\"\nwhy = \"w\"\nuntil = \"{until}\"\n"
        );
        Scene::whole().with("escalate_to = \"ben\"\n", "").and(&text).answer()
    };
    let let_pass = waiver("2026-11-30");
    assert_eq!(let_pass.findings[0].waived_until, Some("2026-11-30".parse().unwrap()));
    assert_eq!((let_pass.summary.waived, let_pass.summary.warning), (1, 0));
    let ended = waiver("2026-11-29");
    assert_eq!((ended.summary.waived, ended.summary.warning), (0, 2), "it, and the waiver that has ended");
    let message = ended.findings.iter().find(|one| one.rule == "decision-unowned").unwrap().message.as_str();
    assert_eq!(message, "drop has no `escalate_to` (waiver ended on 2026-11-29)");
}

#[test]
fn a_denied_rule_says_errors_and_findings_name_their_place() {
    let scene = Scene::whole().with("escalate_to = \"ben\"\n", "").and("[lint]\ndeny = [\"decision-unowned\"]\n");
    let answer = scene.answer();
    let one = &answer.findings[0];
    assert_eq!((one.level.word(), one.file.as_ref().unwrap().as_str()), ("error", "dogwatch.toml"));
    let line = scene.team.lines().position(|line| line == "[[decisions]]").unwrap() + 1;
    assert_eq!((one.line, one.column), (Some(line), Some(1)));
    assert_eq!(answer.summary.error, 1);
}
