//! What happens in one run, as data: all of it comes from the seed, so that a run that failed can be had again.

use std::fmt;

/// People whom notes are about.
pub(super) const PATIENTS: usize = 3;
/// Devices. The first is shared by two people.
pub(super) const DEVICES: usize = 3;

/// The person whose goal, task and alert are edited.
pub(super) const EDITED: usize = 0;
/// The device that is shut out, when one is.
const REVOKED: usize = DEVICES - 1;

/// How a device comes to a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The process is killed: what it wrote is there.
    Killed,
    /// The power is lost: what was not synced is not there.
    PowerLost,
    /// The power is lost: of what was not synced, some pages and names are there.
    PowerTorn,
}

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection ends before the hub has heard of it.
    Before,
    /// The hub acts, and the connection ends without an answer.
    After,
    /// The hub acts, and the answer is cut half-way.
    Cut,
    /// The hub hears nothing; this status is answered.
    Status(u16),
    /// The hub acts; this status is answered in its place.
    StatusAfter(u16),
    /// The hub gets it twice; the first answer is told.
    TwiceFirst,
    /// The hub gets it twice; the second answer is told.
    TwiceSecond,
    /// The connection ends, and the hub gets it only after so many later ones of this device.
    Later(usize),
}

/// What somebody writes. The numbers choose among what there is to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A note in words.
    Note,
    /// How the person's goal comes along.
    Goal { achievement: Option<usize>, lifecycle: Option<usize> },
    /// What became of the person's task.
    Task(usize),
    /// What became of the alert about the person.
    Flag(usize),
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Somebody saves something. With `stop`, the device stops when it has written so many bytes more, or is done.
    Save { device: usize, patient: usize, what: What, stop: Option<(u64, Stop)> },
    /// Somebody decides a conflict, if there is one.
    Settle { device: usize },
    /// A device stops, and is started again.
    Stop { device: usize, how: Stop },
    /// The next requests of a device.
    Misbehave { device: usize, faults: Vec<Option<Fault>> },
    /// A device loses its link, or has it again.
    Link { device: usize, up: bool },
    /// Somebody asks for a sync.
    Sync { device: usize },
    /// Nothing, for a while.
    Breathe { millis: u64 },
    /// The clock of a device is turned.
    Clock { device: usize, hours: i64 },
    /// Somebody signs in again.
    SignIn { device: usize },
    /// The other person takes the shared device.
    Change,
    /// Somebody opens a record, and has a lease.
    Open { device: usize, patient: usize },
    /// A person takes back their permission: leases end. Or gives it again.
    Permission { patient: usize, given: bool },
    /// The disks of the devices are full, or have room again.
    DiskFull(bool),
    /// A device is shut out.
    Revoke { device: usize },
    /// The hub ends in the middle of what it does, and starts again.
    HubCrash,
    /// The hub is stopped, copied and started.
    Backup,
    /// The hub is stopped, and started as it was when it was copied.
    Restore,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The same numbers for the same seed on every machine (splitmix64).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// In `0..end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }
}

/// What a run consists of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    /// Decides about what a power cut tears.
    pub(super) torn: u64,
}

impl Plan {
    /// The plan of a seed. `restores`: also plays back older backups of the hub.
    pub(super) fn of(seed: u64, restores: bool) -> Self {
        let mut random = Random::new(seed);
        let count = 24 + random.below(30);
        let mut steps: Vec<Step> = (0..count).map(|_| step(&mut random)).collect();
        let mut insert = |step: Step| {
            let at = random.below(steps.len());
            steps.insert(at, step);
            at
        };
        let revokes = seed % 4 == 1;
        if revokes {
            insert(Step::Revoke { device: REVOKED });
        }
        if seed % 3 == 1 {
            insert(Step::DiskFull(true));
            insert(Step::DiskFull(false));
        }
        if restores && seed % 4 == 2 {
            let at = insert(Step::Backup);
            let after = at + 1 + random.below(steps.len() - at);
            steps.insert(after, Step::Restore);
        }
        for step in &mut steps {
            match step {
                // The record takes no edits of a device that was shut out, only notes.
                Step::Save { device: REVOKED, what, .. } if revokes => *what = What::Note,
                _ => {}
            }
        }
        Self { steps, torn: random.next() }
    }
}

