package voterinfo

import (
	"intikhab/platform/sms"
	"intikhab/systems/voterinfo/limits"
)

// HandleSMS makes the service a handler of the short code's messages.
func (s *Service) HandleSMS(in *sms.Message, reply []byte) []byte {
	q := Question{Channel: SMS, Operator: in.Operator, Text: in.Text, At: in.Received}
	_, reply = s.answer(reply, &q, limits.Number(in.From))
	return reply
}
