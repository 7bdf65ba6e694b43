//! `dogwatch probe describe`: the tools of an endpoint in words, as the screen
//! shows them.

use ratatui::text::Line;

use super::super::exit::{Exit, Failure};
use super::super::{Global, context, out};
use super::look;
use crate::domain::catalogue::{Catalogue, Entry};
use crate::domain::text::Clean;
use crate::panes::health::tool;
use crate::shell::width;
use crate::theme::Theme;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A source of the team file by id, or an address.
    #[arg(value_name = "ID|URL")]
    endpoint: String,
    /// Only tools that have all of these words: in the name, the description or a field.
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Tells all of them in full.
    #[arg(long)]
    full: bool,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    if global.json {
        let id = Clean::line(&args.endpoint);
        let remedy = format!("describe tells it in words; `dogwatch probe snapshot {id}` prints the tools as JSON");
        return Err(Failure::wrong(remedy));
    }
    let Some(seen) = look::tools_of(global, &args.endpoint).await? else { return Ok(Exit::Found) };
    let list = seen.report.tools.map(|list| list.tools).unwrap_or_default();
    let catalogue = Catalogue::of(&list);
    let found = catalogue.find(&args.words.join(" "));
    let found: Vec<&Entry> = found.into_iter().filter_map(|at| catalogue.tools().get(at)).collect();
    if found.is_empty() {
        let all = catalogue.tools().len();
        out::say(&match all {
            0 => format!("dogwatch: {} offers no tools", args.endpoint),
            _ => format!("dogwatch: none of {all} tools has these words"),
        });
        return Ok(if all == 0 { Exit::Done } else { Exit::Found });
    }
    let (theme, columns) = (Theme::default(), width::columns(context::word("COLUMNS").as_deref()));
    // Where a program reads, a text is one line however long it is.
    let columns = columns.and_then(|columns| u16::try_from(columns).ok()).unwrap_or(u16::MAX);
    let text: Vec<String> = if args.full || found.len() == 1 {
        found.iter().map(|entry| plain(&tool::lines(entry, columns, &theme))).collect()
    } else {
        let shape = tool::Columns::of(found.iter().copied(), columns);
        vec![plain(&found.iter().map(|entry| shape.row(entry, columns, &theme)).collect::<Vec<_>>())]
    };
    out::answer(&text.join("\n\n"))?;
    Ok(Exit::Done)
}

/// The same without colours.
fn plain(lines: &[Line<'_>]) -> String {
    let line = |line: &Line<'_>| line.to_string().trim_end().to_owned();
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
