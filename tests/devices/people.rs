//! The demo people these tests are about. What is awkward about each stands in `assets/demo/README.md`.

/// Everything a crew must see at once; on the list of the crew and of the hospice nurse.
pub(crate) const OKAFOR: &str = "9908301667";
/// No recorded choice for emergencies.
pub(crate) const CASTELLANOS: &str = "9131860915";
/// Said no to emergency access and to break-glass.
pub(crate) const WHITCOMBE: &str = "9390996031";
/// Said no to emergency access, allows breaking the glass.
pub(crate) const BEGUM: &str = "9082462818";
/// Opted out.
pub(crate) const SILVERMAN: &str = "9518190933";
/// Known here, the record is kept elsewhere.
pub(crate) const MWANGI: &str = "9281590131";
/// Refused the long term.
pub(crate) const YILMAZ: &str = "9117777410";
/// Restricted items from a clinic, and a letter of it that is closed as a whole.
pub(crate) const MARCHETTI: &str = "9948219937";
/// A letter of a hospital here, and a record in another region.
pub(crate) const ASHWORTH: &str = "9962459575";

/// A very restricted procedure, beside a pregnancy that everyone may see.
pub(crate) const SORENSEN: &str = "9885393366";

/// A paramedic.
pub(crate) const CREW: &str = "Amara Nwosu";
/// A hospice nurse.
pub(crate) const NURSE: &str = "Siobhan Brannigan";
