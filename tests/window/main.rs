//! The app in its real window, under a virtual display.
//!
//! Not among the ordinary tests because they need packages that a library's tests should not; `cargo xtask test`
//! installs those and runs these.

mod driver;
mod glass;
mod personal;
mod policy;
mod records;
mod screens;
mod story;
mod writing;
