## Frame
back = Back
nav-label = Lists
nav-today = Today
nav-find = Find
nav-to-send = To send
nav-me = Me
pane-patient = Patient
pane-empty = Choose a person from the list.
try-again = Try again
ask-again = Ask again

## Waits
wait-start = Opening this device…
wait-staff = Asking the sign-in service who works here…
wait-sign-in = Signing in…
wait-code = Asking for a code…
wait-set-pin = Making the key for this device. This takes a few seconds…
wait-unlock = Checking the PIN…
wait-today = Asking for today’s work…
wait-find = Asking the shared record who this could be…
wait-person = Asking for name, date of birth and address…
wait-open = Asking the shared record…
wait-permission = Asking the shared record… The patient’s permission is recorded.
wait-refusal = Recording that the patient said no…
wait-cannot-say = Asking the shared record… Your reason is recorded.
wait-record = Opening the record on this device…
wait-renew = Asking the shared record for anything newer…
wait-draft = Looking for an unfinished note…
wait-save = Saving on this device…
wait-send-again = Putting the note back in the queue…

## Link
link-online = Online
link-offline = Offline since { $since }
link-unknown = Connecting…
link-offline-safe = Reading and writing still work.

## Sign in
sign-in-title = Who is on shift?
sign-in-lead = Sign in once. After that this device works without signal.
sign-in-nobody = The record service offers no sign-in that works on this device. Call the service desk.
sign-in-here = Sign in
sign-in-browser = Sign in in the browser
sign-in-code = Sign in with another device
sign-in-code-hint = With your own phone or a computer. This device shows a code for it.
sign-in-leave = Cancel
code-title = Sign in with another device
code-scan = Scan this with your phone:
code-or-open = or open on any device:
code-check = Check that it shows this code, or type it in:
code-then = Sign in there. This screen goes on by itself.
code-until = The code can be used until { $at }.
code-qr = QR code of the sign-in page
browser-title = Go on in the browser
browser-lead = A page opened in the browser. Sign in there. This screen goes on by itself.
browser-until = Waiting until { $at }.
browser-again = Open the page again
browser-done = You are signed in. Close this page and go back to Doorstep.
link-go-on = Go on without it
unlock-instead = Unlock as someone who used this device before

## PIN
set-pin-title = Set a PIN, { $name }
set-pin-why = The PIN locks the records on this device. Only you know it, so nobody can tell it to you later. At least 6 digits.
set-pin-first = New PIN
set-pin-again = The same PIN again
set-pin-save = Set PIN
unlock-title = Unlock
unlock-who = Touch your name, then type your PIN.
unlock-pin = PIN of { $name }
unlock-go = Unlock
unlock-offline = Unlocking needs no signal.
unlock-other = Sign in as someone else
unlock-try-after = Too many wrong PINs. Try again after { $at }.
unlock-last-try = One more wrong PIN destroys the keys of your records and drafts on this device. Notes you have saved are kept and sent all the same. If you are not sure, stop and ask the service desk.
unlock-destroyed = Ten wrong PINs: the keys of this person’s records and drafts on this device are destroyed, and nobody can open them any more. Saved notes are not lost: they are kept sealed and are sent by whoever signs in here. Sign in to start again.
unlock-revoked = The record service does not take this device any more, so the keys of this person’s records here are destroyed. Saved notes are kept sealed. Tell the service desk.

## Faults
fault-offline = The record service does not answer. What is on this device can be read and written.
fault-wrong-pin = Wrong PIN. Try again.
fault-wrong-person = The record that came is about another person. It was not kept. Call the service desk.
fault-storage-full = This device has no room left.
fault-pins-differ = The two PINs are not the same. Type both again.
fault-pin-too-short = A PIN has at least 6 digits and nothing else.
advice-sign-in = Sign in again
advice-free-storage = Remove photos or apps you do not need, then try again.
advice-service-desk = Call the service desk and say this code: { $code }

## Today
today-heard = List of { $at }
today-empty = No visits are planned for you.
today-never-heard = This device has not received a work list yet.
today-never-heard-offline = This device has not received a work list yet, and there is no signal. The list comes by itself when you are connected. You can still find a person on Find once there is signal.
today-all-unreadable = Nothing on the work list could be read. Ask your control room or coordinator.
today-unreadable = { $count ->
    [one] 1 entry of the work list could not be read. Ask your control room or coordinator.
   *[other] { $count } entries of the work list could not be read. Ask your control room or coordinator.
}
name-not-given = Name not given
address-not-given = No address given
record-on-device = Record on this device

