//! Words by which people say that there is nothing, or that nothing is known, in the languages that summaries are
//! written in. They never make a statement by themselves: they tell a statement from the name of a thing.

// What a sentence of absence begins with. Short ones must be followed by nothing that could name a thing.
const OPENERS: [&str; 16] = [
    "patient denies",
    "pt denies",
    "denies",
    "no known",
    "none",
    "nil",
    "nkda",
    "nkfa",
    "nka",
    "not on file",
    "not known",
    "not asked",
    "not recorded",
    "no data",
    "unknown",
    "no",
];

// Words that may follow and still name nothing.
const FILLERS: [&str; 88] = [
    "a",
    "about",
    "active",
    "adverse",
    "allergen",
    "allergic",
    "allergies",
    "allergy",
    "an",
    "and",
    "any",
    "as",
    "asked",
    "at",
    "available",
    "by",
    "chronic",
    "clinical",
    "condition",
    "conditions",
    "confirmed",
    "current",
    "currently",
    "data",
    "device",
    "devices",
    "diagnoses",
    "disability",
    "documented",
    "drug",
    "drugs",
    "environmental",
    "file",
    "food",
    "foods",
    "for",
    "has",
    "have",
    "health",
    "history",
    "immunisation",
    "immunisations",
    "immunization",
    "immunizations",
    "implanted",
    "implants",
    "information",
    "intolerance",
    "intolerances",
    "is",
    "issues",
    "known",
    "latex",
    "long",
    "medical",
    "medication",
    "medications",
    "medicine",
    "medicines",
    "noted",
    "of",
    "on",
    "or",
    "other",
    "past",
    "patient",
    "prescribed",
    "present",
    "previous",
    "problem",
    "problems",
    "procedure",
    "procedures",
    "reaction",
    "reactions",
    "recorded",
    "regular",
    "relevant",
    "reported",
    "significant",
    "situation",
    "status",
    "term",
    "the",
    "this",
    "to",
    "use",
    "vaccinations",
];

// First words of such sentences in other languages.
const FOREIGN: [&str; 67] = [
    "kein",
    "keine",
    "keinerlei",
    "nicht",
    "unbekannt",
    "geen",
    "onbekend",
    "niet",
    "sin",
    "ningún",
    "ninguna",
    "ninguno",
    "niega",
    "desconocido",
    "desconocida",
    "aucun",
    "aucune",
    "pas",
    "sans",
    "néant",
    "nessun",
    "nessuna",
    "nessuno",
    "non",
    "nega",
    "nenhum",
    "nenhuma",
    "sem",
    "não",
    "ingen",
    "inga",
    "inget",
    "ingenting",
    "intet",
    "ei",
    "brak",
    "nie",
    "bez",
    "žádné",
    "žádná",
    "žiadne",
    "nincs",
    "nem",
    "nu",
    "fără",
    "niciuna",
    "nav",
    "nėra",
    "nema",
    "ni",
    "няма",
    "нет",
    "немає",
    "не",
    "καμία",
    "καμιά",
    "κανένα",
    "δεν",
    "χωρίς",
    "yok",
    "bilinen",
    "לא",
    "ללא",
    "אין",
    "لا",
    "ليس",
    "tidak",
];

// And first words that are English ones as well.
const FOREIGN_STARTS: [&str; 9] =
    ["no se ", "no conoc", "no tiene", "no presenta", "no hay", "no refiere", "no consta", "no alergi", "no aplica"];

const LAST: [&str; 17] = [
    "yok",
    "нет",
    "няма",
    "немає",
    "nincs",
    "ukjent",
    "ukendt",
    "none",
    "keine",
    "nessuna",
    "geen",
    "ingen",
    "aucune",
    "ninguna",
    "nil",
    "bekannt",
    "unbekannt",
];

const SIGNS: [&str; 9] = ["無", "无", "なし", "ない", "없음", "없다", "沒有", "没有", "不明"];
const STEMS: [&str; 9] = ["allerg", "alerg", "alerj", "аллерг", "алерг", "αλλεργ", "알레르기", "過敏", "过敏"];
const MORE_STEMS: [&str; 4] = ["アレルギー", "אלרג", "حساسية", "unverträglich"];
const TURNS: [&str; 16] = [
    " except",
    " but ",
    " other than",
    " apart from",
    " however",
    " außer",
    " ausser",
    " sauf",
    " salvo",
    " excepto",
    " behalve",
    " tranne",
    " eccetto",
    " undtagen",
    " utom",
    ";",
];

