//! Made-up people and records, for the gallery and the tests. Nobody here is anybody.

use std::sync::Arc;

use engine::{
    ConflictItem, ConflictView, DeviceView, Enrolment, KnownPerson, LeaseView, Link, MissingSource, NoteView,
    OutboxItem, RecordView, SecretPlace, Today, VisitView,
};
use jiff::{SignedDuration, Timestamp};
use shared::consent::Purpose;
use shared::identity::{Demographics, NhsNumber, NoteId, Organisation, PatientId, Role, Staff, StaffId, VisitId};
use shared::lease::LeaseState;
use shared::note::{Content, Note};
use shared::summary::{
    Context, Glance, GlanceKind, Item, Narrative, Notice, Origin, Patient, Section, SectionState, Severity,
    SourceDocument, Status, Summary, Unread,
};
use shared::sync::{Attention, By, Conflict, OutboxState, Sends, Side, actions};
use shared::visit::Visit;
use uuid::Uuid;

/// Ten past three on a November night.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T03:10:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(crate) fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

pub(crate) fn staff() -> Staff {
    member("s1", "Rowan Achterberg", Role::EmergencyClinician, "Paramedic", "Thames Vale Ambulance")
}

pub(crate) fn team() -> Vec<Staff> {
    vec![
        staff(),
        member("s2", "Imogen Dlamini", Role::CareTeamClinician, "Hospice nurse", "St Brannoc’s Hospice"),
        member("s3", "Kwabena Price", Role::DomiciliaryCarer, "Home carer", "Canalside Home Care"),
    ]
}

fn member(id: &str, name: &str, role: Role, job: &str, organisation: &str) -> Staff {
    Staff {
        id: StaffId::new(id),
        name: name.to_owned(),
        role,
        job_title: job.to_owned(),
        organisation: Organisation { ods: "XX1".to_owned(), name: organisation.to_owned() },
    }
}

pub(crate) fn known() -> Vec<KnownPerson> {
    team()
        .into_iter()
        .take(2)
        .map(|staff| KnownPerson { staff, try_after: None, last_try: false, destroyed: None })
        .collect()
}

/// An enrolled device on which nothing waits.
pub(crate) fn untroubled() -> DeviceView {
    DeviceView { enrolment: Enrolment::Enrolled, secret: SecretPlace::KeyStore, ..DeviceView::default() }
}

/// A device on which much waits.
pub(crate) fn troubled() -> DeviceView {
    DeviceView { enrolment: Enrolment::NeedsCode, relayed: 3, relay_refused: 1, only_here: 1, ..DeviceView::default() }
}

pub(crate) fn person() -> Demographics {
    Demographics {
        patient: PatientId::new("p1"),
        nhs_number: NhsNumber::parse("9912003888").ok(),
        nhs_number_verified: true,
        family: "Fairweather".to_owned().into(),
        given: "Dorothea Mabel".to_owned().into(),
        birth_date: "1938-11-23".to_owned().into(),
        gender: "female".to_owned().into(),
        identifiers: Vec::new().into(),
        address: "Flat 4, 12 Quince Walk, London, N5 0AA".to_owned().into(),
    }
}

pub(crate) fn bare_person() -> Demographics {
    Demographics {
        patient: PatientId::new("p2"),
        nhs_number: None,
        nhs_number_verified: false,
        family: "Osei-Bonsu".to_owned().into(),
        given: String::new().into(),
        birth_date: "1951".to_owned().into(),
        gender: String::new().into(),
        identifiers: Vec::new().into(),
        address: String::new().into(),
    }
}

pub(crate) fn today() -> Today {
    let visit = |n: u32, name: &str, kind: &str, reason: &str, address: &str, minutes: i64, metres| VisitView {
        visit: Visit {
            id: VisitId::new(format!("v{n}")),
            patient: PatientId::new(format!("p{n}")),
            patient_name: name.to_owned().into(),
            kind: kind.to_owned(),
            reason: reason.to_owned().into(),
            address: address.to_owned().into(),
            position: None,
            start: ago(-minutes),
            end: (n > 1).then(|| ago(-minutes - 45)),
        },
        metres,
    };
    let visits = vec![
        visit(
            1,
            "FAIRWEATHER, Dorothea",
            "999 call",
            "Short of breath, hospice patient",
            "Flat 4, 12 Quince Walk, N5 0AA",
            -4,
            Some(420.0),
        ),
        visit(2, "OSEI-BONSU", "Home visit", "Syringe pump check", "81 Larkspur Road, N7 0AB", 50, Some(1_830.0)),
        visit(3, "VAN DER LINDEN, Cornelis", "Home visit", "", "", 170, None),
    ];
    Today { visits, heard: Some(ago(6)), unreadable: 0 }
}

