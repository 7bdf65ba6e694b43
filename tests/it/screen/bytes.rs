//! How much is written to a terminal that may be at the other end of a slow
//! line: what differs, and hardly more.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use dogwatch::shell::terminal::Terminal;

use super::*;

/// Everything that was written.
#[derive(Clone, Default)]
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

const SIZE: (u16, u16) = (200, 60);

/// Forty incidents on a screen that shows all four panes.
fn drawn() -> (App, Terminal<Wire>, Wire) {
    let wire = Wire::default();
    let incidents = (1..=40).map(|number| incident(&format!("api#{number}"), 100 + number, &["SEV2"]));
    let mut app = with(incidents.collect());
    resize(&mut app, SIZE.0, SIZE.1);
    let mut terminal = Terminal::on(wire.clone(), SIZE);
    terminal.draw(&app).unwrap();
    (app, terminal, wire)
}

/// The bytes of the next frame.
fn frame(app: &App, terminal: &mut Terminal<Wire>, wire: &Wire) -> usize {
    wire.0.borrow_mut().clear();
    terminal.draw(app).unwrap();
    wire.0.borrow().len()
}

#[test]
fn a_frame_in_which_nothing_differs_is_no_bytes() {
    let (mut app, mut terminal, wire) = drawn();
    assert!(wire.0.borrow().len() > 2_000, "the first is drawn whole");
    assert_eq!(frame(&app, &mut terminal, &wire), 0);
    changed(&mut app, vec![]);
    assert_eq!(frame(&app, &mut terminal, &wire), 0);
}

#[test]
fn a_row_that_changes_writes_no_more_than_two_rows_have_cells() {
    let (mut app, mut terminal, wire) = drawn();
    let renamed =
        Incident { updated_at: now(), ..titled(incident("api#20", 120, &["SEV2"]), "another name altogether") };
    changed(&mut app, vec![renamed]);
    let bytes = frame(&app, &mut terminal, &wire);
    assert!((1..=2 * usize::from(SIZE.0)).contains(&bytes), "{bytes} bytes");
}

/// Links make the first frame longer, and what changes after it hardly.
#[test]
fn links_are_written_with_the_cells_that_change_and_with_no_others() {
    let (mut app, mut terminal, wire) = drawn();
    terminal.link(dogwatch::shell::terminal::Linking::On);
    let all = frame(&app, &mut terminal, &wire);
    assert!(all > 0 && all < 40 * 160, "each of the ids once: {all} bytes");
    assert_eq!(frame(&app, &mut terminal, &wire), 0);
    press_only(&mut app, "j");
    let moved = frame(&app, &mut terminal, &wire);
    assert!(moved <= 9 * usize::from(SIZE.0), "{moved} bytes");
    let mut long = incident("api#21", 121, &["SEV2"]);
    long.url = Some(format!("https://example.org/{}", "x".repeat(1900)));
    long.updated_at = now();
    changed(&mut app, vec![long]);
    let bytes = frame(&app, &mut terminal, &wire);
    assert!(bytes <= 2 * usize::from(SIZE.0), "an endless address is no link: {bytes} bytes");
}

#[test]
fn a_cursor_that_moves_by_one_writes_two_rows_and_its_detail() {
    let (mut app, mut terminal, wire) = drawn();
    for key in ["j", "k", "j"] {
        press_only(&mut app, key);
        let bytes = frame(&app, &mut terminal, &wire);
        // Two rows with their colours and marks, and a title, a link and times in the detail.
        assert!((1..=6 * usize::from(SIZE.0)).contains(&bytes), "{key}: {bytes} bytes");
    }
}
