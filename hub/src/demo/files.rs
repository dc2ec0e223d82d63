//! The files, built into the binary: `--demo` needs nothing beside it.

use serde::de::DeserializeOwned;

use super::DemoError;
use super::format::Person;

macro_rules! people {
    ($($slug:literal),+ $(,)?) => {
        /// `(file name, text)` of every person.
        pub(super) const PEOPLE: &[(&str, &str)] = &[$(
            ($slug, include_str!(concat!("../../../assets/demo/people/", $slug, ".json"))),
        )+];
    };
}

people!(
    "achterberg",
    "ashworth",
    "begum",
    "castellanos",
    "chaudhry",
    "demir",
    "etxeberria",
    "fitzgerald",
    "greaves",
    "haddad",
    "hargreave",
    "kowalczyk-a",
    "kowalczyk-b",
    "li",
    "lockwood",
    "marchetti",
    "mwangi",
    "nakamura",
    "nguyen",
    "obi",
    "odonnell",
    "okafor",
    "papadakis",
    "paterson",
    "rahman",
    "rosenthal",
    "silverman",
    "sorensen",
    "tesfaye",
    "thiri",
    "vasquez",
    "whitcombe",
    "yilmaz",
);

macro_rules! letters {
    ($($name:literal),+ $(,)?) => {
        /// `(file name, text)` of every document of another service.
        pub(super) const LETTERS: &[(&str, &str)] = &[$(
            ($name, include_str!(concat!("../../../assets/demo/documents/", $name, ".json"))),
        )+];
    };
}

letters!(
    "ashworth-acute",
    "kowalczyk-a-acute",
    "marchetti-clinic",
    "marchetti-gp",
    "okafor-acute",
    "okafor-hospice",
    "vasquez-acute",
    "vasquez-gp",
);

pub(super) const CODES: &str = include_str!("../../../assets/demo/codes.json");
pub(super) const SOURCES: &str = include_str!("../../../assets/demo/sources.json");
pub(super) const ROTA: &str = include_str!("../../../assets/demo/rota.json");

/// Everyone, in the order of the list.
///
/// # Errors
/// [`DemoError::File`], with the file and what is wrong in it.
pub(super) fn people() -> Result<Vec<Person>, DemoError> {
    PEOPLE.iter().map(|(name, text)| read(name, text)).collect()
}

/// Reads one file.
///
/// # Errors
/// As [`people`].
pub(super) fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, DemoError> {
    serde_json::from_str(text).map_err(|source| DemoError::File { name: name.to_owned(), source })
}
