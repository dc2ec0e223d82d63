## Ffrâm
back = Yn ôl
nav-label = Rhestrau
nav-today = Heddiw
nav-find = Chwilio
nav-to-send = I’w anfon
nav-me = Fi
pane-patient = Claf
pane-empty = Dewiswch berson o’r rhestr.
try-again = Rhowch gynnig arall
ask-again = Gofynnwch eto

## Aros
wait-start = Yn agor y ddyfais hon…
wait-staff = Yn gofyn i’r gwasanaeth mewngofnodi pwy sy’n gweithio yma…
wait-sign-in = Yn mewngofnodi…
wait-code = Yn gofyn am god…
wait-set-pin = Yn creu’r allwedd ar gyfer y ddyfais hon. Bydd hyn yn cymryd ychydig eiliadau…
wait-unlock = Yn gwirio’r PIN…
wait-today = Yn gofyn am waith heddiw…
wait-find = Yn gofyn i’r cofnod a rennir pwy allai hwn fod…
wait-person = Yn gofyn am enw, dyddiad geni a chyfeiriad…
wait-open = Yn gofyn i’r cofnod a rennir…
wait-permission = Yn gofyn i’r cofnod a rennir… Mae caniatâd y claf wedi’i gofnodi.
wait-refusal = Yn cofnodi bod y claf wedi dweud na…
wait-cannot-say = Yn gofyn i’r cofnod a rennir… Mae’ch rheswm wedi’i gofnodi.
wait-record = Yn agor y cofnod ar y ddyfais hon…
wait-renew = Yn gofyn i’r cofnod a rennir am unrhyw beth mwy newydd…
wait-draft = Yn chwilio am nodyn anorffenedig…
wait-save = Yn cadw ar y ddyfais hon…
wait-send-again = Yn rhoi’r nodyn yn ôl yn y ciw…

## Cyswllt
link-online = Ar-lein
link-offline = All-lein ers { $since }
link-unknown = Yn cysylltu…
link-offline-safe = Gallwch ddarllen ac ysgrifennu o hyd.

## Mewngofnodi
sign-in-title = Pwy sydd ar shifft?
sign-in-lead = Mewngofnodwch unwaith. Wedyn bydd y ddyfais hon yn gweithio heb signal.
sign-in-nobody = Nid yw’r gwasanaeth cofnodion yn cynnig ffordd o fewngofnodi sy’n gweithio ar y ddyfais hon. Ffoniwch y ddesg gymorth.
sign-in-here = Mewngofnodi
sign-in-browser = Mewngofnodi yn y porwr
sign-in-code = Mewngofnodi gyda dyfais arall
sign-in-code-hint = Gyda’ch ffôn eich hun neu gyfrifiadur. Mae’r ddyfais hon yn dangos cod ar ei gyfer.
sign-in-leave = Canslo
code-title = Mewngofnodi gyda dyfais arall
code-scan = Sganiwch hwn â’ch ffôn:
code-or-open = neu agorwch ar unrhyw ddyfais:
code-check = Gwiriwch ei bod yn dangos y cod hwn, neu teipiwch ef:
code-then = Mewngofnodwch yno. Bydd y sgrin hon yn mynd ymlaen ohoni’i hun.
code-until = Gellir defnyddio’r cod tan { $at }.
code-qr = Cod QR y dudalen fewngofnodi
browser-title = Ewch ymlaen yn y porwr
browser-lead = Agorodd tudalen yn y porwr. Mewngofnodwch yno. Bydd y sgrin hon yn mynd ymlaen ohoni’i hun.
browser-until = Yn aros tan { $at }.
browser-again = Agor y dudalen eto
browser-done = Rydych wedi mewngofnodi. Caewch y dudalen hon a dychwelwch i Doorstep.
link-go-on = Mynd ymlaen hebddo
unlock-instead = Datgloi fel rhywun sydd wedi defnyddio’r ddyfais hon o’r blaen

## PIN
set-pin-title = Gosodwch PIN, { $name }
set-pin-why = Mae’r PIN yn cloi’r cofnodion ar y ddyfais hon. Dim ond chi sy’n ei wybod, felly ni all neb ei ddweud wrthych yn nes ymlaen. O leiaf 6 digid.
set-pin-first = PIN newydd
set-pin-again = Yr un PIN eto
set-pin-save = Gosod PIN
unlock-title = Datgloi
unlock-who = Cyffyrddwch â’ch enw, yna teipiwch eich PIN.
unlock-pin = PIN { $name }
unlock-go = Datgloi
unlock-offline = Nid oes angen signal i ddatgloi.
unlock-other = Mewngofnodi fel rhywun arall
unlock-try-after = Gormod o PINau anghywir. Rhowch gynnig arall ar ôl { $at }.
unlock-last-try = Bydd un PIN anghywir arall yn dinistrio allweddi eich cofnodion a’ch drafftiau ar y ddyfais hon. Mae nodiadau a gadwyd yn cael eu cadw a’u hanfon beth bynnag. Os nad ydych yn siŵr, stopiwch a gofynnwch i’r ddesg wasanaeth.
unlock-destroyed = Deg PIN anghywir: mae allweddi cofnodion a drafftiau’r person hwn ar y ddyfais hon wedi’u dinistrio, ac ni all neb eu hagor mwyach. Nid yw nodiadau a gadwyd wedi’u colli: cânt eu cadw dan sêl a’u hanfon gan bwy bynnag sy’n mewngofnodi yma. Mewngofnodwch i ddechrau eto.
unlock-revoked = Nid yw’r gwasanaeth cofnodion yn derbyn y ddyfais hon mwyach, felly mae allweddi cofnodion y person hwn yma wedi’u dinistrio. Mae nodiadau a gadwyd dan sêl. Dywedwch wrth y ddesg wasanaeth.

## Gwallau
fault-offline = Nid yw’r gwasanaeth cofnodion yn ateb. Gellir darllen ac ysgrifennu’r hyn sydd ar y ddyfais hon.
fault-wrong-pin = PIN anghywir. Rhowch gynnig arall.
fault-wrong-person = Mae’r cofnod a ddaeth yn ymwneud â pherson arall. Ni chafodd ei gadw. Ffoniwch y ddesg gymorth.
fault-storage-full = Nid oes lle ar ôl ar y ddyfais hon.
fault-pins-differ = Nid yw’r ddau PIN yr un fath. Teipiwch y ddau eto.
fault-pin-too-short = Mae gan PIN o leiaf 6 digid a dim byd arall.
advice-sign-in = Mewngofnodwch eto
advice-free-storage = Tynnwch luniau neu apiau nad oes eu hangen arnoch, yna rhowch gynnig arall.
advice-service-desk = Ffoniwch y ddesg gymorth a dywedwch y cod hwn: { $code }

