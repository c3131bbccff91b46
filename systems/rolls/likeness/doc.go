// Package likeness says how like two names of persons are: whether "Saif Ullah
// Ahmed", "Saifullah Ahmad" and "سیف اللہ احمد" may be one name, written by three
// clerks. It looks at letters only and knows nothing of persons.
//
// A name is folded (the many code points of one Urdu letter become one, case and
// points fall away), cut into its parts, and compounds that are written joined or
// apart (Abdul Rehman, Saif Ullah, Zia ul Haq) are joined. Each part becomes sounds
// of one small alphabet that both scripts are read into. [Keys] are the consonants
// of those sounds, the same for the spellings of one name, to find candidates by;
// [Likeness] aligns sounds with the costs of table.go, the method of Needleman and
// Wunsch (1970), and parts of names greedily, and is what decides.
//
// The rules come from the two orthographies; the few words in words.go are those
// that the rules cannot know. TestPairs measures both on real spellings of
// candidates' names, TestVariants names spellings one by one, TestLaws holds
// symmetry and that a name is like itself.
package likeness
