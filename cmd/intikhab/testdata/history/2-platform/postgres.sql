--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: audit_head; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_head (
    id bigint NOT NULL,
    trail text NOT NULL,
    seq bigint NOT NULL,
    commitment bytea NOT NULL
);


--
-- Name: audit_lease; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_lease (
    id bigint NOT NULL,
    holder text NOT NULL,
    until text NOT NULL,
    sealed bigint NOT NULL
);


--
-- Name: audit_row; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_row (
    seq bigint NOT NULL,
    at text NOT NULL,
    officer text NOT NULL,
    acting_for text NOT NULL,
    office text NOT NULL,
    act text NOT NULL,
    on_what text NOT NULL,
    outcome bigint NOT NULL,
    changes text NOT NULL,
    reason text NOT NULL,
    request text NOT NULL,
    salt bytea NOT NULL,
    commitment bytea NOT NULL
);


--
-- Name: audit_seal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_seal (
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    ledger_index bigint NOT NULL
);


--
-- Name: bus_done; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bus_done (
    queue text NOT NULL,
    message text NOT NULL,
    done text NOT NULL
);


--
-- Name: bus_outbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bus_outbox (
    id text NOT NULL,
    subject text NOT NULL,
    message text NOT NULL,
    body bytea NOT NULL,
    put text NOT NULL,
    not_before text,
    sent text
);


--
-- Name: language_memory; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.language_memory (
    asker bigint NOT NULL,
    choice bigint NOT NULL,
    day bigint NOT NULL
);


--
-- Name: language_memory_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.language_memory_key (
    checksum bigint NOT NULL
);


--
-- Name: notice; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notice (
    id text NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    language text NOT NULL,
    masked text NOT NULL,
    recipient bytea NOT NULL,
    recipient_index bytea NOT NULL,
    content bytea NOT NULL,
    on_what text NOT NULL,
    segments bigint NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    attempts bigint NOT NULL,
    put text NOT NULL,
    changed text NOT NULL
);


--
-- Name: notice_part; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notice_part (
    operator text NOT NULL,
    number text NOT NULL,
    notice text NOT NULL,
    state text NOT NULL
);


--
-- Name: notice_receipt; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notice_receipt (
    operator text NOT NULL,
    number text NOT NULL,
    state text NOT NULL,
    came text NOT NULL
);


--
-- Name: notice_stop; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notice_stop (
    id text NOT NULL,
    recipient bytea NOT NULL,
    recipient_index bytea NOT NULL,
    since text NOT NULL
);


--
-- Name: office_appointment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.office_appointment (
    id text NOT NULL,
    officer text NOT NULL,
    office text NOT NULL,
    role text NOT NULL,
    areas text NOT NULL,
    from_day text NOT NULL,
    to_day text NOT NULL,
    granted text NOT NULL,
    granted_by text NOT NULL,
    approved_by text NOT NULL,
    reason text NOT NULL,
    ended text,
    ended_by text NOT NULL,
    ended_reason text NOT NULL
);


--
-- Name: office_approval; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.office_approval (
    id text NOT NULL,
    act text NOT NULL,
    on_what text NOT NULL,
    areas text NOT NULL,
    payload text NOT NULL,
    hash text NOT NULL,
    state text NOT NULL,
    asked text NOT NULL,
    asked_by text NOT NULL,
    asked_as text NOT NULL,
    reason text NOT NULL,
    lapses text NOT NULL,
    decided text,
    decided_by text NOT NULL,
    decided_as text NOT NULL,
    answer text NOT NULL,
    done text,
    pending text
);


--
-- Name: office_invitation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.office_invitation (
    hash text NOT NULL,
    officer text NOT NULL,
    first bigint NOT NULL,
    made text NOT NULL,
    made_by text NOT NULL,
    expires text NOT NULL,
    used text
);


--
-- Name: office_leave; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.office_leave (
    id text NOT NULL,
    appointment text NOT NULL,
    from_day text NOT NULL,
    to_day text NOT NULL,
    given text NOT NULL,
    given_by text NOT NULL,
    reason text NOT NULL,
    substitute text NOT NULL,
    charged text,
    charged_by text NOT NULL,
    charge_approved text NOT NULL,
    charge_reason text NOT NULL,
    ended text,
    ended_by text NOT NULL,
    ended_reason text NOT NULL
);


--
-- Name: office_office; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.office_office (
    id text NOT NULL,
    kind text NOT NULL,
    parent text NOT NULL,
    name_en text NOT NULL,
    name_ur text NOT NULL,
    area text NOT NULL,
    extra text NOT NULL,
    opened text NOT NULL,
    closed text NOT NULL
);


