//! Links on the terminal: what a click opens is what stands there, and no cell
//! stays a link longer than that.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::rc::Rc;

use dogwatch::config::Links;
use dogwatch::shell::terminal::{Clipboard, Linking, Terminal, linking};
use dogwatch::view::draw_linked;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use unicode_width::UnicodeWidthChar;

use super::random::{Step, step, take};
use super::*;

/// Which cells lead where, by row and column.
type Leads = BTreeMap<(u16, u16), String>;

/// As much of a terminal as knows which of its cells are links.
#[derive(Debug, Clone, Default)]
struct Clickable(Rc<RefCell<Cells>>);

#[derive(Debug, Default)]
struct Cells {
    at: (u16, u16),
    on: Option<String>,
    leads: Leads,
}

impl Cells {
    fn take(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            if c != '\x1b' {
                self.print(c);
            } else if let Some(command) = rest.strip_prefix(']') {
                let (command, after) = command.split_once("\x1b\\").expect("it is closed");
                rest = after;
                if let Some(link) = command.strip_prefix("8;") {
                    let (_, to) = link.split_once(';').expect("it has two fields");
                    self.on = Some(to.to_owned()).filter(|to| !to.is_empty());
                }
            } else if let Some(sequence) = rest.strip_prefix('[') {
                let end = sequence.find(|c: char| ('@'..='~').contains(&c)).expect("it has an end");
                self.command(&sequence[..end], &sequence[end..=end]);
                rest = &sequence[end + 1..];
            }
        }
        assert_eq!(self.on, None, "a frame ends with a link that is on");
    }

    fn command(&mut self, parameters: &str, name: &str) {
        match name {
            "H" => {
                let (row, column) = parameters.split_once(';').expect("both are said");
                self.at = (row.parse::<u16>().unwrap() - 1, column.parse::<u16>().unwrap() - 1);
            }
            "J" => self.leads.clear(),
            _ => {}
        }
    }

    fn print(&mut self, c: char) {
        let (row, column) = self.at;
        let width = u16::try_from(c.width().unwrap_or(0)).unwrap();
        for x in column..column + width {
            match &self.on {
                Some(to) => self.leads.insert((row, x), to.clone()),
                None => self.leads.remove(&(row, x)),
            };
        }
        self.at = (row, column + width);
    }
}

