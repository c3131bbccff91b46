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
-- Data for Name: language_memory; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.language_memory VALUES (-8699014530039973574, 3, 20782);
INSERT INTO public.language_memory VALUES (-8124509947790836322, 2, 20782);
INSERT INTO public.language_memory VALUES (-6615950874931351859, 1, 20782);
INSERT INTO public.language_memory VALUES (-6214819437490989544, 1, 20782);
INSERT INTO public.language_memory VALUES (-5234608030932404750, 2, 20782);
INSERT INTO public.language_memory VALUES (-4586705545976164948, 2, 20782);
INSERT INTO public.language_memory VALUES (-3558095263431969578, 3, 20782);
INSERT INTO public.language_memory VALUES (-964563615836322290, 1, 20782);
INSERT INTO public.language_memory VALUES (-44892908286891512, 3, 20782);
INSERT INTO public.language_memory VALUES (-7717037732884046, 3, 20782);
INSERT INTO public.language_memory VALUES (22724315092631825, 2, 20782);
INSERT INTO public.language_memory VALUES (131401112416071573, 2, 20782);
INSERT INTO public.language_memory VALUES (1274068461840536192, 3, 20782);
INSERT INTO public.language_memory VALUES (1939757436332475138, 2, 20782);
INSERT INTO public.language_memory VALUES (3129071183995123577, 1, 20782);
INSERT INTO public.language_memory VALUES (3387159568189827338, 1, 20782);
INSERT INTO public.language_memory VALUES (3441755024910249345, 1, 20782);
INSERT INTO public.language_memory VALUES (4461763587798455807, 3, 20782);
INSERT INTO public.language_memory VALUES (5076364081041200834, 2, 20782);
INSERT INTO public.language_memory VALUES (7297343270645308764, 1, 20782);


--
-- Data for Name: language_memory_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.language_memory_key VALUES (-4188691700608526502);


--
-- Data for Name: questions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.questions VALUES ('2027-02-08', 8, 'Lahore', 'M', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 8, 'Lahore', 'X', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 8, 'Quetta', 'F', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 9, 'Lahore', 'F', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 9, 'Quetta', 'M', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 9, 'Quetta', 'X', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 10, 'Lahore', 'M', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 10, 'Lahore', 'X', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 10, 'Quetta', 'F', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 11, 'Lahore', 'F', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 11, 'Quetta', 'M', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 11, 'Quetta', 'X', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 12, 'Lahore', 'M', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 12, 'Lahore', 'X', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 12, 'Quetta', 'F', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 13, 'Lahore', 'F', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 13, 'Quetta', 'M', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 13, 'Quetta', 'X', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 14, 'Lahore', 'M', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 14, 'Lahore', 'X', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 14, 'Quetta', 'F', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 15, 'Lahore', 'F', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 15, 'Quetta', 'M', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 15, 'Quetta', 'X', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 16, 'Lahore', 'M', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 16, 'Lahore', 'X', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 16, 'Quetta', 'F', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 17, 'Lahore', 'F', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 17, 'Quetta', 'M', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 17, 'Quetta', 'X', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 18, 'Lahore', 'M', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 18, 'Lahore', 'X', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 18, 'Quetta', 'F', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 19, 'Lahore', 'F', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 19, 'Quetta', 'M', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 19, 'Quetta', 'X', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 20, 'Lahore', 'M', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 20, 'Lahore', 'X', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 20, 'Quetta', 'F', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 21, 'Lahore', 'F', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 21, 'Quetta', 'M', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 21, 'Quetta', 'X', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 22, 'Lahore', 'M', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 22, 'Lahore', 'X', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 22, 'Quetta', 'F', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 23, 'Lahore', 'F', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 23, 'Quetta', 'M', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-08', 23, 'Quetta', 'X', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 0, 'Lahore', 'M', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 0, 'Lahore', 'X', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 0, 'Quetta', 'F', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 1, 'Lahore', 'F', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 1, 'Quetta', 'M', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 1, 'Quetta', 'X', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 2, 'Lahore', 'M', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 2, 'Lahore', 'X', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 2, 'Quetta', 'F', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 3, 'Lahore', 'F', 'sms', 'jazz', 'en', 'found', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 3, 'Quetta', 'M', 'http', 'jazz', 'ur', 'not_on_roll', 1);
INSERT INTO public.questions VALUES ('2027-02-09', 3, 'Quetta', 'X', 'http', 'jazz', 'ur', 'not_on_roll', 1);


--
-- Data for Name: schema_migration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schema_migration VALUES ('voterinfo/memory', 1, '0001_language_memory.sql', '61e5d442fc28da30d1d00e4dde3484d5b66032a4c627ac2d409acda0926ab68f', '2026-11-25T00:29:42Z');
INSERT INTO public.schema_migration VALUES ('voterinfo/statistics', 1, '0001_questions.sql', '2aba23121961fad46cf42194019bcc950dbcd4fb3c0355dd9ba6a3c712e0c9e0', '2026-11-25T00:29:42Z');


--
-- Name: language_memory language_memory_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.language_memory
    ADD CONSTRAINT language_memory_pkey PRIMARY KEY (asker);


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
-- PostgreSQL database dump complete
--


