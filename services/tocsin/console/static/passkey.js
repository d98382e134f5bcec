"use strict";
// Hands the page's question to the authenticator, and its answer to the form. Nothing is sent but that form.
(() => {
  const form = document.getElementById("asking");
  const show = (id, seen) => { document.getElementById(id).hidden = !seen; };
  const kind = form.dataset.kind;
  const options = JSON.parse(form.dataset.options);
  const parse = window.PublicKeyCredential &&
    (kind === "create" ? PublicKeyCredential.parseCreationOptionsFromJSON : PublicKeyCredential.parseRequestOptionsFromJSON);
  if (!parse) { show("unable", true); return; }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show("failed", false);
    try {
      const asked = { publicKey: parse.call(PublicKeyCredential, options) };
      const answer = await (kind === "create" ? navigator.credentials.create(asked) : navigator.credentials.get(asked));
      form.elements.credential.value = JSON.stringify(answer.toJSON());
      form.submit();
    } catch (_) {
      show("failed", true);
    }
  });
})();
