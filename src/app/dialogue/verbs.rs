//! Every command of the dialogue, in one table: what is understood, what help
//! says, and what is offered for a typing error are read from it.

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is one row of VERBS, which says what it does")]
pub enum Does {
    List,
    Show,
    More,
    Where,
    Events,
    Log,
    Rotation,
    Calendar,
    Health,
    Model,
    Review,
    Handoff,
    Triage,
    Runbooks,
    Runbook,
    Next,
    Done,
    Page,
    Worked,
    Failed,
    Ack,
    Unack,
    Assign,
    Close,
    Say,
    Reopen,
    Snooze,
    Wake,
    Note,
    Severity,
    Kind,
    Merge,
    Escalate,
    New,
    Undo,
    Confirm,
    Dismiss,
    Refresh,
    Live,
    Private,
    Trust,
    Help,
    Quit,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verb {
    /// What it does.
    pub does: Does,
    /// Its name; that of the screen and the command line.
    pub name: &'static str,
    /// Other words for it, the short ones first.
    pub also: &'static [&'static str],
    /// What is said after it; empty if nothing is.
    pub takes: &'static str,
    /// One sentence or two.
    pub help: &'static str,
    /// The heading under which help says it.
    pub group: &'static str,
}

macro_rules! verbs {
    ($($group:literal { $($does:ident $name:literal [$($also:literal),*] $takes:literal $help:literal)* })*) => {
        &[$($(Verb {
            does: Does::$does,
            name: $name,
            also: &[$($also),*],
            takes: $takes,
            help: $help,
            group: $group,
        },)*)*]
    };
}

/// Every command. N is a number that was read out, or an id such as api#12.
pub const VERBS: &[Verb] = verbs! {
    "To look" {
        List "list" ["l", "queue"] "FILTER" "Incidents, the most pressing first, each with a number. FILTER may be left out, and is as in dogwatch queue: words, sev:SEV1, is:overdue, who:ana; all lists closed ones, too."
        Show "show" ["s"] "N" "One incident in full: how it stands, its text, its history. Commands after it may leave the number out."
        More "more" ["m"] "" "Goes on with what was not read out yet."
        Where "where" ["w", "status"] "" "Where you are: who is on call, how many are open, how fresh the sources are, what is unsent."
        Events "events" ["e"] "" "What happened meanwhile and was not said yet."
        Log "log" [] "" "What you decided and what became of it, each with a number, the newest first."
        Rotation "rotation" ["r", "oncall"] "" "Who is on call, why, until when, and who comes next."
        Calendar "calendar" ["c"] "" "Whether anything may land, what is amiss, and what lies ahead."
        Health "health" [] "N" "The MCP endpoints, what fails first; then, with a number, one of them in full."
        Model "model" ["check"] "N" "What is wrong with the operating model; then, with a number, one finding in full."
        Review "review" [] "" "This cycle, looked back upon."
        Handoff "handoff" [] "" "What the next one on call must know, and what still hangs."
    }
    "To decide" {
        Ack "ack" ["a"] "NUMBERS" "I have it. Several are asked about once: ack 1 3 5, or ack 2-4."
        Unack "unack" [] "NUMBERS" "I have it no longer."
        Assign "assign" ["as"] "NUMBERS PERSON" "Gives it to a person of the team file or a login; me and nobody are understood."
        Close "close" ["x"] "NUMBERS REASON" "Done with it; asks once. REASON is completed if it is left out, else not-planned or duplicate; of an eval finding also fixed, invalid or wontfix."
        Say "expect" [] "NUMBERS until DAY because WHY" "An eval finding was meant: closes it, and lets the same pass until that day."
        Say "flaky" [] "NUMBERS until DAY because WHY" "The cases of an eval finding are known to do either: closes it, in quarantine until that day."
        Reopen "reopen" [] "NUMBERS" "Not done with it after all."
        Snooze "snooze" ["z"] "NUMBERS until TIME" "Not before TIME: 2h, 3d, tomorrow, monday 14:00, 2026-12-01 09:00."
        Wake "wake" [] "NUMBERS" "Ends a snooze."
        Note "note" ["n"] "N TEXT" "A comment. Without TEXT the lines that follow are it, up to one that is a single full stop."
        Severity "severity" ["sev"] "NUMBERS SEVERITY" "Says how bad it is; none takes it off."
        Kind "kind" [] "NUMBERS KIND" "Says what sort of incident it is; none takes it off."
        Merge "merge" [] "NUMBERS into M" "Closes it as a duplicate of M; asks once."
        Escalate "escalate" ["esc"] "NUMBERS to PERSON because TEXT" "Asks the next one to take it; with to PERSON or to STEP that one. Both parts may be left out."
        New "new" [] "TITLE" "Files a new incident; asks once."
        Undo "undo" ["u"] "" "Takes back your last act, whole."
        Confirm "confirm" [] "N" "After log: a close that asks again is meant."
        Dismiss "dismiss" [] "N" "After log: puts a refusal away, or drops a close that asks again."
        Triage "triage" [] "" "Walks what nobody has triaged, what is overdue and what lies untouched, one at a time; next goes on. A runbook ends it."
    }
    "Runbooks" {
        Runbooks "runbooks" [] "WORDS" "The runbooks, or those that fit WORDS, each with a number."
        Runbook "runbook" ["rb"] "N or WORDS" "The runbook for an incident, one of those that were listed, or the best for WORDS; it is read step by step."
        Next "next" ["+"] "" "The next step of the runbook, or the next of the triage."
        Done "done" ["d"] "" "Ticks off the step that was read last, and reads the next."
        Page "page" [] "" "The whole page as it is written."
        Worked "worked" [] "WHY" "The runbook did what it is for."
        Failed "failed" [] "WHY" "The runbook was followed and did not help."
    }
    "The program" {
        Refresh "refresh" ["sync"] "" "Asks every source now, and waits for what they say."
        Live "live" [] "on or off" "On: what happens is said at once. Off: it is said when you have pressed Enter."
        Private "private" [] "on or off" "Puts stand-ins for names, hosts and private titles."
        Trust "trust" [] "" "What the team file asks for and nobody has allowed; allows it after a yes."
        Help "help" ["h", "?"] "COMMAND" "These commands, or one of them in full."
        Quit "quit" ["q", "exit", "bye"] "" "Leaves; what was decided is kept."
    }
};

