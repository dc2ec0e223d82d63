//! The rules of the house, as tests: what may use what, and what must not be in the sources.

mod arrows;
mod sources;
