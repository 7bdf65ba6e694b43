//! The program in a real terminal, as the operator has it: keys in, screen out.
//!
//! Nothing here sleeps. [`Pty::wait_for`] blocks until the screen shows a text,
//! and fails with the screen in the message when it never does.
//!
//! ```ignore
//! let mut pty = Launch::dogwatch(&["demo"]).size(80, 24).start();
//! pty.wait_for("needs you now");
//! pty.send("a");
//! pty.wait_for("acked");
//! pty.send("q");
//! assert_eq!(pty.wait_exit().code, 0);
//! assert_eq!(pty.leftovers(), [""; 0]);
//! ```

mod screen;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

use screen::Terminal;

/// Longer than anything takes on a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is to run, where, and how large its terminal is.
pub struct Launch {
    program: PathBuf,
    args: Vec<String>,
    size: (u16, u16),
    home: Option<PathBuf>,
    cwd: Option<PathBuf>,
    env: BTreeMap<String, String>,
    answers: Answers,
    newcomer: bool,
}

/// Whether the terminal replies to what programs ask it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    Given,
    Withheld,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    pub code: u32,
    /// As the system calls it, where a signal ended it.
    pub signal: Option<String>,
}

impl Launch {
    /// The program under test.
    pub fn dogwatch(args: &[&str]) -> Self {
        Self::program(env!("CARGO_BIN_EXE_dogwatch"), args)
    }

    /// At 80×24, with an empty home of its own and none of the environment but `PATH`.
    pub fn program(program: &str, args: &[&str]) -> Self {
        let mut env = BTreeMap::new();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC")] {
            env.insert(name.to_owned(), value.to_owned());
        }
        env.insert("PATH".to_owned(), std::env::var("PATH").unwrap_or_default());
        Self {
            program: program.into(),
            args: args.iter().map(ToString::to_string).collect(),
            size: (80, 24),
            home: None,
            cwd: None,
            env,
            answers: Answers::Given,
            newcomer: false,
        }
    }

    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A home that the test keeps, for a second start in it.
    pub fn home(mut self, home: &Path) -> Self {
        self.home = Some(home.to_owned());
        self
    }

    /// Nobody has been shown around here yet.
    pub fn newcomer(mut self) -> Self {
        self.newcomer = true;
        self
    }

    /// Else it starts in its home.
    pub fn cwd(mut self, dir: &Path) -> Self {
        self.cwd = Some(dir.to_owned());
        self
    }

    /// A terminal that never replies: over a bad line, or a plain one.
    pub fn mute(mut self) -> Self {
        self.answers = Answers::Withheld;
        self
    }

    /// # Panics
    ///
    /// When the program cannot be started.
    pub fn start(self) -> Pty {
        let own = self.home.is_none().then(|| TempDir::new().unwrap());
        let home = self.home.clone().or_else(|| own.as_ref().map(|dir| dir.path().to_owned())).unwrap();
        if !self.newcomer {
            know_the_way(&home);
        }
        let pair = native_pty_system().openpty(size(self.size)).unwrap();
        let child = pair.slave.spawn_command(self.command(&home)).unwrap();
        // Ours must be closed, or the end of the program never shows.
        drop(pair.slave);
        Pty::new(pair.master, child, self.size, self.answers).in_home(own, home)
    }

    fn command(&self, home: &Path) -> CommandBuilder {
        let mut command = CommandBuilder::new(&self.program);
        command.args(&self.args);
        command.env_clear();
        command.env("HOME", home);
        for (name, part) in [
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_STATE_HOME", ".local/state"),
            ("XDG_CACHE_HOME", ".cache"),
        ] {
            command.env(name, home.join(part));
        }
        for (name, value) in &self.env {
            command.env(name, value);
        }
        command.cwd(self.cwd.as_deref().unwrap_or(home));
        command
    }
}

fn size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

/// What the threads and the test share.
struct Shared {
    inside: Mutex<Inside>,
    changed: Condvar,
}

struct Inside {
    terminal: Terminal,
    raw: Vec<u8>,
    /// No more output will come.
    silent: bool,
    exit: Option<Exit>,
}

