package smpp

import (
	"encoding/binary"
	"fmt"
)

// Tag names an optional parameter.
type Tag uint16

// The optional parameters of SMPP 3.4 (section 5.3.2) and, below the blank
// line, those of 5.0 that an ESME may meet.
const (
	TagDestAddrSubunit        Tag = 0x0005
	TagDestNetworkType        Tag = 0x0006
	TagDestBearerType         Tag = 0x0007
	TagDestTelematicsID       Tag = 0x0008
	TagSourceAddrSubunit      Tag = 0x000D
	TagSourceNetworkType      Tag = 0x000E
	TagSourceBearerType       Tag = 0x000F
	TagSourceTelematicsID     Tag = 0x0010
	TagQoSTimeToLive          Tag = 0x0017
	TagPayloadType            Tag = 0x0019
	TagAdditionalStatusInfo   Tag = 0x001D
	TagReceiptedMessageID     Tag = 0x001E
	TagMsMsgWaitFacilities    Tag = 0x0030
	TagPrivacyIndicator       Tag = 0x0201
	TagSourceSubaddress       Tag = 0x0202
	TagDestSubaddress         Tag = 0x0203
	TagUserMessageReference   Tag = 0x0204
	TagUserResponseCode       Tag = 0x0205
	TagSourcePort             Tag = 0x020A
	TagDestinationPort        Tag = 0x020B
	TagSarMsgRefNum           Tag = 0x020C
	TagLanguageIndicator      Tag = 0x020D
	TagSarTotalSegments       Tag = 0x020E
	TagSarSegmentSeqnum       Tag = 0x020F
	TagSCInterfaceVersion     Tag = 0x0210
	TagCallbackNumPresInd     Tag = 0x0302
	TagCallbackNumAtag        Tag = 0x0303
	TagNumberOfMessages       Tag = 0x0304
	TagCallbackNum            Tag = 0x0381
	TagDPFResult              Tag = 0x0420
	TagSetDPF                 Tag = 0x0421
	TagMsAvailabilityStatus   Tag = 0x0422
	TagNetworkErrorCode       Tag = 0x0423
	TagMessagePayload         Tag = 0x0424
	TagDeliveryFailureReason  Tag = 0x0425
	TagMoreMessagesToSend     Tag = 0x0426
	TagMessageState           Tag = 0x0427
	TagUSSDServiceOp          Tag = 0x0501
	TagDisplayTime            Tag = 0x1201
	TagSMSSignal              Tag = 0x1203
	TagMsValidity             Tag = 0x1204
	TagAlertOnMessageDelivery Tag = 0x130C
	TagItsReplyType           Tag = 0x1380
	TagItsSessionInfo         Tag = 0x1383

	TagCongestionState       Tag = 0x0428
	TagBroadcastChannel      Tag = 0x0600
	TagDestAddrNPCountry     Tag = 0x0613
	TagDestAddrNPInformation Tag = 0x0612
	TagDestAddrNPResolution  Tag = 0x0611
	TagDestNetworkID         Tag = 0x060E
	TagDestNodeID            Tag = 0x0610
	TagSourceNetworkID       Tag = 0x060D
	TagSourceNodeID          Tag = 0x060F
	TagBillingIdentification Tag = 0x060B
)

var tagNames = map[Tag]string{
	TagDestAddrSubunit: "dest_addr_subunit", TagDestNetworkType: "dest_network_type",
	TagDestBearerType: "dest_bearer_type", TagDestTelematicsID: "dest_telematics_id",
	TagSourceAddrSubunit: "source_addr_subunit", TagSourceNetworkType: "source_network_type",
	TagSourceBearerType: "source_bearer_type", TagSourceTelematicsID: "source_telematics_id",
	TagQoSTimeToLive: "qos_time_to_live", TagPayloadType: "payload_type",
	TagAdditionalStatusInfo: "additional_status_info_text", TagReceiptedMessageID: "receipted_message_id",
	TagMsMsgWaitFacilities: "ms_msg_wait_facilities", TagPrivacyIndicator: "privacy_indicator",
	TagSourceSubaddress: "source_subaddress", TagDestSubaddress: "dest_subaddress",
	TagUserMessageReference: "user_message_reference", TagUserResponseCode: "user_response_code",
	TagSourcePort: "source_port", TagDestinationPort: "destination_port",
	TagSarMsgRefNum: "sar_msg_ref_num", TagLanguageIndicator: "language_indicator",
	TagSarTotalSegments: "sar_total_segments", TagSarSegmentSeqnum: "sar_segment_seqnum",
	TagSCInterfaceVersion: "sc_interface_version", TagCallbackNumPresInd: "callback_num_pres_ind",
	TagCallbackNumAtag: "callback_num_atag", TagNumberOfMessages: "number_of_messages",
	TagCallbackNum: "callback_num", TagDPFResult: "dpf_result", TagSetDPF: "set_dpf",
	TagMsAvailabilityStatus: "ms_availability_status", TagNetworkErrorCode: "network_error_code",
	TagMessagePayload: "message_payload", TagDeliveryFailureReason: "delivery_failure_reason",
	TagMoreMessagesToSend: "more_messages_to_send", TagMessageState: "message_state",
	TagUSSDServiceOp: "ussd_service_op", TagDisplayTime: "display_time", TagSMSSignal: "sms_signal",
	TagMsValidity: "ms_validity", TagAlertOnMessageDelivery: "alert_on_message_delivery",
	TagItsReplyType: "its_reply_type", TagItsSessionInfo: "its_session_info",
	TagCongestionState: "congestion_state", TagBroadcastChannel: "broadcast_channel_indicator",
	TagDestAddrNPCountry: "dest_addr_np_country", TagDestAddrNPInformation: "dest_addr_np_information",
	TagDestAddrNPResolution: "dest_addr_np_resolution", TagDestNetworkID: "dest_network_id",
	TagDestNodeID: "dest_node_id", TagSourceNetworkID: "source_network_id",
	TagSourceNodeID: "source_node_id", TagBillingIdentification: "billing_identification",
}

