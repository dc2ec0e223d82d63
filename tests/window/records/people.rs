//! Whom the tests look at: the demo people, and documents from outside that are awkward, each in its own way.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// What is typed to find somebody.
pub(super) enum Asked {
    Number(String),
    Name(&'static str, [&'static str; 3]),
}

/// Somebody to look for.
pub(super) struct Who {
    pub(super) name: String,
    pub(super) asked: Asked,
    /// A record must open; what the patient may refuse is not said of documents from outside.
    pub(super) opens: bool,
}

/// Documents that are awkward, each in its own way: file below the corpus, whom to look for, born.
const OTHERS: [(&str, &str, [&str; 3]); 14] = [
    ("jddamore_IPSviewer@history/NZ_Peter_Jordan_02.json", "Crout", ["30", "9", "1956"]),
    ("jddamore_IPSviewer@history/NZ_Peter_Jordan_NNJ9186__5861292.json", "JONES", ["30", "9", "1956"]),
    ("jddamore_IPSviewer/TW_Li-Hui_Lee_01-modified.json", "WANG", ["1", "1", "1990"]),
    ("jddamore_IPSviewer/CY_194315.json", "Ioannou - IPS", ["14", "7", "1973"]),
    ("jddamore_IPSviewer/NL_Drimpy_01.json", "Grëcówich", ["2", "2", "1957"]),
    ("jddamore_IPSviewer/EU_IPS_wylem_bars.json", "Koepp", ["3", "8", "1956"]),
    ("jddamore_IPSviewer/CA_VeroSource_buddy_bear.json", "BEAR", ["3", "5", "1998"]),
    ("jddamore_IPSviewer/CA_PuraJuniper_01.json", "Abernathy", ["20", "7", "2000"]),
    ("hl7au_au-fhir-test-data/Bundle-aups-patient-story.json", "Martin", ["11", "7", "1942"]),
    ("jddamore_IPSviewer/US_MEDITECH_ips_2.json", "Newman", ["1", "5", "1970"]),
    ("jddamore_IPSviewer/HK_IPS_Sample1.json", "PATIENT", ["1", "1", "1951"]),
    ("jddamore_IPSviewer@history/DE_no_info_with_Advance_Directive.json", "Rahn", ["25", "4", "1985"]),
    ("jddamore_IPSviewer/US_Epic_connectathon_May2024.json", "Connectathon", ["18", "5", "2004"]),
    ("npm_hl7.fhir.uv.ips_2.0.0/Bundle-bundle-ips-all-sections.json", "JORDANA", ["30", "9", "1956"]),
];

/// The documents from outside in one folder for the hub; `None` when there are none on this machine.
pub(super) fn gather(folder: &Path) -> Result<Option<PathBuf>> {
    let Some(corpus) = tests::corpus("ips") else { return Ok(None) };
    for (n, (file, ..)) in OTHERS.iter().enumerate() {
        std::fs::copy(corpus.join(file), folder.join(format!("{n}.json"))).with_context(|| (*file).to_owned())?;
    }
    Ok(Some(folder.to_owned()))
}

pub(super) fn demo_people() -> Result<Vec<Who>> {
    let mut people = Vec::new();
    for entry in std::fs::read_dir(tests::workspace().join("assets/demo/people"))? {
        let person: Value = serde_json::from_slice(&std::fs::read(entry?.path())?)?;
        let text = |key: &str| person[key].as_str().map(str::to_owned).with_context(|| key.to_owned());
        people.push(Who { name: text("slug")?, asked: Asked::Number(text("nhs")?), opens: false });
    }
    people.sort_by(|a, b| a.name.cmp(&b.name));
    ensure!(people.len() > 30, "the demo people were found");
    Ok(people)
}

pub(super) fn others() -> Vec<Who> {
    let name = |family: &str| family.to_lowercase().replace(' ', "");
    let who = |(_, family, born): (_, &'static str, _)| Who {
        name: name(family),
        asked: Asked::Name(family, born),
        opens: true,
    };
    OTHERS.into_iter().map(who).collect()
}
