//! A real server as a child process on loopback, and what it says while it runs.
//!
//! It takes a free port and says which; it and all that it starts end with the value.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::Value;
use tempfile::TempDir;

/// Nothing takes so long on the slowest machine; it only ends a test that would hang.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where `tests/live/install.cjs` has put everything.
static INSTALLED: LazyLock<Value> = LazyLock::new(|| {
    let ended = Command::new("node").arg(folder().join("install.cjs")).stderr(Stdio::inherit()).output();
    let ended = ended.unwrap_or_else(|error| panic!("the live test needs Node.js 20 or newer: {error}"));
    assert!(ended.status.success(), "the servers could not be installed; standard error says why");
    serde_json::from_slice(&ended.stdout).unwrap()
});

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live")
}

fn installed(what: &str) -> PathBuf {
    PathBuf::from(INSTALLED[what].as_str().unwrap())
}

/// The words that start a package's program, in this folder of `node_modules`.
pub fn node(path: &str) -> Vec<String> {
    [installed("node"), installed("modules").join(path)].map(|path| path.to_str().unwrap().to_owned()).to_vec()
}

/// The words that start `server-everything` on this transport.
pub fn everything(transport: &str) -> Vec<String> {
    let program = node("@modelcontextprotocol/server-everything/dist/index.js");
    [program, vec![transport.to_owned()]].concat()
}

/// The words that start these Python servers of `tests/live/servers`, each the argument of the one before it.
pub fn python(files: &[&str]) -> Vec<String> {
    let servers = files.iter().map(|file| folder().join("servers").join(file).to_str().unwrap().to_owned());
    let python = installed("python").to_str().unwrap().to_owned();
    [python, "-Iu".to_owned()].into_iter().chain(servers).chain(["0".to_owned()]).collect()
}

/// Becomes the program that its arguments name, and leaves behind in the same process group, a child of nobody,
/// who ends the whole group when standard input closes: it does when the test is killed, too.
const WITH_US: &str = r#"
exec 3<&0
( { cat <&3; kill -KILL 0; } >/dev/null 2>&1 & )
exec "$@" 3<&- </dev/null
"#;

/// A running server, or a gateway in front of one.
pub struct Server {
    /// Without a path.
    url: String,
    child: Child,
    said: Mutex<(Receiver<String>, Vec<String>)>,
    home: TempDir,
}

impl Server {
    /// Starts it, and comes back when it listens on 127.0.0.1.
    pub fn start(words: &[String]) -> Self {
        let home = TempDir::new().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", WITH_US, "sh"]).args(words).current_dir(home.path());
        command.env_clear().env("HOME", home.path());
        command.env("PATH", std::env::var("PATH").unwrap()).env("FASTMCP_CHECK_FOR_UPDATES", "off");
        let loopback = folder().join("loopback.cjs");
        command.env("PORT", "0").env("NODE_OPTIONS", format!("--require {:?}", loopback.to_str().unwrap()));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().unwrap();
        let (said, heard) = mpsc::channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in streams {
            let said = said.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    // Nobody listens once the server is dropped.
                    let _ = said.send(line);
                }
            });
        }
        let mut server = Self { url: String::new(), child, said: Mutex::new((heard, Vec::new())), home };
        server.wait_for("to listen", |said| said.iter().any(|line| listens(line).is_some()));
        server.url = server.said.lock().unwrap().1.iter().find_map(|line| listens(line)).unwrap();
        server
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Its working directory.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Waits until what it has said so far, line by line, is this.
    ///
    /// # Panics
    ///
    /// When it ends before, or takes minutes.
    pub fn wait_for(&self, what: &str, enough: impl Fn(&[String]) -> bool) {
        let end = Instant::now() + PATIENCE;
        let mut said = self.said.lock().unwrap();
        while !enough(&said.1) {
            let line = said.0.recv_timeout(end.saturating_duration_since(Instant::now()));
            let line = line.unwrap_or_else(|error| panic!("waited for {what}: {error}, it said {:#?}", said.1));
            said.1.push(line);
        }
    }

    /// How many lines begin so, of those that [`Self::wait_for`] has seen.
    pub fn count(&self, start: &str) -> usize {
        self.said.lock().unwrap().1.iter().filter(|line| line.starts_with(start)).count()
    }

    /// What it has started and not yet buried.
    pub fn children(&self) -> Vec<Pid> {
        let ended = Command::new("ps").args(["-A", "-o", "pid=", "-o", "ppid="]).output().unwrap();
        let own = self.child.id().to_string();
        let table = String::from_utf8(ended.stdout).unwrap();
        let pairs = table.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
        let ours = pairs.filter(|(_, parent)| parent.trim() == own);
        ours.map(|(pid, _)| Pid::from_raw(pid.parse().unwrap()).unwrap()).collect()
    }

    /// Its one child.
    pub fn child(&self) -> Pid {
        let children = self.children();
        let [child] = children[..] else { panic!("not one child: {children:?}") };
        child
    }

    /// Waits until it has seen all its children end.
    pub fn wait_until_childless(&self) {
        let end = Instant::now() + PATIENCE;
        while !self.children().is_empty() {
            assert!(Instant::now() < end, "children are left: {:?}", self.children());
        }
    }

    /// Sends it a signal, and nothing that it has started.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// The status with which it answers a plain GET.
    pub fn status(&self, path: &str) -> u16 {
        let host = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer:?}"))
    }
}

/// The address in a line that says so: our own `loopback.cjs`, or uvicorn.
fn listens(line: &str) -> Option<String> {
    let said = ["loopback: listening on ", "Uvicorn running on "].into_iter().find_map(|word| line.split_once(word));
    let url = said?.1.split(' ').next().unwrap();
    let port = url.strip_prefix("http://127.0.0.1:");
    let port: u16 = port.and_then(|port| port.parse().ok()).unwrap_or_else(|| panic!("not on loopback: {line}"));
    assert_ne!(port, 0, "{line}");
    Some(url.to_owned())
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to end. A stopped process dies of this, too.
        let _ = kill_process_group(self.pid(), Signal::KILL);
        let _ = self.child.wait();
    }
}