## Heddiw
today-heard = Rhestr { $at }
today-empty = Nid oes ymweliadau wedi’u cynllunio i chi.
today-never-heard = Nid yw’r ddyfais hon wedi derbyn rhestr waith eto.
today-never-heard-offline = Nid yw’r ddyfais hon wedi derbyn rhestr waith eto, ac nid oes signal. Daw’r rhestr ar ei phen ei hun pan fyddwch wedi cysylltu. Gallwch chwilio am berson ar Chwilio pan fydd signal.
today-all-unreadable = Ni ellid darllen dim ar y rhestr waith. Gofynnwch i’ch ystafell reoli neu’ch cydlynydd.
today-unreadable = { $count ->
    [one] Ni ellid darllen 1 eitem o’r rhestr waith. Gofynnwch i’ch ystafell reoli neu’ch cydlynydd.
   *[other] Ni ellid darllen { $count } eitem o’r rhestr waith. Gofynnwch i’ch ystafell reoli neu’ch cydlynydd.
}
name-not-given = Enw heb ei roi
address-not-given = Dim cyfeiriad wedi’i roi
record-on-device = Cofnod ar y ddyfais hon

## Chwilio
find-nhs-label = Rhif GIG
find-nhs-hint = 10 digid, caniateir bylchau.
find-nhs-typing = { $count } o 10 digid
find-nhs-right = Mae’r digid gwirio yn ffitio.
find-nhs-shape = Mae gan rif GIG 10 digid, fel 943 476 5919.
find-nhs-check = Mae un digid yn anghywir. Darllenwch y rhif eto.
find-nhs-repeated = Nid rhif GIG go iawn: mae pob digid yr un fath.
find-nhs-go = Chwilio yn ôl rhif
find-family-label = Cyfenw
find-family-missing = Teipiwch y cyfenw, neu ei ddechrau.
find-born-wrong = Teipiwch y dyddiad geni fel diwrnod, mis a blwyddyn â 4 digid.
find-name-go = Chwilio yn ôl enw a dyddiad geni
find-nobody = Ni chafwyd hyd i neb. Gwiriwch y sillafu a’r dyddiad. Nid yw hyn yn golygu nad oes cofnod: mae pobl wedi’u cofrestru o dan sillafiadau eraill.
find-count = { $count ->
    [one] Cafwyd hyd i 1 person
   *[other] Cafwyd hyd i { $count } o bobl
}
day = Diwrnod
month = Mis
year = Blwyddyn

## Hunaniaeth
born-label = Ganwyd
born-label-long = Dyddiad geni
born-not-recorded = heb ei gofnodi
nhs-label = GIG
nhs-not-recorded = heb ei gofnodi
nhs-not-verified = heb ei wirio
sex-male = Gwryw
sex-female = Benyw
sex-other = Arall
sex-unknown = Rhyw yn anhysbys
sex-not-recorded = Rhyw heb ei gofnodi
age-years = { $n } oed
address-not-recorded = heb ei gofnodi

## Cadarnhau
confirm-title = Ai’r person hwn ydyw?
confirm-lead = Cymharwch â’r person, perthynas, band arddwrn neu waith papur. Pwyswch bob ffaith rydych wedi’i gwirio.
identifier-name = Enw
identifier-nhs = Rhif GIG
identifier-address = Cyfeiriad
confirm-missing = { $count ->
    [one] Pwyswch 1 ffaith arall rydych wedi’i gwirio.
    [two] Pwyswch 2 ffaith rydych wedi’u gwirio.
   *[other] Pwyswch { $count } ffaith rydych wedi’u gwirio.
}
confirm-ready = Mae dwy ffaith wedi’u gwirio.
confirm-open = Agor y cofnod

## Cydsyniad
consent-title = Gofynnwch i’r claf
consent-lead = Nid yw’r claf erioed wedi dweud pwy gaiff weld y cofnod hwn. Gofynnwch nawr a phwyswch yr hyn a ddywedodd.
consent-say = “Ga i edrych ar eich cofnod iechyd a rennir, i’ch trin chi?”
consent-agrees = Mae’r claf yn dweud ie
consent-refuses = Mae’r claf yn dweud na
consent-cannot-say = Ni all y claf ddweud
consent-why = Pam na all y claf ddweud? Caiff eich ateb ei gofnodi, a gall y swyddog preifatrwydd holi amdano.
reason-unconscious = Yn anymwybodol
reason-confused = Yn ddryslyd, ni all benderfynu
reason-too-ill = Yn rhy sâl i ateb
reason-cannot-communicate = Ni all wneud ei hun yn ddealladwy
consent-other-reason = Rheswm arall
consent-go-on = Parhau â’r rheswm hwn

## Ar gau
refused-title = Ni cheir agor y cofnod hwn
refused-now-title = Dywedodd y claf na
no-record-title = Dim cofnod a rennir
no-record-text = Nid yw’r gwasanaeth cofnod a rennir yn cadw cofnod o’r person hwn.
closed-means-nothing = Nid yw hyn yn dweud dim am alergeddau, meddyginiaethau na phenderfyniadau dadebru.
closed-next = Beth allwch chi ei wneud
closed-next-ask = Gofynnwch i’r claf a’r bobl sydd gydag ef neu hi.
closed-next-paper = Chwiliwch am bapur: ffolder felen, ffurflen ReSPECT, blychau meddyginiaeth, breichled.
closed-next-gp = Ffoniwch y meddyg teulu, y llinell y tu allan i oriau neu’r hwb clinigol.
glass-offer = Torri’r gwydr
glass-offer-hint = Dim ond pan na all y claf ddweud ie na na. Mae angen eich PIN a rheswm, a dywedir wrth y claf.
glass-offer-withheld = Mae rhywbeth wedi’i ddal yn ôl: torri’r gwydr
glass-title = Torri’r gwydr
glass-lead = Rydych yn agor y cofnod hwn heb ganiatâd y claf, am na all y claf ddweud ie na na.
glass-told-officer = Dywedir wrth y swyddog preifatrwydd nawr: eich enw, cofnod pwy, a’ch rheswm.
glass-told-patient = Dywedir wrth y claf o fewn 72 awr: pwy ydych chi, pryd a pham.
glass-ends = Daw i ben ar ôl 1 awr, pan gaiff y ddyfais ei chloi, neu pan fyddwch chi’n ei orffen. Mae’r hyn a gaeodd y claf i bawb yn aros ar gau.
glass-offline = Does dim signal. Ni ellir dangos mwy na’r hyn sydd ar y ddyfais yn barod. Cedwir eich rheswm ac fe’i hadroddir pan fydd signal.
glass-declared = Wedi’i gadw ar y ddyfais. Caiff ei adrodd cyn gynted ag y bydd signal, cyn anfon dim arall. Darllenwch yr hyn sydd ar y ddyfais.
glass-why = Pam?
glass-unconscious = Anymwybodol
glass-life-at-risk = Bywyd mewn perygl nawr
glass-lacks-capacity = Yn methu penderfynu
glass-other = Rheswm arall
glass-words = Yn eich geiriau chi (o leiaf 10 nod; gall y claf eu darllen)
glass-pin = Eich PIN, eto
glass-go = Torri’r gwydr ac agor
glass-strip = Gwydr wedi’i dorri · { $minutes } mun ar ôl
glass-end = Gorffen nawr
glass-waiting = Torrwyd y gwydr heb signal am { $at }; heb ei adrodd eto
wait-glass = Yn gofyn am y cofnod heb ganiatâd…
wait-glass-end = Yn cau’r cofnod…

