//! What keys mean where the queue has them not.

/// Something that the operator can do while a dialog has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is at least one row of BINDINGS, which says what it does")]
pub enum Answer {
    Down,
    Up,
    Top,
    Bottom,
    PageDown,
    PageUp,
    Filter,
    Next,
    Previous,
    Tab,
    Refresh,
    RefreshAll,
    Help,
    Choose,
    Dismiss,
    Send,
    Copy,
    Editor,
    Take,
    Give,
    Swap,
    Hold,
    Read(Reads),
    Meet(Meets),
    Hand(Hands),
    Yes,
    No,
    Back,
}

/// Where to a divider of the screen goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is one row of BINDINGS, which says what it does")]
pub enum Shove {
    Left,
    Right,
    Up,
    Down,
    Back,
}

/// Something that the operator can do with an open runbook, and with nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is one row of BINDINGS, which says what it does")]
pub enum Reads {
    Left,
    Right,
    Check,
    Copy,
    Note,
    Finish,
    Outline,
    Edit,
}

/// Something that the operator can do with a handoff, and with nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is one row of BINDINGS, which says what it does")]
pub enum Hands {
    To,
    Return,
    Snooze,
    NextStep,
    Fields,
    Accept,
    Write,
    Post,
    Copy,
}

/// Something that the operator can do in a triage meeting, and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is one row of BINDINGS, which says what it does")]
pub enum Meets {
    Later,
    ComeBack,
    Backlog,
    Present,
    Minutes,
    Write,
    End,
}