## Find
find-nhs-label = NHS number
find-nhs-hint = 10 digits, spaces allowed.
find-nhs-typing = { $count } of 10 digits
find-nhs-right = The check digit fits.
find-nhs-shape = An NHS number has 10 digits, like 943 476 5919.
find-nhs-check = One digit is wrong. Read the number again.
find-nhs-repeated = Not a real NHS number: all digits are the same.
find-nhs-go = Find by number
find-family-label = Family name
find-family-missing = Type the family name, or its beginning.
find-born-wrong = Type the date of birth as day, month and year with 4 digits.
find-name-go = Find by name and date of birth
find-nobody = Nobody was found. Check the spelling and the date. This does not mean that there is no record: people are registered under other spellings.
find-count = { $count ->
    [one] 1 person found
   *[other] { $count } people found
}
day = Day
month = Month
year = Year

## Identity
born-label = Born
born-label-long = Date of birth
born-not-recorded = not recorded
nhs-label = NHS
nhs-not-recorded = not recorded
nhs-not-verified = not verified
sex-male = Male
sex-female = Female
sex-other = Other
sex-unknown = Sex unknown
sex-not-recorded = Sex not recorded
age-years = { $n } y
address-not-recorded = not recorded

## Confirm
confirm-title = Is it this person?
confirm-lead = Compare with the person, a relative, a wristband or paperwork. Press each fact you checked.
identifier-name = Name
identifier-nhs = NHS number
identifier-address = Address
confirm-missing = { $count ->
    [one] Press 1 more fact you checked.
   *[other] Press { $count } facts you checked.
}
confirm-ready = Two facts are checked.
confirm-open = Open the record

## Consent
consent-title = Ask the patient
consent-lead = The patient never said who may see this record. Ask now and press what they said.
consent-say = “May I look at your shared health record, to treat you?”
consent-agrees = Patient says yes
consent-refuses = Patient says no
consent-cannot-say = Patient cannot say
consent-why = Why can the patient not say? Your answer is recorded, and the privacy officer may ask about it.
reason-unconscious = Unconscious
reason-confused = Confused, cannot decide
reason-too-ill = Too ill to answer
reason-cannot-communicate = Cannot make themselves understood
consent-other-reason = Another reason
consent-go-on = Continue with this reason

## Closed
refused-title = This record may not be opened
refused-now-title = The patient said no
no-record-title = No shared record
no-record-text = The shared record service keeps no record of this person.
closed-means-nothing = This says nothing about allergies, medicines or resuscitation decisions.
closed-next = What you can do
closed-next-ask = Ask the patient and the people with them.
closed-next-paper = Look for paper: yellow folder, ReSPECT form, medicine boxes, bracelet.
closed-next-gp = Call the GP, the out-of-hours line or the clinical hub.
glass-offer = Break the glass
glass-offer-hint = Only when the patient cannot say yes or no. It takes your PIN and a reason, and the patient is told.
glass-offer-withheld = Something is withheld: break the glass
glass-title = Break the glass
glass-lead = You open this record without the patient’s permission, because the patient cannot say yes or no.
glass-told-officer = The privacy officer is told now: your name, whose record, and your reason.
glass-told-patient = The patient is told within 72 hours: who you are, when and why.
glass-ends = It ends after 1 hour, when this device is locked, or when you end it. What the patient closed to everybody stays closed.
glass-offline = There is no signal. Nothing more can be shown than is on this device already. Your reason is kept and told when there is signal.
glass-declared = Kept on this device. It is told as soon as there is signal, before anything else is sent. Read what is held on this device.
glass-why = Why?
glass-unconscious = Unconscious
glass-life-at-risk = Life at risk now
glass-lacks-capacity = Cannot decide
glass-other = Another reason
glass-words = In your words (at least 10 characters; the patient may read them)
glass-pin = Your PIN, again
glass-go = Break the glass and open
glass-strip = Glass broken · { $minutes } min left
glass-end = End now
glass-waiting = Glass broken without signal at { $at }; not told yet
wait-glass = Asking for the record without permission…
wait-glass-end = Closing the record…