## Cofnod
strip-online = Ar-lein
strip-offline = All-lein
strip-unknown = Yn cysylltu
record-retrieved = Wedi’i nôl { $ago }
record-stale = gwiriwch am un mwy newydd
record-renew = Gofyn am y cofnod diweddaraf
lease-until = Wedi’i guddio ar ôl { $at }
lease-hidden = Wedi’i guddio ers { $at }
lease-hidden-next = Mae’r amser y ceir darllen y cofnod hwn ar ben. Cysylltwch a gofynnwch eto. Gellir ysgrifennu nodiadau o hyd.
lease-unproven = Wedi’i guddio: caniatâd heb ei gadarnhau
lease-unproven-next = Mae’r cofnod hwn ar y ddyfais, ond nid oes dim yn cadarnhau y ceir ei ddarllen. Cysylltwch a gofynnwch eto. Gellir ysgrifennu nodiadau o hyd.
lease-clock = Wedi’i guddio: newidiwyd cloc y ddyfais
lease-clock-next = Heb yr amser cywir ni wyddys am faint y ceir darllen y cofnod hwn. Cywirwch gloc y ddyfais, neu cysylltwch: mae’r gwasanaeth cofnodion yn dweud yr amser. Gellir ysgrifennu nodiadau o hyd.
record-taken-back = Cofnod wedi’i dynnu oddi ar y ddyfais hon
record-taken-back-next = Newidiodd cydsyniad y claf, neu tynnwyd y caniatâd yn ôl. Gallwch ofyn am y cofnod eto. Gellir ysgrifennu nodiadau o hyd.
notices-title = Am y cofnod hwn
notice-unread = { $count ->
    [one] Ni ellid darllen 1 eitem o’r cofnod hwn. Mae ar y diwedd, fel y daeth.
   *[other] Ni ellid darllen { $count } eitem o’r cofnod hwn. Maent ar y diwedd, fel y daethant.
}
notice-missing-source = { $name }: { $reason }
notice-consent-unchecked = Ni wnaeth y gweinydd hwn wirio cydsyniad.
glance-title = Yn gyntaf
glance-alert = Rhybudd:
glance-more = mwy
glance-safety = Diogelwch
glance-access = Mynediad
glance-cpr = CPR a therfynau
glance-allergy = Alergeddau
glance-medicine = Meddyginiaethau critigol
glance-device = Mewnblaniadau
glance-pregnancy = Beichiogrwydd
glance-place = Lle a ffefrir
glance-just-in-case = Rhag ofn
glance-baseline = Cyflwr arferol
glance-contact = Cysylltiadau
access-show = Dangos am 30 eiliad

## Absenoldeb
absence-none-known = Dim yn hysbys
absence-not-recorded = Heb ei gofnodi
absence-withheld = Wedi’i ddal yn ôl
absence-unreadable = Ni ellid ei ddarllen
absence-not-provided = Ddim yn y cofnod hwn
absence-no-known-allergies = Dim alergeddau hysbys
absence-none-known-long = Mae’r cofnod yn dweud nad oes rhai.
absence-not-recorded-long = Heb ei gofnodi. Ni ysgrifennodd neb a oes rhai. Gofynnwch.
absence-withheld-long = Wedi’i ddal yn ôl. Mae rhywbeth yma na cheir ei ddangos.
absence-unreadable-long = Ni ellid ei ddarllen. Mae rhywbeth yma; edrychwch ar y ffynhonnell.
absence-not-provided-long = Nid oes adran o’r fath yn y cofnod hwn. Nid yw hynny’n golygu nad oes rhai.

## Eitemau
status-active = Gweithredol
status-on-record = Ar gofnod
status-inactive = Anweithredol
status-stopped = Wedi’i stopio
status-not-to-be-given = Peidiwch â rhoi
status-refuted = Wedi’i ddiystyru
status-entered-in-error = Wedi’i gofnodi mewn camgymeriad
status-negative = Yn dweud nad oes dim
status-unknown = Statws yn anhysbys
criticality-high = Risg uchel
criticality-low = Risg isel
criticality-unable = Risg heb ei hasesu
item-no-date = Dim dyddiad, dim ffynhonnell
item-also = Hefyd yn: { $sources }
standing-not-to-be-given = Ddim i’w rhoi
standing-no-longer = Wedi’u stopio, eu diystyru neu drwy gamgymeriad
disagreement = Mae’r ffynonellau’n anghytuno.
notice-sources-differ = Mae’r ffynonellau’n wahanol mewn mannau. Mae pob llinell y mae anghytuno yn ei chylch wedi’i nodi.
review-overdue = Mae’r adolygiad yn hwyr
item-unlisted = Heb ei restru yn y crynodeb
item-read-source = Ni ellir ei ddangos yn llawn: darllenwch y ffynhonnell
show-source = Dangos y ffynhonnell
hide-source = Cuddio’r ffynhonnell
source-as-it-came = Yn union fel y daeth
section-narrative = Geiriau’r anfonwr ei hun
narrative-says-more = Mae geiriau’r anfonwr ei hun yn dweud mwy na’r rhestr hon
unread-raw = Yr hyn a ddaeth
sources-title = O ble y daw’r cofnod hwn
source-unnamed = Ffynhonnell heb enw
source-author = Gan { $author }
source-written = Ysgrifennwyd { $at }, { $ago }
source-written-never-said = Nid yw’n dweud pryd yr ysgrifennwyd ef
source-age-unknown = oed heb ei nodi
source-retrieved = Wedi’i nôl { $at }
strip-more-sources = { $count ->
    [one] ac 1 arall
   *[other] a { $count } arall
}
context-title = Hefyd yn y ddogfen hon
unread-title = Ni ellid eu darllen
unread-something = Eitem

