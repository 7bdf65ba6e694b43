//! What a text says, as far as a machine may tell.

use chrono::NaiveDate;

/// Whether a text has the word *deprecated* in it, in any case.
pub(super) fn says_deprecated(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word.eq_ignore_ascii_case("deprecated"))
}

/// The first date in a text: `2027-01-31`, `31 January 2027` or `January 31, 2027`.
pub(super) fn date_in(text: &str) -> Option<NaiveDate> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()).collect();
    (0..words.len()).find_map(|at| {
        let iso =
            words[at].trim_matches('-').get(..10).and_then(|date| NaiveDate::parse_from_str(date, "%Y-%m-%d").ok());
        iso.or_else(|| {
            let [first, second, year] = words.get(at..at + 3)? else { return None };
            let (day, month) = match month(first) {
                Some(month) => (second, month),
                None => (first, month(second)?),
            };
            let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?;
            let year = year.parse().ok().filter(|year| (1970..9000).contains(year))?;
            NaiveDate::from_ymd_opt(year, month, day)
        })
    })
}

/// In English, in lower case, in order.
pub(in crate::domain) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn month(word: &str) -> Option<u32> {
    let word = word.to_ascii_lowercase();
    let is_short = word.len() == 3 || word == "sept";
    let at = MONTHS.iter().position(|month| word == *month || (is_short && month.starts_with(&word)))?;
    u32::try_from(at + 1).ok()
}