## Record
strip-online = Online
strip-offline = Offline
strip-unknown = Connecting
record-retrieved = Retrieved { $ago }
record-stale = check for newer
record-renew = Ask for the newest record
lease-until = Hidden after { $at }
lease-hidden = Hidden since { $at }
lease-hidden-next = The time for which this record may be read is over. Connect and ask again. Notes can still be written.
lease-unproven = Hidden: permission not confirmed
lease-unproven-next = This record is on the device, but nothing confirms that it may be read. Connect and ask again. Notes can still be written.
lease-clock = Hidden: device clock changed
lease-clock-next = Without the right time it is not known how long this record may be read. Correct the clock of this device, or connect: the record service tells the time. Notes can still be written.
record-taken-back = Record removed from this device
record-taken-back-next = The patient’s consent changed, or the permission was taken back. You can ask for the record again. Notes can still be written.
notices-title = About this record
notice-unread = { $count ->
    [one] 1 entry of this record could not be read. It stands at the end, as it came.
   *[other] { $count } entries of this record could not be read. They stand at the end, as they came.
}
notice-missing-source = { $name }: { $reason }
notice-consent-unchecked = Consent was not checked by this server.
glance-title = First
glance-alert = Alert:
glance-more = more
glance-safety = Safety
glance-access = Entry
glance-cpr = CPR and limits
glance-allergy = Allergies
glance-medicine = Critical medicines
glance-device = Implants
glance-pregnancy = Pregnancy
glance-place = Preferred place
glance-just-in-case = Just in case
glance-baseline = Usual state
glance-contact = Contacts
access-show = Show for 30 s

## Absence
absence-none-known = None known
absence-not-recorded = Not recorded
absence-withheld = Withheld
absence-unreadable = Could not be read
absence-not-provided = Not in this record
absence-no-known-allergies = No known allergies
absence-none-known-long = The record says that there are none.
absence-not-recorded-long = Not recorded. Nobody wrote whether there are any. Ask.
absence-withheld-long = Withheld. There is something here that may not be shown.
absence-unreadable-long = Could not be read. There is something here; look at the source.
absence-not-provided-long = This record has no such section. That does not mean that there are none.

## Items
status-active = Active
status-on-record = On record
status-inactive = Inactive
status-stopped = Stopped
status-not-to-be-given = Do not give
status-refuted = Ruled out
status-entered-in-error = Entered in error
status-negative = Says there is none
status-unknown = Status unknown
criticality-high = High risk
criticality-low = Low risk
criticality-unable = Risk not assessed
item-no-date = No date, no source
item-also = Also in: { $sources }
standing-not-to-be-given = Not to be given
standing-no-longer = Stopped, ruled out or in error
disagreement = The sources disagree.
notice-sources-differ = The sources differ in places. Each line in dispute is marked.
review-overdue = Review overdue
item-unlisted = Not listed in the summary
item-read-source = Cannot be shown in full: read the source
show-source = Show source
hide-source = Hide source
source-as-it-came = Exactly as it came
section-narrative = The sender’s own words
narrative-says-more = The sender’s own words say more than this list
unread-raw = What came
sources-title = Where this record comes from
source-unnamed = A source without a name
source-author = By { $author }
source-written = Written { $at }, { $ago }
source-written-never-said = It does not say when it was written
source-age-unknown = age not stated
source-retrieved = Retrieved { $at }
strip-more-sources = { $count ->
    [one] and 1 more
   *[other] and { $count } more
}
context-title = Also in this document
unread-title = Could not be read
unread-something = An entry

## Search in the record
search-label = Search this record
search-clear = Clear
search-more-letters = Type one more letter.
search-found = { $count ->
    [one] Found in 1 place
   *[other] Found in { $count } places
}
search-nothing = This record says nothing about “{ $question }”. That does not mean that there is none: nobody may have written it down.
search-nothing-partial = Part of this record is withheld or could not be read.
search-all = Show all { $count }
search-same = “{ $found }” is another word for “{ $asked }”
search-narrower = “{ $found }” is a kind of “{ $asked }”
search-wider = “{ $asked }” is a kind of “{ $found }”
search-slip = Spelled a little differently: read it twice

