//! Who is on call: the rules of rotations, held against an oracle that knows
//! no shortcut, over every zone of the database.

mod dst;
mod ledger;
mod made;
mod oracle;
mod properties;
mod table;