## Chwilio yn y cofnod
search-label = Chwilio’r cofnod hwn
search-clear = Clirio
search-more-letters = Teipiwch un llythyren arall.
search-found = { $count ->
    [one] Wedi’i ganfod mewn 1 lle
   *[other] Wedi’i ganfod mewn { $count } lle
}
search-nothing = Nid yw’r cofnod hwn yn dweud dim am “{ $question }”. Nid yw hynny’n golygu nad oes dim: efallai nad oes neb wedi’i ysgrifennu.
search-nothing-partial = Mae rhan o’r cofnod hwn wedi’i dal yn ôl neu ni ellid ei darllen.
search-all = Dangos y { $count } i gyd
search-same = Mae “{ $found }” yn air arall am “{ $asked }”
search-narrower = Mae “{ $found }” yn fath o “{ $asked }”
search-wider = Mae “{ $asked }” yn fath o “{ $found }”
search-slip = Wedi’i sillafu ychydig yn wahanol: darllenwch ddwywaith

## Trefn yr adrannau
arrange-title = Trefnu adrannau
arrange-lead = Eich trefn eich hun, ar gyfer pob cofnod. Nid yw’n newid dim mewn cofnod, na sgrin neb arall.
arrange-up = I fyny
arrange-down = I lawr
arrange-pin = Pinio
arrange-unpin = Dadbinio
arrange-hide = Cuddio
arrange-show = Dangos
arrange-pinned = Wedi’i phinio: yn gyntaf ac ar agor
arrange-hidden = Wedi’i chuddio
arrange-usual = Yn ôl i’r drefn arferol
arrange-done = Wedi gorffen
arrange-told = { $title }: { $place } o { $count }
arrange-told-hidden = { $title }: wedi’i chuddio, { $place } o { $count }
kept-safety = Dangosir bob amser: rhaid peidio â’i methu.
kept-not-all-there = Dangosir yma hyd yn oed os cuddiwch hi: mae rhywbeth ynddi wedi’i ddal yn ôl neu ni ellid ei ddarllen.
kept-danger = Dangosir yma hyd yn oed os cuddiwch hi: mae rhywbeth ynddi’n beryglus neu’n ansicr.
hidden-by-you = { $count ->
    [one] 1 adran wedi’i chuddio gennych chi
   *[other] { $count } adran wedi’u cuddio gennych chi
}
hidden-show = Dangos
me-sections = Cofnod

## Nodiadau
notes-title = Nodiadau
notes-none = Dim nodiadau.
notes-unreadable = { $count ->
    [one] Ni ellid darllen 1 nodyn.
   *[other] Ni ellid darllen { $count } nodyn.
}
write-note = Ysgrifennu
note-label = Nodyn
note-hint = Beth welsoch chi, wnaethoch chi a ddywedoch chi wrthynt
note-resumed = Dyma’r hyn roeddech yn ei ysgrifennu o’r blaen.
note-autosave = Yn cael ei gadw ar y ddyfais hon wrth i chi deipio.
note-not-kept = NID yw hwn wedi ei gadw eto: ni allodd y ddyfais ei ysgrifennu. Cadwch y nodyn nawr, neu ysgrifennwch ar bapur.
note-left = { $count } nod ar ôl
note-too-long = Mae’r nodyn hwn yn rhy hir. Gwnewch ef yn fyrrach neu ysgrifennwch ddau.
note-save = Cadw
note-saved = Wedi’i gadw ar y ddyfais hon
note-saved-online = Mae’n cael ei anfon. Mae I’w anfon yn dangos pryd mae gan y cofnod ef.
note-saved-offline = Mae’n aros yn I’w anfon ac yn mynd ar ei ben ei hun pan fydd signal.
note-done = Wedi gorffen
note-another = Ysgrifennu un arall
note-on-this-device = Ar y ddyfais hon
note-sending = Ar y ddyfais hon, yn anfon nawr
note-sent = Anfonwyd
note-needs-attention = Angen sylw
note-written = Ysgrifennwyd { $at }
note-received = Derbyniwyd { $at }

## I’w anfon
to-send-nothing = Nid oes dim yn aros.
to-send-sent = { $count ->
    [0] Ni ysgrifennwyd nodyn yn ystod y shifft hon.
    [one] Anfonwyd 1 nodyn yn ystod y shifft hon.
    [two] Anfonwyd 2 nodyn yn ystod y shifft hon.
   *[other] Anfonwyd { $count } nodyn yn ystod y shifft hon.
}
to-send-waiting = { $count ->
    [0] Nid oes nodyn yn aros
    [one] 1 nodyn yn aros
    [two] 2 nodyn yn aros
   *[other] { $count } nodyn yn aros
}
to-send-badge = { $count ->
    [one] 1 yn aros i’w anfon
   *[other] { $count } yn aros i’w hanfon
}
to-send-declared = { $count ->
    [one] Gwydr wedi’i dorri: 1 rheswm yn aros i’w adrodd
   *[other] Gwydr wedi’i dorri: { $count } rheswm yn aros i’w hadrodd
}
to-send-declared-first = Mae’n mynd ar ei ben ei hun pan fydd signal, cyn pob nodyn: dywedir wrth y swyddog preifatrwydd a’r claf.
to-send-saved = Cadwyd { $at }
to-send-next-try = cynnig nesaf { $at }
to-send-tries = { $count ->
    [one] ceisiwyd unwaith
    [two] ceisiwyd ddwywaith
   *[other] ceisiwyd { $count } gwaith
}
to-send-waits-for-link = yn mynd ar ei ben ei hun pan fydd signal
to-send-waits-for-sign-in = yn mynd ar ôl i chi fewngofnodi eto
to-send-relay = { $count ->
   *[other] Nodiadau pobl eraill dan sêl ar y ddyfais hon: { $count }. Cânt eu hanfon drostynt tra byddwch yn gweithio; ni all neb yma eu darllen.
}
to-send-relay-sign-in = { $count ->
   *[other] Nodiadau pobl eraill dan sêl ar y ddyfais hon: { $count }. Cânt eu hanfon pan fyddwch chi, neu eu hawduron, yn mewngofnodi eto.
}
to-send-relay-refused = { $count ->
   *[other] Nodiadau pobl eraill na dderbyniodd y gwasanaeth cofnodion: { $count }. Maent yn aros yma: gofynnwch i’w hawduron ddatgloi’r ddyfais hon, a dywedwch wrth y ddesg wasanaeth.
}
to-send-author = { $count ->
   *[other] Pobl â nodiadau yma mai dim ond hwy all eu hanfon: { $count }. Gofynnwch iddynt ddatgloi’r ddyfais hon lle mae signal.
}
to-send-refused = Dywedodd y gwasanaeth cofnodion ({ $status }): { $reason }
send-again = Anfon eto
sync-now = Ceisio nawr
sync-running = Yn cyfnewid â’r gwasanaeth cofnodion…
sync-last = Cyfnewidiad diwethaf { $at }
sync-never = Dim cyfnewid â’r gwasanaeth cofnodion eto

