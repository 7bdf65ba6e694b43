//! A server as a child process: started without a shell, in a process group of
//! its own, and ended with all that it has started.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, Command};
use tokio::task::JoinHandle;

use super::ears::{Came, Ears};
use crate::domain::probe::{Class, Era};
use crate::sources::mcp::message::Ask;
use crate::sources::mcp::patience::BODY;
use crate::sources::mcp::reply::Said;
use crate::sources::mcp::trouble::{Fallible, Trouble};

/// How long the system may take to tell how a process ended whose output has ended.
const OBITUARY: Duration = Duration::from_millis(200);

pub(super) struct Child {
    process: tokio::process::Child,
    stdin: Option<ChildStdin>,
    group: Group,
    pub ears: Ears,
    readers: [JoinHandle<()>; 2],
    ids: u64,
    step: Step,
}

/// Whether all that was begun to be written has been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    In,
    /// A message was given up in its middle: what follows would not be understood.
    Out,
}

impl Child {
    pub fn start(command: &[String], folder: Option<&Path>) -> Fallible<Self> {
        let Some((program, arguments)) = command.split_first() else {
            return Err(Trouble::not_asked("no program is named; write `command = [\"program\", \"argument\"]`"));
        };
        let mut starting = Command::new(program);
        starting.args(arguments).kill_on_drop(true);
        starting.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(folder) = folder {
            starting.current_dir(folder);
        }
        #[cfg(unix)]
        starting.process_group(0);
        let failed = |why: &str| Trouble::new(Class::Exited, &format!("cannot start {program}: {why}"));
        let mut process = starting.spawn().map_err(|error| failed(&error.to_string()))?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take())
        else {
            return Err(failed("its pipes are missing"));
        };
        let ears = Ears::default();
        let readers = [
            tokio::spawn(ears.clone().listen(BufReader::with_capacity(64 << 10, stdout))),
            tokio::spawn(ears.clone().overhear(stderr)),
        ];
        let group = Group::led_by(&process);
        Ok(Self { process, stdin: Some(stdin), group, ears, readers, ids: 0, step: Step::In })
    }

    pub fn has_ended(&self) -> bool {
        self.ears.has_ended()
    }

    pub fn is_out_of_step(&self) -> bool {
        self.step == Step::Out
    }

    /// Asks and waits for this answer; others are dropped as they come.
    pub async fn ask(&mut self, ask: &Ask, era: Era) -> Fallible<(Said, usize)> {
        self.ids += 1;
        let heard = self.ears.expect(self.ids);
        let written = self.write(ask.body(era, Some(self.ids))).await;
        match heard.await {
            Ok(Came::Answer(said, size)) => Ok((said, size)),
            Ok(Came::TooLong) => Err(Trouble::too_large(&format!("a line has more than {} MiB", BODY >> 20))),
            Err(_) => Err(self.obituary(written.err().as_ref()).await),
        }
    }

    /// Says something that has no answer.
    pub async fn tell(&mut self, ask: &Ask) -> Fallible<()> {
        match self.write(ask.body(Era::Legacy, None)).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.obituary(Some(&error)).await),
        }
    }

    async fn write(&mut self, mut message: Vec<u8>) -> std::io::Result<()> {
        let Some(stdin) = &mut self.stdin else { return Err(std::io::ErrorKind::BrokenPipe.into()) };
        message.push(b'\n');
        self.step = Step::Out;
        let written = stdin.write_all(&message).await;
        self.step = Step::In;
        written
    }

    /// How it ended, as far as the system knows by now.
    pub async fn obituary(&mut self, error: Option<&std::io::Error>) -> Box<Trouble> {
        let ended = tokio::time::timeout(OBITUARY, self.process.wait()).await;
        let how = match (ended, error) {
            (Ok(Ok(status)), _) => format!("the process has ended ({status})"),
            (_, Some(error)) => format!("the process takes no questions any more ({error})"),
            _ => "the process has closed its output".to_owned(),
        };
        // What it wrote last may be still on its way.
        let [_, stderr] = &mut self.readers;
        let _late = tokio::time::timeout(OBITUARY, stderr).await;
        Trouble::new(Class::Exited, &how)
    }

    /// Closes its input and waits; then asks the whole group to end; then ends it.
    pub async fn close(&mut self, patience: Duration) {
        self.stdin = None;
        if tokio::time::timeout(patience, self.process.wait()).await.is_err() {
            self.group.end();
            let _late = tokio::time::timeout(patience, self.process.wait()).await;
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.group.kill();
        self.readers.iter().for_each(JoinHandle::abort);
    }
}

/// A child with all that it has started.
#[derive(Debug)]
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

#[cfg(unix)]
impl Group {
    fn led_by(process: &tokio::process::Child) -> Self {
        let id = process.id().and_then(|id| i32::try_from(id).ok());
        Self { leader: id.and_then(rustix::process::Pid::from_raw) }
    }

    fn end(&self) {
        self.signal(rustix::process::Signal::TERM);
    }

    fn kill(&self) {
        self.signal(rustix::process::Signal::KILL);
    }

    fn signal(&self, signal: rustix::process::Signal) {
        if let Some(leader) = self.leader {
            // Nobody left to be told is what is wanted.
            let _gone = rustix::process::kill_process_group(leader, signal);
        }
    }
}

/// Where there are no groups, the child alone is ended, when it is dropped.
#[cfg(not(unix))]
impl Group {
    fn led_by(_process: &tokio::process::Child) -> Self {
        Self {}
    }

    fn end(&self) {}

    fn kill(&self) {}
}
