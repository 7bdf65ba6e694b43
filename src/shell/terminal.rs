//! The terminal: taken over at start, and given back clean after quit, panic,
//! a signal, and while suspended.
//!
//! Only what differs from the last frame is written, all of it in one
//! synchronized update; where nothing differs, nothing is written. The
//! terminal is never asked a question that somebody has to wait for.

mod clipboard;
mod input;
mod known;
mod linking;
mod named;
mod notice;

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub use clipboard::{Clipboard, TooLong};
pub use input::{Inputs, Signal, Signals};
pub use linking::{Linking, linking};
pub use notice::{notice, speech};

use crate::app::App;
use crate::app::key::Input;
use crate::app::pointer::MouseMode;
use crate::domain::text::Clean;
use crate::view::{self, Linked};

/// Whether the terminal is ours now, so that it is given back exactly once.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether its title is ours, too.
static TITLED: AtomicBool = AtomicBool::new(false);

/// Keeps the title of the window, and brings it back (xterm's window operations).
const KEEP_TITLE: &str = "\x1b[22;0t";
const RESTORE_TITLE: &str = "\x1b[23;0t";
/// So much of a title is shown.
const TITLE_CHARS: usize = 120;

/// Whether the title of the window is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Titles {
    /// It says what waits.
    Set,
    /// It stays as it is.
    #[default]
    Left,
}

/// The terminal while it is ours.
#[derive(Debug)]
pub struct Terminal<W: Write> {
    backend: CrosstermBackend<Frames<W>>,
    shown: Buffer,
    next: Buffer,
    cursor: Option<Position>,
    size: (u16, u16),
    mouse: MouseMode,
    titles: Titles,
    title: String,
    linking: Linking,
    links: Vec<Linked>,
}

/// Presses, releases, the wheel, and moves while a button is down, in cells (xterm, "Mouse Tracking"). Moves without a
/// button are not asked for: over a slow line they are a flood.
const TAKE_MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const LEAVE_MOUSE: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

impl Terminal<io::Stdout> {
    /// Takes the terminal over.
    ///
    /// # Errors
    ///
    /// Stdout is no terminal, or it does not answer.
    pub fn take(titles: Titles) -> io::Result<Self> {
        let size = crossterm::terminal::size()?;
        enter(titles)?;
        let mut terminal = Self::on(io::stdout(), size);
        terminal.titles = titles;
        Ok(terminal)
    }

    /// Gives the terminal back, stops until continued, and takes it again.
    /// Returns the size that it has then.
    ///
    /// # Errors
    ///
    /// The terminal has gone.
    pub fn suspend(&mut self) -> io::Result<Input> {
        leave();
        #[cfg(unix)]
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        self.resume()
    }

    /// Gives the terminal to another program, such as an editor, while `run` runs.
    ///
    /// # Errors
    ///
    /// The terminal has gone.
    pub fn lend<T>(&mut self, run: impl FnOnce() -> T) -> io::Result<(T, Input)> {
        leave();
        let answer = run();
        Ok((answer, self.resume()?))
    }

    fn resume(&mut self) -> io::Result<Input> {
        enter(self.titles)?;
        self.use_mouse(self.mouse)?;
        let (width, height) = crossterm::terminal::size()?;
        self.redraw((width, height))?;
        Ok(Input::Resized { width, height })
    }
}

impl<W: Write> Terminal<W> {
    /// A terminal of this size on any writer.
    pub fn on(writer: W, size: (u16, u16)) -> Self {
        crossterm::style::force_color_output(true);
        let area = Rect::new(0, 0, size.0, size.1);
        Self {
            backend: CrosstermBackend::new(Frames { writer, frame: Vec::new() }),
            shown: Buffer::empty(area),
            next: Buffer::empty(area),
            cursor: None,
            size,
            mouse: MouseMode::Off,
            titles: Titles::Left,
            title: String::new(),
            linking: Linking::Off,
            links: Vec::new(),
        }
    }

    /// Whether the frames from now on have links.
    pub fn link(&mut self, linking: Linking) {
        self.linking = linking;
    }