## Fi
me-lock = Cloi
me-sign-out = Allgofnodi
me-sign-out-safe = Mae nodiadau sy’n aros yn aros ar y ddyfais hon ac yn cael eu hanfon ar ôl i chi allgofnodi.
me-colours = Lliwiau
me-text-size = Maint y testun
me-language = Iaith
me-device = Y ddyfais hon
me-held = { $count ->
    [0] Dim cofnod ar y ddyfais hon
    [one] 1 cofnod ar y ddyfais hon
    [two] 2 gofnod ar y ddyfais hon
   *[other] { $count } cofnod ar y ddyfais hon
}
me-version = Doorstep { $version }
me-relayed = { $count ->
   *[other] Nodiadau pobl eraill sy’n aros yma: { $count }. Maent dan sêl: ni all neb ar y ddyfais hon eu darllen.
}
me-relay-refused = { $count ->
   *[other] Ni dderbyniodd y gwasanaeth cofnodion { $count } ohonynt. Maent yn aros yma. Dywedwch wrth y ddesg wasanaeth.
}
me-only-here = Dim ond eu hawdur all anfon rhai nodiadau ar y ddyfais hon, am nad oedd y ddyfais wedi’i chofrestru pan ysgrifennwyd nhw.
me-enrolled = Mae’r gwasanaeth cofnodion yn adnabod y ddyfais hon.
me-not-enrolling = Nid yw’r gwasanaeth cofnodion yn cofrestru dyfeisiau: dim ond eu hawduron sy’n anfon nodiadau sy’n aros.
me-needs-code = Mae’r gwasanaeth cofnodion eisiau cod cyn derbyn y ddyfais hon. Gofynnwch i stiward eich dyfeisiau.
me-revoked = Nid yw’r gwasanaeth cofnodion yn derbyn y ddyfais hon mwyach. Mae allweddi pawb yma wedi’u dinistrio. Dywedwch wrth y ddesg wasanaeth.
me-secret-store = Mae allwedd y ddyfais hon yn storfa allweddi’r system.
me-secret-file = Mae allwedd y ddyfais hon mewn ffeil y gall y defnyddiwr hwn yn unig ei darllen: nid oes storfa allweddi’r system yn ei chadw.
enrol-title = Derbyn y ddyfais hon
enrol-why = Mae gan stiward eich dyfeisiau god i’r ddyfais hon. Mae’n gweithio unwaith, ac am un diwrnod.
enrol-code = Y cod, neu’r ddolen gyfan a ddaeth gydag ef
enrol-hint = Nid oes ots am brif lythrennau na chysylltnodau mewn cod.
enrol-go = Derbyn y ddyfais hon
enrol-back = Nid nawr
enrol-open = Teipio’r cod
enrol-done = Mae’r gwasanaeth cofnodion yn adnabod y ddyfais hon nawr.
enrol-not-needed = Nid oes angen cod ar y gwasanaeth cofnodion ar gyfer y ddyfais hon.
enrol-go-on = Mynd ymlaen
wait-enrol = Yn gofyn i’r gwasanaeth cofnodion dderbyn y ddyfais hon…
wipe-title = Sychu’r ddyfais hon
wipe-what = Yn dinistrio allweddi pawb ar y ddyfais hon, ac yna’r holl gofnodion, drafftiau a gosodiadau. Ni ellir dod â dim yn ôl.
wipe-nothing-waits = Nid oes dim yn aros i’w anfon: ni chollir unrhyw nodyn.
wipe-mine = { $count ->
   *[other] Eich nodiadau sydd heb eu hanfon: { $count }.
}
wipe-declared = { $count ->
   *[other] Rhesymau dros dorri’r gwydr heb eu hanfon: { $count }.
}
wipe-others = { $count ->
   *[other] Nodiadau pobl eraill sydd heb eu hanfon: { $count }.
}
wipe-locked-away = { $count ->
   *[other] Pobl yma a all fod â nodiadau mai dim ond hwy all eu hanfon: { $count }.
}
wipe-send = Eu hanfon yn gyntaf
wipe-next = Mynd ymlaen i sychu
wipe-back = Cadw popeth
wipe-word = SYCHU
wipe-type-word = Teipiwch { $word } i sychu’r ddyfais hon.
wipe-type-count = { $count ->
   *[other] Caiff yr uchod ei golli am byth. Adiwch y rhifau a theipiwch { $count } i ddweud eich bod yn gwybod.
}
wipe-now = Sychu’r ddyfais hon nawr
wiped-title = Mae’r ddyfais hon yn wag
wiped-what = Dinistriwyd pob allwedd a thynnwyd popeth.
wiped-again = Dechrau fel dyfais newydd
wait-send = Yn anfon yr hyn sy’n aros…
wait-wipe = Yn anfon yr hyn sy’n aros, yna’n sychu…
theme-system = Fel y ddyfais
theme-light = Golau
theme-night = Nos
theme-contrast = Cyferbyniad

## Amser
ago-now = nawr
ago-minutes = { $n } mun yn ôl
ago-hours = { $n } awr yn ôl
ago-days = { $n ->
    [one] 1 diwrnod yn ôl
    [two] 2 ddiwrnod yn ôl
   *[other] { $n } diwrnod yn ôl
}
age-future = dyddiad i ddod
ago-today = heddiw
ago-this-month = y mis hwn
ago-this-year = eleni
ago-weeks = { $n ->
    [one] wythnos yn ôl
   *[other] { $n } wythnos yn ôl
}
ago-months = { $n ->
    [one] mis yn ôl
   *[other] { $n } mis yn ôl
}
ago-years = { $n ->
    [one] blwyddyn yn ôl
   *[other] { $n } o flynyddoedd yn ôl
}
month-jan = Ion
month-feb = Chwef
month-mar = Maw
month-apr = Ebr
month-may = Mai
month-jun = Meh
month-jul = Gor
month-aug = Awst
month-sep = Medi
month-oct = Hyd
month-nov = Tach
month-dec = Rhag

