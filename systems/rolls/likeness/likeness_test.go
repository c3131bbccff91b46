package likeness

import "testing"

func TestTry(t *testing.T) {
	for _, p := range [][2]string{
		{"Saif Ullah Ahmed", "Saifullah Ahmad"}, {"سیف اللہ احمد", "Saifullah Ahmad"}, {"Muhammad Aslam", "Mohd. Aslam Khan"},
		{"Zia ul Haq", "ضیاء الحق"}, {"Ziaul Haq", "ضیاءالحق"}, {"Abdul Rehman", "عبدالرحمٰن"}, {"Abdurrahman", "عبد الرحمان"},
		{"Nizam ud Din", "نظام الدین"}, {"Nizamuddin", "Nizam Uddin"}, {"Fatima Bibi", "فاطمہ بی بی"}, {"Fatimah BB", "فاطمه بیبی"},
		{"Riaz", "Raza"}, {"Nadir", "Nadira"}, {"Hamid", "Hammad"}, {"Nawaz", "Niaz"}, {"Muhammad Ilyas", "محمد الیاس"}, {"Ghulam Mustafa", "G. Mustafa"},
		{"Muhammad", "Mahmood"}, {"Ahmad", "Hamid"}, {"Zulfiqar Ali", "ذوالفقار علی"}, {"Yousaf", "یوسف"}, {"Usman", "Osman"}, {"Imran", "Kamran"},
		{"Mahmood", "محمود"}, {"Khadija", "خدیجہ"}, {"Ghazala Parveen", "غزالہ پروین"}, {"Allah Ditta", "اللہ دتہ"}, {"Zaibunnisa", "زیب النساء"}, {"Zaib un Nisa", "زیب النسا"},
	} {
		t.Log(p, Likeness(p[0], p[1]), Keys(p[0]), Keys(p[1]))
	}
}

func BenchmarkKeys(b *testing.B) {
	var room [4]Key
	for range b.N {
		n := Read("Muhammad Saif Ullah Ahmed")
		n.AppendKeys(room[:0])
	}
}

func BenchmarkLikeness(b *testing.B) {
	for range b.N {
		Likeness("Muhammad Saif Ullah Ahmed", "محمد سیف اللہ احمد")
	}
}