## Order of the sections
arrange-title = Arrange sections
arrange-lead = Your own order, for every record. It changes nothing in a record, and nobody else’s screen.
arrange-up = Up
arrange-down = Down
arrange-pin = Pin
arrange-unpin = Unpin
arrange-hide = Hide
arrange-show = Show
arrange-pinned = Pinned: first and open
arrange-hidden = Hidden
arrange-usual = Back to the usual order
arrange-done = Done
arrange-told = { $title }: { $place } of { $count }
arrange-told-hidden = { $title }: hidden, { $place } of { $count }
kept-safety = Always shown: this must not be missed.
kept-not-all-there = Shown here even if you hide it: something in it is withheld or could not be read.
kept-danger = Shown here even if you hide it: something in it is a danger or in doubt.
hidden-by-you = { $count ->
    [one] 1 section hidden by you
   *[other] { $count } sections hidden by you
}
hidden-show = Show
me-sections = Record

## Notes
notes-title = Notes
notes-none = No notes.
notes-unreadable = { $count ->
    [one] 1 note could not be read.
   *[other] { $count } notes could not be read.
}
write-note = Write
note-label = Note
note-hint = What you saw, did and told them
note-resumed = This is what you were writing before.
note-autosave = Kept on this device while you type.
note-not-kept = This is NOT kept yet: the device could not write it down. Save the note now, or write it on paper.
note-left = { $count } characters left
note-too-long = This note is too long. Make it shorter or write two.
note-save = Save
note-saved = Saved on this device
note-saved-online = It is being sent. To send shows when the record has it.
note-saved-offline = It waits on To send and goes by itself when there is signal.
note-done = Done
note-another = Write another
note-on-this-device = On this device
note-sending = On this device, sending now
note-sent = Sent
note-needs-attention = Needs attention
note-written = Written { $at }
note-received = Received { $at }

## To send
to-send-nothing = Nothing waits.
to-send-sent = { $count ->
    [0] No note was written this shift.
    [one] 1 note sent this shift.
   *[other] { $count } notes sent this shift.
}
to-send-waiting = { $count ->
    [0] No note waits
    [one] 1 note waits
   *[other] { $count } notes wait
}
to-send-badge = { $count ->
    [one] 1 waits to be sent
   *[other] { $count } wait to be sent
}
to-send-declared = { $count ->
    [one] Broken glass: 1 reason waits to be told
   *[other] Broken glass: { $count } reasons wait to be told
}
to-send-declared-first = Goes by itself when there is signal, before every note: the privacy officer and the patient are told.
to-send-saved = Saved { $at }
to-send-next-try = next try { $at }
to-send-tries = { $count ->
    [one] tried once
   *[other] tried { $count } times
}
to-send-waits-for-link = goes by itself when there is signal
to-send-waits-for-sign-in = goes after you sign in again
to-send-relay = { $count ->
    [one] 1 note of someone else is sealed on this device. It is sent for them while you work; nobody here can read it.
   *[other] { $count } notes of others are sealed on this device. They are sent for them while you work; nobody here can read them.
}
to-send-relay-sign-in = { $count ->
    [one] 1 note of someone else is sealed on this device. It is sent when you, or its author, sign in again.
   *[other] { $count } notes of others are sealed on this device. They are sent when you, or their authors, sign in again.
}
to-send-relay-refused = { $count ->
    [one] 1 note of someone else was not taken by the record service. It stays here: ask its author to unlock this device, and tell the service desk.
   *[other] { $count } notes of others were not taken by the record service. They stay here: ask their authors to unlock this device, and tell the service desk.
}
to-send-author = { $count ->
    [one] 1 person has notes here that only they can send. Ask them to unlock this device where there is signal.
   *[other] { $count } people have notes here that only they can send. Ask them to unlock this device where there is signal.
}
to-send-refused = The record service said ({ $status }): { $reason }
send-again = Send again
sync-now = Try now
sync-running = Exchanging with the record service…
sync-last = Last exchange { $at }
sync-never = No exchange with the record service yet

