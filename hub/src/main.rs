//! The hub as a process.
fn main() {}