impl Write for Clickable {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().take(std::str::from_utf8(bytes).expect("a frame is written at once"));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal with links, and what it knows.
fn terminal(size: (u16, u16)) -> (Terminal<Clickable>, Clickable) {
    let cells = Clickable::default();
    let mut terminal = Terminal::on(cells.clone(), size);
    terminal.link(Linking::On);
    (terminal, cells)
}

/// What leads where after this frame, as text and address.
fn shown(app: &mut App, size: (u16, u16)) -> Vec<(String, String)> {
    resize(app, size.0, size.1);
    let (mut terminal, cells) = terminal(size);
    terminal.draw(app).unwrap();
    let (buffer, _) = draw(app, size.0, size.1);
    let mut shown: Vec<(String, String)> = Vec::new();
    let mut last = None;
    for ((y, x), to) in &cells.0.borrow().leads {
        let symbol = buffer[(*x, *y)].symbol();
        match shown.last_mut().filter(|_| last == Some((*y, x.saturating_sub(1), to.clone()))) {
            Some((text, _)) => text.push_str(symbol),
            None => shown.push((symbol.to_owned(), to.clone())),
        }
        last = Some((*y, *x, to.clone()));
    }
    shown
}

fn pair(text: &str, to: &str) -> (String, String) {
    (text.to_owned(), to.to_owned())
}

#[test]
fn the_ids_and_the_address_in_full_lead_to_the_web() {
    let mut app = with(vec![incident("api#1", 5, &["SEV1"]), incident("api#12", 9, &["SEV2"])]);
    let [one, twelve] = ["https://example.org/api/1", "https://example.org/api/12"];
    let expected = [pair("api#1", one), pair("api#12", twelve), pair("api#1", one), pair(one, one)];
    assert_eq!(shown(&mut app, (80, 24)), expected);
    let mut beside = shown(&mut app, (160, 40));
    beside.sort();
    assert_eq!(beside, [pair("api#1", one), pair("api#12", twelve), pair(one, one)]);
}

#[test]
fn an_address_over_several_rows_leads_to_the_whole_of_it() {
    let mut one = incident("api#1", 5, &["SEV1"]);
    let long = format!("https://example.org/{}", "path/".repeat(20));
    one.url = Some(long.clone());
    let mut app = with(vec![one]);
    let all = shown(&mut app, (60, 40));
    let pieces: Vec<&(String, String)> = all.iter().filter(|(text, _)| !text.starts_with("api")).collect();
    assert!(pieces.len() > 1, "{all:?}");
    assert_eq!(pieces.iter().map(|(text, _)| text.as_str()).collect::<String>(), long);
    assert!(pieces.iter().all(|(_, to)| *to == long), "{all:?}");
}

#[test]
fn only_the_web_is_led_to_and_nothing_that_a_title_or_a_body_says() {
    for url in
        ["javascript:alert(1)", "file:///etc/passwd", "https://ana@example.org/", "\x1b]8;;https://e.example\x1b\\"]
    {
        let mut one = incident("api#1", 5, &["SEV1"]);
        one.url = Some(url.to_owned());
        let mut app = with(vec![one]);
        assert_eq!(shown(&mut app, (80, 24)), [], "{url:?}");
    }
    let mut one = titled(incident("api#1", 5, &["SEV1"]), "api#1 https://e.example link https://e.example");
    one.url = Some("https://example.org/a\u{1b}\\b;c d".to_owned());
    one.body = Some(Clean::block("[api#1](https://e.example) and\n\nlink      https://example.org/a"));
    let mut app = with(vec![one]);
    for (text, to) in shown(&mut app, (80, 40)) {
        assert_eq!(to, "https://example.org/a%1B/b;c%20d", "{text}");
    }
}

#[test]
fn a_page_leads_to_the_web_where_its_text_stands() {
    let mut app = runbooks::reading();
    press(&mut app, "z");
    let all = shown(&mut app, (120, 60));
    let pages: Vec<&(String, String)> = all.iter().filter(|(_, to)| to == "https://example.org/who").collect();
    assert_eq!(pages, [&pair("somebody", "https://example.org/who")], "{all:?}");
}

#[test]
fn what_is_covered_and_what_is_private_is_no_link() {
    let mut app = with(vec![incident("api#1", 5, &["SEV1"])]);
    press(&mut app, "?");
    assert_eq!(shown(&mut app, (80, 24)), []);
    press(&mut app, "<esc>P");
    assert_eq!(shown(&mut app, (80, 24)), []);
    press(&mut app, "P");
    assert!(!shown(&mut app, (80, 24)).is_empty());
}

#[test]
fn what_reads_as_one_address_leads_to_no_other() {
    let page =
        "# A\n\n[https://bank.example/login](https://evil.example/phish) and [its log in](https://bank.example/)\n";
    let mut app = runbooks::reading_of(page);
    press(&mut app, "z");
    let leads =
        shown(&mut app, (120, 60)).into_iter().filter(|(_, to)| !to.contains("example.org")).collect::<Vec<_>>();
    assert_eq!(leads, [pair("its log in", "https://bank.example/")]);
    // An id that ends like another is not that one.
    let mut app = with(vec![titled(incident("tools#12", 5, &["SEV1"]), "see mcp-tools#12")]);
    press(&mut app, "x");
    assert_eq!(shown(&mut app, (100, 28)), [], "what lies under a dialog is not clicked through it");
}

/// After each of many keys, the terminal has exactly the links that a frame of its own would have.
#[test]
fn no_link_stays_on_and_none_is_lost_whatever_is_pressed() {
    let mut runner = TestRunner::deterministic();
    let steps = step();
    for _ in 0..12 {
        let (mut app, mut size) = (shift(), (100, 30));
        resize(&mut app, size.0, size.1);
        let (mut terminal, cells) = terminal(size);
        for at in 0..150 {
            let next = steps.new_tree(&mut runner).unwrap().current();
            if let Step::Size(width, height) = next {
                size = (width, height);
                terminal.resize(size).unwrap();
            }
            let effects = take(&mut app, &next);
            keep(&mut app, &effects);
            runbooks::answer(&mut app, &effects);
            terminal.draw(&app).unwrap();
            let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
            let area = buffer.area;
            let mut expected = Leads::new();
            for one in draw_linked(&app, &mut buffer, area).1 {
                expected.extend((0..one.width).map(|x| ((one.at.y, one.at.x + x), one.to.to_string())));
            }
            assert_eq!(cells.0.borrow().leads, expected, "after {next:?}, step {at}");
        }
    }
}

#[test]
fn links_are_written_where_they_are_known_to_be_shown() {
    let on = |wished, passage, name: &str, value: &str| {
        linking(wished, passage, |asked| (asked == name).then(|| value.to_owned())) == Linking::On
    };
    let direct = |name, value| on(Links::Auto, Clipboard::Direct, name, value);
    assert!(direct("TERM", "xterm-kitty") && direct("TERM", "foot-extra") && direct("VTE_VERSION", "7600"));
    assert!(direct("TERM_PROGRAM", "iTerm.app") && direct("WT_SESSION", "x") && direct("KONSOLE_VERSION", "230800"));
    assert!(!direct("TERM", "xterm-256color") && !direct("TERM", "linux") && !direct("VTE_VERSION", "4999"));
    assert!(!direct("VTE_VERSION", "new") && !direct("KONSOLE_VERSION", ""));
    for passage in [Clipboard::Tmux, Clipboard::Screen] {
        assert!(!on(Links::Auto, passage, "VTE_VERSION", "7600"));
        assert!(on(Links::On, passage, "TERM", "tmux"));
    }
    assert!(!on(Links::Off, Clipboard::Direct, "TERM", "xterm-kitty"));
    // Out of a tmux at the far end of SSH come its name and what the terminal outside has set.
    for (name, value) in [("TERM", "tmux-256color"), ("TERM_PROGRAM", "tmux"), ("TERM", "linux")] {
        let asked = |asked: &str| match asked {
            "LC_TERMINAL" => Some("iTerm2".to_owned()),
            other => (other == name).then(|| value.to_owned()),
        };
        assert_eq!(linking(Links::Auto, Clipboard::Direct, asked), Linking::Off, "{name} {value}");
    }
    assert_eq!(Clipboard::detect(None, None, Some("tmux-256color")), Clipboard::Tmux);
}
