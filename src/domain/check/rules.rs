//! The table of rules. A rule is one row: its name, what it looks at, why it
//! is there and from where that is known, and how it is mended.

use super::{
    Ground, Level, Looked, aftermath, areas, codeowners, escalations, kinds, lying, nobody, plan, prompts, runbooks,
    shipped, tools, waivers, workload,
};

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, for ever.
    pub name: &'static str,
    /// The gravest that it says.
    pub level: Level,
    /// When it fires.
    pub fires: &'static str,
    /// Why it is there.
    pub why: &'static str,
    /// From where that is known.
    pub source: &'static str,
    /// How it is mended.
    pub mend: &'static str,
    pub(super) look: fn(&Ground<'_>) -> Looked,
}

/// The rule of this name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

const MODEL: &str = "the operating model: one named owner for each thing that can go wrong";
const SRE: &str = "Google, Site Reliability Engineering (2016), chapter 11, Being On-Call";
const OWNERS: &str = "GitHub Docs, About code owners";

macro_rules! rules {
    ($($name:literal $level:ident $look:path, $fires:literal, $why:literal, $source:expr, $mend:literal;)*) => {
        &[$(Rule {
            name: $name,
            level: Level::$level,
            fires: $fires,
            why: $why,
            source: $source,
            mend: $mend,
            look: |ground| $look(ground).into(),
        }),*]
    };
}

