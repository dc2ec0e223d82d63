//! Dates of the demo people, told from now: their records stay as fresh and as stale as they were meant.

use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};

use super::DemoError;

/// When something happened or will, as FHIR writes it (`date`, partial date, or `instant`).
///
/// `3d`, `2w`, `5mo`, `9y`: so long ago, to the day. `40min`, `6h`: to the second. `+2mo`: in the future. `~12y`,
/// `~5mo`: only the year, or the year and month. `1987`, `1987-05`, `1987-05-03`: as it stands.
///
/// # Errors
/// [`DemoError::Date`] for anything else.
pub(super) fn when(written: &str, now: Timestamp) -> Result<String, DemoError> {
    let wrong = || DemoError::Date(written.to_owned());
    if written.len() >= 4 && written.chars().all(|c| c.is_ascii_digit() || c == '-') {
        return Ok(written.to_owned());
    }
    let (rough, rest) = written.strip_prefix('~').map_or((false, written), |rest| (true, rest));
    let (sign, rest) = rest.strip_prefix('+').map_or((-1, rest), |rest| (1, rest));
    let unit_at = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (count, unit) = rest.split_at(unit_at);
    let count = count.parse::<i64>().map_err(|_| wrong())? * sign;
    let today = now.to_zoned(TimeZone::UTC).date();
    let day = |span: Span| today.checked_add(span).map(|d| d.to_string()).map_err(|_| wrong());
    let instant = |d: SignedDuration| now.checked_add(d).map(whole_seconds).map_err(|_| wrong());
    let text = match unit {
        "min" => return instant(SignedDuration::from_mins(count)),
        "h" => return instant(SignedDuration::from_hours(count)),
        "d" => day(Span::new().try_days(count).map_err(|_| wrong())?)?,
        "w" => day(Span::new().try_weeks(count).map_err(|_| wrong())?)?,
        "mo" => day(Span::new().try_months(count).map_err(|_| wrong())?)?,
        "y" => day(Span::new().try_years(count).map_err(|_| wrong())?)?,
        _ => return Err(wrong()),
    };
    let kept = match (rough, unit) {
        (true, "y") => 4,
        (true, _) => 7,
        _ => text.len(),
    };
    Ok(text.get(..kept).unwrap_or(&text).to_owned())
}

/// An instant without fractions of a second, as people's clocks show it.
pub(super) fn whole_seconds(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

/// An instant for fields that must have one: a date alone is taken at eleven in the morning.
pub(super) fn as_instant(date: &str) -> String {
    if date.contains('T') { date.to_owned() } else { format!("{}T11:00:00Z", full(date)) }
}

fn full(date: &str) -> String {
    match date.len() {
        4 => format!("{date}-01-01"),
        7 => format!("{date}-01"),
        _ => date.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_now_and_partial_ones_stay_partial() -> Result<(), DemoError> {
        let now = "2026-11-22T07:30:15.250Z".parse().unwrap_or(Timestamp::UNIX_EPOCH);
        for (written, expected) in [
            ("3d", "2026-11-19"),
            ("2w", "2026-11-08"),
            ("9y", "2017-11-22"),
            ("+3mo", "2027-02-22"),
            ("~12y", "2014"),
            ("~2mo", "2026-09"),
            ("40min", "2026-11-22T06:50:15Z"),
            ("+1h", "2026-11-22T08:30:15Z"),
            ("1987-05", "1987-05"),
        ] {
            assert_eq!(when(written, now)?, expected, "{written}");
        }
        assert_eq!(as_instant(&when("~12y", now)?), "2014-01-01T11:00:00Z");
        for wrong in ["", "d", "3 days", "5", "-", "3q"] {
            assert!(when(wrong, now).is_err(), "{wrong:?}");
        }
        Ok(())
    }
}