    /// Takes the mouse from the terminal, or leaves it to it.
    ///
    /// # Errors
    ///
    /// The terminal has gone.
    pub fn use_mouse(&mut self, mode: MouseMode) -> io::Result<()> {
        let was = std::mem::replace(&mut self.mouse, mode);
        match (was, mode) {
            (_, MouseMode::On) => self.send(TAKE_MOUSE),
            (MouseMode::On, MouseMode::Off) => self.send(LEAVE_MOUSE),
            (MouseMode::Off, MouseMode::Off) => Ok(()),
        }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// The terminal has this size now; the next frame is drawn whole.
    ///
    /// # Errors
    ///
    /// The terminal has gone.
    pub fn resize(&mut self, size: (u16, u16)) -> io::Result<()> {
        if size == self.size { Ok(()) } else { self.redraw(size) }
    }

    /// Forgets what is on the terminal, and clears it: the next frame is drawn whole.
    ///
    /// # Errors
    ///
    /// The terminal has gone.
    pub fn redraw(&mut self, size: (u16, u16)) -> io::Result<()> {
        self.forget(size);
        queue!(self.backend, crossterm::terminal::Clear(crossterm::terminal::ClearType::All))
    }

    fn forget(&mut self, size: (u16, u16)) {
        self.size = size;
        let area = Rect::new(0, 0, size.0, size.1);
        self.shown = Buffer::empty(area);
        self.next = Buffer::empty(area);
        self.cursor = None;
        self.title.clear();
        self.links.clear();
    }

    /// Shows the app as it is; writes only what differs, and nothing if nothing does.
    ///
    /// # Errors
    ///
    /// The terminal has gone, or a panic has given it back already.
    pub fn draw(&mut self, app: &App) -> io::Result<()> {
        self.next.reset();
        let area = self.next.area;
        let (cursor, links) = match self.linking {
            Linking::On => view::draw_linked(app, &mut self.next, area),
            Linking::Off => (view::draw(app, &mut self.next, area), Vec::new()),
        };
        linking::forget_changed(&mut self.shown, &self.links, &links);
        let cells = self.shown.diff(&self.next);
        let changed = !cells.is_empty();
        if changed {
            if self.cursor.is_some() {
                queue!(self.backend, cursor::Hide)?;
            }
            linking::write(&mut self.backend, &cells, &links)?;
        }
        if changed || cursor != self.cursor {
            match cursor {
                Some(at) => queue!(self.backend, cursor::MoveTo(at.x, at.y), cursor::Show)?,
                None => queue!(self.backend, cursor::Hide)?,
            }
        }
        (self.cursor, self.links) = (cursor, links);
        std::mem::swap(&mut self.shown, &mut self.next);
        self.entitle(app)?;
        Write::flush(&mut self.backend)
    }

    /// Says in the title what waits, if that has changed.
    fn entitle(&mut self, app: &App) -> io::Result<()> {
        if self.titles == Titles::Left {
            return Ok(());
        }
        let title: String = Clean::line(&app.title()).as_str().chars().take(TITLE_CHARS).collect();
        if title != self.title {
            write!(self.backend, "\x1b]2;{title}\x1b\\")?;
            self.title = title;
        }
        Ok(())
    }

    /// Writes bytes of ours that are no part of a frame, such as for the clipboard.
    ///
    /// # Errors
    ///
    /// The terminal has gone.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.backend.write_all(bytes)?;
        Write::flush(&mut self.backend)
    }

    /// Rings once.
    ///
    /// # Errors
    ///
    /// The terminal has gone.
    pub fn ring(&mut self) -> io::Result<()> {
        self.send(b"\x07")
    }
}

impl<W: Write> Drop for Terminal<W> {
    fn drop(&mut self) {
        leave();
    }
}

/// Collects a frame, and writes it at once.
#[derive(Debug)]
struct Frames<W: Write> {
    writer: W,
    frame: Vec<u8>,
}

impl<W: Write> Write for Frames<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Writes the frame that has been collected; nothing if it is empty.
    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let frame = std::mem::take(&mut self.frame);
        let mut out = Vec::with_capacity(frame.len() + 16);
        queue!(out, BeginSynchronizedUpdate)?;
        out.extend_from_slice(&named::by_name(&frame));
        queue!(out, EndSynchronizedUpdate)?;
        self.writer.write_all(&out)?;
        self.writer.flush()
    }
}

fn enter(titles: Titles) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    if titles == Titles::Set {
        TITLED.store(true, Ordering::SeqCst);
        out.write_all(KEEP_TITLE.as_bytes())?;
    }
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, cursor::Hide)?;
    out.flush()
}

/// How a program ends that has panicked, as its runtime ends it.
const PANICKED: i32 = 101;

/// Gives the terminal back as it was; does nothing if it is not ours. Errors
/// are of no use here: the terminal may have gone.
pub fn leave() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // Also where the mouse was never taken: that is told to a terminal that may be in any state.
    let _gone = out.write_all(LEAVE_MOUSE);
    let asked = queue!(
        out,
        EndSynchronizedUpdate,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let title = if TITLED.swap(false, Ordering::SeqCst) { RESTORE_TITLE } else { "" };
    let asked = asked.and_then(|()| out.write_all(title.as_bytes()));
    let _gone = asked.and_then(|()| out.flush());
    let _gone = disable_raw_mode();
}

/// A panic anywhere gives the terminal back first; then `report` writes what
/// happened, the operator is told where, and the program ends: one that went on
/// drawing would write over the terminal that it has given back. Call it once.
pub fn give_back_on_panic(report: impl Fn(&str) -> Option<String> + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |panic| {
        leave();
        let what = format!("{panic}\n{}", std::backtrace::Backtrace::force_capture());
        let place = match report(&what) {
            Some(path) => format!("the report is in {path}"),
            None => format!("no report could be written; this is it:\n{what}"),
        };
        let text = format!("dogwatch failed. What was decided is kept on disk; {place}\n");
        let _gone = io::stderr().write_all(text.as_bytes());
        std::process::exit(PANICKED);
    }));
}
