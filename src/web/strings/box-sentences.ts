/**
 * The sentences of the box on its cameras, its model, the centre and itself, each told by its beginning,
 * and what they are in German.
 */
export type Rule = readonly [english: RegExp, german: string];

const ADVICE_OF_CAMERA = "Prüfen Sie Strom, Kabel und Adresse.";
const OTHER_MODEL = "oder setzen Sie ollama.model auf ein anderes";

const OF_CAMERAS: readonly Rule[] = [
  [
    /^The camera refused the login; .+$/,
    "Die Kamera lehnt die Anmeldung ab. Berichtigen Sie Benutzer und Passwort in ihrer Adresse.",
  ],
  [
    /^The camera knows no such stream; .+$/,
    "Die Kamera kennt diesen Strom nicht. Berichtigen Sie den Pfad in ihrer Adresse.",
  ],
  [
    /^The camera does not send over TCP; .+$/,
    "Die Kamera sendet nicht über TCP. Schalten Sie in ihr RTSP über TCP ein.",
  ],
  [
    /^The address leads to a stream without video; .+$/,
    "Unter der Adresse kommt kein Video. Wählen Sie einen anderen Strom der Kamera.",
  ],
  [/^The camera cannot be reached; .+$/, `Die Kamera ist nicht zu erreichen. ${ADVICE_OF_CAMERA}`],
  [/^The camera does not answer; .+$/, `Die Kamera antwortet nicht. ${ADVICE_OF_CAMERA}`],
  [
    /^The camera refuses connections; .+$/,
    `Die Kamera nimmt keine Verbindung an. ${ADVICE_OF_CAMERA}`,
  ],
  [
    /^The camera's name is unknown to the network; .+$/,
    "Das Netz kennt den Namen der Kamera nicht. Prüfen Sie ihn oder nehmen Sie ihre Adresse.",
  ],
  [
    /^The camera broke the connection off; .+$/,
    "Die Kamera hat die Verbindung abgebrochen. Prüfen Sie Strom und Last.",
  ],
  [
    /^The address leads away from RTSP, .+$/,
    "Die Adresse führt von RTSP weg, das ist nicht erlaubt. Berichtigen Sie die Adresse.",
  ],
  [
    /^What answers there does not speak RTSP; .+$/,
    "Was dort antwortet, spricht kein RTSP. Berichtigen Sie Rechner und Port.",
  ],
  [
    /^The camera closed the connection; .+$/,
    "Die Kamera hat die Verbindung geschlossen. Es wird weiter versucht, bis sie wieder da ist.",
  ],
  [
    /^ffmpeg ended by itself; .+$/,
    "ffmpeg hat sich beendet. Prüfen Sie das Paket ffmpeg und den freien Speicher.",
  ],
  [
    /^The camera sends ([^ ;]+); .+$/,
    "Die Kamera sendet $1. Stellen Sie ihren Strom auf H.264 oder H.265.",
  ],
  [
    /^The camera's video arrives damaged; .+$/,
    "Das Video der Kamera kommt beschädigt an. Prüfen Sie Netz und Last, oder senken Sie ihre Bitrate.",
  ],
  [
    /^The camera is connected but sends nothing; .+$/,
    "Die Kamera ist verbunden, sendet aber nichts. Starten Sie sie neu, wenn das anhält.",
  ],
  [
    /^The camera sends video that cannot be decoded; .+$/,
    "Das Video der Kamera ist nicht zu dekodieren. Wählen Sie in ihr einfaches H.264 oder H.265.",
  ],
  [
    /^This camera is switched off \(enabled: false\)\.$/,
    "Diese Kamera ist ausgeschaltet (enabled: false).",
  ],
  [
    /^The picture is blank\. .+$/,
    "Das Bild ist leer. Decken Sie die Kamera auf, oder geben Sie ihr Licht.",
  ],
  [
    /^A part of the picture is blank, .+$/,
    "Ein Teil des Bildes ist leer, als wäre Farbe auf dem Glas. Reinigen Sie es.",
  ],
  [
    /^The camera shows another view than before\. .+$/,
    "Die Kamera zeigt eine andere Ansicht als zuvor. Drehen Sie sie zurück; nach zwei Minuten gilt die neue Ansicht als gewohnt.",
  ],
  [
    /^The camera repeats one and the same picture\. .+$/,
    "Die Kamera wiederholt ein und dasselbe Bild. Starten Sie sie neu.",
  ],
  [
    /^The picture lost its sharpness everywhere\. .+$/,
    "Das Bild ist überall unscharf geworden. Reinigen Sie das Glas, dann stellen Sie die Kamera scharf.",
  ],
  [
    /^Its pictures are so small that .+$/,
    "Ihre Bilder sind so klein, dass es nicht mehr kostet, alle zu dekodieren.",
  ],
  [
    /^It is small and holds its bit rate: .+$/,
    "Sie ist klein und hält ihre Bitrate: eine Auswahl spart nichts und verbärge kurze Besuche.",
  ],
  [
    /^Its key frames are up to (\S+) s apart, .+$/,
    "Ihre Schlüsselbilder liegen bis zu $1 s auseinander; das ist zu weit, um nur sie anzusehen.",
  ],
  [
    /^Its key frames are (\S+) s apart and its sizes .+$/,
    "Ihre Schlüsselbilder liegen $1 s auseinander, und die Größen sagen nichts über das dazwischen.",
  ],
  [
    /^Nearly every picture of it is a key frame, .+$/,
    "Fast jedes ihrer Bilder ist ein Schlüsselbild; es gibt nichts auszulassen.",
  ],
  [
    /^Its key frames come too irregularly .+$/,
    "Ihre Schlüsselbilder kommen zu unregelmäßig, um nur sie anzusehen.",
  ],
];

