//! How much of a record a dataset takes, and what it leaves for "more".

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration as Span, Timestamp};
use serde_json::Value;
use shared::consent::Dataset;

use super::section::{Section, has_code};

/// What a document takes from a record.
#[derive(Debug, Default)]
pub struct Selection<'a> {
    /// Resources with their section, in the order of the document.
    pub kept: Vec<(Section, &'a Value)>,
    /// Sections of which older entries were left out: their narrative says so.
    pub cut: BTreeSet<Section>,
}

/// Half a year: older measurements say little about today (and are there in the shared record).
const RECENT: Span = Span::from_hours(183 * 24);
const LATEST_RESULTS: usize = 5;
const WEIGHT: &str = "29463-7";

/// Takes from `resources` what `dataset` holds. Only measurements and results are ever cut by age or number, and
/// only in the emergency dataset; everything else of a section comes whole.
pub fn select(resources: &[Value], dataset: Dataset, now: Timestamp) -> Selection<'_> {
    let mut all: Vec<(Section, &Value)> = resources
        .iter()
        .filter_map(|r| Some((Section::of(r)?, r)))
        .filter(|(section, _)| holds(dataset, *section))
        .collect();
    all.sort_by_cached_key(|(section, r)| (*section, order(r)));
    if dataset != Dataset::Emergency {
        return Selection { kept: all, cut: BTreeSet::new() };
    }
    let latest = Latest::of(&all, now);
    let (kept, left): (Vec<_>, Vec<_>) = all.into_iter().partition(|(section, r)| latest.keeps(*section, r));
    Selection { kept, cut: left.into_iter().map(|(section, _)| section).collect() }
}

/// The line between what an emergency document takes of measurements and results, and what it leaves.
struct Latest {
    measured_since: Option<Date>,
    results_since: Option<Date>,
    weighed: Option<Date>,
}

impl Latest {
    fn of(all: &[(Section, &Value)], now: Timestamp) -> Self {
        let dates = |wanted: Section| all.iter().filter(move |(s, _)| *s == wanted).map(|(_, r)| (*r, day(r)));
        let mut results: Vec<Date> = dates(Section::Results).filter_map(|(_, day)| day).collect();
        results.sort_unstable_by(|a, b| b.cmp(a));
        Self {
            measured_since: now.checked_sub(RECENT).ok().map(|t| t.to_zoned(TimeZone::UTC).date()),
            // Those of the same day as the fifth come with it: half a blood test misleads.
            results_since: results.get(LATEST_RESULTS - 1).copied(),
            weighed: dates(Section::VitalSigns).filter(|(r, _)| is_weight(r)).filter_map(|(_, day)| day).max(),
        }
    }

    // What has no date cannot be called old.
    fn keeps(&self, section: Section, resource: &Value) -> bool {
        let since = match section {
            Section::VitalSigns if is_weight(resource) => self.weighed,
            Section::VitalSigns => self.measured_since,
            Section::Results => self.results_since,
            _ => None,
        };
        day(resource).zip(since).is_none_or(|(day, since)| day >= since)
    }
}

fn is_weight(resource: &Value) -> bool {
    has_code(&resource["code"], WEIGHT)
}

/// The day of an observation, when it is given to the day.
fn day(resource: &Value) -> Option<Date> {
    ["effectiveDateTime", "effectiveInstant", "issued"]
        .iter()
        .find_map(|f| resource[*f].as_str()?.get(..10)?.parse().ok())
}

// Ids by length first, so that the tenth entry does not stand before the second.
fn order(resource: &Value) -> (String, usize, String) {
    let text = |field: &str| resource[field].as_str().unwrap_or_default().to_owned();
    (text("resourceType"), text("id").len(), text("id"))
}

/// Whether a dataset takes anything from a section.
pub(crate) const fn holds(dataset: Dataset, section: Section) -> bool {
    use Section::{
        AdvanceDirectives, Alerts, Allergies, Devices, FunctionalStatus, Medications, Other, PlanOfCare, Pregnancy,
        Problems, Procedures, Results, VitalSigns,
    };
    let core = matches!(
        section,
        Allergies | Alerts | AdvanceDirectives | Medications | Problems | Devices | Pregnancy | FunctionalStatus
    );
    match dataset {
        // What cannot be classed may be what matters: it is never left out where life depends on it.
        Dataset::Emergency => core || matches!(section, VitalSigns | Results | Procedures | Other),
        Dataset::Visit => core || matches!(section, PlanOfCare),
        Dataset::SharedRecord => !matches!(section, PlanOfCare),
        Dataset::CarePlan => true,
    }
}
