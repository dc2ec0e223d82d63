//! What can be chosen: the code as `shared` knows it, and the key of its words.

use crate::i18n::Lang;

/// Codes with the keys of their words.
pub type Options = &'static [(&'static str, &'static str)];

pub(super) fn said(lang: Lang, options: Options) -> Vec<(&'static str, String)> {
    options.iter().map(|(code, key)| (*code, lang.t(key))).collect()
}

/// The words of a code; the code itself where nobody knows it.
pub(super) fn word(lang: Lang, options: Options, code: &str) -> String {
    options.iter().find(|(known, _)| *known == code).map_or_else(|| code.to_owned(), |(_, key)| lang.t(key))
}

pub(super) const TEMPLATES: Options = &[
    ("free", "template-free"),
    ("crew-contact", "template-crew"),
    ("nursing-visit", "template-nursing"),
    ("care-visit", "template-care"),
    ("social-visit", "template-social"),
    ("handover", "template-handover"),
];
pub(super) const PROMPTS: Options = &[
    ("called-for", "prompt-called-for"),
    ("found", "prompt-found"),
    ("done", "prompt-done"),
    ("outcome", "prompt-outcome"),
    ("if-worse", "prompt-if-worse"),
    ("symptoms", "prompt-symptoms"),
    ("medicines", "prompt-medicines"),
    ("person-and-family", "prompt-person-and-family"),
    ("plan", "prompt-plan"),
    ("care-given", "prompt-care-given"),
    ("food-and-drink", "prompt-food-and-drink"),
    ("mood", "prompt-mood"),
    ("skin", "prompt-skin"),
    ("concerns", "prompt-concerns"),
    ("situation", "prompt-situation"),
    ("wishes", "prompt-wishes"),
    ("risks", "prompt-risks"),
    ("agreed", "prompt-agreed"),
    ("background", "prompt-background"),
    ("assessment", "prompt-assessment"),
    ("asked-for", "prompt-asked-for"),
];
pub(super) const WHEN: Options = &[("now", "when-now"), ("earlier", "when-earlier")];
pub(super) const AIR: Options = &[("room", "air-room"), ("oxygen", "air-oxygen")];
pub(super) const AWAKE: Options =
    &[("A", "awake-alert"), ("C", "awake-confusion"), ("V", "awake-voice"), ("P", "awake-pain"), ("U", "awake-none")];
