//! Who: the person in front of you, the member of staff, the device.

mod ids;
mod nhs_number;
mod patient;
mod staff;

pub use ids::{DeviceId, LeaseId, NoteId, PatientId, StaffId, VisitId};
pub use nhs_number::{NhsNumber, NhsNumberError};
pub use patient::{Demographics, DemographicsError};
pub use staff::{Organisation, Role, Staff, UnknownRole};
