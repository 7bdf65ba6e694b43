//! How a case did over the last runs: one character a run, the oldest left.
//!
//! It says the same without colour, in a terminal and in an issue: what a
//! character means stands below in words.

use unicode_width::UnicodeWidthStr;

use super::{NAMED, Scene};
use crate::domain::evals::CaseKey;
use crate::domain::evals::history::Tally;
use crate::domain::evals::stats::SLACK;
use crate::domain::quote::{cut, fence};
use crate::domain::text::Clean;

/// So many runs are shown.
const RUNS: usize = 20;
/// So many columns of a name are shown beside its strip.
const NAME: usize = 48;
/// Stands between the runs before and those that show the finding.
const BOUNDARY: char = '|';

/// What each character means, in the order of the legend.
const LEGEND: [(char, &str); 8] = [
    ('+', "passed"),
    ('-', "failed"),
    ('~', "some of both"),
    ('5', "a digit: failed with that many tenths of the score"),
    ('!', "died"),
    ('?', "not scored"),
    ('x', "asked something else"),
    ('·', "not in that run"),
];

/// A case beside its last runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// Which case.
    pub key: CaseKey,
    /// What it is called.
    pub name: Clean,
    /// One character a run, and a bar before the first run that shows the finding.
    pub marks: String,
}

/// The strips of the cases that fell the furthest, at most [`NAMED`].
pub fn strips(scene: &Scene) -> Vec<Strip> {
    let runs = scene.runs();
    let runs = &runs[runs.len().saturating_sub(RUNS)..];
    let first = scene.first().map(|filed| filed.record.run);
    let of = |key: CaseKey| {
        let guard = scene.guard(key);
        let mut marks = String::new();
        for (at, filed) in runs.iter().enumerate() {
            if at > 0 && Some(filed.record.run) == first {
                marks.push(BOUNDARY);
            }
            let asked = |tally: &Tally| if tally.guard == guard { mark(tally) } else { 'x' };
            marks.push(filed.record.tally(key).map_or('·', asked));
        }
        Strip { key, name: scene.name(key), marks }
    };
    scene.cases().into_iter().take(NAMED).map(of).collect()
}

/// How a case did in one run.
fn mark(tally: &Tally) -> char {
    let judged = tally.failed > 0 || tally.errored > 0;
    match (tally.passed > 0, judged) {
        (true, true) => '~',
        (true, false) => '+',
        (false, true) if tally.failed > 0 => tenths(tally.value),
        (false, true) => '!',
        (false, false) if tally.unscored > 0 => '?',
        (false, false) => '·',
    }
}

/// A graded score has failed, and may still have been nearly right.
fn tenths(value: Option<f64>) -> char {
    let value = value.filter(|value| *value < 1.0).unwrap_or_default();
    let reached = |digit: &char| digit.to_digit(10).is_some_and(|tenths| value * 10.0 >= f64::from(tenths) - SLACK);
    "987654321".chars().find(reached).unwrap_or('-')
}

/// The strips with their legend, as Markdown; none where there are no cases.
pub(super) fn block(scene: &Scene) -> Option<String> {
    let strips = strips(scene);
    let all = scene.cases().len();
    let shown = strips.first()?.marks.chars().filter(|c| *c != BOUNDARY).count();
    let wide = strips.iter().map(|strip| strip.marks.width()).max().unwrap_or(0);
    let line = |strip: &Strip| {
        let pad = " ".repeat(wide - strip.marks.width());
        format!("{}{pad}  {}", strip.marks, cut(strip.name.as_str(), NAME))
    };
    let mut lines: Vec<String> = strips.iter().map(line).collect();
    lines.extend((all > NAMED).then(|| format!("{}  and {} more", " ".repeat(wide), all - NAMED)));
    let runs =
        if shown == 1 { "The one run that is known".to_owned() } else { format!("The last {shown} runs, oldest left") };
    let used = |c: char| strips.iter().any(|strip| strip.marks.chars().any(|mark| stands_for(c, mark)));
    let mut meant: Vec<String> = LEGEND.iter().filter(|(c, _)| used(*c)).map(|(c, word)| legend(*c, word)).collect();
    meant.extend(used(BOUNDARY).then(|| format!("`{BOUNDARY}` here it begins")));
    Some(format!("{runs}: {}.\n\n{}", meant.join(", "), fence("", &lines.join("\n"))))
}

fn stands_for(entry: char, mark: char) -> bool {
    mark == entry || (entry.is_ascii_digit() && mark.is_ascii_digit())
}

fn legend(mark: char, word: &str) -> String {
    if mark.is_ascii_digit() { word.to_owned() } else { format!("`{mark}` {word}") }
}