## Me
me-lock = Lock
me-sign-out = Sign out
me-sign-out-safe = Notes that wait stay on this device and are sent after you sign out.
me-colours = Colours
me-text-size = Text size
me-language = Language
me-device = This device
me-held = { $count ->
    [0] No record on this device
    [one] 1 record on this device
   *[other] { $count } records on this device
}
me-version = Doorstep { $version }
me-relayed = { $count ->
    [one] 1 note of somebody else waits here. It is sealed: nobody on this device can read it.
   *[other] { $count } notes of others wait here. They are sealed: nobody on this device can read them.
}
me-relay-refused = { $count ->
    [one] The record service did not take 1 of them. It stays here. Tell the service desk.
   *[other] The record service did not take { $count } of them. They stay here. Tell the service desk.
}
me-only-here = Someone’s notes on this device can only be sent by themselves, because the device was not enrolled when they were written.
me-enrolled = The record service knows this device.
me-not-enrolling = The record service enrols no devices: notes that wait are sent by their authors only.
me-needs-code = The record service wants a code before it takes this device. Ask your device steward.
me-revoked = The record service does not take this device any more. The keys of everyone here are destroyed. Tell the service desk.
me-secret-store = This device’s own key is in the key store of the system.
me-secret-file = This device’s own key is in a file only this user can read: no key store of the system keeps it.
enrol-title = Let this device in
enrol-why = Your device steward has a code for this device. It works once, and for one day.
enrol-code = The code, or the whole link that came with it
enrol-hint = Capital letters and dashes do not matter in a code.
enrol-go = Let this device in
enrol-back = Not now
enrol-open = Type the code
enrol-done = The record service knows this device now.
enrol-not-needed = The record service needs no code for this device.
enrol-go-on = Go on
wait-enrol = Asking the record service to let this device in…
wipe-title = Wipe this device
wipe-what = Destroys the keys of everyone on this device, and then all records, drafts and settings. Nothing of it can be brought back.
wipe-nothing-waits = Nothing waits to be sent: nothing written here is lost.
wipe-mine = { $count ->
    [one] 1 note of yours has not been sent.
   *[other] { $count } notes of yours have not been sent.
}
wipe-declared = { $count ->
    [one] 1 reason for breaking the glass has not been told.
   *[other] { $count } reasons for breaking the glass have not been told.
}
wipe-others = { $count ->
    [one] 1 note of somebody else has not been sent.
   *[other] { $count } notes of others have not been sent.
}
wipe-locked-away = { $count ->
    [one] One person here may have something that only they can send.
   *[other] { $count } people here may have something that only they can send.
}
wipe-send = Send them first
wipe-next = Go on to wiping
wipe-back = Keep everything
wipe-word = WIPE
wipe-type-word = Type { $word } to wipe this device.
wipe-type-count = { $count ->
    [one] What was said above is lost for good. Type the number 1 to say that you know.
   *[other] What was said above is lost for good. Add up the numbers and type { $count } to say that you know.
}
wipe-now = Wipe this device now
wiped-title = This device is empty
wiped-what = Every key was destroyed and everything was removed.
wiped-again = Start as a new device
wait-send = Sending what waits…
wait-wipe = Sending what waits, then wiping…
theme-system = As device
theme-light = Light
theme-night = Night
theme-contrast = Contrast

