//! Medicines that can kill within the hour, or whose missing dose can: a table of our own, by name and by class.
//!
//! Sources: classes and prefixes after the WHO ATC/DDD index (whocc.no); generic names are INN/BAN; brand names are those
//! in UK use. Matching is by the beginning of a word, so that salts and other languages' endings are found
//! ("warfarin sodium", "warfarina"); names of four letters or fewer must match whole.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A class of critical medicines.
pub(super) struct Class {
    /// What it is, as said to a reader.
    pub(super) label: &'static str,
    /// What to think of.
    pub(super) danger: &'static str,
    /// Prefixes of WHO ATC codes.
    pub(super) atc: &'static [&'static str],
    /// Beginnings of generic and brand names, lower case.
    pub(super) names: &'static [&'static str],
    /// Whether creams, drops, sprays and inhalers of it count.
    pub(super) also_local: bool,
    /// Whether it always has a line of its own.
    pub(super) first: bool,
    /// Whether it may be kept for a crisis, so that its dose is to be read at once.
    pub(super) rescue: bool,
}

/// The table, the most pressing first: a medicine belongs to the first class that knows it.
pub(super) const CLASSES: [Class; 15] = [
    Class {
        label: "Anticoagulant",
        danger: "bleeding",
        atc: &["B01AA", "B01AB", "B01AE", "B01AF", "B01AX05"],
        names: &[
            "warfarin",
            "coumadin",
            "marevan",
            "acenocoumarol",
            "sinthrome",
            "phenindione",
            "fenprocoumon",
            "phenprocoumon",
            "marcumar",
            "apixaban",
            "eliquis",
            "rivaroxaban",
            "xarelto",
            "edoxaban",
            "lixiana",
            "dabigatran",
            "pradaxa",
            "heparin",
            "enoxaparin",
            "clexane",
            "inhixa",
            "dalteparin",
            "fragmin",
            "tinzaparin",
            "innohep",
            "fondaparinux",
            "arixtra",
            "argatroban",
        ],
        also_local: false,
        first: true,
        rescue: false,
    },
    Class {
        label: "Insulin",
        danger: "hypoglycaemia",
        atc: &["A10A"],
        names: &[
            "insulin",
            "novorapid",
            "humalog",
            "lantus",
            "levemir",
            "tresiba",
            "toujeo",
            "humulin",
            "actrapid",
            "novomix",
            "apidra",
            "fiasp",
            "abasaglar",
            "semglee",
            "insuman",
            "lyumjev",
            "ryzodeg",
            "xultophy",
            "suliqua",
            "admelog",
            "insulatard",
        ],
        also_local: true,
        first: true,
        rescue: false,
    },
    Class {
        label: "Sulfonylurea",
        danger: "long hypoglycaemia",
        atc: &["A10BB"],
        names: &[
            "gliclazide",
            "diamicron",
            "glimepiride",
            "amaryl",
            "glipizide",
            "tolbutamide",
            "glibenclamide",
            "glyburide",
        ],
        also_local: true,
        first: false,
        rescue: false,
    },
    Class {
        label: "Steroid",
        danger: "never stop at once: adrenal crisis",
        atc: &["H02A"],
        names: &[
            "prednisolon",
            "prednison",
            "hydrocortison",
            "plenadren",
            "efmody",
            "dexamethason",
            "methylprednisolon",
            "medrone",
            "fludrocortison",
            "deflazacort",
            "betamethason",
            "cortison",
        ],
        also_local: false,
        first: true,
        rescue: false,
    },
    Class {
        label: "Opioid",
        danger: "breathing, sedation",
        atc: &["N02A", "N07BC02", "N07BC01"],
        names: &[
            "morphin",
            "morfin",
            "oramorph",
            "mst",
            "zomorph",
            "sevredol",
            "mxl",
            "oxycod",
            "oxicod",
            "oxynorm",
            "oxycontin",
            "longtec",
            "shortec",
            "oxypro",
            "targinact",
            "fentanyl",
            "fentanil",
            "durogesic",
            "matrifen",
            "mezolar",
            "abstral",
            "actiq",
            "effentora",
            "pecfent",
            "alfentanil",
            "buprenorphin",
            "buprenorfin",
            "butrans",
            "butec",
            "transtec",
            "hapoctasin",
            "subutex",
            "suboxone",
            "espranor",
            "buvidal",
            "methadon",
            "metadon",
            "tramadol",
            "zamadol",
            "codein",
            "dihydrocodein",
            "co-codamol",
            "co-dydramol",
            "diamorphin",
            "hydromorphon",
            "palladone",
            "tapentadol",
            "palexia",
            "pethidin",
            "meptazinol",
        ],
        also_local: true,
        first: true,
        rescue: false,
    },
    Class {
        label: "Antiepileptic",
        danger: "a missed dose may bring seizures",
        atc: &["N03A"],
        names: &[
            "valpro",
            "epilim",
            "depakote",
            "episenta",
            "carbamazepin",
            "tegretol",
            "phenytoin",
            "epanutin",
            "lamotrigin",
            "lamictal",
            "levetiracetam",
            "keppra",
            "topiramat",
            "topamax",
            "lacosamid",
            "vimpat",
            "clobazam",
            "phenobarb",
            "primidon",
            "zonisamid",
            "brivaracetam",
            "perampanel",
            "eslicarbazepin",
            "oxcarbazepin",
            "ethosuximid",
            "rufinamid",
            "vigabatrin",
            "cenobamat",
            "stiripentol",
            "cannabidiol",
            "epidyolex",
            "gabapentin",
            "pregabalin",
            "lyrica",
        ],
        also_local: true,
        first: true,
        rescue: false,
    },
    Class {
        label: "Clozapine",
        danger: "fever is an emergency; missed for two days: do not restart",
        atc: &["N05AH02"],
        names: &["clozapin", "clozaril", "denzapine", "zaponex"],
        also_local: true,
        first: true,
        rescue: false,
    },
    Class {
        label: "Lithium",
        danger: "toxic when dehydrated",
        atc: &["N05AN"],
        names: &["lithium", "priadel", "camcolit", "liskonum"],
        also_local: true,
        first: false,
        rescue: false,
    },
    Class {
        label: "Heart rhythm",
        danger: "narrow margin",
        atc: &["C01AA", "C01BD01", "C01BC04"],
        names: &["digoxin", "lanoxin", "amiodaron", "cordarone", "flecainid", "tambocor"],
        also_local: true,
        first: false,
        rescue: false,
    },
    Class {
        label: "Antiplatelet",
        danger: "bleeding",
        atc: &["B01AC"],
        names: &["clopidogrel", "plavix", "ticagrelor", "brilique", "prasugrel", "efient", "dipyridamol", "ticlopidin"],
        also_local: false,
        first: false,
        rescue: false,
    },
    Class {
        label: "Parkinson's",
        danger: "give on time, no metoclopramide or haloperidol",
        atc: &["N04BA", "N04BC07"],
        names: &[
            "levodopa",
            "co-careldopa",
            "co-beneldopa",
            "sinemet",
            "madopar",
            "stalevo",
            "apomorphin",
            "duodopa",
            "rotigotin",
            "neupro",
        ],
        also_local: true,
        first: false,
        rescue: false,
    },
    Class {
        label: "Weak immunity",
        danger: "fever is an emergency",
        atc: &["L04AD", "L04AX01", "L04AX03", "L01BA01", "L04AA06"],
        names: &[
            "methotrexat",
            "tacrolimus",
            "adoport",
            "prograf",
            "advagraf",
            "ciclosporin",
            "cyclosporin",
            "neoral",
            "azathioprin",
            "imuran",
            "mycophenol",
            "cellcept",
            "sirolimus",
        ],
        also_local: false,
        first: false,
        rescue: false,
    },
    Class {
        label: "MAO inhibitor",
        danger: "no pethidine, tramadol or adrenergic medicines",
        atc: &["N06AF", "N06AG"],
        names: &["phenelzin", "nardil", "tranylcypromin", "isocarboxazid", "moclobemid"],
        also_local: true,
        first: false,
        rescue: false,
    },
    Class {
        label: "Strong sedative",
        danger: "breathing, sedation",
        atc: &["N05CD08", "N05BA01", "N05BA06"],
        names: &["midazolam", "buccolam", "epistatus", "diazepam", "stesolid", "lorazepam"],
        also_local: true,
        first: true,
        rescue: true,
    },
    Class {
        label: "Do not miss a dose",
        danger: "",
        atc: &["N07AA02", "H01BA02", "C01CA24"],
        names: &[
            "pyridostigmin",
            "mestinon",
            "desmopressin",
            "demovo",
            "epipen",
            "jext",
            "emerade",
            "factor viii",
            "emicizumab",
            "hemlibra",
        ],
        also_local: true,
        first: true,
        rescue: true,
    },
];

