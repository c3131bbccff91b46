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
-- Name: anomaly_area; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.anomaly_area (
    area text NOT NULL,
    blocks bigint NOT NULL,
    men bigint NOT NULL,
    women bigint NOT NULL,
    x bigint NOT NULL,
    fresh bigint NOT NULL
);


--
-- Name: anomaly_block; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.anomaly_block (
    code bigint NOT NULL,
    men bigint NOT NULL,
    women bigint NOT NULL,
    x bigint NOT NULL,
    fresh bigint NOT NULL,
    households bigint NOT NULL,
    largest bigint NOT NULL,
    bands text NOT NULL
);


--
-- Name: anomaly_item; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.anomaly_item (
    kind text NOT NULL,
    id text NOT NULL,
    block bigint NOT NULL,
    district text NOT NULL,
    tehsil text NOT NULL,
    na text NOT NULL,
    pa text NOT NULL,
    measure bigint NOT NULL,
    beside bigint NOT NULL,
    basis text NOT NULL,
    since text NOT NULL,
    run bigint NOT NULL,
    finding text NOT NULL,
    reason text NOT NULL,
    officer text NOT NULL,
    office text NOT NULL,
    at text NOT NULL,
    version bigint NOT NULL
);


--
-- Name: anomaly_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.anomaly_run (
    number bigint NOT NULL,
    at text NOT NULL,
    voters bigint NOT NULL,
    blocks bigint NOT NULL,
    took bigint NOT NULL,
    settings text NOT NULL,
    counts text NOT NULL
);


--
-- Name: anomaly_wish; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.anomaly_wish (
    id text NOT NULL,
    officer text NOT NULL,
    at text NOT NULL
);


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
-- Name: centre_device; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.centre_device (
    id text NOT NULL,
    device text NOT NULL,
    officer text NOT NULL,
    key bytea NOT NULL,
    made text NOT NULL
);


--
-- Name: claim_claim; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.claim_claim (
    number text NOT NULL,
    form bigint NOT NULL,
    asked text NOT NULL,
    state text NOT NULL,
    outcome text NOT NULL,
    version bigint NOT NULL,
    block bigint NOT NULL,
    from_block bigint NOT NULL,
    district text NOT NULL,
    tehsil text NOT NULL,
    na text NOT NULL,
    pa text NOT NULL,
    from_district text NOT NULL,
    from_tehsil text NOT NULL,
    voter bigint NOT NULL,
    voter_version bigint NOT NULL,
    source text NOT NULL,
    device text NOT NULL,
    filled text,
    received text NOT NULL,
    changed text NOT NULL,
    entered_by text NOT NULL,
    conflicts text NOT NULL,
    hearing_at text,
    hearing_en text NOT NULL,
    hearing_ur text NOT NULL,
    hearing_by text NOT NULL,
    due text,
    claimant bytea,
    claimant_index bytea,
    person bytea,
    person_index bytea,
    body bytea NOT NULL
);


--
-- Name: claim_document; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.claim_document (
    id text NOT NULL,
    number text NOT NULL,
    seq bigint NOT NULL,
    what text NOT NULL,
    kind text NOT NULL,
    size bigint NOT NULL,
    added text NOT NULL,
    content bytea NOT NULL
);


--
-- Name: claim_event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.claim_event (
    id text NOT NULL,
    number text NOT NULL,
    seq bigint NOT NULL,
    at text NOT NULL,
    step text NOT NULL,
    state text NOT NULL,
    outcome text NOT NULL,
    officer text NOT NULL,
    note bytea NOT NULL
);


--
-- Name: doubles_area; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.doubles_area (
    area text NOT NULL,
    a bigint NOT NULL,
    b bigint NOT NULL
);


--
-- Name: doubles_pair; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.doubles_pair (
    a bigint NOT NULL,
    b bigint NOT NULL,
    block_a bigint NOT NULL,
    block_b bigint NOT NULL,
    score bigint NOT NULL,
    reasons text NOT NULL,
    run bigint NOT NULL,
    finding text NOT NULL,
    reason text NOT NULL,
    officer text NOT NULL,
    office text NOT NULL,
    at text NOT NULL,
    version bigint NOT NULL
);


--
-- Name: doubles_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.doubles_run (
    number bigint NOT NULL,
    at text NOT NULL,
    voters bigint NOT NULL,
    compared bigint NOT NULL,
    passed bigint NOT NULL,
    found bigint NOT NULL,
    reported bigint NOT NULL,
    threshold bigint NOT NULL
);


--
-- Name: feed_batch; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.feed_batch (
    id bigint NOT NULL,
    authority text NOT NULL,
    name text NOT NULL,
    sequence bigint NOT NULL,
    digest text NOT NULL,
    manifest text NOT NULL,
    state text NOT NULL,
    why text NOT NULL,
    total bigint NOT NULL,
    rejected bigint NOT NULL,
    next_chunk bigint NOT NULL,
    step bigint NOT NULL,
    cursor_at bigint NOT NULL,
    until_chunk bigint NOT NULL,
    filling bigint NOT NULL,
    first_voter bigint NOT NULL,
    preview bytea,
    done text NOT NULL,
    officer text NOT NULL,
    office text NOT NULL,
    request text NOT NULL,
    reason text NOT NULL,
    received text NOT NULL,
    changed text NOT NULL,
    run text NOT NULL
);


