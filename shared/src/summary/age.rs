//! How old a fact is, and what its age means for a fact of its kind.
//!
//! Three dates are never mixed. *Recorded*: when somebody wrote the fact ([`Item::when`], [`Glance::age`]).
//! *Authored*: when the document was made ([`SourceDocument::composed`](super::SourceDocument)). *Retrieved*: when this
//! device fetched it ([`SourceDocument::retrieved`](super::SourceDocument)). A copy fetched a minute ago of a document
//! made last week may hold a note of five years ago, and the reader must see that.
//!
//! How fast a fact goes out of date is [`Pace`]; the thresholds are our decision, with what speaks for them beside each.
//! A review that was due and has passed is no matter of age: it stands in `review_overdue` of the item and the line.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use super::{Glance, GlanceKind, Item, Status};

/// How a date is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Band {
    /// As good as new for a fact of this kind.
    Fresh,
    /// To be read with its date.
    Ageing,
    /// Likely to have changed since: ask.
    Old,
    /// No date that can be read: as doubtful as an old one.
    Unknown,
    /// Dated after today: the date is wrong, or planned.
    Future,
}

/// How fast a fact goes out of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// A copy on this device: ageing after a day, old after a week. A shift is half a day; the record of the people of
    /// a round is fetched anew every day.
    Copy,
    /// What was measured, and a document as a whole: ageing after 30 days, old after 183. Half a year is how far back
    /// the emergency dataset of the English draft looks for blood pressure, pulse and saturation.
    Measured,
    /// A pregnancy: ageing after 183 days, old after 300, when it is over.
    Pregnancy,
    /// What is to be looked at once a year: alerts, plans, decisions, baselines, medicines. Ageing after 183 days, old
    /// after 365. Ambulance services keep a marker on an address for twelve months unless it is renewed, practices
    /// review repeat medicines yearly, and about half of special notes in the field are out of date.
    Reviewed,
    /// What was true when it was said and changes unseen: contacts, "none known". Ageing after 365 days, old after 1095.
    Stated,
    /// What does not wear off: an allergy, a diagnosis, an operation, an implant. Never drawn as aged, lest an old
    /// penicillin allergy look like a lesser one.
    Lasting,
}

impl Pace {
    /// The pace of an item; `section` is the code of the section it stands in.
    pub fn of_item(section: &str, item: &Item) -> Self {
        match item.resource_type.as_str() {
            _ if item.status == Status::Negative => Self::Stated,
            "AllergyIntolerance"
            | "Condition"
            | "Procedure"
            | "Immunization"
            | "FamilyMemberHistory"
            | "Device"
            | "DeviceUseStatement" => Self::Lasting,
            "Observation" | "DiagnosticReport" if matches!(section, "30954-2" | "8716-3") => Self::Measured,
            "Observation" if section == "10162-6" => Self::Pregnancy,
            "RelatedPerson" | "CareTeam" => Self::Stated,
            _ => Self::Reviewed,
        }
    }

    /// The pace of a line of the glance.
    pub fn of_line(line: &Glance) -> Self {
        match line.kind {
            GlanceKind::Allergy if line.text.starts_with("No known ") => Self::Stated,
            GlanceKind::Allergy | GlanceKind::Device => Self::Lasting,
            GlanceKind::Pregnancy => Self::Pregnancy,
            GlanceKind::Contact => Self::Stated,
            _ => Self::Reviewed,
        }
    }

    /// After how many days a fact is ageing, and old; `None` for what lasts.
    pub const fn limits(self) -> Option<(i32, i32)> {
        match self {
            Self::Copy => Some((1, 7)),
            Self::Measured => Some((30, 183)),
            Self::Pregnancy => Some((183, 300)),
            Self::Reviewed => Some((183, 365)),
            Self::Stated => Some((365, 1095)),
            Self::Lasting => None,
        }
    }
}

/// The band of an item of a section, by the section's code.
pub fn of_item(section: &str, item: &Item, today: Date) -> Band {
    band(&item.when, Pace::of_item(section, item), today)
}

/// The band of a line of the glance.
pub fn of_line(line: &Glance, today: Date) -> Band {
    band(&line.age, Pace::of_line(line), today)
}

/// The band of a date as written: whole, partial (`2015`, `2016-10`), an instant, or with words before it.
///
/// A partial date counts from its first day: to take a fact for older than it is costs a question, the reverse may cost
/// more. It is in the future only when all of it is.
pub fn band(written: &str, pace: Pace, today: Date) -> Band {
    let Some(days) = days(written, today) else { return Band::Unknown };
    // Where the sender's clock stands may already be tomorrow.
    let ahead = if written.contains('T') { -1 } else { 0 };
    match pace.limits() {
        _ if days < ahead => Band::Future,
        Some((_, old)) if days > old => Band::Old,
        Some((ageing, _)) if days > ageing => Band::Ageing,
        _ => Band::Fresh,
    }
}

/// Days from the first day of a date as written until today, negative for the future; `None` when it is no date.
pub fn days(written: &str, today: Date) -> Option<i32> {
    first_day(written).map(|day| (today - day).get_days())
}

/// Whether a date as written, whole or partial, lies wholly before today.
pub(super) fn is_past(written: &str, today: Date) -> bool {
    day_range(written).is_some_and(|(_, last)| last < today)
}

