//! The vault against real folders: what it keeps, what it refuses, what it survives.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod damage;
mod full_disk;
mod kept;
mod kill;
mod leases;
mod plan;
mod sets;
mod unlocking;
mod world;