--
-- Name: feed_block; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.feed_block (
    id text NOT NULL,
    batch bigint NOT NULL,
    block bigint NOT NULL
);


--
-- Name: feed_chunk; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.feed_chunk (
    id text NOT NULL,
    batch bigint NOT NULL,
    number bigint NOT NULL,
    count bigint NOT NULL,
    sealed bytea NOT NULL
);


--
-- Name: feed_left; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.feed_left (
    id text NOT NULL,
    batch bigint NOT NULL,
    voter bigint NOT NULL
);


--
-- Name: feed_reject; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.feed_reject (
    id text NOT NULL,
    batch bigint NOT NULL,
    number bigint NOT NULL,
    count bigint NOT NULL,
    sealed bytea NOT NULL
);


--
-- Name: figures_cell; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.figures_cell (
    roll text NOT NULL,
    district text NOT NULL,
    na text NOT NULL,
    pa text NOT NULL,
    list bigint NOT NULL,
    band bigint NOT NULL,
    n bigint NOT NULL
);


--
-- Name: figures_change; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.figures_change (
    roll text NOT NULL,
    what text NOT NULL,
    why text NOT NULL,
    district text NOT NULL,
    na text NOT NULL,
    pa text NOT NULL,
    list bigint NOT NULL,
    n bigint NOT NULL
);


--
-- Name: figures_roll; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.figures_roll (
    roll text NOT NULL,
    name text NOT NULL,
    day text NOT NULL,
    scope text NOT NULL,
    voters bigint NOT NULL,
    made text NOT NULL,
    changes bigint NOT NULL,
    since text NOT NULL
);


