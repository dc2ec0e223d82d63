//! What a record is.

/// The kind of a record. The byte is part of every key, of every key derivation and of what each seal binds,
/// so that a record of one kind cannot be passed off as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[non_exhaustive]
pub enum Kind {
    /// A FHIR document as received. Compressed before it is sealed.
    Document = 1,
    /// Demographics of a person.
    Person = 2,
    /// A note, written here or pulled.
    Note = 3,
    /// What waits to be sent.
    Outbox = 4,
    /// Text being written.
    Draft = 5,
    /// How far a pull has come.
    Cursor = 6,
    /// The work list.
    Visits = 7,
    /// Choices of the person.
    Settings = 8,
    /// High-water mark of the clock.
    Clock = 9,
    /// A lease as the hub granted it.
    Lease = 10,
    /// An audit event that waits to be sent.
    Audit = 11,
    /// The vault's own head record; not for callers.
    Head = 12,
    /// Two edits of the same thing that wait for a decision.
    Conflict = 13,
    /// A resource of a record that changed since its document came.
    Resource = 14,
}

impl Kind {
    /// Every kind a caller may use.
    pub const ALL: [Self; 13] = [
        Self::Document,
        Self::Person,
        Self::Note,
        Self::Outbox,
        Self::Draft,
        Self::Cursor,
        Self::Visits,
        Self::Settings,
        Self::Clock,
        Self::Lease,
        Self::Audit,
        Self::Conflict,
        Self::Resource,
    ];

    /// The byte in keys and headers.
    pub const fn byte(self) -> u8 {
        self as u8
    }

    /// The kind of a byte; `None` for one this version does not know.
    pub fn from_byte(byte: u8) -> Option<Self> {
        if byte == Self::Head.byte() {
            return Some(Self::Head);
        }
        Self::ALL.into_iter().find(|kind| kind.byte() == byte)
    }

    /// Sealed sizes are rounded up to this, so that a size says little about a text.
    pub(crate) const fn padding(self) -> usize {
        match self {
            Self::Document => 4096,
            _ => 256,
        }
    }

    /// Whether compressing is worth it: FHIR JSON shrinks to a tenth, a note hardly.
    pub(crate) const fn compresses(self) -> bool {
        matches!(self, Self::Document | Self::Visits)
    }

    /// What exists nowhere else until the hub has it. A large record of these kinds is kept twice.
    pub(crate) const fn written_here(self) -> bool {
        matches!(self, Self::Note | Self::Outbox | Self::Draft | Self::Audit | Self::Conflict)
    }
}