const LOCAL: [&str; 17] = [
    "cream",
    "ointment",
    "gel",
    "lotion",
    "scalp",
    "eye",
    "ear drop",
    "ear spray",
    "nasal",
    "nose",
    "inhal",
    "topical",
    "cutaneous",
    "foam",
    "mouthwash",
    "shampoo",
    "rectal ointment",
];

/// The class of a medicine by its words (lower case) and codes (`system|code`).
pub(super) fn class_of(lower: &str, codes: &[String]) -> Option<&'static Class> {
    let is_local = LOCAL.iter().any(|w| lower.contains(w));
    let named = named(lower);
    let known = |(at, class): &(usize, &Class)| named.contains(at) || is_coded(class, codes);
    CLASSES.iter().enumerate().filter(|(_, c)| c.also_local || !is_local).find(known).map(|(_, class)| class)
}

// All names by their first letter: a record has hundreds of lines, and most words begin no name at all.
static BY_LETTER: LazyLock<HashMap<char, Vec<(&str, usize)>>> = LazyLock::new(|| {
    let mut table: HashMap<char, Vec<(&str, usize)>> = HashMap::new();
    for (at, name) in CLASSES.iter().enumerate().flat_map(|(at, c)| c.names.iter().map(move |n| (at, *n))) {
        table.entry(name.chars().next().unwrap_or_default()).or_default().push((name, at));
    }
    table
});