--
-- Name: office_officer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.office_officer (
    id text NOT NULL,
    state text NOT NULL,
    name_en text NOT NULL,
    name_ur text NOT NULL,
    search text NOT NULL,
    home text NOT NULL,
    cnic bytea NOT NULL,
    cnic_index bytea NOT NULL,
    email bytea,
    email_index bytea,
    telephone bytea,
    added text NOT NULL,
    added_by text NOT NULL
);


--
-- Name: questions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.questions (
    day text NOT NULL,
    hour bigint NOT NULL,
    district text NOT NULL,
    gender text NOT NULL,
    channel text NOT NULL,
    operator text NOT NULL,
    language text NOT NULL,
    outcome text NOT NULL,
    questions bigint NOT NULL
);


--
-- Name: schema_migration; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_migration (
    system text NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied text NOT NULL
);


--
-- Name: signin_account; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_account (
    officer text NOT NULL,
    handle text NOT NULL,
    password text NOT NULL,
    password_at text,
    code bytea,
    code_step bigint NOT NULL,
    code_at text,
    language text NOT NULL,
    began text NOT NULL
);


--
-- Name: signin_attempt; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_attempt (
    what text NOT NULL,
    failures bigint NOT NULL,
    last text NOT NULL
);


--
-- Name: signin_device; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_device (
    hash text NOT NULL,
    officer text NOT NULL,
    first_seen text NOT NULL,
    last_seen text NOT NULL
);


--
-- Name: signin_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_key (
    id text NOT NULL,
    sealed bytea NOT NULL
);


--
-- Name: signin_notice; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_notice (
    id text NOT NULL,
    officer text NOT NULL,
    at text NOT NULL,
    kind text NOT NULL,
    data text NOT NULL,
    seen text
);


--
-- Name: signin_passkey; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_passkey (
    id text NOT NULL,
    officer text NOT NULL,
    credential text NOT NULL,
    name text NOT NULL,
    record bytea NOT NULL,
    added text NOT NULL,
    last_used text,
    stopped text
);


--
-- Name: signin_recovery; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_recovery (
    hash text NOT NULL,
    officer text NOT NULL,
    made text NOT NULL
);


--
-- Name: signin_restart; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_restart (
    officer text NOT NULL,
    hash text NOT NULL,
    expires text NOT NULL
);


--
-- Name: signin_session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_session (
    hash text NOT NULL,
    id text NOT NULL,
    officer text NOT NULL,
    kind text NOT NULL,
    how text NOT NULL,
    device text NOT NULL,
    network text NOT NULL,
    agent text NOT NULL,
    began text NOT NULL,
    last_used text NOT NULL,
    proved text NOT NULL,
    office text NOT NULL,
    invitation bytea,
    password text NOT NULL,
    code bytea
);


--
-- Name: signin_spent; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_spent (
    hash text NOT NULL,
    expires text NOT NULL
);


--
-- Name: signin_token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signin_token (
    id text NOT NULL,
    hash text NOT NULL,
    officer text NOT NULL,
    name text NOT NULL,
    acts text NOT NULL,
    area text NOT NULL,
    office text NOT NULL,
    made text NOT NULL,
    expires text NOT NULL,
    last_used text
);


--
-- Name: web_draft; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.web_draft (
    id text NOT NULL,
    officer text NOT NULL,
    form text NOT NULL,
    about text NOT NULL,
    answers bytea NOT NULL,
    saved text NOT NULL,
    expires text NOT NULL
);


