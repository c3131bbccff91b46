// Package form is the questions that a page asks and what a person answers: each
// field with its kind, read within bounds, put into one shape, checked, and shown
// again with what was typed and what is wrong beside it. Errors are told as the
// published patterns of the GOV.UK Design System have it: a summary above that leads
// to each field, and the same sentence at the field, which says what to do. See
// TestReadTellsWhatToDo, and the page /design/forms for all kinds at work.
//
// It never keeps an answer: what is to be kept half way is package draft's, what is
// to be kept for good is the caller's.
package form
