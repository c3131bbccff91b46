// The lines by which a Go test and a peer made of the npm package smpp talk.
'use strict';

// say prints one event.
exports.say = (event) => process.stdout.write(JSON.stringify(event) + '\n');

// listen calls do with each command. The process ends with its standard input, so
// that nothing is left running when the test dies.
exports.listen = (act) => {
  require('readline').createInterface({ input: process.stdin })
    .on('line', (line) => act(JSON.parse(line)))
    .on('close', () => process.exit(0));
};

// pduOf makes the fields of a message for the package: what is hex becomes bytes.
exports.pduOf = (fields) => {
  const pdu = { ...fields };
  if (pdu.hex !== undefined) {
    pdu.short_message = Buffer.from(pdu.hex, 'hex');
    delete pdu.hex;
  }
  if (pdu.udh !== undefined) {
    pdu.short_message = { udh: Buffer.from(pdu.udh, 'hex'), message: pdu.text };
    delete pdu.udh;
  } else if (pdu.text !== undefined) {
    pdu[pdu.payload ? 'message_payload' : 'short_message'] = { message: pdu.text };
  }
  delete pdu.text;
  delete pdu.payload;
  return pdu;
};

// seen is what the package understood of a message. The package decodes the text
// itself, so that no line of ours has a say in it.
exports.seen = (pdu) => {
  let message = pdu.short_message;
  let payload = false;
  if (pdu.message_payload !== undefined) {
    message = pdu.message_payload;
    payload = true;
  }
  const text = message && message.message !== undefined ? message.message : message;
  const out = {
    seq: pdu.sequence_number,
    from: pdu.source_addr,
    to: pdu.destination_addr,
    coding: pdu.data_coding,
    esm_class: pdu.esm_class,
    registered: pdu.registered_delivery,
    payload,
    text: Buffer.isBuffer(text) ? text.toString('hex') : text,
    udh: message && message.udh ? message.udh.map((e) => e.toString('hex')) : [],
  };
  for (const tlv of ['sar_msg_ref_num', 'sar_total_segments', 'sar_segment_seqnum', 'receipted_message_id', 'message_state']) {
    if (pdu[tlv] !== undefined) out[tlv] = pdu[tlv];
  }
  return out;
};
