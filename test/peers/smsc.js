// An SMSC made of the npm package smpp, driven by a Go test. It prints what happens,
// one JSON object a line, in the order in which it happens, and does what the lines
// on its standard input say. Nothing in it is decided: the test decides.
//
//   {"do":"deliver","session":1,"pdu":{…}}   send a deliver_sm
//   {"do":"enquire","session":1}             send an enquire_link
//   {"do":"unbind","session":1}              send an unbind
//   {"do":"cut","session":1}                 close the connection without a word
//   {"do":"statuses","list":[88,0]}          the next submit_sm get these statuses
//   {"do":"hold","ms":40}                    submit_sm_resp goes out so much later
'use strict';
const smpp = require('smpp');
const { say, listen, pduOf, seen } = require('./lines.js');

const password = process.env.PEER_PASSWORD || 'secret';
let statuses = [];
let hold = 0;
let messages = 0;
const sessions = [];

const server = smpp.createServer((session) => {
  sessions.push(session);
  const number = sessions.length;
  const tell = (event, more) => say({ event, session: number, ...more });
  session.on('error', (e) => tell('error', { text: String(e) }));
  session.on('close', () => tell('closed'));
  for (const kind of ['bind_transceiver', 'bind_receiver', 'bind_transmitter']) {
    session.on(kind, (pdu) => {
      const right = pdu.password === password;
      tell('bind', { kind, system_id: pdu.system_id, version: pdu.interface_version, right });
      session.send(pdu.response(right ? { system_id: 'node' } : { command_status: smpp.ESME_RINVPASWD }));
    });
  }
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    tell('unbind');
    session.send(pdu.response());
    session.close();
  });
  session.on('generic_nack', (pdu) => tell('nack', { status: pdu.command_status, seq: pdu.sequence_number }));
  session.on('submit_sm', (pdu) => {
    const status = statuses.length ? statuses.shift() : 0;
    tell('submit', { status, ...seen(pdu) });
    setTimeout(() => {
      // "answered" is said before the response leaves: whatever the other side
      // does because of it comes later.
      tell('answered', { seq: pdu.sequence_number, status });
      session.send(pdu.response(status ? { command_status: status } : { message_id: String(++messages) }));
    }, hold);
  });
});
server.on('error', (e) => { say({ event: 'error', text: String(e) }); process.exit(1); });
server.listen(0, '127.0.0.1', () => say({ event: 'listening', port: server.address().port }));

listen((command) => {
  const session = sessions[(command.session || 1) - 1];
  const tell = (event, more) => say({ event, session: command.session || 1, ...more });
  switch (command.do) {
    case 'deliver': {
      const pdu = new smpp.PDU('deliver_sm', pduOf(command.pdu));
      session.send(pdu, (resp) => tell('acked', { tag: command.tag, status: resp.command_status }));
      break;
    }
    case 'enquire':
      session.enquire_link((resp) => tell('alive', { status: resp.command_status }));
      break;
    case 'unbind':
      session.unbind((resp) => { tell('unbound', { status: resp.command_status }); session.close(); });
      break;
    case 'cut':
      session.destroy();
      break;
    case 'statuses':
      statuses = command.list;
      break;
    case 'hold':
      hold = command.ms;
      break;
  }
});
