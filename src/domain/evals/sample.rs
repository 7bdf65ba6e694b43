//! What stands behind one trial: the transcript, as far as its file has one.

/// One trial in full, opened only when somebody looks; raw text, never kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// The question.
    pub input: String,
    /// The expected answer.
    pub target: String,
    /// The answer.
    pub output: String,
    /// What the scorer said, with its name.
    pub explanation: String,
    /// The tool calls in order, each as `name(arguments)`.
    pub calls: Vec<String>,
    /// Why it died, if it did.
    pub error: String,
}
