// Joins allauth's passkey scripts to our forms: <form data-passkey="addForm|loginForm|authenticateForm">.
// The button of the form is hidden until here: without JavaScript or passkeys, another way is offered.
const forms = document.querySelectorAll("form[data-passkey]");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const form of forms) {
    form.querySelector("[data-passkey-error]").hidden = false;
  }
});

if (window.PublicKeyCredential) {
  for (const form of forms) {
    const button = form.querySelector("button");
    const passwordless = form.querySelector("[type=checkbox]");
    window.allauth.webauthn.forms[form.dataset.passkey]({
      ids: {
        add: button.id,
        login: button.id,
        authenticate: button.id,
        credential: form.querySelector("[name=credential]").id,
        passwordless: passwordless ? passwordless.id : null,
        data: "js_data",
      },
    });
    form.querySelector("[data-passkey-absent]")?.remove();
    button.hidden = false;
  }
}