impl Inside {
    fn is_over(&self) -> bool {
        self.silent && self.exit.is_some()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Blocks until it holds or cannot hold any more; says whether it does.
    fn wait(&self, holds: &dyn Fn(&Inside) -> bool) -> bool {
        let pending = |inside: &mut Inside| !holds(inside) && !inside.is_over();
        let waited = self.changed.wait_timeout_while(self.lock(), PATIENCE, pending);
        let (inside, _) = waited.unwrap_or_else(PoisonError::into_inner);
        holds(&inside)
    }
}

type Keyboard = Arc<Mutex<Box<dyn Write + Send>>>;

/// A program in a terminal. It is killed when the value goes.
pub struct Pty {
    shared: Arc<Shared>,
    keyboard: Keyboard,
    master: Box<dyn MasterPty + Send>,
    pid: u32,
    threads: Vec<JoinHandle<()>>,
    home: PathBuf,
    own: Option<TempDir>,
}

impl Pty {
    fn new(
        master: Box<dyn MasterPty + Send>,
        child: Box<dyn Child + Send + Sync>,
        (columns, rows): (u16, u16),
        answers: Answers,
    ) -> Self {
        let inside = Inside { terminal: Terminal::new(columns, rows), raw: Vec::new(), silent: false, exit: None };
        let shared = Arc::new(Shared { inside: Mutex::new(inside), changed: Condvar::new() });
        let keyboard: Keyboard = Arc::new(Mutex::new(master.take_writer().unwrap()));
        let output = master.try_clone_reader().unwrap();
        let pid = child.process_id().unwrap();
        let reader = {
            let (shared, keyboard) = (Arc::clone(&shared), Arc::clone(&keyboard));
            let replies = (answers == Answers::Given).then_some(keyboard);
            std::thread::spawn(move || read_on(output, &shared, replies.as_ref()))
        };
        let waiter = {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || await_end(child, &shared))
        };
        Self { shared, keyboard, master, pid, threads: vec![reader, waiter], home: PathBuf::new(), own: None }
    }

    fn in_home(mut self, own: Option<TempDir>, home: PathBuf) -> Self {
        (self.own, self.home) = (own, home);
        self
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Types these bytes at once: `"\r"` is Enter, `"\x1b"` Esc, `"\x0c"` ctrl-l, `"\x1b[B"` down.
    ///
    /// # Panics
    ///
    /// When the program has ended.
    pub fn send(&self, keys: &str) {
        let mut keyboard = self.keyboard.lock().unwrap_or_else(PoisonError::into_inner);
        keyboard.write_all(keys.as_bytes()).and_then(|()| keyboard.flush()).unwrap();
    }

    /// Blocks until the screen shows this text somewhere on one line.
    ///
    /// # Panics
    ///
    /// After a minute, or once the program has ended without it; with the screen.
    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("{text:?} shows"), |screen| screen.contains(text));
    }

    /// Blocks until the screen shows this text nowhere.
    ///
    /// # Panics
    ///
    /// As [`Pty::wait_for`].
    pub fn wait_gone(&self, text: &str) {
        self.wait_until(&format!("{text:?} is gone"), |screen| !screen.contains(text));
    }

    /// Blocks until it holds of the text of the screen.
    ///
    /// # Panics
    ///
    /// As [`Pty::wait_for`].
    pub fn wait_until(&self, what: &str, holds: impl Fn(&str) -> bool) {
        if !self.shared.wait(&|inside| holds(&inside.terminal.text())) {
            let ended = self.shared.lock().exit.clone();
            panic!("waited in vain until {what}; ended: {ended:?}; the screen:\n{}", self.screen());
        }
    }

    /// Blocks until the bytes that were written hold these.
    ///
    /// # Panics
    ///
    /// As [`Pty::wait_for`].
    pub fn wait_for_raw(&self, bytes: &[u8]) {
        let found = self.shared.wait(&|inside| contains(&inside.raw, bytes));
        assert!(found, "{:?} was never written; the screen:\n{}", bytes.escape_ascii().to_string(), self.screen());
    }

    /// As it shows now, lines without the blanks at their ends.
    pub fn screen(&self) -> String {
        self.shared.lock().terminal.text()
    }

    /// Everything the program has written so far.
    pub fn raw(&self) -> Vec<u8> {
        self.shared.lock().raw.clone()
    }

    /// Looks closer than text: at colours, attributes, the cursor.
    pub fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.shared.lock().terminal.screen())
    }

    /// What is still switched on and should not be after the end; empty when the terminal is clean.
    pub fn leftovers(&self) -> Vec<&'static str> {
        let mut left = self.shared.lock().terminal.leftovers();
        if !self.is_cooked() {
            left.push("raw mode");
        }
        left
    }

    /// Whether lines are edited and echoed by the system again.
    fn is_cooked(&self) -> bool {
        self.master.get_termios().is_none_or(|now| {
            let flags = format!("{:?}", now.local_flags);
            flags.contains("ICANON") && flags.contains("ECHO")
        })
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        self.shared.lock().terminal.resize(columns, rows);
        self.master.resize(size((columns, rows))).unwrap();
    }

    /// Sends it a signal by name, without `SIG`.
    pub fn signal(&self, name: &str) {
        let done = Command::new("kill").args(["-s", name, &self.pid.to_string()]).status().unwrap();
        assert!(done.success(), "no {name} could be sent to {}", self.pid);
    }

    /// Blocks until the program has ended and all that it wrote has been read.
    ///
    /// # Panics
    ///
    /// After a minute, with the screen.
    pub fn wait_exit(&self) -> Exit {
        assert!(self.shared.wait(&Inside::is_over), "it does not end; the screen:\n{}", self.screen());
        self.shared.lock().exit.clone().unwrap()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if self.shared.lock().exit.is_none() {
            // What cannot be killed has ended in this moment.
            let _ = Command::new("kill").args(["-s", "KILL", &self.pid.to_string()]).status();
        }
        // The reader ends with the last process in this terminal, which may be another than ours.
        if let Some(waiter) = self.threads.pop() {
            let _ = waiter.join();
        }
    }
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}

