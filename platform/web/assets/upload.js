// Shows how far the file of a form has come. Without this script the browser sends
// the form by itself.
"use strict";

(() => {
  function watch(form) {
    form.addEventListener("submit", (event) => {
      const file = form.querySelector("input[type=file]");
      if (!file?.files.length) return;
      event.preventDefault();
      const shown = form.querySelector("[data-upload-shown]");
      const failed = form.querySelector("[data-upload-failed]");
      const bar = form.querySelector("progress");
      const buttons = form.querySelectorAll("button");
      const request = new XMLHttpRequest();
      const data = new FormData(form, event.submitter);
      const lost = () => {
        shown.hidden = true;
        failed.hidden = false;
        for (const b of buttons) b.disabled = false;
      };
      request.upload.addEventListener("progress", (e) => {
        if (e.lengthComputable) bar.value = Math.round(100 * e.loaded / e.total);
      });
      request.addEventListener("error", lost);
      request.addEventListener("load", () => {
        // A form that was taken leads on; one that was not comes back.
        const next = request.getResponseHeader("X-See-Other");
        if (next) {
          location.assign(next);
          return;
        }
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const main = page.querySelector("main");
        if (!main) return lost();
        document.querySelector("main").replaceWith(document.adoptNode(main));
        document.title = page.title;
        for (const again of document.querySelectorAll("form[data-upload]")) watch(again);
        (document.querySelector(".error-summary") ?? main).focus();
      });
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "text/html");
      request.setRequestHeader("X-Requested-With", "upload");
      failed.hidden = true;
      shown.hidden = false;
      bar.value = 0;
      for (const b of buttons) b.disabled = true;
      request.send(data);
    });
  }
  for (const form of document.querySelectorAll("form[data-upload]")) watch(form);
})();
