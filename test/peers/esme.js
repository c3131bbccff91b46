// An ESME made of the npm package smpp, bound to the simulated operator by a Go
// test. It answers every question with the question turned round, acknowledges it
// when the reply is accepted, and prints what happens.
//
//   {"do":"bind","password":"…"}     bind as a transceiver
//   {"do":"enquire"}                 send an enquire_link
//   {"do":"submit","pdu":{…}}        send a submit_sm of its own
//   {"do":"unknown"}                 send a query_sm, which the operator does not know
//   {"do":"unbind"}
'use strict';
const smpp = require('smpp');
const { say, listen, pduOf, seen } = require('./lines.js');

const session = smpp.connect({ host: '127.0.0.1', port: Number(process.env.PEER_PORT) }, () => say({ event: 'connected' }));
session.on('error', (e) => say({ event: 'error', text: String(e) }));
session.on('close', () => say({ event: 'closed' }));
session.on('enquire_link', (pdu) => { say({ event: 'enquired' }); session.send(pdu.response()); });
session.on('deliver_sm', (pdu) => {
  const got = seen(pdu);
  say({ event: 'deliver', ...got });
  if (pdu.esm_class & 0x04) { // a delivery receipt
    session.send(pdu.response());
    return;
  }
  session.submit_sm({
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    data_coding: pdu.data_coding,
    registered_delivery: 1,
    short_message: { message: Array.from(got.text).reverse().join('') },
  }, (resp) => {
    say({ event: 'accepted', status: resp.command_status, id: resp.message_id });
    session.send(pdu.response());
  });
});

listen((command) => {
  switch (command.do) {
    case 'bind':
      session.bind_transceiver({ system_id: 'node', password: command.password },
        (resp) => say({ event: 'bound', status: resp.command_status, system_id: resp.system_id }));
      break;
    case 'enquire':
      session.enquire_link((resp) => say({ event: 'alive', status: resp.command_status }));
      break;
    case 'submit':
      session.submit_sm(pduOf(command.pdu), (resp) => say({ event: 'accepted', status: resp.command_status, id: resp.message_id }));
      break;
    case 'unknown':
      session.query_sm({ message_id: '1' }, (resp) => say({ event: 'nack', status: resp.command_status }));
      break;
    case 'unbind':
      session.unbind((resp) => { say({ event: 'unbound', status: resp.command_status }); session.close(); });
      break;
  }
});