const OF_MODEL: readonly Rule[] = [
  [/^(\S+) is ready to look at pictures\.$/, "$1 ist bereit, Bilder anzusehen."],
  [/^Nothing is known of the model yet; .+$/, "Das Modell wird gerade erst erprobt."],
  [
    /^Ollama does not answer at (\S+)\. .+$/,
    "Ollama antwortet unter $1 nicht. Starten Sie es, oder berichtigen Sie ollama.url in nightjar.yaml.",
  ],
  [
    /^What answers at (\S+) is not Ollama\. .+$/,
    "Was unter $1 antwortet, ist nicht Ollama. Prüfen Sie ollama.url in nightjar.yaml.",
  ],
  [
    /^Ollama does not have the model (\S+)\. Run: (.+)$/,
    "Ollama hat das Modell $1 nicht. Holen Sie es: $2",
  ],
  [
    /^(\S+) cannot see pictures\. .+$/,
    "$1 kann keine Bilder sehen. Setzen Sie ollama.model auf eines, das es kann, etwa llava:7b.",
  ],
  [/^Ollama is busy; .+$/, "Ollama ist beschäftigt; das Bild wartet, bis es an der Reihe ist."],
  [
    /^Ollama answers, but (\S+) does not, .+$/,
    "Ollama antwortet, aber $1 nicht, auch nicht auf zwei kleine Fragen. Bleibt das so, starten Sie Ollama neu.",
  ],
  [
    /^(\S+) read a test picture in fewer tokens .+$/,
    `$1 bekommt ein Testbild nicht gezeigt. Aktualisieren Sie Ollama, ${OTHER_MODEL}.`,
  ],
  [
    /^(\S+) did not name the colours of a test picture: .+$/,
    `$1 nannte die Farben eines Testbildes nicht: vielleicht sieht es nichts und erfindet seine Beschreibungen. Aktualisieren Sie Ollama, ${OTHER_MODEL}.`,
  ],
  [
    /^(\S+) answers in another language .+$/,
    "$1 antwortet in einer anderen Sprache als gewünscht; seine Beschreibungen vielleicht auch.",
  ],
  [
    /^(\S+) did not finish with a test picture .+$/,
    "$1 wurde mit einem Testbild nicht rechtzeitig fertig. Starten Sie Ollama neu, oder erhöhen Sie ollama.timeout_s, wenn die Box langsam ist.",
  ],
  [
    /^(\S+) says nothing about a test picture\. .+$/,
    `$1 sagt nichts zu einem Testbild. Holen Sie es noch einmal, ${OTHER_MODEL}.`,
  ],
  [
    /^(\S+) does not come to an end about a test picture\. .+$/,
    `$1 kommt bei einem Testbild zu keinem Ende. Holen Sie es noch einmal, ${OTHER_MODEL}.`,
  ],
  [
    /^Waiting for its best picture and its turn at the model\.$/,
    "Es wartet auf sein bestes Bild, und bis es an der Reihe ist.",
  ],
  [/^Given up after one try: (.+)$/s, "Nach einem Versuch aufgegeben: $1"],
  [/^Given up after (\d+) tries: (.+)$/s, "Nach $1 Versuchen aufgegeben: $2"],
  [/^This camera wants no descriptions\.$/, "Diese Kamera will keine Beschreibungen."],
];

