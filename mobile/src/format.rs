//! Dates and times as people say them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use shared::identity::Demographics;

use crate::i18n::Lang;

const MONTHS: [&str; 12] = [
    "month-jan",
    "month-feb",
    "month-mar",
    "month-apr",
    "month-may",
    "month-jun",
    "month-jul",
    "month-aug",
    "month-sep",
    "month-oct",
    "month-nov",
    "month-dec",
];

/// The time as the clock on the wall shows it. The zone is the country's, not the device's setting: a time on the
/// screen must be the time on the paper beside the bed.
pub fn local(at: Timestamp) -> Zoned {
    at.to_zoned(TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC))
}

/// `14:05` today, `21 Nov 14:05` on another day, with the year when it is another year's.
pub fn clock(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    let (at, today) = (local(at), local(now).date());
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    match at.date() {
        date if date == today => time,
        date if date.year() == today.year() => format!("{} {time}", day_month(lang, date)),
        date => format!("{} {} {time}", day_month(lang, date), date.year()),
    }
}

/// `21 Nov 2026 14:05`.
pub fn moment(lang: Lang, at: Timestamp) -> String {
    let at = local(at);
    format!("{} {:02}:{:02}", day(lang, at.date()), at.hour(), at.minute())
}

/// `23 Nov 1938`.
pub fn day(lang: Lang, date: Date) -> String {
    format!("{} {}", day_month(lang, date), date.year())
}

fn day_month(lang: Lang, date: Date) -> String {
    format!("{} {}", date.day(), month(lang, date.month()))
}

fn month(lang: Lang, month: i8) -> String {
    usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i)).map_or_else(String::new, |key| lang.t(key))
}

/// How long ago, in one unit. What lies ahead by a clock that differs from the service's is "just now".
pub fn ago(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    let seconds = (now.as_second() - at.as_second()).max(0);
    match seconds {
        0..60 => lang.t("ago-now"),
        60..3_600 => lang.with("ago-minutes", [("n", (seconds / 60).into())]),
        3_600..172_800 => lang.with("ago-hours", [("n", (seconds / 3_600).into())]),
        _ => lang.with("ago-days", [("n", (seconds / 86_400).into())]),
    }
}

/// How long ago something recorded was, as exactly as it was recorded: hours for an instant, months for a month, years
/// for a year. `None` for what is no date, and for what lies ahead: a plan has no age.
pub fn long_ago(lang: Lang, recorded: &str, now: Timestamp) -> Option<String> {
    let today = local(now).date();
    let instant = recorded.parse::<Timestamp>().ok();
    let day = match instant {
        Some(at) if now.as_second() - at.as_second() < 172_800 => {
            return (at.as_second() <= now.as_second() + 60).then(|| ago(lang, at, now));
        }
        Some(at) => local(at).date(),
        None => match first_day(recorded)? {
            day if recorded.len() == 4 && day.year() == today.year() => return Some(lang.t("ago-this-year")),
            day if recorded.len() == 7 && day.first_of_month() == today.first_of_month() => {
                return Some(lang.t("ago-this-month"));
            }
            day => day,
        },
    };
    let years = i32::from(today.year() - day.year());
    let months = years * 12 + i32::from(today.month() - day.month()) - i32::from(today.day() < day.day());
    let days = (today - day).get_days();
    Some(match (recorded.len(), days, months) {
        (_, ..0, _) => return None,
        (4, ..) => lang.with("ago-years", [("n", years.into())]),
        (_, 0, _) => lang.t("ago-today"),
        (_, 1..=13, _) => lang.with("ago-days", [("n", days.into())]),
        (_, _, ..=1) => lang.with("ago-weeks", [("n", (days / 7).into())]),
        (_, _, 2..=23) => lang.with("ago-months", [("n", months.into())]),
        _ => lang.with("ago-years", [("n", (months / 12).into())]),
    })
}

// The first day that a full or partial FHIR date can mean.
fn first_day(recorded: &str) -> Option<Date> {
    let whole = match recorded.len() {
        4 => format!("{recorded}-01-01"),
        7 => format!("{recorded}-01"),
        _ => recorded.get(..10)?.to_owned(),
    };
    whole.parse().ok()
}

/// A date of birth as recorded, with the age when it is known: `23 Nov 1938 (87 y)`, `Feb 1931`, `1931`.
pub fn born(lang: Lang, person: &Demographics, now: Timestamp) -> String {
    let recorded = person.birth_date.reveal();
    if recorded.is_empty() {
        return lang.t("born-not-recorded");
    }
    let words = recorded_date(lang, recorded);
    match person.age(local(now).date()) {
        Some(years) => format!("{words} ({})", lang.with("age-years", [("n", years.into())])),
        None => words,
    }
}

