//! What the terminal and the system say, as the app understands it.

use std::collections::VecDeque;
use std::io;
use std::task::Poll;

use crossterm::event::{
    Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use futures_util::StreamExt;

use crate::app::key::{Code, Held, Input, Key};
use crate::app::pointer::{Does, Mouse};

/// Keys, pastes and sizes, in order. Of many sizes in a row only the last counts.
#[derive(Debug)]
pub struct Inputs {
    stream: Option<EventStream>,
    waiting: VecDeque<Input>,
}

impl Default for Inputs {
    fn default() -> Self {
        Self::new()
    }
}

impl Inputs {
    /// Begins to read the terminal.
    pub fn new() -> Self {
        Self { stream: Some(EventStream::new()), waiting: VecDeque::new() }
    }

    /// Reads nothing, so that another program can.
    pub fn idle() -> Self {
        Self { stream: None, waiting: VecDeque::new() }
    }

    /// The next input; none when the terminal has gone.
    ///
    /// # Errors
    ///
    /// The terminal cannot be read.
    pub async fn next(&mut self) -> io::Result<Option<Input>> {
        if let Some(input) = self.waiting.pop_front() {
            return Ok(Some(input));
        }
        loop {
            let Some(stream) = &mut self.stream else { return Ok(None) };
            let Some(event) = stream.next().await else { return Ok(None) };
            if let Some(input) = translate(event?) {
                return Ok(Some(self.last_of_sizes(input).await));
            }
        }
    }

    /// The next input, if there is one already.
    pub async fn ready(&mut self) -> Option<Input> {
        let input = match self.waiting.pop_front() {
            Some(input) => input,
            None => self.poll().await?,
        };
        Some(self.last_of_sizes(input).await)
    }

    /// Leaves out every size that is followed by another one at once.
    async fn last_of_sizes(&mut self, mut input: Input) -> Input {
        while matches!(input, Input::Resized { .. }) {
            match self.poll().await {
                Some(newer @ Input::Resized { .. }) => input = newer,
                Some(other) => {
                    self.waiting.push_back(other);
                    break;
                }
                None => break,
            }
        }
        input
    }

    /// What is there already. The stream remembers the first waker that it
    /// is polled with, so it must be polled as this task and no other way.
    async fn poll(&mut self) -> Option<Input> {
        std::future::poll_fn(|context| {
            let Some(stream) = &mut self.stream else { return Poll::Ready(None) };
            while let Poll::Ready(Some(Ok(event))) = stream.poll_next_unpin(context) {
                if let Some(input) = translate(event) {
                    return Poll::Ready(Some(input));
                }
            }
            Poll::Ready(None)
        })
        .await
    }
}

/// An event of the terminal, if it means anything here.
pub fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Press => translate_key(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Pasted(text)),
        Event::Resize(width, height) => Some(Input::Resized { width, height }),
        Event::FocusGained => Some(Input::Focused),
        Event::FocusLost => Some(Input::Unfocused),
        Event::Mouse(mouse) => translate_mouse(mouse).map(Input::Mouse),
        Event::Key(_) => None,
    }
}

/// What the left button and the wheel do; the rest means nothing here. With Shift held the terminal itself marks
/// text, and where it tells us all the same, it is not meant for us.
fn translate_mouse(mouse: MouseEvent) -> Option<Mouse> {
    if mouse.modifiers.contains(KeyModifiers::SHIFT) {
        return None;
    }
    let does = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => Does::Press,
        MouseEventKind::Drag(MouseButton::Left) => Does::Drag,
        MouseEventKind::Up(MouseButton::Left) => Does::Release,
        MouseEventKind::ScrollDown => Does::WheelDown,
        MouseEventKind::ScrollUp => Does::WheelUp,
        _ => return None,
    };
    Some(Mouse { does, x: mouse.column, y: mouse.row })
}

fn translate_key(key: KeyEvent) -> Option<Key> {
    let code = match key.code {
        KeyCode::Char(c) if c.is_control() => return None,
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab | KeyCode::BackTab => Code::Tab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(number) => Code::F(number),
        _ => return None,
    };
    let is_char = matches!(code, Code::Char(_));
    let held = if key.modifiers.contains(KeyModifiers::CONTROL) {
        Held::Ctrl
    } else if key.modifiers.contains(KeyModifiers::ALT) {
        Held::Alt
    } else if (key.modifiers.contains(KeyModifiers::SHIFT) && !is_char) || key.code == KeyCode::BackTab {
        Held::Shift
    } else {
        Held::Nothing
    };
    // Ctrl and a letter is the same key with and without shift, on most terminals.
    let code = match (code, held) {
        (Code::Char(c), Held::Ctrl) => Code::Char(c.to_ascii_lowercase()),
        (code, Held::Nothing | Held::Ctrl | Held::Alt | Held::Shift) => code,
    };
    Some(Key { code, held })
}

/// What the system asks of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Go: SIGTERM, SIGHUP, SIGINT, SIGQUIT.
    Leave,
    /// Stop until continued: SIGTSTP from another program.
    Suspend,
    /// It goes on, whoever had stopped it: SIGCONT.
    Continue,
}

/// Signals, as they come.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    leave: [tokio::signal::unix::Signal; 4],
    #[cfg(unix)]
    suspend: tokio::signal::unix::Signal,
    #[cfg(unix)]
    go_on: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    ///
    /// The system gives no handler.
    pub fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt(), SignalKind::quit()];
        let [term, hup, int, quit] = kinds;
        let leave = [signal(term)?, signal(hup)?, signal(int)?, signal(quit)?];
        let suspend = signal(SignalKind::from_raw(signal_hook::consts::SIGTSTP))?;
        let go_on = signal(SignalKind::from_raw(signal_hook::consts::SIGCONT))?;
        Ok(Self { leave, suspend, go_on })
    }

    /// The next one.
    pub async fn next(&mut self) -> Signal {
        let [term, hup, int, quit] = &mut self.leave;
        tokio::select! {
            _ = term.recv() => Signal::Leave,
            _ = hup.recv() => Signal::Leave,
            _ = int.recv() => Signal::Leave,
            _ = quit.recv() => Signal::Leave,
            _ = self.suspend.recv() => Signal::Suspend,
            _ = self.go_on.recv() => Signal::Continue,
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    ///
    /// None here.
    pub fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Ctrl-C from outside the terminal.
    pub async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) | Err(_) => Signal::Leave,
        }
    }
}
