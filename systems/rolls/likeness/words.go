package likeness

// A class says how much a part of a name tells persons apart.
type class uint8

const (
	telling class = iota
	weak          // borne by so many that it tells little: Muhammad, Khan, Bibi
	title         // no part of the name: Syed, Haji
)

// share is a part's weight by its class.
var share = [...]float64{telling: 1, weak: 0.35, title: 0.08}

// classOf gives the class of a folded part of a name. The weak ones are among the
// most frequent parts of candidates' names, and each is often left out or added by
// its bearer; titles are written before the name by some hands and not by others.
func classOf(part []byte) class {
	switch string(part) {
	case "syed", "sayed", "sayyed", "sayyid", "saiyid", "syeda", "sayeda", "sayyida", "haji", "hajji", "haaji", "alhaj", "alhajj",
		"mr", "mrs", "miss", "mst", "ms", "musammat", "mussamat", "mosammat", "dr", "doctor", "hafiz", "hafeez-ul", "qari", "maulana", "molana", "moulana",
		"molvi", "maulvi", "moulvi", "engr", "engineer", "advocate", "adv", "prof", "professor", "capt", "captain", "major", "col", "colonel",
		"retd", "justice", "mufti", "allama", "pirzada", "makhdoom", "sahib", "sahibzada", "sahibzadi", "late", "alias", "urf",
		"سید", "سیدہ", "حاجی", "الحاج", "مسماۃ", "مسماہ", "مسمات", "ڈاکٹر", "حافظ", "قاری", "مولانا", "مولوی", "انجینئر", "انجینیر", "ایڈووکیٹ",
		"پروفیسر", "کیپٹن", "میجر", "کرنل", "مفتی", "علامہ", "مخدوم", "صاحب", "صاحبزادہ", "صاحبزادی", "مرحوم", "عرف", "محترمہ", "جناب":
		return title
	case "muhammad", "khan", "malik", "malak", "bibi", "begum", "begam", "mian", "chaudhry", "rana", "sardar", "mir", "pir", "mai", "khatoon", "khatun",
		"shah", "bano", "mirza", "sheikh", "shaikh", "raja", "rai", "rao", "ghulam", "bin", "bint", "wald", "bano0",
		"محمد", "خان", "ملک", "بی", "بیبی", "بیگم", "میاں", "میان", "چوہدری", "چودھری", "چودہری", "رانا", "سردار", "میر", "پیر", "مایی", "خاتون", "شاہ",
		"بانو", "مرزا", "شیخ", "راجہ", "راے", "راو", "غلام", "بن", "بنت", "ولد":
		return weak
	}
	return telling
}

// meant gives the word that a Roman spelling or abbreviation stands for which the
// rules cannot read: abbreviations of the registers, and words whose "sh" is two
// letters or whose x is ش. nil: the part itself.
func meant(part []byte) string {
	switch string(part) {
	case "mohd", "muhd", "md", "mhd", "muhamad", "mohammad", "mohammed", "muhammed", "mohamad", "mohamed", "muhammd", "mohmmad", "mohammd", "mahammad", "muhummad", "m", "mohmad", "mohamud":
		return "muhammad"
	case "bb", "bibee", "beebi", "biby":
		return "bibi"
	case "ch", "choudhry", "chaudhary", "choudhary", "chaudhri", "choudhri", "chaudry", "chowdhry", "chaudhery", "chodhry", "chaudari":
		return "chaudhry"
	case "gh", "gm":
		return "ghulam"
	case "abd", "abdal":
		return "abdul"
	case "ishaq", "ishaque", "ishaaq", "isaac":
		return "is'haq"
	case "bux", "bukhsh", "baksh", "buksh", "bakhash", "bakhsh":
		return "bakhsh"
	case "اسحق":
		return "اسحاق"
	case "رحمن":
		return "رحمان"
	case "اسمعیل":
		return "اسماعیل"
	// Their last ye is an alif (alif maqsura), marked by some hands and by most not.
	case "مصطفی":
		return "مصطفا"
	case "مرتضی":
		return "مرتضا"
	case "مجتبی":
		return "مجتبا"
	case "عیسی":
		return "عیسا"
	case "موسی":
		return "موسا"
	case "یحیی":
		return "یحیا"
	case "عظمی":
		return "عظما"
	case "سلمی":
		return "سلما"
	case "لیلی":
		return "لیلا"
	case "بشری":
		return "بشرا"
	case "صغری":
		return "صغرا"
	case "کبری":
		return "کبرا"
	case "یسری":
		return "یسرا"
	}
	return ""
}

