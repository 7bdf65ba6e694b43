//! `dogwatch probe diff`: what changed between two lists of tools, for people,
//! for scripts, and for the pull request that changes them.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Value, json};

use super::super::exit::{Exit, Failure};
use super::super::{Global, json, out};
use super::visible;
use crate::domain::drift::{Bump, Drift, Impact, Tools, bump, compare};
use crate::domain::text::Clean;

/// No longer list of tools is read, from a file or from a server.
const LONGEST: u64 = 16 << 20;
/// How much of a value is shown.
const VALUE_CHARS: usize = 60;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The tools before; `-` is standard input.
    old: PathBuf,
    /// The tools now; `-` is standard input.
    new: PathBuf,
    /// How to answer; `--json` is `--format json`.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people.
    Text,
    /// `dogwatch.probe-diff/1`.
    Json,
    /// Annotations of a GitHub Actions run.
    Github,
}

pub(in crate::cli) fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let format = match (global.json, args.format) {
        (false, format) => format.unwrap_or(Format::Text),
        (true, None | Some(Format::Json)) => Format::Json,
        (true, Some(Format::Text | Format::Github)) => {
            return Err(Failure::wrong("--json and --format contradict each other; give one of them"));
        }
    };
    if is_stdin(&args.old) && is_stdin(&args.new) {
        return Err(Failure::wrong("OLD and NEW cannot both be standard input; name a file for one of them"));
    }
    let (old, new) = match (read(&args.old), read(&args.new)) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => return Err(Failure::Wrong([old.err(), new.err()].into_iter().flatten().collect())),
    };
    let drift = compare(&old, &new);
    let bump = bump(&drift);
    match format {
        Format::Text => out::answer(&text(&drift, bump))?,
        Format::Json => out::json_as(&answer(&drift, bump), visible)?,
        Format::Github => out::answer(&annotations(&drift, bump, &args.new))?,
    }
    Ok(if bump == Bump::Major { Exit::Found } else { Exit::Done })
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The tools in a file, or what is wrong with it.
fn read(path: &Path) -> Result<Tools, String> {
    let shown = if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() };
    let bytes = bytes(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    if bytes.len() as u64 > LONGEST {
        return Err(format!("{shown} is longer than {} MiB; no list of tools is", LONGEST >> 20));
    }
    // Windows shells put a byte order mark before what they redirect.
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let value: Value = serde_json::from_slice(text).map_err(|error| format!("{shown} is not JSON: {error}"))?;
    let tools = Tools::read(&value).map_err(|error| format!("{shown}: {error}"))?;
    let goes_on = |list: &Value| list.get("nextCursor").is_some_and(|cursor| !cursor.is_null());
    if goes_on(&value) || value.get("result").is_some_and(goes_on) {
        out::say(&format!("dogwatch: {shown} is one page of a longer list: it has a nextCursor"));
    }
    Ok(tools)
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if is_stdin(path) {
        std::io::stdin().take(LONGEST + 1).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// `dogwatch.probe-diff/1`.
fn answer(drift: &[Drift], bump: Bump) -> Value {
    json!({
        "schema": "dogwatch.probe-diff/1",
        "drift": drift.iter().map(json::drift).collect::<Vec<_>>(),
        "bump": bump.word(),
    })
}

fn text(drift: &[Drift], bump: Bump) -> String {
    let mut lines = Vec::new();
    for impact in Impact::ALL {
        let such: Vec<&Drift> = drift.iter().filter(|one| one.impact == impact).collect();
        if !such.is_empty() {
            lines.push(format!("{} ({})", impact.word(), such.len()));
            lines.extend(such.into_iter().map(|one| format!("  {}", sentence(one))));
        }
    }
    if drift.is_empty() {
        lines.push("no drift".to_owned());
    }
    lines.push(format!("bump: {}", bump.word()));
    lines.join("\n")
}

/// One difference on one line: what, where, and from what to what.
fn sentence(one: &Drift) -> String {
    let place = if one.path.is_empty() { String::new() } else { format!(" {}", one.path) };
    let head = format!("{} {}{place}", one.change.word(), one.tool);
    let values = match (&one.old, &one.new) {
        (None, None) => String::new(),
        (old, new) => format!(": {} → {}", value(old.as_ref()), value(new.as_ref())),
    };
    Clean::line(&format!("{}{values}", Clean::line(&head))).to_string()
}

/// A value, short; a list of one as that one.
fn value(value: Option<&Value>) -> String {
    let written = match value {
        None => return "none".to_owned(),
        Some(Value::Array(list)) if list.len() == 1 => list[0].to_string(),
        Some(value) => value.to_string(),
    };
    let written = Clean::line(&written).to_string();
    match written.char_indices().nth(VALUE_CHARS) {
        Some((end, _)) => format!("{}…", &written[..end]),
        None => written,
    }
}

/// Workflow commands: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
fn annotations(drift: &[Drift], bump: Bump, file: &Path) -> String {
    let mut lines = Vec::new();
    for impact in Impact::ALL {
        for one in drift.iter().filter(|one| one.impact == impact) {
            let level = match impact {
                Impact::Breaking => "error",
                Impact::Wording => "warning",
                Impact::Compatible => "notice",
            };
            let place =
                if is_stdin(file) { String::new() } else { format!("file={},", property(&file.to_string_lossy())) };
            let title = property(&format!("{} drift of an MCP tool", impact.word()));
            lines.push(format!("::{level} {place}title={title}::{}", message(&sentence(one))));
        }
    }
    lines.push(format!("bump: {}", bump.word()));
    lines.join("\n")
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
