//! One note of each kind that is written, about nobody.

use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};
use shared::care_plan::{
    Achievement, Action, Akps, Alert, AlertEdit, AlertKind, Amount, Completed, CprDecision, Dose, DoseUnit, Drug, Form,
    Given, GoalProgress, Ipos, IposItem, Lifecycle, NotDone, Outcome, Pen, Phase, Place, Preference, Resuscitation,
    Score, Speaker, StockCheck, StockLine, WhyNot, Wish,
};
use shared::identity::{NoteId, Organisation, PatientId, Role, Staff, StaffId};
use shared::measure::{Celsius, Decimal, LitresPerMinute, MillimolesPerLitre, MmHg, NotAReading, PerMinute, Percent};
use shared::note::{Amended, Amendment, Amends, Content, Note, Template, Visit};
use shared::vitals::{Acvpu, Air, Pressure, Scale, Unsuited, Vitals};
use uuid::Uuid;

/// Why a sample could not be made.
pub(crate) type Failed = Box<dyn std::error::Error>;

pub(crate) fn id(number: u128) -> NoteId {
    NoteId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + (number << 8)))
}

pub(crate) fn at() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap_or_default()
}

pub(crate) fn staff(role: Role) -> Staff {
    Staff {
        id: StaffId::new("s-1"),
        name: "Sam Sample".into(),
        role,
        job_title: "Nurse".into(),
        organisation: Organisation { ods: "X9X".into(), name: "Sample Care".into() },
    }
}

pub(crate) fn note(number: u128, text: &str, content: Content) -> Note {
    Note {
        id: id(number),
        patient: PatientId::new("p-1"),
        author: staff(Role::CareTeamClinician),
        text: text.to_owned().into(),
        authored: at(),
        received: None,
        content,
    }
}

/// A set in which everything was taken.
pub(crate) fn full_set() -> Result<Vitals, NotAReading> {
    Ok(Vitals {
        breathing: Some(PerMinute::parse("22")?),
        saturation: Some(Percent::parse("91")?),
        air: Some(Air::Oxygen(Some(LitresPerMinute::parse("2.0")?))),
        pressure: Some(Pressure { systolic: MmHg::parse("104")?, diastolic: Some(MmHg::parse("61")?) }),
        pulse: Some(PerMinute::parse("112")?),
        awake: Some(Acvpu::NewConfusion),
        temperature: Some(Celsius::parse("38.4")?),
        glucose: Some(MillimolesPerLitre::parse("6.1")?),
        scale: Scale::Two,
        unsuited: None,
    })
}