## Writing
form-visit = Visit note
form-vitals = Vital signs
form-dose = Medicine given or refused
form-action = Action
form-preference = A wish that was said
form-alert = Special note or danger
form-cpr = CPR decision
form-phase = Phase of illness
form-akps = Performance status (AKPS)
form-ipos = Outcome scale (IPOS)
form-stock = Just-in-case medicines
form-amend = Later word on a note
form-edit = Update
form-unknown = Written with a newer version of this app
form-preference-warning = This is what you were told. It is not a decision, and it changes none that is recorded. A clinician has to confirm it.
form-cpr-warning = Only from the signed form in front of you. The form decides, not this record.
form-alert-warning = The first line tells the reader what to do differently.
form-amend-warning = Nothing is deleted. The earlier words stay, with yours beside them.
form-about = About
write-title = What do you want to write?
write-begun = Begun, not saved
write-change = Add to or correct this note
write-update = Update this
wait-base = Reading what the record says…
not-editable = This cannot be updated as it stands on this device. Write a visit note in its place.
ask-write = Write this first.
ask-choose = Choose one.
ask-unit = Choose the unit.
ask-number = Write it in digits, with a point before decimals.
ask-whole = Write a whole number.
ask-decimals = Write at most { $count } digits after the point.
ask-most = This can be at most { $most }.
ask-date = Write the day as day, month and year: 23 11 2026.
ask-date-ahead = The day must lie ahead.
ask-date-past = The day cannot lie ahead.
ask-time = Write the time as hours and minutes: 14:05.
ask-time-ahead = This time has not come yet today.
ask-systolic = Write the upper pressure as well.
ask-sure = Look at the readings again, then say that they are right.
ask-unusual = { $what }: outside { $low } to { $high }. Is it meant so?
ask-pressures = The lower pressure is not below the upper. Were they exchanged?
ask-title = Please look again
ask-meant = They are right as written
step-less = Less: { $what }
step-more = More: { $what }
field-template = Form
field-words-optional = In your words, if needed
field-when = When
field-time = Time today
when-now = Now
when-earlier = Earlier today
field-unit = Unit
field-drug = Medicine and strength
hint-drug = As it stands on the box or the chart
field-given = What happened
field-amount = How much
field-route = By what route
dose-given = Given, or seen to be taken
dose-not = Not given
field-why = Why not
field-why-words = The reason
why-refused = Refused
why-not-needed = Not needed
why-away = Was not there
why-not-safe = Not safe
why-no-supplies = Something was missing
why-no-time = No time
why-other = Another reason
unit-mg = mg
unit-ug = micrograms
unit-g = g
unit-ml = mL
unit-iu = units
unit-drop = drops
unit-tablet = tablets or capsules
unit-puff = puffs
unit-patch = patches
unit-ampoule = ampoules
unit-sachet = sachets
unit-suppository = suppositories
field-action = What
field-outcome = What became of it
field-due = By what day, if there is one
outcome-done = Done
outcome-not-done = Not done
outcome-started = Started
outcome-new = New, still to do
field-wish = What the wish is about
field-wish-words = What was said
hint-wish-words = In the person’s own words as far as you can
field-place = Where
field-speaker = Who said it
field-who = Who: name, and what they are to the person
wish-place = Where to die
wish-care = What matters in care
wish-treatment = Treatment wanted or not
wish-confirmed = Confirmed by a clinician
wish-not-confirmed = As it was said. Not confirmed, not a decision.
speaker-person = The person
speaker-other = Somebody for them
place-home = At home
place-hospice = Hospice
place-hospital = Hospital
place-care-home = Care home
place-community-hospital = Community hospital
place-undecided = Not decided
place-declined = Did not want to say
place-unable = Could not say
place-no-preference = No preference
field-alert-kind = What it is about
field-alert-text = What the next person must do
hint-alert = First what to do, then why
alert-scene = Danger at the scene
alert-safeguarding = Safeguarding
alert-adjustment = Reasonable adjustment
alert-infection = Risk of infection
alert-other = Special note
field-review = Look at it again
field-review-on = Day of review
field-review-optional = Day of review, if the form has one
review-month = In 1 month
review-quarter = In 3 months
review-half = In 6 months
review-year = In 1 year
review-date = On a day
field-cpr = What the form says
cpr-for = For attempted resuscitation
cpr-not-for = Not for attempted resuscitation
field-decided = Day of the decision
field-decided-by = Who decided, as the form says
field-form-kept = Where the form is
hint-form-kept = So that a crew finds it at night
phase-stable = Stable: the plan works, nothing new
phase-unstable = Unstable: something new or worse, the plan must change now
phase-deteriorating = Deteriorating: slowly worse, as expected
phase-dying = Dying: death is likely within days
phase-deceased = Has died
akps-100 = 100 – well, nothing to notice
akps-90 = 90 – usual life, few symptoms
akps-80 = 80 – usual life with effort
akps-70 = 70 – cares for self, no work
akps-60 = 60 – some help now and then
akps-50 = 50 – much help, often medical care
akps-40 = 40 – in bed more than half the time
akps-30 = 30 – almost always in bed
akps-20 = 20 – always in bed, full care
akps-10 = 10 – hardly to be woken
akps-0 = 0 – has died
field-completed = Who filled it in
hint-ipos = Over the past week. What is left out was not asked.
completed-person = The person
completed-help = The person with help
completed-staff = Staff for the person
field-other-symptom = Another symptom
field-other-grade = How much it troubled
ipos-pain = Pain
ipos-breath = Shortness of breath
ipos-weakness = Weakness or lack of energy
ipos-nausea = Nausea
ipos-vomiting = Vomiting
ipos-appetite = Poor appetite
ipos-constipation = Constipation
ipos-mouth = Sore or dry mouth
ipos-drowsiness = Drowsiness
ipos-mobility = Poor mobility
ipos-anxiety = Anxious or worried
ipos-family-anxiety = Family or friends anxious
ipos-depression = Low mood
ipos-peace = Not at peace
ipos-sharing = Could not share feelings
ipos-information = Lacked information
ipos-practical = Practical problems
grade-0 = 0 none
grade-1 = 1 slight
grade-2 = 2 moderate
grade-3 = 3 severe
grade-4 = 4 overwhelming
grade-cannot = Cannot assess
field-stock = In the house
field-left = How much is left
field-expires = Last day of use, if it says
field-kept = Where they are kept
stock-some = They are there: count them
stock-none = None there
field-amend = What do you want to do?
amend-append = Add to it
amend-replace = Correct it
amend-error = Take it back
field-added = What you add
field-corrected = The whole note as it should read
hint-corrected = Changes nothing in the earlier note: both are kept
hint-taken-back = For example: about another person
field-amend-reason = Why
amended-append = Added later
amended-replace = Correction
amended-error = Taken back
standing-replaced = Corrected below
standing-disputed = Corrected { $count } times, each otherwise: read them all
standing-taken-back = Taken back: do not rely on it
loose-unknown = About an earlier note that is not on this device
loose-other = Its earlier note is not of this person
loose-circle = These notes amend each other: ask who wrote them
field-achievement = How it comes along
field-lifecycle = Where the goal stands, if that changed
goal-improving = Better
goal-no-change = As before
goal-worsening = Worse
goal-achieved = Reached
goal-sustaining = Reached and kept
goal-not-achieved = Not reached
goal-not-attainable = Cannot be reached
goal-in-progress = Being worked on
goal-no-progress = No progress
goal-active = Goes on
goal-on-hold = Paused
goal-completed = Over
goal-cancelled = Given up
field-flag = What is true now
field-flag-words = What you saw; needed when it holds no longer
flag-reviewed = It still holds
flag-cleared = It holds no longer
template-free = Free page
template-crew = Crew contact
template-nursing = Nursing visit
template-care = Care visit
template-social = Social work visit
template-handover = Handover
prompt-called-for = Called for
prompt-found = Found
prompt-done = Done
prompt-outcome = Decided
prompt-if-worse = If it gets worse
prompt-symptoms = Symptoms
prompt-medicines = Medicines
prompt-person-and-family = Person and family
prompt-plan = Plan
prompt-care-given = Care given
prompt-food-and-drink = Food and drink
prompt-mood = Mood
prompt-skin = Skin
prompt-concerns = Concerns
prompt-situation = Situation
prompt-wishes = Wishes
prompt-risks = Risks
prompt-agreed = Agreed
prompt-background = Background
prompt-assessment = Assessment
prompt-asked-for = Asked of you
vital-breathing = Breathing rate
vital-saturation = Oxygen saturation
vital-saturation-two = Oxygen saturation, scale 2
vital-air = Air or oxygen
vital-flow = Oxygen flow
vital-systolic = Upper blood pressure
vital-diastolic = Lower blood pressure
vital-pressure = Blood pressure
vital-upper-only = upper value only
vital-pulse = Pulse
vital-awake = Awake
vital-temperature = Temperature
vital-glucose = Blood glucose
vital-scale = Saturation scale
vital-suits = Person
hint-scale = Scale 2 only where a clinician decided it (target 88–92 %)
air-room = Room air
air-oxygen = Oxygen
awake-alert = Alert
awake-confusion = New confusion
awake-voice = Responds to voice
awake-pain = Responds to pain
awake-none = Does not respond
scale-one = Scale 1
scale-two = Scale 2
suits-adult = 16 or over, not pregnant
suits-child = Under 16
suits-pregnant = Pregnant
news-low = Low risk
news-low-medium = One sign scores 3: urgent look by a clinician
news-medium = Medium risk: urgent response
news-high = High risk: emergency response
news-incomplete = No NEWS2 score yet. Missing: { $missing }
news-not-child = NEWS2 is not for people under 16
news-not-pregnant = NEWS2 is not for people who are pregnant
news-missing = not taken
news-parts = Parts of the score