/// Whether words say that there is nothing, or that nothing is known, and name nothing besides. In English for things
/// of any kind; in other languages where they speak of allergies.
pub(super) fn is_negative_phrase(words: &str) -> bool {
    let lower = plain(words);
    if turns(&lower) {
        return false;
    }
    in_english(&lower) || (speaks_of_allergies(&lower) && in_another_language(&lower))
}

/// Whether words agree with a code that says there is nothing. Wider than [`is_negative_phrase`]: the code has spoken.
pub(super) fn speaks_of_none(words: &str) -> bool {
    let lower = plain(words);
    !turns(&lower) && (in_english(&lower) || in_another_language(&lower))
}

/// Whether words agree with a code that says nothing is known, or that something is withheld.
pub(super) fn speaks_of_not_knowing(words: &str) -> bool {
    const SAID: [&str; 40] = [
        "unknown",
        "not known",
        "not asked",
        "not recorded",
        "not available",
        "not assessed",
        "not on file",
        "not documented",
        "not provided",
        "not specified",
        "not obtained",
        "not reviewed",
        "not applicable",
        "unavailable",
        "information",
        "withheld",
        "masked",
        "restricted",
        "declined",
        "unbekannt",
        "onbekend",
        "inconnu",
        "desconoc",
        "desconhec",
        "sconosciut",
        "okän",
        "ukendt",
        "ukjent",
        "tuntematon",
        "nieznan",
        "neznám",
        "neznan",
        "ismeretlen",
        "necunoscut",
        "άγνωστ",
        "неизвест",
        "невідом",
        "bilinmiyor",
        "不明",
        "未知",
    ];
    let lower = plain(words);
    !turns(&lower) && SAID.iter().any(|s| lower.contains(s))
}

fn plain(words: &str) -> String {
    words.to_lowercase().trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

fn turns(lower: &str) -> bool {
    TURNS.iter().any(|turn| lower.contains(turn))
}

fn tokens(lower: &str) -> impl Iterator<Item = &str> {
    lower.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|t| !t.is_empty())
}

fn in_english(lower: &str) -> bool {
    OPENERS.iter().any(|opener| {
        let rest = lower.strip_prefix(opener).filter(|rest| !rest.starts_with(char::is_alphanumeric));
        rest.is_some_and(|rest| tokens(rest).all(|t| FILLERS.contains(&t) || t.chars().all(|c| c.is_ascii_digit())))
    })
}

fn in_another_language(lower: &str) -> bool {
    let all: Vec<&str> = tokens(lower).collect();
    let (first, last) = (all.first().copied().unwrap_or_default(), all.last().copied().unwrap_or_default());
    // "Non-steroidal anti-inflammatory" begins like an Italian sentence of absence and is a medicine.
    if lower.contains("steroid") {
        return false;
    }
    let heading = speaks_of_allergies(first) && all.len() <= 5;
    FOREIGN.contains(&first)
        || FOREIGN_STARTS.iter().any(|start| lower.starts_with(start))
        || LAST.contains(&last)
        || SIGNS.iter().any(|s| lower.contains(s))
        || (heading && all.iter().skip(1).take(2).any(|t| FOREIGN.contains(t) || OPENERS.contains(t)))
}

/// Whether words in lower case are about allergies, in many languages.
pub(super) fn speaks_of_allergies(lower: &str) -> bool {
    STEMS.iter().chain(&MORE_STEMS).any(|stem| lower.contains(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_of_absence_is_told_from_the_name_of_a_thing() {
        for words in [
            "No known allergies",
            "NKDA",
            "nil known",
            "Not on File",
            "Unknown",
            "none",
            "- No Known Drug Allergies",
            "No current problems or disability (situation)",
            "Keine Allergien bekannt",
            "Ninguna alergia conocida",
            "アレルギーなし",
        ] {
            assert!(is_negative_phrase(words), "{words}");
        }
        for words in [
            "Penicillin",
            "Nickel",
            "Norfloxacin",
            "Nonoxynol",
            "Nilotinib",
            "Unknown antibiotic",
            "No known allergies except penicillin",
            "No penicillin",
            "None of the cephalosporins",
            "Sin Ebastin",
            "Keine Ahnung: Penicillin; Ausschlag",
        ] {
            assert!(!is_negative_phrase(words), "{words}");
        }
    }

    #[test]
    fn words_are_held_against_a_code_that_has_spoken() {
        for words in
            ["Keine bekannten Medikamente", "Allergies: none known", "Bilinen alerji yok", "Allergie: nessuna nota"]
        {
            assert!(speaks_of_none(words), "{words}");
        }
        for words in ["Penicillin", "Allergy to penicillin", "Peanut, anaphylaxis", "Amoxicilline"] {
            assert!(!speaks_of_none(words) && !speaks_of_not_knowing(words), "{words}");
        }
    }
}
