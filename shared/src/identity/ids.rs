//! Ids as types of their own, so that a note's id cannot be passed where a lease's is meant.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID made elsewhere: ids are arguments, this crate has no randomness.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID itself.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The URN form that FHIR uses for ids that are not yet a server's, `urn:uuid:…` (RFC 9562 §4).
            pub fn urn(self) -> String {
                format!("urn:uuid:{}", self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps an id given by a server.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as it stands in a URL.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

uuid_id! {
    /// A note, made on the device that wrote it (UUIDv7).
    NoteId
}
uuid_id! {
    /// A device, made at enrolment.
    DeviceId
}
uuid_id! {
    /// A lease, made by the hub.
    LeaseId
}
text_id! {
    /// The logical id of a Patient on the server that was asked. Pseudonymous, not an identifier of the person.
    PatientId
}
text_id! {
    /// A member of staff as the sign-in names them (the OIDC `sub`).
    StaffId
}
text_id! {
    /// A visit or job: the logical id of an Appointment.
    VisitId
}