## Ysgrifennu
form-visit = Nodyn ymweliad
form-vitals = Arwyddion bywyd
form-dose = Meddyginiaeth a roddwyd neu a wrthodwyd
form-action = Gweithred
form-preference = Dymuniad a ddywedwyd
form-alert = Nodyn arbennig neu berygl
form-cpr = Penderfyniad CPR
form-phase = Cyfnod y salwch
form-akps = Statws perfformiad (AKPS)
form-ipos = Graddfa ganlyniadau (IPOS)
form-stock = Meddyginiaethau rhag ofn
form-amend = Gair diweddarach ar nodyn
form-edit = Diweddaru
form-unknown = Ysgrifennwyd gyda fersiwn mwy newydd o’r ap
form-preference-warning = Dyma’r hyn a ddywedwyd wrthych. Nid penderfyniad ydyw, ac nid yw’n newid yr un a gofnodwyd. Rhaid i glinigydd ei gadarnhau.
form-cpr-warning = Dim ond o’r ffurflen wedi’i llofnodi o’ch blaen. Y ffurflen sy’n penderfynu, nid y cofnod hwn.
form-alert-warning = Mae’r llinell gyntaf yn dweud wrth y darllenydd beth i’w wneud yn wahanol.
form-amend-warning = Does dim yn cael ei ddileu. Mae’r geiriau cynharach yn aros, gyda’ch rhai chi wrth eu hochr.
form-about = Ynglŷn â
write-title = Beth hoffech chi ei ysgrifennu?
write-begun = Wedi’i ddechrau, heb ei gadw
write-change = Ychwanegu at y nodyn hwn neu ei gywiro
write-update = Diweddaru hwn
wait-base = Darllen beth mae’r cofnod yn ei ddweud…
not-editable = Ni ellir diweddaru hwn fel y mae ar y ddyfais hon. Ysgrifennwch nodyn ymweliad yn ei le.
ask-write = Ysgrifennwch hwn yn gyntaf.
ask-choose = Dewiswch un.
ask-unit = Dewiswch yr uned.
ask-number = Ysgrifennwch mewn digidau, gyda phwynt cyn degolion.
ask-whole = Ysgrifennwch rif cyfan.
ask-decimals = Ysgrifennwch { $count } digid ar y mwyaf ar ôl y pwynt.
ask-most = Gall hwn fod yn { $most } ar y mwyaf.
ask-date = Ysgrifennwch y diwrnod fel diwrnod, mis a blwyddyn: 23 11 2026.
ask-date-ahead = Rhaid i’r diwrnod fod o’n blaenau.
ask-date-past = Ni all y diwrnod fod o’n blaenau.
ask-time = Ysgrifennwch yr amser fel oriau a munudau: 14:05.
ask-time-ahead = Nid yw’r amser hwn wedi dod eto heddiw.
ask-systolic = Ysgrifennwch y pwysedd uchaf hefyd.
ask-sure = Edrychwch ar y darlleniadau eto, yna dywedwch eu bod yn gywir.
ask-unusual = { $what }: y tu allan i { $low } i { $high }. Ai dyna a olygir?
ask-pressures = Nid yw’r pwysedd isaf yn is na’r uchaf. A gawsant eu cyfnewid?
ask-title = Edrychwch eto
ask-meant = Maen nhw’n gywir fel y’u hysgrifennwyd
step-less = Llai: { $what }
step-more = Mwy: { $what }
field-template = Ffurflen
field-words-optional = Yn eich geiriau chi, os oes angen
field-when = Pryd
field-time = Amser heddiw
when-now = Nawr
when-earlier = Yn gynharach heddiw
field-unit = Uned
field-drug = Meddyginiaeth a chryfder
hint-drug = Fel y mae ar y blwch neu’r siart
field-given = Beth ddigwyddodd
field-amount = Faint
field-route = Drwy ba lwybr
dose-given = Wedi’i rhoi, neu wedi’i gweld yn cael ei chymryd
dose-not = Heb ei rhoi
field-why = Pam ddim
field-why-words = Y rheswm
why-refused = Gwrthodwyd
why-not-needed = Dim angen
why-away = Ddim yno
why-not-safe = Ddim yn ddiogel
why-no-supplies = Roedd rhywbeth ar goll
why-no-time = Dim amser
why-other = Rheswm arall
unit-mg = mg
unit-ug = microgramau
unit-g = g
unit-ml = mL
unit-iu = unedau
unit-drop = diferion
unit-tablet = tabledi neu gapsiwlau
unit-puff = pwffiau
unit-patch = patshys
unit-ampoule = ampylau
unit-sachet = sachets
unit-suppository = tawddgyffuriau
field-action = Beth
field-outcome = Beth ddaeth ohono
field-due = Erbyn pa ddiwrnod, os oes un
outcome-done = Wedi’i wneud
outcome-not-done = Heb ei wneud
outcome-started = Wedi’i ddechrau
outcome-new = Newydd, i’w wneud eto
field-wish = Beth yw testun y dymuniad
field-wish-words = Beth a ddywedwyd
hint-wish-words = Yng ngeiriau’r person ei hun cyn belled ag y gallwch
field-place = Ble
field-speaker = Pwy ddywedodd hyn
field-who = Pwy: enw, a beth ydyn nhw i’r person
wish-place = Ble i farw
wish-care = Beth sy’n bwysig mewn gofal
wish-treatment = Triniaeth a ddymunir neu beidio
wish-confirmed = Wedi’i gadarnhau gan glinigydd
wish-not-confirmed = Fel y’i dywedwyd. Heb ei gadarnhau, nid penderfyniad.
speaker-person = Y person
speaker-other = Rhywun ar eu rhan
place-home = Gartref
place-hospice = Hosbis
place-hospital = Ysbyty
place-care-home = Cartref gofal
place-community-hospital = Ysbyty cymunedol
place-undecided = Heb benderfynu
place-declined = Ddim eisiau dweud
place-unable = Methu dweud
place-no-preference = Dim dewis
field-alert-kind = Ynglŷn â beth
field-alert-text = Beth mae’n rhaid i’r person nesaf ei wneud
hint-alert = Yn gyntaf beth i’w wneud, yna pam
alert-scene = Perygl yn y fan a’r lle
alert-safeguarding = Diogelu
alert-adjustment = Addasiad rhesymol
alert-infection = Risg o haint
alert-other = Nodyn arbennig
field-review = Edrych arno eto
field-review-on = Diwrnod adolygu
field-review-optional = Diwrnod adolygu, os oes un ar y ffurflen
review-month = Mewn 1 mis
review-quarter = Mewn 3 mis
review-half = Mewn 6 mis
review-year = Mewn 1 flwyddyn
review-date = Ar ddiwrnod
field-cpr = Beth mae’r ffurflen yn ei ddweud
cpr-for = I geisio dadebru
cpr-not-for = Ddim i geisio dadebru
field-decided = Diwrnod y penderfyniad
field-decided-by = Pwy benderfynodd, yn ôl y ffurflen
field-form-kept = Ble mae’r ffurflen
hint-form-kept = Fel bod criw yn dod o hyd iddi yn y nos
phase-stable = Sefydlog: mae’r cynllun yn gweithio, dim byd newydd
phase-unstable = Ansefydlog: rhywbeth newydd neu waeth, rhaid newid y cynllun nawr
phase-deteriorating = Dirywio: yn araf waeth, fel y disgwylid
phase-dying = Marw: mae marwolaeth yn debygol o fewn dyddiau
phase-deceased = Wedi marw
akps-100 = 100 – iach, dim i’w weld
akps-90 = 90 – bywyd arferol, ychydig o symptomau
akps-80 = 80 – bywyd arferol gydag ymdrech
akps-70 = 70 – yn gofalu am ei hun, dim gwaith
akps-60 = 60 – peth help nawr ac yn y man
akps-50 = 50 – llawer o help, gofal meddygol yn aml
akps-40 = 40 – yn y gwely dros hanner yr amser
akps-30 = 30 – bron bob amser yn y gwely
akps-20 = 20 – bob amser yn y gwely, gofal llawn
akps-10 = 10 – prin y gellir deffro
akps-0 = 0 – wedi marw
field-completed = Pwy a’i llenwodd
hint-ipos = Dros yr wythnos ddiwethaf. Ni ofynnwyd yr hyn a adewir allan.
completed-person = Y person
completed-help = Y person gyda help
completed-staff = Staff ar ran y person
field-other-symptom = Symptom arall
field-other-grade = Faint y bu’n poeni
ipos-pain = Poen
ipos-breath = Diffyg anadl
ipos-weakness = Gwendid neu ddiffyg egni
ipos-nausea = Cyfog
ipos-vomiting = Chwydu
ipos-appetite = Diffyg chwant bwyd
ipos-constipation = Rhwymedd
ipos-mouth = Ceg ddolurus neu sych
ipos-drowsiness = Syrthni
ipos-mobility = Symudedd gwael
ipos-anxiety = Pryderus neu’n poeni
ipos-family-anxiety = Teulu neu ffrindiau’n bryderus
ipos-depression = Hwyliau isel
ipos-peace = Heb fod mewn heddwch
ipos-sharing = Methu rhannu teimladau
ipos-information = Diffyg gwybodaeth
ipos-practical = Problemau ymarferol
grade-0 = 0 dim
grade-1 = 1 ychydig
grade-2 = 2 cymedrol
grade-3 = 3 difrifol
grade-4 = 4 llethol
grade-cannot = Methu asesu
field-stock = Yn y tŷ
field-left = Faint sydd ar ôl
field-expires = Diwrnod olaf ei ddefnyddio, os yw’n dweud
field-kept = Ble maen nhw’n cael eu cadw
stock-some = Maen nhw yno: cyfrwch nhw
stock-none = Dim un yno
field-amend = Beth hoffech chi ei wneud?
amend-append = Ychwanegu ato
amend-replace = Ei gywiro
amend-error = Ei dynnu’n ôl
field-added = Beth rydych yn ei ychwanegu
field-corrected = Y nodyn cyfan fel y dylai ddarllen
hint-corrected = Nid yw’n newid dim yn y nodyn cynharach: cedwir y ddau
hint-taken-back = Er enghraifft: am berson arall
field-amend-reason = Pam
amended-append = Ychwanegwyd yn ddiweddarach
amended-replace = Cywiriad
amended-error = Tynnwyd yn ôl
standing-replaced = Cywirwyd isod
standing-disputed = Cywirwyd { $count } gwaith, pob un yn wahanol: darllenwch bob un
standing-taken-back = Tynnwyd yn ôl: peidiwch â dibynnu arno
loose-unknown = Am nodyn cynharach nad yw ar y ddyfais hon
loose-other = Nid yw ei nodyn cynharach am y person hwn
loose-circle = Mae’r nodiadau hyn yn diwygio ei gilydd: gofynnwch i’r awduron
field-achievement = Sut mae’n dod ymlaen
field-lifecycle = Ble mae’r nod yn sefyll, os newidiodd hynny
goal-improving = Gwell
goal-no-change = Fel o’r blaen
goal-worsening = Gwaeth
goal-achieved = Wedi’i gyrraedd
goal-sustaining = Wedi’i gyrraedd a’i gadw
goal-not-achieved = Heb ei gyrraedd
goal-not-attainable = Ni ellir ei gyrraedd
goal-in-progress = Yn cael ei weithio arno
goal-no-progress = Dim cynnydd
goal-active = Yn parhau
goal-on-hold = Wedi’i oedi
goal-completed = Ar ben
goal-cancelled = Wedi’i roi heibio
field-flag = Beth sy’n wir nawr
field-flag-words = Beth welsoch chi; angen pan nad yw’n dal mwyach
flag-reviewed = Mae’n dal i fod
flag-cleared = Nid yw’n dal mwyach
template-free = Tudalen rydd
template-crew = Cyswllt criw
template-nursing = Ymweliad nyrsio
template-care = Ymweliad gofal
template-social = Ymweliad gwaith cymdeithasol
template-handover = Trosglwyddo
prompt-called-for = Galwyd am
prompt-found = Canfuwyd
prompt-done = Gwnaed
prompt-outcome = Penderfynwyd
prompt-if-worse = Os bydd yn gwaethygu
prompt-symptoms = Symptomau
prompt-medicines = Meddyginiaethau
prompt-person-and-family = Y person a’r teulu
prompt-plan = Cynllun
prompt-care-given = Gofal a roddwyd
prompt-food-and-drink = Bwyd a diod
prompt-mood = Hwyliau
prompt-skin = Croen
prompt-concerns = Pryderon
prompt-situation = Sefyllfa
prompt-wishes = Dymuniadau
prompt-risks = Risgiau
prompt-agreed = Cytunwyd
prompt-background = Cefndir
prompt-assessment = Asesiad
prompt-asked-for = Gofynnir i chi
vital-breathing = Cyfradd anadlu
vital-saturation = Dirlawnder ocsigen
vital-saturation-two = Dirlawnder ocsigen, graddfa 2
vital-air = Aer neu ocsigen
vital-flow = Llif ocsigen
vital-systolic = Pwysedd gwaed uchaf
vital-diastolic = Pwysedd gwaed isaf
vital-pressure = Pwysedd gwaed
vital-upper-only = y gwerth uchaf yn unig
vital-pulse = Curiad y galon
vital-awake = Effro
vital-temperature = Tymheredd
vital-glucose = Glwcos yn y gwaed
vital-scale = Graddfa dirlawnder
vital-suits = Person
hint-scale = Graddfa 2 dim ond lle penderfynodd clinigydd hynny (targed 88–92 %)
air-room = Aer yr ystafell
air-oxygen = Ocsigen
awake-alert = Effro
awake-confusion = Dryswch newydd
awake-voice = Ymateb i lais
awake-pain = Ymateb i boen
awake-none = Dim ymateb
scale-one = Graddfa 1
scale-two = Graddfa 2
suits-adult = 16 neu hŷn, ddim yn feichiog
suits-child = O dan 16
suits-pregnant = Beichiog
news-low = Risg isel
news-low-medium = Mae un arwydd yn sgorio 3: golwg frys gan glinigydd
news-medium = Risg canolig: ymateb brys
news-high = Risg uchel: ymateb argyfwng
news-incomplete = Dim sgôr NEWS2 eto. Ar goll: { $missing }
news-not-child = Nid yw NEWS2 ar gyfer pobl o dan 16
news-not-pregnant = Nid yw NEWS2 ar gyfer pobl feichiog
news-missing = heb ei gymryd
news-parts = Rhannau’r sgôr

