//! The in-parameters of an operation.

use serde_json::Value;

use super::super::problem::Problem;

/// A Parameters resource. A parameter that is given twice is refused, whichever would have been meant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameters<'a>(&'a Value);

impl<'a> Parameters<'a> {
    /// Wraps a body.
    ///
    /// # Errors
    /// 400 for another resource.
    pub(crate) fn read(body: &'a Value) -> Result<Self, Problem> {
        let fits = body["resourceType"] == "Parameters";
        if fits { Ok(Self(body)) } else { Err(Problem::invalid("Send a Parameters resource.")) }
    }

    /// The one parameter of this name.
    ///
    /// # Errors
    /// 400 when there are two.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&'a Value>, Problem> {
        let mut found = self.0["parameter"].as_array().into_iter().flatten().filter(|p| p["name"] == *name);
        let first = found.next();
        if found.next().is_some() { Err(Problem::invalid("A parameter is given twice.")) } else { Ok(first) }
    }

    /// Its value, of the types that are texts.
    ///
    /// # Errors
    /// As [`Parameters::one`].
    pub(crate) fn text(&self, name: &str) -> Result<Option<&'a str>, Problem> {
        const TYPES: [&str; 4] = ["valueCode", "valueString", "valueDate", "valueInstant"];
        Ok(self.one(name)?.and_then(|p| TYPES.iter().find_map(|of| p[*of].as_str())))
    }
}
