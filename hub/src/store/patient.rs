//! Finding a person, and the state of their record.

use serde_json::Value;
use shared::consent::RecordState;
use shared::identity::PatientId;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Store, StoreError, Stored};

const MATCHES: &str = "SELECT DISTINCT r.type, r.id, r.version, r.last_updated, r.patient_id, r.json FROM resources r";

impl Store {
    /// Sets whether there is a record and whether it may be viewed. A new Patient is `open`.
    ///
    /// # Errors
    /// [`StoreError::NoSuchPatient`], or the database.
    pub async fn set_record_state(&self, patient: &PatientId, state: RecordState) -> Result<(), StoreError> {
        let sql = "UPDATE patients SET record_state = $1 WHERE id = $2";
        let done = sqlx::query(sql).bind(state.code()).bind(patient.as_str()).execute(&self.writer).await?;
        if done.rows_affected() == 0 { Err(StoreError::NoSuchPatient) } else { Ok(()) }
    }

    /// The state of the record; an unknown person has none.
    ///
    /// # Errors
    /// The database, or a state this version does not know: it is never read as open.
    pub async fn record_state(&self, patient: &str) -> Result<RecordState, StoreError> {
        let sql = "SELECT record_state FROM patients WHERE id = $1";
        let state: Option<String> = sqlx::query_scalar(sql).bind(patient).fetch_optional(&self.readers).await?;
        match state {
            None => Ok(RecordState::None),
            Some(code) => RecordState::from_code(&code).map_err(|_| StoreError::Corrupt("record state")),
        }
    }

    /// Whether a Patient of this id is stored, whatever the state of the record.
    ///
    /// # Errors
    /// The database.
    pub async fn knows_patient(&self, patient: &str) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM patients WHERE id = $1";
        let rows: i64 = sqlx::query_scalar(sql).bind(patient).fetch_one(&self.readers).await?;
        Ok(rows > 0)
    }

    /// Everyone who carries the identifier. Without a system, in any system.
    ///
    /// # Errors
    /// The database.
    pub async fn patients_by_identifier(&self, system: Option<&str>, value: &str) -> Result<Vec<Stored>, StoreError> {
        let sql = format!(
            "{MATCHES} JOIN identifiers i ON i.type = 'Patient' AND i.resource_id = r.id
             WHERE r.type = 'Patient' AND NOT r.deleted AND i.value = $1 AND ($2 IS NULL OR i.system = $2) ORDER BY r.id"
        );
        let sql = sqlx::AssertSqlSafe(sql);
        Ok(sqlx::query_as(sql).bind(value).bind(system).fetch_all(&self.readers).await?)
    }

    /// Everyone with a family name that begins with `family` (without regard to case, accents, spaces and hyphens)
    /// and a date of birth that agrees with `born` (`1938`, `1938-11` or `1938-11-23`) as far as both say something:
    /// a record that knows only the year must be found by someone who knows the day.
    ///
    /// # Errors
    /// The database.
    pub async fn patients_by_name(&self, family: &str, born: &str) -> Result<Vec<Stored>, StoreError> {
        let sql = format!(
            "{MATCHES} JOIN patients p ON p.id = r.id JOIN patient_names n ON n.patient_id = r.id
             WHERE r.type = 'Patient' AND NOT r.deleted AND n.family LIKE $1
             AND (p.birth_date LIKE $2 || '%' OR (p.birth_date <> '' AND $2 LIKE p.birth_date || '%')) ORDER BY r.id"
        );
        // Folding leaves only letters and digits: there is no wildcard in it to escape.
        let family = format!("{}%", fold(family));
        let sql = sqlx::AssertSqlSafe(sql);
        Ok(sqlx::query_as(sql).bind(family).bind(born).fetch_all(&self.readers).await?)
    }
}

/// A name for comparison: small letters and digits only, accents taken off. `O’Brien-Śmith` → `obriensmith`.
pub(crate) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for letter in name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match letter {
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            letter if letter.is_alphanumeric() => folded.push(letter),
            _ => {}
        }
    }
    folded
}

/// What a person can be found under: each family name whole and each of its words; of a name without a family
/// name, each word of what there is.
pub(crate) fn family_names(patient: &Value) -> Vec<String> {
    let names = match &patient["name"] {
        Value::Array(list) => list.iter().collect(),
        one @ Value::Object(_) => vec![one],
        _ => vec![],
    };
    let mut found: Vec<String> = names.into_iter().flat_map(written_forms).map(|name| fold(&name)).collect();
    found.retain(|name| !name.is_empty());
    found.sort();
    found.dedup();
    found
}

fn written_forms(name: &Value) -> Vec<String> {
    let words = |text: &str| text.split([' ', '-']).map(str::to_owned).collect::<Vec<_>>();
    if let Some(family) = name["family"].as_str() {
        return [vec![family.to_owned()], words(family)].concat();
    }
    let given = name["given"].as_array().into_iter().flatten();
    given.chain([&name["text"]]).filter_map(Value::as_str).flat_map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_compared_without_case_accents_and_marks() {
        for (written, folded) in [
            ("O’Brien", "obrien"),
            ("Śmith-Łoś", "smithlos"),
            ("GROẞ", "gross"),
            ("Müller", "muller"),
            ("Ångström%_", "angstrom"),
            ("李", "李"),
            ("  ", ""),
        ] {
            assert_eq!(fold(written), folded, "{written}");
        }
    }

    #[test]
    fn a_person_is_found_under_each_name_and_without_a_family_name_under_any_word() {
        let patient = json!({"name": [{"family": "van der Berg-Ngo"}, {"text": "Ana Sol"}, {"given": ["Kim"]}]});
        assert_eq!(family_names(&patient), ["ana", "berg", "der", "kim", "ngo", "sol", "van", "vanderbergngo"]);
        assert!(family_names(&json!({"name": "?"})).is_empty());
    }
}
