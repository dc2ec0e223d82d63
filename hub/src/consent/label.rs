//! Confidentiality labels of resources, and what a consent says about labelled items.

use serde_json::Value;
use shared::consent::{Decision, Kind, Label, Residual, Treatment, treat};

use super::Tier;

/// A nested provision about labelled items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exception {
    permit: bool,
    codes: Vec<String>,
}

/// All of them that bind the asker.
pub(crate) type Exceptions = Vec<Exception>;

impl Exception {
    pub(super) fn permit(codes: &[&str]) -> Self {
        Self { permit: true, codes: codes.iter().map(|c| (*c).to_owned()).collect() }
    }

    pub(super) fn deny(codes: &[&str]) -> Self {
        Self { permit: false, ..Self::permit(codes) }
    }
}

/// What a permit opens, in codes: equal when the same may be seen under both.
pub(crate) fn opens(decision: &Decision, exceptions: &Exceptions) -> String {
    let (dataset, residual) = (decision.dataset.map(|it| it.code()), decision.residual.map(|it| it.code()));
    let said = |it: &Exception| format!("{}{}", if it.permit { '+' } else { '-' }, it.codes.join(" "));
    let mut said: Vec<String> = exceptions.iter().map(said).collect();
    said.sort();
    format!("{}|{}|{}", dataset.unwrap_or_default(), residual.unwrap_or_default(), said.join("|"))
}

/// The coding objects of a CodeableConcept, or of a list of them.
pub(crate) fn codings(concepts: &Value) -> impl Iterator<Item = &Value> {
    let one = concepts.as_object().map(|_| concepts);
    let list = concepts.as_array().into_iter().flatten();
    one.into_iter().chain(list).flat_map(|concept| concept["coding"].as_array().into_iter().flatten())
}

/// Whether a coding is of the tier vocabulary, whichever base it is published under.
pub(super) fn is_tier_system(coding: &Value) -> bool {
    let system = coding["system"].as_str().unwrap_or_default();
    system == Tier::SYSTEM || system.ends_with("/CodeSystem/consent-tier")
}

/// Whether a Consent is about sharing the record (and not, say, an advance directive).
pub(crate) fn is_privacy_consent(consent: &Value) -> bool {
    let category = |coding: &Value| is_tier_system(coding) || coding["code"] == "59284-0";
    consent["resourceType"] == "Consent"
        && (codings(&consent["category"]).any(category)
            || codings(&consent["scope"]).any(|coding| coding["code"] == "patient-privacy"))
}

fn labels(resource: &Value) -> impl Iterator<Item = &str> {
    resource["meta"]["security"].as_array().into_iter().flatten().filter_map(|coding| coding["code"].as_str())
}

/// The effective label of a resource.
pub(crate) fn label_of(resource: &Value) -> Label {
    Label::effective(labels(resource))
}

/// The higher of two labels.
pub(crate) const fn highest(a: Label, b: Label) -> Label {
    match (a, b) {
        (Label::VeryRestricted, _) | (_, Label::VeryRestricted) => Label::VeryRestricted,
        (Label::Restricted, _) | (_, Label::Restricted) => Label::Restricted,
        (Label::Normal, Label::Normal) => Label::Normal,
    }
}

/// What the decision means for one resource.
pub(crate) fn treatment_of(resource: &Value, decision: &Decision, exceptions: &Exceptions) -> Treatment {
    let codes: Vec<&str> = labels(resource).collect();
    let said =
        |permit: bool, code: &str| exceptions.iter().any(|e| e.permit == permit && e.codes.iter().any(|c| c == code));
    if codes.iter().any(|code| said(false, code)) {
        // Refused by name: restricted at least, and no break-glass opens it.
        let closed = Decision { residual: Some(Residual::ForbidRestricted), ..decision.clone() };
        return treat(&closed, highest(label_of(resource), Label::Restricted), false, kind_of(resource));
    }
    let sensitive: Vec<_> = codes.iter().filter(|c| !["N", "R"].contains(*c) && is_sensitive(c)).collect();
    let permitted = match sensitive[..] {
        [] => said(true, "R"),
        _ => sensitive.iter().all(|code| said(true, code)),
    };
    treat(decision, label_of(resource), permitted, kind_of(resource))
}

fn is_sensitive(code: &str) -> bool {
    Label::effective([code]) == Label::Restricted
}

/// What a resource is, as far as withholding it could kill. Flags that warn of danger count, others do not.
fn kind_of(resource: &Value) -> Kind {
    const DANGER: [&str; 5] = ["safety", "drug", "behavioral", "SS", "IR"];
    let danger = |coding: &Value| coding["code"].as_str().is_some_and(|code| DANGER.contains(&code));
    match resource["resourceType"].as_str() {
        Some("AllergyIntolerance") => Kind::Allergy,
        Some("Flag") if resource["category"].is_null() || codings(&resource["category"]).any(danger) => {
            Kind::SafetyFlag
        }
        _ => Kind::Other,
    }
}
