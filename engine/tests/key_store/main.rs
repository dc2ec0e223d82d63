//! The device's part of every key in a real Secret Service: GNOME Keyring on a bus of its own.
//!
//! Each story runs in a process of its own, because the bus is named by the environment.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod session;
mod stories;

use session::Keyring;

#[test]
fn a_new_device_keeps_its_secret_in_the_key_store_and_nowhere_else() {
    session::tell("stories::a_new_device", Keyring::Unlocked);
}

#[test]
fn a_secret_in_a_file_moves_and_opens_what_it_opened() {
    session::tell("stories::a_secret_moves", Keyring::Unlocked);
}

#[test]
fn a_locked_key_store_is_said_and_no_new_secret_is_made() {
    session::tell("stories::locked", Keyring::Unlocked);
}

#[test]
fn a_key_store_that_takes_nothing_leaves_the_secret_in_its_file() {
    session::tell("stories::nothing_taken", Keyring::NeverOpened);
}

#[test]
fn a_power_cut_while_the_secret_moves_loses_nothing() {
    session::tell("stories::cut_off", Keyring::Unlocked);
}

#[test]
fn another_secret_in_the_key_store_is_no_wrong_pin() {
    session::tell("stories::another_secret", Keyring::Unlocked);
}

#[test]
fn a_wiped_device_leaves_nothing_in_the_key_store() {
    session::tell("stories::wiped", Keyring::Unlocked);
}
