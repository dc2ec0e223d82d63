//! What happens without anyone asking: one runner, one round at a time.
//!
//! The order of a round: the device's standing → time → what was taken back → broken glass declared → outbox → notes of
//! others → what became of what was sent → account of who looked → notes of held records → work list. What was written here goes before what is read,
//! so that a crash in the middle loses least.

mod account;
mod compare;
mod declared;
mod device;
mod forget;
mod judge;
mod leases;
mod pull;
mod push;
mod read_back;
mod receipts;
mod relay;
mod revoked;
mod round;
mod runner;
mod things;
mod today;

pub(crate) use account::hand_over as hand_over_account;
pub(crate) use compare::put_again;
pub(crate) use device::Life;
pub(crate) use leases::{enforce as enforce_leases, glass_ended, shred, shred_replaced};
#[cfg(test)]
pub(crate) use relay::deliver;
pub(crate) use relay::reconcile;
pub(crate) use revoked::before_drawing;
pub(crate) use round::send_all;
pub(crate) use runner::run;