pub(crate) fn lease() -> LeaseView {
    LeaseView { state: LeaseState::Fresh, purpose: Purpose::EmergencyTreatment, not_after: ago(-655) }
}

pub(crate) fn record() -> RecordView {
    RecordView {
        person: person(),
        summary: Some(Arc::new(summary())),
        missing_sources: Vec::new(),
        lease: lease(),
        retrieved: ago(125),
        notes: notes(),
        things: Vec::new(),
        unreadable_notes: 0,
        break_glass_available: false,
        declared: None,
        consent_checked: true,
    }
}

pub(crate) fn notes() -> Vec<NoteView> {
    let note = |n: u128, author: Staff, text: &str, minutes, received| Note {
        id: NoteId::new(Uuid::from_u128(n)),
        patient: person().patient,
        author,
        text: text.to_owned().into(),
        authored: ago(minutes),
        received,
        content: Content::default(),
    };
    let mut team = team().into_iter();
    let (crew, nurse) = (team.next().unwrap_or_else(staff), team.next().unwrap_or_else(staff));
    vec![
        NoteView::new(
            note(
                1,
                crew,
                "SpO2 86 % on air, 91 % on 2 l. Settled after repositioning. Daughter wishes her to stay at home.",
                8,
                None,
            ),
            Some(OutboxState::Pending { not_before: None }),
        ),
        NoteView::new(
            note(
                2,
                nurse,
                "Just-in-case medicines checked and in date. Family shown the 24 h number.",
                640,
                Some(ago(638)),
            ),
            None,
        ),
    ]
}

pub(crate) fn outbox() -> Vec<OutboxItem> {
    let item = |n: u128, name: &str, line: &str, minutes, attempts, state| OutboxItem {
        note: NoteId::new(Uuid::from_u128(n)),
        patient: PatientId::new(format!("p{n}")),
        patient_name: name.to_owned().into(),
        form: "visit".to_owned(),
        first_line: line.to_owned().into(),
        saved: ago(minutes),
        attempts,
        actions: match &state {
            OutboxState::NeedsAttention(why) => actions(why, Sends::New),
            _ => Vec::new(),
        },
        state,
    };
    let refused = Attention { status: 403, reason: "The author is not the person signed in.".to_owned() };
    vec![
        item(
            1,
            "FAIRWEATHER, Dorothea Mabel",
            "SpO2 86 % on air, 91 % on 2 l.",
            8,
            0,
            OutboxState::Pending { not_before: None },
        ),
        item(2, "OSEI-BONSU", "Pump running, 4.2 ml left.", 55, 3, OutboxState::NeedsAttention(refused)),
        item(
            3,
            "VAN DER LINDEN, Cornelis",
            "Was not at home; neighbour says at his sister’s.",
            95,
            1,
            OutboxState::Sent { received: ago(94) },
        ),
    ]
}

/// An edit of hers that somebody else contradicted, first in the outbox.
pub(crate) fn disputed() -> Vec<OutboxItem> {
    let mut outbox = outbox();
    let why = Attention { status: 412, reason: String::new() };
    outbox[1].form = "change/Goal/7".to_owned();
    outbox[1].note = conflict().item.note;
    outbox[1].patient = person().patient;
    outbox[1].patient_name = "FAIRWEATHER, Dorothea Mabel".to_owned().into();
    outbox[1].first_line = "Three steps with the frame today".to_owned().into();
    outbox[1].actions = actions(&why, Sends::Edit);
    outbox[1].state = OutboxState::NeedsAttention(why);
    outbox
}

pub(crate) fn conflict() -> ConflictView {
    let side = |who: &str, minutes, value| Side { value, by: By { who: who.to_owned(), at: Some(ago(minutes)) } };
    let achieved = |code: &str| serde_json::json!({"achievementStatus": {"coding": [{"code": code}]}});
    let ended = |end: &str| serde_json::json!({"lifecycleStatus": end, "statusReason": {"text": "Breathless at rest"}});
    let goes_on = serde_json::json!({"lifecycleStatus": "active"});
    let conflict = |fields: &[&str], base, mine, theirs| Conflict {
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        base,
        mine: side("Rowan Achterberg", 55, mine),
        theirs: side("Imogen Dlamini", 48, theirs),
    };
    ConflictView {
        item: ConflictItem {
            note: NoteId::new(Uuid::from_u128(21)),
            patient: person().patient,
            patient_name: "FAIRWEATHER, Dorothea Mabel".to_owned().into(),
            about: "Walk to the garden with her frame".to_owned().into(),
            saved: ago(55),
        },
        differences: vec![
            conflict(&["achievementStatus"], achieved("in-progress"), achieved("improving"), achieved("worsening")),
            conflict(&["lifecycleStatus", "statusReason"], goes_on.clone(), goes_on, ended("on-hold")),
        ],
    }
}

