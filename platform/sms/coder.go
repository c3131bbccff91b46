package sms

import (
	"errors"
	"math/rand/v2"

	"intikhab/platform/sms/gsm"
	"intikhab/platform/sms/smpp"
)

// coder turns deliver_sm into text and a reply into submit_sm, as the operator has
// it. It belongs to one goroutine.
type coder struct {
	cfg      *OperatorConfig
	alphabet gsm.Default
	allow    gsm.Allowed
	encoded  gsm.Encoded
	text     []byte
	source   []byte
	number   uint16 // reference of the last long reply
	submit   smpp.Message
}

func newCoder(c *OperatorConfig) coder {
	k := coder{cfg: c, alphabet: alphabets[c.Alphabet], source: []byte(c.SourceAddr), number: uint16(rand.Uint32())}
	k.allow = gsm.Allowed{UrduTables: c.UrduTables, Packed: k.alphabet == gsm.Packed, Concatenation: c.Concatenation}
	k.submit = smpp.Message{ServiceType: []byte(c.ServiceType), Validity: []byte(c.Validity)}
	if c.Receipts {
		k.submit.RegisteredDelivery = smpp.ReceiptAlways
	}
	return k
}

// maxPartText bounds the text kept of one part of a concatenated question, of which
// the air carries 140 octets.
const maxPartText = 1024

// read gives the text of a question, or of a part of one. A text that cannot be
// read is no fault of the PDU: the handler gets what could be read, if only "".
func (k *coder) read(it *incoming) error {
	m := &it.message
	var u gsm.UDH
	payload := m.Payload()
	if m.HasUDH() {
		var err error
		if u, payload, err = gsm.ParseUDH(payload); err != nil {
			return err
		}
	}
	if u.IsPart() {
		it.reference, it.total, it.part = u.Ref, u.Total, u.Seq
	} else if ref, total, seq, ok := m.TLVs.SAR(); ok && total > 1 {
		it.reference, it.total, it.part = ref, total, seq
	}
	k.text, _ = gsm.AppendText(k.text[:0], m.DataCoding, k.alphabet, u, payload)
	if it.total > 1 && len(k.text) > maxPartText {
		return errors.New("part of a concatenated message longer than any part can be")
	}
	it.text = string(k.text)
	return nil
}

// write makes of a reply the submit_sm that carry it to who asked.
func (k *coder) write(q *question, asked *smpp.Message, reply []byte) error {
	k.number++
	if err := k.encoded.Set(reply, k.allow, k.number); err != nil {
		return err
	}
	m := &k.submit
	m.Source, m.Dest = asked.Dest, asked.Source
	if k.cfg.SourceAddr != "" {
		m.Source = smpp.Address{TON: k.cfg.SourceTON, NPI: k.cfg.SourceNPI, Addr: k.source}
	}
	if m.ESMClass = 0; k.encoded.UDHI {
		m.ESMClass = smpp.ESMClassUDHI
	}
	m.DataCoding = k.encoded.DataCoding
	for i := range k.encoded.Len() {
		m.ShortMessage, m.TLVs = k.encoded.Part(i), nil
		switch {
		case k.encoded.SAR:
			m.TLVs = smpp.AppendSAR(nil, k.number, byte(k.encoded.Len()), byte(i+1))
		case k.cfg.Concatenation == gsm.Payload && k.encoded.Segments > 1:
			m.TLVs = smpp.AppendTLV(nil, smpp.TagMessagePayload, m.ShortMessage)
			m.ShortMessage = nil
		}
		start := len(q.reply)
		q.reply = smpp.AppendMessage(q.reply, smpp.SubmitSM, 0, m)
		q.parts = append(q.parts, part{start: int32(start), end: int32(len(q.reply))})
	}
	return nil
}
