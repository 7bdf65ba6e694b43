//! One list of tools against another.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::node::Walk;
use super::schema::Without;
use super::tools::{Tool, Tools};
use super::{Change, Direction, Drift, Impact};

/// The hints, what is assumed of each without a word, and whether it says
/// anything of a tool that only reads.
const HINTS: [(&str, bool, Of); 4] = [
    ("readOnlyHint", false, Of::Any),
    ("destructiveHint", true, Of::Writers),
    ("idempotentHint", false, Of::Writers),
    ("openWorldHint", true, Of::Any),
];

/// Which tools a hint says something of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Any,
    Writers,
}

/// What became of each tool, sorted by tool, path and the change's word; empty when both lists mean the same.
pub fn compare(old: &Tools, new: &Tools) -> Vec<Drift> {
    let removed: Vec<&str> = old.iter().map(|(name, _)| name).filter(|name| new.get(name).is_none()).collect();
    let added: Vec<&str> = new.iter().map(|(name, _)| name).filter(|name| old.get(name).is_none()).collect();
    let renamed = renames((old, &removed), (new, &added));
    let mut found = Vec::new();
    for (name, was) in old.iter() {
        let now_called = renamed.get(name).copied();
        match new.get(now_called.unwrap_or(name)) {
            Some(is) => found.extend(tool(name, was, is, now_called)),
            None => found.push(whole(name, Change::ToolRemoved, Impact::Breaking)),
        }
    }
    let taken: BTreeSet<&str> = renamed.values().copied().collect();
    let fresh = added.into_iter().filter(|name| !taken.contains(name));
    found.extend(fresh.map(|name| whole(name, Change::ToolAdded, Impact::Compatible)));
    found.sort_by(|a, b| (&a.tool, &a.path, a.change.word()).cmp(&(&b.tool, &b.path, b.change.word())));
    found.dedup();
    found
}

fn whole(tool: &str, change: Change, impact: Impact) -> Drift {
    Drift { tool: tool.to_owned(), path: String::new(), change, impact, old: None, new: None }
}

/// Names of one list that are not in the other.
type Unpaired<'a, 'n> = (&'a Tools, &'n [&'a str]);

/// Which removed tool is which added one: by what their names have in common,
/// then by what they say and take; and only where there is one candidate each.
fn renames<'a>((old, removed): Unpaired<'a, '_>, (new, added): Unpaired<'a, '_>) -> BTreeMap<&'a str, &'a str> {
    let by_letters = |_: &Tool, name: &str| {
        let letters: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        (!letters.is_empty()).then(|| letters.into_bytes())
    };
    let by_shape = |tool: &Tool, _: &str| {
        let description = tool.text("description");
        let output = tool.output.as_ref().map(|output| output.sum(Without::Nothing));
        let schemas = [Some(tool.input.sum(Without::Nothing)), output].into_iter().flatten().flatten();
        (!description.is_empty()).then(|| description.bytes().chain([0]).chain(schemas).collect())
    };
    let mut pairs = BTreeMap::new();
    let mut pair = |key: &dyn Fn(&Tool, &str) -> Option<Vec<u8>>| {
        let taken: BTreeSet<&str> = pairs.values().copied().collect();
        let free_old = removed.iter().copied().filter(|name| !pairs.contains_key(name));
        let free_new = added.iter().copied().filter(|name| !taken.contains(name));
        let (before, after) = (keyed(old, free_old, key), keyed(new, free_new, key));
        for (key, names) in before {
            if let ([was], Some([is])) = (names.as_slice(), after.get(&key).map(Vec::as_slice)) {
                pairs.insert(*was, *is);
            }
        }
    };
    pair(&by_letters);
    pair(&by_shape);
    pairs
}

fn keyed<'a>(
    tools: &'a Tools,
    names: impl Iterator<Item = &'a str>,
    key: &dyn Fn(&Tool, &str) -> Option<Vec<u8>>,
) -> BTreeMap<Vec<u8>, Vec<&'a str>> {
    let mut keyed: BTreeMap<Vec<u8>, Vec<&str>> = BTreeMap::new();
    for name in names {
        if let Some(key) = tools.get(name).and_then(|tool| key(tool, name)) {
            keyed.entry(key).or_default().push(name);
        }
    }
    keyed
}

