package smpp

import "fmt"

// Message is the body of submit_sm and deliver_sm, which have one layout, and of
// data_sm, which has some of its fields (3.4, sections 4.4.1, 4.6.1, 4.7.1).
type Message struct {
	ServiceType        []byte
	Source, Dest       Address
	ESMClass           byte
	ProtocolID         byte
	Priority           byte
	Schedule           []byte
	Validity           []byte
	RegisteredDelivery byte
	ReplaceIfPresent   byte
	DataCoding         byte
	DefaultMsgID       byte
	ShortMessage       []byte
	TLVs               TLVs // on the wire's form; AppendTLV builds it
}

// Bits of esm_class (section 5.2.12).
const (
	ESMClassStoreAndForward   byte = 0x03
	ESMClassTypeMask          byte = 0x3C
	ESMClassDeliveryReceipt   byte = 0x04
	ESMClassDeliveryAck       byte = 0x08
	ESMClassManualAck         byte = 0x10
	ESMClassIntermediateNotif byte = 0x20
	ESMClassUDHI              byte = 0x40 // the text begins with a user data header
	ESMClassReplyPath         byte = 0x80
)

// Values of registered_delivery (section 5.2.17).
const (
	ReceiptNone    byte = 0
	ReceiptAlways  byte = 1
	ReceiptFailure byte = 2
)

// Decode reads the body of a submit_sm or deliver_sm: what follows the header.
// Every field aliases body. On error the fields read so far stand, so that the
// sender can still be told.
func (m *Message) Decode(body []byte) error {
	c := cursor{b: body}
	m.ServiceType = c.cstring("service_type")
	c.address(&m.Source, "source_addr")
	c.address(&m.Dest, "destination_addr")
	m.ESMClass = c.octet("esm_class")
	m.ProtocolID = c.octet("protocol_id")
	m.Priority = c.octet("priority_flag")
	m.Schedule = c.cstring("schedule_delivery_time")
	m.Validity = c.cstring("validity_period")
	m.RegisteredDelivery = c.octet("registered_delivery")
	m.ReplaceIfPresent = c.octet("replace_if_present_flag")
	m.DataCoding = c.octet("data_coding")
	m.DefaultMsgID = c.octet("sm_default_msg_id")
	m.ShortMessage = c.octets("short_message", int(c.octet("sm_length")))
	m.TLVs = c.tlvs()
	return c.done()
}

// DecodeData reads the body of a data_sm, as Decode does. Its text is Payload.
func (m *Message) DecodeData(body []byte) error {
	c := cursor{b: body}
	*m = Message{}
	m.ServiceType = c.cstring("service_type")
	c.address(&m.Source, "source_addr")
	c.address(&m.Dest, "destination_addr")
	m.ESMClass = c.octet("esm_class")
	m.RegisteredDelivery = c.octet("registered_delivery")
	m.DataCoding = c.octet("data_coding")
	m.TLVs = c.tlvs()
	return c.done()
}

// TLV is the first optional parameter with this tag.
func (m *Message) TLV(tag Tag) ([]byte, bool) { return m.TLVs.Get(tag) }

// Payload is the message itself, user data header included: message_payload if
// it is there and short_message is empty, else short_message.
func (m *Message) Payload() []byte {
	if len(m.ShortMessage) == 0 && len(m.TLVs) > 0 {
		if v, ok := m.TLVs.Get(TagMessagePayload); ok {
			return v
		}
	}
	return m.ShortMessage
}

// HasUDH reports whether Payload begins with a user data header.
func (m *Message) HasUDH() bool { return m.ESMClass&ESMClassUDHI != 0 }

// IsReceipt reports whether the message is a delivery receipt or an
// intermediate notification and not something that a person wrote.
func (m *Message) IsReceipt() bool {
	t := m.ESMClass & ESMClassTypeMask
	return t == ESMClassDeliveryReceipt || t == ESMClassIntermediateNotif
}

