//! A cycle review for people to read: the same sentences as Markdown, as plain
//! text of 80 columns, and on the screen. One page first; the incidents, a row
//! each, are an appendix.

mod parts;
mod screen;
mod words;

use super::fit;
use crate::domain::quote;
use crate::domain::review::Review;

pub use parts::{Part, Said, parts};
pub use screen::{bars, lines};

/// Plain text is no wider.
const COLUMNS: usize = 80;

/// The review as Markdown, with its line end.
pub fn markdown(review: &Review) -> String {
    let mut lines = vec![format!("# {}", words::title(review)), String::new()];
    for part in parts(review) {
        lines.push(format!("## {}", part.title));
        lines.push(String::new());
        for said in &part.said {
            match said {
                Said::Plain(text) => lines.push(format!("- {}", quote::sentence(text))),
                Said::Quoted(before, title, after) => {
                    let (before, after) = (quote::sentence(before), quote::sentence(after));
                    lines.push(format!("- {before}{}{after}", quote::span(title)));
                }
                Said::Code(text) => lines.push(quote::fence("diff", text.trim_end())),
            }
        }
        lines.push(String::new());
    }
    ended(&lines)
}

/// The review as plain text, with its line end.
pub fn text(review: &Review) -> String {
    let title = words::title(review);
    let mut lines = fit::wrap(&title, COLUMNS);
    lines.push("=".repeat(fit::columns(&title).min(COLUMNS)));
    for part in parts(review) {
        lines.push(String::new());
        lines.push(part.title.to_uppercase());
        for said in &part.said {
            match said {
                Said::Code(text) => lines.extend(text.trim_end().lines().map(str::to_owned)),
                Said::Plain(_) | Said::Quoted(..) => lines.extend(hanging(&said.text(), COLUMNS)),
            }
        }
    }
    ended(&lines)
}

/// A sentence in lines of so many columns, the further ones indented.
fn hanging(text: &str, width: usize) -> Vec<String> {
    let wrapped = quote::wrapped(text, width.saturating_sub(4).max(1));
    let lines = wrapped.lines().enumerate();
    lines.map(|(at, line)| if at == 0 { format!("  {line}") } else { format!("    {line}") }).collect()
}

fn ended(lines: &[String]) -> String {
    let mut text = lines.iter().map(|line| line.trim_end()).collect::<Vec<&str>>().join("\n");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