--
-- Name: frozen_roll; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.frozen_roll (
    id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    day text NOT NULL,
    scope text NOT NULL,
    voters bigint NOT NULL,
    root text NOT NULL,
    file text NOT NULL,
    index_file text NOT NULL,
    index_root text NOT NULL,
    secret bytea NOT NULL,
    statement bigint NOT NULL,
    approval text NOT NULL,
    made text NOT NULL,
    published text,
    touched bigint NOT NULL
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
-- Name: otp_code; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.otp_code (
    id text NOT NULL,
    number bytea NOT NULL,
    number_index bytea NOT NULL,
    address bytea NOT NULL,
    address_index bytea NOT NULL,
    code bytea NOT NULL,
    sent text NOT NULL,
    tries bigint NOT NULL,
    confirmed text,
    used bigint NOT NULL
);


--
-- Name: phase_freeze; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.phase_freeze (
    id text NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    basis_day text NOT NULL,
    from_day text NOT NULL,
    closed_day text NOT NULL,
    reason_en text NOT NULL,
    reason_ur text NOT NULL,
    withdrawn bigint NOT NULL,
    made text NOT NULL,
    made_by text NOT NULL,
    approval text NOT NULL
);


--
-- Name: phase_override; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.phase_override (
    id text NOT NULL,
    version bigint NOT NULL,
    freeze_id text NOT NULL,
    scope text NOT NULL,
    from_day text NOT NULL,
    to_day text NOT NULL,
    reason_en text NOT NULL,
    reason_ur text NOT NULL,
    withdrawn bigint NOT NULL,
    made text NOT NULL,
    made_by text NOT NULL,
    approval text NOT NULL
);


--
-- Name: phase_programme; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.phase_programme (
    id text NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    last_day text NOT NULL,
    reason_en text NOT NULL,
    reason_ur text NOT NULL,
    deviation_en text NOT NULL,
    deviation_ur text NOT NULL,
    withdrawn bigint NOT NULL,
    made text NOT NULL,
    made_by text NOT NULL,
    approval text NOT NULL
);


--
-- Name: phase_step; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.phase_step (
    programme text NOT NULL,
    version bigint NOT NULL,
    place bigint NOT NULL,
    phase text NOT NULL,
    from_day text NOT NULL
);


--
-- Name: print_copy; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.print_copy (
    number bigint NOT NULL,
    state text NOT NULL,
    kind text NOT NULL,
    recipient bytea NOT NULL,
    seat text NOT NULL,
    block bigint NOT NULL,
    areas text NOT NULL,
    purpose text NOT NULL,
    languages text NOT NULL,
    photographs bigint NOT NULL,
    reason text NOT NULL,
    officer text NOT NULL,
    office text NOT NULL,
    asked text NOT NULL,
    approval text NOT NULL,
    sha256 text NOT NULL,
    pages bigint NOT NULL,
    voters bigint NOT NULL,
    ledger bigint NOT NULL,
    place bigint NOT NULL,
    salt bytea NOT NULL,
    ready text
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
-- Name: rolls_block; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rolls_block (
    code bigint NOT NULL,
    name_en text NOT NULL,
    name_ur text NOT NULL,
    tehsil_en text NOT NULL,
    tehsil_ur text NOT NULL,
    district_en text NOT NULL,
    district_ur text NOT NULL,
    district text NOT NULL,
    tehsil text NOT NULL,
    na text NOT NULL,
    pa text NOT NULL,
    station_m text NOT NULL,
    station_f text NOT NULL,
    station_x text NOT NULL,
    edition bigint NOT NULL,
    consolidated text,
    next_m bigint NOT NULL,
    next_f bigint NOT NULL,
    next_x bigint NOT NULL,
    next_household bigint NOT NULL,
    version bigint NOT NULL
);


--
-- Name: rolls_change; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rolls_change (
    id bigint NOT NULL,
    voter bigint NOT NULL,
    block bigint NOT NULL,
    list bigint NOT NULL,
    serial bigint NOT NULL,
    household bigint NOT NULL,
    standing bigint NOT NULL,
    kind text NOT NULL,
    why text NOT NULL,
    edition bigint NOT NULL,
    at text NOT NULL,
    cause text NOT NULL,
    was text NOT NULL,
    entered text NOT NULL,
    version bigint NOT NULL,
    before bytea NOT NULL
);


--
-- Name: rolls_counter; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rolls_counter (
    name text NOT NULL,
    next bigint NOT NULL
);


--
-- Name: rolls_household; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rolls_household (
    hash bigint NOT NULL,
    number bigint NOT NULL
);


--
-- Name: rolls_photograph; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rolls_photograph (
    id text NOT NULL,
    image bytea NOT NULL
);


--
-- Name: rolls_secret; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rolls_secret (
    name text NOT NULL,
    secret bytea NOT NULL
);


--
-- Name: rolls_split; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rolls_split (
    id text NOT NULL,
    block bigint NOT NULL,
    list bigint NOT NULL,
    serial bigint NOT NULL,
    station text NOT NULL
);


--
-- Name: rolls_station; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rolls_station (
    id text NOT NULL,
    kind text NOT NULL,
    name_en text NOT NULL,
    name_ur text NOT NULL,
    lat text NOT NULL,
    lon text NOT NULL
);


--
-- Name: rolls_voter; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rolls_voter (
    id bigint NOT NULL,
    cnic_index bytea NOT NULL,
    block bigint NOT NULL,
    list bigint NOT NULL,
    serial bigint NOT NULL,
    household bigint NOT NULL,
    standing bigint NOT NULL,
    entered text NOT NULL,
    cause text NOT NULL,
    version bigint NOT NULL,
    particulars bytea NOT NULL
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
-- Name: search_counter; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_counter (
    name text NOT NULL,
    next bigint NOT NULL
);


--
-- Name: search_posting; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_posting (
    id bigint NOT NULL,
    hash bigint NOT NULL,
    voters bytea NOT NULL
);


--
-- Name: search_use; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_use (
    id text NOT NULL,
    times bigint NOT NULL,
    hour text NOT NULL
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
-- Name: statement; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.statement (
    id text NOT NULL,
    kind text NOT NULL,
    number bigint NOT NULL,
    salt bytea NOT NULL,
    content bytea NOT NULL,
    made text NOT NULL,
    entry bigint NOT NULL
);


--
-- Name: supplement_issued; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.supplement_issued (
    id text NOT NULL,
    block bigint NOT NULL,
    edition bigint NOT NULL,
    number bigint NOT NULL,
    until text NOT NULL,
    officer text NOT NULL
);


--
-- Name: visit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.visit (
    id text NOT NULL,
    body bytea NOT NULL,
    version bigint NOT NULL,
    changed text NOT NULL
);


--
-- Name: visit_document; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.visit_document (
    id text NOT NULL,
    visit text NOT NULL,
    what text NOT NULL,
    kind text NOT NULL,
    size bigint NOT NULL,
    content bytea NOT NULL
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
-- Data for Name: anomaly_area; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.anomaly_area VALUES ('text 0 ''…', -7, -7, -7, -7, -7);
INSERT INTO public.anomaly_area VALUES ('text 1 ''…', -6, -6, -6, -6, -6);


--
-- Data for Name: anomaly_block; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.anomaly_block VALUES (-7, -7, -7, -7, -7, -7, -7, 'text 0 ''…');
INSERT INTO public.anomaly_block VALUES (-6, -6, -6, -6, -6, -6, -6, 'text 1 ''…');


--
-- Data for Name: anomaly_item; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.anomaly_item VALUES ('text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, -7, 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7);
INSERT INTO public.anomaly_item VALUES ('text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, -6, 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6);


--
-- Data for Name: anomaly_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.anomaly_run VALUES (-7, 'text 0 ''…', -7, -7, -7, 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.anomaly_run VALUES (-6, 'text 1 ''…', -6, -6, -6, 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: anomaly_wish; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.anomaly_wish VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.anomaly_wish VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: audit_head; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_head VALUES (1, 'c17adaa1a27455a92f617e5b5b4c2f81', 0, '\x0000000000000000000000000000000000000000000000000000000000000000');
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
-- Data for Name: centre_device; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.centre_device VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', 'text 0 ''…');
INSERT INTO public.centre_device VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', 'text 1 ''…');


--
-- Data for Name: claim_claim; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.claim_claim VALUES ('text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, -7, -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', '\x0000', '\x0000', '\x0000', '\x0000');
INSERT INTO public.claim_claim VALUES ('text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, -6, -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', '\x0001', '\x0001', '\x0001', '\x0001');


--
-- Data for Name: claim_document; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.claim_document VALUES ('text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', '\x0000');
INSERT INTO public.claim_document VALUES ('text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', '\x0001');


--
-- Data for Name: claim_event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.claim_event VALUES ('text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000');
INSERT INTO public.claim_event VALUES ('text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001');


--
-- Data for Name: doubles_area; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.doubles_area VALUES ('text 0 ''…', -7, -7);
INSERT INTO public.doubles_area VALUES ('text 1 ''…', -6, -6);


--
-- Data for Name: doubles_pair; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.doubles_pair VALUES (-7, -7, -7, -7, -7, 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7);
INSERT INTO public.doubles_pair VALUES (-6, -6, -6, -6, -6, 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6);


--
-- Data for Name: doubles_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.doubles_run VALUES (-7, 'text 0 ''…', -7, -7, -7, -7, -7, -7);
INSERT INTO public.doubles_run VALUES (-6, 'text 1 ''…', -6, -6, -6, -6, -6, -6);


--
-- Data for Name: feed_batch; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.feed_batch VALUES (-7, 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, -7, -7, -7, -7, -7, -7, -7, '\x0000', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.feed_batch VALUES (-6, 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, -6, -6, -6, -6, -6, -6, -6, '\x0001', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: feed_block; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.feed_block VALUES ('text 0 ''…', -7, -7);
INSERT INTO public.feed_block VALUES ('text 1 ''…', -6, -6);


--
-- Data for Name: feed_chunk; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.feed_chunk VALUES ('text 0 ''…', -7, -7, -7, '\x0000');
INSERT INTO public.feed_chunk VALUES ('text 1 ''…', -6, -6, -6, '\x0001');


--
-- Data for Name: feed_left; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.feed_left VALUES ('text 0 ''…', -7, -7);
INSERT INTO public.feed_left VALUES ('text 1 ''…', -6, -6);


--
-- Data for Name: feed_reject; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.feed_reject VALUES ('text 0 ''…', -7, -7, -7, '\x0000');
INSERT INTO public.feed_reject VALUES ('text 1 ''…', -6, -6, -6, '\x0001');


--
-- Data for Name: figures_cell; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.figures_cell VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, -7, -7);
INSERT INTO public.figures_cell VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, -6, -6);


--
-- Data for Name: figures_change; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.figures_change VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, -7);
INSERT INTO public.figures_change VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, -6);


--
-- Data for Name: figures_roll; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.figures_roll VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', -7, 'text 0 ''…');
INSERT INTO public.figures_roll VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', -6, 'text 1 ''…');


--
-- Data for Name: frozen_roll; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.frozen_roll VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7);
INSERT INTO public.frozen_roll VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6);


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
-- Data for Name: otp_code; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.otp_code VALUES ('text 0 ''…', '\x0000', '\x0000', '\x0000', '\x0000', '\x0000', 'text 0 ''…', -7, 'text 0 ''…', -7);
INSERT INTO public.otp_code VALUES ('text 1 ''…', '\x0001', '\x0001', '\x0001', '\x0001', '\x0001', 'text 1 ''…', -6, 'text 1 ''…', -6);


--
-- Data for Name: phase_freeze; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.phase_freeze VALUES ('text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.phase_freeze VALUES ('text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: phase_override; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.phase_override VALUES ('text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.phase_override VALUES ('text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: phase_programme; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.phase_programme VALUES ('text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.phase_programme VALUES ('text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: phase_step; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.phase_step VALUES ('text 0 ''…', -7, -7, 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.phase_step VALUES ('text 1 ''…', -6, -6, 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: print_copy; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.print_copy VALUES (-7, 'text 0 ''…', 'text 0 ''…', '\x0000', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, -7, -7, -7, '\x0000', 'text 0 ''…');
INSERT INTO public.print_copy VALUES (-6, 'text 1 ''…', 'text 1 ''…', '\x0001', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, -6, -6, -6, '\x0001', 'text 1 ''…');


--
-- Data for Name: questions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.questions VALUES ('text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7);
INSERT INTO public.questions VALUES ('text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6);


--
-- Data for Name: rolls_block; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rolls_block VALUES (-7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', -7, -7, -7, -7, -7);
INSERT INTO public.rolls_block VALUES (-6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', -6, -6, -6, -6, -6);


--
-- Data for Name: rolls_change; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rolls_change VALUES (-7, -7, -7, -7, -7, -7, -7, 'text 0 ''…', 'text 0 ''…', -7, 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, '\x0000');
INSERT INTO public.rolls_change VALUES (-6, -6, -6, -6, -6, -6, -6, 'text 1 ''…', 'text 1 ''…', -6, 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, '\x0001');


--
-- Data for Name: rolls_counter; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rolls_counter VALUES ('text 0 ''…', -7);
INSERT INTO public.rolls_counter VALUES ('text 1 ''…', -6);


--
-- Data for Name: rolls_household; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rolls_household VALUES (-7, -7);
INSERT INTO public.rolls_household VALUES (-6, -6);


--
-- Data for Name: rolls_photograph; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rolls_photograph VALUES ('text 0 ''…', '\x0000');
INSERT INTO public.rolls_photograph VALUES ('text 1 ''…', '\x0001');


--
-- Data for Name: rolls_secret; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rolls_secret VALUES ('text 0 ''…', '\x0000');
INSERT INTO public.rolls_secret VALUES ('text 1 ''…', '\x0001');


--
-- Data for Name: rolls_split; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rolls_split VALUES ('text 0 ''…', -7, -7, -7, 'text 0 ''…');
INSERT INTO public.rolls_split VALUES ('text 1 ''…', -6, -6, -6, 'text 1 ''…');


--
-- Data for Name: rolls_station; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rolls_station VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.rolls_station VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: rolls_voter; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rolls_voter VALUES (-7, '\x0000', -7, -7, -7, -7, -7, 'text 0 ''…', 'text 0 ''…', -7, '\x0000');
INSERT INTO public.rolls_voter VALUES (-6, '\x0001', -6, -6, -6, -6, -6, 'text 1 ''…', 'text 1 ''…', -6, '\x0001');


--
-- Data for Name: schema_migration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schema_migration VALUES ('audit', 1, '0001_trail.sql', '72afedfd525dd31a31b8183930d60e954f39cdc85435aa5daa54279ca91fc43a', '2026-11-25T04:50:53.233618Z');
INSERT INTO public.schema_migration VALUES ('office', 1, '0001_offices.sql', 'e6707d46bd9ea342223cbd238ca806c32a52a4c7c6569e1e2a084c80b077d809', '2026-11-25T04:50:53.244004Z');
INSERT INTO public.schema_migration VALUES ('signin', 1, '0001_signin.sql', '8aa945996981742e027a146fa69ca6298f308730ce54513e1ce6b30cb5debd8c', '2026-11-25T04:50:53.261677Z');
INSERT INTO public.schema_migration VALUES ('bus', 1, '0001_outbox.sql', '38c26e60e1b7e87e3b243e513402483cb3e6e16b8924b60b8401a01aa9b3e5d5', '2026-11-25T04:50:53.270540Z');
INSERT INTO public.schema_migration VALUES ('notice', 1, '0001_notice.sql', 'b538f92b5f3973068535509c29b0b2d7b8dc69554d3b57776397113f7dd0db63', '2026-11-25T04:50:53.275340Z');
INSERT INTO public.schema_migration VALUES ('draft', 1, '0001_draft.sql', 'd2b53967a8d3a992a74b7a462426bcfb9a2362f08e39f9fa5e3d32e2c887f339', '2026-11-25T04:50:53.279987Z');
INSERT INTO public.schema_migration VALUES ('voterinfo/memory', 1, '0001_language_memory.sql', '61e5d442fc28da30d1d00e4dde3484d5b66032a4c627ac2d409acda0926ab68f', '2026-11-25T04:50:53.286757Z');
INSERT INTO public.schema_migration VALUES ('voterinfo/statistics', 1, '0001_questions.sql', '2aba23121961fad46cf42194019bcc950dbcd4fb3c0355dd9ba6a3c712e0c9e0', '2026-11-25T04:50:53.294371Z');
INSERT INTO public.schema_migration VALUES ('statement', 1, '0001_statement.sql', 'aa58721537f5d43189eaa26ea7492b98da6a541078680fb0ddabbeaf558faa06', '2026-11-25T04:50:53.300650Z');
INSERT INTO public.schema_migration VALUES ('rolls', 1, '0001_rolls.sql', '7e2932141d815d304c9230fdec83d6bb4b8f46a179cba1607f899205cc2f8c60', '2026-11-25T04:50:53.308520Z');
INSERT INTO public.schema_migration VALUES ('search', 1, '0001_search.sql', '1ee91c65ef2c75446d03a48fab4f638960bc2f9916e312a32f96195fcf1807eb', '2026-11-25T04:50:53.314641Z');
INSERT INTO public.schema_migration VALUES ('phase', 1, '0001_phase.sql', '8fd5e1cdff9d3ea27c937c75af053747b43702b49480d5bca30caafc7ef20989', '2026-11-25T04:50:53.318802Z');
INSERT INTO public.schema_migration VALUES ('feed', 1, '0001_feed.sql', 'd858c947331451325b1d13d8d7145c5c504781d7c24ef4f3b799ac92beeb36a5', '2026-11-25T04:50:53.322657Z');
INSERT INTO public.schema_migration VALUES ('claim', 1, '0001_claim.sql', 'a99dce5f36f3cb61457c6e31b26b2b91a4174e0e19384f664aaf4fb154be2a75', '2026-11-25T04:50:53.327454Z');
INSERT INTO public.schema_migration VALUES ('otp', 1, '0001_otp.sql', 'd4959416ab14e8833fc342bf2b8d64f381aa4c9c10a6b64b617a634f6c7e1763', '2026-11-25T04:50:53.330519Z');
INSERT INTO public.schema_migration VALUES ('rolls/doubles', 1, '0001_doubles.sql', '8d6e4281f6444d1bceb07744846a58281d9f630adf2cc41a92124ac267f2c640', '2026-11-25T04:50:53.335073Z');
INSERT INTO public.schema_migration VALUES ('supplement', 1, '0001_supplement.sql', 'e6a3061a68b907274cbc0634739a5ca627e97ed2c35d60953fd4adbef85aa30a', '2026-11-25T04:50:53.338157Z');
INSERT INTO public.schema_migration VALUES ('print', 1, '0001_copy.sql', '3f2ec0c965456ead5d4d391992677a4e18d4166a497e816aef80240c168dede3', '2026-11-25T04:50:53.341618Z');
INSERT INTO public.schema_migration VALUES ('frozen', 1, '0001_frozen.sql', '39185010f4a0785a20bc42a7ee82b7b7854469084b162fc545c07c8e1f19b37b', '2026-11-25T04:50:53.344639Z');
INSERT INTO public.schema_migration VALUES ('visit', 1, '0001_visits.sql', 'af7900bfac2d18e98085f75646e835c3aab91ecce8f5c4bc2049a1352949a29e', '2026-11-25T04:50:53.347273Z');
INSERT INTO public.schema_migration VALUES ('centre', 1, '0001_devices.sql', 'aecfee3c4993e261bfff1495e394bc2dc99550616f13bbba0fdd19111cc91200', '2026-11-25T04:50:53.350275Z');
INSERT INTO public.schema_migration VALUES ('rolls/anomaly', 1, '0001_anomaly.sql', 'a42c815dd61e9472522d326367dcd639fb8ea510982290569cd49e2a18378cd0', '2026-11-25T04:50:53.353954Z');
INSERT INTO public.schema_migration VALUES ('rolls/figures', 1, '0001_figures.sql', '11768c6b248b2da0b1df432842c49bf4908f5bc08491289127c80ad90b404c91', '2026-11-25T04:50:53.357499Z');


--
-- Data for Name: search_counter; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.search_counter VALUES ('text 0 ''…', -7);
INSERT INTO public.search_counter VALUES ('text 1 ''…', -6);


--
-- Data for Name: search_posting; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.search_posting VALUES (-7, -7, '\x0000');
INSERT INTO public.search_posting VALUES (-6, -6, '\x0001');


--
-- Data for Name: search_use; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.search_use VALUES ('text 0 ''…', -7, 'text 0 ''…');
INSERT INTO public.search_use VALUES ('text 1 ''…', -6, 'text 1 ''…');


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
-- Data for Name: statement; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.statement VALUES ('text 0 ''…', 'text 0 ''…', -7, '\x0000', '\x0000', 'text 0 ''…', -7);
INSERT INTO public.statement VALUES ('text 1 ''…', 'text 1 ''…', -6, '\x0001', '\x0001', 'text 1 ''…', -6);


--
-- Data for Name: supplement_issued; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.supplement_issued VALUES ('text 0 ''…', -7, -7, -7, 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.supplement_issued VALUES ('text 1 ''…', -6, -6, -6, 'text 1 ''…', 'text 1 ''…');


--
-- Data for Name: visit; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.visit VALUES ('text 0 ''…', '\x0000', -7, 'text 0 ''…');
INSERT INTO public.visit VALUES ('text 1 ''…', '\x0001', -6, 'text 1 ''…');


--
-- Data for Name: visit_document; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.visit_document VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', -7, '\x0000');
INSERT INTO public.visit_document VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', -6, '\x0001');


--
-- Data for Name: web_draft; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.web_draft VALUES ('text 0 ''…', 'text 0 ''…', 'text 0 ''…', 'text 0 ''…', '\x0000', 'text 0 ''…', 'text 0 ''…');
INSERT INTO public.web_draft VALUES ('text 1 ''…', 'text 1 ''…', 'text 1 ''…', 'text 1 ''…', '\x0001', 'text 1 ''…', 'text 1 ''…');


--
-- Name: anomaly_area anomaly_area_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.anomaly_area
    ADD CONSTRAINT anomaly_area_pkey PRIMARY KEY (area);


--
-- Name: anomaly_block anomaly_block_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.anomaly_block
    ADD CONSTRAINT anomaly_block_pkey PRIMARY KEY (code);


--
-- Name: anomaly_item anomaly_item_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.anomaly_item
    ADD CONSTRAINT anomaly_item_pkey PRIMARY KEY (kind, id);


--
-- Name: anomaly_run anomaly_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.anomaly_run
    ADD CONSTRAINT anomaly_run_pkey PRIMARY KEY (number);


--
-- Name: anomaly_wish anomaly_wish_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.anomaly_wish
    ADD CONSTRAINT anomaly_wish_pkey PRIMARY KEY (id);


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
-- Name: centre_device centre_device_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.centre_device
    ADD CONSTRAINT centre_device_pkey PRIMARY KEY (id);


--
-- Name: claim_claim claim_claim_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.claim_claim
    ADD CONSTRAINT claim_claim_pkey PRIMARY KEY (number);


--
-- Name: claim_document claim_document_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.claim_document
    ADD CONSTRAINT claim_document_pkey PRIMARY KEY (id);


--
-- Name: claim_event claim_event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.claim_event
    ADD CONSTRAINT claim_event_pkey PRIMARY KEY (id);


--
-- Name: doubles_area doubles_area_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.doubles_area
    ADD CONSTRAINT doubles_area_pkey PRIMARY KEY (area, a, b);


--
-- Name: doubles_pair doubles_pair_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.doubles_pair
    ADD CONSTRAINT doubles_pair_pkey PRIMARY KEY (a, b);


--
-- Name: doubles_run doubles_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.doubles_run
    ADD CONSTRAINT doubles_run_pkey PRIMARY KEY (number);


--
-- Name: feed_batch feed_batch_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feed_batch
    ADD CONSTRAINT feed_batch_pkey PRIMARY KEY (id);


--
-- Name: feed_block feed_block_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feed_block
    ADD CONSTRAINT feed_block_pkey PRIMARY KEY (id);


--
-- Name: feed_chunk feed_chunk_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feed_chunk
    ADD CONSTRAINT feed_chunk_pkey PRIMARY KEY (id);


--
-- Name: feed_left feed_left_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feed_left
    ADD CONSTRAINT feed_left_pkey PRIMARY KEY (id);


--
-- Name: feed_reject feed_reject_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.feed_reject
    ADD CONSTRAINT feed_reject_pkey PRIMARY KEY (id);


--
-- Name: figures_cell figures_cell_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.figures_cell
    ADD CONSTRAINT figures_cell_pkey PRIMARY KEY (roll, district, na, pa, list, band);


--
-- Name: figures_change figures_change_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.figures_change
    ADD CONSTRAINT figures_change_pkey PRIMARY KEY (roll, what, why, district, na, pa, list);


--
-- Name: figures_roll figures_roll_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.figures_roll
    ADD CONSTRAINT figures_roll_pkey PRIMARY KEY (roll);


--
-- Name: frozen_roll frozen_roll_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.frozen_roll
    ADD CONSTRAINT frozen_roll_pkey PRIMARY KEY (id);


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
-- Name: otp_code otp_code_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.otp_code
    ADD CONSTRAINT otp_code_pkey PRIMARY KEY (id);


--
-- Name: phase_freeze phase_freeze_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.phase_freeze
    ADD CONSTRAINT phase_freeze_pkey PRIMARY KEY (id, version);


--
-- Name: phase_override phase_override_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.phase_override
    ADD CONSTRAINT phase_override_pkey PRIMARY KEY (id, version);


--
-- Name: phase_programme phase_programme_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.phase_programme
    ADD CONSTRAINT phase_programme_pkey PRIMARY KEY (id, version);


--
-- Name: phase_step phase_step_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.phase_step
    ADD CONSTRAINT phase_step_pkey PRIMARY KEY (programme, version, place);


--
-- Name: print_copy print_copy_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.print_copy
    ADD CONSTRAINT print_copy_pkey PRIMARY KEY (number);


--
-- Name: questions questions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.questions
    ADD CONSTRAINT questions_pkey PRIMARY KEY (day, hour, district, gender, channel, operator, language, outcome);


--
-- Name: rolls_block rolls_block_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rolls_block
    ADD CONSTRAINT rolls_block_pkey PRIMARY KEY (code);


--
-- Name: rolls_change rolls_change_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rolls_change
    ADD CONSTRAINT rolls_change_pkey PRIMARY KEY (id);


--
-- Name: rolls_counter rolls_counter_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rolls_counter
    ADD CONSTRAINT rolls_counter_pkey PRIMARY KEY (name);


--
-- Name: rolls_household rolls_household_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rolls_household
    ADD CONSTRAINT rolls_household_pkey PRIMARY KEY (hash);


--
-- Name: rolls_photograph rolls_photograph_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rolls_photograph
    ADD CONSTRAINT rolls_photograph_pkey PRIMARY KEY (id);


--
-- Name: rolls_secret rolls_secret_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rolls_secret
    ADD CONSTRAINT rolls_secret_pkey PRIMARY KEY (name);


--
-- Name: rolls_split rolls_split_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rolls_split
    ADD CONSTRAINT rolls_split_pkey PRIMARY KEY (id);


--
-- Name: rolls_station rolls_station_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rolls_station
    ADD CONSTRAINT rolls_station_pkey PRIMARY KEY (id);


--
-- Name: rolls_voter rolls_voter_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rolls_voter
    ADD CONSTRAINT rolls_voter_pkey PRIMARY KEY (id);


--
-- Name: schema_migration schema_migration_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (system, version);


--
-- Name: search_counter search_counter_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_counter
    ADD CONSTRAINT search_counter_pkey PRIMARY KEY (name);


--
-- Name: search_posting search_posting_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_posting
    ADD CONSTRAINT search_posting_pkey PRIMARY KEY (id);


--
-- Name: search_use search_use_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_use
    ADD CONSTRAINT search_use_pkey PRIMARY KEY (id);


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
-- Name: statement statement_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_pkey PRIMARY KEY (id);


--
-- Name: supplement_issued supplement_issued_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.supplement_issued
    ADD CONSTRAINT supplement_issued_pkey PRIMARY KEY (id);


--
-- Name: visit_document visit_document_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visit_document
    ADD CONSTRAINT visit_document_pkey PRIMARY KEY (id);


--
-- Name: visit visit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (id);


--
-- Name: web_draft web_draft_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.web_draft
    ADD CONSTRAINT web_draft_pkey PRIMARY KEY (id);


--
-- Name: anomaly_item_block; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX anomaly_item_block ON public.anomaly_item USING btree (block, kind);


--
-- Name: anomaly_item_district; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX anomaly_item_district ON public.anomaly_item USING btree (district, kind);


--
-- Name: anomaly_item_na; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX anomaly_item_na ON public.anomaly_item USING btree (na, kind);


--
-- Name: anomaly_item_pa; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX anomaly_item_pa ON public.anomaly_item USING btree (pa, kind);


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
-- Name: centre_device_officer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX centre_device_officer ON public.centre_device USING btree (officer);


--
-- Name: claim_claim_claimant; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claim_claim_claimant ON public.claim_claim USING btree (claimant_index, received);


--
-- Name: claim_claim_device; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX claim_claim_device ON public.claim_claim USING btree (device);


--
-- Name: claim_claim_district; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claim_claim_district ON public.claim_claim USING btree (district, state, received);


--
-- Name: claim_claim_from; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claim_claim_from ON public.claim_claim USING btree (from_district, state, received);


--
-- Name: claim_claim_hearing; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claim_claim_hearing ON public.claim_claim USING btree (hearing_by, hearing_at);


--
-- Name: claim_claim_person; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claim_claim_person ON public.claim_claim USING btree (person_index, received);


--
-- Name: claim_claim_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claim_claim_state ON public.claim_claim USING btree (state, received);


--
-- Name: claim_claim_voter; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claim_claim_voter ON public.claim_claim USING btree (voter);


--
-- Name: claim_document_order; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX claim_document_order ON public.claim_document USING btree (number, seq);


--
-- Name: claim_event_order; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX claim_event_order ON public.claim_event USING btree (number, seq);


--
-- Name: doubles_pair_b; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX doubles_pair_b ON public.doubles_pair USING btree (b);


--
-- Name: doubles_pair_score; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX doubles_pair_score ON public.doubles_pair USING btree (finding, score);


--
-- Name: feed_batch_digest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX feed_batch_digest ON public.feed_batch USING btree (digest);


--
-- Name: feed_block_batch; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX feed_block_batch ON public.feed_block USING btree (batch);


--
-- Name: feed_chunk_place; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX feed_chunk_place ON public.feed_chunk USING btree (batch, number);


--
-- Name: feed_left_batch; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX feed_left_batch ON public.feed_left USING btree (batch, voter);


--
-- Name: feed_reject_place; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX feed_reject_place ON public.feed_reject USING btree (batch, number);


--
-- Name: frozen_roll_made; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX frozen_roll_made ON public.frozen_roll USING btree (kind, made);


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
-- Name: otp_code_address; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX otp_code_address ON public.otp_code USING btree (address_index, sent);


--
-- Name: otp_code_number; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX otp_code_number ON public.otp_code USING btree (number_index, sent);


--
-- Name: otp_code_sent; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX otp_code_sent ON public.otp_code USING btree (sent);


--
-- Name: print_copy_approval; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX print_copy_approval ON public.print_copy USING btree (approval);


--
-- Name: print_copy_ledger; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX print_copy_ledger ON public.print_copy USING btree (ledger);


--
-- Name: print_copy_seat; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX print_copy_seat ON public.print_copy USING btree (seat, number);


--
-- Name: rolls_block_district; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rolls_block_district ON public.rolls_block USING btree (district, code);


--
-- Name: rolls_block_na; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rolls_block_na ON public.rolls_block USING btree (na, code);


--
-- Name: rolls_block_pa; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rolls_block_pa ON public.rolls_block USING btree (pa, code);


--
-- Name: rolls_change_block; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rolls_change_block ON public.rolls_change USING btree (block, id);


--
-- Name: rolls_change_cause; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rolls_change_cause ON public.rolls_change USING btree (cause, id);


--
-- Name: rolls_change_voter; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rolls_change_voter ON public.rolls_change USING btree (voter, id);


--
-- Name: rolls_split_place; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX rolls_split_place ON public.rolls_split USING btree (block, list, serial);


--
-- Name: rolls_voter_cnic; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX rolls_voter_cnic ON public.rolls_voter USING btree (cnic_index);


--
-- Name: rolls_voter_place; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rolls_voter_place ON public.rolls_voter USING btree (block, list, serial);


--
-- Name: search_posting_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX search_posting_hash ON public.search_posting USING btree (hash, id);


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
-- Name: statement_entry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX statement_entry ON public.statement USING btree (entry);


--
-- Name: statement_number; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX statement_number ON public.statement USING btree (kind, number);


--
-- Name: supplement_issued_number; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX supplement_issued_number ON public.supplement_issued USING btree (block, edition, number);


--
-- Name: visit_changed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX visit_changed ON public.visit USING btree (changed);


--
-- Name: visit_document_visit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX visit_document_visit ON public.visit_document USING btree (visit);


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


