//! Other words for the same thing: `assets/search/synonyms.txt`, which explains its own form.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::fold::words;
use super::slip::is_slip;

const TABLE: &str = include_str!("../../../../assets/search/synonyms.txt");
/// So many letters of a name must be typed before it is taken for its beginning.
const BEGINNING: usize = 4;

static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(|| Synonyms::read(TABLE));

/// How the words found are related to the words asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// They mean the same.
    Same,
    /// What was found is a kind of what was asked for: warfarin for "anticoagulant".
    Narrower,
    /// What was asked for is a kind of what was found: "anticoagulant" for warfarin.
    Wider,
}

/// A name of the table.
#[derive(Clone)]
pub(super) struct Phrase {
    /// As the table writes it.
    pub(super) name: String,
    /// Its words in one spelling.
    pub(super) words: Vec<String>,
    /// Its words as one, where hyphens may be left out.
    pub(super) joined: Option<String>,
    asked_only: bool,
}

/// What else to look for.
pub(super) struct Other {
    pub(super) phrase: &'static Phrase,
    pub(super) relation: Relation,
    /// The words asked for had a slip.
    pub(super) slip: bool,
}

struct Group {
    names: Vec<Phrase>,
    kinds: BTreeSet<usize>,
    wider: BTreeSet<usize>,
}

/// The table, read once.
pub(super) struct Synonyms {
    groups: Vec<Group>,
    /// From the words of a name, with a space between them, to its groups.
    names: BTreeMap<String, Vec<usize>>,
    longest: usize,
}

impl Synonyms {
    pub(super) fn get() -> &'static Self {
        &SYNONYMS
    }

    fn read(table: &str) -> Self {
        let lines = || table.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let mut all = Self { groups: Vec::new(), names: BTreeMap::new(), longest: 1 };
        for line in lines() {
            let names = line.split(':').next().unwrap_or_default();
            all.add(names.split(',').map(Phrase::read).collect());
        }
        for (wider, line) in lines().enumerate() {
            for kind in line.split_once(':').map_or("", |(_, kinds)| kinds).split(',').filter(|k| !k.trim().is_empty())
            {
                all.relate(wider, Phrase::read(kind));
            }
        }
        all
    }

    fn add(&mut self, names: Vec<Phrase>) -> usize {
        let group = self.groups.len();
        for name in &names {
            self.longest = self.longest.max(name.words.len());
            let keys = [Some(name.words.join(" ")), name.joined.clone()];
            for key in keys.into_iter().flatten() {
                let groups = self.names.entry(key).or_default();
                // Two spellings of one name are one.
                if groups.last() != Some(&group) {
                    groups.push(group);
                }
            }
        }
        self.groups.push(Group { names, kinds: BTreeSet::new(), wider: BTreeSet::new() });
        group
    }

    fn relate(&mut self, wider: usize, kind: Phrase) {
        let known = self.names.get(&kind.words.join(" ")).and_then(|groups| groups.first().copied());
        let kind = known.filter(|k| *k != wider).unwrap_or_else(|| self.add(vec![kind]));
        self.groups[wider].kinds.insert(kind);
        self.groups[kind].wider.insert(wider);
    }

    /// How many of these words, from the first on, are a name; the last may be unfinished. `None` for a single word,
    /// which is looked up anyway.
    pub(super) fn longest_name(&self, asked: &[String]) -> Option<usize> {
        (2..=self.longest.min(asked.len())).rev().find(|count| {
            let key = asked[..*count].join(" ");
            self.beginning(&key, *count == asked.len()).next().is_some()
        })
    }

    // Names that are `key`, or begin with it where it may be unfinished.
    fn beginning<'a>(&'a self, key: &'a str, unfinished: bool) -> impl Iterator<Item = (&'a String, &'a Vec<usize>)> {
        let from = self.names.range(key.to_owned()..);
        let begins = move |name: &str| name == key || (unfinished && key.len() >= BEGINNING && name.starts_with(key));
        from.take_while(move |(name, _)| name.starts_with(key)).filter(move |(name, _)| begins(name))
    }

    /// What else these words may be called in a record.
    pub(super) fn others(&'static self, asked: &[String]) -> Vec<Other> {
        let key = asked.join(" ");
        // A whole name is no beginning of a longer one: insulin is not insulin dependent diabetes.
        let unfinished = !self.names.contains_key(&key);
        let mut groups: BTreeMap<usize, bool> =
            self.beginning(&key, unfinished).flat_map(|(_, groups)| groups).map(|g| (*g, false)).collect();
        if groups.is_empty() && asked.len() == 1 {
            let slips = self.names.iter().filter(|(name, _)| is_slip(&key, name));
            groups = slips.flat_map(|(_, groups)| groups).map(|g| (*g, true)).collect();
        }
        let mut found: BTreeMap<usize, (Relation, bool)> = BTreeMap::new();
        for (group, slip) in groups {
            let related = [
                (Relation::Same, vec![group]),
                (Relation::Narrower, self.all(group, |g| &g.kinds)),
                (Relation::Wider, self.all(group, |g| &g.wider)),
            ];
            for (relation, other) in related.into_iter().flat_map(|(r, all)| all.into_iter().map(move |g| (r, g))) {
                let nearest = found.entry(other).or_insert((relation, slip));
                *nearest = (*nearest).min((relation, slip));
            }
        }
        let named = |(group, (relation, slip)): (usize, (Relation, bool))| {
            let names = self.groups[group].names.iter().filter(|name| !name.asked_only);
            names.map(move |phrase| Other { phrase, relation, slip })
        };
        found.into_iter().flat_map(named).filter(|other| other.phrase.words.join(" ") != key).collect()
    }

    // All that can be reached in one direction: opioid and morphine from painkiller, never ibuprofen from morphine.
    fn all(&self, group: usize, next: impl Fn(&Group) -> &BTreeSet<usize>) -> Vec<usize> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![group]);
        while let Some(at) = open.pop() {
            open.extend(next(&self.groups[at]).iter().filter(|g| **g != group && seen.insert(**g)));
        }
        seen.into_iter().collect()
    }
}

