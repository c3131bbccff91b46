package smpp

import "fmt"

// Status is command_status: how a request was received.
type Status uint32

// The statuses of SMPP 3.4 (section 5.1.3) and, below the blank line, of 5.0.
// The names are the standard's with ESME_R read as Status.
const (
	StatusOK              Status = 0x00000000
	StatusInvMsgLen       Status = 0x00000001
	StatusInvCmdLen       Status = 0x00000002
	StatusInvCmdID        Status = 0x00000003
	StatusInvBndSts       Status = 0x00000004
	StatusAlyBnd          Status = 0x00000005
	StatusInvPrtFlg       Status = 0x00000006
	StatusInvRegDlvFlg    Status = 0x00000007
	StatusSysErr          Status = 0x00000008
	StatusInvSrcAdr       Status = 0x0000000A
	StatusInvDstAdr       Status = 0x0000000B
	StatusInvMsgID        Status = 0x0000000C
	StatusBindFail        Status = 0x0000000D
	StatusInvPaswd        Status = 0x0000000E
	StatusInvSysID        Status = 0x0000000F
	StatusCancelFail      Status = 0x00000011
	StatusReplaceFail     Status = 0x00000013
	StatusMsgQFul         Status = 0x00000014
	StatusInvSerTyp       Status = 0x00000015
	StatusInvNumDests     Status = 0x00000033
	StatusInvDLName       Status = 0x00000034
	StatusInvDestFlag     Status = 0x00000040
	StatusInvSubRep       Status = 0x00000042
	StatusInvESMClass     Status = 0x00000043
	StatusCntSubDL        Status = 0x00000044
	StatusSubmitFail      Status = 0x00000045
	StatusInvSrcTON       Status = 0x00000048
	StatusInvSrcNPI       Status = 0x00000049
	StatusInvDstTON       Status = 0x00000050
	StatusInvDstNPI       Status = 0x00000051
	StatusInvSysTyp       Status = 0x00000053
	StatusInvRepFlag      Status = 0x00000054
	StatusInvNumMsgs      Status = 0x00000055
	StatusThrottled       Status = 0x00000058
	StatusInvSched        Status = 0x00000061
	StatusInvExpiry       Status = 0x00000062
	StatusInvDftMsgID     Status = 0x00000063
	StatusXTAppn          Status = 0x00000064
	StatusXPAppn          Status = 0x00000065
	StatusXRAppn          Status = 0x00000066
	StatusQueryFail       Status = 0x00000067
	StatusInvOptParStream Status = 0x000000C0
	StatusOptParNotAllwd  Status = 0x000000C1
	StatusInvParLen       Status = 0x000000C2
	StatusMissingOptParam Status = 0x000000C3
	StatusInvOptParamVal  Status = 0x000000C4
	StatusDeliveryFailure Status = 0x000000FE
	StatusUnknownErr      Status = 0x000000FF

	StatusSerTypUnauth      Status = 0x00000100
	StatusProhibited        Status = 0x00000101
	StatusSerTypUnavail     Status = 0x00000102
	StatusSerTypDenied      Status = 0x00000103
	StatusInvDCS            Status = 0x00000104
	StatusInvSrcAddrSubunit Status = 0x00000105
	StatusInvDstAddrSubunit Status = 0x00000106
	StatusInvBcastFreqInt   Status = 0x00000107
	StatusInvBcastAlias     Status = 0x00000108
	StatusInvBcastAreaFmt   Status = 0x00000109
	StatusInvNumBcastAreas  Status = 0x0000010A
	StatusInvBcastCntType   Status = 0x0000010B
	StatusInvBcastMsgClass  Status = 0x0000010C
	StatusBcastFail         Status = 0x0000010D
	StatusBcastQueryFail    Status = 0x0000010E
	StatusBcastCancelFail   Status = 0x0000010F
	StatusInvBcastRep       Status = 0x00000110
	StatusInvBcastSrvGrp    Status = 0x00000111
	StatusInvBcastChanInd   Status = 0x00000112
)

