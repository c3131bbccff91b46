// Package approval is the second officer: what one officer asks for and another,
// who must hold the same act in the same jurisdiction, approves before it is done.
// The acts that need it are those with 2 in the table of permissions: freezing and
// publishing a roll, declaring a result, exporting personal data, using a key,
// granting a role. It is the commission's own rule, not one of the Elections Act.
//
// Who asked can't approve, neither by another post nor by another's charge, nor can
// anybody by the very post it was asked by; what was asked for can't change; and it
// lapses. TestTransitions tries every state against every verb, TestTwoApprovers
// lets two approve at once on both databases.
package approval
