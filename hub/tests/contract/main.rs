//! The contract of the hub, spoken over a real socket to a real hub with a real file.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod account;
mod amendments;
mod browser;
mod changes;
mod decisions;
mod device;
mod devices;
mod documents;
mod errors;
mod glass;
mod history;
mod http;
mod imports;
mod issuer;
mod kinds;
mod leases;
mod limits;
mod lists;
mod logs;
mod notes;
mod patients;
mod possession;
mod provider;
mod queue;
mod receipts;
mod relay;
mod second_screen;
mod sign_in;
mod summaries;
mod world;