// isArticle: the article between two halves of a compound, as Roman spelling has it
// with its l or with the letter that the l becomes (ud-Din).
func isArticle(part []byte) bool {
	switch string(part) {
	case "ul", "ur", "ud", "us", "un", "uz", "al", "el", "ad", "ar", "ush", "oul":
		return true
	}
	return false
}

// secondHalf: what follows the article in a compound, without the article. Only
// before these is an "ul" at the end of a part, or an "ال" within one, the article:
// Rasul Khan and جلال have none.
func secondHalf(part []byte) bool {
	switch string(part) {
	case "haq", "haque", "haqq", "huq", "hak", "hasan", "hassan", "hasnain", "husnain", "islam", "rehman", "rahman", "raheman", "rehmaan", "rahmaan", "rahim", "raheem",
		"din", "deen", "nabi", "amin", "ameen", "arfeen", "arifeen", "zaman", "qadir", "qadeer", "mulk", "kabir", "azim", "azeem", "karim", "kareem",
		"nisa", "nissa", "nisah", "ghafoor", "ghaffar", "ghani", "aziz", "hameed", "hamid", "majeed", "majid", "wahab", "waheed", "salam", "sattar", "razzaq", "razaq",
		"rauf", "rasheed", "rashid", "jabbar", "khaliq", "aleem", "hakeem", "hai", "qayyum", "qayyoum", "qayum", "samad", "lateef", "latif", "hadi", "abidin", "abideen",
		"حق", "حسن", "حسنین", "اسلام", "رحمن", "رحمان", "رحیم", "دین", "نبی", "امین", "عارفین", "زمان", "قادر", "قدیر", "ملک", "کبیر", "عظیم", "کریم",
		"نسا", "نساء", "غفور", "غفار", "غنی", "عزیز", "حمید", "مجید", "وہاب", "وحید", "سلام", "ستار", "رزاق", "روف", "رووف", "رشید", "جبار", "خالق", "علیم", "حکیم",
		"حی", "قیوم", "صمد", "لطیف", "ہادی", "عابدین":
		return true
	}
	return false
}

// articleBefore: the word ends in an article that fits the half after it: its l, or
// that half's own first letter (Nizamud Din, but not Masud Iqbal).
func articleBefore(w, half []byte) bool {
	if len(w) < 2 || w[len(w)-2] != 'u' || len(half) == 0 {
		return false
	}
	switch string(w) {
	case "rasul", "maqbul", "makbul":
		return false
	}
	last := w[len(w)-1]
	return (last == 'l' || last == half[0]) && isArticle(w[len(w)-2:]) && secondHalf(half)
}

// afterAllah: Allah is the second half of a name (Saif Ullah) but before
// these the first.
func afterAllah(part []byte) bool {
	switch string(part) {
	case "ditta", "dita", "ditto", "dittah", "bakhsh", "bux", "bukhsh", "baksh", "buksh", "rakha", "rakhi", "rakhio", "wasaya", "wasayo", "yar", "dad", "dino", "deno", "dinno", "jiwaya", "dewaya", "bachaya", "bachayo", "nawaz", "warayo", "dost",
		"دتہ", "دتا", "دتو", "بخش", "رکھا", "رکھی", "رکھیو", "وسایا", "وسایو", "یار", "داد", "ڈنو", "ڈینو", "ڈنہ", "جیوایا", "ڈیوایا", "بچایا", "بچایو", "نواز", "ورایو", "دوست":
		return true
	}
	return false
}

func isAllah(part []byte) (is, suffixOnly bool) {
	switch string(part) {
	case "ullah", "ulla", "ullaha", "ulah", "oullah", "wullah":
		return true, true
	case "allah", "alla", "اللہ", "الله":
		return true, false
	}
	return false, false
}

// isAbd: the first half of "servant of …", of which another word is always part.
func isAbd(part []byte) bool {
	switch string(part) {
	case "abdul", "abdur", "abdus", "abdu", "abd", "abdool", "abdoul", "abdel", "abdal", "عبد", "عبدال":
		return true
	}
	return false
}
