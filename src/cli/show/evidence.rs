//! What `show` says about an eval incident beside its text: the strips, and one
//! case in full.

use serde_json::{Value, json};

use crate::cli::{evals, out};
use crate::domain::evals::CaseKey;
use crate::domain::evals::evidence::case::{self, Opened, Side};
use crate::domain::evals::evidence::{self, Scene, repeat, strip};
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;
use crate::shell::engine::Engine;

/// Lines of an answer take at most so many columns.
const COLUMNS: usize = 78;
/// So many names are offered.
const OFFERED: usize = 5;

/// What is known of a finding, with one of its cases opened.
pub(super) struct Evidence {
    scene: Scene,
    case: Option<Opened>,
}

/// What is known behind this signal, with the case of this name, else the one that fell the furthest; none if the
/// signal is not of an eval.
///
/// # Errors
///
/// Why no case is meant by the name, with names that may be.
pub(super) async fn look(engine: &Engine, signal: &IncidentId, named: Option<&str>) -> Result<Option<Evidence>, Clean> {
    let Some(scene) = engine.scene(signal).await else {
        return match named {
            Some(_) => {
                Err(Clean::line(&format!("{signal} has no cases: it is no finding of an eval that is known here")))
            }
            None => Ok(None),
        };
    };
    let all = scene.cases();
    let key = match named {
        Some(name) => Some(meant(&scene, &all, name)?),
        None => all.first().copied(),
    };
    let case = engine.open_cases(signal, &scene, key.into_iter().collect()).await.pop();
    Ok(Some(Evidence { scene, case }))
}

/// The case of this name, or the only one with it as a part.
fn meant(scene: &Scene, all: &[CaseKey], name: &str) -> Result<CaseKey, Clean> {
    let names: Vec<(CaseKey, Clean)> = all.iter().map(|key| (*key, scene.name(*key))).collect();
    if let Some((key, _)) = names.iter().find(|(_, own)| *own == name) {
        return Ok(*key);
    }
    let part = name.to_lowercase();
    let having: Vec<&(CaseKey, Clean)> =
        names.iter().filter(|(_, own)| own.as_str().to_lowercase().contains(&part)).collect();
    if let [(key, _)] = having.as_slice() {
        return Ok(*key);
    }
    let far = |own: &Clean| strsim::damerau_levenshtein(&own.as_str().to_lowercase(), &part);
    let offered = if having.is_empty() { names.iter().collect() } else { having.clone() };
    let mut near: Vec<&Clean> = offered.into_iter().map(|(_, own)| own).collect();
    near.sort_by_key(|own| far(own));
    let listed: Vec<String> = near.iter().take(OFFERED).map(|own| format!("`{own}`")).collect();
    let what = if having.is_empty() { "no case of it is called" } else { "several of its cases have" };
    let more = near.len().saturating_sub(OFFERED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Err(Clean::line(&format!("{what} {name:?}; there are {}{more}", listed.join(", "))))
}

impl Evidence {
    /// The text of the incident with the case in full: an issue keeps its own text, and says nothing twice.
    pub fn body(&self, incident: Option<&Clean>) -> Clean {
        // What was broken at the end of a line would not be known again.
        let columns = if out::veil().is_some() { usize::MAX } else { COLUMNS };
        let text = incident.cloned().unwrap_or_else(|| evidence::body(&self.scene));
        let Some(case) = self.case.as_ref().filter(|case| !text.as_str().contains(&case.heading())) else {
            return text;
        };
        Clean::block(&format!("{text}\n\n{}", case::page(case, columns)))
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let scene = &self.scene;
        let again = repeat::of(scene);
        let suite = scene.now().map(|filed| filed.row.suite.as_str()).unwrap_or_default();
        let names: Vec<Clean> = scene.cases().into_iter().map(|key| scene.name(key)).collect();
        let strip = |strip: strip::Strip| json!({"case": strip.name, "runs": strip.marks});
        json!({
            "finding": evals::finding(&scene.finding, suite, &names),
            "strips": strip::strips(scene).into_iter().map(strip).collect::<Vec<_>>(),
            "repeat": {"command": again.command, "remark": again.remark},
            "case": self.case.as_ref().map(opened),
        })
    }
}

fn opened(case: &Opened) -> Value {
    let parting = case.parting().map(|parting| {
        let (calls, before) = parting.of;
        json!({"call": parting.at, "of": calls, "of_before": before, "before": parting.before, "now": parting.now})
    });
    json!({
        "name": case.name,
        "place": case.place.0,
        "of": case.place.1,
        "runs": case.marks,
        "before": side(&case.before),
        "now": side(&case.now),
        "diff": case.diff(),
        "first_differing_call": parting,
    })
}

fn side(side: &Result<Side, Clean>) -> Value {
    match side {
        Ok(Side { run, outcome, sample }) => json!({
            "run": run,
            "outcome": case::outcome(*outcome),
            "input": case::said(&sample.input),
            "target": case::said(&sample.target),
            "output": case::said(&sample.output),
            "explanation": case::said(&sample.explanation),
            "error": case::said(&sample.error),
            "reason": null,
        }),
        Err(why) => json!({
            "run": null, "outcome": null, "input": null, "target": null, "output": null, "explanation": null,
            "error": null, "reason": why,
        }),
    }
}
