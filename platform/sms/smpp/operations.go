package smpp

// Query is the body of query_sm (3.4, section 4.8.1).
type Query struct {
	MessageID []byte
	Source    Address
}

// Decode reads the body of a query_sm.
func (q *Query) Decode(body []byte) error {
	c := cursor{b: body}
	q.MessageID = c.cstring("message_id")
	c.address(&q.Source, "source_addr")
	return c.done()
}

// AppendQuery appends a query_sm.
func AppendQuery(dst []byte, seq uint32, q *Query) []byte {
	start := len(dst)
	dst = append(dst, blank[:]...)
	dst = appendCString(dst, q.MessageID)
	dst = appendAddress(dst, q.Source)
	return putHeader(dst, start, QuerySM, StatusOK, seq)
}

// QueryResp is the body of query_sm_resp.
type QueryResp struct {
	MessageID []byte
	FinalDate []byte // empty while the message has not reached a final state
	State     MessageState
	ErrorCode byte
}

// Decode reads the body of a query_sm_resp; a refusal has none.
func (q *QueryResp) Decode(body []byte) error {
	*q = QueryResp{}
	if len(body) == 0 {
		return nil
	}
	c := cursor{b: body}
	q.MessageID = c.cstring("message_id")
	q.FinalDate = c.cstring("final_date")
	q.State = MessageState(c.octet("message_state"))
	q.ErrorCode = c.octet("error_code")
	return c.done()
}

// AppendQueryResp appends a query_sm_resp.
func AppendQueryResp(dst []byte, status Status, seq uint32, q *QueryResp) []byte {
	start := len(dst)
	dst = append(dst, blank[:]...)
	if status == StatusOK {
		dst = appendCString(dst, q.MessageID)
		dst = appendCString(dst, q.FinalDate)
		dst = append(dst, byte(q.State), q.ErrorCode)
	}
	return putHeader(dst, start, QuerySMResp, status, seq)
}

// Cancel is the body of cancel_sm (section 4.9.1).
type Cancel struct {
	ServiceType  []byte
	MessageID    []byte
	Source, Dest Address
}

// Decode reads the body of a cancel_sm.
func (k *Cancel) Decode(body []byte) error {
	c := cursor{b: body}
	k.ServiceType = c.cstring("service_type")
	k.MessageID = c.cstring("message_id")
	c.address(&k.Source, "source_addr")
	c.address(&k.Dest, "destination_addr")
	return c.done()
}

// AppendCancel appends a cancel_sm.
func AppendCancel(dst []byte, seq uint32, k *Cancel) []byte {
	start := len(dst)
	dst = append(dst, blank[:]...)
	dst = appendCString(dst, k.ServiceType)
	dst = appendCString(dst, k.MessageID)
	dst = appendAddress(dst, k.Source)
	dst = appendAddress(dst, k.Dest)
	return putHeader(dst, start, CancelSM, StatusOK, seq)
}

// Replace is the body of replace_sm (section 4.10.1).
type Replace struct {
	MessageID          []byte
	Source             Address
	Schedule, Validity []byte
	RegisteredDelivery byte
	DefaultMsgID       byte
	ShortMessage       []byte
	TLVs               TLVs // 5.0 only
}

// Decode reads the body of a replace_sm.
func (r *Replace) Decode(body []byte) error {
	c := cursor{b: body}
	r.MessageID = c.cstring("message_id")
	c.address(&r.Source, "source_addr")
	r.Schedule = c.cstring("schedule_delivery_time")
	r.Validity = c.cstring("validity_period")
	r.RegisteredDelivery = c.octet("registered_delivery")
	r.DefaultMsgID = c.octet("sm_default_msg_id")
	r.ShortMessage = c.octets("short_message", int(c.octet("sm_length")))
	r.TLVs = c.tlvs()
	return c.done()
}

// AppendReplace appends a replace_sm; its text is cut at MaxShortMessage.
func AppendReplace(dst []byte, seq uint32, r *Replace) []byte {
	start := len(dst)
	dst = append(dst, blank[:]...)
	dst = appendCString(dst, r.MessageID)
	dst = appendAddress(dst, r.Source)
	dst = appendCString(dst, r.Schedule)
	dst = appendCString(dst, r.Validity)
	text := r.ShortMessage[:min(len(r.ShortMessage), MaxShortMessage)]
	dst = append(dst, r.RegisteredDelivery, r.DefaultMsgID, byte(len(text)))
	dst = append(append(dst, text...), r.TLVs...)
	return putHeader(dst, start, ReplaceSM, StatusOK, seq)
}

// Alert is the body of alert_notification (section 4.12.1): a subscriber can be
// reached again.
type Alert struct {
	Source, ESME Address
	TLVs         TLVs
}

// Decode reads the body of an alert_notification.
func (a *Alert) Decode(body []byte) error {
	c := cursor{b: body}
	c.address(&a.Source, "source_addr")
	c.address(&a.ESME, "esme_addr")
	a.TLVs = c.tlvs()
	return c.done()
}

// AppendAlert appends an alert_notification.
func AppendAlert(dst []byte, seq uint32, a *Alert) []byte {
	start := len(dst)
	dst = append(dst, blank[:]...)
	dst = appendAddress(dst, a.Source)
	dst = appendAddress(dst, a.ESME)
	dst = append(dst, a.TLVs...)
	return putHeader(dst, start, AlertNotification, StatusOK, seq)
}