fn step(random: &mut Random) -> Step {
    let (device, patient) = (random.below(DEVICES), random.below(PATIENTS));
    match random.below(100) {
        0..45 => save(random, (device, patient), None),
        45..50 => {
            let stop = Some((1 + random.next() % 24_000, how(random)));
            save(random, (device, patient), stop)
        }
        50..54 => Step::Stop { device, how: how(random) },
        54..72 => Step::Misbehave { device, faults: (0..=random.below(8)).map(|_| fault(random)).collect() },
        72..77 => Step::Link { device, up: random.below(3) > 0 },
        77..81 => Step::Sync { device },
        81..83 => Step::Settle { device },
        83..87 => Step::Breathe { millis: 1 + random.next() % 15 },
        87..90 => Step::Clock { device, hours: i64::try_from(random.below(24 * 20)).unwrap_or_default() - 240 },
        90..92 => Step::SignIn { device },
        92..95 => Step::Change,
        95..97 => Step::Open { device, patient },
        97 => Step::Permission { patient, given: random.below(3) == 0 },
        _ => Step::HubCrash,
    }
}

fn save(random: &mut Random, (device, patient): (usize, usize), stop: Option<(u64, Stop)>) -> Step {
    let what = what(random);
    // All edit the same few things: so they meet.
    let patient = if what == What::Note { patient } else { EDITED };
    Step::Save { device, patient, what, stop }
}

pub(super) fn what(random: &mut Random) -> What {
    match random.below(8) {
        0 | 1 => {
            let one = |random: &mut Random| Some(random.below(9));
            let (achievement, lifecycle) = match random.below(3) {
                0 => (one(random), None),
                1 => (None, one(random)),
                _ => (one(random), one(random)),
            };
            What::Goal { achievement, lifecycle }
        }
        2 => What::Task(random.below(9)),
        3 => What::Flag(random.below(9)),
        _ => What::Note,
    }
}

fn how(random: &mut Random) -> Stop {
    [Stop::Killed, Stop::PowerLost, Stop::PowerTorn][random.below(3)]
}

fn fault(random: &mut Random) -> Option<Fault> {
    const STATUS: [u16; 8] = [500, 502, 503, 504, 429, 429, 401, 408];
    const AFTER: [u16; 4] = [500, 502, 504, 408];
    Some(match random.below(16) {
        0..4 => return None,
        4..6 => Fault::Before,
        6..9 => Fault::After,
        9 => Fault::Cut,
        10..12 => Fault::Status(STATUS[random.below(STATUS.len())]),
        12 => Fault::StatusAfter(AFTER[random.below(AFTER.len())]),
        13 => Fault::TwiceFirst,
        14 => Fault::TwiceSecond,
        _ => Fault::Later(1 + random.below(4)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_the_same_plan_every_time_and_another_is_another() {
        assert_eq!(Plan::of(7, true), Plan::of(7, true));
        assert_ne!(Plan::of(7, true), Plan::of(8, true));
    }

    #[test]
    fn every_kind_of_fault_comes_up_within_fifty_runs() {
        let all: String = (0..50).map(|seed| format!("{:?}", Plan::of(seed, true))).collect();
        for word in [
            "stop: Some",
            "Note",
            "Goal {",
            "Task(",
            "Flag(",
            "Settle",
            "Killed",
            "PowerLost",
            "PowerTorn",
            "Before",
            "After",
            "Cut",
            "Status(429)",
            "Status(401)",
            "Status(503)",
            "StatusAfter",
            "TwiceFirst",
            "TwiceSecond",
            "Later",
            "up: false",
            "Clock",
            "Change",
            "Open",
            "given: false",
            "given: true",
            "DiskFull(true)",
            "Revoke",
            "HubCrash",
            "Backup",
            "Restore",
        ] {
            assert!(all.contains(word), "{word}");
        }
    }
}