// String is the tag's name in the standard.
func (t Tag) String() string {
	if n, ok := tagNames[t]; ok {
		return n
	}
	return fmt.Sprintf("tag 0x%04X", uint16(t))
}

// TLVs are the optional parameters at a PDU's end, as they stand on the wire
// (tag, length, value). A decoder has checked them, so they can be walked
// without an error.
type TLVs []byte

// Next takes the first parameter off; ok is false at the end.
//
//	for tag, value, rest, ok := t.Next(); ok; tag, value, rest, ok = rest.Next() {
func (t TLVs) Next() (tag Tag, value []byte, rest TLVs, ok bool) {
	if len(t) < 4 {
		return 0, nil, nil, false
	}
	n := 4 + int(binary.BigEndian.Uint16(t[2:]))
	if n > len(t) {
		return 0, nil, nil, false
	}
	return Tag(binary.BigEndian.Uint16(t)), t[4:n:n], t[n:], true
}

// Get is the first value with this tag.
func (t TLVs) Get(tag Tag) ([]byte, bool) {
	for len(t) >= 4 {
		n := 4 + int(binary.BigEndian.Uint16(t[2:]))
		if n > len(t) {
			break
		}
		if Tag(binary.BigEndian.Uint16(t)) == tag {
			return t[4:n:n], true
		}
		t = t[n:]
	}
	return nil, false
}

// Uint is the value with this tag as a number: one, two or four octets, as
// peers send sar_total_segments and the like in all three.
func (t TLVs) Uint(tag Tag) (uint32, bool) {
	v, ok := t.Get(tag)
	if !ok || len(v) == 0 || len(v) > 4 {
		return 0, false
	}
	var n uint32
	for _, b := range v {
		n = n<<8 | uint32(b)
	}
	return n, true
}

// CString is the value with this tag up to its NUL, which some peers leave out.
func (t TLVs) CString(tag Tag) ([]byte, bool) {
	v, ok := t.Get(tag)
	for i, b := range v {
		if b == 0 {
			return v[:i:i], ok
		}
	}
	return v, ok
}

// check returns where the first malformed parameter begins and what is wrong.
func (t TLVs) check() (at int, problem string) {
	for at < len(t) {
		rest := t[at:]
		if len(rest) < 4 {
			return at, "ends within its tag or length"
		}
		n := 4 + int(binary.BigEndian.Uint16(rest[2:]))
		if n > len(rest) {
			return at, "its length reaches beyond the PDU"
		}
		at += n
	}
	return at, ""
}

// AppendTLV appends one parameter. A value longer than 65,535 octets, which the
// length field cannot say, is left out altogether; Message.Check tells before.
func AppendTLV(dst []byte, tag Tag, value []byte) []byte {
	if len(value) > 0xFFFF {
		return dst
	}
	dst = append(dst, byte(tag>>8), byte(tag), byte(len(value)>>8), byte(len(value)))
	return append(dst, value...)
}

// AppendTLV8 appends a parameter of one octet.
func AppendTLV8(dst []byte, tag Tag, v byte) []byte {
	return append(dst, byte(tag>>8), byte(tag), 0, 1, v)
}

// AppendTLV16 appends a parameter of two octets.
func AppendTLV16(dst []byte, tag Tag, v uint16) []byte {
	return append(dst, byte(tag>>8), byte(tag), 0, 2, byte(v>>8), byte(v))
}

// AppendSAR appends the three parameters that make a PDU part seq (from 1) of
// total, under reference ref.
func AppendSAR(dst []byte, ref uint16, total, seq byte) []byte {
	dst = AppendTLV16(dst, TagSarMsgRefNum, ref)
	dst = AppendTLV8(dst, TagSarTotalSegments, total)
	return AppendTLV8(dst, TagSarSegmentSeqnum, seq)
}

// SAR reads the three parameters of AppendSAR. ok is false unless all three are
// there and say a part of a message: a total of at least one, a seq within it.
func (t TLVs) SAR() (ref uint16, total, seq byte, ok bool) {
	if len(t) == 0 {
		return 0, 0, 0, false
	}
	r, ok1 := t.Uint(TagSarMsgRefNum)
	n, ok2 := t.Uint(TagSarTotalSegments)
	s, ok3 := t.Uint(TagSarSegmentSeqnum)
	if !ok1 || !ok2 || !ok3 || r > 0xFFFF || n == 0 || n > 255 || s == 0 || s > n {
		return 0, 0, 0, false
	}
	return uint16(r), byte(n), byte(s), true
}