pub(super) const SCALE: Options = &[("1", "scale-one"), ("2", "scale-two")];
pub(super) const SUITS: Options = &[("yes", "suits-adult"), ("child", "suits-child"), ("pregnant", "suits-pregnant")];
pub(super) const GIVEN: Options = &[("given", "dose-given"), ("not", "dose-not")];
pub(super) const WHY: Options = &[
    ("refused", "why-refused"),
    ("not-needed", "why-not-needed"),
    ("away", "why-away"),
    ("not-safe", "why-not-safe"),
    ("no-supplies", "why-no-supplies"),
    ("no-time", "why-no-time"),
    ("other", "why-other"),
];
pub(super) const UNITS: Options = &[
    ("mg", "unit-mg"),
    ("ug", "unit-ug"),
    ("g", "unit-g"),
    ("mL", "unit-ml"),
    ("[iU]", "unit-iu"),
    ("[drp]", "unit-drop"),
    ("{tablet}", "unit-tablet"),
    ("{puff}", "unit-puff"),
    ("{patch}", "unit-patch"),
    ("{ampoule}", "unit-ampoule"),
    ("{sachet}", "unit-sachet"),
    ("{suppository}", "unit-suppository"),
];
pub(super) const OUTCOME: Options = &[
    ("done", "outcome-done"),
    ("not-done", "outcome-not-done"),
    ("started", "outcome-started"),
    ("new", "outcome-new"),
];
pub(super) const WISH: Options = &[("place", "wish-place"), ("care", "wish-care"), ("treatment", "wish-treatment")];
pub(super) const PLACES: Options = &[
    ("110481000000108", "place-home"),
    ("108401000000102", "place-hospice"),
    ("109401000000108", "place-hospital"),
    ("710571000000101", "place-care-home"),
    ("89751000000108", "place-community-hospital"),
    ("517161000000101", "place-undecided"),
    ("766391000000108", "place-declined"),
    ("517111000000103", "place-unable"),
    ("1060941000000102", "place-no-preference"),
];
pub(super) const SPEAKER: Options = &[("person", "speaker-person"), ("other", "speaker-other")];
pub(super) const ALERTS: Options = &[
    ("SS", "alert-scene"),
    ("SG", "alert-safeguarding"),
    ("RA", "alert-adjustment"),
    ("IR", "alert-infection"),
    ("RC", "alert-other"),
];
pub(super) const REVIEW: Options = &[
    ("1", "review-month"),
    ("3", "review-quarter"),
    ("6", "review-half"),
    ("12", "review-year"),
    ("date", "review-date"),
];
pub(super) const CPR: Options = &[("450476008", "cpr-not-for"), ("450475007", "cpr-for")];
pub(super) const PHASES: Options = &[
    ("stable", "phase-stable"),
    ("unstable", "phase-unstable"),
    ("deteriorating", "phase-deteriorating"),
    ("dying", "phase-dying"),
    ("deceased", "phase-deceased"),
];
pub(super) const AKPS: Options = &[
    ("100", "akps-100"),
    ("90", "akps-90"),
    ("80", "akps-80"),
    ("70", "akps-70"),
    ("60", "akps-60"),
    ("50", "akps-50"),
    ("40", "akps-40"),
    ("30", "akps-30"),
    ("20", "akps-20"),
    ("10", "akps-10"),
    ("0", "akps-0"),
];
pub(super) const COMPLETED: Options =
    &[("person", "completed-person"), ("person-with-help", "completed-help"), ("staff", "completed-staff")];
pub(super) const IPOS: Options = &[
    ("pain", "ipos-pain"),
    ("breath", "ipos-breath"),
    ("weakness", "ipos-weakness"),
    ("nausea", "ipos-nausea"),
    ("vomiting", "ipos-vomiting"),
    ("appetite", "ipos-appetite"),
    ("constipation", "ipos-constipation"),
    ("mouth", "ipos-mouth"),
    ("drowsiness", "ipos-drowsiness"),
    ("mobility", "ipos-mobility"),
    ("anxiety", "ipos-anxiety"),
    ("family-anxiety", "ipos-family-anxiety"),
    ("depression", "ipos-depression"),
    ("peace", "ipos-peace"),
    ("sharing", "ipos-sharing"),
    ("information", "ipos-information"),
    ("practical", "ipos-practical"),
];
pub(super) const GRADES: Options = &[
    ("0", "grade-0"),
    ("1", "grade-1"),
    ("2", "grade-2"),
    ("3", "grade-3"),
    ("4", "grade-4"),
    ("cannot", "grade-cannot"),
];
pub(super) const STOCK: Options = &[("some", "stock-some"), ("none", "stock-none")];
pub(super) const AMEND: Options = &[("append", "amend-append"), ("replace", "amend-replace"), ("error", "amend-error")];
pub(super) const ACHIEVEMENT: Options = &[
    ("improving", "goal-improving"),
    ("no-change", "goal-no-change"),
    ("worsening", "goal-worsening"),
    ("achieved", "goal-achieved"),
    ("sustaining", "goal-sustaining"),
    ("not-achieved", "goal-not-achieved"),
    ("not-attainable", "goal-not-attainable"),
    ("in-progress", "goal-in-progress"),
    ("no-progress", "goal-no-progress"),
];
pub(super) const LIFECYCLE: Options = &[
    ("active", "goal-active"),
    ("on-hold", "goal-on-hold"),
    ("completed", "goal-completed"),
    ("cancelled", "goal-cancelled"),
];
pub(super) const FLAG: Options = &[("reviewed", "flag-reviewed"), ("cleared", "flag-cleared")];