const OF_CENTRE: readonly Rule[] = [
  [
    /^No central database is configured \(central\.url\)\.$/,
    "Keine zentrale Datenbank ist eingestellt (central.url).",
  ],
  [/^The central database is being connected to\.$/, "Die Verbindung zur Zentrale entsteht."],
  [/^Changes are on their way to the central database\.$/, "Änderungen gehen an die Zentrale."],
  [/^The central database knows what this box knows\.$/, "Die Zentrale weiß, was diese Box weiß."],
  [
    /^The central database cannot be reached\. .+$/,
    "Die Zentrale ist nicht zu erreichen. Es wird von selbst weiter versucht.",
  ],
  [
    /^The central database did not answer in time\. .+$/,
    "Die Zentrale hat nicht rechtzeitig geantwortet. Es wird von selbst weiter versucht.",
  ],
  [
    /^The central database takes no writes at the moment\. .+$/,
    "Die Zentrale nimmt gerade nichts an. Es wird von selbst weiter versucht.",
  ],
  [
    /^The central database was busy with the same rows\. .+$/,
    "Die Zentrale war mit denselben Zeilen beschäftigt. Es wird von selbst weiter versucht.",
  ],
  [
    /^The central database refuses the account\. .+$/,
    "Die Zentrale lehnt das Konto ab. Prüfen Sie Benutzer und Passwort von central.url.",
  ],
  [
    /^The account may not write to the central database\. .+$/,
    "Das Konto darf nicht in die Zentrale schreiben. Wem sie gehört, führt nightjar central migrate --print-grants SITE aus und dann, was es ausgibt.",
  ],
  [
    /^The connection to the central database cannot be trusted, .+$/,
    "Der Verbindung zur Zentrale ist nicht zu trauen, und über eine andere wird nichts gesendet. Prüfen Sie ihr Zertifikat, den Rechnernamen in central.url und central.tls.ca.",
  ],
  [
    /^The central database has no tables yet\. .+$/,
    "Die Zentrale hat noch keine Tabellen. Wem sie gehört, führt nightjar central migrate aus.",
  ],
  [
    /^The central database is of an older version\. .+$/,
    "Die Zentrale ist von älterer Version. Wem sie gehört, führt nightjar central migrate dieser Version aus.",
  ],
  [
    /^The central database is of a newer version\. .+$/,
    "Die Zentrale ist von neuerer Version. Aktualisieren Sie diese Box.",
  ],
  [
    /^Another box sends to the central database under this site\.id\. .+$/,
    "Eine andere Box sendet unter derselben site.id an die Zentrale. Geben Sie einer eine andere, oder holen Sie den Namen mit nightjar central claim hierher.",
  ],
  [/^The central database refuses a row\.$/, "Die Zentrale lehnt eine Zeile ab."],
  [
    /^The central database takes no message of that size\.$/,
    "Die Zentrale nimmt keine Nachricht dieser Größe.",
  ],
  [/^The central database answered with an error\.$/, "Die Zentrale antwortete mit einem Fehler."],
];

const OF_BOX: readonly Rule[] = [
  [
    /^Passwords and tokens cross the network in the clear\. .+$/,
    "Passwörter und Tokens gehen offen durchs Netz. Setzen Sie server.tls.mode auf self-signed oder files, oder nennen Sie in server.trusted_proxies den Proxy, der für diese Box TLS spricht.",
  ],
  [/^(\S+) % of the disk is free\.$/, "$1 % der Platte sind frei."],
  [/^Only (\S+) % of the disk is free\.$/, "Nur $1 % der Platte sind frei."],
  [
    /^The data folder (.+) cannot be read\. .+$/,
    "Der Datenordner $1 ist nicht zu lesen. Prüfen Sie die Platte und ihre Einbindung.",
  ],
  [
    /^The disk is full\. .+$/,
    "Die Platte ist voll. Ereignisse werden weiter behalten, aber ohne Bilder. Schaffen Sie Platz.",
  ],
  [/^The latest backup failed: (.+)$/, "Die letzte Sicherung misslang: $1"],
  [/^An event stands without its picture: (.+)$/, "Ein Ereignis ist ohne sein Bild: $1"],
  [
    /^The database was damaged\. .+ It lies in (.+); look at .+$/,
    "Die Datenbank war beschädigt und wurde wiederhergestellt. Die alte liegt in $1. Sehen Sie nach, was fehlt, und nach der Platte.",
  ],
  [
    /^(The disk stays short|Pictures take too much room), and nothing more may go: .+$/,
    "Es fehlt an Platz, und mehr darf nicht gelöscht werden: der Rest ist wichtig, noch nicht gesendet oder wartet auf seine Beschreibung. Schaffen Sie Platz, oder nehmen Sie Markierungen weg.",
  ],
];

export const SENTENCES: readonly Rule[] = [...OF_CAMERAS, ...OF_MODEL, ...OF_CENTRE, ...OF_BOX];