--
-- Data for Name: audit_head; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_head VALUES (1, 'ea45c0bcc14f5541a3bda44c03f604f1', 0, '\x0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO public.audit_head VALUES (-7, 'text 0 ''…', -7, '\x0000');
INSERT INTO public.audit_head VALUES (-6, 'text 1 ''…', -6, '\x0001');


--
-- Data for Name: audit_lease; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_lease VALUES (1, '', '1970-01-01T00:00:00.000000Z', 0);
INSERT INTO public.audit_lease VALUES (-7, 'text 0 ''…', 'text 0 ''…', -7);
INSERT INTO public.audit_lease VALUES (-6, 'text 1 ''…', 'text 1 ''…', -6);


--
-- Data for Name: audit_row; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_row VALUES (-7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', '\x0000');
INSERT INTO public.audit_row VALUES (-6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', '\x0001');


--
-- Data for Name: audit_seal; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_seal VALUES (-7, -7, -7);
INSERT INTO public.audit_seal VALUES (-6, -6, -6);


--
-- Data for Name: bus_done; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.bus_done VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.bus_done VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: bus_outbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.bus_outbox VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.bus_outbox VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: language_memory; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.language_memory VALUES (-7, -7, -7);
INSERT INTO public.language_memory VALUES (-6, -6, -6);


--
-- Data for Name: language_memory_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.language_memory_key VALUES (-7);
INSERT INTO public.language_memory_key VALUES (-6);


--
-- Data for Name: notice; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notice VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', '\x0000', '\x0000', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.notice VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', '\x0001', '\x0001', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: notice_part; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notice_part VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.notice_part VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: notice_receipt; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notice_receipt VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.notice_receipt VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: notice_stop; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notice_stop VALUES ('text 0 ''…', '\x0000', '\x0000', 'text 0 ''…');
INSERT INTO public.notice_stop VALUES ('text 1 ''…', '\x0001', '\x0001', 'text 1 ''…');


--
-- Data for Name: office_appointment; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.office_appointment VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.office_appointment VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: office_approval; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.office_approval VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.office_approval VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: office_invitation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.office_invitation VALUES ('text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.office_invitation VALUES ('text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: office_leave; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.office_leave VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.office_leave VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: office_office; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.office_office VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.office_office VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: office_officer; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.office_officer VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', '\x0000', '\x0000', '\x0000', '\x0000', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.office_officer VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', '\x0001', '\x0001', '\x0001', '\x0001', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: questions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.questions VALUES ('text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7);
INSERT INTO public.questions VALUES ('text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6);


--
-- Data for Name: schema_migration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schema_migration VALUES ('audit', 1, '0001_trail.sql', '72afedfd525dd31a31b8183930d60e954f39cdc85435aa5daa54279ca91fc43a', '2026-11-25T02:18:59.960750Z');
INSERT INTO public.schema_migration VALUES ('office', 1, '0001_offices.sql', 'e6707d46bd9ea342223cbd238ca806c32a52a4c7c6569e1e2a084c80b077d809', '2026-11-25T02:18:59.968013Z');
INSERT INTO public.schema_migration VALUES ('signin', 1, '0001_signin.sql', '8aa945996981742e027a146fa69ca6298f308730ce54513e1ce6b30cb5debd8c', '2026-11-25T02:18:59.972450Z');
INSERT INTO public.schema_migration VALUES ('bus', 1, '0001_outbox.sql', '38c26e60e1b7e87e3b243e513402483cb3e6e16b8924b60b8401a01aa9b3e5d5', '2026-11-25T02:18:59.976049Z');
INSERT INTO public.schema_migration VALUES ('notice', 1, '0001_notice.sql', 'b538f92b5f3973068535509c29b0b2d7b8dc69554d3b57776397113f7dd0db63', '2026-11-25T02:18:59.978736Z');
INSERT INTO public.schema_migration VALUES ('draft', 1, '0001_draft.sql', 'd2b53967a8d3a992a74b7a462426bcfb9a2362f08e39f9fa5e3d32e2c887f339', '2026-11-25T02:18:59.980965Z');
INSERT INTO public.schema_migration VALUES ('voterinfo/memory', 1, '0001_language_memory.sql', '61e5d442fc28da30d1d00e4dde3484d5b66032a4c627ac2d409acda0926ab68f', '2026-11-25T02:18:59.982749Z');
INSERT INTO public.schema_migration VALUES ('voterinfo/statistics', 1, '0001_questions.sql', '2aba23121961fad46cf42194019bcc950dbcd4fb3c0355dd9ba6a3c712e0c9e0', '2026-11-25T02:18:59.984584Z');


--
-- Data for Name: signin_account; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_account VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.signin_account VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: signin_attempt; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_attempt VALUES ('text 0 ''…', -7, 'text 0 ''…');
INSERT INTO public.signin_attempt VALUES ('text 1 ''…', -6, 'text 1 ''…');


--
-- Data for Name: signin_device; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_device VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.signin_device VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: signin_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_key VALUES ('text 0 ''…', '\x0000');
INSERT INTO public.signin_key VALUES ('text 1 ''…', '\x0001');


--
-- Data for Name: signin_notice; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_notice VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.signin_notice VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: signin_passkey; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_passkey VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.signin_passkey VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: signin_recovery; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_recovery VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.signin_recovery VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: signin_restart; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_restart VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.signin_restart VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: signin_session; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_session VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', 'text 0 ''…', '\x0000');
INSERT INTO public.signin_session VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', 'text 1 ''…', '\x0001');


--
-- Data for Name: signin_spent; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_spent VALUES ('text 0 ''…', 'text 0 ''…');
INSERT INTO public.signin_spent VALUES ('text 1 ''…', 'text 1 ''…');


--
-- Data for Name: signin_token; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signin_token VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.signin_token VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: web_draft; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.web_draft VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.web_draft VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', 'text 1 ''…', 'text 1 ''…');


--
-- Name: audit_head audit_head_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (id);


--
-- Name: audit_lease audit_lease_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_lease
    ADD CONSTRAINT audit_lease_pkey PRIMARY KEY (id);


--
-- Name: audit_row audit_row_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_row
    ADD CONSTRAINT audit_row_pkey PRIMARY KEY (seq);


--
-- Name: audit_seal audit_seal_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_seal
    ADD CONSTRAINT audit_seal_pkey PRIMARY KEY (first_seq);


--
-- Name: bus_done bus_done_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bus_done
    ADD CONSTRAINT bus_done_pkey PRIMARY KEY (queue, message);


--
-- Name: bus_outbox bus_outbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bus_outbox
    ADD CONSTRAINT bus_outbox_pkey PRIMARY KEY (id);


--
-- Name: bus_outbox bus_outbox_subject_message_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bus_outbox
    ADD CONSTRAINT bus_outbox_subject_message_key UNIQUE (subject, message);


--
-- Name: language_memory language_memory_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.language_memory
    ADD CONSTRAINT language_memory_pkey PRIMARY KEY (asker);


--
-- Name: notice_part notice_part_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notice_part
    ADD CONSTRAINT notice_part_pkey PRIMARY KEY (operator, number);


--
-- Name: notice notice_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);


--
-- Name: notice_receipt notice_receipt_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notice_receipt
    ADD CONSTRAINT notice_receipt_pkey PRIMARY KEY (operator, number);


--
-- Name: notice_stop notice_stop_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notice_stop
    ADD CONSTRAINT notice_stop_pkey PRIMARY KEY (id);


--
-- Name: office_appointment office_appointment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.office_appointment
    ADD CONSTRAINT office_appointment_pkey PRIMARY KEY (id);


--
-- Name: office_approval office_approval_pending_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.office_approval
    ADD CONSTRAINT office_approval_pending_key UNIQUE (pending);


--
-- Name: office_approval office_approval_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.office_approval
    ADD CONSTRAINT office_approval_pkey PRIMARY KEY (id);


--
-- Name: office_invitation office_invitation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.office_invitation
    ADD CONSTRAINT office_invitation_pkey PRIMARY KEY (hash);


--
-- Name: office_leave office_leave_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.office_leave
    ADD CONSTRAINT office_leave_pkey PRIMARY KEY (id);


--
-- Name: office_office office_office_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.office_office
    ADD CONSTRAINT office_office_pkey PRIMARY KEY (id);


--
-- Name: office_officer office_officer_cnic_index_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.office_officer
    ADD CONSTRAINT office_officer_cnic_index_key UNIQUE (cnic_index);


--
-- Name: office_officer office_officer_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.office_officer
    ADD CONSTRAINT office_officer_pkey PRIMARY KEY (id);


--
-- Name: questions questions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.questions
    ADD CONSTRAINT questions_pkey PRIMARY KEY (day, hour, district, gender, channel, operator, language, outcome);


--
-- Name: schema_migration schema_migration_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (system, version);


--
-- Name: signin_account signin_account_handle_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_account
    ADD CONSTRAINT signin_account_handle_key UNIQUE (handle);


--
-- Name: signin_account signin_account_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_account
    ADD CONSTRAINT signin_account_pkey PRIMARY KEY (officer);


--
-- Name: signin_attempt signin_attempt_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_attempt
    ADD CONSTRAINT signin_attempt_pkey PRIMARY KEY (what);


--
-- Name: signin_device signin_device_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_device
    ADD CONSTRAINT signin_device_pkey PRIMARY KEY (officer, hash);


--
-- Name: signin_key signin_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_key
    ADD CONSTRAINT signin_key_pkey PRIMARY KEY (id);


--
-- Name: signin_notice signin_notice_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_notice
    ADD CONSTRAINT signin_notice_pkey PRIMARY KEY (id);


--
-- Name: signin_passkey signin_passkey_credential_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_passkey
    ADD CONSTRAINT signin_passkey_credential_key UNIQUE (credential);


--
-- Name: signin_passkey signin_passkey_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_passkey
    ADD CONSTRAINT signin_passkey_pkey PRIMARY KEY (id);


--
-- Name: signin_recovery signin_recovery_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_recovery
    ADD CONSTRAINT signin_recovery_pkey PRIMARY KEY (hash);


--
-- Name: signin_restart signin_restart_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_restart
    ADD CONSTRAINT signin_restart_hash_key UNIQUE (hash);


--
-- Name: signin_restart signin_restart_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_restart
    ADD CONSTRAINT signin_restart_pkey PRIMARY KEY (officer);


--
-- Name: signin_session signin_session_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_session
    ADD CONSTRAINT signin_session_id_key UNIQUE (id);


--
-- Name: signin_session signin_session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_session
    ADD CONSTRAINT signin_session_pkey PRIMARY KEY (hash);


--
-- Name: signin_spent signin_spent_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_spent
    ADD CONSTRAINT signin_spent_pkey PRIMARY KEY (hash);


--
-- Name: signin_token signin_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_token
    ADD CONSTRAINT signin_token_hash_key UNIQUE (hash);


--
-- Name: signin_token signin_token_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signin_token
    ADD CONSTRAINT signin_token_pkey PRIMARY KEY (id);


--
-- Name: web_draft web_draft_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.web_draft
    ADD CONSTRAINT web_draft_pkey PRIMARY KEY (id);


--
-- Name: audit_row_act; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_row_act ON public.audit_row USING btree (act, seq);


--
-- Name: audit_row_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_row_at ON public.audit_row USING btree (at, seq);


--
-- Name: audit_row_office; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_row_office ON public.audit_row USING btree (office, seq);


--
-- Name: audit_row_officer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_row_officer ON public.audit_row USING btree (officer, seq);


--
-- Name: audit_row_on; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_row_on ON public.audit_row USING btree (on_what, seq);


--
-- Name: audit_row_outcome; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_row_outcome ON public.audit_row USING btree (outcome, seq);


--
-- Name: audit_row_request; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_row_request ON public.audit_row USING btree (request, seq);


--
-- Name: bus_done_when; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX bus_done_when ON public.bus_done USING btree (done);


--
-- Name: bus_outbox_sent; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX bus_outbox_sent ON public.bus_outbox USING btree (sent) WHERE (sent IS NOT NULL);


--
-- Name: bus_outbox_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX bus_outbox_waiting ON public.bus_outbox USING btree (id) WHERE (sent IS NULL);


--
-- Name: notice_part_notice; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notice_part_notice ON public.notice_part USING btree (notice);


--
-- Name: notice_put; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notice_put ON public.notice USING btree (put);


--
-- Name: notice_recipient; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notice_recipient ON public.notice USING btree (recipient_index);


--
-- Name: notice_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notice_state ON public.notice USING btree (state, put);


--
-- Name: notice_stop_recipient; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notice_stop_recipient ON public.notice_stop USING btree (recipient_index);


--
-- Name: office_appointment_office; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_appointment_office ON public.office_appointment USING btree (office);


--
-- Name: office_appointment_officer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_appointment_officer ON public.office_appointment USING btree (officer);


--
-- Name: office_appointment_role; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_appointment_role ON public.office_appointment USING btree (role);


--
-- Name: office_approval_asker; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_approval_asker ON public.office_approval USING btree (asked_by, asked);


--
-- Name: office_approval_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_approval_state ON public.office_approval USING btree (state, asked);


--
-- Name: office_invitation_officer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_invitation_officer ON public.office_invitation USING btree (officer);


--
-- Name: office_leave_appointment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_leave_appointment ON public.office_leave USING btree (appointment);


--
-- Name: office_leave_substitute; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_leave_substitute ON public.office_leave USING btree (substitute);


--
-- Name: office_office_parent; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_office_parent ON public.office_office USING btree (parent);


--
-- Name: office_officer_email; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_officer_email ON public.office_officer USING btree (email_index);


--
-- Name: office_officer_home; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_officer_home ON public.office_officer USING btree (home, name_en, id);


--
-- Name: office_officer_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX office_officer_name ON public.office_officer USING btree (name_en, id);


--
-- Name: signin_device_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX signin_device_hash ON public.signin_device USING btree (hash);


--
-- Name: signin_notice_officer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX signin_notice_officer ON public.signin_notice USING btree (officer, at);


--
-- Name: signin_passkey_officer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX signin_passkey_officer ON public.signin_passkey USING btree (officer, added);


--
-- Name: signin_recovery_officer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX signin_recovery_officer ON public.signin_recovery USING btree (officer);


--
-- Name: signin_session_officer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX signin_session_officer ON public.signin_session USING btree (officer, began);


--
-- Name: signin_token_officer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX signin_token_officer ON public.signin_token USING btree (officer, made);


--
-- Name: web_draft_expires; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX web_draft_expires ON public.web_draft USING btree (expires);


--
-- Name: web_draft_officer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX web_draft_officer ON public.web_draft USING btree (officer, saved);


--
-- PostgreSQL database dump complete
--