impl Phrase {
    fn read(name: &str) -> Self {
        let name = name.trim();
        let asked_only = name.starts_with('~');
        let name = name.trim_start_matches('~');
        let all = words(name);
        let joined = all.iter().any(|w| w.joined > 1).then(|| all.iter().map(|w| w.plain.as_str()).collect());
        Self { name: name.to_owned(), words: all.into_iter().map(|w| w.spelled).collect(), joined, asked_only }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(asked: &str) -> Vec<(&'static str, Relation)> {
        let asked: Vec<String> = words(asked).into_iter().map(|w| w.spelled).collect();
        Synonyms::get().others(&asked).into_iter().map(|o| (o.phrase.name.as_str(), o.relation)).collect()
    }

    #[test]
    fn names_are_found_in_both_directions() {
        for (asked, other, relation) in [
            ("heart attack", "myocardial infarction", Relation::Same),
            ("MI", "heart attack", Relation::Same),
            ("blood thinner", "Eliquis", Relation::Narrower),
            ("Eliquis", "anticoagulant", Relation::Wider),
            ("apixaban", "Eliquis", Relation::Same),
            ("painkiller", "Oramorph", Relation::Narrower),
            ("penicillin", "Augmentin", Relation::Narrower),
            ("DNAR", "do not resuscitate", Relation::Same),
            ("CPR", "DNACPR", Relation::Narrower),
            ("sugar", "diabetes", Relation::Same),
            ("fits", "epilepsy", Relation::Same),
        ] {
            assert!(others(asked).contains(&(other, relation)), "{asked}: {other}");
        }
    }

    #[test]
    fn a_kind_never_stands_for_another_kind() {
        assert!(others("warfarin").iter().all(|(name, _)| !["apixaban", "Eliquis", "heparin"].contains(name)));
        assert!(others("morphine").iter().all(|(name, _)| *name != "fentanyl" && *name != "ibuprofen"));
        assert!(others("insulin").iter().all(|(name, _)| *name != "diabetes"));
        assert!(others("amoxicillin").iter().all(|(name, _)| *name != "flucloxacillin"));
    }

    #[test]
    fn what_says_too_little_is_asked_for_and_never_found() {
        assert!(others("epilepsy").iter().all(|(name, _)| *name != "fit"));
        assert!(others("diabetes").iter().all(|(name, _)| *name != "sugar"));
    }

    #[test]
    fn an_unfinished_or_misspelled_name_is_understood() {
        assert!(others("antico").iter().any(|(name, _)| *name == "warfarin"));
        assert!(others("anticoagulent").iter().any(|(name, _)| *name == "warfarin"));
        assert!(others("heart atta").iter().any(|(name, _)| *name == "MI"));
        assert!(others("he").is_empty() && others("xyzzyx").is_empty());
    }

    #[test]
    fn every_line_of_the_table_says_something() {
        let synonyms = Synonyms::get();
        assert!(synonyms.groups.len() > 300);
        for group in &synonyms.groups {
            assert!(group.names.iter().all(|name| !name.words.is_empty() && !name.name.contains(['~', ':'])));
        }
        let alone = |g: &&Group| g.names.len() == 1 && g.kinds.is_empty() && g.wider.is_empty();
        assert_eq!(synonyms.groups.iter().filter(alone).count(), 0, "a name without another");
    }
}