/// `22 Dec 2026` for a whole date, `Dec 2026` and `2026` for a partial one; what is no date as it stands.
pub(super) fn spoken(written: &str) -> String {
    let Some((first, last)) = day_range(written) else { return written.to_owned() };
    let form = match () {
        () if first == last => "%-d %b %Y",
        () if first.month() == last.month() => "%b %Y",
        () => "%Y",
    };
    first.strftime(form).to_string()
}

fn first_day(written: &str) -> Option<Date> {
    day_range(written).map(|(first, _)| first)
}

// The first and the last day that a date as written may mean; the first date among the words counts.
fn day_range(written: &str) -> Option<(Date, Date)> {
    let at = written.char_indices().map(|(at, _)| at).find(|at| starts_year(written, *at))?;
    let mut parts = written.get(at..)?.split(|c: char| !(c.is_ascii_digit() || c == '-')).next()?.split('-');
    let mut number = || parts.next().filter(|p| !p.is_empty());
    let year: i16 = number()?.parse().ok().filter(|y| (1850..=2200).contains(y))?;
    let Some(month) = number() else { return Some((date(year, 1, 1), date(year, 12, 31))) };
    let first = Date::new(year, month.parse().ok()?, 1).ok()?;
    let Some(day) = number() else { return Some((first, first.last_of_month())) };
    let day = Date::new(year, first.month(), day.parse().ok()?).ok()?;
    Some((day, day))
}

// Four digits that are no part of a longer number.
fn starts_year(words: &str, at: usize) -> bool {
    let bytes = words.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    (at..at + 4).all(digit) && !digit(at + 4) && (at == 0 || !digit(at - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn each_pace_has_its_own_days() {
        for (written, pace, expected) in [
            ("2026-11-22", Pace::Copy, Band::Fresh),
            ("2026-11-20", Pace::Copy, Band::Ageing),
            ("2026-11-14", Pace::Copy, Band::Old),
            ("2026-10-23", Pace::Measured, Band::Fresh),
            ("2026-10-22", Pace::Measured, Band::Ageing),
            ("2026-05-22", Pace::Measured, Band::Old),
            ("2026-05-22", Pace::Reviewed, Band::Ageing),
            ("2025-11-22", Pace::Reviewed, Band::Ageing),
            ("2025-11-21", Pace::Reviewed, Band::Old),
            ("2026-02-20", Pace::Pregnancy, Band::Ageing),
            ("2026-01-20", Pace::Pregnancy, Band::Old),
            ("2024-11-22", Pace::Stated, Band::Ageing),
            ("2014-11-22", Pace::Stated, Band::Old),
            ("1971", Pace::Lasting, Band::Fresh),
        ] {
            assert_eq!(band(written, pace, TODAY), expected, "{written} {pace:?}");
        }
    }

    #[test]
    fn a_partial_date_counts_from_its_first_day() {
        assert_eq!(days("2026-11", TODAY), Some(21));
        assert_eq!(days("2026", TODAY), Some(325));
        assert_eq!(band("2026", Pace::Reviewed, TODAY), Band::Ageing);
        assert_eq!(band("2025", Pace::Reviewed, TODAY), Band::Old);
    }

    #[test]
    fn only_what_lies_wholly_ahead_is_in_the_future() {
        for future in ["2026-11-23", "2026-12", "2027", "2026-11-24T01:00:00+13:00"] {
            assert_eq!(band(future, Pace::Lasting, TODAY), Band::Future, "{future}");
        }
        for not in ["2026-11-22", "2026-11", "2026", "2026-11-23T01:00:00+13:00"] {
            assert_eq!(band(not, Pace::Lasting, TODAY), Band::Fresh, "{not}");
        }
    }

    #[test]
    fn what_is_no_date_is_unknown_and_never_fresh() {
        for words in ["", "soon", "[asked but unknown]", "2016-13", "2016-02-31", "0000", "123456", "é20", "20", "2"] {
            assert_eq!(band(words, Pace::Lasting, TODAY), Band::Unknown, "{words}");
        }
    }

    #[test]
    fn a_date_is_found_behind_words_and_before_a_time() {
        for written in ["since 2026-11-12", "2026-11-12T09:30:00.123456Z", "2026-11-12 to 2026-11-20"] {
            assert_eq!(days(written, TODAY), Some(10), "{written}");
        }
        assert_eq!(days("11/12/2026", TODAY), Some(325), "only the year is sure");
    }

    #[test]
    fn a_date_is_said_in_words_as_exactly_as_it_was_written() {
        for (written, words) in
            [("2026-12-02T11:00:00Z", "2 Dec 2026"), ("2026-12", "Dec 2026"), ("2026", "2026"), ("soon", "soon")]
        {
            assert_eq!(spoken(written), words);
        }
    }

    #[test]
    fn a_date_is_past_only_when_all_of_it_is() {
        for past in ["2026-11-21", "2026-10", "2025", "2026-11-21T10:00:00Z"] {
            assert!(is_past(past, TODAY), "{past}");
        }
        for not in ["2026-11-22", "2026-11", "2026", "2027-01-01", "", "soon", "20"] {
            assert!(!is_past(not, TODAY), "{not}");
        }
    }
}