/// Every kind, each in its longest form, and the shortest where that is another shape.
pub(crate) fn notes() -> Result<Vec<Note>, Failed> {
    let reason = || "Written about somebody else.".to_owned().into();
    let amend = |kind, how| {
        Content::Visit(Visit {
            template: Template::Free,
            care_plan: Some("cp-1".into()),
            amends: Some(Amends { note: id(99), kind, how }),
        })
    };
    let paracetamol = || Drug { name: "Paracetamol 500 mg tablets".to_owned().into(), code: Some("387517004".into()) };
    let morphine = || Drug { name: "Morphine 10 mg/1 mL ampoules".to_owned().into(), code: None };
    let mut made = vec![
        ("Ate half her lunch.\nNo pain.", Content::default()),
        (
            "Situation: settled.",
            Content::Visit(Visit { template: Template::Handover, care_plan: Some("cp-1".into()), amends: None }),
        ),
        ("The visit was at noon.", amend(Amended::Document, Amendment::Appends)),
        ("She ate all of it.", amend(Amended::Document, Amendment::Replaces { reason: reason() })),
        ("Please disregard.", amend(Amended::Document, Amendment::EnteredInError { reason: reason() })),
        ("The cuff was too small.", amend(Amended::Other, Amendment::Appends)),
        ("The cuff was too small.", amend(Amended::Other, Amendment::EnteredInError { reason: reason() })),
        ("", Content::Vitals { at: at(), vitals: full_set()? }),
        (
            "On the wrist.",
            Content::Vitals {
                at: at(),
                vitals: Vitals {
                    pressure: Some(Pressure { systolic: MmHg::parse("118")?, diastolic: None }),
                    air: Some(Air::Room),
                    unsuited: Some(Unsuited::Pregnant),
                    ..Vitals::default()
                },
            },
        ),
        (
            "",
            Content::Action(Action {
                what: "Bring a slide sheet".to_owned().into(),
                due: Some(date(2027, 1, 20)),
                care_plan: Some("cp-1".into()),
                outcome: None,
            }),
        ),
        (
            "With her daughter.",
            Content::Action(Action {
                what: "Hair washed".to_owned().into(),
                due: None,
                care_plan: None,
                outcome: Some(Outcome::Done(at())),
            }),
        ),
        (
            "",
            Content::Action(Action {
                what: "Walk to the door".to_owned().into(),
                due: None,
                care_plan: None,
                outcome: Some(Outcome::NotDone(NotDone { why: WhyNot::Refused, words: "Too tired".to_owned().into() })),
            }),
        ),
        (
            "“I want to stay here.”",
            Content::Preference(Preference {
                wish: Wish::PlaceOfDeath(Place::Home),
                speaker: Speaker::Person,
                document: Some("d-1".into()),
                confirms: None,
            }),
        ),
        (
            "No more hospital, he said.",
            Content::Preference(Preference {
                wish: Wish::Treatment,
                speaker: Speaker::Other("His wife".to_owned().into()),
                document: None,
                confirms: None,
            }),
        ),
        (
            "Talked through with her.",
            Content::Preference(Preference {
                wish: Wish::Care,
                speaker: Speaker::Person,
                document: None,
                confirms: Some(id(98)),
            }),
        ),
        (
            "",
            Content::Cpr(CprDecision {
                decision: Resuscitation::NotFor,
                decided: date(2026, 3, 1),
                decided_by: "Dr Test".to_owned().into(),
                review: Some(date(2027, 3, 1)),
                form: Form { document: Some("d-2".into()), kept: "Yellow folder in the kitchen".to_owned().into() },
            }),
        ),
        (
            "Two crew: large dog loose in the yard.",
            Content::Alert(Alert { kind: AlertKind::SceneSafety, since: at(), review: date(2027, 4, 1) }),
        ),
        ("Worse since Monday.", Content::Phase(Phase::Deteriorating)),
        ("", Content::Akps(Akps::new(40)?)),
        (
            "",
            Content::Ipos(Ipos {
                completed: Completed::Staff,
                items: IposItem::ALL
                    .iter()
                    .enumerate()
                    .map(|(n, item)| {
                        Ok((*item, if n == 3 { Score::CannotAssess } else { Score::of(u8::try_from(n % 5)?)? }))
                    })
                    .collect::<Result<_, Failed>>()?,
                others: vec![("Itching".to_owned().into(), Score::of(2)?)],
            }),
        ),
        (
            "",
            Content::Stock(StockCheck {
                at: at(),
                kept: Some("Top of the fridge".to_owned().into()),
                lines: vec![
                    StockLine {
                        drug: morphine(),
                        left: Amount { value: Decimal::parse("5")?, unit: DoseUnit::Ampoule },
                        expires: Some(date(2027, 5, 31)),
                    },
                    StockLine {
                        drug: paracetamol(),
                        left: Amount { value: Decimal::parse("0")?, unit: DoseUnit::Tablet },
                        expires: None,
                    },
                ],
            }),
        ),
        ("", Content::Stock(StockCheck { at: at(), kept: None, lines: Vec::new() })),
        (
            "",
            Content::Dose(Dose {
                drug: paracetamol(),
                given: Given::Given,
                amount: Some(Amount { value: Decimal::parse("1.50")?, unit: DoseUnit::Gram }),
                route: Some("By mouth".into()),
                at: at(),
                request: Some("m-1".into()),
            }),
        ),
        (
            "Said it makes her sick.",
            Content::Dose(Dose {
                drug: morphine(),
                given: Given::Not(NotDone { why: WhyNot::Refused, words: String::new().into() }),
                amount: None,
                route: None,
                at: at(),
                request: None,
            }),
        ),
    ];
    made.extend(changes()?);
    Ok(made.into_iter().zip(1..).map(|((text, content), number)| note(number, text, content)).collect())
}

fn base(kind: &str, rest: Value) -> Value {
    let mut made = json!({"resourceType": kind, "id": "x-1", "meta": {"versionId": "3"}});
    if let (Some(made), Value::Object(rest)) = (made.as_object_mut(), rest) {
        made.extend(rest);
    }
    made
}

pub(crate) fn goal() -> Value {
    base(
        "Goal",
        json!({"lifecycleStatus": "active", "description": {"text": "Walk to the garden"}, "subject": {"reference": "Patient/p-1"}}),
    )
}

pub(crate) fn task() -> Value {
    base(
        "Task",
        json!({"status": "requested", "intent": "plan", "description": "Change the dressing", "for": {"reference": "Patient/p-1"}}),
    )
}

pub(crate) fn flag() -> Value {
    base(
        "Flag",
        json!({"status": "active", "code": {"text": "Dog"}, "subject": {"reference": "Patient/p-1"}, "period": {"start": "2026-01-01", "end": "2026-12-01"}}),
    )
}

fn changes() -> Result<Vec<(&'static str, Content)>, Failed> {
    let author = staff(Role::CareTeamClinician);
    let words = "Said by telephone.";
    let pen = Pen { note: id(90), author: &author, at: at(), words };
    let progress = GoalProgress { achievement: Some(Achievement::Improving), lifecycle: Some(Lifecycle::Active) };
    let not = NotDone { why: WhyNot::Away, words: String::new().into() };
    Ok(vec![
        (words, Content::Change(progress.change(goal(), pen)?)),
        (words, Content::Change(Outcome::Done(at()).change(task(), pen)?)),
        (words, Content::Change(Outcome::NotDone(not).change(task(), pen)?)),
        (words, Content::Change(AlertEdit::Reviewed(date(2027, 6, 1)).change(flag(), pen)?)),
        (words, Content::Change(AlertEdit::Cleared(at()).change(flag(), pen)?)),
    ])
}
