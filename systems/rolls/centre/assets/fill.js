// The form: which questions a claim has, what is wrong with an answer, and the claim as
// it is sent.
"use strict";

// A text of the page in its language, with {name} filled in.
function say(key, values = {}) {
  const text = document.querySelector(`[data-say="centre.say.${key}"]`)?.textContent ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

const filling = (() => {
  const form = () => document.getElementById("claim");
  const urduDigits = (text) => text.replace(/[۰-۹]/g, (d) => d.charCodeAt(0) - 0x06f0).replace(/[٠-٩]/g, (d) => d.charCodeAt(0) - 0x0660);
  const value = (name) => (form().elements[name]?.value ?? "").normalize("NFC").trim();
  const digits = (name) => urduDigits(value(name)).replace(/[\s-]/g, "");
  let papers = [];

  // Shows the questions of the form that was chosen.
  function choose(number) {
    for (const part of form().querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(String(number));
    clearErrors();
  }

  const number = () => Number(form().elements.form.value);

  // Forms 21 to 23 ask what 15 to 17 do.
  const like = (n) => (n > 20 ? n - 6 : n);

  function clearErrors() {
    document.getElementById("problems").replaceChildren();
    document.getElementById("problems").hidden = true;
    for (const e of form().querySelectorAll("[data-error]")) e.remove();
    for (const e of form().querySelectorAll("[aria-invalid]")) e.removeAttribute("aria-invalid");
    for (const e of form().querySelectorAll(".form-field-bad")) e.classList.remove("form-field-bad");
  }

  // Tells what is wrong: a summary above that leads to each field, and at the field.
  function showErrors(errors) {
    clearErrors();
    const summary = document.getElementById("problems");
    const title = document.createElement("h2");
    title.textContent = say("problem");
    const list = document.createElement("ul");
    for (const [id, text] of errors) {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = "#" + id;
      link.textContent = text;
      line.append(link);
      list.append(line);
      const box = document.getElementById(id);
      const field = box?.closest(".form-field");
      if (!field) continue;
      const error = document.createElement("p");
      error.className = "form-error";
      error.dataset.error = "";
      error.id = id + "-wrong";
      error.textContent = text;
      field.classList.add("form-field-bad");
      box.setAttribute("aria-invalid", "true");
      (box.closest(".date") ?? box).before(error);
    }
    summary.replaceChildren(title, list);
    summary.hidden = false;
    summary.focus();
  }

  // A date of three boxes; month and day may be empty, as on some cards.
  function date(name) {
    const [d, m, y] = ["day", "month", "year"].map((part) => digits(`${name}-${part}`));
    if (!d && !m && !y) return "";
    const year = Number(y), month = Number(m || 1), day = Number(d || 1);
    const real = new Date(Date.UTC(year, month - 1, day));
    const now = new Date();
    if (!/^\d{4}$/.test(y) || year < now.getFullYear() - 130 || real > now || real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day || (d && !m)) return null;
    return [y, m && m.padStart(2, "0"), d && d.padStart(2, "0")].filter(Boolean).join("-");
  }

  function young(born) {
    const [y, m = 1, d = 1] = born.split("-").map(Number);
    const now = new Date();
    return new Date(y + 18, m - 1, d) > now;
  }

  function check(places) {
    const errors = [];
    const wrong = (id, key, values) => errors.push([id, say(key, values)]);
    const cnic = (name, needed) => {
      const text = digits(name);
      if (text ? !/^\d{13}$/.test(text) : needed) wrong(name, "cnic", { n: text.length });
    };
    const block = (name, needed) => {
      const code = digits(name);
      if (!code && !needed) return;
      if (!/^\d{9}$/.test(code)) wrong(name, "block");
      else if (places.length > 0 && !places.some((p) => p.code === code)) wrong(name, "not_yours");
    };
    const label = (name) => form().querySelector(`label[for="${name}"]`)?.firstChild?.textContent.trim() ?? "";
    const chosen = (name) => value(name) || wrong(name, "choose", { label: label(name) });
    const n = like(number());
    cnic("cnic", true);
    if (!value("name_ur") && !value("name_en")) wrong("name_ur", "name");
    const telephone = digits("telephone").replace(/[()+.]/g, "");
    if (telephone && !/^(?:0092|92|0)?3\d{9}$/.test(telephone)) wrong("telephone", "telephone");
    if (n === 15) {
      chosen("relation");
      const born = date("born");
      if (!born) wrong("born-day", "born");
      else if (young(born)) wrong("born-day", "young");
      chosen("sex");
      chosen("which");
      if (value("which") === "posting" && !value("service")) wrong("service", "service");
      block("block", true);
      if (!value("address_ur") && !value("address_en")) wrong("address_ur", "address");
    } else {
      block("at_block", true);
    }
    if (n === 16) {
      cnic("their_cnic", false);
      const serial = digits("serial");
      if (!digits("their_cnic") && !serial) wrong("their_cnic", "against");
      if (serial && (!/^\d{1,5}$/.test(serial) || Number(serial) === 0)) wrong("serial", "serial");
      if (serial) chosen("list");
      chosen("ground");
      if (value("ground") === "other" && !value("ground_text")) wrong("ground_text", "ground_text");
    }
    if (n === 17) {
      cnic("wish_cnic", false);
      if (date("wish_born") === null) wrong("wish_born-day", "born");
      if (wishes().length === 0) wrong("wish_name_ur", "wishes");
    }
    return errors;
  }

  function wishes() {
    const all = [];
    for (const field of form().dataset.wishes.split(" ")) {
      let text = value("wish_" + field);
      if (field === "cnic") text = digits("wish_cnic");
      if (field === "born") text = date("wish_born") ?? "";
      if (text) all.push({ field, value: text });
    }
    return all;
  }

  // The claim as it is sent.
  function gather(id) {
    const n = like(number());
    const claim = {
      device: id, filled: new Date().toISOString(), form: number(),
      claimant: { cnic: digits("cnic"), name_en: value("name_en"), name_ur: value("name_ur"), telephone: digits("telephone").replace(/[()+.]/g, ""), language: value("language"), agent: value("agent") },
      documents: papers.map(({ what, content }) => ({ what, content })),
    };
    if (n === 15) {
      claim.card = {
        block: digits("block"), parent_en: value("parent_en"), parent_ur: value("parent_ur"), relation: value("relation"), born: date("born"), sex: value("sex"),
        which: value("which"), service: value("service"), address_en: value("address_en").replace(/\s+/g, " "), address_ur: value("address_ur").replace(/\s+/g, " "),
      };
    } else {
      claim.against = { block: digits("at_block") };
    }
    if (n === 16) {
      Object.assign(claim.against, { cnic: digits("their_cnic"), list: digits("serial") ? value("list") : "", serial: Number(digits("serial")) });
      claim.ground = value("ground");
      claim.ground_text = value("ground_text").replace(/\s+/g, " ");
    }
    if (n === 17) claim.wishes = wishes();
    return claim;
  }

  // Puts a claim that was refused back into the form, to be put right and sent anew.
  function refill(claim) {
    const set = (name, text) => { if (form().elements[name]) form().elements[name].value = text ?? ""; };
    const setDate = (name, text) => {
      const [y, m, d] = (text ?? "").split("-");
      set(name + "-year", y), set(name + "-month", m), set(name + "-day", d);
    };
    form().reset();
    set("form", claim.form);
    for (const [k, v] of Object.entries(claim.claimant)) set(k, v);
    for (const [k, v] of Object.entries(claim.card ?? {})) if (k !== "born") set(k, v);
    setDate("born", claim.card?.born);
    set("at_block", claim.against?.block), set("their_cnic", claim.against?.cnic), set("list", claim.against?.list), set("serial", claim.against?.serial || "");
    set("ground", claim.ground), set("ground_text", claim.ground_text);
    for (const w of claim.wishes ?? []) w.field === "born" ? setDate("wish_born", w.value) : set("wish_" + w.field, w.value);
    papers = claim.documents.map((p) => ({ ...p, name: "" }));
    choose(claim.form);
    listPapers();
  }

  function clear() {
    form().reset();
    papers = [];
    choose(number());
    listPapers();
  }

  const base64 = async (blob) => {
    const text = await new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(blob);
    });
    return text.slice(text.indexOf(",") + 1);
  };

  // A photograph becomes small enough to be sent over a telephone's network, and loses
  // where it was taken; a PDF stays as it is.
  async function shrink(file) {
    if (file.type === "application/pdf") return file;
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return new Promise((resolve, reject) => canvas.toBlob((b) => (b ? resolve(b) : reject(new Error("no picture"))), "image/jpeg", 0.8));
  }

  async function addPaper(input, what) {
    const file = input.files[0];
    if (!file) return;
    try {
      if (!/^(image\/|application\/pdf$)/.test(file.type)) throw new Error("kind");
      if (papers.length >= Number(form().dataset.most)) throw new Error("most");
      const small = await shrink(file);
      if (small.size > Number(form().dataset.large)) throw new Error("large");
      papers.push({ what, content: await base64(small), size: small.size });
      clearErrors();
    } catch (e) {
      const key = e.message === "most" ? "papers" : "paper";
      showErrors([["paper", say(key)]]);
    }
    input.value = "";
    listPapers();
  }

  function listPapers() {
    const list = document.getElementById("papers");
    list.replaceChildren(...papers.map((p, i) => {
      const line = document.createElement("li");
      const name = form().querySelector(`#paper-what option[value="${p.what}"]`)?.textContent ?? p.what;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn-link";
      remove.textContent = say("remove");
      remove.setAttribute("aria-label", `${say("remove")} ${name}`);
      remove.addEventListener("click", () => { papers.splice(i, 1); listPapers(); });
      const text = document.createElement("span");
      text.textContent = `${name} · ${Math.ceil((p.size ?? p.content.length * 0.75) / 1024)} KB`;
      line.append(text, remove);
      return line;
    }));
  }

  return { choose, number, like, check, gather, refill, clear, addPaper, showErrors, value, digits };
})();
