//! The rules of the house, as tests: what may use what, and what must not be in the sources. Rules about the app's own
//! sources stand in `mobile/tests/source.rs`.

mod arrows;
mod invariants;
mod named;
mod sources;