// Check says what AppendMessage could not write as it stands.
func (m *Message) Check() error {
	fields := [...]struct {
		name string
		v    []byte
	}{
		{"service_type", m.ServiceType}, {"source_addr", m.Source.Addr}, {"destination_addr", m.Dest.Addr},
		{"schedule_delivery_time", m.Schedule}, {"validity_period", m.Validity},
	}
	for _, f := range fields {
		if len(f.v) >= longestString {
			return fmt.Errorf("smpp: %s has %d octets, at most %d go in", f.name, len(f.v), longestString-1)
		}
		for _, b := range f.v {
			if b == 0 {
				return fmt.Errorf("smpp: %s has a NUL within", f.name)
			}
		}
	}
	if len(m.ShortMessage) > 0xFFFF {
		return fmt.Errorf("smpp: the text has %d octets, at most 65535 go into message_payload", len(m.ShortMessage))
	}
	if at, problem := m.TLVs.check(); problem != "" {
		return fmt.Errorf("smpp: optional parameter at octet %d of TLVs: %s", at, problem)
	}
	return nil
}

// AppendMessage appends a whole submit_sm, deliver_sm or data_sm (by cmd). A
// ShortMessage longer than MaxShortMessage, and every one of a data_sm, goes out
// as message_payload.
func AppendMessage(dst []byte, cmd CommandID, seq uint32, m *Message) []byte {
	start := len(dst)
	dst = append(dst, blank[:]...)
	dst = appendCString(dst, m.ServiceType)
	dst = appendAddress(dst, m.Source)
	dst = appendAddress(dst, m.Dest)
	if cmd == DataSM {
		dst = append(dst, m.ESMClass, m.RegisteredDelivery, m.DataCoding)
	} else {
		dst = append(dst, m.ESMClass, m.ProtocolID, m.Priority)
		dst = appendCString(dst, m.Schedule)
		dst = appendCString(dst, m.Validity)
		dst = append(dst, m.RegisteredDelivery, m.ReplaceIfPresent, m.DataCoding, m.DefaultMsgID)
	}
	switch {
	case cmd == DataSM:
		if len(m.ShortMessage) > 0 {
			dst = AppendTLV(dst, TagMessagePayload, m.ShortMessage)
		}
	case len(m.ShortMessage) > MaxShortMessage:
		dst = AppendTLV(append(dst, 0), TagMessagePayload, m.ShortMessage)
	default:
		dst = append(append(dst, byte(len(m.ShortMessage))), m.ShortMessage...)
	}
	dst = append(dst, m.TLVs...)
	return putHeader(dst, start, cmd, StatusOK, seq)
}

// Format writes the message for a log, whatever the verb: addresses masked, of
// the text only its length.
func (m Message) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "%v to %v esm_class=0x%02X data_coding=0x%02X %d octets", m.Source, m.Dest,
		m.ESMClass, m.DataCoding, len(m.Payload()))
}

// Resp is the body of the answers to submit_sm, deliver_sm and data_sm.
type Resp struct {
	MessageID []byte // empty in deliver_sm_resp
	TLVs      TLVs
}

// Decode reads the body of an answer. None at all is right for a refusal and
// usual for deliver_sm_resp.
func (r *Resp) Decode(body []byte) error {
	*r = Resp{}
	if len(body) == 0 {
		return nil
	}
	c := cursor{b: body}
	r.MessageID = c.cstring("message_id")
	r.TLVs = c.tlvs()
	return c.done()
}

// AppendResp appends the answer cmd (submit_sm_resp, deliver_sm_resp,
// data_sm_resp). A refusal is the header alone, as the standard wants for
// submit_sm_resp, but for deliver_sm_resp, whose empty message_id always stands.
func AppendResp(dst []byte, cmd CommandID, status Status, seq uint32, messageID []byte) []byte {
	start := len(dst)
	dst = append(dst, blank[:]...)
	if status == StatusOK || cmd == DeliverSMResp {
		dst = appendCString(dst, messageID)
	}
	return putHeader(dst, start, cmd, status, seq)
}