/// A FHIR date, full or partial, in words; anything else as it stands.
pub fn recorded_date(lang: Lang, text: &str) -> String {
    let head = text.get(..10).unwrap_or(text);
    if let Ok(date) = head.parse::<Date>() {
        return day(lang, date);
    }
    match text.split_once('-') {
        Some((year, m)) if year.len() == 4 && m.len() == 2 => match m.parse() {
            Ok(m @ 1..=12) => format!("{} {year}", month(lang, m)),
            _ => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

/// A date with its meaning, as the summary gives it (`recorded 2024-03-01`), with the date in words.
pub fn meaning_and_date(lang: Lang, text: &str) -> String {
    text.split(' ').map(|word| recorded_date(lang, word)).collect::<Vec<_>>().join(" ")
}

/// The gender as recorded, in words.
pub fn sex(lang: Lang, person: &Demographics) -> String {
    lang.t(match person.gender.reveal().as_str() {
        "male" => "sex-male",
        "female" => "sex-female",
        "other" => "sex-other",
        "unknown" => "sex-unknown",
        _ => "sex-not-recorded",
    })
}

/// The NHS number in its spoken form, or that there is none.
pub fn nhs(lang: Lang, person: &Demographics) -> String {
    person.nhs_number.map_or_else(|| lang.t("nhs-not-recorded"), |number| number.spaced())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn times_are_local_and_name_the_day_when_it_is_another() {
        let now = at("2026-07-02T09:00:00Z");
        assert_eq!(clock(Lang::En, at("2026-07-02T08:05:00Z"), now), "09:05", "summer time");
        assert_eq!(clock(Lang::En, at("2026-07-01T22:05:00Z"), now), "1 Jul 23:05");
        assert_eq!(clock(Lang::En, at("2025-12-31T22:05:00Z"), now), "31 Dec 2025 22:05");
    }

    #[test]
    fn ages_are_in_one_unit_and_never_negative() {
        let now = at("2026-07-02T09:00:00Z");
        let said = |text| ago(Lang::En, at(text), now);
        assert_eq!(said("2026-07-02T09:03:00Z"), "just now");
        assert_eq!(said("2026-07-02T08:40:00Z"), "20 min ago");
        assert_eq!(said("2026-07-02T06:50:00Z"), "2 h ago");
        assert_eq!(said("2026-06-28T06:50:00Z"), "4 days ago");
    }

    #[test]
    fn the_age_of_a_fact_is_as_exact_as_its_date() {
        let now = at("2026-07-02T09:00:00Z");
        let said = |text| long_ago(Lang::En, text, now);
        for (recorded, expected) in [
            ("2026-07-02T06:00:00Z", "3 h ago"),
            ("2026-07-02", "today"),
            ("2026-07-01", "1 day ago"),
            ("2026-06-20T06:00:00+01:00", "12 days ago"),
            ("2026-06-10", "3 weeks ago"),
            ("2026-05-03", "8 weeks ago"),
            ("2026-05-02", "2 months ago"),
            ("2026-07", "this month"),
            ("2026-03", "4 months ago"),
            ("2026", "this year"),
            ("2025", "1 year ago"),
            ("2024-07-03", "23 months ago"),
            ("2023-07-03", "2 years ago"),
            ("1999", "27 years ago"),
        ] {
            assert_eq!(said(recorded).as_deref(), Some(expected), "{recorded}");
        }
        for nothing in ["", "2027", "2026-08", "2026-07-03", "2026-07-02T10:00:00Z", "spring", "2026-13", "’31–32"]
        {
            assert_eq!(said(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn partial_and_odd_dates_are_shown_as_far_as_they_go() {
        let said = |text| recorded_date(Lang::En, text);
        assert_eq!(said("1938-11-23"), "23 Nov 1938");
        assert_eq!(said("2024-03-01T10:00:00Z"), "1 Mar 2024");
        assert_eq!(said("1931-02"), "Feb 1931");
        assert_eq!(said("1931"), "1931");
        assert_eq!(said("1931-13"), "1931-13");
        assert_eq!(said("spring – ’31"), "spring – ’31");
        assert_eq!(meaning_and_date(Lang::En, "recorded 2024-03-01"), "recorded 1 Mar 2024");
    }
}
