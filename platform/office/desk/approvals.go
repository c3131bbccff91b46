package desk

import (
	"intikhab/platform/office/approval"
	"intikhab/platform/words"
)

// brief is what an approval is about, in a line.
func (l *look) brief(a approval.Approval) any { return words.Plain(a.On) }
