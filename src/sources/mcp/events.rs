//! A stream of events, cut into events as it comes in: any line ends, comments
//! and empty events skipped, as the HTML standard reads `text/event-stream`.

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// Its type; empty stands for `message`.
    pub name: String,
    /// Its lines of data, with a line break between them.
    pub data: Vec<u8>,
}

impl Event {
    /// Whether it is one of those that carry messages.
    pub fn is_message(&self) -> bool {
        self.name.is_empty() || self.name == "message"
    }
}

/// What has come in and is no whole event yet.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    name: String,
    data: Option<Vec<u8>>,
    after_return: bool,
    begun: bool,
    /// The bytes of all lines so far but comments.
    pub said: usize,
    /// The bytes of all comments so far.
    pub mumbled: usize,
}

impl Events {
    /// Takes the next bytes and gives the events that they complete.
    pub fn push(&mut self, mut bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        if self.after_return && !bytes.is_empty() {
            self.after_return = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            self.extend(&bytes[..end]);
            let returned = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            if returned {
                self.after_return = bytes.is_empty();
                bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
            }
            events.extend(self.end_line());
        }
        self.extend(bytes);
        events
    }

    fn extend(&mut self, bytes: &[u8]) {
        // A comment is not kept, however long it is.
        if self.line.first() == Some(&b':') || (self.line.is_empty() && bytes.first() == Some(&b':')) {
            self.mumbled += bytes.len();
            if self.line.is_empty() {
                self.line.push(b':');
            }
            return;
        }
        self.said += bytes.len();
        self.line.extend_from_slice(bytes);
    }

    fn end_line(&mut self) -> Option<Event> {
        let mut line = std::mem::take(&mut self.line);
        if !self.begun {
            self.begun = true;
            if line.starts_with(b"\xEF\xBB\xBF") {
                line.drain(..3);
            }
        }
        if line.is_empty() {
            return self.end_event();
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(at) => (&line[..at], &line[at + 1..]),
            None => (&line[..], &b""[..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => match &mut self.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                none => *none = Some(value.to_vec()),
            },
            b"event" => self.name = String::from_utf8_lossy(value).into_owned(),
            _ => {}
        }
        None
    }

    fn end_event(&mut self) -> Option<Event> {
        let name = std::mem::take(&mut self.name);
        let data = self.data.take().filter(|data| !data.iter().all(u8::is_ascii_whitespace))?;
        Some(Event { name, data })
    }
}
