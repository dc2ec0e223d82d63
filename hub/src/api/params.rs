//! Search parameters. One that is not known is refused: ignoring a filter would answer more than was asked.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::problem::Problem;

/// The query of a request, decoded, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
    text: String,
}

impl Params {
    /// From the decoded pairs and the query as it was written.
    pub(crate) fn new(pairs: Vec<(String, String)>, text: &str) -> Self {
        Self { pairs, text: text.to_owned() }
    }

    /// The query as it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Refuses what is not among `known`; `_format` and `_pretty` change nothing here and are let pass.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Problem> {
        let fits = |name: &str| known.contains(&name) || ["_format", "_pretty"].contains(&name);
        if self.pairs.iter().all(|(name, _)| fits(name)) {
            return Ok(());
        }
        Err(Problem::invalid("A search parameter is not supported here; the CapabilityStatement lists those that are."))
    }

    /// All values of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that may be given once.
    pub(crate) fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Problem> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Problem::invalid("A search parameter is given twice.")),
        }
    }

    /// The patient whose record is searched.
    ///
    /// # Errors
    /// 400 when the parameter `patient` is missing, given twice or not a reference.
    pub(crate) fn patient(&self) -> Result<&str, Problem> {
        let missing = || Problem::invalid("The search parameter patient is missing.");
        self.reference("patient", "Patient")?.ok_or_else(missing)
    }

    /// The id of a reference parameter: `p1` or `Patient/p1`.
    pub(crate) fn reference(&self, name: &str, kind: &str) -> Result<Option<&str>, Problem> {
        // `one` borrows the name; the value lives as long as the parameters.
        let mut values = self.pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(_), Some(_)) => Err(Problem::invalid("A search parameter is given twice.")),
            (Some(value), None) => {
                let id = value.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/')).unwrap_or(value);
                let sound = !id.is_empty() && !id.contains('/');
                sound.then_some(Some(id)).ok_or_else(|| Problem::invalid("A reference is not of the form Type/id."))
            }
        }
    }

    /// `_lastUpdated` as an inclusive span.
    pub(crate) fn last_updated(&self) -> Result<(Timestamp, Timestamp), Problem> {
        self.span("_lastUpdated")
    }

    /// A date parameter as an inclusive span. Several narrow each other; a date stands for its whole day (UTC).
    pub(crate) fn span(&self, name: &str) -> Result<(Timestamp, Timestamp), Problem> {
        let mut span = (Timestamp::MIN, Timestamp::MAX);
        for value in self.all(name) {
            let (prefix, moment) = value
                .split_at_checked(2)
                .filter(|(p, _)| p.bytes().all(|b| b.is_ascii_lowercase()))
                .unwrap_or(("eq", value));
            let (first, last) =
                whole(moment).ok_or_else(|| Problem::invalid("A date parameter is not a FHIR date or instant."))?;
            let tick = jiff::SignedDuration::from_micros(1);
            let (from, to) = match prefix {
                "ge" => (Some(first), None),
                "gt" => (last.checked_add(tick).ok(), None),
                "le" => (None, Some(last)),
                "lt" => (None, first.checked_sub(tick).ok()),
                "eq" => (Some(first), Some(last)),
                _ => return Err(Problem::invalid("A date parameter takes ge, gt, le, lt or eq.")),
            };
            span = (span.0.max(from.unwrap_or(Timestamp::MIN)), span.1.min(to.unwrap_or(Timestamp::MAX)));
        }
        Ok(span)
    }

    /// `_count`, 1 to 200; 50 when not given.
    pub(crate) fn count(&self) -> Result<i64, Problem> {
        match self.one("_count")? {
            None => Ok(50),
            Some(text) => match text.parse() {
                Ok(count @ 1..) => Ok(i64::min(count, 200)),
                _ => Err(Problem::invalid("_count is a number from 1.")),
            },
        }
    }

    /// The same query for the page behind `token`.
    pub(crate) fn next_page(&self, token: &str) -> String {
        let kept = self.text.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("_page="));
        kept.map(str::to_owned).chain([format!("_page={token}")]).collect::<Vec<_>>().join("&")
    }
}

/// First and last moment that a date or an instant stands for.
fn whole(text: &str) -> Option<(Timestamp, Timestamp)> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some((instant, instant));
    }
    let day: Date = text.parse().ok()?;
    let start = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let last = start(day.tomorrow().ok()?)?.checked_sub(jiff::SignedDuration::from_micros(1)).ok()?;
    Some((start(day)?, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(), "")
    }

    #[test]
    fn last_updated_is_read_with_its_prefixes() {
        let read = |value| params(&[("_lastUpdated", value)]).last_updated().ok();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(read("ge2026-01-02T03:04:05.123456Z").map(|s| s.0), Some(at("2026-01-02T03:04:05.123456Z")));
        assert_eq!(read("gt2026-01-02T03:04:05Z").map(|s| s.0), Some(at("2026-01-02T03:04:05.000001Z")));
        assert_eq!(read("gt2026-01-02").map(|s| s.0), Some(at("2026-01-03T00:00:00Z")));
        assert_eq!(read("2026-01-02").map(|s| s.1), Some(at("2026-01-02T23:59:59.999999Z")));
        for wrong in ["", "ge", "yesterday", "ne2026-01-02", "gé2026"] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(params(&[("patient", "p"), ("_format", "json")]).only(&["patient"]).is_ok());
        assert!(params(&[("patient", "p"), ("author", "x")]).only(&["patient"]).is_err());
        assert!(params(&[("a", "1"), ("a", "2")]).one("a").is_err());
        assert!(params(&[("_count", "0")]).count().is_err());
        assert_eq!(params(&[("_count", "9999")]).count().ok(), Some(200));
    }
}
