//! A note on its way in somebody else's hands: sealed to the record service, so that whoever is signed in on the
//! device can deliver it and nobody but the service can read it.

use crate::identity::{DeviceId, NoteId, StaffId};

/// What the seal is for (`info` of RFC 9180 §5.1).
pub const RELAY_INFO: &[u8] = b"doorstep/relay/v1";

/// Where the sealed note belongs (`aad`): which note, of whom, from which device. The two ids have a fixed length, so
/// that no two places have the same bytes.
pub fn relay_place(note: NoteId, author: &StaffId, device: DeviceId) -> Vec<u8> {
    format!("{note}\n{device}\n{author}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn every_part_counts() {
        let place = |note, author, device| {
            relay_place(
                NoteId::new(Uuid::from_u128(note)),
                &StaffId::new(author),
                DeviceId::new(Uuid::from_u128(device)),
            )
        };
        let one = place(1, "a", 2);
        for other in [place(3, "a", 2), place(1, "b", 2), place(1, "a", 3), place(2, "a", 1)] {
            assert_ne!(other, one);
        }
    }
}
