//! What may have been meant when nothing fits.

use super::index::stem;
use crate::domain::runbook::words::{Word, indexed};
use crate::store::pages::Entry;

/// So many are offered.
const OFFERED: usize = 3;
/// More words than this are no name.
const WORDS: usize = 8;

/// The pages with the nearest titles or file names, the nearest first.
pub(super) fn nearest(pages: Vec<Entry>, words: &[Word]) -> Vec<Entry> {
    let mut near: Vec<(f64, Entry)> = pages.into_iter().map(|page| (nearness(&page, words), page)).collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.path.cmp(&other.1.path)));
    near.into_iter().take(OFFERED).map(|(_, page)| page).collect()
}

/// How near the words are to those of a title: for each its nearest one, the nearest of all counting as much as the rest.
fn nearness(page: &Entry, words: &[Word]) -> f64 {
    let names = format!("{} {}", indexed(page.title.as_str()), indexed(stem(&page.path)));
    let nearest = |word: &Word| {
        names.split(' ').map(|name| strsim::normalized_damerau_levenshtein(&word.text, name)).fold(0.0, f64::max)
    };
    let each: Vec<f64> = words.iter().take(WORDS).map(nearest).collect();
    let best = each.iter().copied().fold(0.0, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "so few words")]
    let mean = each.iter().sum::<f64>() / each.len().max(1) as f64;
    best + mean
}
