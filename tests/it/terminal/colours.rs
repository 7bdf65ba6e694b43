//! What is written under each `TERM`, with and without `COLORTERM` and
//! `NO_COLOR`: colours of that depth and no others, and a selected row that
//! differs from its neighbours in every one.

use super::shift;

/// How many colours are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Colours {
    None,
    Sixteen,
    Fixed,
    All,
}

const NAMES: [&str; 6] = ["linux", "screen", "xterm", "xterm-256color", "screen-256color", "vt100"];

fn expected(term: &str, [colorterm, no_color]: [bool; 2]) -> Colours {
    match term {
        _ if no_color => Colours::None,
        "vt100" => Colours::None,
        "linux" => Colours::Sixteen,
        _ if colorterm => Colours::All,
        term if term.contains("256") => Colours::Fixed,
        _ => Colours::Sixteen,
    }
}

/// The parameters of every SGR that was written.
fn looks(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let parts = text.split("\u{1b}[").skip(1).filter_map(|part| {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';' || c == ':'))?;
        part[end..].starts_with('m').then(|| part[..end].to_owned())
    });
    parts.collect()
}

/// The deepest colour of these parameters.
fn depth(parameters: &str) -> Colours {
    let numbers: Vec<u16> = parameters.split([';', ':']).filter_map(|number| number.parse().ok()).collect();
    let mut deepest = Colours::None;
    let mut at = 0;
    while let Some(number) = numbers.get(at) {
        let (found, taken) = match (number, numbers.get(at + 1)) {
            (38 | 48 | 58, Some(2)) => (Colours::All, 5),
            (38 | 48 | 58, Some(5)) => (Colours::Fixed, 3),
            (30..=37 | 40..=47 | 90..=97 | 100..=107, _) => (Colours::Sixteen, 1),
            _ => (Colours::None, 1),
        };
        deepest = deepest.max(found);
        at += taken;
    }
    deepest
}

#[test]
fn the_selected_row_differs_from_its_neighbours_on_every_terminal() {
    let (_fake, alice) = shift(&["loader hangs", "cache misses", "profiles are stale"]);
    for term in NAMES {
        for colorterm in [false, true] {
            for no_color in [false, true] {
                let mut launch = alice.screen(&["--theme", "light"]).size(80, 24).env("TERM", term);
                if colorterm {
                    launch = launch.env("COLORTERM", "truecolor");
                }
                if no_color {
                    launch = launch.env("NO_COLOR", "1");
                }
                let told = format!("TERM={term} COLORTERM {colorterm} NO_COLOR {no_color}");
                let screen = launch.start();
                screen.wait_for("/ filter");
                screen.send("j");
                screen.wait_for(">  ?    ! open    api#2");
                let reversed = |text: &str| {
                    screen.look(|cells| {
                        let has = |row: &u16| cells.contents_between(*row, 0, *row, 80).contains(text);
                        let row = (0..24).find(has).unwrap();
                        (0..80).filter(|column| cells.cell(row, *column).is_some_and(vt100::Cell::inverse)).count()
                    })
                };
                assert!(reversed("api#2 cache") > 20, "{told}");
                assert_eq!((reversed("api#1 loader"), reversed("api#3 profiles")), (0, 0), "{told}");
                screen.send("q");
                screen.wait_exit();
                let looks = looks(&screen.raw());
                assert!(!looks.is_empty(), "{told}");
                for parameters in &looks {
                    // `ESC[m` and `ESC[;m` are full resets that wipe what was set just before.
                    let empty = parameters.is_empty() || parameters.split(';').any(str::is_empty);
                    assert!(!empty, "{told}: an SGR without its number: {parameters:?}");
                }
                let deepest = looks.iter().map(|parameters| depth(parameters)).max();
                assert_eq!(deepest, Some(expected(term, [colorterm, no_color])), "{told}");
            }
        }
    }
}

/// A terminal that can do nothing gets the dialogue, in which nothing is selected and nothing written but text.
#[test]
fn a_dumb_terminal_gets_no_escape_at_all() {
    let (_fake, alice) = shift(&["loader hangs"]);
    for colorterm in ["", "truecolor"] {
        let screen = alice.screen(&[]).env("TERM", "dumb").env("COLORTERM", colorterm).start();
        screen.wait_for("Say list");
        screen.send("list\r");
        screen.wait_for("loader hangs");
        screen.send("\u{4}");
        screen.wait_exit();
        assert!(!screen.raw().contains(&0x1b), "{}", screen.screen());
    }
}