/// The classes that a word of the text names.
fn named(lower: &str) -> Vec<usize> {
    let mut inside = false;
    let mut found = Vec::new();
    for (at, c) in lower.char_indices() {
        if !std::mem::replace(&mut inside, c.is_alphanumeric()) {
            let candidates = BY_LETTER.get(&c).into_iter().flatten();
            found.extend(candidates.filter(|(name, _)| is_word(&lower[at..], name)).map(|(_, class)| *class));
        }
    }
    found
}

fn is_word(text: &str, name: &str) -> bool {
    let after = text.strip_prefix(name).map(|rest| rest.chars().next());
    after.is_some_and(|after| name.len() > 4 || !after.is_some_and(char::is_alphanumeric))
}

fn is_coded(class: &Class, codes: &[String]) -> bool {
    let atc = codes
        .iter()
        .filter_map(|c| c.rsplit_once('|'))
        .filter(|(s, _)| s.contains("whocc.no/atc") || s.ends_with("2.16.840.1.113883.6.73"));
    atc.into_iter().any(|(_, code)| class.atc.iter().any(|prefix| code.starts_with(prefix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(words: &str) -> Option<&'static str> {
        class_of(&words.to_lowercase(), &[]).map(|c| c.label)
    }

    #[test]
    fn generic_brand_salt_and_foreign_names_are_found() {
        for (words, expected) in [
            ("Warfarin sodium 3 mg tablets", "Anticoagulant"),
            ("ELIQUIS 5mg", "Anticoagulant"),
            ("Insulina glargina", "Insulin"),
            ("MST Continus 10 mg", "Opioid"),
            ("Prednisolona 5 mg", "Steroid"),
            ("Sodium valproate 200mg", "Antiepileptic"),
            ("Clozapin 100", "Clozapine"),
        ] {
            assert_eq!(label(words), Some(expected), "{words}");
        }
    }

    #[test]
    fn local_steroids_and_lookalikes_are_not() {
        for words in [
            "Hydrocortisone 1% cream",
            "Betamethasone scalp lotion",
            "Paracetamol",
            "Mometasone nasal spray",
            "amstat",
            "Ramipril",
        ] {
            assert_eq!(label(words), None, "{words}");
        }
    }

    #[test]
    fn a_class_is_known_by_its_code_when_the_name_is_foreign() {
        let codes = ["http://www.whocc.no/atc|B01AF02".to_owned()];
        assert_eq!(class_of("アピキサバン", &codes).map(|c| c.label), Some("Anticoagulant"));
    }

    #[test]
    fn every_name_is_written_as_it_is_matched() {
        for class in &CLASSES {
            assert!(class.names.iter().all(|n| *n == n.to_lowercase() && !n.is_empty()), "{}", class.label);
        }
    }
}
