//! What is read, and how answers are given.

use clap::builder::PossibleValue;

use super::sheet::{Part, Row, Sheet};
use crate::sources::evals::{FORMATS, Reader};

/// Every document that an answer or a file calls itself, and where it comes from.
const SCHEMAS: &[(&str, &str, &str)] = &[
    ("dogwatch.calendar/1", "calendar --json", "What ships, what is frozen and what is due, in order of time."),
    ("dogwatch.check/1", "check --json", "What is wrong with the operating model."),
    (
        "dogwatch.decision/1",
        "ack --json, and every other decision",
        "What became of one decision, a document for each.",
    ),
    ("dogwatch.doctor/1", "doctor --json", "What is reachable and sane, and what is not."),
    ("dogwatch.eval.v1", "a file of results, one object a line", "Results of evaluations from a tool of your own."),
    ("dogwatch.evals-compare/1", "evals compare --json", "Two runs of evaluations, held against each other."),
    ("dogwatch.evals-said/1", "evals expect, flaky, pin, accept --json", "What was said of eval findings just now."),
    ("dogwatch.evals-unsaid/1", "evals unsay --json", "What is said of eval findings no longer."),
    ("dogwatch.evals/1", "evals --json", "What evaluations said, and whether it got worse."),
    ("dogwatch.expected/1", "evals expect --json, alone", "What is said of eval findings, and until when."),
    ("dogwatch.handoff/1", "handoff --json", "What the next person must know."),
    ("dogwatch.health/1", "a file that sync --every keeps", "That it is alive, or has ended well: for a supervisor."),
    ("dogwatch.help/1", "help TOPIC --json", "This, for programs."),
    ("dogwatch.local/1", "export", "The local tracker, whole; import reads it."),
    ("dogwatch.log/1", "log --json", "What was decided, and how far it is."),
    ("dogwatch.map/1", "check --map --json", "Who decides what."),
    ("dogwatch.minutes/1", "triage --minutes --json", "What a triage meeting decided."),
    ("dogwatch.oncall/1", "oncall --json", "Who is on call, why and until when."),
    ("dogwatch.override/1", "override --json", "A change of who is on call, or those that there are."),
    ("dogwatch.probe-diff/1", "probe diff --json", "What changed about the tools of a server."),
    ("dogwatch.probe/1", "probe --json", "What servers offer."),
    ("dogwatch.queue/1", "queue --json", "The triage queue."),
    ("dogwatch.review/1", "review --json", "One cycle, looked back upon."),
    ("dogwatch.rules/1", "check --explain all --json", "The rules of the check, and why there are such rules."),
    ("dogwatch.runbook/1", "runbook --json", "The runbook that was found, and why it."),
    ("dogwatch.shifts/1", "shifts --json", "Who has which shift."),
    ("dogwatch.show/1", "show --json", "One incident with its history."),
    ("dogwatch.status/1", "status --json", "The line for a prompt, in parts."),
    ("dogwatch.sync/1", "sync --json", "How the sources are, and what changed."),
    ("dogwatch.triage/1", "triage --json", "What a triage meeting would walk."),
    ("dogwatch.trust/1", "trust --json, untrust --json", "What a team file wants, and what of it is allowed."),
];

/// Files of results, then the forms of answers.
pub(super) fn sheet() -> Sheet {
    let read = |format: &crate::sources::evals::Format| Row {
        name: format.tool.name().to_owned(),
        more: if matches!(format.reader, Reader::Text { .. }) { "text" } else { "archive" }.to_owned(),
        about: format.about.to_owned(),
    };
    let schema = |(schema, from, about): &(&str, &str, &str)| Row {
        name: (*schema).to_owned(),
        more: (*from).to_owned(),
        about: (*about).to_owned(),
    };
    let intro = [
        "What a file of results is, its content says, never its name. The first format of this list that knows the \
         content reads the file; what none knows is set aside with the reason.",
        "Answers are text for people by default. With --json a command gives one document whose `schema` says what \
         it is; a later version may add keys to it, and what would break a reader gets another number.",
    ];
    Sheet {
        name: "formats",
        about: "what is read of evaluations, and how answers are given",
        section: "7",
        intro: intro.map(str::to_owned).to_vec(),
        parts: vec![
            Part { title: "Files of results".to_owned(), rows: FORMATS.iter().map(read).collect() },
            Part { title: "Documents in JSON".to_owned(), rows: SCHEMAS.iter().map(schema).collect() },
            Part { title: "Other forms of answers".to_owned(), rows: forms() },
        ],
    }
}

/// What `--format` takes, command by command: read from the command line itself.
fn forms() -> Vec<Row> {
    fn of(command: &clap::Command, path: &str, rows: &mut Vec<Row>) {
        for format in command.get_arguments().filter(|arg| arg.get_long() == Some("format")) {
            let values = format.get_possible_values();
            let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
            let about = format.get_help().map(ToString::to_string).unwrap_or_default();
            rows.push(Row { name: format!("{path} --format"), more: names.join(", "), about });
        }
        for inner in command.get_subcommands() {
            of(inner, format!("{path} {}", inner.get_name()).trim_start(), rows);
        }
    }
    let mut rows = Vec::new();
    of(&super::whole(), "", &mut rows);
    rows
}
