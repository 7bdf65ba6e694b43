//! Code blocks that hold sentences rather than code, or one command to read and
//! to copy by a key: they are wrapped instead of cut, and the words that two texts do not share are coloured beside their
//! marks.

use super::wrap::Run;
use crate::domain::evals::evidence::case::PROSE;
use crate::domain::evals::evidence::repeat;
use crate::domain::evals::evidence::words::{ADDED, LANGUAGE, REMOVED};
use crate::theme::Theme;

/// Whether a block of this language is such a text.
pub(super) fn is(language: &str) -> bool {
    [PROSE, LANGUAGE, repeat::LANGUAGE].contains(&language)
}

/// The text in its colours.
pub(super) fn runs(language: &str, text: &str, theme: &Theme) -> Vec<Run> {
    let run = |text: &str, style| Run::new(text.to_owned(), style);
    if language != LANGUAGE {
        return vec![run(text, theme.code)];
    }
    let mut runs = Vec::new();
    let mut rest = text;
    loop {
        let next = |(open, close): (&str, &str), style| {
            let from = rest.find(open)?;
            let to = rest[from + open.len()..].find(close).map(|at| from + open.len() + at + close.len())?;
            Some((from, to, style))
        };
        let first = [next(REMOVED, theme.removed), next(ADDED, theme.added)];
        let Some((from, to, style)) = first.into_iter().flatten().min_by_key(|(from, _, _)| *from) else { break };
        runs.push(run(&rest[..from], theme.text));
        runs.push(run(&rest[from..to], style));
        rest = &rest[to..];
    }
    runs.push(run(rest, theme.text));
    runs.retain(|run| !run.text.is_empty());
    runs
}