fn tool(name: &str, old: &Tool, new: &Tool, now_called: Option<&str>) -> Vec<Drift> {
    let mut walk = Walk::new(name);
    if let Some(now) = now_called {
        let values = [Some(&Value::from(name)), Some(&Value::from(now))];
        walk.tell(&["name"], Change::ToolRenamed, Impact::Breaking, values);
    }
    walk.text("description", old.text("description"), new.text("description"));
    titles(&mut walk, old, new);
    hints(&mut walk, old, new);
    task_support(&mut walk, old, new);
    input(&mut walk, old, new);
    output(&mut walk, old, new);
    walk.found()
}

fn titles(walk: &mut Walk<'_>, old: &Tool, new: &Tool) {
    let values = [old.fields.get("title"), new.fields.get("title")];
    if values[0] != values[1] {
        walk.tell(&["title"], Change::TitleChanged, Impact::Wording, values);
    }
    let values = [old.annotation("title"), new.annotation("title")];
    if values[0] != values[1] {
        walk.tell(&["annotations", "title"], Change::TitleChanged, Impact::Wording, values);
    }
}

fn hints(walk: &mut Walk<'_>, old: &Tool, new: &Tool) {
    let only_reads = |tool: &Tool| tool.annotation("readOnlyHint") == Some(&Value::Bool(true));
    let somebody_only_reads = only_reads(old) || only_reads(new);
    for (hint, assumed, of) in HINTS {
        let effective = |tool: &Tool| tool.annotation(hint).and_then(Value::as_bool).unwrap_or(assumed);
        let is_moot = of == Of::Writers && somebody_only_reads;
        if is_moot || effective(old) == effective(new) {
            continue;
        }
        let riskier = effective(new) == assumed;
        let change = if riskier { Change::AnnotationRiskier } else { Change::AnnotationSafer };
        walk.tell(&["annotations", hint], change, Impact::Wording, [old.annotation(hint), new.annotation(hint)]);
    }
}

/// How a tool may be called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Plain,
    Task,
}

fn task_support(walk: &mut Walk<'_>, old: &Tool, new: &Tool) {
    let support =
        |tool: &'_ Tool| tool.fields.get("execution").and_then(|execution| execution.get("taskSupport")).cloned();
    let modes = |support: &Option<Value>| match support.as_ref().and_then(Value::as_str) {
        Some("required") => &[Mode::Task][..],
        Some("optional") => &[Mode::Plain, Mode::Task],
        Some(_) | None => &[Mode::Plain],
    };
    let (was, is) = (support(old), support(new));
    let (before, after) = (modes(&was), modes(&is));
    let (change, impact) = if before.iter().any(|mode| !after.contains(mode)) {
        (Change::TaskSupportNarrowed, Impact::Breaking)
    } else if before != after {
        (Change::TaskSupportWidened, Impact::Compatible)
    } else {
        return;
    };
    walk.tell(&["execution", "taskSupport"], change, impact, [was.as_ref(), is.as_ref()]);
}

fn input(walk: &mut Walk<'_>, old: &Tool, new: &Tool) {
    let is_empty = |tool: &Tool| tool.input.is_bare(Without::Texts);
    let (change, impact) = match (is_empty(old), is_empty(new)) {
        (false, true) => (Change::InputSchemaEmptied, Impact::Breaking),
        (true, false) => (Change::InputSchemaFilled, Impact::Compatible),
        (true, true) | (false, false) => {
            return walk.root("inputSchema", Direction::Input, (&old.input, &new.input));
        }
    };
    let values = [old.input.to_value(), new.input.to_value()];
    walk.tell(&["inputSchema"], change, impact, [Some(&values[0]), Some(&values[1])]);
}

fn output(walk: &mut Walk<'_>, old: &Tool, new: &Tool) {
    match (&old.output, &new.output) {
        (None, None) => {}
        (Some(was), Some(is)) => walk.root("outputSchema", Direction::Output, (was, is)),
        (Some(was), None) => {
            let was = was.to_value();
            walk.tell(&["outputSchema"], Change::OutputSchemaRemoved, Impact::Breaking, [Some(&was), None]);
        }
        (None, Some(is)) => {
            let is = is.to_value();
            walk.tell(&["outputSchema"], Change::OutputSchemaAdded, Impact::Compatible, [None, Some(&is)]);
        }
    }
}