## Time
ago-now = just now
ago-minutes = { $n } min ago
ago-hours = { $n } h ago
ago-days = { $n ->
    [one] 1 day ago
   *[other] { $n } days ago
}
age-future = dated ahead
ago-today = today
ago-this-month = this month
ago-this-year = this year
ago-weeks = { $n ->
    [one] 1 week ago
   *[other] { $n } weeks ago
}
ago-months = { $n ->
    [one] 1 month ago
   *[other] { $n } months ago
}
ago-years = { $n ->
    [one] 1 year ago
   *[other] { $n } years ago
}
month-jan = Jan
month-feb = Feb
month-mar = Mar
month-apr = Apr
month-may = May
month-jun = Jun
month-jul = Jul
month-aug = Aug
month-sep = Sep
month-oct = Oct
month-nov = Nov
month-dec = Dec

## Two people, and notes that were set aside
whom-name-only = Their record is not on this device now. The name is the one under which the note was written.
wait-conflict = Reading both texts…
wait-note = Reading the note…
wait-take-out = Writing down that it is taken out…
note-seen = Seen
note-seen-by = Seen by { $role }, { $at }
note-see-to-send = To send says why, and what you can do.
role-crew = an ambulance crew
role-care-team = the care team
role-carer = a home carer
role-social-worker = a social worker
role-admin = an administrator
when-kept = As it was: { $at }
conflict-title = Two people changed this
conflict-lead = Nothing is lost, and nothing is sent before you decide. Press the text that is to hold. The other is kept beside it as a note.
conflict-before = Before
conflict-you = You
conflict-unnamed = Somebody else
conflict-nothing = Nothing
conflict-both = I cannot decide: keep both
conflict-both-hint = The record stays as it is. Both texts are kept as a note for whoever reads it next.
conflict-will-send = What will be sent
conflict-open = { $what }: not decided yet
conflict-send-mine = { $what }: { $mine }. As a note beside it: { $theirs }.
conflict-send-theirs = { $what } stays: { $theirs }. As a note beside it: { $mine }.
conflict-send-both = { $what } stays: { $theirs }. As a note beside it: both texts.
conflict-settle = Send this decision
conflict-open-it = Compare both and decide
change-achievement = How it comes along
change-standing = Where it stands
change-why = Why
change-when = When
change-period = How long it holds
change-description = What it is
change-note = Notes
change-target = What is aimed at
change-due = By when
change-priority = How urgent
change-owner = Whose task it is
change-from = from { $at }
change-until = until { $at }
to-send-attention = { $count ->
    [one] 1 note needs you
   *[other] { $count } notes need you
}
why-changed-by-two = Somebody else changed the same meanwhile. Both texts are kept: compare them and decide.
why-other-of-same = The record has another note under the same number. Write this one anew; it stays here until the new one is saved.
why-not-yours = The record does not take this from you. A colleague who may write it can.
why-gone = What you changed is no longer in the record. Write it as a note instead.
why-too-long = It is too long for the record. Write it anew in two parts.
why-not-as-it-is = The record does not take it as it is. Write it anew.
why-unreadable = This device cannot read it any more. Nothing was deleted. Take it out, and tell the service desk.
why-unknown = The record did not take it. Send it again; if that does not help, write it anew.
act-edit = Write it anew
act-compare = Compare and decide
act-hand-over = Give it to a colleague
act-take-out = Take it out of the app
hand-over-title = Give it to a colleague
hand-over-show = Show these words to a colleague who may record them.
hand-over-write = They sign in, on this device or their own, and write it in their own name.
hand-over-stays = Yours stays here. Nothing is deleted.
take-out-title = Take it out of the app
take-out-warning = Outside the app nothing protects these words: no PIN, and no time after which they are gone. You answer for where they go. That you took them out is written down.
take-out-stays = The note stays here as well, until the record has it.
take-out-go = I understand. Show it
take-out-copy = Copy all of it
take-out-copied = Copied. Paste it where it belongs, then copy something else.
take-out-not-copied = It could not be copied by itself. It is marked below: copy it by hand.
today-attention = The record did not take it. See why, and what you can do.
visit-waiting = { $count ->
    [one] 1 written, not sent yet
   *[other] { $count } written, not sent yet
}
visit-attention = { $count ->
    [one] 1 written, needs you
   *[other] { $count } written, need you
}
visit-sent = { $count ->
    [one] 1 written and sent
   *[other] { $count } written and sent
}