/// All rules, in the order in which findings are told.
pub const RULES: &[Rule] = rules![
    "area-no-owner" Error areas::no_owner,
        "an area has no owner, or its owner or backup has left",
        "What two people own nobody owns; what nobody owns is found out at three in the morning.",
        MODEL, "name one person as `owner` of the area";
    "bus-factor" Warning areas::bus_factor,
        "no backup, the backup is the owner, one person owns too much, or one author made five commits and more of a \
         year alone",
        "When the only one who knows is away, an incident waits for them.",
        "Avelino et al., A Novel Approach for Estimating Truck Factors (ICPC 2016)",
        "name a `backup`, and let another person review changes there";
    "owner-unreachable" Warning areas::unreachable,
        "an area pages, and neither its owner nor its backup is in a rotation or named in an escalation",
        "An owner whom no page reaches cannot answer one.",
        MODEL, "add one of them to a rotation, or change the owner";
    "path-unowned" Warning areas::unowned,
        "tracked files match no area",
        "A change to a path without an owner is reviewed by chance.",
        OWNERS, "add a pattern to an area, or list the path in `[lint] ignore_paths`";
    "decision-unowned" Warning areas::decisions,
        "a decision has no owner, no `cadence` or `when`, or nobody to escalate to",
        "A recurring question without somebody who answers it is answered anew each time, or not at all.",
        MODEL, "write the missing `owner`, `cadence` or `when`, and `escalate_to`";
    "rotation-gap" Error workload::gap,
        "covered time has no holder: an error within 7 days, a warning later; or an override or swap changes nothing",
        "An alert in a gap reaches nobody.",
        SRE, "add an override, or a member";
    "rotation-away" Error workload::away,
        "whoever has the shift, or approves in a freeze, is away, has left, has not joined or rides along; a warning \
         if it begins in more than 7 days",
        "A shift of somebody who is not there is a gap that looks covered.",
        SRE, "add an override with somebody who is there";
    "overloaded" Warning workload::overloaded,
        "somebody carries more than `oncall_share` or 115 % of the mean, or has two shifts in a row; the last shift had \
         more than `incidents_per_shift`",
        "On call more than a quarter of the time, engineers stop doing anything else.",
        SRE, "swap, or add members";
    "escalation-dead-end" Error escalations::dead_ends,
        "at some hour every step reaches nobody, a step only asks who has been asked, or the last step is no person; a \
         warning if at some hour only the first step reaches nobody",
        "An escalation that ends in silence is worse than none: somebody relies on it.",
        MODEL, "end in a person or `everyone`, or widen the coverage";
    "severity-no-sla" Error kinds::severities,
        "no `ack`; no `mitigate` and no `backlog`; clocks out of order; a lower severity stricter than a higher one",
        "A severity without a clock is a colour.",
        MODEL, "set the clock";
    "kind-no-runbook" Error kinds::runbooks,
        "a kind names no runbook, or one whose file or heading is not there; an error if its area pages",
        "Whoever is woken by it begins with a search.",
        SRE, "name a file, or write a stub";
    "runbook-no-owner" Error runbooks::no_owner,
        "nobody owns a runbook by its header, its path or the kinds that name it",
        "What nobody owns nobody corrects after it has failed.",
        MODEL, "name an owner in its header, or an area for its path";
    "runbook-stale" Warning runbooks::stale,
        "a runbook has neither worked nor been really edited for `stale_after`, or has failed since",
        "A page that was right a year ago costs more time at night than none.",
        "the measured collection in the model's notes: 68 % of review dates were bumped alone",
        "walk it, and say `dogwatch runbook --worked FILE`";
    "runbook-broken-link" Error runbooks::links,
        "a relative link, heading or image of a runbook is not there; an error if a kind that pages names the page",
        "The link that is followed at night is the one nobody follows by day.",
        "the measured collection in the model's notes: 99 of 1,273 links were dead",
        "correct the target";
    "cadence-missed" Error plan::cadences,
        "the latest due occurrence of a cadence has no evidence; a warning while its `grace` runs",
        "What is done when there is time is not done.",
        MODEL, "hold it, put it into `skip`, or change the rule";
    "release-no-owner" Error plan::no_owner,
        "a release within 14 days has no owner, or one who is away or has left; no deputy",
        "A release that is everybody's is nobody's when it goes wrong.",
        MODEL, "name an `owner` and a `deputy`";
    "release-missed" Error plan::missed,
        "the day and its grace are past, and nothing shows that it left",
        "A date that slips in silence teaches everybody that dates mean nothing.",
        MODEL, "tag it, or move it with `instead_of`";
    "freeze-violated" Error shipped::in_freeze,
        "something landed in the scope of a freeze without an exception",
        "A freeze that does not hold is a rumour.",
        MODEL, "write an exception with its reason, or take the change back";
    "deprecation-overdue" Error tools::overdue,
        "a tool is served after the day of its removal, or gone before it",
        "Clients plan by the date that they were given.",
        "Model Context Protocol, feature lifecycle", "remove the tool, or move the date";
    "backlog-untouched" Warning lying::untouched,
        "an open incident has had no word from a person for `untouched` of its severity",
        "A backlog nobody looks at hides the one thing in it that matters.",
        MODEL, "look at them in the triage meeting; nothing is closed by itself";
    "codeowners-drift" Warning codeowners::drift,
        "CODEOWNERS and the areas disagree, or a line of it counts for nothing",
        "Two answers to one question: the reviewer is asked by one, the page goes by the other.",
        OWNERS, "`dogwatch publish --codeowners` writes the block";
    "rotation-thin" Warning workload::thin,
        "fewer fit members than the coverage takes, or no secondary",
        "Eight people are the least for a site around the clock.",
        SRE, "add members, or cover less";
    "rotation-moved" Warning workload::moved,
        "the file gives the running shift to somebody else than the ledger",
        "Whoever was told that they have the shift may not know that they have it no more.",
        MODEL, "write an override for the rest of the shift";
    "runbook-broken-command" Warning runbooks::commands,
        "a script of the repository in a block of code is not there",
        "A command that is not found at night stops the page there.",
        MODEL, "correct the path";
    "runbook-incomplete" Info runbooks::incomplete,
        "a runbook of a kind that pages has no heading for checking or going back",
        "Whoever follows it cannot tell whether it worked.",
        SRE, "add a section on how to verify, and one on how to roll back";
    "freeze-conflict" Warning plan::conflicts,
        "a release lies in a freeze that covers it, or two freezes let different things land",
        "One of the two will not happen, and better now than on the day.",
        MODEL, "move one of them";
    "calendar-inconsistent" Error plan::inconsistent,
        "dates contradict each other",
        "A plan that cannot come true is found out last by those who rely on it.",
        MODEL, "correct the dates";
    "deprecation-thin" Warning tools::thin,
        "the window is shorter than `min_window`, there is no replacement, or the tool does not say so itself",
        "Whoever calls the tool reads its description, not our calendar.",
        "Model Context Protocol, feature lifecycle", "move the date, name a replacement, mark the description";
    "schema-unreleased" Error tools::unreleased,
        "the tools that are served differ from the snapshot of the last release, or the next release declares a smaller \
         bump than they need",
        "What clients were tested against is not what they get.",
        "Semantic Versioning 2.0.0", "release, and take a new snapshot";
    "prompt-unevaluated" Warning prompts::unevaluated,
        "the commit that the last release of prompts names is in no eval run",
        "A prompt that nobody has measured is measured by those who use it.",
        MODEL, "run the evals on that commit";
    "needinfo-lingering" Info lying::unanswered,
        "an open incident has waited for an answer for more than 10 days",
        "A question that nobody answers is a decision that nobody takes.",
        MODEL, "ask again, or close it";
    "review-lingering" Info lying::unreviewed,
        "an open incident has waited for a review for more than 5 days",
        "A change that waits ages; whoever wrote it has gone on to something else.",
        MODEL, "review it, or ask somebody else to";
    "review-overdue" Warning aftermath::unreviewed,
        "a closed incident has had no word about it within `review_within` of its severity",
        "What is not written down in the first days is not learned.",
        "Google, Site Reliability Engineering (2016), chapter 15, Postmortem Culture",
        "note what was learned, or hold the cycle review";
    "action-unowned" Warning aftermath::actions,
        "a follow-up is nobody's, or past its day",
        "A follow-up without a name comes back as the next incident.",
        "Google, Site Reliability Engineering (2016), chapter 15, Postmortem Culture",
        "name who does it, and by when";
    "nobody-on-call" Error nobody::on_call,
        "the team file has no rotation",
        "An alert without somebody on call is mail.",
        SRE, "write a rotation; two people are enough to begin";
    "nobody-named" Warning nobody::named,
        "the highest severity has no escalation, a kind no area, a train no owners or a cadence no owner",
        "What comes up again and is nobody's is done by whoever cannot bear it any longer.",
        MODEL, "name an owner; `dogwatch check --map` shows all of them";
    "waiver-expired" Warning waivers::expired,
        "a waiver has ended",
        "An exception without an end is a rule that nobody wrote down.",
        MODEL, "take it out, or say until when";
];
