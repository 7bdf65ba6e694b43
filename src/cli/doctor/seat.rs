//! The terminal in front of the operator, by what the environment says of it.

use std::io::IsTerminal;

use chrono::NaiveTime;

use super::{Findings, Group, Level};
use crate::cli::context::{Context, word};
use crate::cli::{Global, dress, watch};
use crate::config::{Occasion, Speech};
use crate::shell::terminal::{Clipboard, Linking};
use crate::theme::Depth;

/// What tmux drops in silence unless told otherwise.
const TMUX: &str = "for copying and colours, have in ~/.tmux.conf: set -g set-clipboard on · set -g allow-passthrough on \
                    · set -as terminal-features ',*:RGB'";

pub(super) fn look(global: &Global, context: &Context, findings: &mut Findings) {
    let mut group = findings.group("terminal");
    let watched = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    if !watched {
        group.ok("screen", "this is no terminal; `dogwatch` would print the queue as text");
    }
    colours(global, context, &mut group);
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| Some((name, word(name)?)));
    let utf8 = |value: &str| value.to_lowercase().replace('-', "").contains("utf8");
    match locale {
        Some((name, value)) if utf8(&value) => group.ok("locale", &format!("${name} is {value}")),
        _ if !watched => {}
        Some((name, value)) => {
            group.warn("locale", &format!("${name} is {value}"), "marks need UTF-8: export LC_ALL=C.UTF-8");
        }
        None => group.warn("locale", "none is set", "marks need UTF-8: export LC_ALL=C.UTF-8"),
    }
    theme(global, context, &mut group);
    clipboard(&mut group);
    links(context, &mut group);
    calls(context, &mut group);
    let editor = context.personal.editor.as_ref().map(|words| words.join(" "));
    let editor = editor.or_else(|| word("VISUAL")).or_else(|| word("EDITOR"));
    group.ok("editor", editor.as_deref().unwrap_or("none named; notes are written inline"));
}

fn colours(global: &Global, context: &Context, group: &mut Group<'_>) {
    let depth = match watch::depth(global.color, context.settings.color) {
        Depth::Mono => "none: marks, bold and reverse",
        Depth::Ansi16 => "16",
        Depth::Ansi256 => "256",
        Depth::TrueColor => "true colour",
    };
    let said = |name: &str| word(name).map_or(format!("${name} not set"), |value| format!("${name} {value}"));
    let no_color = if word("NO_COLOR").is_some() { ", $NO_COLOR set" } else { "" };
    let text = format!("{depth} ({}, {}{no_color})", said("TERM"), said("COLORTERM"));
    group.ok("colours", &text);
}

fn theme(global: &Global, context: &Context, group: &mut Group<'_>) {
    match dress::dress(context, global.theme.as_deref(), watch::depth(global.color, context.settings.color)) {
        Err(unknown) => group.error("theme", &unknown.to_string(), ""),
        Ok(dress) => {
            group.ok("theme", &dress.worn);
            for why in dress.amiss {
                group.warn("theme", &why, "until it is mended, it cannot be worn");
            }
        }
    }
}

fn links(context: &Context, group: &mut Group<'_>) {
    match watch::links(context) {
        Linking::On => group.ok("links", "can be clicked (OSC 8)"),
        Linking::Off => group.ok("links", "text; `o` opens an address and `Y` copies it"),
    }
}

/// What the operator is called for, and how.
fn calls(context: &Context, group: &mut Group<'_>) {
    let attention = watch::attention(context);
    let named = |wanted: &[Occasion]| {
        let words = Occasion::ALL.iter().filter(|(one, _)| wanted.contains(one)).map(|(_, word)| *word);
        Some(words.collect::<Vec<_>>().join(", ")).filter(|words| !words.is_empty())
    };
    let bell = named(&attention.bell).map_or_else(|| "no bell".to_owned(), |words| format!("bell for {words}"));
    let shown = match watch::voices(context) {
        (_, Some(_)) => "on this machine's desktop",
        (Speech::Osc9, None) => "by the terminal (OSC 9)",
        (Speech::Osc777, None) => "by the terminal (OSC 777)",
        (Speech::Auto | Speech::Never, None) => "nowhere: no desktop, and a terminal that is not known to show any",
    };
    let notices = named(&attention.notify)
        .map_or_else(|| "no notifications".to_owned(), |words| format!("notifications for {words}, {shown}"));
    let clock = |time: NaiveTime| time.format("%H:%M").to_string();
    let quiet = attention.quiet.map(|quiet| format!("; quiet {}-{}", clock(quiet.from), clock(quiet.to)));
    group.ok("calls", &format!("{bell}; {notices}{}", quiet.unwrap_or_default()));
}

fn clipboard(group: &mut Group<'_>) {
    let far = watch::seat() == crate::shell::screen::Seat::Elsewhere;
    let place =
        if far { "over SSH, so through the terminal itself (OSC 52)" } else { "through the terminal itself (OSC 52)" };
    match watch::clipboard() {
        Clipboard::Direct => group.ok("clipboard", place),
        Clipboard::Tmux => {
            group.note((Level::Ok, "clipboard"), &format!("{place}, wrapped for tmux"), Some(TMUX));
        }
        Clipboard::Screen => group.ok("clipboard", &format!("{place}, in pieces for screen")),
    }
}
