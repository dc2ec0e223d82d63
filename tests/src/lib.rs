//! End to end: the real hub, real device folders, the real window.
//!
//! Start at [`TestHub`] and [`TestDevice`]: the record service on a free port with a real database file, and a
//! device with a real folder. Both can be stopped and started again, as a power cut or a dead spot would.
//! [`Window`] drives the unmodified app through WebDriver, with trusted clicks and key strokes. [`Script`] is a
//! record service that misbehaves.

mod browser;
mod device;
pub mod faults;
mod foreign;
mod hub;
mod officer;
mod paths;
mod provider;
mod script;
pub mod story;
mod wait;
mod window;

pub use browser::Browser;
pub use device::TestDevice;
pub use foreign::ForeignService;
pub use hub::{HubSettings, TestHub};
pub use officer::Officer;
pub use paths::{app, corpus, example, hub_binary, loud, screens, workspace};
pub use provider::Provider;
pub use script::{Answer, Script};
pub use wait::{eventually, within};
pub use window::{Launch, Window, missing_parts};
