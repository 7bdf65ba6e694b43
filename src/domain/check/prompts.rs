//! Prompts: whether what was released had been evaluated.

use super::{Evaluated, Found, Ground, Level, Looked};
use crate::config::{Evidence, SourceKind, Train};
use crate::domain::calendar::{Tag, fits};

/// A commit is named by at least so many digits.
const SHORT: usize = 7;

/// Whether a train ships prompts: by its own name, or by the areas that it ships.
fn ships_prompts(ground: &Ground<'_>, train: &Train) -> bool {
    let says = |text: &str| text.to_lowercase().contains("prompt");
    let areas = ground.team().areas.iter().filter(|area| train.areas.contains(&area.id));
    says(&train.id) || areas.into_iter().any(|area| says(&area.id) || area.paths.iter().any(|path| says(path)))
}

pub(super) fn unevaluated(ground: &Ground<'_>) -> Looked {
    let trains: Vec<(&Train, &str)> = ground
        .team()
        .trains
        .iter()
        .filter(|train| ships_prompts(ground, train))
        .filter_map(|train| match &train.evidence {
            Some(Evidence::Tag(glob)) => Some((train, glob.as_str())),
            Some(Evidence::Commit(_)) | None => None,
        })
        .collect();
    if trains.is_empty() {
        return Looked::default();
    }
    if !ground.team().sources.iter().any(|source| matches!(source.kind, SourceKind::Evals(_))) {
        return Looked { found: Vec::new(), unseen: vec!["no eval source is configured".to_owned()] };
    }
    let Some(tags) = ground.tags else {
        return Looked { found: Vec::new(), unseen: vec!["the tags of the repository".to_owned()] };
    };
    Looked::at(&ground.seen.evaluated, |runs| {
        let of = |(train, glob): &(&Train, &str)| {
            let tag =
                tags.iter().filter(|tag| tag.at <= ground.now && fits(glob, &tag.name)).max_by_key(|tag| tag.at)?;
            let commit = tag.commit.as_deref()?;
            if runs.iter().any(|run| is_of(run, (tag, glob), commit)) {
                return None;
            }
            let short = commit.get(..12).unwrap_or(commit);
            let message =
                format!("{}: {} ({short}) is in none of {} eval runs that are known", train.id, tag.name, runs.len());
            let fix = format!("run the evals on {short}, then `dogwatch sync` reads the result");
            Some(Found::new(Level::Warning, format!("train:{}", train.id), message, fix))
        };
        trains.iter().filter_map(of).collect()
    })
}

/// Whether a run was of what this tag names: by its commit, or by the version that it says its prompts have.
fn is_of(run: &Evaluated, (tag, glob): (&Tag, &str), commit: &str) -> bool {
    let same = |said: &str| said.len() >= SHORT && (commit.starts_with(said) || said.starts_with(commit));
    let version = glob.split_once('*').and_then(|(before, after)| tag.name.strip_prefix(before)?.strip_suffix(after));
    let by_version = |said: &str| said == tag.name || version.is_some_and(|version| said == version) || same(said);
    run.commit.as_deref().is_some_and(same) || run.prompt.as_deref().is_some_and(by_version)
}
