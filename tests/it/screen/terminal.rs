//! What is written to the terminal, byte by byte; no terminal is needed.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use super::*;
use dogwatch::shell::terminal::{Clipboard, Terminal};

/// A terminal that keeps what it is sent.
#[derive(Debug, Clone, Default)]
struct Wire(Rc<RefCell<Vec<u8>>>);

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Wire {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.borrow_mut())).unwrap()
    }
}

fn terminal() -> (Terminal<Wire>, Wire) {
    let wire = Wire::default();
    (Terminal::on(wire.clone(), (80, 24)), wire)
}

#[test]
fn a_frame_is_one_synchronized_update_and_an_unchanged_one_is_no_byte() {
    let (mut terminal, wire) = terminal();
    let mut app = shift();
    terminal.draw(&app).unwrap();
    let first = wire.take();
    assert!(first.starts_with("\x1b[?2026h") && first.ends_with("\x1b[?2026l"), "{first:?}");
    assert_eq!(first.matches("\x1b[?2026h").count(), 1);
    terminal.draw(&app).unwrap();
    assert_eq!(wire.take(), "");
    press(&mut app, "/");
    terminal.draw(&app).unwrap();
    wire.take();
    terminal.draw(&app).unwrap();
    assert_eq!(wire.take(), "", "not for the cursor either");
}

#[test]
fn a_refresh_that_changes_nothing_writes_nothing_and_a_quiet_minute_neither() {
    let (mut terminal, wire) = terminal();
    let mut app = shift();
    terminal.draw(&app).unwrap();
    wire.take();
    let at = now() + TimeDelta::seconds(40);
    let health = SourceHealth { fetched_at: Some(at), ..fresh("api") };
    let facts = [
        Fact::FetchStarted("api".into()),
        Fact::Page { source: "api".into(), incidents: vec![incident("api#1", 30, &["SEV1"])] },
        Fact::FetchEnded(health),
        Fact::Ticked,
    ];
    for fact in facts {
        app.update(at, fact);
        terminal.draw(&app).unwrap();
    }
    assert_eq!(wire.take(), "");
    app.update(now() + TimeDelta::seconds(60), Fact::Ticked);
    terminal.draw(&app).unwrap();
    assert_ne!(wire.take(), "", "the next minute is a step");
    assert!(line_with(&mut app, "api#1 ").contains(" 31m "));
}

#[test]
fn the_alarm_rings_by_the_minute_and_by_the_second_only_in_the_first() {
    let app = shift();
    assert_eq!(app.alarm(), Some(now() + TimeDelta::minutes(1)));
    let mut app = with(vec![incident("api#1", 0, &["SEV1"])]);
    assert_eq!(app.alarm(), Some(now() + TimeDelta::seconds(1)));
    assert!(line_with(&mut app, "api#1 ").contains(" 0s "));
    app.update(now() + TimeDelta::seconds(59), Fact::Ticked);
    assert!(line_with(&mut app, "api#1 ").contains(" 59s "));
    app.update(now() + TimeDelta::seconds(61), Fact::Ticked);
    assert!(line_with(&mut app, "api#1 ").contains(" 1m "));
    assert_eq!(app.alarm(), Some(now() + TimeDelta::minutes(2)));
}

#[test]
fn a_toast_goes_by_itself() {
    let mut app = shift();
    press(&mut app, "a");
    let gone = app.toasts().alarm().unwrap();
    assert!(app.alarm() <= Some(gone));
    app.update(gone, Fact::Ticked);
    assert!(!screen(&mut app, 80, 24).contains("ok: ack"));
}

#[test]
fn a_hostile_title_reaches_the_terminal_as_harmless_text() {
    let (mut terminal, wire) = terminal();
    let title = "pwn\x1b[2J\x1b]52;c;ZXZpbA==\x07 \u{9b}31m \u{202e}txt.exe\u{200b}\u{2066}\x08\x00 end";
    let mut app = with(vec![titled(incident("api#1", 5, &["SEV1"]), title)]);
    let body = Some(Clean::block(&format!("# {title}\n\n{title}\n\n&#27;[2J [x](javascript:a)")));
    app.update(now(), Fact::DetailLoaded { id: "api#1".into(), body, moments: Vec::new() });
    for keys in ["", "a", "L", "<esc>u", "x", "<esc>m", "<esc>*", "<enter>"] {
        press(&mut app, keys);
        terminal.draw(&app).unwrap();
    }
    let bytes = wire.take();
    assert!(bytes.contains("pwn"));
    for evil in ["\x1b[2J", "\x1b]", "\x07", "\u{9b}", "\u{202e}", "\u{200b}", "\u{2066}", "\x08", "\0"] {
        assert!(!bytes.contains(evil), "{evil:?} got through");
    }
}

#[test]
fn the_selected_row_is_reversed_in_every_theme() {
    for dogwatch::theme::BuiltIn { name, .. } in dogwatch::theme::BUILT_IN {
        let outfit = Outfit { theme: Theme::named(name).unwrap(), ..plain(Keymap::default()) };
        let mut app = App::new(setup(team()), outfit, now());
        app.update(now(), loaded(vec![incident("api#1", 5, &["SEV1"])]));
        let (buffer, _) = draw(&app, 80, 24);
        let row = 1 + app.outfit().theme.line_height;
        let reversed = (0..80).filter(|x| buffer[(*x, row)].modifier.contains(ratatui::style::Modifier::REVERSED));
        assert_eq!(reversed.count(), 80, "{name}");
        assert!(screen(&mut app, 80, 24).contains(">  SEV1"), "and it has a mark: {name}");
    }
}

#[test]
fn a_copy_is_ended_by_st_wrapped_for_multiplexers_and_refused_when_too_long() {
    let copy = |clipboard: Clipboard| String::from_utf8(clipboard.copy("api#1").unwrap()).unwrap();
    assert_eq!(copy(Clipboard::Direct), "\x1b]52;c;YXBpIzE=\x1b\\");
    assert_eq!(copy(Clipboard::Tmux), "\x1b]52;c;YXBpIzE=\x1b\\\x1bPtmux;\x1b\x1b]52;c;YXBpIzE=\x1b\x1b\\\x1b\\");
    assert_eq!(copy(Clipboard::Screen), "\x1bP\x1b]52;c;YXBpIzE=\x07\x1b\\");
    assert_eq!(Clipboard::detect(Some("/tmp/t,1,0"), None, None), Clipboard::Tmux);
    assert_eq!(Clipboard::detect(None, Some("1.tty"), None), Clipboard::Screen);
    assert_eq!(Clipboard::detect(Some(""), None, Some("screen-256color")), Clipboard::Screen);
    assert_eq!(Clipboard::detect(None, None, Some("xterm-256color")), Clipboard::Direct);
    assert!(Clipboard::Direct.copy(&"x".repeat(74_994)).is_ok());
    assert!(Clipboard::Direct.copy(&"x".repeat(74_995)).is_err());
}

#[test]
fn a_redraw_writes_the_whole_frame_again() {
    let (mut terminal, wire) = terminal();
    let app = shift();
    terminal.draw(&app).unwrap();
    let first = wire.take();
    terminal.redraw((80, 24)).unwrap();
    terminal.draw(&app).unwrap();
    let again = wire.take();
    assert!(again.contains("\x1b[2J") && again.len() >= first.len());
}