pub(crate) fn online() -> Link {
    Link::Online { since: ago(30) }
}

pub(crate) fn offline() -> Link {
    Link::Offline { since: ago(12) }
}

fn line(kind: GlanceKind, text: &str, detail: &str, age: &str, source: &str, alert: bool) -> Glance {
    Glance {
        kind,
        text: text.to_owned(),
        detail: detail.to_owned(),
        age: age.to_owned(),
        source: source.to_owned(),
        alert,
        item: None,
        also: Vec::new(),
        disagreement: String::new(),
        review_overdue: false,
    }
}

fn source(name: &str, composed: &str, author: &str, retrieved: Timestamp) -> SourceDocument {
    SourceDocument {
        name: name.to_owned(),
        composed: composed.to_owned(),
        author: author.to_owned(),
        retrieved: retrieved.to_string(),
    }
}

/// A record of middling size with one of most things.
pub(crate) fn summary() -> Summary {
    let mut access =
        line(GlanceKind::Access, "Key safe left of door", "", "recorded 2026-09-02", "Canalside Home Care", false);
    access.item = Some((4, 0));
    let mut decision = line(
        GlanceKind::Cpr,
        "Do not attempt CPR",
        "Paper form: fridge door",
        "recorded 2026-05-01",
        "Dr P. Anand",
        true,
    );
    decision.review_overdue = true;
    let mut anticoagulant =
        line(GlanceKind::CriticalMedicine, "Apixaban 2.5 mg", "twice a day", "2024-03-01", "GP", true);
    anticoagulant.disagreement = "Quince Walk Surgery says active, Northgate Hospital says stopped.".to_owned();
    Summary {
        patient: Patient::default(),
        composed: "2026-11-22T01:05:00Z".to_owned(),
        author: "North London Shared Care Record".to_owned(),
        notices: vec![Notice {
            severity: Severity::Warning,
            code: "withheld".to_owned(),
            text: "Some entries are withheld at the patient’s wish.".to_owned(),
        }],
        glance: vec![
            line(GlanceKind::Safety, "Large dog", "ring first, shut in kitchen", "recorded 2026-09-02", "", false),
            access,
            decision,
            line(GlanceKind::Cpr, "No hospital for pneumonia", "Oral antibiotics at home", "", "ReSPECT", false),
            line(GlanceKind::Allergy, "Penicillin", "anaphylaxis 2011 · high risk", "recorded 2019-03-04", "GP", true),
            line(GlanceKind::Allergy, "Latex", "rash", "", "", false),
            anticoagulant,
            line(GlanceKind::CriticalMedicine, "Morphine MR 10 mg", "twice a day", "", "", false),
            line(GlanceKind::PreferredPlace, "Own home", "then St Brannoc’s Hospice", "", "", false),
            line(
                GlanceKind::JustInCase,
                "Morphine, midazolam, glycopyrronium",
                "blue box, bedroom wardrobe",
                "recorded 2026-10-14",
                "",
                false,
            ),
            line(GlanceKind::Baseline, "SpO2 target 88–92 %", "Frailty 7 · AKPS 40", "", "", false),
            line(
                GlanceKind::Contact,
                "Marguerite Fairweather, daughter",
                "attorney for health · 07700 900123",
                "",
                "",
                false,
            ),
        ],
        sections: sections(),
        unread: Vec::new(),
        sources: vec![
            source("GP record, Quince Walk Surgery", "2026-11-20T09:12:00Z", "Quince Walk Surgery", ago(125)),
            source("St Brannoc’s Hospice", "2026-11-22T00:05:00Z", "Imogen Dlamini, hospice nurse", ago(125)),
            source("Northgate Hospital", "2023-02", "", ago(1_600)),
            source("", "", "", ago(125)),
        ],
        context: vec![Context {
            document: 0,
            entry: 0,
            resource_type: "Composition".to_owned(),
            text: "Patient summary".to_owned(),
        }],
    }
}

/// A source that did not answer.
pub(crate) fn missing_source() -> MissingSource {
    MissingSource {
        name: "Discharge summary, Northgate Hospital".to_owned(),
        reason: "It did not answer. The copy of 20 Nov is shown.".to_owned(),
    }
}

/// The same with one entry that could not be read.
pub(crate) fn damaged() -> Summary {
    let unread = Unread {
        document: 0,
        entry: 31,
        resource_type: "Observation".to_owned(),
        reason: "The value has two units.".to_owned(),
        raw: "{\"resourceType\":\"Observation\",\"valueQuantity\":[7,\"mmol/l\",\"mg/dl\"]}".to_owned(),
    };
    let notice = Notice {
        severity: Severity::Danger,
        code: "incomplete".to_owned(),
        text: "Part of this record could not be read.".to_owned(),
    };
    let mut summary = summary();
    summary.notices.insert(0, notice);
    summary.unread.push(unread);
    summary
}