/// What only the command line does.
pub const ELSEWHERE: [&str; 11] =
    ["override", "shifts", "evals", "probe", "publish", "doctor", "init", "export", "import", "untrust", "completions"];

/// The command of this word.
pub fn verb(word: &str) -> Option<&'static Verb> {
    let word = word.to_lowercase();
    VERBS.iter().find(|verb| verb.name == word || verb.also.contains(&word.as_str()))
}

/// The command whose name or other word is most like this; none if none is.
pub fn nearest(word: &str) -> Option<&'static Verb> {
    let word = word.to_lowercase();
    let far = |verb: &Verb| {
        let names = verb.also.iter().filter(|also| also.len() > 2).chain([&verb.name]);
        names.map(|name| strsim::damerau_levenshtein(name, &word)).min().unwrap_or(usize::MAX)
    };
    // Half of a word mistyped is another word.
    let near = |verb: &&Verb| far(verb) <= 2.min(word.chars().count().saturating_sub(1));
    let begins = |verb: &&Verb| word.chars().count() > 1 && verb.name.starts_with(&word);
    VERBS.iter().filter(near).min_by_key(|verb| far(verb)).or_else(|| VERBS.iter().find(begins))
}

impl Verb {
    /// How it is said: `ack N ...`.
    pub fn form(&self) -> String {
        if self.takes.is_empty() { self.name.to_owned() } else { format!("{} {}", self.name, self.takes) }
    }

    /// All that there is to say of it.
    pub fn told(&self) -> String {
        let also = match self.also {
            [] => String::new(),
            also => format!(" Also: {}.", also.join(", ")),
        };
        format!("{}: {}{also}", self.form(), self.help)
    }
}

/// The commands with their short forms, a line for each heading.
pub fn overview() -> Vec<String> {
    let mut lines: Vec<(&str, Vec<String>)> = Vec::new();
    for verb in VERBS {
        let short = verb.also.iter().find(|also| also.len() < verb.name.len() && also.len() <= 3);
        let said = short.map_or_else(|| verb.name.to_owned(), |short| format!("{} or {short}", verb.name));
        match lines.last_mut() {
            Some((group, said_before)) if *group == verb.group => said_before.push(said),
            Some(_) | None => lines.push((verb.group, vec![said])),
        }
    }
    lines.into_iter().map(|(group, said)| format!("{group}: {}.", said.join(", "))).collect()
}