/// Feeds the terminal until there is nothing more, and types its replies.
fn read_on(mut output: Box<dyn Read + Send>, shared: &Shared, replies: Option<&Keyboard>) {
    let mut buffer = [0; 8192];
    // An error is how Linux says that nobody is at the other end any more.
    while let Ok(count @ 1..) = output.read(&mut buffer) {
        let mut inside = shared.lock();
        inside.raw.extend_from_slice(&buffer[..count]);
        let reply = inside.terminal.process(&buffer[..count]);
        drop(inside);
        shared.changed.notify_all();
        if let Some(keyboard) = replies.filter(|_| !reply.is_empty()) {
            let mut keyboard = keyboard.lock().unwrap_or_else(PoisonError::into_inner);
            // Whoever asked may have gone.
            let _ = keyboard.write_all(&reply).and_then(|()| keyboard.flush());
        }
    }
    shared.lock().silent = true;
    shared.changed.notify_all();
}

fn await_end(mut child: Box<dyn Child + Send + Sync>, shared: &Shared) {
    let status = child.wait().unwrap();
    let exit = Exit { code: status.exit_code(), signal: status.signal().map(str::to_owned) };
    shared.lock().exit = Some(exit);
    shared.changed.notify_all();
}

#[cfg(unix)]
mod behaviour {
    use super::Launch;

    fn shell(script: &str) -> Launch {
        Launch::program("/bin/sh", &["-c", script])
    }

    #[test]
    fn the_screen_is_what_an_operator_would_see_and_the_end_is_told() {
        let pty = shell("printf 'one\\n\\033[31mt\\033[mwo\\033[5;10Hfar'; exit 3").size(40, 10).start();
        let exit = pty.wait_exit();
        assert_eq!((exit.code, exit.signal), (3, None));
        assert_eq!(pty.screen(), "one\ntwo\n\n\n         far");
        assert!(pty.raw().starts_with(b"one\r\n\x1b[31mt"));
    }

    #[test]
    fn keys_arrive_and_a_text_is_waited_for() {
        let pty = shell("read name; echo \"hello $name from $HOME\"; cat").size(200, 24).start();
        pty.send("anna\n");
        pty.wait_for(&format!("hello anna from {}", pty.home().display()));
        pty.send("\x04");
        assert_eq!(pty.wait_exit().code, 0);
    }

    #[test]
    fn a_program_that_asks_the_terminal_gets_an_answer_unless_it_is_mute() {
        let script = "stty raw -echo; printf '\\033[6n\\033[c'; \
                      got=$(dd bs=1 count=8 2>/dev/null | tr '\\033' '^'); \
                      stty sane; echo; echo \"it said $got\"";
        let pty = shell(script).start();
        pty.wait_for("it said ^[1;1R^[");
        assert_eq!(pty.leftovers(), [""; 0]);
        let mute = shell("stty raw -echo; printf '\\033[6nasked'; cat").mute().start();
        mute.wait_for("asked");
        assert_eq!(mute.leftovers(), ["raw mode"]);
    }

    #[test]
    fn a_resize_and_a_signal_reach_the_program() {
        let script = "trap 'stty size; exit 7' TERM; echo ready; while :; do read line || :; done";
        let pty = shell(script).start();
        pty.wait_for("ready");
        pty.resize(100, 30);
        pty.signal("TERM");
        pty.send("\n");
        pty.wait_for("30 100");
        assert_eq!(pty.wait_exit().code, 7);
    }

    #[test]
    fn what_a_program_leaves_on_is_named() {
        let pty = shell("printf '\\033[?1049h\\033[?25l\\033[?2004h\\033[?1000h'; kill -9 $$").start();
        assert_eq!(pty.wait_exit().signal.as_deref(), Some("Killed"));
        assert_eq!(pty.leftovers(), ["alternate screen", "hidden cursor", "bracketed paste", "mouse"]);
    }

    #[test]
    #[should_panic(expected = "waited in vain until \"never\" shows")]
    fn a_text_that_cannot_come_any_more_fails_at_once() {
        shell("echo something else").start().wait_for("never");
    }
}

/// Marks a home as that of somebody who has seen the tour.
fn know_the_way(home: &Path) {
    for data in [".local/share", "Library/Application Support"] {
        let folder = home.join(data).join("dogwatch");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("toured"), "").unwrap();
    }
}
