//! The app: what a paramedic, a carer or a hospice nurse sees and touches.
//!
//! Every screen is two things in one file of [`views`]: a *page*, which is drawn from data alone, and a view, which
//! feeds the page from the engine and turns touches into verbs. Pages know no engine, so that tests and the gallery
//! can draw any state. Start at [`app`]; [`nav`] says where a person is, [`bridge`] brings the engine's state.

pub mod app;
pub mod bridge;
pub mod components;
pub mod fault;
pub mod format;
pub mod forms;
pub mod i18n;
pub mod nav;
pub mod platform;
pub mod preferences;
mod presence;
pub mod verb;
pub mod views;

pub use app::App;
pub use platform::launch;