fn item(entry: usize, text: &str, detail: &str, status: Status) -> Item {
    Item {
        text: text.to_owned(),
        detail: detail.to_owned(),
        status,
        criticality: String::new(),
        dates: vec!["recorded 2024-03-01".to_owned()],
        source: "Quince Walk Surgery".to_owned(),
        gated: String::new(),
        listed_in_section: true,
        read_the_source: false,
        codes: Vec::new(),
        resource_type: "Condition".to_owned(),
        entry,
        when: "2024-03-01".to_owned(),
        review_overdue: false,
        document: 0,
        also: Vec::new(),
        disagreement: String::new(),
    }
}

pub(crate) fn section(code: &str, title: &str, state: SectionState, statement: &str, items: Vec<Item>) -> Section {
    Section {
        code: code.to_owned(),
        title: title.to_owned(),
        state,
        statement: statement.to_owned(),
        items,
        narrative: Narrative::default(),
    }
}

fn sections() -> Vec<Section> {
    let penicillin = Item {
        criticality: "high".to_owned(),
        resource_type: "AllergyIntolerance".to_owned(),
        ..item(3, "Penicillin", "Anaphylaxis 2011, adrenaline given", Status::Active)
    };
    let unlisted = Item { listed_in_section: false, ..item(9, "Ramipril 5 mg", "Cough", Status::Stopped) };
    let also = Origin { document: 1, entry: 5, source: "Imogen Dlamini".to_owned(), listed_in_section: true };
    let shared = Item { also: vec![also], ..item(6, "Apixaban 2.5 mg tablets", "One twice a day", Status::Active) };
    let says_active =
        Item { disagreement: "Quince Walk Surgery says active, Northgate Hospital says stopped.".to_owned(), ..shared };
    let says_stopped = Item {
        document: 2,
        source: "Northgate Hospital".to_owned(),
        when: "2023-02".to_owned(),
        dates: vec!["ordered 2023-02".to_owned()],
        disagreement: says_active.disagreement.clone(),
        ..item(4, "Apixaban 2.5 mg tablets", "Before the operation", Status::Stopped)
    };
    let overdue = Item {
        review_overdue: true,
        when: "1999".to_owned(),
        dates: vec!["onset 1999".to_owned()],
        ..item(13, "Fractured neck of femur", "", Status::Inactive)
    };
    let refuted = Item { when: "2011-05-02".to_owned(), ..item(15, "Aspirin", "Tested, tolerated", Status::Refuted) };
    let wrong = Item { read_the_source: true, ..item(14, "Diabetes mellitus", "", Status::EnteredInError) };
    let mut medicines = section(
        "10160-0",
        "Medicines",
        SectionState::Listed,
        "",
        vec![
            says_stopped,
            says_active,
            item(7, "Morphine sulfate MR 10 mg capsules", "One twice a day", Status::Active),
            item(8, "Codeine 30 mg", "Hallucinations", Status::NotToBeGiven),
            unlisted,
        ],
    );
    medicines.items.iter_mut().for_each(|item| item.resource_type = "MedicationStatement".to_owned());
    medicines.narrative = Narrative::of(
        "<table><tr><th>Medicine</th><th>Dose</th></tr><tr><td>Apixaban</td><td>2.5 mg</td></tr></table><p>Takes her tablets crushed in yoghurt; swallows badly since the stroke, so never give anything with grapefruit juice.</p>",
    );
    vec![
        section(
            "48765-2",
            "Allergies",
            SectionState::Listed,
            "",
            vec![refuted, penicillin, item(4, "Latex", "Rash", Status::Active)],
        ),
        medicines,
        section(
            "11450-4",
            "Problems",
            SectionState::Listed,
            "",
            vec![item(12, "Chronic obstructive pulmonary disease", "GOLD 4", Status::Active), overdue, wrong],
        ),
        section("11369-6", "Immunisations", SectionState::NotRecorded, "", Vec::new()),
        section(
            "46264-8",
            "Devices and access",
            SectionState::Listed,
            "",
            vec![Item {
                gated: "Key safe code 4417".to_owned(),
                ..item(20, "Key safe left of door", "", Status::Active)
            }],
        ),
        section(
            "47519-4",
            "Procedures",
            SectionState::NoneKnown,
            "No known procedures (recorded by Dr P. Anand, 1 Mar 2024)",
            Vec::new(),
        ),
        section("29762-2", "Social history", SectionState::Withheld, "", Vec::new()),
        section("8716-3", "Vital signs", SectionState::Unreadable, "", Vec::new()),
        section("30954-2", "Results", SectionState::NotProvided, "", Vec::new()),
    ]
}
