// Package smpp is the byte layout of SMPP, the protocol between an operator's
// message centre (SMSC) and whoever sends and receives messages through it
// (ESME): nothing here opens a connection, keeps a window or reads a clock.
//
// The layout is that of "Short Message Peer to Peer Protocol Specification
// v3.4" (SMPP Forum, 12 October 1999, issue 1.2); what a 5.0 peer adds (tags,
// statuses, broadcast commands) is named and passed through. TestVectors
// compares both directions with the PDUs of another implementation, byte for
// byte.
//
// Decoding copies nothing: every field of a decoded PDU is a slice of the bytes
// given, so it lives as long as they do (for a Reader: until its next call of
// Next). Encoding appends to the caller's buffer. Neither allocates.
//
// Subscribers' numbers, texts and passwords are masked when a decoded PDU is
// printed with fmt.
package smpp

import (
	"encoding/binary"
	"fmt"
)

// HeaderSize is the size of the header that every PDU begins with.
const HeaderSize = 16

// MaxShortMessage is the most octets that short_message holds; a longer text
// goes into the message_payload TLV.
const MaxShortMessage = 254

// Values of interface_version.
const (
	Version33 byte = 0x33
	Version34 byte = 0x34
	Version50 byte = 0x50
)

// Header is the header of a PDU (3.4, section 3.2).
type Header struct {
	Length   uint32 // of the whole PDU, this header included
	Command  CommandID
	Status   Status
	Sequence uint32
}

// ParseHeader reads the header at the beginning of b. It does not judge
// command_length: that is the Reader's business.
func ParseHeader(b []byte) (Header, error) {
	if len(b) < HeaderSize {
		return Header{}, &Error{Field: "header", Offset: len(b), Status: StatusInvCmdLen,
			Problem: "ends before its 16 octets"}
	}
	return Header{
		Length:   binary.BigEndian.Uint32(b),
		Command:  CommandID(binary.BigEndian.Uint32(b[4:])),
		Status:   Status(binary.BigEndian.Uint32(b[8:])),
		Sequence: binary.BigEndian.Uint32(b[12:]),
	}, nil
}

// AppendHeader appends a PDU that is a header only: unbind, enquire_link and
// their answers, generic_nack, and any answer that refuses.
func AppendHeader(dst []byte, cmd CommandID, status Status, seq uint32) []byte {
	return putHeader(append(dst, blank[:]...), len(dst), cmd, status, seq)
}

var blank [HeaderSize]byte

// putHeader writes the header of the PDU that reaches from start to the end of
// dst. Every encoder ends with it, because only then the length is known.
func putHeader(dst []byte, start int, cmd CommandID, status Status, seq uint32) []byte {
	h := dst[start : start+HeaderSize]
	binary.BigEndian.PutUint32(h, uint32(len(dst)-start))
	binary.BigEndian.PutUint32(h[4:], uint32(cmd))
	binary.BigEndian.PutUint32(h[8:], uint32(status))
	binary.BigEndian.PutUint32(h[12:], seq)
	return dst
}

// CommandID says what a PDU asks, or with the topmost bit set, answers.
type CommandID uint32

// The commands of SMPP 3.4 (section 5.1.2.1) and, below the blank line, of 5.0.
const (
	GenericNack         CommandID = 0x80000000
	BindReceiver        CommandID = 0x00000001
	BindReceiverResp    CommandID = 0x80000001
	BindTransmitter     CommandID = 0x00000002
	BindTransmitterResp CommandID = 0x80000002
	QuerySM             CommandID = 0x00000003
	QuerySMResp         CommandID = 0x80000003
	SubmitSM            CommandID = 0x00000004
	SubmitSMResp        CommandID = 0x80000004
	DeliverSM           CommandID = 0x00000005
	DeliverSMResp       CommandID = 0x80000005
	Unbind              CommandID = 0x00000006
	UnbindResp          CommandID = 0x80000006
	ReplaceSM           CommandID = 0x00000007
	ReplaceSMResp       CommandID = 0x80000007
	CancelSM            CommandID = 0x00000008
	CancelSMResp        CommandID = 0x80000008
	BindTransceiver     CommandID = 0x00000009
	BindTransceiverResp CommandID = 0x80000009
	Outbind             CommandID = 0x0000000B
	EnquireLink         CommandID = 0x00000015
	EnquireLinkResp     CommandID = 0x80000015
	SubmitMulti         CommandID = 0x00000021
	SubmitMultiResp     CommandID = 0x80000021
	AlertNotification   CommandID = 0x00000102
	DataSM              CommandID = 0x00000103
	DataSMResp          CommandID = 0x80000103

	BroadcastSM           CommandID = 0x00000111
	BroadcastSMResp       CommandID = 0x80000111
	QueryBroadcastSM      CommandID = 0x00000112
	QueryBroadcastSMResp  CommandID = 0x80000112
	CancelBroadcastSM     CommandID = 0x00000113
	CancelBroadcastSMResp CommandID = 0x80000113
)

const respBit CommandID = 0x80000000

// IsResponse reports whether the command is an answer.
func (c CommandID) IsResponse() bool { return c&respBit != 0 }

// Response is the answer to the command c.
func (c CommandID) Response() CommandID { return c | respBit }

// Known reports whether the standard defines the command.
func (c CommandID) Known() bool { return c.name() != "" }

// String is the command's name in the standard, such as "deliver_sm_resp".
func (c CommandID) String() string {
	if n := c.name(); n != "" {
		return n
	}
	return fmt.Sprintf("command 0x%08X", uint32(c))
}

func (c CommandID) name() string {
	switch c {
	case GenericNack:
		return "generic_nack"
	case BindReceiver:
		return "bind_receiver"
	case BindReceiverResp:
		return "bind_receiver_resp"
	case BindTransmitter:
		return "bind_transmitter"
	case BindTransmitterResp:
		return "bind_transmitter_resp"
	case QuerySM:
		return "query_sm"
	case QuerySMResp:
		return "query_sm_resp"
	case SubmitSM:
		return "submit_sm"
	case SubmitSMResp:
		return "submit_sm_resp"
	case DeliverSM:
		return "deliver_sm"
	case DeliverSMResp:
		return "deliver_sm_resp"
	case Unbind:
		return "unbind"
	case UnbindResp:
		return "unbind_resp"
	case ReplaceSM:
		return "replace_sm"
	case ReplaceSMResp:
		return "replace_sm_resp"
	case CancelSM:
		return "cancel_sm"
	case CancelSMResp:
		return "cancel_sm_resp"
	case BindTransceiver:
		return "bind_transceiver"
	case BindTransceiverResp:
		return "bind_transceiver_resp"
	case Outbind:
		return "outbind"
	case EnquireLink:
		return "enquire_link"
	case EnquireLinkResp:
		return "enquire_link_resp"
	case SubmitMulti:
		return "submit_multi"
	case SubmitMultiResp:
		return "submit_multi_resp"
	case AlertNotification:
		return "alert_notification"
	case DataSM:
		return "data_sm"
	case DataSMResp:
		return "data_sm_resp"
	case BroadcastSM:
		return "broadcast_sm"
	case BroadcastSMResp:
		return "broadcast_sm_resp"
	case QueryBroadcastSM:
		return "query_broadcast_sm"
	case QueryBroadcastSMResp:
		return "query_broadcast_sm_resp"
	case CancelBroadcastSM:
		return "cancel_broadcast_sm"
	case CancelBroadcastSMResp:
		return "cancel_broadcast_sm_resp"
	}
	return ""
}
