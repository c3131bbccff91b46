package smpp

import "fmt"

// Bind is the body of bind_receiver, bind_transmitter and bind_transceiver
// (3.4, section 4.1).
type Bind struct {
	SystemID         []byte
	Password         []byte
	SystemType       []byte
	InterfaceVersion byte
	AddrTON, AddrNPI byte
	AddressRange     []byte
}

// Decode reads the body of a bind request.
func (b *Bind) Decode(body []byte) error {
	c := cursor{b: body}
	b.SystemID = c.cstring("system_id")
	b.Password = c.cstring("password")
	b.SystemType = c.cstring("system_type")
	b.InterfaceVersion = c.octet("interface_version")
	b.AddrTON = c.octet("addr_ton")
	b.AddrNPI = c.octet("addr_npi")
	b.AddressRange = c.cstring("address_range")
	return c.done()
}

// Format writes the bind without its password, whatever the verb.
func (b Bind) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "bind %q system_type %q version 0x%02X", b.SystemID, b.SystemType, b.InterfaceVersion)
}

// AppendBind appends a bind request (by cmd).
func AppendBind(dst []byte, cmd CommandID, seq uint32, b *Bind) []byte {
	start := len(dst)
	dst = append(dst, blank[:]...)
	dst = appendCString(dst, b.SystemID)
	dst = appendCString(dst, b.Password)
	dst = appendCString(dst, b.SystemType)
	dst = append(dst, b.InterfaceVersion, b.AddrTON, b.AddrNPI)
	dst = appendCString(dst, b.AddressRange)
	return putHeader(dst, start, cmd, StatusOK, seq)
}

// BindResp is the body of the answer to a bind.
type BindResp struct {
	SystemID []byte
	TLVs     TLVs
}

// Decode reads the body of an answer to a bind; a refusal has none. SystemID
// stands even when the optional parameters after it are malformed.
func (r *BindResp) Decode(body []byte) error {
	*r = BindResp{}
	if len(body) == 0 {
		return nil
	}
	c := cursor{b: body}
	r.SystemID = c.cstring("system_id")
	r.TLVs = c.tlvs()
	return c.done()
}

// Version is the SMSC's sc_interface_version. Without it the standard says to
// take the peer for one of version 3.3, which knows no optional parameters; ok
// is then false.
func (r *BindResp) Version() (v byte, ok bool) {
	n, ok := r.TLVs.Uint(TagSCInterfaceVersion)
	return byte(n), ok
}

// AppendBindResp appends the answer to a bind (by cmd, one of the three
// answers). version 0 leaves sc_interface_version out; a refusal is the header
// alone.
func AppendBindResp(dst []byte, cmd CommandID, status Status, seq uint32, systemID []byte, version byte) []byte {
	start := len(dst)
	dst = append(dst, blank[:]...)
	if status == StatusOK {
		dst = appendCString(dst, systemID)
		if version != 0 {
			dst = AppendTLV8(dst, TagSCInterfaceVersion, version)
		}
	}
	return putHeader(dst, start, cmd, status, seq)
}

// OutbindBody is the body of outbind, with which an SMSC asks an ESME to bind.
type OutbindBody struct {
	SystemID []byte
	Password []byte
}

// Decode reads the body of an outbind.
func (o *OutbindBody) Decode(body []byte) error {
	c := cursor{b: body}
	o.SystemID = c.cstring("system_id")
	o.Password = c.cstring("password")
	return c.done()
}

// Format writes the outbind without its password, whatever the verb.
func (o OutbindBody) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "outbind %q", o.SystemID) }

// AppendOutbind appends an outbind.
func AppendOutbind(dst []byte, seq uint32, o *OutbindBody) []byte {
	start := len(dst)
	dst = append(dst, blank[:]...)
	dst = appendCString(dst, o.SystemID)
	dst = appendCString(dst, o.Password)
	return putHeader(dst, start, Outbind, StatusOK, seq)
}