var statuses = map[Status]struct{ name, text string }{
	StatusOK:              {"ESME_ROK", "no error"},
	StatusInvMsgLen:       {"ESME_RINVMSGLEN", "message length is invalid"},
	StatusInvCmdLen:       {"ESME_RINVCMDLEN", "command length is invalid"},
	StatusInvCmdID:        {"ESME_RINVCMDID", "invalid command id"},
	StatusInvBndSts:       {"ESME_RINVBNDSTS", "wrong bind status for this command"},
	StatusAlyBnd:          {"ESME_RALYBND", "already bound"},
	StatusInvPrtFlg:       {"ESME_RINVPRTFLG", "invalid priority flag"},
	StatusInvRegDlvFlg:    {"ESME_RINVREGDLVFLG", "invalid registered delivery flag"},
	StatusSysErr:          {"ESME_RSYSERR", "system error"},
	StatusInvSrcAdr:       {"ESME_RINVSRCADR", "invalid source address"},
	StatusInvDstAdr:       {"ESME_RINVDSTADR", "invalid destination address"},
	StatusInvMsgID:        {"ESME_RINVMSGID", "message id is invalid"},
	StatusBindFail:        {"ESME_RBINDFAIL", "bind failed"},
	StatusInvPaswd:        {"ESME_RINVPASWD", "invalid password"},
	StatusInvSysID:        {"ESME_RINVSYSID", "invalid system id"},
	StatusCancelFail:      {"ESME_RCANCELFAIL", "cancel_sm failed"},
	StatusReplaceFail:     {"ESME_RREPLACEFAIL", "replace_sm failed"},
	StatusMsgQFul:         {"ESME_RMSGQFUL", "message queue full"},
	StatusInvSerTyp:       {"ESME_RINVSERTYP", "invalid service type"},
	StatusInvNumDests:     {"ESME_RINVNUMDESTS", "invalid number of destinations"},
	StatusInvDLName:       {"ESME_RINVDLNAME", "invalid distribution list name"},
	StatusInvDestFlag:     {"ESME_RINVDESTFLAG", "destination flag is invalid"},
	StatusInvSubRep:       {"ESME_RINVSUBREP", "submit with replace is invalid here"},
	StatusInvESMClass:     {"ESME_RINVESMCLASS", "invalid esm_class"},
	StatusCntSubDL:        {"ESME_RCNTSUBDL", "cannot submit to a distribution list"},
	StatusSubmitFail:      {"ESME_RSUBMITFAIL", "submit_sm or submit_multi failed"},
	StatusInvSrcTON:       {"ESME_RINVSRCTON", "invalid type of number of the source address"},
	StatusInvSrcNPI:       {"ESME_RINVSRCNPI", "invalid numbering plan of the source address"},
	StatusInvDstTON:       {"ESME_RINVDSTTON", "invalid type of number of the destination address"},
	StatusInvDstNPI:       {"ESME_RINVDSTNPI", "invalid numbering plan of the destination address"},
	StatusInvSysTyp:       {"ESME_RINVSYSTYP", "invalid system type"},
	StatusInvRepFlag:      {"ESME_RINVREPFLAG", "invalid replace_if_present flag"},
	StatusInvNumMsgs:      {"ESME_RINVNUMMSGS", "invalid number of messages"},
	StatusThrottled:       {"ESME_RTHROTTLED", "throttled: more messages than allowed"},
	StatusInvSched:        {"ESME_RINVSCHED", "invalid scheduled delivery time"},
	StatusInvExpiry:       {"ESME_RINVEXPIRY", "invalid validity period"},
	StatusInvDftMsgID:     {"ESME_RINVDFTMSGID", "predefined message id is invalid or not found"},
	StatusXTAppn:          {"ESME_RX_T_APPN", "receiver has a temporary error"},
	StatusXPAppn:          {"ESME_RX_P_APPN", "receiver has a permanent error"},
	StatusXRAppn:          {"ESME_RX_R_APPN", "receiver rejects the message"},
	StatusQueryFail:       {"ESME_RQUERYFAIL", "query_sm failed"},
	StatusInvOptParStream: {"ESME_RINVOPTPARSTREAM", "error in the optional part of the PDU"},
	StatusOptParNotAllwd:  {"ESME_ROPTPARNOTALLWD", "optional parameter not allowed"},
	StatusInvParLen:       {"ESME_RINVPARLEN", "invalid parameter length"},
	StatusMissingOptParam: {"ESME_RMISSINGOPTPARAM", "expected optional parameter missing"},
	StatusInvOptParamVal:  {"ESME_RINVOPTPARAMVAL", "invalid value of an optional parameter"},
	StatusDeliveryFailure: {"ESME_RDELIVERYFAILURE", "delivery failed"},
	StatusUnknownErr:      {"ESME_RUNKNOWNERR", "unknown error"},

	StatusSerTypUnauth:      {"ESME_RSERTYPUNAUTH", "service type not authorised"},
	StatusProhibited:        {"ESME_RPROHIBITED", "operation prohibited for this ESME"},
	StatusSerTypUnavail:     {"ESME_RSERTYPUNAVAIL", "service type unavailable"},
	StatusSerTypDenied:      {"ESME_RSERTYPDENIED", "service type denied"},
	StatusInvDCS:            {"ESME_RINVDCS", "invalid data coding scheme"},
	StatusInvSrcAddrSubunit: {"ESME_RINVSRCADDRSUBUNIT", "invalid source address subunit"},
	StatusInvDstAddrSubunit: {"ESME_RINVDSTADDRSUBUNIT", "invalid destination address subunit"},
	StatusInvBcastFreqInt:   {"ESME_RINVBCASTFREQINT", "invalid broadcast frequency interval"},
	StatusInvBcastAlias:     {"ESME_RINVBCASTALIAS_NAME", "invalid broadcast alias name"},
	StatusInvBcastAreaFmt:   {"ESME_RINVBCASTAREAFMT", "invalid broadcast area format"},
	StatusInvNumBcastAreas:  {"ESME_RINVNUMBCAST_AREAS", "invalid number of broadcast areas"},
	StatusInvBcastCntType:   {"ESME_RINVBCASTCNTTYPE", "invalid broadcast content type"},
	StatusInvBcastMsgClass:  {"ESME_RINVBCASTMSGCLASS", "invalid broadcast message class"},
	StatusBcastFail:         {"ESME_RBCASTFAIL", "broadcast_sm failed"},
	StatusBcastQueryFail:    {"ESME_RBCASTQUERYFAIL", "query_broadcast_sm failed"},
	StatusBcastCancelFail:   {"ESME_RBCASTCANCELFAIL", "cancel_broadcast_sm failed"},
	StatusInvBcastRep:       {"ESME_RINVBCAST_REP", "invalid number of repeated broadcasts"},
	StatusInvBcastSrvGrp:    {"ESME_RINVBCASTSRVGRP", "invalid broadcast service group"},
	StatusInvBcastChanInd:   {"ESME_RINVBCASTCHANIND", "invalid broadcast channel indicator"},
}

// String is the status's name in the standard, such as "ESME_RTHROTTLED".
func (s Status) String() string {
	if d, ok := statuses[s]; ok {
		return d.name
	}
	return fmt.Sprintf("status 0x%08X", uint32(s))
}

// Text says the status in words.
func (s Status) Text() string {
	if d, ok := statuses[s]; ok {
		return d.text
	}
	if s >= 0x400 && s <= 0x4FF {
		return "an error of the operator's own; its handbook says which"
	}
	return "not in the standard"
}

// Throttling reports whether the peer asks to be sent less.
func (s Status) Throttling() bool { return s == StatusThrottled || s == StatusMsgQFul }

// Temporary reports whether the same PDU may be accepted when sent again later.
// All other refusals are for good.
func (s Status) Temporary() bool {
	switch s {
	case StatusThrottled, StatusMsgQFul, StatusSysErr, StatusXTAppn, StatusSerTypUnavail:
		return true
	}
	return false
}