## Dau berson, a nodiadau a roddwyd o’r neilltu
whom-name-only = Nid yw eu cofnod ar y ddyfais hon nawr. Yr enw yw’r un yr ysgrifennwyd y nodyn oddi tano.
wait-conflict = Yn darllen y ddau destun…
wait-note = Yn darllen y nodyn…
wait-take-out = Yn nodi ei fod yn cael ei dynnu allan…
note-seen = Gwelwyd
note-seen-by = Gwelwyd gan { $role }, { $at }
note-see-to-send = Mae I’w anfon yn dweud pam, a beth allwch chi ei wneud.
role-crew = griw ambiwlans
role-care-team = y tîm gofal
role-carer = ofalwr cartref
role-social-worker = weithiwr cymdeithasol
role-admin = weinyddwr
when-kept = Fel yr oedd: { $at }
conflict-title = Newidiodd dau berson hyn
conflict-lead = Nid oes dim wedi’i golli, ac nid anfonir dim cyn i chi benderfynu. Pwyswch y testun sydd i sefyll. Cedwir y llall wrth ei ochr fel nodyn.
conflict-before = Cynt
conflict-you = Chi
conflict-unnamed = Rhywun arall
conflict-nothing = Dim
conflict-both = Ni allaf benderfynu: cadw’r ddau
conflict-both-hint = Mae’r cofnod yn aros fel y mae. Cedwir y ddau destun fel nodyn i bwy bynnag sy’n ei ddarllen nesaf.
conflict-will-send = Beth fydd yn cael ei anfon
conflict-open = { $what }: heb ei benderfynu eto
conflict-send-mine = { $what }: { $mine }. Fel nodyn wrth ei ochr: { $theirs }.
conflict-send-theirs = { $what } yn aros: { $theirs }. Fel nodyn wrth ei ochr: { $mine }.
conflict-send-both = { $what } yn aros: { $theirs }. Fel nodyn wrth ei ochr: y ddau destun.
conflict-settle = Anfon y penderfyniad hwn
conflict-open-it = Cymharu’r ddau a phenderfynu
change-achievement = Sut mae’n dod ymlaen
change-standing = Ble mae’n sefyll
change-why = Pam
change-when = Pryd
change-period = Pa mor hir y mae’n sefyll
change-description = Beth ydyw
change-note = Nodiadau
change-target = Beth yw’r nod
change-due = Erbyn pryd
change-priority = Pa mor frys
change-owner = Tasg pwy ydyw
change-from = o { $at }
change-until = tan { $at }
to-send-attention = { $count ->
   *[other] Nodiadau sydd angen eich sylw: { $count }
}
why-changed-by-two = Newidiodd rhywun arall yr un peth yn y cyfamser. Cedwir y ddau destun: cymharwch nhw a phenderfynwch.
why-other-of-same = Mae gan y cofnod nodyn arall o dan yr un rhif. Ysgrifennwch hwn o’r newydd; mae’n aros yma nes bod yr un newydd wedi’i gadw.
why-not-yours = Nid yw’r cofnod yn derbyn hwn gennych chi. Gall cydweithiwr sydd â’r hawl ei ysgrifennu.
why-gone = Nid yw’r hyn a newidioch chi yn y cofnod mwyach. Ysgrifennwch ef fel nodyn yn lle hynny.
why-too-long = Mae’n rhy hir i’r cofnod. Ysgrifennwch ef o’r newydd mewn dwy ran.
why-not-as-it-is = Nid yw’r cofnod yn ei dderbyn fel y mae. Ysgrifennwch ef o’r newydd.
why-unreadable = Ni all y ddyfais hon ei ddarllen mwyach. Ni chafodd dim ei ddileu. Tynnwch ef allan, a dywedwch wrth y ddesg wasanaeth.
why-unknown = Ni wnaeth y cofnod ei dderbyn. Anfonwch ef eto; os nad yw hynny’n helpu, ysgrifennwch ef o’r newydd.
act-edit = Ei ysgrifennu o’r newydd
act-compare = Cymharu a phenderfynu
act-hand-over = Ei roi i gydweithiwr
act-take-out = Ei dynnu allan o’r ap
hand-over-title = Ei roi i gydweithiwr
hand-over-show = Dangoswch y geiriau hyn i gydweithiwr a all eu cofnodi.
hand-over-write = Maent yn mewngofnodi, ar y ddyfais hon neu eu dyfais eu hunain, ac yn ei ysgrifennu yn eu henw eu hunain.
hand-over-stays = Mae’ch un chi yn aros yma. Nid oes dim yn cael ei ddileu.
take-out-title = Ei dynnu allan o’r ap
take-out-warning = Y tu allan i’r ap nid oes dim yn diogelu’r geiriau hyn: dim PIN, a dim amser y byddant yn diflannu ar ei ôl. Chi sy’n ateb am ble maen nhw’n mynd. Nodir i chi eu tynnu allan.
take-out-stays = Mae’r nodyn yn aros yma hefyd, nes bod y cofnod yn ei gael.
take-out-go = Rwy’n deall. Ei ddangos
take-out-copy = Copïo’r cyfan
take-out-copied = Wedi’i gopïo. Gludwch ef lle mae’n perthyn, yna copïwch rywbeth arall.
take-out-not-copied = Ni ellid ei gopïo ar ei ben ei hun. Mae wedi’i farcio isod: copïwch ef â llaw.
today-attention = Ni wnaeth y cofnod ei dderbyn. Gweld pam, a beth allwch chi ei wneud.
visit-waiting = { $count ->
   *[other] Ysgrifennwyd { $count }, heb anfon eto
}
visit-attention = { $count ->
   *[other] Ysgrifennwyd { $count }, angen eich sylw
}
visit-sent = { $count ->
   *[other] Ysgrifennwyd ac anfonwyd { $count }
}
