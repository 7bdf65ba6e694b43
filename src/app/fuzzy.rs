//! What fits the words that were typed, how well, and by which letters.
//!
//! A word may be scattered over a name, as in `pcal` for `pane-calendar`; in a
//! sentence it has to stand as it is, or everything would fit.

use nucleo_matcher::{Config, Matcher, Utf32Str};

/// So much more a name says than the sentence beside it.
const NAME_WEIGHS: u32 = 2;

/// How well something fits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fit {
    /// More is better.
    pub score: u32,
    /// The characters of the name that were meant, by their places, in order.
    pub name: Vec<usize>,
    /// Those of the sentence.
    pub sentence: Vec<usize>,
}

/// Words to look for, whatever their case.
pub struct Finder {
    words: Vec<String>,
    matcher: Matcher,
}

impl Finder {
    /// Looks for each of the words in a text.
    pub fn of(text: &str) -> Self {
        let words = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let mut config = Config::DEFAULT;
        config.prefer_prefix = true;
        Self { words, matcher: Matcher::new(config) }
    }

    /// How well these fit; none if one of the words is in neither.
    pub fn fit(&mut self, name: &str, sentence: &str) -> Option<Fit> {
        let mut fit = Fit::default();
        let (mut of_name, mut of_sentence) = (Vec::new(), Vec::new());
        let name = Utf32Str::new(name, &mut of_name);
        let sentence = Utf32Str::new(sentence, &mut of_sentence);
        for word in &self.words {
            let mut letters = Vec::new();
            let (mut in_name, mut in_sentence) = (Vec::new(), Vec::new());
            let needle = Utf32Str::new(word, &mut letters);
            let named = self.matcher.fuzzy_indices(name, needle, &mut in_name);
            let named = named.map_or(0, |score| NAME_WEIGHS * u32::from(score));
            let said = self.matcher.substring_indices(sentence, needle, &mut in_sentence).map_or(0, u32::from);
            if named == 0 && said == 0 {
                return None;
            }
            fit.score += named.max(said);
            if named >= said {
                fit.name.extend(places(&in_name));
            } else {
                fit.sentence.extend(places(&in_sentence));
            }
        }
        for places in [&mut fit.name, &mut fit.sentence] {
            places.sort_unstable();
            places.dedup();
        }
        Some(fit)
    }
}

fn places(found: &[u32]) -> impl Iterator<Item = usize> + '_ {
    found.iter().filter_map(|at| usize::try_from(*at).ok())
}
